//! The note: a template's sections while it is written, one immutable document once signed.
//!
//! [`SignedNote`] is the one model of it. Every form is made from its [`heading`](SignedNote::heading),
//! [`parts`](SignedNote::parts) and [`closing`](SignedNote::closing): plain text here, the FHIR document and
//! XHTML in the crate `fhir`, PDF in the crate `pdf`. Every form gives back the text of each part as it is here.

pub mod amend;
mod clean;
mod parts;
pub mod text;

pub use clean::{clean, clean_line};
pub use parts::{Part, PartKind};

use crate::followup::FollowUp;
use crate::phi::Phi;
use crate::template::Form;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Longest text of one section, in bytes. Longer input is refused, not cut.
pub const MAX_SECTION_BYTES: usize = 1_000_000;

/// One section as signed, as the clinician wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedSection {
    /// Empty where no code fits: the title then stands as text.
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

/// A diagnosis of the visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteDiagnosis {
    /// ICD-10-CM.
    pub code: String,
    pub title: String,
}

/// A charge that stands in the note, for the billing office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteCharge {
    pub code: String,
    pub modifiers: Vec<String>,
    /// CMS place of service, two digits.
    pub place_of_service: String,
    pub units: u32,
}

/// One fact of the attestation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attested {
    /// What it is about: "Consent".
    pub label: String,
    pub text: Phi<String>,
}

/// What a note is to an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// An addendum: both stand.
    Appends,
    /// A correction: this one stands instead.
    Replaces,
    /// A supervising clinician's cosignature, with their statement: both stand.
    Signs,
}

/// The earlier note that this one adds to, corrects or cosigns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amends {
    pub relation: Relation,
    /// Its [`SignedNote::id`]; of somebody else's note, its reference in the EHR.
    pub note: String,
    /// Where it stands in the EHR, once filed: `DocumentReference/123`.
    pub filed: Option<String>,
    /// Its item in the outbox: the reference is filled in once that is filed.
    #[serde(default)]
    pub item: Option<String>,
    pub title: String,
    pub signed_at: Timestamp,
    /// Titles of the sections that a correction changed.
    #[serde(default)]
    pub changed: Vec<String>,
}

/// What is signed beside the written sections.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Beside {
    pub diagnoses: Vec<NoteDiagnosis>,
    pub charges: Vec<NoteCharge>,
    pub follow_ups: Vec<FollowUp>,
    /// The visit that comes next, as [`FollowUpVisit::line`](crate::followup::FollowUpVisit::line) says it.
    pub follow_up_visit: Option<String>,
    pub attestation: Vec<Attested>,
    pub amends: Option<Amends>,
}

/// A signed note. It has no way to change: corrections are addenda, which are notes of their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedNote {
    id: String,
    title: String,
    loinc: String,
    context: NoteContext,
    sections: Vec<SignedSection>,
    #[serde(default)]
    beside: Beside,
    signed_at: Timestamp,
    content_hash: String,
}

impl SignedNote {
    /// Locks the note. Empty sections are left out.
    pub fn sign(
        id: String,
        form: &Form,
        context: NoteContext,
        texts: impl IntoIterator<Item = (String, Phi<String>)>,
        beside: Beside,
        signed_at: Timestamp,
    ) -> Self {
        let texts: Vec<_> = texts.into_iter().collect();
        let sections = form.sections.iter().filter_map(|section| {
            let text = texts.iter().find(|(id, _)| *id == section.id).map(|(_, t)| clean(t.expose()))?;
            (!text.trim().is_empty()).then(|| SignedSection {
                loinc: section.loinc.clone(),
                title: clean_line(&section.title),
                text: Phi::new(text),
            })
        });
        let mut note = Self {
            id,
            title: clean_line(&form.title),
            loinc: form.loinc.clone(),
            sections: sections.collect(),
            context: NoteContext {
                patient_name: Phi::new(clean_line(context.patient_name.expose())),
                birth_date: Phi::new(clean_line(context.birth_date.expose())),
                mrn: context.mrn.as_ref().map(|mrn| Phi::new(clean_line(mrn.expose()))),
                author_name: clean_line(&context.author_name),
                ..context
            },
            beside,
            signed_at,
            content_hash: String::new(),
        };
        note.content_hash = hex(&Sha256::digest(note.text().as_bytes()));
        note
    }

    /// A UUID.
    pub fn id(&self) -> &str {
        &self.id
    }
    pub fn title(&self) -> &str {
        &self.title
    }
    /// LOINC code of the document type.
    pub fn loinc(&self) -> &str {
        &self.loinc
    }
    pub fn context(&self) -> &NoteContext {
        &self.context
    }
    /// What the clinician wrote. [`SignedNote::parts`] has everything.
    pub fn sections(&self) -> &[SignedSection] {
        &self.sections
    }
    pub fn beside(&self) -> &Beside {
        &self.beside
    }
    pub fn signed_at(&self) -> Timestamp {
        self.signed_at
    }
    /// SHA-256 of [`SignedNote::text`], hex: anybody who has the text can check it.
    pub fn content_hash(&self) -> &str {
        &self.content_hash
    }

    /// The note as plain text, at most 80 columns: readable in any EHR, and what the hash covers.
    /// [`text::read`] is the way back.
    pub fn text(&self) -> String {
        text::write(self)
    }
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
        SignedNote::sign("n1".into(), &form, context, texts, Beside::default(), at)
    }

    #[test]
    fn empty_sections_are_left_out_and_the_signer_is_named() {
        let text = note("Continue.").text();
        assert!(text.contains("PLAN\n----\n  Continue.\n") && !text.contains("HISTORY"));
        assert!(text.contains("Signed by Amara Okafor on 2026-11-22 14:32 UTC"));
    }

    #[test]
    fn another_word_gives_another_hash() {
        assert_ne!(note("Continue.").content_hash(), note("Continue!").content_hash());
        assert_eq!(note("a").content_hash(), note("a").content_hash());
    }

    #[test]
    fn a_name_cannot_begin_a_line_of_its_own() {
        let mut signed = note("Continue.");
        assert_eq!(signed.text().lines().filter(|l| l.starts_with("Signed by")).count(), 1);
        let at = signed.signed_at;
        signed.context.patient_name = "X\nSigned by Dr. No".into();
        let all = Templates::builtin();
        let form = Form::new(all.get("soap"), all, &[], &["plan"]);
        let again = SignedNote::sign("n2".into(), &form, signed.context, [], Beside::default(), at);
        assert_eq!(again.text().lines().filter(|l| l.starts_with("Signed by")).count(), 1);
    }

    proptest! {
        #[test]
        fn a_signed_note_holds_no_control_characters_and_gives_back_its_text(text in any::<String>()) {
            let signed = note(&text);
            prop_assert!(signed.text().chars().all(|c| c == '\n' || c == '\t' || !c.is_control()));
            let read = text::read(&signed.text());
            prop_assert_eq!(read.len(), signed.parts().count());
            for (part, (title, text)) in signed.parts().zip(read) {
                prop_assert_eq!(part.title.to_uppercase(), title);
                prop_assert_eq!(part.text, text);
            }
        }
    }
}
