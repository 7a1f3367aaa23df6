//! Deciding on what a chart says about itself: merged (followed once, then confirmed anew), a
//! possible second chart, a patient recorded as deceased; `encounter` decides on a wrong one. Each decision
//! is the clinician's, stands in the audit trail and can be taken back until the visit is signed.

use crate::account::Account;
use crate::app::Companion;
use crate::contract::{
    ErrorCode, IdentityChoice, IdentityDecideArgs, IdentityDecision, IdentityIssue, IdentityIssueView,
    VisitView,
};
use crate::encounter;
use crate::failure::Failure;
use crate::visit_view::MAX_FACT;
use clinical::identity::{Identity, Patient};
use clinical::identity_issue::Issue;
use clinical::phi::Phi;
use clinical::visit::{MovedFrom, Visit};
use fhir::view;
use std::sync::Arc;

impl Companion {
    pub async fn identity_decide(self: &Arc<Self>, args: IdentityDecideArgs) -> Result<VisitView, Failure> {
        let reason = args.reason.map(|r| r.trim().to_owned()).filter(|r| !r.is_empty());
        if reason.as_ref().is_some_and(|r| r.chars().count() > MAX_FACT) {
            return Err(Failure::invalid(format!("Keep it below {MAX_FACT} characters.")));
        }
        let (account, visit) = match (args.issue, args.decision) {
            (IdentityIssue::Merged, IdentityDecision::MoveToSurvivor) => self.move_visit(&args.visit).await?,
            (IdentityIssue::Moved, IdentityDecision::TakeBack) => self.move_back(&args.visit).await?,
            (IdentityIssue::WrongEncounter, decision) => {
                self.decide_encounter(&args.visit, decision, args.encounter.as_deref()).await?
            }
            (IdentityIssue::Deceased, IdentityDecision::KeepThisChart) if reason.is_none() => {
                return Err(Failure::invalid("Say in a few words why this chart is the right one."));
            }
            (IdentityIssue::Deceased, decision) => {
                self.keep_chart(&args.visit, Issue::Deceased, decision, reason).await?
            }
            (IdentityIssue::Duplicate, decision) => {
                self.keep_chart(&args.visit, Issue::Duplicate, decision, reason).await?
            }
            _ => return Err(no_choice()),
        };
        self.view(&account, visit).await
    }

    async fn keep_chart(
        &self,
        id: &str,
        issue: Issue,
        decision: IdentityDecision,
        reason: Option<String>,
    ) -> Result<(Arc<Account>, Visit), Failure> {
        let at = self.host.clock.now().to_string();
        let keep = match decision {
            IdentityDecision::KeepThisChart => true,
            IdentityDecision::TakeBack => false,
            _ => return Err(no_choice()),
        };
        let (account, visit) = self
            .change_visit(id, false, |visit| {
                visit.decided.retain(|d| d.issue != issue);
                if keep {
                    let decided = visit.patient.decide(issue, reason.map(Phi::new), &at);
                    visit.decided.push(decided.ok_or_else(no_choice)?);
                } else {
                    visit.identity = Identity::Unconfirmed;
                }
                Ok(())
            })
            .await?;
        let action = match issue {
            Issue::Duplicate => "possible second chart",
            Issue::Deceased => "recorded as deceased",
            Issue::Merged => "merged chart",
        };
        self.audit_visit(&account, &visit, action, if keep { "this chart kept" } else { "taken back" })
            .await?;
        Ok((account, visit))
    }

    /// Follows the link once: the chart at its end must be a living one, and is confirmed anew.
    async fn move_visit(self: &Arc<Self>, id: &str) -> Result<(Arc<Account>, Visit), Failure> {
        let (account, visit) = self.visit(id).await?;
        let target = visit.patient.replaced_by.as_deref().and_then(|r| r.strip_prefix("Patient/"));
        let target = target.ok_or_else(no_choice)?.to_owned();
        let survivor = survivor(&account, &visit, &target).await?;
        // An encounter of the merged chart is no encounter of the surviving one until the EHR says so.
        let encounter = match &visit.encounter {
            Some(encounter) => {
                let client = account.session_of(&target).fhir()?;
                let read = client.read(&format!("Encounter/{encounter}")).await.ok();
                let of = read.and_then(|r| view::encounter_context(&r, &visit.iss).patient);
                visit.encounter.clone().filter(|_| of == Some(format!("Patient/{target}")))
            }
            None => None,
        };
        let left = visit.patient.id.clone();
        let (account, visit) = self
            .change_visit(id, false, |visit| {
                if visit.patient.id != left {
                    return Err(no_choice());
                }
                let from = std::mem::replace(&mut visit.patient, survivor);
                let was = std::mem::replace(&mut visit.encounter, encounter);
                visit.forget_known();
                visit.moved_from = Some(Box::new(MovedFrom { patient: from, encounter: was }));
                visit.identity = Identity::Unconfirmed;
                visit.coverage = clinical::visit::Coverage::NotKnown;
                visit.payer = clinical::coding::facts::Payer::Unknown;
                Ok(())
            })
            .await?;
        self.audit_visit(&account, &visit, "moved to the surviving chart", &format!("from Patient/{left}"))
            .await?;
        self.load_chart(&account, &visit);
        Ok((account, visit))
    }

    async fn move_back(self: &Arc<Self>, id: &str) -> Result<(Arc<Account>, Visit), Failure> {
        let (account, visit) = self
            .change_visit(id, false, |visit| {
                let from = visit.moved_from.take().ok_or_else(no_choice)?;
                (visit.patient, visit.encounter) = (from.patient, from.encounter);
                visit.forget_known();
                visit.identity = Identity::Unconfirmed;
                Ok(())
            })
            .await?;
        self.audit_visit(&account, &visit, "moved to the surviving chart", "taken back").await?;
        self.load_chart(&account, &visit);
        Ok((account, visit))
    }
}

async fn survivor(account: &Account, visit: &Visit, target: &str) -> Result<Patient, Failure> {
    let session = account.reach(target).unwrap_or_else(|| account.session_of(&visit.patient.id));
    let read = session.fhir()?.read(&format!("Patient/{target}")).await;
    let read = read.map_err(|error| match error {
        ehr::EhrError::Status { status: 401 | 403 | 404, .. } => Failure::new(
            ErrorCode::EhrRefused,
            "The EHR does not open the surviving chart to this sign-in. Open it in the EHR and press Chartside there; what you wrote stays here.",
        ),
        other => other.into(),
    })?;
    let survivor = view::patient(&read, &visit.iss).filter(|p| p.id == target && p.replaced_by.is_none());
    survivor.ok_or_else(|| {
        Failure::new(
            ErrorCode::PatientChanged,
            "The chart that this one was merged into was merged again, or is another one, so the visit stays where it is. Open the right chart in the EHR and press Chartside there.",
        )
    })
}

pub(crate) fn no_choice() -> Failure {
    Failure::invalid("There is nothing to decide like that about this chart any more.")
}

/// Refuses while something about the chart is undecided.
pub(crate) fn all_decided(visit: &Visit) -> Result<(), Failure> {
    if visit.encounter_is_open() {
        return Err(Failure::new(
            ErrorCode::IdentityNotConfirmed,
            "The EHR launched an encounter that this visit cannot be written into. Decide first what is right instead.",
        ));
    }
    // A merged chart is refused by its own words.
    match visit.patient.undecided(&visit.decided).first() {
        None | Some(Issue::Merged) => Ok(()),
        Some(Issue::Duplicate) => Err(Failure::new(
            ErrorCode::IdentityNotConfirmed,
            "There may be a second chart of this person. Decide first whether this is the right one.",
        )),
        Some(Issue::Deceased) => Err(Failure::new(
            ErrorCode::IdentityNotConfirmed,
            "This patient is recorded as deceased. Decide first whether this is the right chart.",
        )),
    }
}

/// What the chart says about itself, with what can be done about it.
pub(crate) fn issues(visit: &Visit) -> Vec<IdentityIssueView> {
    let choice = |decision, label: &str, needs_reason| IdentityChoice {
        decision,
        label: label.to_owned(),
        needs_reason,
        encounter: None,
    };
    let take_back = || vec![choice(IdentityDecision::TakeBack, "Take this back", false)];
    let mut all: Vec<IdentityIssueView> =
        visit.wrong_encounter.as_ref().map(encounter::issue).into_iter().collect();
    if let Some(from) = &visit.moved_from {
        let encounter = match (&from.encounter, &visit.encounter) {
            (Some(_), None) => {
                " Its encounter stays with the merged chart; this visit is written without one."
            }
            _ => "",
        };
        all.push(IdentityIssueView {
            issue: IdentityIssue::Moved,
            words: format!(
                "This visit was moved here from a chart that was merged into this one.{encounter}"
            ),
            open: false,
            choices: take_back(),
            reason: None,
        });
    }
    for issue in visit.patient.issues() {
        let decided = visit.patient.decision(issue, &visit.decided);
        let (kind, words, choices) = match issue {
            Issue::Merged => (
                IdentityIssue::Merged,
                "This chart was merged into another one; nothing can be written here.",
                vec![choice(IdentityDecision::MoveToSurvivor, "Move this visit to the other chart", false)],
            ),
            Issue::Duplicate => (
                IdentityIssue::Duplicate,
                "There may be a second chart of the same person.",
                vec![choice(IdentityDecision::KeepThisChart, "This chart is the right one", false)],
            ),
            Issue::Deceased => (
                IdentityIssue::Deceased,
                "This patient is recorded as deceased.",
                vec![choice(IdentityDecision::KeepThisChart, "This chart is the right one", true)],
            ),
        };
        all.push(IdentityIssueView {
            issue: kind,
            words: words.to_owned(),
            open: decided.is_none(),
            choices: if decided.is_some() { take_back() } else { choices },
            reason: decided.and_then(|d| d.reason.as_ref()).map(|r| r.expose().clone()),
        });
    }
    all
}
