//! What the EHR may answer while items are delivered, and what becomes of them.

use chartside_tests::app::{self, App, Call, of};
use chartside_tests::visit::{chart, filed, launch, launch_maria, schedule, sign, write, written};
use clinical::delivery::circuit::FAILURES_TO_OPEN;
use companion::contract::ErrorCode;
use sandbox_ehr::{Config, Fault, Sandbox};
use serde_json::{Value, json};

/// A visit that is written and ready to be signed.
async fn ready() -> (tempfile::TempDir, Sandbox, App, String) {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    let app = App::start(data.path(), app::policy(&ehr.urls.fhir, &ehr.urls.origin)).await;
    let visit = launch_maria(&app, &ehr).await;
    chart(&app, &visit).await;
    write(&app, &visit).await;
    (data, ehr, app, visit)
}

fn fault(ehr: &Sandbox, spec: &str) {
    ehr.faults().add(spec.parse::<Fault>().unwrap());
}

fn note(delivery: &Value) -> &Value {
    &delivery["items"][0]
}

async fn exactly_once(ehr: &Sandbox) {
    for (kind, copies) in written(ehr).await {
        assert_eq!(copies.len(), 1, "exactly one {kind}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_ehr_gets_everything_once_after_it_calms_down() {
    let (_data, ehr, app, visit) = ready().await;
    fault(&ehr, "kind=429,method=POST,path=DocumentReference,times=1,seconds=1");
    fault(&ehr, "kind=503,method=POST,path=Claim,times=1,after_commit=true");
    fault(&ehr, "kind=500,method=POST,path=Task,times=1");
    sign(&app, &visit).await;
    filed(&app, &visit).await;
    exactly_once(&ehr).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_stops_that_item_in_plain_words_and_trying_again_files_it() {
    let (_data, ehr, app, visit) = ready().await;
    fault(&ehr, "kind=412,method=POST,path=Task,times=1");
    sign(&app, &visit).await;
    let stopped = app
        .until("delivery_get", app::of(&visit), |d| {
            d["items"].as_array().is_some_and(|all| all.iter().any(|i| i["state"] == "needs_you"))
        })
        .await;
    let item =
        stopped["items"].as_array().unwrap().iter().find(|i| i["state"] == "needs_you").unwrap().clone();
    assert_eq!(item["kind"], "follow_up_task");
    assert!(item["words"].as_str().unwrap().contains("412") && item["can_retry"] == true);
    app.must("delivery_retry", json!({ "id": item["id"] })).await;
    filed(&app, &visit).await;
    exactly_once(&ehr).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn revoked_tokens_hold_everything_until_the_next_sign_in() {
    let (_data, ehr, app, visit) = ready().await;
    ehr.revoke_all();
    sign(&app, &visit).await;
    app.until("app_state", json!({}), |s| s["connectivity"] == "needs_sign_in").await;
    assert!(written(&ehr).await.iter().all(|(_, copies)| copies.is_empty()));
    let again = launch_maria(&app, &ehr).await;
    assert_eq!(again, visit, "the same encounter is the same visit");
    filed(&app, &visit).await;
    exactly_once(&ehr).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_goes_into_a_chart_that_was_merged_after_signing() {
    let (_data, ehr, app, visit) = ready().await;
    fault(&ehr, "kind=down");
    sign(&app, &visit).await;
    app.until("delivery_get", app::of(&visit), |d| note(d)["state"] == "retrying").await;
    let mut merged = Value::clone(&*ehr.resource("Patient", "maria-santos").await.unwrap());
    merged["active"] = json!(false);
    merged["link"] = json!([{ "other": { "reference": "Patient/zoe-nguyen" }, "type": "replaced-by" }]);
    ehr.put(merged).await.unwrap();
    ehr.faults().clear();
    let stopped = app.until("delivery_get", app::of(&visit), |d| note(d)["state"] == "needs_you").await;
    assert!(note(&stopped)["words"].as_str().unwrap().contains("merged"));
    assert!(written(&ehr).await.iter().all(|(_, copies)| copies.is_empty()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_page_in_the_way_is_no_reason_to_call_the_chart_changed() {
    let (_data, ehr, app, visit) = ready().await;
    fault(&ehr, "kind=html");
    sign(&app, &visit).await;
    app.until("delivery_get", app::of(&visit), |d| note(d)["state"] == "retrying").await;
    ehr.faults().clear();
    filed(&app, &visit).await;
    exactly_once(&ehr).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changed_after_the_plan_was_shown_is_not_signed_unseen() {
    let (_data, ehr, app, visit) = ready().await;
    let plan = app.must("plan_get", app::of(&visit)).await;
    app.must("diagnosis_add", json!({ "visit": visit, "code": "I10" })).await;
    let arguments = json!({ "visit": visit, "plan_hash": plan["plan_hash"] });
    assert_eq!(app.refused("sign", arguments).await, ErrorCode::PlanChanged);
    assert!(written(&ehr).await.iter().all(|(_, copies)| copies.is_empty()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_visit_can_no_longer_be_edited_or_signed_again() {
    let (_data, ehr, app, visit) = ready().await;
    let plan = app.must("plan_get", app::of(&visit)).await;
    sign(&app, &visit).await;
    let edit = json!({ "visit": visit, "section": "plan", "text": "other", "base_revision": 1 });
    assert_eq!(app.refused("note_edit", edit).await, ErrorCode::VisitSigned);
    let again = json!({ "visit": visit, "plan_hash": plan["plan_hash"] });
    assert_eq!(app.refused("sign", again).await, ErrorCode::VisitSigned);
    filed(&app, &visit).await;
    exactly_once(&ehr).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_patient_id_at_another_ehr_is_another_chart() {
    let data = tempfile::tempdir().unwrap();
    let (first, second) =
        (Sandbox::start(Config::default()).await.unwrap(), Sandbox::start(Config::default()).await.unwrap());
    let mut other = Value::clone(&*second.resource("Patient", "maria-santos").await.unwrap());
    other["name"] = json!([{ "use": "official", "family": "Otherwise", "given": ["Mary"] }]);
    second.put(other).await.unwrap();
    for allergy in second.resources_of("AllergyIntolerance", "maria-santos").await {
        let mut changed = Value::clone(&allergy);
        changed["code"] = json!({ "text": "Latex" });
        second.put(changed).await.unwrap();
    }
    let mut policy = app::policy(&first.urls.fhir, &first.urls.origin);
    policy.ehrs.extend(app::policy(&second.urls.fhir, &second.urls.origin).ehrs);
    let app = App::start(data.path(), policy).await;
    let here = launch_maria(&app, &first).await;
    chart(&app, &here).await;
    let there = launch_maria(&app, &second).await;
    assert_ne!(here, there);
    chart(&app, &there).await;
    let banner = app.must("visit_get", app::of(&there)).await["banner"].clone();
    assert_eq!(banner["name"], "OTHERWISE, Mary");
    assert_eq!(banner["allergies"]["labels"], json!(["Latex"]));
    assert_eq!(
        app.refused("visit_get", app::of(&here)).await,
        ErrorCode::VisitNotFound,
        "the other account's visits are not to be seen"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_ehr_answers_nobody_one_item_asks_for_all_and_then_all_go() {
    const VISITS: usize = 12;
    let (data, day) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    std::fs::write(day.path().join("schedule.json"), schedule(VISITS, "prac-okafor", &["maria-santos"]))
        .unwrap();
    let config = Config { data: vec![day.path().to_owned()], ..Config::default() };
    let ehr = Sandbox::start(config).await.unwrap();
    let app = App::start(data.path(), app::policy(&ehr.urls.fhir, &ehr.urls.origin)).await;
    let mut visits = Vec::new();
    for n in 0..VISITS {
        let encounter = format!("visit-{n}");
        let visit = launch(&app, &ehr, "prac-okafor", "maria-santos", Some(&encounter)).await;
        write(&app, &visit).await;
        visits.push(visit);
    }
    chart(&app, &visits[VISITS - 1]).await;
    fault(&ehr, "kind=503,path=Patient");
    ehr.log().clear();
    for visit in &visits {
        sign(&app, visit).await;
    }
    let held =
        |d: &Value| d["items"][0]["state"] == "waiting" && d["items"][0]["next_attempt_at"].is_string();
    app.until("delivery_get", of(&visits[VISITS - 1]), held).await;
    // Signing itself looks for the patient once a visit.
    let asked = ehr.log().entries().len() - VISITS;
    // Visits go side by side: what was under way when the fifth failed is heard of as well.
    assert!((FAILURES_TO_OPEN as usize..VISITS).contains(&asked), "{asked} requests into the void");
    ehr.faults().clear();
    for visit in &visits {
        filed(&app, visit).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_filed_for_hours_is_said_to_be_late_until_it_is_filed() {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config { token_seconds: 86_400, ..Config::default() }).await.unwrap();
    let policy = app::policy(&ehr.urls.fhir, &ehr.urls.origin);
    let (app, clock) = App::start_with_clock(data.path(), policy).await;
    let visit = launch_maria(&app, &ehr).await;
    write(&app, &visit).await;
    fault(&ehr, "kind=503,path=Patient");
    let signed = sign(&app, &visit).await;
    let items = signed["delivery"]["items"].as_array().unwrap().len();
    let late = |app: &Value| app["outbox"]["late"].as_u64().unwrap() as usize;
    clock.add_minutes(239);
    assert_eq!(late(&app.must("app_state", json!({})).await), 0);
    clock.add_minutes(2);
    assert_eq!(late(&app.must("app_state", json!({})).await), items);
    ehr.faults().clear();
    filed(&app, &visit).await;
    assert_eq!(late(&app.must("app_state", json!({})).await), 0);

    // A retraction counts from when it was asked for, not from when the note was signed.
    fault(&ehr, "kind=503");
    let view = app.must("retract_get", of(&visit)).await;
    let parts: Vec<&Value> = view["parts"].as_array().unwrap().iter().map(|p| &p["id"]).collect();
    let asked = json!({ "visit": visit, "parts": parts, "reason": "twice", "words": "", "plan_hash": view["plan_hash"] });
    app.must("retract", asked).await;
    assert_eq!(late(&app.must("app_state", json!({})).await), 0);
    clock.add_minutes(241);
    assert_ne!(late(&app.must("app_state", json!({})).await), 0);
}
