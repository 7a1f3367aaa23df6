//! Since your last visit: told from the chart, with its evidence, and honest about what is missing.

use chartside_tests::app::{self, App, Call, of};
use chartside_tests::visit::{chart, launch_maria};
use sandbox_ehr::{Config, Fault, Sandbox};
use serde_json::{Value, json};

async fn start() -> (tempfile::TempDir, Sandbox, App) {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    let app = App::start(data.path(), app::policy(&ehr.urls.fhir, &ehr.urls.origin)).await;
    (data, ehr, app)
}

/// The brief once nothing is on its way any more.
async fn brief(app: &App, visit: &str) -> Value {
    chart(app, visit).await;
    let settled = |b: &Value| {
        let missing = b["not_loaded"].as_array().unwrap();
        missing
            .iter()
            .all(|m| !m["why"].as_str().unwrap().starts_with("is being") && m["why"] != "was not loaded yet")
    };
    app.until("brief_get", of(visit), settled).await
}

fn group<'a>(brief: &'a Value, kind: &str) -> Vec<&'a Value> {
    let groups = brief["groups"].as_array().unwrap();
    groups.iter().filter(|g| g["kind"] == kind).flat_map(|g| g["lines"].as_array().unwrap()).collect()
}

async fn add(ehr: &Sandbox, body: Value) {
    ehr.put(body).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happened_after_the_last_visit_is_told_and_every_line_has_a_record_behind_it() {
    let (_data, ehr, app) = start().await;
    let subject = json!({ "reference": "Patient/maria-santos" });
    add(&ehr, json!({
        "resourceType": "Condition", "id": "new-problem", "subject": subject, "recordedDate": "2026-10-02",
        "clinicalStatus": { "coding": [{ "code": "active" }] }, "code": { "text": "Atrial fibrillation" },
        "category": [{ "coding": [{ "code": "problem-list-item" }] }]
    })).await;
    add(
        &ehr,
        json!({
            "resourceType": "Encounter", "id": "new-emergency", "status": "finished", "subject": subject,
            "class": { "code": "EMER" }, "type": [{ "text": "Emergency visit" }],
            "period": { "start": "2026-10-01T20:00:00Z", "end": "2026-10-02T03:00:00Z" }
        }),
    )
    .await;
    let visit = launch_maria(&app, &ehr).await;
    let brief = brief(&app, &visit).await;
    assert_eq!(
        (&brief["since"]["since"], &brief["since"]["yours"]),
        (&json!("known"), &json!(true)),
        "{brief}"
    );
    assert_eq!(brief["since"]["date"], "2026-08-14");
    assert_eq!(brief["not_loaded"], json!([]));
    assert_eq!(group(&brief, "problems")[0]["evidence"], json!(["Condition/new-problem"]));
    assert_eq!(group(&brief, "stays")[0]["kind"], "emergency");
    for line in brief["groups"].as_array().unwrap().iter().flat_map(|g| g["lines"].as_array().unwrap()) {
        assert!(line["date"].as_str().unwrap() >= "2026-08-14", "{line}");
        for record in line["evidence"].as_array().unwrap() {
            let (kind, id) = record.as_str().unwrap().split_once('/').unwrap();
            assert!(ehr.resource(kind, id).await.is_some(), "{record} is in the EHR");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_section_that_could_not_be_loaded_is_named_and_the_rest_is_told() {
    let (_data, ehr, app) = start().await;
    ehr.faults().add("kind=403,path=MedicationRequest".parse::<Fault>().unwrap());
    let visit = launch_maria(&app, &ehr).await;
    let brief = brief(&app, &visit).await;
    let missing = brief["not_loaded"].as_array().unwrap();
    assert_eq!((missing.len(), &missing[0]["section"]), (1, &json!("medications")), "{brief}");
    assert!(group(&brief, "medications").is_empty());
    assert_eq!(brief["since"]["since"], "known");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_earlier_visits_the_brief_does_not_guess_since_when() {
    let (_data, ehr, app) = start().await;
    ehr.faults().add("kind=503,path=Encounter?patient".parse::<Fault>().unwrap());
    let visit = launch_maria(&app, &ehr).await;
    let brief = brief(&app, &visit).await;
    assert_eq!((&brief["since"]["since"], &brief["groups"]), (&json!("unknown"), &json!([])), "{brief}");
}
