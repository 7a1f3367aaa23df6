//! The line to the EHR: TLS 1.2 or newer, to a server that the computer's trust store vouches for,
//! before anything is said.

use chartside_tests::app::{self, App, Call};
use chartside_tests::hostile::attack::link;
use companion::contract::ErrorCode;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::json;
use std::sync::Arc;
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

const TLS_1_2: u16 = 0x0303;
const TLS_1_3: u16 = 0x0304;
/// RFC 8446, 4.2.1.
const SUPPORTED_VERSIONS: u16 = 43;

/// An app whose EHR is at this https port, and a launch from there, which must come to nothing.
async fn launch_at(port: u16) {
    let data = tempfile::tempdir().unwrap();
    let iss = format!("https://127.0.0.1:{port}/fhir");
    let app = App::start(data.path(), app::policy(&iss, "https://rooms.example")).await;
    let error = app.call("launch", json!({ "url": link(&iss) })).await.expect_err("refused");
    assert_eq!(error.code, ErrorCode::EhrUnreachable, "{}", error.message);
    assert!(app.opened().await.is_empty(), "no browser was opened");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_nobody_vouches_for_is_told_nothing() {
    let pem = include_str!("../fixtures/keys/self-signed.pem");
    let certificate = CertificateDer::from_pem_slice(pem.as_bytes()).unwrap();
    let key = PrivateKeyDer::from_pem_slice(pem.as_bytes()).unwrap();
    let ring = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(ring)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut told = Vec::new();
        // A client may still say no after the server is through with its part.
        if let Ok(mut tls) = TlsAcceptor::from(Arc::new(config)).accept(stream).await {
            let _ = tls.read_buf(&mut told).await;
        }
        told
    });
    launch_at(port).await;
    assert_eq!(server.await.unwrap(), b"", "not one byte of a request");
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_1_3_and_1_2_are_offered_and_nothing_older() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut head = [0; 5];
        stream.read_exact(&mut head).await.unwrap();
        let mut hello = vec![0; usize::from(u16::from_be_bytes([head[3], head[4]]))];
        stream.read_exact(&mut hello).await.unwrap();
        (head[0], hello)
    });
    launch_at(port).await;
    let (kind, hello) = server.await.unwrap();
    assert_eq!(kind, 22, "a handshake, not a request in the clear");
    let mut offered = versions(&hello);
    offered.sort_unstable();
    assert_eq!(offered, [TLS_1_2, TLS_1_3]);
}

/// The versions of a ClientHello (RFC 8446, 4.1.2).
fn versions(hello: &[u8]) -> Vec<u16> {
    let two = |at: usize| u16::from_be_bytes([hello[at], hello[at + 1]]);
    // type and length, old version, random
    let mut at = 4 + 2 + 32;
    at += 1 + usize::from(hello[at]); // session
    at += 2 + usize::from(two(at)); // ciphers
    at += 1 + usize::from(hello[at]); // compression
    at += 2;
    while at < hello.len() {
        let (kind, length) = (two(at), usize::from(two(at + 2)));
        if kind == SUPPORTED_VERSIONS {
            let list = &hello[at + 5..at + 4 + length];
            return list.chunks(2).map(|v| u16::from_be_bytes([v[0], v[1]])).collect();
        }
        at += 4 + length;
    }
    vec![two(4)]
}
