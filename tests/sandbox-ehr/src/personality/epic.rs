//! Epic (R4): takes notes as plain text and provisional problems; charges, visits and encounters only read.

use super::{Interaction, Personality, without_identifier};
use crate::error::Refusal;
use crate::store::Store;
use crate::store::values::{at, text, text_at};
use serde_json::Value;

#[derive(Debug)]
pub struct Epic;

impl Personality for Epic {
    fn name(&self) -> &'static str {
        "epic"
    }

    fn names_searches(&self) -> bool {
        false
    }

    fn software(&self) -> &'static str {
        "Epic (sandbox)"
    }

    fn offers(&self, kind: &str, interaction: Interaction) -> bool {
        if kind == "ChargeItem" {
            return false;
        }
        match interaction {
            Interaction::Read | Interaction::Search => true,
            Interaction::Create => matches!(kind, "DocumentReference" | "Condition"),
            Interaction::Update => kind == "Task",
            _ => false,
        }
    }

    fn conditional_create(&self) -> bool {
        false
    }

    fn batch(&self) -> bool {
        false
    }

    fn transaction(&self) -> bool {
        false
    }

    fn answers_with_resource(&self) -> bool {
        false
    }

    fn remarks_in_searchsets(&self) -> bool {
        true
    }

    fn check_write(&self, store: &Store, kind: &str, body: &Value) -> Result<(), Refusal> {
        match kind {
            "DocumentReference" => check_note(store, body),
            "Condition" => check_problem(body),
            "Task" if store.newest(kind, text(body, "id").unwrap_or_default()).is_none() => {
                Err(Refusal::unsupported("a Task cannot be created here"))
            }
            _ => Ok(()),
        }
    }

    /// Only the first attachment survives, and no identifier of somebody else's.
    fn kept(&self, kind: &str, mut body: Value) -> Value {
        without_identifier(&mut body);
        if kind == "DocumentReference"
            && let Some(content) = body["content"].as_array_mut()
        {
            content.truncate(1);
        }
        body
    }
}

fn check_note(store: &Store, body: &Value) -> Result<(), Refusal> {
    if !text_at(body, "content.attachment.contentType").is_some_and(|kind| kind.starts_with("text/plain")) {
        return Err(Refusal::new(400, "value", "the first attachment must be text/plain"));
    }
    if !matches!(text(body, "docStatus"), Some("preliminary" | "final")) {
        return Err(Refusal::new(400, "value", "docStatus must be preliminary or final"));
    }
    for path in ["type", "subject.reference", "context.encounter.reference"] {
        if at(body, path).is_empty() {
            return Err(Refusal::new(400, "required", format!("DocumentReference.{path} is required")));
        }
    }
    let encounter =
        text_at(body, "context.encounter.reference").and_then(|reference| store.follow(reference));
    let of_whom = encounter.as_deref().and_then(|encounter| text_at(encounter, "subject.reference"));
    if of_whom.is_none() || of_whom != text_at(body, "subject.reference") {
        return Err(Refusal::new(400, "business-rule", "the encounter is not one of this patient"));
    }
    Ok(())
}

fn check_problem(body: &Value) -> Result<(), Refusal> {
    let problem = at(body, "category.coding.code").into_iter().any(|code| code == "problem-list-item");
    if !problem {
        return Err(Refusal::new(400, "business-rule", "only problems of the problem list are created here"));
    }
    if text_at(body, "verificationStatus.coding.code") != Some("provisional") {
        return Err(Refusal::new(400, "business-rule", "a new problem must be provisional"));
    }
    Ok(())
}
