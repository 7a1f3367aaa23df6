//! The note while it is written: every edit is durable when the command returns.

use crate::account::Account;
use crate::app::Companion;
use crate::attestation;
use crate::contract::{
    ErrorCode, NoteEditArgs, NotePreview, NoteSection, NoteTemplateArgs, NoteView, SavedView, SignedView,
    TemplateChoice, Topic, VisitArgs,
};
use crate::failure::Failure;
use crate::note_carry;
use crate::visit::{NO_TYPE, signed_already};
use clinical::ledger::Activity;
use clinical::note::Attested;
use clinical::note::MAX_SECTION_BYTES;
use clinical::phi::Phi;
use clinical::template::{Form, Templates};
use clinical::visit::Visit;
use std::sync::Arc;
use vault::{EditOutcome, SectionText};

impl Companion {
    pub async fn note_get(self: &Arc<Self>, args: VisitArgs) -> Result<NoteView, Failure> {
        let (account, visit) = self.visit(&args.visit).await?;
        self.note_view(&account, visit).await
    }

    /// The sections of a visit's note: the template's, and whatever else was written.
    pub(crate) fn form(&self, visit: &Visit, texts: &[SectionText]) -> Form {
        let templates = &self.site.templates;
        let written: Vec<&str> = texts.iter().map(|t| t.section.as_str()).collect();
        Form::new(templates.get(&visit.template), templates, &visit.kept, &written)
    }

    async fn note_view(&self, account: &Account, visit: Visit) -> Result<NoteView, Failure> {
        let texts = account.vault.note_texts(&visit.id).await?;
        let signed = account.vault.signed_note(&visit.id).await?;
        let form = self.form(&visit, &texts);
        let copied = note_carry::copied(account, &visit).await?;
        let sections: Vec<NoteSection> = form
            .sections
            .into_iter()
            .map(|section| {
                let saved = texts.iter().find(|t| t.section == section.id);
                NoteSection {
                    section: section.id,
                    loinc: section.loinc,
                    title: section.title,
                    prompt: section.prompt,
                    required: section.required,
                    text: saved.map(|t| t.text.expose().clone()).unwrap_or_default(),
                    revision: saved.map_or(0, |t| t.revision),
                    saved_at: saved.map(|t| t.saved_at.to_string()),
                    kept_from: section.kept_from,
                    copied: saved.map(|t| note_carry::marks(&copied, t)).unwrap_or_default(),
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
            attestation: attestation::worded(
                &visit,
                &self.time(account, &visit).await?,
                &self.host.clock.zone(),
                &self.site.attestations,
            )
            .iter()
            .map(Attested::line)
            .collect::<Vec<_>>()
            .join("\n"),
            template: self.site.templates.get(&visit.template).id.clone(),
            template_words: template_words(&visit, &self.site.templates),
            templates: choices(&visit, &self.site.templates),
            template_problems: self.site.templates.problems.iter().map(ToString::to_string).collect(),
            visit: visit.id,
            title: form.title,
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
        let known = args.section.contains('/') // of an addendum or a correction: the vault knows the draft
            || self.site.templates.knows(&args.section)
            || visit.kept.iter().any(|k| k.id == args.section)
            || account.vault.note_texts(&visit.id).await?.iter().any(|t| t.section == args.section);
        if !known {
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
            EditOutcome::Conflict { .. } => Err(conflict()),
            EditOutcome::Signed => Err(signed_already()),
        }
    }

    pub async fn note_template(self: &Arc<Self>, args: NoteTemplateArgs) -> Result<NoteView, Failure> {
        let templates = &self.site.templates;
        let template =
            templates.by_id(&args.template).ok_or_else(|| Failure::invalid("There is no such template."))?;
        // Never between reading what is written and saving the visit.
        let _one_at_a_time = self.visit_change.lock().await;
        let (account, mut visit) = self.visit(&args.visit).await?;
        may_draft(&account)?;
        if account.vault.signed_note(&visit.id).await?.is_some() {
            return Err(signed_already());
        }
        if visit.template != template.id {
            let texts = account.vault.note_texts(&visit.id).await?;
            let written: Vec<&str> = texts.iter().map(|t| t.section.as_str()).collect();
            let before = self.form(&visit, &texts);
            visit.kept = before.to_keep(templates.get(&visit.template), &written);
            visit.template.clone_from(&template.id);
            account.vault.save_visit(&visit).await?;
            for topic in [Topic::Note, Topic::FollowUps, Topic::Visit] {
                self.emit(topic, Some(&visit.id));
            }
        }
        self.note_view(&account, visit).await
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

pub(crate) fn conflict() -> Failure {
    Failure::new(
        ErrorCode::NoteConflict,
        "This section was changed in another window. Both texts are kept; choose which one to go on with.",
    )
}

/// Why the note has the template that it has.
fn template_words(visit: &Visit, templates: &Templates) -> String {
    let kind = &visit.visit_type.text;
    let fitting = templates.for_type(kind);
    let Some(template) = templates.by_id(&visit.template) else {
        return format!(
            "The template “{}” is no longer there, so the general one is used. All text is kept.",
            visit.template
        );
    };
    match fitting {
        Some(fitting) if fitting.id == template.id => format!("For the visit type “{kind}”."),
        Some(fitting) => format!("The visit type “{kind}” would have {}.", fitting.name),
        None if visit.visit_type.text == NO_TYPE => {
            "The EHR gave no type of visit; choose what fits.".to_owned()
        }
        None => format!("The visit type “{kind}” has no template; choose what fits."),
    }
}

fn choices(visit: &Visit, templates: &Templates) -> Vec<TemplateChoice> {
    let fitting = templates.for_type(&visit.visit_type.text).map(|t| t.id.as_str());
    let mut all: Vec<TemplateChoice> = templates
        .all()
        .iter()
        .map(|t| TemplateChoice {
            template: t.id.clone(),
            name: t.name.clone(),
            site: t.site,
            fits: fitting == Some(t.id.as_str()),
        })
        .collect();
    all.sort_by(|a, b| (!a.fits, &a.name).cmp(&(!b.fits, &b.name)));
    all
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
