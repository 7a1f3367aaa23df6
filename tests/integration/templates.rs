//! The template of a note: chosen by the visit's type, switched without losing a word, added by the site.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chartside_tests::app::{self, of};
use chartside_tests::visit::{chart, filed, launch, launch_maria, sign, write, written};
use chartside_tests::{App, Call};
use sandbox_ehr::{Config, Sandbox};
use serde_json::{Value, json};
use std::path::Path;

async fn start(data: &Path) -> (Sandbox, App) {
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    let app = App::start(data, app::policy(&ehr.urls.fhir, &ehr.urls.origin)).await;
    (ehr, app)
}

fn section<'n>(note: &'n Value, id: &str) -> &'n Value {
    note["sections"].as_array().unwrap().iter().find(|s| s["section"] == id).unwrap_or(&Value::Null)
}

async fn switch(app: &App, visit: &str, template: &str) -> Value {
    app.must("note_template", json!({ "visit": visit, "template": template })).await
}

async fn edit(app: &App, visit: &str, section: &str, text: &str, base: u32) {
    app.must("note_edit", json!({ "visit": visit, "section": section, "text": text, "base_revision": base }))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_type_of_the_appointment_chooses_the_template_and_offers_its_follow_ups() {
    let data = tempfile::tempdir().unwrap();
    let (ehr, app) = start(data.path()).await;
    let marias = launch_maria(&app, &ehr).await;
    let note = app.must("note_get", of(&marias)).await;
    assert_eq!(note["template"], "follow-up", "{}", note["template_words"]);
    let usual = app.must("follow_ups_get", of(&marias)).await["usual"].clone();
    assert_eq!(usual[0]["text"], "Follow-up visit");
    assert!(usual[0]["due"].is_string());
    assert_eq!(app.must("follow_ups_get", of(&marias)).await["items"], json!([]), "offered, not added");
    let devons = launch(&app, &ehr, "prac-castellano", "devon-whitfield", Some("enc-visit-3")).await;
    let note = app.must("note_get", of(&devons)).await;
    assert_eq!(note["template"], "behavioral-health", "{}", note["template_words"]);
    assert_eq!(section(&note, "mental_status")["loinc"], "10190-7");
}

#[tokio::test(flavor = "multi_thread")]
async fn switching_keeps_every_text_and_files_what_the_new_template_has_no_section_for() {
    let data = tempfile::tempdir().unwrap();
    let (ehr, app) = start(data.path()).await;
    let visit = launch_maria(&app, &ehr).await;
    chart(&app, &visit).await;
    write(&app, &visit).await;
    edit(&app, &visit, "instructions", "Drink enough water.", 0).await;

    let note = switch(&app, &visit, "soap").await;
    let kept = section(&note, "instructions");
    assert_eq!(kept["text"], "Drink enough water.");
    assert_eq!(kept["kept_from"], "Follow-up");
    let before = section(&note, "plan").clone();
    assert_eq!(before["kept_from"], Value::Null);

    // Nothing about the texts is new, there and back again; an edit goes on from the same revision.
    let note = switch(&app, &visit, "telephone").await;
    assert_eq!(section(&note, "plan")["text"], before["text"]);
    assert_eq!(section(&note, "plan")["revision"], before["revision"]);
    assert_eq!(note["title"], "Telephone encounter note");
    let note = switch(&app, &visit, "soap").await;
    assert_eq!(section(&note, "instructions")["kept_from"], "Telephone");
    edit(&app, &visit, "instructions", "Drink enough water. Rest.", 1).await;

    switch(&app, &visit, "telephone").await;
    sign(&app, &visit).await;
    filed(&app, &visit).await;
    let all = written(&ehr).await;
    let filed_note = &all[0].1[0];
    assert_eq!(filed_note["type"]["coding"][0]["code"], "34748-4");
    let composition = composition(filed_note);
    assert_eq!(composition["type"]["coding"][0]["code"], "34748-4");
    let codes: Vec<_> = composition["section"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|s| s["code"]["coding"][0]["code"].as_str())
        .collect();
    assert!(codes.contains(&"69730-0") && codes.contains(&"51848-0"), "{codes:?}");
    let refused = app.refused("note_template", json!({ "visit": visit, "template": "soap" })).await;
    assert_eq!(refused, companion::contract::ErrorCode::VisitSigned);
}

/// The Composition inside of a filed note.
fn composition(reference: &Value) -> Value {
    use base64::Engine;
    let data = reference["content"][1]["attachment"]["data"].as_str().unwrap();
    let bytes = base64::engine::general_purpose::STANDARD.decode(data).unwrap();
    let bundle: Value = serde_json::from_slice(&bytes).unwrap();
    bundle["entry"][0]["resource"].clone()
}

const ASTHMA: &str = r#"
id = "asthma"
name = "Asthma"
title = "Asthma visit"
loinc = "11506-3"
visit_types = ["follow-up visit"]

[[section]]
id = "interval"
loinc = "10164-2"
title = "Since last time"

[[section]]
id = "plan"
loinc = "18776-5"
title = "Plan"
required = true
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_site_adds_a_template_and_a_broken_one_is_named_with_its_line() {
    let data = tempfile::tempdir().unwrap();
    let site = tempfile::tempdir().unwrap();
    let folder = site.path().join("templates");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("asthma.toml"), ASTHMA).unwrap();
    std::fs::write(folder.join("broken.toml"), ASTHMA.replace("required", "reqired")).unwrap();
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    let mut policy = app::policy(&ehr.urls.fhir, &ehr.urls.origin);
    policy.folder = Some(site.path().to_owned());
    let visit = {
        let app = App::start(data.path(), policy.clone()).await;
        let visit = launch_maria(&app, &ehr).await;
        let note = app.must("note_get", of(&visit)).await;
        assert_eq!(note["template"], "asthma");
        let problems = note["template_problems"].to_string();
        assert!(problems.contains("broken.toml, line 17") && problems.contains("reqired"), "{problems}");
        edit(&app, &visit, "interval", "Two attacks.", 0).await;
        let note = switch(&app, &visit, "follow-up").await;
        // The same code under another name: the same text.
        assert_eq!(section(&note, "interval")["title"], "History of present illness");
        switch(&app, &visit, "asthma").await;
        visit
    };
    // The site takes its template away: the text stays, and the note says what happened.
    std::fs::remove_file(folder.join("asthma.toml")).unwrap();
    let app = App::start(data.path(), policy).await;
    let note = app.must("note_get", of(&visit)).await;
    assert_eq!(note["template"], "soap");
    assert!(note["template_words"].as_str().unwrap().contains("no longer there"));
    assert!(note.to_string().contains("Two attacks."));
}

const OWN_WORDS: &str = r#"
[[text]]
label = "Consent"
states = ["MA"]
text = "Consent to telehealth was given {consent_how} ({state}), as our counsel words it."

[[text]]
label = "Consent"
states = ["NH"]
text = "These are New Hampshire's words."
"#;

#[tokio::test(flavor = "multi_thread")]
async fn the_attestation_is_worded_as_the_site_wants_it_for_the_patients_state() {
    let (data, site) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let folder = site.path().join("attestations");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("counsel.toml"), OWN_WORDS).unwrap();
    std::fs::write(folder.join("broken.toml"), OWN_WORDS.replace("{state}", "{county}")).unwrap();
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    let mut policy = app::policy(&ehr.urls.fhir, &ehr.urls.origin);
    policy.folder = Some(site.path().to_owned());
    let app = App::start(data.path(), policy).await;
    let visit = launch_maria(&app, &ehr).await;
    let note = app.must("note_get", of(&visit)).await;
    let problem = note["template_problems"][0].as_str().unwrap();
    assert!(problem.starts_with("broken.toml, line 2: there is no fact “{county}”"), "{problem}");
    write(&app, &visit).await;
    let mut facts = app.must("visit_get", of(&visit)).await["facts"].clone();
    facts["consent_how"] = json!("spoken");
    app.must("facts_set", json!({ "visit": visit, "facts": facts })).await;
    let said = app.must("note_get", of(&visit)).await["attestation"].clone();
    let said = said.as_str().unwrap();
    assert!(said.contains("Consent: Consent to telehealth was given orally (MA), as our counsel"), "{said}");
    sign(&app, &visit).await;
    filed(&app, &visit).await;
    let (_, notes) = written(&ehr).await.swap_remove(0);
    let data = notes[0]["content"][0]["attachment"]["data"].as_str().unwrap();
    let filed = String::from_utf8(STANDARD.decode(data).unwrap()).unwrap();
    assert!(filed.contains("as our counsel") && !filed.contains("New Hampshire"), "{filed}");
}
