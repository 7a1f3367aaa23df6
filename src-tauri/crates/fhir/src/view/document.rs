//! DocumentReference: earlier notes and documents, shown as text only.

use super::Around;
use super::questionnaire_response::answers;
use super::rtf;
use super::words::joined;
use crate::json::{coded, date, items, reference, shorten, status, text};
use base64::Engine;
use clinical::chart::Entry;
use clinical::phi::Phi;
use serde_json::Value;

/// Largest inline attachment that is decoded, in bytes of base64.
pub const MAX_INLINE: usize = 20 * 1024 * 1024;

/// One document of the list.
pub fn document(resource: &Value, around: &Around) -> Option<Entry> {
    let id = reference(resource)?;
    let code = coded(resource.get("type"));
    let state = status(resource.get("status"), &["current", "superseded", "entered-in-error"]);
    let draft = status(resource.get("docStatus"), &["preliminary", "final", "amended", "entered-in-error"]);
    let title = text(resource, &["description"]).map_or_else(|| code.text.clone(), shorten);
    Some(Entry {
        detail: joined([draft.words().filter(|_| !draft.is(&["final"]))]),
        current: !state.is(&["superseded", "entered-in-error"]) && !draft.is(&["entered-in-error"]),
        status: state,
        date: date(resource, &[&["context", "period", "start"], &["date"]]),
        source: around
            .first_name(resource, &["author"], "")
            .or_else(|| around.name(resource, resource.get("custodian"))),
        has_document: true,
        ..Entry::new(id, &title, "Document").coded(code)
    })
}

/// Where the words of a document are.
#[derive(Clone, PartialEq, Eq)]
pub enum Content {
    /// (content type, bytes)
    Inline(String, Phi<Vec<u8>>),
    /// (content type, address as the EHR wrote it)
    Elsewhere(String, String),
}

/// What a record says in words of its own: a report's conclusion, a form's answers, a plan's narrative.
pub fn own_words(resource: &Value) -> Option<String> {
    let conclusion = text(resource, &["conclusion"]).map(clinical::note::clean);
    let answers = || {
        let lines: Vec<String> =
            answers(resource).into_iter().map(|(question, said)| format!("{question}: {said}")).collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    };
    let narrative = || text(resource, &["text", "div"]).map(strip_markup);
    conclusion.or_else(answers).or_else(narrative).filter(|words| !words.trim().is_empty())
}

/// The attachments of a document or a report, in order of how well they can be shown as text.
pub fn contents(resource: &Value) -> Vec<Content> {
    let documents = items(resource, &["content"]).into_iter().filter_map(|c| c.get("attachment"));
    let mut found: Vec<Content> = documents
        .chain(items(resource, &["presentedForm"]))
        .filter_map(|a| {
            let kind = text(a, &["contentType"]).unwrap_or_default().to_lowercase();
            if let Some(data) = text(a, &["data"]).filter(|d| d.len() <= MAX_INLINE) {
                let compact: String = data.split_whitespace().collect();
                let bytes = base64::engine::general_purpose::STANDARD.decode(compact).ok()?;
                return Some(Content::Inline(kind, Phi::new(bytes)));
            }
            text(a, &["url"]).map(|url| Content::Elsewhere(kind, url.to_owned()))
        })
        .collect();
    found.sort_by_key(|c| {
        let (Content::Inline(kind, _) | Content::Elsewhere(kind, _)) = c;
        (rank(kind), matches!(c, Content::Elsewhere(..)))
    });
    found
}

fn rank(kind: &str) -> u8 {
    match kind.split(';').next().unwrap_or_default().trim() {
        "text/plain" | "text/markdown" => 0,
        "application/xhtml+xml" | "text/html" => 1,
        "text/rtf" | "application/rtf" => 2,
        _ => 3,
    }
}

/// The words of an attachment, with every tag taken out. `None` for kinds that are not text.
pub fn plain_text(kind: &str, bytes: &[u8]) -> Option<String> {
    let words = String::from_utf8_lossy(bytes);
    match rank(kind) {
        0 => Some(clinical::note::clean(&words)),
        1 => Some(strip_markup(&words)),
        2 => rtf::words(bytes).map(|words| clinical::note::clean(&words)),
        _ => None,
    }
}

/// Takes markup out: tags become line breaks or nothing, scripts and styles go with their content,
/// the five XML entities and numbers are resolved. The result is shown as text, never as HTML.
fn strip_markup(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(open) = rest.find('<') {
        out.push_str(&rest[..open]);
        rest = &rest[open..];
        if rest.starts_with("<!--") {
            rest = rest.find("-->").map_or("", |end| &rest[end + 3..]);
            continue;
        }
        let Some(close) = rest.find('>') else {
            break;
        };
        let tag = rest[1..close].trim_start_matches('/').to_ascii_lowercase();
        let name: String = tag.chars().take_while(char::is_ascii_alphanumeric).collect();
        let closing = rest.starts_with("</");
        rest = &rest[close + 1..];
        if !closing
            && !tag.ends_with('/')
            && matches!(name.as_str(), "script" | "style" | "head" | "template")
        {
            let end = rest.to_ascii_lowercase().find(&format!("</{name}"));
            rest = end.map_or("", |e| &rest[e..]);
            continue;
        }
        if matches!(
            name.as_str(),
            "br" | "p" | "div" | "li" | "tr" | "table" | "h1" | "h2" | "h3" | "h4" | "ul" | "ol" | "section"
        ) {
            if !out.ends_with('\n') && !out.is_empty() {
                out.push('\n');
            }
        } else if name == "td" || name == "th" {
            out.push('\t');
        }
    }
    out.push_str(if rest.starts_with('<') { "" } else { rest });
    clinical::note::clean(&entities(&out)).trim().to_owned()
}

fn entities(text: &str) -> String {
    const LONGEST: usize = 10;
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let end = rest.bytes().take(LONGEST).position(|b| b == b';');
        let resolved = end.and_then(|e| match &rest[1..e] {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            "nbsp" => Some('\u{a0}'),
            n => {
                let number = n.strip_prefix('#')?;
                let code = match number.strip_prefix(['x', 'X']) {
                    Some(hex) => u32::from_str_radix(hex, 16).ok(),
                    None => number.parse().ok(),
                };
                char::from_u32(code?)
            }
        });
        match (resolved, end) {
            (Some(c), Some(e)) => {
                out.push(c);
                rest = &rest[e + 1..];
            }
            _ => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn markup_goes_and_words_stay() {
        let html = "<html><head><title>x</title></head><body><p>A &lt;b&gt; &#233;</p><script>alert(1)</script><p>C<br/>D</p>";
        assert_eq!(strip_markup(html), "A <b> é\nC\nD");
    }

    #[test]
    fn a_report_a_form_and_a_plan_are_read_in_their_own_words() {
        let said = |resource: serde_json::Value| own_words(&resource);
        assert_eq!(said(json!({ "conclusion": "No fracture." })).unwrap(), "No fracture.");
        let form = json!({ "item": [{ "text": "Little interest", "answer": [{ "valueString": "Nearly every day" }] }] });
        assert_eq!(said(form).unwrap(), "Little interest: Nearly every day");
        let plan = json!({ "text": { "div": "<div><script>x()</script><p>Walk daily</p></div>" } });
        assert_eq!(said(plan).unwrap(), "Walk daily");
        assert_eq!(said(json!({ "resourceType": "DiagnosticReport" })), None);
    }

    #[test]
    fn the_forms_of_a_report_are_its_documents() {
        let form = |kind: &str, data: &str| json!({ "contentType": kind, "data": data });
        let report = json!({ "presentedForm": [form("application/pdf", "JVBERg=="), form("application/rtf", "e1xydGYxIGhpfQ==")] });
        let Some(Content::Inline(kind, bytes)) = contents(&report).into_iter().next() else { panic!() };
        assert_eq!(plain_text(&kind, bytes.expose()).unwrap(), "hi");
    }

    proptest! {
        #[test]
        fn no_document_makes_the_reader_panic(text in any::<String>(), kind in "text/(plain|html|rtf)") {
            let _ = plain_text(&kind, text.as_bytes());
        }
        #[test]
        fn a_script_never_survives(a in "[a-z ]{0,9}", b in "[a-z ]{0,9}") {
            let shown = strip_markup(&format!("{a}<script>evil()</script>{b}"));
            prop_assert!(!shown.contains("evil"));
        }
    }
}
