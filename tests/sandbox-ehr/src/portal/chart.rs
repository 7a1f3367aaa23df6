//! The chart page: what a colleague sees after the visit, newest first.

use super::html::{escape, page};
use super::people::{concept, name_of};
use super::{note, people};
use crate::smart::login;
use crate::store::values::{at, text, text_at};
use crate::store::{Store, Version};
use crate::world::World;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use serde_json::Value;
use std::sync::Arc;

/// How many of each kind are shown.
const SHOWN: usize = 40;

/// `GET /chart/{patient}`
pub async fn show(
    State(world): State<Arc<World>>,
    headers: HeaderMap,
    Path(patient): Path<String>,
) -> Response {
    world.loaded().await;
    if login::user(&world, &headers).is_none() {
        return login::see_other(&format!("/auth/login?return_to=/chart/{patient}"));
    }
    let Some(person) = world.store().body("Patient", &patient) else {
        let body = page("Not found", "<main><h1>No such chart</h1></main>");
        return (StatusCode::NOT_FOUND, Html(body)).into_response();
    };
    let born = text(&person, "birthDate").unwrap_or("unknown");
    let number = text_at(&person, "identifier.value").unwrap_or_default();
    let parts = [
        listed(&world, &patient, "DocumentReference", "Notes", document),
        listed(&world, &patient, "Composition", "Structured documents", composition),
        listed(&world, &patient, "Bundle", "Document bundles", composition),
        listed(&world, &patient, "Claim", "Charges", claim),
        listed(&world, &patient, "ChargeItem", "Charge items", plain),
        listed(&world, &patient, "Task", "Tasks", task),
        listed(&world, &patient, "Communication", "Messages", message),
        listed(&world, &patient, "Appointment", "Appointments", appointment),
        listed(&world, &patient, "Encounter", "Encounters", encounter),
        listed(&world, &patient, "Condition", "Diagnoses and problems", condition),
    ];
    let body = format!(
        "<main><p><a href=/>Today's visits</a></p><h1 data-testid=chart-name>{}</h1>\
         <p class=quiet>born {} · {} · {} · <span class=id>Patient/{}</span></p>{}</main>",
        escape(&name_of(&person)),
        escape(born),
        escape(text(&person, "gender").unwrap_or("unknown")),
        escape(number),
        escape(&patient),
        parts.concat()
    );
    Html(page(&name_of(&person), &body)).into_response()
}

/// One kind of resource as a titled list; kinds that the chart lacks say so.
fn listed(
    world: &World,
    patient: &str,
    kind: &str,
    title: &str,
    show: fn(&Store, &Value) -> String,
) -> String {
    let store = world.store();
    let mut versions: Vec<&Version> = store.of_patient(kind, patient).collect();
    versions.reverse();
    versions.sort_by_key(|version| std::cmp::Reverse(version.at));
    let mut shown =
        format!("<section data-testid=\"list-{kind}\"><h2>{} ({})</h2>", escape(title), versions.len());
    for version in versions.iter().take(SHOWN) {
        let Some(body) = version.body.as_deref() else { continue };
        let id = text(body, "id").unwrap_or_default();
        shown += &format!(
            "<article class=card data-testid=\"{kind}-{id}\"><span class=id>{kind}/{id} v{}</span> {}{}</article>",
            version.number,
            tag(text(body, "status")),
            show(&store, body),
            id = escape(id)
        );
    }
    if versions.len() > SHOWN {
        shown += &format!("<p class=quiet>and {} older</p>", versions.len() - SHOWN);
    }
    shown + "</section>"
}

fn tag(status: Option<&str>) -> String {
    status.map(|status| format!("<span class=tag>{}</span> ", escape(status))).unwrap_or_default()
}

fn line(label: &str, value: &str) -> String {
    if value.is_empty() {
        String::new()
    } else {
        format!("<div><small>{label}</small> {}</div>", escape(value))
    }
}

/// The displays (or references) of all references at a path.
fn references(store: &Store, body: &Value, path: &str) -> String {
    let shown = |value: &Value| {
        let reference = text(value, "reference");
        let display = text(value, "display").map(str::to_owned);
        let named =
            || store.follow(reference?).filter(|body| !body["name"].is_null()).map(|body| name_of(&body));
        display.or_else(named).or_else(|| reference.map(str::to_owned))
    };
    at(body, path).into_iter().filter_map(shown).collect::<Vec<_>>().join(", ")
}

/// All codes of the concepts at a path, with their words.
fn codes(body: &Value, path: &str) -> String {
    let shown = |concept: &Value| {
        let code = text_at(concept, "coding.code").unwrap_or_default();
        let words = text(concept, "text").or_else(|| text_at(concept, "coding.display")).unwrap_or_default();
        format!("{code} {words}").trim().to_owned()
    };
    at(body, path).into_iter().map(shown).collect::<Vec<_>>().join(", ")
}

fn document(store: &Store, body: &Value) -> String {
    let related: Vec<String> = at(body, "relatesTo")
        .into_iter()
        .map(|link| {
            format!("{} {}", text(link, "code").unwrap_or_default(), references(store, link, "target"))
        })
        .collect();
    tag(text(body, "docStatus"))
        + &format!("<strong>{}</strong>", escape(&people::concept(body, "type").unwrap_or_default()))
        + &line("by", &references(store, body, "author"))
        + &line("date", text(body, "date").unwrap_or_default())
        + &line("visit", &references(store, body, "context.encounter"))
        + &line("relates to", &related.join(", "))
        + &note::attachments(body)
}

fn composition(store: &Store, body: &Value) -> String {
    let Some(composition) = note::composition_of(body) else { return String::new() };
    format!("<strong>{}</strong>", escape(text(composition, "title").unwrap_or_default()))
        + &line("by", &references(store, composition, "author"))
        + &line("date", text(composition, "date").unwrap_or_default())
        + &line("visit", &references(store, composition, "encounter"))
        + &note::sections(composition)
}

fn condition(store: &Store, body: &Value) -> String {
    format!("<strong>{}</strong>", escape(&codes(body, "code")))
        + &line("category", &codes(body, "category"))
        + &line("clinical status", &codes(body, "clinicalStatus"))
        + &line("verification", &codes(body, "verificationStatus"))
        + &line("visit", &references(store, body, "encounter"))
        + &line("recorded", text(body, "recordedDate").unwrap_or_default())
}

fn claim(store: &Store, body: &Value) -> String {
    let mut shown = line("provider", &references(store, body, "provider"))
        + &line("created", text(body, "created").unwrap_or_default());
    for diagnosis in at(body, "diagnosis") {
        let what = codes(diagnosis, "diagnosisCodeableConcept")
            + &references(store, diagnosis, "diagnosisReference");
        shown += &line("diagnosis", &format!("{}: {what}", diagnosis["sequence"]));
    }
    for item in at(body, "item") {
        let pointers: Vec<String> = at(item, "diagnosisSequence").iter().map(ToString::to_string).collect();
        let quantity = at(item, "quantity.value").first().map(ToString::to_string).unwrap_or_default();
        shown += &format!("<h3>{}</h3>", escape(&codes(item, "productOrService")));
        shown += &line("modifiers", &codes(item, "modifier"));
        shown += &line("place of service", &codes(item, "locationCodeableConcept"));
        shown += &line("diagnosis pointers", &pointers.join(", "));
        shown += &line("quantity", &quantity);
        shown += &line("served", text(item, "servicedDate").unwrap_or_default());
        shown += &line("visit", &references(store, item, "encounter"));
    }
    shown
}

fn task(store: &Store, body: &Value) -> String {
    format!("<strong>{}</strong>", escape(text(body, "description").unwrap_or_default()))
        + &line("what", &codes(body, "code"))
        + &line("owner", &references(store, body, "owner"))
        + &line("due", text_at(body, "restriction.period.end").unwrap_or_default())
        + &line("asked by", &references(store, body, "requester"))
        + &line("visit", &references(store, body, "encounter"))
}

fn message(store: &Store, body: &Value) -> String {
    format!("<strong>{}</strong>", escape(text_at(body, "payload.contentString").unwrap_or_default()))
        + &line("to", &references(store, body, "recipient"))
        + &line("from", &references(store, body, "sender"))
}

fn appointment(store: &Store, body: &Value) -> String {
    format!("<strong>{}</strong>", escape(text(body, "start").unwrap_or("no time yet")))
        + &line(
            "type",
            &concept(body, "appointmentType").or_else(|| concept(body, "serviceType")).unwrap_or_default(),
        )
        + &line("reason", text(body, "description").unwrap_or_default())
        + &line("who", &references(store, body, "participant.actor"))
}

fn encounter(store: &Store, body: &Value) -> String {
    format!("<strong>{}</strong>", escape(&concept(body, "type").unwrap_or_default()))
        + &line("class", text_at(body, "class.code").unwrap_or_default())
        + &line("began", text_at(body, "period.start").unwrap_or_default())
        + &line("ended", text_at(body, "period.end").unwrap_or_default())
        + &line("diagnoses", &references(store, body, "diagnosis.condition"))
}

fn plain(store: &Store, body: &Value) -> String {
    format!("<strong>{}</strong>", escape(&codes(body, "code")))
        + &line("visit", &references(store, body, "context"))
}
