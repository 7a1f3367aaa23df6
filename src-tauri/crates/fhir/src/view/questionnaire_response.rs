//! QuestionnaireResponse: a form that was filled in. Its answers are read as a document.

use super::Around;
use super::words::{joined, plain, quantity};
use crate::json::{at, coded, date, decimal, display, items, reference, shorten, status, text};
use clinical::chart::Entry;
use serde_json::Value;

const STATUSES: &[&str] = &["in-progress", "completed", "amended", "entered-in-error", "stopped"];
/// Deepest level of groups that is read.
const DEEPEST: usize = 12;

/// One filled-in form.
pub fn questionnaire_response(resource: &Value, around: &Around) -> Option<Entry> {
    let id = reference(resource)?;
    let state = status(resource.get("status"), STATUSES);
    let title = items(resource, &["_questionnaire", "extension"])
        .into_iter()
        .find_map(|e| text(e, &["valueString"]))
        .map(shorten)
        .unwrap_or_default();
    let count = match answers(resource).len() {
        1 => "1 answer".to_owned(),
        n => format!("{n} answers"),
    };
    Some(Entry {
        detail: joined([Some(count)]),
        current: !state.is(&["entered-in-error", "stopped"]),
        status: state,
        date: date(resource, &[&["authored"]]),
        source: around
            .name(resource, resource.get("author"))
            .or_else(|| around.name(resource, resource.get("source"))),
        has_document: true,
        ..Entry::new(id, &title, "Questionnaire")
    })
}

/// Questions with their answers, in order.
pub fn answers(resource: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    collect(resource, DEEPEST, &mut found);
    found
}

fn collect(group: &Value, depth: usize, found: &mut Vec<(String, String)>) {
    if depth == 0 {
        return;
    }
    for item in items(group, &["item"]) {
        let question = plain(item, &["text"]).or_else(|| plain(item, &["linkId"])).unwrap_or_default();
        let given = items(item, &["answer"]);
        if !given.is_empty() {
            let said = given.iter().map(|a| answer(a)).collect::<Vec<_>>().join(", ");
            found.push((question, said));
        }
        collect(item, depth - 1, found);
        for answer in given {
            collect(answer, depth - 1, found);
        }
    }
}

fn answer(answer: &Value) -> String {
    let coding = answer.get("valueCoding");
    let words = coding
        .and_then(|c| display(c).or_else(|| plain(c, &["code"])))
        .or_else(|| quantity(answer.get("valueQuantity")))
        .or_else(|| answer.get("valueDecimal").or(answer.get("valueInteger")).and_then(decimal))
        .or_else(|| answer.get("valueReference").and_then(display))
        .or_else(|| at(answer, &["valueBoolean"])?.as_bool().map(|b| if b { "yes" } else { "no" }.to_owned()))
        .or_else(|| {
            ["valueString", "valueDate", "valueDateTime", "valueTime", "valueUri"]
                .iter()
                .find_map(|key| plain(answer, &[key]))
        })
        .unwrap_or_else(|| coded(answer.get("valueCodeableConcept")).text);
    if words.is_empty() { "answer of a kind not shown here".to_owned() } else { words }
}
