//! From entries to what the chart pane shows: order, grouping of measurements, honest empty words.

use crate::chart::ReadSection;
use crate::contract::{
    AllergyState, BannerAllergies, ChartItem, ChartSection, ItemCode, ItemFlag, ReferenceRange, SectionKind,
    SectionState, SeriesPoint,
};
use clinical::chart::{Entry, Flag, NO_KNOWN_ALLERGY, Section, Value};
use clinical::phi::Phi;
use fhir::system::{ICD10CM, LOINC, SNOMED};
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
        (Some(SectionOutcome::NotOffered(why)), _) => SectionState::NotOffered { why: why.clone() },
    };
    let items = match section {
        _ if read.is_none() => Vec::new(),
        Section::Vitals | Section::Labs | Section::Social => grouped(read.map_or(&[], |r| &r.entries)),
        Section::Results => results(read.map_or(&[], |r| &r.entries)),
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
        Section::Results => SectionKind::Results,
        Section::Notes => SectionKind::Notes,
        Section::Immunizations => SectionKind::Immunizations,
        Section::Procedures => SectionKind::Procedures,
        Section::Encounters => SectionKind::Encounters,
        Section::Orders => SectionKind::Orders,
        Section::Social => SectionKind::Social,
        Section::Plans => SectionKind::Plans,
        Section::CareTeam => SectionKind::CareTeam,
        Section::Coverage => SectionKind::Coverage,
        Section::Devices => SectionKind::Devices,
        Section::FamilyHistory => SectionKind::FamilyHistory,
        Section::Other => SectionKind::Other,
    }
}

/// The section on the wire, and its title.
pub fn named(section: Section) -> (SectionKind, String) {
    (kind(section), words(section).0.to_owned())
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
        Section::Results => ("Results and reports", "No other results or reports are recorded."),
        Section::Notes => ("Notes", "No notes or documents are recorded."),
        Section::Immunizations => ("Immunizations", "No immunizations are recorded."),
        Section::Procedures => ("Procedures", "No procedures are recorded."),
        Section::Encounters => ("Visits", "No earlier visits are recorded."),
        Section::Orders => ("Orders", "No orders are recorded."),
        Section::Social => ("Social history and surveys", "No social history is recorded."),
        Section::Plans => ("Goals and care plans", "No goals or care plans are recorded."),
        Section::CareTeam => ("Care team and family", "No care team is recorded."),
        Section::Coverage => ("Coverage", "No coverage is recorded."),
        Section::Devices => ("Devices", "No devices are recorded."),
        Section::FamilyHistory => ("Family history", "No family history is recorded."),
        Section::Other => ("Also in the EHR", "The EHR has no records of other kinds."),
    }
}

/// Current ones first, the serious before the rest, then the newest.
fn listed(section: Section, entries: &[Entry]) -> Vec<ChartItem> {
    let mut sorted: Vec<&Entry> = entries.iter().collect();
    sorted.sort_by_key(|e| {
        let newest_first = std::cmp::Reverse(e.date.as_ref().map(|d| d.expose().as_str().to_owned()));
        let serious = section == Section::Allergies && e.flag == Some(Flag::Critical);
        let by_date = matches!(section, Section::Notes | Section::Encounters | Section::Results);
        (!e.current && !by_date, !serious, newest_first)
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
        let ids = || group.iter().map(|e| e.id.clone());
        let listed_as = list.iter().find(|e| key(e) == key_of_visits && e.current);
        match listed_as.and_then(|e| items.iter_mut().find(|i| i.id == e.id)) {
            Some(item) => {
                item.detail = Some(item.detail.take().map_or(words.clone(), |d| format!("{d} · {words}")));
                item.also.extend(ids());
            }
            None => {
                let words = format!("not on the problem list · {words}");
                let also = ids().filter(|id| *id != last.id).collect();
                let detail = last.detail.as_ref().map(|d| format!("{} · {words}", d.expose()));
                items.push(ChartItem {
                    detail: Some(detail.unwrap_or(words)),
                    also,
                    ..item(last, Vec::new())
                });
            }
        }
    }
    items.sort_by_key(|i| !i.current);
    items
}

/// Reports by date, then the measurements that came with none.
fn results(entries: &[Entry]) -> Vec<ChartItem> {
    let is_measured = |e: &&Entry| e.id.starts_with("Observation/");
    let (measured, reports): (Vec<&Entry>, Vec<&Entry>) = entries.iter().partition(is_measured);
    let cloned = |all: Vec<&Entry>| all.into_iter().cloned().collect::<Vec<_>>();
    let mut items = listed(Section::Results, &cloned(reports));
    items.extend(grouped(&cloned(measured)));
    items
}

/// One line for each kind of measurement: the newest value, with the older ones behind it. Two
/// units never share a series. What was entered in error or cancelled stands by itself, as past;
/// forms that were filled in stand by themselves too.
fn grouped(entries: &[Entry]) -> Vec<ChartItem> {
    let mut groups: BTreeMap<(String, String), Vec<&Entry>> = BTreeMap::new();
    let mut order: Vec<(String, String)> = Vec::new();
    let is_measured = |e: &&Entry| e.current && e.id.starts_with("Observation/");
    let (measured, apart): (Vec<&Entry>, Vec<&Entry>) = entries.iter().partition(is_measured);
    for entry in measured {
        let code = entry.code.codings.first().map_or_else(
            || entry.title.expose().to_lowercase(),
            |first| entry.code.code(LOINC).unwrap_or(&first.1).to_owned(),
        );
        let unit = own_value(entry).or(entry.values.first()).map(|v| v.unit.clone()).unwrap_or_default();
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
            let series = group.iter().map(|e| point(e)).collect();
            Some(item(group.last()?, series))
        })
        .collect();
    items.sort_by_key(|i| (i.flag.is_none(), std::cmp::Reverse(i.date.clone())));
    items.extend(apart.into_iter().map(|e| item(e, Vec::new())));
    items
}

/// The value of the measurement itself, not of a part of it.
fn own_value(entry: &Entry) -> Option<&Value> {
    entry.values.iter().find(|v| !v.component)
}

fn point(entry: &Entry) -> SeriesPoint {
    let exact = |v: &Value| v.text.parse().ok().filter(|_| v.comparator.is_empty());
    let date = entry.date.as_ref().map(Phi::expose);
    let words = || entry.shown.as_ref().map(|s| s.expose().clone());
    let mut point = SeriesPoint {
        id: entry.id.clone(),
        date: date.map(|d| d.shown().to_owned()),
        written: date.map(|d| d.as_str().to_owned()),
        value: words().unwrap_or_else(|| "no value".to_owned()),
        unit: String::new(),
        ucum: None,
        number: None,
        second: None,
        range: entry.range.as_ref().map(|r| ReferenceRange {
            low: r.low.as_ref().and_then(|l| l.parse().ok()),
            high: r.high.as_ref().and_then(|h| h.parse().ok()),
            words: r.words.clone(),
        }),
        flag: flag(entry.flag),
        status: entry.status.words().filter(|_| !entry.status.is(&["final", "amended", "corrected"])),
    };
    let of = |code: &str| entry.values.iter().find(|v| v.code == code && v.component);
    let pressure = of("8480-6").zip(of("8462-4")).filter(|(s, d)| s.unit == d.unit);
    if let Some((systolic, diastolic)) = pressure.filter(|_| entry.values.len() == 2) {
        point.value =
            format!("{}{}/{}{}", systolic.comparator, systolic.text, diastolic.comparator, diastolic.text);
        point.unit.clone_from(&systolic.unit);
        point.ucum.clone_from(&systolic.ucum);
        (point.number, point.second) = (exact(systolic), exact(diastolic));
    } else if let Some(value) = own_value(entry).filter(|_| entry.values.len() == 1) {
        point.value = format!("{}{}", value.comparator, value.text);
        point.unit.clone_from(&value.unit);
        point.ucum.clone_from(&value.ucum);
        point.number = exact(value);
    }
    point
}

/// A flag on the wire.
pub fn flag(flag: Option<Flag>) -> Option<ItemFlag> {
    flag.map(|f| match f {
        Flag::High => ItemFlag::High,
        Flag::Low => ItemFlag::Low,
        Flag::Critical => ItemFlag::Critical,
        Flag::Abnormal => ItemFlag::Abnormal,
    })
}

fn item(entry: &Entry, series: Vec<SeriesPoint>) -> ChartItem {
    let first = entry.code.codings.iter().find(|(system, _)| !system.is_empty());
    ChartItem {
        id: entry.id.clone(),
        title: entry.title.expose().clone(),
        detail: entry.detail.as_ref().map(|d| d.expose().clone()),
        status: entry.status.words(),
        current: entry.current,
        date: entry.date.as_ref().map(|d| d.expose().shown().to_owned()),
        flag: flag(entry.flag),
        source: entry.source.clone(),
        series,
        has_document: entry.has_document,
        icd10: entry.code.code(ICD10CM).map(str::to_owned),
        code: first.map(|(system, code)| ItemCode { system: system.clone(), code: code.clone() }),
        also: Vec::new(),
        count: entry.count.map(|n| u32::try_from(n).unwrap_or(u32::MAX)),
    }
}

/// What the banner says of allergies.
pub fn banner_allergies(loading: bool, read: Option<&ReadSection>) -> BannerAllergies {
    let entries: &[Entry] = read.map_or(&[], |r| &r.entries);
    // "No known drug allergy" says nothing of food: it stands there in its own words.
    let general = |e: &Entry| e.negation && e.code.code(SNOMED) == Some(NO_KNOWN_ALLERGY[0]);
    let known: Vec<&Entry> = entries.iter().filter(|e| e.current && !general(e)).collect();
    let failed =
        matches!(read.map(|r| &r.outcome), Some(SectionOutcome::Failed(_) | SectionOutcome::NotOffered(_)));
    let unread = read.is_some_and(|r| r.unreadable > 0);
    let partial = matches!(read.map(|r| &r.outcome), Some(SectionOutcome::Partial(_)));
    let state = if !known.is_empty() {
        AllergyState::Known
    } else if loading || read.is_none() {
        AllergyState::Loading
    } else if failed || partial || unread {
        AllergyState::Failed
    } else if entries.iter().any(|e| e.current && general(e)) {
        AllergyState::NoneKnown
    } else {
        AllergyState::NotRecorded
    };
    let mut sorted = known;
    sorted.sort_by_key(|e| e.flag != Some(Flag::Critical));
    let mut labels: Vec<String> = sorted.iter().map(|e| e.title.expose().clone()).collect();
    labels.dedup();
    if state == AllergyState::Known && (failed || partial || unread) {
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
