//! Did the EHR keep what we said? A server may add (ids, meta, narrative); it may not change.

use clinical::note::hex;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// SHA-256 (hex) of what we said, in a canonical form (sorted keys).
pub fn hash(ours: &Value) -> String {
    hex(&Sha256::digest(canonical(ours).to_string().as_bytes()))
}

/// The part of the server's copy that answers to ours; equal to ours exactly when nothing that
/// we said was changed or lost.
pub fn projection(ours: &Value, theirs: &Value) -> Value {
    match (ours, theirs) {
        (Value::Object(o), Value::Object(t)) => Value::Object(
            o.iter().filter_map(|(k, v)| Some((k.clone(), projection_of(k, v, t.get(k)?)))).collect(),
        ),
        (Value::Array(o), Value::Array(t)) if o.len() == t.len() => {
            Value::Array(o.iter().zip(t).map(|(a, b)| projection(a, b)).collect())
        }
        (Value::String(o), Value::String(t)) if same_instant(o, t) => ours.clone(),
        (Value::Number(o), Value::Number(t)) if same_number(&o.to_string(), &t.to_string()) => ours.clone(),
        _ => theirs.clone(),
    }
}

/// The server's copy says what we said.
pub fn kept(ours: &Value, theirs: &Value) -> bool {
    canonical(&projection(ours, theirs)) == canonical(ours)
}

/// The same of one element of a record, whose name says what a server may add to it. What neither has is the same.
pub fn kept_element(name: &str, ours: Option<&Value>, theirs: Option<&Value>) -> bool {
    match (ours, theirs) {
        (Some(ours), Some(theirs)) => canonical(&projection_of(name, ours, theirs)) == canonical(ours),
        (ours, theirs) => ours.is_none() && theirs.is_none(),
    }
}

fn projection_of(key: &str, ours: &Value, theirs: &Value) -> Value {
    match (key, ours, theirs) {
        // The same record, by an absolute address or with its version.
        ("reference", Value::String(o), Value::String(t)) if same_reference(o, t) => ours.clone(),
        // A display is the server's to word.
        ("display", Value::String(_), Value::String(_)) => ours.clone(),
        // Servers add identifiers, categories, translations and participants of their own: each of ours must be among
        // them.
        ("identifier" | "category" | "coding" | "participant", Value::Array(o), Value::Array(t)) => {
            Value::Array(o.iter().filter(|a| t.iter().any(|b| kept(a, b))).cloned().collect())
        }
        _ => projection(ours, theirs),
    }
}

fn same_reference(ours: &str, theirs: &str) -> bool {
    let theirs = theirs.split("/_history/").next().unwrap_or(theirs);
    theirs == ours
        || (theirs.len() > ours.len()
            && theirs.ends_with(ours)
            && theirs[..theirs.len() - ours.len()].ends_with('/'))
}

fn same_instant(ours: &str, theirs: &str) -> bool {
    ours == theirs
        || match (ours.parse::<jiff::Timestamp>(), theirs.parse::<jiff::Timestamp>()) {
            (Ok(a), Ok(b)) => a == b,
            _ => false,
        }
}

/// `1`, `1.0` and `1.00` are one number; nothing is rounded.
fn same_number(ours: &str, theirs: &str) -> bool {
    let trim = |s: &str| match s.contains('.') && !s.contains(['e', 'E']) {
        true => s.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => s.to_owned(),
    };
    trim(ours) == trim(theirs)
}

fn canonical(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<_> = map.keys().collect();
            keys.sort();
            Value::Object(keys.into_iter().map(|k| (k.clone(), canonical(&map[k]))).collect::<Map<_, _>>())
        }
        Value::Array(all) => Value::Array(all.iter().map(canonical).collect()),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn additions_are_allowed_and_changes_are_not() {
        let ours = json!({"status": "final", "subject": {"reference": "Patient/1"}, "a": [{"b": 1}]});
        let theirs = json!({"id": "9", "meta": {}, "a": [{"b": 1, "c": 2}], "subject": {"reference": "https://x/fhir/Patient/1"}, "status": "final"});
        assert!(kept(&ours, &theirs));
        assert_eq!(hash(&projection(&ours, &theirs)), hash(&ours));
        for changed in [
            json!({"status": "preliminary", "subject": {"reference": "Patient/1"}, "a": [{"b": 1}]}),
            json!({"status": "final", "subject": {"reference": "Patient/11"}, "a": [{"b": 1}]}),
            json!({"status": "final", "subject": {"reference": "Patient/1"}, "a": []}),
            json!({"status": "final", "subject": {"reference": "Patient/1"}}),
        ] {
            assert!(!kept(&ours, &changed), "{changed}");
        }
    }

    #[test]
    fn identifiers_and_translations_of_the_servers_own_are_additions() {
        let ours = json!({"identifier": [{"value": "a"}], "code": {"coding": [{"code": "I10", "display": "Hypertension"}]}});
        let more = json!({"identifier": [{"value": "x"}, {"value": "a"}], "code": {"coding": [{"code": "I10", "display": "HTN"}, {"code": "38341003"}]}});
        assert!(kept(&ours, &more));
        let other = json!({"identifier": [{"value": "x"}], "code": {"coding": [{"code": "I11"}]}});
        assert!(!kept(&ours, &other));
    }

    #[test]
    fn the_same_moment_in_another_zone_is_no_change() {
        assert!(kept(&json!("2026-11-22T10:00:00Z"), &json!("2026-11-22T11:00:00+01:00")));
        assert!(!kept(&json!("2026-11-22"), &json!("2026-11-23")));
    }
}
