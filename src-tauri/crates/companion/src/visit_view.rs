//! A visit as the window shows it: banner, identity, status and facts, and the wire's facts read back in.

use crate::account::Account;
use crate::app::Companion;
use crate::contract::{
    Banner, ConsentHow, FactSources, IdentifierChoice, IdentifierKind, IdentityState, IdentityView, MdmLevel,
    Modality, PatientPlace, VisitFacts, VisitStatus, VisitSummary, VisitView,
};
use crate::cosign;
use crate::failure::Failure;
use crate::visit_time;
use clinical::coding::facts as coding;
use clinical::date::age;
use clinical::identity::{Identifier, Identity};
use clinical::us_state;
use clinical::visit::{Facts, Visit};
use vault::{Standing, Vault};

/// Longest free text in a fact, in characters.
pub(crate) const MAX_FACT: usize = 500;

impl Companion {
    pub(crate) async fn view(&self, account: &Account, visit: Visit) -> Result<VisitView, Failure> {
        let today = self.host.clock.now().to_zoned(self.host.clock.zone()).date();
        let status = status(&account.vault, &visit.id).await?;
        let p = &visit.patient;
        let birth_date = p
            .birth_date
            .as_ref()
            .map_or("birth date not recorded".to_owned(), |d| d.expose().shown().to_owned());
        let mut alerts = Vec::new();
        if p.replaced_by.is_some() {
            alerts.push("This chart was merged into another one; open that one in the EHR.".to_owned());
        } else if !p.active {
            alerts.push("This chart is marked inactive.".to_owned());
        }
        if p.deceased {
            alerts.push("This patient is recorded as deceased.".to_owned());
        }
        if !p.see_also.is_empty() {
            alerts.push("There may be a second chart of the same person.".to_owned());
        }
        let banner = Banner {
            name: p.banner_name(),
            preferred_name: p.preferred.as_ref().map(|n| n.expose().clone()),
            age: p
                .birth_date
                .as_ref()
                .and_then(|d| age(d.expose(), today))
                .unwrap_or_else(|| "age not known".to_owned()),
            birth_date,
            sex: p.sex.clone(),
            mrn: p.mrn.as_ref().map(|m| m.value.expose().clone()),
            mrn_assigner: p.mrn.as_ref().and_then(|m| m.assigner.clone()),
            allergies: self.banner_allergies(account, &visit).await?,
            alerts,
        };
        let awaits_cosign = status != VisitStatus::Open && cosign::awaited(account, &visit).await?;
        Ok(VisitView {
            ehr_name: visit.ehr_name.clone(),
            identity: identity_view(&visit),
            visit_type: visit.visit_type.text.clone(),
            visit_type_mapped: visit.visit_type.mapped,
            reason: visit.reason.as_ref().map(|r| r.expose().clone()),
            start: visit.start.map(|s| s.to_string()),
            status,
            awaits_cosign,
            room: self.room_view(&visit),
            time: visit_time::shown(&self.time(account, &visit).await?),
            facts: facts_out(&visit.facts),
            fact_sources: FactSources {
                patient_state: visit.fact_sources.patient_state.clone(),
                clinician_location: visit.fact_sources.clinician_location.clone(),
                new_patient: visit.fact_sources.new_patient.clone(),
            },
            open_facts: visit.facts.open().into_iter().map(str::to_owned).collect(),
            can_draft: account.rights_in(&visit.patient.id).draft,
            can_sign: account.rights_in(&visit.patient.id).sign,
            banner,
            visit: visit.id,
        })
    }
}

/// A line of the visits list.
pub(crate) fn summary(visit: Visit, standing: Option<Standing>) -> VisitSummary {
    let p = &visit.patient;
    VisitSummary {
        patient_name: p.banner_name(),
        birth_date: p.birth_date.as_ref().map(|d| d.expose().shown().to_owned()).unwrap_or_default(),
        mrn: p.mrn.as_ref().map(|m| m.value.expose().clone()),
        start: visit.start.map(|s| s.to_string()),
        status: status_of(standing),
        in_call: visit.room_joined.is_some() && visit.room_left.is_none(),
        visit_type: visit.visit_type.text,
        visit: visit.id,
    }
}

pub(crate) async fn status(vault: &Vault, visit: &str) -> Result<VisitStatus, Failure> {
    Ok(status_of(vault.standing(visit).await?))
}

fn status_of(standing: Option<Standing>) -> VisitStatus {
    let Some(standing) = standing else { return VisitStatus::Open };
    if standing.needs_clinician > 0 {
        VisitStatus::NeedsYou
    } else if standing.open == 0 && standing.note_retracted {
        VisitStatus::Retracted
    } else if standing.open == 0 && standing.note_given_up {
        VisitStatus::ByHand
    } else if standing.open == 0 && standing.items > 0 {
        VisitStatus::Filed
    } else {
        VisitStatus::Signed
    }
}

fn identity_view(visit: &Visit) -> IdentityView {
    let choices = visit
        .patient
        .identifiers()
        .into_iter()
        .map(|(kind, value)| {
            let (kind, label) = match kind {
                Identifier::Name => (IdentifierKind::Name, "Name"),
                Identifier::BirthDate => (IdentifierKind::BirthDate, "Birth date"),
                Identifier::Mrn => (IdentifierKind::Mrn, "MRN"),
                Identifier::Phone => (IdentifierKind::Phone, "Phone"),
            };
            IdentifierChoice { kind, label: label.to_owned(), value }
        })
        .collect();
    let mut view = IdentityView {
        state: IdentityState::Unconfirmed,
        choices,
        confirmed: Vec::new(),
        confirmed_at: None,
        script: "“Before we start, please tell me your full name and your date of birth.”".to_owned(),
        mismatch_reason: None,
        issues: crate::identity::issues(visit),
    };
    match &visit.identity {
        Identity::Unconfirmed => {}
        Identity::Confirmed { patient } => {
            view.state = IdentityState::Confirmed;
            view.confirmed_at = Some(patient.at().to_owned());
            view.confirmed = patient.identifiers().iter().map(|i| kind(*i)).collect();
        }
        Identity::Mismatch { reason, .. } => {
            view.state = IdentityState::Mismatch;
            view.mismatch_reason = Some(reason.expose().clone());
        }
    }
    view
}

pub(crate) fn identifier(kind: IdentifierKind) -> Identifier {
    match kind {
        IdentifierKind::Name => Identifier::Name,
        IdentifierKind::BirthDate => Identifier::BirthDate,
        IdentifierKind::Mrn => Identifier::Mrn,
        IdentifierKind::Phone => Identifier::Phone,
    }
}

fn kind(identifier: Identifier) -> IdentifierKind {
    match identifier {
        Identifier::Name => IdentifierKind::Name,
        Identifier::BirthDate => IdentifierKind::BirthDate,
        Identifier::Mrn => IdentifierKind::Mrn,
        Identifier::Phone => IdentifierKind::Phone,
    }
}

pub(crate) fn facts_in(f: VisitFacts) -> Result<Facts, Failure> {
    let texts = [&f.clinician_location, &f.audio_only_reason, &f.total_minutes_reason, &f.others_present];
    for text in texts.into_iter().flatten() {
        if text.chars().count() > MAX_FACT {
            return Err(Failure::invalid(format!("Keep it below {MAX_FACT} characters.")));
        }
    }
    let state = f.patient_state.map(|s| s.trim().to_uppercase()).filter(|s| !s.is_empty());
    if state.as_ref().is_some_and(|s| us_state::code(s) != Some(s)) {
        return Err(Failure::invalid("Give a US state as its two letters, such as MA."));
    }
    if f.total_minutes.is_some_and(|m| m > 24 * 60) {
        return Err(Failure::invalid("A day has 1,440 minutes."));
    }
    let level = |l: Option<MdmLevel>| {
        l.map(|l| match l {
            MdmLevel::Straightforward => coding::MdmLevel::Straightforward,
            MdmLevel::Low => coding::MdmLevel::Low,
            MdmLevel::Moderate => coding::MdmLevel::Moderate,
            MdmLevel::High => coding::MdmLevel::High,
        })
    };
    Ok(Facts {
        modality: f.modality.map(|m| match m {
            Modality::Video => coding::Modality::Video,
            Modality::Audio => coding::Modality::Audio,
            Modality::InPerson => coding::Modality::InPerson,
        }),
        patient_place: f.patient_place.map(|p| match p {
            PatientPlace::Home => coding::PatientPlace::Home,
            PatientPlace::Elsewhere => coding::PatientPlace::Elsewhere,
        }),
        patient_state: state,
        clinician_location: f.clinician_location,
        consent: f.consent,
        consent_how: f.consent_how.map(|how| match how {
            ConsentHow::Spoken => coding::ConsentHow::Spoken,
            ConsentHow::Written => coding::ConsentHow::Written,
        }),
        // The moment is the backend's to know.
        consent_at: None,
        others_present: f.others_present,
        audio_only_reason: f.audio_only_reason,
        new_patient: f.new_patient,
        total_minutes: f.total_minutes,
        total_minutes_reason: f.total_minutes_reason,
        mdm_problems: level(f.mdm_problems),
        mdm_data: level(f.mdm_data),
        mdm_risk: level(f.mdm_risk),
        // Stated beside the charges.
        extra: coding::Extra::default(),
    })
}

fn facts_out(f: &Facts) -> VisitFacts {
    let level = |l: Option<coding::MdmLevel>| {
        l.map(|l| match l {
            coding::MdmLevel::Straightforward => MdmLevel::Straightforward,
            coding::MdmLevel::Low => MdmLevel::Low,
            coding::MdmLevel::Moderate => MdmLevel::Moderate,
            coding::MdmLevel::High => MdmLevel::High,
        })
    };
    VisitFacts {
        modality: f.modality.map(|m| match m {
            coding::Modality::Video => Modality::Video,
            coding::Modality::Audio => Modality::Audio,
            coding::Modality::InPerson => Modality::InPerson,
        }),
        patient_place: f.patient_place.map(|p| match p {
            coding::PatientPlace::Home => PatientPlace::Home,
            coding::PatientPlace::Elsewhere => PatientPlace::Elsewhere,
        }),
        patient_state: f.patient_state.clone(),
        clinician_location: f.clinician_location.clone(),
        consent: f.consent,
        consent_how: f.consent_how.map(|how| match how {
            coding::ConsentHow::Spoken => ConsentHow::Spoken,
            coding::ConsentHow::Written => ConsentHow::Written,
        }),
        others_present: f.others_present.clone(),
        audio_only_reason: f.audio_only_reason.clone(),
        new_patient: f.new_patient,
        total_minutes: f.total_minutes,
        total_minutes_reason: f.total_minutes_reason.clone(),
        mdm_problems: level(f.mdm_problems),
        mdm_data: level(f.mdm_data),
        mdm_risk: level(f.mdm_risk),
    }
}
