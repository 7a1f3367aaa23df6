//! How talking to the EHR fails. No variant carries a payload, a token or a query.

use crate::check::{SignInCheck, Surprise};
use fhir::outcome::Outcome;
use jiff::SignedDuration;

/// What went wrong between us and the EHR.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EhrError {
    /// The address is neither https nor loopback.
    #[error("the address is not secure")]
    Insecure,
    /// Refused before anything was sent: DNS, connection refused, TLS.
    #[error("the EHR cannot be reached")]
    Unreachable,
    /// The connection broke or timed out after the request may have arrived.
    #[error("the EHR gave no answer")]
    NoAnswer,
    /// It took longer than anybody waits for.
    #[error("the EHR gave no answer in time")]
    TooSlow,
    /// The body is larger than [`crate::http::MAX_BODY`].
    #[error("the EHR's answer is too large")]
    TooLarge,
    /// Not JSON, or not the JSON that was asked for.
    #[error("the EHR's answer is not what was asked for ({0})")]
    NotWhatWasAsked(Surprise),
    /// 401, also after a refresh.
    #[error("the EHR asks for a new sign-in")]
    Unauthorised,
    /// Another HTTP status than 2xx.
    #[error("the EHR answered {status}")]
    Status { status: u16, outcome: Outcome, retry_after: Option<SignedDuration> },
    /// The sign-in does not hold: which check failed.
    #[error("sign-in check failed: {0}")]
    SignIn(SignInCheck),
    /// A time in the sign-in does not hold, and the two clocks differ: ours is ahead by `ahead`
    /// (behind, when negative).
    #[error("sign-in check failed: {check}; the clocks differ by {} s", ahead.as_secs())]
    Clock { check: SignInCheck, ahead: SignedDuration },
    /// The EHR's authorization server refused, by its OAuth error code.
    #[error("the EHR refused the sign-in ({0})")]
    Refused(String),
}

impl EhrError {
    /// The stable name of what went wrong; [`SignInCheck::reason`] and its like.
    pub fn reason(&self) -> &'static str {
        match self {
            EhrError::Insecure => "address_insecure",
            EhrError::Unreachable => "ehr_unreachable",
            EhrError::NoAnswer => "ehr_no_answer",
            EhrError::TooSlow => "ehr_too_slow",
            EhrError::TooLarge => "answer_too_large",
            EhrError::NotWhatWasAsked(surprise) => surprise.reason(),
            EhrError::Unauthorised => "session_ended",
            EhrError::Status { status: 300..=399, .. } => "answer_redirect",
            EhrError::Status { status: 429, .. } => "ehr_throttles",
            EhrError::Status { status: 500.., .. } => "ehr_trouble",
            EhrError::Status { .. } => "ehr_refused",
            EhrError::SignIn(check) | EhrError::Clock { check, .. } => check.reason(),
            EhrError::Refused(code) => oauth_reason(code),
        }
    }
}

/// The error codes of OAuth 2.0 and OpenID Connect; whatever else a server makes up is "other".
fn oauth_reason(code: &str) -> &'static str {
    match code {
        "access_denied" => "oauth_access_denied",
        "invalid_request" => "oauth_invalid_request",
        "unauthorized_client" => "oauth_unauthorized_client",
        "unsupported_response_type" => "oauth_unsupported_response_type",
        "invalid_scope" => "oauth_invalid_scope",
        "server_error" => "oauth_server_error",
        "temporarily_unavailable" => "oauth_temporarily_unavailable",
        "invalid_client" => "oauth_invalid_client",
        "invalid_grant" => "oauth_invalid_grant",
        "unsupported_grant_type" => "oauth_unsupported_grant_type",
        "login_required" => "oauth_login_required",
        "interaction_required" => "oauth_interaction_required",
        "consent_required" => "oauth_consent_required",
        _ => "oauth_other",
    }
}

impl From<SignInCheck> for EhrError {
    fn from(check: SignInCheck) -> Self {
        EhrError::SignIn(check)
    }
}

impl From<Surprise> for EhrError {
    fn from(surprise: Surprise) -> Self {
        EhrError::NotWhatWasAsked(surprise)
    }
}
