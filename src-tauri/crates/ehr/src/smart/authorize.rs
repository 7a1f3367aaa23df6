//! The authorization request: everything that the answer must match is bound to its `state`.

use super::{Registration, SmartConfiguration, keys};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use oauth2::{PkceCodeChallenge, PkceCodeVerifier};
use url::Url;
use zeroize::Zeroizing;

/// How long a sign-in may take in the browser; then its `state` is void.
pub const SIGN_IN_SECONDS: i64 = 300;

/// How we are registered at an EHR.
#[derive(Clone)]
pub struct Client {
    pub registration: Registration,
    pub scopes: Vec<String>,
    /// This EHR leaves the nonce out of its id_token (OpenID Connect wants it echoed). One that is
    /// there must match all the same.
    pub nonce_optional: bool,
}

/// A sign-in that is under way. Not `Debug`: it holds the verifier.
pub struct Authorization {
    /// FHIR base, normalised; `aud` of the request.
    pub iss: String,
    pub configuration: SmartConfiguration,
    pub client: Client,
    pub redirect_uri: String,
    /// What was asked for, space-separated.
    pub(super) scopes: String,
    /// What the system browser opens.
    pub url: Url,
    /// 256 bits, single use.
    pub(super) state: String,
    pub(super) nonce: String,
    pub(super) verifier: Zeroizing<String>,
    expires: Timestamp,
    /// The EHR's keys, fetched while the clinician is in the browser.
    pub(super) keys: keys::Known,
}

impl Authorization {
    /// The sign-in took too long; no answer to it counts any more.
    pub fn has_expired(&self, now: Timestamp) -> bool {
        now >= self.expires
    }

    /// Who must have answered and signed the id_token: the discovered issuer, else the FHIR base.
    pub(super) fn issuer(&self) -> &str {
        self.configuration.issuer.as_deref().unwrap_or(&self.iss)
    }
}

/// What the sign-in is for. `anew`: whoever is signed in in the browser does not count, since the
/// screen is locked; the EHR is asked to sign in again (`prompt=login`, OpenID Connect Core 3.1.2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose<'a> {
    /// The EHR launched us with this opaque value.
    Launch { launch: &'a str, anew: bool },
    /// Standalone; the EHR lets the clinician pick a patient.
    Patient { anew: bool },
    /// Standalone; only who it is, always anew.
    Clinician,
}

/// Builds the request. `random` fills bytes from the operating system's generator.
pub fn authorize(
    configuration: SmartConfiguration,
    iss: &str,
    client: Client,
    redirect_uri: &str,
    purpose: Purpose<'_>,
    now: Timestamp,
    random: &dyn Fn(&mut [u8]),
) -> Authorization {
    let token = || {
        let mut bytes = Zeroizing::new([0u8; 32]);
        random(bytes.as_mut());
        URL_SAFE_NO_PAD.encode(*bytes)
    };
    let (state, nonce, verifier) = (token(), token(), Zeroizing::new(token()));
    let challenge =
        PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(verifier.to_string()));
    let mut scopes = client.scopes.clone();
    match purpose {
        Purpose::Launch { .. } => scopes.insert(0, "launch".to_owned()),
        Purpose::Patient { .. } => scopes.insert(0, "launch/patient".to_owned()),
        Purpose::Clinician => {}
    }
    let mut url = configuration.authorization.clone();
    {
        let mut query = url.query_pairs_mut();
        query
            .append_pair("response_type", "code")
            .append_pair("client_id", &client.registration.client_id)
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("scope", &scopes.join(" "))
            .append_pair("state", &state)
            .append_pair("nonce", &nonce)
            .append_pair("aud", iss)
            .append_pair("code_challenge", challenge.as_str())
            .append_pair("code_challenge_method", "S256");
        if let Purpose::Launch { launch, .. } = purpose {
            query.append_pair("launch", launch);
        }
        let anew = match purpose {
            Purpose::Launch { anew, .. } | Purpose::Patient { anew } => anew,
            Purpose::Clinician => true,
        };
        if anew {
            query.append_pair("prompt", "login");
        }
    }
    Authorization {
        iss: iss.to_owned(),
        configuration,
        client,
        redirect_uri: redirect_uri.to_owned(),
        scopes: scopes.join(" "),
        url,
        state,
        nonce,
        verifier,
        expires: now.checked_add(SignedDuration::from_secs(SIGN_IN_SECONDS)).unwrap_or(now),
        keys: keys::Known::default(),
    }
}
