//! Names and roles, as people read them.

use crate::store::query::bare_id;
use crate::store::values::{at, text, text_at};
use crate::world::World;
use serde_json::Value;

/// Somebody who can sign in.
#[derive(Debug, Clone)]
pub struct Person {
    pub id: String,
    pub name: String,
    pub role: Option<String>,
}

impl Person {
    /// Name and role.
    pub fn label(&self) -> String {
        match &self.role {
            Some(role) => format!("{} · {role}", self.name),
            None => self.name.clone(),
        }
    }
}

/// Everybody who can sign in: who has visits first, in their order, then the rest.
pub fn practitioners(world: &World) -> Vec<Person> {
    let store = world.store();
    let roles: Vec<(String, String)> = store
        .all("PractitionerRole")
        .filter_map(|version| {
            let body = version.body.as_deref()?;
            let who = text_at(body, "practitioner.reference")?.to_owned();
            Some((who, concept(body, "code").or_else(|| concept(body, "specialty"))?))
        })
        .collect();
    let people = store.all("Practitioner").filter_map(|version| {
        let body = version.body.as_deref()?;
        let id = text(body, "id")?.to_owned();
        let mine = format!("Practitioner/{id}");
        let role = roles.iter().find(|(who, _)| *who == mine).map(|(_, role)| role.clone());
        let role = role.or_else(|| concept(body, "qualification.code"));
        Some(Person { id, name: name_of(body), role })
    });
    let mut people: Vec<Person> = people.collect();
    let mut busy: Vec<&str> = Vec::new();
    for version in store.all("Appointment") {
        let Some(body) = version.body.as_deref() else { continue };
        busy.extend(
            at(body, "participant.actor.reference").into_iter().filter_map(Value::as_str).map(bare_id),
        );
    }
    people.sort_by_key(|person| busy.iter().position(|id| *id == person.id).unwrap_or(usize::MAX));
    people
}

/// The text of the first CodeableConcept at a path.
pub fn concept(body: &Value, path: &str) -> Option<String> {
    let concept = at(body, path).into_iter().next()?;
    let named = text(concept, "text").or_else(|| text_at(concept, "coding.display"));
    named.or_else(|| text_at(concept, "coding.code")).map(str::to_owned)
}

/// The name of a Patient, Practitioner, Organization or Location.
pub fn name_of(body: &Value) -> String {
    if let Some(name) = text(body, "name") {
        return name.to_owned();
    }
    let names = at(body, "name");
    let official = names.iter().find(|name| text(name, "use") == Some("official")).or(names.first());
    let Some(name) = official else { return text(body, "id").unwrap_or("unnamed").to_owned() };
    if let Some(whole) = text(name, "text") {
        return whole.to_owned();
    }
    let parts = ["prefix", "given", "family", "suffix"];
    let words: Vec<&str> = parts.iter().flat_map(|part| at(name, part)).filter_map(Value::as_str).collect();
    words.join(" ")
}

/// The patient's visit of today, for a standalone launch.
pub fn encounter_today(world: &World, patient: &str) -> Option<String> {
    let store = world.store();
    let open = |body: &&Value| {
        matches!(text(body, "status"), Some("planned" | "arrived" | "in-progress"))
            && body["appointment"].is_array()
    };
    let mut bodies = store.of_patient("Encounter", patient).filter_map(|version| version.body.as_deref());
    bodies.find(open).and_then(|body| text(body, "id")).map(str::to_owned)
}
