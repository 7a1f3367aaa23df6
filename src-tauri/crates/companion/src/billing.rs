//! Charges that an EHR does not take by FHIR go to the clinic's billing interface: as HL7 v2 messages in a folder, each
//! handed over once, with what the interface answers.

use crate::account::Account;
use crate::app::Companion;
use crate::asked::Asked;
use crate::billing_folder::{Answers, BillingFolder, There, Trace, control_id};
use crate::delivery::{step, step_after};
use crate::failure::Failure;
use crate::obstacle::obstacle;
use crate::plan::Prepared;
use crate::policy::EhrPolicy;
use crate::session::Who;
use clinical::delivery::{Event, State};
use clinical::item::{FoundBy, Item, Kind, Receipt, Request};
use clinical::note::hex;
use clinical::phi::Phi;
use ehr::route::{Route, Routes};
use fhir::write::{self, ChargeLine};
use hl7v2::{Answer, Charge, Diagnosis, Patient, Person, RecordNumber, Transaction};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::path::PathBuf;
use std::sync::Arc;

/// The type of the message, where a FHIR item has its resource type.
pub(crate) const MESSAGE: &str = "DFT^P03";
/// Characters of the item's UUID in the control id; the number of the attempt follows. HL7 allows 20 in all.
const ID_LENGTH: usize = 16;
/// Longest name of a system, in characters (HL7 v2.5.1, data type HD).
const NAMESPACE: usize = 20;
/// What the history says of each attempt.
const SENDING: &str = "Handing it to billing.";

/// The billing interface.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BillingPolicy {
    /// Folder into which each message is put as a file of its own (`*.hl7`), whole or not at all. It holds PHI in
    /// plain text until the interface takes it.
    pub folder: PathBuf,
    /// Folder in which the interface answers (HL7 ACK, one file a message); absent: no answer is waited for.
    #[serde(default)]
    pub acknowledgements: Option<PathBuf>,
    /// MSH-3; absent: `CHARTSIDE`.
    #[serde(default)]
    pub sending_application: Option<String>,
    /// MSH-4
    #[serde(default)]
    pub sending_facility: String,
    /// MSH-5
    #[serde(default)]
    pub receiving_application: String,
    /// MSH-6
    #[serde(default)]
    pub receiving_facility: String,
    /// PID-3.4: who gives the record numbers; absent: as the EHR names them, cut to what HL7 allows.
    #[serde(default)]
    pub assigning_authority: Option<String>,
    /// Messages are marked as a test (MSH-11 `T`).
    #[serde(default)]
    pub test: bool,
}

impl BillingPolicy {
    /// What is wrong with it: names the key.
    pub fn check(&self) -> Result<(), String> {
        for (key, folder) in
            [("folder", Some(&self.folder)), ("acknowledgements", self.acknowledgements.as_ref())]
        {
            if folder.is_some_and(|f| !f.is_absolute()) {
                return Err(format!("{key}: not the full path of a folder"));
            }
        }
        let names = [
            ("sending_application", self.sending_application.as_deref().unwrap_or_default()),
            ("sending_facility", &self.sending_facility),
            ("receiving_application", &self.receiving_application),
            ("receiving_facility", &self.receiving_facility),
            ("assigning_authority", self.assigning_authority.as_deref().unwrap_or_default()),
        ];
        match names.into_iter().find(|(_, name)| name.chars().count() > NAMESPACE) {
            Some((key, _)) => Err(format!("{key}: longer than the 20 characters that HL7 allows")),
            None => Ok(()),
        }
    }

    fn folders(&self, answers: &Answers) -> BillingFolder {
        BillingFolder {
            messages: self.folder.clone(),
            acknowledgements: self.acknowledgements.clone(),
            answers: answers.clone(),
        }
    }

    fn route(&self) -> hl7v2::Route {
        hl7v2::Route {
            sending_application: self.sending_application.clone().unwrap_or_else(|| "CHARTSIDE".to_owned()),
            sending_facility: self.sending_facility.clone(),
            receiving_application: self.receiving_application.clone(),
            receiving_facility: self.receiving_facility.clone(),
            answers: self.acknowledgements.is_some(),
            test: self.test,
        }
    }
}

/// An item that goes to billing.
pub(crate) fn is_message(item: &Item) -> bool {
    item.request.resource_type == MESSAGE
}

/// Charges that are no record of their own in the EHR go to billing, where there is a way to it. Never both.
pub(crate) fn rerouted(mut routes: Routes, policy: Option<&EhrPolicy>) -> Routes {
    if let (Route::InNote { why }, Some(_)) = (&routes.charge, policy.and_then(|p| p.billing.as_ref())) {
        routes.charge = Route::File { kind: MESSAGE, why: why.clone() };
    }
    routes
}

/// The item that hands the charges of a visit to billing. `None`: they go elsewhere, or there are none.
pub(crate) fn item(
    prepared: &Prepared,
    charges: &[ChargeLine],
    policy: &BillingPolicy,
    who: &Who,
    note: &Item,
    day: jiff::civil::Date,
    id: String,
    now: Timestamp,
) -> Option<Item> {
    if !matches!(prepared.routes.charge, Route::File { .. }) || charges.is_empty() {
        return None;
    }
    let visit = &prepared.visit;
    let names = |text: &str| text.split_whitespace().map(str::to_owned).collect();
    let patient = Patient {
        person: Person {
            id: visit.patient.id.clone(),
            family: visit.patient.family.expose().clone(),
            given: names(visit.patient.given.expose()),
            npi: None,
        },
        record_number: visit.patient.mrn.as_ref().map(|mrn| RecordNumber {
            value: mrn.value.expose().clone(),
            assigner: policy.assigning_authority.clone().unwrap_or_else(|| {
                mrn.assigner.iter().flat_map(|name| name.chars()).take(NAMESPACE).collect()
            }),
        }),
        birth_date: visit.patient.birth_date.as_ref().map(|d| d.expose().shown().to_owned()),
        sex: Some(visit.patient.sex.clone()),
    };
    let transaction = Transaction {
        id: id.clone(),
        patient,
        encounter: visit.encounter.clone(),
        clinician: clinician(who),
        day,
        at: now,
        diagnoses: prepared
            .diagnoses
            .iter()
            .map(|d| Diagnosis { code: d.code.clone(), title: d.title.clone() })
            .collect(),
        charges: charges
            .iter()
            .map(|c| Charge {
                code: c.code.clone(),
                modifiers: c.modifiers.clone(),
                units: c.units,
                place_of_service: c.place_of_service.clone(),
                diagnoses: c.diagnoses.clone(),
            })
            .collect(),
    };
    let codes: Vec<&str> = charges.iter().map(|c| c.code.as_str()).collect();
    Some(Item {
        visit: visit.id.clone(),
        patient: visit.patient.id.clone(),
        kind: Kind::Charge,
        label: Phi::new(codes.join(", ")),
        parents: vec![note.id.clone()],
        request: Request {
            resource_type: MESSAGE.to_owned(),
            body: Phi::new(hl7v2::dft_p03(&policy.route(), &transaction, &control_id(&short(&id), 1))),
            identifier: write::urn(&id),
            // What lies staged was not handed over: one look tells.
            conditional: true,
            found_by: FoundBy::Identifier,
            change: None,
        },
        id,
        state: State::WaitingOnParent,
        since: now,
        attempts: 0,
        receipt: None,
    })
}

fn clinician(who: &Who) -> Person {
    let id = who.fhir_user.rsplit('/').next().unwrap_or_default().to_owned();
    let named = who.named.clone();
    // One whose name came without its parts is called as the EHR shows them.
    let family = if named.family.is_empty() { who.clinician.clone() } else { named.family };
    Person { id, family, given: named.given, npi: named.npi }
}

fn short(item: &str) -> String {
    item.chars().filter(char::is_ascii_alphanumeric).take(ID_LENGTH).collect()
}

impl Companion {
    /// Does the one thing that the state of such an item asks for. False when nothing moved.
    pub(crate) async fn advance_message(&self, account: &Arc<Account>, item: &Item) -> Result<bool, Failure> {
        let session = account.session_of(&item.patient);
        let policy = self.policy.ehr(&session.who.iss).and_then(|e| e.billing.as_ref());
        let Some(policy) = policy else {
            let (event, what) = match item.state {
                State::OutcomeUnknown { .. } => (Event::SearchFailed, NO_FOLDER),
                State::AwaitingReadback { .. } => (Event::ReadBackFailed, NO_FOLDER),
                _ => (Event::NotSent, NO_FOLDER),
            };
            return step(self, account, item, &event, None, what).await;
        };
        let folders = policy.folders(&self.billing_answers);
        // Events that are told of an attempt add to its history, so this is the number of the last one.
        let history = account.vault.attempts(&item.id).await?;
        let attempts = history.iter().filter(|(_, what)| what == SENDING).count();
        match &item.state {
            State::Ready => self.hand_over(account, item, &folders, attempts + 1).await,
            State::OutcomeUnknown { .. } => {
                let control = control_id(&short(&item.id), attempts);
                let handed = || Event::FoundOne { reference: reference(&control) };
                // Two files that are not there prove nothing: a share may not be mounted, or somebody tidied up.
                let (event, what) = match folders.trace(&control).await {
                    Ok(Trace::HandedOver) => (handed(), "It was handed over after all."),
                    Ok(Trace::Withdrawn) => (Event::FoundNone, "It was not handed over."),
                    Ok(Trace::None) => {
                        (Event::SearchImpossible, "It cannot be told whether billing took it.")
                    }
                    Err(_) => (Event::SearchFailed, "The billing folder cannot be read."),
                };
                let waited = self.sending.waited(&item.id);
                step_after(self, account, item, &event, None, what, waited).await
            }
            State::AwaitingReadback { reference, .. } => {
                let control = reference.trim_start_matches(MESSAGE).trim_start_matches('/');
                let message = message(item, control)?;
                let (event, what) = answered(&folders, control, &message, reference).await;
                let receipt = matches!(event, Event::ReadBackMatches { .. }).then(|| Receipt {
                    resource_type: MESSAGE.to_owned(),
                    id: control.to_owned(),
                    version_id: None,
                    last_updated: None,
                    content_hash: hex(&Sha256::digest(message.as_bytes())),
                    filed_at: self.host.clock.now(),
                });
                step(self, account, item, &event, receipt.as_ref(), &what).await
            }
            _ => Ok(false),
        }
    }

    /// What was taken back, or goes another way, leaves nothing beside its place. A folder that cannot be reached keeps
    /// nobody from taking it back.
    pub(crate) async fn unstage(&self, account: &Account, taken_back: &[Item]) {
        for item in taken_back.iter().filter(|item| is_message(item)) {
            let session = account.session_of(&item.patient);
            let policy = self.policy.ehr(&session.who.iss).and_then(|ehr| ehr.billing.as_ref());
            if let Some(policy) = policy {
                let _ = policy.folders(&self.billing_answers).discard(&short(&item.id)).await;
            }
        }
    }

    async fn hand_over(
        &self,
        account: &Arc<Account>,
        item: &Item,
        folders: &BillingFolder,
        attempt: usize,
    ) -> Result<bool, Failure> {
        let short = short(&item.id);
        if account.vault.is_retracted(&item.id).await? {
            self.unstage(account, std::slice::from_ref(item)).await;
            let what = "Taken back before it was sent.";
            return step(self, account, item, &Event::Superseded, None, what).await;
        }
        let client = account.session_of(&item.patient).fhir()?;
        let nothing = Asked::Message;
        if let Some((event, what)) = obstacle(account, &client, item, &nothing).await? {
            return step(self, account, item, &event, None, what).await;
        }
        let control = control_id(&short, attempt);
        let staged = folders.stage(&short, attempt, message(item, &control)?).await;
        if staged.is_err() {
            let what = "Nothing can be written into the billing folder; nothing was handed over.";
            return step(self, account, item, &Event::NotSent, None, what).await;
        }
        // The intent is durable before the last step.
        let _under_way = self.sending.begin(&item.id);
        if !step(self, account, item, &Event::SendStarts, None, SENDING).await? {
            let _ = folders.discard(&short).await;
            return Ok(false);
        }
        let Some(in_flight) = account.vault.item(&item.id).await? else { return Ok(false) };
        let (event, what) = match folders.hand_over(&control).await {
            Ok(()) => (Event::Accepted { reference: reference(&control) }, "It lies in the billing folder."),
            Err(_) => (Event::Lost, "It is not known whether it was handed over."),
        };
        step(self, account, &in_flight, &event, None, what).await
    }
}

const NO_FOLDER: &str = "IT's settings name no billing folder any more.";

fn reference(control: &str) -> String {
    format!("{MESSAGE}/{control}")
}

fn message(item: &Item, control: &str) -> Result<String, Failure> {
    let made = hl7v2::with_control_id(item.request.body.expose(), control);
    made.ok_or_else(|| Failure::internal("stored message"))
}

/// What became of a message that was handed over.
async fn answered(folders: &BillingFolder, control: &str, message: &str, reference: &str) -> (Event, String) {
    let matches = || Event::ReadBackMatches { reference: reference.to_owned() };
    if folders.acknowledgements.is_some() {
        return match folders.answer(control).await {
            Ok(Some(answer)) if answer.answer == Answer::Accepted => {
                (matches(), "Billing acknowledged it.".to_owned())
            }
            Ok(Some(answer)) if answer.answer == Answer::Received => (
                Event::ReadBackFailed,
                "Billing has received it and has not said whether it takes it.".to_owned(),
            ),
            // No HTTP status: it is no EHR that refused.
            Ok(Some(answer)) => {
                let why = answer.says.map_or(String::new(), |says| format!(" It says: {says}"));
                (Event::Refused { status: 0 }, format!("Billing refused it.{why}"))
            }
            Ok(None) => (Event::ReadBackFailed, "Billing has not answered yet.".to_owned()),
            Err(_) => (Event::ReadBackFailed, "The folder with billing's answers cannot be read.".to_owned()),
        };
    }
    match folders.there(control, message.to_owned()).await {
        Ok(There::Same) => (matches(), "Read back from the billing folder: the same.".to_owned()),
        Ok(There::Gone) => (matches(), "Billing took it from the folder.".to_owned()),
        Ok(There::Other) => {
            (Event::ReadBackDiffers, "The file in the billing folder is not what was written.".to_owned())
        }
        Err(_) => (Event::ReadBackFailed, "The billing folder cannot be read.".to_owned()),
    }
}
