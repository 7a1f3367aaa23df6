//! Reading values out of raw resources: paths, references, tokens.

use serde_json::Value;

/// All values at a dotted path, looking through arrays.
pub fn at<'a>(value: &'a Value, path: &str) -> Vec<&'a Value> {
    let mut found = vec![value];
    for step in path.split('.') {
        let mut next = Vec::new();
        for value in found {
            spread(value.get(step), &mut next);
        }
        found = next;
    }
    found
}

fn spread<'a>(value: Option<&'a Value>, into: &mut Vec<&'a Value>) {
    match value {
        Some(Value::Array(items)) => into.extend(items),
        Some(other) => into.push(other),
        None => {}
    }
}

/// A text member.
pub fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name)?.as_str()
}

/// The first text at a path.
pub fn text_at<'a>(value: &'a Value, path: &str) -> Option<&'a str> {
    at(value, path).into_iter().find_map(Value::as_str)
}

/// `Type/id` out of a relative or absolute reference, without version.
pub fn split_reference(reference: &str) -> Option<(&str, &str)> {
    let reference = reference.split("/_history/").next()?;
    let (rest, id) = reference.rsplit_once('/')?;
    let kind = rest.rsplit('/').next()?;
    kind.starts_with(|first: char| first.is_ascii_uppercase()).then_some((kind, id))
}

/// Whether a reference points at `kind/id` (an empty kind matches any).
pub fn points_at(reference: &str, kind: &str, id: &str) -> bool {
    split_reference(reference).is_some_and(|(k, i)| i == id && (kind.is_empty() || kind == k))
}

/// The (system, code) pairs of a code, Coding, CodeableConcept, Identifier or ContactPoint.
pub fn tokens(value: &Value) -> Vec<(Option<&str>, String)> {
    match value {
        Value::String(code) => vec![(None, code.clone())],
        Value::Bool(flag) => vec![(None, flag.to_string())],
        Value::Object(members) => {
            let system = members.get("system").and_then(Value::as_str);
            if let Some(Value::Array(codings)) = members.get("coding") {
                return codings.iter().flat_map(tokens).collect();
            }
            ["code", "value"]
                .into_iter()
                .filter_map(|name| members.get(name)?.as_str())
                .map(|code| (system, code.to_owned()))
                .collect()
        }
        _ => Vec::new(),
    }
}

/// The texts that a string search looks at: of a string, HumanName or Address.
pub fn words(value: &Value) -> Vec<&str> {
    match value {
        Value::String(word) => vec![word],
        Value::Array(items) => items.iter().flat_map(words).collect(),
        Value::Object(members) => members
            .iter()
            .filter(|(name, _)| !matches!(name.as_str(), "use" | "period" | "extension" | "id"))
            .flat_map(|(_, value)| words(value))
            .collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_split_whether_relative_absolute_or_versioned() {
        assert_eq!(split_reference("Patient/1"), Some(("Patient", "1")));
        assert_eq!(split_reference("https://ehr.example/fhir/Patient/1"), Some(("Patient", "1")));
        assert_eq!(split_reference("Patient/1/_history/3"), Some(("Patient", "1")));
        assert_eq!(split_reference("urn:uuid:5"), None);
        assert_eq!(split_reference("#inline"), None);
    }
}
