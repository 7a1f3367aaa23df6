//! What a FHIR request can fail with, and the OperationOutcome that says so.

use serde_json::{Value, json};

/// A refused interaction: the HTTP status, the FHIR issue code and plain words.
#[derive(Debug, Clone)]
pub struct Refusal {
    pub status: u16,
    pub code: &'static str,
    pub text: String,
    /// A vendor's own coding of the problem, shown in `issue.details`.
    pub coding: Option<(&'static str, &'static str)>,
}

impl Refusal {
    pub fn new(status: u16, code: &'static str, text: impl Into<String>) -> Self {
        Self { status, code, text: text.into(), coding: None }
    }

    pub fn bad(text: impl Into<String>) -> Self {
        Self::new(400, "invalid", text)
    }

    pub fn unprocessable(text: impl Into<String>) -> Self {
        Self::new(422, "required", text)
    }

    pub fn forbidden(text: impl Into<String>) -> Self {
        Self::new(403, "forbidden", text)
    }

    pub fn not_found(kind: &str, id: &str) -> Self {
        Self::new(404, "not-found", format!("{kind}/{id} is not known"))
    }

    pub fn unsupported(text: impl Into<String>) -> Self {
        Self::new(405, "not-supported", text)
    }

    pub fn outcome(&self) -> Value {
        let mut issue = json!({ "severity": "error", "code": self.code, "diagnostics": self.text });
        if let Some((system, code)) = self.coding {
            issue["details"] = json!({ "coding": [{ "system": system, "code": code }] });
        }
        json!({ "resourceType": "OperationOutcome", "issue": [issue] })
    }
}

/// An OperationOutcome that only informs.
pub fn information(text: &str) -> Value {
    json!({
        "resourceType": "OperationOutcome",
        "issue": [{ "severity": "information", "code": "informational", "diagnostics": text }]
    })
}
