//! What the chart and earlier visits know stands in the form with where it is from, and in no attestation before
//! the clinician has stated the facts.

use chartside_tests::app::{self, App, Call, of};
use chartside_tests::visit::{chart, launch};
use sandbox_ehr::{Config, Sandbox};
use serde_json::{Value, json};

const CLINICIAN: &str = "prac-okafor";

async fn facts_of(app: &App, visit: &str) -> Value {
    app.must("visit_get", of(visit)).await
}

async fn attested(app: &App, visit: &str) -> String {
    app.must("note_get", of(visit)).await["attestation"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_known_stands_in_the_form_and_is_attested_when_the_clinician_has_stated_it() {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    let app = App::start(data.path(), app::policy(&ehr.urls.fhir, &ehr.urls.origin)).await;
    let visit = launch(&app, &ehr, CLINICIAN, "maria-santos", Some("enc-visit-1")).await;
    chart(&app, &visit).await;
    let known = |v: &Value| v["fact_sources"]["new_patient"].is_string();
    let view = app.until("visit_get", of(&visit), known).await;
    assert_eq!(view["facts"]["patient_state"], "MA");
    assert_eq!(view["fact_sources"]["patient_state"], "from the home address");
    assert_eq!(view["facts"]["new_patient"], false);
    let seen = view["fact_sources"]["new_patient"].as_str().unwrap();
    assert!(seen.starts_with("seen by you on 20"), "{seen}");
    let open = ["patient_place", "consent", "clinician_location", "total_minutes"];
    assert_eq!(view["open_facts"], json!(open));
    let before = attested(&app, &visit).await;
    assert!(!before.contains("MA") && before.contains("Planned as a video visit"), "{before}");

    let mut facts = view["facts"].clone();
    facts["consent"] = json!(true);
    facts["consent_how"] = json!("spoken");
    facts["patient_place"] = json!("home");
    facts["clinician_location"] = json!("Riverbend clinic");
    facts["others_present"] = json!("Rosa Santos (daughter).");
    let stated = app.must("facts_set", json!({ "visit": visit, "facts": facts })).await;
    assert_eq!(stated["open_facts"], json!(["total_minutes"]));
    let after = attested(&app, &visit).await;
    for line in [
        "The patient agreed to a telehealth visit, spoken. Recorded 20",
        "The patient was at home (MA).",
        "The clinician was at: Riverbend clinic.",
        "(patient); Adaeze Okafor, MD (clinician); Rosa Santos (daughter).",
    ] {
        assert!(after.contains(line), "{line} is not in\n{after}");
    }

    let next = launch(&app, &ehr, CLINICIAN, "harold-lindqvist", Some("enc-visit-2")).await;
    let next = facts_of(&app, &next).await;
    assert_eq!(next["facts"]["clinician_location"], "Riverbend clinic");
    assert!(next["fact_sources"]["clinician_location"].as_str().unwrap().starts_with("as on 20"));
    let unstated = attested(&app, next["visit"].as_str().unwrap()).await;
    assert!(!unstated.contains("Riverbend clinic"), "{unstated}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_that_is_none_is_refused() {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    let app = App::start(data.path(), app::policy(&ehr.urls.fhir, &ehr.urls.origin)).await;
    let visit = launch(&app, &ehr, CLINICIAN, "maria-santos", Some("enc-visit-1")).await;
    let facts = json!({ "visit": visit, "facts": { "patient_state": "ZZ" } });
    assert_eq!(app.refused("facts_set", facts).await, companion::contract::ErrorCode::InvalidInput);
}
