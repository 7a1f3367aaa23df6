//! A browser without a window: cookies, redirects, and the two forms that `oidc-provider` shows.

use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Client, Response};
use std::collections::BTreeMap;
use url::Url;

/// Most pages between the address that the app opened and the app's own listener.
const MOST_PAGES: usize = 12;

pub struct Browser {
    client: Client,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    pub fn new() -> Self {
        Self { client: chartside_tests::browser::client(), cookies: BTreeMap::new() }
    }

    /// Signs in as `user`, allows everything, and goes wherever the provider sends it, down to the
    /// app's loopback listener. Gives that last address.
    pub async fn sign_in(&mut self, opened: &str, user: &str) -> Url {
        let target = self.sign_in_but_stay(opened, user).await;
        self.client.get(target.clone()).send().await.expect("the app's listener answers");
        target
    }

    /// Signs in but does not allow what is asked; the app's listener hears of it.
    pub async fn deny(&mut self, opened: &str, user: &str) {
        let target = self.go(opened, user, false).await;
        self.client.get(target).send().await.expect("the app's listener answers");
    }

    /// The same as signing in, but the last address is not visited.
    pub async fn sign_in_but_stay(&mut self, opened: &str, user: &str) -> Url {
        self.go(opened, user, true).await
    }

    async fn go(&mut self, opened: &str, user: &str, allow: bool) -> Url {
        let mut at = Url::parse(opened).expect("an address");
        let home = at.origin();
        let mut answer = self.get(&at).await;
        for _ in 0..MOST_PAGES {
            if let Some(next) = answer.headers().get(LOCATION) {
                at = at.join(next.to_str().expect("ASCII")).expect("an address");
                if at.origin() != home {
                    return at;
                }
                answer = self.get(&at).await;
                continue;
            }
            let status = answer.status();
            let page = answer.text().await.expect("a page");
            assert!(status.is_success(), "the provider's page says: {page}");
            let form = form(&page);
            if form.prompt == "consent" && !allow {
                at = at.join(&form.abort).expect("an address");
                answer = self.get(&at).await;
                continue;
            }
            let fields: &[(&str, &str)] = match form.prompt.as_str() {
                "login" => &[("prompt", "login"), ("login", user), ("password", "of this test")],
                "consent" => &[("prompt", "consent")],
                other => panic!("an unknown form: {other}"),
            };
            at = at.join(&form.action).expect("an address");
            answer = self.post(&at, fields).await;
        }
        panic!("the provider never came to an end")
    }

    async fn get(&mut self, url: &Url) -> Response {
        let request = self.client.get(url.clone()).header(COOKIE, self.jar());
        self.keep(request.send().await.expect("the provider answers"))
    }

    async fn post(&mut self, url: &Url, fields: &[(&str, &str)]) -> Response {
        let request = self.client.post(url.clone()).header(COOKIE, self.jar()).form(fields);
        self.keep(request.send().await.expect("the provider answers"))
    }

    fn jar(&self) -> String {
        let all: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        all.join("; ")
    }

    fn keep(&mut self, answer: Response) -> Response {
        for cookie in answer.headers().get_all(SET_COOKIE) {
            let pair = cookie.to_str().expect("ASCII").split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').expect("a cookie");
            match value {
                "" => self.cookies.remove(name),
                value => self.cookies.insert(name.to_owned(), value.to_owned()),
            };
        }
        answer
    }
}

struct Form {
    action: String,
    prompt: String,
    /// The link that gives up.
    abort: String,
}

/// The page's form that continues, and the link that does not.
fn form(page: &str) -> Form {
    let after = |text: &str, mark: &str| {
        let rest = text.split_once(mark).unwrap_or_else(|| panic!("no {mark} in: {page}")).1;
        rest.split_once('"').expect("a closed attribute").0.to_owned()
    };
    Form {
        action: after(page, "action=\""),
        prompt: after(page, "name=\"prompt\" value=\""),
        abort: after(page, "<a href=\""),
    }
}
