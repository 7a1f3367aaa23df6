//! Small words that several views share.

use crate::json::{coded, date, decimal, items, shorten, text};
use clinical::chart::Coded;
use clinical::phi::Phi;
use serde_json::Value;

/// Parts of a detail, those that say nothing left out.
pub fn joined(parts: impl IntoIterator<Item = Option<String>>) -> Option<Phi<String>> {
    let parts: Vec<String> = parts.into_iter().flatten().filter(|p| !p.is_empty()).collect();
    (!parts.is_empty()).then(|| Phi::new(shorten(&parts.join(" · "))))
}

/// The words of all concepts at a path, with commas.
pub fn concepts(resource: &Value, path: &[&str]) -> Option<String> {
    let all = items(resource, path).into_iter().map(|c| coded(Some(c)).text).filter(|t| !t.is_empty());
    some(all.collect::<Vec<_>>().join(", "))
}

/// The first concept at a path that says anything.
pub fn first_concept(resource: &Value, path: &[&str]) -> Coded {
    let all = items(resource, path).into_iter().map(|c| coded(Some(c)));
    all.into_iter().find(|c| !c.text.is_empty()).unwrap_or_default()
}

/// What was written beside, with spaces between.
pub fn notes(resource: &Value) -> Option<String> {
    let all = items(resource, &["note"]).into_iter().filter_map(|n| text(n, &["text"]));
    some(all.collect::<Vec<_>>().join(" "))
}

/// `2 tablets`, `< 5 mg`: number, comparator and unit as written.
pub fn quantity(value: Option<&Value>) -> Option<String> {
    let value = value?;
    let number = decimal(value.get("value")?)?;
    let comparator = text(value, &["comparator"]).unwrap_or_default();
    let unit = text(value, &["unit"]).or_else(|| text(value, &["code"])).unwrap_or_default();
    Some(shorten(format!("{comparator}{number} {unit}").trim()))
}

/// `label words`, when there are words.
pub fn labelled(label: &str, words: Option<String>) -> Option<String> {
    words.filter(|w| !w.is_empty()).map(|w| format!("{label} {w}"))
}

/// A plain text at a path, cut for the screen.
pub fn plain(resource: &Value, path: &[&str]) -> Option<String> {
    text(resource, path).map(shorten)
}

/// The day at a path, as it is shown.
pub fn day(resource: &Value, path: &[&str]) -> Option<String> {
    date(resource, &[path]).map(|d| d.expose().shown().to_owned())
}

/// The words of a status-like code that a clinician must see when it is not the usual one; a code
/// that nobody knows is said to be unrecognised.
pub fn unless(resource: &Value, key: &str, known: &[&str], usual: &[&str]) -> Option<String> {
    let status = crate::json::status(resource.get(key), known);
    if status.is(usual) { None } else { status.words() }
}

/// Nothing for an empty text.
pub fn some(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}
