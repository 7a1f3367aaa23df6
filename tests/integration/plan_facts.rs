//! The write plan after signing, beside what became of it; and as a file for IT.

use crate::export::{self, Does, Signed, signed as signed_with_files};
use crate::personalities::{writes, written_at};
use chartside_tests::Call;
use chartside_tests::app::of;
use chartside_tests::visit::{Desk, NOTE_WORDS, filed, sign};
use sandbox_ehr::Fault;
use serde_json::{Value, json};
use std::collections::BTreeSet;

async fn facts(desk: &Desk) -> Vec<Value> {
    let view = desk.app.must("plan_facts", of(&desk.visit)).await;
    view["rows"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_item_of_the_plan_stands_beside_what_became_of_it() {
    let desk = written_at("epic").await;
    assert!(facts(&desk).await.is_empty(), "nothing is signed yet");
    let plan = desk.app.must("plan_get", of(&desk.visit)).await;
    sign(&desk.app, &desk.visit).await;
    filed(&desk.app, &desk.visit).await;
    let rows = facts(&desk).await;
    let planned: Vec<&Value> = rows.iter().map(|r| &r["planned"]).collect();
    let shown: Vec<&Value> = plan["items"].as_array().unwrap().iter().collect();
    assert_eq!(planned, shown, "exactly what was shown");
    for row in &rows {
        assert_eq!(row["became"], "as_planned", "{row}");
        let words = row["words"].as_str().unwrap();
        match row["planned"]["outcome"].as_str().unwrap() {
            "written" => assert!(words.starts_with("Filed "), "{words}"),
            "in_note" => assert_eq!(words, "Stands in the note, as planned."),
            other => panic!("{other}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_went_otherwise_is_said_beside_the_plan() {
    let desk = Desk::written_at("generic").await;
    desk.ehr.faults().add("kind=422,method=POST,path=Claim".parse::<Fault>().unwrap());
    sign(&desk.app, &desk.visit).await;
    desk.app
        .until("plan_facts", of(&desk.visit), |view| {
            view["rows"].as_array().unwrap().iter().all(|r| r["became"] != "under_way")
        })
        .await;
    for row in facts(&desk).await {
        let otherwise = row["planned"]["kind"] == "charge";
        assert_eq!(row["became"], if otherwise { "otherwise" } else { "as_planned" }, "{row}");
    }
    let draft = json!({ "visit": desk.visit, "kind": "addendum", "document": null });
    let draft = desk.app.must("amendment_begin", draft).await;
    let section = &draft["sections"][0]["section"]["section"];
    let edit = json!({ "visit": desk.visit, "section": section, "text": "Called.", "base_revision": 0 });
    desk.app.must("note_edit", edit).await;
    let draft = desk.app.must("amendment_get", json!({ "visit": desk.visit, "id": draft["id"] })).await;
    let hash = &draft["plan"]["plan_hash"];
    desk.app
        .must("amendment_sign", json!({ "visit": desk.visit, "id": draft["id"], "plan_hash": hash }))
        .await;
    desk.app
        .until("plan_facts", of(&desk.visit), |view| {
            view["rows"].as_array().unwrap().last().unwrap()["became"] == "as_planned"
        })
        .await;
    assert_eq!(facts(&desk).await.last().unwrap()["planned"]["kind"], "addendum");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_for_it_names_every_element_and_nothing_of_the_patient() {
    let signed = signed_with_files().await;
    signed.does(Does::Saves(signed.files.path().to_owned()));
    let answer = signed.app.must("plan_export", json!({ "visit": signed.visit, "form": "json" })).await;
    assert!(answer["words"].as_str().unwrap().starts_with("Saved as Write plan "), "{answer}");
    let file = std::fs::read_dir(signed.files.path()).unwrap().next().unwrap().unwrap().path();
    let text = std::fs::read_to_string(&file).unwrap();
    let plan: Value = serde_json::from_str(&text).unwrap();
    let note = &plan["items"][0];
    assert_eq!(note["request"], "POST DocumentReference");
    assert_eq!((&note["if_none_exist"], &note["became"]), (&json!(true), &json!("as_planned")));
    let elements: Vec<&str> =
        note["elements"].as_array().unwrap().iter().map(|e| e.as_str().unwrap()).collect();
    for wanted in [
        "subject.reference",
        "content.attachment.data",
        "docStatus",
        "author.reference",
        "context.period.start",
    ] {
        assert!(elements.contains(&wanted), "{wanted}: {elements:?}");
    }
    let charge = plan["items"].as_array().unwrap().iter().find(|i| i["kind"] == "charge").unwrap();
    assert!(charge["elements"].as_array().unwrap().contains(&json!("item.productOrService.coding.code")));
    for of_hers in [NOTE_WORDS, "Santos", "maria", "1972", "E11", "9921", "DocumentReference/"] {
        assert!(!text.contains(of_hers), "{of_hers}");
    }
    assert!(signed.app.audit().await.iter().any(|(action, ..)| action == "write plan exported"));

    signed.app.must("plan_export", json!({ "visit": signed.visit, "form": "pdf" })).await;
    let files = std::fs::read_dir(signed.files.path()).unwrap().map(|f| f.unwrap().path());
    let pdf = files.into_iter().find(|f| f.extension().is_some_and(|e| e == "pdf")).unwrap();
    let bytes = std::fs::read(pdf).unwrap();
    assert!(bytes.starts_with(b"%PDF-1.7") && bytes.len() > 10_000);
}

pub(crate) async fn exported(open: &Signed) -> Value {
    open.does(Does::Saves(open.files.path().to_owned()));
    open.app.must("plan_export", json!({ "visit": open.visit, "form": "json" })).await;
    let file = std::fs::read_dir(open.files.path()).unwrap().next().unwrap().unwrap().path();
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

/// Where something stands in a body, by a way of our own: the pointers of all values, without positions.
fn elements(body: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = vec![(String::new(), body)];
    while let Some((at, value)) = open.pop() {
        match value {
            Value::Object(fields) => open.extend(fields.iter().map(|(n, v)| (format!("{at}.{n}"), v))),
            Value::Array(all) => open.extend(all.iter().map(|v| (at.clone(), v))),
            _ => {
                found.insert(at.trim_start_matches('.').to_owned());
            }
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_for_it_says_before_signing_what_is_then_sent_at_every_kind_of_ehr() {
    for personality in ["generic", "medplum", "epic", "oracle", "athena", "read-only"] {
        let open = export::written_at(personality).await;
        let plan = exported(&open).await;
        assert_eq!(plan["ehr"]["kind"], personality);
        sign(&open.app, &open.visit).await;
        filed_or_here(&open).await;
        let sent = writes(&open.ehr);
        let planned: Vec<&Value> =
            plan["items"].as_array().unwrap().iter().filter(|i| i["outcome"] == "written").collect();
        assert_eq!(sent.len(), planned.len(), "{personality}");
        for request in sent {
            let asked = format!("{} {}", request.method, request.path.trim_start_matches("/fhir/"));
            let body: Value = request.body.parse().unwrap();
            let said: BTreeSet<String> = planned
                .iter()
                .find(|i| i["request"] == asked.as_str())
                .map(|i| {
                    i["elements"].as_array().unwrap().iter().map(|e| e.as_str().unwrap().to_owned()).collect()
                })
                .unwrap_or_default();
            assert_eq!(said, elements(&body), "{personality}: {asked}");
        }
    }
}

/// Nothing waits any more; where the EHR takes nothing, nothing ever did.
async fn filed_or_here(open: &Signed) {
    let delivery = open.app.must("delivery_get", of(&open.visit)).await;
    if !delivery["items"].as_array().unwrap().is_empty() {
        filed(&open.app, &open.visit).await;
    }
}
