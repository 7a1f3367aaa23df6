//! Taking back what was signed: entered in error.

use crate::personalities::{shown, writes, written_at};
use chartside_tests::app::{self, App, Call, of};
use chartside_tests::visit::{Desk, addendum, filed, launch, sign, written};
use companion::contract::ErrorCode;
use sandbox_ehr::Fault;
use serde_json::{Value, json};

pub(crate) async fn signed() -> Desk {
    let desk = Desk::written_at("generic").await;
    sign(&desk.app, &desk.visit).await;
    filed(&desk.app, &desk.visit).await;
    desk
}

fn parts<'a>(view: &'a Value, wanted: &'a dyn Fn(&Value) -> bool) -> Vec<&'a Value> {
    view["parts"].as_array().unwrap().iter().filter(|p| wanted(p)).collect()
}

pub(crate) fn asking(view: &Value, wanted: &dyn Fn(&Value) -> bool) -> Value {
    let ids: Vec<&Value> = parts(view, wanted).into_iter().map(|p| &p["id"]).collect();
    json!({ "visit": view["visit"], "parts": ids, "reason": "wrong_patient", "words": "", "plan_hash": view["plan_hash"] })
}

/// Looks at what retracting would do and takes these parts back.
async fn retract(desk: &Desk, wanted: &dyn Fn(&Value) -> bool) -> Value {
    let view = desk.app.must("retract_get", of(&desk.visit)).await;
    desk.app.must("retract", asking(&view, wanted)).await;
    view
}

fn everything(_: &Value) -> bool {
    true
}

/// Without what the server says about the record itself.
fn ours(record: &Value) -> Value {
    let mut record = record.clone();
    record.as_object_mut().unwrap().remove("meta");
    record
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retracted_note_takes_everything_of_the_visit_with_it_and_changes_nothing_else() {
    let desk = signed().await;
    addendum(&desk.app, &desk.visit, "One more thing.").await;
    filed(&desk.app, &desk.visit).await;
    let before = written(&desk.ehr).await;
    let view = retract(&desk, &everything).await;
    assert_eq!(view["parts"].as_array().unwrap().len(), 5);
    assert_eq!(parts(&view, &|p| p["outcome"] == "marked").len(), 5);
    filed(&desk.app, &desk.visit).await;
    let mut wanted = before;
    for (kind, records) in &mut wanted {
        for record in records {
            match *kind {
                "Condition" => {
                    record.as_object_mut().unwrap().remove("clinicalStatus");
                    let system = "http://terminology.hl7.org/CodeSystem/condition-ver-status";
                    record["verificationStatus"] =
                        json!({ "coding": [{ "system": system, "code": "entered-in-error" }] });
                }
                "DocumentReference" => record["status"] = json!("entered-in-error"),
                _ => record["status"] = json!("cancelled"),
            }
        }
    }
    for ((kind, before), (_, after)) in wanted.iter().zip(written(&desk.ehr).await) {
        assert_eq!(
            before.iter().map(ours).collect::<Vec<_>>(),
            after.iter().map(ours).collect::<Vec<_>>(),
            "{kind}"
        );
    }
    let puts: Vec<_> = writes(&desk.ehr).into_iter().filter(|w| w.method == "PUT").collect();
    assert_eq!(puts.len(), 5, "each is told once");
    assert!(puts.iter().all(|p| p.headers.contains_key("if-match")), "and only while it is what we read");

    let listed = desk.app.must("signed_get", of(&desk.visit)).await;
    let document = &listed["documents"][0];
    assert_eq!(document["standing"], "retracted");
    let words = document["standing_words"].as_str().unwrap();
    assert!(words.ends_with("by Adaeze Okafor, MD: wrong patient."), "{words}");
    assert_eq!(listed["may_amend"], false);
    let begin = json!({ "visit": desk.visit, "kind": "addendum" });
    assert_eq!(desk.app.refused("amendment_begin", begin).await, ErrorCode::InvalidInput);
    let app = desk.app.must("app_state", json!({})).await;
    assert_eq!(app["visits"][0]["status"], "retracted");
    let audit = desk.app.audit().await;
    assert!(audit.iter().any(|(action, about, _)| action == "retracted" && about == "Patient/maria-santos"));
    let again = desk.app.must("retract_get", of(&desk.visit)).await;
    assert_eq!(again["why_not"], "Everything of this visit was retracted.");
    assert_eq!(desk.app.refused("retract", asking(&again, &everything)).await, ErrorCode::InvalidInput);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_addendum_is_retracted_alone_and_a_note_never_alone() {
    let desk = signed().await;
    addendum(&desk.app, &desk.visit, "One more thing.").await;
    filed(&desk.app, &desk.visit).await;
    let view = desk.app.must("retract_get", of(&desk.visit)).await;
    let note_alone = asking(&view, &|p| p["kind"] == "note");
    assert_eq!(desk.app.refused("retract", note_alone).await, ErrorCode::InvalidInput);
    retract(&desk, &|p| p["kind"] == "addendum").await;
    filed(&desk.app, &desk.visit).await;
    let mut states: Vec<Value> =
        written(&desk.ehr).await.remove(0).1.into_iter().map(|d| d["status"].clone()).collect();
    states.sort_by_key(Value::to_string);
    assert_eq!(states, ["current", "entered-in-error"]);
    let listed = desk.app.must("signed_get", of(&desk.visit)).await;
    assert_eq!((&listed["documents"][0]["standing"], &listed["may_amend"]), (&json!("stands"), &json!(true)));
    assert_eq!(listed["documents"][1]["standing"], "retracted");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_rests_on_a_part_goes_with_it() {
    let desk = Desk::written_at("generic").await;
    desk.ehr.faults().add("kind=down".parse::<Fault>().unwrap());
    sign(&desk.app, &desk.visit).await;
    let view = desk.app.must("retract_get", of(&desk.visit)).await;
    let alone = asking(&view, &|p| p["kind"] == "diagnosis");
    assert_eq!(desk.app.refused("retract", alone).await, ErrorCode::InvalidInput);
    retract(&desk, &|p| p["kind"] == "diagnosis" || p["kind"] == "charge").await;
    desk.ehr.faults().clear();
    filed(&desk.app, &desk.visit).await;
    let there: Vec<usize> = written(&desk.ehr).await.iter().map(|(_, copies)| copies.len()).collect();
    assert_eq!(there, [1, 0, 0, 1], "the note and the task");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_sent_yet_never_leaves() {
    let desk = Desk::written_at("generic").await;
    desk.ehr.faults().add("kind=down".parse::<Fault>().unwrap());
    sign(&desk.app, &desk.visit).await;
    desk.app.until("delivery_get", of(&desk.visit), |d| d["items"][0]["state"] == "retrying").await;
    let view = retract(&desk, &everything).await;
    assert_eq!(parts(&view, &|p| p["outcome"] == "withdrawn").len(), 4);
    desk.ehr.faults().clear();
    let delivery = filed(&desk.app, &desk.visit).await;
    for item in delivery["items"].as_array().unwrap() {
        assert_eq!(item["state"], "superseded", "{item}");
    }
    assert!(writes(&desk.ehr).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_whose_answer_was_lost_is_marked_once_it_is_known_to_be_there_and_its_children_never_leave() {
    let desk = Desk::written_at("generic").await;
    // The note arrives; nobody can be asked about it for a while.
    for fault in [
        "kind=drop_response,method=POST,path=DocumentReference,times=1",
        "kind=503,method=GET,path=DocumentReference",
    ] {
        desk.ehr.faults().add(fault.parse::<Fault>().unwrap());
    }
    sign(&desk.app, &desk.visit).await;
    desk.app.until("delivery_get", of(&desk.visit), |d| d["items"][0]["state"] == "checking_outcome").await;
    let view = retract(&desk, &everything).await;
    let note = parts(&view, &|p| p["kind"] == "note")[0];
    assert!(note["words"].as_str().unwrap().ends_with("if it got there; that is being found out."), "{note}");
    desk.ehr.faults().clear();
    filed(&desk.app, &desk.visit).await;
    let written = written(&desk.ehr).await;
    assert_eq!(written[0].1[0]["status"], "entered-in-error");
    for (kind, copies) in &written[1..] {
        assert!(copies.is_empty(), "no {kind} left after the retraction");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_that_never_arrived_is_not_sent_after_its_retraction() {
    let desk = Desk::written_at("generic").await;
    // The EHR says that it broke: it may have it, or not.
    for fault in
        ["kind=500,method=POST,path=DocumentReference,times=1", "kind=503,method=GET,path=DocumentReference"]
    {
        desk.ehr.faults().add(fault.parse::<Fault>().unwrap());
    }
    sign(&desk.app, &desk.visit).await;
    desk.app.until("delivery_get", of(&desk.visit), |d| d["items"][0]["state"] == "checking_outcome").await;
    retract(&desk, &everything).await;
    desk.ehr.faults().clear();
    let delivery = filed(&desk.app, &desk.visit).await;
    for item in delivery["items"].as_array().unwrap() {
        assert_eq!(item["state"], "superseded", "{item}");
    }
    assert_eq!(writes(&desk.ehr).len(), 1, "only the first try");
    assert!(written(&desk.ehr).await.iter().all(|(_, copies)| copies.is_empty()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mark_whose_answer_was_lost_is_found_and_not_made_twice() {
    let desk = signed().await;
    desk.ehr.faults().add("kind=drop_response,method=PUT,times=2".parse::<Fault>().unwrap());
    desk.ehr.faults().add("kind=500,method=PUT,path=Claim,times=1".parse::<Fault>().unwrap());
    retract(&desk, &everything).await;
    filed(&desk.app, &desk.visit).await;
    let versions: Vec<String> = written(&desk.ehr)
        .await
        .iter()
        .flat_map(|(_, copies)| copies.iter().map(|c| c["meta"]["versionId"].as_str().unwrap().to_owned()))
        .collect();
    assert_eq!(versions, ["2", "2", "2", "2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_the_ehr_moved_to_another_patient_is_left_alone() {
    let desk = signed().await;
    let mut moved = written(&desk.ehr).await.remove(0).1.remove(0);
    moved["subject"] = json!({ "reference": "Patient/harold-lindqvist" });
    desk.ehr.put(moved).await.unwrap();
    retract(&desk, &everything).await;
    let delivery = desk
        .app
        .until("delivery_get", of(&desk.visit), |d| {
            let states: Vec<&Value> = d["items"].as_array().unwrap().iter().map(|i| &i["state"]).collect();
            states.iter().filter(|s| **s == "needs_you").count() == 1
                && states.iter().filter(|s| **s == "filed").count() == states.len() - 1
        })
        .await;
    assert_eq!(delivery["all_filed"], false);
    let listed = desk.app.must("signed_get", of(&desk.visit)).await;
    let words = listed["documents"][0]["standing_words"].as_str().unwrap();
    assert!(words.ends_with("The EHR did not take the mark; look under Delivery."), "{words}");
    assert_eq!(written(&desk.ehr).await[0].1[0]["status"], "current");
}

#[tokio::test(flavor = "multi_thread")]
async fn oracle_is_told_with_the_record_as_it_takes_it_and_says_what_it_cannot_change() {
    let desk = written_at("oracle").await;
    sign(&desk.app, &desk.visit).await;
    filed(&desk.app, &desk.visit).await;
    let before = writes(&desk.ehr).len();
    let view = desk.app.must("retract_get", of(&desk.visit)).await;
    let by_hand = parts(&view, &|p| p["outcome"] == "by_hand");
    let kinds: Vec<&Value> = by_hand.iter().map(|p| &p["kind"]).collect();
    assert_eq!(kinds, ["follow_up_task", "follow_up_visit"]);
    desk.app.must("retract", asking(&view, &everything)).await;
    filed(&desk.app, &desk.visit).await;
    let mut sent: Vec<Value> = writes(&desk.ehr)[before..].iter().map(shown).collect();
    for one in &mut sent {
        let path = one["request"].as_str().unwrap().rsplit_once('/').unwrap().0.to_owned();
        one["request"] = json!(format!("{path}/[id]"));
        one["body"]["id"] = json!("[id]");
    }
    sent.sort_by_key(Value::to_string);
    insta::assert_json_snapshot!(sent);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_outside_may_change_a_record_the_clinician_is_told_to() {
    let desk = written_at("epic").await;
    sign(&desk.app, &desk.visit).await;
    filed(&desk.app, &desk.visit).await;
    let before = writes(&desk.ehr).len();
    let view = desk.app.must("retract_get", of(&desk.visit)).await;
    assert_eq!(parts(&view, &|p| p["outcome"] == "by_hand").len(), view["parts"].as_array().unwrap().len());
    let words = view["parts"][0]["words"].as_str().unwrap();
    assert!(words.contains("lets nobody outside change a note. Mark it there yourself."), "{words}");
    desk.app.must("retract", asking(&view, &everything)).await;
    assert_eq!(writes(&desk.ehr).len(), before, "nothing is sent");
    let listed = desk.app.must("signed_get", of(&desk.visit)).await;
    let words = listed["documents"][0]["standing_words"].as_str().unwrap();
    assert!(words.ends_with("It still stands in the EHR; mark it there yourself."), "{words}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_retracts_without_a_reason_the_right_to_sign_or_what_they_did_not_see() {
    let desk = signed().await;
    let view = desk.app.must("retract_get", of(&desk.visit)).await;
    let mut no_reason = asking(&view, &everything);
    no_reason["reason"] = json!("other");
    assert_eq!(desk.app.refused("retract", no_reason).await, ErrorCode::InvalidInput);
    addendum(&desk.app, &desk.visit, "One more thing.").await;
    filed(&desk.app, &desk.visit).await;
    assert_eq!(desk.app.refused("retract", asking(&view, &everything)).await, ErrorCode::PlanChanged);
    let elsewhere = tempfile::tempdir().unwrap();
    let nurse = App::start(elsewhere.path(), app::policy(&desk.ehr.urls.fhir, &desk.ehr.urls.origin)).await;
    let hers = launch(&nurse, &desk.ehr, "prac-bautista", "harold-lindqvist", None).await;
    let view = nurse.must("retract_get", of(&hers)).await;
    assert!(view["why_not"].is_string());
    assert_eq!(nurse.refused("retract", asking(&view, &everything)).await, ErrorCode::NotAllowed);
    assert!(writes(&desk.ehr).iter().all(|w| w.method != "PUT"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_that_the_ehr_refuses_after_its_retraction_asks_nobody_to_enter_it() {
    let desk = Desk::written_at("generic").await;
    for fault in [
        "kind=latency,method=POST,path=DocumentReference,ms=1500,times=1",
        "kind=422,method=POST,path=DocumentReference,times=1",
    ] {
        desk.ehr.faults().add(fault.parse::<Fault>().unwrap());
    }
    sign(&desk.app, &desk.visit).await;
    desk.app.until("delivery_get", of(&desk.visit), |d| d["items"][0]["state"] == "sending").await;
    retract(&desk, &everything).await;
    let delivery = filed(&desk.app, &desk.visit).await;
    for item in delivery["items"].as_array().unwrap() {
        assert_eq!(item["state"], "superseded", "{item}");
    }
    assert!(written(&desk.ehr).await.iter().all(|(_, copies)| copies.is_empty()));
}
