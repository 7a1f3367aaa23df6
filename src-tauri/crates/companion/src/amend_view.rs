//! The signed documents of a visit, and how each stands.

use crate::account::Account;
use crate::amend::RETRACTED;
use crate::app::Companion;
use crate::contract::{
    AmendmentDraft, AmendmentKind, ItemKind, SignedDocument, SignedDocumentsView, Standing, VisitArgs,
    WrittenPart,
};
use crate::cosign::cosigned_by;
use crate::failure::Failure;
use clinical::delivery::State;
use clinical::item::{Item, Kind};
use clinical::note::{Relation, SignedNote};
use jiff::Timestamp;
use std::sync::Arc;
use vault::{Amendment, Retraction};

/// The note of a visit and what was signed after it.
pub(crate) struct SignedDocs {
    pub note: Option<SignedNote>,
    /// In the order in which they were signed.
    pub after: Vec<(SignedNote, Relation, Option<String>)>,
    pub drafts: Vec<Amendment>,
    items: Vec<Item>,
    retractions: Vec<Retraction>,
}

impl SignedDocs {
    pub async fn load(account: &Account, visit: &str) -> Result<Self, Failure> {
        let note = account.vault.signed_note(visit).await?;
        let (mut after, mut drafts) = (Vec::new(), Vec::new());
        for one in account.vault.amendments(visit).await? {
            match one.note {
                Some(note) => after.push((note, one.relation, one.item)),
                None => drafts.push(one),
            }
        }
        let items = account.vault.items(visit).await?;
        Ok(Self { note, after, drafts, items, retractions: account.vault.retractions(visit).await? })
    }

    /// The note first, then what was signed after it.
    pub fn documents(&self) -> impl Iterator<Item = (&SignedNote, ItemKind)> {
        let after = self.after.iter().map(|(n, relation, _)| match relation {
            Relation::Appends => (n, ItemKind::Addendum),
            Relation::Replaces => (n, ItemKind::Correction),
            Relation::Signs => (n, ItemKind::Cosign),
        });
        self.note.iter().map(|n| (n, ItemKind::Note)).chain(after)
    }

    /// All items of the visit.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// Whether and how a part was retracted: an outbox item, or a document that has none.
    pub fn retraction_of(&self, part: &str) -> Option<&Retraction> {
        self.retractions.iter().find(|r| r.part == part)
    }

    /// Whether and how a document was retracted.
    pub fn retracted(&self, document: &str) -> Option<&Retraction> {
        self.retraction_of(self.item_of(document).map_or(document, |i| &i.id))
    }

    /// What the chart says now: the newest correction, else the note. New addenda and corrections are of this.
    pub fn standing(&self) -> Option<&SignedNote> {
        let corrections = self.after.iter().filter(|(_, relation, _)| *relation == Relation::Replaces);
        corrections.map(|(note, ..)| note).next_back().or(self.note.as_ref())
    }

    /// The correction that stands instead of this document.
    fn replaced_by(&self, id: &str) -> Option<&SignedNote> {
        let replaces = |n: &SignedNote| {
            n.beside().amends.as_ref().is_some_and(|a| a.relation == Relation::Replaces && a.note == id)
        };
        self.after.iter().map(|(note, ..)| note).find(|n| replaces(n))
    }

    /// The item that delivers a document.
    pub fn item_of(&self, id: &str) -> Option<&Item> {
        if self.note.as_ref().is_some_and(|n| n.id() == id) {
            return self.items.iter().find(|i| i.kind == Kind::Note);
        }
        let (.., item) = self.after.iter().find(|(note, ..)| note.id() == id)?;
        self.items.iter().find(|i| Some(&i.id) == item.as_ref())
    }
}

impl SignedDocs {
    /// What delivers a document; where something follows it that is not done, that: a note made final.
    fn delivering(&self, id: &str) -> Option<&Item> {
        let own = self.item_of(id)?;
        let follows = |i: &&Item| i.kind == Kind::Cosign && i.parents.contains(&own.id);
        let open = |i: &&Item| !i.state.is_done();
        match own.state {
            State::Filed { .. } | State::LeftAsIs { .. } => {
                self.items.iter().find(|i| follows(i) && open(i)).or(Some(own))
            }
            _ => Some(own),
        }
    }
}

impl Companion {
    pub async fn signed_get(self: &Arc<Self>, args: VisitArgs) -> Result<SignedDocumentsView, Failure> {
        let (account, visit) = self.visit(&args.visit).await?;
        let docs = SignedDocs::load(&account, &visit.id).await?;
        let delivery = self.delivery_of(&account, &visit.id).await?;
        let cosigned = match docs.note.as_ref().filter(|n| n.context().awaits_cosign) {
            Some(note) => cosigned_by(&account, &visit, docs.item_of(note.id())).await?,
            None => None,
        };
        let documents = docs.documents().map(|(n, kind)| {
            let (standing, standing_words) = self.standing(&docs, n.id());
            let changed = n.beside().amends.as_ref().map(|a| a.changed.clone()).unwrap_or_default();
            let written = n.sections().iter().map(|s| WrittenPart {
                title: s.title.clone(),
                text: s.text.expose().clone(),
                changed: changed.contains(&s.title),
            });
            SignedDocument {
                id: n.id().to_owned(),
                kind,
                title: n.title().to_owned(),
                by: n.context().author_name.clone(),
                at: n.signed_at().to_string(),
                text: n.text(),
                content_hash: n.content_hash().to_owned(),
                written: written.collect(),
                changed,
                standing,
                standing_words,
                cosigned: cosigned
                    .as_ref()
                    .filter(|_| kind == ItemKind::Note)
                    .map(|by| format!("Cosigned by {by}.")),
                delivery: docs
                    .delivering(n.id())
                    .and_then(|i| delivery.items.iter().find(|d| d.id == i.id).cloned()),
            }
        });
        let rights = account.rights_in(&visit.patient.id);
        let why_not = match &docs.note {
            None => Some("This visit is not signed yet."),
            Some(_) if !rights.sign => Some("Your role does not sign, so it adds nothing to a signed note."),
            Some(note) if docs.retracted(note.id()).is_some() => Some(RETRACTED),
            Some(_) => None,
        };
        Ok(SignedDocumentsView {
            documents: documents.collect(),
            drafts: docs
                .drafts
                .iter()
                .map(|d| AmendmentDraft {
                    id: d.id.clone(),
                    kind: kind_of(d.relation),
                    begun_at: d.begun_at.to_string(),
                })
                .collect(),
            may_amend: why_not.is_none(),
            why_not: why_not.map(str::to_owned),
            visit: visit.id,
        })
    }

    /// Whether a document is still what the chart says, and what to say of one that is not.
    pub(crate) fn standing(&self, docs: &SignedDocs, id: &str) -> (Standing, String) {
        match (docs.retracted(id), docs.replaced_by(id)) {
            (Some(retraction), _) => (Standing::Retracted, self.retracted_words(docs, retraction)),
            (None, Some(by)) => {
                (Standing::Replaced, format!("Replaced by the correction {}", self.signed_words_of(by)))
            }
            (None, None) => (Standing::Stands, String::new()),
        }
    }

    /// "Progress note, signed 14:32 by Amara Okafor"
    pub(crate) fn signed_words(&self, note: &SignedNote) -> String {
        format!("{}, signed {}", note.title(), self.signed_words_of(note))
    }

    /// "14:32 by Amara Okafor", with the day when it was another one.
    fn signed_words_of(&self, note: &SignedNote) -> String {
        format!("{} by {}", self.minute(note.signed_at()), note.context().author_name)
    }

    pub(crate) fn minute(&self, at: Timestamp) -> String {
        let zone = self.host.clock.zone();
        let today = self.host.clock.now().to_zoned(zone.clone()).date();
        let at = at.to_zoned(zone);
        at.strftime(if at.date() == today { "%H:%M" } else { "%Y-%m-%d %H:%M" }).to_string()
    }
}

pub(crate) fn kind_of(relation: Relation) -> AmendmentKind {
    match relation {
        Relation::Appends => AmendmentKind::Addendum,
        Relation::Replaces => AmendmentKind::Correction,
        Relation::Signs => AmendmentKind::Cosign,
    }
}
