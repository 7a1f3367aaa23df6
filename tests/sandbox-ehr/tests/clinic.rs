//! The portal, the admin side and the data.

#![allow(clippy::unwrap_used)]

mod support;

use sandbox_ehr::{Config, Sandbox};
use serde_json::{Value, json};
use std::io::Write;
use std::time::{Duration, Instant};
use support::{Clinic, send};

#[tokio::test]
async fn five_sandboxes_start_at_once_and_share_nothing() {
    let began = Instant::now();
    let starts = (0..5).map(|_| Clinic::open(Config::default()));
    let clinics = futures_util::future::join_all(starts).await;
    for clinic in &clinics {
        assert!(clinic.get("Patient?_summary=count").await.json()["total"].as_u64() > Some(0));
    }
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    let task = json!({ "resourceType": "Task", "status": "requested", "intent": "order" });
    clinics[0].post("Task", &task).await;
    assert_eq!(clinics[0].sandbox.resources("Task").await.len(), 1);
    assert!(clinics[1].sandbox.resources("Task").await.is_empty());
}

#[tokio::test]
async fn a_stopped_sandbox_is_gone() {
    let sandbox = Sandbox::start(Config::tiny()).await.unwrap();
    let url = format!("{}/metadata", sandbox.urls.fhir);
    assert_eq!(send("GET", &url, &[], "").await.unwrap().status, 200);
    sandbox.stop();
    while send("GET", &url, &[], "").await.is_ok() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn the_portal_signs_in_shows_the_visit_and_launches() {
    let config = Config { launch_url: "http://127.0.0.1:7777/launch".to_owned(), ..Config::tiny() };
    let sandbox = Sandbox::start(config).await.unwrap();
    let front = format!("{}/", sandbox.urls.origin);
    let sent_away = send("GET", &front, &[], "").await.unwrap();
    assert_eq!((sent_away.status, sent_away.header("location")), (303, "/auth/login?return_to=/"));
    let cookie = sandbox.sign_in("clinician-1").await;
    let page = send("GET", &front, &[("cookie", &cookie)], "").await.unwrap().text();
    assert!(page.contains("data-testid=\"launch-appt-patient-1\""));
    assert!(page.contains("Sandbox EHR — not real patients"));
    let launch = format!("{front}launch/appt-patient-1");
    let sent = send("GET", &launch, &[("cookie", &cookie)], "").await.unwrap();
    assert!(sent.header("location").starts_with("http://127.0.0.1:7777/launch?iss="));
    assert_eq!(sent.location()["iss"], sandbox.urls.fhir);
}

#[tokio::test]
async fn the_chart_shows_a_filed_note_and_nothing_of_a_refused_one() {
    use base64::Engine;
    let clinic = Clinic::tiny().await;
    let data = base64::engine::general_purpose::STANDARD.encode("Feels better <b>today</b>");
    let mut note = json!({
        "resourceType": "DocumentReference", "status": "current", "docStatus": "final",
        "subject": { "reference": "Patient/patient-1" },
        "content": [{ "attachment": { "contentType": "text/plain", "data": data } }]
    });
    let id = clinic.post("DocumentReference", &note).await.json()["id"].as_str().unwrap().to_owned();
    note["status"] = json!("nonsense");
    assert_eq!(clinic.post("DocumentReference", &note).await.status, 422);
    let cookie = clinic.sandbox.sign_in("clinician-1").await;
    let url = format!("{}/chart/patient-1", clinic.sandbox.urls.origin);
    let page = send("GET", &url, &[("cookie", &cookie)], "").await.unwrap().text();
    assert!(page.contains("Notes (1)"));
    assert!(page.contains(&format!("DocumentReference/{id} v1")));
    assert!(page.contains("Feels better &lt;b&gt;today&lt;/b&gt;"));
}

#[tokio::test]
async fn data_files_of_every_shape_are_found_and_scheduled() {
    let folder = tempfile::tempdir().unwrap();
    let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": [
        { "fullUrl": "urn:uuid:p1", "resource": { "resourceType": "Patient", "id": "zipped", "birthDate": "1950" } },
        { "fullUrl": "urn:uuid:o1", "resource": {
            "resourceType": "Condition", "id": "c1", "subject": { "reference": "urn:uuid:p1" },
            "effectivePeriod": { "stop": "1993" }
        } }
    ] });
    let file = std::fs::File::create(folder.path().join("a.json.gz")).unwrap();
    let mut zip = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
    zip.write_all(bundle.to_string().as_bytes()).unwrap();
    zip.finish().unwrap();
    let lines = "{\"resourceType\":\"Patient\",\"id\":\"lined\"}\n{\"resourceType\":\"Practitioner\",\"id\":\"doc\"}\n";
    std::fs::write(folder.path().join("b.ndjson"), lines).unwrap();
    let clinic = Clinic::open(Config { data: vec![folder.path().to_owned()], ..Config::tiny() }).await;
    let found = clinic.get("Condition?patient=zipped").await.json();
    assert_eq!(found["entry"][0]["resource"]["subject"]["reference"], "Patient/zipped");
    assert_eq!(found["entry"][0]["resource"]["effectivePeriod"]["stop"], "1993");
    let visits = clinic.sandbox.resources("Appointment").await;
    assert_eq!(visits.len(), 2);
    let visit = &visits[0]["extension"][0];
    assert_eq!(visit["extension"][1]["valueUrl"], format!("{}/room/appt-zipped", clinic.sandbox.urls.origin));
    let encounter = clinic.get("Encounter?patient=lined&class=VR").await.json();
    assert_eq!(
        encounter["entry"][0]["resource"]["participant"][0]["individual"]["reference"],
        "Practitioner/doc"
    );
}

#[tokio::test]
async fn the_admin_side_mints_launches_puts_and_counts() {
    let clinic = Clinic::tiny().await;
    let admin = &clinic.sandbox.urls.admin;
    let json_body = [("content-type", "application/json")];
    let asked = json!({ "scopes": "patient/*.rs", "patient": "patient-1" }).to_string();
    let token = send("POST", &format!("{admin}/token"), &json_body, &asked).await.unwrap().json();
    assert_eq!(token["expires_in"], 300);
    let asked = json!({ "patient": "patient-1" }).to_string();
    let launch = send("POST", &format!("{admin}/launch"), &json_body, &asked).await.unwrap().json();
    assert_eq!(launch["iss"], json!(clinic.sandbox.urls.fhir));
    assert!(launch["url"].as_str().unwrap().starts_with("chartside://launch?iss="));
    let raw =
        json!({ "resourceType": "Condition", "id": "raw", "subject": { "reference": "Patient/patient-1" } });
    let put = send("PUT", &format!("{admin}/resource"), &json_body, &raw.to_string()).await.unwrap();
    assert_eq!(put.json()["meta"]["versionId"], "1");
    let count = send("GET", &format!("{admin}/count?type=Condition"), &[], "").await.unwrap().json();
    assert_eq!(count["count"], 1);
    let dump = format!("{admin}/resource/Condition?patient=patient-1");
    assert_eq!(send("GET", &dump, &[], "").await.unwrap().json()[0]["id"], "raw");
    clinic.get("Condition/raw").await;
    let captured = send("GET", &format!("{admin}/requests"), &[], "").await.unwrap().json();
    assert_eq!(captured[0]["path"], "/fhir/Condition/raw");
    assert_eq!(send("POST", &format!("{admin}/revoke-all"), &[], "").await.unwrap().status, 200);
    assert_eq!(clinic.ask("GET", "Condition/raw", &[], &Value::Null).await.status, 401);
}

#[tokio::test]
async fn the_room_page_names_its_visitor_safely() {
    let clinic = Clinic::tiny().await;
    let url = format!("{}/room/r1?role=patient&name=%3Cb%3ESam", clinic.sandbox.urls.origin);
    let page = send("GET", &url, &[], "").await.unwrap().text();
    assert!(page.contains("&lt;b&gt;Sam (patient)"));
}
