//! From entries to what the chart pane shows: order, grouping of measurements, honest empty words.

use crate::chart::ReadSection;
use crate::contract::{
    AllergyState, BannerAllergies, ChartItem, ChartSection, ItemFlag, SectionKind, SectionState, SeriesPoint,
};
use clinical::chart::{Entry, Flag, Section};
use fhir::system::{ICD10CM, LOINC};
use std::collections::BTreeMap;
use vault::SectionOutcome;

/// A section as the pane shows it.
pub fn section(section: Section, loading: bool, read: Option<&ReadSection>) -> ChartSection {
    let (title, empty) = words(section);
    let state = match (read.map(|r| &r.outcome), loading) {
        (_, true) | (None, false) => SectionState::Loading,
        (Some(SectionOutcome::Complete), _) => SectionState::Complete,
        (Some(SectionOutcome::Partial(why)), _) => SectionState::Partial { why: why.clone() },
        (Some(SectionOutcome::Failed(why)), _) => SectionState::Failed { why: why.clone() },
    };
    let items = match section {
        _ if read.is_none() => Vec::new(),
        Section::Vitals | Section::Labs => grouped(read.map_or(&[], |r| &r.entries)),
        Section::Problems => problems(read.map_or(&[], |r| &r.entries)),
        _ => listed(section, read.map_or(&[], |r| &r.entries)),
    };
    ChartSection {
        kind: kind(section),
        title: title.to_owned(),
        state,
        as_of: read.map(|r| r.as_of.to_string()),
        empty_words: empty.to_owned(),
        items,
        unreadable: read.map_or(0, |r| r.unreadable),
    }
}

fn kind(section: Section) -> SectionKind {
    match section {
        Section::Allergies => SectionKind::Allergies,
        Section::Problems => SectionKind::Problems,
        Section::Medications => SectionKind::Medications,
        Section::Vitals => SectionKind::Vitals,
        Section::Labs => SectionKind::Labs,
        Section::Notes => SectionKind::Notes,
        Section::Encounters => SectionKind::Encounters,
    }
}

fn words(section: Section) -> (&'static str, &'static str) {
    match section {
        Section::Allergies => {
            ("Allergies", "No allergies are recorded. That is not the same as “no known allergies”.")
        }
        Section::Problems => ("Problems", "No problems are recorded."),
        Section::Medications => ("Medications", "No medications are recorded."),
        Section::Vitals => ("Vitals", "No vitals are recorded."),
        Section::Labs => ("Labs", "No laboratory results are recorded."),
        Section::Notes => ("Notes", "No notes or documents are recorded."),
        Section::Encounters => ("Visits", "No earlier visits are recorded."),
    }
}

/// Current ones first, the serious before the rest, then the newest.
fn listed(section: Section, entries: &[Entry]) -> Vec<ChartItem> {
    let mut sorted: Vec<&Entry> = entries.iter().collect();
    sorted.sort_by_key(|e| {
        let newest_first = std::cmp::Reverse(e.date.as_ref().map(|d| d.expose().as_str().to_owned()));
        let serious = section == Section::Allergies && e.flag == Some(Flag::Critical);
        (!e.current && !matches!(section, Section::Notes | Section::Encounters), !serious, newest_first)
    });
    sorted.into_iter().map(|e| item(e, Vec::new())).collect()
}

/// The problem list, with the diagnoses of past visits folded in: each code stands once and says
/// at how many visits it was diagnosed and when last.
fn problems(entries: &[Entry]) -> Vec<ChartItem> {
    let key = |e: &Entry| e.code.code(ICD10CM).map_or_else(|| e.title.expose().to_lowercase(), str::to_owned);
    let (visits, list): (Vec<Entry>, Vec<Entry>) = entries.iter().cloned().partition(|e| e.visit_diagnosis);
    let mut items = listed(Section::Problems, &list);
    let mut past: BTreeMap<String, Vec<&Entry>> = BTreeMap::new();
    for visit in &visits {
        past.entry(key(visit)).or_default().push(visit);
    }
    let day = |e: &Entry| e.date.as_ref().map(|d| d.expose().shown().to_owned());
    for (key_of_visits, mut group) in past {
        group.sort_by_key(|e| day(e));
        let Some(last) = group.last() else { continue };
        let when = day(last).map(|d| format!(", last {d}")).unwrap_or_default();
        let times = if group.len() == 1 { "1 visit".to_owned() } else { format!("{} visits", group.len()) };
        let words = format!("diagnosed at {times}{when}");
        let listed_as = list.iter().find(|e| key(e) == key_of_visits && e.current);
        match listed_as.and_then(|e| items.iter_mut().find(|i| i.id == e.id)) {
            Some(item) => {
                item.detail = Some(item.detail.take().map_or(words.clone(), |d| format!("{d} · {words}")));
            }
            None => {
                let words = format!("not on the problem list · {words}");
                items.push(ChartItem { detail: Some(words), ..item(last, Vec::new()) });
            }
        }
    }
    items.sort_by_key(|i| !i.current);
    items
}

/// One line for each kind of measurement: the newest value, with the older ones behind it. Two
/// units never share a series.
fn grouped(entries: &[Entry]) -> Vec<ChartItem> {
    let mut groups: BTreeMap<(String, String), Vec<&Entry>> = BTreeMap::new();
    let mut order: Vec<(String, String)> = Vec::new();
    for entry in entries.iter().filter(|e| e.current) {
        let code = entry.code.code(LOINC).map_or_else(|| entry.title.expose().to_lowercase(), str::to_owned);
        let unit = entry.values.first().map(|v| v.unit.clone()).unwrap_or_default();
        let key = (code, unit);
        if !groups.contains_key(&key) {
            order.push(key.clone());
        }
        groups.entry(key).or_default().push(entry);
    }
    let mut items: Vec<ChartItem> = order
        .into_iter()
        .filter_map(|key| {
            let mut group = groups.remove(&key)?;
            group.sort_by_key(|e| e.date.as_ref().map(|d| d.expose().as_str().to_owned()));
            let series = group.iter().filter_map(|e| point(e)).collect();
            Some(item(group.last()?, series))
        })
        .collect();
    items.sort_by_key(|i| (i.flag.is_none(), std::cmp::Reverse(i.date.clone())));
    items
}

fn point(entry: &Entry) -> Option<SeriesPoint> {
    let of = |code: &str| entry.values.iter().find(|v| v.code == code);
    let date = entry.date.as_ref()?.expose().shown().to_owned();
    if let (Some(systolic), Some(diastolic)) = (of("8480-6"), of("8462-4")) {
        let value = format!("{}/{}", systolic.text, diastolic.text);
        return Some(SeriesPoint {
            date,
            value,
            unit: systolic.unit.clone(),
            number: systolic.text.parse().ok(),
        });
    }
    let value = entry.values.first()?;
    Some(SeriesPoint {
        date,
        value: value.text.clone(),
        unit: value.unit.clone(),
        number: value.text.parse().ok(),
    })
}

fn item(entry: &Entry, series: Vec<SeriesPoint>) -> ChartItem {
    ChartItem {
        id: entry.id.clone(),
        title: entry.title.expose().clone(),
        detail: entry.detail.as_ref().map(|d| d.expose().clone()),
        status: entry.status.words(),
        current: entry.current,
        date: entry.date.as_ref().map(|d| d.expose().shown().to_owned()),
        flag: entry.flag.map(|f| match f {
            Flag::High => ItemFlag::High,
            Flag::Low => ItemFlag::Low,
            Flag::Critical => ItemFlag::Critical,
            Flag::Abnormal => ItemFlag::Abnormal,
        }),
        source: entry.source.clone(),
        series,
        has_document: entry.has_document,
        icd10: entry.code.code(ICD10CM).map(str::to_owned),
    }
}

/// What the banner says of allergies.
pub fn banner_allergies(loading: bool, read: Option<&ReadSection>) -> BannerAllergies {
    let entries: &[Entry] = read.map_or(&[], |r| &r.entries);
    let known: Vec<&Entry> = entries.iter().filter(|e| e.current && !e.negation).collect();
    let failed = matches!(read.map(|r| &r.outcome), Some(SectionOutcome::Failed(_)));
    let partial = matches!(read.map(|r| &r.outcome), Some(SectionOutcome::Partial(_)));
    let state = if !known.is_empty() {
        AllergyState::Known
    } else if loading || read.is_none() {
        AllergyState::Loading
    } else if failed || partial {
        AllergyState::Failed
    } else if entries.iter().any(|e| e.current && e.negation) {
        AllergyState::NoneKnown
    } else {
        AllergyState::NotRecorded
    };
    let mut sorted = known;
    sorted.sort_by_key(|e| e.flag != Some(Flag::Critical));
    let mut labels: Vec<String> = sorted.iter().map(|e| e.title.expose().clone()).collect();
    labels.dedup();
    if state == AllergyState::Known && (failed || partial) {
        labels.push("list may be incomplete".to_owned());
    }
    BannerAllergies { state, labels }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_section_is_never_called_empty() {
        let failed = ReadSection {
            entries: vec![],
            unreadable: 0,
            outcome: SectionOutcome::Failed("the EHR refused (HTTP 403)".into()),
            as_of: jiff::Timestamp::UNIX_EPOCH,
        };
        let shown = section(Section::Allergies, false, Some(&failed));
        assert!(matches!(shown.state, SectionState::Failed { .. }));
        assert_eq!(banner_allergies(false, Some(&failed)).state, AllergyState::Failed);
        assert_eq!(banner_allergies(false, None).state, AllergyState::Loading);
    }

    #[test]
    fn nothing_recorded_is_not_no_known_allergies() {
        let empty = ReadSection {
            entries: vec![],
            unreadable: 0,
            outcome: SectionOutcome::Complete,
            as_of: jiff::Timestamp::UNIX_EPOCH,
        };
        assert_eq!(banner_allergies(false, Some(&empty)).state, AllergyState::NotRecorded);
    }
}
