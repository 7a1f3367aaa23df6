//! Builders of what is sent, one file per resource. Each carries our identifier, so that the EHR
//! can be asked later whether it has the item.

mod claim;
mod composition;
mod condition;
mod document_reference;
mod task;

pub use claim::{ChargeLine, DiagnosisLink, claim};
pub use composition::document_bundle;
pub use condition::condition;
pub use document_reference::document_reference;
pub use task::task;

use crate::system;
use clinical::item::IDENTIFIER_SYSTEM;
use serde_json::{Value, json};

/// The media type of FHIR JSON.
pub const FHIR_JSON: &str = "application/fhir+json";

/// `urn:uuid:<item id>`: our identifier, and the placeholder by which items refer to each other
/// until the parent has a server id.
pub fn urn(item_id: &str) -> String {
    format!("urn:uuid:{item_id}")
}

fn identifier(item_id: &str) -> Value {
    json!([{ "system": IDENTIFIER_SYSTEM, "value": urn(item_id) }])
}

fn reference(target: &str) -> Value {
    json!({ "reference": target })
}

fn icd10(code: &str, title: &str) -> Value {
    json!({ "coding": [{ "system": system::ICD10CM, "code": code, "display": title }], "text": title })
}

fn narrative(text: &str) -> String {
    let mut div = String::from("<div xmlns=\"http://www.w3.org/1999/xhtml\">");
    for line in text.lines() {
        div.push_str("<p>");
        for c in line.chars() {
            match c {
                '&' => div.push_str("&amp;"),
                '<' => div.push_str("&lt;"),
                '>' => div.push_str("&gt;"),
                '"' => div.push_str("&quot;"),
                c => div.push(c),
            }
        }
        div.push_str("</p>");
    }
    // FHIR narrative must have some content (txt-2).
    if text.trim().is_empty() {
        div.push_str("<p>-</p>");
    }
    div.push_str("</div>");
    div
}

#[cfg(test)]
mod tests {
    use super::narrative;

    #[test]
    fn text_that_looks_like_markup_stays_text() {
        assert_eq!(
            narrative("BP < 140 & \"ok\"\n<script>x</script>"),
            "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>BP &lt; 140 &amp; &quot;ok&quot;</p><p>&lt;script&gt;x&lt;/script&gt;</p></div>"
        );
    }
}
