//! Carrying text of the last note forward: chosen sections, marked as copied for as long as they stand there
//! word for word, and named before signing.

use crate::account::Account;
use crate::app::Companion;
use crate::contract::{
    CarriedPart, CarriedView, CopiedText, LastNote, LastNoteView, LastSection, NoteCarryArgs, Topic,
    VisitArgs,
};
use crate::failure::Failure;
use crate::note::may_draft;
use crate::visit::signed_already;
use clinical::note::{SignedNote, SignedSection};
use clinical::phi::Phi;
use clinical::template::Form;
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
}

impl Copied {
    /// It stands in the section as it was copied.
    fn stands_in(&self, section: &str, text: &str) -> bool {
        self.section == section && text.contains(self.text.expose().as_str())
    }
}

impl Companion {
    pub async fn note_last(self: &Arc<Self>, args: VisitArgs) -> Result<LastNoteView, Failure> {
        let (account, visit) = self.visit(&args.visit).await?;
        let Some(note) = last_note(&account, &visit).await? else { return Ok(LastNoteView { note: None }) };
        let texts = account.vault.note_texts(&visit.id).await?;
        let form = self.form(&visit, &texts);
        let there = |section: &str, text: &str| {
            texts.iter().any(|t| t.section == section && t.text.expose().contains(text))
        };
        let sections = carriable(&note, &form)
            .map(|(index, section, target)| LastSection {
                index,
                title: section.title.clone(),
                text: section.text.expose().clone(),
                there: there(&target, section.text.expose().trim()),
                section: target,
            })
            .collect();
        Ok(LastNoteView {
            note: Some(LastNote {
                id: note.id().to_owned(),
                title: note.title().to_owned(),
                date: note.context().service_day.to_string(),
                sections,
            }),
        })
    }

    pub async fn note_carry(self: &Arc<Self>, args: NoteCarryArgs) -> Result<CarriedView, Failure> {
        let _one_at_a_time = self.visit_change.lock().await;
        let (account, visit) = self.visit(&args.visit).await?;
        may_draft(&account)?;
        if account.vault.signed_note(&visit.id).await?.is_some() {
            return Err(signed_already());
        }
        let note = last_note(&account, &visit).await?.filter(|n| n.id() == args.note);
        let note = note.ok_or_else(|| Failure::invalid("There is a newer note; look at it first."))?;
        let date = note.context().service_day;
        let texts = account.vault.note_texts(&visit.id).await?;
        let form = self.form(&visit, &texts);
        let chosen: Vec<Copied> = carriable(&note, &form)
            .filter(|(index, ..)| args.indices.contains(index))
            .map(|(_, section, target)| Copied {
                section: target,
                text: Phi::new(section.text.expose().trim().to_owned()),
                date,
            })
            .collect();
        let mut copied = copied(&account, &visit).await?;
        copied.extend(chosen.iter().cloned());
        let too_many = copied.len().saturating_sub(MAX_COPIES);
        copied.drain(..too_many);
        account.vault.save_draft(&visit.id, KIND, &copied, self.host.clock.now()).await?;
        self.audit_visit(&account, &visit, "text carried forward", &format!("{} sections", chosen.len()))
            .await?;
        self.emit(Topic::Note, Some(&visit.id));
        let parts = chosen.into_iter().map(|c| CarriedPart { section: c.section, text: c.text.into_inner() });
        Ok(CarriedView { date: date.to_string(), parts: parts.collect() })
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
                words: format!("Copied from {}, not changed yet", copy.date),
            });
        }
    }
    marks
}

/// The newest note of this clinician about this patient, other than this visit's.
async fn last_note(account: &Account, visit: &Visit) -> Result<Option<SignedNote>, Failure> {
    let notes = account.vault.signed_notes_of(&visit.iss, &visit.patient.id, &visit.id).await?;
    let own = &account.session().who.fhir_user;
    Ok(notes.into_iter().find(|n| n.context().author == *own))
}

/// The sections that a clinician wrote and for which this note has a place: index, section, place.
fn carriable<'n>(
    note: &'n SignedNote,
    form: &'n Form,
) -> impl Iterator<Item = (u32, &'n SignedSection, String)> {
    (0u32..).zip(note.sections()).filter_map(|(index, section)| {
        let written = !section.loinc.is_empty();
        let target = form.sections.iter().find(|s| s.loinc == section.loinc && s.kept_from.is_none());
        target.filter(|_| written).map(|t| (index, section, t.id.clone()))
    })
}
