//! The clinic of these tests: Maria's chart at the foreign EHR, and Dr. Okafor with Chartside.

use crate::browser::Browser;
use crate::clock::MovedClock;
use crate::peers::{self, Given, Peers};
use crate::reader::Reader;
use chartside_tests::app::of;
use chartside_tests::browser::Robot;
use chartside_tests::{App, Call, app, skipped, visit};
use companion::host::{Clock, Host};
use companion::policy::{Policy, WorklistPolicy};
use desktop::{FileKeychain, OsEntropy};
use jiff::SignedDuration;
use sandbox_ehr::{Config, Sandbox};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

pub const MARIA: &str = "maria-santos";
pub const ZOE: &str = "zoe-nguyen";
pub const OKAFOR: &str = "prac-okafor";
const ENCOUNTER: &str = "enc-visit-1";

/// What belongs to a patient, and what everybody shares.
const OF_A_PATIENT: &[&str] = &[
    "AllergyIntolerance",
    "Appointment",
    "CarePlan",
    "CareTeam",
    "Claim",
    "Condition",
    "Coverage",
    "Device",
    "DiagnosticReport",
    "DocumentReference",
    "Encounter",
    "ExplanationOfBenefit",
    "Goal",
    "ImagingStudy",
    "Immunization",
    "Media",
    "MedicationAdministration",
    "MedicationDispense",
    "MedicationRequest",
    "Observation",
    "Procedure",
    "Provenance",
    "RelatedPerson",
    "ServiceRequest",
    "Specimen",
    "SupplyDelivery",
];
const SHARED: &[&str] = &["Organization", "Location", "Practitioner", "PractitionerRole", "Medication"];

pub struct Clinic {
    pub app: App,
    pub clock: Arc<MovedClock>,
    pub peers: Peers,
    _data: tempfile::TempDir,
}

impl Clinic {
    /// `None` where the peers are not installed.
    pub async fn open(given: Given) -> Option<Self> {
        if !peers::here() {
            skipped("oidc-provider or sekmet-fhir is not installed (cargo xtask peers)");
            return None;
        }
        let data = tempfile::tempdir().expect("a folder");
        let (here, there) = (data.path().join("app"), data.path().join("peers"));
        for folder in [&here, &there] {
            std::fs::create_dir(folder).expect("a folder");
        }
        let clock = Arc::new(MovedClock::new(given.factor));
        let peers = Peers::start(&there, given, clock.born()).await;
        Reader::new(peers.behind.clone(), peers.token.clone()).fill(&chart_of(given).await).await;
        let robot = Arc::new(Robot::default());
        let host = Host {
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            entropy: Arc::new(OsEntropy),
            keychain: Arc::new(FileKeychain::new(here.join("keychain"))),
            browser: Arc::clone(&robot) as Arc<dyn companion::host::Browser>,
            rooms: Arc::new(companion::host::InTheBrowser),
            exports: Arc::new(companion::host::NoExports),
        };
        let app = App::start_with(&here, policy(&peers, given), host, robot).await;
        Some(Self { app, clock, peers, _data: data })
    }

    pub fn reader(&self) -> Reader {
        Reader::new(self.peers.behind.clone(), self.peers.token.clone())
    }

    /// Presses Chartside in Maria's chart; gives the address that the app opened for it.
    pub async fn press(&self) -> String {
        self.press_in(MARIA, ENCOUNTER).await
    }

    async fn press_in(&self, patient: &str, encounter: &str) -> String {
        let link = self.peers.launch_link(patient, encounter).await;
        let before = self.app.opened().await.len();
        self.app.must("launch", json!({ "url": link })).await;
        self.app.opened().await[before].clone()
    }

    /// Launches Maria's visit and waits until it is open; gives its id.
    pub async fn launch(&self) -> String {
        let opened = self.press().await;
        Browser::new().sign_in(&opened, OKAFOR).await;
        self.visit_opens().await
    }

    /// The same in another chart.
    pub async fn launch_of(&self, patient: &str, encounter: &str) -> String {
        let before = self.app.must("app_state", json!({})).await["current_visit"].clone();
        let opened = self.press_in(patient, encounter).await;
        Browser::new().sign_in(&opened, OKAFOR).await;
        loop {
            let now = self.visit_opens().await;
            if json!(now) != before {
                return now;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Loads the chart again; every section that the server offers has to come whole.
    pub async fn reload(&self, id: &str) {
        self.app.must("chart_reload", of(id)).await;
        let chart = visit::chart(&self.app, id).await;
        for section in chart["sections"].as_array().expect("sections") {
            let offered =
                section["state"]["why"].as_str().is_none_or(|w| !w.ends_with("this EHR does not offer it"));
            let wanted = if offered { "complete" } else { "not_offered" };
            assert_eq!(section["state"]["state"], wanted, "{}: {}", section["title"], section["state"]);
        }
    }

    /// Waits until so many seconds have passed by the clinic's clocks.
    pub async fn seconds_pass(&self, seconds: i64) {
        let until = self.clock.now() + SignedDuration::from_secs(seconds);
        while self.clock.now() < until {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub async fn visit_opens(&self) -> String {
        let open = |s: &Value| {
            s["phase"] == "ready" && s["current_visit"].is_string() && s["connectivity"] == "online"
        };
        let state = self.app.until("app_state", json!({}), open).await;
        state["current_visit"].as_str().expect("a visit").to_owned()
    }

    /// Everything that is written in a visit: note, two diagnoses, a charge, a follow-up.
    pub async fn write(&self, id: &str) {
        visit::write(&self.app, id).await;
        self.app.must("diagnosis_add", json!({ "visit": id, "code": "I10" })).await;
    }

    /// The FHIR server holds each item of the visit once, in one version, as the receipts say.
    pub async fn each_item_is_there_once(&self, delivery: &Value) {
        let reader = self.reader();
        let receipts: Vec<&Value> =
            delivery["items"].as_array().expect("items").iter().map(|i| &i["receipt"]).collect();
        let mut there = 0;
        for (kind, count) in [("DocumentReference", 1), ("Condition", 2), ("Claim", 1), ("Task", 1)] {
            let ours = reader.ours(kind, MARIA).await;
            assert_eq!(ours.len(), count, "how many {kind} with our identifier");
            for copy in &ours {
                let id = copy["id"].as_str().expect("an id");
                let receipt = receipts.iter().find(|r| r["resource_type"] == kind && r["id"] == id);
                assert_eq!(receipt.expect("a receipt")["version_id"], copy["meta"]["versionId"]);
                assert_eq!(reader.versions(kind, id).await, 1, "{kind} was written once");
                there += 1;
            }
        }
        assert_eq!(there, receipts.len(), "as many items as receipts");
    }

    pub async fn nothing_is_there(&self) {
        for kind in ["DocumentReference", "Condition", "Claim", "Task"] {
            assert_eq!(self.reader().ours(kind, MARIA).await.len(), 0, "no {kind} of ours");
        }
    }
}

fn policy(peers: &Peers, given: Given) -> Policy {
    let mut policy = app::policy(&peers.fhir, "https://rooms.example");
    "The foreign EHR".clone_into(&mut policy.ehrs[0].name);
    if given.for_all_patients {
        let scopes = ["openid", "fhirUser", "offline_access", "user/*.rs", "user/DocumentReference.cruds"];
        policy.ehrs[0].scopes = Some(scopes.map(str::to_owned).to_vec());
    }
    // Requests are counted here: only those of the visit.
    policy.worklist = WorklistPolicy { prefetch: false, poll_seconds: 3600, ..WorklistPolicy::default() };
    policy
}

/// These patients' charts of the sandbox's data, with the clinic around them.
async fn chart_of(given: Given) -> Vec<Value> {
    let folder = given.data.map(|folder| Path::new(env!("CARGO_MANIFEST_DIR")).join(folder));
    let config = Config { data: folder.into_iter().collect(), ..Config::default() };
    let data = Sandbox::start(config).await.expect("the data");
    let mut all = Vec::new();
    let schedule: &[&str] = if given.schedule { &["Schedule", "Slot"] } else { &[] };
    for kind in SHARED.iter().chain(schedule) {
        all.extend(data.resources(kind).await);
    }
    for patient in given.patients {
        all.extend(data.resource("Patient", patient).await);
        for kind in OF_A_PATIENT {
            all.extend(data.resources_of(kind, patient).await);
        }
    }
    all.iter().map(|resource| Value::clone(resource)).collect()
}
