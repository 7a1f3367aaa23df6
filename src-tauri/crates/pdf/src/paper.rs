//! What stands on the pages of a PDF, whatever it is of.

use clinical::note::SignedNote;
use jiff::Timestamp;

/// A text with its head, its foot and its attachments.
pub struct Paper {
    pub id: String,
    pub title: String,
    pub author: String,
    pub at: Timestamp,
    /// At the head of each page: in bold, and what stands beside it.
    pub head: (String, String),
    /// On top of each page, that it no longer stands; empty where it does.
    pub standing: String,
    /// Labels and values below the title.
    pub heading: Vec<(String, String)>,
    /// Titles and texts.
    pub parts: Vec<(String, String)>,
    /// In bold at the end.
    pub closing: Vec<String>,
    /// At the foot of each page: in one line, and what stands small below it.
    pub foot: (String, String),
    pub attached: Vec<Attached>,
}

/// A file inside the PDF that says the same.
pub struct Attached {
    pub name: &'static str,
    pub kind: &'static str,
    pub what: &'static str,
    pub bytes: Vec<u8>,
}

impl Paper {
    /// Of a signed note; `document`: its FHIR document.
    pub fn of_note(note: &SignedNote, standing: &str, document: &str) -> Self {
        let [(_, name), born, second] = note.banner();
        let closing = note.closing();
        let mut signed = closing.first().cloned().unwrap_or_default();
        if note.context().awaits_cosign {
            signed.push_str("  (not final, see the end)");
        }
        Self {
            id: note.id().to_owned(),
            title: note.title().to_owned(),
            author: note.context().author_name.clone(),
            at: note.signed_at(),
            head: (name, format!("{} {}   {} {}", born.0, born.1, second.0, second.1)),
            standing: standing.to_owned(),
            heading: note.heading().into_iter().map(|(label, value)| (label.to_owned(), value)).collect(),
            parts: note.parts().map(|part| (part.title.to_owned(), part.text.into_owned())).collect(),
            closing,
            foot: (signed, format!("SHA-256 of note.txt  {}", note.content_hash())),
            attached: vec![
                Attached {
                    name: "note.txt",
                    kind: "text/plain",
                    what: "The note as plain text (UTF-8)",
                    bytes: note.text().into_bytes(),
                },
                Attached {
                    name: "note.fhir.json",
                    kind: "application/fhir+json",
                    what: "The note as a FHIR R4 document",
                    bytes: document.as_bytes().to_vec(),
                },
            ],
        }
    }
}
