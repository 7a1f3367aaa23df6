//! The way back from the browser: what the redirect says, held against the sign-in that it answers.

use super::Authorization;
use crate::EhrError;
use crate::check::SignInCheck;
use jiff::Timestamp;
use url::Url;
use zeroize::Zeroizing;

/// Longest redirect that is looked at, in bytes; codes of some EHRs are long tokens themselves.
pub const MAX_CALLBACK: usize = 16 * 1024;

/// What a redirect says. Not `Debug`: it holds the code.
pub struct Callback {
    pub(super) state: String,
    iss: Option<String>,
    code: Option<Zeroizing<String>>,
    error: Option<String>,
}

impl Callback {
    /// Reads the redirect as the loopback listener got it (path and query) or as the system handed
    /// it over (`chartside://callback?…`). Nothing may be said twice.
    pub fn parse(target: &str) -> Result<Self, EhrError> {
        let malformed = || EhrError::from(SignInCheck::CallbackMalformed);
        if target.len() > MAX_CALLBACK || target.chars().any(char::is_control) {
            return Err(malformed());
        }
        let url = Url::parse("http://127.0.0.1/").and_then(|u| u.join(target)).map_err(|_| malformed())?;
        let one = |name: &str| {
            let mut all = url.query_pairs().filter(|(k, _)| k == name).map(|(_, v)| v.into_owned());
            match (all.next(), all.next()) {
                (_, Some(_)) => Err(EhrError::from(SignInCheck::CallbackRepeatedParameter)),
                (Some(value), None) if value.chars().any(char::is_control) => Err(malformed()),
                (value, None) => Ok(value.filter(|v| !v.is_empty())),
            }
        };
        Ok(Self {
            state: one("state")?.ok_or(SignInCheck::StateMissing)?,
            iss: one("iss")?,
            code: one("code")?.map(Zeroizing::new),
            error: one("error")?,
        })
    }
}

impl Authorization {
    /// The answer says that it is to this sign-in.
    pub fn is_answered_by(&self, callback: &Callback) -> bool {
        same_secret(&callback.state, &self.state)
    }

    /// The code of an answer that holds: the right state, in time, from the EHR that was asked.
    pub(super) fn code(&self, callback: Callback, now: Timestamp) -> Result<Zeroizing<String>, EhrError> {
        if !self.is_answered_by(&callback) {
            return Err(SignInCheck::StateMismatch.into());
        }
        if self.has_expired(now) {
            return Err(SignInCheck::StateExpired.into());
        }
        // RFC 9207: the server that answers must be the one that was asked. Errors say so too.
        match callback.iss {
            Some(iss) if iss != self.issuer() => return Err(SignInCheck::IssuerMixUp.into()),
            None if self.configuration.names_itself => return Err(SignInCheck::IssuerMissing.into()),
            _ => {}
        }
        if let Some(error) = callback.error {
            return Err(EhrError::Refused(error_code(&error)));
        }
        callback.code.ok_or_else(|| SignInCheck::CodeMissing.into())
    }
}

/// OAuth error codes are short ASCII words; anything else is not repeated.
pub(super) fn error_code(code: &str) -> String {
    let plain = code.len() <= 40 && code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    if plain { code.to_owned() } else { "unknown".to_owned() }
}

/// Compares without telling by time where the first difference is.
pub(super) fn same_secret(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |d, (x, y)| d | (x ^ y)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_back_are_read() {
        for target in
            ["/callback?code=c&state=s&iss=https://e.test", "chartside://callback?state=s&code=c&x=y"]
        {
            let read = Callback::parse(target).ok().unwrap();
            assert_eq!((read.state.as_str(), read.code.as_ref().map(|c| c.as_str())), ("s", Some("c")));
        }
    }

    #[test]
    fn doubtful_answers_are_refused() {
        let refused = |target: &str| Callback::parse(target).err().unwrap();
        assert_eq!(refused("/callback?code=c"), SignInCheck::StateMissing.into());
        assert_eq!(refused("/callback?code=c&state="), SignInCheck::StateMissing.into());
        for name in ["state", "code", "iss", "error"] {
            let target = format!("/callback?state=s&{name}=1&{name}=2");
            assert_eq!(refused(&target), SignInCheck::CallbackRepeatedParameter.into(), "{name}");
        }
        assert_eq!(refused("/callback?state=s&code=a%0d%0ab"), SignInCheck::CallbackMalformed.into());
        let long = format!("/callback?state=s&code={}", "c".repeat(MAX_CALLBACK));
        assert_eq!(refused(&long), SignInCheck::CallbackMalformed.into());
    }
}
