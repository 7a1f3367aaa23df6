//! The EHR changed since the last sign-in: what breaks a route is said before the first visit.

use chartside_tests::app;
use chartside_tests::app::of;
use chartside_tests::visit::{launch, launch_maria, write};
use chartside_tests::{App, Call};
use sandbox_ehr::{Config, Sandbox};
use serde_json::{Value, json};

async fn changes(app: &App) -> Value {
    app.must("app_state", json!({})).await["ehr_changes"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_ehr_no_longer_takes_is_said_at_the_next_sign_in_until_it_was_read() {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    let policy = app::policy(&ehr.urls.fhir, &ehr.urls.origin);
    let app = App::start(data.path(), policy.clone()).await;
    launch_maria(&app, &ehr).await;
    assert_eq!(changes(&app).await, Value::Null, "nothing to compare with yet");
    drop(app);

    ehr.withdraw("Condition");
    let app = App::start(data.path(), policy.clone()).await;
    let visit = launch_maria(&app, &ehr).await;
    let told = changes(&app).await;
    let words = told["words"][0].as_str().unwrap();
    assert_eq!(told["words"].as_array().unwrap().len(), 1, "{told}");
    assert!(
        words.starts_with("Diagnoses stand in the note from now on, because the EHR does not say"),
        "{words}"
    );
    write(&app, &visit).await;
    let plan = app.must("plan_get", of(&visit)).await;
    let diagnosis = plan["items"].as_array().unwrap().iter().find(|i| i["kind"] == "diagnosis").unwrap();
    assert_eq!(diagnosis["outcome"], "in_note", "as it was said");

    // It stands there until somebody read it, also after another sign-in.
    launch(&app, &ehr, "prac-okafor", "harold-lindqvist", None).await;
    assert_eq!(changes(&app).await, told);
    app.must("ehr_changes_read", json!({})).await;
    assert_eq!(changes(&app).await, Value::Null);
    launch(&app, &ehr, "prac-okafor", "maria-santos", Some("enc-visit-1")).await;
    assert_eq!(changes(&app).await, Value::Null, "said once");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_its_sign_in_can_no_longer_do_is_said_too() {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    let app = App::start(data.path(), app::policy(&ehr.urls.fhir, &ehr.urls.origin)).await;
    launch_maria(&app, &ehr).await;
    ehr.withdraw("permission-offline");
    launch_maria(&app, &ehr).await;
    let told = changes(&app).await;
    let words = told["words"][0].as_str().unwrap();
    assert!(words.starts_with("Delivery may stop when a sign-in ends"), "{told}");
    assert_eq!(told["words"].as_array().unwrap().len(), 1, "{told}");
}
