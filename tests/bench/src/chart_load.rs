//! The whole chart of a patient who was never opened here: from the moment that loading begins until
//! every section is complete on the screen (the vault is written beside and right after), next to a bare fetch of the same addresses,
//! parsed and thrown away. Each load is of a new vault; the launch before it is not counted.

use crate::clinic::{CLINICIAN, Clinic, complete};
use crate::row::{Compared, Row, Samples, Unit};
use chartside_tests::browser;
use companion::contract::{AppEvent, Topic};
use sandbox_ehr::{Captured, TokenRequest};
use serde_json::Value;
use std::time::{Duration, Instant};
use tokio::sync::broadcast::Receiver;

const TARGET: f64 = 1.25;
/// Loads before the first measured one.
const WARM_UP: usize = 3;
/// Longest wait for one load.
const PATIENCE: Duration = Duration::from_secs(60);
/// Sections of a chart; each says once that it is shown.
const SECTIONS: usize = clinical::chart::Section::ALL.len();

pub fn run(name: &str, patient: &str, encounter: &str, runs: usize) -> Row {
    let clinic = Clinic::start();
    clinic.block_on(async {
        load(&clinic, patient, encounter).await;
        let asked = requests(&clinic);
        let first_pages: Vec<String> = asked
            .iter()
            .filter(|e| !e.path.contains("_cursor="))
            .map(|e| format!("{}{}", clinic.ehr.urls.origin, e.path))
            .collect();
        let token = clinic.ehr.token(TokenRequest {
            user: Some(CLINICIAN.to_owned()),
            patient: Some(patient.to_owned()),
            encounter: Some(encounter.to_owned()),
            scopes: "patient/*.rs".to_owned(),
            ttl: None,
        });
        let (client, token) = (browser::client(), token.await);
        clinic.ehr.log().clear();
        fetch(&client, &token, &first_pages).await;
        assert_eq!(requests(&clinic).len(), asked.len(), "the peer makes the same requests");

        let (mut ours, mut peer) = (Samples::default(), Samples::default());
        for n in 0..WARM_UP + runs {
            // Who goes first changes each time.
            let (a, b) = if n % 2 == 0 {
                let a = load(&clinic, patient, encounter).await;
                (a, fetch(&client, &token, &first_pages).await)
            } else {
                let b = fetch(&client, &token, &first_pages).await;
                (load(&clinic, patient, encounter).await, b)
            };
            if n >= WARM_UP {
                ours.add(a);
                peer.add(b);
            }
        }
        Row {
            name: name.to_owned(),
            peer_name: "bare parallel fetch, parsed".to_owned(),
            unit: Unit::Milliseconds,
            compared: Compared::Median,
            ours,
            peer,
            target: Some(TARGET),
            limit: None,
            runs,
        }
    })
}

/// Launches the visit with a new vault and waits for its chart.
async fn load(clinic: &Clinic, patient: &str, encounter: &str) -> Duration {
    clinic.ehr.log().clear();
    let desk = clinic.desk().await;
    let watching = tokio::spawn(watch(desk.app.companion.events()));
    let visit = clinic.launch(&desk, patient, encounter).await;
    let took = tokio::time::timeout(PATIENCE, watching).await;
    let took = took.expect("every section says that it is shown").expect("the events are watched");
    complete(&desk, &visit).await;
    desk.app.companion.stop().await;
    took
}

/// From the event that loading began to that of the last section.
async fn watch(mut events: Receiver<AppEvent>) -> Duration {
    let (mut began, mut shown) = (None, 0);
    loop {
        if events.recv().await.expect("no event is missed").topic != Topic::Chart {
            continue;
        }
        match began {
            None => began = Some(Instant::now()),
            Some(began) => {
                shown += 1;
                if shown == SECTIONS {
                    return began.elapsed();
                }
            }
        }
    }
}

/// The requests for sections of the chart: searches with a page size, the pages that follow, and those
/// for a number alone.
fn requests(clinic: &Clinic) -> Vec<Captured> {
    let all = clinic.ehr.log().entries().into_iter();
    let marks = ["_count=", "_cursor=", "_summary=count"];
    all.filter(|e| e.method == "GET" && marks.iter().any(|mark| e.path.contains(mark))).collect()
}

/// Fetches all searches at once, each with its further pages.
async fn fetch(client: &reqwest::Client, token: &str, first_pages: &[String]) -> Duration {
    let began = Instant::now();
    let searches: Vec<_> = first_pages
        .iter()
        .map(|url| tokio::spawn(search(client.clone(), token.to_owned(), url.clone())))
        .collect();
    for search in searches {
        search.await.expect("the peer's search ends");
    }
    began.elapsed()
}

async fn search(client: reqwest::Client, token: String, first: String) -> Vec<Value> {
    let (mut pages, mut next) = (Vec::new(), Some(first));
    while let Some(url) = next {
        let answer =
            client.get(&url).bearer_auth(&token).header("Accept", "application/fhir+json").send().await;
        let bytes = answer.expect("the sandbox answers").error_for_status().expect("200").bytes().await;
        let page: Value = serde_json::from_slice(&bytes.expect("a body")).expect("JSON");
        let links = page["link"].as_array().into_iter().flatten();
        next = links
            .into_iter()
            .find(|l| l["relation"] == "next")
            .and_then(|l| l["url"].as_str())
            .map(str::to_owned);
        pages.push(page);
    }
    pages
}
