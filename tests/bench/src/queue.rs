//! A queue of 10,000 signed items beside one of a dozen: what the app takes to start with it, its memory, and how fast
//! it delivers.

use crate::clinic::{CLINICIAN, Clinic, folder};
use crate::row::{Compared, Row, Samples, Unit};
use chartside_tests::app::{App, Call, policy};
use chartside_tests::visit;
use clinical::item::Item;
use clinical::note::SignedNote;
use clinical::visit::Visit;
use sandbox_ehr::Fault;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Each with a note, a diagnosis, a charge and a task.
const ITEMS: usize = 4;
const MANY: usize = 2_500;
const FEW: usize = 3;
/// Visits whose delivery is timed.
const DELIVERED: usize = 100;
const STARTS: usize = 5;
/// From the issue: the same time with 10,000 as with 10.
const TARGET: f64 = 1.2;
/// After the start, before the memory is looked at.
const SETTLED: Duration = Duration::from_secs(3);
const LOOK: Duration = Duration::from_millis(20);

pub fn run() -> Vec<Row> {
    let clinic = Clinic::start();
    clinic.block_on(async {
        clinic.ehr.faults().add("kind=down,path=/fhir".parse::<Fault>().expect("a fault"));
        let (many, few, timed) =
            (queued(&clinic, MANY).await, queued(&clinic, FEW).await, queued(&clinic, DELIVERED).await);
        let (mut ours, mut peer) = (Samples::default(), Samples::default());
        let (mut our_memory, mut peer_memory) = (Vec::new(), Vec::new());
        for _ in 0..STARTS {
            let (took, megabytes) = started(&clinic, &few, FEW).await;
            peer.add(took);
            peer_memory.push(megabytes);
            let (took, megabytes) = started(&clinic, &many, MANY).await;
            ours.add(took);
            our_memory.push(megabytes);
        }
        clinic.up().await;
        let alone = delivered(&clinic, &timed).await;
        let among = delivered(&clinic, &many).await;
        let row = |name: &str, unit, ours, peer| Row {
            name: name.to_owned(),
            peer_name: format!("the same with {} items", FEW * ITEMS),
            unit,
            compared: Compared::Median,
            ours,
            peer,
            target: Some(TARGET),
            limit: None,
            runs: STARTS,
        };
        let mut rate = (Samples::default(), Samples::default());
        rate.0.add(among);
        rate.1.add(alone);
        vec![
            row("queue-10000: start", Unit::Milliseconds, ours, peer),
            row("queue-10000: memory", Unit::Megabytes, our_memory.into(), peer_memory.into()),
            Row {
                peer_name: format!("a queue of these {} items alone", DELIVERED * ITEMS),
                runs: 1,
                ..row("queue-10000: delivery", Unit::Milliseconds, rate.0, rate.1)
            },
        ]
    })
}

/// A data folder with so many signed visits of which nothing is filed: one was taken, the others are its copies.
async fn queued(clinic: &Clinic, visits: usize) -> TempDir {
    let data = folder();
    // Signing in needs the EHR.
    clinic.up().await;
    let app = App::start(data.path(), policy(&clinic.ehr.urls.fhir, &clinic.ehr.urls.origin)).await;
    let id = visit::launch(&app, &clinic.ehr, CLINICIAN, "maria-santos", Some("enc-visit-1")).await;
    visit::chart(&app, &id).await;
    visit::write(&app, &id).await;
    clinic.ehr.faults().add("kind=down,path=/fhir".parse::<Fault>().expect("a fault"));
    visit::sign(&app, &id).await;
    let vault = app.vault().await;
    app.companion.stop().await;
    let first = vault.visit(&id).await.expect("the vault").expect("the visit");
    let note = vault.signed_note(&id).await.expect("the vault").expect("the note");
    let plan = vault.signed_plan(&id).await.expect("the vault").expect("the plan");
    let items = vault.items(&id).await.expect("the vault");
    assert_eq!(items.len(), ITEMS);
    for n in 1..visits {
        let anew = |text: String| {
            let ids = items.iter().map(|i| i.id.as_str()).chain([id.as_str(), note.id()]);
            ids.fold(text, |text, old| text.replace(old, &format!("{}{n:08x}", &old[..28])))
        };
        let visit: Visit = read(anew(written(&first)));
        let signed: SignedNote = read(anew(written(&note)));
        let mut queue: Vec<Item> = read(anew(written(&items)));
        for item in &mut queue {
            (item.attempts, item.receipt) = (0, None);
            item.state = if item.parents.is_empty() {
                clinical::delivery::State::Ready
            } else {
                clinical::delivery::State::WaitingOnParent
            };
        }
        vault.save_visit(&visit).await.expect("the vault");
        let audit = vault::AuditRecord {
            at: signed.signed_at(),
            who: CLINICIAN,
            action: "signed",
            about: "a copy",
            outcome: "done",
        };
        assert!(vault.sign(&visit.id, &signed, &plan, &queue, audit).await.expect("the vault"));
    }
    vault.close().await;
    data
}

fn written<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("JSON")
}

fn read<T: serde::de::DeserializeOwned>(text: String) -> T {
    serde_json::from_str(&text).expect("its own form")
}

/// From the start of the app until it says what waits; then its memory in megabytes.
async fn started(clinic: &Clinic, data: &TempDir, visits: usize) -> (Duration, f64) {
    let began = Instant::now();
    let app = App::start(data.path(), policy(&clinic.ehr.urls.fhir, &clinic.ehr.urls.origin)).await;
    loop {
        let state = app.must("app_state", json!({})).await;
        if state["phase"] == "ready" {
            let outbox = &state["outbox"];
            let there: u64 = ["waiting", "needs_you"].iter().filter_map(|k| outbox[*k].as_u64()).sum();
            assert_eq!(there, (visits * ITEMS) as u64, "{outbox}");
            break;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let took = began.elapsed();
    tokio::time::sleep(SETTLED).await;
    let megabytes = memory();
    app.companion.stop().await;
    (took, megabytes)
}

/// Until so many items of the queue are filed.
async fn delivered(clinic: &Clinic, data: &TempDir) -> Duration {
    let began = Instant::now();
    let app = App::start(data.path(), policy(&clinic.ehr.urls.fhir, &clinic.ehr.urls.origin)).await;
    loop {
        let state: Value = app.must("app_state", json!({})).await;
        if state["outbox"]["filed"].as_u64().unwrap_or_default() >= (DELIVERED * ITEMS) as u64 {
            break;
        }
        tokio::time::sleep(LOOK).await;
    }
    let took = began.elapsed();
    app.companion.stop().await;
    took
}

/// Resident, of this process.
fn memory() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:")).unwrap_or("0 kB");
    let kilobytes: f64 = line.trim().trim_end_matches("kB").trim().parse().unwrap_or_default();
    kilobytes / 1024.0
}
