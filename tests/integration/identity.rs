//! What a chart says about itself is decided by the clinician, once, on record, and can be taken back.

use chartside_tests::app::{self, App, Call, of};
use chartside_tests::visit::launch;
use companion::contract::ErrorCode;
use sandbox_ehr::{Config, Sandbox};
use serde_json::{Value, json};

async fn opened(
    user: &str,
    patient: &str,
    change: impl FnOnce(&mut Value),
) -> (tempfile::TempDir, Sandbox, App, String) {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    let mut body = Value::clone(&*ehr.resource("Patient", patient).await.unwrap());
    change(&mut body);
    ehr.put(body).await.unwrap();
    let app = App::start(data.path(), app::policy(&ehr.urls.fhir, &ehr.urls.origin)).await;
    let visit = launch(&app, &ehr, user, patient, None).await;
    (data, ehr, app, visit)
}

fn confirm(visit: &str) -> Value {
    json!({ "visit": visit, "identifiers": ["name", "birth_date"] })
}

fn decide(visit: &str, issue: &str, decision: &str, reason: Option<&str>) -> Value {
    json!({ "visit": visit, "issue": issue, "decision": decision, "reason": reason })
}

async fn blocked(app: &App, visit: &str) -> bool {
    let plan = app.must("plan_get", of(visit)).await;
    plan["blockers"].as_array().unwrap().iter().any(|b| b["kind"] == "identity")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_possible_second_chart_must_be_decided_on_and_the_decision_can_be_taken_back() {
    let (_data, _ehr, app, visit) = opened("prac-okafor", "grace-kowalczyk", |_| {}).await;
    let issue = app.must("visit_get", of(&visit)).await["identity"]["issues"][0].clone();
    assert_eq!((&issue["issue"], &issue["open"]), (&json!("duplicate"), &json!(true)));
    assert_eq!(app.refused("identity_confirm", confirm(&visit)).await, ErrorCode::IdentityNotConfirmed);
    app.must("identity_decide", decide(&visit, "duplicate", "keep_this_chart", None)).await;
    let view = app.must("identity_confirm", confirm(&visit)).await;
    assert_eq!(view["identity"]["state"], "confirmed");
    assert!(!blocked(&app, &visit).await);
    let back = app.must("identity_decide", decide(&visit, "duplicate", "take_back", None)).await;
    assert_eq!(
        (&back["identity"]["state"], &back["identity"]["issues"][0]["open"]),
        (&json!("unconfirmed"), &json!(true))
    );
    assert!(blocked(&app, &visit).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patient_recorded_as_deceased_is_written_about_only_with_a_reason() {
    let dead = |body: &mut Value| body["deceasedBoolean"] = json!(true);
    let (_data, _ehr, app, visit) = opened("prac-okafor", "maria-santos", dead).await;
    assert_eq!(app.refused("identity_confirm", confirm(&visit)).await, ErrorCode::IdentityNotConfirmed);
    let without = decide(&visit, "deceased", "keep_this_chart", Some("  "));
    assert_eq!(app.refused("identity_decide", without).await, ErrorCode::InvalidInput);
    let with =
        decide(&visit, "deceased", "keep_this_chart", Some("Recorded by mistake; she is on the call."));
    let view = app.must("identity_decide", with).await;
    assert_eq!(view["identity"]["issues"][0]["reason"], "Recorded by mistake; she is on the call.");
    app.must("identity_confirm", confirm(&visit)).await;
    assert!(!blocked(&app, &visit).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merged_chart_is_followed_once_and_confirmed_anew() {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    let mut policy = app::policy(&ehr.urls.fhir, &ehr.urls.origin);
    // An EHR that lets clinicians see all their patients.
    let scopes = ["openid", "fhirUser", "offline_access", "user/*.cruds"];
    policy.ehrs[0].scopes = Some(scopes.map(str::to_owned).to_vec());
    let app = App::start(data.path(), policy).await;
    let visit = launch(&app, &ehr, "prac-castellano", "luis-ferreira-retired", Some("enc-visit-6")).await;
    let edit = json!({ "visit": visit, "section": "hpi", "text": "big toe again", "base_revision": 0 });
    app.must("note_edit", edit).await;
    assert_eq!(app.refused("identity_confirm", confirm(&visit)).await, ErrorCode::IdentityNotConfirmed);
    let moved = app.must("identity_decide", decide(&visit, "merged", "move_to_survivor", None)).await;
    assert_eq!(moved["identity"]["state"], "unconfirmed", "whose chart it is now is confirmed anew");
    assert_eq!(moved["identity"]["issues"][0]["issue"], "moved");
    assert!(app.must("note_get", of(&visit)).await.to_string().contains("big toe again"));
    app.must("identity_confirm", confirm(&visit)).await;
    assert!(!blocked(&app, &visit).await);
    let back = app.must("identity_decide", decide(&visit, "moved", "take_back", None)).await;
    assert_eq!(back["identity"]["issues"][0]["issue"], "merged");
    assert!(blocked(&app, &visit).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chart_that_was_merged_twice_is_not_followed_to_the_end() {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    let mut body = Value::clone(&*ehr.resource("Patient", "luis-ferreira").await.unwrap());
    body["link"] = json!([{ "type": "replaced-by", "other": { "reference": "Patient/maria-santos" } }]);
    ehr.put(body).await.unwrap();
    let mut policy = app::policy(&ehr.urls.fhir, &ehr.urls.origin);
    let scopes = ["openid", "fhirUser", "offline_access", "user/*.cruds"];
    policy.ehrs[0].scopes = Some(scopes.map(str::to_owned).to_vec());
    let app = App::start(data.path(), policy).await;
    let visit = launch(&app, &ehr, "prac-castellano", "luis-ferreira-retired", Some("enc-visit-6")).await;
    let code = app.refused("identity_decide", decide(&visit, "merged", "move_to_survivor", None)).await;
    assert_eq!(code, ErrorCode::PatientChanged);
    let view = app.must("visit_get", of(&visit)).await;
    assert_eq!(view["identity"]["issues"][0]["issue"], "merged", "the visit stays where it was");
}
