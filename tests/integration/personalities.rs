//! One visit against each kind of EHR: what the write plan says is what goes over the wire, byte for byte, and
//! the EHR takes all of it. The snapshots are the golden table.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chartside_tests::Call;
use chartside_tests::app::of;
use chartside_tests::visit::{Desk, filed, sign, today};
use jiff::Timestamp;
use jiff::civil::Date;
use sandbox_ehr::{Captured, Fault, Sandbox};
use serde_json::{Value, json};

/// Maria's visit, written, at an EHR of this kind.
pub(crate) async fn written_at(personality: &str) -> Desk {
    let desk = Desk::written_at(personality).await;
    // E11.65 is on her problem list; this one is not.
    desk.app.must("diagnosis_add", json!({ "visit": desk.visit, "code": "R51.9" })).await;
    // Always on a Tuesday, so that the note says the same on every day.
    let tuesday = today().nth_weekday(1, jiff::civil::Weekday::Tuesday).unwrap().to_string();
    let free = desk.app.must("free_times", json!({ "visit": desk.visit, "from": tuesday })).await;
    let fits = |t: &&Value| t["day"] == json!(tuesday) && t["types"] == json!(["Follow-up visit"]);
    let time = free["times"].as_array().unwrap().iter().find(fits).unwrap();
    desk.app.must("follow_up_visit_set", json!({ "visit": desk.visit, "slot": time["slot"] })).await;
    desk
}

/// Everything that was asked of the EHR to write.
pub(crate) fn writes(ehr: &Sandbox) -> Vec<Captured> {
    let all = ehr.log().entries().into_iter();
    all.filter(|r| r.path.starts_with("/fhir") && !matches!(r.method.as_str(), "GET" | "HEAD")).collect()
}

/// Signs, waits until all is filed, and gives the plan beside what was sent.
async fn golden(personality: &str) -> Value {
    let desk = written_at(personality).await;
    let plan = desk.app.must("plan_get", of(&desk.visit)).await;
    sign(&desk.app, &desk.visit).await;
    filed(&desk.app, &desk.visit).await;
    let mut sent = writes(&desk.ehr);
    let items = plan["items"].as_array().unwrap();
    let planned: Vec<&str> = items.iter().filter_map(|i| i["request"].as_str()).collect();
    let done = |r: &Captured| format!("{} {}", r.method, r.path.trim_start_matches("/fhir/"));
    assert_eq!(done(&sent[0]), planned[0], "the note goes first");
    let at = |kind: &str| sent.iter().rposition(|r| done(r) == kind);
    assert!(
        at("POST Claim").is_none_or(|claim| Some(claim) > at("POST Condition")),
        "diagnoses before charges"
    );
    // What does not wait for each other goes as it comes.
    sent.sort_by_key(|r| planned.iter().position(|p| *p == done(r)));
    assert_eq!(planned, sent.iter().map(done).collect::<Vec<_>>(), "the plan is what was sent");
    for request in &sent {
        assert_eq!(request.status, Some(201), "{}", request.path);
    }
    let plan: Vec<Value> = items
        .iter()
        .map(|i| json!([i["kind"], i["outcome"], i["request"], i["format"], i["moment"], i["words"]]))
        .collect();
    json!({ "plan": plan, "http": sent.iter().map(shown).collect::<Vec<_>>() })
}

/// A request as the golden table shows it.
pub(crate) fn shown(request: &Captured) -> Value {
    let header = |name: &str| request.headers.get(name).map(|v| masked(v));
    let mut body: Value = request.body.parse().unwrap();
    mask(&mut body);
    json!({
        "request": format!("{} {}", request.method, request.path),
        "accept": header("accept"),
        "content-type": header("content-type"),
        "if-none-exist": header("if-none-exist"),
        "if-match": header("if-match"),
        "prefer": header("prefer"),
        "body": body,
    })
}

/// What differs from run to run: identifiers, moments, numbers in the text of the note.
fn mask(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            let kind = fields.get("contentType").and_then(Value::as_str).unwrap_or_default().to_owned();
            if let Some(data) = fields.get_mut("data") {
                let bytes = STANDARD.decode(data.as_str().unwrap()).unwrap();
                let text = String::from_utf8(bytes).unwrap();
                *data = match kind.starts_with("text/plain") {
                    true => text.lines().map(without_numbers).collect(),
                    false => {
                        format!("{} of {kind}", if text.len() > 1_000 { "a whole" } else { "a bit" }).into()
                    }
                };
            }
            fields.values_mut().for_each(mask);
        }
        Value::Array(all) => all.iter_mut().for_each(mask),
        Value::String(text) => *text = masked(text),
        _ => {}
    }
}

fn without_numbers(line: &str) -> String {
    let mut shown = line.replace(|c: char| c.is_ascii_digit(), "#");
    while shown.contains("##") {
        shown = shown.replace("##", "#");
    }
    shown
}

fn masked(text: &str) -> String {
    if text.parse::<Timestamp>().is_ok() {
        return "[moment]".to_owned();
    }
    // The date of the follow-up is fixed.
    if text.parse::<Date>().is_ok() && text != "2027-02-22" {
        return "[day]".to_owned();
    }
    if text.starts_with("Slot/") {
        return "Slot/[free]".to_owned();
    }
    match text.split_once("urn:uuid:") {
        Some((before, _)) => format!("{before}urn:uuid:[item]"),
        None => text.to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_general_server_takes_everything_as_records() {
    insta::assert_json_snapshot!(golden("generic").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn medplum_takes_everything_as_records() {
    insta::assert_json_snapshot!(golden("medplum").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn epic_takes_the_text_and_suggested_problems_and_the_rest_stands_in_the_note() {
    insta::assert_json_snapshot!(golden("epic").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn oracle_takes_one_formatted_note_diagnoses_and_messages() {
    insta::assert_json_snapshot!(golden("oracle").await);
}

/// Says before that nothing can be written, sends nothing, and never says filed.
async fn takes_nothing(personality: &str) {
    let desk = written_at(personality).await;
    let plan = desk.app.must("plan_get", of(&desk.visit)).await;
    let items = plan["items"].as_array().unwrap();
    assert!(items.len() >= 4 && items.iter().all(|i| i["outcome"] == "not_written"), "{plan}");
    let signed = sign(&desk.app, &desk.visit).await;
    assert_eq!(signed["delivery"]["all_filed"], false);
    assert_eq!(signed["delivery"]["items"], json!([]));
    assert_eq!(writes(&desk.ehr).len(), 0);
    let app = desk.app.must("app_state", json!({})).await;
    assert_eq!((&app["visits"][0]["status"], &app["outbox"]["filed"]), (&json!("signed"), &json!(0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn athena_is_only_read() {
    takes_nothing("athena").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_only_server_is_only_read() {
    takes_nothing("read-only").await;
}

/// How many there are of each kind that a visit writes.
async fn held(ehr: &Sandbox) -> Vec<usize> {
    let mut all = Vec::new();
    for kind in ["DocumentReference", "Condition", "Communication"] {
        all.push(ehr.resources(kind).await.len());
    }
    all
}

/// An EHR that keeps no identifier of ours, and whose answers are lost: each thing is there once all the same.
async fn lost_answers_are_found_again(personality: &str, more: [usize; 3]) {
    let desk = written_at(personality).await;
    let before = held(&desk.ehr).await;
    for kind in ["DocumentReference", "Condition", "Communication"] {
        let fault = format!("kind=drop_response,method=POST,path={kind},times=2");
        desk.ehr.faults().add(fault.parse::<Fault>().unwrap());
    }
    sign(&desk.app, &desk.visit).await;
    filed(&desk.app, &desk.visit).await;
    let after = held(&desk.ehr).await;
    let added: Vec<usize> = after.iter().zip(before).map(|(after, before)| after - before).collect();
    assert_eq!(added, more);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_epic_answered_into_the_void_is_found_by_what_it_says() {
    lost_answers_are_found_again("epic", [1, 1, 0]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_oracle_answered_into_the_void_is_found_by_what_it_says() {
    lost_answers_are_found_again("oracle", [1, 2, 1]).await;
}
