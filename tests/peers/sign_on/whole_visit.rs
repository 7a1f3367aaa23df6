//! From the launch to the receipts.

use crate::clinic::{Clinic, MARIA};
use crate::peers::Given;
use crate::reader::Reader;
use chartside_tests::app::of;
use chartside_tests::{Call, record, visit};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_goes_from_launch_to_receipts_at_peers_that_we_did_not_write() {
    let Some(clinic) = Clinic::open(Given::default()).await else { return };
    let app = &clinic.app;
    let id = clinic.launch().await;

    let view = app.must("visit_get", of(&id)).await;
    assert_eq!(view["banner"]["name"], "SANTOS, Maria Elena");
    let session = app.must("app_state", json!({})).await["session"].clone();
    assert_eq!((&session["role"], &session["can_sign"]), (&json!("physician"), &json!(true)));

    let chart = visit::chart(app, &id).await;
    the_chart_is_what_the_server_holds(&chart, &clinic.reader()).await;

    clinic.write(&id).await;
    let plan = app.must("plan_get", of(&id)).await;
    assert!(!plan.to_string().contains("did not grant"), "everything asked for was granted");
    clinic.nothing_is_there().await;
    visit::sign(app, &id).await;
    let delivery = visit::filed(app, &id).await;
    clinic.each_item_is_there_once(&delivery).await;

    let state = clinic.peers.state().await;
    assert_eq!((&state["codes"], &state["refused"]), (&json!(1), &json!([])));
    let refused: Vec<&Value> = state["log"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|e| !(200..300).contains(&e["status"].as_u64().unwrap()))
        .collect();
    assert!(refused.is_empty(), "no request of the app was refused: {refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_are_lost_on_the_way_file_nothing_twice() {
    let Some(clinic) = Clinic::open(Given::default()).await else { return };
    let id = clinic.launch().await;
    visit::chart(&clinic.app, &id).await;
    clinic.write(&id).await;
    clinic.peers.lose(3).await;
    visit::sign(&clinic.app, &id).await;
    let delivery = visit::filed(&clinic.app, &id).await;
    clinic.each_item_is_there_once(&delivery).await;
    let state = clinic.peers.state().await;
    let lost = state["log"].as_array().unwrap().iter().filter(|e| e["status"] == 0).count();
    assert_eq!(lost, 3, "three answers were lost");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_provider_does_not_grant_is_said_and_stands_in_the_note() {
    let given = Given { withheld: "patient/Task.crus", ..Given::default() };
    let Some(clinic) = Clinic::open(given).await else { return };
    let (app, reader) = (&clinic.app, clinic.reader());
    let id = clinic.launch().await;
    visit::chart(app, &id).await;
    clinic.write(&id).await;
    let plan = app.must("plan_get", of(&id)).await.to_string();
    assert!(plan.contains("did not grant writing a task (Task)"), "said before signing: {plan}");
    visit::sign(app, &id).await;
    let delivery = visit::filed(app, &id).await;
    assert_eq!(delivery["items"].as_array().unwrap().len(), 4, "note, two diagnoses, charge");
    assert_eq!(reader.ours("Task", MARIA).await.len(), 0);
    let note = app.must("note_preview", of(&id)).await.to_string();
    assert!(note.contains("Repeat A1c"), "the follow-up stands in the note");
    let tried = clinic.peers.state().await["log"].to_string().contains("/fhir/Task");
    assert!(!tried, "nothing was sent that was not granted");
}

/// Every record of the patient is shown or counted, and nothing else.
async fn the_chart_is_what_the_server_holds(chart: &Value, reader: &Reader) {
    let wrong = record::differences(chart, &reader.record(MARIA).await);
    assert!(wrong.is_empty(), "{wrong:#?}");
}
