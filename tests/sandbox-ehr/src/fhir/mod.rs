//! The FHIR endpoint over HTTP: paths and headers in, interactions, answers out.

pub mod bundle;
pub mod capability;
pub mod interactions;
pub mod paging;

use crate::clock;
use crate::error::{Refusal, information};
use crate::smart::discovery;
use crate::store::query::pairs;
use crate::world::World;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use interactions::{Answer, Content, Context};
use serde_json::Value;
use std::sync::Arc;

/// The largest body that is taken.
pub const BODY_LIMIT: usize = 20 * 1024 * 1024;

/// Where the FHIR endpoint stands on the sandbox's origin.
pub const ROOT: &str = "/fhir";

const FHIR_JSON: &str = "application/fhir+json";

/// Answers anything below [`ROOT`].
pub async fn handle(State(world): State<Arc<World>>, request: Request) -> Response {
    world.loaded().await;
    let (parts, body) = request.into_parts();
    let prefer = Prefer::read(&parts.headers);
    let path = parts.uri.path().strip_prefix(ROOT).unwrap_or_default().trim_matches('/').to_owned();
    let Ok(bytes) = axum::body::to_bytes(body, BODY_LIMIT).await else {
        return refused(&Refusal::new(413, "too-long", "the body is larger than 20 MB"));
    };
    if parts.method == Method::GET {
        let discovered = match path.as_str() {
            ".well-known/smart-configuration" => Some(discovery::smart(&world)),
            ".well-known/openid-configuration" => Some(discovery::openid(&world)),
            _ => None,
        };
        if let Some(document) = discovered {
            return json(200, "application/json", &document);
        }
    }
    let asked = Asked {
        method: parts.method,
        path: path.split('/').map(str::to_owned).filter(|step| !step.is_empty()).collect(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers,
        body: bytes,
    };
    match asked.answer(&world, &prefer) {
        Ok(answer) if world.rules.names_searches() && asked.method == Method::GET => {
            named(&world, &asked, answer, &prefer)
        }
        Ok(answer) => respond(&world, answer, &prefer),
        Err(refusal) => refused(&refusal),
    }
}

/// A searchset with an ETag, or 304 when the caller has that very one.
fn named(world: &World, asked: &Asked, answer: Answer, prefer: &Prefer) -> Response {
    let Some(Content::Searchset { etag, .. }) = &answer.body else { return respond(world, answer, prefer) };
    let etag = etag.clone();
    let known =
        asked.headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == etag.as_bytes());
    let mut response = if known { plain(304, Body::empty()) } else { respond(world, answer, prefer) };
    set(response.headers_mut(), header::ETAG, &etag);
    response
}

/// What the `Prefer` header asks for.
#[derive(Debug, Default)]
struct Prefer {
    strict: bool,
    give_back: Option<String>,
}

impl Prefer {
    fn read(headers: &HeaderMap) -> Self {
        let mut prefer = Self::default();
        for value in headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok()) {
            for part in value.split([',', ';']).map(str::trim) {
                if part == "handling=strict" {
                    prefer.strict = true;
                } else if let Some(kind) = part.strip_prefix("return=") {
                    prefer.give_back = Some(kind.to_owned());
                }
            }
        }
        prefer
    }
}

/// One request, unpacked.
struct Asked {
    method: Method,
    path: Vec<String>,
    query: String,
    headers: HeaderMap,
    body: Bytes,
}

impl Asked {
    fn answer(&self, world: &World, prefer: &Prefer) -> Result<Answer, Refusal> {
        self.check_accept()?;
        let steps: Vec<&str> = self.path.iter().map(String::as_str).collect();
        if self.method == Method::GET && steps == ["metadata"] {
            let access = crate::smart::scopes::Access::default();
            let context = Context { base: &world.urls.fhir, access: &access, rules: &*world.rules };
            return Ok(Answer::plain(context.capability(&world.urls.auth, &world.withdrawn())));
        }
        let access = world.access(&self.headers)?;
        let context = Context { base: &world.urls.fhir, access: &access, rules: &*world.rules };
        let header = |name: &str| self.headers.get(name).and_then(|value| value.to_str().ok());
        let if_match = header("if-match");
        let strict = prefer.strict;
        match (self.method.as_str(), steps.as_slice()) {
            ("GET", [kind]) => {
                known(kind)?;
                context.search(&world.store(), &mut world.pages(), kind, &pairs(&self.query), strict)
            }
            ("POST", [kind, "_search"]) => {
                known(kind)?;
                let mut all = pairs(&self.query);
                all.extend(pairs(&String::from_utf8_lossy(&self.body)));
                context.search(&world.store(), &mut world.pages(), kind, &all, strict)
            }
            ("GET", [kind, id]) => context.read(&world.store(), kind, id),
            ("GET", [kind, id, "_history"]) => context.history(&world.store(), kind, id),
            ("GET", [kind, id, "_history", number]) => {
                let number = number.parse().map_err(|_| Refusal::not_found(kind, id))?;
                context.vread(&world.store(), kind, id, number)
            }
            ("POST", []) => {
                let bundle = self.json()?;
                context.bundle(&mut world.store_mut(), &mut world.pages(), &bundle)
            }
            ("POST", [kind]) if !kind.starts_with('$') => {
                context.create(&mut world.store_mut(), kind, self.json()?, header("if-none-exist"), None)
            }
            ("PUT", [kind, id]) => context.update(&mut world.store_mut(), kind, id, self.json()?, if_match),
            ("PATCH", [kind, id]) => context.patch(&mut world.store_mut(), kind, id, &self.json()?, if_match),
            ("DELETE", [kind, id]) => context.delete(&mut world.store_mut(), kind, id, if_match),
            (method, steps) if steps.iter().any(|step| step.starts_with('$')) => Err(Refusal::new(
                404,
                "not-supported",
                format!("{method} {} is no operation here", steps.join("/")),
            )),
            (method, _) => Err(Refusal::unsupported(format!("{method} is not possible on this path"))),
        }
    }

    fn check_accept(&self) -> Result<(), Refusal> {
        let accepted: Vec<&str> =
            self.headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).collect();
        let pleased =
            |value: &&str| value.contains("json") || value.contains("*/*") || value.contains("text/html");
        if accepted.is_empty() || accepted.iter().any(pleased) {
            return Ok(());
        }
        Err(Refusal::new(406, "not-supported", "this server speaks JSON only"))
    }

    /// The JSON body of a write.
    fn json(&self) -> Result<Value, Refusal> {
        let stated = self.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if !stated.is_some_and(|kind| kind.contains("json")) {
            return Err(Refusal::new(415, "not-supported", "the body must be application/fhir+json"));
        }
        let text = std::str::from_utf8(&self.body).map_err(|_| Refusal::bad("the body is not UTF-8"))?;
        // `parse` rather than `from_str`: the same parser, compiled once and optimised.
        text.parse().map_err(|error| Refusal::new(400, "structure", format!("the body is not JSON: {error}")))
    }
}

fn known(kind: &str) -> Result<(), Refusal> {
    if crate::store::params::types().any(|known| known == kind) {
        return Ok(());
    }
    Err(Refusal::new(404, "not-supported", format!("{kind} is not a resource type of this server")))
}

fn respond(world: &World, answer: Answer, prefer: &Prefer) -> Response {
    let base = &world.urls.fhir;
    let usual = if world.rules.answers_with_resource() { "representation" } else { "minimal" };
    let short = world.rules.short_answer_is().filter(|_| answer.wrote);
    let give_back = match (answer.wrote, short) {
        (true, Some(_)) => "minimal",
        (true, None) => prefer.give_back.as_deref().unwrap_or(usual),
        (false, _) => "representation",
    };
    let body = match give_back {
        "minimal" => None,
        "OperationOutcome" => Some(information("done").into()),
        _ => answer.body,
    };
    let mut response = match body {
        Some(body) => text(answer.status, FHIR_JSON, body.into_text()),
        None => plain(answer.status, Body::empty()),
    };
    if let Some(kind) = short {
        set(response.headers_mut(), header::CONTENT_TYPE, kind);
    }
    if let Some((kind, id, version)) = answer.subject {
        let headers = response.headers_mut();
        set(headers, header::ETAG, &format!("W/\"{}\"", version.number));
        set(headers, header::LAST_MODIFIED, &clock::http_date(version.at));
        if answer.wrote {
            let location = format!("{base}/{kind}/{id}/_history/{}", version.number);
            set(headers, header::LOCATION, &location);
        }
    }
    response
}

/// A refusal as an HTTP answer.
pub fn refused(refusal: &Refusal) -> Response {
    let mut response = json(refusal.status, FHIR_JSON, &refusal.outcome());
    if refusal.status == 401 {
        set(response.headers_mut(), header::WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"");
    }
    response
}

/// A JSON answer.
pub fn json(status: u16, kind: &str, body: &Value) -> Response {
    text(status, kind, body.to_string())
}

fn text(status: u16, kind: &str, body: String) -> Response {
    let mut response = plain(status, Body::from(body));
    set(response.headers_mut(), header::CONTENT_TYPE, kind);
    response
}

/// An answer with nothing but a status and a body.
pub fn plain(status: u16, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response
}

/// Sets a header, when its value is one.
pub fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
