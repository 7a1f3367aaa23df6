//! A plain HTTP client for the tests: one request a connection, nothing hidden.

#![allow(dead_code, clippy::unwrap_used, clippy::panic, clippy::format_push_string)]

use sandbox_ehr::{Config, Sandbox, TokenRequest};
use serde_json::Value;
use std::collections::HashMap;
use std::io;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use url::Url;

/// An answer, read to its end.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub headers: HashMap<String, String>,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn json(&self) -> Value {
        self.text().parse().unwrap_or_else(|_| panic!("not JSON: {}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// The query of the Location header.
    pub fn location(&self) -> HashMap<String, String> {
        Url::parse(self.header("location")).unwrap().query_pairs().into_owned().collect()
    }
}

/// Sends a request; an error when the connection ends before the answer does.
pub async fn send(method: &str, url: &str, headers: &[(&str, &str)], body: &str) -> io::Result<Reply> {
    let url = Url::parse(url).unwrap();
    let host = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap());
    let mut stream = TcpStream::connect(&host).await?;
    let target = &url[url::Position::BeforePath..url::Position::AfterQuery];
    let mut head = format!("{method} {target} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n");
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    head += &format!("content-length: {}\r\n\r\n", body.len());
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await?;
    let mut all = Vec::new();
    stream.read_to_end(&mut all).await?;
    parse(&all).ok_or_else(|| io::Error::other("the answer was cut"))
}

fn parse(all: &[u8]) -> Option<Reply> {
    let end = all.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&all[..end]).ok()?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers: HashMap<String, String> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let rest = &all[end + 4..];
    let body = match headers.get("content-length") {
        Some(length) => rest.get(..length.parse().ok()?)?.to_vec(),
        None if headers.contains_key("transfer-encoding") => unchunked(rest)?,
        None => rest.to_vec(),
    };
    Some(Reply { status, headers, body })
}

fn unchunked(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = rest.windows(2).position(|two| two == b"\r\n")?;
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..end]).ok()?, 16).ok()?;
        if size == 0 {
            return Some(body);
        }
        body.extend(rest.get(end + 2..end + 2 + size)?);
        rest = rest.get(end + 4 + size..)?;
    }
}

/// A sandbox with a token that may do everything.
pub struct Clinic {
    pub sandbox: Sandbox,
    pub token: String,
}

impl Clinic {
    pub async fn open(config: Config) -> Self {
        let sandbox = Sandbox::start(config).await.unwrap();
        let token = sandbox.token(wants("user/*.cruds", None)).await;
        Self { sandbox, token }
    }

    /// No data but `Patient/patient-1` and `Practitioner/clinician-1`.
    pub async fn tiny() -> Self {
        Self::open(Config::tiny()).await
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}/{path}", self.sandbox.urls.fhir)
    }

    pub async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> Reply {
        self.try_to(method, path, headers, body).await.unwrap()
    }

    pub async fn try_to(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> io::Result<Reply> {
        let bearer = format!("Bearer {}", self.token);
        let mut all = vec![("authorization", bearer.as_str())];
        if headers.iter().all(|(name, _)| *name != "content-type") {
            all.push(("content-type", "application/fhir+json"));
        }
        all.extend(headers);
        let body = if body.is_null() { String::new() } else { body.to_string() };
        send(method, &self.url(path), &all, &body).await
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.ask("GET", path, &[], &Value::Null).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        self.ask("POST", path, &[], body).await
    }

    /// The same sandbox seen through another token.
    pub async fn with_scopes(self, scopes: &str, patient: Option<&str>) -> Self {
        let token = self.sandbox.token(wants(scopes, patient)).await;
        Self { token, ..self }
    }
}

pub fn wants(scopes: &str, patient: Option<&str>) -> TokenRequest {
    TokenRequest {
        user: None,
        patient: patient.map(str::to_owned),
        encounter: None,
        scopes: scopes.to_owned(),
        ttl: None,
    }
}

/// The ids of a searchset's matches.
pub fn ids(bundle: &Value) -> Vec<String> {
    let entries = bundle["entry"].as_array().cloned().unwrap_or_default();
    let id = |entry: &Value| entry["resource"]["id"].as_str().unwrap().to_owned();
    entries.iter().filter(|entry| entry["search"]["mode"] == "match").map(id).collect()
}
