//! What a resource points at, as far as it came along: contained in it, or included in the answer.

use super::people::person;
use crate::json::{contained, display, items, reference, reference_to, shorten, text};
use serde_json::Value;
use std::collections::HashMap;

/// The resources that came beside those of a section, at a server with this FHIR base.
pub struct Around<'a> {
    base: &'a str,
    others: HashMap<String, &'a Value>,
}

impl<'a> Around<'a> {
    /// With everything that came along.
    pub fn new(base: &'a str, others: impl Iterator<Item = &'a Value>) -> Self {
        Self { base, others: others.filter_map(|r| Some((reference(r)?, r))).collect() }
    }

    /// With nothing beside the resource itself.
    pub fn alone(base: &'a str) -> Self {
        Self { base, others: HashMap::new() }
    }

    /// The resource that an element of `within` points at.
    pub fn find<'b>(&'b self, within: &'b Value, element: &Value) -> Option<&'b Value> {
        contained(within, element).or_else(|| self.others.get(&reference_to(element, self.base)?).copied())
    }

    /// What somebody or something that `within` points at is called.
    pub fn name(&self, within: &Value, element: Option<&Value>) -> Option<String> {
        let element = element?;
        display(element).or_else(|| {
            let found = self.find(within, element)?;
            name_of(found).or_else(|| {
                // A role points on to the person and the place.
                let person = found.get("practitioner").and_then(|p| self.named_by(found, p));
                person.or_else(|| found.get("organization").and_then(|o| self.named_by(found, o)))
            })
        })
    }

    fn named_by(&self, within: &Value, element: &Value) -> Option<String> {
        display(element).or_else(|| name_of(self.find(within, element)?))
    }

    /// The first name that one of these elements gives.
    pub fn first_name(&self, within: &Value, path: &[&str], key: &str) -> Option<String> {
        let all = items(within, path).into_iter();
        all.map(|e| if key.is_empty() { Some(e) } else { e.get(key) }).find_map(|e| self.name(within, e))
    }
}

fn name_of(resource: &Value) -> Option<String> {
    match resource.get("name") {
        Some(Value::String(_)) => text(resource, &["name"]).map(shorten),
        Some(_) => person(resource).filter(|p| p.name != super::people::NO_NAME).map(|p| p.name),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_come_from_what_came_along_and_never_from_another_server() {
        let doctor = json!({"resourceType": "Practitioner", "id": "1", "name": [{"family": "Okafor", "given": ["Ada"]}]});
        let role = json!({"resourceType": "PractitionerRole", "id": "2", "practitioner": {"reference": "Practitioner/1"}});
        let all = [doctor, role];
        let around = Around::new("https://e.test/fhir", all.iter());
        let order = json!({"resourceType": "X", "contained": [{"resourceType": "Organization", "id": "o", "name": "Lakeside"}]});
        let name = |target: &str| around.name(&order, Some(&json!({ "reference": target })));
        assert_eq!(name("Practitioner/1").as_deref(), Some("Ada Okafor"));
        assert_eq!(name("https://e.test/fhir/PractitionerRole/2").as_deref(), Some("Ada Okafor"));
        assert_eq!(name("#o").as_deref(), Some("Lakeside"));
        assert_eq!(name("https://other.test/fhir/Practitioner/1"), None);
        assert_eq!(name("#nobody"), None);
    }
}
