//! The loopback listener: answers the browser's redirect (one path, one request that counts, then
//! it closes) and, in another life, the EHR's launch link.

use crate::EhrError;
use crate::check::SignInCheck;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// Largest request head that is read, in bytes.
const MAX_HEAD: usize = 16 * 1024;
/// Longest wait for a browser to send its request.
const HEAD_TIMEOUT: Duration = Duration::from_secs(5);

/// Connections that are read at a time.
const MAX_CONNECTIONS: usize = 32;

/// Pause after the system refused to hand over a connection (too many open files, say).
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// A listener on 127.0.0.1.
pub struct Loopback<S = TcpListener> {
    source: S,
    port: u16,
    /// Connections whose head is being read, side by side: browsers open some on which they say
    /// nothing, and two launches may come at once.
    reading: JoinSet<Option<(TcpStream, String)>>,
}

/// Where connections come from.
pub trait Source {
    /// The next connection.
    fn next(&self) -> impl Future<Output = std::io::Result<TcpStream>> + Send;
}

impl Source for TcpListener {
    async fn next(&self) -> std::io::Result<TcpStream> {
        self.accept().await.map(|(stream, _)| stream)
    }
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
        let source = TcpListener::bind(("127.0.0.1", port)).await.map_err(|_| SignInCheck::Listener)?;
        let port = source.local_addr().map_err(|_| SignInCheck::Listener)?.port();
        Ok(Self { source, port, reading: JoinSet::new() })
    }
}

impl<S: Source> Loopback<S> {
    /// The port that it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Waits for a GET of `path`; everything else is answered 404 and forgotten. May be asked again
    /// and again, and dropped while waiting, without losing a connection that is being read.
    pub async fn visitor(&mut self, path: &str) -> Visitor {
        loop {
            tokio::select! {
                next = self.source.next(), if self.reading.len() < MAX_CONNECTIONS => match next {
                    Ok(mut stream) => {
                        let host = format!("127.0.0.1:{}", self.port);
                        self.reading.spawn(async move {
                            let target = tokio::time::timeout(HEAD_TIMEOUT, read_head(&mut stream, &host)).await;
                            target.ok().flatten().map(|target| (stream, target))
                        });
                    }
                    // The listener itself is well; the next connection may be.
                    Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
                },
                Some(read) = self.reading.join_next() => {
                    let Ok(Some((stream, target))) = read else { continue };
                    let visitor = Visitor { stream, target };
                    if visitor.target.split('?').next() == Some(path) {
                        return visitor;
                    }
                    tokio::spawn(visitor.not_found());
                }
            }
        }
    }
}

impl Visitor {
    /// Answers with a small page; nothing of the request is repeated in it.
    pub async fn answer(mut self, title: &str, words: &str) {
        respond(&mut self.stream, "200 OK", title, words).await;
    }

    async fn not_found(mut self) {
        respond(&mut self.stream, "404 Not Found", "Not found", "").await;
    }
}

/// The target of a GET that a person's browser navigates to on this very host. A page that only
/// wants to reach into this machine (an image, a script, a rebound name) is not heard.
async fn read_head(stream: &mut TcpStream, host: &str) -> Option<String> {
    let mut head = Vec::new();
    let mut chunk = [0u8; 2048];
    while !head.windows(4).any(|w| w == b"\r\n\r\n") {
        let n = stream.read(&mut chunk).await.ok()?;
        if n == 0 || head.len() + n > MAX_HEAD {
            return None;
        }
        head.extend_from_slice(&chunk[..n]);
    }
    let head = String::from_utf8_lossy(&head);
    let mut lines = head.lines();
    let mut parts = lines.next()?.split(' ');
    let (method, target) = (parts.next()?, parts.next()?);
    let headers: Vec<(String, &str)> =
        lines.filter_map(|l| l.split_once(':')).map(|(k, v)| (k.to_ascii_lowercase(), v.trim())).collect();
    let all = |name: &str, good: &dyn Fn(&str) -> bool| {
        headers.iter().filter(|(k, _)| k == name).all(|(_, v)| good(v))
    };
    let ours = all("host", &|v| v == host)
        && all("sec-fetch-mode", &|v| v == "navigate")
        && all("sec-fetch-dest", &|v| v == "document");
    (method == "GET" && target.starts_with('/') && ours).then(|| target.to_owned())
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

#[cfg(test)]
mod tests {
    use super::*;

    async fn ask(port: u16, head: &str) -> TcpStream {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        stream.write_all(head.replace("PORT", &port.to_string()).as_bytes()).await.unwrap();
        stream
    }

    #[tokio::test]
    async fn silent_and_foreign_connections_do_not_keep_the_browser_waiting() {
        let mut loopback = Loopback::bind(0).await.unwrap();
        let port = loopback.port();
        let _silent = ask(port, "").await;
        let _half = ask(port, "GET /callback?code=half HTTP/1.1\r\n").await;
        for bad in [
            "POST /callback?code=bad HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n",
            "GET /callback?code=bad HTTP/1.1\r\nHost: rebound.example\r\n\r\n",
            "GET /callback?code=bad HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nSec-Fetch-Mode: no-cors\r\n\r\n",
            "GET /other HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n",
        ] {
            ask(port, bad).await;
        }
        let _good = ask(port, "GET /callback?code=good HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n").await;
        let visitor = tokio::time::timeout(HEAD_TIMEOUT / 2, loopback.visitor("/callback")).await.unwrap();
        assert_eq!(visitor.target, "/callback?code=good");
    }

    #[tokio::test]
    async fn two_visitors_at_once_are_both_heard() {
        let mut loopback = Loopback::bind(0).await.unwrap();
        let port = loopback.port();
        let mut half = ask(port, "GET /launch?n=1 HTTP/1.1\r\n").await;
        let _second = ask(port, "GET /launch?n=2 HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n").await;
        assert_eq!(loopback.visitor("/launch").await.target, "/launch?n=2");
        half.write_all(format!("Host: 127.0.0.1:{port}\r\n\r\n").as_bytes()).await.unwrap();
        assert_eq!(loopback.visitor("/launch").await.target, "/launch?n=1");
    }

    /// Refuses a few times like a system that is out of file handles.
    struct Short(TcpListener, std::sync::atomic::AtomicU32);

    impl Source for Short {
        async fn next(&self) -> std::io::Result<TcpStream> {
            if self.1.fetch_add(1, std::sync::atomic::Ordering::Relaxed) < 3 {
                return Err(std::io::Error::other("too many open files"));
            }
            self.0.next().await
        }
    }

    #[tokio::test]
    async fn a_system_out_of_file_handles_only_costs_time() {
        let Loopback { source, port, reading } = Loopback::bind(0).await.unwrap();
        let mut loopback = Loopback { source: Short(source, 0.into()), port, reading };
        let _visitor = ask(port, "GET /launch HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n").await;
        let visitor = tokio::time::timeout(HEAD_TIMEOUT / 2, loopback.visitor("/launch")).await.unwrap();
        assert_eq!(visitor.target, "/launch");
    }
}
