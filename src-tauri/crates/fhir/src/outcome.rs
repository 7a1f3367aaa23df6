//! OperationOutcome: its codes only. Diagnostics and texts may hold PHI and are never taken over.

use crate::json;
use serde_json::Value;

/// What a server complained about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcome {
    /// `fatal`, `error`, `warning`, `information`: the worst one.
    pub severity: String,
    /// Issue codes (<https://hl7.org/fhir/R4/valueset-issue-type.html>), at most [`MAX_CODES`].
    pub codes: Vec<String>,
}

/// Codes kept of one outcome.
pub const MAX_CODES: usize = 8;

/// Reads the codes of an OperationOutcome.
pub fn outcome(resource: &Value) -> Outcome {
    const WORST_FIRST: [&str; 4] = ["fatal", "error", "warning", "information"];
    let issues = json::items(resource, &["issue"]);
    let severities: Vec<&str> = issues.iter().filter_map(|i| json::text(i, &["severity"])).collect();
    let severity = WORST_FIRST.iter().find(|s| severities.contains(s)).copied().unwrap_or("unknown");
    let codes = issues
        .iter()
        .filter_map(|i| json::text(i, &["code"]))
        .filter(|c| c.len() <= 40 && c.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'))
        .take(MAX_CODES)
        .map(str::to_owned)
        .collect();
    Outcome { severity: severity.to_owned(), codes }
}
