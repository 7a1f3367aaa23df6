//! The authorization endpoint: checks the request, finds the user and the patient, issues a code.

use super::grants::Grant;
use super::{CLIENT, login, scopes};
use crate::fhir::{plain, set};
use crate::portal::html::{escape, page};
use crate::portal::people;
use crate::store::query::{bare_id, pairs};
use crate::store::values::text_at;
use crate::world::World;
use axum::body::Body;
use axum::extract::{Form, RawForm, RawQuery, State};
use axum::http::{HeaderMap, header};
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::Arc;
use url::Url;

/// The authorization request's parameters.
struct Asked {
    query: String,
    params: HashMap<String, String>,
}

impl Asked {
    fn new(query: String) -> Self {
        let params = pairs(&query).into_iter().collect();
        Self { query, params }
    }

    fn get(&self, name: &str) -> &str {
        self.params.get(name).map_or("", String::as_str)
    }
}

/// `GET /auth/authorize`
pub async fn by_get(
    State(world): State<Arc<World>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    authorize(&world, &headers, Asked::new(query.unwrap_or_default()), None).await
}

/// `POST /auth/authorize`
pub async fn by_post(
    State(world): State<Arc<World>>,
    headers: HeaderMap,
    RawForm(form): RawForm,
) -> Response {
    let query = String::from_utf8_lossy(&form).into_owned();
    authorize(&world, &headers, Asked::new(query), None).await
}

#[derive(Debug, Deserialize)]
pub struct Picked {
    pending: String,
    patient: String,
}

/// `POST /auth/pick`: the patient that a standalone launch is about.
pub async fn picked(
    State(world): State<Arc<World>>,
    headers: HeaderMap,
    Form(form): Form<Picked>,
) -> Response {
    let waited = world.grants().waited(&form.pending);
    match waited {
        Some(query) => authorize(&world, &headers, Asked::new(query), Some(form.patient)).await,
        None => complaint("This page was used before. Start again from the app."),
    }
}

async fn authorize(world: &World, headers: &HeaderMap, asked: Asked, patient: Option<String>) -> Response {
    world.loaded().await;
    if asked.get("client_id") != CLIENT {
        return complaint("The app is not registered here (client_id).");
    }
    if !registered(asked.get("redirect_uri")) {
        return complaint("The app's redirect_uri is not registered here.");
    }
    if let Err((error, text)) = check(world, &asked) {
        return back_with_error(world, &asked, error, text);
    }
    if asked.get("prompt") == "login" {
        // After that sign-in the same request comes again, without the prompt.
        let rest =
            asked.query.split('&').filter(|pair| *pair != "prompt=login").collect::<Vec<_>>().join("&");
        return login::page_for(world, &format!("/auth/authorize?{rest}"), false).await;
    }
    let user = login::user(world, headers);
    let Some(user) = user else {
        if asked.get("prompt") == "none" {
            return back_with_error(world, &asked, "login_required", "nobody is signed in");
        }
        return login::page_for(world, &format!("/auth/authorize?{}", asked.query), false).await;
    };
    let mut grant = Grant {
        client: CLIENT.to_owned(),
        user,
        scopes: scopes::granted(asked.get("scope"), world.config.granted_scopes.as_deref()),
        nonce: asked.params.get("nonce").cloned(),
        ..Grant::default()
    };
    if let Some(name) = asked.params.get("launch") {
        let Some(launch) = world.grants().launched(name) else {
            return back_with_error(
                world,
                &asked,
                "invalid_request",
                "the launch is not known or has expired",
            );
        };
        if launch.user != grant.user {
            return back_with_error(world, &asked, "access_denied", "the launch belongs to another user");
        }
        grant.launched = true;
        grant.patient = Some(launch.patient);
        grant.encounter = launch.encounter;
        grant.appointment = launch.appointment;
    } else if asked.get("scope").split_whitespace().any(|s| s == "launch/patient" || s == "launch/encounter")
    {
        let Some(patient) = patient else { return picker(world, asked) };
        if world.store().body("Patient", &patient).is_none() {
            return complaint("That patient is not known here.");
        }
        grant.encounter = people::encounter_today(world, &patient);
        grant.patient = Some(patient);
    }
    let code = world.grants().code(grant, asked.get("redirect_uri"), asked.get("code_challenge"));
    back(world, &asked, &[("code", &code)])
}

/// Everything that can be told back to the app.
fn check(world: &World, asked: &Asked) -> Result<(), (&'static str, &'static str)> {
    let wrong = |text| Err(("invalid_request", text));
    if asked.get("response_type") != "code" {
        return Err(("unsupported_response_type", "response_type must be code"));
    }
    if asked.get("state").is_empty() {
        return wrong("state is required");
    }
    if asked.get("aud").trim_end_matches('/') != world.urls.fhir {
        return wrong("aud must be the FHIR base of this server");
    }
    if asked.get("code_challenge_method") != "S256" {
        return wrong("PKCE with S256 is required");
    }
    let challenge = asked.get("code_challenge");
    let shaped =
        challenge.len() == 43 && challenge.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    if !shaped {
        return wrong("code_challenge is not a base64url SHA-256");
    }
    if asked.get("scope").is_empty() {
        return Err(("invalid_scope", "scope is required"));
    }
    let launch_scope = asked.get("scope").split_whitespace().any(|scope| scope == "launch");
    if launch_scope && !asked.params.contains_key("launch") {
        return wrong("the launch scope needs a launch parameter");
    }
    Ok(())
}

/// The custom scheme, or a loopback literal with any port (RFC 8252) and exactly `/callback`.
fn registered(redirect: &str) -> bool {
    if redirect == "chartside://callback" {
        return true;
    }
    let Ok(url) = Url::parse(redirect) else { return false };
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    ["127.0.0.1", "[::1]"].iter().any(|host| redirect == format!("http://{host}{port}/callback"))
}

fn back(world: &World, asked: &Asked, answer: &[(&str, &str)]) -> Response {
    let Ok(mut target) = Url::parse(asked.get("redirect_uri")) else {
        return complaint("The app's redirect_uri is not a URL.");
    };
    {
        let mut query = target.query_pairs_mut();
        query.extend_pairs(answer);
        if !asked.get("state").is_empty() {
            query.append_pair("state", asked.get("state"));
        }
        query.append_pair("iss", &world.urls.fhir);
    }
    let mut response = plain(302, Body::empty());
    set(response.headers_mut(), header::LOCATION, target.as_str());
    set(response.headers_mut(), header::CACHE_CONTROL, "no-store");
    response
}

fn back_with_error(world: &World, asked: &Asked, error: &str, text: &str) -> Response {
    back(world, asked, &[("error", error), ("error_description", text)])
}

/// A mistake that must not be sent to an address nobody registered.
fn complaint(text: &str) -> Response {
    let body =
        format!("<main class=narrow><h1>Sign-in stopped</h1><p class=error>{}</p></main>", escape(text));
    let mut response = Html(page("Sign-in stopped", &body)).into_response();
    *response.status_mut() = axum::http::StatusCode::BAD_REQUEST;
    response
}

fn picker(world: &World, asked: Asked) -> Response {
    let pending = world.grants().wait_for_patient(asked.query);
    let store = world.store();
    let mut rows = String::new();
    for version in store.all("Patient") {
        let Some(body) = version.body.as_deref() else { continue };
        let id = bare_id(text_at(body, "id").unwrap_or_default());
        let born = text_at(body, "birthDate").unwrap_or("no birth date");
        rows += &format!(
            "<li><button name=patient value=\"{0}\" data-testid=\"pick-{0}\">{1} <small>{2}</small></button></li>",
            escape(id),
            escape(&people::name_of(body)),
            escape(born)
        );
    }
    let body = format!(
        "<main class=narrow><h1>Whose chart?</h1><form method=post action=/auth/pick class=card>
        <input type=hidden name=pending value=\"{}\"><ul class=picker>{rows}</ul></form></main>",
        escape(&pending)
    );
    Html(page("Whose chart?", &body)).into_response()
}

#[cfg(test)]
mod tests {
    use super::registered;

    #[test]
    fn only_the_registered_redirects_pass() {
        assert!(registered("chartside://callback"));
        assert!(registered("http://127.0.0.1:51004/callback"));
        assert!(registered("http://127.0.0.1/callback"));
        assert!(!registered("http://localhost:51004/callback"));
        assert!(!registered("http://127.0.0.1:51004/callback/more"));
        assert!(!registered("http://127.0.0.1:51004/callback?x=1"));
        assert!(!registered("http://user@127.0.0.1:1/callback"));
        assert!(!registered("https://127.0.0.1:51004/callback"));
        assert!(!registered("http://127.0.0.1.example.org/callback"));
        assert!(!registered(""));
    }
}
