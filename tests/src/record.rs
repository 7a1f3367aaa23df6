//! Everything that an EHR has of one patient, read over plain HTTP without any code of the app; and
//! whether a chart shows or counts all of it, and nothing else.

use crate::browser::client;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// By type, the ids.
pub type Record = BTreeMap<String, BTreeSet<String>>;

/// Reads the record from a FHIR server: each type that it declares to be searchable by patient, page
/// after page.
pub async fn read(base: &str, token: &str, patient: &str) -> Record {
    let mut record = Record::new();
    for kind in searchable(&get(&format!("{base}/metadata"), token).await) {
        let mut next = Some(format!("{base}/{kind}?patient={patient}&_count=200"));
        if kind == "Patient" {
            next = Some(format!("{base}/Patient?_id={patient}"));
        }
        while let Some(url) = next {
            let page = get(&url, token).await;
            for entry in page["entry"].as_array().into_iter().flatten() {
                let resource = &entry["resource"];
                if entry["search"]["mode"] != "include" && resource["resourceType"] == kind.as_str() {
                    let id = resource["id"].as_str().expect("an id").to_owned();
                    record.entry(kind.clone()).or_default().insert(id);
                }
            }
            let links = page["link"].as_array().into_iter().flatten();
            let link = links.into_iter().find(|l| l["relation"] == "next").and_then(|l| l["url"].as_str());
            next = link.map(str::to_owned);
        }
    }
    record
}

/// The types whose searches take a patient.
pub fn searchable(statement: &Value) -> Vec<String> {
    let declared = statement["rest"][0]["resource"].as_array().expect("resources");
    let by_patient = |r: &&Value| {
        let names = r["searchParam"].as_array().into_iter().flatten();
        r["type"] == "Patient" || names.into_iter().any(|p| p["name"] == "patient")
    };
    declared.iter().filter(by_patient).map(|r| r["type"].as_str().expect("a type").to_owned()).collect()
}

async fn get(url: &str, token: &str) -> Value {
    let answer = client().get(url).bearer_auth(token).send().await.expect("the server answers");
    assert!(answer.status().is_success(), "{url}: {}", answer.status());
    answer.json().await.expect("JSON")
}

/// What is not as it should be: missing in the chart, or in the chart and not at the EHR. The patient
/// is the banner, not a line.
pub fn differences(chart: &Value, record: &Record) -> Vec<String> {
    let (mut shown, mut counted) = (BTreeSet::new(), BTreeMap::new());
    let mut wrong = Vec::new();
    for section in chart["sections"].as_array().expect("sections") {
        let (title, state) = (&section["title"], &section["state"]);
        let empty = section["items"].as_array().is_some_and(Vec::is_empty);
        if state["state"] != "complete" && !(state["state"] == "not_offered" && empty) {
            wrong.push(format!("{title} is {state}"));
        }
        if section["unreadable"] != 0 {
            wrong.push(format!("{title}: {} unreadable", section["unreadable"]));
        }
        for item in section["items"].as_array().expect("items") {
            let id = item["id"].as_str().expect("an id").to_owned();
            if let Some(count) = item["count"].as_u64() {
                counted.insert(id, count);
                continue;
            }
            shown.insert(id);
            let also = item["also"].as_array().into_iter().flatten();
            let series = item["series"].as_array().into_iter().flatten().map(|point| &point["id"]);
            shown.extend(also.chain(series).map(|id| id.as_str().expect("an id").to_owned()));
        }
    }
    let mut there = BTreeSet::new();
    for (kind, ids) in record.iter().filter(|(kind, _)| *kind != "Patient") {
        match counted.remove(kind) {
            Some(count) if count == ids.len() as u64 => {}
            Some(count) => wrong.push(format!("{kind}: {count} counted, {} there", ids.len())),
            None => there.extend(ids.iter().map(|id| format!("{kind}/{id}"))),
        }
    }
    wrong.extend(counted.keys().map(|kind| format!("{kind} counted, none there")));
    wrong.extend(there.difference(&shown).map(|id| format!("{id} is missing in the chart")));
    wrong.extend(shown.difference(&there).map(|id| format!("{id} is not at the EHR")));
    wrong.truncate(20);
    wrong
}

/// How many records there are.
pub fn size(record: &Record) -> usize {
    record.values().map(BTreeSet::len).sum()
}
