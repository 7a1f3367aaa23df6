//! The attestation, from facts only: what is not known is not claimed. A site has its own words for it.

use crate::visit_time;
use clinical::attestation_text::{self, Known, SiteText};
use clinical::coding::facts::{ConsentHow, Modality, PatientPlace};
use clinical::identity::{Identifier, Identity};
use clinical::ledger::Sheet;
use clinical::note::Attested;
use clinical::phi::Phi;
use clinical::visit::Visit;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Its lines in the words of the site where it has some; see [`lines`].
pub(crate) fn worded(visit: &Visit, time: &Sheet, zone: &TimeZone, site: &[SiteText]) -> Vec<Attested> {
    let state = visit.facts.patient_state.as_deref().filter(|_| visit.facts_confirmed);
    let known = Known { state, modality: visit.facts.modality, stated: visit.facts_confirmed };
    let fact = |name: &str| fact(visit, zone, name);
    attestation_text::worded(lines(visit, time, zone), site, &known, fact)
}

/// A fact as a site's text says it; `None`: it is not known, or nobody stated it.
fn fact(visit: &Visit, zone: &TimeZone, name: &str) -> Option<String> {
    let f = &visit.facts;
    let text = |words: &Option<String>| words.as_deref().and_then(said).map(str::to_owned);
    let clock = |t: Timestamp| t.to_zoned(zone.clone()).strftime("%H:%M %Z").to_string();
    let stated = visit.facts_confirmed;
    match name {
        "patient" => Some(visit.patient.banner_name()),
        "clinician" => Some(visit.clinician_name.clone()),
        "state" if stated => text(&f.patient_state),
        "patient_place" if stated => f.patient_place.map(|place| match place {
            PatientPlace::Home => "at home".to_owned(),
            PatientPlace::Elsewhere => "not at home".to_owned(),
        }),
        "clinician_place" if stated => text(&f.clinician_location),
        "consent_how" if f.consent == Some(true) => f.consent_how.map(|how| match how {
            ConsentHow::Spoken => "orally".to_owned(),
            ConsentHow::Written => "in writing".to_owned(),
        }),
        "consent_at" if f.consent == Some(true) => f.consent_at.map(|at| minute(at, zone)),
        "identifiers" => verified_by(visit),
        "others" if stated => text(&f.others_present),
        "platform" => visit.room_platform.clone(),
        "reason" => text(&f.audio_only_reason),
        "minutes" => f.total_minutes.map(|m| m.to_string()),
        "joined" => visit.room_joined.map(clock),
        "left" => visit.room_left.map(clock),
        _ => None,
    }
}

fn verified_by(visit: &Visit) -> Option<String> {
    let Identity::Confirmed { patient } = &visit.identity else { return None };
    let words = |i: &Identifier| match i {
        Identifier::Name => "name",
        Identifier::BirthDate => "birth date",
        Identifier::Mrn => "medical record number",
        Identifier::Phone => "phone number",
    };
    let list: Vec<&str> = patient.identifiers().iter().map(words).collect();
    Some(list.join(" and "))
}

/// Its lines, in order. What only the chart or an earlier visit knows is
/// left out until the clinician has stated the facts.
fn lines(visit: &Visit, time: &Sheet, zone: &TimeZone) -> Vec<Attested> {
    let f = &visit.facts;
    let mut lines = Vec::new();
    let mut say = |label: &str, text: String| {
        lines.push(Attested { label: label.to_owned(), text: Phi::new(text) });
    };
    let happened = visit.facts_confirmed || visit.room_joined.is_some();
    if let Some(modality) = f.modality {
        say("Visit", if happened { held(visit, modality) } else { planned(modality).to_owned() });
    }
    if f.consent == Some(true) {
        let how = match f.consent_how {
            Some(ConsentHow::Spoken) => ", spoken",
            Some(ConsentHow::Written) => ", in writing",
            None => "",
        };
        let at = f.consent_at.map(|at| format!(" Recorded {}.", minute(at, zone))).unwrap_or_default();
        say("Consent", format!("The patient agreed to a telehealth visit{how}.{at}"));
    }
    if visit.facts_confirmed {
        let state = f.patient_state.as_deref().map(|s| format!(" ({s})")).unwrap_or_default();
        match f.patient_place {
            Some(PatientPlace::Home) => say("Patient", format!("The patient was at home{state}.")),
            Some(PatientPlace::Elsewhere) => say("Patient", format!("The patient was not at home{state}.")),
            None => {}
        }
        if let Some(place) = f.clinician_location.as_deref().and_then(said) {
            say("Clinician", format!("The clinician was at: {place}."));
        }
    }
    if let Some(list) = verified_by(visit) {
        say("Identity", format!("Identity was verified by {list}."));
    }
    if visit.facts_confirmed {
        let patient = visit.patient.banner_name();
        let others = f.others_present.as_deref().and_then(said).map(|o| format!("; {o}"));
        let others = others.unwrap_or_default();
        say("Participants", format!("{patient} (patient); {} (clinician){others}.", visit.clinician_name));
    }
    let clock = |t: Timestamp| t.to_zoned(zone.clone()).strftime("%H:%M %Z").to_string();
    if let Some(joined) = visit.room_joined {
        let until = visit.room_left.map(|t| format!(" to {}", clock(t))).unwrap_or_default();
        say("Call", format!("On the call from {}{until}.", clock(joined)));
    }
    if let Some(minutes) = f.total_minutes {
        let recorded = visit_time::words(time, minutes, f.total_minutes_reason.as_deref());
        let stated = visit_time::minutes_words(minutes);
        say("Time", format!("Total time on the day of service: {stated}.{recorded}"));
    }
    lines
}

fn planned(modality: Modality) -> &'static str {
    match modality {
        Modality::Video => "Planned as a video visit.",
        Modality::Audio => "Planned as a visit by telephone.",
        Modality::InPerson => "Planned as a visit in person.",
    }
}

fn held(visit: &Visit, modality: Modality) -> String {
    let on = visit.room_platform.as_ref().map(|p| format!(" on {p}")).unwrap_or_default();
    match modality {
        Modality::Video => format!("This visit was held by live audio and video{on}."),
        Modality::Audio => {
            let reason = visit.facts.audio_only_reason.as_deref().and_then(said);
            let reason = reason.map(|r| format!(" Reason: {r}.")).unwrap_or_default();
            format!("This visit was held by audio only.{reason}")
        }
        Modality::InPerson => "This visit was held in person.".to_owned(),
    }
}

/// Words that somebody typed, without the stop at their end.
fn said(words: &str) -> Option<&str> {
    Some(words.trim().trim_end_matches('.')).filter(|w| !w.is_empty())
}

fn minute(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M %Z").to_string()
}
