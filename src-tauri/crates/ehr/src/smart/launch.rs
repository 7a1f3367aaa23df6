//! The link by which an EHR opens Chartside: the custom scheme, or the loopback listener's address.

use crate::EhrError;
use crate::error::SignInCheck;
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
    pub fn parse(link: &str) -> Result<Self, EhrError> {
        let refused = || EhrError::from(SignInCheck::LaunchLink);
        if link.len() > MAX_LINK {
            return Err(refused());
        }
        let url = Url::parse(link).map_err(|_| refused())?;
        let ours = match url.scheme() {
            "chartside" => url.host_str() == Some("launch") && matches!(url.path(), "" | "/"),
            "http" => url.host_str() == Some("127.0.0.1") && url.path() == "/launch",
            _ => false,
        };
        if !ours {
            return Err(refused());
        }
        let one = |name: &str| {
            let mut all = url.query_pairs().filter(|(k, _)| k == name).map(|(_, v)| v.into_owned());
            match (all.next(), all.next()) {
                (Some(value), None) if !value.is_empty() => Ok(value),
                _ => Err(refused()),
            }
        };
        let (iss, launch) = (one("iss")?, one("launch")?);
        if launch.len() > MAX_LAUNCH || launch.chars().any(char::is_control) {
            return Err(refused());
        }
        Ok(Self { iss, launch })
    }
}

/// The form in which two `iss` are compared: parsed, without a trailing slash; user info, query and
/// fragment make it invalid. Host case and default ports are settled by URL parsing.
pub fn normalise_iss(iss: &str) -> Option<String> {
    let url = Url::parse(iss).ok()?;
    let clean = url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    (clean && crate::http::secure(&url)).then(|| url.as_str().trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_of_launching_are_read() {
        for link in [
            "chartside://launch?iss=https%3A%2F%2Fe.test%2Ffhir&launch=abc",
            "http://127.0.0.1:4000/launch?launch=abc&iss=https://e.test/fhir",
        ] {
            let read = LaunchLink::parse(link).map(|l| (l.iss, l.launch));
            assert_eq!(read, Ok(("https://e.test/fhir".into(), "abc".into())));
        }
    }

    #[test]
    fn doubtful_links_are_refused() {
        let long = format!("chartside://launch?iss=https://e.test&launch={}", "x".repeat(5000));
        for link in [
            "chartside://launch?iss=https://e.test",
            "chartside://launch?launch=a",
            "chartside://launch?iss=https://e.test&iss=https://evil.test&launch=a",
            "chartside://other?iss=https://e.test&launch=a",
            "https://127.0.0.1/launch?iss=https://e.test&launch=a",
            "http://127.0.0.1.evil.test/launch?iss=https://e.test&launch=a",
            "javascript:alert(1)",
            &long,
        ] {
            assert!(LaunchLink::parse(link).is_err(), "{link}");
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
