//! Cosignature: a supervising clinician reads a resident's note in the chart, states what they did, and the note
//! becomes final. The statement is a signed note of its own (`amend.rs`).

use crate::account::Account;
use crate::amend::Target;
use crate::amend_view::SignedDocs;
use crate::app::Companion;
use crate::contract::{CosignNote, CosignView, ErrorCode, ItemKind, VisitArgs};
use crate::failure::Failure;
use crate::plan::note_context;
use clinical::chart::Section;
use clinical::item::{Item, Kind, Receipt};
use clinical::note::{Beside, Relation, SignedNote};
use clinical::visit::Visit;
use ehr::EhrError;
use fhir::view::{self, Around, Unsigned};
use jiff::Timestamp;
use serde_json::Value;
use std::sync::Arc;

/// LOINC 11506-3 "Progress note": of a note whose type has no LOINC code.
const PROGRESS_NOTE: &str = "11506-3";

impl Companion {
    pub async fn cosign_get(self: &Arc<Self>, args: VisitArgs) -> Result<CosignView, Failure> {
        let (account, visit) = self.visit(&args.visit).await?;
        let rights = account.rights_in(&visit.patient.id);
        let docs = SignedDocs::load(&account, &visit.id).await?;
        let mut waiting = Vec::new();
        if rights.sign && !rights.cosign {
            for note in notes(&account, &visit).await? {
                let of_it = |target: &str| target == note.reference;
                let signs = |n: &SignedNote| {
                    let amends = n.beside().amends.as_ref();
                    amends.is_some_and(|a| a.relation == Relation::Signs && of_it(&a.note))
                };
                let stands = |n: &SignedNote| docs.retracted(n.id()).is_none();
                if docs.after.iter().any(|(n, ..)| signs(n) && stands(n)) {
                    continue;
                }
                waiting.push(CosignNote {
                    words: self.by(&note),
                    title: note.title.clone(),
                    begun: docs.drafts.iter().any(|d| d.relation == Relation::Signs && of_it(&d.target)),
                    document: note.reference,
                });
            }
        }
        let done = self.signed_get(args).await?.documents;
        let done = done.into_iter().filter(|d| d.kind == ItemKind::Cosign).collect();
        Ok(CosignView { visit: visit.id, waiting, done })
    }

    /// "by Nikhil Iyer, MD, 2026-11-22 14:32"
    fn by(&self, note: &Unsigned) -> String {
        let name = note.author_name.as_ref().map_or("an author that the EHR does not name", |n| n.expose());
        match note.signed_at {
            Some(at) => format!("by {name}, {}", self.minute(at)),
            None => format!("by {name}"),
        }
    }

    /// What a cosignature is of.
    pub(crate) async fn cosign_target(
        &self,
        account: &Account,
        visit: &Visit,
        document: &str,
    ) -> Result<Target, Failure> {
        let note = notes(account, visit).await?.into_iter().find(|n| n.reference == document);
        let now = self.host.clock.now();
        let who = &account.session().who;
        let mut context = note_context(visit, now, &self.host.clock.zone());
        context.author.clone_from(&who.fhir_user);
        context.author_name.clone_from(&who.clinician);
        let mut target = Target {
            id: document.to_owned(),
            loinc: PROGRESS_NOTE.to_owned(),
            title: "Note".to_owned(),
            about: "A note that no longer waits for a cosignature".to_owned(),
            signed_at: now,
            context,
            beside: Beside::default(),
            note: None,
            filed: Some(document.to_owned()),
            item: None,
            seen: String::new(),
            version: None,
            gone: Some(GONE.to_owned()),
        };
        if let Some(note) = note {
            target.gone = None;
            target.about = format!("{}, {}", note.title, self.by(&note));
            target.signed_at = note.signed_at.unwrap_or(now);
            target.context.encounter = note.encounter.or(target.context.encounter);
            target.loinc = note.loinc.unwrap_or(target.loinc);
            target.title = note.title;
            target.seen = note.version.clone().unwrap_or_default();
            target.version = note.version;
        }
        Ok(target)
    }

    /// The note is still as it was read, as far as the EHR can be asked.
    pub(crate) async fn check_cosigned(
        &self,
        account: &Account,
        visit: &Visit,
        document: &str,
    ) -> Result<(), Failure> {
        let known = notes(account, visit).await?.into_iter().find(|n| n.reference == document);
        let known = known.ok_or_else(gone)?;
        let client = account.session_of(&visit.patient.id).fhir()?;
        match client.read(document).await {
            Ok(now) => match view::unsigned(&now, &Around::alone(&visit.iss)) {
                Some(now) if now.version == known.version => Ok(()),
                _ => Err(gone()),
            },
            Err(EhrError::Status { status: 404 | 410, .. }) => Err(gone()),
            // Asked again before it is sent.
            Err(_) => Ok(()),
        }
    }
}

/// Who cosigned a note that we wrote, as far as the chart is loaded. `item`: what delivered it.
pub(crate) async fn cosigned_by(
    account: &Account,
    visit: &Visit,
    item: Option<&Item>,
) -> Result<Option<String>, Failure> {
    let filed = item.and_then(|i| i.receipt.as_ref()).map(Receipt::reference);
    let stored = account.vault.section(&visit.iss, &visit.patient.id, Section::Notes).await?;
    let raw = filed.and_then(|filed| stored?.resources.into_iter().find(|(id, _)| *id == filed));
    let record = raw.and_then(|(_, raw)| serde_json::from_str::<Value>(raw.expose()).ok());
    Ok(record.and_then(|r| view::authenticator(&r, &Around::alone(&visit.iss))))
}

/// The visit's note is signed and waits for somebody's cosignature.
pub(crate) async fn awaited(account: &Account, visit: &Visit) -> Result<bool, Failure> {
    let note = account.vault.signed_note(&visit.id).await?;
    if !note.is_some_and(|n| n.context().awaits_cosign) {
        return Ok(false);
    }
    let items = account.vault.items(&visit.id).await?;
    let item = items.iter().find(|i| i.kind == Kind::Note);
    Ok(cosigned_by(account, visit, item).await?.is_none())
}

/// Notes of others in the chart, as far as it is loaded, that wait for a supervising clinician.
async fn notes(account: &Account, visit: &Visit) -> Result<Vec<Unsigned>, Failure> {
    account.charts.saved().await;
    let Some(stored) = account.vault.section(&visit.iss, &visit.patient.id, Section::Notes).await? else {
        return Ok(Vec::new());
    };
    let me = account.session().who.fhir_user.clone();
    let resources = stored.resources.iter().filter_map(|(_, raw)| {
        // Most are final: not parsed for nothing.
        raw.expose().contains("\"preliminary\"").then(|| serde_json::from_str::<Value>(raw.expose()).ok())?
    });
    let mut all: Vec<Unsigned> = resources
        .filter_map(|r| view::unsigned(&r, &Around::alone(&visit.iss)))
        .filter(|n| !n.authors.iter().any(|a| me.ends_with(a.as_str())))
        .collect();
    all.sort_by_key(|n| n.signed_at.unwrap_or(Timestamp::MIN));
    Ok(all)
}

const GONE: &str =
    "This note changed in the EHR, or somebody else signed it. Reload the chart and read it again.";

fn gone() -> Failure {
    Failure::new(ErrorCode::PlanChanged, GONE)
}
