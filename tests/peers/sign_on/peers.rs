//! Starts the two peers and speaks to the parts of them that are test equipment.

use chartside_tests::app::PATIENCE;
use chartside_tests::browser::client;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// The FHIR server behind the provider's door.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Store {
    /// `sekmet-fhir`, on SQLite.
    Sekmet,
    /// Medplum's router over its repository in memory.
    Medplum,
}

/// How the provider is to be.
#[derive(Clone, Copy)]
pub struct Given {
    pub store: Store,
    /// How many times faster than the wall's its clock and the app's run.
    pub factor: i32,
    /// How long access tokens live by that clock, in seconds.
    pub access_seconds: u32,
    pub refresh_seconds: u32,
    /// Whose charts the FHIR server has.
    pub patients: &'static [&'static str],
    /// A folder beside these tests with more patients than the sandbox's own.
    pub data: Option<&'static str>,
    /// The app asks for scopes of the clinician, not of the one patient.
    pub for_all_patients: bool,
    /// Scopes that the provider does not grant, separated by spaces.
    pub withheld: &'static str,
    /// The clinic's schedule is there too.
    pub schedule: bool,
    /// How strictly the FHIR server looks at what it is given: `strict` or `off`.
    pub validation: &'static str,
}

impl Default for Given {
    fn default() -> Self {
        Self {
            store: Store::Sekmet,
            factor: 1,
            access_seconds: 60,
            refresh_seconds: 14 * 86_400,
            patients: &[crate::clinic::MARIA],
            data: None,
            for_all_patients: false,
            withheld: "",
            schedule: false,
            validation: "strict",
        }
    }
}

/// The provider with the door of the FHIR server, and the FHIR server.
pub struct Peers {
    pub fhir: String,
    pub issuer: String,
    admin: String,
    secret: String,
    given: Given,
    born: i64,
    folder: PathBuf,
    /// Where the FHIR server itself is; only its door and the tests know.
    pub behind: String,
    pub token: String,
    provider: Child,
    server: Child,
}

/// The Python with the FHIR server, below the folder in which cargo builds.
fn python() -> Option<PathBuf> {
    let own = std::env::current_exe().ok()?;
    let found = own.ancestors().map(|folder| folder.join("venv/bin/python")).find(|p| p.exists())?;
    let site = std::fs::read_dir(found.parent()?.parent()?.join("lib")).ok()?;
    let has = site.flatten().any(|lib| lib.path().join("site-packages/sekmet").is_dir());
    has.then_some(found)
}

fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("provider")
}

/// Whether both peers are installed.
pub fn here() -> bool {
    let provider = scripts().join("../node_modules/oidc-provider");
    provider.is_dir() && python().is_some()
}

impl Peers {
    /// Starts both, the provider with a clock that agreed with the wall's at `born`. What they
    /// remember is in this folder.
    pub async fn start(folder: &Path, given: Given, born: i64) -> Self {
        let (provider, told) = provider(folder, given, born).await;
        let text = |key: &str| told[key].as_str().expect("an address").to_owned();
        let token = text("secret");
        let (server, behind) = server(folder, &text("fhir"), &token, given).await;
        let peers = Self {
            fhir: text("fhir"),
            issuer: text("issuer"),
            admin: text("admin"),
            secret: text("secret"),
            given,
            born,
            folder: folder.to_owned(),
            behind,
            token,
            provider,
            server,
        };
        peers.introduce().await;
        peers
    }

    /// The door learns where the FHIR server is.
    async fn introduce(&self) {
        let port = url::Url::parse(&self.behind).ok().and_then(|u| u.port()).expect("a port");
        self.order("upstream", json!({ "port": port, "token": self.token })).await;
    }

    /// Ends both processes without a word, as in a crash.
    pub async fn stop(&mut self) {
        self.provider.kill().await.expect("ended");
        self.server.kill().await.expect("ended");
    }

    /// Starts both again where they were.
    pub async fn start_again(&mut self) {
        let (provider, told) = provider(&self.folder, self.given, self.born).await;
        assert_eq!(told["fhir"], json!(self.fhir), "the same address as before");
        told["admin"].as_str().expect("an address").clone_into(&mut self.admin);
        let (server, behind) = server(&self.folder, &self.fhir, &self.token, self.given).await;
        (self.provider, self.server, self.behind) = (provider, server, behind);
        self.introduce().await;
    }

    async fn order(&self, name: &str, given: Value) -> Value {
        let sent = client().post(format!("{}/{name}", self.admin)).json(&given).send().await;
        sent.expect("the admin port answers").json().await.expect("JSON")
    }

    /// A launch of this patient, as the link that opens the app.
    pub async fn launch_link(&self, patient: &str, encounter: &str) -> String {
        let made = self.order("launch", json!({ "patient": patient, "encounter": encounter })).await;
        let launch = made["launch"].as_str().expect("a launch");
        let query = [("iss", self.fhir.as_str()), ("launch", launch)];
        url::Url::parse_with_params("chartside://launch", query).expect("a link").into()
    }

    /// What the provider and the door have counted.
    pub async fn state(&self) -> Value {
        self.order("state", json!({})).await
    }

    /// Moves the provider's clock.
    pub async fn jump(&self, seconds: i64) {
        self.order("clock", json!({ "ahead": seconds * 1000 })).await;
    }

    /// Ends the access tokens; refresh tokens stay.
    pub async fn expire(&self) {
        self.order("expire", json!({})).await;
    }

    /// Ends the access tokens after so many more requests.
    pub async fn expire_after(&self, requests: u32) {
        self.order("expire_after", json!({ "requests": requests })).await;
    }

    /// The answers to the next creations get lost on the way.
    pub async fn lose(&self, answers: u32) {
        self.order("lose", json!({ "answers": answers })).await;
    }

    /// Gives the next refusals of tokens only when so many have come together.
    pub async fn hold(&self, count: u32) {
        self.order("hold", json!({ "count": count })).await;
    }

    /// Asks the provider's introspection endpoint whether a token is good.
    pub async fn active(&self, token: &str) -> bool {
        let answer = client()
            .post(format!("{}/token/introspection", self.issuer))
            .basic_auth("fhir-server", Some(&self.secret))
            .form(&[("token", token)])
            .send()
            .await
            .expect("the provider answers");
        assert!(answer.status().is_success(), "introspection is allowed");
        answer.json::<Value>().await.expect("JSON")["active"] == true
    }

    /// Waits until the provider says that the token is no good any more.
    pub async fn until_inactive(&self, token: &str) {
        let ended = async {
            while self.active(token).await {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, ended).await.expect("the token ends");
    }

    /// Sends this form to the token endpoint; gives the status and the error.
    pub async fn token_request(&self, fields: &Value) -> (u16, String) {
        let fields = fields.as_object().expect("fields");
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(k, v)| (k.as_str(), v.as_str().expect("text"))).collect();
        let sent = client().post(format!("{}/token", self.issuer)).form(&fields).send().await;
        let answer = sent.expect("the provider answers");
        let status = answer.status().as_u16();
        let body: Value = answer.json().await.expect("JSON");
        (status, body["error"].as_str().unwrap_or_default().to_owned())
    }
}

async fn provider(folder: &Path, given: Given, born: i64) -> (Child, Value) {
    let mut node = Command::new("node");
    node.arg("--import").arg(scripts().join("clock.mjs")).arg(scripts().join("main.mjs")).arg(folder);
    node.env("CLOCK_FACTOR", given.factor.to_string())
        .env("CLOCK_BORN", born.to_string())
        .env("WITHHELD_SCOPES", given.withheld)
        .env("ACCESS_SECONDS", given.access_seconds.to_string())
        .env("REFRESH_SECONDS", given.refresh_seconds.to_string());
    let mut child = node
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("node starts");
    let output = BufReader::new(child.stdout.take().expect("stdout"));
    let line = line_that(output, |line| line.starts_with('{')).await;
    (child, serde_json::from_str(&line).expect("one line of JSON"))
}

/// The FHIR server, listening where the system finds a place; gives its base.
async fn server(folder: &Path, base: &str, token: &str, given: Given) -> (Child, String) {
    let mut command = match given.store {
        Store::Sekmet => sekmet(folder, base, token, given.validation),
        Store::Medplum => medplum(base, token),
    };
    let mut child = command.kill_on_drop(true).spawn().expect("the FHIR server starts");
    let running = |line: &str| line.contains("running on http://");
    let line = match (child.stdout.take(), child.stderr.take()) {
        (Some(output), _) => line_that(BufReader::new(output), running).await,
        (None, output) => line_that(BufReader::new(output.expect("stderr")), running).await,
    };
    let address = line.split_whitespace().find(|word| word.starts_with("http://")).expect("an address");
    (child, format!("{address}/fhir"))
}

/// Says on stderr where it is.
fn sekmet(folder: &Path, base: &str, token: &str, validation: &str) -> Command {
    let settings = json!({
        "base_url": base,
        "db_path": folder.join("fhir.db"),
        "server_auth": { "types": ["bearer"], "tokens": [token] },
        "validation": { "inbound": validation },
        // Nobody else writes into these charts.
        "simulator": { "enabled": false },
        "log_inbound": false,
    });
    let file = folder.join("settings.yaml");
    std::fs::write(&file, settings.to_string()).expect("settings: JSON is YAML");
    let mut uvicorn = Command::new(python().expect("installed"));
    uvicorn.args(["-m", "uvicorn", "sekmet.main:app_factory", "--factory", "--no-access-log"]);
    uvicorn.args(["--host", "127.0.0.1", "--port", "0"]).env("SEKMET_CONFIG", file).current_dir(folder);
    uvicorn.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    uvicorn
}

/// Says on stdout where it is; what it kept is gone with it.
fn medplum(base: &str, token: &str) -> Command {
    let mut node = Command::new("node");
    node.arg(scripts().join("medplum.mjs")).args([base, token]);
    node.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    node
}

/// The first line of this kind; what follows is read and dropped, so that nobody waits for us.
async fn line_that(
    output: impl AsyncBufRead + Unpin + Send + 'static,
    wanted: impl Fn(&str) -> bool,
) -> String {
    let mut lines = output.lines();
    let mut before = Vec::new();
    let found = loop {
        match lines.next_line().await.expect("text") {
            Some(line) if wanted(&line) => break line,
            Some(line) => before.push(line),
            None => panic!("a peer did not start: {}", before.join("\n")),
        }
    };
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    found
}
