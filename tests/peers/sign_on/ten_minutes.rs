//! A visit of ten minutes with access tokens of sixty seconds. Both clocks, the provider's and the
//! app's, run ten times as fast as the wall's, so it takes one minute.

use crate::clinic::Clinic;
use crate::life::{lost, refusals};
use crate::peers::Given;
use chartside_tests::{Call, visit};
use companion::host::Clock;
use jiff::SignedDuration;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

const FACTOR: i32 = 10;
const VISIT: SignedDuration = SignedDuration::from_mins(10);

#[tokio::test(flavor = "multi_thread")]
async fn in_a_ten_minute_visit_with_sixty_second_tokens_no_request_is_lost_and_no_sign_in_is_shown() {
    let Some(clinic) = Clinic::open(Given { factor: FACTOR, ..Given::default() }).await else { return };
    let clinic = Arc::new(clinic);
    let id = clinic.launch().await;
    visit::chart(&clinic.app, &id).await;
    clinic.write(&id).await;
    let begin = clinic.clock.now();
    let over = |clinic: &Clinic| clinic.clock.now().duration_since(begin) >= VISIT;

    // Somebody always looks at the frame.
    let (ended, looks) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU32::new(0)));
    let watch = tokio::spawn({
        let (clinic, ended, looks) = (Arc::clone(&clinic), Arc::clone(&ended), Arc::clone(&looks));
        async move {
            while !ended.load(Ordering::SeqCst) {
                let state = clinic.app.must("app_state", json!({})).await;
                let quiet = state["connectivity"] == "online"
                    && state["phase"] == "ready"
                    && state["sign_in"].is_null()
                    && state["notice"].is_null();
                assert!(quiet, "nothing is asked of the clinician: {}", state["connectivity"]);
                looks.fetch_add(1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    });

    let (mut reloads, mut edits, mut revision) = (0, 0, 1);
    while !over(&clinic) {
        // The chart is read again while the note is written and codes are looked up.
        let writing = async {
            let text = format!("Increase metformin; A1c in three months. Said {revision} times.");
            let edit = json!({ "visit": id, "section": "plan", "text": text, "base_revision": revision });
            let saved = clinic.app.must("note_edit", edit).await;
            let search = json!({ "visit": id, "query": "diabetes with kidney" });
            let hits = clinic.app.must("diagnosis_search", search).await;
            assert!(!hits["hits"].as_array().expect("hits").is_empty());
            saved["revision"].as_i64().expect("a revision")
        };
        let ((), newest) = tokio::join!(clinic.reload(&id), writing);
        (reloads, edits, revision) = (reloads + 1, edits + 1, newest);
        clinic.seconds_pass(if reloads % 4 == 0 { 20 } else { 5 }).await;
    }
    visit::sign(&clinic.app, &id).await;
    let delivery = visit::filed(&clinic.app, &id).await;
    ended.store(true, Ordering::SeqCst);
    watch.await.expect("no sign-in was shown");
    clinic.each_item_is_there_once(&delivery).await;

    let state = clinic.peers.state().await;
    let lost = lost(&state);
    let minutes = clinic.clock.now().duration_since(begin).as_secs_f64() / 60.0;
    eprintln!(
        "60-second tokens, a visit of {minutes:.1} minutes: {} requests, {} refreshes, {} refused with 401 and \
         sent again, {} lost; {reloads} chart loads, {edits} note edits, {} looks at the frame, no sign-in shown",
        state["log"].as_array().map_or(0, Vec::len),
        state["refreshes"],
        refusals(&state),
        lost.len(),
        looks.load(Ordering::SeqCst),
    );
    assert_eq!(lost, Vec::<String>::new());
    assert_eq!((&state["codes"], &state["refused"]), (&json!(1), &json!([] as [Value; 0])));
    let refreshes = state["refreshes"].as_u64().expect("a number");
    // One token a minute at the least.
    let tokens = minutes as u64;
    assert!((tokens..=3 * tokens).contains(&refreshes), "about as many refreshes as tokens end: {refreshes}");
}
