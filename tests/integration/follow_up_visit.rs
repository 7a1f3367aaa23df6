//! The visit that comes next: chosen among the EHR's free times, booked at signing, booked elsewhere when the time was
//! taken meanwhile, and a task or a line of the note where the EHR books nothing.

use chartside_tests::app::{self, App, Call, of};
use chartside_tests::visit::{Desk, booked, chart, filed, launch_maria, sign, today, write};
use companion::contract::ErrorCode;
use sandbox_ehr::{Config, Fault, Sandbox};
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn next_visit(view: &Value) -> &Value {
    view["items"].as_array().unwrap().iter().rfind(|i| i["kind"] == "follow_up_visit").unwrap()
}

/// Free times of the second week from now.
async fn times(desk: &Desk) -> Vec<Value> {
    let from = today().checked_add(jiff::Span::new().days(7)).unwrap().to_string();
    let view = desk.app.must("free_times", json!({ "visit": desk.visit, "from": from })).await;
    assert_eq!(view["from"], json!(from));
    view["times"].as_array().unwrap().clone()
}

/// The next time for the same type of visit as the first.
fn second(free: &[Value]) -> &Value {
    free.iter().filter(|t| t["types"] == free[0]["types"]).nth(1).unwrap()
}

async fn choose(desk: &Desk, time: &Value) -> Value {
    desk.app.must("follow_up_visit_set", json!({ "visit": desk.visit, "slot": time["slot"] })).await
}

async fn ours(ehr: &Sandbox) -> Vec<Value> {
    booked(ehr, "maria-santos").await
}

async fn slot(ehr: &Sandbox, time: &Value) -> Value {
    let id = time["slot"].as_str().unwrap().strip_prefix("Slot/").unwrap().to_owned();
    Value::clone(&*ehr.resource("Slot", &id).await.unwrap())
}

async fn take(ehr: &Sandbox, time: &Value) {
    let mut body = slot(ehr, time).await;
    body["status"] = json!("busy");
    ehr.put(body).await.unwrap();
}

/// Signed; waits until the follow-up visit needs the clinician, and all else is filed.
async fn stopped(desk: &Desk) -> Value {
    sign(&desk.app, &desk.visit).await;
    let all_else = |d: &Value| {
        let items = d["items"].as_array().unwrap();
        next_visit(d)["state"] == "needs_you" && items.iter().filter(|i| i["state"] != "filed").count() == 1
    };
    let delivery = desk.app.until("delivery_get", of(&desk.visit), all_else).await;
    next_visit(&delivery).clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_free_time_is_booked_with_its_type_and_the_ehr_shows_it_to_everybody() {
    let desk = Desk::written_at("generic").await;
    let free = times(&desk).await;
    let video = free.iter().find(|t| t["types"] == json!(["Follow-up visit"])).unwrap();
    assert!(free.iter().any(|t| t["types"] == json!(["Telephone encounter"])), "{free:?}");
    let chosen = choose(&desk, video).await;
    let words = chosen["chosen"]["words"].as_str().unwrap().to_owned();
    assert!(
        words.starts_with("Follow-up visit: ") && words.contains(video["time"].as_str().unwrap()),
        "{words}"
    );
    assert_eq!(
        (&chosen["chosen"]["at_a_time"], &chosen["chosen"]["unmapped"]),
        (&json!(true), &json!(false))
    );
    let plan = desk.app.must("plan_get", of(&desk.visit)).await;
    let planned = next_visit(&plan);
    assert_eq!((&planned["request"], &planned["label"]), (&json!("POST Appointment"), &json!(words)));
    assert!(ours(&desk.ehr).await.is_empty(), "nothing is booked before the signature");

    sign(&desk.app, &desk.visit).await;
    let delivery = filed(&desk.app, &desk.visit).await;
    assert!(next_visit(&delivery)["words"].as_str().unwrap().contains("as Appointment/"), "{delivery}");
    let [appointment] = &ours(&desk.ehr).await[..] else { panic!("one appointment") };
    assert_eq!(appointment["status"], "booked");
    assert_eq!(appointment["serviceType"][0]["coding"][0]["code"], "185389009");
    assert_eq!(appointment["slot"][0]["reference"], video["slot"]);
    let with: Vec<&Value> =
        appointment["participant"].as_array().unwrap().iter().map(|p| &p["actor"]["reference"]).collect();
    assert_eq!(with, ["Patient/maria-santos", "Practitioner/prac-okafor"]);
    let slot = slot(&desk.ehr, video).await;
    let start = |of: &Value| of["start"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    assert_eq!((&slot["status"], start(&slot)), (&json!("busy"), start(appointment)));
    let note = desk.ehr.resources_of("DocumentReference", "maria-santos").await;
    let text = note.iter().map(ToString::to_string).collect::<String>();
    let said = base64_of(&words);
    assert!(said.iter().any(|part| text.contains(part)), "the note says when");
    // Retracting it gives the time back.
    let parts = desk.app.must("retract_get", of(&desk.visit)).await;
    let part = parts["parts"].as_array().unwrap().iter().find(|p| p["kind"] == "follow_up_visit").unwrap();
    assert!(part["words"].as_str().unwrap().starts_with("Cancelled in "), "{part}");
    let taken_back = json!({ "visit": desk.visit, "parts": [part["id"]], "reason": "twice", "words": "", "plan_hash": parts["plan_hash"] });
    desk.app.must("retract", taken_back).await;
    filed(&desk.app, &desk.visit).await;
    assert_eq!(ours(&desk.ehr).await[0]["status"], "cancelled");
}

/// The words as they stand in base64, whatever comes before them.
fn base64_of(words: &str) -> Vec<String> {
    use base64::Engine;
    let encode = |text: String| base64::engine::general_purpose::STANDARD.encode(text);
    (0..3)
        .map(|lead| encode(format!("{}{words}", "x".repeat(lead)))[4..(words.len() * 4 / 3 - 4)].to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_that_was_taken_before_delivery_is_not_booked_and_another_one_is() {
    let desk = Desk::written_at("generic").await;
    let free = times(&desk).await;
    choose(&desk, &free[0]).await;
    take(&desk.ehr, &free[0]).await;
    let item = stopped(&desk).await;
    assert_eq!((&item["can_rebook"], &item["elsewhere"]), (&json!(true), &json!("Leave it in the note")));
    assert!(item["words"].as_str().unwrap().starts_with("The time was taken before"), "{item}");
    assert!(ours(&desk.ehr).await.is_empty());
    let same = json!({ "id": item["id"], "slot": free[0]["slot"] });
    assert_eq!(desk.app.refused("follow_up_visit_rebook", same).await, ErrorCode::InvalidInput);

    let other = json!({ "id": item["id"], "slot": second(&free)["slot"] });
    desk.app.must("follow_up_visit_rebook", other).await;
    let delivery = filed(&desk.app, &desk.visit).await;
    let next = next_visit(&delivery);
    assert_eq!(next["state"], "filed");
    assert!(next["label"].as_str().unwrap().contains(second(&free)["time"].as_str().unwrap()), "{next}");
    let [appointment] = &ours(&desk.ehr).await[..] else { panic!("one appointment") };
    assert_eq!(appointment["slot"][0]["reference"], second(&free)["slot"]);
    let facts = desk.app.must("plan_facts", of(&desk.visit)).await;
    let row =
        facts["rows"].as_array().unwrap().iter().find(|r| r["planned"]["kind"] == "follow_up_visit").unwrap();
    assert!(row["words"].as_str().unwrap().contains("as Appointment/"), "{row}");
    let decided = |(action, _, outcome): &(String, String, String)| {
        action == "delivery decided" && outcome.starts_with("another time chosen")
    };
    assert!(desk.app.audit().await.iter().any(decided));
    let again = json!({ "id": item["id"], "slot": free[2]["slot"] });
    assert_eq!(desk.app.refused("follow_up_visit_rebook", again).await, ErrorCode::InvalidInput);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booking_whose_answer_was_lost_is_found_and_nothing_is_booked_beside_it() {
    let desk = Desk::written_at("generic").await;
    let free = times(&desk).await;
    choose(&desk, &free[0]).await;
    desk.ehr
        .faults()
        .add("kind=drop_response,method=POST,path=Appointment,times=1".parse::<Fault>().unwrap());
    sign(&desk.app, &desk.visit).await;
    filed(&desk.app, &desk.visit).await;
    assert_eq!(ours(&desk.ehr).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_with_our_own_booking_is_found_out_before_another_time_is_booked() {
    let desk = Desk::written_at("generic").await;
    let free = times(&desk).await;
    choose(&desk, &free[0]).await;
    // It booked it, and says that the time is taken: a proxy that sent it twice.
    desk.ehr
        .faults()
        .add("kind=409,method=POST,path=Appointment,times=1,after_commit=true".parse::<Fault>().unwrap());
    let item = stopped(&desk).await;
    let other = json!({ "id": item["id"], "slot": second(&free)["slot"] });
    desk.app.must("follow_up_visit_rebook", other).await;
    filed(&desk.app, &desk.visit).await;
    let [appointment] = &ours(&desk.ehr).await[..] else { panic!("one appointment") };
    assert_eq!(appointment["slot"][0]["reference"], free[0]["slot"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_retracted_is_not_booked_at_another_time_and_no_other_type_of_time_takes_its_place() {
    let desk = Desk::written_at("generic").await;
    let free = times(&desk).await;
    choose(&desk, &free[0]).await;
    take(&desk.ehr, &free[0]).await;
    let item = stopped(&desk).await;
    let phone = free.iter().find(|t| t["types"] != free[0]["types"]).unwrap();
    let other = json!({ "id": item["id"], "slot": phone["slot"] });
    assert_eq!(desk.app.refused("follow_up_visit_rebook", other).await, ErrorCode::InvalidInput);
    let parts = desk.app.must("retract_get", of(&desk.visit)).await;
    let all: Vec<&Value> = parts["parts"].as_array().unwrap().iter().map(|p| &p["id"]).collect();
    let back = json!({ "visit": desk.visit, "parts": all, "reason": "wrong_patient", "words": "", "plan_hash": parts["plan_hash"] });
    desk.app.must("retract", back).await;
    let rebook = json!({ "id": item["id"], "slot": second(&free)["slot"] });
    assert_eq!(desk.app.refused("follow_up_visit_rebook", rebook).await, ErrorCode::InvalidInput);
    assert!(ours(&desk.ehr).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn oracle_is_asked_by_type_of_visit_and_told_the_slot_and_the_patient() {
    let desk = Desk::written_at("oracle").await;
    let free = times(&desk).await;
    assert!(free.iter().all(|t| t["types"] == json!(["Follow-up visit"])), "{free:?}");
    choose(&desk, &free[0]).await;
    take(&desk.ehr, &free[0]).await;
    let item = stopped(&desk).await;
    desk.app.must("follow_up_visit_rebook", json!({ "id": item["id"], "slot": free[1]["slot"] })).await;
    filed(&desk.app, &desk.visit).await;
    let sent = desk
        .ehr
        .log()
        .entries()
        .into_iter()
        .rfind(|r| r.method == "POST" && r.path.ends_with("/Appointment"));
    let sent: Value = sent.unwrap().body.parse().unwrap();
    let fields: BTreeSet<&str> = sent.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(fields, BTreeSet::from(["participant", "resourceType", "slot", "status"]));
    let [appointment] = &ours(&desk.ehr).await[..] else { panic!("one appointment") };
    assert!(appointment["start"].is_string(), "the slot gives the time");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_is_booked_from_outside_it_stands_in_the_note_and_that_is_said_before() {
    let desk = Desk::written_at("epic").await;
    let free = times(&desk).await;
    let chosen = choose(&desk, &free[0]).await;
    let becomes = chosen["chosen"]["becomes"].as_str().unwrap();
    assert!(
        becomes.starts_with("Stands in the note, because this kind of EHR takes no appointment"),
        "{becomes}"
    );
    let plan = desk.app.must("plan_get", of(&desk.visit)).await;
    assert_eq!(next_visit(&plan)["outcome"], "in_note");
    sign(&desk.app, &desk.visit).await;
    filed(&desk.app, &desk.visit).await;
    assert!(ours(&desk.ehr).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_time_it_is_a_task_to_book_one_and_can_be_taken_away() {
    let desk = Desk::written_at("generic").await;
    let wish = json!({ "visit": desk.visit, "day": "2027-03-01", "visit_type": "Foot clinic" });
    let chosen = desk.app.must("follow_up_visit_set", wish.clone()).await;
    assert_eq!(chosen["chosen"]["words"], "Foot clinic: around 2027-03-01, to be booked");
    assert_eq!(chosen["chosen"]["unmapped"], true);
    assert!(chosen["chosen"]["becomes"].as_str().unwrap().starts_with("Signing makes a task"));
    assert_eq!(desk.app.must("follow_up_visit_clear", of(&desk.visit)).await["chosen"], Value::Null);
    desk.app.must("follow_up_visit_set", wish).await;
    sign(&desk.app, &desk.visit).await;
    filed(&desk.app, &desk.visit).await;
    let tasks = desk.ehr.resources_of("Task", "maria-santos").await;
    let book = tasks
        .iter()
        .find(|t| t["description"].as_str().is_some_and(|d| d.starts_with("Book a visit. Foot clinic")));
    assert_eq!(book.unwrap()["restriction"]["period"]["end"], "2027-03-01");
    assert_eq!(desk.app.refused("follow_up_visit_clear", of(&desk.visit)).await, ErrorCode::VisitSigned);
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_input_is_named_and_changes_nothing() {
    let desk = Desk::written_at("generic").await;
    let visit = &desk.visit;
    for wrong in [
        json!({ "visit": visit, "day": "soon" }),
        json!({ "visit": visit }),
        json!({ "visit": visit, "slot": "Slot/../Patient" }),
        json!({ "visit": visit, "slot": "Patient/maria-santos" }),
        json!({ "visit": visit, "slot": times(&desk).await[0]["slot"], "visit_type": "Surgery" }),
    ] {
        assert_eq!(desk.app.refused("follow_up_visit_set", wrong).await, ErrorCode::InvalidInput);
    }
    let no_day = json!({ "visit": visit, "from": "2027-02-30" });
    assert_eq!(desk.app.refused("free_times", no_day).await, ErrorCode::InvalidInput);
    desk.ehr.faults().add("kind=down".parse::<Fault>().unwrap());
    let from = json!({ "visit": visit, "from": "2027-03-01" });
    assert_eq!(desk.app.refused("free_times", from).await, ErrorCode::EhrUnreachable);
    desk.app.must("follow_up_visit_set", json!({ "visit": visit, "day": "2027-03-01" })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ehr_that_tells_no_free_times_says_why_and_a_day_can_still_be_wished_for() {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    let mut policy = app::policy(&ehr.urls.fhir, &ehr.urls.origin);
    let asked = ["openid", "fhirUser", "offline_access", "launch", "patient/*.crus"];
    policy.ehrs[0].scopes = Some(asked.map(str::to_owned).to_vec());
    let app = App::start(data.path(), policy).await;
    let visit = launch_maria(&app, &ehr).await;
    chart(&app, &visit).await;
    write(&app, &visit).await;
    let view = app.must("follow_up_visit_get", of(&visit)).await;
    assert_eq!(view["why_no_times"], "The EHR did not let Chartside see free times.");
    let desk = json!({ "visit": visit, "from": "2027-03-01" });
    assert_eq!(app.refused("free_times", desk).await, ErrorCode::InvalidInput);
    let view = app.must("follow_up_visit_set", json!({ "visit": visit, "day": "2027-03-01" })).await;
    assert_eq!(view["chosen"]["at_a_time"], false);
}
