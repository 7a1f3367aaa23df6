//! A client that proves itself: the key of this installation, against a server that checks every
//! proof with another implementation.

use chartside_tests::app::{self, App, Call, of};
use chartside_tests::visit::{chart, launch_maria};
use companion::host::Host;
use companion::policy::{AuthPolicy, KeyAlgorithm, Policy};
use desktop::{FileKeychain, OsEntropy, SystemClock};
use sandbox_ehr::{Config, Sandbox};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

const JKU: &str = "https://apps.clinic.example/chartside/keys.json";

fn policy(ehr: &Sandbox, alg: KeyAlgorithm) -> Policy {
    let mut policy = app::policy(&ehr.urls.fhir, &ehr.urls.origin);
    policy.ehrs[0].auth = Some(AuthPolicy::PrivateKeyJwt { alg, jku: Some(JKU.to_owned()) });
    policy
}

/// What `chartside --jwks` prints on this computer.
async fn printed(data: &Path, policy: &Policy) -> Value {
    let host = Host {
        clock: Arc::new(SystemClock),
        entropy: Arc::new(OsEntropy),
        keychain: Arc::new(FileKeychain::new(data.join("keychain"))),
        browser: Arc::new(chartside_tests::browser::Robot::default()),
        rooms: Arc::new(companion::host::InTheBrowser),
        exports: Arc::new(companion::host::NoExports),
    };
    companion::jwks(&host, policy).await.unwrap_or_else(|f| panic!("{}", f.message))
}

/// The form parameters of the requests to this endpoint.
fn forms(ehr: &Sandbox, path: &str) -> Vec<Vec<(String, String)>> {
    let all = ehr.log().entries();
    let at = all.iter().filter(|e| e.path == path);
    at.map(|e| url::form_urlencoded::parse(e.body.as_bytes()).into_owned().collect()).collect()
}

fn part(assertion: &str, n: usize) -> Value {
    use base64::Engine;
    let part = assertion.split('.').nth(n).unwrap();
    serde_json::from_slice(&base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

async fn signs_in_and_renews_and_revokes(alg: KeyAlgorithm, name: &str) {
    let data = tempfile::tempdir().unwrap();
    let config = Config { token_seconds: 1, ..Config::default() };
    let ehr = Sandbox::start(config).await.unwrap();
    let policy = policy(&ehr, alg);
    let shown = printed(data.path(), &policy).await;
    assert_eq!(shown, printed(data.path(), &policy).await, "the key stays the same");
    let jwks = &shown[0]["jwks"];
    assert_eq!(jwks["keys"][0]["alg"], name);
    for private in ["d", "p", "q", "dp", "dq", "qi"] {
        assert_eq!(jwks["keys"][0][private], Value::Null, "{private} is private");
    }
    ehr.register_client_keys(jwks.clone());

    let app = App::start(data.path(), policy).await;
    let visit = launch_maria(&app, &ehr).await;
    chart(&app, &visit).await;
    app.must("chart_reload", of(&visit)).await;
    chart(&app, &visit).await;
    app.must("sign_out", json!({})).await;

    let (tokens, revocations) = (forms(&ehr, "/auth/token"), forms(&ehr, "/auth/revoke"));
    assert!(tokens.len() >= 2 && !revocations.is_empty(), "a code, a renewal, a sign-out");
    let mut proofs = HashSet::new();
    for form in tokens.iter().chain(&revocations) {
        let get = |name: &str| form.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
        assert_eq!(get("client_id"), None, "a confidential client leaves it out");
        assert_eq!(get("client_secret"), None);
        let assertion = get("client_assertion").unwrap();
        let (header, claims) = (part(assertion, 0), part(assertion, 1));
        assert_eq!(
            (&header["alg"], &header["typ"], &header["jku"]),
            (&json!(name), &json!("JWT"), &json!(JKU))
        );
        assert_eq!(header["kid"], jwks["keys"][0]["kid"]);
        assert_eq!((&claims["iss"], &claims["sub"]), (&json!("chartside"), &json!("chartside")));
        assert_eq!(claims["aud"], format!("{}/token", ehr.urls.auth));
        assert!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap() <= 300);
        assert!(proofs.insert(claims["jti"].as_str().unwrap().to_owned()), "each proof is used once");
    }
    let refused =
        ehr.log().entries().into_iter().filter(|e| e.path.starts_with("/auth/") && e.status != Some(200));
    assert_eq!(refused.count(), 0, "the server took every proof");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_elliptic_key_of_this_computer_proves_the_client_everywhere() {
    signs_in_and_renews_and_revokes(KeyAlgorithm::Es384, "ES384").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_rsa_key_of_this_computer_proves_the_client_everywhere() {
    signs_in_and_renews_and_revokes(KeyAlgorithm::Rs384, "RS384").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_computer_whose_key_nobody_registered_is_refused_in_plain_words() {
    let (ours, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    let policy = policy(&ehr, KeyAlgorithm::Es384);
    let (mine, theirs) = (printed(ours.path(), &policy).await, printed(other.path(), &policy).await);
    assert_ne!(mine, theirs, "each computer has a key of its own");
    ehr.register_client_keys(theirs[0]["jwks"].clone());
    let app = App::start(ours.path(), policy).await;
    let request = sandbox_ehr::LaunchRequest {
        user: Some("prac-okafor".into()),
        patient: "maria-santos".into(),
        encounter: None,
    };
    let (_, url) = ehr.launch(request).await;
    app.must("launch", json!({ "url": url })).await;
    let cookie = ehr.sign_in("prac-okafor").await;
    chartside_tests::browser::sign_in_at(&app.opened().await[0], &cookie).await;
    let state = app.until("app_state", json!({}), |s| s["sign_in"].is_null()).await;
    assert_eq!(state["notice"]["reason"], "oauth_invalid_client");
    assert!(state["notice"]["message"].as_str().unwrap().contains("tell IT"));
    assert_eq!(state["session"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_word_in_the_policy_there_is_no_key() {
    let data = tempfile::tempdir().unwrap();
    let policy = app::policy("https://ehr.example/fhir", "https://ehr.example");
    assert_eq!(printed(data.path(), &policy).await, json!([]));
    assert!(!data.path().join("keychain").exists());
}
