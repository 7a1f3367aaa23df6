//! A patient's whole chart over a network with this latency: until allergies, problems and medications are
//! there to be read, and until every section is, next to FHIR clients that read every type of it
//! at once. Ours reads from an empty vault and writes it; the clients parse and throw away.

use crate::clinic::{Clinic, complete, folder, runtime};
use crate::peers::{CLIENTS, Peer};
use crate::row::{Compared, Limit, Row, Samples, Unit};
use chartside_tests::app::{self, App, Call, of};
use chartside_tests::browser::sign_in_at;
use chartside_tests::visit;
use companion::contract::{AppEvent, Topic};
use companion::policy::{LockPolicy, Policy};
use sandbox_ehr::{Config, Fault, FaultKind, LaunchRequest, TokenRequest};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::Command;
use tokio::sync::broadcast::Receiver;

/// Latencies added to every answer, in milliseconds.
const LATENCIES: [u64; 3] = [0, 20, 100];
/// Rounds before the first measured one.
const WARM_UP: usize = 2;
const RUNS: usize = 7;
/// The first useful screen, beside the banner.
const FIRST: [&str; 3] = ["allergies", "problems", "medications"];
const SECTIONS: usize = clinical::chart::Section::ALL.len();
const PATIENCE: Duration = Duration::from_secs(120);
/// Complete chart against the fastest client's (issue of the workspace: "≤ 0.8× the fastest peer").
const COMPLETE_TARGET: f64 = 0.8;

/// From the vault, whatever the size.
const REOPENED: Duration = Duration::from_millis(50);

/// A patient of the other generator: file, id, name of the bench, target for the first useful screen.
pub struct Life {
    pub name: &'static str,
    pub patient: &'static str,
    pub first_target: f64,
}

pub const ADULT: Life =
    Life { name: "1500", patient: "5fa1cbe2-e3c6-42a5-bfdd-68f5dc8d8f38", first_target: 0.6 };
pub const ELDER: Life =
    Life { name: "4800", patient: "c620c5f0-3d4a-49e2-a33b-9e0fab0cfb3d", first_target: 0.3 };

struct Ours {
    first: Duration,
    complete: Duration,
}

/// The patient's EHR, who signs in there, and a token for the clients.
struct Place {
    clinic: Clinic,
    user: String,
    token: String,
}

fn place(life: &Life) -> Place {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/synthea");
    let clinic = Clinic::with(Config { data: vec![fixtures], default_data: false, ..Config::default() });
    let (user, token) = clinic.block_on(async {
        let practitioners = clinic.ehr.resources("Practitioner").await;
        let user = practitioners.iter().find_map(|p| p["id"].as_str()).expect("a clinician").to_owned();
        let token = clinic.ehr.token(TokenRequest {
            user: Some(user.clone()),
            patient: Some(life.patient.to_owned()),
            encounter: None,
            scopes: "patient/*.rs".to_owned(),
            ttl: None,
        });
        let token = token.await;
        (user, token)
    });
    Place { clinic, user, token }
}

pub fn run(life: &Life) -> Vec<Row> {
    let Place { clinic, user, token } = place(life);
    clinic.block_on(async {
        clinic.ehr.log().clear();
        load(&clinic, &user, life.patient).await;
        let (requests, types) = asked(&clinic);
        let peer = |name| Peer::start(name, &clinic.ehr.urls.fhir, &token, life.patient, &types);
        let mut rows = Vec::new();
        let mut peers: Vec<Peer> = CLIENTS.into_iter().map(peer).collect();
        for latency in LATENCIES {
            clinic.ehr.faults().clear();
            if latency > 0 {
                clinic.ehr.faults().add(Fault { ms: Some(latency), ..Fault::new(FaultKind::Latency) });
            }
            rows.extend(race(&clinic, &user, life, latency, &mut peers).await);
        }
        clinic.ehr.faults().clear();
        rows.push(requests_row(&clinic, life, requests, &mut peers).await);
        rows.push(memory(&clinic, &user, life, CLIENTS.into_iter().map(peer).collect()).await);
        rows
    })
}

async fn race(clinic: &Clinic, user: &str, life: &Life, latency: u64, peers: &mut [Peer]) -> Vec<Row> {
    let (mut first, mut complete) = (Samples::default(), Samples::default());
    let mut theirs: Vec<Samples> = peers.iter().map(|_| Samples::default()).collect();
    for n in 0..WARM_UP + RUNS {
        // Who goes first changes each time.
        for turn in 0..=peers.len() {
            match (turn + n) % (peers.len() + 1) {
                0 => {
                    let ours = load(clinic, user, life.patient).await;
                    if n >= WARM_UP {
                        first.add(ours.first);
                        complete.add(ours.complete);
                    }
                }
                other => {
                    let took = peers[other - 1].load().await.ms;
                    if n >= WARM_UP {
                        theirs[other - 1].add(Duration::from_secs_f64(took / 1000.0));
                    }
                }
            }
        }
    }
    let fastest = (0..peers.len()).min_by(|a, b| theirs[*a].median().total_cmp(&theirs[*b].median()));
    let fastest = fastest.expect("there are peers");
    let row = |what: &str, ours: &Samples, target: f64| Row {
        name: format!("{what}-{}-{latency}ms", life.name),
        peer_name: format!("{}, complete chart", peers[fastest].name),
        compared: Compared::Median,
        unit: Unit::Milliseconds,
        ours: ours.clone(),
        peer: theirs[fastest].clone(),
        target: Some(target),
        limit: None,
        runs: RUNS,
    };
    vec![row("first-screen", &first, life.first_target), row("complete-chart", &complete, COMPLETE_TARGET)]
}

/// Launches the visit with a new vault and waits for its chart.
async fn load(clinic: &Clinic, user: &str, patient: &str) -> Ours {
    let desk = clinic.desk().await;
    let companion = std::sync::Arc::clone(&desk.app.companion);
    let watching = tokio::spawn(async move {
        let events = companion.events();
        watch(companion, events).await
    });
    let visit = visit::launch(&desk.app, &clinic.ehr, user, patient, None).await;
    let took = tokio::time::timeout(PATIENCE, watching).await;
    let took = took.expect("every section says that it is shown").expect("the events are watched");
    complete(&desk, &visit).await;
    desk.app.companion.stop().await;
    took
}

/// From the event that loading began to those after which the first three, and all, could be read.
async fn watch(app: std::sync::Arc<companion::Companion>, mut events: Receiver<AppEvent>) -> Ours {
    let (mut began, mut first, mut shown) = (None, None, 0);
    loop {
        let event = events.recv().await.expect("no event is missed");
        let Some(visit) = event.visit.filter(|_| event.topic == Topic::Chart) else { continue };
        let Some(began) = began else {
            began = Some(Instant::now());
            continue;
        };
        shown += 1;
        if first.is_none() {
            let chart = companion::command::run(&app, "chart_get", of(&visit)).await.expect("the chart");
            let sections = chart["sections"].as_array().expect("sections").iter();
            let there = sections
                .filter(|s| FIRST.iter().any(|id| s["kind"] == *id) && s["state"]["state"] == "complete")
                .count();
            first = (there == FIRST.len()).then(|| began.elapsed());
        }
        if shown == SECTIONS {
            let first = first.expect("the first are there when all are");
            return Ours { first, complete: began.elapsed() };
        }
    }
}

/// How many requests that was, and the types that were read.
fn asked(clinic: &Clinic) -> (usize, Vec<String>) {
    let marks = ["_count=", "_cursor=", "_summary=count"];
    let all: Vec<String> = clinic.ehr.log().entries().into_iter().map(|e| e.path).collect();
    let requests = all.iter().filter(|path| marks.iter().any(|mark| path.contains(mark))).count();
    let read = all.iter().filter(|path| path.contains("_count=") && path.contains("patient="));
    let kind = |path: &String| path.split('?').next()?.rsplit('/').next().map(str::to_owned);
    let types: BTreeSet<String> = read.filter_map(kind).filter(|kind| kind != "Appointment").collect();
    (requests, types.into_iter().collect())
}

/// Not a race: how much each asks of the server.
async fn requests_row(clinic: &Clinic, life: &Life, ours: usize, peers: &mut [Peer]) -> Row {
    let mut fewest: Option<(usize, &'static str)> = None;
    let mut read = BTreeSet::new();
    for peer in peers {
        clinic.ehr.log().clear();
        read.insert(peer.load().await.resources);
        let requests = clinic.ehr.log().entries().len();
        if fewest.is_none_or(|(n, _)| requests < n) {
            fewest = Some((requests, peer.name));
        }
    }
    assert_eq!(read.len(), 1, "all of them read the same");
    let (theirs, name) = fewest.expect("there are peers");
    Row::one(&format!("requests-{}", life.name), name, Unit::Count, ours as f64, theirs as f64, None)
}

/// The whole chart from the vault, nothing of it in memory: as after the screen was locked. The peer reads
/// it from the EHR, without latency.
pub fn reopened(life: &Life) -> Row {
    const PIN: &str = "482913";
    let Place { clinic, user, token } = place(life);
    let (ours, theirs) = clinic.block_on(async {
        let desk = clinic.desk_with(LockPolicy::default()).await;
        let visit = visit::launch(&desk.app, &clinic.ehr, &user, life.patient, None).await;
        complete(&desk, &visit).await;
        let (_, types) = asked(&clinic);
        let mut peer = Peer::start(CLIENTS[0], &clinic.ehr.urls.fhir, &token, life.patient, &types);
        desk.app.must("pin_set", json!({ "pin": PIN })).await;
        let frame = desk.app.must("app_state", json!({})).await;
        let unlock = json!({ "account": frame["accounts"][0]["account"], "pin": PIN });
        let (mut ours, mut theirs) = (Samples::default(), Samples::default());
        for n in 0..WARM_UP + RUNS {
            desk.app.must("lock", json!({})).await;
            desk.app.must("unlock_pin", unlock.clone()).await;
            let began = Instant::now();
            desk.app.must("chart_get", of(&visit)).await;
            let took = began.elapsed();
            let their = peer.load().await.ms;
            if n >= WARM_UP {
                ours.add(took);
                theirs.add(Duration::from_secs_f64(their / 1000.0));
            }
        }
        (ours, theirs)
    });
    Row {
        name: format!("reopened-{}", life.name),
        peer_name: format!("{}, complete chart without latency", CLIENTS[0]),
        compared: Compared::Median,
        unit: Unit::Milliseconds,
        ours,
        peer: theirs,
        target: None,
        limit: Some(Limit::p95(REOPENED)),
        runs: RUNS,
    }
}

/// The most memory of a process that loads this chart once: the whole app without its window, and the
/// client that takes least.
async fn memory(clinic: &Clinic, user: &str, life: &Life, peers: Vec<Peer>) -> Row {
    let request =
        LaunchRequest { user: Some(user.to_owned()), patient: life.patient.to_owned(), encounter: None };
    let order = Order {
        policy: app::policy(&clinic.ehr.urls.fhir, &clinic.ehr.urls.origin),
        launch: clinic.ehr.launch(request).await.1,
        cookie: clinic.ehr.sign_in(user).await,
    };
    let me = std::env::current_exe().expect("own path");
    let mut child = Command::new(me).arg(ALONE).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let child = child.as_mut().expect("it starts");
    let order = serde_json::to_vec(&order).expect("JSON");
    child.stdin.take().expect("its stdin").write_all(&order).await.expect("it listens");
    let mut said = String::new();
    child.stdout.take().expect("its stdout").read_to_string(&mut said).await.expect("it answers");
    let ours: f64 = said.trim().parse().expect("kB");
    let mut least: Option<(f64, &'static str)> = None;
    for mut peer in peers {
        let peak = peer.load().await.peak_kb;
        if least.is_none_or(|(kb, _)| peak < kb) {
            least = Some((peak, peer.name));
        }
    }
    let (theirs, name) = least.expect("there are peers");
    let name = format!("{name}, Node");
    let bench = format!("peak-memory-{}", life.name);
    Row::one(&bench, &name, Unit::Megabytes, ours / 1024.0, theirs / 1024.0, None)
}

/// Asks this program to load one chart in a process of its own; the order comes on stdin.
pub const ALONE: &str = "--alone";

#[derive(Serialize, Deserialize)]
struct Order {
    policy: Policy,
    launch: String,
    cookie: String,
}

/// Loads the chart that was ordered and says the peak of its memory in kB.
pub fn alone() {
    let order: Order = serde_json::from_reader(std::io::stdin()).expect("an order");
    runtime().block_on(async {
        let data = folder();
        let app = App::start(data.path(), order.policy).await;
        app.must("launch", json!({ "url": order.launch })).await;
        sign_in_at(&app.opened().await[0], &order.cookie).await;
        let frame = app.until("app_state", json!({}), |s| s["current_visit"].is_string()).await;
        visit::chart(&app, frame["current_visit"].as_str().expect("a visit")).await;
    });
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux tells the peak");
    let peak = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).expect("Linux tells the peak");
    println!("{}", peak.trim().trim_end_matches(" kB"));
}
