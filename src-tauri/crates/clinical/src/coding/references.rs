//! Reads which codes a note of the tabular list means: `E10.-`, `O10-O11, O13-O16`, `T36-T50 with fifth
//! or sixth character 5`.

/// A code with all below it, or a range of them; perhaps only those with certain characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// Without dots; the same for a single code.
    from: String,
    to: String,
    only: Option<Only>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Only {
    /// One of these ranges of characters at a place.
    Character(Place, Vec<(char, char)>),
    /// From here to there, the characters after the dot begin so.
    AfterDot(String, String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The sixth character, or the fifth where the sixth is a placeholder: how a substance came to harm.
    Intent,
    /// Counted from 1.
    Nth(usize),
}

impl Reference {
    /// A place of the list: `E11`, `E1165` or `I10-I1A`.
    pub fn of_place(place: &str) -> Self {
        let (from, to) = place.split_once('-').unwrap_or((place, place));
        Self { from: from.to_owned(), to: to.to_owned(), only: None }
    }

    /// Whether the code (without its dot) is meant.
    pub fn means(&self, code: &str) -> bool {
        begins_within(code, &self.from, &self.to) && self.only.as_ref().is_none_or(|only| only.fits(code))
    }

    /// How narrow it is: the more characters, the narrower.
    pub fn width(&self) -> usize {
        if self.from == self.to { self.from.len() } else { 1 }
    }

    /// What to search for, to see the codes that are meant: `E10`, `T36-T50` has none.
    pub fn stem(&self) -> Option<String> {
        if self.from != self.to || self.only.is_some() {
            return None;
        }
        let (category, rest) = self.from.split_at_checked(3)?;
        Some(if rest.is_empty() { category.to_owned() } else { format!("{category}.{rest}") })
    }
}

fn begins_within(text: &str, from: &str, to: &str) -> bool {
    let head = |len: usize| text.get(..len.min(text.len())).unwrap_or("");
    head(from.len()) >= from && head(to.len()) <= to
}

impl Only {
    fn fits(&self, code: &str) -> bool {
        let nth = |n: usize| code.chars().nth(n - 1);
        let (place, any) = match self {
            Self::AfterDot(from, to) => return begins_within(code.get(3..).unwrap_or(""), from, to),
            Self::Character(place, any) => (place, any),
        };
        let found = match place {
            Place::Nth(n) => nth(*n),
            Place::Intent => nth(6).filter(|c| *c != 'X').or_else(|| nth(5)),
        };
        found.is_some_and(|c| any.iter().any(|(low, high)| (*low..=*high).contains(&c)))
    }
}

/// The codes that a line of a note means: those in its parentheses; without any there, those after
/// words like "category" or "classified to", or at its end.
pub fn references(line: &str) -> Vec<Reference> {
    let mut out = Vec::new();
    let mut outside = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('(') {
        outside.push_str(before);
        let end = after.find([')', '}']).unwrap_or(after.len());
        out.extend(list(after.get(..end).unwrap_or("")));
        rest = after.get(end + 1..).unwrap_or("");
    }
    outside.push_str(rest);
    if out.is_empty() { list(named(&outside)) } else { out }
}

/// The part of a sentence that names codes.
fn named(sentence: &str) -> &str {
    const SAID: [&str; 6] =
        ["categories ", "category ", "subcategories ", "classified in ", "classified to ", "from "];
    let after = SAID.iter().filter_map(|word| sentence.rfind(word).map(|at| at + word.len())).max();
    if let Some(after) = after {
        return sentence.get(after..).unwrap_or("");
    }
    let last = sentence.trim_end().rfind(' ').map_or(0, |at| at + 1);
    sentence.get(last..).unwrap_or("")
}

struct Token<'t> {
    code: String,
    /// What stands between it and the one before.
    before: &'t str,
}

/// A list of codes and ranges; one with a condition that cannot be read means nothing.
fn list(text: &str) -> Vec<Reference> {
    let (codes, condition) = match text.find("with ") {
        Some(at) => (text.get(..at).unwrap_or(""), text.get(at..)),
        None => (text, None),
    };
    let only = match condition.map(condition_of) {
        None => None,
        Some(Some(only)) => Some(only),
        Some(None) => return Vec::new(),
    };
    let mut out: Vec<Reference> = Vec::new();
    for token in tokens(codes) {
        let between: String = token.before.chars().filter(|c| !c.is_whitespace() && *c != '.').collect();
        let range =
            matches!(between.as_str(), "-" | "--" | "to" | "-to") && !token.before.starts_with(".-. ");
        match out.last_mut().filter(|last| range && last.from == last.to) {
            Some(last) => last.to = token.code,
            None => out.push(Reference { from: token.code.clone(), to: token.code, only: only.clone() }),
        }
    }
    out
}

/// "with fifth or sixth character 1-4", "with 7th character B", "with .51-.52"
fn condition_of(text: &str) -> Option<Only> {
    if let Some(after) = text.strip_prefix("with .") {
        let (from, to) = after.split_once("-.").unwrap_or((after, after));
        let digits = |t: &str| t.trim_end_matches('-').to_owned();
        let (from, to) = (digits(from), digits(to));
        let plain = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
        return (plain(&from) && plain(&to)).then_some(Only::AfterDot(from, to));
    }
    let (place, what) = text.split_once("character")?;
    let at = if place.contains(" or ") {
        Place::Intent
    } else {
        let nth = [("fifth", 5), ("5th", 5), ("sixth", 6), ("6th", 6), ("seventh", 7), ("7th", 7)];
        Place::Nth(nth.iter().find(|(word, _)| place.contains(word))?.1)
    };
    let mut any = Vec::new();
    for piece in what.split([' ', ',']).filter(|p| !p.is_empty() && *p != "or" && *p != "and") {
        match piece.trim_matches('.').chars().collect::<Vec<_>>().as_slice() {
            [one] if one.is_ascii_alphanumeric() => any.push((*one, *one)),
            [low, '-', high] if low.is_ascii_alphanumeric() && high.is_ascii_alphanumeric() => {
                any.push((*low, *high));
            }
            _ => return None,
        }
    }
    (!any.is_empty()).then_some(Only::Character(at, any))
}

/// The words that look like codes: a letter, a digit, a letter or digit, and what follows the dot.
fn tokens(text: &str) -> Vec<Token<'_>> {
    let bytes = text.as_bytes();
    let (mut out, mut at, mut from) = (Vec::new(), 0, 0);
    while at < bytes.len() {
        let free = at == 0 || !bytes.get(at - 1).is_some_and(u8::is_ascii_alphanumeric);
        let end = if free { code_end(bytes, at) } else { None };
        if let Some(end) = end {
            let code = text.get(at..end).unwrap_or("").replace('.', "");
            out.push(Token { code, before: text.get(from..at).unwrap_or("") });
            (at, from) = (end, end);
        } else {
            at += 1;
        }
    }
    out
}

fn code_end(bytes: &[u8], at: usize) -> Option<usize> {
    let upper = |i: usize| bytes.get(i).is_some_and(u8::is_ascii_uppercase);
    let digit = |i: usize| bytes.get(i).is_some_and(u8::is_ascii_digit);
    if !(upper(at) && digit(at + 1) && (digit(at + 2) || upper(at + 2))) {
        return None;
    }
    let mut end = at + 3;
    if bytes.get(end) == Some(&b'.') && (digit(end + 1) || upper(end + 1)) {
        end += 1;
        while digit(end) || upper(end) {
            end += 1;
        }
    }
    (!bytes.get(end).is_some_and(u8::is_ascii_alphanumeric)).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn means(line: &str, code: &str) -> bool {
        references(line).iter().any(|r| r.means(code))
    }

    #[test]
    fn a_category_means_all_below_it_and_a_code_itself() {
        let line = "type 1 diabetes mellitus (E10.-)";
        assert!(means(line, "E10") && means(line, "E1065") && !means(line, "E11") && !means(line, "E1"));
        let line = "primary pulmonary hypertension (I27.0)";
        assert!(means(line, "I270") && !means(line, "I271") && !means(line, "I27"));
    }

    #[test]
    fn ranges_hold_from_the_first_to_the_last_with_all_below_it() {
        let line =
            "hypertensive disease complicating pregnancy, childbirth and the puerperium (O10-O11, O13-O16)";
        for code in ["O10", "O10919", "O119", "O169"] {
            assert!(means(line, code), "{code}");
        }
        assert!(!means(line, "O120") && !means(line, "O17") && !means(line, "O09"));
        assert!(
            means("x (I10-I1A)", "I1A0") && means("x (S00-T88)", "S93409A") && means("x (S00-T88)", "T887")
        );
        assert!(means("x (E08.- to E13.-)", "E1165"));
        assert!(means("classified in subcategories S06.1- to S06.6-, and S06.81- to S06.89-", "S06309A"));
        assert!(!means("classified in subcategories S06.1- to S06.6-, and S06.81- to S06.89-", "S0670"));
    }

    #[test]
    fn the_intent_character_is_the_sixth_or_before_a_placeholder_the_fifth() {
        let adverse = "adverse effect (T36-T50 with fifth or sixth character 5)";
        assert!(means(adverse, "T391X5A") && means(adverse, "T3695XA") && means(adverse, "T380X5S"));
        // Poisoning by a drug whose own number has a 5 in the fifth place.
        assert!(!means(adverse, "T43651A") && !means(adverse, "T391X1A"));
        assert!(means("poisoning (T36-T50 with fifth or sixth character 1-4)", "T391X2A"));
    }

    #[test]
    fn a_condition_may_be_what_follows_the_dot() {
        let line = "polyneuropathy in diabetes mellitus (E08-E13 with .42)";
        assert!(means(line, "E1142") && !means(line, "E1141") && !means(line, "E14"));
        assert!(means("x (E08-E13 with .51-.52)", "E1052") && means("x (E08-E13 with .62-)", "E11620"));
    }

    #[test]
    fn a_condition_that_cannot_be_read_means_no_code() {
        assert!(references("x (O10. with final characters -23)").is_empty());
        assert!(references("x (M80.- with open fracture 7th character)").is_empty());
    }

    #[test]
    fn codes_without_parentheses_are_found_where_they_are_named() {
        assert!(means("excessive crying of infant (baby) R68.11", "R6811"));
        assert!(means("tendinitis as classified in M75-M77", "M7610"));
        assert!(means("code from category Z3A, Weeks of gestation", "Z3A20"));
        assert!(!means("pneumoconiosis with tuberculosis, any type in A15 (J65)", "A150"));
        assert!(
            references("deficiency of vitamin B12").is_empty() || !means("deficiency of vitamin B12", "D51")
        );
    }
}
