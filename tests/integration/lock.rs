//! A shared workstation: what is covered stays covered, and each clinician sees only their own.

use chartside_tests::app::{self, App, Call, of};
use chartside_tests::browser::{client, sign_in_at};
use chartside_tests::clock::MovedClock;
use chartside_tests::visit::{NOTE_WORDS, chart, launch, launch_maria, sign, write, written};
use companion::contract::{ErrorCode, VisitArgs};
use companion::policy::{LockPolicy, Policy};
use companion::{Companion, command};
use sandbox_ehr::{Config, Fault, LaunchRequest, Sandbox};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;

const PIN: &str = "482913";
/// How often a lock falls between the questions of how many windows.
const ROUNDS: usize = 10;
const WINDOWS: usize = 6;

fn shared(ehr: &Sandbox) -> Policy {
    Policy { lock: LockPolicy::default(), ..app::policy(&ehr.urls.fhir, &ehr.urls.origin) }
}

/// An app with the lock on and a clock that the test moves.
async fn start(data: &Path, policy: Policy) -> (App, Arc<MovedClock>) {
    App::start_with_clock(data, policy).await
}

async fn state(app: &App) -> Value {
    app.must("app_state", json!({})).await
}

async fn locked(app: &App) -> Value {
    app.until("app_state", json!({}), |s| s["phase"] == "locked").await
}

async fn first_account(app: &App) -> String {
    state(app).await["accounts"][0]["account"].as_str().expect("an account").to_owned()
}

async fn unlock(app: &App, account: &str, pin: &str) -> Result<Value, ErrorCode> {
    app.call("unlock_pin", json!({ "account": account, "pin": pin })).await.map_err(|e| e.code)
}

#[tokio::test(flavor = "multi_thread")]
async fn while_locked_every_clinical_command_is_refused_and_the_frame_names_no_patient() {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    let (app, _) = start(data.path(), shared(&ehr)).await;
    let visit = launch_maria(&app, &ehr).await;
    write(&app, &visit).await;
    app.must("lock", json!({})).await;
    for spec in command::COMMANDS.iter().filter(|c| !command::OPEN_WHILE_LOCKED.contains(&c.name)) {
        assert_eq!(app.refused(spec.name, of(&visit)).await, ErrorCode::Locked, "{}", spec.name);
    }
    // Also past the table: a command that began before the lock finds no account.
    let past = app.companion.note_get(VisitArgs { visit: visit.clone() }).await;
    assert_eq!(past.err().map(|f| f.code), Some(ErrorCode::Locked));
    let frame = state(&app).await;
    assert_eq!((&frame["phase"], &frame["visits"]), (&json!("locked"), &json!([])));
    let text = frame.to_string();
    assert!(!text.contains("Santos") && !text.contains(&visit), "{text}");
    assert_eq!(frame["accounts"][0]["clinician"], "Adaeze Okafor, MD");
}

#[tokio::test(flavor = "multi_thread")]
async fn idle_minutes_lock_and_input_puts_them_off() {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config::tiny()).await.unwrap();
    let (app, clock) = start(data.path(), shared(&ehr)).await;
    launch(&app, &ehr, "clinician-1", "patient-1", None).await;
    clock.add_minutes(9);
    app.must("activity", json!({})).await;
    clock.add_minutes(9);
    app.must("activity", json!({})).await;
    assert_eq!(state(&app).await["phase"], "ready");
    clock.add_minutes(10);
    locked(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_ehr_the_pin_opens_the_draft_again_also_after_a_restart() {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    let policy = shared(&ehr);
    let (app, _) = start(data.path(), policy.clone()).await;
    let visit = launch_maria(&app, &ehr).await;
    write(&app, &visit).await;
    app.must("pin_set", json!({ "pin": PIN })).await;
    app.must("lock", json!({})).await;
    let account = first_account(&app).await;
    drop(ehr);
    assert_eq!(unlock(&app, &account, "482914").await, Err(ErrorCode::PinWrong));
    unlock(&app, &account, PIN).await.unwrap();
    assert!(app.must("note_get", of(&visit)).await.to_string().contains(NOTE_WORDS));
    drop(app);
    let (app, _) = start(data.path(), policy).await;
    assert_eq!(state(&app).await["phase"], "locked", "a start is locked");
    assert_eq!(app.refused("note_get", of(&visit)).await, ErrorCode::Locked);
    unlock(&app, &account, PIN).await.unwrap();
    let frame = state(&app).await;
    assert_eq!((&frame["phase"], &frame["current_visit"]), (&json!("ready"), &json!(visit)));
    assert!(app.must("note_get", of(&visit)).await.to_string().contains(NOTE_WORDS));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_frame_is_told_also_while_a_vault_is_being_closed() {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config::tiny()).await.unwrap();
    let (app, _) = start(data.path(), shared(&ehr)).await;
    launch(&app, &ehr, "clinician-1", "patient-1", None).await;
    app.must("pin_set", json!({ "pin": PIN })).await;
    let account = first_account(&app).await;
    for _ in 0..ROUNDS {
        let asking: Vec<_> = (0..WINDOWS).map(|_| tokio::spawn(asked(Arc::clone(&app.companion)))).collect();
        app.must("lock", json!({})).await;
        for frames in asking {
            frames.await.expect("every frame is told");
        }
        unlock(&app, &account, PIN).await.unwrap();
    }
}

/// Asks for the frame again and again, until the work is covered and some more.
async fn asked(companion: Arc<Companion>) {
    const MORE: usize = 20;
    let mut covered = 0;
    while covered < MORE {
        let frame = command::run(&companion, "app_state", json!({})).await;
        let frame = frame.unwrap_or_else(|e| panic!("{:?}", e.code));
        covered += usize::from(frame["phase"] == "locked");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_pins_are_counted_across_restarts_and_a_sign_in_makes_the_pin_good_again() {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config::tiny()).await.unwrap();
    let (app, _) = start(data.path(), shared(&ehr)).await;
    launch(&app, &ehr, "clinician-1", "patient-1", None).await;
    app.must("pin_set", json!({ "pin": PIN })).await;
    let account = first_account(&app).await;
    assert_eq!(unlock(&app, &account, PIN).await, Err(ErrorCode::InvalidInput), "nothing is locked");
    app.must("lock", json!({})).await;
    for _ in 0..3 {
        assert_eq!(unlock(&app, &account, "000000").await, Err(ErrorCode::PinWrong));
    }
    drop(app);
    let (app, _) = start(data.path(), shared(&ehr)).await;
    for _ in 0..2 {
        assert_eq!(unlock(&app, &account, "000000").await, Err(ErrorCode::PinWrong));
    }
    assert_eq!(unlock(&app, &account, PIN).await, Err(ErrorCode::PinNotUsable), "also the right one");
    assert_eq!(state(&app).await["accounts"][0]["pin"], "used_up");
    launch(&app, &ehr, "clinician-1", "patient-1", None).await;
    app.must("lock", json!({})).await;
    unlock(&app, &account, PIN).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pin_expires_with_the_last_sign_in_and_a_clock_set_back_does_not_help() {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config::tiny()).await.unwrap();
    let (app, clock) = start(data.path(), shared(&ehr)).await;
    launch(&app, &ehr, "clinician-1", "patient-1", None).await;
    for bad in ["12345", "123456", "abcdef", "000000"] {
        assert_eq!(app.refused("pin_set", json!({ "pin": bad })).await, ErrorCode::InvalidInput, "{bad}");
    }
    app.must("pin_set", json!({ "pin": PIN })).await;
    app.must("lock", json!({})).await;
    let account = first_account(&app).await;
    for minutes in [24 * 60, -25 * 60] {
        clock.add_minutes(minutes);
        assert_eq!(unlock(&app, &account, PIN).await, Err(ErrorCode::PinNotUsable), "{minutes} minutes");
        assert_eq!(state(&app).await["accounts"][0]["pin"], "expired");
    }
    clock.add_minutes(60);
    unlock(&app, &account, PIN).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn another_clinician_takes_the_seat_and_sees_nothing_of_the_first_whose_items_are_still_delivered() {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    let (app, _) = start(data.path(), shared(&ehr)).await;
    let marias = launch_maria(&app, &ehr).await;
    chart(&app, &marias).await;
    write(&app, &marias).await;
    // The EHR is busy until the seat has changed.
    ehr.faults()
        .add("kind=503,method=POST,path=DocumentReference,times=1,seconds=1".parse::<Fault>().unwrap());
    sign(&app, &marias).await;
    let devons = launch(&app, &ehr, "prac-castellano", "devon-whitfield", Some("enc-visit-3")).await;
    let frame = state(&app).await;
    assert_eq!(frame["visits"].as_array().unwrap().len(), 1, "only their own visit");
    assert!(!frame.to_string().contains("Santos"));
    for name in ["visit_get", "note_get", "chart_get", "delivery_get", "visit_show"] {
        assert_eq!(app.refused(name, of(&marias)).await, ErrorCode::VisitNotFound, "{name}");
    }
    app.until("app_state", json!({}), |s| {
        s["accounts"].as_array().is_some_and(|all| all.iter().all(|a| a["waiting"] == 0))
    })
    .await;
    for (kind, copies) in written(&ehr).await {
        assert_eq!(copies.len(), 1, "exactly one {kind}, while somebody else works");
    }
    // Back to the first: everything is where it was left.
    let back = launch_maria(&app, &ehr).await;
    assert_eq!(back, marias);
    assert_eq!(app.must("delivery_get", of(&marias)).await["all_filed"], true);
    assert_eq!(app.refused("visit_get", of(&devons)).await, ErrorCode::VisitNotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_delivers_for_everybody_who_left_something() {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    let policy = shared(&ehr);
    let (app, _) = start(data.path(), policy.clone()).await;
    let marias = launch_maria(&app, &ehr).await;
    chart(&app, &marias).await;
    write(&app, &marias).await;
    ehr.faults().add("kind=503,method=POST,path=DocumentReference,times=40".parse::<Fault>().unwrap());
    sign(&app, &marias).await;
    launch(&app, &ehr, "prac-castellano", "devon-whitfield", Some("enc-visit-3")).await;
    drop(app);
    ehr.faults().clear();
    let (app, _) = start(data.path(), policy).await;
    let frame = state(&app).await;
    assert_eq!(frame["phase"], "locked");
    assert_eq!(frame["accounts"].as_array().unwrap().len(), 2);
    app.until("app_state", json!({}), |s| {
        s["accounts"].as_array().is_some_and(|all| all.iter().all(|a| a["waiting"] == 0))
    })
    .await;
    for (kind, copies) in written(&ehr).await {
        assert_eq!(copies.len(), 1, "exactly one {kind}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_forgets_tokens_and_pin_and_keeps_the_draft() {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    let (app, _) = start(data.path(), shared(&ehr)).await;
    let visit = launch_maria(&app, &ehr).await;
    write(&app, &visit).await;
    app.must("pin_set", json!({ "pin": PIN })).await;
    let account = first_account(&app).await;
    app.must("sign_out", json!({})).await;
    let frame = state(&app).await;
    assert_eq!((&frame["phase"], &frame["accounts"][0]["pin"]), (&json!("signed_out"), &json!("none")));
    assert_eq!(app.refused("note_get", of(&visit)).await, ErrorCode::NotSignedIn);
    assert_eq!(unlock(&app, &account, PIN).await, Err(ErrorCode::PinNotUsable));
    let again = launch_maria(&app, &ehr).await;
    assert_eq!(again, visit);
    assert!(app.must("note_get", of(&visit)).await.to_string().contains(NOTE_WORDS));
}

#[tokio::test(flavor = "multi_thread")]
async fn unlocking_at_the_ehr_asks_who_it_is_anew_and_wants_no_patient() {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    let (app, _) = start(data.path(), shared(&ehr)).await;
    let visit = launch_maria(&app, &ehr).await;
    app.must("lock", json!({})).await;
    let iss = state(&app).await["accounts"][0]["iss"].clone();
    app.must("sign_in", json!({ "iss": iss, "purpose": "clinician" })).await;
    let opened = app.opened().await.pop().unwrap();
    assert!(opened.contains("prompt=login") && !opened.contains("launch"), "{opened}");
    // Somebody else's session is still alive in the browser: the EHR shows its sign-in all the same.
    let colleague = ehr.sign_in("prac-castellano").await;
    let page = client().get(&opened).header("Cookie", colleague).send().await.unwrap();
    assert_eq!(page.status(), 200, "the sign-in page, no redirect");
    let own = ehr.sign_in("prac-okafor").await;
    sign_in_at(&opened, &own).await;
    let frame = app.until("app_state", json!({}), |s| s["phase"] == "ready").await;
    assert_eq!((&frame["notice"], &frame["current_visit"]), (&json!(null), &json!(visit)));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ehr_that_wants_to_know_is_told_how_long_ago_somebody_was_at_the_keyboard() {
    let data = tempfile::tempdir().unwrap();
    let config = Config { active_ttl: Some(900), token_seconds: 86_400, ..Config::tiny() };
    let ehr = Sandbox::start(config).await.unwrap();
    let (app, clock) = start(data.path(), shared(&ehr)).await;
    launch(&app, &ehr, "clinician-1", "patient-1", None).await;
    let told = || {
        let all = ehr.log().entries().into_iter().filter(|e| e.body.contains("grant_type=refresh_token"));
        all.map(|e| e.body.split_once("active_at=").map(|(_, rest)| rest.to_owned())).collect::<Vec<_>>()
    };
    clock.add_minutes(8);
    app.must("activity", json!({})).await;
    assert!(told().is_empty(), "the session has half of its time left");
    clock.add_minutes(4);
    let waited = tokio::time::timeout(app::PATIENCE, async {
        while told().is_empty() {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    });
    waited.await.expect("the EHR is told in the last quarter of the time");
    let seconds: u64 = told()[0].as_deref().unwrap().split('&').next().unwrap().parse().unwrap();
    assert!((240..280).contains(&seconds), "{seconds}");
    assert_eq!(state(&app).await["connectivity"], "online");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_launch_into_a_locked_screen_asks_who_it_is_anew_and_one_into_an_open_screen_does_not() {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config::tiny()).await.unwrap();
    let (app, _) = start(data.path(), shared(&ehr)).await;
    launch(&app, &ehr, "clinician-1", "patient-1", None).await;
    launch(&app, &ehr, "clinician-1", "patient-1", None).await;
    app.must("lock", json!({})).await;
    launch(&app, &ehr, "clinician-1", "patient-1", None).await;
    let asked: Vec<bool> = app.opened().await.iter().map(|url| url.contains("prompt=login")).collect();
    assert_eq!(asked, [false, false, true]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_began_before_the_lock_does_not_open_the_screen_again() {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    let (app, _) = start(data.path(), shared(&ehr)).await;
    launch_maria(&app, &ehr).await;
    let request = LaunchRequest {
        user: Some("prac-okafor".to_owned()),
        patient: "zoe-nguyen".to_owned(),
        encounter: Some("enc-visit-7".to_owned()),
    };
    let (_, url) = ehr.launch(request).await;
    app.must("launch", json!({ "url": url })).await;
    let opened = app.opened().await.pop().unwrap();
    app.must("lock", json!({})).await;
    let cookie = ehr.sign_in("prac-okafor").await;
    // The browser comes back to a door that is closed: nobody listens any more.
    let back = client().get(&opened).header("Cookie", cookie).send().await.unwrap();
    let target = back.headers()["location"].to_str().unwrap().to_owned();
    assert!(client().get(&target).send().await.is_err(), "no listener");
    assert_eq!(state(&app).await["phase"], "locked");
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_does_not_wait_for_an_ehr_that_does_not_answer() {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config::tiny()).await.unwrap();
    let (app, _) = start(data.path(), shared(&ehr)).await;
    launch(&app, &ehr, "clinician-1", "patient-1", None).await;
    app.must("pin_set", json!({ "pin": PIN })).await;
    let account = first_account(&app).await;
    ehr.faults().add("kind=latency,method=POST,path=revoke,seconds=30".parse::<Fault>().unwrap());
    let out = tokio::time::timeout(std::time::Duration::from_secs(5), app.must("sign_out", json!({})));
    out.await.expect("signed out at once");
    assert_eq!(state(&app).await["phase"], "signed_out");
    assert_eq!(unlock(&app, &account, PIN).await, Err(ErrorCode::PinNotUsable));
}
