//! What SMART App Launch 2.2 asks of a client, seen from the EHR: what is sent to it, and in which
//! form. `src-tauri/docs/smart-conformance.md` names these tests.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chartside_tests::app::{self, App, Call, of};
use chartside_tests::browser::{Robot, client};
use chartside_tests::hostile::attack::{Scene, link};
use chartside_tests::hostile::{ACCESS, CODE, Hostile, REFRESH, Seen};
use chartside_tests::visit::chart;
use companion::host::{Entropy, Host};
use desktop::{FileKeychain, OsEntropy, SystemClock};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use url::Url;

type Params = BTreeMap<String, String>;

/// Each name once.
fn params(text: &str) -> Params {
    let all: Vec<(String, String)> = url::form_urlencoded::parse(text.as_bytes()).into_owned().collect();
    let once: Params = all.iter().cloned().collect();
    assert_eq!(once.len(), all.len(), "nothing is said twice: {text}");
    once
}

/// What the newest address that the browser was sent to asks for.
async fn asked(scene: &Scene) -> Params {
    let page = Url::parse(&scene.app.opened().await.pop().expect("the browser was opened")).unwrap();
    assert_eq!(page.path(), "/auth/authorize");
    params(page.query().unwrap())
}

/// Starts in the app, not in the EHR.
async fn start_here(scene: &Scene, purpose: &str) -> Params {
    scene.app.must("sign_in", json!({ "iss": scene.ehr.fhir, "purpose": purpose })).await;
    asked(scene).await
}

/// The three ways in: from the EHR, from here with a patient to be picked, from here without one.
async fn every_way_in(scene: &Scene) -> [Params; 3] {
    scene.launch().await.unwrap();
    let launched = asked(scene).await;
    [launched, start_here(scene, "patient").await, start_here(scene, "clinician").await]
}

fn token_requests(scene: &Scene) -> Vec<Params> {
    scene.ehr.seen_at("/auth/token").iter().map(|seen| params(&seen.body)).collect()
}

fn scopes(asked: &Params) -> BTreeSet<&str> {
    asked["scope"].split(' ').collect()
}

/// Signs in and loads the whole chart.
async fn visit(scene: &Scene) -> String {
    scene.sign_in().await.unwrap();
    let visit = scene.visit().await;
    chart(&scene.app, &visit).await;
    visit
}

fn is_fhir(seen: &Seen) -> bool {
    seen.path.starts_with("/fhir/") && !seen.path.contains("/.well-known/")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_configuration_is_fetched_below_the_fhir_base_as_json_before_anything_else() {
    let scene = Scene::new().await;
    scene.launch().await.unwrap();
    let first = &scene.ehr.seen()[0];
    assert_eq!((&*first.method, &*first.path), ("GET", "/fhir/.well-known/smart-configuration"));
    assert!(first.header("accept").contains("application/json"), "{:?}", first.headers);
    assert_eq!((first.authorization.as_ref(), &*first.query), (None, ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_authorization_request_says_all_that_smart_requires() {
    let scene = Scene::new().await;
    for asked in every_way_in(&scene).await {
        assert_eq!(asked["response_type"], "code");
        assert_eq!(asked["client_id"], "chartside");
        assert_eq!(asked["aud"], scene.ehr.fhir);
        assert_eq!(asked["code_challenge_method"], "S256");
        assert_eq!(URL_SAFE_NO_PAD.decode(&asked["code_challenge"]).unwrap().len(), 32);
        assert!(!asked["state"].is_empty() && !asked["scope"].is_empty());
        let way_back = Url::parse(&asked["redirect_uri"]).unwrap();
        assert_eq!((way_back.host_str(), way_back.path()), (Some("127.0.0.1"), "/callback"));
        for absent in ["client_secret", "code_verifier", "max_age", "auth_time", "claims", "resource"] {
            assert!(!asked.contains_key(absent), "{absent}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_launch_hands_its_value_back_and_a_start_in_the_app_asks_for_the_patient_instead() {
    let scene = Scene::new().await;
    let [launched, with_patient, clinician_only] = every_way_in(&scene).await;
    assert_eq!(launched["launch"], "launch-1");
    assert!(scopes(&launched).contains("launch") && !scopes(&launched).contains("launch/patient"));
    assert!(!with_patient.contains_key("launch"));
    assert!(scopes(&with_patient).contains("launch/patient") && !scopes(&with_patient).contains("launch"));
    assert!(!clinician_only.contains_key("launch"));
    assert!(scopes(&clinician_only).iter().all(|scope| !scope.starts_with("launch")), "{clinician_only:?}");
}

/// The system's generator, written down.
#[derive(Default)]
struct Recorded(Mutex<Vec<Vec<u8>>>);

impl Entropy for Recorded {
    fn fill(&self, bytes: &mut [u8]) {
        OsEntropy.fill(bytes);
        self.0.lock().unwrap().push(bytes.to_vec());
    }
    fn uuid(&self) -> String {
        OsEntropy.uuid()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn state_nonce_and_verifier_are_256_random_bits_each() {
    let (data, ehr) = (tempfile::tempdir().unwrap(), Hostile::start().await);
    let (robot, random) = (Arc::new(Robot::default()), Arc::new(Recorded::default()));
    let host = Host {
        clock: Arc::new(SystemClock),
        entropy: Arc::clone(&random) as Arc<dyn Entropy>,
        keychain: Arc::new(FileKeychain::new(data.path().join("keychain"))),
        browser: Arc::clone(&robot) as Arc<dyn companion::host::Browser>,
        rooms: Arc::new(companion::host::InTheBrowser),
        exports: Arc::new(companion::host::NoExports),
    };
    let app = App::start_with(data.path(), app::policy(&ehr.fhir, &ehr.origin), host, robot).await;
    app.must("launch", json!({ "url": link(&ehr.fhir) })).await;
    let page = Url::parse(&app.opened().await[0]).unwrap();
    let asked = params(page.query().unwrap());
    let filled = random.0.lock().unwrap().clone();
    for name in ["state", "nonce"] {
        let bytes = URL_SAFE_NO_PAD.decode(&asked[name]).unwrap();
        assert_eq!(bytes.len(), 32);
        assert!(filled.contains(&bytes), "{name} is what the generator gave");
    }
    let challenges = filled.iter().map(|bytes| challenge(&URL_SAFE_NO_PAD.encode(bytes)));
    assert!(challenges.into_iter().any(|c| c == asked["code_challenge"]), "and so is the verifier");
}

/// RFC 7636, 4.2.
fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_request_is_a_get_whose_query_keeps_every_character() {
    let odd = ["openid", "fhirUser", "patient/Condition.rs?category=http://x.example/c|a&code=b+c", "x%26y"];
    let scene = Scene::with(|policy| {
        policy.ehrs[0].client_id = "chart side&scope=all#1+ü".to_owned();
        policy.ehrs[0].scopes = Some(odd.map(str::to_owned).to_vec());
    })
    .await;
    scene.follow(&scene.link().replace("launch-1", "a%26b%3Dc%2Bd%25%23")).await.unwrap();
    scene.browse().await;
    let seen = &scene.ehr.seen_at("/auth/authorize")[0];
    assert_eq!((&*seen.method, &*seen.body), ("GET", ""));
    let got = params(&seen.query);
    assert_eq!(got["client_id"], "chart side&scope=all#1+ü");
    assert_eq!(got["launch"], "a&b=c+d%#");
    assert_eq!(got["scope"], format!("launch {}", odd.join(" ")));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_address_for_the_browser_is_short_enough_for_any_server() {
    let scene = Scene::new().await;
    every_way_in(&scene).await;
    for page in scene.app.opened().await {
        assert!(page.len() < 2000, "{} bytes", page.len());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_code_is_traded_by_a_form_with_the_verifier_and_the_same_redirect_and_no_secret() {
    let scene = Scene::new().await;
    scene.sign_in().await.unwrap();
    scene.visit().await;
    let request = &scene.ehr.seen_at("/auth/token")[0];
    let (asked, sent) = (asked(&scene).await, params(&request.body));
    assert_eq!((&*request.method, &*request.query), ("POST", ""));
    assert_eq!(request.header("content-type"), "application/x-www-form-urlencoded");
    assert_eq!(request.authorization, None, "a public client proves nothing here");
    let names: Vec<&str> = sent.keys().map(String::as_str).collect();
    assert_eq!(names, ["client_id", "code", "code_verifier", "grant_type", "redirect_uri"]);
    assert_eq!((&*sent["grant_type"], &*sent["code"]), ("authorization_code", CODE));
    assert_eq!((&*sent["client_id"], &sent["redirect_uri"]), ("chartside", &asked["redirect_uri"]));
    assert_eq!(challenge(&sent["code_verifier"]), asked["code_challenge"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_request_to_the_fhir_server_bears_the_token_in_its_header_and_no_other_does() {
    let scene = Scene::new().await;
    visit(&scene).await;
    let (fhir, others): (Vec<Seen>, Vec<Seen>) = scene.ehr.seen().into_iter().partition(is_fhir);
    assert!(fhir.len() > 7 && others.len() > 3, "a whole chart and a whole sign-in");
    for seen in fhir {
        assert_eq!(seen.authorization.as_deref(), Some(&*format!("Bearer {ACCESS}")), "{}", seen.path);
        assert!(!seen.query.contains(ACCESS));
    }
    for seen in others {
        assert_eq!(seen.authorization, None, "{}", seen.path);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewal_uses_the_newest_refresh_token_and_asks_for_no_other_scopes() {
    let scene = Scene::new().await;
    let given = AtomicU32::new(0);
    scene.ehr.answer("token", move |a| {
        let number = given.fetch_add(1, Ordering::SeqCst);
        a.json["refresh_token"] = json!(format!("{REFRESH}-{number}"));
        a.json["expires_in"] = json!(1);
    });
    visit(&scene).await;
    let sent = token_requests(&scene);
    assert!(sent.len() > 3, "tokens of one second are renewed all the time");
    for (number, renewal) in sent[1..].iter().enumerate() {
        let names: Vec<&str> = renewal.keys().map(String::as_str).collect();
        assert_eq!(names, ["client_id", "grant_type", "refresh_token"]);
        assert_eq!((&*renewal["grant_type"], &*renewal["client_id"]), ("refresh_token", "chartside"));
        assert_eq!(
            renewal["refresh_token"],
            format!("{REFRESH}-{number}"),
            "the one before is not used again"
        );
    }
    for seen in scene.ehr.seen_at("/auth/token") {
        assert_eq!(
            (&*seen.method, seen.header("content-type")),
            ("POST", "application/x-www-form-urlencoded")
        );
        assert_eq!(seen.authorization, None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_cookie_is_kept_sent_or_set() {
    let scene = Scene::new().await;
    for at in ["discovery", "jwks", "token", "/fhir/metadata", "/fhir/Patient/patient-1"] {
        scene.ehr.answer(at, |a| a.headers.push(("set-cookie".into(), "session=1; Path=/".into())));
    }
    scene.launch().await.unwrap();
    let redirect = scene.browse().await;
    let page = client().get(&redirect.0).send().await.unwrap();
    assert!(!page.headers().contains_key("set-cookie"));
    let visit = scene.visit().await;
    chart(&scene.app, &visit).await;
    for seen in scene.ehr.seen() {
        assert_eq!(seen.header("cookie"), "", "{}", seen.path);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_after_the_sign_in_repeats_nothing_runs_nothing_and_leads_nowhere() {
    let scene = Scene::new().await;
    scene.ehr.callback(|params| {
        for name in ["redirect_uri", "next", "url", "error_description"] {
            params.push((name.into(), "https://evil.example/<script>alert(1)</script>".into()));
        }
    });
    scene.launch().await.unwrap();
    let redirect = scene.browse().await;
    let forged = redirect.0.replace("state=", "state=x");
    for address in [forged, redirect.0] {
        let page = client().get(&address).send().await.unwrap();
        assert_eq!(page.status(), 200);
        assert!(!page.headers().contains_key("location") && !page.headers().contains_key("refresh"));
        let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.contains("default-src 'none'") && !policy.contains("script-src"), "{policy}");
        let text = page.text().await.unwrap();
        for bad in ["evil", "alert", "<script", "href", CODE] {
            assert!(!text.contains(bad), "{bad} in {text}");
        }
    }
    scene.visit().await;
    assert_eq!(scene.app.opened().await.len(), 1, "and the browser is sent nowhere else");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clinician_is_read_at_the_address_that_fhir_user_names() {
    for absolute in [true, false] {
        let scene = Scene::new().await;
        let base = if absolute { format!("{}/", scene.ehr.fhir) } else { String::new() };
        scene.ehr.id_token(move |t| t.claims["fhirUser"] = json!(format!("{base}Practitioner/dr-1")));
        visit(&scene).await;
        let read = &scene.ehr.seen_at("/fhir/Practitioner/dr-1")[0];
        assert_eq!((&*read.method, read.authorization.is_some()), ("GET", true));
        let state = scene.app.must("app_state", json!({})).await;
        assert!(state["session"]["clinician"].as_str().unwrap().contains("Okafor"), "{state}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_scopes_asked_for_are_smart_2_one_for_each_type_and_no_wider_than_the_work() {
    let scene = Scene::new().await;
    let mut types = BTreeSet::new();
    for asked in every_way_in(&scene).await {
        types.clear();
        let all = scopes(&asked);
        assert!(all.is_superset(&BTreeSet::from(["openid", "fhirUser", "offline_access"])), "{all:?}");
        // `patient/` before `user/`.
        for scope in all.iter().filter(|scope| scope.contains('.')) {
            let (level, rest) = scope.split_once('/').unwrap();
            let (kind, letters) = rest.split_once('.').unwrap();
            assert!(["patient", "user"].contains(&level), "{scope}");
            assert!(kind.bytes().all(|b| b.is_ascii_alphabetic()), "{scope}: no wildcard");
            // In the order of `cruds`; Chartside creates, reads and searches, it changes only to retract or to cosign,
            // and deletes nothing. What it only counts it may not read.
            assert!(["s", "rs", "crus"].contains(&letters), "{scope}");
            // The day's list is about many patients; a chart must open also where the EHR grants
            // only what belongs to the one of the launch.
            let list = ehr::smart::WORKLIST_SCOPES.contains(scope) && level == "user";
            assert!(types.insert(kind.to_owned()) || list, "{kind} is asked for twice");
            let writes = ["Appointment", "DocumentReference", "Condition", "Claim", "Task"].contains(&kind);
            assert_eq!(letters == "crus", writes && !(list && letters == "rs"), "{scope}");
        }
    }
    assert!(types.len() > 10);
}

/// What is read of a chart is what was asked for.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_read_that_was_not_asked_for() {
    let scene = Scene::new().await;
    visit(&scene).await;
    let asked = asked(&scene).await;
    let mut read = BTreeSet::new();
    for seen in scene.ehr.seen().iter().filter(|seen| is_fhir(seen)) {
        let kind = seen.path.split('/').nth(2).unwrap();
        assert_eq!(seen.method, "GET", "opening a chart writes nothing");
        if kind != "metadata" {
            let covers =
                |scope: &&str| scope.split_once('/').is_some_and(|(_, s)| s.starts_with(&format!("{kind}.")));
            assert!(scopes(&asked).iter().any(covers), "{kind} was read without a scope for it");
            read.insert(kind.to_owned());
        }
    }
    assert!(read.len() > 6, "{read:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_policy_names_is_asked_for_letter_by_letter_and_nothing_else() {
    let named = ["openid", "fhirUser", "online_access", "user/Observation.rs?category=laboratory"];
    let scene = Scene::with(|policy| policy.ehrs[0].scopes = Some(named.map(str::to_owned).to_vec())).await;
    let [launched, with_patient, clinician_only] = every_way_in(&scene).await;
    assert_eq!(launched["scope"], format!("launch {}", named.join(" ")));
    assert_eq!(with_patient["scope"], format!("launch/patient {}", named.join(" ")));
    assert_eq!(clinician_only["scope"], named.join(" "));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registered_redirect_is_sent_letter_by_letter() {
    let port = format!("http://127.0.0.1:{}/callback", chartside_tests::free_port());
    for redirect in [&*port, "chartside://callback", "https://apps.clinic.example/chartside/callback.html"] {
        let scene = Scene::coming_back_by(&[redirect]).await;
        for asked in every_way_in(&scene).await {
            assert_eq!(asked["redirect_uri"], redirect);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_intent_that_nobody_knows_opens_the_visit_as_always() {
    for intent in [json!("summon-demons"), json!(""), json!(7), Value::Null] {
        let scene = Scene::new().await;
        scene.ehr.answer("token", move |a| a.json["intent"] = intent.clone());
        let visit = visit(&scene).await;
        let shown = scene.app.must("visit_get", of(&visit)).await;
        assert!(shown["banner"].to_string().to_lowercase().contains("santos"));
        assert_eq!(scene.app.must("app_state", json!({})).await["notice"], Value::Null);
    }
}
