//! From a category to a code that can be billed, one question at a time: which side, which encounter,
//! or simply which.

use super::icd10::{Code, Table};

/// What the codes directly below a category differ in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    Side,
    /// The seventh character of an injury: the part of its care that the visit belongs to.
    Encounter,
    /// The seventh character that counts the fetuses of a pregnancy.
    Fetus,
    Which,
}

/// One of the codes directly below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice<'t> {
    pub code: Code<'t>,
    /// What it has that the others do not: `right`, `initial encounter`; otherwise its title.
    pub differs: String,
}

/// The codes directly below a category in the official order, and what they differ in.
pub fn below<'t>(table: &'t Table, category: &str) -> (Question, Vec<Choice<'t>>) {
    let above = table.get(category).map_or("", |c| c.title);
    let codes = table.children(category);
    let question = question(above, &codes);
    let choice = |code: Code<'t>| Choice { differs: differs(question, above, code.title), code };
    (question, codes.into_iter().map(choice).collect())
}

fn question(above: &str, codes: &[Code]) -> Question {
    let all = |fits: &dyn Fn(&Code) -> bool| !codes.is_empty() && codes.iter().all(fits);
    if all(&|c| c.code.len() == 8 && added(above, c.title).is_some()) {
        let says = |word: &str| codes.iter().any(|c| added(above, c.title).is_some_and(|a| a.contains(word)));
        return match (says("encounter"), says("fetus")) {
            (true, _) => Question::Encounter,
            (_, true) => Question::Fetus,
            _ => Question::Which,
        };
    }
    // Only where the side is all that they differ in.
    let mut sides: Vec<Option<&str>> = codes.iter().map(|c| side(c.title)).collect();
    let count = sides.len();
    sides.sort_unstable();
    sides.dedup();
    let once = sides.len() == count && count > 1;
    if once && side(above).is_none() { Question::Side } else { Question::Which }
}

fn differs(question: Question, above: &str, title: &str) -> String {
    let added = added(above, title).filter(|a| !a.is_empty());
    match (question, side(title), added) {
        (Question::Side, Some(side), _) => side.to_owned(),
        (Question::Side, None, _) if title.contains("nspecified") => "side not stated".to_owned(),
        (_, _, Some(added)) => added.to_owned(),
        _ => title.to_owned(),
    }
}

/// What the title adds to the one above.
fn added<'t>(above: &str, title: &'t str) -> Option<&'t str> {
    title.strip_prefix(above).map(|rest| rest.trim_start_matches([',', ';', ' ']))
}

fn side(title: &str) -> Option<&'static str> {
    let words = || title.split(|c: char| !c.is_ascii_alphabetic());
    ["right", "left", "bilateral"].into_iter().find(|side| words().any(|w| w.eq_ignore_ascii_case(side)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(category: &str) -> (Question, Vec<String>) {
        let (question, choices) = below(Table::builtin(), category);
        (question, choices.into_iter().map(|c| format!("{} {}", c.code.code, c.differs)).collect())
    }

    #[test]
    fn a_fracture_is_asked_for_its_kind_its_side_and_its_encounter() {
        assert_eq!(asked("S52.5").0, Question::Which);
        let (question, choices) = asked("S52.50");
        assert_eq!(question, Question::Side);
        assert_eq!(choices, ["S52.501 right", "S52.502 left", "S52.509 side not stated"]);
        let (question, choices) = asked("S52.501");
        assert_eq!(question, Question::Encounter);
        assert_eq!(choices[0], "S52.501A initial encounter for closed fracture");
        assert_eq!(choices.len(), 16);
    }

    #[test]
    fn sides_stages_and_fetuses_are_told_apart() {
        assert_eq!(asked("H65.0").0, Question::Which);
        assert_eq!(asked("H66.00").0, Question::Which);
        assert_eq!(
            asked("M25.56"),
            (
                Question::Side,
                vec!["M25.561 right".into(), "M25.562 left".into(), "M25.569 side not stated".into()]
            )
        );
        assert_eq!(asked("O31.8X1").0, Question::Fetus);
        assert_eq!(
            asked("T78.40").1,
            ["T78.40XA initial encounter", "T78.40XD subsequent encounter", "T78.40XS sequela"]
        );
    }

    #[test]
    fn every_category_leads_to_a_code_in_a_few_steps() {
        let table = Table::builtin();
        for category in table.iter().filter(|c| !c.billable) {
            let (_, choices) = below(table, category.code);
            assert!(!choices.is_empty(), "{}", category.code);
            let mut told: Vec<&str> = choices.iter().map(|c| c.differs.as_str()).collect();
            assert!(told.iter().all(|d| !d.trim().is_empty()), "{}", category.code);
            told.sort_unstable();
            told.dedup();
            // Two choices never read the same.
            assert_eq!(told.len(), choices.len(), "{}: {:?}", category.code, told);
        }
    }
}
