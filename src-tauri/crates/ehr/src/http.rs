//! The one HTTP client: OS trust store, no redirects, bounded time and bodies.

use crate::EhrError;
use crate::check::Surprise;
use futures_util::StreamExt;
use jiff::SignedDuration;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, IF_MATCH, IF_NONE_MATCH, RETRY_AFTER};
use serde_json::Value;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use url::{Host, Url};

/// Largest body that is read, decompressed, in bytes. A page of 200 resources is well below 10 MB.
pub const MAX_BODY: usize = 32 * 1024 * 1024;
/// Longest wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Longest silence while an answer is read.
const READ_TIMEOUT: Duration = Duration::from_secs(30);
/// Longest time for one exchange.
const TOTAL_TIMEOUT: Duration = Duration::from_secs(90);

/// Shared by everything that talks to an EHR.
#[derive(Clone)]
pub struct Http {
    client: Arc<RwLock<reqwest::Client>>,
}

/// An answer, read to its end.
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    /// `None` when the body is empty.
    pub json: Option<Value>,
}

/// On what an exchange depends.
#[derive(Clone, Copy)]
pub(crate) enum Condition<'a> {
    /// A create: only when this search finds nothing.
    NoneExists(&'a str),
    /// A read: only when it is no longer what this ETag names.
    NoneMatches(&'a str),
    /// A change: only while it is what this ETag names.
    Matches(&'a str),
}

impl Http {
    /// Builds the client. Fails only when the TLS backend cannot start.
    pub fn new() -> Result<Self, EhrError> {
        // Another part of the process may have installed the provider; either is ring.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Ok(Self { client: Arc::new(RwLock::new(Self::build()?)) })
    }

    fn build() -> Result<reqwest::Client, EhrError> {
        reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(READ_TIMEOUT)
            .timeout(TOTAL_TIMEOUT)
            .https_only(false)
            .user_agent(concat!("Chartside/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|_| EhrError::Unreachable)
    }

    fn client(&self) -> reqwest::Client {
        self.client.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Drops idle connections with everything that their buffers still hold.
    pub fn forget(&self) {
        if let Ok(fresh) = Self::build() {
            *self.client.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        }
    }

    /// GET of a JSON document without any token.
    pub async fn get_public_json(&self, url: &Url) -> Result<Value, EhrError> {
        let answer =
            self.exchange(self.client().get(url.clone()).header(ACCEPT, "application/json"), url).await?;
        match (answer.status, answer.json) {
            (200, Some(json)) => Ok(json),
            (200, None) => Err(EhrError::NotWhatWasAsked(Surprise::Empty)),
            (status, json) => Err(status_error(status, json.as_ref(), &answer.headers)),
        }
    }

    /// One FHIR exchange with the access token.
    pub(crate) async fn fhir(
        &self,
        method: reqwest::Method,
        url: &Url,
        token: &str,
        body: Option<&str>,
        condition: Option<Condition<'_>>,
    ) -> Result<Answer, EhrError> {
        let mut request = self
            .client()
            .request(method, url.clone())
            .bearer_auth(token)
            .header(ACCEPT, fhir::write::FHIR_JSON);
        if let Some(body) = body {
            request = request
                .header(CONTENT_TYPE, fhir::write::FHIR_JSON)
                .header("Prefer", "return=representation")
                .body(body.to_owned());
        }
        request = match condition {
            Some(Condition::NoneExists(query)) => request.header("If-None-Exist", query),
            Some(Condition::Matches(version)) => request.header(IF_MATCH, version),
            Some(Condition::NoneMatches(etag)) => request.header(IF_NONE_MATCH, etag),
            None => request,
        };
        self.exchange(request, url).await
    }

    /// What `oauth2` needs: its request out, the raw answer back.
    pub(crate) async fn oauth(&self, request: oauth2::HttpRequest) -> Result<oauth2::HttpResponse, EhrError> {
        let (parts, body) = request.into_parts();
        let url = Url::parse(&parts.uri.to_string()).map_err(|_| EhrError::Insecure)?;
        let outgoing = self.client().request(parts.method, url.clone()).headers(parts.headers).body(body);
        let (status, headers, bytes) = self.raw(outgoing, &url).await?;
        let mut response = oauth2::HttpResponse::new(bytes);
        *response.status_mut() = oauth2::http::StatusCode::from_u16(status)
            .map_err(|_| EhrError::NotWhatWasAsked(Surprise::StrangeStatus))?;
        *response.headers_mut() = headers;
        Ok(response)
    }

    async fn exchange(&self, request: reqwest::RequestBuilder, url: &Url) -> Result<Answer, EhrError> {
        let (status, headers, bytes) = self.raw(request, url).await?;
        let blank = bytes.iter().all(u8::is_ascii_whitespace);
        let html = headers
            .get(CONTENT_TYPE)
            .and_then(|v| v.to_str().ok())
            .is_some_and(|v| v.trim_start().to_ascii_lowercase().starts_with("text/html"));
        let json = match (blank, serde_json::from_slice(&bytes)) {
            (true, _) => None,
            (false, Ok(json)) => Some(json),
            // The body of a refusal need not be JSON, and some servers answer 201 with text/html.
            (false, Err(_)) if status != 200 => None,
            (false, Err(_)) if html => return Err(EhrError::NotWhatWasAsked(Surprise::WebPage)),
            (false, Err(_)) => return Err(EhrError::NotWhatWasAsked(Surprise::NoJson)),
        };
        Ok(Answer { status, headers, json })
    }

    async fn raw(
        &self,
        request: reqwest::RequestBuilder,
        url: &Url,
    ) -> Result<(u16, HeaderMap, Vec<u8>), EhrError> {
        if !secure(url) {
            return Err(EhrError::Insecure);
        }
        let response = request.send().await.map_err(|e| classify(&e))?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        if response.content_length().is_some_and(|n| n > MAX_BODY as u64) {
            return Err(EhrError::TooLarge);
        }
        let length = response.content_length().unwrap_or_default() as usize;
        let mut body = Vec::with_capacity(length);
        let mut chunks = response.bytes_stream();
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|_| EhrError::NoAnswer)?;
            if body.len() + chunk.len() > MAX_BODY {
                return Err(EhrError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok((status, headers, body))
    }
}

/// https, or plain http to this machine (RFC 8252 §8.3 allows loopback; the sandbox lives there).
pub fn secure(url: &Url) -> bool {
    match (url.scheme(), url.host()) {
        ("https", Some(_)) => true,
        ("http", Some(Host::Ipv4(ip))) => ip.is_loopback(),
        ("http", Some(Host::Ipv6(ip))) => ip.is_loopback(),
        ("http", Some(Host::Domain(name))) => name == "localhost",
        _ => false,
    }
}

/// Whether anything can have reached the EHR. Only a failed connection is sure that nothing did.
fn classify(error: &reqwest::Error) -> EhrError {
    if error.is_connect() || error.is_builder() { EhrError::Unreachable } else { EhrError::NoAnswer }
}

/// The error of a status other than 2xx.
pub(crate) fn status_error(status: u16, json: Option<&Value>, headers: &HeaderMap) -> EhrError {
    if status == 401 {
        return EhrError::Unauthorised;
    }
    let retry_after = headers
        .get(RETRY_AFTER)
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.trim().parse::<i64>().ok())
        .filter(|s| (0..=86_400).contains(s))
        .map(SignedDuration::from_secs);
    EhrError::Status { status, outcome: json.map(fhir::outcome::outcome).unwrap_or_default(), retry_after }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_this_machine_only() {
        let is = |u: &str| secure(&Url::parse(u).unwrap());
        assert!(
            is("https://ehr.example/fhir")
                && is("http://127.0.0.1:1/fhir")
                && is("http://[::1]/")
                && is("http://localhost/")
        );
        assert!(
            !is("http://ehr.example/")
                && !is("http://localhost.evil.example/")
                && !is("http://10.0.0.1/")
                && !is("file:///etc/passwd")
        );
    }
}
