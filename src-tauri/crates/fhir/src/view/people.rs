//! Practitioner: who is signed in, and who can be given a task.

use crate::json::{coded, items, reference, text};
use serde_json::Value;

/// A person of the care team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// `Practitioner/1`
    pub reference: String,
    pub name: String,
    /// `system|code` and words of qualifications, lower case.
    pub qualifications: Vec<String>,
}

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
        shown = name.and_then(|n| text(n, &["text"])).unwrap_or("Name not recorded").to_owned();
    }
    if !suffix.is_empty() {
        shown = format!("{shown}, {suffix}");
    }
    let qualifications = items(resource, &["qualification"])
        .into_iter()
        .flat_map(|q| {
            let code = coded(q.get("code"));
            code.codings.into_iter().map(with_system).chain([code.text])
        })
        .chain([suffix])
        .map(|w| w.to_lowercase())
        .filter(|w| !w.is_empty())
        .collect();
    Some(Person { reference: reference(resource)?, name: shown, qualifications })
}

/// `system|code` and words of a PractitionerRole, lower case.
pub fn role_words(resource: &Value) -> Vec<String> {
    items(resource, &["code"])
        .into_iter()
        .chain(items(resource, &["specialty"]))
        .flat_map(|c| {
            let code = coded(Some(c));
            code.codings.into_iter().map(with_system).chain([code.text])
        })
        .map(|w| w.to_lowercase())
        .filter(|w| !w.is_empty())
        .collect()
}

fn with_system((system, code): (String, String)) -> String {
    if system.is_empty() { code } else { format!("{system}|{code}") }
}
