//! The front door: takes connections, captures API requests and lets faults strike.

use crate::error::Refusal;
use crate::faults::{Fault, FaultKind};
use crate::fhir::{self, BODY_LIMIT};
use crate::world::World;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Request, header};
use axum::response::Response;
use futures_util::stream;
use hyper::body::Incoming;
use hyper::service::{Service, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// The connection is to be cut without an answer.
#[derive(Debug, thiserror::Error)]
#[error("cut on purpose")]
struct Cut;

/// Serves until the task is aborted; while a "down" fault is in force, nothing listens.
pub async fn serve(listener: TcpListener, address: SocketAddr, world: Arc<World>, router: Router) {
    let mut down = world.faults.down();
    let mut connections = JoinSet::new();
    let mut listener = Some(listener);
    loop {
        if *down.borrow_and_update() {
            listener = None;
            connections.shutdown().await;
            if down.changed().await.is_err() {
                return;
            }
            continue;
        }
        let Some(open) = &listener else {
            listener = TcpListener::bind(address).await.ok();
            if listener.is_none() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            continue;
        };
        tokio::select! {
            changed = down.changed() => if changed.is_err() { return },
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
            Ok((stream, _)) = open.accept() => {
                if world.faults.refuses_connection() {
                    drop(stream);
                    continue;
                }
                connections.spawn(connection(stream, Arc::clone(&world), router.clone()));
            }
        }
    }
}

async fn connection(stream: TcpStream, world: Arc<World>, router: Router) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request: Request<Incoming>| {
        let (world, router) = (Arc::clone(&world), router.clone());
        async move { answer(&world, router, request.map(Body::new)).await }
    });
    // A cut connection ends in an error here, as it should.
    let _ = hyper::server::conn::http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades()
        .await;
}

async fn route(router: Router, request: Request<Body>) -> Response {
    match TowerToHyperService::new(router).call(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

async fn answer(world: &Arc<World>, router: Router, request: Request<Body>) -> Result<Response, Cut> {
    let path = request.uri().path();
    let captured = path.starts_with(fhir::ROOT) || matches!(path, "/auth/token" | "/auth/revoke");
    if !captured {
        return Ok(route(router, request).await);
    }
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, BODY_LIMIT).await else {
        return Ok(fhir::refused(&Refusal::new(413, "too-long", "the body is larger than 20 MB")));
    };
    let number = world.log.arrived(&parts.method, &parts.uri, &parts.headers, &body);
    let target = parts.uri.path_and_query().map_or("", |target| target.as_str());
    let struck = world.faults.strike(parts.method.as_str(), target);
    let names: Vec<String> = struck.iter().map(|fault| fault.kind.to_string()).collect();
    let request = Request::from_parts(parts, Body::from(body));
    let answered = under_faults(struck, router, request).await;
    let status = answered.as_ref().ok().map(Response::status);
    world.log.answered(number, status, (!names.is_empty()).then(|| names.join(",")));
    answered
}

/// Lets the faults strike before, instead of, or after the work.
async fn under_faults(struck: Vec<Fault>, router: Router, request: Request<Body>) -> Result<Response, Cut> {
    let mut last = None;
    for fault in struck {
        match fault.kind {
            FaultKind::Latency => tokio::time::sleep(Duration::from_millis(fault.ms.unwrap_or(1000))).await,
            FaultKind::Refuse | FaultKind::Down => return Err(Cut),
            FaultKind::Html => return Ok(login_page()),
            FaultKind::HugeBody => return Ok(huge(fault.mb.unwrap_or(64))),
            FaultKind::Status(status) if !fault.after_commit => return Ok(failed(status, &fault)),
            _ => last = Some(fault),
        }
    }
    let response = route(router, request).await;
    let Some(fault) = last else { return Ok(response) };
    match fault.kind {
        FaultKind::DropResponse => {
            tokio::time::sleep(Duration::from_millis(fault.ms.unwrap_or(0))).await;
            Err(Cut)
        }
        FaultKind::CutBody => Ok(cut(response).await),
        FaultKind::SlowBody => Ok(slow(response, fault.ms.unwrap_or(2000)).await),
        FaultKind::Status(status) => Ok(failed(status, &fault)),
        _ => Ok(response),
    }
}

/// The status, with the OperationOutcome and headers that usually go with it.
fn failed(status: u16, fault: &Fault) -> Response {
    let code = match status {
        401 => "login",
        403 => "forbidden",
        409 | 412 => "conflict",
        429 => "throttled",
        _ => "transient",
    };
    let mut response = fhir::refused(&Refusal::new(status, code, format!("injected fault {status}")));
    let retry = fault.seconds.or((status == 429).then_some(1));
    if let Some(seconds) = retry {
        fhir::set(response.headers_mut(), header::RETRY_AFTER, &seconds.to_string());
    }
    response
}

fn login_page() -> Response {
    let page = "<!doctype html><html><head><title>Sign in</title></head><body><h1>Network sign-in</h1>\
                <form><input name=user><input name=password type=password></form></body></html>";
    let mut response = fhir::plain(200, Body::from(page));
    fhir::set(response.headers_mut(), header::CONTENT_TYPE, "text/html; charset=utf-8");
    response
}

fn huge(megabytes: u64) -> Response {
    let chunk = Bytes::from(vec![b' '; 1024 * 1024]);
    let chunks = (0..megabytes).map(move |_| Ok::<_, io::Error>(chunk.clone()));
    let mut response = fhir::plain(200, Body::from_stream(stream::iter(chunks)));
    fhir::set(response.headers_mut(), header::CONTENT_TYPE, "application/fhir+json");
    response
}

/// Splits an answer into its head and all of its body.
async fn taken(response: Response) -> (axum::http::StatusCode, HeaderMap, Bytes) {
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    (parts.status, parts.headers, bytes)
}

async fn cut(response: Response) -> Response {
    let (status, headers, bytes) = taken(response).await;
    let first = bytes.slice(..bytes.len() / 2);
    let halves = stream::unfold(Some(first), |first| async move {
        if let Some(first) = first {
            return Some((Ok(first), None));
        }
        // Lets the first half leave before the connection is cut.
        tokio::time::sleep(Duration::from_millis(20)).await;
        Some((Err(io::Error::other("cut on purpose")), None))
    });
    let mut response = fhir::plain(status.as_u16(), Body::from_stream(halves));
    *response.headers_mut() = headers;
    fhir::set(response.headers_mut(), header::CONTENT_LENGTH, &bytes.len().to_string());
    response
}

async fn slow(response: Response, millis: u64) -> Response {
    const PIECES: usize = 20;
    let (status, headers, bytes) = taken(response).await;
    let size = bytes.len().div_ceil(PIECES).max(1);
    let pause = Duration::from_millis(millis / PIECES as u64);
    let pieces = stream::unfold(bytes, move |mut rest| async move {
        if rest.is_empty() {
            return None;
        }
        tokio::time::sleep(pause).await;
        let piece = rest.split_to(size.min(rest.len()));
        Some((Ok::<_, io::Error>(piece), rest))
    });
    let mut response = fhir::plain(status.as_u16(), Body::from_stream(pieces));
    *response.headers_mut() = headers;
    response
}
