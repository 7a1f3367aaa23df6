//! The bodies, as files that a validator reads.

use base64::Engine;
use sandbox_ehr::Captured;
use serde_json::Value;
use std::path::Path;

/// Writes the bodies of one visit; gives how many files.
pub fn write(folder: &Path, visit: &str, sent: &[Captured]) -> usize {
    let mut files = 0;
    let mut put = |kind: &str, text: &str| {
        files += 1;
        let file = folder.join(format!("{visit}-{files:02}-{kind}.json"));
        std::fs::write(file, text).expect("a body is written");
    };
    for request in sent.iter().filter(|r| !r.body.is_empty()) {
        let body: Value = serde_json::from_str(&request.body).unwrap_or_else(|_| {
            panic!("{visit}: the body of {} {} is no JSON", request.method, request.path)
        });
        let kind = body["resourceType"].as_str().unwrap_or("unknown");
        put(kind, &request.body);
        for document in documents(&body) {
            put("document", &document);
        }
    }
    files
}

/// The FHIR documents that are attached to a DocumentReference.
fn documents(body: &Value) -> Vec<String> {
    let attached = body["content"].as_array().into_iter().flatten().map(|c| &c["attachment"]);
    let fhir = attached
        .filter(|a| a["contentType"].as_str().is_some_and(|t| t.starts_with("application/fhir+json")));
    fhir.map(|a| {
        let data = a["data"].as_str().expect("an inline document");
        let bytes = base64::engine::general_purpose::STANDARD.decode(data).expect("base64");
        String::from_utf8(bytes).expect("UTF-8")
    })
    .collect()
}
