//! Each vendor's own ways, as a client meets them.

#![allow(clippy::unwrap_used)]

mod support;

use base64::Engine;
use sandbox_ehr::Config;
use serde_json::{Value, json};
use support::Clinic;

async fn of(name: &str) -> Clinic {
    Clinic::open(Config { personality: name.to_owned(), ..Config::tiny() }).await
}

fn note(kind: &str) -> Value {
    let data = base64::engine::general_purpose::STANDARD.encode("Better.");
    json!({
        "resourceType": "DocumentReference", "status": "current", "docStatus": "final",
        "type": { "coding": [{ "system": "http://loinc.org", "code": "11506-3" }] },
        "subject": { "reference": "Patient/patient-1" },
        "author": [{ "reference": "Practitioner/clinician-1" }],
        "context": { "encounter": [{ "reference": "Encounter/enc-visit-patient-1" }] },
        "content": [
            { "attachment": { "contentType": kind, "data": data } },
            { "attachment": { "contentType": "application/pdf", "data": data } }
        ]
    })
}

#[tokio::test]
async fn epic_takes_plain_text_keeps_the_first_attachment_and_answers_without_body() {
    let clinic = of("epic").await;
    let made = clinic.post("DocumentReference", &note("text/plain")).await;
    assert_eq!((made.status, made.body.len()), (201, 0));
    let kept = clinic.sandbox.resources("DocumentReference").await;
    assert_eq!(kept[0]["content"].as_array().unwrap().len(), 1);
    assert_eq!(clinic.post("DocumentReference", &note("application/xhtml+xml")).await.status, 400);
    let mut foreign = note("text/plain");
    foreign["subject"]["reference"] = json!("Patient/other");
    assert_eq!(clinic.post("DocumentReference", &foreign).await.status, 400);
}

#[tokio::test]
async fn epic_repeats_a_replayed_note_and_takes_no_claims_tasks_or_confirmed_problems() {
    let clinic = of("epic").await;
    let condition = [("if-none-exist", "identifier=urn:x|1")];
    for _ in 0..2 {
        let made = clinic.ask("POST", "DocumentReference", &condition, &note("text/plain")).await;
        assert_eq!(made.status, 201);
    }
    assert_eq!(clinic.sandbox.resources("DocumentReference").await.len(), 2);
    let task = json!({ "resourceType": "Task", "id": "t", "status": "requested", "intent": "order" });
    assert_eq!(clinic.post("Task", &task).await.status, 405);
    assert_eq!(clinic.ask("PUT", "Task/t", &[], &task).await.status, 405);
    assert_eq!(clinic.post("Claim", &json!({ "resourceType": "Claim" })).await.status, 405);
    let mut problem = json!({
        "resourceType": "Condition", "subject": { "reference": "Patient/patient-1" },
        "category": [{ "coding": [{ "code": "problem-list-item" }] }],
        "verificationStatus": { "coding": [{ "code": "confirmed" }] }
    });
    assert_eq!(clinic.post("Condition", &problem).await.status, 400);
    problem["verificationStatus"]["coding"][0]["code"] = json!("provisional");
    assert_eq!(clinic.post("Condition", &problem).await.status, 201);
    let found = clinic.get("Patient?_id=patient-1").await.json();
    assert_eq!(found["entry"][1]["search"]["mode"], "outcome");
}

#[tokio::test]
async fn oracle_wants_a_period_and_a_charset_and_answers_409_when_stale() {
    let clinic = of("oracle").await;
    let mut body = note("text/plain;charset=utf-8");
    assert_eq!(clinic.post("DocumentReference", &body).await.status, 422);
    body["context"]["period"] = json!({ "start": "2026-11-22T10:00:00Z", "end": "2026-11-22T10:20:00Z" });
    assert_eq!(clinic.post("DocumentReference", &body).await.status, 201);
    let mut plain = body.clone();
    plain["content"][0]["attachment"]["contentType"] = json!("text/plain");
    assert_eq!(clinic.post("DocumentReference", &plain).await.status, 422);
    let mut filed = Value::clone(&clinic.sandbox.resources("DocumentReference").await[0]);
    let path = format!("DocumentReference/{}", filed["id"].as_str().unwrap());
    filed["status"] = json!("entered-in-error");
    assert_eq!(clinic.ask("PUT", &path, &[("if-match", "W/\"9\"")], &filed).await.status, 409);
    assert_eq!(clinic.ask("PUT", &path, &[("if-match", "W/\"1\"")], &filed).await.status, 200);
    assert_eq!(clinic.get("DocumentReference").await.status, 400);
    assert_eq!(clinic.get("Task?patient=patient-1").await.status, 405);
}

#[tokio::test]
async fn athena_reads_without_totals_and_medplum_takes_everything() {
    let clinic = of("athena").await;
    let found = clinic.get("Patient?_id=patient-1").await.json();
    assert_eq!((found["total"].clone(), support::ids(&found).len()), (Value::Null, 1));
    assert_eq!(clinic.post("DocumentReference", &note("text/plain")).await.status, 405);
    let clinic = of("medplum").await;
    assert_eq!(clinic.post("DocumentReference", &note("text/plain")).await.status, 201);
}
