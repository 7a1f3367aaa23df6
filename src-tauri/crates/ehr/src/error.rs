//! How talking to the EHR fails. No variant carries a payload, a token or a query.

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
    /// The body is larger than [`crate::http::MAX_BODY`].
    #[error("the EHR's answer is too large")]
    TooLarge,
    /// Not JSON, or not the JSON that was asked for.
    #[error("the EHR's answer is not what was asked for ({0})")]
    NotWhatWasAsked(&'static str),
    /// 401, also after a refresh.
    #[error("the EHR asks for a new sign-in")]
    Unauthorised,
    /// Another HTTP status than 2xx.
    #[error("the EHR answered {status}")]
    Status { status: u16, outcome: Outcome, retry_after: Option<SignedDuration> },
    /// The sign-in does not hold: which check failed.
    #[error("sign-in check failed: {0}")]
    SignIn(SignInCheck),
    /// The EHR's authorization server refused, by its OAuth error code.
    #[error("the EHR refused the sign-in ({0})")]
    Refused(String),
}

/// The checks of a sign-in, each by name, so that each refusal can be told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignInCheck {
    #[error("launch link")]
    LaunchLink,
    #[error("no S256 code challenge")]
    NoS256,
    #[error("plain code challenge allowed")]
    PlainAllowed,
    #[error("endpoint missing")]
    Endpoint,
    #[error("state")]
    State,
    #[error("issuer")]
    Issuer,
    #[error("id_token")]
    IdToken,
    #[error("no id_token")]
    NoIdToken,
    #[error("no fhirUser")]
    NoFhirUser,
    #[error("token type")]
    TokenType,
    #[error("no code")]
    NoCode,
    #[error("timed out")]
    TimedOut,
    #[error("redirect listener")]
    Listener,
}

impl From<SignInCheck> for EhrError {
    fn from(check: SignInCheck) -> Self {
        EhrError::SignIn(check)
    }
}
