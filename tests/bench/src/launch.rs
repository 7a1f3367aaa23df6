//! From the launch link to the banner of a patient who was opened here before: discovery, the
//! EHR's sign-on, the redirect, tokens, who it is, and the patient. Beside it the bare sum of the
//! same HTTP exchanges, one after the other, each answer parsed and thrown away. The sandbox's own
//! answer times are in both; they are not subtracted, which only makes ours look slower.

use crate::clinic::{CLINICIAN, Clinic};
use crate::row::{Compared, Limit, Row, Samples, Unit};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chartside_tests::app::Call;
use chartside_tests::browser::{client, sign_in_at};
use sandbox_ehr::LaunchRequest;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::time::{Duration, Instant};
use url::Url;

/// Longest time from link to banner, whatever the peer took.
const LIMIT: Duration = Duration::from_millis(150);
const RUNS: usize = 50;
const WARM_UP: usize = 3;
const PATIENT: &str = "maria-santos";
const ENCOUNTER: &str = "enc-visit-1";

pub fn run() -> Row {
    let clinic = Clinic::start();
    clinic.block_on(async {
        let desk = clinic.desk().await;
        let visit = clinic.launch(&desk, PATIENT, ENCOUNTER).await;
        let cookie = clinic.ehr.sign_in(CLINICIAN).await;
        let (mut ours, mut peer) = (Samples::default(), Samples::default());
        for n in 0..WARM_UP + RUNS {
            crate::clinic::complete(&desk, &visit).await;
            let took = launch(&clinic, &desk.app, &cookie, &visit).await;
            crate::clinic::complete(&desk, &visit).await;
            let bare = bare(&clinic, &cookie).await;
            if n >= WARM_UP {
                ours.add(took);
                peer.add(bare);
            }
        }
        desk.app.companion.stop().await;
        Row {
            name: "launch-to-banner".to_owned(),
            peer_name: "bare sum of the same exchanges".to_owned(),
            unit: Unit::Milliseconds,
            compared: Compared::Median,
            ours,
            peer,
            target: None,
            limit: Some(Limit::p95(LIMIT)),
            runs: RUNS,
        }
    })
}

async fn link(clinic: &Clinic) -> String {
    let request = LaunchRequest {
        user: Some(CLINICIAN.to_owned()),
        patient: PATIENT.to_owned(),
        encounter: Some(ENCOUNTER.to_owned()),
    };
    clinic.ehr.launch(request).await.1
}

/// The clinician's browser is signed in at the EHR, as it is after a launch from there.
async fn launch(clinic: &Clinic, app: &impl Call, cookie: &str, visit: &str) -> Duration {
    let url = link(clinic).await;
    let before = app.opened().await.len();
    let began = Instant::now();
    app.must("launch", json!({ "url": url })).await;
    let opened = app.opened().await;
    sign_in_at(&opened[before], cookie).await;
    app.until("app_state", json!({}), |s| s["phase"] == "ready" && s["sign_in"].is_null()).await;
    let banner = app.must("visit_get", json!({ "visit": visit })).await;
    let took = began.elapsed();
    assert!(banner["banner"]["name"].is_string(), "the banner shows the name");
    took
}

async fn get(client: &reqwest::Client, url: &str, token: &str) -> Value {
    let answer = client.get(url).bearer_auth(token).header("Accept", "application/json").send().await;
    serde_json::from_slice(&answer.expect("an answer").bytes().await.expect("a body")).expect("JSON")
}

async fn bare(clinic: &Clinic, cookie: &str) -> Duration {
    let url = Url::parse(&link(clinic).await).expect("a link");
    let of = |name: &str| url.query_pairs().find(|(k, _)| k == name).expect("there").1.into_owned();
    let (fhir, launch) = (of("iss"), of("launch"));
    let client = client();
    let began = Instant::now();
    let configuration = get(&client, &format!("{fhir}/.well-known/smart-configuration"), "").await;
    let endpoint = |name: &str| configuration[name].as_str().expect("an endpoint").to_owned();
    let verifier = "a-verifier-of-the-bench-that-is-long-enough-for-PKCE";
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
    let redirect = "http://127.0.0.1:1/callback";
    let asked = [
        ("response_type", "code"),
        ("client_id", "chartside"),
        ("redirect_uri", redirect),
        ("scope", "launch openid fhirUser offline_access patient/*.rs user/*.rs"),
        ("state", "s"),
        ("nonce", "n"),
        ("aud", fhir.as_str()),
        ("launch", launch.as_str()),
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", "S256"),
    ];
    let authorize = Url::parse_with_params(&endpoint("authorization_endpoint"), asked).expect("an address");
    let to = client.get(authorize).header("Cookie", cookie).send().await;
    let back = to.expect("a redirect").headers()["location"].to_str().expect("an address").to_owned();
    let back = Url::parse(&back).expect("an address");
    let code = back.query_pairs().find(|(k, _)| k == "code").expect("a code").1.into_owned();
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", redirect),
        ("client_id", "chartside"),
        ("code_verifier", verifier),
    ];
    let tokens = client.post(endpoint("token_endpoint")).form(&form).send().await.expect("tokens");
    let tokens: Value = serde_json::from_slice(&tokens.bytes().await.expect("a body")).expect("JSON");
    let token = tokens["access_token"].as_str().expect("a token");
    get(&client, &endpoint("jwks_uri"), "").await;
    for path in [
        "metadata".to_owned(),
        format!("Practitioner/{CLINICIAN}"),
        format!("PractitionerRole?practitioner={CLINICIAN}"),
        format!("Patient/{PATIENT}"),
        format!("Encounter/{ENCOUNTER}"),
        "Appointment/appt-1".to_owned(),
        format!("Coverage?patient={PATIENT}"),
    ] {
        get(&client, &format!("{fhir}/{path}"), token).await;
    }
    began.elapsed()
}
