//! Charges that an EHR does not take: a message for the clinic's billing, handed over once, called done only when it is.

use crate::{export, plan_facts};
use chartside_tests::app::{Call, of};
use chartside_tests::visit::{Desk, filed, sign};
use companion::policy::BillingPolicy;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A visit at Epic, with a folder for billing, and one for its answers where it gives them.
struct Billed {
    desk: Desk,
    folder: TempDir,
    answers: TempDir,
}

impl Billed {
    async fn new(answers_come: bool) -> Self {
        let (folder, answers) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        let (to, from) = (folder.path().to_owned(), answers.path().to_owned());
        let desk = Desk::written_under("epic", move |policy| {
            policy.ehrs[0].billing = Some(BillingPolicy {
                folder: to,
                acknowledgements: answers_come.then_some(from),
                sending_facility: "RIVERSIDE".to_owned(),
                receiving_application: "BILLING".to_owned(),
                ..BillingPolicy::default()
            });
        })
        .await;
        Self { desk, folder, answers }
    }

    /// Until the charge is as wanted.
    async fn until(&self, wanted: fn(&Value) -> bool) -> Value {
        let delivery = self.desk.app.until("delivery_get", of(&self.desk.visit), wanted).await;
        charge(&delivery).clone()
    }

    /// What lies in the folder once something does.
    async fn message(&self) -> String {
        self.until(|d| {
            let words = charge(d)["words"].as_str().unwrap_or_default();
            words.starts_with("It lies in the billing folder") || words.starts_with("Handed to billing")
        })
        .await;
        let [one] = &files(self.folder.path())[..] else { panic!("one message in the folder") };
        std::fs::read_to_string(one).unwrap()
    }

    fn answer(&self, name: &str, code: &str, control: &str, more: &str) {
        let text = format!(
            "MSH|^~\\&|BILLING||CHARTSIDE|RIVERSIDE|20261123||ACK^P03|77|P|2.5.1\rMSA|{code}|{control}\r{more}"
        );
        std::fs::write(self.answers.path().join(name), text).unwrap();
    }
}

fn charge(view: &Value) -> &Value {
    view["items"].as_array().unwrap().iter().find(|i| i["kind"] == "charge").unwrap_or(&Value::Null)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder).unwrap().flatten().map(|f| f.path()).collect()
}

fn field(message: &str, segment: &str, number: usize) -> String {
    let line = message.split('\r').find(|line| line.starts_with(segment)).unwrap();
    line.split('|').nth(number).unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_charge_that_epic_does_not_take_is_handed_to_billing_as_a_message_and_stands_in_the_note() {
    let billed = Billed::new(false).await;
    let plan = billed.desk.app.must("plan_get", of(&billed.desk.visit)).await;
    let planned = charge(&plan);
    assert_eq!((&planned["outcome"], &planned["request"]), (&json!("written"), &json!("file DFT^P03")));
    assert!(
        planned["words"]
            .as_str()
            .unwrap()
            .starts_with("Goes to the clinic's billing as a file, because this kind of EHR")
    );
    assert!(files(billed.folder.path()).is_empty(), "nothing leaves before the signature");
    sign(&billed.desk.app, &billed.desk.visit).await;
    let delivery = filed(&billed.desk.app, &billed.desk.visit).await;
    let handed = charge(&delivery);
    assert_eq!(handed["state"], "handed_over");
    assert!(handed["words"].as_str().unwrap().starts_with("Handed to billing "), "{handed}");
    let message = billed.message().await;
    assert_eq!(field(&message, "PID", 5), "Santos^Maria^Elena");
    assert_eq!(field(&message, "FT1", 7), "99214^^C4");
    assert_eq!(field(&message, "FT1", 16), "10");
    assert!(field(&message, "FT1", 19).starts_with("E11.65^"), "{message}");
    assert!(field(&message, "FT1", 20).contains("^Okafor^Adaeze"), "{message}");
    assert!(field(&message, "DG1", 3).ends_with("^I10C"));
    assert_eq!(field(&message, "MSH", 4 - 1), "RIVERSIDE");
    let receipt = &handed["receipt"];
    assert_eq!(receipt["id"], json!(hl7_control(&message)));
    let note = billed.desk.ehr.resources_of("DocumentReference", "maria-santos").await;
    let text = note.iter().map(ToString::to_string).collect::<String>();
    assert!(text.len() > 1_000, "the note is there");
    let facts = billed.desk.app.must("plan_facts", of(&billed.desk.visit)).await;
    let row = facts["rows"].as_array().unwrap().iter().find(|r| r["planned"]["kind"] == "charge").unwrap();
    assert_eq!(row["became"], "as_planned");
    let parts = billed.desk.app.must("retract_get", of(&billed.desk.visit)).await;
    let part = parts["parts"].as_array().unwrap().iter().find(|p| p["kind"] == "charge").unwrap();
    assert_eq!(part["outcome"], "by_hand");
    assert!(part["words"].as_str().unwrap().contains("Tell billing"), "{part}");
}

fn hl7_control(message: &str) -> String {
    field(message, "MSH", 9)
}

#[tokio::test(flavor = "multi_thread")]
async fn where_billing_answers_a_charge_is_handed_over_only_when_it_says_so() {
    let billed = Billed::new(true).await;
    sign(&billed.desk.app, &billed.desk.visit).await;
    let message = billed.message().await;
    let control = hl7_control(&message);
    assert!(control.len() <= 20);
    billed.answer("other.ack", "AA", "somebody-elses-1", "");
    std::fs::write(billed.answers.path().join("half"), "MSH|^~").unwrap();
    billed.answer("ours.ack", "AA", &control, "");
    let handed = billed.until(|d| charge(d)["state"] == "handed_over").await;
    assert_eq!(handed["receipt"]["id"], json!(control));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_billing_refuses_is_told_with_its_words_and_goes_out_again_under_another_control_id() {
    let billed = Billed::new(true).await;
    sign(&billed.desk.app, &billed.desk.visit).await;
    let message = billed.message().await;
    let first = hl7_control(&message);
    billed.answer("no.ack", "AE", &first, "ERR|||207^Application internal error|E||||Unknown payer\r");
    let refused = billed.until(|d| charge(d)["state"] == "needs_you").await;
    assert_eq!((&refused["can_retry"], &refused["elsewhere"]), (&json!(true), &json!("Hand to billing")));
    assert!(refused["words"].as_str().unwrap().starts_with("Billing refused it"), "{refused}");
    let look = billed.desk.app.must("delivery_look", json!({ "id": refused["id"] })).await;
    assert!(look["history"].to_string().contains("Unknown payer"), "{look}");
    for file in files(billed.folder.path()) {
        std::fs::remove_file(file).unwrap();
    }
    billed.desk.app.must("delivery_retry", json!({ "id": refused["id"] })).await;
    let again = billed.message().await;
    assert_ne!(hl7_control(&again), first);
    billed.answer("yes.ack", "AA", &hl7_control(&again), "");
    billed.until(|d| charge(d)["state"] == "handed_over").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_away_for_a_while_loses_nothing() {
    let billed = Billed::new(false).await;
    let away = billed.folder.path().with_extension("away");
    std::fs::rename(billed.folder.path(), &away).unwrap();
    sign(&billed.desk.app, &billed.desk.visit).await;
    let waits = billed.until(|d| charge(d)["state"] == "retrying").await;
    assert!(waits["words"].as_str().unwrap().starts_with("It could not be handed over"), "{waits}");
    std::fs::rename(&away, billed.folder.path()).unwrap();
    billed.desk.app.must("delivery_retry", json!({ "id": waits["id"] })).await;
    billed.until(|d| charge(d)["state"] == "handed_over").await;
    assert_eq!(files(billed.folder.path()).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_for_it_names_each_field_of_the_message_and_nothing_of_the_patient() {
    let folder = TempDir::new().unwrap();
    let to = folder.path().to_owned();
    let open = export::written_under("oracle", |policy| {
        policy.ehrs[0].billing = Some(BillingPolicy { folder: to, ..BillingPolicy::default() });
    })
    .await;
    let plan = plan_facts::exported(&open).await;
    let planned = charge(&plan);
    sign(&open.app, &open.visit).await;
    filed(&open.app, &open.visit).await;
    let [one] = &files(folder.path())[..] else { panic!("one message in the folder") };
    let message = std::fs::read_to_string(one).unwrap();
    let mut said: Vec<&str> =
        planned["elements"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    // By a way of our own.
    let mut there: Vec<String> = Vec::new();
    for line in message.split('\r').filter(|line| !line.is_empty()) {
        let (name, first) = (&line[..3], usize::from(line.starts_with("MSH")));
        let values = line.split('|').enumerate().skip(1).filter(|(_, value)| !value.is_empty());
        there.extend(values.map(|(at, _)| format!("{name}-{}", at + first)));
    }
    there.sort();
    there.dedup();
    said.sort_unstable();
    assert_eq!(said, there);
    assert!(!plan.to_string().contains("Santos"));
}
