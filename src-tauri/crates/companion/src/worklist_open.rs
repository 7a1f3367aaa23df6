//! From a row of the day's list to the open visit. Three ways, in this order:
//!
//! 1. the visit is open already: it is shown;
//! 2. some session reaches the chart: that of a launch of this very patient, or one with scopes of
//!    the user. Tokens that the EHR bound to one patient are never used for another. Where the
//!    list knows the patient, the visit is shown from the vault at once and the EHR is asked
//!    behind it;
//! 3. else the EHR's own sign-in opens with `launch/patient` and the clinician picks the patient
//!    there. What comes back must be the patient of the row, or nothing is opened.

use crate::account::Account;
use crate::app::Companion;
use crate::contract::{ErrorCode, Topic, VisitStatus, WorklistOpenArgs, WorklistOpened};
use crate::failure::Failure;
use crate::visit::{NO_TYPE, RECENT_VISITS};
use crate::visit_view;
use crate::worklist_view::is_of;
use clinical::identity::{Identity, Patient};
use clinical::visit::{Coverage, FactSources, Facts, Visit, VisitType};
use clinical::worklist::{Row, Slot};
use ehr::smart::{Context, Opened, Purpose};
use std::sync::Arc;

/// For whom a sign-in was begun from the list.
#[derive(Clone)]
pub struct Expected {
    pub number: u32,
    pub patient: String,
    pub appointment: String,
    pub encounter: Option<String>,
}

impl Companion {
    pub async fn worklist_open(self: &Arc<Self>, args: WorklistOpenArgs) -> Result<WorklistOpened, Failure> {
        let account = self.account()?;
        let row = self.row(&account, &args.appointment).await?;
        let slot = &row.slot;
        let visits = account.vault.visits(RECENT_VISITS).await?;
        if let Some(visit) = visits.into_iter().find(|v| is_of(v, slot)) {
            self.set_current(&account, &visit.id);
            // Behind what is shown: what the EHR has changed since.
            let unsigned = visit_view::status(&account.vault, &visit.id).await? == VisitStatus::Open;
            if unsigned && account.reach(&slot.patient).is_some() {
                self.look_behind(&account, slot);
            }
            return Ok(WorklistOpened { visit: Some(visit.id) });
        }
        let reached = account.reach(&slot.patient).is_some();
        if let Some(patient) = slot.chart.clone().filter(|_| reached) {
            let visit = self.open_from_list(&account, &row, patient).await?;
            self.set_current(&account, &visit);
            self.look_behind(&account, slot);
            return Ok(WorklistOpened { visit: Some(visit) });
        }
        if reached {
            let visit = self.open_visit(&account, &slot.patient, &context(slot)).await?;
            self.set_current(&account, &visit);
            return Ok(WorklistOpened { visit: Some(visit) });
        }
        let iss = account.session().who.iss.clone();
        let expected = |number| {
            *self.expected() = Some(Expected {
                number,
                patient: slot.patient.clone(),
                appointment: slot.id.clone(),
                encounter: slot.encounter.as_ref().map(|e| e.id.clone()),
            });
        };
        self.begin(&iss, Purpose::Patient { anew: false }, expected).await?;
        Ok(WorklistOpened { visit: None })
    }

    /// What a sign-in that was begun from the list may open: the launch context of the row, when the
    /// EHR gave its patient.
    pub(crate) fn as_expected(&self, number: u32, context: &Context) -> Result<Option<Context>, Failure> {
        let Some(expected) = self.expected().take_if(|e| e.number == number) else { return Ok(None) };
        if context.patient.as_deref().is_some_and(|p| p != expected.patient) {
            return Err(Failure::new(
                ErrorCode::PatientChanged,
                "The patient picked in the EHR is not the one of the appointment, so nothing was opened. Try again and pick the same patient.",
            )
            .because("other_patient_picked"));
        }
        let mut context = context.clone();
        context.encounter = context.encounter.or(expected.encounter);
        context.others.push(opened(&expected.appointment));
        Ok(Some(context))
    }

    /// The visit as the list knows it; no request is waited for.
    async fn open_from_list(
        &self,
        account: &Account,
        row: &Row,
        patient: Patient,
    ) -> Result<String, Failure> {
        let _one_at_a_time = self.visit_change.lock().await;
        let visit = visit_of_row(self, account, row, patient);
        account.vault.save_visit(&visit).await?;
        let about = format!("Patient/{}", visit.patient.id);
        self.audit(account, &visit.clinician, "chart opened", &about, "from the worklist").await?;
        self.emit(Topic::Visit, Some(&visit.id));
        self.emit(Topic::Worklist, None);
        Ok(visit.id)
    }

    /// Asks the EHR for everything about a visit that is on the screen already.
    fn look_behind(self: &Arc<Self>, account: &Arc<Account>, slot: &Slot) {
        let (companion, account) = (Arc::clone(self), Arc::clone(account));
        let (patient, context) = (slot.patient.clone(), context(slot));
        tokio::spawn(async move {
            if let Err(failure) = companion.open_visit(&account, &patient, &context).await {
                // The visit is open; what the EHR did not give is said by the sections themselves.
                failure.at_the_edge("look behind an opened visit");
            }
        });
    }
}

/// The visit of a row, as far as the list knows it; not kept anywhere yet.
pub(crate) fn visit_of_row(companion: &Companion, account: &Account, row: &Row, patient: Patient) -> Visit {
    let slot = &row.slot;
    let who = account.session_of(&slot.patient).who.clone();
    let templates = &companion.site.templates;
    let visit_type = VisitType::from_words(slot.visit_type.as_deref().unwrap_or(NO_TYPE), templates);
    Visit {
        template: visit_type.template(templates),
        kept: Vec::new(),
        id: companion.host.entropy.uuid(),
        iss: who.iss,
        ehr_name: who.ehr_name,
        patient,
        encounter: slot.encounter.as_ref().map(|e| e.id.clone()),
        appointment: Some(format!("Appointment/{}", slot.id)),
        clinician: who.fhir_user,
        clinician_name: who.clinician,
        visit_type,
        reason: slot.reason.clone(),
        start: Some(slot.start),
        room_url: slot.room_url.clone(),
        room_joined: None,
        room_platform: None,
        room_left: None,
        opened: companion.host.clock.now(),
        identity: Identity::Unconfirmed,
        facts: Facts { modality: slot.modality, ..Facts::default() },
        facts_confirmed: false,
        fact_sources: FactSources::default(),
        decided: Vec::new(),
        moved_from: None,
        wrong_encounter: None,
        payer: clinical::coding::facts::Payer::Unknown,
        coverage: Coverage::NotKnown,
    }
}

fn opened(appointment: &str) -> Opened {
    Opened { reference: format!("Appointment/{appointment}"), role: "launch".to_owned() }
}

fn context(slot: &Slot) -> Context {
    Context {
        patient: Some(slot.patient.clone()),
        encounter: slot.encounter.as_ref().map(|e| e.id.clone()),
        others: vec![opened(&slot.id)],
        need_patient_banner: true,
        ..Context::default()
    }
}
