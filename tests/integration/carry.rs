//! Carrying text of the last note forward: chosen, marked, and named before signing while it was not touched.

use base64::Engine;
use chartside_tests::app::{self, of};
use chartside_tests::visit::{NOTE_WORDS, chart, launch, launch_maria, sign, write};
use chartside_tests::{App, Call};
use companion::contract::ErrorCode;
use companion::host::Clock;
use desktop::SystemClock;
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
    // Signed today: nothing in the chart is newer.
    let notes = app.must("note_last", of(&second)).await["notes"].clone();
    assert_eq!(notes.as_array().unwrap().len(), 1, "{notes}");
    let last = notes[0].clone();
    assert_eq!((&last["from_ehr"], &last["by"]), (&json!(false), &Value::Null));
    let read = async || app.must("note_last_read", json!({ "visit": second, "note": last["id"] })).await;
    let sections = read().await["sections"].clone();
    let titles: Vec<_> = sections.as_array().unwrap().iter().map(|s| s["title"].as_str().unwrap()).collect();
    // What Chartside fills is never copied: diagnoses, follow-ups and the attestation are this visit's own.
    assert_eq!(titles, ["Chief complaint", "History of present illness", "Assessment", "Plan"]);
    let take = |title: &str| {
        let one = sections.as_array().unwrap().iter().find(|s| s["title"] == title).unwrap();
        json!({ "index": one["index"], "section": one["section"] })
    };
    let take = json!([take("History of present illness"), take("Plan")]);
    let carry = json!({ "visit": second, "note": last["id"], "take": take });
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
    let there = read().await["sections"][1]["there"].clone();
    assert_eq!(there, true);

    // One word changed: it was looked at.
    app.must("note_edit", edit("hpi", format!("Today: {NOTE_WORDS}").replace("more thirst", "no thirst"), 1))
        .await;
    let note = app.must("note_get", of(&second)).await;
    assert_eq!(section(&note, "hpi")["copied"], json!([]));
    assert_eq!(warned(&app.must("plan_get", of(&second)).await), 1);
    // A note that is not the last one, or a signed visit, takes nothing.
    let other = json!({ "visit": second, "note": "another", "take": [] });
    assert_eq!(app.refused("note_carry", other).await, ErrorCode::InvalidInput);
    let signed = json!({ "visit": first, "note": last["id"], "take": [] });
    assert_eq!(app.refused("note_carry", signed).await, ErrorCode::VisitSigned);
}

/// A visit of Maria's whose chart has this document of yesterday, by a colleague.
async fn with_document(contents: Value, has: Value) -> (tempfile::TempDir, Sandbox, App, String) {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    let now = SystemClock.now().to_zoned(SystemClock.zone());
    let yesterday = now.date().yesterday().unwrap();
    let mut document = json!({
        "resourceType": "DocumentReference", "id": "doc-1", "status": "current", "description": "Cardiology visit",
        "type": { "text": "Progress note" }, "subject": { "reference": "Patient/maria-santos" },
        "author": [{ "display": "Jonas Brandt, MD" }], "date": format!("{yesterday}T10:00:00Z"), "content": contents,
    });
    for (name, value) in has.as_object().unwrap() {
        document[name] = value.clone();
    }
    ehr.put(document).await.unwrap();
    let app = App::start(data.path(), app::policy(&ehr.urls.fhir, &ehr.urls.origin)).await;
    let visit = launch_maria(&app, &ehr).await;
    chart(&app, &visit).await;
    // Offered once it is saved.
    app.until("note_last", of(&visit), |last| !last["notes"].as_array().unwrap().is_empty()).await;
    (data, ehr, app, visit)
}

fn attachment(kind: &str, text: &str) -> Value {
    let data = base64::engine::general_purpose::STANDARD.encode(text);
    json!([{ "attachment": { "contentType": kind, "data": data } }])
}

fn offered(last: &Value) -> Vec<&str> {
    last["notes"].as_array().unwrap().iter().map(|n| n["id"].as_str().unwrap()).collect()
}

async fn sections(app: &App, visit: &str, note: &str) -> Vec<(String, Option<String>, String)> {
    let read = app.must("note_last_read", json!({ "visit": visit, "note": note })).await;
    let text = |v: &Value| v.as_str().map(str::to_owned);
    let all = read["sections"].as_array().unwrap().iter();
    all.map(|s| (text(&s["title"]).unwrap(), text(&s["section"]), text(&s["text"]).unwrap())).collect()
}

const DOCUMENT: &str = "DocumentReference/doc-1";

#[tokio::test(flavor = "multi_thread")]
async fn a_note_that_only_the_ehr_has_is_offered_by_its_headings_with_its_author_and_marked_like_an_own_one()
{
    let html = "<html><body><h1>Cardiology visit</h1><p>Seen in person.</p><h2>Plan</h2><ul><li>Walk daily</li><li>BMP in 2 weeks</li></ul><h2>Medications</h2><p>Lisinopril 20 mg</p><script>alert(1)</script></body></html>";
    let (_data, _ehr, app, visit) = with_document(attachment("text/html", html), json!({})).await;
    let last = app.must("note_last", of(&visit)).await;
    let newest = &last["notes"][0];
    assert_eq!((newest["id"].as_str(), &newest["from_ehr"]), (Some(DOCUMENT), &json!(true)));
    assert_eq!(
        (newest["by"].as_str(), newest["title"].as_str()),
        (Some("Jonas Brandt, MD"), Some("Cardiology visit"))
    );
    let of_ehr = sections(&app, &visit, DOCUMENT).await;
    let places: Vec<_> = of_ehr.iter().map(|(title, place, _)| (title.as_str(), place.as_deref())).collect();
    assert_eq!(places, [("Cardiology visit", None), ("Plan", Some("plan")), ("Medications", None)]);
    assert_eq!(of_ehr[1].2, "- Walk daily\n- BMP in 2 weeks");

    // What has no place of its own goes where the clinician says.
    let take = json!([{ "index": 1, "section": "plan" }, { "index": 2, "section": "hpi" }]);
    let carry = json!({ "visit": visit, "note": DOCUMENT, "take": take });
    let carried = app.must("note_carry", carry).await;
    let edit = |section: &str, text: &str, base: u32| json!({ "visit": visit, "section": section, "text": text, "base_revision": base });
    app.must("note_edit", edit("plan", carried["parts"][0]["text"].as_str().unwrap(), 0)).await;
    app.must("note_edit", edit("hpi", carried["parts"][1]["text"].as_str().unwrap(), 0)).await;
    let note = app.must("note_get", of(&visit)).await;
    let words = section(&note, "plan")["copied"][0]["words"].as_str().unwrap();
    let date = newest["date"].as_str().unwrap();
    assert_eq!(words, format!("Copied from {date}, Jonas Brandt, MD, not changed yet"));
    let warnings = app.must("plan_get", of(&visit)).await["warnings"].to_string();
    assert_eq!(
        warnings.matches(&format!("repeats the text of {date}, Jonas Brandt, MD unchanged")).count(),
        2
    );
    app.must("note_edit", edit("plan", "Walk twice a day", 1)).await;
    assert_eq!(section(&app.must("note_get", of(&visit)).await, "plan")["copied"], json!([]));
    let trail = app.audit().await;
    assert!(trail.iter().any(|(a, _, o)| a == "text carried forward" && o.ends_with(DOCUMENT)), "{trail:?}");
    let nowhere = json!({ "visit": visit, "note": DOCUMENT, "take": [{ "index": 0, "section": "no such" }] });
    assert_eq!(app.refused("note_carry", nowhere).await, ErrorCode::InvalidInput);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_without_known_headings_is_one_text_for_a_section_of_choice() {
    let text = "Chest tightness on stairs.\n\nECG:\nwithout change";
    let (_data, _ehr, app, visit) = with_document(attachment("text/plain", text), json!({})).await;
    let whole = (
        "Cardiology visit".to_owned(),
        None,
        "Chest tightness on stairs.\n\nECG:\nwithout change".to_owned(),
    );
    assert_eq!(sections(&app, &visit, DOCUMENT).await, [whole]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_a_draft_or_was_withdrawn_is_not_offered() {
    for (kind, has) in [
        ("application/pdf", json!({})),
        ("text/plain", json!({ "docStatus": "preliminary" })),
        ("text/plain", json!({ "status": "entered-in-error" })),
        ("text/plain", json!({ "date": null })),
    ] {
        let (_data, _ehr, app, visit) = with_document(attachment(kind, "Walk."), has.clone()).await;
        let last = app.must("note_last", of(&visit)).await;
        assert!(!offered(&last).contains(&DOCUMENT), "{kind} {has}");
        assert!(!offered(&last).is_empty(), "the older ones of the chart are");
        assert_eq!(
            app.refused("note_last_read", json!({ "visit": visit, "note": DOCUMENT })).await,
            ErrorCode::InvalidInput
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ehr_that_does_not_give_the_text_copies_nothing_and_says_so() {
    let elsewhere = json!([{ "attachment": { "contentType": "text/plain", "url": "Binary/gone" } }]);
    let (_data, _ehr, app, visit) = with_document(elsewhere, json!({})).await;
    let read = json!({ "visit": visit, "note": DOCUMENT });
    let error = app.call("note_last_read", read).await.expect_err("there is no such Binary");
    assert!(error.retryable && error.message.contains("Nothing was copied"), "{}", error.message);
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
    chart(&app, &harolds).await;
    let last = app.must("note_last", of(&harolds)).await;
    assert!(last["notes"].as_array().unwrap().iter().all(|n| n["from_ehr"] == true), "{last}");
}
