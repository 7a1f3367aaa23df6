//! What can go wrong outside: each ends in a plain message with its own code, loses nothing, and
//! never makes a second, empty vault over the first.

use async_trait::async_trait;
use chartside_tests::app::{self, App, Call};
use chartside_tests::browser::Robot;
use chartside_tests::process::Process;
use chartside_tests::visit::{launch_maria, write};
use companion::contract::ErrorCode;
use companion::host::{Host, Keychain, KeychainError};
use companion::policy::Policy;
use desktop::{FileKeychain, OsEntropy, SystemClock};
use sandbox_ehr::{Config, Fault, LaunchRequest, Sandbox};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use zeroize::Zeroizing;

async fn ehr() -> Sandbox {
    Sandbox::start(Config::default()).await.unwrap()
}

fn policy(ehr: &Sandbox) -> Policy {
    app::policy(&ehr.urls.fhir, &ehr.urls.origin)
}

async fn link(ehr: &Sandbox) -> String {
    let request = LaunchRequest {
        user: Some("prac-okafor".into()),
        patient: "maria-santos".into(),
        encounter: Some("enc-visit-1".into()),
    };
    ehr.launch(request).await.1
}

/// Starts a launch against an EHR with this fault in the way of discovery.
async fn launch_with(fault: &str) -> (ErrorCode, String) {
    let data = tempfile::tempdir().unwrap();
    let ehr = ehr().await;
    let app = App::start(data.path(), policy(&ehr)).await;
    let url = link(&ehr).await;
    ehr.faults().add(fault.parse::<Fault>().unwrap());
    let error = app.call("launch", json!({ "url": url })).await.expect_err("refused");
    let state = app.must("app_state", json!({})).await;
    assert_eq!(state["phase"], "signed_out");
    assert_eq!(state["notice"]["code"], serde_json::to_value(error.code).unwrap(), "the window says it too");
    assert!(!data.path().join("vaults").exists(), "no vault is made for a sign-in that failed");
    (error.code, error.message)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_issuer_is_refused_before_anything_is_fetched() {
    let data = tempfile::tempdir().unwrap();
    let (known, other) = (ehr().await, ehr().await);
    let app = App::start(data.path(), policy(&known)).await;
    let url = link(&other).await;
    assert_eq!(app.refused("launch", json!({ "url": url })).await, ErrorCode::EhrNotAllowed);
    assert!(other.log().entries().is_empty(), "the unknown EHR saw no request");
    assert!(app.opened().await.is_empty(), "and no browser was opened");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ehr_that_answers_html_is_named_as_such() {
    let (code, message) = launch_with("kind=html").await;
    assert_eq!(code, ErrorCode::EhrAnswerInvalid);
    assert!(message.contains("a web page"), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_of_200_megabytes_is_not_swallowed() {
    let (code, message) = launch_with("kind=huge_body,mb=200").await;
    assert_eq!(code, ErrorCode::EhrAnswerInvalid);
    assert!(message.contains("32 MB"), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ehr_that_is_down_is_said_to_be_down() {
    let (code, message) = launch_with("kind=down").await;
    assert_eq!(code, ErrorCode::EhrUnreachable);
    assert!(message.contains("safe"), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chart_section_of_200_megabytes_fails_alone() {
    let data = tempfile::tempdir().unwrap();
    let ehr = ehr().await;
    let app = App::start(data.path(), policy(&ehr)).await;
    ehr.faults().add("kind=huge_body,mb=200,path=AllergyIntolerance".parse::<Fault>().unwrap());
    let visit = launch_maria(&app, &ehr).await;
    let chart = chartside_tests::visit::chart(&app, &visit).await;
    for section in chart["sections"].as_array().unwrap() {
        let wanted = if section["kind"] == "allergies" { "failed" } else { "complete" };
        assert_eq!(section["state"]["state"], wanted, "{}", section["title"]);
    }
    let banner = app.must("visit_get", app::of(&visit)).await;
    assert_eq!(banner["banner"]["allergies"]["state"], "failed", "never “none” for “not loaded”");
}

/// A keychain in a chosen state.
struct Broken(KeychainError);

#[async_trait]
impl Keychain for Broken {
    async fn get(&self, _: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeychainError> {
        Err(self.0)
    }
    async fn set(&self, _: &str, _: &[u8]) -> Result<(), KeychainError> {
        Err(self.0)
    }
    async fn remove(&self, _: &str) -> Result<(), KeychainError> {
        Err(self.0)
    }
}

/// A keychain that lost its entries.
struct Empty;

#[async_trait]
impl Keychain for Empty {
    async fn get(&self, _: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeychainError> {
        Ok(None)
    }
    async fn set(&self, _: &str, _: &[u8]) -> Result<(), KeychainError> {
        Ok(())
    }
    async fn remove(&self, _: &str) -> Result<(), KeychainError> {
        Ok(())
    }
}

async fn start_with(data: &Path, policy: Policy, keychain: Arc<dyn Keychain>) -> App {
    let robot = Arc::new(Robot::default());
    let host = Host {
        clock: Arc::new(SystemClock),
        entropy: Arc::new(OsEntropy),
        keychain,
        browser: Arc::clone(&robot) as Arc<dyn companion::host::Browser>,
        rooms: Arc::new(companion::host::InTheBrowser),
        exports: Arc::new(companion::host::NoExports),
    };
    App::start_with(data, policy, host, robot).await
}

/// A visit with a written note, the app ended, and where its vault is.
async fn written_and_closed(data: &Path, ehr: &Sandbox) -> (String, PathBuf) {
    let visit = {
        let app = App::start(data, policy(ehr)).await;
        let visit = launch_maria(&app, ehr).await;
        chartside_tests::visit::chart(&app, &visit).await;
        write(&app, &visit).await;
        visit
    };
    let vault = std::fs::read_dir(data.join("vaults"))
        .unwrap()
        .map(|e| e.unwrap().path())
        .find(|p| p.extension().is_some_and(|e| e == "vault"))
        .unwrap();
    (visit, vault)
}

/// The vaults folder, name by name with its bytes.
fn vaults(data: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut all: Vec<_> = std::fs::read_dir(data.join("vaults"))
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "vault"))
        .map(|p| (p.clone(), std::fs::read(&p).unwrap()))
        .collect();
    all.sort();
    all
}

/// After the trouble is over, the app opens the same vault and the note is there.
async fn note_is_still_there(data: &Path, ehr: &Sandbox, visit: &str) {
    let app = App::start(data, policy(ehr)).await;
    app.until("app_state", json!({}), |s| s["phase"] == "ready").await;
    let note = app.must("note_get", app::of(visit)).await;
    assert!(note.to_string().contains(chartside_tests::visit::NOTE_WORDS));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_keychain_blocks_and_is_not_signed_out() {
    let data = tempfile::tempdir().unwrap();
    let ehr = ehr().await;
    let (visit, _) = written_and_closed(data.path(), &ehr).await;
    for (trouble, code) in
        [(KeychainError::Locked, "keychain_locked"), (KeychainError::Missing, "keychain_missing")]
    {
        let before = vaults(data.path());
        let app = start_with(data.path(), policy(&ehr), Arc::new(Broken(trouble))).await;
        let state = app.must("app_state", json!({})).await;
        assert_eq!((&state["phase"], &state["blocked"]["code"]), (&json!("blocked"), &json!(code)));
        assert_eq!(vaults(data.path()), before);
    }
    note_is_still_there(data.path(), &ehr, &visit).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_key_never_leads_to_an_empty_vault_over_the_old_one() {
    let data = tempfile::tempdir().unwrap();
    let ehr = ehr().await;
    let (visit, _) = written_and_closed(data.path(), &ehr).await;
    let before = vaults(data.path());
    let app = start_with(data.path(), policy(&ehr), Arc::new(Empty)).await;
    assert_eq!(app.must("app_state", json!({})).await["blocked"]["code"], "keychain_missing");
    // Signing in again does not help itself to a new vault either.
    let opened = app.opened().await.len();
    app.must("launch", json!({ "url": link(&ehr).await })).await;
    let cookie = ehr.sign_in("prac-okafor").await;
    chartside_tests::browser::sign_in_at(&app.opened().await[opened], &cookie).await;
    app.until("app_state", json!({}), |s| s["notice"]["code"] == "keychain_missing").await;
    assert_eq!(vaults(data.path()), before);
    note_is_still_there(data.path(), &ehr, &visit).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_or_damaged_vault_file_is_left_as_it_is() {
    let data = tempfile::tempdir().unwrap();
    let ehr = ehr().await;
    let (visit, vault) = written_and_closed(data.path(), &ehr).await;
    let good: Vec<(PathBuf, Vec<u8>)> = ["", "-wal", "-shm"]
        .iter()
        .map(|end| PathBuf::from(format!("{}{end}", vault.display())))
        .filter_map(|p| Some((p.clone(), std::fs::read(&p).ok()?)))
        .collect();
    let mut plain = b"SQLite format 3\0".to_vec();
    plain.resize(8192, 7);
    let mut damaged = good[0].1.clone();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 0x40;
    let rubbish = b"not a database at all".repeat(400);
    let cases = [
        (plain, "vault_foreign"),
        (rubbish, "vault_foreign"),
        (Vec::new(), "vault_foreign"),
        (damaged, "vault_damaged"),
    ];
    for (bytes, code) in cases {
        for (path, _) in &good[1..] {
            let _ = std::fs::remove_file(path);
        }
        std::fs::write(&vault, &bytes).unwrap();
        let app = App::start(data.path(), policy(&ehr)).await;
        let state = app.until("app_state", json!({}), |s| s["phase"] == "blocked").await;
        assert_eq!(state["blocked"]["code"], code);
        assert_eq!(std::fs::read(&vault).unwrap(), bytes, "the file is left as it is");
        assert_eq!(vaults(data.path()).len(), 1, "and no other is made");
    }
    for (path, bytes) in &good {
        std::fs::write(path, bytes).unwrap();
    }
    note_is_still_there(data.path(), &ehr, &visit).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_malformed_launch_link_is_refused_in_plain_words() {
    let data = tempfile::tempdir().unwrap();
    let ehr = ehr().await;
    let app = App::start(data.path(), policy(&ehr)).await;
    for url in [
        "chartside://launch",
        "chartside://launch?iss=x",
        "file:///etc/passwd",
        "",
        "chartside://launch?iss=a&iss=b&launch=c",
    ] {
        assert_eq!(app.refused("launch", json!({ "url": url })).await, ErrorCode::LaunchInvalid, "{url}");
    }
    assert_eq!(app.refused("launch", json!({ "link": 1 })).await, ErrorCode::InvalidInput);
    assert_eq!(app.refused("no_such_command", json!({})).await, ErrorCode::UnknownCommand);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_said_and_loses_nothing() {
    let (data, disk) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let ehr = ehr().await;
    let Some(app) = Process::start_on_small_disk(data.path(), disk.path(), &policy(&ehr), 16).await else {
        eprintln!("skipped: this system allows no private mounts (unshare)");
        return;
    };
    let visit = launch_maria(&app, &ehr).await;
    chartside_tests::visit::chart(&app, &visit).await;
    write(&app, &visit).await;
    app.fill_disk();
    let long = "x".repeat(200_000);
    let edit = json!({ "visit": visit, "section": "objective", "text": long, "base_revision": 0 });
    let error = app.call("note_edit", edit.clone()).await.expect_err("no room");
    assert_eq!(error.code, ErrorCode::DiskFull, "{}", error.message);
    assert!(error.message.contains("safe") && error.retryable);
    let note = app.must("note_get", app::of(&visit)).await.to_string();
    assert!(note.contains(chartside_tests::visit::NOTE_WORDS), "what was saved before is there");
    app.make_room();
    app.must("note_edit", edit).await;
    app.kill().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keychain_file_belongs_to_this_user_only() {
    use std::os::unix::fs::PermissionsExt;
    let data = tempfile::tempdir().unwrap();
    let ehr = ehr().await;
    let (_, vault) = written_and_closed(data.path(), &ehr).await;
    for path in [vault, data.path().join("keychain")] {
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o077, 0, "{}", path.display());
    }
    let keychain = FileKeychain::new(data.path().join("keychain"));
    assert!(keychain.get("nothing of this name").await.unwrap().is_none());
}
