//! Where versions of one record say different things, in words that a clinician can read side by side. What a server
//! adds of its own is no difference ([`crate::compare`]).

use crate::compare::kept_element;
use crate::json::{coded, display, items, text};
use crate::view::{Content, contents, read};
use serde_json::Value;
use std::collections::BTreeSet;

/// Most rows that are shown.
pub const MAX_ROWS: usize = 40;
/// Longest words of one cell, in characters; of a longer text, the part round its first difference is shown.
pub const MAX_WORDS: usize = 400;
/// Of that, before the difference.
const BEFORE_IT: usize = 80;
/// No element is followed deeper.
const MAX_DEPTH: usize = 6;

/// The versions of a record.
pub struct Versions<'a> {
    /// As it was when the clinician read or signed it, where that is known.
    pub before: Option<&'a Value>,
    /// That is a version which the EHR gave: what it lacks was not there.
    pub before_is_theirs: bool,
    /// As the clinician wants it.
    pub wanted: &'a Value,
    /// As the EHR has it.
    pub now: &'a Value,
}

/// One element that is not the same in all versions. `None`: the version does not have it.
#[derive(Clone, PartialEq, Eq)]
pub struct Difference {
    /// What it is about, as a clinician calls it.
    pub what: String,
    pub before: Option<String>,
    pub wanted: Option<String>,
    pub now: Option<String>,
    /// Somebody changed it in the EHR since: always without `before`.
    pub moved: bool,
}

/// The elements that we said or read and that differ, in the order in which they matter.
pub fn differences(versions: &Versions) -> Vec<Difference> {
    let Versions { before, before_is_theirs, wanted, now } = versions;
    let named: BTreeSet<&String> = [Some(*wanted), *before, before_is_theirs.then_some(*now)]
        .into_iter()
        .flatten()
        .filter_map(Value::as_object)
        .flat_map(|o| o.keys())
        .collect();
    let mut rows: Vec<(usize, Difference)> = Vec::new();
    for name in named.into_iter().filter(|name| !NOT_SHOWN.contains(&name.as_str())) {
        let of = |record: &Value| record.get(name).cloned();
        let (was, ours, theirs) = (before.and_then(of), of(wanted), of(now));
        let is_as_it_was = match before_is_theirs {
            true => was == theirs,
            false => kept_element(name, was.as_ref(), theirs.as_ref()),
        };
        let moved = before.is_none() || !is_as_it_was;
        let asked = before.is_some() && !kept_element(name, was.as_ref(), ours.as_ref());
        let differs = !kept_element(name, ours.as_ref(), theirs.as_ref());
        if differs || asked || (before.is_some() && moved) {
            let cells = [was, ours, theirs].map(|value| value.map(|v| words(name, &v)));
            let [before, wanted, now] = round_the_difference(cells);
            let place = LABELS.iter().position(|(known, _)| known == name).unwrap_or(LABELS.len());
            rows.push((place, Difference { what: label(name), before, wanted, now, moved }));
        }
    }
    rows.sort_by(|(one, a), (other, b)| (one, &a.what).cmp(&(other, &b.what)));
    rows.into_iter().map(|(_, row)| row).take(MAX_ROWS).collect()
}

/// What a server keeps for itself.
const NOT_SHOWN: [&str; 5] = ["id", "implicitRules", "meta", "resourceType", "text"];

/// Elements by the words of a clinician, those that matter most first.
const LABELS: [(&str, &str); 50] = [
    ("subject", "Patient"),
    ("patient", "Patient"),
    ("for", "Patient"),
    ("status", "Status"),
    ("docStatus", "Completion"),
    ("verificationStatus", "Certainty"),
    ("clinicalStatus", "Clinical status"),
    ("code", "What it is"),
    ("type", "Type"),
    ("description", "Title"),
    ("content", "Text"),
    ("start", "Begins"),
    ("end", "Ends"),
    ("minutesDuration", "Minutes"),
    ("participant", "Who takes part"),
    ("slot", "Time slot"),
    ("serviceType", "Visit type"),
    ("appointmentType", "Kind of appointment"),
    ("item", "Charges"),
    ("quantity", "Units"),
    ("diagnosis", "Diagnoses"),
    ("insurance", "Insurance"),
    ("onsetDateTime", "Began"),
    ("occurrenceDateTime", "Done"),
    ("executionPeriod", "To be done"),
    ("restriction", "To be done"),
    ("date", "Date"),
    ("recordedDate", "Recorded"),
    ("authoredOn", "Written"),
    ("created", "Written"),
    ("billablePeriod", "Days billed"),
    ("author", "Author"),
    ("authenticator", "Signed by"),
    ("recorder", "Recorded by"),
    ("asserter", "Said by"),
    ("performer", "Done by"),
    ("requester", "Asked for by"),
    ("provider", "Provider"),
    ("enterer", "Entered by"),
    ("owner", "Assigned to"),
    ("encounter", "Visit"),
    ("context", "Visit"),
    ("focus", "About"),
    ("relatesTo", "Belongs to"),
    ("supportingInfo", "Rests on"),
    ("reasonCode", "Reason"),
    ("note", "Remark"),
    ("category", "Category"),
    ("priority", "Priority"),
    ("identifier", "Chartside's own number"),
];

/// `bodySite` → "Body site".
fn label(name: &str) -> String {
    if let Some((_, words)) = LABELS.iter().find(|(known, _)| *known == name) {
        return (*words).to_owned();
    }
    let mut words = String::new();
    for letter in name.trim_start_matches('_').chars() {
        match words.is_empty() {
            true => words.extend(letter.to_uppercase()),
            false if letter.is_uppercase() => {
                words.push(' ');
                words.extend(letter.to_lowercase());
            }
            false => words.push(letter),
        }
    }
    words
}

/// An element in words.
fn words(name: &str, value: &Value) -> String {
    if name == "content" {
        let record = serde_json::json!({ "content": value });
        return contents(&record).iter().map(attachment).collect::<Vec<_>>().join("\n");
    }
    value_words(value, 0)
}

fn attachment(content: &Content) -> String {
    match content {
        Content::Inline(kind, bytes) => match read(kind, bytes.expose()) {
            Some(reading) => reading.plain(),
            None => format!("({kind}, {} bytes)", bytes.expose().len()),
        },
        Content::Elsewhere(kind, _) => format!("({kind}, kept elsewhere by the EHR)"),
    }
}

fn value_words(value: &Value, depth: usize) -> String {
    let joined = |all: &mut dyn Iterator<Item = String>, with: &str| {
        all.filter(|words| !words.is_empty()).collect::<Vec<_>>().join(with)
    };
    match value {
        Value::Null => String::new(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(words) => code(words),
        _ if depth >= MAX_DEPTH => "…".to_owned(),
        Value::Array(all) => joined(&mut all.iter().map(|one| value_words(one, depth + 1)), "; "),
        Value::Object(fields) => {
            if !items(value, &["coding"]).is_empty() {
                return concept(value);
            }
            if fields.contains_key("reference") {
                return match (display(value), text(value, &["reference"])) {
                    (Some(shown), Some(reference)) => format!("{shown} ({reference})"),
                    (shown, reference) => shown.or_else(|| reference.map(str::to_owned)).unwrap_or_default(),
                };
            }
            let each = |(name, field): (&String, &Value)| {
                let words = value_words(field, depth + 1);
                // An address of a system says nothing to a clinician.
                if words.is_empty() || name == "system" {
                    String::new()
                } else {
                    format!("{}: {words}", label(name).to_lowercase())
                }
            };
            match text(value, &["text"]).filter(|_| fields.len() == 1) {
                Some(words) => words.to_owned(),
                None => joined(&mut fields.iter().map(each), ", "),
            }
        }
    }
}

/// "E11.65 Type 2 diabetes mellitus with hyperglycemia".
fn concept(value: &Value) -> String {
    let shown = coded(Some(value)).text;
    let codes: Vec<&str> = items(value, &["coding"]).into_iter().filter_map(|c| text(c, &["code"])).collect();
    let codes = codes.join(", ");
    if shown.is_empty() || shown == codes { code(&codes) } else { format!("{codes} {shown}") }
}

/// `entered-in-error` → "entered in error"; what is no code stays as it is.
fn code(words: &str) -> String {
    let is_code = words.contains('-')
        && words.split('-').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase()));
    if is_code { words.replace('-', " ") } else { words.to_owned() }
}

/// Long words cut to where they begin to differ.
fn round_the_difference(cells: [Option<String>; 3]) -> [Option<String>; 3] {
    let texts: Vec<&str> = cells.iter().flatten().map(String::as_str).collect();
    if texts.iter().all(|words| words.chars().count() <= MAX_WORDS) {
        return cells;
    }
    let Some((first, others)) = texts.split_first() else { return cells };
    let same = |other: &&str| first.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    let from = others.iter().map(same).min().unwrap_or(0).saturating_sub(BEFORE_IT);
    cells.map(|cell| {
        cell.map(|words| {
            let mut cut: String = words.chars().skip(from).take(MAX_WORDS).collect();
            if from > 0 {
                cut.insert(0, '…');
            }
            if words.chars().count() > from + MAX_WORDS {
                cut.push('…');
            }
            cut
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine;
    use proptest::prelude::*;
    use serde_json::json;

    fn rows(before: Option<&Value>, wanted: &Value, now: &Value) -> Vec<[String; 4]> {
        let shown = |cell: Option<String>| cell.unwrap_or_else(|| "-".to_owned());
        let found = differences(&Versions { before, before_is_theirs: false, wanted, now });
        found.into_iter().map(|d| [d.what, shown(d.before), shown(d.wanted), shown(d.now)]).collect()
    }

    fn note(words: &str) -> Value {
        let data = base64::engine::general_purpose::STANDARD.encode(words);
        json!([{ "attachment": { "contentType": "text/plain; charset=utf-8", "data": data } }])
    }

    #[test]
    fn what_the_ehr_changed_stands_beside_what_was_signed_and_what_it_added_does_not() {
        let wanted = json!({
            "resourceType": "Condition",
            "code": { "coding": [{ "system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "E11.65", "display": "Type 2 diabetes mellitus with hyperglycemia" }] },
            "subject": { "reference": "Patient/1" },
            "recordedDate": "2026-11-24"
        });
        let now = json!({
            "resourceType": "Condition", "id": "7", "meta": { "versionId": "2" }, "severity": { "text": "mild" },
            "code": { "coding": [{ "system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "E11.9", "display": "Type 2 diabetes mellitus without complications" }] },
            "subject": { "reference": "https://ehr.test/fhir/Patient/1" }
        });
        assert_eq!(
            rows(None, &wanted, &now),
            [
                [
                    "What it is",
                    "-",
                    "E11.65 Type 2 diabetes mellitus with hyperglycemia",
                    "E11.9 Type 2 diabetes mellitus without complications"
                ],
                ["Recorded", "-", "2026-11-24", "-"],
            ]
        );
    }

    #[test]
    fn a_change_that_met_another_shows_all_three_and_only_what_moved() {
        let before = json!({ "status": "current", "docStatus": "final", "content": note("Stable."), "date": "2026-11-24" });
        let wanted = json!({ "status": "entered-in-error", "docStatus": "final", "content": note("Stable."), "date": "2026-11-24" });
        let now = json!({ "status": "current", "docStatus": "final", "content": note("Stable. Seen again."), "date": "2026-11-24" });
        assert_eq!(
            rows(Some(&before), &wanted, &now),
            [
                ["Status", "current", "entered in error", "current"],
                ["Text", "Stable.", "Stable.", "Stable. Seen again."],
            ]
        );
    }

    #[test]
    fn of_a_long_note_the_part_round_the_difference_is_shown() {
        let long = |word: &str| format!("{}{word}{}", "Nothing new. ".repeat(200), " And so on.".repeat(200));
        let found = rows(
            None,
            &json!({ "content": note(&long("LEFT")) }),
            &json!({ "content": note(&long("RIGHT")) }),
        );
        let [[_, _, wanted, now]] = &found[..] else { panic!("{found:?}") };
        assert!(wanted.contains("LEFT") && now.contains("RIGHT"), "{found:?}");
        for cell in [wanted, now] {
            assert!(cell.chars().count() <= MAX_WORDS + 2 && cell.starts_with('…') && cell.ends_with('…'));
        }
    }

    fn anything() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            ".{0,12}".prop_map(Value::from),
        ];
        leaf.prop_recursive(8, 64, 6, |inner| {
            let keys =
                prop_oneof![Just("content"), Just("coding"), Just("reference"), Just("status"), Just("x")];
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                proptest::collection::btree_map(keys.prop_map(str::to_owned), inner, 0..4)
                    .prop_map(|all| Value::Object(all.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn whatever_an_ehr_gives_the_rows_are_few_and_none_is_there_for_what_is_the_same(
            wanted in anything(), now in anything(),
        ) {
            let found = differences(&Versions { before: Some(&now), before_is_theirs: true, wanted: &wanted, now: &now });
            prop_assert!(found.len() <= MAX_ROWS);
            let same = differences(&Versions { before: Some(&wanted), before_is_theirs: true, wanted: &wanted, now: &wanted });
            prop_assert!(same.is_empty());
        }
    }
}
