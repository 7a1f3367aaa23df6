//! The rule pack: a readable, dated, cited file that a site can replace. Parsed strictly.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::facts::{MdmLevel, Modality, PatientPlace, Payer};
use super::rules::{Alternative, Condition, Level, ModifierRule, Named, Place, Prolonged, Source};

const BUILTIN_NAME: &str = "us-telehealth-2026.rules.tsv";
const BUILTIN: &str = include_str!("../../data/us-telehealth-2026.rules.tsv");

/// The rules of one pack, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RulePack {
    pub name: String,
    pub version: String,
    /// Who wrote it, and the days for which it was checked.
    pub source: Source,
    pub levels: Vec<Level>,
    pub places: Vec<Place>,
    pub modifiers: Vec<ModifierRule>,
    pub conditions: Vec<Condition>,
    pub alternatives: Vec<Alternative>,
    pub prolonged: Vec<Prolonged>,
}

/// Why a pack cannot be used. Line 0: the file as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{file}, line {line}: {reason}")]
pub struct PackError {
    pub file: String,
    pub line: usize,
    pub reason: String,
}

impl RulePack {
    /// The pack that comes with the program.
    pub fn builtin() -> Result<Self, PackError> {
        Self::parse(BUILTIN_NAME, BUILTIN)
    }

    /// Reads a pack; `name` is the file's, for errors.
    pub fn parse(name: &str, text: &str) -> Result<Self, PackError> {
        let wrong = |line: usize, reason: String| PackError { file: name.to_owned(), line, reason };
        let mut pack: Option<Self> = None;
        for (i, line) in text.lines().enumerate() {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let row = Row::new(i + 1, line).map_err(|reason| wrong(i + 1, reason))?;
            pack = Some(row.into_pack(pack).map_err(|reason| wrong(i + 1, reason))?);
        }
        let pack = pack.ok_or_else(|| wrong(0, "no rules in the file".to_owned()))?;
        pack.check().map_err(|(line, reason)| wrong(line, reason))?;
        Ok(pack)
    }

    /// "us-telehealth 2026.1"
    pub fn label(&self) -> String {
        format!("{} {}", self.name, self.version)
    }

    /// What to say when the visit's day is outside the days for which the pack, or one of its rules,
    /// holds.
    pub fn warning(&self, day: Date) -> Option<String> {
        if !self.source.holds_on(day) {
            let to = self.source.to.map_or("now".to_owned(), |to| to.to_string());
            return Some(format!(
                "The visit rules {} were checked for {} to {to}, not for {day}.",
                self.label(),
                self.source.from
            ));
        }
        let late = self.sources().find(|s| !s.holds_on(day))?;
        Some(format!("A rule of {} does not hold on {day}: {}.", self.label(), late.text))
    }

    /// The source of every rule.
    pub fn sources(&self) -> impl Iterator<Item = &Source> {
        let levels = self.levels.iter().map(|r| &r.source);
        let places = self.places.iter().map(|r| &r.source);
        let modifiers = self.modifiers.iter().map(|r| &r.source);
        let conditions = self.conditions.iter().map(|r| &r.source);
        let alternatives = self.alternatives.iter().map(|r| &r.source);
        let prolonged = self.prolonged.iter().map(|r| &r.source);
        levels.chain(places).chain(modifiers).chain(conditions).chain(alternatives).chain(prolonged)
    }

    /// The levels of new or established patients, lowest first.
    pub fn levels_of(&self, new_patient: bool) -> impl DoubleEndedIterator<Item = &Level> {
        self.levels.iter().filter(move |l| l.new_patient == new_patient)
    }

    pub fn condition(&self, name: Named) -> Option<&Condition> {
        self.conditions.iter().find(|c| c.name == name)
    }

    pub fn modifier(&self, payer: Payer, modality: Modality) -> Option<&ModifierRule> {
        self.modifiers.iter().find(|m| m.payer == payer && m.modality == modality)
    }

    pub fn place(&self, telehealth: bool, patient: PatientPlace) -> Option<&Place> {
        self.places.iter().find(|p| p.telehealth == telehealth && p.patient == patient)
    }

    /// Nothing missing, nothing twice, more minutes for more.
    fn check(&self) -> Result<(), (usize, String)> {
        for new_patient in [true, false] {
            let levels: Vec<&Level> = self.levels_of(new_patient).collect();
            let which = if new_patient { "new" } else { "established" };
            if levels.len() != 4 {
                return Err((0, format!("needs four levels for {which} patients, has {}", levels.len())));
            }
            for pair in levels.windows(2) {
                if let [low, high] = pair
                    && (low.mdm >= high.mdm || low.minutes >= high.minutes)
                {
                    return Err((high.source.line, format!("{} is not above {}", high.code, low.code)));
                }
            }
        }
        for (telehealth, patient) in
            [(true, PatientPlace::Home), (true, PatientPlace::Elsewhere), (false, PatientPlace::Elsewhere)]
        {
            let mut found = self.places.iter().filter(|p| p.telehealth == telehealth && p.patient == patient);
            let (first, second) = (found.next(), found.next());
            match (first, second) {
                (Some(_), None) => {}
                (Some(_), Some(again)) => return Err((again.source.line, "this place stands twice".into())),
                _ => return Err((0, "a place of service is missing".into())),
            }
        }
        for (_, payer) in PAYERS {
            for (word, modality) in MODALITIES {
                let found: Vec<_> =
                    self.modifiers.iter().filter(|m| m.payer == payer && m.modality == modality).collect();
                match found.as_slice() {
                    [_] => {}
                    [_, again, ..] => {
                        return Err((again.source.line, "this payer and modality stand twice".into()));
                    }
                    [] => return Err((0, format!("no modifier row for {payer:?} and {word}"))),
                }
            }
        }
        for (word, name) in Named::ALL {
            match self.conditions.iter().filter(|c| c.name == name).collect::<Vec<_>>().as_slice() {
                [_] => {}
                [_, again, ..] => return Err((again.source.line, format!("'{word}' stands twice"))),
                [] => return Err((0, format!("the condition '{word}' is missing"))),
            }
        }
        Ok(())
    }
}

const PAYERS: [(&str, Payer); 4] = [
    ("medicare", Payer::Medicare),
    ("commercial", Payer::Commercial),
    ("medicaid", Payer::Medicaid),
    ("unknown", Payer::Unknown),
];
const MODALITIES: [(&str, Modality); 3] =
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
const SETTINGS: [(&str, bool); 2] = [("telehealth", true), ("in_person", false)];

/// One line, its last three fields already read.
struct Row<'t> {
    kind: &'t str,
    fields: Vec<&'t str>,
    source: Source,
}

impl<'t> Row<'t> {
    fn new(line: usize, text: &'t str) -> Result<Self, String> {
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

    fn into_pack(self, pack: Option<RulePack>) -> Result<RulePack, String> {
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
                }),
                _ => Err("the first row is 'pack' with a name and a version".into()),
            };
        };
        match (kind, fields.as_slice()) {
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
            ("pack", _) => return Err("only one 'pack' row".into()),
            ("level" | "place" | "modifier" | "condition" | "option" | "prolonged", found) => {
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
