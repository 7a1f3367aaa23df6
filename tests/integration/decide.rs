//! Where the EHR cannot tell whether it has an item, the clinician looks and says.

use chartside_tests::Call;
use chartside_tests::app::of;
use chartside_tests::visit::{Desk, filed, sign, written};
use companion::contract::ErrorCode;
use sandbox_ehr::Fault;
use serde_json::{Value, json};

/// Maria's visit, signed; the note went out, its answer was lost so, and no search for notes is allowed.
async fn nobody_can_tell(lost: &str) -> Desk {
    let desk = Desk::written_at("generic").await;
    for fault in [lost, "kind=403,method=GET,path=DocumentReference"] {
        desk.ehr.faults().add(fault.parse::<Fault>().unwrap());
    }
    sign(&desk.app, &desk.visit).await;
    desk.app.until("delivery_get", of(&desk.visit), |d| d["items"][0]["state"] == "needs_you").await;
    desk
}

async fn looked(desk: &Desk) -> Value {
    let delivery = desk.app.must("delivery_get", of(&desk.visit)).await;
    desk.app.must("delivery_look", json!({ "id": delivery["items"][0]["id"] })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_record_that_the_clinician_points_at_is_read_back_and_filed() {
    let desk = nobody_can_tell("kind=drop_response,method=POST,path=DocumentReference,times=1").await;
    assert!(looked(&desk).await["incomplete"].is_string(), "nor can it be listed now");
    desk.ehr.faults().clear();
    let look = looked(&desk).await;
    assert_eq!((&look["can_send"], &look["incomplete"]), (&json!(true), &Value::Null));
    let candidates = look["candidates"].as_array().unwrap();
    assert_eq!(candidates[0]["same"], true, "what says the same stands first");
    assert!(candidates[1..].iter().all(|c| c["same"] == false));
    let history = look["history"].to_string();
    assert!(history.contains("Sent, but no answer came."), "{history}");
    let reference = &candidates[0]["reference"];
    desk.app.must("delivery_choose", json!({ "id": look["id"], "reference": reference })).await;
    let delivery = filed(&desk.app, &desk.visit).await;
    let receipt = &delivery["items"][0]["receipt"];
    assert_eq!(format!("DocumentReference/{}", receipt["id"].as_str().unwrap()), reference.as_str().unwrap());
    assert_eq!(written(&desk.ehr).await[0].1.len(), 1);
    assert!(desk.app.audit().await.iter().any(|(action, ..)| action == "delivery decided"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_record_is_never_called_filed() {
    let desk = nobody_can_tell("kind=drop_response,method=POST,path=DocumentReference,times=1").await;
    desk.ehr.faults().clear();
    let look = looked(&desk).await;
    let ours = written(&desk.ehr).await[0].1[0]["id"].clone();
    let hers = |r: &Value| r["subject"]["reference"] == "Patient/maria-santos" && r["id"] != ours;
    let earlier = desk.ehr.resources("DocumentReference").await.into_iter().find(|r| hers(r)).unwrap();
    let reference = format!("DocumentReference/{}", earlier["id"].as_str().unwrap());
    let choose = json!({ "id": look["id"], "reference": reference });
    desk.app.must("delivery_choose", choose).await;
    desk.app
        .until("delivery_get", of(&desk.visit), |d| {
            d["items"][0]["words"]
                .as_str()
                .is_some_and(|w| w.starts_with("The EHR's copy is not what you signed"))
        })
        .await;
    // The right one is still to be had.
    let right = looked(&desk).await["candidates"][0]["reference"].clone();
    desk.app.must("delivery_choose", json!({ "id": look["id"], "reference": right })).await;
    filed(&desk.app, &desk.visit).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_sent_again_and_only_while_nobody_knows() {
    let desk = nobody_can_tell("kind=500,method=POST,path=DocumentReference,times=1").await;
    desk.ehr.faults().clear();
    let look = looked(&desk).await;
    assert!(look["candidates"].as_array().unwrap().iter().all(|c| c["same"] == false));
    let elsewhere = json!({ "id": look["id"], "reference": "Patient/maria-santos" });
    assert_eq!(desk.app.refused("delivery_choose", elsewhere).await, ErrorCode::InvalidInput);
    desk.app.must("delivery_not_there", json!({ "id": look["id"] })).await;
    filed(&desk.app, &desk.visit).await;
    assert_eq!(written(&desk.ehr).await[0].1.len(), 1);
    assert_eq!(
        desk.app.refused("delivery_not_there", json!({ "id": look["id"] })).await,
        ErrorCode::InvalidInput
    );
}
