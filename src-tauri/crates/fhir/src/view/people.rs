//! Practitioner: who is signed in, and who can be given a task.

use crate::json::{coded, items, reference, text};
use serde_json::Value;

/// A person of the care team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// `Practitioner/1`
    pub reference: String,
    pub name: String,
}

/// Said where nobody is named.
pub(super) const NO_NAME: &str = "Name not recorded";

/// Reads a Practitioner (or anything with a name).
pub fn person(resource: &Value) -> Option<Person> {
    let name = items(resource, &["name"]).into_iter().next();
    let part = |key: &str| match name.and_then(|n| n.get(key)) {
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "),
        Some(Value::String(s)) => s.clone(),
        _ => String::new(),
    };
    let suffix = part("suffix");
    let mut shown = format!("{} {}", part("given"), part("family")).trim().to_owned();
    if shown.is_empty() {
        shown = name.and_then(|n| text(n, &["text"])).unwrap_or(NO_NAME).to_owned();
    }
    if !suffix.is_empty() {
        shown = format!("{shown}, {suffix}");
    }
    Some(Person { reference: reference(resource)?, name: shown })
}

/// The first name in its parts.
pub fn family_and_given(resource: &Value) -> (String, Vec<String>) {
    let name = items(resource, &["name"]).into_iter().next();
    let family = name.and_then(|n| text(n, &["family"])).unwrap_or_default().to_owned();
    let given = name.map(|n| items(n, &["given"])).unwrap_or_default().into_iter();
    (family, given.filter_map(Value::as_str).map(str::to_owned).collect())
}

/// The National Provider Identifier (<http://hl7.org/fhir/sid/us-npi>): ten digits.
pub fn npi(resource: &Value) -> Option<String> {
    let ours = |i: &&Value| text(i, &["system"]) == Some("http://hl7.org/fhir/sid/us-npi");
    let value = items(resource, &["identifier"]).into_iter().find(ours).and_then(|i| text(i, &["value"]))?;
    (value.len() == 10 && value.bytes().all(|b| b.is_ascii_digit())).then(|| value.to_owned())
}

/// Something that tells what a person does: a code with its system, or text without one. Lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleWord {
    /// Code system; empty for text.
    pub system: String,
    pub word: String,
    /// From `specialty`: where somebody works, which is not yet what they are.
    pub is_specialty: bool,
}

/// Codes and words of a PractitionerRole.
pub fn role_words(resource: &Value) -> Vec<RoleWord> {
    let of = |key: &str, is_specialty: bool| {
        items(resource, &[key])
            .into_iter()
            .flat_map(move |c| words(Some(c), is_specialty))
            .collect::<Vec<_>>()
    };
    [of("code", false), of("specialty", true)].concat()
}

/// Codes and words of a Practitioner's qualifications, and what stands behind the name.
pub fn qualification_words(resource: &Value) -> Vec<RoleWord> {
    let suffixes = items(resource, &["name"]).into_iter().filter_map(|n| n.get("suffix")?.as_array());
    let suffixes = suffixes.flatten().filter_map(Value::as_str).map(|s| word("", s, false));
    let all = items(resource, &["qualification"]).into_iter().flat_map(|q| words(q.get("code"), false));
    all.chain(suffixes).filter(|w| !w.word.is_empty()).collect()
}

/// Active, and within its period on this day.
pub fn is_current(role: &Value, today: jiff::civil::Date) -> bool {
    let day = |key: &str| text(role, &["period", key])?.get(..10)?.parse::<jiff::civil::Date>().ok();
    role.get("active") != Some(&Value::Bool(false))
        && day("start").is_none_or(|start| start <= today)
        && day("end").is_none_or(|end| today <= end)
}

fn words(concept: Option<&Value>, is_specialty: bool) -> Vec<RoleWord> {
    let code = coded(concept);
    let codes = code.codings.iter().map(|(system, code)| word(system, code, is_specialty));
    codes.chain([word("", &code.text, is_specialty)]).filter(|w| !w.word.is_empty()).collect()
}

fn word(system: &str, word: &str, is_specialty: bool) -> RoleWord {
    RoleWord { system: system.to_lowercase(), word: word.trim().to_lowercase(), is_specialty }
}
