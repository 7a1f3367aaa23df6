//! The front page: who is signed in, today's visits, Open chart and Launch Chartside.

use super::html::{escape, page};
use super::people::{concept, name_of, practitioners};
use crate::clock;
use crate::smart::login;
use crate::store::Store;
use crate::store::values::{at, split_reference, text, text_at};
use crate::world::World;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{Html, IntoResponse, Response};
use serde_json::Value;
use std::sync::Arc;
use url::form_urlencoded::byte_serialize;

/// `GET /`
pub async fn show(State(world): State<Arc<World>>, headers: HeaderMap) -> Response {
    world.loaded().await;
    let Some(user) = login::user(&world, &headers) else {
        return login::see_other("/auth/login?return_to=/");
    };
    let people = practitioners(&world);
    let me =
        people.iter().find(|person| person.id == user).map_or(user.clone(), super::people::Person::label);
    let others: String = people
        .iter()
        .map(|person| {
            let mark = if person.id == user { " selected" } else { "" };
            format!("<option value=\"{}\"{mark}>{}</option>", escape(&person.id), escape(&person.label()))
        })
        .collect();
    let body = format!(
        "<main><header><div><h1>Today's visits</h1><p class=quiet>{date} (UTC) · signed in as \
         <strong data-testid=signed-in>{me}</strong></p></div>
         <form method=post action=/auth/login><input type=hidden name=return_to value=/>
         <input type=hidden name=password value={password}>
         <select name=user aria-label=\"Switch user\" data-testid=switch-user>{others}</select>
         <button class=plain>Switch</button>
         <button class=plain formaction=/sign-out formnovalidate>Sign out</button></form></header>
         <table data-testid=schedule><thead><tr><th>Time</th><th>Patient</th><th>Reason</th><th>Type</th>\
         <th>With</th><th>Status</th><th></th></tr></thead><tbody>{rows}</tbody></table></main>",
        date = clock::now().strftime("%A %-d %B %Y"),
        me = escape(&me),
        password = login::PASSWORD,
        rows = rows(&world)
    );
    Html(page("Today", &body)).into_response()
}

fn rows(world: &World) -> String {
    let store = world.store();
    let today = clock::now().strftime("%Y-%m-%d").to_string();
    let mut visits: Vec<&Value> = store
        .all("Appointment")
        .filter_map(|version| version.body.as_deref())
        .filter(|body| text(body, "start").is_some_and(|start| start.starts_with(&today)))
        .collect();
    visits.sort_by_key(|body| text(body, "start").map(str::to_owned));
    let mut rows = String::new();
    for visit in visits {
        let id = text(visit, "id").unwrap_or_default();
        let Some(patient) = actor(visit, "Patient") else { continue };
        let body = store.body("Patient", &patient);
        let name = body.as_ref().map_or(patient.clone(), |body| name_of(body));
        let born = body.as_ref().and_then(|body| text(body, "birthDate")).unwrap_or_default();
        let with = actor(visit, "Practitioner").and_then(|id| store.body("Practitioner", &id));
        let way = way(&store, visit, id);
        rows += &format!(
            "<tr><td>{time}</td><td><strong>{name}</strong><br><small>{born}</small></td><td>{reason}</td>\
             <td>{kind}<br><small>{way}</small></td><td>{with}</td><td><span class=tag>{status}</span>
             <form method=post action=\"/status/{id}\">{steps}</form></td>\
             <td class=actions><a class=\"button plain\" href=\"/chart/{patient}\" data-testid=\"chart-{id}\">Open chart</a> \
             <a class=button href=\"/launch/{id}\" data-testid=\"launch-{id}\">Launch Chartside</a></td></tr>",
            time = escape(text(visit, "start").and_then(|start| start.get(11..16)).unwrap_or_default()),
            name = escape(&name),
            born = escape(born),
            reason = escape(text(visit, "description").unwrap_or_default()),
            kind = escape(&concept(visit, "appointmentType").unwrap_or_default()),
            with = escape(&with.map(|body| name_of(&body)).unwrap_or_default()),
            status = escape(text(visit, "status").unwrap_or_default()),
            steps = steps(text(visit, "status").unwrap_or_default(), &escape(id)),
            patient = escape(&patient),
            id = escape(id)
        );
    }
    rows
}

/// What the front desk can do with a visit.
fn steps(status: &str, id: &str) -> String {
    let all = [("arrived", "Arrived"), ("fulfilled", "Done"), ("noshow", "No show"), ("cancelled", "Cancel")];
    let others = all.into_iter().filter(|(code, _)| *code != status);
    others
        .map(|(code, words)| {
            format!(
                "<button class=plain name=status value={code} data-testid=\"{code}-{id}\">{words}</button>"
            )
        })
        .collect()
}

#[derive(Debug, serde::Deserialize)]
pub struct Step {
    status: String,
}

/// `POST /status/{appointment}`: the front desk marks a visit; its encounter follows.
pub async fn status(
    State(world): State<Arc<World>>,
    headers: HeaderMap,
    Path(appointment): Path<String>,
    axum::extract::Form(step): axum::extract::Form<Step>,
) -> Response {
    world.loaded().await;
    if login::user(&world, &headers).is_none() {
        return login::see_other("/auth/login?return_to=/");
    }
    crate::schedule::mark(&mut world.store_mut(), &appointment, &step.status);
    login::see_other("/")
}

fn actor(visit: &Value, kind: &str) -> Option<String> {
    let references = at(visit, "participant.actor.reference").into_iter().filter_map(Value::as_str);
    references.filter_map(split_reference).find(|(found, _)| *found == kind).map(|(_, id)| id.to_owned())
}

/// `GET /launch/{appointment}`: hands a fresh launch to the app.
pub async fn launch(
    State(world): State<Arc<World>>,
    headers: HeaderMap,
    Path(appointment): Path<String>,
) -> Response {
    world.loaded().await;
    let Some(user) = login::user(&world, &headers) else {
        return login::see_other(&format!("/auth/login?return_to=/launch/{appointment}"));
    };
    let patient = world.store().body("Appointment", &appointment).and_then(|body| actor(&body, "Patient"));
    let Some(patient) = patient else {
        return (
            axum::http::StatusCode::NOT_FOUND,
            Html(page("Not found", "<main><h1>No such visit</h1></main>")),
        )
            .into_response();
    };
    let encounter = encounter_of(&world.store(), &appointment);
    let name = world.grants().launch(&user, &patient, encounter, Some(appointment));
    login::see_other(&launch_url(&world, &name))
}

/// By video, by telephone or in person.
fn way(store: &Store, visit: &Value, id: &str) -> &'static str {
    let class = |body: Arc<Value>| text_at(&body, "class.code").map(str::to_owned);
    let class = encounter_of(store, id).and_then(|id| store.body("Encounter", &id)).and_then(class);
    match class.as_deref() {
        _ if visit["extension"].is_array() => "video",
        Some("VR") => "telephone",
        Some("AMB") => "in person",
        _ => "",
    }
}

/// The Encounter that belongs to an Appointment.
pub fn encounter_of(store: &Store, appointment: &str) -> Option<String> {
    let wanted = format!("Appointment/{appointment}");
    let mut bodies = store.all("Encounter").filter_map(|version| version.body.as_deref());
    bodies
        .find(|body| text_at(body, "appointment.reference") == Some(&wanted))
        .and_then(|body| text(body, "id"))
        .map(str::to_owned)
}

/// The app's launch URL with `iss` and `launch`.
pub fn launch_url(world: &World, name: &str) -> String {
    let base = &world.config.launch_url;
    let iss: String = byte_serialize(world.urls.fhir.as_bytes()).collect();
    format!("{base}{}iss={iss}&launch={name}", if base.contains('?') { '&' } else { '?' })
}

/// `POST /sign-out`
pub async fn sign_out(State(world): State<Arc<World>>, headers: HeaderMap) -> Response {
    if let Some(session) = login::session(&headers) {
        world.grants().sign_out(&session);
    }
    login::see_other("/")
}
