//! A chart from the vault is the chart that was shown, also when another build of the program saved it.

use chartside_tests::app::{of, policy};
use chartside_tests::visit::{chart, launch};
use chartside_tests::{App, Call};
use clinical::chart::Section;
use clinical::phi::Phi;
use companion::READ_BY;
use companion::policy::{LockPolicy, Policy};
use sandbox_ehr::{Config, Sandbox};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use vault::{AsRead, StoredSection, Vault};

const PATIENCE: Duration = Duration::from_secs(20);
const PIN: &str = "482913";
const HAROLD: &str = "harold-lindqvist";

struct Desk {
    ehr: Sandbox,
    app: App,
    visit: String,
    _data: tempfile::TempDir,
}

async fn desk() -> Desk {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    let policy = Policy { lock: LockPolicy::default(), ..policy(&ehr.urls.fhir, &ehr.urls.origin) };
    let app = App::start(data.path(), policy).await;
    let visit = launch(&app, &ehr, "prac-okafor", HAROLD, Some("enc-visit-2")).await;
    app.must("pin_set", json!({ "pin": PIN })).await;
    Desk { ehr, app, visit, _data: data }
}

impl Desk {
    /// What was in memory is gone.
    async fn lock(&self) {
        self.app.must("lock", json!({})).await;
    }

    /// Every section as it is in the vault, once it is there: saving follows showing.
    async fn saved(&self, vault: &Vault) -> Vec<StoredSection> {
        let mut all = Vec::new();
        for section in Section::ALL {
            let began = Instant::now();
            all.push(loop {
                if let Some(kept) = vault.section(&self.ehr.urls.fhir, HAROLD, section).await.unwrap() {
                    break kept;
                }
                assert!(began.elapsed() < PATIENCE, "{} is never saved", section.name());
            });
        }
        all
    }

    async fn reopened(&self) -> Value {
        let frame = self.app.must("app_state", json!({})).await;
        let account = &frame["accounts"][0]["account"];
        self.app.must("unlock_pin", json!({ "account": account, "pin": PIN })).await;
        self.app.must("chart_get", of(&self.visit)).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chart_from_the_vault_is_the_chart_that_was_shown_without_reading_its_json() {
    let desk = desk().await;
    let shown = chart(&desk.app, &desk.visit).await;
    assert!(shown.to_string().len() > 100_000, "a chart worth the name");
    let vault = desk.app.vault().await;
    let saved = desk.saved(&vault).await;
    desk.lock().await;
    for (section, kept) in Section::ALL.into_iter().zip(saved) {
        let iss = &desk.ehr.urls.fhir;
        let head = vault.section_head(iss, HAROLD, section, READ_BY).await.unwrap().unwrap();
        let read = AsRead { read_by: READ_BY, entries: head.entries.unwrap() };
        let saved =
            vault.save_section(iss, HAROLD, section, &kept.outcome, &[], &read, kept.fetched_at).await;
        saved.unwrap();
    }
    vault.close().await;
    let again = desk.reopened().await;
    let sections = |chart: &Value| chart["sections"].as_array().unwrap().clone();
    for (again, shown) in sections(&again).iter().zip(&sections(&shown)) {
        // Which of the two readings came last does not matter where they say the same.
        assert!(again["items"] == shown["items"], "{}", shown["title"]);
        assert_eq!(again["state"], shown["state"], "{}", shown["title"]);
        assert_eq!(again["as_of"], shown["as_of"], "{}", shown["title"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_build_read_is_read_anew() {
    let desk = desk().await;
    let shown = chart(&desk.app, &desk.visit).await;
    let vault = desk.app.vault().await;
    let saved = desk.saved(&vault).await;
    desk.lock().await;
    for (section, kept) in Section::ALL.into_iter().zip(saved) {
        let read = AsRead { read_by: "another build", entries: Phi::new(b"[[], 0]".to_vec()) };
        let (outcome, at) = (&kept.outcome, kept.fetched_at);
        let saved =
            vault.save_section(&desk.ehr.urls.fhir, HAROLD, section, outcome, &kept.resources, &read, at);
        saved.await.unwrap();
    }
    vault.close().await;
    let again = desk.reopened().await;
    let ids = |chart: &Value| {
        let sections = chart["sections"].as_array().unwrap().iter();
        let mut ids: Vec<String> = sections
            .flat_map(|s| s["items"].as_array().unwrap())
            .flat_map(|i| i["series"].as_array().unwrap().iter().chain([i]))
            .map(|i| i["id"].as_str().unwrap().to_owned())
            .collect();
        ids.sort();
        ids
    };
    assert!(!ids(&shown).is_empty());
    assert_eq!(ids(&again), ids(&shown));
}
