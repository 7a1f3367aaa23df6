//! Every fault, as a client meets it.

#![allow(clippy::unwrap_used)]

mod support;

use sandbox_ehr::{Config, Fault, FaultKind};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use support::{Clinic, send};

fn task() -> Value {
    json!({ "resourceType": "Task", "status": "requested", "intent": "order" })
}

async fn with(spec: &str) -> Clinic {
    Clinic::open(Config { faults: vec![spec.parse().unwrap()], ..Config::tiny() }).await
}

#[tokio::test]
async fn a_status_is_answered_as_often_as_told_and_nothing_is_written() {
    for status in [401, 403, 409, 412, 429, 500, 503] {
        let clinic = with(&format!("kind={status},method=POST,path=Task,times=1,seconds=7")).await;
        let reply = clinic.post("Task", &task()).await;
        assert_eq!((reply.status, reply.header("retry-after")), (status, "7"));
        assert_eq!(reply.json()["resourceType"], "OperationOutcome");
        assert!(clinic.sandbox.resources("Task").await.is_empty());
        assert_eq!(clinic.post("Task", &task()).await.status, 201);
    }
}

#[tokio::test]
async fn a_status_after_commit_hides_that_the_work_was_done() {
    let clinic = with("kind=503,method=POST,times=1,after_commit=true").await;
    assert_eq!(clinic.post("Task", &task()).await.status, 503);
    assert_eq!(clinic.sandbox.resources("Task").await.len(), 1);
}

#[tokio::test]
async fn a_dropped_response_was_committed_all_the_same() {
    let clinic = with("kind=drop_response,method=POST,path=Task,times=1").await;
    assert!(clinic.try_to("POST", "Task", &[], &task()).await.is_err());
    assert_eq!(clinic.sandbox.resources("Task").await.len(), 1);
    let captured = clinic.sandbox.log().entries();
    assert_eq!((captured[0].status, captured[0].fault.as_deref()), (None, Some("drop_response")));
    assert!(captured[0].authorized && !captured[0].headers.contains_key("authorization"));
    assert!(captured[0].body.contains("requested"));
}

#[tokio::test]
async fn a_cut_body_ends_in_the_middle() {
    let clinic = with("kind=cut_body,times=1").await;
    assert!(clinic.try_to("GET", "Patient/patient-1", &[], &Value::Null).await.is_err());
    assert_eq!(clinic.get("Patient/patient-1").await.status, 200);
}

#[tokio::test]
async fn latency_and_slow_bodies_take_their_time() {
    for spec in ["kind=latency,ms=200,times=1", "kind=slow_body,ms=200,times=1"] {
        let clinic = with(spec).await;
        let began = Instant::now();
        assert_eq!(clinic.get("Patient/patient-1").await.json()["id"], "patient-1");
        assert!(began.elapsed() >= Duration::from_millis(190), "{spec}");
    }
}

#[tokio::test]
async fn a_captive_portal_answers_with_html() {
    let clinic = with("kind=html,times=1").await;
    let reply = clinic.get("Patient/patient-1").await;
    assert_eq!((reply.status, reply.header("content-type")), (200, "text/html; charset=utf-8"));
}

#[tokio::test]
async fn a_huge_body_is_as_large_as_told() {
    let clinic = with("kind=huge_body,mb=3,times=1").await;
    assert_eq!(clinic.get("Patient").await.body.len(), 3 * 1024 * 1024);
}

#[tokio::test]
async fn while_the_ehr_refuses_or_is_down_the_admin_side_still_answers() {
    let clinic = Clinic::tiny().await;
    for kind in [FaultKind::Refuse, FaultKind::Down] {
        clinic.sandbox.faults().add(Fault::new(kind));
        let mut refused = clinic.try_to("GET", "metadata", &[], &Value::Null).await.is_err();
        while !refused {
            tokio::task::yield_now().await;
            refused = clinic.try_to("GET", "metadata", &[], &Value::Null).await.is_err();
        }
        let admin = format!("{}/faults", clinic.sandbox.urls.admin);
        assert_eq!(send("GET", &admin, &[], "").await.unwrap().json()[0]["kind"], json!(kind.to_string()));
        assert_eq!(send("DELETE", &admin, &[], "").await.unwrap().status, 200);
        let mut answered = clinic.try_to("GET", "metadata", &[], &Value::Null).await.is_ok();
        while !answered {
            tokio::task::yield_now().await;
            answered = clinic.try_to("GET", "metadata", &[], &Value::Null).await.is_ok();
        }
    }
}

#[tokio::test]
async fn faults_come_and_go_through_the_admin_side() {
    let clinic = Clinic::tiny().await;
    let admin = format!("{}/faults", clinic.sandbox.urls.admin);
    let json_body = [("content-type", "application/json")];
    let put = send("POST", &admin, &json_body, r#"{"kind":500,"path_contains":"Patient"}"#).await.unwrap();
    assert_eq!(put.status, 200);
    assert_eq!(clinic.get("Patient/patient-1").await.status, 500);
    assert_eq!(clinic.get("Practitioner/clinician-1").await.status, 200);
    send("DELETE", &admin, &[], "").await.unwrap();
    assert_eq!(clinic.get("Patient/patient-1").await.status, 200);
    assert_eq!(send("POST", &admin, &json_body, r#"{"kind":"storm"}"#).await.unwrap().status, 400);
}
