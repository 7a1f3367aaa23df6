//! The time of a visit is what was seen to happen: no pause, nothing twice, and the clinician has the last word.

use chartside_tests::app::{self, App, Call, of};
use chartside_tests::visit::{launch_maria, sign, write};
use sandbox_ehr::{Config, Sandbox};
use serde_json::{Value, json};

async fn time(app: &App, visit: &str) -> Value {
    app.must("visit_get", of(visit)).await["time"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn chart_call_and_note_are_counted_once_each_and_pauses_are_left_out() {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    let policy = app::policy(&ehr.urls.fhir, &ehr.urls.origin);
    let (app, clock) = App::start_with_clock(data.path(), policy.clone()).await;
    let visit = launch_maria(&app, &ehr).await;
    let work = |on: &'static str| json!({ "visit": visit, "on": on });
    assert_eq!(time(&app, &visit).await["total_minutes"], 0);

    // Three minutes of chart, a coffee of half an hour, a call of ten minutes with the note written in it.
    app.must("activity", work("chart")).await;
    for _ in 0..3 {
        clock.add_minutes(1);
        app.must("activity", work("chart")).await;
    }
    clock.add_minutes(30);
    app.must("room_open", of(&visit)).await;
    for _ in 0..10 {
        clock.add_minutes(1);
        app.must("activity", work("note")).await;
    }
    app.must("room_left", of(&visit)).await;
    // Input that belongs to neither pane is nobody's time.
    clock.add_minutes(1);
    app.must("activity", json!({})).await;

    let seen = json!({ "chart_minutes": 3, "call_minutes": 10, "note_minutes": 0, "pause_minutes": 30, "total_minutes": 13 });
    assert_eq!(time(&app, &visit).await, seen);
    app.companion.stop().await;
    let (app, clock) = App::start_with_clock(data.path(), policy).await;
    clock.add_minutes(45);
    assert_eq!(time(&app, &visit).await, seen, "also after a restart");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clinicians_minutes_stand_with_the_recorded_ones_and_their_reason_in_the_note() {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    let policy = app::policy(&ehr.urls.fhir, &ehr.urls.origin);
    let (app, clock) = App::start_with_clock(data.path(), policy).await;
    let visit = launch_maria(&app, &ehr).await;
    for _ in 0..2 {
        app.must("activity", json!({ "visit": visit, "on": "chart" })).await;
        clock.add_minutes(1);
    }
    write(&app, &visit).await;
    let mut facts = app.must("visit_get", of(&visit)).await["facts"].clone();
    facts["total_minutes_reason"] = json!("read the referral on paper");
    app.must("facts_set", json!({ "visit": visit, "facts": facts })).await;
    let preview = app.must("note_preview", of(&visit)).await["text"].as_str().unwrap().to_owned();
    let preview = preview.split_whitespace().collect::<Vec<_>>().join(" ");
    let said =
        "32 minutes. Recorded: 2 minutes (chart review 2). The difference: read the referral on paper.";
    assert!(preview.contains(said), "{preview}");

    sign(&app, &visit).await;
    let before = time(&app, &visit).await;
    clock.add_minutes(1);
    app.must("activity", json!({ "visit": visit, "on": "note" })).await;
    assert_eq!(time(&app, &visit).await, before, "nothing is added once it is signed");
}
