//! Reading JSON that may be anything: every function gives `None` or empty where the shape is
//! not what the standard says, and never panics.

use clinical::chart::{Coded, Status};
use clinical::date::PartialDate;
use clinical::phi::Phi;
use serde_json::Value;

/// Longest piece of text that a view takes over, in characters; longer is shortened with "…".
pub const MAX_SHOWN: usize = 2_000;

/// Text at a path such as `["code", "text"]`.
pub fn text<'a>(value: &'a Value, path: &[&str]) -> Option<&'a str> {
    let text = at(value, path)?.as_str()?.trim();
    (!text.is_empty()).then_some(text)
}

/// The value at a path of keys.
pub fn at<'a>(value: &'a Value, path: &[&str]) -> Option<&'a Value> {
    path.iter().try_fold(value, |v, key| v.get(key))
}

/// The elements of an array; a lone object counts as one element (some servers do that).
pub fn items<'a>(value: &'a Value, path: &[&str]) -> Vec<&'a Value> {
    match at(value, path) {
        Some(Value::Array(all)) => all.iter().collect(),
        Some(one @ Value::Object(_)) => vec![one],
        _ => Vec::new(),
    }
}

/// `Type/id` of a resource. `None` when either is missing or not a legal FHIR id.
pub fn reference(resource: &Value) -> Option<String> {
    let kind = text(resource, &["resourceType"])?;
    let id = text(resource, &["id"])?;
    (legal_id(id) && kind.chars().all(|c| c.is_ascii_alphabetic())).then(|| format!("{kind}/{id}"))
}

/// FHIR R4 `id`: `[A-Za-z0-9\-\.]{1,64}`.
pub fn legal_id(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.')
}

/// The `Type/id` that a reference element names at the server with this FHIR base: relative, or
/// absolute below that very base. What is at another server, contained (`#x`) or a `urn:` gives
/// `None`: the same `Type/id` there is something else.
pub fn reference_to(element: &Value, base: &str) -> Option<String> {
    let target = text(element, &["reference"])?;
    let target = target.split("/_history/").next()?;
    let relative = match target.split_once("://") {
        None => target,
        Some(_) => below(target, base)?,
    };
    let (kind, id) = relative.split_once('/')?;
    let ok = legal_id(id) && !kind.is_empty() && kind.chars().all(|c| c.is_ascii_alphabetic());
    ok.then(|| format!("{kind}/{id}"))
}

/// The `Type/id` that a reference element names at whatever server. Good for noticing that something
/// is about somebody else, never for going there: see [`reference_to`].
pub fn reference_anywhere(element: &Value) -> Option<String> {
    let target = text(element, &["reference"])?;
    let target = target.split("/_history/").next()?;
    let mut parts = target.rsplit('/');
    let (id, kind) = (parts.next()?, parts.next()?);
    let ok = legal_id(id) && !kind.is_empty() && kind.chars().all(|c| c.is_ascii_alphabetic());
    ok.then(|| format!("{kind}/{id}"))
}

/// The rest of an address below a base. Scheme and host are the same in any case; paths are not.
fn below<'a>(address: &'a str, base: &str) -> Option<&'a str> {
    let base = base.trim_end_matches('/');
    let (start, rest) = (address.get(..base.len())?, address.get(base.len()..)?);
    let host_ends = base
        .split_once("://")
        .map_or(0, |(scheme, rest)| scheme.len() + 3 + rest.find('/').unwrap_or(rest.len()));
    let same_host = start.get(..host_ends)?.eq_ignore_ascii_case(base.get(..host_ends)?);
    (same_host && start.get(host_ends..)? == base.get(host_ends..)?).then(|| rest.strip_prefix('/'))?
}

/// The words that stand beside a reference.
pub fn display(element: &Value) -> Option<String> {
    text(element, &["display"]).map(shorten)
}

/// The resource inside this one that a reference like `#x` names.
pub fn contained<'a>(resource: &'a Value, element: &Value) -> Option<&'a Value> {
    let wanted = text(element, &["reference"])?.strip_prefix('#')?;
    items(resource, &["contained"]).into_iter().find(|c| text(c, &["id"]) == Some(wanted))
}

/// A CodeableConcept: its text, else the first display, else the first code.
pub fn coded(concept: Option<&Value>) -> Coded {
    let Some(concept) = concept else { return Coded::default() };
    let codings: Vec<(String, String)> = items(concept, &["coding"])
        .into_iter()
        .filter_map(|c| {
            Some((text(c, &["system"]).unwrap_or_default().to_owned(), text(c, &["code"])?.to_owned()))
        })
        .collect();
    let words = text(concept, &["text"])
        .or_else(|| items(concept, &["coding"]).into_iter().find_map(|c| text(c, &["display"])))
        .or_else(|| codings.first().map(|(_, code)| code.as_str()))
        .unwrap_or_default();
    Coded { text: shorten(words), codings }
}

/// A `code` element, or the first code of a CodeableConcept, checked against the codes that we know.
pub fn status(value: Option<&Value>, known: &[&str]) -> Status {
    let found = match value {
        None | Some(Value::Null) => return Status::Absent,
        Some(Value::String(s)) => s.clone(),
        Some(concept) => match coded(Some(concept)).codings.first() {
            Some((_, code)) => code.clone(),
            None => coded(Some(concept)).text,
        },
    };
    match found {
        s if s.is_empty() => Status::Absent,
        s if known.contains(&s.as_str()) => Status::Known(s),
        s => Status::Unrecognised(shorten(&s)),
    }
}

/// The first of these paths that holds a date.
pub fn date(resource: &Value, paths: &[&[&str]]) -> Option<Phi<PartialDate>> {
    paths.iter().find_map(|p| text(resource, p).and_then(PartialDate::parse)).map(Phi::new)
}

/// A decimal exactly as written.
pub fn decimal(value: &Value) -> Option<String> {
    match value {
        Value::Number(n) => Some(n.to_string()),
        _ => None,
    }
}

/// Cuts very long text for the screen, and says so with "…".
pub fn shorten(text: &str) -> String {
    match text.char_indices().nth(MAX_SHOWN) {
        Some((cut, _)) => format!("{}…", &text[..cut]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn decimals_keep_their_zeros() {
        let value: Value = serde_json::from_str("1.50").unwrap();
        assert_eq!(decimal(&value).as_deref(), Some("1.50"));
    }

    #[test]
    fn a_status_that_nobody_knows_is_said_to_be_unrecognised() {
        assert_eq!(status(Some(&json!("sleeping")), &["active"]), Status::Unrecognised("sleeping".into()));
        assert_eq!(status(None, &["active"]), Status::Absent);
    }

    #[test]
    fn references_are_read_in_every_form_and_only_at_our_own_server() {
        let of = |r: &str| reference_to(&json!({ "reference": r }), "https://x.test/fhir");
        assert_eq!(of("Patient/1").as_deref(), Some("Patient/1"));
        assert_eq!(of("https://x.test/fhir/Patient/1/_history/3").as_deref(), Some("Patient/1"));
        assert_eq!(of("HTTPS://X.test/fhir/Patient/1").as_deref(), Some("Patient/1"));
        for foreign in [
            "https://other.test/fhir/Patient/1",
            "http://x.test/fhir/Patient/1",
            "https://x.test/FHIR/Patient/1",
            "https://x.test/fhir2/Patient/1",
            "https://x.test/fhir/tenant/Patient/1",
            "https://x.test.evil/fhir/Patient/1",
            "#contained",
            "urn:uuid:1",
            "Patient/../1",
            "a/Patient/1",
        ] {
            assert_eq!(of(foreign), None, "{foreign}");
        }
    }
}
