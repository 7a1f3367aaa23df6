//! Codes for tokens, refresh with rotation, revocation. The answers' shapes are `oauth2`'s; what
//! SMART adds is read beside them.

use super::id_token::{self, Identity};
use super::{Authorization, Scopes, SmartConfiguration};
use crate::EhrError;
use crate::error::SignInCheck;
use crate::http::Http;
use jiff::{SignedDuration, Timestamp};
use oauth2::basic::{
    BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType,
};
use oauth2::{
    AuthorizationCode, ClientId, EndpointNotSet, EndpointSet, ExtraTokenFields, PkceCodeVerifier,
    RedirectUrl, RefreshToken, RequestTokenError, StandardRevocableToken, StandardTokenResponse,
    TokenResponse, TokenUrl,
};
use serde::{Deserialize, Serialize};
use url::Url;
use zeroize::Zeroizing;

/// Assumed life of an access token whose answer gives none, in seconds.
const DEFAULT_LIFE_SECONDS: u64 = 300;

/// What a sign-in or a refresh gave. Not `Debug`: it holds tokens.
#[derive(Clone)]
pub struct Grant {
    pub access: Zeroizing<String>,
    /// The newest one; the one before must not be used again.
    pub refresh: Option<Zeroizing<String>>,
    pub expires: Timestamp,
    pub scopes: Scopes,
    /// `Patient` id of the launch context.
    pub patient: Option<String>,
    /// `Encounter` id of the launch context.
    pub encounter: Option<String>,
    /// Who signed in; only a sign-in has it, not a refresh.
    pub identity: Option<Identity>,
}

/// What SMART adds to a token response. Numbers must not be declared here: this is flattened,
/// and serde cannot carry arbitrary-precision numbers through a flattened struct.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct SmartFields {
    id_token: Option<String>,
    patient: Option<String>,
    encounter: Option<String>,
}
impl ExtraTokenFields for SmartFields {}

type Response = StandardTokenResponse<SmartFields, BasicTokenType>;
type SmartClient = oauth2::Client<
    BasicErrorResponse,
    Response,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

fn client(client_id: &str, token: &Url) -> SmartClient {
    oauth2::Client::new(ClientId::new(client_id.to_owned())).set_token_uri(TokenUrl::from_url(token.clone()))
}

/// Redeems the redirect of the system browser. `target` is the path and query that the loopback
/// listener got. Everything is checked against the authorization that it answers.
pub async fn exchange(
    http: &Http,
    authorization: Authorization,
    target: &str,
    now: Timestamp,
) -> Result<Grant, EhrError> {
    let answer =
        Url::parse("http://127.0.0.1/").and_then(|u| u.join(target)).map_err(|_| SignInCheck::NoCode)?;
    let one = |name: &str| {
        let mut all = answer.query_pairs().filter(|(k, _)| k == name).map(|(_, v)| v.into_owned());
        all.next().filter(|_| all.next().is_none())
    };
    let state = one("state").ok_or(SignInCheck::State)?;
    if !same_secret(&state, &authorization.state) {
        return Err(SignInCheck::State.into());
    }
    // RFC 9207: when the server names itself, it must be the one that was asked.
    if let (Some(iss), Some(expected)) = (one("iss"), &authorization.configuration.issuer)
        && iss.trim_end_matches('/') != expected.trim_end_matches('/')
    {
        return Err(SignInCheck::Issuer.into());
    }
    if let Some(error) = one("error") {
        return Err(EhrError::Refused(error_code(&error)));
    }
    let code = one("code").ok_or(SignInCheck::NoCode)?;
    let redirect = RedirectUrl::new(authorization.redirect_uri.clone()).map_err(|_| SignInCheck::Listener)?;
    let response = client(&authorization.client_id, &authorization.configuration.token)
        .set_redirect_uri(redirect)
        .exchange_code(AuthorizationCode::new(code))
        .set_pkce_verifier(PkceCodeVerifier::new(authorization.verifier.to_string()))
        .request_async(http)
        .await
        .map_err(token_error)?;
    let id_token = response.extra_fields().id_token.as_deref().ok_or(SignInCheck::NoIdToken)?;
    let identity = id_token::verify(
        http,
        &authorization.configuration,
        &authorization.iss,
        &authorization.client_id,
        &authorization.nonce,
        id_token,
        now,
    )
    .await?;
    Ok(Grant { identity: Some(identity), ..grant(&response, None, &authorization.scopes, now)? })
}

/// Renews the access token. The EHR may rotate the refresh token; the old one is then spent.
pub async fn refresh(
    http: &Http,
    configuration: &SmartConfiguration,
    client_id: &str,
    token: &Zeroizing<String>,
    now: Timestamp,
) -> Result<Grant, EhrError> {
    let response = client(client_id, &configuration.token)
        .exchange_refresh_token(&RefreshToken::new(token.to_string()))
        .request_async(http)
        .await
        .map_err(token_error)?;
    grant(&response, Some(token.clone()), "", now)
}

/// Tells the EHR that a token is no longer needed (RFC 7009). Best effort.
pub async fn revoke(
    http: &Http,
    configuration: &SmartConfiguration,
    client_id: &str,
    token: &Zeroizing<String>,
) {
    let Some(endpoint) = &configuration.revocation else { return };
    let body = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("token", token)
        .append_pair("client_id", client_id)
        .finish();
    let request = oauth2::http::Request::builder()
        .method("POST")
        .uri(endpoint.as_str())
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body.into_bytes());
    if let Ok(request) = request {
        let _ = http.oauth(request).await;
    }
}

/// `asked`: what an answer without scopes means (RFC 6749 §5.1).
fn grant(
    response: &Response,
    kept: Option<Zeroizing<String>>,
    asked: &str,
    now: Timestamp,
) -> Result<Grant, EhrError> {
    if *response.token_type() != BasicTokenType::Bearer {
        return Err(SignInCheck::TokenType.into());
    }
    let life = response.expires_in().map_or(DEFAULT_LIFE_SECONDS, |d| d.as_secs()).min(86_400);
    let scopes = response.scopes().map(|all| all.iter().map(|s| s.to_string()).collect::<Vec<_>>().join(" "));
    let extra = response.extra_fields();
    let id = |value: &Option<String>, kind: &str| {
        value
            .as_deref()
            .map(|v| v.trim_start_matches(&format!("{kind}/")).to_owned())
            .filter(|v| fhir::json::legal_id(v))
    };
    Ok(Grant {
        access: Zeroizing::new(response.access_token().secret().clone()),
        refresh: response.refresh_token().map(|t| Zeroizing::new(t.secret().clone())).or(kept),
        expires: now.checked_add(SignedDuration::from_secs(life as i64)).unwrap_or(now),
        scopes: Scopes::parse(scopes.as_deref().unwrap_or(asked)),
        patient: id(&extra.patient, "Patient"),
        encounter: id(&extra.encounter, "Encounter"),
        identity: None,
    })
}

fn token_error(error: RequestTokenError<EhrError, BasicErrorResponse>) -> EhrError {
    match error {
        RequestTokenError::ServerResponse(r) => EhrError::Refused(error_code(r.error().as_ref())),
        RequestTokenError::Request(e) => e,
        _ => EhrError::NotWhatWasAsked("no token response"),
    }
}

/// OAuth error codes are short ASCII words; anything else is not repeated.
fn error_code(code: &str) -> String {
    let plain = code.len() <= 40 && code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    if plain { code.to_owned() } else { "unknown".to_owned() }
}

/// Compares without telling by time where the first difference is.
fn same_secret(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |d, (x, y)| d | (x ^ y)) == 0
}
