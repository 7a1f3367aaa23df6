//! Once somebody is signed in: a token goes to this EHR's FHIR server and nowhere else, whatever
//! the answers say. And what an honest EHR may do must work.

use chartside_tests::app::{Call, of};
use chartside_tests::hostile::answers::Answer;
use chartside_tests::hostile::attack::Scene;
use chartside_tests::hostile::jwt::{Key, jwk};
use chartside_tests::hostile::{ACCESS, REFRESH};
use chartside_tests::visit::chart;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU32, Ordering};

/// Signs in and waits for the whole chart.
async fn chart_of(scene: &Scene) -> Value {
    scene.sign_in().await.unwrap();
    let visit = scene.visit().await;
    chart(&scene.app, &visit).await
}

fn state_of(chart: &Value, kind: &str) -> String {
    let sections = chart["sections"].as_array().unwrap();
    let section = sections.iter().find(|s| s["kind"] == kind).unwrap();
    section["state"]["state"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_honest_ehr_is_signed_in_to_with_all_that_smart_asks_for() {
    let scene = Scene::new().await;
    let chart = chart_of(&scene).await;
    assert_eq!(state_of(&chart, "problems"), "complete");
    let asked = scene.ehr.asked();
    let get = |name: &str| asked.all.get(name).map_or("", String::as_str);
    assert_eq!(get("response_type"), "code");
    assert_eq!(get("client_id"), "chartside");
    assert_eq!(get("aud"), scene.ehr.fhir);
    assert_eq!(get("launch"), "launch-1");
    assert_eq!(get("code_challenge_method"), "S256");
    assert_eq!((get("code_challenge").len(), get("state").len(), get("nonce").len()), (43, 43, 43));
    for absent in ["max_age", "auth_time", "client_secret"] {
        assert!(!asked.all.contains_key(absent), "{absent}");
    }
    let exchange = &scene.ehr.seen_at("/auth/token")[0];
    assert_eq!((exchange.method.as_str(), exchange.authorization.as_ref()), ("POST", None));
    for part in
        ["grant_type=authorization_code", "code_verifier=", "client_id=chartside", "redirect_uri=http"]
    {
        assert!(exchange.body.contains(part), "{part}");
    }
    let read = &scene.ehr.seen_at("/fhir/Patient/patient-1")[0];
    assert_eq!(read.authorization.as_deref(), Some(&*format!("Bearer {ACCESS}")));
    assert!(!scene.ehr.seen_at("/fhir/Practitioner/dr-1").is_empty(), "fhirUser is read");
    assert!(scene.ehr.seen_at("/auth/revoke").is_empty());
    scene.no_token_astray();
}

#[tokio::test(flavor = "multi_thread")]
async fn state_nonce_and_challenge_are_new_for_every_sign_in() {
    let mut seen = std::collections::HashSet::new();
    let scene = Scene::new().await;
    for n in 1..=3 {
        let link = scene.link().replace("launch-1", &format!("launch-{n}"));
        scene.follow(&link).await.unwrap();
        scene.browse().await;
        let asked = scene.ehr.asked();
        for name in ["state", "nonce", "code_challenge"] {
            assert!(seen.insert(asked.all[name].clone()), "{name} came before");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_next_page_at_a_foreign_place_gets_no_token() {
    for place in [
        "{foreign}/fhir/Condition?page=2",
        "{userinfo}/fhir/Condition?page=2",
        "//{bare}/fhir/Condition?page=2",
    ] {
        let scene = Scene::new().await;
        let foreign = scene.ehr.foreign.origin.clone();
        let next = place
            .replace("{foreign}", &foreign)
            .replace("{userinfo}", &scene.ehr.origin.replace("http://", "http://user:secret@"))
            .replace("{bare}", foreign.trim_start_matches("http://"));
        scene
            .ehr
            .answer("/fhir/Condition", move |a| a.json["link"] = json!([{"relation": "next", "url": next}]));
        let chart = chart_of(&scene).await;
        assert_eq!(state_of(&chart, "problems"), "partial", "{place}: it is said that this is not all");
        scene.no_token_astray();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirected_search_or_read_is_not_followed() {
    let scene = Scene::new().await;
    let foreign = format!("{}/taken", scene.ehr.foreign.origin);
    for (path, status) in
        [("/fhir/Condition", 302), ("/fhir/AllergyIntolerance", 307), ("/fhir/Encounter", 308)]
    {
        let foreign = foreign.clone();
        scene.ehr.answer(path, move |a| {
            a.make_redirect(&foreign);
            a.status = status;
        });
    }
    let chart = chart_of(&scene).await;
    for kind in ["problems", "allergies", "encounters"] {
        assert_eq!(state_of(&chart, kind), "failed", "{kind}");
    }
    scene.no_token_astray();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_absolute_reference_to_a_foreign_server_is_not_followed() {
    let scene = Scene::new().await;
    let foreign = scene.ehr.foreign.origin.clone();
    scene.ehr.answer("/fhir/MedicationRequest", move |a| {
        a.json["entry"] = json!([{ "resource": {
            "resourceType": "MedicationRequest", "id": "m1", "status": "active", "intent": "order",
            "subject": { "reference": format!("{foreign}/fhir/Patient/patient-1") },
            "medicationReference": { "reference": format!("{foreign}/fhir/Medication/1") }
        } }]);
    });
    chart_of(&scene).await;
    scene.no_token_astray();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_style_sheet_of_a_foreign_server_is_not_fetched() {
    let scene = Scene::new().await;
    let style = format!("{}/style.json", scene.ehr.foreign.origin);
    scene.ehr.answer("token", move |a| a.json["smart_style_url"] = json!(style));
    chart_of(&scene).await;
    scene.no_token_astray();
}

#[tokio::test(flavor = "multi_thread")]
async fn another_patient_than_the_launched_one_is_not_opened() {
    let scene = Scene::new().await;
    scene.ehr.answer("/fhir/Patient/patient-1", |a| a.json["id"] = json!("patient-2"));
    scene.sign_in().await.unwrap();
    let state = scene.app.until("app_state", json!({}), |s| s["sign_in"].is_null()).await;
    assert_eq!(state["notice"]["code"], "ehr_answer_invalid");
    assert_eq!(state["visits"], json!([]));
    scene.no_token_astray();
}

/// After a refusal the EHR is told that nobody will use these tokens.
#[tokio::test(flavor = "multi_thread")]
async fn tokens_of_a_refused_sign_in_are_given_back() {
    let twists: [fn(&Scene); 2] = [
        |scene| scene.ehr.id_token(|t| t.claims["aud"] = json!("another-app")),
        |scene| scene.ehr.answer("/fhir/metadata", Answer::make_html),
    ];
    for twist in twists {
        let scene = Scene::new().await;
        twist(&scene);
        scene.sign_in().await.unwrap();
        scene.reason().await;
        let given_back = scene.ehr.seen_at("/auth/revoke");
        assert_eq!(given_back.len(), 1);
        assert!(given_back[0].body.contains(REFRESH));
        scene.nothing_is_left().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ehr_that_changes_its_keys_meanwhile_is_asked_for_them_once_more() {
    let scene = Scene::new().await;
    let asked = AtomicU32::new(0);
    scene.ehr.answer("jwks", move |a| {
        let new = asked.fetch_add(1, Ordering::Relaxed) > 0;
        a.json = json!({ "keys": [jwk(Key::Ehr, if new { "key-2" } else { "key-1" })] });
    });
    scene.ehr.id_token(|t| t.header["kid"] = json!("key-2"));
    scene.launch().await.unwrap();
    // The first keys are fetched while the clinician is in the browser.
    scene.app.until("app_state", json!({}), |_| true).await;
    while scene.ehr.seen_at("/auth/jwks").is_empty() {
        tokio::task::yield_now().await;
    }
    scene.browse().await.deliver().await;
    scene.visit().await;
    assert_eq!(scene.ehr.seen_at("/auth/jwks").len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_key_costs_one_more_look_and_no_more() {
    let scene = Scene::new().await;
    scene.ehr.id_token(|t| t.header["kid"] = json!("key-9"));
    scene.sign_in().await.unwrap();
    assert_eq!(scene.reason().await, "id_token_key_unknown");
    assert!(scene.ehr.seen_at("/auth/jwks").len() <= 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_found_by_openid_discovery_where_smart_does_not_name_them() {
    let scene = Scene::new().await;
    scene.ehr.answer("discovery", |a| drop(a.json.as_object_mut().unwrap().remove("jwks_uri")));
    scene.sign_in().await.unwrap();
    scene.visit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ehr_without_nonce_needs_its_word_in_the_policy() {
    for (optional, nonce, works) in [(true, None, true), (true, Some("wrong"), false), (false, None, false)] {
        let scene = Scene::with(|policy| policy.ehrs[0].nonce_optional = optional).await;
        scene.ehr.id_token(move |t| t.claims["nonce"] = json!(nonce));
        scene.sign_in().await.unwrap();
        if works {
            scene.visit().await;
        } else {
            assert!(scene.reason().await.starts_with("id_token_nonce"));
            scene.nothing_is_left().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn several_audiences_are_fine_when_the_token_is_made_out_to_us() {
    let scene = Scene::new().await;
    scene.ehr.id_token(|t| {
        t.claims["aud"] = json!(["https://ehr.example/fhir", "chartside"]);
        t.claims["azp"] = json!("chartside");
    });
    scene.sign_in().await.unwrap();
    scene.visit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_absurdly_long_life_of_a_token_is_not_believed() {
    let scene = Scene::new().await;
    scene.ehr.answer("token", |a| a.json["expires_in"] = json!(4_000_000_000_u64));
    scene.sign_in().await.unwrap();
    let visit = scene.visit().await;
    scene.clock.add_minutes(25 * 60);
    // A day later the token is renewed before it is used.
    scene.app.must("chart_reload", of(&visit)).await;
    scene.app.until("app_state", json!({}), |_| true).await;
    chart(&scene.app, &visit).await;
    assert!(scene.ehr.seen_at("/auth/token").iter().any(|s| s.body.contains("grant_type=refresh_token")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_off_is_said_to_be_off() {
    for (minutes, reason, words) in [
        (120, "id_token_expired", "off by about 2 hours (ahead of"),
        (-120, "id_token_issued_in_future", "off by about 2 hours (behind"),
        (-60 * 24 * 30, "id_token_issued_in_future", "off by about 30 days (behind"),
    ] {
        let scene = Scene::new().await;
        scene.clock.add_minutes(minutes);
        scene.sign_in().await.unwrap();
        assert_eq!(scene.reason().await, reason);
        let told = scene.words().await;
        assert!(told.contains(words), "{told}");
        scene.nothing_is_left().await;
    }
    // Where the clock is right, it is the EHR's proof that is wrong, and the clock is not blamed.
    let scene = Scene::new().await;
    scene.ehr.id_token(|t| t.claims["exp"] = json!(1_000_000_000));
    scene.sign_in().await.unwrap();
    assert_eq!(scene.reason().await, "id_token_expired");
    assert!(!scene.words().await.contains("clock"));
}
