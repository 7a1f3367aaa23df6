//! JSON merge patches (RFC 7396): how a record of ours is changed in the EHR without touching what else it says.

use crate::compare;
use serde_json::Value;

/// The record with the change made.
pub fn apply(mut record: Value, change: &Value) -> Value {
    let Value::Object(change) = change else { return change.clone() };
    if !record.is_object() {
        record = Value::Object(serde_json::Map::new());
    }
    if let Value::Object(fields) = &mut record {
        for (key, wanted) in change {
            if wanted.is_null() {
                fields.remove(key);
            } else {
                let before = fields.remove(key).unwrap_or(Value::Null);
                fields.insert(key.clone(), apply(before, wanted));
            }
        }
    }
    record
}

/// What a change says should be there: without what it takes away.
pub fn said(change: &Value) -> Value {
    match change {
        Value::Object(all) => {
            all.iter().filter(|(_, v)| !v.is_null()).map(|(k, v)| (k.clone(), v.clone())).collect()
        }
        other => other.clone(),
    }
}

/// The record already says what the change says, and nothing that it takes away.
pub fn stands(change: &Value, record: &Value) -> bool {
    let gone = change.as_object().into_iter().flatten().filter(|(_, v)| v.is_null());
    compare::kept(&said(change), record) && gone.map(|(key, _)| key).all(|key| record.get(key).is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_change_leaves_everything_else_as_the_server_has_it() {
        let record = json!({"id": "1", "meta": {"versionId": "3"}, "status": "current", "clinicalStatus": {"x": 1}, "other": [1.50]});
        let change = json!({"status": "entered-in-error", "clinicalStatus": null});
        assert!(!stands(&change, &record));
        let after = apply(record, &change);
        assert_eq!(
            after,
            json!({"id": "1", "meta": {"versionId": "3"}, "status": "entered-in-error", "other": [1.50]})
        );
        assert!(stands(&change, &after));
    }
}
