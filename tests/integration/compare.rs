//! Where the EHR's record is another than the clinician wants it, the versions stand side by side, and the clinician
//! decides.

use crate::cosign::{clinic, signing, stated, waiting};
use crate::retract::{asking, signed};
use chartside_tests::Call;
use chartside_tests::app::{App, of};
use chartside_tests::visit::{Desk, filed, sign, written};
use companion::contract::ErrorCode;
use sandbox_ehr::Fault;
use serde_json::{Value, json};

/// The first item that waits for a decision.
async fn stopped(app: &App, visit: &str) -> Value {
    fn first(delivery: &Value) -> Option<&Value> {
        delivery["items"].as_array()?.iter().find(|i| i["state"] == "needs_you")
    }
    let delivery = app.until("delivery_get", of(visit), |d| first(d).is_some()).await;
    first(&delivery).unwrap().clone()
}

/// What is shown of it.
async fn compared(app: &App, item: &Value) -> Value {
    assert_eq!(item["can_compare"], true, "{item}");
    app.must("delivery_look", json!({ "id": item["id"] })).await["comparison"].clone()
}

/// What it is about, before, wanted and now; and whether somebody else changed it.
fn rows(comparison: &Value) -> Vec<(String, [Value; 3], bool)> {
    let all = comparison["rows"].as_array().unwrap().iter();
    all.map(|row| {
        let cells = ["before", "wanted", "now"].map(|side| row[side].clone());
        (row["what"].as_str().unwrap().to_owned(), cells, row["moved"].as_bool().unwrap())
    })
    .collect()
}

/// Maria's visit, signed; the EHR made something else of the note before it could be read back. The type of note that
/// was signed.
async fn note_that_differs() -> (Desk, Value) {
    let desk = Desk::written_at("generic").await;
    desk.ehr.faults().add("kind=500,method=GET,path=DocumentReference".parse::<Fault>().unwrap());
    sign(&desk.app, &desk.visit).await;
    desk.app.until("delivery_get", of(&desk.visit), |d| d["items"][0]["state"] == "reading_back").await;
    let signed = retyped(&desk, json!({ "text": "Phone call" })).await;
    desk.ehr.faults().clear();
    let items = desk.app.must("delivery_get", of(&desk.visit)).await;
    let _ = desk.app.call("delivery_retry", json!({ "id": items["items"][0]["id"] })).await;
    (desk, signed)
}

/// Gives the note another type in the EHR. What it had before.
async fn retyped(desk: &Desk, with: Value) -> Value {
    let mut note = written(&desk.ehr).await.remove(0).1.remove(0);
    let before = std::mem::replace(&mut note["type"], with);
    desk.ehr.put(note).await.unwrap();
    before
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_that_the_ehr_changed_is_shown_beside_what_was_signed_and_may_be_left_so_but_is_never_filed() {
    let (desk, _) = note_that_differs().await;
    let (app, visit) = (&desk.app, &desk.visit);
    let item = stopped(app, visit).await;
    let comparison = compared(app, &item).await;
    assert_eq!((&comparison["before"], &comparison["again"]), (&Value::Null, &json!("Read it again")));
    let shown = rows(&comparison);
    let [(what, [_, wanted, now], true)] = &shown[..] else { panic!("{shown:?}") };
    assert_eq!((what.as_str(), now), ("Type", &json!("Phone call")));
    assert_eq!(wanted, "11506-3 Follow-up note");

    // It is decided about what was seen, and nothing else.
    retyped(&desk, json!({ "text": "Telephone call" })).await;
    let leave = |comparison: &Value| json!({ "id": item["id"], "seen": comparison["seen"] });
    assert_eq!(app.refused("delivery_leave", leave(&comparison)).await, ErrorCode::InvalidInput);
    let comparison = compared(app, &item).await;
    app.must("delivery_leave", leave(&comparison)).await;

    let delivery = filed(app, visit).await;
    let states: Vec<&Value> = delivery["items"].as_array().unwrap().iter().map(|i| &i["state"]).collect();
    assert_eq!(states[0], "left_as_is");
    assert!(states[1..].iter().all(|state| *state == "filed"), "what rests on it goes on: {states:?}");
    assert_eq!(delivery["items"][0]["receipt"], Value::Null);
    let state = app.must("app_state", json!({})).await;
    assert_eq!(state["visits"][0]["status"], "by_hand", "{state}");
    assert_eq!(state["outbox"]["filed"], states.len() - 1);
    let facts = app.must("plan_facts", of(visit)).await;
    assert_eq!(facts["rows"][0]["became"], "otherwise");
    let trail = app.audit().await;
    assert!(trail.iter().any(|(a, _, o)| a == "delivery decided" && o == "left as it is in the EHR"));
    assert_eq!(app.refused("delivery_leave", leave(&comparison)).await, ErrorCode::InvalidInput, "once");
    let (_, claims) = written(&desk.ehr).await.into_iter().find(|(kind, _)| *kind == "Condition").unwrap();
    let note = comparison["reference"].as_str().unwrap();
    assert!(claims[0].to_string().contains(note), "what was signed with it names the record there");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_is_put_right_in_the_ehr_is_read_again_and_filed() {
    let (desk, signed) = note_that_differs().await;
    let item = stopped(&desk.app, &desk.visit).await;
    compared(&desk.app, &item).await;
    retyped(&desk, signed).await;
    desk.app.must("delivery_retry", json!({ "id": item["id"] })).await;
    filed(&desk.app, &desk.visit).await;
    let look = desk.app.must("delivery_look", json!({ "id": item["id"] })).await;
    assert_eq!(look["comparison"], Value::Null, "nothing is left to compare");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mark_that_met_a_change_shows_how_it_was_signed_what_is_wanted_and_what_is_there() {
    let desk = signed().await;
    let (app, visit) = (&desk.app, &desk.visit);
    retyped(&desk, json!({ "text": "Renamed by the front desk" })).await;
    desk.ehr.faults().add("kind=412,method=PUT,path=DocumentReference,times=1".parse::<Fault>().unwrap());
    let view = app.must("retract_get", of(visit)).await;
    app.must("retract", asking(&view, &|_| true)).await;
    let item = stopped(app, visit).await;
    let comparison = compared(app, &item).await;
    assert_eq!(
        (&comparison["before"], &comparison["wanted"]),
        (&json!("As you signed it"), &json!("As you want it"))
    );
    let shown = rows(&comparison);
    let status = json!("current");
    assert_eq!(shown[0], ("Status".to_owned(), [status.clone(), json!("entered in error"), status], false));
    let (what, [before, wanted, now], moved) = &shown[1];
    assert_eq!((what.as_str(), before, *moved), ("Type", wanted, true));
    assert_eq!(now, "Renamed by the front desk");
    assert_eq!(shown.len(), 2, "{shown:?}");

    // Marked as it is now: what the front desk did stays.
    assert_eq!(comparison["again"], "Mark it as it is now");
    app.must("delivery_retry", json!({ "id": item["id"] })).await;
    filed(app, visit).await;
    let note = written(&desk.ehr).await.remove(0).1.remove(0);
    assert_eq!((&note["status"], &note["type"]["text"]), (&json!("entered-in-error"), now));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mark_may_be_given_up_and_then_it_is_said_that_the_record_still_stands() {
    let desk = signed().await;
    let (app, visit) = (&desk.app, &desk.visit);
    desk.ehr.faults().add("kind=409,method=PUT,path=DocumentReference,times=1".parse::<Fault>().unwrap());
    let view = app.must("retract_get", of(visit)).await;
    app.must("retract", asking(&view, &|_| true)).await;
    let item = stopped(app, visit).await;
    let comparison = compared(app, &item).await;
    assert_eq!(rows(&comparison).len(), 1, "only the mark: {comparison}");
    app.must("delivery_leave", json!({ "id": item["id"], "seen": comparison["seen"] })).await;
    filed(app, visit).await;
    let listed = app.must("signed_get", of(visit)).await;
    let words = listed["documents"][0]["standing_words"].as_str().unwrap();
    assert!(words.ends_with("you left the record there as it is."), "{words}");
    assert_eq!(written(&desk.ehr).await[0].1[0]["status"], "current");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_that_changed_under_a_cosignature_is_shown_as_it_was_read_and_as_it_is() {
    let clinic = clinic("generic").await;
    let (app, visit) = &clinic.attending;
    let note = waiting(app, visit).await;
    let draft = stated(app, visit, &note).await;
    clinic.ehr.faults().add("kind=down".parse::<Fault>().unwrap());
    app.must("amendment_sign", signing(&draft)).await;
    let mut changed = Value::clone(
        &clinic
            .ehr
            .resources("DocumentReference")
            .await
            .into_iter()
            .find(|d| d["docStatus"] == "preliminary")
            .unwrap(),
    );
    changed["description"] = json!("Changed by the resident");
    clinic.ehr.put(changed).await.unwrap();
    clinic.ehr.faults().clear();
    let item = stopped(app, visit).await;
    let comparison = compared(app, &item).await;
    assert_eq!((&comparison["before"], &comparison["again"]), (&json!("As you read it"), &Value::Null));
    let shown = rows(&comparison);
    let renamed = shown.iter().find(|(what, ..)| what == "Title").unwrap();
    assert_eq!(renamed.1, [Value::Null, Value::Null, json!("Changed by the resident")]);
    assert!(shown.iter().any(|(what, cells, _)| what == "Completion" && cells[1] == "final"), "{shown:?}");
    app.must("delivery_leave", json!({ "id": item["id"], "seen": comparison["seen"] })).await;
    filed(app, visit).await;
    assert!(clinic.ehr.resources("DocumentReference").await.iter().any(|d| d["docStatus"] == "preliminary"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_decided_while_the_ehr_does_not_give_the_record() {
    let (desk, _) = note_that_differs().await;
    let item = stopped(&desk.app, &desk.visit).await;
    let seen = compared(&desk.app, &item).await["seen"].clone();
    desk.ehr.faults().add("kind=down,path=/fhir".parse::<Fault>().unwrap());
    let look = desk.app.must("delivery_look", json!({ "id": item["id"] })).await;
    assert_eq!(look["comparison"], Value::Null);
    assert!(look["incomplete"].is_string());
    let leave = json!({ "id": item["id"], "seen": seen });
    assert_eq!(desk.app.refused("delivery_leave", leave).await, ErrorCode::InvalidInput);
}
