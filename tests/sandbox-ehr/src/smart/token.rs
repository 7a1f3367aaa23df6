//! The token, revocation and introspection endpoints.

use super::grants::Grant;
use super::{CLIENT, assertion, jwt, scopes};
use crate::clock;
use crate::fhir::{json as answer, plain, set};
use crate::store::query::pairs;
use crate::world::World;
use axum::body::Body;
use axum::extract::{RawForm, State};
use axum::http::header;
use axum::response::Response;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;

type Params = HashMap<String, String>;

fn read(form: &[u8]) -> Params {
    pairs(&String::from_utf8_lossy(form)).into_iter().collect()
}

fn get<'a>(params: &'a Params, name: &str) -> &'a str {
    params.get(name).map_or("", String::as_str)
}

/// An OAuth answer is never stored by anybody.
fn unstored(status: u16, body: &Value) -> Response {
    let mut response = answer(status, "application/json", body);
    set(response.headers_mut(), header::CACHE_CONTROL, "no-store");
    set(response.headers_mut(), header::PRAGMA, "no-cache");
    response
}

fn refuse(error: &str, text: &str) -> Response {
    unstored(400, &json!({ "error": error, "error_description": text }))
}

/// `POST /auth/token`
pub async fn token(State(world): State<Arc<World>>, RawForm(form): RawForm) -> Response {
    let params = read(&form);
    if let Err(text) = assertion::client(&world, &params) {
        return refuse("invalid_client", text);
    }
    match get(&params, "grant_type") {
        "authorization_code" => by_code(&world, &params),
        "refresh_token" => by_refresh(&world, &params),
        _ => refuse("unsupported_grant_type", "only authorization_code and refresh_token"),
    }
}

fn by_code(world: &World, params: &Params) -> Response {
    let verifier = get(params, "code_verifier");
    if !(43..=128).contains(&verifier.len()) {
        return refuse("invalid_grant", "code_verifier must have 43 to 128 characters");
    }
    let done = world.grants().redeem(get(params, "code"), CLIENT, get(params, "redirect_uri"), verifier);
    match done {
        Ok(grant) => unstored(200, &issued(world, &grant, &grant, true)),
        Err(text) => refuse("invalid_grant", text),
    }
}

fn by_refresh(world: &World, params: &Params) -> Response {
    let done = world.grants().rotate(get(params, "refresh_token"), CLIENT);
    let grant = match done {
        Ok(grant) => grant,
        Err(text) => return refuse("invalid_grant", text),
    };
    let Some(asked) = params.get("scope") else {
        let mut body = issued(world, &grant, &grant, false);
        // https://github.com/cerner/fhir.cerner.com, authorization/active-user-presence
        if let (Some(ttl), Ok(idle)) = (world.config.active_ttl, get(params, "active_at").parse::<u64>()) {
            body["active_ttl"] = json!(ttl.saturating_sub(idle));
        }
        return unstored(200, &body);
    };
    let narrowed = scopes::granted(asked, Some(&grant.scopes.join(" ")));
    if narrowed.is_empty() {
        return refuse("invalid_scope", "nothing of that scope was granted");
    }
    let lesser = Arc::new(Grant { scopes: narrowed, ..Grant::clone(&grant) });
    unstored(200, &issued(world, &lesser, &grant, false))
}

/// The token response: tokens, granted scopes and the launch context. A refresh token keeps the
/// `whole` grant, also where this access token has less.
fn issued(world: &World, grant: &Arc<Grant>, whole: &Arc<Grant>, first: bool) -> Value {
    let seconds = world.config.token_seconds;
    let mut body = json!({
        "access_token": world.grants().issue(grant, seconds),
        "token_type": "Bearer",
        "expires_in": seconds,
        "scope": grant.scopes.join(" ")
    });
    if let Some(ttl) = world.config.active_ttl {
        body["active_ttl"] = json!(ttl);
    }
    if whole.has("offline_access") || whole.has("online_access") {
        body["refresh_token"] = json!(world.grants().issue_refresh(whole));
    }
    if grant.has("openid")
        && first
        && let Some(id_token) = jwt::sign(&claims(world, grant))
    {
        body["id_token"] = json!(id_token);
    }
    let Some(patient) = &grant.patient else { return body };
    body["patient"] = json!(patient);
    body["need_patient_banner"] = json!(true);
    body["tenant"] = json!("sandbox-clinic");
    body["smart_style_url"] = json!(format!("{}/style.json", world.urls.auth));
    if grant.launched {
        body["intent"] = json!("virtual-visit");
    }
    if let Some(encounter) = &grant.encounter {
        body["encounter"] = json!(encounter);
    }
    if let Some(appointment) = &grant.appointment {
        body["fhirContext"] = json!([{ "reference": format!("Appointment/{appointment}") }]);
    }
    body
}

fn claims(world: &World, grant: &Grant) -> Value {
    let now = clock::seconds(clock::now());
    let mut claims = json!({
        "iss": world.urls.fhir,
        "sub": format!("ehr-user-{}", grant.user),
        "aud": grant.client,
        "iat": now,
        "exp": now + 300
    });
    if let Some(nonce) = &grant.nonce {
        claims["nonce"] = json!(nonce);
    }
    if grant.has("fhirUser") || grant.has("profile") {
        let user = format!("{}/Practitioner/{}", world.urls.fhir, grant.user);
        claims["fhirUser"] = json!(user);
        claims["profile"] = json!(user);
    }
    claims
}

/// `POST /auth/revoke`: always 200, as RFC 7009 wants.
pub async fn revoke(State(world): State<Arc<World>>, RawForm(form): RawForm) -> Response {
    let params = read(&form);
    if let Err(text) = assertion::client(&world, &params) {
        return refuse("invalid_client", text);
    }
    world.grants().revoke(get(&params, "token"));
    plain(200, Body::empty())
}

/// `POST /auth/introspect`
pub async fn introspect(State(world): State<Arc<World>>, RawForm(form): RawForm) -> Response {
    let params = read(&form);
    let live = world.grants().live(get(&params, "token"));
    let Some((grant, expires)) = live else { return unstored(200, &json!({ "active": false })) };
    let mut body = json!({
        "active": true,
        "client_id": grant.client,
        "scope": grant.scopes.join(" "),
        "sub": format!("ehr-user-{}", grant.user),
        "iss": world.urls.fhir,
        "exp": clock::seconds(expires)
    });
    if let Some(patient) = &grant.patient {
        body["patient"] = json!(patient);
    }
    if let Some(encounter) = &grant.encounter {
        body["encounter"] = json!(encounter);
    }
    unstored(200, &body)
}
