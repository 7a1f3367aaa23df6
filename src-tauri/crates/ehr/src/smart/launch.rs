//! The link by which an EHR opens Chartside: the custom scheme, or the loopback listener's address.

use crate::check::SignInCheck;
use url::Url;

/// Longest launch link that is looked at, in bytes.
pub const MAX_LINK: usize = 4096;
/// Longest `launch` value, in bytes.
const MAX_LAUNCH: usize = 2048;

/// `iss` and `launch` as the EHR gave them. Nothing is fetched before `iss` is found on the
/// site's list.
#[derive(Clone, PartialEq, Eq)]
pub struct LaunchLink {
    pub iss: String,
    /// Opaque to us; it is handed back at authorization.
    pub launch: String,
}

impl LaunchLink {
    /// Reads `chartside://launch?iss=…&launch=…` or `http://127.0.0.1:PORT/launch?iss=…&launch=…`.
    /// Exactly one `iss` and one `launch`; anything else is refused.
    pub fn parse(link: &str) -> Result<Self, SignInCheck> {
        if link.len() > MAX_LINK {
            return Err(SignInCheck::LaunchTooLong);
        }
        if link.chars().any(odd) {
            return Err(SignInCheck::LaunchCharacters);
        }
        let url = Url::parse(link).map_err(|_| SignInCheck::LaunchMalformed)?;
        let ours = match url.scheme() {
            "chartside" => url.host_str() == Some("launch") && matches!(url.path(), "" | "/"),
            "http" => url.host_str() == Some("127.0.0.1") && url.path() == "/launch",
            _ => false,
        };
        if !ours {
            return Err(SignInCheck::LaunchMalformed);
        }
        let one = |name: &str| {
            let mut all = url.query_pairs().filter(|(k, _)| k == name).map(|(_, v)| v.into_owned());
            match (all.next(), all.next()) {
                (_, Some(_)) => Err(SignInCheck::LaunchRepeatedParameter),
                (Some(value), None) if value.chars().any(odd) => Err(SignInCheck::LaunchCharacters),
                (Some(value), None) if !value.is_empty() => Ok(value),
                _ => Err(SignInCheck::LaunchIncomplete),
            }
        };
        let (iss, launch) = (one("iss")?, one("launch")?);
        if launch.len() > MAX_LAUNCH {
            return Err(SignInCheck::LaunchTooLong);
        }
        Ok(Self { iss, launch })
    }
}

/// Characters that no address and no launch value has: controls, invisible ones, spaces.
pub(super) fn odd(c: char) -> bool {
    let invisible = matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    c.is_control() || c.is_whitespace() || invisible
}

/// The form in which two `iss` are compared; `None` when it cannot be used at all.
pub fn normalise_iss(iss: &str) -> Option<String> {
    read_iss(iss).ok()
}

/// Reads an `iss` into the form in which two are compared: parsed, without a trailing slash. User
/// info, query and fragment make it invalid. Host case and default ports are settled by URL parsing.
pub fn read_iss(iss: &str) -> Result<String, SignInCheck> {
    // URL parsing would quietly drop line breaks.
    if iss.chars().any(odd) {
        return Err(SignInCheck::IssMalformed);
    }
    let url = Url::parse(iss).map_err(|_| SignInCheck::IssMalformed)?;
    let clean = url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none()
        && !url.cannot_be_a_base();
    if !clean {
        return Err(SignInCheck::IssMalformed);
    }
    if !crate::http::secure(&url) {
        return Err(SignInCheck::IssInsecure);
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use SignInCheck::{
        LaunchCharacters, LaunchIncomplete, LaunchMalformed, LaunchRepeatedParameter, LaunchTooLong,
    };

    #[test]
    fn both_ways_of_launching_are_read() {
        for link in [
            "chartside://launch?iss=https%3A%2F%2Fe.test%2Ffhir&launch=abc",
            "http://127.0.0.1:4000/launch?launch=abc&iss=https://e.test/fhir",
        ] {
            let read = LaunchLink::parse(link).map(|l| (l.iss, l.launch));
            assert_eq!(read.ok(), Some(("https://e.test/fhir".into(), "abc".into())));
        }
    }

    #[test]
    fn doubtful_links_are_refused() {
        let long = format!("chartside://launch?iss=https://e.test&launch={}", "x".repeat(5000));
        for (link, check) in [
            ("chartside://launch?iss=https://e.test", LaunchIncomplete),
            ("chartside://launch?launch=a", LaunchIncomplete),
            ("chartside://launch?iss=https://e.test&launch=", LaunchIncomplete),
            ("chartside://launch?iss=https://e.test&iss=https://evil.test&launch=a", LaunchRepeatedParameter),
            ("chartside://other?iss=https://e.test&launch=a", LaunchMalformed),
            ("https://127.0.0.1/launch?iss=https://e.test&launch=a", LaunchMalformed),
            ("http://127.0.0.1.evil.test/launch?iss=https://e.test&launch=a", LaunchMalformed),
            ("javascript:alert(1)", LaunchMalformed),
            ("chartside://launch?iss=https://e.te%0ast&launch=a", LaunchCharacters),
            ("chartside://launch?iss=https://e.test&launch=a%00", LaunchCharacters),
            ("chartside://launch?iss=https://e.test%e2%80%8b&launch=a", LaunchCharacters),
            (&long, LaunchTooLong),
        ] {
            assert_eq!(LaunchLink::parse(link).err(), Some(check), "{link}");
        }
    }

    #[test]
    fn look_alike_issuers_do_not_compare_equal() {
        let same = |a: &str, b: &str| normalise_iss(a).is_some() && normalise_iss(a) == normalise_iss(b);
        assert!(same("https://E.test/fhir/", "https://e.test:443/fhir"));
        assert!(!same("https://e.test/fhir", "https://e.test/fhir2"));
        assert!(!same("https://e.test/fhir", "https://e.test.evil.example/fhir"));
        assert!(
            normalise_iss("https://user@e.test/fhir").is_none()
                && normalise_iss("http://e.test/fhir").is_none()
        );
    }
}
