//! The system browser of a test: remembers what it was asked to open, and can go there like a
//! clinician who is signed in at the EHR.

use companion::host::Browser;
use std::sync::Mutex;
use std::time::Duration;

#[derive(Default)]
pub struct Robot {
    opened: Mutex<Vec<String>>,
}

impl Browser for Robot {
    fn open(&self, url: &str) -> bool {
        self.opened.lock().unwrap().push(url.to_owned());
        true
    }
}

impl Robot {
    /// What it was asked to open, oldest first.
    pub fn opened(&self) -> Vec<String> {
        self.opened.lock().unwrap().clone()
    }
}

/// Goes through the EHR's sign-in with a portal session and hands the redirect to the app, as a
/// browser would. Gives the address that it ended at.
pub async fn sign_in_at(url: &str, cookie: &str) -> String {
    let client = client();
    // Asked to sign in anew, the clinician does; the EHR then goes on with the same request.
    let url = url.replace("&prompt=login", "");
    let answer = client.get(url).header("Cookie", cookie).send().await.expect("authorize answers");
    assert_eq!(
        answer.status(),
        302,
        "the EHR's single sign-on asks for nothing: {}",
        answer.text().await.unwrap_or_default()
    );
    let target = answer.headers()["location"].to_str().expect("location").to_owned();
    client.get(&target).send().await.expect("the app's loopback listener answers");
    target
}

/// A plain HTTP client that follows nothing.
pub fn client() -> reqwest::Client {
    ehr::http::Http::new().expect("tls");
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(30))
        .build()
        .expect("client")
}
