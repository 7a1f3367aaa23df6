//! Signing: the patient is checked once more, then the note is locked and everything is queued in
//! one transaction. Later changes are addenda and corrections (`amend.rs`).

use crate::account::Account;
use crate::app::Companion;
use crate::billing;
use crate::contract::{Blocker, BlockerKind, ErrorCode, SignArgs, SignResult, Topic};
use crate::failure::Failure;
use crate::plan::Prepared;
use crate::policy::EhrPolicy;
use crate::session::Who;
use crate::visit::{PatientNow, patient_now, signed_already};
use clinical::identity::Identity;
use clinical::item::Item;
use clinical::note::SignedNote;
use clinical::visit::Visit;
use ehr::writeplan::{Signed, items};
use fhir::write::ChargeLine;
use jiff::Timestamp;
use std::sync::Arc;

/// Diagnosis pointers that one charge line can hold (CMS-1500 item 24E).
const MAX_POINTERS: u32 = 4;

impl Prepared {
    /// What is queued when this is signed.
    pub fn items(
        &self,
        note: &SignedNote,
        who: &Who,
        policy: Option<&EhrPolicy>,
        now: Timestamp,
        new_id: &mut dyn FnMut() -> String,
    ) -> Vec<Item> {
        let pointers: Vec<u32> = (1..=MAX_POINTERS.min(self.diagnoses.len() as u32)).collect();
        let charges = self.charges.iter().map(|c| ChargeLine {
            code: c.code.clone(),
            modifiers: c.modifiers.clone(),
            place_of_service: c.place_of_service.clone(),
            units: c.units,
            diagnoses: pointers.clone(),
        });
        let charges: Vec<ChargeLine> = charges.collect();
        let signed = Signed {
            visit: &self.visit.id,
            note,
            diagnoses: &self.diagnoses,
            charges: &charges,
            follow_ups: &self.follow_ups,
            follow_up_visit: self.follow_up_visit.as_ref().map(|(visit, words)| (visit, words.clone())),
            coverage: &self.visit.coverage,
            base: &who.iss,
            now,
        };
        let mut all = items(&self.routes, &signed, new_id);
        if let (Some(billing), Some(filed)) = (policy.and_then(|p| p.billing.as_ref()), all.first()) {
            let day = note.context().service_day;
            all.extend(billing::item(self, &charges, billing, who, filed, day, new_id(), now));
        }
        all
    }
}

impl Companion {
    pub async fn sign(self: &Arc<Self>, args: SignArgs) -> Result<SignResult, Failure> {
        let (account, visit) = self.visit(&args.visit).await?;
        // The network first; nothing is held up while it is slow.
        let now = patient_now(&account, &visit.patient.id).await?;
        self.reached(!matches!(now, PatientNow::NotAsked));
        // From here on nothing of the visit changes, and nothing waits for the network.
        let _one_at_a_time = self.visit_change.lock().await;
        let (account, mut visit) = self.visit(&args.visit).await?;
        if account.vault.signed_note(&visit.id).await?.is_some() {
            return Err(signed_already());
        }
        self.check_patient(&account, &mut visit, now).await?;
        let prepared = self.prepare(&account, visit).await?;
        as_seen(&prepared.blockers, &prepared.hash, &args.plan_hash)?;
        let now = self.signing_time();
        let note = prepared.note(self.host.entropy.uuid(), now, &self.host.clock.zone());
        let session = account.session();
        let who = &session.who;
        let entropy = Arc::clone(&self.host.entropy);
        let queue = prepared.items(&note, who, self.policy.ehr(&who.iss), now, &mut || entropy.uuid());
        let plan = prepared.view(&who.ehr_name);
        let plan = serde_json::to_string(&plan).map_err(|_| Failure::internal("plan form"))?;
        let about = format!("Patient/{}", prepared.visit.patient.id);
        let audit = vault::AuditRecord {
            at: now,
            who: &who.fhir_user,
            action: "signed",
            about: &about,
            outcome: note.content_hash(),
        };
        if !account.vault.sign(&prepared.visit.id, &note, &plan, &queue, audit).await? {
            return Err(signed_already());
        }
        self.signed(&account, &prepared.visit.id, &note).await
    }

    /// What was signed is on its way: everybody who looks is told, and the worker.
    pub(crate) async fn signed(
        &self,
        account: &Account,
        visit: &str,
        note: &SignedNote,
    ) -> Result<SignResult, Failure> {
        for topic in [Topic::Note, Topic::Visit, Topic::Delivery, Topic::App] {
            self.emit(topic, Some(visit));
        }
        self.wake.ring();
        Ok(SignResult {
            at: note.signed_at().to_string(),
            content_hash: note.content_hash().to_owned(),
            delivery: self.delivery_of(account, visit).await?,
        })
    }

    /// Whole seconds: servers keep fewer digits than the clock gives, and would seem to differ.
    pub(crate) fn signing_time(&self) -> Timestamp {
        let now = self.host.clock.now();
        Timestamp::from_second(now.as_second()).unwrap_or(now)
    }

    /// The chart in the EHR must still be the one that was confirmed. Without a network the check
    /// is made before each delivery instead.
    pub(crate) async fn check_patient(
        &self,
        account: &Account,
        visit: &mut Visit,
        now: PatientNow,
    ) -> Result<(), Failure> {
        let same = match (&now, &visit.identity) {
            (PatientNow::NotAsked | PatientNow::Forbidden, _) => true,
            (PatientNow::Known(now), Identity::Confirmed { patient }) => patient.still_matches(now),
            (PatientNow::Known(_), _) => true,
            (PatientNow::Gone, _) => false,
        };
        if same {
            return Ok(());
        }
        visit.identity = Identity::Unconfirmed;
        if let PatientNow::Known(now) = now {
            visit.patient = *now;
        }
        account.vault.save_visit(visit).await?;
        self.emit(Topic::Visit, Some(&visit.id));
        Err(Failure::new(
            ErrorCode::PatientChanged,
            "The chart in the EHR changed since you confirmed the patient (name, birth date, MRN, or it was merged). Nothing was signed; look at the banner and confirm again.",
        ))
    }
}

/// Nothing blocks, and it is exactly what the clinician saw.
pub(crate) fn as_seen(blockers: &[Blocker], hash: &str, seen: &str) -> Result<(), Failure> {
    if let Some(blocker) = blockers.first() {
        let code = match blocker.kind {
            BlockerKind::Identity => ErrorCode::IdentityNotConfirmed,
            BlockerKind::Rights => ErrorCode::NotAllowed,
            _ => ErrorCode::Incomplete,
        };
        return Err(Failure::new(code, blocker.what.clone()));
    }
    if hash != seen {
        return Err(Failure::new(
            ErrorCode::PlanChanged,
            "Something changed since the write plan was shown. Look at the new plan, then sign.",
        ));
    }
    Ok(())
}
