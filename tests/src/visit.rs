//! The steps of a visit, as a clinician takes them.

use crate::app::{self, App, Call, of};
use crate::browser::sign_in_at;
use companion::host::Clock;
use companion::policy::Policy;
use desktop::SystemClock;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use sandbox_ehr::{Config, LaunchRequest, Sandbox};
use serde_json::{Value, json};

/// Words that must not be found in any file.
pub const NOTE_WORDS: &str = "Morning glucose near 190, more thirst than usual";

/// Launches Maria's visit from the EHR and waits until it is open. Gives the visit's id.
pub async fn launch(
    app: &impl Call,
    ehr: &Sandbox,
    user: &str,
    patient: &str,
    encounter: Option<&str>,
) -> String {
    let request = LaunchRequest {
        user: Some(user.to_owned()),
        patient: patient.to_owned(),
        encounter: encounter.map(str::to_owned),
    };
    let (_, url) = ehr.launch(request).await;
    let before = app.opened().await.len();
    app.must("launch", json!({ "url": url })).await;
    let opened = app.opened().await;
    let cookie = ehr.sign_in(user).await;
    sign_in_at(&opened[before], &cookie).await;
    let state = app
        .until("app_state", json!({}), |s| {
            s["phase"] == "ready" && s["current_visit"].is_string() && s["sign_in"].is_null()
        })
        .await;
    state["current_visit"].as_str().expect("a visit").to_owned()
}

/// Maria's visit with Dr. Okafor.
pub async fn launch_maria(app: &impl Call, ehr: &Sandbox) -> String {
    launch(app, ehr, "prac-okafor", "maria-santos", Some("enc-visit-1")).await
}

/// Waits until every section of the chart has ended loading.
pub async fn chart(app: &impl Call, visit: &str) -> Value {
    app.until("chart_get", of(visit), |c| {
        c["sections"].as_array().is_some_and(|s| s.iter().all(|s| s["state"]["state"] != "loading"))
    })
    .await
}

/// Everything from confirming the patient to the last follow-up; nothing signed yet.
pub async fn write(app: &impl Call, visit: &str) {
    app.must("identity_confirm", json!({ "visit": visit, "identifiers": ["name", "birth_date"] })).await;
    for (section, text) in [
        ("chief_complaint", "Diabetes follow-up."),
        ("hpi", NOTE_WORDS),
        ("assessment", "Type 2 diabetes, not at goal. BP < 140 & stable."),
        ("plan", "Increase metformin; A1c in three months."),
    ] {
        let edit = json!({ "visit": visit, "section": section, "text": text, "base_revision": 0 });
        app.must("note_edit", edit).await;
    }
    let facts = json!({
        "modality": "video", "patient_place": "home", "patient_state": "MA", "consent": true,
        "new_patient": false, "total_minutes": 32,
        "mdm_problems": "moderate", "mdm_data": "low", "mdm_risk": "moderate"
    });
    app.must("facts_set", json!({ "visit": visit, "facts": facts })).await;
    app.must("diagnosis_add", json!({ "visit": visit, "code": "E11.65" })).await;
    app.must("charge_accept", json!({ "visit": visit, "code": "99214" })).await;
    let owners = app.must("follow_ups_get", of(visit)).await;
    let owner = owners["owners"][0]["reference"].clone();
    let task = json!({ "visit": visit, "text": "Repeat A1c", "owner": owner, "due": "2027-02-22", "priority": "routine" });
    app.must("follow_up_add", task).await;
}

/// An EHR, the app beside it, and a visit of Maria's.
pub struct Desk {
    pub ehr: Sandbox,
    pub app: App,
    pub visit: String,
    _data: tempfile::TempDir,
}

impl Desk {
    /// Her visit at an EHR of this kind, written, not signed.
    pub async fn written_at(personality: &str) -> Self {
        Self::written_under(personality, |_| {}).await
    }

    /// The same under a policy that says more.
    pub async fn written_under(personality: &str, more: impl FnOnce(&mut Policy)) -> Self {
        let data = tempfile::tempdir().expect("a folder");
        let config = Config { personality: personality.to_owned(), ..Config::default() };
        let ehr = Sandbox::start(config).await.expect("the EHR starts");
        let mut policy = app::policy(&ehr.urls.fhir, &ehr.urls.origin);
        policy.ehrs[0].personality = Some(personality.to_owned());
        more(&mut policy);
        let app = App::start(data.path(), policy).await;
        let visit = launch_maria(&app, &ehr).await;
        chart(&app, &visit).await;
        write(&app, &visit).await;
        Self { ehr, app, visit, _data: data }
    }
}

/// Looks at the plan and signs it.
pub async fn sign(app: &impl Call, visit: &str) -> Value {
    let plan = app.must("plan_get", of(visit)).await;
    assert_eq!(plan["blockers"], json!([]), "ready to sign");
    app.must("sign", json!({ "visit": visit, "plan_hash": plan["plan_hash"] })).await
}

/// Signs an addendum of these words.
pub async fn addendum(app: &impl Call, visit: &str, words: &str) {
    let draft = app.must("amendment_begin", json!({ "visit": visit, "kind": "addendum" })).await;
    let section = &draft["sections"][0]["section"]["section"];
    let edit = json!({ "visit": visit, "section": section, "text": words, "base_revision": 0 });
    app.must("note_edit", edit).await;
    let now = app.must("amendment_get", json!({ "visit": visit, "id": draft["id"] })).await;
    assert_eq!(now["plan"]["blockers"], json!([]), "ready to sign");
    let hash = &now["plan"]["plan_hash"];
    app.must("amendment_sign", json!({ "visit": visit, "id": draft["id"], "plan_hash": hash })).await;
}

/// Takes everything of a visit back.
pub async fn retract(app: &impl Call, visit: &str) {
    let view = app.must("retract_get", of(visit)).await;
    let parts: Vec<&Value> = view["parts"].as_array().expect("parts").iter().map(|p| &p["id"]).collect();
    let why = json!({ "visit": visit, "parts": parts, "reason": "wrong_patient", "words": "", "plan_hash": view["plan_hash"] });
    app.must("retract", why).await;
}

/// Waits until every item is filed.
pub async fn filed(app: &impl Call, visit: &str) -> Value {
    app.until("delivery_get", of(visit), |d| d["all_filed"] == true).await
}

/// What the EHR holds of the kinds that a visit writes and that carry our identifier.
pub async fn written(ehr: &Sandbox) -> Vec<(&'static str, Vec<Value>)> {
    let mut all = Vec::new();
    for kind in ["DocumentReference", "Condition", "Claim", "Task"] {
        let ours = ehr.resources(kind).await.into_iter().filter(|r| {
            r["identifier"]
                .as_array()
                .is_some_and(|ids| ids.iter().any(|i| i["system"] == "urn:ietf:rfc:3986"))
        });
        all.push((kind, ours.map(|r| Value::clone(&r)).collect()));
    }
    all
}

/// Today where the sandbox's schedule is.
pub fn today() -> Date {
    SystemClock.now().to_zoned(TimeZone::UTC).date()
}

/// The appointments of this patient that are not of today's schedule.
pub async fn booked(ehr: &Sandbox, patient: &str) -> Vec<Value> {
    let all = ehr.resources_of("Appointment", patient).await;
    let ours = all.iter().filter(|a| a["slot"].is_array()).map(|a| Value::clone(a));
    ours.collect()
}

/// A `schedule.json` with so many visits of this clinician and these patients by turns, each with an encounter of its
/// own: `visit-0`, `visit-1`, …
pub fn schedule(visits: usize, practitioner: &str, patients: &[&str]) -> String {
    let all: Vec<Value> = (0..visits)
        .map(|n| {
            json!({
                "appointment": format!("appointment-{n}"), "encounter": format!("visit-{n}"),
                "patient": format!("Patient/{}", patients[n % patients.len()]),
                "practitioner": format!("Practitioner/{practitioner}"),
                "start": "09:20", "minutes": 20, "status": "booked", "modality": "video", "reason": "Follow-up",
                "type": { "system": "http://snomed.info/sct", "code": "185389009", "display": "Follow-up visit" },
            })
        })
        .collect();
    Value::Array(all).to_string()
}
