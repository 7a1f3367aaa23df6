//! Since your last visit: the facts from the vault, the rules from `clinical::brief`, the words
//! from here.

use crate::account::Account;
use crate::app::Companion;
use crate::chart_view;
use crate::contract::{
    BriefGroup, BriefGroupKind, BriefKind, BriefLine, BriefMissing, BriefSince, BriefView, VisitArgs,
};
use crate::failure::Failure;
use clinical::brief::{Brief, Fact, Kind, Line, When, brief};
use clinical::chart::{Entry, Section};
use clinical::visit::Visit;
use ehr::chart::entries;
use fhir::view::{Since, since};
use jiff::civil::Date;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;
use vault::SectionOutcome;

/// What the brief is made of.
const SECTIONS: [Section; 6] = [
    Section::Medications,
    Section::Problems,
    Section::Allergies,
    Section::Labs,
    Section::Notes,
    Section::Encounters,
];

/// A section as the vault has it.
pub(crate) struct Read {
    section: Section,
    pub entries: Vec<(Entry, Since)>,
}

impl Companion {
    pub async fn brief_get(self: &Arc<Self>, args: VisitArgs) -> Result<BriefView, Failure> {
        let (account, visit) = self.visit(&args.visit).await?;
        let (mut read, mut not_loaded) = (Vec::new(), Vec::new());
        for section in SECTIONS {
            let (found, why) = self.read_for_brief(&account, &visit, section).await?;
            read.extend(found);
            if let Some(why) = why {
                let (kind, title) = chart_view::named(section);
                not_loaded.push(BriefMissing { section: kind, title, why });
            }
        }
        let today = When { day: self.clinic_day(), at: None };
        let encounters = read.iter().find(|r| r.section == Section::Encounters);
        let last = match encounters {
            Some(encounters) => last_visit(encounters, &visit, today),
            None => Err("The earlier visits are not loaded, so it is not known when the last one was."),
        };
        let (since, found) = match last {
            Ok((since, after)) => (since, brief(&facts(&read), after)),
            Err(why) => (BriefSince::Unknown { why: why.to_owned() }, Brief::default()),
        };
        Ok(BriefView {
            visit: visit.id,
            since,
            groups: groups(&found.lines),
            not_loaded,
            remarks: found.undated.iter().map(|(section, n)| undated(*section, *n)).collect(),
        })
    }

    /// The section with its dates, and why it is not all there is.
    pub(crate) async fn read_for_brief(
        &self,
        account: &Account,
        visit: &Visit,
        section: Section,
    ) -> Result<(Option<Read>, Option<String>), Failure> {
        let loading = account.charts.is_loading(visit, section);
        let Some(stored) = account.vault.section(&visit.iss, &visit.patient.id, section).await? else {
            let why = if loading { "is being loaded" } else { "was not loaded yet" };
            return Ok((None, Some(why.to_owned())));
        };
        let parsed: Vec<Value> =
            stored.resources.iter().filter_map(|(_, raw)| serde_json::from_str(raw.expose()).ok()).collect();
        let mut dates: HashMap<String, Since> =
            parsed.iter().filter_map(|r| Some((fhir::json::reference(r)?, since(r)))).collect();
        let (found, unreadable) = entries(section, &visit.iss, &parsed);
        let kind = format!("{}/", kind_of(section));
        let found = found.into_iter().filter(|e| e.id.starts_with(&kind)).map(|e| {
            let dates = dates.remove(&e.id).unwrap_or_default();
            (e, dates)
        });
        let read = Read { section, entries: found.collect() };
        let why = match stored.outcome {
            SectionOutcome::Complete if loading => {
                Some(format!("is being asked for again; this is as of {}", stored.fetched_at))
            }
            SectionOutcome::Complete if unreadable > 0 => {
                Some(format!("{unreadable} entries could not be understood"))
            }
            SectionOutcome::Complete => None,
            SectionOutcome::Partial(why) => Some(format!("is not all there: {why}")),
            SectionOutcome::Failed(why) => Some(format!("could not be loaded: {why}")),
            SectionOutcome::NotOffered(why) => Some(format!("is not given out: {why}")),
        };
        Ok((Some(read), why))
    }
}

/// The records of a section that the rules are about; a section may hold others beside them.
fn kind_of(section: Section) -> &'static str {
    match section {
        Section::Medications => "MedicationRequest",
        Section::Problems => "Condition",
        Section::Allergies => "AllergyIntolerance",
        Section::Notes => "DocumentReference",
        Section::Encounters => "Encounter",
        _ => "Observation",
    }
}

impl Read {
    /// The encounters that took place before this day, other than the visit's own.
    pub fn held_before(&self, day: Date, visit: &Visit) -> Vec<&(Entry, Since)> {
        let this = visit.encounter.as_ref().map(|id| format!("Encounter/{id}"));
        let held = |(entry, dates): &&(Entry, Since)| {
            let over = matches!(dates.status.as_str(), "finished" | "in-progress" | "onleave");
            over && dates.began.is_some_and(|b| b.day < day) && Some(&entry.id) != this.as_ref()
        };
        self.entries.iter().filter(held).collect()
    }

    /// Of every other encounter it is plain when it was, or that it was none.
    pub fn all_dated(&self, visit: &Visit) -> bool {
        let this = visit.encounter.as_ref().map(|id| format!("Encounter/{id}"));
        let none =
            |dates: &Since| matches!(dates.status.as_str(), "planned" | "cancelled" | "entered-in-error");
        let held = |dates: &Since| matches!(dates.status.as_str(), "finished" | "in-progress" | "onleave");
        self.entries
            .iter()
            .filter(|(entry, _)| Some(&entry.id) != this.as_ref())
            .all(|(_, dates)| none(dates) || (held(dates) && dates.began.is_some()))
    }
}

/// This clinician took part in it.
pub(crate) fn is_with(clinician: &str, dates: &Since) -> bool {
    dates.people.iter().any(|p| p == clinician || p.ends_with(&format!("/{clinician}")))
}

/// The latest visit before today that took place: with this clinician, else with anybody.
fn last_visit(encounters: &Read, visit: &Visit, today: When) -> Result<(BriefSince, When), &'static str> {
    let newest = |all: Vec<&(Entry, Since)>| all.into_iter().max_by_key(|(_, dates)| dates.began).cloned();
    let all = encounters.held_before(today.day, visit);
    let ours = all.iter().copied().filter(|(_, dates)| is_with(&visit.clinician, dates));
    let own = newest(ours.collect());
    let yours = own.is_some();
    let (entry, dates) = own.or_else(|| newest(all)).ok_or("No earlier visit is on record.")?;
    let began = dates.began.ok_or("The earlier visits have no dates.")?;
    let words = match (yours, &entry.source) {
        (true, _) => "your visit".to_owned(),
        (false, Some(with)) => format!("the visit with {with}; none with you is on record"),
        (false, None) => "the last visit; none with you is on record".to_owned(),
    };
    let since = BriefSince::Known { date: began.day.to_string(), words, yours, encounter: entry.id };
    Ok((since, dates.ended.unwrap_or(When { day: began.day, at: None })))
}

fn facts(read: &[Read]) -> Vec<Fact> {
    let of = |section: Section, (entry, dates): &(Entry, Since)| {
        // A limit such as "<5" is no number to compare.
        let value = entry.values.first().filter(|v| entry.values.len() == 1 && v.comparator.is_empty());
        let unit = value.map(|v| v.unit.clone()).unwrap_or_default();
        Fact {
            section,
            id: entry.id.clone(),
            title: entry.title.clone(),
            detail: entry.detail.clone().filter(|_| section != Section::Labs),
            current: entry.current,
            status: dates.status.clone(),
            began: dates.began,
            ended: dates.ended,
            flag: entry.flag,
            code: entry.code.code(fhir::system::LOINC).unwrap_or_default().to_owned(),
            number: value.and_then(|v| v.text.parse().ok()),
            shown: entry
                .shown
                .as_ref()
                .or(entry.detail.as_ref())
                .map_or(String::new(), |s| s.expose().clone()),
            unit,
            low: dates.low,
            high: dates.high,
            negation: entry.negation,
            visit_diagnosis: entry.visit_diagnosis,
            class: dates.class.clone(),
        }
    };
    read.iter().flat_map(|r| r.entries.iter().map(move |e| of(r.section, e))).collect()
}

fn groups(lines: &[Line]) -> Vec<BriefGroup> {
    let mut groups: Vec<BriefGroup> = Vec::new();
    for line in lines {
        let (kind, group, title, section, word) = words(line.kind);
        let line = BriefLine {
            kind,
            word: word.to_owned(),
            text: line.text.expose().clone(),
            detail: line.detail.as_ref().map(|d| d.expose().clone()),
            date: line.day.map(|d| d.to_string()),
            flag: chart_view::flag(line.flag),
            section: chart_view::named(section).0,
            evidence: line.evidence.clone(),
        };
        match groups.iter_mut().find(|g| g.kind == group) {
            Some(group) => group.lines.push(line),
            None => groups.push(BriefGroup { kind: group, title: title.to_owned(), lines: vec![line] }),
        }
    }
    groups
}

fn words(kind: Kind) -> (BriefKind, BriefGroupKind, &'static str, Section, &'static str) {
    use BriefGroupKind as Group;
    match kind {
        Kind::MedicationNew => {
            (BriefKind::MedicationNew, Group::Medications, "Medications", Section::Medications, "new")
        }
        Kind::MedicationChanged => {
            (BriefKind::MedicationChanged, Group::Medications, "Medications", Section::Medications, "changed")
        }
        Kind::MedicationStopped => {
            (BriefKind::MedicationStopped, Group::Medications, "Medications", Section::Medications, "stopped")
        }
        Kind::ProblemNew => (BriefKind::ProblemNew, Group::Problems, "Problems", Section::Problems, "new"),
        Kind::AllergyNew => (BriefKind::AllergyNew, Group::Allergies, "Allergies", Section::Allergies, "new"),
        Kind::ResultOutOfRange => {
            (BriefKind::ResultOutOfRange, Group::Results, "Results", Section::Labs, "out of range")
        }
        Kind::ResultChanged => {
            (BriefKind::ResultChanged, Group::Results, "Results", Section::Labs, "changed")
        }
        Kind::NoteNew => (BriefKind::NoteNew, Group::Notes, "Notes", Section::Notes, "new"),
        Kind::Admission => (
            BriefKind::Admission,
            Group::Stays,
            "Admissions and emergencies",
            Section::Encounters,
            "admission",
        ),
        Kind::Emergency => (
            BriefKind::Emergency,
            Group::Stays,
            "Admissions and emergencies",
            Section::Encounters,
            "emergency",
        ),
    }
}

fn undated(section: Section, n: usize) -> String {
    let (one, many) = match section {
        Section::Medications => ("medication", "medications"),
        Section::Problems => ("problem", "problems"),
        Section::Allergies => ("allergy", "allergies"),
        Section::Notes => ("note", "notes"),
        Section::Encounters => ("visit", "visits"),
        _ => ("result", "results"),
    };
    match n {
        1 => format!("Of 1 {one} the chart does not say when; it is not counted here."),
        n => format!("Of {n} {many} the chart does not say when; they are not counted here."),
    }
}
