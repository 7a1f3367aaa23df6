//! The HTTP face of the command table.

use crate::browser::Recorder;
use crate::download::Downloads;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use base64::Engine;
use companion::contract::{AppEvent, ErrorCode, Topic};
use companion::host::Entropy;
use companion::{Companion, command};
use futures_util::stream;
use serde_json::{Value, json};
use std::path::{Component, PathBuf};
use std::sync::Arc;
use tokio::sync::broadcast::error::RecvError;

#[derive(Clone)]
struct Shared {
    companion: Arc<Companion>,
    browser: Arc<Recorder>,
    downloads: Arc<Downloads>,
    token: Arc<str>,
    ui: Option<PathBuf>,
    /// The content security policy of the page, as strict as the window's.
    security: Arc<str>,
}

/// 256 bits, base64url.
pub fn new_token() -> String {
    let mut bytes = [0u8; 32];
    desktop::OsEntropy.fill(&mut bytes);
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

/// All routes. Only the built UI is served without the token: it holds nothing.
pub fn router(
    companion: Arc<Companion>,
    browser: Arc<Recorder>,
    downloads: Arc<Downloads>,
    token: String,
    ui: Option<PathBuf>,
    frames: &str,
) -> Router {
    let security = format!(
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-src {frames}; object-src 'none'; base-uri 'none'; form-action 'none'"
    );
    let shared = Shared { companion, browser, downloads, token: token.into(), ui, security: security.into() };
    Router::new()
        .route("/commands", get(commands))
        .route("/command/{name}", post(run))
        .route("/events", get(events))
        .route("/browser", get(opened))
        .route("/download", post(download))
        .route_layer(middleware::from_fn_with_state(shared.clone(), guard))
        .fallback(page)
        .layer(middleware::from_fn(cross_origin))
        .with_state(shared)
}

async fn guard(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let given = request.headers().get(header::AUTHORIZATION).and_then(|v| v.to_str().ok());
    let expected = format!("Bearer {}", shared.token);
    if given == Some(expected.as_str()) || request.method() == Method::OPTIONS {
        return next.run(request).await;
    }
    (StatusCode::UNAUTHORIZED, "a bearer token is needed").into_response()
}

/// The page may be served by a development server on another loopback port.
async fn cross_origin(request: Request, next: Next) -> Response {
    let origin = request.headers().get(header::ORIGIN).cloned();
    let local = origin.filter(|o| {
        o.to_str().is_ok_and(|o| o.starts_with("http://127.0.0.1:") || o.starts_with("http://localhost:"))
    });
    let mut response = if request.method() == Method::OPTIONS {
        StatusCode::NO_CONTENT.into_response()
    } else {
        next.run(request).await
    };
    if let Some(origin) = local {
        let headers = response.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            HeaderValue::from_static("authorization, content-type"),
        );
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST"));
    }
    response
}

fn json_response(status: StatusCode, value: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}

async fn commands() -> Response {
    json_response(StatusCode::OK, &command::describe())
}

async fn opened(State(shared): State<Shared>) -> Response {
    json_response(StatusCode::OK, &json!(shared.browser.opened()))
}

/// The oldest file that was saved and not fetched yet; its name is in no address.
async fn download(State(shared): State<Shared>) -> Response {
    let Some((name, bytes)) = shared.downloads.take() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let data = base64::engine::general_purpose::STANDARD.encode(bytes);
    let mut response = json_response(StatusCode::OK, &json!({ "name": name, "data": data }));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

async fn run(State(shared): State<Shared>, Path(name): Path<String>, body: Bytes) -> Response {
    let arguments = if body.is_empty() { Ok(Value::Null) } else { serde_json::from_slice(&body) };
    let Ok(arguments) = arguments else {
        return json_response(
            StatusCode::BAD_REQUEST,
            &json!({ "code": "invalid_input", "message": "The body is no JSON.", "retryable": false, "correlation_id": "-" }),
        );
    };
    match command::run(&shared.companion, &name, arguments).await {
        Ok(result) => json_response(StatusCode::OK, &result),
        Err(error) => {
            let status = match error.code {
                ErrorCode::UnknownCommand | ErrorCode::VisitNotFound => StatusCode::NOT_FOUND,
                ErrorCode::InvalidInput | ErrorCode::LaunchInvalid => StatusCode::BAD_REQUEST,
                ErrorCode::NotSignedIn => StatusCode::UNAUTHORIZED,
                ErrorCode::NotAllowed | ErrorCode::EhrNotAllowed => StatusCode::FORBIDDEN,
                ErrorCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
                _ => StatusCode::CONFLICT,
            };
            json_response(status, &serde_json::to_value(error).unwrap_or_default())
        }
    }
}

/// Events as server-sent JSON. A reader that fell behind is told to fetch everything again.
async fn events(State(shared): State<Shared>) -> Response {
    let receiver = shared.companion.events();
    let first = stream::once(async { Ok::<_, std::convert::Infallible>(": connected\n\n".to_owned()) });
    let rest = stream::unfold(receiver, |mut receiver| async move {
        let event = match receiver.recv().await {
            Ok(event) => event,
            Err(RecvError::Lagged(_)) => AppEvent { seq: 0, topic: Topic::App, visit: None },
            Err(RecvError::Closed) => return None,
        };
        let line = format!("data: {}\n\n", serde_json::to_string(&event).unwrap_or_default());
        Some((Ok(line), receiver))
    });
    let body = Body::from_stream(futures_util::StreamExt::chain(first, rest));
    ([(header::CONTENT_TYPE, "text/event-stream"), (header::CACHE_CONTROL, "no-store")], body).into_response()
}

/// The built UI, when `--ui` names its folder.
async fn page(State(shared): State<Shared>, request: Request) -> Response {
    let Some(folder) = &shared.ui else { return StatusCode::NOT_FOUND.into_response() };
    let wanted = request.uri().path().trim_start_matches('/');
    let wanted = if wanted.is_empty() { "index.html" } else { wanted };
    let relative = PathBuf::from(wanted);
    if !relative.components().all(|c| matches!(c, Component::Normal(_))) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let Ok(bytes) = tokio::fs::read(folder.join(&relative)).await else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let kind = match relative.extension().and_then(|e| e.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    };
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CONTENT_SECURITY_POLICY, &shared.security),
    ];
    (headers, bytes).into_response()
}
