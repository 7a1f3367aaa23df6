//! The admin side: on a port of its own, without sign-in, alive while the EHR is "down".

use crate::faults::Fault;
use crate::fhir::json as answer;
use crate::smart::CLIENT;
use crate::smart::grants::Grant;
use crate::smart::login::COOKIE;
use crate::smart::scopes;
use crate::store::query::bare_id;
use crate::store::values::text;
use crate::world::World;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::response::Response;
use axum::routing::{get, post, put};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// All admin endpoints.
pub fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/requests", get(requests).delete(forget_requests))
        .route("/faults", get(faults).post(add_faults).delete(clear_faults))
        .route("/count", get(count))
        .route("/resource/{kind}", get(dump))
        .route("/resource/{kind}/{id}", get(one))
        .route("/resource", put(put_resource))
        .route("/token", post(token))
        .route("/launch", post(launch))
        .route("/session", post(session))
        .route("/revoke-all", post(revoke_all))
        .layer(DefaultBodyLimit::max(crate::fhir::BODY_LIMIT))
}

/// A token asked for directly, without signing in.
#[derive(Debug, Clone, Deserialize)]
pub struct TokenRequest {
    /// The Practitioner's id; the first one when absent.
    #[serde(default)]
    pub user: Option<String>,
    /// The patient in context.
    #[serde(default)]
    pub patient: Option<String>,
    /// The encounter in context.
    #[serde(default)]
    pub encounter: Option<String>,
    /// The scopes, separated by spaces.
    pub scopes: String,
    /// How many seconds it lives; the configured time when absent.
    #[serde(default)]
    pub ttl: Option<i64>,
}

/// An EHR launch asked for directly.
#[derive(Debug, Clone, Deserialize)]
pub struct LaunchRequest {
    /// The Practitioner's id; the first one when absent.
    #[serde(default)]
    pub user: Option<String>,
    /// The patient's id.
    pub patient: String,
    /// The encounter's id; today's visit of the patient when absent.
    #[serde(default)]
    pub encounter: Option<String>,
}

fn ok(body: Value) -> Response {
    answer(200, "application/json", &body)
}

fn wrong(text: impl std::fmt::Display) -> Response {
    answer(400, "application/json", &json!({ "error": text.to_string() }))
}

async fn requests(State(world): State<Arc<World>>) -> Response {
    ok(json!(world.log.entries()))
}

async fn forget_requests(State(world): State<Arc<World>>) -> Response {
    world.log.clear();
    ok(json!({}))
}

async fn faults(State(world): State<Arc<World>>) -> Response {
    ok(json!(world.faults.list()))
}

/// Takes one fault or a list of them.
async fn add_faults(State(world): State<Arc<World>>, Json(body): Json<Value>) -> Response {
    let list = if body.is_array() { body } else { json!([body]) };
    match serde_json::from_value::<Vec<Fault>>(list) {
        Ok(faults) => {
            for fault in faults {
                world.faults.add(fault);
            }
            ok(json!(world.faults.list()))
        }
        Err(error) => wrong(error),
    }
}

async fn clear_faults(State(world): State<Arc<World>>) -> Response {
    world.faults.clear();
    ok(json!([]))
}

#[derive(Debug, Deserialize)]
struct Filter {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    patient: Option<String>,
}

/// The resources of a type, oldest first; of one patient when asked.
pub fn resources(world: &World, kind: &str, patient: Option<&str>) -> Vec<Arc<Value>> {
    let store = world.store();
    match patient {
        Some(patient) => store.of_patient(kind, bare_id(patient)).filter_map(|v| v.body.clone()).collect(),
        None => store.all(kind).filter_map(|v| v.body.clone()).collect(),
    }
}

async fn count(State(world): State<Arc<World>>, Query(filter): Query<Filter>) -> Response {
    world.loaded().await;
    if filter.kind.is_empty() {
        let store = world.store();
        let counts = store.kinds().into_iter().map(|kind| (kind.clone(), json!(store.count(&kind))));
        return ok(Value::Object(counts.collect()));
    }
    ok(json!({ "count": resources(&world, &filter.kind, filter.patient.as_deref()).len() }))
}

async fn dump(
    State(world): State<Arc<World>>,
    Path(kind): Path<String>,
    Query(filter): Query<Filter>,
) -> Response {
    world.loaded().await;
    let found = resources(&world, &kind, filter.patient.as_deref());
    ok(Value::Array(found.iter().map(|body| Value::clone(body)).collect()))
}

async fn one(State(world): State<Arc<World>>, Path((kind, id)): Path<(String, String)>) -> Response {
    world.loaded().await;
    let found = world.store().body(&kind, &id);
    match found {
        Some(body) => ok(Value::clone(&body)),
        None => answer(404, "application/json", &json!({ "error": "not there" })),
    }
}

/// Puts a resource as it is, without validation; answers with what the store now holds.
pub fn put_raw(world: &World, body: Value) -> Result<Arc<Value>, String> {
    let kind = text(&body, "resourceType").ok_or("resourceType is missing")?.to_owned();
    let mut store = world.store_mut();
    let id = text(&body, "id").map_or_else(|| store.fresh_id(&kind), str::to_owned);
    store.write(&kind, &id, body, "PUT").body.ok_or_else(|| "not written".to_owned())
}

async fn put_resource(State(world): State<Arc<World>>, body: Bytes) -> Response {
    world.loaded().await;
    let parsed: Result<Value, _> = String::from_utf8_lossy(&body).parse();
    match parsed.map_err(|error| error.to_string()).and_then(|body| put_raw(&world, body)) {
        Ok(body) => ok(Value::clone(&body)),
        Err(error) => wrong(error),
    }
}

/// The named user, or the first of the data.
fn user_or_first(world: &World, user: Option<String>) -> String {
    let first = || crate::portal::people::practitioners(world).into_iter().next().map(|person| person.id);
    user.or_else(first).unwrap_or_default()
}

/// An access token for tests.
pub fn mint(world: &World, asked: TokenRequest) -> String {
    let grant = Grant {
        family: crate::random::secret(),
        client: CLIENT.to_owned(),
        user: user_or_first(world, asked.user),
        scopes: scopes::granted(&asked.scopes, None),
        patient: asked.patient.as_deref().map(|patient| bare_id(patient).to_owned()),
        encounter: asked.encounter,
        ..Grant::default()
    };
    let seconds = asked.ttl.unwrap_or(world.config.token_seconds);
    world.grants().issue(&Arc::new(grant), seconds)
}

async fn token(State(world): State<Arc<World>>, Json(asked): Json<TokenRequest>) -> Response {
    world.loaded().await;
    let seconds = asked.ttl.unwrap_or(world.config.token_seconds);
    ok(json!({ "access_token": mint(&world, asked), "token_type": "Bearer", "expires_in": seconds }))
}

/// A launch id and the URL that hands it to the app.
pub fn start_launch(world: &World, asked: LaunchRequest) -> (String, String) {
    let user = user_or_first(world, asked.user);
    let patient = bare_id(&asked.patient).to_owned();
    let encounter = asked.encounter.map(|encounter| bare_id(&encounter).to_owned());
    let encounter = encounter.or_else(|| crate::portal::people::encounter_today(world, &patient));
    let appointment =
        encounter.as_deref().and_then(|id| world.store().body("Encounter", id)).and_then(|body| {
            let reference = crate::store::values::text_at(&body, "appointment.reference")?;
            Some(bare_id(reference).to_owned())
        });
    let name = world.grants().launch(&user, &patient, encounter, appointment);
    let url = crate::portal::today::launch_url(world, &name);
    (name, url)
}

async fn launch(State(world): State<Arc<World>>, Json(asked): Json<LaunchRequest>) -> Response {
    world.loaded().await;
    let (name, url) = start_launch(&world, asked);
    ok(json!({ "launch": name, "iss": world.urls.fhir, "url": url }))
}

#[derive(Debug, Deserialize)]
struct SessionRequest {
    #[serde(default)]
    user: Option<String>,
}

/// The cookie of a signed-in EHR user, for a checker without a browser.
async fn session(State(world): State<Arc<World>>, Json(asked): Json<SessionRequest>) -> Response {
    world.loaded().await;
    let user = user_or_first(&world, asked.user);
    let session = world.grants().sign_in(&user);
    ok(json!({ "user": user, "cookie": format!("{COOKIE}={session}") }))
}

async fn revoke_all(State(world): State<Arc<World>>) -> Response {
    world.grants().revoke_all();
    ok(json!({}))
}
