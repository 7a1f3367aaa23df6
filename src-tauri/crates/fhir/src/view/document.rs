//! DocumentReference: earlier notes and documents, shown as their words: with their structure, or as plain text.

use super::Around;
use super::questionnaire_response::answers;
use super::words::joined;
use super::{html, rtf};
use crate::json::{coded, date, items, reference, shorten, status, text};
use base64::Engine;
use clinical::chart::Entry;
use clinical::document::{Block, Run};
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

/// What can be read of a document.
#[derive(Clone, PartialEq, Eq)]
pub enum Reading {
    Text(String),
    Blocks(Vec<Block>),
}

impl Reading {
    /// There is nothing to see in it.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Text(words) => words.trim().is_empty(),
            Self::Blocks(blocks) => blocks.is_empty(),
        }
    }

    /// Its words, without their structure.
    pub fn plain(&self) -> String {
        match self {
            Self::Text(words) => words.clone(),
            Self::Blocks(blocks) => plain(blocks),
        }
    }
}

fn plain(blocks: &[Block]) -> String {
    let words = |runs: &[Run]| runs.iter().map(|run| run.words.as_str()).collect::<String>();
    let all = blocks.iter().map(|block| match block {
        Block::Heading(_, runs) | Block::Paragraph(runs) | Block::Preformatted(runs) => words(runs),
        Block::List(_, entries) => entries.iter().map(|entry| plain(entry)).collect::<Vec<_>>().join("\n"),
        Block::Table { caption, rows } => {
            let rows = rows
                .iter()
                .map(|row| row.iter().map(|cell| plain(&cell.blocks)).collect::<Vec<_>>().join("  "));
            std::iter::once(words(caption)).chain(rows).collect::<Vec<_>>().join("\n")
        }
        Block::Indented(blocks) => plain(blocks),
        Block::Rule => String::new(),
        Block::OnlyWords(words) => words.clone(),
    });
    all.filter(|words| !words.trim().is_empty()).collect::<Vec<_>>().join("\n")
}

/// What a record says in words of its own: a report's conclusion, a form's answers, else its narrative.
pub fn own_words(resource: &Value) -> Option<Reading> {
    let conclusion = text(resource, &["conclusion"]).map(clinical::note::clean).map(Reading::Text);
    let answers = || {
        let lines: Vec<String> =
            answers(resource).into_iter().map(|(question, said)| format!("{question}: {said}")).collect();
        (!lines.is_empty()).then(|| Reading::Text(lines.join("\n")))
    };
    let narrative = || text(resource, &["text", "div"]).map(|div| structured(div, true));
    conclusion.or_else(answers).or_else(narrative).filter(|reading| !reading.is_empty())
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

/// A finished document with an attachment that is text.
pub fn is_readable(resource: &Value) -> bool {
    let finished = text(resource, &["docStatus"]).is_none_or(|s| s == "final" || s == "amended");
    let is_text = |c: &Content| {
        let (Content::Inline(kind, _) | Content::Elsewhere(kind, _)) = c;
        rank(kind) < WITHOUT_WORDS
    };
    finished && contents(resource).iter().any(is_text)
}

/// Rank of what is not text.
const WITHOUT_WORDS: u8 = 3;

fn rank(kind: &str) -> u8 {
    match kind.split(';').next().unwrap_or_default().trim() {
        "text/plain" | "text/markdown" => 0,
        "application/xhtml+xml" | "text/html" => 1,
        "text/rtf" | "application/rtf" => 2,
        _ => WITHOUT_WORDS,
    }
}

/// An attachment as words. `None` for kinds that are not text, and for text in an encoding that is not read.
pub fn read(kind: &str, bytes: &[u8]) -> Option<Reading> {
    match rank(kind) {
        0 => {
            let words = decoded(kind, bytes)?;
            let is_html = html::looks_like(&words);
            Some(if is_html {
                structured(&words, false)
            } else {
                Reading::Text(clinical::note::clean(&words))
            })
        }
        1 => Some(structured(&decoded(kind, bytes)?, kind.starts_with("application/xhtml"))),
        2 => rtf::words(bytes).map(|words| Reading::Text(clinical::note::clean(&words))),
        _ => None,
    }
}

/// Markup as its structure; what has no tags is text, with its lines.
fn structured(markup: &str, is_xml: bool) -> Reading {
    match html::blocks(markup, is_xml) {
        Some(blocks) => Reading::Blocks(blocks),
        None => Reading::Text(clinical::note::clean(markup)),
    }
}

/// UTF-8, UTF-16 with its mark, or Windows-1252, which is what "Latin 1" and "ASCII" mean on the Web. What says
/// that it is in another encoding, and is not one of these, is not read: "µg" must not become something else.
fn decoded(kind: &str, bytes: &[u8]) -> Option<String> {
    let utf16 = |from: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.chunks_exact(2).skip(1).map(|two| from([two[0], two[1]])).collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xff, 0xfe, ..] => return Some(utf16(u16::from_le_bytes)),
        [0xfe, 0xff, ..] => return Some(utf16(u16::from_be_bytes)),
        _ => {}
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Some(text.to_owned());
    }
    let said = charset(kind).or_else(|| {
        let start = bytes.get(..bytes.len().min(1024)).unwrap_or_default();
        charset(&String::from_utf8_lossy(start).to_lowercase())
    });
    let western = ["utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "latin1", "windows-1252", "cp1252"];
    said.is_none_or(|said| western.contains(&said.as_str()))
        .then(|| bytes.iter().map(|byte| rtf::windows_1252(i32::from(*byte))).collect())
}

/// The name after `charset=`.
fn charset(text: &str) -> Option<String> {
    let (_, after) = text.split_once("charset=")?;
    let name = after.trim_start_matches(['"', '\'', ' ']);
    Some(name.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn words(reading: Option<Reading>) -> String {
        match reading {
            Some(Reading::Text(text)) => text,
            Some(Reading::Blocks(blocks)) => html::outline(&blocks),
            None => "nothing".to_owned(),
        }
    }

    #[test]
    fn a_report_a_form_and_a_plan_are_read_in_their_own_words() {
        let said = |resource: serde_json::Value| words(own_words(&resource));
        assert_eq!(said(json!({ "conclusion": "No fracture." })), "No fracture.");
        let form = json!({ "item": [{ "text": "Little interest", "answer": [{ "valueString": "Nearly every day" }] }] });
        assert_eq!(said(form), "Little interest: Nearly every day");
        let plan = json!({ "text": { "div": "<div><script>x()</script><p>Walk daily</p></div>" } });
        assert_eq!(said(plan), "p Walk daily");
        assert_eq!(said(json!({ "resourceType": "DiagnosticReport" })), "nothing");
        assert_eq!(said(json!({ "text": { "div": "<div> <p/> </div>" } })), "nothing");
    }

    #[test]
    fn html_is_read_whatever_it_calls_itself_and_text_without_tags_keeps_its_lines() {
        assert_eq!(words(read("text/plain", b"<!DOCTYPE html><p>A")), "p A");
        assert_eq!(words(read("text/plain", b"BP <p> 120")), "BP <p> 120");
        assert_eq!(words(read("text/html", b"one\ntwo < 3")), "one\ntwo < 3");
    }

    #[test]
    fn a_micro_sign_stays_one_in_every_encoding_that_is_read() {
        let utf16: Vec<u8> = "\u{feff}5 µg".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (kind, bytes) in [
            ("text/plain", "5 µg".as_bytes()),
            ("text/plain; charset=iso-8859-1", b"5 \xb5g"),
            ("text/plain", b"5 \xb5g"),
            ("text/plain; charset=utf-8", b"5 \xb5g"),
            ("text/plain", &utf16),
        ] {
            assert_eq!(words(read(kind, bytes)), "5 µg", "{kind}");
        }
        assert_eq!(words(read("text/html", b"<meta charset='windows-1252'><p>5 \xb5g")), "p 5 µg");
        assert_eq!(words(read("text/plain; charset=koi8-r", b"5 \xb5g")), "nothing");
    }

    #[test]
    fn the_forms_of_a_report_are_its_documents() {
        let form = |kind: &str, data: &str| json!({ "contentType": kind, "data": data });
        let report = json!({ "presentedForm": [form("application/pdf", "JVBERg=="), form("application/rtf", "e1xydGYxIGhpfQ==")] });
        let Some(Content::Inline(kind, bytes)) = contents(&report).into_iter().next() else { panic!() };
        assert_eq!(words(read(&kind, bytes.expose())), "hi");
    }

    proptest! {
        #[test]
        fn no_document_makes_the_reader_panic(text in any::<Vec<u8>>(), kind in "text/(plain|html|rtf)") {
            let _ = read(&kind, &text);
        }
    }
}
