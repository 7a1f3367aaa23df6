//! Codes for tokens, refresh with rotation, revocation. The answers' shapes are `oauth2`'s; what
//! SMART adds is read beside them.

use super::callback::{Callback, error_code};
use super::context::{Context, SmartFields};
use super::id_token::{self, Identity};
use super::{Authorization, Registration, Scopes, SmartConfiguration};
use crate::EhrError;
use crate::check::{SignInCheck, Surprise};
use crate::http::{Http, status_error};
use jiff::fmt::rfc2822::DateTimeParser;
use jiff::{SignedDuration, Timestamp};
use oauth2::basic::{
    BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType,
};
use oauth2::{
    AuthorizationCode, ClientId, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, PkceCodeVerifier,
    RedirectUrl, RefreshToken, RequestTokenError, StandardRevocableToken, StandardTokenResponse,
    TokenResponse, TokenUrl,
};
use reqwest::header::{CONTENT_TYPE, DATE};
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use url::Url;
use zeroize::Zeroizing;

/// Assumed life of an access token whose answer gives none, in seconds.
const DEFAULT_LIFE_SECONDS: u64 = 300;
/// Longest that an access token is trusted without a renewal, in seconds, whatever the answer says.
const LONGEST_LIFE_SECONDS: u64 = 86_400;
/// Longest wait for the EHR to take back the tokens of a sign-in that was refused.
const GIVING_BACK: Duration = Duration::from_secs(3);
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// Longest access token, in bytes.
const MAX_TOKEN: usize = 16 * 1024;

/// What a sign-in or a refresh gave. Not `Debug`: it holds tokens.
#[derive(Clone)]
pub struct Grant {
    pub access: Zeroizing<String>,
    /// The newest one; the one before must not be used again.
    pub refresh: Option<Zeroizing<String>>,
    pub expires: Timestamp,
    /// What was granted; not always what was asked for.
    pub scopes: Scopes,
    /// What was asked for and not granted.
    pub withheld: Vec<String>,
    /// Only a sign-in has one that counts; a refresh may repeat it.
    pub context: Context,
    /// Seconds without a person at the keyboard after which the EHR ends the session (Oracle
    /// Health, "Active User Presence": <https://github.com/cerner/fhir.cerner.com>).
    pub active_ttl: Option<u32>,
    /// Who signed in; only a sign-in has it, not a refresh.
    pub identity: Option<Identity>,
}

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

/// What the library does not tell of the token endpoint's answer.
#[derive(Clone, Default)]
struct Seen {
    status: u16,
    html: bool,
    empty: bool,
    token_type: bool,
    /// The EHR's clock.
    date: Option<Timestamp>,
}

/// One request to the token endpoint, watched.
struct Watched<'h> {
    http: &'h Http,
    /// The client proves itself; then its id stands in the proof and nowhere else (SMART 2.2).
    proven: bool,
    seen: Mutex<Seen>,
}

impl<'h> Watched<'h> {
    fn new(http: &'h Http, registration: &Registration) -> Self {
        Self { http, proven: registration.key.is_some(), seen: Mutex::default() }
    }

    async fn observe(&self, mut request: HttpRequest) -> Result<HttpResponse, EhrError> {
        if self.proven {
            let body = std::mem::take(request.body_mut());
            let kept = url::form_urlencoded::parse(&body).filter(|(name, _)| name != "client_id");
            let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).finish();
            *request.body_mut() = form.into_bytes();
        }
        let response = self.http.oauth(request).await?;
        let header = |name| response.headers().get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let json = serde_json::from_slice::<serde_json::Value>(response.body());
        let seen = Seen {
            status: response.status().as_u16(),
            html: header(CONTENT_TYPE).trim_start().to_ascii_lowercase().starts_with("text/html"),
            empty: response.body().iter().all(u8::is_ascii_whitespace),
            token_type: !json.is_ok_and(|j| j.is_object() && j.get("token_type").is_none()),
            date: DateTimeParser::new().parse_timestamp(header(DATE)).ok(),
        };
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = seen;
        Ok(response)
    }

    fn seen(&self) -> Seen {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn error(&self, error: RequestTokenError<EhrError, BasicErrorResponse>) -> EhrError {
        let seen = self.seen();
        match error {
            RequestTokenError::ServerResponse(r) => EhrError::Refused(error_code(r.error().as_ref())),
            RequestTokenError::Request(e) => e,
            _ if seen.status != 200 => status_error(seen.status, None, &reqwest::header::HeaderMap::new()),
            _ if seen.empty => Surprise::Empty.into(),
            _ if seen.html => Surprise::WebPage.into(),
            _ if !seen.token_type => SignInCheck::TokenTypeMissing.into(),
            _ => SignInCheck::TokenResponseMalformed.into(),
        }
    }
}

impl<'c> oauth2::AsyncHttpClient<'c> for Watched<'_> {
    type Error = EhrError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, EhrError>> + Send + Sync + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.observe(request))
    }
}

/// Redeems the redirect of the system browser. The authorization is used up by it, whatever comes
/// of it; everything is checked against what it asked.
pub async fn exchange(
    http: &Http,
    authorization: Authorization,
    callback: Callback,
    now: Timestamp,
) -> Result<Grant, EhrError> {
    let code = authorization.code(callback, now)?;
    let redirect = RedirectUrl::new(authorization.redirect_uri.clone()).map_err(|_| SignInCheck::Listener)?;
    let registration = &authorization.client.registration;
    let watched = Watched::new(http, registration);
    let client =
        client(&registration.client_id, &authorization.configuration.token).set_redirect_uri(redirect);
    let mut request = client
        .exchange_code(AuthorizationCode::new(code.to_string()))
        .set_pkce_verifier(PkceCodeVerifier::new(authorization.verifier.to_string()));
    for (name, value) in proof(registration, &authorization.configuration, now)? {
        request = request.add_extra_param(name, value);
    }
    let response = request.request_async(&watched).await.map_err(|error| watched.error(error))?;
    let granted = identified(http, &authorization, &response, now, watched.seen().date).await;
    if granted.is_err() {
        // Nobody will use these tokens; the EHR need not keep them.
        let token = response.refresh_token().map_or(response.access_token().secret(), |t| t.secret());
        let token = Zeroizing::new(token.clone());
        let given_back = revoke(http, &authorization.configuration, registration, &token, now);
        let _ = tokio::time::timeout(GIVING_BACK, given_back).await;
    }
    granted
}

/// The grant, with whoever it was made to.
async fn identified(
    http: &Http,
    authorization: &Authorization,
    response: &Response,
    now: Timestamp,
    theirs: Option<Timestamp>,
) -> Result<Grant, EhrError> {
    let grant = grant(response, None, &authorization.scopes, now)?;
    let id_token = response.extra_fields().id_token.as_deref().ok_or(SignInCheck::IdTokenMissing)?;
    let identity = id_token::verify(http, authorization, id_token, now, theirs).await?;
    Ok(Grant { identity: Some(identity), ..grant })
}

/// Renews the access token. The EHR may rotate the refresh token; the old one is then spent.
/// `idle`: seconds since somebody was at the keyboard, for an EHR that asked for it by `active_ttl`.
pub async fn refresh(
    http: &Http,
    configuration: &SmartConfiguration,
    registration: &Registration,
    token: &Zeroizing<String>,
    idle: Option<u64>,
    now: Timestamp,
) -> Result<Grant, EhrError> {
    let watched = Watched::new(http, registration);
    let client = client(&registration.client_id, &configuration.token);
    let spent = RefreshToken::new(token.to_string());
    let mut request = client.exchange_refresh_token(&spent);
    for (name, value) in proof(registration, configuration, now)? {
        request = request.add_extra_param(name, value);
    }
    if let Some(idle) = idle {
        request = request.add_extra_param("active_at", idle.to_string());
    }
    let response = request.request_async(&watched).await.map_err(|error| watched.error(error))?;
    grant(&response, Some(token.clone()), "", now)
}

/// Tells the EHR that a token is no longer needed (RFC 7009). Best effort.
pub async fn revoke(
    http: &Http,
    configuration: &SmartConfiguration,
    registration: &Registration,
    token: &Zeroizing<String>,
    now: Timestamp,
) {
    let Some(endpoint) = &configuration.revocation else { return };
    let Ok(proof) = proof(registration, configuration, now) else { return };
    let public = proof.is_empty().then_some(("client_id", &registration.client_id));
    let body = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("token", token)
        .extend_pairs(public)
        .extend_pairs(proof)
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

/// What a confidential client adds to a request (RFC 7523); nothing for a public one. The
/// assertion is made out to the token endpoint, also where another endpoint wants it.
fn proof(
    registration: &Registration,
    configuration: &SmartConfiguration,
    now: Timestamp,
) -> Result<Vec<(&'static str, String)>, EhrError> {
    let Some(key) = &registration.key else { return Ok(Vec::new()) };
    let assertion = key.assertion(&registration.client_id, &configuration.token, now);
    Ok(vec![
        ("client_assertion_type", ASSERTION_TYPE.to_owned()),
        ("client_assertion", assertion.ok_or(SignInCheck::ClientKey)?),
    ])
}

/// `asked`: what an answer without scopes means (RFC 6749 §5.1).
fn grant(
    response: &Response,
    kept: Option<Zeroizing<String>>,
    asked: &str,
    now: Timestamp,
) -> Result<Grant, EhrError> {
    if *response.token_type() != BasicTokenType::Bearer {
        return Err(SignInCheck::TokenTypeUnknown.into());
    }
    let access = response.access_token().secret();
    // RFC 6750 §2.1: what may stand in an Authorization header.
    if access.is_empty() || access.len() > MAX_TOKEN || !access.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(SignInCheck::TokenMalformed.into());
    }
    let life = response.expires_in().map_or(DEFAULT_LIFE_SECONDS, |d| d.as_secs()).min(LONGEST_LIFE_SECONDS);
    if life == 0 {
        return Err(SignInCheck::TokenExpired.into());
    }
    let scopes = response.scopes().map(|all| all.iter().map(|s| s.to_string()).collect::<Vec<_>>().join(" "));
    let scopes = Scopes::parse(scopes.as_deref().unwrap_or(asked));
    Ok(Grant {
        access: Zeroizing::new(access.clone()),
        refresh: response.refresh_token().map(|t| Zeroizing::new(t.secret().clone())).or(kept),
        expires: now.checked_add(SignedDuration::from_secs(life as i64)).unwrap_or(now),
        withheld: scopes.missing_of(&Scopes::parse(asked)),
        scopes,
        context: response.extra_fields().context()?,
        active_ttl: response.extra_fields().active_ttl(),
        identity: None,
    })
}
