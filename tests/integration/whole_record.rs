//! The chart shows or counts every record that the EHR has of the patient, and nothing else.

use chartside_tests::app::Call;
use chartside_tests::visit::{chart, launch};
use chartside_tests::{App, app, record};
use sandbox_ehr::{Config, Sandbox, TokenRequest};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Opens the chart of this patient and compares it with what the EHR has; gives the number of records.
async fn whole(ehr: &Sandbox, patient: &str) -> usize {
    let data = tempfile::tempdir().unwrap();
    let app = App::start(data.path(), app::policy(&ehr.urls.fhir, &ehr.urls.origin)).await;
    let practitioners = ehr.resources("Practitioner").await;
    let user = practitioners.iter().find_map(|p| p["id"].as_str()).unwrap().to_owned();
    let visit = launch(&app, ehr, &user, patient, None).await;
    let chart = chart(&app, &visit).await;
    let token = ehr.token(TokenRequest {
        user: Some(user),
        patient: None,
        encounter: None,
        scopes: "user/*.rs".to_owned(),
        ttl: None,
    });
    let record = record::read(&ehr.urls.fhir, &token.await, patient).await;
    let wrong = record::differences(&chart, &record);
    assert!(wrong.is_empty(), "{patient}: {wrong:#?}");
    what_offers_to_be_read_can_be_read(&app, &visit, &chart).await;
    record::size(&record)
}

/// A few of each section: never "not in the chart", and words or why there are none.
async fn what_offers_to_be_read_can_be_read(app: &App, visit: &str, chart: &Value) {
    for section in chart["sections"].as_array().unwrap() {
        let items = section["items"].as_array().unwrap().iter();
        for item in items.filter(|i| i["has_document"] == true).take(5) {
            let read = app.must("chart_document", json!({ "visit": visit, "id": item["id"] })).await;
            let has_text = read["text"].as_str().is_some_and(|t| !t.is_empty());
            let has_blocks = read["blocks"].as_array().is_some_and(|all| !all.is_empty());
            let said = has_text || has_blocks || read["picture"].is_object() || read["not_shown"].is_string();
            assert!(said, "{}: {read}", item["id"]);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_every_patient_of_the_sandbox_nothing_is_missing() {
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    for patient in [
        "maria-santos",
        "harold-lindqvist",
        "devon-whitfield",
        "noah-haddad",
        "grace-kowalczyk",
        "grace-kowalczik",
        "luis-ferreira",
        "luis-ferreira-retired",
        "zoe-nguyen",
        "aisha-rahman",
    ] {
        whole(&ehr, patient).await;
    }
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

#[tokio::test(flavor = "multi_thread")]
async fn of_three_lives_made_by_another_generator_nothing_is_missing() {
    let config = Config { data: vec![fixtures().join("synthea")], default_data: false, ..Config::default() };
    let ehr = Sandbox::start(config).await.unwrap();
    let mut sizes = Vec::new();
    for patient in ehr.resources("Patient").await {
        sizes.push(whole(&ehr, patient["id"].as_str().unwrap()).await);
    }
    sizes.sort_unstable();
    assert_eq!(sizes.len(), 3);
    assert!(sizes[0] < 600 && sizes[2] > 4_000, "small, middle and large: {sizes:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_the_two_test_patients_of_us_core_nothing_is_missing() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/inferno-patients");
    if !folder.is_dir() {
        eprintln!("skipped: ../shared/data/inferno-patients is not here");
        return;
    }
    let config = Config { data: vec![folder], default_data: false, ..Config::default() };
    let ehr = Sandbox::start(config).await.unwrap();
    for patient in ["85", "355"] {
        assert!(whole(&ehr, patient).await > 200);
    }
}
