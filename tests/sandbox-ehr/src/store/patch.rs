//! JSON Patch, as much as FHIR clients use: add, replace, remove, test.

use crate::error::Refusal;
use serde_json::Value;

/// Applies a JSON Patch document to a copy of a resource.
pub fn apply(resource: &Value, patch: &Value) -> Result<Value, Refusal> {
    let steps = patch.as_array().ok_or_else(|| Refusal::bad("a JSON Patch is an array"))?;
    let mut result = resource.clone();
    for step in steps {
        let op = step["op"].as_str().unwrap_or_default();
        let path = step["path"].as_str().ok_or_else(|| Refusal::bad("a patch step needs a path"))?;
        let (parent, key) =
            path.rsplit_once('/').ok_or_else(|| Refusal::bad(format!("{path} is no JSON pointer")))?;
        let key = key.replace("~1", "/").replace("~0", "~");
        let missing = || Refusal::new(422, "processing", format!("{path} is not there"));
        if op == "test" {
            if result.pointer(path) != step.get("value") {
                return Err(Refusal::new(422, "processing", format!("the test of {path} failed")));
            }
            continue;
        }
        let target = result.pointer_mut(parent).ok_or_else(missing)?;
        match (op, target) {
            ("add" | "replace", Value::Object(members)) => {
                if op == "replace" && !members.contains_key(&key) {
                    return Err(missing());
                }
                members.insert(key, step["value"].clone());
            }
            ("add", Value::Array(items)) => {
                let place = if key == "-" { items.len() } else { key.parse().map_err(|_| missing())? };
                if place > items.len() {
                    return Err(missing());
                }
                items.insert(place, step["value"].clone());
            }
            ("replace", Value::Array(items)) => {
                let place: usize = key.parse().map_err(|_| missing())?;
                *items.get_mut(place).ok_or_else(missing)? = step["value"].clone();
            }
            ("remove", Value::Object(members)) => {
                members.shift_remove(&key).ok_or_else(missing)?;
            }
            ("remove", Value::Array(items)) => {
                let place: usize = key.parse().map_err(|_| missing())?;
                if place >= items.len() {
                    return Err(missing());
                }
                items.remove(place);
            }
            _ => return Err(Refusal::bad(format!("the patch step {op} {path} is not supported"))),
        }
    }
    Ok(result)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn steps_apply_in_order_and_a_failed_test_stops_them() {
        let before = json!({ "status": "planned", "type": [{ "text": "a" }] });
        let after = apply(
            &before,
            &json!([
                { "op": "test", "path": "/status", "value": "planned" },
                { "op": "replace", "path": "/status", "value": "finished" },
                { "op": "add", "path": "/type/-", "value": { "text": "b" } },
                { "op": "remove", "path": "/type/0" }
            ]),
        )
        .unwrap();
        assert_eq!(after, json!({ "status": "finished", "type": [{ "text": "b" }] }));
        let refused = apply(&before, &json!([{ "op": "test", "path": "/status", "value": "x" }]));
        assert_eq!(refused.unwrap_err().status, 422);
    }
}
