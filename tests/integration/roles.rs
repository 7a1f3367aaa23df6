//! Who may do what, told by the EHR and enforced behind the screens.

use chartside_tests::app::{self, App, Call, of};
use chartside_tests::visit::{chart, filed, launch, sign, write, written};
use companion::contract::ErrorCode;
use sandbox_ehr::{Config, Fault, Sandbox};
use serde_json::{Value, json};

async fn as_user(user: &str, config: Config) -> (tempfile::TempDir, Sandbox, App, String) {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(config).await.unwrap();
    let app = App::start(data.path(), app::policy(&ehr.urls.fhir, &ehr.urls.origin)).await;
    let visit = launch(&app, &ehr, user, "maria-santos", None).await;
    (data, ehr, app, visit)
}

async fn session(app: &App) -> Value {
    app.must("app_state", json!({})).await["session"].clone()
}

async fn refused_to_sign(app: &App, visit: &str) {
    let plan = app.must("plan_get", of(visit)).await;
    assert!(plan["blockers"].to_string().contains("rights"), "{plan}");
    let code = app.refused("sign", json!({ "visit": visit, "plan_hash": plan["plan_hash"] })).await;
    assert_eq!(code, ErrorCode::NotAllowed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_residents_note_is_filed_as_preliminary_and_says_that_it_waits_for_a_cosignature() {
    let (_data, ehr, app, visit) = as_user("prac-iyer", Config::default()).await;
    let session = session(&app).await;
    assert_eq!((&session["role"], &session["needs_cosign"]), (&json!("resident"), &json!(true)));
    chart(&app, &visit).await;
    write(&app, &visit).await;
    sign(&app, &visit).await;
    filed(&app, &visit).await;
    let all = written(&ehr).await;
    let note = &all[0].1[0];
    assert_eq!(note["docStatus"], "preliminary");
    let text = app.must("note_preview", of(&visit)).await.to_string();
    assert!(text.contains("waits for the cosignature"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nurse_and_a_medical_assistant_draft_and_cannot_sign() {
    for user in ["prac-bautista", "prac-whitehorse"] {
        let (_data, ehr, app, visit) = as_user(user, Config::default()).await;
        let session = session(&app).await;
        assert_eq!((&session["role"], &session["can_sign"]), (&json!("nursing"), &json!(false)), "{user}");
        write(&app, &visit).await;
        refused_to_sign(&app, &visit).await;
        for (kind, copies) in written(&ehr).await {
            assert!(copies.is_empty(), "{user} wrote a {kind}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_the_ehr_gives_no_role_only_reads() {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    for path in ["PractitionerRole", "Practitioner/prac-okafor"] {
        ehr.faults().add(format!("kind=403,method=GET,path={path}").parse::<Fault>().unwrap());
    }
    let app = App::start(data.path(), app::policy(&ehr.urls.fhir, &ehr.urls.origin)).await;
    let visit = launch(&app, &ehr, "prac-okafor", "maria-santos", None).await;
    let session = session(&app).await;
    assert_eq!((&session["role"], &session["can_draft"]), (&json!("unknown"), &json!(false)));
    assert!(session["rights_words"].as_str().unwrap().contains("does not say which role"));
    let edit = json!({ "visit": visit, "section": "hpi", "text": "x", "base_revision": 0 });
    assert_eq!(app.refused("note_edit", edit).await, ErrorCode::NotAllowed);
    let confirm = json!({ "visit": visit, "identifiers": ["name", "birth_date"] });
    assert_eq!(app.refused("identity_confirm", confirm).await, ErrorCode::NotAllowed);
    refused_to_sign(&app, &visit).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_without_writing_scopes_says_so_before_the_visit_and_sends_nothing() {
    let scopes =
        "openid fhirUser launch offline_access patient/*.rs user/Practitioner.rs user/PractitionerRole.rs";
    let config = Config { granted_scopes: Some(scopes.to_owned()), ..Config::default() };
    let (_data, ehr, app, visit) = as_user("prac-okafor", config).await;
    assert!(session(&app).await["rights_words"].as_str().unwrap().contains("did not grant writing"));
    chart(&app, &visit).await;
    write(&app, &visit).await;
    let plan = app.must("plan_get", of(&visit)).await;
    let outcomes: Vec<&Value> = plan["items"].as_array().unwrap().iter().map(|i| &i["outcome"]).collect();
    assert!(outcomes.iter().all(|o| **o != "written"), "{outcomes:?}");
    sign(&app, &visit).await;
    for (kind, copies) in written(&ehr).await {
        assert!(copies.is_empty(), "a {kind} was written");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resident_whose_role_cannot_be_read_is_not_taken_for_a_physician() {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    // The qualification "MD" can still be read.
    ehr.faults().add("kind=503,method=GET,path=PractitionerRole".parse::<Fault>().unwrap());
    let app = App::start(data.path(), app::policy(&ehr.urls.fhir, &ehr.urls.origin)).await;
    let visit = launch(&app, &ehr, "prac-iyer", "maria-santos", None).await;
    assert_eq!(session(&app).await["role"], "unknown");
    refused_to_sign(&app, &visit).await;
}
