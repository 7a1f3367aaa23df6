//! The FHIR store over HTTP.

#![allow(clippy::unwrap_used)]

mod support;

use serde_json::{Value, json};
use support::{Clinic, ids};

fn note(text: &str) -> Value {
    use base64::Engine;
    json!({
        "resourceType": "DocumentReference",
        "status": "current",
        "identifier": [{ "system": "urn:test", "value": text }],
        "subject": { "reference": "Patient/patient-1" },
        "content": [{ "attachment": {
            "contentType": "text/plain",
            "data": base64::engine::general_purpose::STANDARD.encode(text)
        } }]
    })
}

fn condition(code: &str, onset: &str) -> Value {
    json!({
        "resourceType": "Condition",
        "subject": { "reference": "Patient/patient-1" },
        "category": [{ "coding": [{ "system": "urn:cat", "code": "problem-list-item" }] }],
        "code": { "coding": [{ "system": "http://hl7.org/fhir/sid/icd-10-cm", "code": code }] },
        "onsetDateTime": onset
    })
}

#[tokio::test]
async fn what_is_written_is_read_back_verbatim_with_a_version() {
    let clinic = Clinic::tiny().await;
    let mut body = condition("E11.9", "2020-05");
    body["extension"] = json!([{ "url": "urn:x", "valueDecimal": "PLACEHOLDER" }]);
    let text = body.to_string().replace("\"PLACEHOLDER\"", "1.10");
    let body: Value = text.parse().unwrap();
    let made = clinic.post("Condition", &body).await;
    assert_eq!(made.status, 201);
    assert_eq!(made.header("etag"), "W/\"1\"");
    assert!(made.header("location").ends_with("/_history/1"));
    assert_eq!(made.header("content-type"), "application/fhir+json");
    let id = made.json()["id"].as_str().unwrap().to_owned();
    let read = clinic.get(&format!("Condition/{id}")).await;
    assert!(read.text().contains("\"valueDecimal\":1.10"));
    assert_eq!(read.header("etag"), "W/\"1\"");
    assert!(!read.header("last-modified").is_empty());
    assert_eq!(read.json()["code"], body["code"]);
}

#[tokio::test]
async fn prefer_minimal_answers_with_headers_only() {
    let clinic = Clinic::tiny().await;
    let made = clinic.ask("POST", "DocumentReference", &[("prefer", "return=minimal")], &note("a")).await;
    assert_eq!((made.status, made.body.len()), (201, 0));
    assert!(made.header("location").contains("/DocumentReference/"));
}

#[tokio::test]
async fn a_conditional_create_makes_one_then_finds_it_then_refuses_two() {
    let clinic = Clinic::tiny().await;
    let condition = [("if-none-exist", "identifier=urn:test|a")];
    let first = clinic.ask("POST", "DocumentReference", &condition, &note("a")).await;
    let again = clinic.ask("POST", "DocumentReference", &condition, &note("a")).await;
    assert_eq!((first.status, again.status), (201, 200));
    assert_eq!(first.json()["id"], again.json()["id"]);
    assert_eq!(clinic.post("DocumentReference", &note("a")).await.status, 201);
    let third = clinic.ask("POST", "DocumentReference", &condition, &note("a")).await;
    assert_eq!(third.status, 412);
    assert_eq!(third.json()["resourceType"], "OperationOutcome");
}

#[tokio::test]
async fn a_stale_if_match_is_refused_and_history_keeps_every_version() {
    let clinic = Clinic::tiny().await;
    let mut body = clinic.post("Condition", &condition("I10", "2019")).await.json();
    let path = format!("Condition/{}", body["id"].as_str().unwrap());
    body["note"] = json!([{ "text": "changed" }]);
    let changed = clinic.ask("PUT", &path, &[("if-match", "W/\"1\"")], &body).await;
    assert_eq!((changed.status, changed.header("etag")), (200, "W/\"2\""));
    let stale = clinic.ask("PUT", &path, &[("if-match", "W/\"1\"")], &body).await;
    assert_eq!(stale.status, 412);
    let patch = json!([{ "op": "add", "path": "/recordedDate", "value": "2026-11-22" }]);
    let headers = [("if-match", "W/\"2\""), ("content-type", "application/json-patch+json")];
    assert_eq!(clinic.ask("PATCH", &path, &headers, &patch).await.header("etag"), "W/\"3\"");
    assert_eq!(clinic.ask("DELETE", &path, &[], &Value::Null).await.status, 204);
    assert_eq!(clinic.get(&path).await.status, 410);
    let history = clinic.get(&format!("{path}/_history")).await.json();
    assert_eq!(history["total"], 4);
    assert_eq!(history["entry"][0]["request"]["method"], "DELETE");
    let first = clinic.get(&format!("{path}/_history/1")).await;
    assert!(first.json()["note"].is_null());
}

#[tokio::test]
async fn pages_hold_every_match_exactly_once_and_stay_on_the_origin() {
    let clinic = Clinic::tiny().await;
    for day in 1..=7 {
        clinic.post("Condition", &condition("I10", &format!("2026-01-{day:02}"))).await;
    }
    let mut page = clinic.get("Condition?patient=patient-1&_count=3&_sort=-onset-date").await.json();
    assert_eq!(page["total"], 7);
    let mut seen = Vec::new();
    loop {
        let entries = page["entry"].as_array().unwrap();
        seen.extend(entries.iter().map(|e| e["resource"]["onsetDateTime"].as_str().unwrap().to_owned()));
        let links = page["link"].as_array().unwrap();
        let Some(next) = links.iter().find(|link| link["relation"] == "next") else { break };
        let path = next["url"].as_str().unwrap().strip_prefix(&clinic.url("")).unwrap().to_owned();
        page = clinic.get(&path).await.json();
    }
    let expected: Vec<String> = (1..=7).rev().map(|day| format!("2026-01-{day:02}")).collect();
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn searches_compare_tokens_dates_references_and_names() {
    let clinic = Clinic::tiny().await;
    let old = clinic.post("Condition", &condition("I10", "2019-03-02")).await.json()["id"].clone();
    let new = clinic.post("Condition", &condition("E11.9", "2024-06")).await.json()["id"].clone();
    let (old, new) = (old.as_str().unwrap(), new.as_str().unwrap());
    for (query, expected) in [
        ("code=I10", vec![old]),
        ("code=http://hl7.org/fhir/sid/icd-10-cm|I10", vec![old]),
        ("code=urn:other|I10", vec![]),
        ("code=I10,E11.9", vec![old, new]),
        ("code:not=I10", vec![new]),
        ("onset-date=ge2024", vec![new]),
        ("onset-date=lt2024-06-01&onset-date=gt2019-01-01", vec![old]),
        ("patient=Patient/patient-1&category=problem-list-item", vec![old, new]),
        ("subject=Patient/other", vec![]),
        ("onset-date:missing=true", vec![]),
        ("_id=nobody", vec![]),
        ("flavour=sweet", vec![old, new]),
    ] {
        assert_eq!(ids(&clinic.get(&format!("Condition?{query}")).await.json()), expected, "{query}");
    }
    assert_eq!(ids(&clinic.get("Patient?name=sand&birthdate=1970").await.json()), ["patient-1"]);
    assert_eq!(ids(&clinic.get("Patient?family=nobody").await.json()), Vec::<String>::new());
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let bearer = format!("Bearer {}", clinic.token);
    let headers = [form[0], ("authorization", bearer.as_str())];
    let posted =
        support::send("POST", &clinic.url("Patient/_search"), &headers, "gender=female").await.unwrap();
    assert_eq!(ids(&posted.json()), ["patient-1"]);
    let counted = clinic.get("Condition?_summary=count").await.json();
    assert_eq!((counted["total"].clone(), counted["entry"].clone()), (json!(2), Value::Null));
}

#[tokio::test]
async fn unknown_parameters_are_ignored_unless_asked_to_be_strict() {
    let clinic = Clinic::tiny().await;
    assert_eq!(clinic.get("Patient?flavour=sweet").await.json()["total"], 1);
    let strict =
        clinic.ask("GET", "Patient?flavour=sweet", &[("prefer", "handling=strict")], &Value::Null).await;
    assert_eq!(strict.status, 400);
    assert_eq!(clinic.get("Condition?onset-date=yesterday").await.status, 400);
}

#[tokio::test]
async fn includes_bring_the_medication_and_the_provenance() {
    let clinic = Clinic::tiny().await;
    let drug = json!({ "resourceType": "Medication", "id": "drug", "code": { "text": "x" } });
    assert_eq!(clinic.ask("PUT", "Medication/drug", &[], &drug).await.status, 201);
    let order = json!({
        "resourceType": "MedicationRequest", "id": "order", "status": "active", "intent": "order",
        "subject": { "reference": "Patient/patient-1" }, "medicationReference": { "reference": "Medication/drug" }
    });
    assert_eq!(clinic.ask("PUT", "MedicationRequest/order", &[], &order).await.status, 201);
    let origin = json!({
        "resourceType": "Provenance", "id": "origin", "recorded": "2026-01-01T00:00:00Z",
        "target": [{ "reference": "MedicationRequest/order" }],
        "agent": [{ "who": { "reference": "Practitioner/clinician-1" } }]
    });
    assert_eq!(clinic.ask("PUT", "Provenance/origin", &[], &origin).await.status, 201);
    let query = "MedicationRequest?patient=patient-1&intent=order,plan\
                 &_include=MedicationRequest:medication&_revinclude=Provenance:target";
    let found = clinic.get(query).await.json();
    assert_eq!(ids(&found), ["order"]);
    let included: Vec<&str> = found["entry"].as_array().unwrap()[1..]
        .iter()
        .map(|entry| entry["resource"]["resourceType"].as_str().unwrap())
        .collect();
    assert_eq!(included, ["Medication", "Provenance"]);
}

#[tokio::test]
async fn a_transaction_links_its_entries_or_leaves_no_trace() {
    let clinic = Clinic::tiny().await;
    let entry = |name: &str, kind: &str, resource: Value| json!({ "fullUrl": name, "resource": resource, "request": { "method": "POST", "url": kind } });
    let mut linked = note("linked");
    linked["context"] = json!({ "related": [{ "reference": "urn:uuid:1" }] });
    let good = json!({ "resourceType": "Bundle", "type": "transaction", "entry": [
        entry("urn:uuid:2", "DocumentReference", linked),
        entry("urn:uuid:1", "Condition", condition("I10", "2020"))
    ] });
    let done = clinic.post("", &good).await;
    assert_eq!(done.status, 200);
    let answer = done.json();
    assert_eq!(answer["entry"][0]["response"]["status"], "201");
    let condition_id = answer["entry"][1]["resource"]["id"].as_str().unwrap().to_owned();
    let reference = &answer["entry"][0]["resource"]["context"]["related"][0]["reference"];
    assert_eq!(*reference, json!(format!("Condition/{condition_id}")));

    let bad = json!({ "resourceType": "Bundle", "type": "transaction", "entry": [
        entry("urn:uuid:3", "Condition", condition("I11", "2020")),
        entry("urn:uuid:4", "Condition", json!({ "resourceType": "Condition" }))
    ] });
    let refused = clinic.post("", &bad).await;
    assert_eq!(refused.status, 422);
    assert_eq!(ids(&clinic.get("Condition?code=I11").await.json()), Vec::<String>::new());

    let mut batch = bad;
    batch["type"] = json!("batch");
    let answer = clinic.post("", &batch).await.json();
    let statuses = [&answer["entry"][0]["response"]["status"], &answer["entry"][1]["response"]["status"]];
    assert_eq!(statuses, [&json!("201"), &json!("422")]);
}

#[tokio::test]
async fn a_transaction_repeated_with_if_none_exist_files_nothing_twice() {
    let clinic = Clinic::tiny().await;
    let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": [{
        "fullUrl": "urn:uuid:1",
        "resource": note("once"),
        "request": { "method": "POST", "url": "DocumentReference", "ifNoneExist": "identifier=urn:test|once" }
    }] });
    let first = clinic.post("", &bundle).await.json();
    let second = clinic.post("", &bundle).await.json();
    assert_eq!(first["entry"][0]["response"]["status"], "201");
    assert_eq!(second["entry"][0]["response"]["status"], "200");
    assert_eq!(clinic.get("DocumentReference?_summary=count").await.json()["total"], 1);
}

#[tokio::test]
async fn every_refusal_explains_itself_in_an_operation_outcome() {
    let clinic = Clinic::tiny().await;
    let claim = json!({ "resourceType": "Claim", "status": "draft" });
    let refusals = [
        clinic.get("Patient/nobody").await,
        clinic.get("Unicorn?x=1").await,
        clinic.post("Condition", &json!({ "resourceType": "Condition" })).await,
        clinic.post("Task", &condition("I10", "2020")).await,
        clinic.post("Claim", &claim).await,
        clinic.ask("POST", "Task", &[("content-type", "text/plain")], &json!({})).await,
        clinic.ask("GET", "Patient", &[("accept", "application/fhir+xml")], &Value::Null).await,
        clinic.get("Patient/patient-1/$everything").await,
        support::send("GET", &clinic.url("Patient"), &[], "").await.unwrap(),
    ];
    let statuses: Vec<u16> = refusals.iter().map(|reply| reply.status).collect();
    assert_eq!(statuses, [404, 404, 422, 400, 422, 415, 406, 404, 401]);
    for reply in refusals {
        assert_eq!(reply.json()["resourceType"], "OperationOutcome");
    }
}

#[tokio::test]
async fn the_capability_statement_lists_what_the_personality_offers() {
    let clinic = Clinic::tiny().await;
    let statement = support::send("GET", &clinic.url("metadata"), &[], "").await.unwrap().json();
    let resources = statement["rest"][0]["resource"].as_array().unwrap().clone();
    let note = resources.iter().find(|entry| entry["type"] == "DocumentReference").unwrap();
    assert!(note["interaction"].as_array().unwrap().contains(&json!({ "code": "create" })));

    let config = sandbox_ehr::Config { personality: "read-only".to_owned(), ..sandbox_ehr::Config::tiny() };
    let clinic = Clinic::open(config).await;
    let statement = clinic.get("metadata").await.json();
    let note = statement["rest"][0]["resource"].as_array().unwrap().clone();
    let note = note.iter().find(|entry| entry["type"] == "DocumentReference").unwrap();
    assert!(!note["interaction"].as_array().unwrap().contains(&json!({ "code": "create" })));
    assert_eq!(clinic.post("DocumentReference", &self::note("a")).await.status, 405);
    assert_eq!(clinic.get("Patient/patient-1").await.status, 200);
}
