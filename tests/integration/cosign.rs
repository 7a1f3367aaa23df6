//! A resident's note and the supervising clinician who makes it final.

use chartside_tests::app::{self, App, Call, of};
use chartside_tests::visit::{chart, filed, launch, sign, write, written};
use companion::contract::ErrorCode;
use sandbox_ehr::{Config, Fault, Sandbox};
use serde_json::{Value, json};

pub(crate) struct Clinic {
    pub ehr: Sandbox,
    resident: (App, String),
    pub attending: (App, String),
    _data: [tempfile::TempDir; 2],
}

/// Maria's visit, signed by the resident, and open at the attending's desk.
pub(crate) async fn clinic(personality: &str) -> Clinic {
    let data = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let config = Config { personality: personality.to_owned(), ..Config::default() };
    let ehr = Sandbox::start(config).await.unwrap();
    let policy = || app::policy(&ehr.urls.fhir, &ehr.urls.origin);
    let resident = App::start(data[0].path(), policy()).await;
    let visit = launch(&resident, &ehr, "prac-iyer", "maria-santos", Some("enc-visit-1")).await;
    chart(&resident, &visit).await;
    write(&resident, &visit).await;
    sign(&resident, &visit).await;
    filed(&resident, &visit).await;
    let attending = App::start(data[1].path(), policy()).await;
    let theirs = launch(&attending, &ehr, "prac-okafor", "maria-santos", Some("enc-visit-1")).await;
    chart(&attending, &theirs).await;
    let known = json!({ "visit": theirs, "identifiers": ["name", "birth_date"] });
    attending.must("identity_confirm", known).await;
    Clinic { resident: (resident, visit), attending: (attending, theirs), ehr, _data: data }
}

/// The one note that waits.
pub(crate) async fn waiting(app: &App, visit: &str) -> Value {
    let view = app.must("cosign_get", of(visit)).await;
    assert_eq!(view["waiting"].as_array().unwrap().len(), 1, "{view}");
    view["waiting"][0].clone()
}

/// A statement about it, not signed.
pub(crate) async fn stated(app: &App, visit: &str, note: &Value) -> Value {
    let begin = json!({ "visit": visit, "kind": "cosign", "document": note["document"] });
    let draft = app.must("amendment_begin", begin).await;
    let section = &draft["sections"][0]["section"]["section"];
    let text = "I saw Mrs. Santos with Dr. Iyer and agree with the plan.";
    let edit = json!({ "visit": visit, "section": section, "text": text, "base_revision": 0 });
    app.must("note_edit", edit).await;
    app.must("amendment_get", json!({ "visit": visit, "id": draft["id"] })).await
}

pub(crate) fn signing(draft: &Value) -> Value {
    let hash = &draft["plan"]["plan_hash"];
    json!({ "visit": draft["visit"], "id": draft["id"], "plan_hash": hash })
}

async fn notes(ehr: &Sandbox) -> Vec<Value> {
    let mut all = written(ehr).await.remove(0).1;
    all.sort_by_key(|d| d["date"].as_str().unwrap().to_owned());
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn a_residents_note_becomes_final_by_the_supervising_clinicians_statement() {
    let clinic = clinic("generic").await;
    let (app, visit) = &clinic.attending;
    let before = notes(&clinic.ehr).await.remove(0);
    assert_eq!(before["docStatus"], "preliminary");
    let note = waiting(app, visit).await;
    assert!(note["words"].as_str().unwrap().starts_with("by Nikhil Iyer, MD, "), "{note}");
    let draft = stated(app, visit, &note).await;
    let plan: Vec<&Value> =
        draft["plan"]["items"].as_array().unwrap().iter().map(|i| &i["request"]).collect();
    assert_eq!(
        plan,
        [&json!("POST DocumentReference"), &json!(format!("PUT {}", note["document"].as_str().unwrap()))]
    );
    assert_eq!(draft["plan"]["blockers"], json!([]));
    let read = json!({ "visit": visit, "id": draft["document"] });
    assert!(app.must("chart_document", read).await["text"].as_str().unwrap().contains("Morning glucose"));
    app.must("amendment_sign", signing(&draft)).await;
    filed(app, visit).await;

    let all = notes(&clinic.ehr).await;
    let statement = all.iter().find(|d| !d["relatesTo"].is_null()).expect("the statement");
    assert_eq!(statement["relatesTo"][0]["code"], "signs");
    assert_eq!(statement["relatesTo"][0]["target"]["reference"], note["document"]);
    assert_eq!(statement["docStatus"], "final");
    let mut wanted = before.clone();
    wanted["docStatus"] = json!("final");
    wanted["authenticator"] =
        json!({ "reference": "Practitioner/prac-okafor", "display": "Adaeze Okafor, MD" });
    let mut now = all.iter().find(|d| d["id"] == before["id"]).unwrap().clone();
    for one in [&mut wanted, &mut now] {
        one.as_object_mut().unwrap().remove("meta");
    }
    assert_eq!(now, wanted, "nothing else of the note changed");

    let view = app.must("cosign_get", of(visit)).await;
    assert_eq!(view["waiting"], json!([]));
    assert!(view["done"][0]["text"].as_str().unwrap().contains("Cosigns: "), "{view}");
    assert!(app.audit().await.iter().any(|(action, ..)| action == "cosigned"));

    // The resident sees by whom, once the chart was read again.
    let (app, visit) = &clinic.resident;
    assert_eq!(app.must("visit_get", of(visit)).await["awaits_cosign"], true);
    app.must("chart_reload", of(visit)).await;
    app.until("signed_get", of(visit), |s| s["documents"][0]["cosigned"] == "Cosigned by Adaeze Okafor, MD.")
        .await;
    assert_eq!(app.must("visit_get", of(visit)).await["awaits_cosign"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_cosigns_their_own_note_and_no_resident_does() {
    let clinic = clinic("generic").await;
    let (app, visit) = &clinic.resident;
    chart(app, visit).await;
    assert_eq!(app.must("cosign_get", of(visit)).await["waiting"], json!([]));
    let (_, theirs) = &clinic.attending;
    let note = waiting(&clinic.attending.0, theirs).await;
    let begin = json!({ "visit": visit, "kind": "cosign", "document": note["document"] });
    assert_eq!(app.refused("amendment_begin", begin).await, ErrorCode::PlanChanged);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_that_changed_since_it_was_read_is_not_cosigned() {
    let clinic = clinic("generic").await;
    let (app, visit) = &clinic.attending;
    let note = waiting(app, visit).await;
    let draft = stated(app, visit, &note).await;
    let mut changed = notes(&clinic.ehr).await.remove(0);
    changed["description"] = json!("Changed by the resident");
    clinic.ehr.put(changed.clone()).await.unwrap();
    assert_eq!(app.refused("amendment_sign", signing(&draft)).await, ErrorCode::PlanChanged);
    assert_eq!(notes(&clinic.ehr).await.len(), 1, "no statement either");

    // Changed after the signature, before it could be sent: the statement stands, the note is left as it is.
    app.must("chart_reload", of(visit)).await;
    chart(app, visit).await;
    let before = &draft["plan"]["plan_hash"];
    let draft = app.must("amendment_get", json!({ "visit": visit, "id": draft["id"] })).await;
    assert_ne!(&draft["plan"]["plan_hash"], before);
    clinic.ehr.faults().add("kind=down".parse::<Fault>().unwrap());
    app.must("amendment_sign", signing(&draft)).await;
    changed["description"] = json!("Changed once more");
    clinic.ehr.put(changed).await.unwrap();
    clinic.ehr.faults().clear();
    let delivery = app
        .until("delivery_get", of(visit), |d| {
            d["items"].as_array().unwrap().iter().any(|i| i["state"] == "needs_you")
        })
        .await;
    let stopped = delivery["items"].as_array().unwrap().iter().find(|i| i["state"] == "needs_you").unwrap();
    assert!(stopped["words"].as_str().unwrap().contains("Retract your statement"), "{stopped}");
    let all = notes(&clinic.ehr).await;
    assert_eq!(all.len(), 2);
    assert!(all.iter().any(|d| d["docStatus"] == "preliminary"));

    // That stands beside the statement; once it is taken back, the note waits again and is cosigned as it is now.
    let view = app.must("cosign_get", of(visit)).await;
    assert_eq!(view["done"][0]["delivery"]["state"], "needs_you", "{view}");
    let view = app.must("retract_get", of(visit)).await;
    let asked = json!({ "visit": visit, "parts": [view["parts"][0]["id"]], "reason": "other", "words": "cosigned anew", "plan_hash": view["plan_hash"] });
    app.must("retract", asked).await;
    filed(app, visit).await;
    assert_eq!(app.must("app_state", json!({})).await["outbox"]["needs_you"], 0);
    app.must("chart_reload", of(visit)).await;
    chart(app, visit).await;
    let note = waiting(app, visit).await;
    let draft = stated(app, visit, &note).await;
    app.must("amendment_sign", signing(&draft)).await;
    filed(app, visit).await;
    let all = notes(&clinic.ehr).await;
    assert_eq!(all.iter().filter(|d| d["docStatus"] == "final" && d["relatesTo"].is_null()).count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_about_a_note_that_somebody_else_made_final_can_still_be_read_and_given_up() {
    let clinic = clinic("generic").await;
    let (app, visit) = &clinic.attending;
    let draft = stated(app, visit, &waiting(app, visit).await).await;
    let mut note = notes(&clinic.ehr).await.remove(0);
    note["docStatus"] = json!("final");
    clinic.ehr.put(note).await.unwrap();
    app.must("chart_reload", of(visit)).await;
    chart(app, visit).await;
    let id = json!({ "visit": visit, "id": draft["id"] });
    let draft = app.must("amendment_get", id.clone()).await;
    assert!(draft["sections"][0]["section"]["text"].as_str().unwrap().starts_with("I saw Mrs. Santos"));
    let blocker = draft["plan"]["blockers"][0]["what"].as_str().unwrap();
    assert!(blocker.contains("somebody else signed it"), "{blocker}");
    assert_eq!(app.refused("amendment_sign", signing(&draft)).await, ErrorCode::PlanChanged);
    app.must("amendment_drop", id.clone()).await;
    assert_eq!(app.refused("amendment_get", id).await, ErrorCode::VisitSigned);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_is_taken_back_before_it_was_sent_leaves_the_note_a_draft() {
    let clinic = clinic("generic").await;
    let (app, visit) = &clinic.attending;
    let note = waiting(app, visit).await;
    let draft = stated(app, visit, &note).await;
    clinic.ehr.faults().add("kind=down".parse::<Fault>().unwrap());
    app.must("amendment_sign", signing(&draft)).await;
    app.until("delivery_get", of(visit), |d| d["items"][0]["state"] == "retrying").await;
    let view = app.must("retract_get", of(visit)).await;
    let part = &view["parts"][0];
    assert_eq!((&part["kind"], &part["outcome"]), (&json!("cosign"), &json!("withdrawn")));
    let asked = json!({ "visit": visit, "parts": [part["id"]], "reason": "twice", "words": "", "plan_hash": view["plan_hash"] });
    app.must("retract", asked).await;
    clinic.ehr.faults().clear();
    let delivery = filed(app, visit).await;
    assert!(delivery["items"].as_array().unwrap().iter().all(|i| i["state"] == "superseded"), "{delivery}");
    let all = notes(&clinic.ehr).await;
    assert_eq!((all.len(), &all[0]["docStatus"]), (1, &json!("preliminary")));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_note_cannot_be_changed_from_here_the_statement_goes_alone_and_that_is_said_before() {
    let clinic = clinic("epic").await;
    let (app, visit) = &clinic.attending;
    let note = waiting(app, visit).await;
    let draft = stated(app, visit, &note).await;
    let words = draft["plan"]["items"][1]["words"].as_str().unwrap();
    assert!(words.ends_with("lets nobody outside change a note. Sign it there, too."), "{words}");
    app.must("amendment_sign", signing(&draft)).await;
    let delivery = filed(app, visit).await;
    assert_eq!(delivery["items"].as_array().unwrap().len(), 1);
}
