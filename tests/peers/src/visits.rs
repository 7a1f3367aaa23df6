//! Visits that between them make the app send every shape of body that it has.

use chartside_tests::app::{self, Call, of};
use chartside_tests::{App, visit};
use companion::policy::BillingPolicy;
use sandbox_ehr::{Captured, Config, Sandbox};
use serde_json::{Value, json};

/// Text that is hard on JSON, on XHTML and on readers: markup, other scripts, right-to-left,
/// characters beyond the basic plane, combining ones, and controls that XML forbids.
const ODD: &str = "<script>alert(1)</script> & \"quoted\" 'single' ]]> </div>\u{0} \u{8}\u{b}\u{c}\u{1b}[31m\u{7f}\u{85}\r\n\
    \u{637}\u{628}\u{64a}\u{628} \u{202e}right to left\u{202c} \u{1fa7a}\u{1f469}\u{200d}\u{2695}\u{fe0f} Zoe\u{308} \u{feff}\u{fffe}\u{ffff}\u{fffd}\u{a0}\ttab\n\n  two blanks, and a last line \\u0041 \\n";

/// One visit and what is special about it.
pub struct Planned {
    pub name: &'static str,
    user: &'static str,
    patient: &'static str,
    encounter: &'static str,
    /// The kind of EHR.
    personality: &'static str,
    /// What the EHR grants at most; everything when `None`.
    granted: Option<&'static str>,
    facts: fn() -> Value,
    /// Diagnoses to add.
    diagnoses: &'static [&'static str],
    /// Accept the first charge that is suggested.
    charge: bool,
    /// Follow-ups: text, due date, priority.
    tasks: &'static [(&'static str, Option<&'static str>, &'static str)],
    /// The text of every section.
    text: &'static str,
    /// All of it is taken back once it is filed.
    retracted: bool,
}

const PLAIN: Planned = Planned {
    name: "",
    user: "prac-okafor",
    patient: "",
    encounter: "",
    personality: "generic",
    granted: None,
    facts: video_home,
    diagnoses: &["E11.65"],
    charge: true,
    tasks: &[("Repeat A1c", Some("2027-02-22"), "routine")],
    text: "As said on the call. BP < 140 & stable.\n\nSecond paragraph.",
    retracted: false,
};

pub const VISITS: &[Planned] = &[
    Planned { name: "video-home", patient: "maria-santos", encounter: "enc-visit-1", ..PLAIN },
    Planned {
        name: "audio",
        patient: "zoe-nguyen",
        encounter: "enc-visit-7",
        facts: audio,
        diagnoses: &["E03.9"],
        ..PLAIN
    },
    Planned {
        name: "in-person",
        patient: "grace-kowalczik",
        encounter: "enc-visit-9",
        facts: in_person,
        diagnoses: &["E78.5"],
        tasks: &[],
        ..PLAIN
    },
    Planned {
        name: "elsewhere",
        patient: "noah-haddad",
        encounter: "enc-visit-4",
        facts: video_elsewhere,
        diagnoses: &["J45.31"],
        ..PLAIN
    },
    Planned {
        name: "no-charge",
        patient: "devon-whitfield",
        encounter: "enc-visit-3",
        user: "prac-castellano",
        diagnoses: &["F41.1"],
        charge: false,
        ..PLAIN
    },
    Planned {
        name: "note-only",
        patient: "grace-kowalczyk",
        encounter: "enc-visit-5",
        diagnoses: &[],
        charge: false,
        tasks: &[],
        ..PLAIN
    },
    Planned {
        name: "many",
        patient: "aisha-rahman",
        encounter: "enc-visit-8",
        user: "prac-castellano",
        diagnoses: &["O10.013", "Z3A.28", "R51.9", "E66.9", "I10"],
        tasks: &[
            ("Home blood pressure log, twice a day", Some("2026-12-01"), "routine"),
            ("Call if headache with spots before the eyes", None, "urgent"),
            ("Growth scan", Some("2027-01-15"), "routine"),
        ],
        ..PLAIN
    },
    Planned {
        name: "odd-text",
        patient: "maria-santos",
        encounter: "enc-visit-1",
        facts: odd_facts,
        tasks: &[(ODD, Some("2027-02-22"), "urgent")],
        text: ODD,
        ..PLAIN
    },
    // Where the EHR takes no Condition, the claim names the diagnoses by code.
    Planned {
        name: "no-condition",
        patient: "maria-santos",
        encounter: "enc-visit-1",
        granted: Some(
            "launch openid fhirUser offline_access patient/*.rs user/Practitioner.rs patient/DocumentReference.cruds patient/Claim.cruds patient/Task.cruds",
        ),
        diagnoses: &["E11.65", "I10"],
        ..PLAIN
    },
    Planned {
        name: "epic",
        patient: "maria-santos",
        encounter: "enc-visit-1",
        personality: "epic",
        diagnoses: &["E11.65", "R51.9"],
        ..PLAIN
    },
    Planned {
        name: "oracle",
        patient: "maria-santos",
        encounter: "enc-visit-1",
        personality: "oracle",
        retracted: true,
        ..PLAIN
    },
    Planned {
        name: "retracted",
        patient: "maria-santos",
        encounter: "enc-visit-1",
        retracted: true,
        ..PLAIN
    },
    // Where it takes neither Claim nor Task, both stand in the note.
    Planned {
        name: "all-in-note",
        patient: "maria-santos",
        encounter: "enc-visit-1",
        granted: Some(
            "launch openid fhirUser offline_access patient/*.rs user/Practitioner.rs patient/DocumentReference.cruds",
        ),
        ..PLAIN
    },
];

fn facts(modality: &str, place: Option<&str>) -> Value {
    json!({
        "modality": modality, "patient_place": place, "patient_state": "MA", "consent": true,
        "clinician_location": "Riverbend Family Medicine", "new_patient": false, "total_minutes": 32,
        "mdm_problems": "moderate", "mdm_data": "low", "mdm_risk": "moderate"
    })
}

fn video_home() -> Value {
    facts("video", Some("home"))
}

fn video_elsewhere() -> Value {
    facts("video", Some("elsewhere"))
}

fn in_person() -> Value {
    facts("in_person", Some("elsewhere"))
}

fn audio() -> Value {
    let mut facts = facts("audio", Some("home"));
    facts["audio_only_reason"] = json!("The patient has no camera.");
    facts
}

fn odd_facts() -> Value {
    let mut facts = audio();
    facts["audio_only_reason"] = json!(ODD);
    facts["clinician_location"] = json!(ODD);
    facts
}

/// What a visit sent to the FHIR side.
pub struct Taken {
    pub sent: Vec<Captured>,
    /// Handed to billing.
    pub messages: Vec<String>,
    /// Why not everything was filed, in the app's words.
    pub stuck: Option<String>,
}

/// Takes the visit from launch to receipts.
pub async fn take(planned: &Planned) -> Taken {
    let granted_scopes = planned.granted.map(str::to_owned);
    let personality = planned.personality.to_owned();
    let config = Config { granted_scopes, personality: personality.clone(), ..Config::default() };
    let ehr = Sandbox::start(config).await.expect("the sandbox starts");
    let data = tempfile::tempdir().expect("a folder");
    let mut policy = app::policy(&ehr.urls.fhir, &ehr.urls.origin);
    policy.ehrs[0].personality = Some(personality);
    let billing = tempfile::tempdir().expect("a folder");
    policy.ehrs[0].billing =
        Some(BillingPolicy { folder: billing.path().to_owned(), ..BillingPolicy::default() });
    let app = App::start(data.path(), policy).await;
    let id = visit::launch(&app, &ehr, planned.user, planned.patient, Some(planned.encounter)).await;
    visit::chart(&app, &id).await;
    write(&app, &id, planned).await;
    visit::sign(&app, &id).await;
    let ended = |d: &Value| d["all_filed"] == true || items(d).any(|i| i["state"] == "needs_you");
    let mut delivery = app.until("delivery_get", of(&id), ended).await;
    if planned.retracted {
        let view = app.must("retract_get", of(&id)).await;
        let parts: Vec<&Value> =
            view["parts"].as_array().into_iter().flatten().map(|part| &part["id"]).collect();
        let asked = json!({ "visit": id, "parts": parts, "reason": "twice", "words": "", "plan_hash": view["plan_hash"] });
        app.must("retract", asked).await;
        delivery = app.until("delivery_get", of(&id), ended).await;
    }
    let stuck = items(&delivery).find(|i| i["state"] == "needs_you").map(|i| i["words"].to_string());
    app.companion.stop().await;
    let sent = ehr.log().entries().into_iter();
    let written = |r: &Captured| r.path.starts_with("/fhir") && matches!(r.method.as_str(), "POST" | "PUT");
    let files = std::fs::read_dir(billing.path()).expect("the folder").flatten();
    let messages = files.map(|f| std::fs::read_to_string(f.path()).expect("a message")).collect();
    Taken { sent: sent.filter(written).collect(), messages, stuck }
}

fn items(delivery: &Value) -> impl Iterator<Item = &Value> {
    delivery["items"].as_array().into_iter().flatten()
}

/// Everything from confirming the patient to the last follow-up.
async fn write(app: &App, id: &str, planned: &Planned) {
    let view = app.must("visit_get", of(id)).await;
    for issue in view["identity"]["issues"].as_array().into_iter().flatten().filter(|i| i["open"] == true) {
        let keep =
            json!({ "visit": id, "issue": issue["issue"], "decision": "keep_this_chart", "reason": null });
        app.must("identity_decide", keep).await;
    }
    app.must("identity_confirm", json!({ "visit": id, "identifiers": ["name", "birth_date"] })).await;
    if app.must("visit_get", of(id)).await["room"]["allowed"] == true {
        app.must("room_open", of(id)).await;
        app.must("room_left", of(id)).await;
    }
    let note = app.must("note_get", of(id)).await;
    for section in note["sections"].as_array().expect("sections") {
        let edit =
            json!({ "visit": id, "section": section["section"], "text": planned.text, "base_revision": 0 });
        app.must("note_edit", edit).await;
    }
    let facts = (planned.facts)();
    // As on the screen: who is elsewhere has to say which state, even when it is the one of the home address.
    let place = json!({ "patient_place": facts["patient_place"] });
    app.must("facts_set", json!({ "visit": id, "facts": place, "unseen": true })).await;
    app.must("facts_set", json!({ "visit": id, "facts": facts })).await;
    for code in planned.diagnoses {
        app.must("diagnosis_add", json!({ "visit": id, "code": code })).await;
    }
    if planned.charge {
        let codes = app.must("codes_get", of(id)).await;
        let code = codes["suggestions"][0]["code"]
            .as_str()
            .unwrap_or_else(|| panic!("{}: no charge is suggested", planned.name));
        app.must("charge_accept", json!({ "visit": id, "code": code })).await;
    }
    let owners = app.must("follow_ups_get", of(id)).await;
    for (text, due, priority) in planned.tasks {
        let owner = &owners["owners"][0]["reference"];
        app.must(
            "follow_up_add",
            json!({ "visit": id, "text": text, "owner": owner, "due": due, "priority": priority }),
        )
        .await;
    }
}
