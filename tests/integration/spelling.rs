//! Spelling: what the list, the clinician, the site and this patient's chart know, and nobody else's.

use chartside_tests::app;
use chartside_tests::visit::{chart, launch_maria};
use chartside_tests::{App, Call};
use companion::contract::ErrorCode;
use sandbox_ehr::{Config, Sandbox};
use serde_json::json;

async fn marked(app: &App, visit: &str, text: &str) -> Vec<String> {
    let answer = app.must("spelling_check", json!({ "visit": visit, "text": text })).await;
    let units: Vec<u16> = text.encode_utf16().collect();
    let at = |mark: &serde_json::Value, end: &str| usize::try_from(mark[end].as_u64().unwrap()).unwrap();
    let marks = answer["marks"].as_array().unwrap();
    marks.iter().map(|m| String::from_utf16(&units[at(m, "start")..at(m, "end")]).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_of_the_chart_is_known_once_the_patient_is_confirmed_and_only_there() {
    let data = tempfile::tempdir().unwrap();
    let mut ehr = Config::default();
    let medication = json!({
        "resourceType": "MedicationRequest", "id": "trial-drug", "status": "active", "intent": "order",
        "subject": { "reference": "Patient/maria-santos" },
        "medicationCodeableConcept": { "text": "Zorblaxumab 10 mg" }
    });
    let file = data.path().join("more.json");
    std::fs::write(
        &file,
        json!({ "resourceType": "Bundle", "type": "collection", "entry": [{ "resource": medication }] })
            .to_string(),
    )
    .unwrap();
    ehr.data.push(file);
    let ehr = Sandbox::start(ehr).await.unwrap();
    let app = App::start(data.path(), app::policy(&ehr.urls.fhir, &ehr.urls.origin)).await;
    let visit = launch_maria(&app, &ehr).await;
    chart(&app, &visit).await;
    let text = "Santos takes zorblaxumab and has diarhea.";
    assert_eq!(marked(&app, &visit, text).await, ["zorblaxumab", "diarhea"]);
    app.must("identity_confirm", json!({ "visit": visit, "identifiers": ["name", "birth_date"] })).await;
    assert_eq!(marked(&app, &visit, text).await, ["diarhea"]);
    let meant = |word| json!({ "visit": visit, "word": word });
    assert_eq!(app.must("spelling_suggest", meant("diarhea")).await["words"][0], "diarrhea");
    assert_eq!(app.must("spelling_suggest", meant("Zorblaxumap")).await["words"][0], "Zorblaxumab");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_words_of_the_clinician_stay_after_a_restart_and_those_of_the_site_stand_in_a_file() {
    let data = tempfile::tempdir().unwrap();
    let site = tempfile::tempdir().unwrap();
    std::fs::write(site.path().join("words.txt"), "# clinic\nRiverbendly\n").unwrap();
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    let mut policy = app::policy(&ehr.urls.fhir, &ehr.urls.origin);
    policy.folder = Some(site.path().to_owned());
    let app = App::start(data.path(), policy.clone()).await;
    let visit = launch_maria(&app, &ehr).await;
    let text = "Seen at Riverbendly with snorfle.";
    assert_eq!(marked(&app, &visit, text).await, ["snorfle"]);
    let view = app.must("spelling_add", json!({ "word": "Snorfle" })).await;
    assert_eq!(view["words"], json!(["snorfle"]));
    assert_eq!(app.refused("spelling_add", json!({ "word": "two words" })).await, ErrorCode::InvalidInput);
    drop(app);
    let app = App::start(data.path(), policy).await;
    let visit = launch_maria(&app, &ehr).await;
    assert_eq!(marked(&app, &visit, text).await, [] as [&str; 0]);
    app.must("spelling_remove", json!({ "word": "snorfle" })).await;
    assert_eq!(marked(&app, &visit, text).await, ["snorfle"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_is_too_long_is_refused_and_one_full_of_mistakes_is_bounded() {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    let app = App::start(data.path(), app::policy(&ehr.urls.fhir, &ehr.urls.origin)).await;
    let visit = launch_maria(&app, &ehr).await;
    assert_eq!(marked(&app, &visit, &"diarhea ".repeat(2_000)).await.len(), 500);
    let long = json!({ "visit": visit, "text": "a ".repeat(clinical::note::MAX_SECTION_BYTES) });
    assert_eq!(app.refused("spelling_check", long).await, ErrorCode::InvalidInput);
    assert_eq!(
        app.refused("spelling_check", json!({ "visit": "no", "text": "" })).await,
        ErrorCode::VisitNotFound
    );
    app.must("lock", json!({})).await;
    assert_eq!(
        app.refused("spelling_check", json!({ "visit": visit, "text": "x" })).await,
        ErrorCode::Locked
    );
}
