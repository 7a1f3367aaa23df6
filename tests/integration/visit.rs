//! One visit from launch to receipts.

use chartside_tests::app::of;
use chartside_tests::visit::{chart, filed, launch, launch_maria, sign, write, written};
use chartside_tests::{App, Call, app};
use companion::contract::ErrorCode;
use sandbox_ehr::{Config, Fault, Sandbox};
use serde_json::json;

async fn start() -> (tempfile::TempDir, Sandbox, App) {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    let app = App::start(data.path(), app::policy(&ehr.urls.fhir, &ehr.urls.origin)).await;
    (data, ehr, app)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_goes_from_launch_to_receipts() {
    let (_data, ehr, app) = start().await;
    let visit = launch_maria(&app, &ehr).await;
    let chart = chart(&app, &visit).await;
    for section in chart["sections"].as_array().unwrap() {
        assert_eq!(section["state"]["state"], "complete", "{}", section["title"]);
        // Maria has no device, no order and no family history on record.
        let none = matches!(section["kind"].as_str(), Some("devices" | "orders" | "family_history"));
        assert_eq!(section["items"].as_array().unwrap().is_empty(), none, "{}", section["title"]);
    }
    write(&app, &visit).await;
    sign(&app, &visit).await;
    let delivery = filed(&app, &visit).await;
    for (kind, copies) in written(&ehr).await {
        assert_eq!(copies.len(), 1, "exactly one {kind}");
        let receipt = delivery["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|i| &i["receipt"])
            .find(|r| r["resource_type"] == kind)
            .unwrap();
        assert_eq!(receipt["id"], copies[0]["id"]);
        assert_eq!(receipt["version_id"], copies[0]["meta"]["versionId"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ehr_that_is_down_at_signing_gets_everything_later() {
    let (_data, ehr, app) = start().await;
    let visit = launch_maria(&app, &ehr).await;
    chart(&app, &visit).await;
    write(&app, &visit).await;
    ehr.faults().add("kind=down".parse::<Fault>().unwrap());
    sign(&app, &visit).await;
    let waiting = app.until("delivery_get", app::of(&visit), |d| d["items"][0]["state"] == "retrying").await;
    assert_eq!(waiting["all_filed"], false);
    ehr.faults().clear();
    filed(&app, &visit).await;
    for (kind, copies) in written(&ehr).await {
        assert_eq!(copies.len(), 1, "exactly one {kind}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_can_be_signed_before_two_identifiers_are_confirmed() {
    let (_data, ehr, app) = start().await;
    let visit = launch_maria(&app, &ehr).await;
    let plan = app.must("plan_get", app::of(&visit)).await;
    assert!(plan["blockers"].as_array().unwrap().iter().any(|b| b["kind"] == "identity"));
    let refused = app.refused("sign", json!({ "visit": visit, "plan_hash": plan["plan_hash"] })).await;
    assert_eq!(refused, companion::contract::ErrorCode::IdentityNotConfirmed);
    assert!(written(&ehr).await.iter().all(|(_, copies)| copies.is_empty()));
}

/// The test patients that are handed out beside the project; absent on other machines.
fn inferno() -> Option<std::path::PathBuf> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/inferno-patients");
    folder.is_dir().then_some(folder)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chart_with_an_illegal_element_still_opens_and_is_written() {
    let Some(folder) = inferno() else {
        eprintln!("skipped: ../shared/data/inferno-patients is not here");
        return;
    };
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config { data: vec![folder], default_data: false, ..Config::default() })
        .await
        .unwrap();
    let app = App::start(data.path(), app::policy(&ehr.urls.fhir, &ehr.urls.origin)).await;
    let encounter = ehr
        .resources_of("Encounter", "355")
        .await
        .iter()
        .find(|e| e["appointment"].is_array())
        .and_then(|e| e["id"].as_str().map(str::to_owned));
    assert!(encounter.is_some(), "today's visit");
    let user = ehr.resources("Practitioner").await[0]["id"].as_str().unwrap().to_owned();
    let visit = chartside_tests::visit::launch(&app, &ehr, &user, "355", encounter.as_deref()).await;
    let chart = chart(&app, &visit).await;
    for section in chart["sections"].as_array().unwrap() {
        assert_eq!(section["state"]["state"], "complete", "{}", section["title"]);
        assert_eq!(section["unreadable"], 0, "{}", section["title"]);
    }
    write(&app, &visit).await;
    sign(&app, &visit).await;
    filed(&app, &visit).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_launch_parks_the_first_visit_whole_and_nothing_is_mixed() {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    let app = App::start(data.path(), app::policy(&ehr.urls.fhir, &ehr.urls.origin)).await;
    let marias = launch_maria(&app, &ehr).await;
    write(&app, &marias).await;
    let before = (app.must("note_get", of(&marias)).await, app.must("codes_get", of(&marias)).await);
    // Her chart has come and is saved (who asks for a document waits for that): no more is to be told of it.
    chart(&app, &marias).await;
    app.refused("chart_document", json!({ "visit": marias, "id": "DocumentReference/none" })).await;
    let mut events = app.companion.events();
    let harolds = launch(&app, &ehr, "prac-okafor", "harold-lindqvist", Some("enc-visit-2")).await;
    chart(&app, &harolds).await;
    let frame = app.must("app_state", json!({})).await;
    assert_eq!(
        (frame["current_visit"].as_str(), frame["visits"].as_array().map(Vec::len)),
        (Some(&*harolds), Some(2))
    );
    // What belongs to the second visit is told under its name only.
    while let Ok(event) = events.try_recv() {
        assert_ne!(event.visit.as_deref(), Some(&*marias), "{event:?}");
    }
    // An edit that was still under way for the first lands there and nowhere else.
    let late = json!({ "visit": marias, "section": "hpi", "text": "late words of the first visit", "base_revision": 1 });
    app.must("note_edit", late).await;
    let (parked, second) =
        (app.must("note_get", of(&marias)).await, app.must("note_get", of(&harolds)).await);
    assert!(parked.to_string().contains("late words") && !second.to_string().contains("late words"));
    assert_eq!(before.1, app.must("codes_get", of(&marias)).await);
    assert_eq!(app.must("visit_get", of(&harolds)).await["identity"]["state"], "unconfirmed");
    // The parked one is signed later as it is.
    app.must("visit_show", of(&marias)).await;
    sign(&app, &marias).await;
    filed(&app, &marias).await;
    for (kind, copies) in written(&ehr).await {
        for copy in copies {
            let whose =
                copy["subject"].as_object().or(copy["patient"].as_object()).or(copy["for"].as_object());
            assert_eq!(whose.unwrap()["reference"], "Patient/maria-santos", "{kind}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn undo_and_redo_go_on_after_the_app_was_started_anew_and_redo_ends_with_what_is_typed() {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    let policy = || app::policy(&ehr.urls.fhir, &ehr.urls.origin);
    let app = App::start(data.path(), policy()).await;
    let visit = launch_maria(&app, &ehr).await;
    let (long, short) = ("What was written first, and is about to be replaced.", "Something else.");
    let edit = |text: &str, base: u32| json!({ "visit": visit, "section": "plan", "text": text, "base_revision": base });
    app.must("note_edit", edit(long, 0)).await;
    app.must("note_edit", edit(short, 1)).await;
    let at = |base: u32| json!({ "visit": visit, "section": "plan", "base_revision": base });
    assert_eq!(app.must("note_undo", at(2)).await["text"], long);
    drop(app);
    let app = App::start(data.path(), policy()).await;
    let forward = app.must("note_redo", at(3)).await;
    assert_eq!(forward["text"], short);
    assert!(forward["words"].as_str().unwrap().starts_with("Forward to the text of "), "{forward}");
    assert_eq!(app.refused("note_redo", at(4)).await, ErrorCode::InvalidInput, "all of it is back");
    app.must("note_undo", at(4)).await;
    app.must("note_edit", edit("New.", 5)).await;
    assert_eq!(app.refused("note_redo", at(6)).await, ErrorCode::InvalidInput, "something new was typed");
}
