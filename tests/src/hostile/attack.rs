//! One attack: a launch at a hostile EHR, the reason why it is refused, and the look around
//! afterwards that finds no token.

use super::{ACCESS, CODE, Hostile, REFRESH};
use crate::app::{self, App, Call};
use crate::browser::{Robot, client};
use crate::clock::MovedClock;
use companion::host::Host;
use companion::policy::Policy;
use desktop::{FileKeychain, OsEntropy};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The app at a hostile EHR.
pub struct Scene {
    pub ehr: Hostile,
    pub app: App,
    pub clock: Arc<MovedClock>,
    pub data: tempfile::TempDir,
}

/// Where the browser was sent by the EHR.
pub struct Redirect(pub String);

impl Scene {
    /// An app that knows this EHR and nobody else.
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// The same, with a changed policy.
    pub async fn with(change: impl FnOnce(&mut Policy)) -> Self {
        let data = tempfile::tempdir().unwrap();
        let ehr = Hostile::start().await;
        let mut policy = app::policy(&ehr.fhir, &ehr.origin);
        change(&mut policy);
        let (robot, clock) = (Arc::new(Robot::default()), Arc::new(MovedClock::default()));
        let host = Host {
            clock: Arc::clone(&clock) as Arc<dyn companion::host::Clock>,
            entropy: Arc::new(OsEntropy),
            keychain: Arc::new(FileKeychain::new(data.path().join("keychain"))),
            browser: Arc::clone(&robot) as Arc<dyn companion::host::Browser>,
            rooms: Arc::new(companion::host::InTheBrowser),
            exports: Arc::new(companion::host::NoExports),
        };
        let app = App::start_with(data.path(), policy, host, robot).await;
        Self { ehr, app, clock, data }
    }

    /// The same, where the EHR has these ways back registered.
    pub async fn coming_back_by(redirects: &[&str]) -> Self {
        let redirects = redirects.iter().map(|r| (*r).to_owned()).collect();
        Self::with(|policy| policy.ehrs[0].redirects = Some(redirects)).await
    }

    /// The honest launch link of this EHR.
    pub fn link(&self) -> String {
        link(&self.ehr.fhir)
    }

    /// Presses Launch. Gives the reason when it is refused at once.
    pub async fn launch(&self) -> Result<(), String> {
        self.follow(&self.link()).await
    }

    /// Opens any link. Gives the reason when it is refused at once.
    pub async fn follow(&self, link: &str) -> Result<(), String> {
        match self.app.call("launch", json!({ "url": link })).await {
            Ok(_) => Ok(()),
            Err(error) => Err(error.reason.unwrap_or_else(|| format!("no reason ({:?})", error.code))),
        }
    }

    /// Goes where the app sent the browser; the EHR redirects.
    pub async fn browse(&self) -> Redirect {
        let page = self.app.opened().await.pop().expect("the app opened the browser");
        let answer = client().get(&page).send().await.unwrap();
        Redirect(answer.headers()["location"].to_str().unwrap().to_owned())
    }

    /// Launch and browser, until the EHR's answer was handed to the app.
    pub async fn sign_in(&self) -> Result<(), String> {
        self.launch().await?;
        self.browse().await.deliver().await;
        Ok(())
    }

    /// Waits until the visit is open. Gives its id.
    pub async fn visit(&self) -> String {
        let open = |s: &Value| s["sign_in"].is_null() && s["current_visit"].is_string();
        let state = self.app.until("app_state", json!({}), open).await;
        state["current_visit"].as_str().unwrap().to_owned()
    }

    /// Waits until no sign-in is under way, and gives the reason of the notice.
    pub async fn reason(&self) -> String {
        let state = self.app.until("app_state", json!({}), |s| s["sign_in"].is_null()).await;
        let reason = &state["notice"]["reason"];
        reason.as_str().map_or_else(|| format!("no reason: {}", state["notice"]), str::to_owned)
    }

    /// The words of the notice.
    pub async fn words(&self) -> String {
        let state = self.app.until("app_state", json!({}), |s| s["sign_in"].is_null()).await;
        state["notice"]["message"].as_str().unwrap_or_default().to_owned()
    }

    /// Nobody is signed in, no visit is open, and no token is anywhere.
    pub async fn nothing_is_left(self) {
        let state = self.app.must("app_state", json!({})).await;
        assert_eq!(state["session"], Value::Null, "nobody is signed in");
        assert_eq!((&state["visits"], &state["current_visit"]), (&json!([]), &Value::Null), "no visit");
        let vaults = self.data.path().join("vaults");
        assert!(!vaults.exists(), "no vault, so no session table either");
        assert!(!self.data.path().join("keychain").exists(), "nothing in the keychain");
        self.no_token_astray();
    }

    /// No file and no foreign server holds a token; none went to an address that needs none.
    pub fn no_token_astray(&self) {
        for (file, bytes) in files(self.data.path()) {
            for secret in [ACCESS, REFRESH, CODE] {
                let found = bytes.windows(secret.len()).any(|w| w == secret.as_bytes());
                assert!(!found, "{} holds a token", file.display());
            }
        }
        let heard = self.ehr.foreign.heard();
        assert!(heard.is_empty(), "a foreign server heard {heard:?}");
        for seen in self.ehr.seen() {
            let bearer = seen.authorization.is_some();
            let fhir = seen.path.starts_with("/fhir/") && !seen.path.contains(".well-known");
            assert!(!bearer || fhir, "a token went to {}", seen.path);
            for secret in [ACCESS, REFRESH] {
                assert!(!seen.query.contains(secret), "a token in the address of {}", seen.path);
            }
        }
    }
}

impl Redirect {
    /// The browser follows. Gives the page that it sees; none when nobody listens (any more).
    pub async fn deliver(&self) -> Option<String> {
        let answer = client().get(&self.0).send().await.ok()?;
        answer.text().await.ok()
    }
}

/// The launch link of this `iss`.
pub fn link(iss: &str) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("iss", iss)
        .append_pair("launch", "launch-1")
        .finish();
    format!("chartside://launch?{query}")
}

/// Wrong answers of the browser that the app puts up with before it gives up.
const MAX_WRONG: u32 = 20;

/// The attack is refused for `reason` and leaves nothing behind. An answer that the app takes for
/// somebody else's is brought again until it gives up.
pub async fn refused(scene: Scene, reason: &str) {
    let found = match scene.launch().await {
        Err(found) => found,
        Ok(()) => {
            let redirect = scene.browse().await;
            let not_ours = ["state_", "callback_"].iter().any(|start| reason.starts_with(start));
            // Never once more than it listens: the port may be another test's by then.
            for _ in 0..if not_ours { MAX_WRONG } else { 1 } {
                redirect.deliver().await.expect("the app listens");
            }
            scene.reason().await
        }
    };
    assert_eq!(found, reason);
    scene.nothing_is_left().await;
}

/// Every file below this folder, with what is in it.
pub fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(files(&path));
        } else {
            all.push((path.clone(), std::fs::read(&path).unwrap()));
        }
    }
    all
}
