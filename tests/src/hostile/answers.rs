//! What an honest EHR would answer. A test changes one answer and leaves the rest.

use super::jwt::{Jwt, Key, Signature, jwk};
use super::{CLIENT, Pending};
use serde_json::{Value, json};

/// An answer before it is sent.
#[derive(Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub json: Value,
    /// Sent instead of `json` when there.
    pub text: Option<String>,
}

impl Answer {
    pub fn json(json: Value) -> Self {
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        Self { status: 200, headers, json, text: None }
    }

    /// A web page, as a proxy or a sign-in wall answers.
    pub fn make_html(&mut self) {
        self.headers = vec![("content-type".into(), "text/html".into())];
        self.text = Some("<!doctype html><title>Sign in</title>".into());
    }

    pub fn make_redirect(&mut self, to: &str) {
        self.status = 302;
        self.headers.push(("location".into(), to.into()));
        self.text = Some(String::new());
    }
}

pub fn discovery(origin: &str) -> Value {
    json!({
        "issuer": format!("{origin}/fhir"),
        "jwks_uri": format!("{origin}/auth/jwks"),
        "authorization_endpoint": format!("{origin}/auth/authorize"),
        "token_endpoint": format!("{origin}/auth/token"),
        "revocation_endpoint": format!("{origin}/auth/revoke"),
        "grant_types_supported": ["authorization_code"],
        "capabilities": ["launch-ehr", "client-public", "sso-openid-connect"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true
    })
}

pub fn keys() -> Value {
    json!({ "keys": [jwk(Key::Ehr, "key-1")] })
}

pub fn id_token(origin: &str, asked: &Pending, now: i64) -> Jwt {
    Jwt {
        header: json!({ "alg": "RS256", "kid": "key-1", "typ": "JWT" }),
        claims: json!({
            "iss": format!("{origin}/fhir"), "sub": "dr-1", "aud": CLIENT,
            "iat": now, "exp": now + 300, "nonce": asked.nonce,
            "fhirUser": format!("{origin}/fhir/Practitioner/dr-1")
        }),
        signature: Signature::By(Key::Ehr),
    }
}

pub fn token(access: &str, refresh: &str, scope: &str) -> Value {
    json!({
        "access_token": access, "refresh_token": refresh, "token_type": "Bearer", "expires_in": 300,
        "scope": scope, "patient": "patient-1"
    })
}

/// A small but whole FHIR server: one clinician, one patient, nothing else.
pub fn fhir(path: &str) -> Answer {
    let json = match path {
        "/fhir/metadata" => json!({
            "resourceType": "CapabilityStatement", "fhirVersion": "4.0.1", "status": "active", "kind": "instance",
            "date": "2026-11-01", "format": ["json"], "rest": [{ "mode": "server", "resource": [] }]
        }),
        "/fhir/Practitioner/dr-1" => json!({
            "resourceType": "Practitioner", "id": "dr-1", "name": [{ "family": "Okafor", "given": ["Ada"] }],
            "qualification": [{ "code": { "text": "MD" } }]
        }),
        "/fhir/Patient/patient-1" => json!({
            "resourceType": "Patient", "id": "patient-1", "birthDate": "1961-04-05",
            "name": [{ "family": "Santos", "given": ["Maria"] }]
        }),
        _ => json!({ "resourceType": "Bundle", "type": "searchset", "entry": [] }),
    };
    Answer::json(json)
}
