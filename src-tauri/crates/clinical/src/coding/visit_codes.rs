//! Visit codes from the facts of a visit: what fits, why, and what would change it.
//!
//! Never a default: a missing fact is asked for. Never a ranking by money: by time first, then by
//! decision-making, each with its evidence.

use serde::{Deserialize, Serialize};

use super::facts::{Extra, Mdm, MdmLevel, Modality, PatientPlace, Payer};
use super::pack::RulePack;
use super::rules::{Level, Named, Source};
use super::services::{self, Service};

/// What is known about the visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inputs {
    pub modality: Option<Modality>,
    pub patient_place: Option<PatientPlace>,
    pub new_patient: Option<bool>,
    /// The clinician's time on the day of the visit.
    pub total_minutes: Option<u32>,
    pub mdm: Mdm,
    pub payer: Payer,
    /// The note says why there was no video.
    pub audio_only_reason: bool,
    /// The note says that video was available.
    pub video_offered: bool,
    /// The accepted diagnoses, ICD-10-CM.
    pub diagnoses: Vec<String>,
    #[serde(default)]
    pub extra: Extra,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    Time,
    DecisionMaking,
    /// Both lead to this code.
    TimeAndDecisionMaking,
}

/// One rule, where it is written, and the fact that it was applied to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    pub rule: String,
    pub source: String,
    pub fact: String,
}

/// One code that the facts support.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    pub code: String,
    pub words: String,
    pub modifiers: Vec<String>,
    pub place_of_service: String,
    pub basis: Basis,
    pub why: Vec<Why>,
    /// Up and down alike: what would lead to another code.
    pub would_change: Vec<String>,
    /// What does not fit, in words.
    pub conflicts: Vec<String>,
}

/// The result: suggestions, what is still to be asked, and the rules used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The visit codes; one of them at most.
    pub suggestions: Vec<Suggestion>,
    /// What can be beside the visit code, or in its place.
    pub services: Vec<Service>,
    pub needs: Vec<String>,
    pub pack: String,
}

/// A charge that was accepted earlier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    pub code: String,
    pub units: u32,
    pub modifiers: Vec<String>,
    pub place_of_service: String,
}

/// The codes that the facts support under the rules of the pack.
pub fn suggest(pack: &RulePack, inputs: &Inputs) -> Outcome {
    let suggestions = suggestions(pack, inputs);
    let services = services::services(pack, inputs, &suggestions);
    let mut needs = needs(pack, inputs);
    needs.extend(services::needs(pack, inputs));
    Outcome { suggestions, services, needs, pack: pack.label() }
}

/// What no longer fits about an accepted charge, in words; empty when the facts still support it.
pub fn recheck(pack: &RulePack, inputs: &Inputs, charge: &Accepted) -> Vec<String> {
    if let Some(out) = services::recheck(pack, inputs, charge) {
        return out;
    }
    let mut out = Vec::new();
    if let Some((modality, place)) = setting(inputs)
        && let (Some(place), Some(rule)) =
            (pack.place(modality != Modality::InPerson, place), pack.modifier(inputs.payer, modality))
    {
        let visit = visit_words(modality);
        if charge.place_of_service != place.code {
            let (is, should) = (&charge.place_of_service, &place.code);
            out.push(format!("Place of service {is} does not fit {visit}: {should} does."));
        }
        let (wanted, _) = modifiers(pack, inputs, modality);
        for modifier in ["93", "95", "FQ", "GT"] {
            let (has, wants) = (has(&charge.modifiers, modifier), has(&wanted, modifier));
            if has && !wants && fits_otherwise(modifier, modality) {
                out.push(format!("Modifier {modifier} does not fit {visit}."));
            } else if wants && !has {
                out.push(format!("Modifier {modifier} is missing. {}", rule.words));
            }
        }
    }
    if let Some(level) = pack.levels.iter().find(|l| l.code == charge.code) {
        if inputs.new_patient.is_some_and(|new| new != level.new_patient) {
            let is = if level.new_patient { "a new" } else { "an established" };
            out.push(format!("{} is for {is} patient.", level.code));
        } else {
            let by_time = inputs.total_minutes.map(|m| by_time(pack, level.new_patient, m));
            let by_mdm = inputs.mdm.level().map(|m| by_mdm(pack, level.new_patient, m));
            let known: Vec<_> = [by_time, by_mdm].into_iter().flatten().collect();
            let met = known.iter().flatten().any(|l| l.code == level.code);
            if !known.is_empty() && !met {
                out.push(format!("Neither the time nor the decision-making now leads to {}.", level.code));
            }
        }
    }
    out.extend(conflicts(pack, inputs));
    out
}

fn suggestions(pack: &RulePack, inputs: &Inputs) -> Vec<Suggestion> {
    let (Some((modality, place)), Some(new_patient)) = (setting(inputs), inputs.new_patient) else {
        return Vec::new();
    };
    let time = inputs.total_minutes.filter(|_| !services::beside_psychotherapy(pack, inputs));
    let time = time.and_then(|m| by_time(pack, new_patient, m).map(|l| (l, m)));
    let mdm = inputs.mdm.level().and_then(|m| by_mdm(pack, new_patient, m));
    let found: Vec<(&Level, Basis)> = match (time, mdm) {
        (Some((time, _)), Some(mdm)) if time.code == mdm.code => vec![(time, Basis::TimeAndDecisionMaking)],
        (time, mdm) => {
            let time = time.map(|(level, _)| (level, Basis::Time));
            time.into_iter().chain(mdm.map(|level| (level, Basis::DecisionMaking))).collect()
        }
    };
    found.into_iter().map(|(level, basis)| suggestion(pack, inputs, level, basis, modality, place)).collect()
}

fn suggestion(
    pack: &RulePack,
    inputs: &Inputs,
    level: &Level,
    basis: Basis,
    modality: Modality,
    patient: PatientPlace,
) -> Suggestion {
    let mut why = Vec::new();
    if let Some(minutes) = inputs.total_minutes.filter(|_| basis != Basis::DecisionMaking) {
        let who = if level.new_patient { "New" } else { "Established" };
        let rule = format!("{who} patient, {} minutes or more: {}.", level.minutes, level.code);
        why.push(Why { rule, source: level.source.text.clone(), fact: format!("{minutes} minutes in all") });
        cite(pack, Named::Time, format!("{minutes} minutes on the day of the visit"), &mut why);
    }
    if basis != Basis::Time {
        let who = if level.new_patient { "New" } else { "Established" };
        let rule = format!("{who} patient, {} decision-making: {}.", level.mdm.words(), level.code);
        why.push(Why { rule, source: level.source.text.clone(), fact: mdm_words(inputs.mdm) });
        cite(pack, Named::DecisionMaking, mdm_words(inputs.mdm), &mut why);
    }
    if services::beside_psychotherapy(pack, inputs) {
        let minutes = inputs.extra.psychotherapy_minutes.unwrap_or_default();
        cite(pack, Named::PsychotherapyMdm, format!("{minutes} minutes of psychotherapy"), &mut why);
    }
    let telehealth = modality != Modality::InPerson;
    let (place_of_service, modifiers) = marks(pack, inputs, modality, patient, &mut why);
    if telehealth && inputs.payer == Payer::Medicare {
        cite(pack, Named::MedicareFamily, payer_words(Payer::Medicare).to_owned(), &mut why);
    }
    let mut conflicts = conflicts(pack, inputs);
    if basis == Basis::DecisionMaking
        && let Some(minutes) = inputs.total_minutes
        && let Some(lowest) = pack.levels_of(level.new_patient).next().filter(|l| minutes < l.minutes)
    {
        conflicts.push(format!(
            "{minutes} minutes is below {}, the least for a code by time: this one rests on decision-making alone.",
            lowest.minutes
        ));
    }
    Suggestion {
        code: level.code.clone(),
        words: level.words.clone(),
        modifiers,
        place_of_service,
        basis,
        why,
        would_change: would_change(pack, inputs, level, basis, modality),
        conflicts,
    }
}

/// Place of service and modifiers, with their evidence.
pub(super) fn marks(
    pack: &RulePack,
    inputs: &Inputs,
    modality: Modality,
    patient: PatientPlace,
    why: &mut Vec<Why>,
) -> (String, Vec<String>) {
    let telehealth = modality != Modality::InPerson;
    let place = pack.place(telehealth, patient);
    if let Some(place) = place {
        let fact = match (telehealth, patient) {
            (true, PatientPlace::Home) => "the patient was at home",
            (true, PatientPlace::Elsewhere) => "the patient was not at home",
            (false, _) => "the visit was in person",
        };
        why.push(because(&place.words, &place.source, fact));
    }
    let (modifiers, rule) = modifiers(pack, inputs, modality);
    why.extend(rule);
    (place.map(|p| p.code.clone()).unwrap_or_default(), modifiers)
}

/// The telehealth modifiers of this payer, or of the facility in their place, and why.
fn modifiers(pack: &RulePack, inputs: &Inputs, modality: Modality) -> (Vec<String>, Option<Why>) {
    let fact = format!("{}, {}", visit_words(modality), payer_words(inputs.payer));
    let facility = inputs.extra.facility.and_then(|f| pack.facility(inputs.payer, f, modality));
    if let Some(rule) = facility {
        return (vec![rule.modifier.clone()], Some(because(&rule.words, &rule.source, &fact)));
    }
    pack.modifier(inputs.payer, modality).map_or((Vec::new(), None), |rule| {
        (rule.modifiers.clone(), Some(because(&rule.words, &rule.source, &fact)))
    })
}

fn would_change(
    pack: &RulePack,
    inputs: &Inputs,
    level: &Level,
    basis: Basis,
    modality: Modality,
) -> Vec<String> {
    let mut out = Vec::new();
    let below = pack.levels_of(level.new_patient).rev().find(|l| l.mdm < level.mdm);
    let above = pack.levels_of(level.new_patient).find(|l| l.mdm > level.mdm);
    if basis != Basis::DecisionMaking {
        if let Some(above) = above {
            out.push(format!("{} minutes or more would be {} by time.", above.minutes, above.code));
        }
        out.push(match below {
            Some(below) => format!("Fewer than {} minutes would be {} by time.", level.minutes, below.code),
            None => format!("Fewer than {} minutes would be no code by time.", level.minutes),
        });
        let prolonged = pack.prolonged.iter().filter(|p| p.base == level.code && p.payer == inputs.payer);
        out.extend(prolonged.map(|p| {
            let (minutes, code) = (p.minutes, &p.code);
            format!("From {minutes} minutes, {code} for prolonged time can stand beside it.")
        }));
    }
    if basis != Basis::Time {
        let others = [below, above].into_iter().flatten();
        out.extend(
            others.map(|l| format!("{} decision-making would be {}.", capital(l.mdm.words()), l.code)),
        );
    }
    let other_kind = pack.levels_of(!level.new_patient);
    let twin = match basis {
        Basis::DecisionMaking | Basis::TimeAndDecisionMaking => {
            other_kind.into_iter().find(|l| l.mdm == level.mdm)
        }
        Basis::Time => inputs.total_minutes.and_then(|m| by_time(pack, !level.new_patient, m)),
    };
    if let Some(twin) = twin {
        let who = if twin.new_patient { "a new" } else { "an established" };
        let how = if basis == Basis::Time { "by time" } else { "by decision-making" };
        out.push(format!("For {who} patient it would be {} {how}.", twin.code));
    }
    let alternatives = pack.alternatives.iter().filter(|a| a.payer == inputs.payer && a.modality == modality);
    for a in alternatives {
        let words = a.words.replace("{video_twin}", &level.video_twin);
        if !words.contains("{audio_twin}") {
            out.push(words);
            continue;
        }
        let discussion = pack.condition(Named::AudioDiscussion).map_or("", |c| &c.words);
        out.push(match inputs.extra.discussion_minutes {
            Some(m) if m <= 10 => {
                format!("With {m} minutes of discussion {} does not fit. {discussion}", level.audio_twin)
            }
            Some(_) => words.replace("{audio_twin}", &level.audio_twin),
            None => format!("{} {discussion}", words.replace("{audio_twin}", &level.audio_twin)),
        });
    }
    if modality == Modality::InPerson {
        out.push("A place other than an office has another place of service.".to_owned());
    }
    out
}

/// What does not fit, whatever the level.
pub(super) fn conflicts(pack: &RulePack, inputs: &Inputs) -> Vec<String> {
    let audio = inputs.modality == Some(Modality::Audio);
    let medicare = audio && inputs.payer == Payer::Medicare;
    let elsewhere = inputs.patient_place == Some(PatientPlace::Elsewhere);
    let at_home = inputs.patient_place == Some(PatientPlace::Home);
    let rules = [
        (inputs.diagnoses.is_empty(), Named::Diagnosis),
        (audio && !inputs.audio_only_reason, Named::AudioReason),
        (medicare && elsewhere, Named::MedicareAudioHome),
        (medicare && !inputs.video_offered, Named::MedicareAudioVideo),
        (inputs.modality == Some(Modality::InPerson) && at_home, Named::HomeVisit),
    ];
    let broken = rules.into_iter().filter(|(broken, _)| *broken);
    broken.filter_map(|(_, name)| pack.condition(name).map(|c| c.words.clone())).collect()
}

/// The facts that are missing, each as the question to answer.
fn needs(pack: &RulePack, inputs: &Inputs) -> Vec<String> {
    let mut out = Vec::new();
    let mut ask = |missing: bool, question: &str| {
        if missing {
            out.push(question.to_owned());
        }
    };
    let in_person = inputs.modality == Some(Modality::InPerson);
    ask(inputs.modality.is_none(), "Modality: was the visit by video, by audio only or in person?");
    let place_known = inputs.patient_place.is_some() || in_person;
    ask(!place_known, "Patient's place: was the patient at home or elsewhere?");
    ask(
        inputs.new_patient.is_none(),
        "New or established: has anyone of your specialty in this group seen the patient in the last three years?",
    );
    let new = inputs.new_patient;
    let time = new.zip(inputs.total_minutes).is_some_and(|(new, m)| by_time(pack, new, m).is_some());
    let mdm = inputs.mdm.level().is_some();
    // A service stands for itself, without a visit code: none of what only a visit code needs is asked.
    let judged = inputs.mdm != Mdm::default();
    if services::instead_of_a_visit(pack, inputs) && !judged {
        out.retain(|q| !q.starts_with("New or"));
        if inputs.payer == Payer::Unknown && !in_person {
            out.push("Payer: who pays for the visit?".to_owned());
        }
        return out;
    }
    let beside = services::beside_psychotherapy(pack, inputs) || services::instead_of_a_visit(pack, inputs);
    let question = "Total time: how many minutes did you spend on this visit on that day?";
    ask(inputs.total_minutes.is_none() && !mdm && !beside, question);
    ask(
        inputs.total_minutes.is_none() && mdm && !beside,
        &format!("{question} Decision-making alone already gives a code."),
    );
    let parts = [
        (inputs.mdm.problems, "Problems: how complex are the problems addressed?"),
        (inputs.mdm.data, "Data: how much was reviewed and analysed?"),
        (inputs.mdm.risk, "Risk: how risky is the management?"),
    ];
    for (known, question) in parts.into_iter().filter(|_| !mdm) {
        ask(known.is_none() && !time, question);
        ask(known.is_none() && time, &format!("{question} Time alone already gives a code."));
    }
    ask(inputs.payer == Payer::Unknown && !in_person, "Payer: who pays for the visit?");
    if let (Some(minutes), Some(new_patient), None) =
        (inputs.total_minutes, inputs.new_patient, inputs.mdm.level())
        && let Some(lowest) = pack.levels_of(new_patient).next().filter(|l| minutes < l.minutes)
    {
        out.push(format!(
            "{minutes} minutes is below {}, the least for a code by time: only decision-making can lead to a code.",
            lowest.minutes
        ));
    }
    out
}

/// Modality and the patient's place, when both are known; in person the office needs no question.
pub(super) fn setting(inputs: &Inputs) -> Option<(Modality, PatientPlace)> {
    match (inputs.modality?, inputs.patient_place) {
        (Modality::InPerson, _) => Some((Modality::InPerson, PatientPlace::Elsewhere)),
        (modality, place) => Some((modality, place?)),
    }
}

fn by_time(pack: &RulePack, new_patient: bool, minutes: u32) -> Option<&Level> {
    pack.levels_of(new_patient).rfind(|l| minutes >= l.minutes)
}

fn by_mdm(pack: &RulePack, new_patient: bool, mdm: MdmLevel) -> Option<&Level> {
    pack.levels_of(new_patient).find(|l| l.mdm == mdm)
}

pub(super) fn because(rule: &str, source: &Source, fact: &str) -> Why {
    Why { rule: rule.to_owned(), source: source.text.clone(), fact: fact.to_owned() }
}

pub(super) fn cite(pack: &RulePack, name: Named, fact: String, why: &mut Vec<Why>) {
    if let Some(c) = pack.condition(name) {
        why.push(because(&c.words, &c.source, &fact));
    }
}

pub(super) fn has(modifiers: &[String], modifier: &str) -> bool {
    modifiers.iter().any(|m| m == modifier)
}

/// 95 on a video visit is the payer's matter; 93 belongs to audio only.
fn fits_otherwise(modifier: &str, modality: Modality) -> bool {
    !(modifier == "95" && modality == Modality::Video)
}

pub(super) fn visit_words(modality: Modality) -> &'static str {
    match modality {
        Modality::Video => "a video visit",
        Modality::Audio => "an audio-only visit",
        Modality::InPerson => "an in-person visit",
    }
}

pub(super) fn payer_words(payer: Payer) -> &'static str {
    match payer {
        Payer::Medicare => "Medicare pays",
        Payer::Commercial => "a commercial payer pays",
        Payer::Medicaid => "Medicaid pays",
        Payer::Unknown => "the payer is not known",
    }
}

fn mdm_words(mdm: Mdm) -> String {
    let word = |level: Option<MdmLevel>| level.map_or("not judged", MdmLevel::words);
    let (problems, data, risk) = (word(mdm.problems), word(mdm.data), word(mdm.risk));
    format!("problems {problems}, data {data}, risk {risk}")
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
