//! A launch whose encounter cannot be the one: the visit opens without it, the clinician says what is
//! right instead, and nothing is ever written into it.

use chartside_tests::app::{self, App, Call, of};
use chartside_tests::visit::{filed, launch, sign, write, written};
use companion::contract::ErrorCode;
use sandbox_ehr::{Config, Fault, Sandbox};
use serde_json::{Value, json};

const MARIA: &str = "maria-santos";
/// Today's visit of Maria, and of somebody else.
const HERS: &str = "enc-visit-1";
const ANOTHERS: &str = "enc-visit-6";

struct Clinic {
    _data: tempfile::TempDir,
    ehr: Sandbox,
    app: App,
}

/// An EHR that lets clinicians see all their patients, or only the launched one.
async fn clinic(sees_all: bool) -> Clinic {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    let mut policy = app::policy(&ehr.urls.fhir, &ehr.urls.origin);
    if sees_all {
        let scopes = ["openid", "fhirUser", "offline_access", "user/*.cruds"];
        policy.ehrs[0].scopes = Some(scopes.map(str::to_owned).to_vec());
    }
    let app = App::start(data.path(), policy).await;
    Clinic { _data: data, ehr, app }
}

impl Clinic {
    async fn opened(&self, encounter: &str) -> String {
        launch(&self.app, &self.ehr, "prac-okafor", MARIA, Some(encounter)).await
    }

    async fn mark(&self, encounter: &str, status: &str) {
        let mut body = Value::clone(&*self.ehr.resource("Encounter", encounter).await.unwrap());
        body["status"] = json!(status);
        self.ehr.put(body).await.unwrap();
    }

    async fn issue(&self, visit: &str) -> Value {
        self.app.must("visit_get", of(visit)).await["identity"]["issues"][0].clone()
    }

    async fn decide(&self, visit: &str, decision: &str, encounter: Option<&str>) -> Value {
        self.app.must("identity_decide", asked(visit, decision, encounter)).await
    }

    async fn blocked(&self, visit: &str) -> bool {
        let plan = self.app.must("plan_get", of(visit)).await;
        plan["blockers"].as_array().unwrap().iter().any(|b| b["kind"] == "identity")
    }

    /// What all that was written says of its encounter.
    async fn encounters_written(&self) -> Vec<String> {
        let all = written(&self.ehr).await.into_iter().flat_map(|(_, list)| list);
        let text = all.map(|r| r.to_string()).collect::<Vec<_>>().join("\n");
        text.match_indices("Encounter/")
            .map(|(at, found)| {
                let rest = &text[at + found.len()..];
                rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect()
            })
            .collect()
    }
}

fn asked(visit: &str, decision: &str, encounter: Option<&str>) -> Value {
    json!({ "visit": visit, "issue": "wrong_encounter", "decision": decision, "encounter": encounter })
}

fn confirm(visit: &str) -> Value {
    json!({ "visit": visit, "identifiers": ["name", "birth_date"] })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_encounter_of_another_patient_is_decided_on_before_anything_is_confirmed() {
    let clinic = clinic(true).await;
    let visit = clinic.opened(ANOTHERS).await;
    let issue = clinic.issue(&visit).await;
    assert_eq!((&issue["issue"], &issue["open"]), (&json!("wrong_encounter"), &json!(true)));
    assert!(issue["words"].as_str().unwrap().contains("belongs to another patient"), "{issue}");
    assert_eq!(
        clinic.app.refused("identity_confirm", confirm(&visit)).await,
        ErrorCode::IdentityNotConfirmed
    );
    assert!(clinic.blocked(&visit).await);
    let view = clinic.app.must("visit_get", of(&visit)).await;
    assert_eq!(
        view["banner"]["name"], "SANTOS, Maria Elena",
        "the launched patient's chart, and nobody else's"
    );

    let decided = clinic.decide(&visit, "without_encounter", None).await;
    assert_eq!(decided["identity"]["issues"][0]["open"], false);
    write(&clinic.app, &visit).await;
    let back = clinic.decide(&visit, "take_back", None).await;
    assert_eq!(back["identity"]["issues"][0]["open"], true);
    assert!(clinic.blocked(&visit).await, "open again, although the person was confirmed");

    clinic.decide(&visit, "without_encounter", None).await;
    sign(&clinic.app, &visit).await;
    filed(&clinic.app, &visit).await;
    assert_eq!(clinic.encounters_written().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn another_encounter_of_today_is_taken_instead_and_is_the_one_written_into() {
    let clinic = clinic(true).await;
    let visit = clinic.opened(ANOTHERS).await;
    let issue = clinic.issue(&visit).await;
    let offered: Vec<&Value> = issue["choices"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|c| c["decision"] == "take_encounter")
        .map(|c| &c["encounter"])
        .collect();
    assert_eq!(offered, [HERS], "only this patient's own");
    let not_hers = asked(&visit, "take_encounter", Some(ANOTHERS));
    assert_eq!(clinic.app.refused("identity_decide", not_hers).await, ErrorCode::InvalidInput);

    clinic.decide(&visit, "take_encounter", Some(HERS)).await;
    write(&clinic.app, &visit).await;
    sign(&clinic.app, &visit).await;
    filed(&clinic.app, &visit).await;
    let into = clinic.encounters_written().await;
    assert!(!into.is_empty() && into.iter().all(|e| e == HERS), "{into:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_encounter_offered_is_not_taken_once_it_is_cancelled_or_open_in_another_visit() {
    let clinic = clinic(true).await;
    let visit = clinic.opened(ANOTHERS).await;
    clinic.mark(HERS, "cancelled").await;
    let take = || asked(&visit, "take_encounter", Some(HERS));
    assert_eq!(clinic.app.refused("identity_decide", take()).await, ErrorCode::PatientChanged);
    clinic.mark(HERS, "planned").await;
    let hers = clinic.opened(HERS).await;
    assert_ne!(hers, visit);
    assert_eq!(clinic.app.refused("identity_decide", take()).await, ErrorCode::InvalidInput);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_encounter_and_one_entered_in_error_are_said_and_forgotten_once_put_right() {
    let clinic = clinic(false).await;
    for (status, words) in [("cancelled", "is cancelled"), ("entered-in-error", "entered in error")] {
        clinic.mark(HERS, status).await;
        let visit = clinic.opened(HERS).await;
        let issue = clinic.issue(&visit).await;
        assert!(issue["words"].as_str().unwrap().contains(words), "{issue}");
        clinic.mark(HERS, "planned").await;
        assert_eq!(clinic.opened(HERS).await, visit, "the same visit, with what was written in it");
        assert_eq!(clinic.issue(&visit).await, Value::Null);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_encounter_that_turned_out_wrong_takes_nothing_more_from_its_visit() {
    let clinic = clinic(false).await;
    let visit = clinic.opened(HERS).await;
    write(&clinic.app, &visit).await;
    assert!(!clinic.blocked(&visit).await);
    clinic.mark(HERS, "cancelled").await;
    assert_eq!(clinic.opened(HERS).await, visit);
    assert!(clinic.blocked(&visit).await);
    let note = clinic.app.must("note_get", of(&visit)).await;
    assert!(note.to_string().contains("Morning glucose"), "what was written is still there");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_encounter_that_the_ehr_does_not_show_is_none_to_write_into() {
    let clinic = clinic(false).await;
    let visit = clinic.opened("enc-nowhere").await;
    let issue = clinic.issue(&visit).await;
    assert!(issue["words"].as_str().unwrap().contains("does not show"), "{issue}");
    assert!(clinic.blocked(&visit).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ehr_that_cannot_be_asked_for_others_is_not_said_to_have_none() {
    let clinic = clinic(true).await;
    clinic.ehr.faults().add("kind=503,path=/Encounter?".parse::<Fault>().unwrap());
    let visit = clinic.opened(ANOTHERS).await;
    let issue = clinic.issue(&visit).await;
    let words = issue["words"].as_str().unwrap();
    assert!(words.contains("did not say which others") && !words.contains("no other one"), "{words}");
    let choices: Vec<_> = issue["choices"].as_array().unwrap().iter().map(|c| &c["decision"]).collect();
    assert_eq!(choices, ["without_encounter", "leave"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_that_is_left_stays_as_it_is_and_the_same_launch_asks_again() {
    let clinic = clinic(true).await;
    let visit = clinic.opened(ANOTHERS).await;
    let edit = json!({ "visit": visit, "section": "hpi", "text": "thirsty", "base_revision": 0 });
    clinic.app.must("note_edit", edit).await;
    clinic.decide(&visit, "leave", None).await;
    let state = clinic.app.must("app_state", json!({})).await;
    assert_eq!(state["current_visit"], Value::Null);
    assert_eq!(clinic.opened(ANOTHERS).await, visit);
    assert_eq!(clinic.issue(&visit).await["open"], true);
    assert!(clinic.app.must("note_get", of(&visit)).await.to_string().contains("thirsty"));
    let outcomes: Vec<String> = clinic
        .app
        .audit()
        .await
        .into_iter()
        .filter(|(action, about, _)| action == "wrong encounter" && about == "Patient/maria-santos")
        .map(|(.., outcome)| outcome)
        .collect();
    assert_eq!(outcomes, ["launched", "left undecided", "launched"]);
}
