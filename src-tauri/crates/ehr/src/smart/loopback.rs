//! The loopback listener: answers the browser's redirect (one path, one request that counts, then
//! it closes) and, in another life, the EHR's launch link.

use crate::EhrError;
use crate::error::SignInCheck;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Largest request head that is read, in bytes.
const MAX_HEAD: usize = 16 * 1024;
/// Longest wait for a browser to send its request.
const HEAD_TIMEOUT: Duration = Duration::from_secs(5);

/// A listener on 127.0.0.1.
pub struct Loopback {
    listener: TcpListener,
    port: u16,
}

/// A request for our path; answer it, and the connection closes.
pub struct Visitor {
    stream: TcpStream,
    /// Path and query as sent.
    pub target: String,
}

impl Loopback {
    /// Binds to this port, or to a free one with 0. The literal IP, never `localhost` (RFC 8252 §8.3).
    pub async fn bind(port: u16) -> Result<Self, EhrError> {
        let listener = TcpListener::bind(("127.0.0.1", port)).await.map_err(|_| SignInCheck::Listener)?;
        let port = listener.local_addr().map_err(|_| SignInCheck::Listener)?.port();
        Ok(Self { listener, port })
    }

    /// The port that it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Waits for a GET of `path`; everything else is answered 404 and forgotten.
    pub async fn visitor(&self, path: &str) -> Result<Visitor, EhrError> {
        loop {
            let (mut stream, _) = self.listener.accept().await.map_err(|_| SignInCheck::Listener)?;
            let head = tokio::time::timeout(HEAD_TIMEOUT, read_head(&mut stream)).await;
            let Ok(Some(target)) = head else { continue };
            if target.split('?').next() == Some(path) {
                return Ok(Visitor { stream, target });
            }
            respond(&mut stream, "404 Not Found", "Not found", "").await;
        }
    }
}

impl Visitor {
    /// Answers with a small page; nothing of the request is repeated in it.
    pub async fn answer(mut self, title: &str, words: &str) {
        respond(&mut self.stream, "200 OK", title, words).await;
    }
}

async fn read_head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    let mut chunk = [0u8; 2048];
    while !head.windows(4).any(|w| w == b"\r\n\r\n") {
        let n = stream.read(&mut chunk).await.ok()?;
        if n == 0 || head.len() + n > MAX_HEAD {
            return None;
        }
        head.extend_from_slice(&chunk[..n]);
    }
    let line = String::from_utf8_lossy(&head).lines().next()?.to_owned();
    let mut parts = line.split(' ');
    let (method, target) = (parts.next()?, parts.next()?);
    (method == "GET" && target.starts_with('/')).then(|| target.to_owned())
}

async fn respond(stream: &mut TcpStream, status: &str, title: &str, words: &str) {
    let page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{title}</title><style>body{{font:16px system-ui;margin:20vh auto;max-width:28rem;text-align:center;color-scheme:light dark}}</style><h1 style=\"font-size:20px\">{title}</h1><p>{words}</p></html>"
    );
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nCache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nContent-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\nConnection: close\r\n\r\n",
        page.len()
    );
    // The browser may have gone; there is nobody to tell.
    let _ = stream.write_all(head.as_bytes()).await;
    let _ = stream.write_all(page.as_bytes()).await;
    let _ = stream.shutdown().await;
}
