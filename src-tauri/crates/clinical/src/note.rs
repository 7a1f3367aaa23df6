//! The note: a template's sections while it is written, one immutable document once signed.

use crate::phi::Phi;
use crate::template::Form;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Longest text of one section, in bytes. Longer input is refused, not cut.
pub const MAX_SECTION_BYTES: usize = 1_000_000;

/// One section as signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedSection {
    /// Empty where no code fits (the attestation): the title then stands as text.
    pub loinc: String,
    pub title: String,
    pub text: Phi<String>,
}

/// Who a note is about and where it belongs, as fixed at signing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteContext {
    pub patient: String,
    pub patient_name: Phi<String>,
    pub birth_date: Phi<String>,
    pub mrn: Option<Phi<String>>,
    pub encounter: Option<String>,
    /// `Practitioner/123`
    pub author: String,
    pub author_name: String,
    /// A supervising clinician still has to sign.
    #[serde(default)]
    pub awaits_cosign: bool,
    /// Start and end of the visit.
    pub start: Timestamp,
    pub end: Timestamp,
    /// Day of service where the clinic is.
    pub service_day: jiff::civil::Date,
}

/// A signed note. It has no way to change: corrections are addenda, which are notes of their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedNote {
    id: String,
    title: String,
    loinc: String,
    context: NoteContext,
    sections: Vec<SignedSection>,
    signed_at: Timestamp,
    content_hash: String,
}

impl SignedNote {
    /// Locks the note. Empty sections are left out; `extra` are the sections that Chartside fills
    /// (diagnoses and charges, follow-ups, attestation).
    pub fn sign(
        id: String,
        form: &Form,
        context: NoteContext,
        texts: impl IntoIterator<Item = (String, Phi<String>)>,
        extra: Vec<SignedSection>,
        signed_at: Timestamp,
    ) -> Self {
        let texts: Vec<_> = texts.into_iter().collect();
        let mut sections: Vec<SignedSection> = form
            .sections
            .iter()
            .filter_map(|section| {
                let text = texts.iter().find(|(id, _)| *id == section.id).map(|(_, t)| clean(t.expose()))?;
                (!text.trim().is_empty()).then(|| SignedSection {
                    loinc: section.loinc.clone(),
                    title: section.title.clone(),
                    text: Phi::new(text),
                })
            })
            .collect();
        sections.extend(extra.into_iter().filter(|s| !s.text.expose().trim().is_empty()).map(|s| {
            let text = Phi::new(clean(s.text.expose()));
            SignedSection { text, ..s }
        }));
        let mut note = Self {
            id,
            title: form.title.clone(),
            loinc: form.loinc.clone(),
            context,
            sections,
            signed_at,
            content_hash: String::new(),
        };
        note.content_hash = hex(&Sha256::digest(note.text().as_bytes()));
        note
    }

    pub fn id(&self) -> &str {
        &self.id
    }
    pub fn title(&self) -> &str {
        &self.title
    }
    pub fn loinc(&self) -> &str {
        &self.loinc
    }
    pub fn context(&self) -> &NoteContext {
        &self.context
    }
    pub fn sections(&self) -> &[SignedSection] {
        &self.sections
    }
    pub fn signed_at(&self) -> Timestamp {
        self.signed_at
    }
    /// SHA-256 of [`SignedNote::text`], hex.
    pub fn content_hash(&self) -> &str {
        &self.content_hash
    }

    /// The note as plain text, at most 80 columns: readable in any EHR, and what the hash covers.
    pub fn text(&self) -> String {
        let c = &self.context;
        let mut out = format!("{}\n{}\n", self.title.to_uppercase(), "=".repeat(self.title.chars().count()));
        out.push_str(&format!("Patient: {}   Born: {}", c.patient_name.expose(), c.birth_date.expose()));
        if let Some(mrn) = &c.mrn {
            out.push_str(&format!("   MRN: {}", mrn.expose()));
        }
        out.push_str(&format!("\nVisit: {} to {}\n", minute(c.start), minute(c.end)));
        for section in &self.sections {
            out.push_str(&format!(
                "\n{}\n{}\n",
                section.title.to_uppercase(),
                "-".repeat(section.title.chars().count())
            ));
            out.push_str(&wrap(section.text.expose()));
        }
        out.push_str(&format!("\nSigned by {} on {}\n", c.author_name, minute(self.signed_at)));
        if c.awaits_cosign {
            out.push_str("Not final: waits for the cosignature of a supervising clinician.\n");
        }
        out
    }
}

/// `2026-11-22 14:32 UTC`
fn minute(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// Text as it can stand in a document: no control characters but tab and newline, no U+FFFE/FFFF
/// (XML 1.0 forbids them, and no EHR shows them).
pub fn clean(text: &str) -> String {
    text.replace("\r\n", "\n")
        .replace('\r', "\n")
        .chars()
        .filter(|c| matches!(c, '\n' | '\t') || (!c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}')))
        .collect()
}

/// Wraps at 80 columns between words; a longer word stands alone on its line, unbroken.
fn wrap(text: &str) -> String {
    const COLUMNS: usize = 80;
    let mut out = String::with_capacity(text.len() + 16);
    for line in text.lines() {
        let mut width = 0;
        for word in line.split_inclusive(' ') {
            let length = word.trim_end().chars().count();
            if width > 0 && width + length > COLUMNS {
                while out.ends_with(' ') {
                    out.pop();
                }
                out.push('\n');
                width = 0;
            }
            out.push_str(word);
            width += word.chars().count();
        }
        while out.ends_with(' ') {
            out.pop();
        }
        out.push('\n');
    }
    out
}

/// Lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, b| {
        out.push(char::from_digit(u32::from(b >> 4), 16).unwrap_or('0'));
        out.push(char::from_digit(u32::from(b & 15), 16).unwrap_or('0'));
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::Templates;
    use proptest::prelude::*;

    fn note(plan: &str) -> SignedNote {
        let at: Timestamp = "2026-11-22T14:32:10Z".parse().unwrap();
        let context = NoteContext {
            patient: "maria".into(),
            patient_name: "SANTOS, Maria".into(),
            birth_date: "1972-03-09".into(),
            mrn: Some("85-1123".into()),
            encounter: Some("e1".into()),
            author: "Practitioner/p".into(),
            author_name: "Amara Okafor".into(),
            awaits_cosign: false,
            start: at,
            end: at,
            service_day: jiff::civil::date(2026, 11, 22),
        };
        let texts = [("plan".to_owned(), plan.into()), ("hpi".to_owned(), "  ".into())];
        let all = Templates::builtin();
        let form = Form::new(all.get("soap"), all, &[], &["plan", "hpi"]);
        SignedNote::sign("n1".into(), &form, context, texts, vec![], at)
    }

    #[test]
    fn empty_sections_are_left_out_and_the_signer_is_named() {
        let text = note("Continue.").text();
        assert!(text.contains("PLAN\n----\nContinue.\n") && !text.contains("HISTORY"));
        assert!(text.contains("Signed by Amara Okafor on 2026-11-22 14:32 UTC"));
    }

    #[test]
    fn another_word_gives_another_hash() {
        assert_ne!(note("Continue.").content_hash(), note("Continue!").content_hash());
        assert_eq!(note("a").content_hash(), note("a").content_hash());
    }

    proptest! {
        #[test]
        fn every_word_of_a_section_survives_and_no_line_of_short_words_is_over_80(words in prop::collection::vec("[a-zé漢]{1,12}", 1..120)) {
            let wrapped = wrap(&words.join(" "));
            prop_assert_eq!(wrapped.split_whitespace().collect::<Vec<_>>(), words.iter().map(String::as_str).collect::<Vec<_>>());
            prop_assert!(wrapped.lines().all(|l| l.chars().count() <= 80));
        }

        #[test]
        fn a_signed_note_holds_no_control_characters(text in any::<String>()) {
            let signed = note(&text);
            prop_assert!(signed.text().chars().all(|c| c == '\n' || c == '\t' || !c.is_control()));
        }
    }
}
