//! Shows what a note holds: text as text, XHTML in a frame that can do nothing.

use super::html::escape;
use super::people::concept;
use crate::store::values::{at, text, text_at};
use base64::Engine;
use serde_json::Value;

/// All attachments of a DocumentReference.
pub fn attachments(document: &Value) -> String {
    at(document, "content.attachment").into_iter().map(attachment).collect()
}

fn attachment(attachment: &Value) -> String {
    let kind = text(attachment, "contentType").unwrap_or("unknown type");
    let label = format!("<p class=quiet>{}</p>", escape(kind));
    let data = text(attachment, "data").unwrap_or_default();
    let Ok(bytes) = base64::engine::general_purpose::STANDARD.decode(data) else { return label };
    if bytes.is_empty() {
        let link = text(attachment, "url").unwrap_or("no content");
        return format!("{label}<p class=id>{}</p>", escape(link));
    }
    let content = String::from_utf8_lossy(&bytes);
    if kind.contains("html") || kind.contains("xml") {
        return label + &frame(&content);
    }
    if kind.contains("json") {
        let parsed: Option<Value> = content.parse().ok();
        if let Some(composition) = parsed.as_ref().and_then(composition_of) {
            return label + &sections(composition);
        }
    }
    if kind.starts_with("text/") || kind.contains("json") {
        return format!("{label}<pre data-testid=note-text>{}</pre>", escape(&content));
    }
    format!("{label}<p class=quiet>{} bytes, not shown here</p>", bytes.len())
}

/// The Composition of a document Bundle, or the resource itself when it is one.
pub fn composition_of(body: &Value) -> Option<&Value> {
    if text(body, "resourceType") == Some("Composition") {
        return Some(body);
    }
    at(body, "entry.resource").into_iter().find(|entry| text(entry, "resourceType") == Some("Composition"))
}

/// The sections of a Composition, with their codes.
pub fn sections(composition: &Value) -> String {
    let mut shown = String::new();
    // All in one frame, which escapes the whole once more.
    for section in at(composition, "section") {
        let title = text(section, "title").map(str::to_owned).or_else(|| concept(section, "code"));
        let code = text_at(section, "code.coding.code").unwrap_or_default();
        let div = text_at(section, "text.div").unwrap_or_default();
        shown +=
            &format!("<h3>{} <small>{}</small></h3>{div}", escape(&title.unwrap_or_default()), escape(code));
    }
    frame(&shown)
}

/// Foreign markup: no scripts, no forms, no links out, no network.
fn frame(content: &str) -> String {
    let guarded = format!(
        "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; style-src 'unsafe-inline'\">\
         <style>body{{font:14px/1.5 system-ui,sans-serif}}</style>{content}"
    );
    format!("<iframe sandbox title=\"Note\" srcdoc=\"{}\"></iframe>", escape(&guarded))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn markup_in_a_note_can_never_reach_the_page() {
        let data = base64::engine::general_purpose::STANDARD.encode("<script>alert(\"x\")</script>");
        let note =
            |kind: &str| json!({ "content": [{ "attachment": { "contentType": kind, "data": data } }] });
        for kind in ["text/plain", "text/html", "application/xhtml+xml"] {
            assert!(!attachments(&note(kind)).contains("<script"));
        }
    }
}
