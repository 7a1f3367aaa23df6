//! The rule pack: a readable, dated, cited file that a site can replace. Parsed strictly.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use crate::site_file::FileError as PackError;

use super::facts::{Facility, Modality, PatientPlace, Payer};
use super::pack_rows::{MODALITIES, PAYERS, Row};
use super::rules::{
    Alternative, Condition, FacilityRule, Level, ModifierRule, Named, Place, Prolonged, ServiceKind,
    ServiceRule, Source,
};

/// What is common to all payers first, then what a payer does on its own.
pub(super) const BUILTIN: [(&str, &str); 3] = [
    ("us-telehealth-2026.rules.tsv", include_str!("../../data/us-telehealth-2026.rules.tsv")),
    ("us-medicare-2026.rules.tsv", include_str!("../../data/us-medicare-2026.rules.tsv")),
    ("us-commercial-2026.rules.tsv", include_str!("../../data/us-commercial-2026.rules.tsv")),
];

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
    pub services: Vec<ServiceRule>,
    pub facilities: Vec<FacilityRule>,
    /// The packs read after the first: name and version, and the days for which they were checked.
    pub others: Vec<(String, Source)>,
}

impl RulePack {
    /// The packs that come with the program, as one.
    pub fn builtin() -> Result<Self, PackError> {
        Self::parse_all(&BUILTIN)
    }

    /// Reads a pack that is whole in itself; `name` is the file's, for errors.
    pub fn parse(name: &str, text: &str) -> Result<Self, PackError> {
        Self::parse_all(&[(name, text)])
    }

    /// Reads several files, each (name, text), as one pack.
    pub fn parse_all(files: &[(&str, &str)]) -> Result<Self, PackError> {
        let mut pack: Option<Self> = None;
        for (name, text) in files {
            let wrong = |line: usize, reason: String| PackError { file: (*name).to_owned(), line, reason };
            let mut begun = false;
            for (i, line) in text.lines().enumerate() {
                if line.trim().is_empty() || line.starts_with('#') {
                    continue;
                }
                let row = Row::new(name, i + 1, line).map_err(|reason| wrong(i + 1, reason))?;
                pack = Some(row.into_pack(pack, begun).map_err(|reason| wrong(i + 1, reason))?);
                begun = true;
            }
            if !begun {
                return Err(wrong(0, "no rules in the file".to_owned()));
            }
        }
        let first = files.first().map_or("", |(name, _)| name);
        let none =
            || PackError { file: first.to_owned(), line: 0, reason: "no rules in the file".to_owned() };
        let pack = pack.ok_or_else(none)?;
        pack.check().map_err(|(at, reason)| match at {
            Some(at) => PackError { file: at.file.clone(), line: at.line, reason },
            None => PackError { file: first.to_owned(), line: 0, reason },
        })?;
        Ok(pack)
    }

    /// "us-telehealth 2026.2 with us-medicare 2026.1"
    pub fn label(&self) -> String {
        let others: Vec<&str> = self.others.iter().map(|(label, _)| label.as_str()).collect();
        let with = if others.is_empty() { String::new() } else { format!(" with {}", others.join(", ")) };
        format!("{} {}{with}", self.name, self.version)
    }

    /// What to say when the visit's day is outside the days for which the pack, or one of its rules,
    /// holds.
    pub fn warning(&self, day: Date) -> Option<String> {
        let parts = std::iter::once(&self.source).chain(self.others.iter().map(|(_, source)| source));
        if let Some(outside) = parts.into_iter().find(|s| !s.holds_on(day)) {
            let to = outside.to.map_or("now".to_owned(), |to| to.to_string());
            return Some(format!(
                "The visit rules {} were checked for {} to {to}, not for {day}.",
                self.label(),
                outside.from
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
        let services = self.services.iter().map(|r| &r.source);
        let facilities = self.facilities.iter().map(|r| &r.source);
        let visit = levels.chain(places).chain(modifiers).chain(conditions);
        visit.chain(alternatives).chain(prolonged).chain(services).chain(facilities)
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

    /// The service of this kind for this payer and so many minutes.
    pub fn service(&self, kind: ServiceKind, payer: Payer, minutes: Option<u32>) -> Option<&ServiceRule> {
        let of = |r: &&ServiceRule| r.kind == kind && r.payer.is_none_or(|p| p == payer);
        self.services.iter().filter(of).find(|r| match minutes {
            Some(m) => r.least.is_none_or(|l| l <= m) && r.most.is_none_or(|most| m <= most),
            None => r.least.is_none(),
        })
    }

    pub fn facility(&self, payer: Payer, facility: Facility, modality: Modality) -> Option<&FacilityRule> {
        let mut all = self.facilities.iter();
        all.find(|r| r.payer == payer && r.facility == facility && r.modality == modality)
    }

    /// Nothing missing, nothing twice, more minutes for more.
    fn check(&self) -> Result<(), (Option<&Source>, String)> {
        for new_patient in [true, false] {
            let levels: Vec<&Level> = self.levels_of(new_patient).collect();
            let which = if new_patient { "new" } else { "established" };
            if levels.len() != 4 {
                return Err((None, format!("needs four levels for {which} patients, has {}", levels.len())));
            }
            for pair in levels.windows(2) {
                if let [low, high] = pair
                    && (low.mdm >= high.mdm || low.minutes >= high.minutes)
                {
                    return Err((Some(&high.source), format!("{} is not above {}", high.code, low.code)));
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
                (Some(_), Some(again)) => {
                    return Err((Some(&again.source), "this place stands twice".into()));
                }
                _ => return Err((None, "a place of service is missing".into())),
            }
        }
        for (_, payer) in PAYERS {
            for (word, modality) in MODALITIES {
                let found: Vec<_> =
                    self.modifiers.iter().filter(|m| m.payer == payer && m.modality == modality).collect();
                match found.as_slice() {
                    [_] => {}
                    [_, again, ..] => {
                        return Err((Some(&again.source), "this payer and modality stand twice".into()));
                    }
                    [] => return Err((None, format!("no modifier row for {payer:?} and {word}"))),
                }
            }
        }
        for (word, name) in Named::ALL {
            match self.conditions.iter().filter(|c| c.name == name).collect::<Vec<_>>().as_slice() {
                [_] => {}
                [_, again, ..] => return Err((Some(&again.source), format!("'{word}' stands twice"))),
                [] => return Err((None, format!("the condition '{word}' is missing"))),
            }
        }
        Ok(())
    }
}
