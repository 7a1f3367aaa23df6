//! Retraction: what was signed and should not stand (wrong patient, written twice) is marked as entered in error
//! wherever it got to, and what did not leave yet stays here.

use crate::account::Account;
use crate::amend_view::SignedDocs;
use crate::app::Companion;
use crate::billing::is_message;
use crate::contract::{
    DeliveryView, ErrorCode, ItemKind, RetractArgs, RetractOutcome, RetractPart, RetractReason, RetractView,
    Topic, VisitArgs,
};
use crate::delivery::step;
use crate::delivery_view;
use crate::failure::Failure;
use clinical::delivery::{Event, Reason, State};
use clinical::item::{ChangeForm, Item, Kind};
use clinical::note::hex;
use clinical::phi::Phi;
use clinical::visit::Visit;
use ehr::parents::is_by_hand;
use ehr::{change, retraction};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use vault::Retraction;

/// Longest reason in the clinician's own words, in characters.
pub(crate) const MAX_REASON: usize = 500;

/// A part, its item, and how the EHR is told.
struct Part {
    view: RetractPart,
    item: Option<Item>,
    form: Option<ChangeForm>,
}

impl Companion {
    pub async fn retract_get(self: &Arc<Self>, args: VisitArgs) -> Result<RetractView, Failure> {
        let (account, visit) = self.visit(&args.visit).await?;
        let parts = self.parts(&account, &visit).await?;
        let rights = account.rights_in(&visit.patient.id);
        let why_not = if parts.is_empty() {
            Some("This visit is not signed yet; change the note itself.")
        } else if !rights.sign {
            Some("Your role does not sign, so it takes nothing back.")
        } else if parts.iter().all(|p| p.view.retracted.is_some()) {
            Some("Everything of this visit was retracted.")
        } else {
            None
        };
        Ok(RetractView {
            visit: visit.id,
            plan_hash: hash(&parts),
            parts: parts.into_iter().map(|p| p.view).collect(),
            why_not: why_not.map(str::to_owned),
        })
    }

    pub async fn retract(self: &Arc<Self>, args: RetractArgs) -> Result<DeliveryView, Failure> {
        let _one_at_a_time = self.visit_change.lock().await;
        let (account, visit) = self.visit(&args.visit).await?;
        if !account.rights_in(&visit.patient.id).sign {
            return Err(Failure::new(
                ErrorCode::NotAllowed,
                "Your role does not sign, so it takes nothing back.",
            ));
        }
        let reason = reason(args.reason, &args.words)?;
        let parts = self.parts(&account, &visit).await?;
        if hash(&parts) != args.plan_hash {
            return Err(moved());
        }
        let chosen: Vec<&Part> = parts.iter().filter(|p| args.parts.contains(&p.view.id)).collect();
        let open = || parts.iter().filter(|p| p.view.retracted.is_none());
        if chosen.is_empty() || chosen.iter().any(|p| p.view.retracted.is_some()) {
            return Err(Failure::invalid("Choose what is to be retracted."));
        }
        let of_note = |p: &&Part| p.view.kind != ItemKind::Cosign;
        if chosen.iter().any(|p| p.view.takes_all)
            && open().filter(of_note).any(|p| !args.parts.contains(&p.view.id))
        {
            return Err(Failure::invalid("The note takes everything else of the visit with it."));
        }
        // What waits for a part that is never sent would wait for ever; and it rests on it.
        let rests = |p: &&Part, on: &Part| p.item.as_ref().is_some_and(|i| i.parents.contains(&on.view.id));
        for on in &chosen {
            if let Some(left) = open().find(|p| !args.parts.contains(&p.view.id) && rests(p, on)) {
                return Err(Failure::invalid(format!(
                    "{} rests on {}; retract both.",
                    left.view.label, on.view.label
                )));
            }
        }
        let now = self.signing_time();
        let session = account.session();
        let items = account.vault.items(&visit.id).await?;
        let (mut retractions, mut withdrawn, mut queued) = (Vec::new(), Vec::new(), Vec::new());
        for part in chosen {
            let marks = match (&part.item, part.form, part.view.outcome) {
                (Some(of), Some(form), RetractOutcome::Marked) => {
                    retraction::item(of, form, self.host.entropy.uuid(), now)
                }
                _ => None,
            };
            retractions.push(Retraction {
                part: part.view.id.clone(),
                visit: visit.id.clone(),
                by_name: session.who.clinician.clone(),
                reason: Phi::new(reason.clone()),
                at: now,
                item: marks.as_ref().map(|i| i.id.clone()),
            });
            queued.extend(marks);
            let unsent =
                |i: &Item| part.view.outcome == RetractOutcome::Withdrawn && i.state != State::Superseded;
            withdrawn.extend(part.item.clone().filter(unsent));
            // A note that could not be made final waits for nothing any more; one that changed is asked about first,
            // since our own change may have got there (below).
            let follows = |i: &&Item| i.kind == Kind::Cosign && i.parents.contains(&part.view.id);
            let stopped =
                |i: &&Item| matches!(&i.state, State::NeedsClinician { reason: Reason::Refused { .. } });
            withdrawn.extend(items.iter().filter(|i| follows(i) && stopped(i)).cloned());
        }
        let about = format!("Patient/{}", visit.patient.id);
        let parts: Vec<&str> = retractions.iter().map(|r| r.part.as_str()).collect();
        let outcome = format!("entered in error: {}", parts.join(" "));
        let audit = vault::AuditRecord {
            at: now,
            who: &session.who.fhir_user,
            action: "retracted",
            about: &about,
            outcome: &outcome,
        };
        if !account.vault.retract(&retractions, &withdrawn, &queued, audit).await? {
            return Err(moved());
        }
        self.unstage(&account, &withdrawn).await;
        let taken: Vec<&str> = retractions.iter().map(|r| r.part.as_str()).collect();
        let conflicts = |i: &&Item| {
            i.kind == Kind::Cosign
                && i.parents.iter().any(|p| taken.contains(&p.as_str()))
                && matches!(i.state, State::NeedsClinician { reason: Reason::Conflict { .. } })
        };
        for item in items.iter().filter(conflicts) {
            let what = "The statement was taken back: the EHR is asked whether the note was made final.";
            step(self, &account, item, &Event::Retry, None, what).await?;
        }
        for topic in [Topic::Note, Topic::Visit, Topic::Delivery, Topic::App] {
            self.emit(topic, Some(&visit.id));
        }
        self.wake.ring();
        self.delivery_of(&account, &visit.id).await
    }

    /// Everything that was signed in a visit, and what retracting each part would do.
    async fn parts(&self, account: &Account, visit: &Visit) -> Result<Vec<Part>, Failure> {
        let docs = SignedDocs::load(account, &visit.id).await?;
        let session = account.session_of(&visit.patient.id);
        let who = &session.who;
        let personality = self.personality(who)?;
        let documents = docs.documents().map(|(note, kind)| {
            let words = format!("{}, signed {}", note.title(), self.minute(note.signed_at()));
            (docs.item_of(note.id()).cloned(), Some(note.id().to_owned()), kind, words)
        });
        let is_document = |i: &&Item| docs.documents().any(|(n, _)| docs.item_of(n.id()) == Some(i));
        let beside = docs
            .items()
            .iter()
            .filter(|i| i.request.change.is_none() && !is_document(i))
            .map(|i| (Some(i.clone()), None, delivery_view::kind(i.kind), i.label.expose().clone()));
        let parts = documents.chain(beside).map(|(item, document, kind, label)| {
            let id = item.as_ref().map(|i| i.id.clone()).or_else(|| document.clone()).unwrap_or_default();
            let (outcome, form, words) = match &item {
                None => {
                    (RetractOutcome::Here, None, "It was only in Chartside, and is marked here.".to_owned())
                }
                Some(i) if is_by_hand(i) => {
                    let words =
                        "Chartside did not send it. If you entered it in the EHR yourself, mark it there.";
                    (RetractOutcome::Withdrawn, None, words.to_owned())
                }
                Some(i) if i.state.is_surely_unsent(i.attempts) || i.state == State::Superseded => {
                    (RetractOutcome::Withdrawn, None, "It was not sent, and will not be.".to_owned())
                }
                Some(i) if is_message(i) => {
                    let words = "It was handed to billing. Tell billing yourself that it should not stand.";
                    (RetractOutcome::ByHand, None, words.to_owned())
                }
                Some(i) => {
                    let kind = i.request.resource_type.as_str();
                    match change::route(&who.capabilities, &session.scopes, personality, kind) {
                        Ok(form) => (RetractOutcome::Marked, Some(form), marked(i, &who.ehr_name)),
                        Err(why) => {
                            let words =
                                format!("Stays in {} as it is: {why}. Mark it there yourself.", who.ehr_name);
                            (RetractOutcome::ByHand, None, words)
                        }
                    }
                }
            };
            let view = RetractPart {
                retracted: docs.retraction_of(&id).map(|r| self.retracted_words(&docs, r)),
                takes_all: matches!(kind, ItemKind::Note | ItemKind::Correction),
                id,
                kind,
                label,
                document,
                outcome,
                words,
            };
            Part { view, item, form }
        });
        Ok(parts.collect())
    }

    /// "Retracted 14:50 by Amara Okafor: wrong patient."
    pub(crate) fn retracted_words(&self, docs: &SignedDocs, retraction: &Retraction) -> String {
        let mut words = format!(
            "Retracted {} by {}: {}.",
            self.minute(retraction.at),
            retraction.by_name,
            retraction.reason.expose().trim_end_matches('.')
        );
        let state = |id: &String| docs.items().iter().find(|i| &i.id == id).map(|i| &i.state);
        let left = state(&retraction.part).is_some_and(|s| *s != State::Superseded);
        match retraction.item.as_ref().and_then(state) {
            Some(State::Filed { .. } | State::Superseded) => {}
            Some(State::LeftAsIs { .. }) => {
                words.push_str(" It still stands in the EHR: you left the record there as it is.");
            }
            Some(State::NeedsClinician { .. }) => {
                words.push_str(" The EHR did not take the mark; look under Delivery.");
            }
            Some(State::WaitingOnParent)
                if matches!(state(&retraction.part), Some(State::NeedsClinician { .. })) =>
            {
                words.push_str(" Say under Delivery whether the EHR has it; then it is told.");
            }
            Some(_) => words.push_str(" The EHR is being told."),
            None if left => words.push_str(" It still stands in the EHR; mark it there yourself."),
            None => {}
        }
        words
    }
}

fn marked(item: &Item, ehr: &str) -> String {
    let how = match item.kind {
        Kind::Charge | Kind::FollowUpTask | Kind::FollowUpVisit => "Cancelled",
        Kind::Cosign => {
            "The note that it signed stays final; open it again in the EHR. The statement is marked as entered in error"
        }
        _ => "Marked as entered in error",
    };
    match item.state {
        State::Filed { .. } | State::LeftAsIs { .. } => format!("{how} in {ehr}."),
        _ => format!("{how} in {ehr} if it got there; that is being found out."),
    }
}

fn reason(reason: RetractReason, words: &str) -> Result<String, Failure> {
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.chars().count() > MAX_REASON {
        return Err(Failure::invalid(format!("The reason may have {MAX_REASON} characters.")));
    }
    let named = match reason {
        RetractReason::WrongPatient => "wrong patient",
        RetractReason::WrongVisit => "wrong visit",
        RetractReason::Twice => "written twice",
        RetractReason::NotDone => "did not take place",
        RetractReason::Other if words.is_empty() => {
            return Err(Failure::invalid("Say why it should not stand."));
        }
        RetractReason::Other => return Ok(words),
    };
    Ok(if words.is_empty() { named.to_owned() } else { format!("{named} ({words})") })
}

fn hash(parts: &[Part]) -> String {
    let seen: Vec<_> =
        parts.iter().map(|p| (&p.view.id, p.view.outcome as u8, p.view.retracted.is_some())).collect();
    hex(&Sha256::digest(format!("{seen:?}")))
}

fn moved() -> Failure {
    Failure::new(
        ErrorCode::PlanChanged,
        "Something was sent or retracted since this was shown. Look again, then retract.",
    )
}
