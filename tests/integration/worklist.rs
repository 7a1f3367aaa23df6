//! The day's list: who comes, what changed, who is next, and what it costs the EHR.

use chartside_tests::app::{self, App, Call};
use chartside_tests::browser::Robot;
use chartside_tests::browser::sign_in_at;
use chartside_tests::clock::MovedClock;
use chartside_tests::visit::launch_maria;
use companion::host::{Clock, Host};
use companion::policy::Policy;
use desktop::{FileKeychain, OsEntropy};
use sandbox_ehr::{Captured, Config, Fault, Sandbox};
use serde_json::{Value, json};
use std::sync::Arc;

struct Scene {
    ehr: Sandbox,
    app: App,
    policy: Policy,
    data: tempfile::TempDir,
}

impl Scene {
    async fn with(config: Config, change: impl FnOnce(&mut Policy)) -> Self {
        let data = tempfile::tempdir().unwrap();
        let ehr = Sandbox::start(config).await.unwrap();
        let mut policy = app::policy(&ehr.urls.fhir, &ehr.urls.origin);
        // The sandbox's day is UTC's. What a test looks at comes when it asks.
        policy.worklist.time_zone = Some("UTC".into());
        policy.worklist.poll_seconds = 3600;
        policy.worklist.prefetch = false;
        change(&mut policy);
        let app = App::start(data.path(), policy.clone()).await;
        Self { ehr, app, policy, data }
    }

    /// The same with prefetching on.
    async fn prefetching() -> Self {
        Self::with(Config::default(), |policy| policy.worklist.prefetch = true).await
    }

    async fn all_prefetched(&self) -> Value {
        let all = |w: &Value| w["prefetch"]["state"] == "done" && w["rows"][0].is_object();
        self.app.until("worklist_get", json!({}), all).await
    }

    /// Signed in without any patient, as at the start of a day.
    async fn signed_in(user: &str) -> Self {
        let scene = Self::with(Config::default(), |_| {}).await;
        scene.sign_in(user).await;
        scene
    }

    async fn sign_in(&self, user: &str) {
        let before = self.app.opened().await.len();
        self.app.must("sign_in", json!({ "iss": self.ehr.urls.fhir, "purpose": "clinician" })).await;
        let opened = self.app.opened().await;
        let cookie = self.ehr.sign_in(user).await;
        sign_in_at(&opened[before], &cookie).await;
        self.app.until("app_state", json!({}), |s| s["phase"] == "ready").await;
    }

    async fn list(&self) -> Value {
        self.app.until("worklist_get", json!({}), |w| w["state"]["state"] == "complete").await
    }

    /// Asks again and waits for the answer.
    async fn refreshed(&self) -> Value {
        let before = self.asked().len();
        self.app.must("worklist_refresh", json!({})).await;
        let waited = tokio::time::timeout(app::PATIENCE, async {
            while self.asked().iter().filter(|a| a.status.is_some()).count() <= before {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        });
        waited.await.expect("the EHR is asked again");
        // Answered there is not yet saved here: the next look waits for this one's turn.
        self.app.must("worklist_get", json!({})).await
    }

    /// The searches for the schedule that reached the EHR.
    fn asked(&self) -> Vec<Captured> {
        let all = self.ehr.log().entries();
        all.into_iter().filter(|r| r.path.starts_with("/fhir/Appointment?")).collect()
    }
}

/// The visits of prac-okafor: those of the fixture's schedule, and one that the sandbox adds for a
/// patient whom nobody has scheduled.
const OKAFORS: [&str; 5] = ["appt-1", "appt-2", "appt-5", "appt-luis-ferreira", "appt-7"];

fn ids(list: &Value) -> Vec<&str> {
    list["rows"].as_array().unwrap().iter().map(|r| r["appointment"].as_str().unwrap()).collect()
}

fn row<'a>(list: &'a Value, id: &str) -> &'a Value {
    list["rows"].as_array().unwrap().iter().find(|r| r["appointment"] == id).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_day_shows_this_clinicians_visits_in_order_each_with_two_identifiers() {
    let scene = Scene::signed_in("prac-okafor").await;
    let list = scene.list().await;
    assert_eq!(ids(&list), OKAFORS);
    let maria = row(&list, "appt-1");
    assert_eq!(maria["time"], "09:20");
    assert_eq!(maria["status"], "booked");
    assert_eq!((&maria["type_mapped"], &maria["video"]), (&json!(true), &json!(true)));
    assert_eq!(maria["reason"], "Diabetes follow-up");
    for row in list["rows"].as_array().unwrap() {
        let patient = &row["patient"];
        assert!(patient["birth_date"].as_str().unwrap().len() == 10, "{patient}");
        assert!(patient["mrn"].is_string() && patient["mrn_assigner"].is_string(), "{patient}");
        assert_eq!(row["opens"], "now");
    }
    assert_eq!(row(&list, "appt-7")["video"], false);
    assert_eq!(scene.asked().len(), 1, "one request gives the whole day");
    let reads = scene.ehr.log().entries();
    assert!(!reads.iter().any(|r| r.path.starts_with("/fhir/Patient/")), "no patient is read by itself");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unmapped_visit_type_is_marked() {
    let scene = Scene::signed_in("prac-castellano").await;
    let list = scene.list().await;
    assert_eq!(row(&list, "appt-6")["type_mapped"], false);
    assert_eq!(row(&list, "appt-8")["type_mapped"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_without_visits_is_complete_and_empty() {
    let scene = Scene::signed_in("prac-bautista").await;
    let list = scene.list().await;
    assert_eq!((ids(&list).len(), &list["next"]), (0, &Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unchanged_day_costs_the_ehr_a_few_bytes_and_the_window_nothing() {
    let scene = Scene::signed_in("prac-okafor").await;
    let before = scene.list().await;
    let mut events = scene.app.companion.events();
    let after = scene.refreshed().await;
    let last = scene.asked().pop().unwrap();
    assert!(last.headers.contains_key("if-none-match"), "{:?}", last.headers);
    assert_eq!(last.status, Some(304));
    assert_eq!(before["rows"], after["rows"]);
    while let Ok(event) = events.try_recv() {
        assert_ne!(event.topic, companion::contract::Topic::Worklist, "nothing changed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patient_who_arrives_is_marked_and_nobody_moves() {
    let scene = Scene::signed_in("prac-okafor").await;
    let before = scene.list().await;
    scene.ehr.mark("appt-5", "arrived").await;
    scene.ehr.mark("appt-2", "cancelled").await;
    scene.app.must("worklist_refresh", json!({})).await;
    let after = scene.app.until("worklist_get", json!({}), |w| w["rows"][2]["status"] == "arrived").await;
    assert_eq!(ids(&before), ids(&after));
    assert_eq!(row(&after, "appt-5")["change"], "was booked");
    assert!(row(&after, "appt-5")["changed_at"].is_string());
    assert_eq!(row(&after, "appt-2")["status"], "cancelled");
    assert!(row(&after, "appt-1")["changed_at"].is_null());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_given_to_a_colleague_stays_in_its_place_and_says_so() {
    let scene = Scene::signed_in("prac-okafor").await;
    scene.list().await;
    let mut body = Value::clone(&*scene.ehr.resource("Appointment", "appt-2").await.unwrap());
    body["participant"][1]["actor"]["reference"] = json!("Practitioner/prac-iyer");
    scene.ehr.put(body).await.unwrap();
    scene.app.must("worklist_refresh", json!({})).await;
    let after = scene.app.until("worklist_get", json!({}), |w| w["rows"][1]["status"] == "cancelled").await;
    assert_eq!(ids(&after), OKAFORS);
    assert_eq!(row(&after, "appt-2")["status_words"], "no longer on your schedule");
}

#[tokio::test(flavor = "multi_thread")]
async fn offline_the_day_comes_from_the_vault_and_says_how_old_it_is() {
    let scene = Scene::signed_in("prac-okafor").await;
    let online = scene.list().await;
    scene.ehr.faults().add("kind=down".parse::<Fault>().unwrap());
    let Scene { ehr, app, policy, data } = scene;
    drop(app);
    let app = App::start(data.path(), policy).await;
    let offline = app.until("worklist_get", json!({}), |w| w["state"]["state"] == "offline").await;
    assert_eq!(offline["rows"], online["rows"]);
    assert_eq!((&offline["state"]["as_of"], &offline["as_of"]), (&online["as_of"], &online["as_of"]));
    ehr.faults().clear();
    app.must("worklist_refresh", json!({})).await;
    app.until("worklist_get", json!({}), |w| w["state"]["state"] == "complete").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ehr_that_gives_no_schedule_is_said_to_give_none() {
    let granted =
        "openid fhirUser offline_access launch patient/*.cruds user/Practitioner.rs user/PractitionerRole.rs";
    let without_scope = Config { granted_scopes: Some(granted.into()), ..Config::default() };
    let scene = Scene::with(without_scope, |_| {}).await;
    launch_maria(&scene.app, &scene.ehr).await;
    let list = scene.app.until("worklist_get", json!({}), |w| w["state"]["state"] == "no_schedule").await;
    assert!(ids(&list).is_empty());
    assert!(list["state"]["why"].as_str().unwrap().contains("did not let Chartside read"), "{list}");
    assert_eq!(scene.asked().iter().filter(|a| a.path.contains("practitioner=")).count(), 0);

    let scene = Scene::with(Config::default(), |_| {}).await;
    scene.ehr.faults().add("kind=403,path=Appointment?practitioner".parse::<Fault>().unwrap());
    scene.sign_in("prac-okafor").await;
    let list = scene.app.until("worklist_get", json!({}), |w| w["state"]["state"] == "no_schedule").await;
    assert!(list["state"]["why"].as_str().unwrap().contains("does not let you see"), "{list}");
}

#[tokio::test(flavor = "multi_thread")]
async fn next_opens_the_visits_one_after_the_other() {
    let scene = Scene::signed_in("prac-okafor").await;
    let mut opened = Vec::new();
    loop {
        let list = scene.app.must("worklist_get", json!({})).await;
        if list["rows"].as_array().is_some_and(Vec::is_empty) {
            continue;
        }
        let Some(next) = list["next"].as_str() else { break };
        let visit = scene.app.must("worklist_open", json!({ "appointment": next })).await["visit"].clone();
        let state = scene.app.must("app_state", json!({})).await;
        assert_eq!(state["current_visit"], visit, "it is the one on the screen");
        opened.push(next.to_owned());
    }
    let mut once = opened.clone();
    once.sort();
    once.dedup();
    assert_eq!((once.len(), opened.len()), (OKAFORS.len(), OKAFORS.len()), "each once: {opened:?}");
    let list = scene.app.must("worklist_get", json!({})).await;
    assert!(list["rows"].as_array().unwrap().iter().all(|r| r["status"] == "note_open"), "{list}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_one_patient_opens_no_other_patients_visit() {
    let scene = Scene::with(Config::default(), |_| {}).await;
    launch_maria(&scene.app, &scene.ehr).await;
    let list = scene.list().await;
    assert_eq!(row(&list, "appt-1")["opens"], "now");
    assert_eq!(row(&list, "appt-2")["opens"], "sign_in");
    let before = scene.app.opened().await.len();
    let answer = scene.app.must("worklist_open", json!({ "appointment": "appt-2" })).await;
    assert_eq!(answer["visit"], Value::Null, "the EHR is asked for a token of that patient");
    let page = scene.app.opened().await.remove(before);
    assert!(page.contains("launch%2Fpatient"), "{page}");
    let read = scene.ehr.log().entries();
    let harolds = read.iter().any(|r| r.path.contains("patient=harold-lindqvist"));
    assert!(!harolds, "nothing of his chart is asked for with Maria's token");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_charts_of_the_day_come_in_politely_and_open_without_the_network() {
    let scene = Scene::prefetching().await;
    scene.ehr.faults().add("kind=latency,ms=20".parse::<Fault>().unwrap());
    scene.sign_in("prac-okafor").await;
    scene.app.until("worklist_get", json!({}), |w| w["prefetch"]["state"] == "running").await;
    scene.ehr.log().clear();
    let list = scene.all_prefetched().await;
    assert_eq!((&list["prefetch"]["done"], &list["prefetch"]["total"]), (&json!(5), &json!(5)));
    for row in list["rows"].as_array().unwrap() {
        assert_eq!(row["prefetched"]["state"], "ready", "{}", row["appointment"]);
        assert!(row["prefetched"]["as_of"].is_string());
    }
    // As many pages at a time, however many searches a section has.
    assert!(scene.ehr.log().most_at_once() <= 4, "{} requests at once", scene.ehr.log().most_at_once());

    scene.ehr.faults().add("kind=down".parse::<Fault>().unwrap());
    let opened = scene.app.must("worklist_open", json!({ "appointment": "appt-1" })).await;
    let chart = scene.app.must("chart_get", json!({ "visit": opened["visit"] })).await;
    for section in chart["sections"].as_array().unwrap() {
        let shown = section["items"].as_array().unwrap().len();
        assert!(shown > 0 || section["state"]["state"] == "complete", "{}", section["title"]);
        assert!(section["as_of"].is_string(), "{} says its age", section["title"]);
    }
    let banner = scene.app.must("visit_get", json!({ "visit": opened["visit"] })).await["banner"].clone();
    assert!(banner["allergies"]["labels"].to_string().contains("Penicillin"), "{banner}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chart_that_is_opened_comes_before_those_that_may_be_opened() {
    let scene = Scene::prefetching().await;
    // The first that fits counts.
    scene.ehr.faults().add("kind=latency,ms=1500,path=patient=zoe-nguyen".parse::<Fault>().unwrap());
    scene.ehr.faults().add("kind=latency,ms=60".parse::<Fault>().unwrap());
    scene.sign_in("prac-okafor").await;
    scene.app.until("worklist_get", json!({}), |w| w["prefetch"]["state"] == "running").await;
    scene.app.must("worklist_open", json!({ "appointment": "appt-7" })).await;
    let paused = scene.app.until("worklist_get", json!({}), |w| w["prefetch"]["state"] == "paused").await;
    assert_eq!(paused["prefetch"]["why"], "the chart that is open comes first");
    scene.ehr.faults().clear();
    scene.all_prefetched().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chart_opened_while_it_is_brought_for_later_tells_its_own_visit_when_it_is_there() {
    let scene = Scene::prefetching().await;
    // The section that is on its way when the visit is opened is the last to come.
    scene.ehr.faults().add("kind=latency,ms=3000,path=AllergyIntolerance".parse::<Fault>().unwrap());
    scene.sign_in("prac-okafor").await;
    let loading = |w: &Value| w["rows"][0]["prefetched"]["state"] == "loading";
    scene.app.until("worklist_get", json!({}), loading).await;
    let mut events = scene.app.companion.events();
    let opened = scene.app.must("worklist_open", json!({ "appointment": "appt-1" })).await;
    let visit = opened["visit"].as_str().unwrap();
    // As the window does: it looks again when it is told to, and never else.
    let shown = tokio::time::timeout(app::PATIENCE, async {
        loop {
            let chart = scene.app.must("chart_get", json!({ "visit": visit })).await;
            let loading = |s: &Value| s["state"]["state"] == "loading";
            if !chart["sections"].as_array().unwrap().iter().any(loading) {
                return;
            }
            while let Ok(event) = events.recv().await {
                let is_told = event.visit.as_deref().is_none_or(|v| v == visit);
                if is_told && event.topic == companion::contract::Topic::Chart {
                    break;
                }
            }
        }
    });
    assert!(shown.await.is_ok(), "a section says for ever that it is loading");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_for_one_patient_prefetches_nobody_else() {
    let scene = Scene::prefetching().await;
    launch_maria(&scene.app, &scene.ehr).await;
    let off = |w: &Value| w["prefetch"]["state"] == "off" && w["rows"][0].is_object();
    let list = scene.app.until("worklist_get", json!({}), off).await;
    assert!(list["prefetch"]["why"].as_str().unwrap().contains("one chart at a time"), "{list}");
    let all = scene.ehr.log().entries();
    assert!(!all.iter().any(|r| r.path.contains("patient=harold-lindqvist")), "his chart is not asked for");
}

/// The app in the same folder again, at another time, with or without prefetching.
async fn again(scene: Scene, minutes: i64, prefetch: bool) -> Scene {
    let Scene { ehr, app, mut policy, data } = scene;
    drop(app);
    policy.worklist.prefetch = prefetch;
    policy.worklist.prefetch_hours = 1;
    let clock = Arc::new(MovedClock::default());
    clock.add_minutes(minutes);
    let robot = Arc::new(Robot::default());
    let host = Host {
        clock,
        entropy: Arc::new(OsEntropy),
        keychain: Arc::new(FileKeychain::new(data.path().join("keychain"))),
        browser: Arc::clone(&robot) as Arc<dyn companion::host::Browser>,
        rooms: Arc::new(companion::host::InTheBrowser),
        exports: Arc::new(companion::host::NoExports),
    };
    let app = App::start_with(data.path(), policy.clone(), host, robot).await;
    Scene { ehr, app, policy, data }
}

#[tokio::test(flavor = "multi_thread")]
async fn prefetched_charts_expire_and_the_chart_of_an_open_visit_stays() {
    let scene = Scene::signed_in("prac-okafor").await;
    scene.list().await;
    // Both times lie within the sandbox's day.
    let morning = desktop::SystemClock.now().to_zoned(jiff::tz::TimeZone::UTC).hour() < 12;
    let first = if morning { 0 } else { -120 };
    let scene = again(scene, first, true).await;
    scene.app.must("worklist_open", json!({ "appointment": "appt-1" })).await;
    scene.all_prefetched().await;
    scene.ehr.faults().add("kind=down".parse::<Fault>().unwrap());
    let scene = again(scene, first + 120, false).await;
    let expired = |w: &Value| row(w, "appt-2")["prefetched"]["state"] == "none";
    let list = scene.app.until("worklist_get", json!({}), expired).await;
    assert_eq!(row(&list, "appt-1")["prefetched"]["state"], "ready");
    for gone in ["appt-5", "appt-7", "appt-luis-ferreira"] {
        assert_eq!(row(&list, gone)["prefetched"]["state"], "none", "{gone}");
    }
}
