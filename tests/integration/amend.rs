//! After the signature: addenda and corrections.

use base64::Engine;
use chartside_tests::app::{self, App, Call, of};
use chartside_tests::process::Process;
use chartside_tests::visit::{addendum, chart, filed, launch, launch_maria, sign, write, written};
use companion::contract::ErrorCode;
use sandbox_ehr::{Config, Fault, Sandbox};
use serde_json::{Value, json};

/// A visit that is written and ready to be signed.
async fn ready() -> (tempfile::TempDir, Sandbox, App, String) {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    let app = App::start(data.path(), app::policy(&ehr.urls.fhir, &ehr.urls.origin)).await;
    let visit = launch_maria(&app, &ehr).await;
    chart(&app, &visit).await;
    write(&app, &visit).await;
    (data, ehr, app, visit)
}

/// The same, signed and filed.
async fn signed() -> (tempfile::TempDir, Sandbox, App, String) {
    let (data, ehr, app, visit) = ready().await;
    sign(&app, &visit).await;
    filed(&app, &visit).await;
    (data, ehr, app, visit)
}

async fn begin(app: &impl Call, visit: &str, kind: &str) -> Value {
    app.must("amendment_begin", json!({ "visit": visit, "kind": kind })).await
}

/// Writes into the section of a draft whose title begins like this.
async fn type_into(app: &impl Call, draft: &Value, title: &str, text: &str) {
    let section = draft["sections"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| &s["section"])
        .find(|s| s["title"].as_str().unwrap().starts_with(title))
        .unwrap();
    let edit = json!({ "visit": draft["visit"], "section": section["section"], "text": text, "base_revision": section["revision"] });
    app.must("note_edit", edit).await;
}

fn named(draft: &Value) -> Value {
    json!({ "visit": draft["visit"], "id": draft["id"] })
}

/// Looks at the draft as it is now, and signs it.
async fn sign_draft(app: &impl Call, draft: &Value) -> Value {
    let now = app.must("amendment_get", named(draft)).await;
    assert_eq!(now["plan"]["blockers"], json!([]), "ready to sign");
    let hash = &now["plan"]["plan_hash"];
    app.must("amendment_sign", json!({ "visit": draft["visit"], "id": draft["id"], "plan_hash": hash })).await
}

/// The notes that we wrote, the oldest first.
async fn notes(ehr: &Sandbox) -> Vec<Value> {
    let mut all = written(ehr).await.remove(0).1;
    all.sort_by_key(|d| d["meta"]["lastUpdated"].as_str().unwrap().to_owned());
    all
}

fn text(document: &Value) -> String {
    let data = document["content"][0]["attachment"]["data"].as_str().unwrap();
    String::from_utf8(base64::engine::general_purpose::STANDARD.decode(data).unwrap()).unwrap()
}

fn reference(document: &Value) -> String {
    format!("DocumentReference/{}", document["id"].as_str().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_addendum_is_a_document_of_its_own_that_names_the_note_it_adds_to() {
    let (_data, ehr, app, visit) = signed().await;
    addendum(&app, &visit, "Patient called: took 500 mg.").await;
    let delivery = filed(&app, &visit).await;
    let [note, addendum] = &notes(&ehr).await[..] else { panic!("two documents") };
    let relation = &addendum["relatesTo"][0];
    assert_eq!(
        (&relation["code"], &relation["target"]["reference"]),
        (&json!("appends"), &json!(reference(note)))
    );
    let words = text(addendum);
    assert!(words.contains("Patient called: took 500 mg."), "{words}");
    assert!(words.contains(&format!("Addendum to: {}", note["type"]["text"].as_str().unwrap())), "{words}");
    assert!(words.contains(&reference(note)), "the link is repeated in the text: {words}");
    assert!(words.contains("Signed by Adaeze Okafor, MD"), "{words}");
    assert_eq!(addendum["context"]["encounter"], note["context"]["encounter"]);
    let receipt = delivery["items"].as_array().unwrap().iter().find(|i| i["kind"] == "addendum").unwrap();
    assert_eq!(receipt["receipt"]["id"], addendum["id"]);
    assert_eq!(receipt["receipt"]["content_hash"].as_str().unwrap().len(), 64);
    let audit = app.audit().await;
    assert!(audit.iter().any(|(action, ..)| action == "addendum signed"), "{audit:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_signed_before_the_note_is_filed_waits_for_it_and_goes_out_once() {
    let (_data, ehr, app, visit) = ready().await;
    ehr.faults().add("kind=down".parse::<Fault>().unwrap());
    sign(&app, &visit).await;
    addendum(&app, &visit, "First.").await;
    addendum(&app, &visit, "Second.").await;
    let waiting = app.must("delivery_get", of(&visit)).await;
    let states: Vec<&Value> = waiting["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|i| i["kind"] == "addendum")
        .map(|i| &i["state"])
        .collect();
    assert_eq!(states, ["waiting_on_parent", "waiting_on_parent"]);
    ehr.faults().clear();
    // The answer to the first addendum is lost after the EHR took it.
    ehr.faults()
        .add("kind=drop_response,method=POST,path=DocumentReference,times=2".parse::<Fault>().unwrap());
    filed(&app, &visit).await;
    let all = notes(&ehr).await;
    assert_eq!(all.len(), 3, "nothing twice");
    let note = all.iter().find(|d| d["relatesTo"].is_null()).unwrap();
    for one in all.iter().filter(|d| !d["relatesTo"].is_null()) {
        assert_eq!(one["relatesTo"][0]["target"]["reference"], reference(note));
    }
    let listed = app.must("signed_get", of(&visit)).await;
    let said: Vec<bool> = ["First.", "Second."]
        .iter()
        .zip([1, 2])
        .map(|(words, at)| listed["documents"][at]["text"].as_str().unwrap().contains(words))
        .collect();
    assert_eq!(said, [true, true], "in the order in which they were signed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_begins_with_the_signed_text_names_what_it_changed_and_replaces_the_note() {
    let (_data, ehr, app, visit) = signed().await;
    let draft = begin(&app, &visit, "correction").await;
    let blockers = draft["plan"]["blockers"].to_string();
    assert!(blockers.contains("Nothing is changed yet."), "{blockers}");
    let plan =
        draft["sections"].as_array().unwrap().iter().find(|s| s["section"]["title"] == "Plan").unwrap();
    assert_eq!(plan["section"]["text"], "Increase metformin; A1c in three months.");
    type_into(&app, &draft, "Plan", "Increase lisinopril; A1c in three months.").await;
    let now = app.must("amendment_get", named(&draft)).await;
    let changed: Vec<&Value> = now["sections"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|s| s["changed"] == true)
        .map(|s| &s["section"]["title"])
        .collect();
    assert_eq!(changed, ["Plan"]);
    sign_draft(&app, &draft).await;
    filed(&app, &visit).await;
    let all = notes(&ehr).await;
    let [note, correction] = &all[..] else { panic!("two documents") };
    let relation = &correction["relatesTo"][0];
    assert_eq!(
        (&relation["code"], &relation["target"]["reference"]),
        (&json!("replaces"), &json!(reference(note)))
    );
    let words = text(correction);
    assert!(words.contains("Increase lisinopril") && words.contains("Changed: Plan"), "{words}");
    assert!(
        words.contains("Morning glucose") && words.contains("E11.65"),
        "the rest stands as signed: {words}"
    );
    assert!(!words.contains("Increase metformin"), "{words}");
    // A later addendum is to what stands now.
    let listed = app.must("signed_get", of(&visit)).await;
    assert_eq!(listed["documents"][0]["standing"], "replaced");
    assert!(
        listed["documents"][0]["standing_words"].as_str().unwrap().contains("Replaced by the correction")
    );
    assert_eq!(listed["documents"][1]["changed"], json!(["Plan"]));
    addendum(&app, &visit, "One more.").await;
    filed(&app, &visit).await;
    assert_eq!(notes(&ehr).await[2]["relatesTo"][0]["target"]["reference"], reference(correction));
    for (kind, copies) in written(&ehr).await.into_iter().skip(1) {
        assert_eq!(copies.len(), 1, "a correction writes no second {kind}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_addendum_cannot_be_changed_signed_again_or_given_up() {
    let (_data, ehr, app, visit) = signed().await;
    let draft = begin(&app, &visit, "addendum").await;
    type_into(&app, &draft, "Addendum", "As signed.").await;
    let now = app.must("amendment_get", named(&draft)).await;
    sign_draft(&app, &draft).await;
    let section = &draft["sections"][0]["section"]["section"];
    let edit = json!({ "visit": visit, "section": section, "text": "other", "base_revision": 1 });
    assert_eq!(app.refused("note_edit", edit).await, ErrorCode::VisitSigned);
    let undo = json!({ "visit": visit, "section": section, "base_revision": 1 });
    assert_eq!(app.refused("note_undo", undo).await, ErrorCode::VisitSigned);
    let again = json!({ "visit": visit, "id": draft["id"], "plan_hash": now["plan"]["plan_hash"] });
    assert_eq!(app.refused("amendment_sign", again).await, ErrorCode::VisitSigned);
    assert_eq!(app.refused("amendment_drop", named(&draft)).await, ErrorCode::VisitSigned);
    filed(&app, &visit).await;
    assert_eq!(notes(&ehr).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_there_after_a_kill_and_one_that_was_given_up_is_not_signed() {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    let policy = app::policy(&ehr.urls.fhir, &ehr.urls.origin);
    let first = Process::start(data.path(), &policy).await;
    let visit = launch_maria(&first, &ehr).await;
    chart(&first, &visit).await;
    write(&first, &visit).await;
    sign(&first, &visit).await;
    let draft = begin(&first, &visit, "addendum").await;
    type_into(&first, &draft, "Addendum", "Half a sentence").await;
    first.kill().await;
    let app = Process::start(data.path(), &policy).await;
    let listed = app.must("signed_get", of(&visit)).await;
    assert_eq!(listed["drafts"][0]["id"], draft["id"]);
    let again = begin(&app, &visit, "addendum").await;
    assert_eq!(again["id"], draft["id"], "one draft of a kind at a time");
    assert_eq!(again["sections"][0]["section"]["text"], "Half a sentence");
    app.must("amendment_drop", named(&draft)).await;
    let hash = &again["plan"]["plan_hash"];
    let refused =
        app.refused("amendment_sign", json!({ "visit": visit, "id": draft["id"], "plan_hash": hash })).await;
    assert_eq!(refused, ErrorCode::VisitSigned);
    assert_eq!(app.must("signed_get", of(&visit)).await["drafts"], json!([]));
    let versions = json!({ "visit": visit, "section": again["sections"][0]["section"]["section"] });
    assert_eq!(
        app.must("note_versions", versions).await["versions"].as_array().unwrap().len(),
        1,
        "the text stays"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_addendum_is_not_signed_into_a_chart_that_changed_or_by_whoever_may_not_sign() {
    let (_data, ehr, app, visit) = signed().await;
    let draft = begin(&app, &visit, "addendum").await;
    type_into(&app, &draft, "Addendum", "Text.").await;
    let now = app.must("amendment_get", named(&draft)).await;
    let mut other = Value::clone(&*ehr.resource("Patient", "maria-santos").await.unwrap());
    other["birthDate"] = json!("1990-01-01");
    ehr.put(other).await.unwrap();
    let arguments = json!({ "visit": visit, "id": draft["id"], "plan_hash": now["plan"]["plan_hash"] });
    assert_eq!(app.refused("amendment_sign", arguments.clone()).await, ErrorCode::PatientChanged);
    assert_eq!(app.refused("amendment_sign", arguments).await, ErrorCode::IdentityNotConfirmed);
    assert_eq!(notes(&ehr).await.len(), 1);
    // Before the visit is signed there is nothing to add to.
    let elsewhere = tempfile::tempdir().unwrap();
    let nurse = App::start(elsewhere.path(), app::policy(&ehr.urls.fhir, &ehr.urls.origin)).await;
    let hers = launch(&nurse, &ehr, "prac-bautista", "harold-lindqvist", None).await;
    let begin = json!({ "visit": hers, "kind": "addendum" });
    assert_eq!(nurse.refused("amendment_begin", begin).await, ErrorCode::InvalidInput);
    assert_eq!(nurse.must("signed_get", of(&hers)).await["may_amend"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_ehr_takes_no_notes_the_addendum_stays_here_signed() {
    let data = tempfile::tempdir().unwrap();
    let config = Config { personality: "read-only".to_owned(), ..Config::default() };
    let ehr = Sandbox::start(config).await.unwrap();
    let app = App::start(data.path(), app::policy(&ehr.urls.fhir, &ehr.urls.origin)).await;
    let visit = launch_maria(&app, &ehr).await;
    chart(&app, &visit).await;
    write(&app, &visit).await;
    sign(&app, &visit).await;
    let draft = begin(&app, &visit, "addendum").await;
    assert_eq!(draft["plan"]["items"][0]["outcome"], "not_written");
    addendum(&app, &visit, "Stays.").await;
    let listed = app.must("signed_get", of(&visit)).await;
    assert!(listed["documents"][1]["text"].as_str().unwrap().contains("Stays."));
    assert_eq!(listed["documents"][1]["delivery"], Value::Null);
    assert!(notes(&ehr).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_about_a_note_that_was_retracted_can_still_be_read_and_given_up() {
    let (_data, _ehr, app, visit) = signed().await;
    let draft = begin(&app, &visit, "addendum").await;
    type_into(&app, &draft, "Addendum", "Patient called.").await;
    let view = app.must("retract_get", of(&visit)).await;
    let parts: Vec<&Value> = view["parts"].as_array().unwrap().iter().map(|p| &p["id"]).collect();
    let asked = json!({ "visit": visit, "parts": parts, "reason": "twice", "words": "", "plan_hash": view["plan_hash"] });
    app.must("retract", asked).await;
    let id = json!({ "visit": visit, "id": draft["id"] });
    let draft = app.must("amendment_get", id.clone()).await;
    assert_eq!(draft["sections"][0]["section"]["text"], "Patient called.");
    let blocker = draft["plan"]["blockers"][0]["what"].as_str().unwrap();
    assert!(blocker.starts_with("This note was retracted"), "{blocker}");
    let hash = &draft["plan"]["plan_hash"];
    let sign = json!({ "visit": visit, "id": draft["id"], "plan_hash": hash });
    assert_eq!(app.refused("amendment_sign", sign).await, ErrorCode::Incomplete);
    let again = json!({ "visit": visit, "kind": "correction", "document": null });
    assert_eq!(app.refused("amendment_begin", again).await, ErrorCode::InvalidInput);
    app.must("amendment_drop", id).await;
    assert_eq!(app.must("signed_get", of(&visit)).await["drafts"], json!([]));
}
