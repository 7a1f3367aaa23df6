//! What a hostile EHR, or somebody between, may answer during a sign-in: each is refused by its
//! own reason, and no token is left anywhere.

use chartside_tests::hostile::Hostile;
use chartside_tests::hostile::answers::Answer;
use chartside_tests::hostile::attack::{Scene, refused};
use chartside_tests::hostile::jwt::{Jwt, Key, Signature, jwk};
use chartside_tests::hostile::now;
use serde_json::{Value, json};

async fn attack(twist: impl FnOnce(&Hostile), reason: &str) {
    let scene = Scene::new().await;
    twist(&scene.ehr);
    refused(scene, reason).await;
}

macro_rules! attacks {
    ($($name:ident: $twist:expr => $reason:literal;)+) => {$(
        #[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            attack($twist, $reason).await;
        }
    )+};
}

/// Sets one field of an answer.
fn set(name: &'static str, value: Value) -> impl Fn(&mut Answer) {
    move |answer| answer.json[name] = value.clone()
}

fn without(name: &'static str) -> impl Fn(&mut Answer) {
    move |answer| drop(answer.json.as_object_mut().unwrap().remove(name))
}

fn discovery(change: impl Fn(&mut Answer) + Send + 'static) -> impl FnOnce(&Hostile) {
    move |ehr| ehr.answer("discovery", change)
}

fn token(change: impl Fn(&mut Answer) + Send + 'static) -> impl FnOnce(&Hostile) {
    move |ehr| ehr.answer("token", change)
}

fn claim(name: &'static str, value: Value) -> impl FnOnce(&Hostile) {
    move |ehr| ehr.id_token(move |jwt| jwt.claims[name] = value.clone())
}

fn no_claim(name: &'static str) -> impl FnOnce(&Hostile) {
    move |ehr| ehr.id_token(move |jwt| drop(jwt.claims.as_object_mut().unwrap().remove(name)))
}

fn jwt(change: impl Fn(&mut Jwt) + Send + 'static) -> impl FnOnce(&Hostile) {
    move |ehr| ehr.id_token(change)
}

/// Sets a parameter of the browser's answer, or takes it away.
fn callback(name: &'static str, value: Option<&'static str>) -> impl FnOnce(&Hostile) {
    move |ehr| {
        ehr.callback(move |params| {
            params.retain(|(n, _)| n != name);
            params.extend(value.map(|v| (name.to_owned(), v.to_owned())));
        });
    }
}

/// The EHR sends the request on to the foreign server.
fn sent_on(at: &'static str) -> impl FnOnce(&Hostile) {
    move |ehr| {
        let foreign = format!("{}/taken", ehr.foreign.origin);
        ehr.answer(at, move |answer| answer.make_redirect(&foreign));
    }
}

attacks! {
    // discovery
    discovery_that_is_a_web_page: discovery(Answer::make_html) => "answer_web_page";
    discovery_that_is_no_json: discovery(|a| a.text = Some("{".into())) => "answer_not_json";
    discovery_that_is_a_list: discovery(|a| a.json = json!([])) => "discovery_malformed";
    discovery_that_is_empty: discovery(|a| a.text = Some(String::new())) => "answer_empty";
    discovery_of_40_megabytes: discovery(|a| a.text = Some(" ".repeat(40 << 20))) => "answer_too_large";
    discovery_redirected: sent_on("discovery") => "answer_redirect";
    discovery_refused: discovery(|a| a.status = 403) => "ehr_refused";
    discovery_down: discovery(|a| a.status = 503) => "ehr_trouble";
    plain_code_challenges: discovery(set("code_challenge_methods_supported", json!(["S256", "plain"]))) => "pkce_plain_offered";
    no_s256: discovery(set("code_challenge_methods_supported", json!(["s256"]))) => "pkce_s256_missing";
    no_code_challenge_at_all: discovery(without("code_challenge_methods_supported")) => "pkce_s256_missing";
    no_token_endpoint: discovery(without("token_endpoint")) => "endpoint_missing";
    no_authorization_endpoint: discovery(set("authorization_endpoint", Value::Null)) => "endpoint_missing";
    a_token_endpoint_that_is_a_number: discovery(set("token_endpoint", json!(5))) => "endpoint_malformed";
    a_token_endpoint_with_a_password: discovery(set("token_endpoint", json!("https://a:b@login.example/"))) => "endpoint_malformed";
    a_token_endpoint_in_plain_http: discovery(set("token_endpoint", json!("http://login.example/token"))) => "endpoint_insecure";
    a_script_as_authorization_endpoint: discovery(set("authorization_endpoint", json!("javascript:alert(1)"))) => "endpoint_insecure";
    // the browser's answer
    a_forged_state: callback("state", Some("forged")) => "state_mismatch";
    no_state: callback("state", None) => "state_missing";
    two_states: |ehr: &Hostile| ehr.callback(|p| p.push(("state".into(), "x".into()))) => "callback_repeated_parameter";
    two_codes: |ehr: &Hostile| ehr.callback(|p| p.push(("code".into(), "x".into()))) => "callback_repeated_parameter";
    no_code: callback("code", None) => "code_missing";
    a_code_with_a_line_break: callback("code", Some("c\r\nX: y")) => "callback_malformed";
    a_code_injected_from_another_issuer: callback("iss", Some("https://evil.example/fhir")) => "issuer_mix_up";
    an_issuer_with_a_slash_more: |ehr: &Hostile| {
        let slash = format!("{}/", ehr.fhir);
        ehr.callback(move |p| p.iter_mut().filter(|(n, _)| n == "iss").for_each(|(_, v)| v.clone_from(&slash)));
    } => "issuer_mix_up";
    no_issuer_where_one_is_promised: callback("iss", None) => "issuer_missing";
    an_error_from_another_issuer: |ehr: &Hostile| ehr.callback(|p| {
        p.retain(|(n, _)| n == "state");
        p.extend([("iss".into(), "https://evil.example".into()), ("error".into(), "access_denied".into())]);
    }) => "issuer_mix_up";
    consent_denied: callback("error", Some("access_denied")) => "oauth_access_denied";
    a_scope_that_is_refused: callback("error", Some("invalid_scope")) => "oauth_invalid_scope";
    a_server_error_by_redirect: callback("error", Some("server_error")) => "oauth_server_error";
    an_error_that_is_a_script: callback("error", Some("<script>alert(1)</script>")) => "oauth_other";
    // the token answer
    a_token_answer_that_is_a_web_page: token(Answer::make_html) => "answer_web_page";
    a_token_answer_that_is_empty: token(|a| a.text = Some(String::new())) => "answer_empty";
    a_token_answer_that_is_no_json: token(|a| a.text = Some("{".into())) => "token_response_malformed";
    a_token_endpoint_that_sends_on: sent_on("token") => "answer_redirect";
    a_code_that_was_used_before: token(|a| { a.status = 400; a.json = json!({"error": "invalid_grant"}); }) => "oauth_invalid_grant";
    a_client_that_is_not_known: token(|a| { a.status = 401; a.json = json!({"error": "invalid_client"}); }) => "oauth_invalid_client";
    no_token_type: token(without("token_type")) => "token_type_missing";
    a_mac_token: token(set("token_type", json!("mac"))) => "token_type_unknown";
    no_access_token: token(without("access_token")) => "token_response_malformed";
    an_access_token_with_a_line_break: token(set("access_token", json!("a\r\nX-Evil: 1"))) => "access_token_malformed";
    an_empty_access_token: token(set("access_token", json!(""))) => "access_token_malformed";
    a_token_that_has_ended: token(set("expires_in", json!(0))) => "access_token_expired";
    a_negative_life: token(set("expires_in", json!(-5))) => "token_response_malformed";
    a_life_that_is_no_number: token(set("expires_in", json!("forever"))) => "token_response_malformed";
    a_patient_that_climbs: token(set("patient", json!("../Practitioner/dr-1"))) => "context_patient_malformed";
    a_patient_with_a_query: token(set("patient", json!("patient-1?x=y"))) => "context_patient_malformed";
    an_encounter_that_climbs: token(set("encounter", json!("../../admin"))) => "context_encounter_malformed";
    two_patients_in_a_list: token(set("patient", json!(["patient-1", "patient-2"]))) => "context_two_patients";
    a_second_patient_in_the_context: token(set("fhirContext", json!([{"reference": "Patient/patient-2"}]))) => "context_two_patients";
    a_patient_said_twice: token(|a| {
        a.text = Some(a.json.to_string().replacen('{', "{\"patient\":\"patient-2\",", 1));
    }) => "token_response_malformed";
    // the id_token: what it is
    no_id_token: token(without("id_token")) => "id_token_missing";
    an_id_token_that_is_none: token(set("id_token", json!("not.a.token"))) => "id_token_malformed";
    an_id_token_in_two_parts: token(set("id_token", json!("e30.e30"))) => "id_token_malformed";
    alg_none: jwt(|t| { t.header["alg"] = json!("none"); t.signature = Signature::Missing; }) => "id_token_alg";
    alg_none_in_capitals: jwt(|t| { t.header["alg"] = json!("NoNe"); t.signature = Signature::Missing; }) => "id_token_alg";
    no_alg: jwt(|t| drop(t.header.as_object_mut().unwrap().remove("alg"))) => "id_token_malformed";
    hs256_with_the_public_key: jwt(|t| { t.header["alg"] = json!("HS256"); t.signature = Signature::HmacOfPublicKey; }) => "id_token_alg";
    an_encrypted_token: jwt(|t| t.header["alg"] = json!("RSA-OAEP")) => "id_token_alg";
    an_alg_that_nobody_knows: jwt(|t| t.header["alg"] = json!("XS256")) => "id_token_alg";
    a_header_that_must_be_understood: jwt(|t| t.header["crit"] = json!(["x"])) => "id_token_malformed";
    // the id_token: whose signature
    no_signature: jwt(|t| t.signature = Signature::Missing) => "id_token_signature";
    a_signature_of_other_claims: jwt(|t| t.signature = Signature::OfOtherClaims) => "id_token_signature";
    a_signature_by_somebody_else: jwt(|t| t.signature = Signature::By(Key::Other)) => "id_token_signature";
    an_unknown_key_id: jwt(|t| t.header["kid"] = json!("key-9")) => "id_token_key_unknown";
    a_key_brought_along: jwt(|t| {
        t.header["jwk"] = jwk(Key::Other, "key-1");
        t.signature = Signature::By(Key::Other);
    }) => "id_token_signature";
    a_key_of_another_kind: |ehr: &Hostile| ehr.answer("jwks", |a| {
        a.json = json!({"keys": [{"kty": "oct", "kid": "key-1", "alg": "RS256", "k": "c2VjcmV0"}]});
    }) => "id_token_key_unknown";
    a_key_for_encryption: |ehr: &Hostile| ehr.answer("jwks", |a| a.json["keys"][0]["use"] = json!("enc")) => "id_token_key_unknown";
    two_keys_of_the_same_id: |ehr: &Hostile| ehr.answer("jwks", |a| {
        a.json["keys"].as_array_mut().unwrap().push(jwk(Key::Other, "key-1"));
    }) => "id_token_key_unknown";
    keys_that_are_a_web_page: |ehr: &Hostile| ehr.answer("jwks", Answer::make_html) => "answer_web_page";
    keys_that_are_none: |ehr: &Hostile| ehr.answer("jwks", |a| a.json = json!({"keys": 5})) => "id_token_keys_malformed";
    keys_that_are_elsewhere: sent_on("jwks") => "answer_redirect";
    no_keys_anywhere: |ehr: &Hostile| {
        ehr.answer("discovery", without("jwks_uri"));
        ehr.answer("openid", without("jwks_uri"));
    } => "id_token_keys_missing";
    keys_of_another_issuer: |ehr: &Hostile| {
        ehr.answer("discovery", without("jwks_uri"));
        ehr.answer("openid", set("issuer", json!("https://evil.example")));
    } => "id_token_issuer";
    // the id_token: what it says
    an_id_token_of_another_issuer: claim("iss", json!("https://evil.example/fhir")) => "id_token_issuer";
    a_swapped_id_token: |ehr: &Hostile| ehr.id_token(|t| {
        t.claims["aud"] = json!("another-app");
        t.claims["nonce"] = json!("of-another-app");
    }) => "id_token_audience";
    another_audience: claim("aud", json!("another-app")) => "id_token_audience";
    no_audience: claim("aud", json!([])) => "id_token_audience";
    two_audiences_without_azp: claim("aud", json!(["chartside", "another-app"])) => "id_token_azp";
    two_audiences_made_out_to_another: |ehr: &Hostile| ehr.id_token(|t| {
        t.claims["aud"] = json!(["chartside", "another-app"]);
        t.claims["azp"] = json!("another-app");
    }) => "id_token_azp";
    azp_of_another_app: claim("azp", json!("another-app")) => "id_token_azp";
    a_token_that_expired: claim("exp", json!(now() - 120)) => "id_token_expired";
    a_token_from_the_future: claim("iat", json!(now() + 600)) => "id_token_issued_in_future";
    a_token_of_yesterday: claim("iat", json!(now() - 86_400)) => "id_token_stale";
    a_token_that_is_not_valid_yet: claim("nbf", json!(now() + 600)) => "id_token_not_yet_valid";
    an_nbf_that_is_no_time: claim("nbf", json!("tomorrow")) => "id_token_malformed";
    no_expiry: no_claim("exp") => "id_token_malformed";
    a_wrong_nonce: claim("nonce", json!("of-another-sign-in")) => "id_token_nonce";
    no_nonce: no_claim("nonce") => "id_token_nonce_missing";
    nobody: claim("sub", json!("")) => "id_token_subject_missing";
    no_fhir_user: no_claim("fhirUser") => "fhir_user_missing";
    a_web_page_as_the_profile: |ehr: &Hostile| ehr.id_token(|t| {
        t.claims.as_object_mut().unwrap().remove("fhirUser");
        t.claims["profile"] = json!("https://login.example/people/1");
    }) => "fhir_user_missing";
    a_patient_who_signed_in: claim("fhirUser", json!("Patient/patient-1")) => "fhir_user_not_clinician";
    a_relative_who_signed_in: claim("fhirUser", json!("RelatedPerson/1")) => "fhir_user_not_clinician";
    a_clinician_of_another_server: claim("fhirUser", json!("https://evil.example/fhir/Practitioner/dr-1")) => "fhir_user_foreign";
    a_clinician_that_climbs: claim("fhirUser", json!("Practitioner/../Patient")) => "fhir_user_malformed";
}
