//! What the provider does with tokens and codes that are used twice, and at sign-out; and what the
//! app makes of it.

use crate::browser::Browser;
use crate::clinic::{Clinic, OKAFOR};
use crate::peers::Given;
use chartside_tests::app::of;
use chartside_tests::{Call, visit};
use companion::contract::ErrorCode;
use serde_json::{Value, json};
use url::Url;

fn only<'a>(state: &'a Value, list: &str) -> &'a str {
    let all = state[list].as_array().expect("a list");
    assert_eq!(all.len(), 1, "one token: {list}");
    all[0].as_str().expect("a token")
}

async fn needs_sign_in(clinic: &Clinic) {
    clinic.app.until("app_state", json!({}), |s| s["connectivity"] == "needs_sign_in").await;
}

/// Work that is begun before trouble comes, and all of it is there after the next sign-in.
async fn signed_and_filed_after_the_next_sign_in(clinic: &Clinic, id: &str) {
    let app = &clinic.app;
    let edit = json!({ "visit": id, "section": "plan", "text": "Walk daily.", "base_revision": 1 });
    app.must("note_edit", edit).await;
    visit::sign(app, id).await;
    needs_sign_in(clinic).await;
    clinic.nothing_is_there().await;
    assert_eq!(clinic.launch().await, id, "the same encounter is the same visit");
    let note = app.must("note_preview", of(id)).await.to_string();
    assert!(note.contains(visit::NOTE_WORDS) && note.contains("Walk daily."), "nothing was lost");
    let delivery = visit::filed(app, id).await;
    clinic.each_item_is_there_once(&delivery).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotated_refresh_token_used_again_ends_the_family_and_the_app_loses_nothing() {
    let Some(clinic) = Clinic::open(Given::default()).await else { return };
    let id = clinic.launch().await;
    visit::chart(&clinic.app, &id).await;
    clinic.write(&id).await;
    let stolen = only(&clinic.peers.state().await, "refresh").to_owned();
    clinic.peers.expire().await;
    clinic.reload(&id).await;
    let after = clinic.peers.state().await;
    assert_eq!(after["refreshes"], 1);
    let newest = only(&after, "refresh").to_owned();
    assert_ne!(newest, stolen, "rotated");

    let again = json!({ "grant_type": "refresh_token", "client_id": "chartside", "refresh_token": stolen });
    assert_eq!(clinic.peers.token_request(&again).await, (400, "invalid_grant".to_owned()));
    let state = clinic.peers.state().await;
    assert_eq!(state["revoked"], 1);
    assert!(!clinic.peers.active(&newest).await, "the whole family ended");
    assert_eq!(state["access"], json!([]), "its access tokens too");

    signed_and_filed_after_the_next_sign_in(&clinic, &id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_used_again_is_refused_and_ends_what_it_had_given() {
    let Some(clinic) = Clinic::open(Given::default()).await else { return };
    let id = clinic.launch().await;
    visit::chart(&clinic.app, &id).await;
    clinic.write(&id).await;
    let used = clinic.peers.state().await["sent"][0].clone();
    assert!(used["code_verifier"].is_string() && used["code"].is_string(), "with PKCE");
    assert_eq!(clinic.peers.token_request(&used).await, (400, "invalid_grant".to_owned()));
    assert_eq!(clinic.peers.state().await["access"], json!([]), "what it had given is gone");
    signed_and_filed_after_the_next_sign_in(&clinic, &id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_that_comes_twice_signs_in_once() {
    let Some(clinic) = Clinic::open(Given::default()).await else { return };
    let opened = clinic.press().await;
    let target = Browser::new().sign_in(&opened, OKAFOR).await;
    clinic.visit_opens().await;
    let again = chartside_tests::browser::client().get(target).send().await;
    assert!(again.is_err_and(|e| e.is_connect()), "nobody listens there any more");
    assert_eq!(clinic.peers.state().await["codes"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_ends_the_tokens_at_the_provider() {
    let Some(clinic) = Clinic::open(Given::default()).await else { return };
    let id = clinic.launch().await;
    visit::chart(&clinic.app, &id).await;
    let state = clinic.peers.state().await;
    let tokens = [only(&state, "access").to_owned(), only(&state, "refresh").to_owned()];
    for token in &tokens {
        assert!(clinic.peers.active(token).await);
    }
    clinic.app.must("sign_out", json!({})).await;
    for token in &tokens {
        clinic.peers.until_inactive(token).await;
    }
    let refresh =
        json!({ "grant_type": "refresh_token", "client_id": "chartside", "refresh_token": tokens[1] });
    assert_eq!(clinic.peers.token_request(&refresh).await, (400, "invalid_grant".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn consent_that_is_denied_ends_in_words_and_leaves_no_token() {
    let Some(clinic) = Clinic::open(Given::default()).await else { return };
    let opened = clinic.press().await;
    Browser::new().deny(&opened, OKAFOR).await;
    let told = clinic.app.until("app_state", json!({}), |s| s["notice"].is_object()).await;
    assert_eq!((&told["phase"], &told["session"]), (&json!("signed_out"), &Value::Null));
    let state = clinic.peers.state().await;
    assert_eq!((&state["codes"], &state["access"]), (&json!(0), &json!([])));
}

/// The peers must be as strict as they are said to be, or the other tests would show nothing.
#[tokio::test(flavor = "multi_thread")]
async fn the_provider_insists_on_s256_on_aud_and_on_a_launch_that_it_made() {
    let Some(clinic) = Clinic::open(Given::default()).await else { return };
    let opened = Url::parse(&clinic.press().await).unwrap();
    let with = |name: &str, value: Option<&str>| {
        let others = opened.query_pairs().filter(|(k, _)| k != name);
        let mut url = opened.clone();
        url.query_pairs_mut().clear().extend_pairs(others).extend_pairs(value.map(|v| (name, v)));
        url
    };
    for (what, url) in [
        ("no challenge", with("code_challenge", None)),
        ("plain", with("code_challenge_method", Some("plain"))),
        ("another aud", with("aud", Some("http://127.0.0.1:1/fhir"))),
        ("no aud", with("aud", None)),
        ("an invented launch", with("launch", Some("invented"))),
    ] {
        let answer = Browser::new().sign_in_but_stay(url.as_str(), OKAFOR).await;
        let error = answer.query_pairs().find(|(k, _)| k == "error").map(|(_, v)| v.into_owned());
        assert_eq!(error.as_deref(), Some("invalid_request"), "{what}: {answer}");
    }
    // A code is worth nothing without the verifier of its challenge.
    let redirect = Browser::new().sign_in_but_stay(opened.as_str(), OKAFOR).await;
    let code = redirect.query_pairs().find(|(k, _)| k == "code").expect("a code").1.into_owned();
    let own = opened.query_pairs().find(|(k, _)| k == "redirect_uri").expect("a redirect").1.into_owned();
    let guess = json!({
        "grant_type": "authorization_code", "client_id": "chartside", "code": code, "redirect_uri": own,
        "code_verifier": "a-verifier-that-somebody-else-made-up-0123456789"
    });
    assert_eq!(clinic.peers.token_request(&guess).await, (400, "invalid_grant".to_owned()));
    // Nobody gets past the door without a token.
    let client = chartside_tests::browser::client();
    let asked = client.get(format!("{}/Patient", clinic.peers.fhir)).send().await.unwrap();
    assert_eq!(asked.status(), 401);
    let asked = client.get(format!("{}/Patient", clinic.peers.behind)).send().await.unwrap();
    assert_eq!(asked.status(), 401);
    clinic.app.must("sign_in_cancel", json!({})).await;
    assert_eq!(clinic.app.refused("visit_get", of("none")).await, ErrorCode::NotSignedIn);
}
