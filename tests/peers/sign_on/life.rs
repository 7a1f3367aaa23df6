//! The life of a session between sign-ins: refusals in a crowd, in the middle, after a restart,
//! with a wrong clock, after a night's sleep.

use crate::browser::Browser;
use crate::clinic::{Clinic, MARIA, OKAFOR, ZOE};
use crate::peers::Given;
use chartside_tests::app::of;
use chartside_tests::{Call, visit};
use serde_json::{Value, json};
use std::collections::HashMap;

/// Seven sections of a chart, and looks at the patient before a signature: as many at a time.
const CROWD: u32 = 7 + SIGNATURES;
const SIGNATURES: u32 = 5;
/// A night.
const EIGHT_HOURS: i64 = 8 * 3600;

/// The requests that were refused for their token and never answered afterwards, and all that were
/// refused for anything else.
pub fn lost(state: &Value) -> Vec<String> {
    let mut open: HashMap<String, u32> = HashMap::new();
    let mut lost = Vec::new();
    for entry in state["log"].as_array().expect("a log") {
        let request = format!("{} {}", entry["method"], entry["path"]);
        match entry["status"].as_u64() {
            Some(200..=299) => {
                open.entry(request).and_modify(|n| *n = n.saturating_sub(1));
            }
            Some(401) => *open.entry(request).or_default() += 1,
            status => lost.push(format!("{request}: {status:?}")),
        }
    }
    lost.extend(open.into_iter().filter(|(_, n)| *n > 0).map(|(request, _)| request));
    lost
}

pub fn refusals(state: &Value) -> usize {
    state["log"].as_array().expect("a log").iter().filter(|e| e["status"] == 401).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_requests_refused_together_cause_one_refresh() {
    let Some(clinic) = Clinic::open(Given::default()).await else { return };
    let maria = clinic.launch().await;
    visit::chart(&clinic.app, &maria).await;

    let before = clinic.peers.state().await;
    clinic.peers.hold(CROWD).await;
    clinic.peers.expire().await;
    // Each looks at the patient first, and is then refused since nothing is ready to be signed.
    let signatures = (0..SIGNATURES)
        .map(|_| clinic.app.call("sign", json!({ "visit": maria, "plan_hash": "of no plan" })));
    tokio::join!(clinic.reload(&maria), futures_util::future::join_all(signatures));
    let after = clinic.peers.state().await;

    let refused = refusals(&after) - refusals(&before);
    assert!(refused >= CROWD as usize, "a crowd: {refused}");
    assert_eq!(after["held_together"], CROWD, "they were all waiting before the first was refused");
    assert_eq!(after["refreshes"].as_u64().unwrap() - before["refreshes"].as_u64().unwrap(), 1);
    assert_eq!(lost(&after), Vec::<String>::new());
    assert_eq!(after["refused"], json!([]), "no refresh token was used twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_ends_in_the_middle_of_a_chart_costs_one_more_try_and_nothing_else() {
    let Some(clinic) = Clinic::open(Given::default()).await else { return };
    let id = clinic.launch().await;
    visit::chart(&clinic.app, &id).await;
    let requests = |state: &Value| state["log"].as_array().unwrap().len();
    let first = clinic.peers.state().await;
    clinic.reload(&id).await;
    let before = clinic.peers.state().await;
    let quiet = requests(&before) - requests(&first);
    clinic.peers.expire_after(3).await;
    clinic.reload(&id).await;
    let after = clinic.peers.state().await;
    let refused = refusals(&after) - refusals(&before);
    // As many as were under way together.
    assert!((1..=16).contains(&refused), "some were refused: {refused}");
    assert_eq!(after["refreshes"], 1);
    assert_eq!(lost(&after), Vec::<String>::new());
    assert_eq!(requests(&after) - requests(&before), quiet + refused, "each refused one was sent once more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_45_seconds_off_changes_nothing() {
    for skew in [-45, 45] {
        let Some(clinic) = Clinic::open(Given::default()).await else { return };
        clinic.clock.jump(skew);
        let id = clinic.launch().await;
        visit::chart(&clinic.app, &id).await;
        // Fifty seconds pass for both: the token is near its end, or over.
        clinic.clock.jump(50);
        clinic.peers.jump(50).await;
        clinic.reload(&id).await;
        let state = clinic.peers.state().await;
        assert_eq!((&state["refreshes"], &state["refused"]), (&json!(1), &json!([])), "{skew}");
        assert_eq!(lost(&state), Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_ten_minutes_slow_is_told_and_no_session_begins() {
    let Some(clinic) = Clinic::open(Given::default()).await else { return };
    clinic.clock.jump(-600);
    let opened = clinic.press().await;
    Browser::new().sign_in(&opened, OKAFOR).await;
    let told = clinic.app.until("app_state", json!({}), |s| s["notice"].is_object()).await;
    assert_eq!((&told["phase"], &told["session"]), (&json!("signed_out"), &Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ehr_that_restarts_in_the_middle_of_a_visit_gets_everything_without_a_new_sign_in() {
    let Some(mut clinic) = Clinic::open(Given::default()).await else { return };
    let id = clinic.launch().await;
    let before = visit::chart(&clinic.app, &id).await;
    clinic.write(&id).await;
    clinic.peers.stop().await;
    // What was read before stays in view, with the reason beside it.
    clinic.app.must("chart_reload", of(&id)).await;
    let chart = visit::chart(&clinic.app, &id).await;
    let both = before["sections"].as_array().unwrap().iter().zip(chart["sections"].as_array().unwrap());
    for (before, section) in both.filter(|(before, _)| before["state"]["state"] != "not_offered") {
        assert_eq!(section["state"]["state"], "failed", "{}", section["title"]);
        assert_eq!(section["items"], before["items"], "{}", section["title"]);
    }
    visit::sign(&clinic.app, &id).await;
    clinic.app.until("delivery_get", of(&id), |d| d["items"][0]["state"] == "retrying").await;
    clinic.peers.start_again().await;
    let delivery = visit::filed(&clinic.app, &id).await;
    clinic.each_item_is_there_once(&delivery).await;
    clinic.reload(&id).await;
    let state = clinic.app.must("app_state", json!({})).await;
    assert_eq!((&state["connectivity"], &state["notice"]), (&json!("online"), &Value::Null));
    assert_eq!(clinic.peers.state().await["codes"], 0, "nobody signed in at the restarted provider");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_nights_sleep_the_session_is_renewed_without_a_word() {
    let Some(clinic) = Clinic::open(Given::default()).await else { return };
    let id = clinic.launch().await;
    visit::chart(&clinic.app, &id).await;
    clinic.clock.jump(EIGHT_HOURS);
    clinic.peers.jump(EIGHT_HOURS).await;
    clinic.reload(&id).await;
    let state = clinic.peers.state().await;
    assert_eq!((&state["refreshes"], &state["codes"]), (&json!(1), &json!(1)));
    assert_eq!(refusals(&state), 0, "the app knew that its token was over");
    assert_eq!(lost(&state), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sleep_longer_than_the_refresh_token_asks_for_a_sign_in_and_then_files_everything() {
    let Some(clinic) = Clinic::open(Given { refresh_seconds: 3600, ..Given::default() }).await else {
        return;
    };
    let id = clinic.launch().await;
    visit::chart(&clinic.app, &id).await;
    clinic.write(&id).await;
    clinic.clock.jump(EIGHT_HOURS);
    clinic.peers.jump(EIGHT_HOURS).await;
    visit::sign(&clinic.app, &id).await;
    clinic.app.until("app_state", json!({}), |s| s["connectivity"] == "needs_sign_in").await;
    clinic.nothing_is_there().await;
    assert_eq!(clinic.launch().await, id, "the same encounter is the same visit");
    let delivery = visit::filed(&clinic.app, &id).await;
    clinic.each_item_is_there_once(&delivery).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_launch_in_a_second_chart_takes_nothing_from_the_first() {
    let given = Given { patients: &[MARIA, ZOE], ..Given::default() };
    let Some(clinic) = Clinic::open(given).await else { return };
    let maria = clinic.launch().await;
    visit::chart(&clinic.app, &maria).await;
    clinic.write(&maria).await;
    // From here on the newest tokens are good for the second patient only.
    let zoe = clinic.launch_of(ZOE, "enc-visit-7").await;
    clinic.reload(&zoe).await;
    clinic.reload(&maria).await;
    visit::sign(&clinic.app, &maria).await;
    let delivery = visit::filed(&clinic.app, &maria).await;
    clinic.each_item_is_there_once(&delivery).await;
    assert_eq!(clinic.reader().ours("DocumentReference", ZOE).await.len(), 0, "nothing went astray");
}
