//! The sandbox's only look at the real clock.

use jiff::Timestamp;

/// This instant, in UTC.
#[allow(clippy::disallowed_methods)]
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// An instant as FHIR writes it, to the millisecond.
pub fn instant(at: Timestamp) -> String {
    let at = at.round(jiff::Unit::Millisecond).unwrap_or(at);
    format!("{at:.3}")
}

/// An instant as HTTP headers write it (`Sun, 22 Nov 2026 14:00:00 GMT`).
pub fn http_date(at: Timestamp) -> String {
    at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// An instant as whole seconds, as JWTs count them.
pub fn seconds(at: Timestamp) -> i64 {
    at.as_second()
}
