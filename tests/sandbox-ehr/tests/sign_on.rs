//! SMART sign-on by plain HTTP: launch, authorize, token, refresh, scopes.

#![allow(clippy::unwrap_used)]

mod support;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use sandbox_ehr::{Config, LaunchRequest, Sandbox};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use support::{Clinic, Reply, send};

const VERIFIER: &str = "a-verifier-that-is-quite-long-enough-to-be-valid-0123456789";
const REDIRECT: &str = "http://127.0.0.1:49152/callback";
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const SCOPES: &str = "openid fhirUser launch offline_access patient/*.rs patient/DocumentReference.cruds";

fn form(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// An app that signs on step by step.
struct App {
    sandbox: Sandbox,
    cookie: String,
}

impl App {
    async fn start(config: Config) -> Self {
        let sandbox = Sandbox::start(config).await.unwrap();
        let cookie = sandbox.sign_in("clinician-1").await;
        Self { sandbox, cookie }
    }

    async fn launch(&self) -> String {
        let asked = LaunchRequest { user: None, patient: "patient-1".to_owned(), encounter: None };
        self.sandbox.launch(asked).await.0
    }

    /// The authorization request, with some parameters changed.
    async fn authorize(&self, scope: &str, launch: Option<&str>, changed: &[(&str, &str)]) -> Reply {
        let challenge = BASE64URL.encode(Sha256::digest(VERIFIER));
        let mut params = vec![
            ("response_type", "code"),
            ("client_id", "chartside"),
            ("redirect_uri", REDIRECT),
            ("scope", scope),
            ("state", "the-state"),
            ("nonce", "the-nonce"),
            ("aud", self.sandbox.urls.fhir.as_str()),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        params.extend(launch.map(|launch| ("launch", launch)));
        for (name, value) in changed {
            params.retain(|(known, _)| known != name);
            params.push((name, value));
        }
        let url = format!("{}/authorize?{}", self.sandbox.urls.auth, form(&params));
        send("GET", &url, &[("cookie", &self.cookie)], "").await.unwrap()
    }

    async fn code(&self, scope: &str) -> String {
        let launch = self.launch().await;
        let reply = self.authorize(scope, Some(&launch), &[]).await;
        assert_eq!(reply.status, 302, "{}", reply.text());
        assert_eq!(reply.location()["state"], "the-state");
        reply.location()["code"].clone()
    }

    async fn token(&self, pairs: &[(&str, &str)]) -> Reply {
        let mut all = vec![("client_id", "chartside")];
        all.extend(pairs);
        send("POST", &format!("{}/token", self.sandbox.urls.auth), &[FORM], &form(&all)).await.unwrap()
    }

    async fn redeem(&self, code: &str, verifier: &str) -> Reply {
        let pairs = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", verifier),
        ];
        self.token(&pairs).await
    }

    async fn refresh(&self, token: &str) -> Reply {
        self.token(&[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    }

    /// Whether a token still opens the chart.
    async fn reads(&self, token: &Value) -> u16 {
        let bearer = format!("Bearer {}", token.as_str().unwrap());
        let url = format!("{}/Patient/patient-1", self.sandbox.urls.fhir);
        send("GET", &url, &[("authorization", &bearer)], "").await.unwrap().status
    }
}

#[tokio::test]
async fn a_launch_from_the_ehr_needs_no_page_and_ends_with_the_chart_in_context() {
    let app = App::start(Config::tiny()).await;
    let answer = app.redeem(&app.code(SCOPES).await, VERIFIER).await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"));
    let body = answer.json();
    assert_eq!(body["patient"], "patient-1");
    assert_eq!(body["encounter"], "enc-visit-patient-1");
    assert_eq!(body["fhirContext"], json!([{ "reference": "Appointment/appt-patient-1" }]));
    assert_eq!(body["scope"], SCOPES);
    assert_eq!(body["expires_in"], 300);
    let id_token = body["id_token"].as_str().unwrap();
    let claims = BASE64URL.decode(id_token.split('.').nth(1).unwrap()).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!(claims["nonce"], "the-nonce");
    assert_eq!(claims["aud"], "chartside");
    assert_eq!(claims["fhirUser"], json!(format!("{}/Practitioner/clinician-1", app.sandbox.urls.fhir)));
    assert_eq!(app.reads(&body["access_token"]).await, 200);
}

#[tokio::test]
async fn discovery_names_the_endpoints_and_the_key_that_signs() {
    let app = App::start(Config::tiny()).await;
    let url = format!("{}/.well-known/smart-configuration", app.sandbox.urls.fhir);
    let found = send("GET", &url, &[], "").await.unwrap().json();
    assert_eq!(found["code_challenge_methods_supported"], json!(["S256"]));
    assert_eq!(found["issuer"], json!(app.sandbox.urls.fhir));
    let keys = send("GET", found["jwks_uri"].as_str().unwrap(), &[], "").await.unwrap().json();
    let body = app.redeem(&app.code(SCOPES).await, VERIFIER).await.json();
    let head = BASE64URL.decode(body["id_token"].as_str().unwrap().split('.').next().unwrap()).unwrap();
    let head: Value = serde_json::from_slice(&head).unwrap();
    assert_eq!(head["kid"], keys["keys"][0]["kid"]);
    assert_eq!(head["alg"], "RS256");
}

#[tokio::test]
async fn a_wrong_verifier_gets_nothing_and_burns_the_code() {
    let app = App::start(Config::tiny()).await;
    let code = app.code(SCOPES).await;
    let other = VERIFIER.replace('a', "b");
    assert_eq!(app.redeem(&code, &other).await.json()["error"], "invalid_grant");
    assert_eq!(app.redeem(&code, VERIFIER).await.json()["error"], "invalid_grant");
}

#[tokio::test]
async fn a_code_used_twice_revokes_what_the_first_use_gave() {
    let app = App::start(Config::tiny()).await;
    let code = app.code(SCOPES).await;
    let body = app.redeem(&code, VERIFIER).await.json();
    assert_eq!(app.reads(&body["access_token"]).await, 200);
    assert_eq!(app.redeem(&code, VERIFIER).await.status, 400);
    assert_eq!(app.reads(&body["access_token"]).await, 401);
    assert_eq!(app.refresh(body["refresh_token"].as_str().unwrap()).await.status, 400);
}

#[tokio::test]
async fn a_refresh_token_rotates_and_its_reuse_ends_the_family() {
    let app = App::start(Config::tiny()).await;
    let body = app.redeem(&app.code(SCOPES).await, VERIFIER).await.json();
    let first = body["refresh_token"].as_str().unwrap();
    let renewed = app.refresh(first).await.json();
    assert_eq!(renewed["patient"], "patient-1");
    assert_eq!(app.reads(&renewed["access_token"]).await, 200);
    assert_eq!(app.refresh(first).await.json()["error"], "invalid_grant");
    assert_eq!(app.reads(&renewed["access_token"]).await, 401);
    assert_eq!(app.refresh(renewed["refresh_token"].as_str().unwrap()).await.status, 400);
}

#[tokio::test]
async fn without_offline_or_online_access_there_is_no_refresh_token() {
    let app = App::start(Config::tiny()).await;
    let body = app.redeem(&app.code("launch patient/*.rs").await, VERIFIER).await.json();
    assert_eq!((body["refresh_token"].clone(), body["id_token"].clone()), (Value::Null, Value::Null));
}

#[tokio::test]
async fn a_bad_authorization_request_is_told_back_or_stopped() {
    let app = App::start(Config::tiny()).await;
    let launch = app.launch().await;
    for (changed, error) in [
        (("state", ""), "invalid_request"),
        (("aud", "http://127.0.0.1:1/fhir"), "invalid_request"),
        (("code_challenge_method", "plain"), "invalid_request"),
        (("code_challenge", "too-short"), "invalid_request"),
        (("response_type", "token"), "unsupported_response_type"),
        (("launch", "made-up"), "invalid_request"),
    ] {
        let reply = app.authorize(SCOPES, Some(&launch), &[changed]).await;
        assert_eq!((reply.status, reply.location()["error"].as_str()), (302, error), "{changed:?}");
    }
    for changed in [("redirect_uri", "http://evil.example/callback"), ("client_id", "somebody")] {
        let reply = app.authorize(SCOPES, Some(&launch), &[changed]).await;
        assert_eq!((reply.status, reply.header("location")), (400, ""), "{changed:?}");
    }
}

#[tokio::test]
async fn without_a_session_the_user_signs_in_first() {
    let mut app = App::start(Config::tiny()).await;
    let launch = app.launch().await;
    app.cookie = String::new();
    let page = app.authorize(SCOPES, Some(&launch), &[]).await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("Sign in to the EHR"));
    let silent = app.authorize(SCOPES, Some(&launch), &[("prompt", "none")]).await;
    assert_eq!(silent.location()["error"], "login_required");
    let url = format!("{}/login", app.sandbox.urls.auth);
    let wrong = form(&[("user", "clinician-1"), ("password", "guess"), ("return_to", "/")]);
    assert_eq!(send("POST", &url, &[FORM], &wrong).await.unwrap().status, 401);
    let right = form(&[("user", "clinician-1"), ("password", "sandbox"), ("return_to", "//evil.example")]);
    let done = send("POST", &url, &[FORM], &right).await.unwrap();
    assert_eq!((done.status, done.header("location")), (303, "/"));
    app.cookie = done.header("set-cookie").split(';').next().unwrap().to_owned();
    assert_eq!(app.authorize(SCOPES, Some(&launch), &[]).await.status, 302);
}

#[tokio::test]
async fn a_standalone_launch_asks_whose_chart() {
    let app = App::start(Config::tiny()).await;
    let page = app.authorize("openid launch/patient patient/*.rs", None, &[]).await;
    assert!(page.text().contains("pick-patient-1"));
    let pending =
        page.text().split("name=pending value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let picked = form(&[("pending", &pending), ("patient", "patient-1")]);
    let url = format!("{}/pick", app.sandbox.urls.auth);
    let reply = send("POST", &url, &[FORM, ("cookie", &app.cookie)], &picked).await.unwrap();
    let body = app.redeem(&reply.location()["code"], VERIFIER).await.json();
    assert_eq!(body["patient"], "patient-1");
}

#[tokio::test]
async fn the_server_may_grant_less_than_was_asked() {
    let config = Config { granted_scopes: Some("openid launch patient/*.rs".to_owned()), ..Config::tiny() };
    let app = App::start(config).await;
    let body = app.redeem(&app.code(SCOPES).await, VERIFIER).await.json();
    assert_eq!(body["scope"], "openid launch patient/*.rs patient/DocumentReference.rs");
}

#[tokio::test]
async fn an_expired_or_revoked_token_opens_nothing() {
    let app = App::start(Config { token_seconds: 0, ..Config::tiny() }).await;
    let body = app.redeem(&app.code(SCOPES).await, VERIFIER).await.json();
    assert_eq!(app.reads(&body["access_token"]).await, 401);

    let app = App::start(Config::tiny()).await;
    let body = app.redeem(&app.code(SCOPES).await, VERIFIER).await.json();
    let revoked = form(&[("client_id", "chartside"), ("token", body["refresh_token"].as_str().unwrap())]);
    let url = format!("{}/revoke", app.sandbox.urls.auth);
    assert_eq!(send("POST", &url, &[FORM], &revoked).await.unwrap().status, 200);
    assert_eq!(app.reads(&body["access_token"]).await, 401);
}

#[tokio::test]
async fn scopes_are_enforced_letter_by_letter() {
    let clinic = Clinic::tiny().await.with_scopes("user/Patient.r user/Task.c", None).await;
    assert_eq!(clinic.get("Patient/patient-1").await.status, 200);
    assert_eq!(clinic.get("Patient?name=x").await.status, 403);
    assert_eq!(clinic.get("Practitioner/clinician-1").await.status, 403);
    let task = json!({ "resourceType": "Task", "status": "requested", "intent": "order" });
    let made = clinic.post("Task", &task).await;
    assert_eq!(made.status, 201);
    let id = made.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(clinic.get(&format!("Task/{id}")).await.status, 403);
    let bundle = json!({ "resourceType": "Bundle", "type": "batch", "entry": [
        { "request": { "method": "GET", "url": "Practitioner/clinician-1" } }
    ] });
    assert_eq!(clinic.post("", &bundle).await.json()["entry"][0]["response"]["status"], "403");
}

#[tokio::test]
async fn a_patient_token_stays_inside_that_chart() {
    let clinic = Clinic::tiny().await;
    let other = json!({ "resourceType": "Patient", "id": "other", "name": [{ "family": "Other" }] });
    clinic.sandbox.put(other).await.unwrap();
    let foreign =
        json!({ "resourceType": "Condition", "id": "foreign", "subject": { "reference": "Patient/other" } });
    clinic.sandbox.put(foreign.clone()).await.unwrap();
    let clinic = clinic.with_scopes("patient/*.cruds", Some("patient-1")).await;
    assert_eq!(clinic.get("Patient/other").await.status, 403);
    assert_eq!(clinic.get("Condition/foreign").await.status, 403);
    assert_eq!(clinic.get("Condition?patient=other").await.status, 403);
    assert_eq!(clinic.get("Condition").await.json()["total"], 0);
    assert_eq!(clinic.post("Condition", &foreign).await.status, 403);
    assert_eq!(clinic.get("Patient/patient-1").await.status, 200);
    assert_eq!(clinic.get("Practitioner/clinician-1").await.status, 200);
}

#[tokio::test]
async fn a_granular_scope_shows_only_what_it_names() {
    let clinic = Clinic::tiny().await;
    for category in ["laboratory", "social-history"] {
        let body = json!({
            "resourceType": "Observation", "id": category, "status": "final", "code": { "text": "x" },
            "category": [{ "coding": [{ "system": "urn:c", "code": category }] }],
            "subject": { "reference": "Patient/patient-1" }
        });
        clinic.sandbox.put(body).await.unwrap();
    }
    let clinic =
        clinic.with_scopes("patient/Observation.rs?category=urn:c|laboratory", Some("patient-1")).await;
    assert_eq!(support::ids(&clinic.get("Observation").await.json()), ["laboratory"]);
    assert_eq!(clinic.get("Observation/social-history").await.status, 403);
}
