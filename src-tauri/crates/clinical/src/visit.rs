//! One visit: the patient, the encounter that the EHR launched, and the facts of the meeting.

use crate::coding::facts::{ConsentHow, Extra, MdmLevel, Modality, PatientPlace, Payer};
use crate::identity::{Identity, Patient};
use crate::identity_issue::Decided;
use crate::phi::Phi;
use crate::template::{self, Kept, Templates};
use crate::wrong_encounter::WrongEncounter;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// A visit as it is kept in the vault. One per patient and encounter; a second launch of the
/// same encounter opens the same visit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Visit {
    pub id: String,
    pub iss: String,
    pub ehr_name: String,
    pub patient: Patient,
    /// `Encounter` id, if the EHR gave one with the launch.
    pub encounter: Option<String>,
    pub appointment: Option<String>,
    /// `Practitioner/123`: the fhirUser of the session that opened it.
    pub clinician: String,
    pub clinician_name: String,
    pub visit_type: VisitType,
    /// Id of the note's template.
    #[serde(default = "default_template")]
    pub template: String,
    /// Sections with text that other templates had.
    #[serde(default)]
    pub kept: Vec<Kept>,
    pub reason: Option<Phi<String>>,
    pub start: Option<Timestamp>,
    /// Address of the room; opened, never shown or logged.
    pub room_url: Option<Phi<String>>,
    pub room_joined: Option<Timestamp>,
    /// Whose room it was when it was joined, by the name that a person knows.
    #[serde(default)]
    pub room_platform: Option<String>,
    pub room_left: Option<Timestamp>,
    pub opened: Timestamp,
    pub identity: Identity,
    /// What the clinician decided about what the chart says of itself.
    #[serde(default)]
    pub decided: Vec<Decided>,
    /// The merged chart and its encounter, from which this visit was moved to the surviving one.
    #[serde(default)]
    pub moved_from: Option<Box<MovedFrom>>,
    /// The encounter that the EHR launched and that is not to be written into.
    #[serde(default)]
    pub wrong_encounter: Option<WrongEncounter>,
    /// The clinician looked at the facts; until then they are what the appointment planned.
    #[serde(default)]
    pub facts_confirmed: bool,
    pub facts: Facts,
    #[serde(default)]
    pub fact_sources: FactSources,
    /// From Coverage: decides which code rules apply.
    pub payer: Payer,
    pub coverage: Coverage,
}

/// Where a visit came from, to move it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovedFrom {
    pub patient: Patient,
    pub encounter: Option<String>,
}

/// What the chart says of insurance; a claim says just that and no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "coverage", rename_all = "snake_case")]
pub enum Coverage {
    /// `Coverage/1`
    OnRecord {
        reference: String,
    },
    NoneOnRecord,
    /// The EHR could not be asked.
    NotKnown,
}

impl Visit {
    /// When the visit took place: from joining the call, else from opening the chart, or, when that
    /// was on another day than scheduled, from the scheduled time; to leaving the call, else to `now`
    /// if that is still the same day. The day of service is the clinic's day, not UTC's.
    /// In whole seconds: servers keep fewer digits than clocks give.
    pub fn period(&self, now: Timestamp, zone: &TimeZone) -> (Timestamp, Timestamp, Date) {
        let whole = |t: Timestamp| Timestamp::from_second(t.as_second()).unwrap_or(t);
        let day = |t: Timestamp| t.to_zoned(zone.clone()).date();
        let planned = self.start.filter(|s| *s <= now && day(*s) != day(self.opened));
        let start = self.room_joined.or(planned).unwrap_or(self.opened).min(now);
        let left = self.room_left.filter(|left| *left >= start);
        let end = left.unwrap_or(if day(now) == day(start) { now } else { start });
        (whole(start), whole(end), day(start))
    }
}

/// The EHR's type of visit and whether Chartside has a template and rules for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitType {
    pub text: String,
    pub mapped: bool,
}

/// What the attestation and the code rules need. `None` is "not yet known"; nothing is assumed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    pub modality: Option<Modality>,
    pub patient_place: Option<PatientPlace>,
    pub patient_state: Option<String>,
    pub clinician_location: Option<String>,
    pub consent: Option<bool>,
    pub consent_how: Option<ConsentHow>,
    /// When it was recorded here.
    pub consent_at: Option<Timestamp>,
    /// Who else took part, and as what.
    pub others_present: Option<String>,
    pub audio_only_reason: Option<String>,
    pub new_patient: Option<bool>,
    /// Minutes on the day of service.
    pub total_minutes: Option<u32>,
    /// Why they are others than the ledger's.
    pub total_minutes_reason: Option<String>,
    pub mdm_problems: Option<MdmLevel>,
    pub mdm_data: Option<MdmLevel>,
    pub mdm_risk: Option<MdmLevel>,
    /// What only some visits have; decides which services can stand beside the visit code.
    pub extra: Extra,
}

/// Where a fact comes from that the chart or an earlier visit knew, in words for the place beside it. What the
/// clinician states otherwise has no such source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FactSources {
    pub patient_state: Option<String>,
    pub clinician_location: Option<String>,
    /// Stands also without the fact, where the chart says something but does not decide it.
    pub new_patient: Option<String>,
}

impl Visit {
    /// The patient's state as their address has it, until somebody states where they are. Who is not at home is
    /// not known to be in that state.
    pub fn know_state(&mut self) {
        let elsewhere = self.facts.patient_place == Some(PatientPlace::Elsewhere);
        let open = self.facts.patient_state.is_none() || self.fact_sources.patient_state.is_some();
        if open && !elsewhere && !self.facts_confirmed {
            self.facts.patient_state.clone_from(&self.patient.state);
            let known = self.patient.state.is_some();
            self.fact_sources.patient_state = known.then(|| "from the home address".to_owned());
        }
    }

    /// The clinician's place as at an earlier visit.
    pub fn know_location(&mut self, place: &str, on: Date) {
        if self.facts.clinician_location.is_none() && !self.facts_confirmed {
            self.facts.clinician_location = Some(place.to_owned());
            self.fact_sources.clinician_location = Some(format!("as on {on}"));
        }
    }

    /// Whether the patient is new, as far as the chart decides it. Once the facts are stated only the words
    /// come, and only where nothing was.
    pub fn know_new_patient(&mut self, is_new: Option<bool>, words: &str) {
        let open = self.facts.new_patient.is_none();
        if !self.facts_confirmed && (open || self.fact_sources.new_patient.is_some()) {
            self.facts.new_patient = is_new;
        } else if !open {
            return;
        }
        self.fact_sources.new_patient = Some(words.to_owned());
    }

    /// What was only known of another chart or address goes.
    pub fn forget_known(&mut self) {
        let sources = std::mem::take(&mut self.fact_sources);
        if sources.patient_state.is_some() {
            self.facts.patient_state = None;
        }
        if sources.new_patient.is_some() {
            self.facts.new_patient = None;
        }
        self.fact_sources.clinician_location = sources.clinician_location;
    }

    /// The clinician states these facts. `seen`: the whole form was before them, so what is only known in it
    /// is stated too.
    pub fn state_facts(&mut self, mut facts: Facts, seen: bool, now: Timestamp) {
        let old = &self.facts;
        let as_before = (old.consent, old.consent_how) == (facts.consent, facts.consent_how);
        facts.consent_at = if as_before { old.consent_at } else { facts.consent.map(|_| now) };
        let sources = &mut self.fact_sources;
        let moved = facts.patient_place == Some(PatientPlace::Elsewhere) && sources.patient_state.is_some();
        if moved && facts.patient_state == old.patient_state {
            facts.patient_state = None;
        }
        if facts.patient_state != old.patient_state {
            sources.patient_state = None;
        }
        if facts.clinician_location != old.clinician_location {
            sources.clinician_location = None;
        }
        // A form that was sent before the chart said it does not take it back.
        if facts.new_patient.is_none() {
            facts.new_patient = old.new_patient.filter(|_| sources.new_patient.is_some());
        }
        if facts.new_patient != old.new_patient {
            sources.new_patient = None;
        }
        // Stated in a place of its own.
        facts.extra = old.extra;
        self.facts = facts;
        self.facts_confirmed |= seen;
    }
}

impl Facts {
    /// The names of what is not said yet, in the order of the form: what the attestation says and what the
    /// code rules ask first.
    pub fn open(&self) -> Vec<&'static str> {
        let is_tele = self.modality != Some(Modality::InPerson);
        let reason = self.audio_only_reason.as_deref().unwrap_or_default().trim();
        let all = [
            ("modality", self.modality.is_none()),
            ("audio_only_reason", self.modality == Some(Modality::Audio) && reason.is_empty()),
            ("patient_place", is_tele && self.patient_place.is_none()),
            ("patient_state", is_tele && self.patient_state.is_none()),
            ("consent", is_tele && self.consent != Some(true)),
            ("clinician_location", is_tele && self.clinician_location.is_none()),
            ("new_patient", self.new_patient.is_none()),
            ("total_minutes", self.total_minutes.is_none()),
        ];
        all.into_iter().filter(|(_, is_open)| *is_open).map(|(name, _)| name).collect()
    }

    /// Which facts an attestation still lacks, each as (field name, words).
    /// Consent, both locations and modality: standards notes §5 (attestation); an
    /// in-person visit needs none of the telehealth ones.
    pub fn missing(&self) -> Vec<(&'static str, &'static str)> {
        let mut missing = Vec::new();
        let Some(modality) = self.modality else {
            return vec![("modality", "Say whether the visit is by video, by audio or in person.")];
        };
        if modality == Modality::InPerson {
            return missing;
        }
        if self.consent != Some(true) {
            missing.push(("consent", "Record that the patient agreed to a telehealth visit."));
        }
        if self.patient_place.is_none() {
            missing.push(("patient_place", "Say where the patient is: at home or elsewhere."));
        }
        if self.patient_state.as_deref().unwrap_or_default().len() != 2 {
            missing.push(("patient_state", "Give the state the patient is in (two letters)."));
        }
        if modality == Modality::Audio
            && self.audio_only_reason.as_deref().unwrap_or_default().trim().is_empty()
        {
            missing.push(("audio_only_reason", "Say why the visit is by audio only."));
        }
        missing
    }
}

/// The one template that there was before there was a choice.
fn default_template() -> String {
    template::DEFAULT.to_owned()
}

impl VisitType {
    /// Maps the EHR's words. An unmapped type still works; the window says that defaults are used.
    pub fn from_words(text: &str, templates: &Templates) -> Self {
        Self { text: text.to_owned(), mapped: templates.for_type(text).is_some() }
    }

    /// Id of the template with which a visit of this type begins.
    pub fn template(&self, templates: &Templates) -> String {
        templates.for_type(&self.text).map_or_else(default_template, |t| t.id.clone())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    #[test]
    fn a_video_visit_needs_consent_place_and_state() {
        let facts = Facts { modality: Some(Modality::Video), ..Facts::default() };
        let fields: Vec<_> = facts.missing().into_iter().map(|m| m.0).collect();
        assert_eq!(fields, ["consent", "patient_place", "patient_state"]);
    }

    pub(crate) fn visit_at(opened: &str, joined: Option<&str>, left: Option<&str>) -> Visit {
        let at = |t: &str| t.parse::<Timestamp>().unwrap();
        Visit {
            id: "v".into(),
            iss: "i".into(),
            ehr_name: "E".into(),
            patient: crate::identity::tests::maria(),
            encounter: None,
            appointment: None,
            clinician: "Practitioner/p".into(),
            clinician_name: "P".into(),
            visit_type: VisitType::from_words("Follow-up", Templates::builtin()),
            template: default_template(),
            kept: vec![],
            reason: None,
            start: None,
            room_url: None,
            room_joined: joined.map(at),
            room_platform: None,
            room_left: left.map(at),
            opened: at(opened),
            identity: Identity::Unconfirmed,
            facts: Facts::default(),
            facts_confirmed: false,
            fact_sources: FactSources::default(),
            decided: vec![],
            moved_from: None,
            wrong_encounter: None,
            payer: Payer::Unknown,
            coverage: Coverage::NotKnown,
        }
    }

    #[test]
    fn an_evening_visit_is_billed_on_the_clinics_day_and_not_on_utcs() {
        let zone = TimeZone::fixed(jiff::tz::offset(-8));
        let visit =
            visit_at("2026-11-23T06:20:00Z", Some("2026-11-23T06:30:00.9Z"), Some("2026-11-23T06:55:00Z"));
        let (start, end, day) = visit.period("2026-11-24T18:00:00Z".parse().unwrap(), &zone);
        assert_eq!(day, jiff::civil::date(2026, 11, 22));
        assert_eq!(
            (start.to_string(), end.to_string()),
            ("2026-11-23T06:30:00Z".into(), "2026-11-23T06:55:00Z".into())
        );
    }

    #[test]
    fn a_chart_opened_the_day_before_does_not_move_the_visit() {
        let at = |t: &str| t.parse::<Timestamp>().unwrap();
        let visit =
            Visit { start: Some(at("2026-11-22T09:20:00Z")), ..visit_at("2026-11-21T17:00:00Z", None, None) };
        let (start, _, day) = visit.period(at("2026-11-22T09:50:00Z"), &TimeZone::UTC);
        assert_eq!((start, day), (at("2026-11-22T09:20:00Z"), jiff::civil::date(2026, 11, 22)));
        let same_day =
            Visit { start: Some(at("2026-11-22T09:20:00Z")), ..visit_at("2026-11-22T16:00:00Z", None, None) };
        assert_eq!(same_day.period(at("2026-11-22T16:30:00Z"), &TimeZone::UTC).0, at("2026-11-22T16:00:00Z"));
    }

    #[test]
    fn a_note_that_is_signed_the_next_day_does_not_stretch_the_visit() {
        let visit = visit_at("2026-11-22T15:00:00Z", None, None);
        let (start, end, day) = visit.period("2026-11-23T09:00:00Z".parse().unwrap(), &TimeZone::UTC);
        assert_eq!((start, day), (end, jiff::civil::date(2026, 11, 22)));
    }

    fn known() -> Visit {
        let mut visit = visit_at("2026-11-22T14:50:00Z", None, None);
        visit.know_state();
        visit.know_location("Main clinic", jiff::civil::date(2026, 11, 20));
        visit.know_new_patient(None, "seen here by others");
        visit.know_new_patient(Some(false), "seen by you on 2026-10-02");
        visit
    }

    const NOW: &str = "2026-11-22T15:00:00Z";

    #[test]
    fn what_is_known_from_elsewhere_is_never_put_over_what_was_stated() {
        let now: Timestamp = NOW.parse().unwrap();
        let mut visit = known();
        let facts = visit.facts.clone();
        assert_eq!((facts.patient_state.as_deref(), facts.new_patient), (Some("MA"), Some(false)));
        visit.state_facts(Facts { patient_state: Some("NH".into()), new_patient: None, ..facts }, true, now);
        let sources = visit.fact_sources.clone();
        assert_eq!((sources.patient_state, visit.facts.new_patient), (None, Some(false)));
        assert!(sources.clinician_location.is_some() && sources.new_patient.is_some());
        let stated = visit.facts.clone();
        visit.know_new_patient(Some(true), "no visit on record");
        visit.know_state();
        visit.know_location("Elsewhere", jiff::civil::date(2026, 11, 21));
        assert_eq!(visit.facts, stated);
    }

    #[test]
    fn who_is_not_at_home_is_not_said_to_be_in_the_state_of_the_home_address() {
        let mut visit = known();
        let away = Facts { patient_place: Some(PatientPlace::Elsewhere), ..visit.facts.clone() };
        visit.state_facts(away.clone(), false, NOW.parse().unwrap());
        assert_eq!((&visit.facts.patient_state, &visit.fact_sources.patient_state), (&None, &None));
        visit.know_state();
        assert_eq!(visit.facts.patient_state, None);
        let stated = Facts { patient_state: Some("NH".into()), ..away };
        visit.state_facts(stated, true, NOW.parse().unwrap());
        assert_eq!(visit.facts.patient_state.as_deref(), Some("NH"));
    }

    #[test]
    fn a_fact_stated_without_the_form_in_sight_states_no_other() {
        let mut visit = known();
        let audio = Facts { modality: Some(Modality::Audio), ..visit.facts.clone() };
        visit.state_facts(audio, false, NOW.parse().unwrap());
        assert!(!visit.facts_confirmed && visit.fact_sources.patient_state.is_some());
    }

    #[test]
    fn what_one_chart_knew_does_not_go_over_to_another() {
        let mut visit = known();
        visit.forget_known();
        assert_eq!((visit.facts.patient_state, visit.facts.new_patient), (None, None));
        assert_eq!(visit.facts.clinician_location.as_deref(), Some("Main clinic"));
    }

    #[test]
    fn consent_keeps_the_moment_in_which_it_was_recorded() {
        let at = |t: &str| t.parse::<Timestamp>().unwrap();
        let mut visit = visit_at("2026-11-22T14:50:00Z", None, None);
        let spoken = Facts { consent: Some(true), consent_how: Some(ConsentHow::Spoken), ..Facts::default() };
        visit.state_facts(spoken.clone(), true, at("2026-11-22T15:00:00Z"));
        visit.state_facts(
            Facts { total_minutes: Some(30), ..spoken.clone() },
            true,
            at("2026-11-22T15:20:00Z"),
        );
        assert_eq!(visit.facts.consent_at, Some(at("2026-11-22T15:00:00Z")));
        let written = Facts { consent_how: Some(ConsentHow::Written), ..spoken };
        visit.state_facts(written, true, at("2026-11-22T15:30:00Z"));
        assert_eq!(visit.facts.consent_at, Some(at("2026-11-22T15:30:00Z")));
        visit.state_facts(Facts::default(), true, at("2026-11-22T15:40:00Z"));
        assert_eq!(visit.facts.consent_at, None);
    }

    #[test]
    fn what_is_open_is_named_in_the_order_of_the_form() {
        let video = Facts { modality: Some(Modality::Video), consent: Some(false), ..Facts::default() };
        let open = [
            "patient_place",
            "patient_state",
            "consent",
            "clinician_location",
            "new_patient",
            "total_minutes",
        ];
        assert_eq!(video.open(), open);
        let here = Facts { modality: Some(Modality::InPerson), ..Facts::default() };
        assert_eq!(here.open(), ["new_patient", "total_minutes"]);
    }

    #[test]
    fn refused_consent_is_not_consent() {
        let facts = Facts { modality: Some(Modality::Video), consent: Some(false), ..Facts::default() };
        assert!(facts.missing().iter().any(|m| m.0 == "consent"));
    }

    #[test]
    fn an_unknown_visit_type_is_said_to_be_unmapped() {
        let of = |words| VisitType::from_words(words, Templates::builtin());
        assert!(of("Follow-up visit").mapped && !of("Zumba class").mapped);
        assert_eq!(of("Zumba class").template(Templates::builtin()), "soap");
    }
}
