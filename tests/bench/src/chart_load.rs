//! The whole chart of a patient: from asking the EHR again until every section is complete and
//! saved in the vault, beside a bare fetch of the same addresses, parsed and thrown away.

use crate::clinic::{CLINICIAN, Clinic};
use crate::row::{Compared, Row, Samples};
use chartside_tests::{Call, app, browser};
use companion::contract::Topic;
use sandbox_ehr::TokenRequest;
use serde_json::Value;
use std::time::{Duration, Instant};

const TARGET: f64 = 1.25;
/// Loads before the first measured one.
const WARM_UP: usize = 3;
/// Longest wait for one load.
const PATIENCE: Duration = Duration::from_secs(60);
/// Sections of a chart; each says once that it was saved.
const SECTIONS: usize = clinical::chart::Section::ALL.len();

pub fn run(name: &'static str, patient: &str, encounter: &str, runs: usize) -> Row {
    let clinic = Clinic::open(patient, encounter);
    clinic.block_on(async {
        clinic.ehr.log().clear();
        load(&clinic).await;
        let first_pages = first_pages(&clinic);
        let token = clinic.ehr.token(TokenRequest {
            user: Some(CLINICIAN.to_owned()),
            patient: Some(patient.to_owned()),
            encounter: Some(encounter.to_owned()),
            scopes: "patient/*.rs".to_owned(),
            ttl: None,
        });
        let (client, token) = (browser::client(), token.await);
        let asked = requests(&clinic);
        clinic.ehr.log().clear();
        fetch(&client, &token, &first_pages).await;
        assert_eq!(requests(&clinic), asked, "the peer makes the same requests");

        let (mut ours, mut peer) = (Samples::default(), Samples::default());
        for n in 0..WARM_UP + runs {
            // Who goes first changes each time.
            let (a, b) = if n % 2 == 0 {
                let a = load(&clinic).await;
                (a, fetch(&client, &token, &first_pages).await)
            } else {
                let b = fetch(&client, &token, &first_pages).await;
                (load(&clinic).await, b)
            };
            if n >= WARM_UP {
                ours.add(a);
                peer.add(b);
            }
            clinic.ehr.log().clear();
        }
        Row {
            name,
            peer_name: "bare parallel fetch, parsed",
            compared: Compared::Median,
            ours,
            peer,
            target: TARGET,
            runs,
        }
    })
}

/// Loads the chart again; ends with the last section saved.
async fn load(clinic: &Clinic) -> Duration {
    let mut events = clinic.app.companion.events();
    let began = Instant::now();
    clinic.app.must("chart_reload", app::of(&clinic.visit)).await;
    // One event when loading begins, then one for each section.
    let mut left = 1 + SECTIONS;
    let all = tokio::time::timeout(PATIENCE, async {
        while left > 0 {
            if events.recv().await.expect("no event is missed").topic == Topic::Chart {
                left -= 1;
            }
        }
        began.elapsed()
    });
    let took = all.await.unwrap_or_else(|_| panic!("{left} sections never said that they were saved"));
    let chart = clinic.app.must("chart_get", app::of(&clinic.visit)).await;
    for section in chart["sections"].as_array().expect("sections") {
        assert_eq!(section["state"]["state"], "complete", "{}", section["title"]);
    }
    took
}

/// How many FHIR requests were made.
fn requests(clinic: &Clinic) -> usize {
    clinic.ehr.log().entries().iter().filter(|e| e.method == "GET").count()
}

/// The searches that the app made, without the pages that follow.
fn first_pages(clinic: &Clinic) -> Vec<String> {
    let gets =
        clinic.ehr.log().entries().into_iter().filter(|e| e.method == "GET" && !e.path.contains("_cursor="));
    gets.map(|e| format!("{}{}", clinic.ehr.urls.origin, e.path)).collect()
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
        let bytes = answer
            .expect("the sandbox answers")
            .error_for_status()
            .expect("200")
            .bytes()
            .await
            .expect("a body");
        let page: Value = serde_json::from_slice(&bytes).expect("JSON");
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
