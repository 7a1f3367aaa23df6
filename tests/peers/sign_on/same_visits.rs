//! The same visits at two stores that we did not write: everything that the app calls filed is found there by a plain
//! reader of HTTP, in the version that the receipt names, and so is everything that was added and taken back later.

use crate::clinic::{Clinic, MARIA};
use crate::peers::{Given, Store};
use base64::Engine;
use chartside_tests::{Call, visit};
use serde_json::{Value, json};

/// What a visit writes, with how many of each.
const WRITTEN: &[(&str, usize)] =
    &[("DocumentReference", 1), ("Condition", 2), ("Claim", 1), ("Task", 1), ("Appointment", 1)];

#[tokio::test(flavor = "multi_thread")]
async fn sekmet_has_all_that_was_signed_amended_and_retracted() {
    the_same_visits(Store::Sekmet).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn medplum_has_all_that_was_signed_amended_and_retracted() {
    the_same_visits(Store::Medplum).await;
}

async fn the_same_visits(store: Store) {
    let given = Given { store, schedule: true, access_seconds: 600, ..Given::default() };
    let Some(clinic) = Clinic::open(given).await else { return };
    let (app, reader) = (&clinic.app, clinic.reader());
    let id = clinic.launch().await;
    visit::chart(app, &id).await;
    clinic.write(&id).await;
    let free = app.must("free_times", json!({ "visit": id, "from": visit::today().to_string() })).await;
    let slot = &free["times"][0]["slot"];
    app.must("follow_up_visit_set", json!({ "visit": id, "slot": slot })).await;
    // One answer gets lost on the way: whether it arrived is asked, not guessed.
    clinic.peers.lose(1).await;
    visit::sign(app, &id).await;
    let delivery = visit::filed(app, &id).await;

    for (kind, count) in WRITTEN {
        let ours = reader.ours(kind, MARIA).await;
        assert_eq!(ours.len(), *count, "{kind} with our identifier");
        for copy in &ours {
            let receipt = receipt(&delivery, copy);
            assert_eq!(receipt["version_id"], copy["meta"]["versionId"], "{kind}");
            assert_eq!(
                reader.versions(kind, copy["id"].as_str().unwrap()).await,
                1,
                "{kind} was written once"
            );
        }
    }
    let booked = &reader.ours("Appointment", MARIA).await[0];
    assert_eq!((&booked["status"], &booked["slot"][0]["reference"]), (&json!("booked"), slot));
    let note = &reader.ours("DocumentReference", MARIA).await[0];
    assert!(text(note).contains(visit::NOTE_WORDS), "the words of the note");

    visit::addendum(app, &id, "Ate before the test.").await;
    visit::filed(app, &id).await;
    let notes = reader.ours("DocumentReference", MARIA).await;
    let addendum = notes.iter().find(|n| n["relatesTo"].is_array()).expect("an addendum");
    let relation = &addendum["relatesTo"][0];
    assert_eq!(relation["code"], "appends");
    assert_eq!(
        relation["target"]["reference"],
        format!("DocumentReference/{}", note["id"].as_str().unwrap())
    );
    assert!(text(addendum).contains("Ate before the test."));

    visit::retract(app, &id).await;
    visit::filed(app, &id).await;
    for (kind, _) in WRITTEN {
        for copy in reader.ours(kind, MARIA).await {
            let (status, taken_back) = match *kind {
                "Condition" => (&copy["verificationStatus"]["coding"][0]["code"], "entered-in-error"),
                "DocumentReference" => (&copy["status"], "entered-in-error"),
                _ => (&copy["status"], "cancelled"),
            };
            assert_eq!(status, taken_back, "{kind}");
            assert_eq!(
                reader.versions(kind, copy["id"].as_str().unwrap()).await,
                2,
                "{kind} was changed once"
            );
        }
    }
}

/// The receipt of this record.
fn receipt<'d>(delivery: &'d Value, copy: &Value) -> &'d Value {
    let receipts = delivery["items"].as_array().expect("items").iter().map(|i| &i["receipt"]);
    let of_it = |r: &&Value| r["resource_type"] == copy["resourceType"] && r["id"] == copy["id"];
    receipts.into_iter().find(of_it).expect("a receipt")
}

/// The words of a note, as any EHR shows them.
fn text(note: &Value) -> String {
    let data = note["content"][0]["attachment"]["data"].as_str().expect("an attachment");
    let bytes = base64::engine::general_purpose::STANDARD.decode(data).expect("base64");
    String::from_utf8(bytes).expect("text")
}
