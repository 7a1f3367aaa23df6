//! What people do at a sign-in: each ends in a clear sentence and a way forward.

use chartside_tests::app::{self, App, Call};
use chartside_tests::browser::{client, sign_in_at};
use chartside_tests::hostile::attack::Scene;
use chartside_tests::visit::launch_maria;
use sandbox_ehr::{Config, LaunchRequest, Sandbox};
use serde_json::{Value, json};

/// The same clinician presses Launch again, and it works.
async fn then_it_works(scene: &Scene) {
    let again = scene.link().replace("launch-1", "launch-2");
    scene.follow(&again).await.unwrap();
    scene.browse().await.deliver().await;
    scene.visit().await;
    let state = scene.app.must("app_state", json!({})).await;
    assert_eq!(state["notice"], Value::Null, "and the old sentence is gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_the_browser_half_way_is_given_up_in_the_app_or_ends_by_itself() {
    let scene = Scene::new().await;
    scene.launch().await.unwrap();
    assert_eq!(scene.app.must("app_state", json!({})).await["phase"], "signing_in");
    scene.app.must("sign_in_cancel", json!({})).await;
    let state = scene.app.must("app_state", json!({})).await;
    assert_eq!((&state["phase"], &state["notice"]), (&json!("signed_out"), &Value::Null));

    scene.follow(&scene.link().replace("launch-1", "launch-3")).await.unwrap();
    scene.clock.add_minutes(6);
    assert_eq!(scene.reason().await, "sign_in_timed_out");
    assert!(scene.words().await.contains("press Chartside in the patient's chart"));
    scene.clock.add_minutes(-6);
    then_it_works(&scene).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_closed_the_tab_gets_it_back_by_the_same_link() {
    let scene = Scene::new().await;
    scene.launch().await.unwrap();
    scene.clock.add_minutes(1);
    scene.launch().await.unwrap();
    let opened = scene.app.opened().await;
    assert_eq!(opened.len(), 2);
    assert_eq!(opened[0], opened[1], "the same sign-in, so that either tab works");
    scene.browse().await.deliver().await;
    scene.visit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_is_opened_twice_is_one_launch() {
    let scene = Scene::new().await;
    let (first, second) = tokio::join!(scene.launch(), scene.launch());
    assert_eq!((first, second), (Ok(()), Ok(())));
    assert_eq!(scene.app.opened().await.len(), 1, "one browser tab");
    scene.browse().await.deliver().await;
    let visit = scene.visit().await;
    // And once more after it was opened: the visit is shown, nobody has to sign in.
    scene.launch().await.unwrap();
    let state = scene.app.must("app_state", json!({})).await;
    assert_eq!((&state["current_visit"], &state["notice"]), (&json!(visit), &Value::Null));
    assert_eq!(scene.app.opened().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_launch_that_the_ehr_no_longer_knows_is_said_to_be_used_or_old() {
    let scene = Scene::new().await;
    scene.ehr.callback(|params| {
        params.retain(|(name, _)| name != "code");
        params.push(("error".into(), "invalid_request".into()));
    });
    scene.sign_in().await.unwrap();
    assert_eq!(scene.reason().await, "oauth_invalid_request");
    let words = scene.words().await;
    assert!(words.contains("used before") && words.contains("Press Chartside"), "{words}");
    scene.ehr.callback(|_| {});
    then_it_works(&scene).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn denying_consent_is_no_error_of_anybody_and_the_next_launch_works() {
    let scene = Scene::new().await;
    scene.ehr.callback(|params| {
        params.retain(|(name, _)| name != "code");
        params.push(("error".into(), "access_denied".into()));
    });
    scene.sign_in().await.unwrap();
    assert_eq!(scene.reason().await, "oauth_access_denied");
    let state = scene.app.must("app_state", json!({})).await;
    assert_eq!(state["notice"]["code"], "sign_in_cancelled");
    assert!(scene.words().await.contains("cancelled or declined"));
    scene.ehr.callback(|_| {});
    then_it_works(&scene).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patients_account_is_told_from_a_clinicians() {
    let scene = Scene::new().await;
    scene.ehr.id_token(|t| t.claims["fhirUser"] = json!("Patient/patient-1"));
    scene.sign_in().await.unwrap();
    let words = scene.words().await;
    assert!(words.contains("no clinician") && words.contains("sign in as the clinician"), "{words}");
    scene.ehr.id_token(|_| {});
    then_it_works(&scene).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_patient_in_context_the_clinician_is_signed_in_and_told_what_to_do() {
    let scene = Scene::new().await;
    scene.ehr.answer("token", |a| drop(a.json.as_object_mut().unwrap().remove("patient")));
    scene.sign_in().await.unwrap();
    assert_eq!(scene.reason().await, "no_patient_in_context");
    let state = scene.app.must("app_state", json!({})).await;
    assert_eq!(state["session"]["clinician"].as_str().map(|name| name.contains("Okafor")), Some(true));
    assert_eq!(state["visits"], json!([]));
    assert!(scene.words().await.contains("Open the patient's chart there"));
    scene.ehr.answer("token", |_| {});
    then_it_works(&scene).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn logging_in_as_somebody_else_than_who_opened_the_chart_is_told() {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    let app = App::start(data.path(), app::policy(&ehr.urls.fhir, &ehr.urls.origin)).await;
    let request = LaunchRequest {
        user: Some("prac-okafor".into()),
        patient: "maria-santos".into(),
        encounter: Some("enc-visit-1".into()),
    };
    let (_, url) = ehr.launch(request).await;
    app.must("launch", json!({ "url": url })).await;
    // The browser still holds a colleague's session.
    let others = ehr.resources("Practitioner").await;
    let other = others.iter().filter_map(|p| p["id"].as_str()).find(|id| *id != "prac-okafor").unwrap();
    let cookie = ehr.sign_in(other).await;
    sign_in_at(&app.opened().await[0], &cookie).await;
    let state = app.until("app_state", json!({}), |s| s["sign_in"].is_null()).await;
    assert_eq!(state["notice"]["reason"], "oauth_access_denied");
    assert!(state["notice"]["message"].as_str().unwrap().contains("signed in as somebody other"));
    assert_eq!(state["session"], Value::Null, "nobody else's work was opened");
    launch_maria(&app, &ehr).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_without_launch_asks_the_ehr_for_the_patient() {
    let scene = Scene::new().await;
    scene.app.must("sign_in", json!({ "iss": scene.ehr.fhir })).await;
    let page = scene.app.opened().await.pop().unwrap();
    client().get(&page).send().await.unwrap();
    let asked = scene.ehr.asked();
    assert!(asked.scope.split(' ').any(|s| s == "launch/patient"), "{}", asked.scope);
    assert!(!asked.scope.split(' ').any(|s| s == "launch") && !asked.all.contains_key("launch"));
    scene.browse().await.deliver().await;
    scene.visit().await;
}
