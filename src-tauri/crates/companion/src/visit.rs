//! Opening a visit, whose chart it is, and its facts.

use crate::account::Account;
use crate::app::Companion;
use crate::contract::{
    ErrorCode, FactsArgs, IdentityConfirmArgs, IdentityMismatchArgs, Topic, VisitArgs, VisitView,
};
use crate::encounter::{self, Told};
use crate::failure::Failure;
use crate::note::may_draft;
use crate::visit_view::{MAX_FACT, facts_in, identifier};
use clinical::coding::facts as coding;
use clinical::identity::{Identifier, Identity, IdentityError, Patient};
use clinical::phi::Phi;
use clinical::visit::{Coverage, FactSources, Facts, Visit, VisitType};
use ehr::client::FhirClient;
use ehr::smart::Context;
use fhir::view::{self, VisitContext};
use jiff::Timestamp;
use serde_json::Value;
use std::sync::Arc;

/// Visits of this computer that are looked through for the one that is meant, the newest first.
pub(crate) const RECENT_VISITS: u32 = 100;
/// For a visit of which the EHR does not say what kind it is.
pub(crate) const NO_TYPE: &str = "Visit type not given";

impl Companion {
    /// Opens the visit of this patient and encounter: the one that exists, or a new one. Patient
    /// first, since nothing is shown without knowing whose chart it is.
    pub(crate) async fn open_visit(
        self: &Arc<Self>,
        account: &Arc<Account>,
        patient: &str,
        launched: &Context,
    ) -> Result<String, Failure> {
        let session = account.session_of(patient);
        let who = &session.who;
        let _opening = account.charts.opening(&who.iss, patient);
        let client = session.fhir()?;
        let (target, coverage) = (format!("Patient/{patient}"), format!("Coverage?patient={patient}"));
        let (resource, (context, told), coverage) = tokio::join!(
            client.read(&target),
            self.visit_context(&client, account, patient, launched),
            client.search(&coverage),
        );
        let patient =
            view::patient(&resource?, client.base()).filter(|p| p.id == patient).ok_or_else(|| {
                Failure::new(
                    ErrorCode::EhrAnswerInvalid,
                    "The EHR sent another patient than the one it launched, so nothing was opened. Tell IT.",
                )
            })?;
        let encounter = launched.encounter.as_deref();
        let wrong = match (encounter, told) {
            (Some(id), Told::Wrong(why)) => Some(self.wrong_encounter(account, &patient.id, id, why).await?),
            _ => None,
        };
        let covers: Option<Vec<_>> =
            coverage.ok().map(|f| f.resources.iter().filter_map(view::coverage).collect());
        let active = covers.as_ref().and_then(|all| all.iter().find(|c| c.active));
        let payer = active.map_or(coding::Payer::Unknown, |c| c.payer);
        let coverage = match (&covers, active) {
            (None, _) => Coverage::NotKnown,
            (Some(_), None) => Coverage::NoneOnRecord,
            (_, Some(c)) => Coverage::OnRecord { reference: c.reference.clone() },
        };
        let _one_at_a_time = self.visit_change.lock().await;
        let stored = match encounter {
            Some(id) => encounter::visit_of(account, &who.iss, &patient.id, id).await?,
            None => account.vault.visit_of(&who.iss, &patient.id, "").await?,
        };
        // Without an encounter a launch of another day is another visit.
        let day = |at: Timestamp| at.to_zoned(self.host.clock.zone()).date();
        let today = day(self.host.clock.now());
        let stored = stored.filter(|v| encounter.is_some() || day(v.opened) == today);
        let words = context.visit_type.as_deref().unwrap_or(NO_TYPE);
        let visit_type = VisitType::from_words(words, &self.site.templates);
        let mut visit = match stored {
            // The chart may have changed since: what the EHR says now is shown, and a confirmation
            // that no longer fits is withdrawn.
            Some(mut visit) => {
                if let Identity::Confirmed { patient: confirmed } = &visit.identity
                    && !confirmed.still_matches(&patient)
                {
                    visit.identity = Identity::Unconfirmed;
                }
                visit.patient = patient;
                if coverage != Coverage::NotKnown {
                    (visit.coverage, visit.payer) = (coverage, payer);
                }
                visit.room_url = context.room_url.map(Phi::new).or(visit.room_url);
                if told == Told::Good {
                    visit.encounter_is_right(encounter);
                }
                visit
            }
            None => Visit {
                template: visit_type.template(&self.site.templates),
                kept: Vec::new(),
                id: self.host.entropy.uuid(),
                iss: who.iss.clone(),
                ehr_name: who.ehr_name.clone(),
                patient,
                encounter: encounter.map(str::to_owned),
                appointment: context.appointment,
                clinician: who.fhir_user.clone(),
                clinician_name: who.clinician.clone(),
                visit_type,
                reason: context.reason.map(Phi::new),
                start: context.start.as_deref().and_then(|s| s.parse::<Timestamp>().ok()),
                room_url: context.room_url.map(Phi::new),
                room_joined: None,
                room_platform: None,
                room_left: None,
                opened: self.host.clock.now(),
                identity: Identity::Unconfirmed,
                facts: Facts { modality: context.modality, ..Facts::default() },
                facts_confirmed: false,
                fact_sources: FactSources::default(),
                decided: Vec::new(),
                moved_from: None,
                wrong_encounter: None,
                payer,
                coverage,
            },
        };
        if !visit.facts_confirmed {
            self.know_facts(account, &mut visit).await?;
        }
        // What was signed stays what it is; delivery looks at the chart itself.
        let found = wrong.is_some() && account.vault.signed_note(&visit.id).await?.is_none();
        if let Some(wrong) = wrong.filter(|_| found) {
            visit.set_wrong_encounter(wrong);
        }
        account.vault.save_visit(&visit).await?;
        let about = format!("Patient/{}", visit.patient.id);
        self.audit(account, &who.fhir_user, "chart opened", &about, "done").await?;
        if visit.encounter_is_open() {
            self.audit_visit(account, &visit, "wrong encounter", "launched").await?;
        }
        self.load_chart(account, &visit);
        self.emit(Topic::Visit, Some(&visit.id));
        self.emit(Topic::Worklist, None);
        Ok(visit.id)
    }

    /// What Encounter and Appointment say. Without them the visit still opens. Nothing is taken from an
    /// encounter that is wrong.
    async fn visit_context(
        &self,
        client: &FhirClient,
        account: &Account,
        patient: &str,
        launched: &Context,
    ) -> (VisitContext, Told) {
        let may_read = account.session_of(patient).scopes.allow("Encounter", 'r');
        let (mut context, told) = match &launched.encounter {
            Some(id) => encounter::told(client, may_read, patient, id).await,
            None => (VisitContext::default(), Told::Nothing),
        };
        // The EHR may name the appointment itself (`fhirContext`, SMART App Launch 2.2).
        let named = launched.others.iter().map(|o| &o.reference).find(|r| r.starts_with("Appointment/"));
        let appointment = match context.appointment.as_ref().or(named) {
            Some(target) => client.read(target).await.ok(),
            None => {
                let today = self.host.clock.now().to_zoned(self.host.clock.zone()).date();
                let found = client.search(&format!("Appointment?patient={patient}&date={today}")).await;
                only_appointment(
                    found.map(|f| f.resources).unwrap_or_default(),
                    &account.session().who.fhir_user,
                    client.base(),
                )
            }
        };
        if let Some(a) = appointment.as_ref().map(view::appointment_context) {
            let same = a.patient.as_deref().is_none_or(|p| p == format!("Patient/{patient}"));
            if same {
                context.visit_type = a.visit_type.or(context.visit_type);
                context.reason = a.reason.or(context.reason);
                context.start = a.start.or(context.start);
                context.modality = a.modality.or(context.modality);
                context.room_url = a.room_url;
                context.appointment = a.appointment;
            }
        }
        (context, told)
    }

    /// Changes a visit, one change at a time, and saves it. A signed one changes only where
    /// `even_signed` says so.
    pub(crate) async fn change_visit(
        &self,
        id: &str,
        even_signed: bool,
        change: impl FnOnce(&mut Visit) -> Result<(), Failure>,
    ) -> Result<(Arc<Account>, Visit), Failure> {
        let _one_at_a_time = self.visit_change.lock().await;
        let (account, mut visit) = self.visit(id).await?;
        may_draft(&account)?;
        if !even_signed && account.vault.signed_note(id).await?.is_some() {
            return Err(signed_already());
        }
        change(&mut visit)?;
        account.vault.save_visit(&visit).await?;
        self.emit(Topic::Visit, Some(id));
        Ok((account, visit))
    }

    pub async fn visit_get(self: &Arc<Self>, args: VisitArgs) -> Result<VisitView, Failure> {
        let (account, visit) = self.visit(&args.visit).await?;
        self.view(&account, visit).await
    }

    pub async fn identity_confirm(self: &Arc<Self>, args: IdentityConfirmArgs) -> Result<VisitView, Failure> {
        let chosen: Vec<Identifier> = args.identifiers.iter().map(|k| identifier(*k)).collect();
        let now = self.host.clock.now().to_string();
        let (account, visit) = self
            .change_visit(&args.visit, true, |visit| {
                crate::identity::all_decided(visit)?;
                let patient = visit.patient.confirm(&chosen, &now).map_err(|error| {
                    let words = match error {
                        IdentityError::TwoNeeded => "Compare at least two different identifiers with the person on the call.",
                        IdentityError::NotInChart => "The chart does not have that identifier; compare another one.",
                        IdentityError::Merged => "This chart was merged into another one. Move the visit to that one, or open it in the EHR and launch from there.",
                    };
                    Failure::new(ErrorCode::IdentityNotConfirmed, words)
                })?;
                visit.identity = Identity::Confirmed { patient };
                Ok(())
            })
            .await?;
        self.audit_visit(&account, &visit, "identity confirmed", "two identifiers").await?;
        self.wake.ring();
        self.view(&account, visit).await
    }

    pub async fn identity_mismatch(
        self: &Arc<Self>,
        args: IdentityMismatchArgs,
    ) -> Result<VisitView, Failure> {
        let reason = args.reason.trim().to_owned();
        if reason.is_empty() || reason.chars().count() > MAX_FACT {
            return Err(Failure::invalid("Say in a few words what does not match."));
        }
        let at = self.host.clock.now().to_string();
        let (account, visit) = self
            .change_visit(&args.visit, true, |visit| {
                visit.identity = Identity::Mismatch { reason: Phi::new(reason), at };
                Ok(())
            })
            .await?;
        self.audit_visit(&account, &visit, "identity mismatch", "writing is locked").await?;
        self.view(&account, visit).await
    }

    pub async fn facts_set(self: &Arc<Self>, args: FactsArgs) -> Result<VisitView, Failure> {
        let (facts, now) = (facts_in(args.facts)?, self.host.clock.now());
        let (account, visit) = self
            .change_visit(&args.visit, false, |visit| {
                visit.state_facts(facts, !args.unseen, now);
                Ok(())
            })
            .await?;
        self.emit(Topic::Codes, Some(&visit.id));
        self.emit(Topic::Note, Some(&visit.id));
        self.view(&account, visit).await
    }

    pub(crate) async fn audit_visit(
        &self,
        account: &Account,
        visit: &Visit,
        action: &str,
        outcome: &str,
    ) -> Result<(), Failure> {
        let about = format!("Patient/{}", visit.patient.id);
        self.audit(account, &account.session().who.fhir_user, action, &about, outcome).await
    }
}

/// Today's appointment, when there is no doubt which one it is: open, with this clinician, and the
/// only one. Another one's video room must not be offered.
fn only_appointment(all: Vec<Value>, clinician: &str, base: &str) -> Option<Value> {
    const OPEN: [&str; 5] = ["booked", "arrived", "checked-in", "pending", "fulfilled"];
    let with_us = |a: &Value| {
        let people: Vec<&Value> = fhir::json::items(a, &["participant"])
            .into_iter()
            .filter_map(|p| p.get("actor"))
            .filter(|p| fhir::json::reference_anywhere(p).is_some_and(|r| r.starts_with("Practitioner/")))
            .collect();
        let is_us = |p: &&Value| fhir::json::reference_to(p, base).as_deref() == Some(clinician);
        people.is_empty() || people.iter().any(is_us)
    };
    let open = |a: &Value| fhir::json::text(a, &["status"]).is_some_and(|s| OPEN.contains(&s));
    let mut fitting = all.into_iter().filter(|a| open(a) && with_us(a));
    fitting.next().filter(|_| fitting.next().is_none())
}

pub(crate) fn signed_already() -> Failure {
    Failure::new(ErrorCode::VisitSigned, "This visit is signed and can no longer be changed here.")
}

/// The patient as the EHR has them now.
pub(crate) enum PatientNow {
    Known(Box<Patient>),
    /// The EHR says that there is no such patient (any more).
    Gone,
    /// This sign-in may not see the chart (any more).
    Forbidden,
    /// It could not be asked: no network, a captive portal, a server in trouble, no session.
    NotAsked,
}

/// Asks the EHR. Only a clear answer counts; everything else is "not asked".
pub(crate) async fn patient_now(account: &Account, id: &str) -> Result<PatientNow, Failure> {
    use ehr::EhrError;
    let client = account.session_of(id).fhir()?;
    Ok(match client.read(&format!("Patient/{id}")).await {
        Ok(resource) => view::patient(&resource, client.base())
            .map_or(PatientNow::NotAsked, |p| PatientNow::Known(Box::new(p))),
        Err(EhrError::Status { status: 404 | 410, .. }) => PatientNow::Gone,
        Err(EhrError::Status { status: 403, .. }) => PatientNow::Forbidden,
        Err(_) => PatientNow::NotAsked,
    })
}
