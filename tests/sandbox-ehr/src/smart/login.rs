//! Signing in to the EHR: one session cookie for the portal and for app authorization.

use crate::fhir::{plain, set};
use crate::portal::html::{escape, page};
use crate::portal::people;
use crate::world::World;
use axum::body::Body;
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;
use std::sync::Arc;

/// The name of the session cookie.
pub const COOKIE: &str = "ehr_session";

/// Everybody's password.
pub const PASSWORD: &str = "sandbox";

#[derive(Debug, Deserialize)]
pub struct Back {
    #[serde(default)]
    pub return_to: String,
}

#[derive(Debug, Deserialize)]
pub struct SignIn {
    user: String,
    password: String,
    #[serde(default)]
    return_to: String,
}

/// The signed-in Practitioner's id, if the browser has a live session.
pub fn user(world: &World, headers: &HeaderMap) -> Option<String> {
    world.grants().user(&session(headers)?)
}

/// The session named by the cookie.
pub fn session(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|value| value.split(';'))
        .find_map(|pair| Some(pair.trim().strip_prefix(COOKIE)?.strip_prefix('=')?.to_owned()))
}

/// The sign-in page.
pub async fn page_for(world: &World, return_to: &str, wrong: bool) -> Response {
    world.loaded().await;
    let options: String = people::practitioners(world)
        .iter()
        .map(|p| format!("<option value=\"{}\">{}</option>", escape(&p.id), escape(&p.label())))
        .collect();
    let error = if wrong { "<p class=error role=alert>That password is not right.</p>" } else { "" };
    let body = format!(
        "<main class=narrow><h1>Sign in to the EHR</h1>{error}
        <form method=post action=/auth/login class=card>
        <input type=hidden name=return_to value=\"{}\">
        <label>Who are you?<select name=user data-testid=user>{options}</select></label>
        <label>Password<input name=password type=password autocomplete=off value={PASSWORD} data-testid=password></label>
        <p class=quiet>Everybody's password here is <code>{PASSWORD}</code>.</p>
        <button data-testid=sign-in>Sign in</button></form></main>",
        escape(return_to)
    );
    Html(page("Sign in", &body)).into_response()
}

/// `GET /auth/login`
pub async fn show(State(world): State<Arc<World>>, Query(back): Query<Back>) -> Response {
    page_for(&world, &back.return_to, false).await
}

/// `POST /auth/login`
pub async fn sign_in(State(world): State<Arc<World>>, Form(form): Form<SignIn>) -> Response {
    world.loaded().await;
    let known = people::practitioners(&world).iter().any(|p| p.id == form.user);
    if form.password != PASSWORD || !known {
        let mut page = page_for(&world, &form.return_to, true).await;
        *page.status_mut() = axum::http::StatusCode::UNAUTHORIZED;
        return page;
    }
    let session = world.grants().sign_in(&form.user);
    let local = form.return_to.starts_with('/') && !form.return_to.starts_with("//");
    let mut response = see_other(if local { &form.return_to } else { "/" });
    let cookie = format!("{COOKIE}={session}; Path=/; HttpOnly; SameSite=Lax");
    set(response.headers_mut(), header::SET_COOKIE, &cookie);
    response
}

/// Goes to another page after a form.
pub fn see_other(target: &str) -> Response {
    let mut response = plain(303, Body::empty());
    set(response.headers_mut(), header::LOCATION, target);
    response
}
