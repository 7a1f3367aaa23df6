//! What SMART asks of a client that proves itself (`private_key_jwt`), seen from the EHR. Whether the
//! proofs hold is tested in `client_keys`, against a server that checks them.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chartside_tests::app;
use chartside_tests::browser::Robot;
use chartside_tests::hostile::attack::{Scene, files};
use chartside_tests::hostile::now;
use companion::host::Host;
use companion::policy::{AuthPolicy, KeyAlgorithm, Policy};
use desktop::{FileKeychain, OsEntropy, SystemClock};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The policy of an EHR that wants a proof.
fn proving(alg: KeyAlgorithm, jku: Option<&str>) -> impl FnOnce(&mut Policy) {
    let auth = AuthPolicy::PrivateKeyJwt { alg, jku: jku.map(str::to_owned) };
    move |policy| policy.ehrs[0].auth = Some(auth)
}

fn decoded(assertion: &str, part: usize) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(assertion.split('.').nth(part).unwrap()).unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_with_a_key_sends_a_proof_for_this_endpoint_and_neither_id_nor_secret() {
    for address in [None, Some("https://apps.clinic.example/keys.json")] {
        let scene = Scene::with(proving(KeyAlgorithm::Es384, address)).await;
        scene.sign_in().await.unwrap();
        scene.visit().await;
        let request = &scene.ehr.seen_at("/auth/token")[0];
        let sent: BTreeMap<String, String> =
            url::form_urlencoded::parse(request.body.as_bytes()).into_owned().collect();
        let names: Vec<&str> = sent.keys().map(String::as_str).collect();
        let expected = [
            "client_assertion",
            "client_assertion_type",
            "code",
            "code_verifier",
            "grant_type",
            "redirect_uri",
        ];
        assert_eq!(names, expected);
        assert_eq!(sent["client_assertion_type"], "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
        let (header, claims) = (decoded(&sent["client_assertion"], 0), decoded(&sent["client_assertion"], 1));
        assert_eq!((&header["alg"], &header["typ"]), (&json!("ES384"), &json!("JWT")));
        assert_eq!(header["jku"], json!(address), "the registered address, or none");
        assert_eq!((&claims["iss"], &claims["sub"]), (&json!("chartside"), &json!("chartside")));
        assert_eq!(claims["aud"], format!("{}/auth/token", scene.ehr.origin));
        let left = claims["exp"].as_i64().unwrap() - now();
        assert!(left > 60 && left <= 300, "{left} seconds");
        assert!(claims["jti"].as_str().unwrap().len() > 20);
        assert_eq!(request.authorization, None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_public_keys_are_bare_json_web_keys_with_names() {
    let data = tempfile::tempdir().unwrap();
    let host = Host {
        clock: Arc::new(SystemClock),
        entropy: Arc::new(OsEntropy),
        keychain: Arc::new(FileKeychain::new(data.path().join("keychain"))),
        browser: Arc::new(Robot::default()),
        rooms: Arc::new(companion::host::InTheBrowser),
        exports: Arc::new(companion::host::NoExports),
    };
    let mut kids = BTreeSet::new();
    for (alg, name, kind, members) in [
        (KeyAlgorithm::Es384, "ES384", "EC", vec![("x", 48), ("y", 48)]),
        (KeyAlgorithm::Rs384, "RS384", "RSA", vec![("n", 384), ("e", 3)]),
    ] {
        let mut policy = app::policy("https://ehr.example/fhir", "https://ehr.example");
        proving(alg, None)(&mut policy);
        let printed = companion::jwks(&host, &policy).await.unwrap_or_else(|f| panic!("{}", f.message));
        let keys = printed[0]["jwks"]["keys"].as_array().unwrap();
        let [key] = keys.as_slice() else { panic!("one key: {printed}") };
        assert_eq!((&key["alg"], &key["kty"]), (&json!(name), &json!(kind)));
        assert!(kids.insert(key["kid"].as_str().unwrap().to_owned()), "a name of its own");
        for (member, length) in members {
            let bytes = URL_SAFE_NO_PAD.decode(key[member].as_str().unwrap()).unwrap();
            assert_eq!(bytes.len(), length, "{member}");
        }
        assert_eq!(key.get("crv").is_some(), kind == "EC");
        for private in ["d", "p", "q", "dp", "dq", "qi", "x5c", "k"] {
            assert!(key.get(private).is_none(), "{private}");
        }
    }
}

#[test]
fn an_address_of_keys_that_is_not_https_is_no_policy() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("policy.json");
    let read = |jku: &str| {
        let mut policy = app::policy("https://ehr.example/fhir", "https://ehr.example");
        proving(KeyAlgorithm::Rs384, Some(jku))(&mut policy);
        std::fs::write(&file, serde_json::to_string(&policy).unwrap()).unwrap();
        Policy::read(&file).map_err(|e| e.reason)
    };
    assert!(read("https://apps.clinic.example/keys.json").is_ok());
    for jku in ["http://apps.clinic.example/keys.json", "ftp://x.example/", "keys.json"] {
        assert_eq!(read(jku).unwrap_err(), "ehrs[0].auth.jku: not an https address");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_private_key_is_in_the_keychain_and_nowhere_else() {
    let scene = Scene::with(proving(KeyAlgorithm::Es384, None)).await;
    scene.sign_in().await.unwrap();
    scene.visit().await;
    let keychain = scene.data.path().join("keychain");
    let text = std::fs::read_to_string(&keychain).unwrap();
    let hex = text.lines().find_map(|line| line.strip_prefix("client-")?.split_once(' ')).unwrap().1;
    let at = |n: usize| u8::from_str_radix(&hex[n..n + 2], 16).unwrap();
    let secret: Vec<u8> = (0..hex.len()).step_by(2).map(at).collect();
    assert_eq!(secret.len(), 48);
    let forms = [hex.as_bytes().to_vec(), URL_SAFE_NO_PAD.encode(&secret).into_bytes(), secret];
    let holds = |bytes: &[u8]| forms.iter().any(|form| memchr::memmem::find(bytes, form).is_some());
    for (file, bytes) in files(scene.data.path()) {
        assert_eq!(holds(&bytes), file == keychain, "{}", file.display());
    }
    for seen in scene.ehr.seen() {
        assert!(!holds(format!("{seen:?}").as_bytes()), "sent to {}", seen.path);
    }
}
