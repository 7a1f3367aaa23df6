//! Carrying text of the last note forward: chosen, marked, and named before signing while it was not touched.

use chartside_tests::app::{self, of};
use chartside_tests::visit::{NOTE_WORDS, chart, launch, launch_maria, sign, write};
use chartside_tests::{App, Call};
use companion::contract::ErrorCode;
use sandbox_ehr::{Config, Sandbox};
use serde_json::{Value, json};

fn section<'n>(note: &'n Value, id: &str) -> &'n Value {
    note["sections"].as_array().unwrap().iter().find(|s| s["section"] == id).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn copied_text_is_marked_until_it_is_changed_and_named_before_signing() {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    let app = App::start(data.path(), app::policy(&ehr.urls.fhir, &ehr.urls.origin)).await;
    let first = launch_maria(&app, &ehr).await;
    assert_eq!(app.must("note_last", of(&first)).await["note"], Value::Null);
    chart(&app, &first).await;
    write(&app, &first).await;
    sign(&app, &first).await;

    let encounters = ehr.resources("Encounter").await;
    let of_maria = |e: &&std::sync::Arc<Value>| {
        e["subject"]["reference"] == "Patient/maria-santos" && e["id"] != "enc-visit-1"
    };
    let another = encounters.iter().find(of_maria).unwrap()["id"].as_str().unwrap().to_owned();
    let second = launch(&app, &ehr, "prac-okafor", "maria-santos", Some(&another)).await;
    assert_ne!(first, second);
    let last = app.must("note_last", of(&second)).await["note"].clone();
    let titles: Vec<_> =
        last["sections"].as_array().unwrap().iter().map(|s| s["title"].as_str().unwrap()).collect();
    // What Chartside fills is never copied: diagnoses, follow-ups and the attestation are this visit's own.
    assert_eq!(titles, ["Chief complaint", "History of present illness", "Assessment", "Plan"]);
    let index = |title: &str| {
        last["sections"].as_array().unwrap().iter().find(|s| s["title"] == title).unwrap()["index"].clone()
    };
    let indices = json!([index("History of present illness"), index("Plan")]);
    let carry = json!({ "visit": second, "note": last["id"], "indices": indices });
    let carried = app.must("note_carry", carry.clone()).await;
    assert_eq!(carried["parts"][0], json!({ "section": "hpi", "text": NOTE_WORDS }));
    let edit = |section: &str, text: String, base: u32| json!({ "visit": second, "section": section, "text": text, "base_revision": base });
    app.must("note_edit", edit("hpi", format!("Today: {NOTE_WORDS}"), 0)).await;
    let plan = carried["parts"][1]["text"].as_str().unwrap().to_owned();
    app.must("note_edit", edit("plan", plan, 0)).await;

    let note = app.must("note_get", of(&second)).await;
    let mark = &section(&note, "hpi")["copied"][0];
    assert_eq!(mark["date"], last["date"]);
    assert!(mark["words"].as_str().unwrap().contains("not changed yet"));
    let warned = |plan: &Value| plan["warnings"].to_string().matches("unchanged").count();
    assert_eq!(warned(&app.must("plan_get", of(&second)).await), 2);
    let there = app.must("note_last", of(&second)).await["note"]["sections"][1]["there"].clone();
    assert_eq!(there, true);

    // One word changed: it was looked at.
    app.must("note_edit", edit("hpi", format!("Today: {NOTE_WORDS}").replace("more thirst", "no thirst"), 1))
        .await;
    let note = app.must("note_get", of(&second)).await;
    assert_eq!(section(&note, "hpi")["copied"], json!([]));
    assert_eq!(warned(&app.must("plan_get", of(&second)).await), 1);
    // A note that is not the last one, or a signed visit, takes nothing.
    let other = json!({ "visit": second, "note": "another", "indices": [0] });
    assert_eq!(app.refused("note_carry", other).await, ErrorCode::InvalidInput);
    let signed = json!({ "visit": first, "note": last["id"], "indices": [0] });
    assert_eq!(app.refused("note_carry", signed).await, ErrorCode::VisitSigned);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_carried_from_one_patient_to_another() {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    let app = App::start(data.path(), app::policy(&ehr.urls.fhir, &ehr.urls.origin)).await;
    let marias = launch_maria(&app, &ehr).await;
    chart(&app, &marias).await;
    write(&app, &marias).await;
    sign(&app, &marias).await;
    let harolds = launch(&app, &ehr, "prac-okafor", "harold-lindqvist", Some("enc-visit-2")).await;
    assert_eq!(app.must("note_last", of(&harolds)).await["note"], Value::Null);
}
