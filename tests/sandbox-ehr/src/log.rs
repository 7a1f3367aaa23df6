//! The captured requests: what a client really sent, in order.

use crate::clock;
use crate::world::locked;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Mutex;

/// One FHIR or token request as it arrived, and how it was answered.
#[derive(Debug, Clone, Serialize)]
pub struct Captured {
    /// Counts up from 1 within one sandbox.
    pub number: u64,
    /// When it arrived, in UTC.
    pub at: String,
    /// The HTTP method.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// The headers, in lower case, without credentials.
    pub headers: BTreeMap<String, String>,
    /// Whether an Authorization header came with it.
    pub authorized: bool,
    /// The body as text.
    pub body: String,
    /// The status answered; none when the connection was cut without an answer.
    pub status: Option<u16>,
    /// The fault that was injected, if any.
    pub fault: Option<String>,
    /// How long it took.
    pub millis: i64,
}

/// All captured requests of one sandbox.
#[derive(Debug, Default)]
pub struct Log {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    last: u64,
    /// Requests that are not answered yet, and the most of them at any time.
    open: std::collections::BTreeSet<u64>,
    most: usize,
    entries: Vec<Captured>,
}

impl Log {
    pub(crate) fn arrived(&self, method: &Method, uri: &Uri, headers: &HeaderMap, body: &[u8]) -> u64 {
        let shown = |name: &str| !matches!(name, "authorization" | "cookie");
        let headers_shown = headers
            .iter()
            .filter(|(name, _)| shown(name.as_str()))
            .map(|(name, value)| {
                (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
            })
            .collect();
        let mut inner = locked(&self.inner);
        inner.last += 1;
        let number = inner.last;
        inner.open.insert(number);
        inner.most = inner.most.max(inner.open.len());
        inner.entries.push(Captured {
            number,
            at: clock::instant(clock::now()),
            method: method.to_string(),
            path: uri.path_and_query().map_or_else(|| uri.path().to_owned(), ToString::to_string),
            headers: headers_shown,
            authorized: headers.contains_key("authorization"),
            body: String::from_utf8_lossy(body).into_owned(),
            status: None,
            fault: None,
            millis: 0,
        });
        number
    }

    pub(crate) fn answered(&self, number: u64, status: Option<StatusCode>, fault: Option<String>) {
        let mut inner = locked(&self.inner);
        inner.open.remove(&number);
        if let Some(entry) = inner.entries.iter_mut().rev().find(|entry| entry.number == number) {
            entry.status = status.map(|status| status.as_u16());
            entry.fault = fault;
            let began = entry.at.parse::<jiff::Timestamp>().unwrap_or_else(|_| clock::now());
            entry.millis = clock::now().as_millisecond() - began.as_millisecond();
        }
    }

    /// The requests so far, oldest first.
    pub fn entries(&self) -> Vec<Captured> {
        locked(&self.inner).entries.clone()
    }

    /// The most requests that were under way at the same time.
    pub fn most_at_once(&self) -> usize {
        locked(&self.inner).most
    }

    /// Forgets what was captured.
    pub fn clear(&self) {
        let mut inner = locked(&self.inner);
        inner.entries.clear();
        inner.most = inner.open.len();
    }
}
