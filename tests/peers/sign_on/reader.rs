//! Reads and fills the FHIR server over plain HTTP, past the provider and without any code of the
//! app.

use chartside_tests::record::{Record, searchable};
use reqwest::Client;
use serde_json::{Value, json};
use std::collections::BTreeSet;

pub struct Reader {
    client: Client,
    base: String,
    token: String,
}

impl Reader {
    pub fn new(base: String, token: String) -> Self {
        Self { client: chartside_tests::browser::client(), base, token }
    }

    async fn get(&self, path: &str) -> Value {
        let answer = self.client.get(format!("{}/{path}", self.base)).bearer_auth(&self.token).send().await;
        let answer = answer.expect("the FHIR server answers");
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.json().await.expect("JSON")
    }

    /// Puts these resources in under their own ids.
    pub async fn fill(&self, resources: &[Value]) {
        let entry = |r: &Value| {
            let (kind, id) = (r["resourceType"].as_str().unwrap(), r["id"].as_str().unwrap());
            json!({ "resource": r, "request": { "method": "PUT", "url": format!("{kind}/{id}") } })
        };
        let entries: Vec<Value> = resources.iter().map(entry).collect();
        let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries });
        let sent = self.client.post(&self.base).bearer_auth(&self.token).json(&bundle).send().await;
        let answer = sent.expect("the FHIR server answers");
        let status = answer.status();
        let words = answer.text().await.unwrap_or_default();
        assert!(status.is_success(), "the seed was not taken: {status} {words}");
    }

    /// All resources of this search, over all pages.
    pub async fn all(&self, query: &str) -> Vec<Value> {
        let mut found = Vec::new();
        loop {
            let page = self.get(&format!("{query}&_count=200&_offset={}", found.len())).await;
            let entries = page["entry"].as_array().cloned().unwrap_or_default();
            let matches = entries.into_iter().filter(|e| e["search"]["mode"] == "match");
            let before = found.len();
            found.extend(matches.map(|e| e["resource"].clone()));
            if found.len() as u64 >= page["total"].as_u64().expect("a total") || found.len() == before {
                return found;
            }
        }
    }

    /// Everything of this patient, of every type that the server declares to be searchable by patient.
    pub async fn record(&self, patient: &str) -> Record {
        let mut record = Record::new();
        for kind in searchable(&self.get("metadata").await) {
            let query = if kind == "Patient" { "_id" } else { "patient" };
            let all = self.all(&format!("{kind}?{query}={patient}")).await;
            let ids: BTreeSet<String> =
                all.iter().map(|r| r["id"].as_str().expect("an id").to_owned()).collect();
            if !ids.is_empty() {
                record.insert(kind, ids);
            }
        }
        record
    }

    /// The resources of this kind that carry an identifier of ours.
    pub async fn ours(&self, kind: &str, patient: &str) -> Vec<Value> {
        let all = self.all(&format!("{kind}?patient={patient}")).await;
        let ours = |r: &Value| {
            let identifiers = r["identifier"].as_array().into_iter().flatten();
            identifiers.into_iter().any(|i| i["system"] == "urn:ietf:rfc:3986")
        };
        all.into_iter().filter(ours).collect()
    }

    /// How many versions of this resource there have been.
    pub async fn versions(&self, kind: &str, id: &str) -> u64 {
        let history = self.get(&format!("{kind}/{id}/_history")).await;
        history["entry"].as_array().expect("versions").len() as u64
    }
}
