//! The encounter of a visit: what the EHR says about the one that it launched, and what the clinician
//! decides when it cannot be the one. Nothing is ever written into an encounter of somebody else.

use crate::account::Account;
use crate::app::Companion;
use crate::contract::{ErrorCode, IdentityChoice, IdentityDecision, IdentityIssue, IdentityIssueView, Topic};
use crate::failure::Failure;
use crate::identity::no_choice;
use crate::visit::RECENT_VISITS;
use clinical::phi::Phi;
use clinical::template::Templates;
use clinical::visit::{Visit, VisitType};
use clinical::wrong_encounter::{Instead, Other, Why, WrongEncounter};
use ehr::EhrError;
use ehr::client::FhirClient;
use fhir::view::{self, VisitContext};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::sync::Arc;

/// Encounters of today that are offered instead.
const MAX_OTHERS: usize = 8;

/// What the EHR says about an encounter that it launched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    /// None was launched, or the EHR could not be asked: the launch is taken at its word.
    Nothing,
    Good,
    Wrong(Why),
}

/// Asks. Only a clear answer makes it wrong; without the scope to read encounters nothing can be said.
pub(crate) async fn told(
    client: &FhirClient,
    may_read: bool,
    patient: &str,
    id: &str,
) -> (VisitContext, Told) {
    let nothing = VisitContext::default();
    if !may_read {
        return (nothing, Told::Nothing);
    }
    match client.read(&format!("Encounter/{id}")).await {
        Ok(resource) => {
            let context = view::encounter_context(&resource, client.base());
            match trouble(&context, patient) {
                Some(why) => (nothing, Told::Wrong(why)),
                None => (context, Told::Good),
            }
        }
        Err(EhrError::Status { status: 403 | 404 | 410, .. }) => (nothing, Told::Wrong(Why::NotShown)),
        Err(_) => (nothing, Told::Nothing),
    }
}

fn trouble(context: &VisitContext, patient: &str) -> Option<Why> {
    let of = context.patient.as_deref();
    if of.is_some_and(|of| of.strip_prefix("Patient/") != Some(patient)) {
        return Some(Why::OtherPatient);
    }
    match context.status.as_deref() {
        Some("entered-in-error") => Some(Why::EnteredInError),
        Some("cancelled") => Some(Why::Cancelled),
        _ => None,
    }
}

/// Encounters of this patient of today that a visit can be written into, by their start; `None` when the EHR
/// could not be asked.
pub(crate) async fn others_today(
    client: &FhirClient,
    patient: &str,
    now: Timestamp,
    zone: &TimeZone,
) -> Option<Vec<Other>> {
    let today = now.to_zoned(zone.clone()).date();
    let found = client.search(&format!("Encounter?patient={patient}&date={today}")).await.ok()?;
    let mut all: Vec<(Timestamp, Other)> = found
        .resources
        .iter()
        .filter_map(|resource| {
            let id = fhir::json::reference(resource)?.strip_prefix("Encounter/")?.to_owned();
            let context = view::encounter_context(resource, client.base());
            // A server may have ignored what was asked; one that names no patient is nobody's.
            let of = context.patient.as_deref()?.strip_prefix("Patient/")?;
            let start = context.start.as_deref()?.parse::<Timestamp>().ok()?;
            let fits = of == patient
                && trouble(&context, patient).is_none()
                && start.to_zoned(zone.clone()).date() == today;
            fits.then(|| (start, Other { id, words: Phi::new(words(&context, start, zone)) }))
        })
        .collect();
    all.sort_by_key(|(start, _)| *start);
    all.truncate(MAX_OTHERS);
    // A part of it that holds none does not say that there is none.
    let known = found.partial.is_none() || !all.is_empty();
    known.then(|| all.into_iter().map(|(_, other)| other).collect())
}

/// "Follow-up visit at 09:20, planned"
fn words(context: &VisitContext, start: Timestamp, zone: &TimeZone) -> String {
    let kind = context.visit_type.as_deref().unwrap_or("Encounter");
    let status = context.status.as_deref().map(|s| format!(", {s}")).unwrap_or_default();
    format!("{kind} at {}{status}", start.to_zoned(zone.clone()).strftime("%H:%M"))
}

impl Companion {
    /// What is wrong with the encounter that was launched, and what there is instead.
    pub(crate) async fn wrong_encounter(
        &self,
        account: &Account,
        patient: &str,
        id: &str,
        why: Why,
    ) -> Result<WrongEncounter, Failure> {
        let client = account.session_of(patient).fhir()?;
        let (now, zone) = (self.host.clock.now(), self.host.clock.zone());
        let mut others = others_today(&client, patient, now, &zone).await;
        if let Some(others) = &mut others {
            others.retain(|other| other.id != id);
        }
        Ok(WrongEncounter { id: id.to_owned(), why, others, instead: None })
    }

    pub(crate) async fn decide_encounter(
        &self,
        id: &str,
        decision: IdentityDecision,
        encounter: Option<&str>,
    ) -> Result<(Arc<Account>, Visit), Failure> {
        let (instead, found, outcome) = match decision {
            IdentityDecision::WithoutEncounter => {
                (Some(Instead::None), None, "written without an encounter".to_owned())
            }
            IdentityDecision::TakeEncounter => {
                let (other, context) = self.encounter_to_take(id, encounter.ok_or_else(no_choice)?).await?;
                let outcome = format!("Encounter/{} taken", other.id);
                (Some(Instead::Other { encounter: other }), Some(context), outcome)
            }
            IdentityDecision::TakeBack => (None, None, "taken back".to_owned()),
            IdentityDecision::Leave => return self.leave_visit(id).await,
            _ => return Err(no_choice()),
        };
        let (account, visit) = self
            .change_visit(id, false, |visit| {
                if !visit.choose_encounter(instead) {
                    return Err(no_choice());
                }
                if let Some(found) = found {
                    known_from(visit, found, &self.site.templates);
                }
                Ok(())
            })
            .await?;
        self.audit_visit(&account, &visit, "wrong encounter", &outcome).await?;
        self.emit(Topic::Worklist, None);
        Ok((account, visit))
    }

    /// The EHR is asked about it once more: it must be of this patient and still stand.
    async fn encounter_to_take(&self, id: &str, encounter: &str) -> Result<(Other, VisitContext), Failure> {
        let (account, visit) = self.visit(id).await?;
        let offered = visit.wrong_encounter.as_ref().and_then(|w| w.offered(encounter));
        let offered = offered.ok_or_else(no_choice)?.clone();
        if account.vault.visit_of(&visit.iss, &visit.patient.id, encounter).await?.is_some_and(|v| v.id != id)
        {
            return Err(Failure::invalid(
                "The visit of that encounter is open here already. Go to it from the day's list or under Visits; what you wrote here stays.",
            ));
        }
        let client = account.session_of(&visit.patient.id).fhir()?;
        let resource = client.read(&format!("Encounter/{encounter}")).await?;
        let context = view::encounter_context(&resource, client.base());
        if context.patient.is_none() || trouble(&context, &visit.patient.id).is_some() {
            return Err(Failure::new(
                ErrorCode::PatientChanged,
                "That encounter was cancelled or is another patient's now, so it was not taken. Choose again.",
            ));
        }
        Ok((offered, context))
    }

    /// The visit leaves the screen as it is: nothing of it is lost, and nothing of it can be filed.
    async fn leave_visit(&self, id: &str) -> Result<(Arc<Account>, Visit), Failure> {
        let (account, visit) = self.visit(id).await?;
        if !visit.encounter_is_open() {
            return Err(no_choice());
        }
        self.audit_visit(&account, &visit, "wrong encounter", "left undecided").await?;
        account.leave(id);
        self.emit(Topic::App, None);
        Ok((account, visit))
    }
}

/// What the chosen encounter says about the visit, where it says anything.
fn known_from(visit: &mut Visit, context: VisitContext, templates: &Templates) {
    if let Some(kind) = &context.visit_type {
        visit.visit_type = VisitType::from_words(kind, templates);
    }
    visit.reason = context.reason.map(Phi::new).or(visit.reason.take());
    visit.start = context.start.and_then(|s| s.parse().ok()).or(visit.start);
    visit.appointment = context.appointment.or(visit.appointment.take());
}

/// What is wrong with the encounter, with what can be done about it.
pub(crate) fn issue(wrong: &WrongEncounter) -> IdentityIssueView {
    let choice = |decision, label: String, encounter: Option<&str>| IdentityChoice {
        decision,
        label,
        needs_reason: false,
        encounter: encounter.map(str::to_owned),
    };
    let what = match wrong.why {
        Why::OtherPatient => "The encounter that the EHR launched belongs to another patient.",
        Why::EnteredInError => "The encounter that the EHR launched is marked as entered in error.",
        Why::Cancelled => "The encounter that the EHR launched is cancelled.",
        Why::NotShown => "The EHR does not show the encounter that it launched.",
    };
    let (words, choices) = match &wrong.instead {
        None => {
            let none = match wrong.others.as_deref() {
                None => " The EHR did not say which others this patient has today.",
                Some([]) => " This patient has no other one today.",
                Some(_) => "",
            };
            let take = wrong.others.iter().flatten().map(|other| {
                choice(
                    IdentityDecision::TakeEncounter,
                    format!("Take {}", other.words.expose()),
                    Some(&other.id),
                )
            });
            let rest = [
                choice(IdentityDecision::WithoutEncounter, "Go on without an encounter".to_owned(), None),
                choice(IdentityDecision::Leave, "Leave this visit".to_owned(), None),
            ];
            let words =
                format!("{what} Nothing is written into it. Check that this is the right patient.{none}");
            (words, take.chain(rest).collect())
        }
        Some(instead) => {
            let now = match instead {
                Instead::None => "This visit is written without an encounter.".to_owned(),
                Instead::Other { encounter } => {
                    format!("This visit is written into another one: {}.", encounter.words.expose())
                }
            };
            let back = choice(IdentityDecision::TakeBack, "Take this back".to_owned(), None);
            (format!("{what} {now}"), vec![back])
        }
    };
    IdentityIssueView {
        issue: IdentityIssue::WrongEncounter,
        words,
        open: wrong.instead.is_none(),
        choices,
        reason: None,
    }
}

/// The visit that a launch of this encounter belongs to: the one that is written into it, else the one
/// in which it turned out to be wrong.
pub(crate) async fn visit_of(
    account: &Account,
    iss: &str,
    patient: &str,
    id: &str,
) -> Result<Option<Visit>, Failure> {
    if let Some(visit) = account.vault.visit_of(iss, patient, id).await? {
        return Ok(Some(visit));
    }
    let mut visits = account.vault.visits(RECENT_VISITS).await?.into_iter();
    Ok(visits.find(|v| {
        let is_it = v.wrong_encounter.as_ref().is_some_and(|w| w.id == id);
        v.iss == iss && v.patient.id == patient && is_it
    }))
}
