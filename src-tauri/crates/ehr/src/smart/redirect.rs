//! The registered ways back from the browser (RFC 8252).

use super::launch::odd;
use url::Url;

/// Where the EHR sends the browser after the sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Redirect {
    /// `http://127.0.0.1/callback`: the EHR takes any port of it.
    AnyPort,
    /// `http://127.0.0.1:PORT/callback`
    Port(u16),
    /// `chartside://callback`
    Scheme,
    /// `https://…`: a page of the clinic that hands the answer on (`packaging/handoff/callback.html`).
    HandBack(String),
}

/// The path of every way back, and the host of the custom scheme.
const CALLBACK: &str = "callback";

impl Redirect {
    /// Reads a redirect as IT registered it. It is sent to the EHR letter by letter.
    pub fn parse(text: &str) -> Option<Self> {
        if text.chars().any(odd) {
            return None;
        }
        if text == format!("chartside://{CALLBACK}") {
            return Some(Self::Scheme);
        }
        let url = Url::parse(text).ok()?;
        let plain = url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none();
        match (url.scheme(), url.host_str()) {
            ("http", Some("127.0.0.1")) if plain && url.path() == format!("/{CALLBACK}") => {
                match url.port() {
                    None => Some(Self::AnyPort),
                    Some(0) => None,
                    Some(port) => Some(Self::Port(port)),
                }
            }
            ("https", Some(_)) if plain => Some(Self::HandBack(text.to_owned())),
            _ => None,
        }
    }

    /// As the EHR gets it, where Chartside listens on `port`.
    pub fn uri(&self, port: u16) -> String {
        match self {
            Self::AnyPort | Self::Port(_) => format!("http://127.0.0.1:{port}/{CALLBACK}"),
            Self::Scheme => format!("chartside://{CALLBACK}"),
            Self::HandBack(page) => page.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Redirect::{self, AnyPort, HandBack, Port, Scheme};

    #[test]
    fn the_four_ways_back_are_read_and_nothing_else() {
        let page = "https://apps.clinic.example/chartside/callback.html";
        for (text, redirect) in [
            ("http://127.0.0.1/callback", AnyPort),
            ("http://127.0.0.1:49152/callback", Port(49152)),
            ("chartside://callback", Scheme),
            (page, HandBack(page.to_owned())),
        ] {
            assert_eq!(Redirect::parse(text), Some(redirect));
        }
        for text in [
            "http://localhost/callback",
            "http://127.0.0.1:0/callback",
            "http://127.0.0.1/other",
            "http://127.0.0.1/callback?x=1",
            "http://apps.clinic.example/callback",
            "https://user@apps.clinic.example/callback",
            "https://apps.clinic.example/callback#x",
            "chartside://callback/x",
            "chartside://launch",
            "http://127.0.0.1.evil.example/callback",
            "",
        ] {
            assert_eq!(Redirect::parse(text), None, "{text}");
        }
    }
}
