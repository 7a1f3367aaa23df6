//! What an item says of the items that it waited for: their references, once they have any, or what stands instead.

use clinical::delivery::State;
use clinical::item::{Item, Kind};
use fhir::write;
use serde_json::Value;

/// The body with each parent's `urn:uuid:` replaced by its reference in the EHR. `None` while a
/// parent has none.
pub fn filled_in(item: &Item, parents: &[Item]) -> Option<String> {
    let mut body = item.request.body.expose().clone();
    for wanted in &item.parents {
        let parent = parents.iter().find(|p| &p.id == wanted)?;
        // Only whole reference values, never the text of a note that happens to hold such a urn.
        let urn = format!("\"reference\":\"{}\"", write::urn(wanted));
        match &parent.state {
            State::Filed { reference } | State::LeftAsIs { reference } => {
                body = body.replace(&urn, &format!("\"reference\":\"{reference}\""));
            }
            _ if is_by_hand(parent) => body = without(&body, &write::urn(wanted))?,
            _ if is_left_in_note(parent) => {
                let condition: Value = serde_json::from_str(parent.request.body.expose()).ok()?;
                let linked = format!("\"diagnosisReference\":{{{urn}}}");
                body = body
                    .replace(&linked, &format!("\"diagnosisCodeableConcept\":{}", condition.get("code")?));
            }
            _ => return None,
        }
    }
    Some(body)
}

/// A note, or what came after it, that somebody entered in the EHR: nothing can name it.
pub fn is_by_hand(item: &Item) -> bool {
    matches!(item.kind, Kind::Note | Kind::Addendum | Kind::Correction) && item.state == State::Superseded
}

/// The body without whatever refers to `urn`: the element of a list that needs it goes as a whole.
fn without(body: &str, urn: &str) -> Option<String> {
    fn refers(value: &Value, urn: &str) -> bool {
        value.get("reference").and_then(Value::as_str) == Some(urn)
    }
    /// False when nothing of it is left.
    fn prune(value: &mut Value, urn: &str) -> bool {
        match value {
            Value::Object(fields) => {
                fields.retain(|_, field| !refers(field, urn) && prune(field, urn));
                !fields.is_empty()
            }
            Value::Array(all) => {
                let needs = |one: &Value| {
                    one.as_object().is_some_and(|fields| fields.values().any(|field| refers(field, urn)))
                };
                all.retain_mut(|one| !refers(one, urn) && !needs(one) && prune(one, urn));
                !all.is_empty()
            }
            _ => true,
        }
    }
    let mut body: Value = serde_json::from_str(body).ok()?;
    prune(&mut body, urn);
    // A claim's lines point at what was said of the note.
    if body.get("supportingInfo").is_none()
        && let Some(lines) = body.get_mut("item").and_then(Value::as_array_mut)
    {
        for line in lines.iter_mut().filter_map(Value::as_object_mut) {
            line.remove("informationSequence");
        }
    }
    Some(body.to_string())
}

/// A diagnosis without a record of its own: what names it says its code instead.
pub fn is_left_in_note(item: &Item) -> bool {
    item.kind == Kind::Diagnosis && item.state == State::Superseded
}
