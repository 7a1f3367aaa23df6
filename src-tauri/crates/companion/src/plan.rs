//! The write plan before signing: what would be written where, and what keeps from signing.
//! `sign` prepares exactly the same, so that what was shown is what is sent.

use crate::account::Account;
use crate::app::Companion;
use crate::billing::rerouted;
use crate::blockers::{blockers, warnings};
use crate::coding::{self, AcceptedCharge, ChosenDiagnosis};
use crate::contract::{Blocker, BlockerKind, ItemKind, PlanItem, PlanOutcome, VisitArgs, WritePlanView};
use crate::diagnosis::{self, KeptPair};
use crate::failure::Failure;
use crate::note_carry;
use crate::session::Who;
use crate::{attestation, follow_up, follow_up_visit};
use clinical::attestation_text::SiteText;
use clinical::followup::{FollowUp, FollowUpVisit};
use clinical::ledger::Sheet;
use clinical::note::{Beside, NoteCharge, NoteContext, NoteDiagnosis, SignedNote, hex};
use clinical::phi::Phi;
use clinical::template::Form;
use clinical::visit::Visit;
use ehr::personality::{Personality, chosen};
use ehr::route::{Diagnosis, OfVisit, Route, Routes, routes};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// Everything of a visit that signing fixes.
pub(crate) struct Prepared {
    pub visit: Visit,
    /// Recorded so far. Not part of the hash: it goes on while the plan is read.
    pub time: Sheet,
    /// The site's words for the attestation.
    pub worded: Vec<SiteText>,
    pub form: Form,
    pub texts: Vec<(String, Phi<String>)>,
    pub diagnoses: Vec<Diagnosis>,
    pub charges: Vec<AcceptedCharge>,
    pub follow_ups: Vec<FollowUp>,
    /// With its words for people.
    pub follow_up_visit: Option<(FollowUpVisit, String)>,
    pub routes: Routes,
    pub blockers: Vec<Blocker>,
    pub warnings: Vec<Blocker>,
    pub hash: String,
    author: String,
    author_name: String,
    awaits_cosign: bool,
}

impl Companion {
    /// What kind of EHR this is: as IT says now, not as it was at sign-in.
    pub(crate) fn personality(&self, who: &Who) -> Result<&'static Personality, Failure> {
        let named = self.policy.ehr(&who.iss).and_then(|e| e.personality.as_deref());
        chosen(named, &who.capabilities.software).ok_or_else(|| Failure::internal("personality"))
    }

    /// Where everything of this visit goes.
    pub(crate) async fn routes_of(&self, account: &Account, visit: &Visit) -> Result<Routes, Failure> {
        let session = account.session_of(&visit.patient.id);
        let who = &session.who;
        let refused = self.refused_lately(account, &who.iss).await?;
        let awaits_cosign = account.rights_in(&visit.patient.id).cosign;
        let of_visit = OfVisit { encounter: visit.encounter.is_some(), awaits_cosign, refused: &refused };
        let routes = routes(&who.capabilities, &session.scopes, self.personality(who)?, of_visit);
        Ok(rerouted(routes, self.policy.ehr(&who.iss)))
    }

    pub(crate) async fn prepare(&self, account: &Account, visit: Visit) -> Result<Prepared, Failure> {
        let session = account.session_of(&visit.patient.id);
        let rights = account.rights_in(&visit.patient.id);
        let who = &session.who;
        let texts = account.vault.note_texts(&visit.id).await?;
        let form = self.form(&visit, &texts);
        let copied = note_carry::copied(account, &visit).await?;
        let texts: Vec<(String, Phi<String>)> = texts.into_iter().map(|t| (t.section, t.text)).collect();
        let diagnoses: Vec<ChosenDiagnosis> = account.vault.draft(&visit.id, coding::DIAGNOSES).await?;
        let charges: Vec<AcceptedCharge> = account.vault.draft(&visit.id, coding::CHARGES).await?;
        let follow_ups: Vec<FollowUp> = account.vault.draft(&visit.id, follow_up::KIND).await?;
        let next: Option<FollowUpVisit> = account.vault.draft(&visit.id, follow_up_visit::KIND).await?;
        let zone = self.clinic_zone();
        let follow_up_visit = next.map(|next| {
            let words = next.line(&zone);
            (next, words)
        });
        let routes = self.routes_of(account, &visit).await?;
        let mut blockers = blockers(&visit, &form, &texts, rights.sign);
        for charge in &charges {
            for what in coding::conflicts(&visit, &diagnoses, &charges, charge) {
                blockers.push(Blocker {
                    kind: BlockerKind::Codes,
                    what: format!("{}: {what}", charge.code),
                    target: Some(charge.code.clone()),
                });
            }
        }
        let kept: Vec<KeptPair> = account.vault.draft(&visit.id, diagnosis::KEPT).await?;
        let excluded = diagnosis::warnings(&diagnoses, &kept);
        let listed = self.problem_codes(account, &visit).await?;
        let diagnoses: Vec<Diagnosis> = diagnoses
            .into_iter()
            .map(|d| Diagnosis { on_problem_list: listed.contains(&d.code), code: d.code, title: d.title })
            .collect();
        // Everything that reaches the note or a request is in the hash.
        let chosen: Vec<_> =
            diagnoses.iter().map(|d| (&d.code, &d.title, routes.of(d).is_create())).collect();
        let fixed = (
            (&visit, &texts, &chosen, &charges, &follow_ups, &follow_up_visit),
            (&who.fhir_user, &who.clinician, who.role),
        );
        let fixed = serde_json::to_string(&fixed).map_err(|_| Failure::internal("plan form"))?;
        let hash = hex(&Sha256::digest(format!("{fixed}\u{1f}{routes:?}")));
        let time = self.time(account, &visit).await?;
        Ok(Prepared {
            worded: self.site.attestations.clone(),
            visit,
            time,
            warnings: [warnings(&form, &texts, &copied), excluded].concat(),
            form,
            texts,
            diagnoses,
            charges,
            follow_ups,
            follow_up_visit,
            routes,
            blockers,
            hash,
            author: who.fhir_user.clone(),
            author_name: who.clinician.clone(),
            awaits_cosign: rights.cosign,
        })
    }

    pub async fn plan_get(self: &Arc<Self>, args: VisitArgs) -> Result<WritePlanView, Failure> {
        let (account, visit) = self.visit(&args.visit).await?;
        let prepared = self.prepare(&account, visit).await?;
        let session = account.session();
        let who = &session.who;
        Ok(prepared.view(&who.ehr_name))
    }
}

impl Prepared {
    /// The note as it will be filed.
    pub fn note(&self, id: String, now: Timestamp, zone: &TimeZone) -> SignedNote {
        let context = NoteContext {
            author: self.author.clone(),
            author_name: self.author_name.clone(),
            awaits_cosign: self.awaits_cosign,
            ..note_context(&self.visit, now, zone)
        };
        let diagnoses = self.diagnoses.iter();
        // What is filed as a claim needs no second place.
        let charges = self.charges.iter().filter(|_| !self.routes.charge.is_create());
        let beside = Beside {
            diagnoses: diagnoses
                .map(|d| NoteDiagnosis { code: d.code.clone(), title: d.title.clone() })
                .collect(),
            charges: charges
                .map(|c| NoteCharge {
                    code: c.code.clone(),
                    modifiers: c.modifiers.clone(),
                    place_of_service: c.place_of_service.clone(),
                    units: c.units,
                })
                .collect(),
            follow_ups: self.follow_ups.clone(),
            follow_up_visit: self.follow_up_visit.as_ref().map(|(_, words)| words.clone()),
            attestation: attestation::worded(&self.visit, &self.time, zone, &self.worded),
            amends: None,
        };
        SignedNote::sign(id, &self.form, context, self.texts.iter().cloned(), beside, now)
    }

    /// The plan as shown.
    pub fn view(&self, ehr_name: &str) -> WritePlanView {
        let taken = self.routes.personality;
        let mut items = vec![Self::item(
            "note",
            ItemKind::Note,
            self.form.title.clone(),
            &self.routes.note,
            taken.note.as_ref().map_or("", |taken| taken.words),
            ehr_name,
        )];
        for d in &self.diagnoses {
            let label = format!("{} {}", d.code, d.title);
            let route = self.routes.of(d);
            items.push(Self::item(
                &d.code,
                ItemKind::Diagnosis,
                label,
                &route,
                taken.diagnosis.as_ref().map_or("", |taken| taken.words),
                ehr_name,
            ));
        }
        if !self.charges.is_empty() {
            let label = self.charges.iter().map(AcceptedCharge::label).collect::<Vec<_>>().join(", ");
            let mut charge = Self::item(
                "charges",
                ItemKind::Charge,
                label,
                &self.routes.charge,
                match &self.routes.charge {
                    Route::File { .. } => "HL7 v2.5.1: code, modifiers, place of service, diagnoses",
                    _ => "draft claim: code, modifiers, place of service, diagnoses",
                },
                ehr_name,
            );
            if self.routes.diagnosis.is_create() && self.routes.charge.is_create() {
                let filed = self.diagnoses.iter().filter(|d| self.routes.of(d).is_create());
                charge.depends_on.extend(filed.map(|d| d.code.clone()));
            }
            items.push(charge);
        }
        for f in &self.follow_ups {
            items.push(Self::item(
                &f.id,
                ItemKind::FollowUpTask,
                f.text.expose().clone(),
                &self.routes.task,
                taken.task.as_ref().map_or("", |taken| taken.words),
                ehr_name,
            ));
        }
        if let Some((visit, words)) = &self.follow_up_visit {
            let route = self.routes.of_visit(visit);
            let format = match route.books() {
                true => "booked at its free slot, with its type",
                false => taken.task.as_ref().map_or("", |taken| taken.words),
            };
            let mut item =
                Self::item(&visit.id, ItemKind::FollowUpVisit, words.clone(), &route, format, ehr_name);
            if route.books() {
                item.words = format!("Is booked in {ehr_name}; the time is not held until then.");
            } else if route.is_create() {
                item.words = format!("Goes into {ehr_name} as a task to book it.");
            }
            items.push(item);
        }
        WritePlanView {
            visit: self.visit.id.clone(),
            ehr_name: ehr_name.to_owned(),
            personality: self.routes.personality.id.to_owned(),
            plan_hash: self.hash.clone(),
            items,
            blockers: self.blockers.clone(),
            warnings: self.warnings.clone(),
        }
    }

    pub(crate) fn item(
        id: &str,
        kind: ItemKind,
        label: String,
        route: &Route,
        format: &str,
        ehr_name: &str,
    ) -> PlanItem {
        let mut item = PlanItem {
            id: id.to_owned(),
            kind,
            label,
            outcome: PlanOutcome::NotWritten,
            resource: None,
            request: None,
            format: None,
            moment: "At signing".to_owned(),
            depends_on: if kind == ItemKind::Note { vec![] } else { vec!["note".to_owned()] },
            words: String::new(),
        };
        match route {
            Route::Create { resource_type, .. } => {
                item.outcome = PlanOutcome::Written;
                item.resource = Some((*resource_type).to_owned());
                item.request = Some(format!("POST {resource_type}"));
                item.format = Some(format.to_owned());
                if kind != ItemKind::Note {
                    item.moment = "As soon as the note is filed".to_owned();
                }
                item.words = format!("Goes into {ehr_name} as a record of its own.");
            }
            Route::File { kind, why } => {
                item.outcome = PlanOutcome::Written;
                item.resource = Some((*kind).to_owned());
                item.request = Some(format!("file {kind}"));
                item.format = Some(format.to_owned());
                item.moment = "As soon as the note is filed".to_owned();
                item.words = format!(
                    "Goes to the clinic's billing as a file, because {why}. It stands in the note as well."
                );
            }
            Route::InNote { why } => {
                item.outcome = PlanOutcome::InNote;
                item.words = format!("Stands in the note, because {why}.");
            }
            Route::Nowhere { why } => {
                item.moment = "Not sent".to_owned();
                item.depends_on.clear();
                item.words = format!("Does not go into {ehr_name}, because {why}. It stays here, signed.");
            }
        }
        item
    }
}

/// Patient and period of a visit, without an author.
pub(crate) fn note_context(visit: &Visit, now: Timestamp, zone: &TimeZone) -> NoteContext {
    let p = &visit.patient;
    let (start, end, service_day) = visit.period(now, zone);
    NoteContext {
        patient: p.id.clone(),
        patient_name: Phi::new(p.banner_name()),
        birth_date: Phi::new(
            p.birth_date.as_ref().map_or("not recorded".to_owned(), |d| d.expose().shown().to_owned()),
        ),
        mrn: p.mrn.as_ref().map(|m| m.value.clone()),
        encounter: visit.encounter.clone(),
        author: String::new(),
        author_name: String::new(),
        awaits_cosign: false,
        start,
        end,
        service_day,
    }
}
