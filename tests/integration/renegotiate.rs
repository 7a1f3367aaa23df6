//! What the EHR refuses at delivery although it declares it: the clinician is told, the item finds its place, and the next
//! plan knows it.

use chartside_tests::app::{self, App, Call, of};
use chartside_tests::visit::{Desk, addendum, filed, launch, sign, write, written};
use companion::contract::ErrorCode;
use sandbox_ehr::{Config, Fault, Sandbox};
use serde_json::{Value, json};

fn of_kind<'v>(view: &'v Value, kind: &str) -> &'v Value {
    view["items"].as_array().unwrap().iter().find(|i| i["kind"] == kind).unwrap()
}

/// Signed at an EHR that refuses every Condition so; stopped there.
async fn refused(desk: &Desk, status: u16) -> Value {
    desk.ehr.faults().add(format!("kind={status},method=POST,path=Condition").parse::<Fault>().unwrap());
    sign(&desk.app, &desk.visit).await;
    desk.app
        .until("delivery_get", of(&desk.visit), |d| {
            d["items"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|i| i["kind"] == "diagnosis")
                .all(|i| i["state"] == "needs_you")
        })
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_diagnosis_is_left_in_the_note_and_its_charge_goes_with_the_code_itself() {
    let desk = Desk::written_at("generic").await;
    let delivery = refused(&desk, 422).await;
    let diagnosis = of_kind(&delivery, "diagnosis");
    assert_eq!(diagnosis["elsewhere"], "Leave it in the note");
    assert!(diagnosis["words"].as_str().unwrap().contains("It stands in the note"), "{diagnosis}");
    assert_eq!(of_kind(&delivery, "charge")["state"], "waiting_on_parent");
    for one in delivery["items"].as_array().unwrap().iter().filter(|i| i["kind"] == "diagnosis") {
        desk.app.must("delivery_elsewhere", json!({ "id": one["id"] })).await;
    }
    let delivery = filed(&desk.app, &desk.visit).await;
    let left = of_kind(&delivery, "diagnosis");
    assert_eq!(left["state"], "superseded");
    assert!(left["words"].as_str().unwrap().ends_with("It stands in the note that was filed."), "{left}");
    assert_eq!(of_kind(&delivery, "charge")["state"], "filed");
    let claim = desk.ehr.resources("Claim").await.into_iter().next_back().unwrap();
    let coded = &claim["diagnosis"][0];
    assert!(coded["diagnosisCodeableConcept"]["coding"][0]["code"].is_string(), "{claim}");
    assert!(coded.get("diagnosisReference").is_none());
    assert!(
        desk.app
            .audit()
            .await
            .iter()
            .any(|(action, _, outcome)| action == "delivery decided" && outcome == "left in the note")
    );
    let again = json!({ "id": left["id"] });
    assert_eq!(desk.app.refused("delivery_elsewhere", again).await, ErrorCode::InvalidInput);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_note_that_was_entered_by_hand_lets_the_rest_go_without_naming_it_and_is_never_called_filed()
 {
    let desk = Desk::written_at("generic").await;
    desk.ehr.faults().add("kind=422,method=POST,path=DocumentReference".parse::<Fault>().unwrap());
    sign(&desk.app, &desk.visit).await;
    let stopped = |d: &Value| of_kind(d, "note")["state"] == "needs_you";
    let delivery = desk.app.until("delivery_get", of(&desk.visit), stopped).await;
    let note = of_kind(&delivery, "note");
    assert_eq!(note["elsewhere"], "I entered it myself");
    let begun = json!({ "visit": desk.visit, "kind": "addendum" });
    desk.app.must("delivery_elsewhere", json!({ "id": note["id"] })).await;
    let delivery = filed(&desk.app, &desk.visit).await;
    assert_eq!(of_kind(&delivery, "note")["state"], "superseded");
    for kind in ["diagnosis", "charge", "follow_up_task"] {
        assert_eq!(of_kind(&delivery, kind)["state"], "filed", "{kind}");
    }
    let records = written(&desk.ehr).await;
    let ours = |kind: &str| records.iter().find(|(k, _)| *k == kind).unwrap().1.last().unwrap().clone();
    assert!(
        ours("Claim")["supportingInfo"].is_null()
            && ours("Claim")["item"][0]["informationSequence"].is_null()
    );
    assert!(ours("Condition")["evidence"].is_null() && ours("Task")["focus"].is_null());
    assert!(ours("Claim")["diagnosis"][0]["diagnosisReference"].is_object(), "what is filed is still named");
    assert!(!json!(records).to_string().contains("\"reference\":\"urn:uuid:"));
    let app = desk.app.must("app_state", json!({})).await;
    assert_eq!(app["visits"][0]["status"], "by_hand");
    let decided = |(action, _, outcome): &(String, String, String)| {
        action == "delivery decided" && outcome == "entered by hand"
    };
    assert!(desk.app.audit().await.iter().any(decided));
    // What comes after has nothing in the EHR to stand beside.
    let addendum = desk.app.must("amendment_begin", begun).await;
    assert_eq!(addendum["plan"]["items"][0]["outcome"], "not_written", "{addendum}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_addendum_that_waits_for_a_note_entered_by_hand_is_never_given_up_in_silence() {
    let desk = Desk::written_at("generic").await;
    desk.ehr.faults().add("kind=422,method=POST,path=DocumentReference".parse::<Fault>().unwrap());
    sign(&desk.app, &desk.visit).await;
    let stopped = |d: &Value| of_kind(d, "note")["state"] == "needs_you";
    let delivery = desk.app.until("delivery_get", of(&desk.visit), stopped).await;
    let note = of_kind(&delivery, "note")["id"].clone();
    addendum(&desk.app, &desk.visit, "Ate before the test.").await;

    desk.app.must("delivery_elsewhere", json!({ "id": note })).await;
    let stopped = |d: &Value| of_kind(d, "addendum")["state"] == "needs_you";
    let delivery = desk.app.until("delivery_get", of(&desk.visit), stopped).await;
    let addendum = of_kind(&delivery, "addendum");
    assert!(addendum["words"].as_str().unwrap().contains("Enter it there too"), "{addendum}");
    assert_eq!(
        (&addendum["can_retry"], &addendum["elsewhere"]),
        (&json!(false), &json!("I entered it myself"))
    );
    assert_eq!(desk.app.must("app_state", json!({})).await["visits"][0]["status"], "needs_you");
    desk.app.must("delivery_elsewhere", json!({ "id": addendum["id"] })).await;
    let delivery = filed(&desk.app, &desk.visit).await;
    assert_eq!(of_kind(&delivery, "addendum")["state"], "superseded");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_charge_is_handed_to_billing() {
    let desk = Desk::written_at("generic").await;
    desk.ehr.faults().add("kind=403,method=POST,path=Claim".parse::<Fault>().unwrap());
    sign(&desk.app, &desk.visit).await;
    let delivery = desk
        .app
        .until("delivery_get", of(&desk.visit), |d| {
            d["items"].as_array().unwrap().iter().any(|i| i["kind"] == "charge" && i["state"] == "needs_you")
        })
        .await;
    let charge = of_kind(&delivery, "charge");
    assert_eq!(charge["elsewhere"], "Hand to billing");
    desk.app.must("delivery_elsewhere", json!({ "id": charge["id"] })).await;
    let delivery = filed(&desk.app, &desk.visit).await;
    assert!(of_kind(&delivery, "charge")["words"].as_str().unwrap().contains("handed it to billing"));
    assert!(written(&desk.ehr).await.iter().all(|(kind, copies)| *kind != "Claim" || copies.is_empty()));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_plan_knows_what_was_refused_for_a_day() {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config { token_seconds: 864_000, ..Config::default() }).await.unwrap();
    let policy = app::policy(&ehr.urls.fhir, &ehr.urls.origin);
    let (app, clock) = App::start_with_clock(data.path(), policy).await;
    let first = launch(&app, &ehr, "prac-okafor", "maria-santos", Some("enc-visit-1")).await;
    write(&app, &first).await;
    ehr.faults().add("kind=403,method=POST,path=Condition".parse::<Fault>().unwrap());
    sign(&app, &first).await;
    app.until("delivery_get", of(&first), |d| {
        d["items"].as_array().unwrap().iter().any(|i| i["state"] == "needs_you")
    })
    .await;

    let next = launch(&app, &ehr, "prac-okafor", "harold-lindqvist", None).await;
    write(&app, &next).await;
    let plan = app.must("plan_get", of(&next)).await;
    let diagnosis = of_kind(&plan, "diagnosis");
    assert_eq!(diagnosis["outcome"], "in_note");
    let words = diagnosis["words"].as_str().unwrap();
    assert!(words.contains("the EHR refused a diagnosis on ") && words.contains("(HTTP 403)"), "{words}");
    assert_eq!(of_kind(&plan, "note")["outcome"], "written");
    assert_eq!(of_kind(&plan, "charge")["outcome"], "written");
    clock.add_minutes(25 * 60);
    assert_eq!(of_kind(&app.must("plan_get", of(&next)).await, "diagnosis")["outcome"], "written");
    clock.add_minutes(-25 * 60);

    // It takes them again: that is known at once.
    ehr.faults().clear();
    let delivery = app.must("delivery_get", of(&first)).await;
    for one in delivery["items"].as_array().unwrap().iter().filter(|i| i["state"] == "needs_you") {
        app.must("delivery_retry", json!({ "id": one["id"] })).await;
    }
    filed(&app, &first).await;
    assert_eq!(of_kind(&app.must("plan_get", of(&next)).await, "diagnosis")["outcome"], "written");
}
