//! Carrying text of the last note forward, also of one that only the EHR has: chosen sections, marked as copied for
//! as long as they stand there word for word, and named before signing.

use crate::account::Account;
use crate::app::Companion;
use crate::contract::{
    CarriedPart, CarriedView, CarryPlace, CopiedText, LastNote, LastNoteArgs, LastNoteText, LastNoteView,
    LastSection, NoteCarryArgs, Topic, VisitArgs,
};
use crate::ehr_note;
use crate::failure::Failure;
use crate::note::may_draft;
use crate::visit::signed_already;
use clinical::headed::same_title;
use clinical::note::SignedNote;
use clinical::phi::Phi;
use clinical::template::{Form, FormSection};
use clinical::visit::Visit;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use vault::SectionText;

/// The kind of draft under which the vault keeps what was copied.
const KIND: &str = "carried";
/// Most copies that one visit remembers.
const MAX_COPIES: usize = 100;

/// A text that was copied into a section.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Copied {
    pub section: String,
    pub text: Phi<String>,
    pub date: Date,
    /// Who wrote it, where that was not this clinician.
    #[serde(default)]
    pub by: Option<String>,
}

impl Copied {
    /// It stands in the section as it was copied.
    fn stands_in(&self, section: &str, text: &str) -> bool {
        self.section == section && text.contains(self.text.expose().as_str())
    }

    /// "2026-08-14, Jane Roe"
    pub fn source(&self) -> String {
        self.by.as_ref().map_or_else(|| self.date.to_string(), |by| format!("{}, {by}", self.date))
    }
}

/// The note to go on from: this clinician's own, or a newer one of the EHR.
enum Last {
    Own(Box<SignedNote>),
    Ehr(ehr_note::EhrNote),
}

impl Last {
    fn id(&self) -> &str {
        match self {
            Self::Own(note) => note.id(),
            Self::Ehr(note) => &note.id,
        }
    }

    fn date(&self) -> Date {
        match self {
            Self::Own(note) => note.context().service_day,
            Self::Ehr(note) => note.date,
        }
    }

    fn by(&self) -> Option<String> {
        match self {
            Self::Own(_) => None,
            Self::Ehr(note) => note.by.clone(),
        }
    }
}

/// A part of it, with its place in this visit's note when it has one.
struct Piece {
    index: u32,
    title: String,
    text: String,
    section: Option<String>,
}

impl Companion {
    pub async fn note_last(self: &Arc<Self>, args: VisitArgs) -> Result<LastNoteView, Failure> {
        let (account, visit) = self.visit(&args.visit).await?;
        let notes = self.last_notes(&account, &visit).await?.into_iter().map(|last| LastNote {
            id: last.id().to_owned(),
            title: match &last {
                Last::Own(note) => note.title().to_owned(),
                Last::Ehr(note) => note.title.clone(),
            },
            date: last.date().to_string(),
            from_ehr: matches!(last, Last::Ehr(_)),
            by: last.by(),
        });
        Ok(LastNoteView { notes: notes.collect() })
    }

    pub async fn note_last_read(self: &Arc<Self>, args: LastNoteArgs) -> Result<LastNoteText, Failure> {
        let (account, visit) = self.visit(&args.visit).await?;
        let last = self.this_one(&account, &visit, &args.note).await?;
        let texts = account.vault.note_texts(&visit.id).await?;
        let form = self.form(&visit, &texts);
        let there = |section: &str, text: &str| {
            texts.iter().any(|t| t.section == section && t.text.expose().contains(text))
        };
        let pieces = pieces(&account, &visit, &last, &form).await?;
        let sections = pieces.into_iter().map(|piece| LastSection {
            there: piece.section.as_ref().is_some_and(|section| there(section, piece.text.trim())),
            index: piece.index,
            title: piece.title,
            text: piece.text,
            section: piece.section,
        });
        let places =
            places(&form).map(|s| CarryPlace { section: s.id.clone(), title: s.title.clone() }).collect();
        Ok(LastNoteText { sections: sections.collect(), places })
    }

    pub async fn note_carry(self: &Arc<Self>, args: NoteCarryArgs) -> Result<CarriedView, Failure> {
        let (account, visit) = self.visit(&args.visit).await?;
        may_draft(&account)?;
        if account.vault.signed_note(&visit.id).await?.is_some() {
            return Err(signed_already());
        }
        // The EHR first; nothing is held up while it is slow.
        let last = self.this_one(&account, &visit, &args.note).await?;
        let form = self.form(&visit, &account.vault.note_texts(&visit.id).await?);
        let pieces = pieces(&account, &visit, &last, &form).await?;
        let _one_at_a_time = self.visit_change.lock().await;
        let (account, visit) = self.visit(&args.visit).await?;
        if account.vault.signed_note(&visit.id).await?.is_some() {
            return Err(signed_already());
        }
        let mut chosen = Vec::new();
        for piece in pieces {
            let Some(take) = args.take.iter().find(|take| take.index == piece.index) else { continue };
            if !places(&form).any(|s| s.id == take.section) {
                return Err(Failure::invalid("The note has no such section any more; look at it first."));
            }
            let text = Phi::new(piece.text.trim().to_owned());
            chosen.push(Copied { section: take.section.clone(), text, date: last.date(), by: last.by() });
        }
        let mut copied = copied(&account, &visit).await?;
        copied.extend(chosen.iter().cloned());
        let too_many = copied.len().saturating_sub(MAX_COPIES);
        copied.drain(..too_many);
        account.vault.save_draft(&visit.id, KIND, &copied, self.host.clock.now()).await?;
        let outcome = match &last {
            Last::Own(_) => format!("{} sections", chosen.len()),
            Last::Ehr(note) => format!("{} sections of {}", chosen.len(), note.id),
        };
        self.audit_visit(&account, &visit, "text carried forward", &outcome).await?;
        self.emit(Topic::Note, Some(&visit.id));
        let parts = chosen.into_iter().map(|c| CarriedPart { section: c.section, text: c.text.into_inner() });
        Ok(CarriedView { date: last.date().to_string(), parts: parts.collect() })
    }

    /// What the EHR has that is newer than this clinician's newest note about this patient, then that one.
    async fn last_notes(&self, account: &Account, visit: &Visit) -> Result<Vec<Last>, Failure> {
        let notes = account.vault.signed_notes_of(&visit.iss, &visit.patient.id, &visit.id).await?;
        let who = &account.session().who.fhir_user;
        let own = notes.into_iter().find(|n| n.context().author == *who);
        let day = own.as_ref().map(|note| note.context().service_day);
        let newer = self.ehr_notes(account, visit, day).await?.into_iter().map(Last::Ehr);
        Ok(newer.chain(own.map(|note| Last::Own(Box::new(note)))).collect())
    }

    /// One of them, while it still is offered.
    async fn this_one(&self, account: &Account, visit: &Visit, id: &str) -> Result<Last, Failure> {
        let last = self.last_notes(account, visit).await?.into_iter().find(|last| last.id() == id);
        last.ok_or_else(|| Failure::invalid("There is a newer note; look at it first."))
    }
}

/// What was copied into this visit's note.
pub(crate) async fn copied(account: &Account, visit: &Visit) -> Result<Vec<Copied>, Failure> {
    Ok(account.vault.draft(&visit.id, KIND).await?)
}

/// Copied text that stands in this section word for word.
pub(crate) fn standing<'c>(
    copied: &'c [Copied],
    section: &'c str,
    text: &'c str,
) -> impl Iterator<Item = &'c Copied> {
    copied.iter().filter(move |c| c.stands_in(section, text))
}

/// The same as the window marks it.
pub(crate) fn marks(copied: &[Copied], text: &SectionText) -> Vec<CopiedText> {
    let mut marks: Vec<CopiedText> = Vec::new();
    for copy in standing(copied, &text.section, text.text.expose()) {
        if !marks.iter().any(|m| m.text == *copy.text.expose()) {
            marks.push(CopiedText {
                date: copy.date.to_string(),
                text: copy.text.expose().clone(),
                words: format!("Copied from {}, not changed yet", copy.source()),
            });
        }
    }
    marks
}

/// Where copied text may go.
fn places(form: &Form) -> impl Iterator<Item = &FormSection> {
    form.sections.iter().filter(|s| s.kept_from.is_none())
}

/// What can be taken. Of an own note: the sections that a clinician wrote and for which this note has a place. Of a
/// note of the EHR: what stands under headings that are called like sections of this note, and the rest for a place
/// that the clinician chooses.
async fn pieces(account: &Account, visit: &Visit, last: &Last, form: &Form) -> Result<Vec<Piece>, Failure> {
    match last {
        Last::Own(note) => Ok((0u32..)
            .zip(note.sections())
            .filter_map(|(index, section)| {
                let place = places(form).find(|s| s.loinc == section.loinc && !s.loinc.is_empty())?;
                let (title, text) = (section.title.clone(), section.text.expose().clone());
                Some(Piece { index, title, text, section: Some(place.id.clone()) })
            })
            .collect()),
        Last::Ehr(note) => {
            let titles: Vec<&str> = places(form).map(|s| s.title.as_str()).collect();
            let ehr_note::Text { parts, whole } = ehr_note::read(account, visit, &note.id, &titles).await?;
            let place = |title: &str| places(form).find(|s| same_title(&s.title, title));
            let found = parts.iter().any(|p| p.title.as_deref().is_some_and(|title| place(title).is_some()));
            if !found {
                return Ok(vec![Piece { index: 0, title: note.title.clone(), text: whole, section: None }]);
            }
            let pieces = (0u32..).zip(parts).map(|(index, part)| Piece {
                index,
                section: part.title.as_deref().and_then(place).map(|s| s.id.clone()),
                title: part.title.unwrap_or_else(|| "Before the first heading".to_owned()),
                text: part.text,
            });
            Ok(pieces.collect())
        }
    }
}
