//! The rows of a rule pack: one line, read strictly.

use jiff::civil::Date;

use super::facts::{Facility, MdmLevel, Modality, PatientPlace, Payer};
use super::pack::RulePack;
use super::rules::{
    Alternative, Condition, FacilityRule, Level, ModifierRule, Named, Place, Prolonged, ServiceKind,
    ServiceRule, Source,
};

pub(super) const PAYERS: [(&str, Payer); 4] = [
    ("medicare", Payer::Medicare),
    ("commercial", Payer::Commercial),
    ("medicaid", Payer::Medicaid),
    ("unknown", Payer::Unknown),
];
pub(super) const MODALITIES: [(&str, Modality); 3] =
    [("video", Modality::Video), ("audio", Modality::Audio), ("in_person", Modality::InPerson)];
const MDM: [(&str, MdmLevel); 4] = [
    ("straightforward", MdmLevel::Straightforward),
    ("low", MdmLevel::Low),
    ("moderate", MdmLevel::Moderate),
    ("high", MdmLevel::High),
];
const PLACES: [(&str, PatientPlace); 2] =
    [("home", PatientPlace::Home), ("elsewhere", PatientPlace::Elsewhere)];
const PATIENTS: [(&str, bool); 2] = [("new", true), ("established", false)];
const SERVICES: [(&str, ServiceKind); 6] = [
    ("psychotherapy", ServiceKind::Psychotherapy),
    ("psychotherapy_add_on", ServiceKind::PsychotherapyAddOn),
    ("evaluation", ServiceKind::Evaluation),
    ("check_in", ServiceKind::CheckIn),
    ("online", ServiceKind::Online),
    ("longitudinal", ServiceKind::Longitudinal),
];
const FACILITIES: [(&str, Facility); 2] = [("rhc_fqhc", Facility::RhcFqhc), ("cah_ii", Facility::CahIi)];
const SETTINGS: [(&str, bool); 2] = [("telehealth", true), ("in_person", false)];

/// One line, its last three fields already read.
pub(super) struct Row<'t> {
    kind: &'t str,
    fields: Vec<&'t str>,
    source: Source,
}

impl<'t> Row<'t> {
    pub fn new(file: &str, line: usize, text: &'t str) -> Result<Self, String> {
        let mut fields: Vec<&str> = text.split('\t').map(str::trim).collect();
        if fields.len() < 5 {
            return Err("needs a kind, its fields, a source and two dates, separated by tabs".into());
        }
        let tail = fields.split_off(fields.len() - 3);
        let [source, from, to] = tail.as_slice() else { return Err("needs a source and two dates".into()) };
        let kind = fields.remove(0);
        if source.is_empty() || *source == "-" {
            return Err("every rule names its source".into());
        }
        if let Some(empty) = fields.iter().position(|f| f.is_empty()) {
            return Err(format!("field {} is empty", empty + 2));
        }
        let source = Source {
            file: file.to_owned(),
            line,
            text: (*source).to_owned(),
            from: day(from)?,
            to: maybe(to).map(day).transpose()?,
        };
        if source.to.is_some_and(|to| to < source.from) {
            return Err("the last day is before the first".into());
        }
        Ok(Self { kind, fields, source })
    }

    /// Adds the row; `begun`: its file has its first row already.
    pub fn into_pack(self, pack: Option<RulePack>, begun: bool) -> Result<RulePack, String> {
        let Self { kind, fields, source } = self;
        let Some(mut pack) = pack else {
            return match (kind, fields.as_slice()) {
                ("pack", [name, version]) => Ok(RulePack {
                    name: (*name).to_owned(),
                    version: (*version).to_owned(),
                    source,
                    levels: Vec::new(),
                    places: Vec::new(),
                    modifiers: Vec::new(),
                    conditions: Vec::new(),
                    alternatives: Vec::new(),
                    prolonged: Vec::new(),
                    services: Vec::new(),
                    facilities: Vec::new(),
                    others: Vec::new(),
                }),
                _ => Err("the first row is 'pack' with a name and a version".into()),
            };
        };
        if !begun && kind != "pack" {
            return Err("the first row is 'pack' with a name and a version".into());
        }
        match (kind, fields.as_slice()) {
            ("pack", [name, version]) if !begun => pack.others.push((format!("{name} {version}"), source)),
            ("level", [code, patient, mdm, minutes, video, audio, words]) => pack.levels.push(Level {
                code: code_of(code)?,
                new_patient: one_of(&PATIENTS, patient)?,
                mdm: one_of(&MDM, mdm)?,
                minutes: minutes_of(minutes)?,
                video_twin: code_of(video)?,
                audio_twin: code_of(audio)?,
                words: (*words).to_owned(),
                source,
            }),
            ("place", [setting, patient, code, words]) => pack.places.push(Place {
                telehealth: one_of(&SETTINGS, setting)?,
                patient: one_of(&PLACES, patient)?,
                code: two_digits(code)?,
                words: (*words).to_owned(),
                source,
            }),
            ("modifier", [payer, modality, modifiers, words]) => pack.modifiers.push(ModifierRule {
                payer: one_of(&PAYERS, payer)?,
                modality: one_of(&MODALITIES, modality)?,
                modifiers: maybe(modifiers).map_or(Vec::new(), |m| m.split(',').map(str::to_owned).collect()),
                words: (*words).to_owned(),
                source,
            }),
            ("condition", [name, words]) => pack.conditions.push(Condition {
                name: one_of(&Named::ALL, name)?,
                words: (*words).to_owned(),
                source,
            }),
            ("option", [payer, modality, words]) => pack.alternatives.push(Alternative {
                payer: one_of(&PAYERS, payer)?,
                modality: one_of(&MODALITIES, modality)?,
                words: (*words).to_owned(),
                source,
            }),
            ("prolonged", [payer, base, minutes, code]) => pack.prolonged.push(Prolonged {
                payer: one_of(&PAYERS, payer)?,
                base: code_of(base)?,
                minutes: minutes_of(minutes)?,
                code: code_of(code)?,
                source,
            }),
            ("service", [service, payer, code, least, most, words]) => {
                let (least, most) = (maybe(least).map(minutes_of), maybe(most).map(minutes_of));
                let (least, most) = (least.transpose()?, most.transpose()?);
                if least.zip(most).is_some_and(|(least, most)| most < least) {
                    return Err("the most minutes are below the least".into());
                }
                pack.services.push(ServiceRule {
                    kind: one_of(&SERVICES, service)?,
                    payer: if *payer == "any" { None } else { Some(one_of(&PAYERS, payer)?) },
                    code: code_of(code)?,
                    least,
                    most,
                    words: (*words).to_owned(),
                    source,
                });
            }
            ("facility", [payer, facility, modality, modifier, words]) => {
                pack.facilities.push(FacilityRule {
                    payer: one_of(&PAYERS, payer)?,
                    facility: one_of(&FACILITIES, facility)?,
                    modality: one_of(&MODALITIES, modality)?,
                    modifier: (*modifier).to_owned(),
                    words: (*words).to_owned(),
                    source,
                });
            }
            ("pack", _) => return Err("only one 'pack' row".into()),
            (
                "level" | "place" | "modifier" | "condition" | "option" | "prolonged" | "service"
                | "facility",
                found,
            ) => {
                return Err(format!("'{kind}' does not have {} fields before its source", found.len()));
            }
            _ => return Err(format!("'{kind}' is no kind of rule")),
        }
        Ok(pack)
    }
}

fn one_of<T: Copy>(words: &[(&str, T)], found: &str) -> Result<T, String> {
    words.iter().find(|(word, _)| *word == found).map(|(_, value)| *value).ok_or_else(|| {
        let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        format!("'{found}' is none of {}", known.join(", "))
    })
}

fn day(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| format!("'{text}' is not a date like 2026-01-31"))
}

fn maybe(text: &str) -> Option<&str> {
    (text != "-").then_some(text)
}

fn minutes_of(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| format!("'{text}' is not a number of minutes"))
}

fn code_of(text: &str) -> Result<String, String> {
    let fine = text.len() == 5 && text.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
    if fine { Ok(text.to_owned()) } else { Err(format!("'{text}' is not a five-character code")) }
}

fn two_digits(text: &str) -> Result<String, String> {
    let fine = text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
    if fine { Ok(text.to_owned()) } else { Err(format!("'{text}' is not a two-digit place of service")) }
}
