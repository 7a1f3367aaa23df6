//! The note while it is written: every edit is durable when the command returns.

use crate::app::Companion;
use crate::contract::{
    ErrorCode, NoteEditArgs, NotePreview, NoteSection, NoteView, SavedView, SignedView, Topic, VisitArgs,
};
use crate::failure::Failure;
use crate::plan;
use crate::visit::signed_already;
use clinical::ledger::Activity;
use clinical::note::{MAX_SECTION_BYTES, SOAP};
use clinical::phi::Phi;
use std::sync::Arc;
use vault::EditOutcome;

impl Companion {
    pub async fn note_get(self: &Arc<Self>, args: VisitArgs) -> Result<NoteView, Failure> {
        let (account, visit) = self.visit(&args.visit).await?;
        let texts = account.vault.note_texts(&visit.id).await?;
        let signed = account.vault.signed_note(&visit.id).await?;
        let sections: Vec<NoteSection> = SOAP
            .sections
            .iter()
            .map(|spec| {
                let saved = texts.iter().find(|t| t.section == spec.id);
                NoteSection {
                    section: spec.id.to_owned(),
                    loinc: spec.loinc.to_owned(),
                    title: spec.title.to_owned(),
                    prompt: spec.prompt.to_owned(),
                    required: spec.required,
                    text: saved.map(|t| t.text.expose().clone()).unwrap_or_default(),
                    revision: saved.map_or(0, |t| t.revision),
                    saved_at: saved.map(|t| t.saved_at.to_string()),
                }
            })
            .collect();
        let missing = sections
            .iter()
            .filter(|s| s.required && s.text.trim().is_empty())
            .map(|s| format!("{} is still empty.", s.title))
            .chain(visit.facts.missing().into_iter().map(|(_, words)| words.to_owned()))
            .collect();
        Ok(NoteView {
            attestation: plan::attestation(
                &visit,
                &self.time(&account, &visit).await?,
                &self.host.clock.zone(),
            ),
            visit: visit.id,
            template: SOAP.id.to_owned(),
            title: SOAP.title.to_owned(),
            sections,
            missing,
            signed: signed.map(|n| SignedView {
                at: n.signed_at().to_string(),
                by: n.context().author_name.clone(),
                content_hash: n.content_hash().to_owned(),
            }),
        })
    }

    pub async fn note_edit(self: &Arc<Self>, args: NoteEditArgs) -> Result<SavedView, Failure> {
        let (account, visit) = self.visit(&args.visit).await?;
        may_draft(&account)?;
        if SOAP.section(&args.section).is_none() {
            return Err(Failure::invalid("The note has no such section."));
        }
        if args.text.len() > MAX_SECTION_BYTES {
            return Err(Failure::invalid(
                "This section is longer than a note can hold (1 MB). Shorten it; what was saved before is safe.",
            ));
        }
        // Never while the visit is being signed: an edit is in the note, or it is refused.
        let _one_at_a_time = self.visit_change.lock().await;
        let now = self.host.clock.now();
        let saved = account
            .vault
            .save_edit(&visit.id, &args.section, &Phi::new(args.text), args.base_revision, now)
            .await?;
        match saved {
            EditOutcome::Saved { revision } => {
                self.worked(&account, &visit, Activity::Note).await?;
                self.emit(Topic::Note, Some(&visit.id));
                Ok(SavedView { section: args.section, revision, saved_at: now.to_string() })
            }
            EditOutcome::Conflict { .. } => Err(Failure::new(
                ErrorCode::NoteConflict,
                "This section was changed in another window. Both texts are kept; choose which one to go on with.",
            )),
            EditOutcome::Signed => Err(signed_already()),
        }
    }

    pub async fn note_preview(self: &Arc<Self>, args: VisitArgs) -> Result<NotePreview, Failure> {
        let (account, visit) = self.visit(&args.visit).await?;
        if let Some(signed) = account.vault.signed_note(&visit.id).await? {
            return Ok(NotePreview { text: signed.text() });
        }
        let prepared = self.prepare(&account, visit).await?;
        Ok(NotePreview {
            text: prepared.note("preview".to_owned(), self.host.clock.now(), &self.host.clock.zone()).text(),
        })
    }
}

/// Enforced here, not only hidden in the window.
pub(crate) fn may_draft(account: &crate::account::Account) -> Result<(), Failure> {
    if account.session().rights().draft {
        return Ok(());
    }
    Err(Failure::new(
        ErrorCode::NotAllowed,
        "The EHR did not say that you are a clinician, so this chart can only be read. Ask IT if that is wrong.",
    ))
}
