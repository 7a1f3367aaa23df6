//! A section that goes wrong goes wrong alone, and says how.

use chartside_tests::app::{of, policy};
use chartside_tests::visit::{chart, launch};
use chartside_tests::{App, Call};
use sandbox_ehr::{Config, Fault, Sandbox};
use serde_json::Value;
use std::time::{Duration, Instant};

/// Far less than anybody waits for the section that never answers.
const NORMAL: Duration = Duration::from_secs(12);

fn section<'a>(chart: &'a Value, kind: &str) -> &'a Value {
    let all = chart["sections"].as_array().unwrap();
    all.iter().find(|s| s["kind"] == kind).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_refused_one_broken_off_one_web_page_and_one_silent_leave_the_others_whole() {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    for fault in [
        "kind=403,path=Immunization?",
        "kind=503,path=Observation?_cursor=,times=1",
        "kind=html,path=Procedure?",
        "kind=latency,ms=600000,path=ServiceRequest?",
    ] {
        ehr.faults().add(fault.parse::<Fault>().unwrap());
    }
    let app = App::start(data.path(), policy(&ehr.urls.fhir, &ehr.urls.origin)).await;
    let visit = launch(&app, &ehr, "prac-okafor", "harold-lindqvist", Some("enc-visit-2")).await;
    let began = Instant::now();
    let only_orders = |c: &Value| {
        let loading = |s: &&Value| s["state"]["state"] == "loading";
        let mut loading = c["sections"].as_array().unwrap().iter().filter(loading);
        loading.all(|s| s["kind"] == "orders")
    };
    let now = app.until("chart_get", of(&visit), only_orders).await;
    assert!(began.elapsed() < NORMAL, "the silent one holds nobody up: {:?}", began.elapsed());
    assert_eq!(section(&now, "orders")["state"]["state"], "loading", "it is still waited for");

    let chart = chart(&app, &visit).await;
    let mut broken_off = 0;
    for section in chart["sections"].as_array().unwrap() {
        let (state, why) = (section["state"]["state"].as_str().unwrap(), section["state"]["why"].as_str());
        match section["kind"].as_str().unwrap() {
            "immunizations" => {
                assert_eq!((state, why), ("failed", Some("the EHR does not let you see this")));
            }
            "procedures" => {
                assert_eq!((state, why), ("failed", Some("the EHR answered a web page")));
            }
            "orders" => {
                assert_eq!((state, why), ("failed", Some("the EHR did not answer in time")));
            }
            _ if state == "partial" => {
                broken_off += 1;
                assert!(why.unwrap().contains("a problem of its own (HTTP 503)"), "{why:?}");
                assert!(!section["items"].as_array().unwrap().is_empty(), "page 1 stays");
            }
            kind => {
                assert_eq!(state, "complete", "{kind}: {why:?}");
            }
        }
    }
    assert_eq!(broken_off, 1, "the one whose second page did not come");
    let frame = app.must("app_state", serde_json::json!({})).await;
    assert_eq!(frame["connectivity"], "online", "an EHR that answers the others is there");
}
