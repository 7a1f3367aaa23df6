//! The vault's key in a real gnome-keyring.

use chartside_tests::app::{self, Call};
use chartside_tests::process::Process;
use chartside_tests::visit::{NOTE_WORDS, launch_maria, write};
use sandbox_ehr::{Config, Sandbox};
use serde_json::json;
use std::path::Path;

const SKIPPED: &str = "gnome-keyring or dbus-run-session is not installed";

fn no_key_outside_the_keyring(data: &Path) {
    let names: Vec<_> = std::fs::read_dir(data).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(!names.iter().any(|n| n == "keychain"), "{names:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_is_kept_by_the_keyring_and_opens_the_vault_again() {
    let (data, home) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    let policy = app::policy(&ehr.urls.fhir, &ehr.urls.origin);
    let Some(app) = Process::start_with_keyring(data.path(), home.path(), &policy, true).await else {
        chartside_tests::skipped(SKIPPED);
        return;
    };
    let visit = launch_maria(&app, &ehr).await;
    write(&app, &visit).await;
    app.kill().await;
    no_key_outside_the_keyring(data.path());

    let again = Process::start_with_keyring(data.path(), home.path(), &policy, true).await.unwrap();
    let note = again.until("note_get", app::of(&visit), |n| n["sections"].is_array()).await;
    assert!(note.to_string().contains(NOTE_WORDS));
    again.kill().await;

    // The same computer, but the keyring stays locked: that is not "signed out".
    let locked = Process::start_with_keyring(data.path(), home.path(), &policy, false).await.unwrap();
    let state = locked.must("app_state", json!({})).await;
    assert_eq!(state["phase"], "blocked", "{state}");
    let code = state["blocked"]["code"].as_str().unwrap().to_owned();
    assert!(code == "keychain_locked" || code == "keychain_missing", "{code}");
    locked.kill().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_keychain_service_no_vault_is_made_and_no_key_is_written() {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    let policy = app::policy(&ehr.urls.fhir, &ehr.urls.origin);
    let app = Process::start_without_keychain(data.path(), &policy).await;
    let request = sandbox_ehr::LaunchRequest {
        user: Some("prac-okafor".into()),
        patient: "maria-santos".into(),
        encounter: Some("enc-visit-1".into()),
    };
    let (_, url) = ehr.launch(request).await;
    app.must("launch", json!({ "url": url })).await;
    let cookie = ehr.sign_in("prac-okafor").await;
    chartside_tests::browser::sign_in_at(&app.opened().await[0], &cookie).await;
    let state = app.until("app_state", json!({}), |s| s["notice"].is_object()).await;
    assert_eq!(state["notice"]["code"], "keychain_missing");
    assert!(!data.path().join("vaults").exists());
    no_key_outside_the_keyring(data.path());
    app.kill().await;
}
