//! A day at one clinic, and whether the EHR has afterwards what the app says.

use crate::seeded::{Seeded, fault};
use chartside_tests::app::{self, Call, of};
use chartside_tests::process::Process;
use chartside_tests::visit;
use companion::contract::ErrorCode;
use companion::policy::{BillingPolicy, Policy};
use sandbox_ehr::{Config, Sandbox};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::time::{Duration, Instant};

const PATIENTS: [&str; 4] = ["maria-santos", "zoe-nguyen", "devon-whitfield", "noah-haddad"];
const USER: &str = "prac-okafor";
const WRITTEN: [&str; 6] =
    ["DocumentReference", "Condition", "Claim", "Task", "Communication", "Appointment"];
/// What goes to billing instead of the EHR.
const MESSAGE: &str = "DFT^P03";
/// A blow falls in one visit of so many, within so many milliseconds of signing.
const KILL_ONE_IN: u64 = 3;
const KILL_WITHIN_MS: u64 = 900;
/// One visit of so many is taken back, within so many milliseconds of signing.
const RETRACT_ONE_IN: u64 = 6;
const RETRACT_WITHIN_MS: u64 = 900;
/// Longest wait for everything to be filed once nothing goes wrong any more.
const PATIENCE: Duration = Duration::from_secs(600);
/// Free times of a week of which each is chosen once.
const BOOKED_A_WEEK: usize = 12;
/// How often the whole day is looked at.
const LOOK: Duration = Duration::from_millis(200);

/// What became of the visits of one clinic.
#[derive(Default)]
pub struct Report {
    pub kind: &'static str,
    pub visits: usize,
    pub items: usize,
    pub faults: BTreeMap<String, usize>,
    pub kills: usize,
    /// Items that the plan named and the EHR does not have.
    pub lost: usize,
    /// Records of ours beyond one an item.
    pub duplicates: usize,
    /// Visits that were taken back.
    pub retracted: usize,
    /// Records of those that the EHR still has as if they stood, though it could have been told.
    pub standing: usize,
    /// Items called filed that the EHR does not have, at any look.
    pub claimed: usize,
    /// From the end of the last fault until a visit was filed, in milliseconds, sorted.
    filed_after: Vec<u128>,
}

impl Report {
    fn after(&self, share: f64) -> u128 {
        let last = self.filed_after.len().saturating_sub(1) as f64;
        self.filed_after.get((last * share) as usize).copied().unwrap_or_default()
    }

    pub fn json(&self) -> Value {
        json!({
            "personality": self.kind, "visits": self.visits, "items": self.items, "faults": self.faults,
            "kills": self.kills, "retracted": self.retracted, "standing": self.standing, "lost": self.lost, "duplicates": self.duplicates, "false_filed": self.claimed,
            "filed_after_last_fault_ms": { "median": self.after(0.5), "p95": self.after(0.95) },
        })
    }
}

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let faults: Vec<String> = self.faults.iter().map(|(kind, n)| format!("{kind} {n}")).collect();
        write!(
            f,
            "{:10} {:4} visits {:5} items {:3} kills {:3} retracted: lost {}, duplicates {}, false \"Filed\" {}, still \
             standing {}; filed after the last fault: median {} ms, p95 {} ms\n           faults: {}",
            self.kind,
            self.visits,
            self.items,
            self.kills,
            self.retracted,
            self.lost,
            self.duplicates,
            self.claimed,
            self.standing,
            self.after(0.5),
            self.after(0.95),
            if faults.is_empty() { "none".to_owned() } else { faults.join(", ") },
        )
    }
}

/// Says of itself that it does not stand.
fn is_taken_back(record: &Value) -> bool {
    let state = record["verificationStatus"]["coding"][0]["code"].as_str().or(record["status"].as_str());
    matches!(state, Some("entered-in-error" | "cancelled"))
}

struct Clinic {
    ehr: Sandbox,
    policy: Policy,
    billing: tempfile::TempDir,
    data: tempfile::TempDir,
    app: Option<Process>,
    chance: Seeded,
    report: Report,
}

/// Takes so many visits at an EHR of this kind.
pub async fn run(kind: &'static str, visits: usize, seed: u64) -> Report {
    let data = tempfile::tempdir().expect("a folder");
    let schedule = tempfile::tempdir().expect("a folder");
    std::fs::write(schedule.path().join("schedule.json"), visit::schedule(visits, USER, &PATIENTS))
        .expect("the day");
    let config = Config {
        personality: kind.to_owned(),
        data: vec![schedule.path().to_owned()],
        token_seconds: 3_600,
        ..Config::default()
    };
    let ehr = Sandbox::start(config).await.expect("the EHR starts");
    let mut policy = app::policy(&ehr.urls.fhir, &ehr.urls.origin);
    policy.worklist.prefetch = false;
    // To the app, one that guards against nothing says that it is a general server.
    policy.ehrs[0].personality = Some(if kind == "plain" { "generic" } else { kind }.to_owned());
    let billing = tempfile::tempdir().expect("a folder");
    policy.ehrs[0].billing =
        Some(BillingPolicy { folder: billing.path().to_owned(), ..BillingPolicy::default() });
    let app = Some(Process::start(data.path(), &policy).await);
    let report = Report { kind, visits, ..Report::default() };
    let mut clinic = Clinic { ehr, policy, billing, data, app, chance: Seeded::new(seed), report };
    clinic.take_all(visits).await
}

impl Clinic {
    fn app(&self) -> &Process {
        self.app.as_ref().expect("the app runs")
    }

    async fn killed_and_started(&mut self) {
        self.app.take().expect("the app runs").kill().await;
        self.report.kills += 1;
        self.app = Some(Process::start(self.data.path(), &self.policy).await);
    }

    async fn take_all(&mut self, visits: usize) -> Report {
        let before = self.ours(&HashSet::new()).await;
        let mut all = Vec::new();
        let mut taken_back = Vec::new();
        for n in 0..visits {
            let (visit, planned) = self.take(n).await;
            if planned > 0 && self.chance.below(RETRACT_ONE_IN) == 0 {
                self.take_back(&visit).await;
                taken_back.push(visit.clone());
            } else {
                self.report.items += planned;
            }
            all.push(visit);
            if n % 10 == 9 {
                self.look(&all[n - 9..]).await;
            }
        }
        self.count_faults();
        self.ehr.faults().clear();
        let calm = Instant::now();
        let mut open: Vec<String> = all.clone();
        if self.report.items > 0 {
            while !open.is_empty() {
                assert!(
                    calm.elapsed() < PATIENCE,
                    "{}: {} visits are not filed",
                    self.report.kind,
                    open.len()
                );
                let mut still = Vec::new();
                for visit in open {
                    let delivery = self.app().must("delivery_get", of(&visit)).await;
                    if delivery["all_filed"] == true {
                        self.report.filed_after.push(calm.elapsed().as_millis());
                    } else {
                        self.decide(&delivery).await;
                        still.push(visit);
                    }
                }
                open = still;
                tokio::time::sleep(LOOK).await;
            }
        }
        self.report.filed_after.sort_unstable();
        all.retain(|visit| !taken_back.contains(visit));
        let mut receipts = self.look(&all).await;
        self.report.lost += self.report.items.saturating_sub(receipts.len());
        receipts.append(&mut self.look(&taken_back).await);
        for visit in &taken_back {
            self.report.standing += self.standing(visit).await;
        }
        let there = self.ours(&before).await;
        self.report.lost += receipts.difference(&there.iter().cloned().collect()).count();
        self.report.duplicates += there.len().saturating_sub(receipts.len());
        if let Some(app) = self.app.take() {
            app.kill().await;
        }
        std::mem::take(&mut self.report)
    }

    /// One visit from launch to signing, with what goes wrong on its way. Gives how many items are to be filed.
    async fn take(&mut self, n: usize) -> (String, usize) {
        let encounter = format!("visit-{n}");
        let patient = PATIENTS[n % PATIENTS.len()];
        let id = visit::launch(self.app(), &self.ehr, USER, patient, Some(&encounter)).await;
        visit::write(self.app(), &id).await;
        self.book(&id, n).await;
        let plan = self.app().must("plan_get", of(&id)).await;
        let planned =
            plan["items"].as_array().expect("items").iter().filter(|i| i["outcome"] == "written").count();
        for _ in 0..=self.chance.below(3) {
            let fault = fault(&mut self.chance);
            self.ehr.faults().add(fault);
        }
        if self.chance.below(KILL_ONE_IN) == 0 {
            let moment = Duration::from_millis(self.chance.below(KILL_WITHIN_MS));
            let arguments = json!({ "visit": id, "plan_hash": plan["plan_hash"] });
            let until_the_blow = tokio::time::timeout(moment, async {
                let _answer = self.app().call("sign", arguments).await;
                std::future::pending::<()>().await;
            });
            let _ = until_the_blow.await;
            self.killed_and_started().await;
        }
        if self.app().must("note_get", of(&id)).await["signed"].is_null() {
            visit::sign(self.app(), &id).await;
        }
        (id, planned)
    }

    /// Chooses a free time that no other visit chooses; while the EHR does not tell any, none.
    async fn book(&self, visit: &str, n: usize) {
        let week = jiff::Span::new().days(1 + 7 * (n / BOOKED_A_WEEK) as i64);
        let from = visit::today().saturating_add(week).to_string();
        let Ok(free) = self.app().call("free_times", json!({ "visit": visit, "from": from })).await else {
            return;
        };
        let slot = &free["times"][n % BOOKED_A_WEEK]["slot"];
        if slot.is_string() {
            // Refused where a fault hits it, as a clinician would see.
            let _ = self.app().call("follow_up_visit_set", json!({ "visit": visit, "slot": slot })).await;
        }
    }

    /// Takes everything of a visit back, some time after it was signed.
    async fn take_back(&mut self, visit: &str) {
        tokio::time::sleep(Duration::from_millis(self.chance.below(RETRACT_WITHIN_MS))).await;
        // What is sent meanwhile changes what is to be done about it: the clinician looks again.
        loop {
            let view = self.app().must("retract_get", of(visit)).await;
            let parts: Vec<&Value> =
                view["parts"].as_array().expect("parts").iter().map(|p| &p["id"]).collect();
            let hash = &view["plan_hash"];
            let asked =
                json!({ "visit": visit, "parts": parts, "reason": "twice", "words": "", "plan_hash": hash });
            match self.app().call("retract", asked).await {
                Ok(_) => break,
                Err(refused) => assert_eq!(refused.code, ErrorCode::PlanChanged),
            }
        }
        self.report.retracted += 1;
    }

    /// How many records of a visit that was taken back are not marked so.
    async fn standing(&self, visit: &str) -> usize {
        let view = self.app().must("retract_get", of(visit)).await;
        let by_hand: Vec<&Value> = view["parts"]
            .as_array()
            .expect("parts")
            .iter()
            .filter(|p| p["outcome"] == "by_hand")
            .map(|p| &p["id"])
            .collect();
        let delivery = self.app().must("delivery_get", of(visit)).await;
        let mut standing = 0;
        for item in delivery["items"].as_array().expect("items") {
            let receipt = &item["receipt"];
            let (Some(kind), Some(id)) = (receipt["resource_type"].as_str(), receipt["id"].as_str()) else {
                continue;
            };
            let Some(copy) = self.ehr.resource(kind, id).await else { continue };
            standing += usize::from(!is_taken_back(&copy) && !by_hand.contains(&&item["id"]));
        }
        standing
    }

    /// What is called filed right now is there. Gives the records that the receipts name.
    async fn look(&mut self, visits: &[String]) -> BTreeSet<String> {
        let mut receipts = BTreeSet::new();
        for visit in visits {
            let delivery = self.app().must("delivery_get", of(visit)).await;
            let items: Vec<&Value> = delivery["items"].as_array().into_iter().flatten().collect();
            let place = |i: &Value| [i["receipt"]["resource_type"].clone(), i["receipt"]["id"].clone()];
            let is_mark = |i: &&&Value| i["kind"] == "retraction";
            let marked: Vec<_> = items.iter().filter(is_mark).map(|i| place(i)).collect();
            // One that is on its way has no receipt yet, and the EHR may have been quicker.
            let marking = items
                .iter()
                .any(|i| i["kind"] == "retraction" && i["receipt"].is_null() && i["state"] != "superseded");
            for item in items {
                let receipt = &item["receipt"];
                let (Some(kind), Some(id)) = (receipt["resource_type"].as_str(), receipt["id"].as_str())
                else {
                    // Nothing is filed without the receipt of it.
                    let done = item["state"] == "filed" || item["state"] == "handed_over";
                    self.report.claimed += usize::from(done);
                    continue;
                };
                if kind == MESSAGE {
                    let there = self.billing.path().join(format!("{id}.hl7")).is_file();
                    let is_new = receipts.insert(format!("{kind}/{id}"));
                    self.report.claimed += usize::from(!there || !is_new);
                    continue;
                }
                let copy = self.ehr.resource(kind, id).await;
                let is_mark = item["kind"] == "retraction";
                // What was marked since is a version further.
                let same = copy.as_ref().is_some_and(|c| {
                    c["meta"]["versionId"] == receipt["version_id"]
                        || (!is_mark && (marked.contains(&place(item)) || marking && is_taken_back(c)))
                });
                let is_new = is_mark || receipts.insert(format!("{kind}/{id}"));
                if !same || !is_new {
                    self.report.claimed += 1;
                    let copy = copy.map(|c| Value::clone(&c)).unwrap_or_default();
                    eprintln!("{}: called filed: {item}\n  in the EHR: {copy}", self.report.kind);
                }
            }
        }
        receipts
    }

    /// What a clinician does about an item that was refused or cannot be told: looks in the chart, tries again.
    async fn decide(&self, delivery: &Value) {
        let items = delivery["items"].as_array().into_iter().flatten();
        for item in items.filter(|i| i["state"] == "needs_you") {
            // It may have moved on by itself meanwhile.
            let _ = self.app().call("delivery_retry", json!({ "id": item["id"] })).await;
        }
    }

    /// The records in the EHR that were not there before.
    async fn ours(&self, before: &HashSet<String>) -> HashSet<String> {
        let mut all = HashSet::new();
        for kind in WRITTEN {
            for record in self.ehr.resources(kind).await {
                all.insert(format!("{kind}/{}", record["id"].as_str().unwrap_or_default()));
            }
        }
        for file in std::fs::read_dir(self.billing.path()).expect("the folder").flatten() {
            let name = file.file_name().to_string_lossy().into_owned();
            all.extend(name.strip_suffix(".hl7").map(|id| format!("{MESSAGE}/{id}")));
        }
        all.retain(|r| !before.contains(r));
        all
    }

    fn count_faults(&mut self) {
        for entry in self.ehr.log().entries() {
            if let Some(fault) = entry.fault {
                *self.report.faults.entry(fault).or_default() += 1;
            }
        }
    }
}
