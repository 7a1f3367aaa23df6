//! Values of the chart as they go into a note: each with its date and source, and never made up. What is
//! not known stands there as a field to fill in, with the reason.

use crate::chart::{Entry, Section, Value};
use crate::phi::Phi;

/// A measurement that can be asked for by name: `{{last a1c}}`.
struct Measure {
    names: &'static [&'static str],
    /// As a clinician says it.
    label: &'static str,
    /// LOINC codes, any of which is meant.
    loinc: &'static [&'static str],
    section: Section,
}

/// A plain list of the chart that can be asked for by name: `{{medications}}`.
const LISTS: [(&[&str], &str, Section); 3] = [
    (&["medications", "meds"], "medications", Section::Medications),
    (&["allergies"], "allergies", Section::Allergies),
    (&["problems", "problem list"], "problems", Section::Problems),
];

const fn vital(
    names: &'static [&'static str],
    label: &'static str,
    loinc: &'static [&'static str],
) -> Measure {
    Measure { names, label, loinc, section: Section::Vitals }
}

const fn lab(names: &'static [&'static str], label: &'static str, loinc: &'static [&'static str]) -> Measure {
    Measure { names, label, loinc, section: Section::Labs }
}

const PRESSURE: &str = "85354-9";

/// LOINC codes as in US Core's vital signs and the common laboratory results.
const MEASURES: [Measure; 27] = [
    vital(&["bp", "blood pressure"], "blood pressure", &[PRESSURE]),
    vital(&["pulse", "hr", "heart rate"], "pulse", &["8867-4"]),
    vital(&["rr", "respiratory rate"], "respiratory rate", &["9279-1"]),
    vital(&["temp", "temperature"], "temperature", &["8310-5"]),
    vital(&["weight"], "weight", &["29463-7"]),
    vital(&["height"], "height", &["8302-2"]),
    vital(&["bmi"], "BMI", &["39156-5"]),
    vital(&["spo2", "oxygen saturation"], "SpO2", &["59408-5", "2708-6"]),
    lab(&["a1c", "hba1c"], "A1c", &["4548-4"]),
    lab(&["glucose"], "glucose", &["2345-7"]),
    lab(&["creatinine"], "creatinine", &["2160-0"]),
    lab(&["egfr"], "eGFR", &["98979-8"]),
    lab(&["potassium"], "potassium", &["2823-3"]),
    lab(&["sodium"], "sodium", &["2951-2"]),
    lab(&["ldl"], "LDL", &["13457-7", "18262-6"]),
    lab(&["hdl"], "HDL", &["2085-9"]),
    lab(&["cholesterol"], "cholesterol", &["2093-3"]),
    lab(&["triglycerides"], "triglycerides", &["2571-8"]),
    lab(&["tsh"], "TSH", &["3016-3"]),
    lab(&["hemoglobin", "hgb"], "hemoglobin", &["718-7"]),
    lab(&["wbc"], "white cells", &["6690-2"]),
    lab(&["platelets"], "platelets", &["777-3"]),
    lab(&["alt"], "ALT", &["1742-6"]),
    lab(&["ast"], "AST", &["1920-8"]),
    lab(&["inr"], "INR", &["6301-6"]),
    lab(&["uacr"], "urine albumin/creatinine", &["9318-7"]),
    lab(&["bun"], "BUN", &["3094-0"]),
];

/// How far a section of the chart is known.
#[derive(Debug, Clone, Copy)]
pub enum Known<'c> {
    /// `whole`: nothing of it is missing. `as_of`: when the EHR gave it, as the clinician reads times.
    Loaded { entries: &'c [Entry], whole: bool, as_of: &'c str },
    /// It is on its way, failed, or is not offered.
    Not(&'c str),
}

/// The chart, as far as it may be read into the note.
pub trait Chart {
    fn section(&self, section: Section) -> Known<'_>;
    /// `{{today}}`, `{{age}}`, `{{sex}}`, `{{reason}}`: what the visit itself says.
    fn fact(&self, name: &str) -> Option<String>;
    /// Whose chart it is.
    fn source(&self) -> &str;
}

/// Every name that can be asked for, with what it stands for.
pub fn names() -> impl Iterator<Item = (String, String)> {
    let facts = [
        ("today", "the day of the visit"),
        ("age", "the patient’s age"),
        ("sex", "the patient’s sex"),
        ("reason", "the reason of the visit"),
    ];
    let lists = LISTS.iter().map(|(names, label, _)| (names[0].to_owned(), format!("the list of {label}")));
    let measures =
        MEASURES.iter().map(|m| (format!("last {}", m.names[0]), format!("the newest {}", m.label)));
    lists.chain(measures).chain(facts.map(|(name, words)| (name.to_owned(), words.to_owned())))
}

/// The chart sections that a name needs.
pub fn needs(name: &str) -> Option<Section> {
    let name = plain(name);
    let list = LISTS.iter().find(|(names, ..)| names.contains(&name.as_str())).map(|(.., section)| *section);
    list.or_else(|| measure(&name).map(|m| m.section))
}

/// What stands in the note for `{{name}}`.
pub fn value(name: &str, chart: &impl Chart) -> String {
    let name = plain(name);
    if let Some((_, label, section)) = LISTS.iter().find(|(names, ..)| names.contains(&name.as_str())) {
        return list(label, chart.section(*section), chart.source());
    }
    if let Some(measure) = measure(&name) {
        return newest(measure, chart.section(measure.section));
    }
    if ["today", "age", "sex", "reason"].contains(&name.as_str()) {
        return chart.fact(&name).unwrap_or_else(|| format!("[{name}: not known]"));
    }
    format!("[no such value: {}]", name.replace(['[', ']'], ""))
}

fn plain(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

fn measure(name: &str) -> Option<&'static Measure> {
    let asked = name.strip_prefix("last ")?;
    MEASURES.iter().find(|m| m.names.contains(&asked))
}

fn newest(measure: &Measure, known: Known<'_>) -> String {
    let label = measure.label;
    let (entries, whole) = match known {
        Known::Not(why) => return format!("[last {label}: {why}]"),
        Known::Loaded { entries, whole, .. } => (entries, whole),
    };
    let is_meant = |e: &&Entry| {
        let coded = |loinc: &&str| e.code.codings.iter().any(|(_, code)| code == loinc);
        e.current && measure.loinc.iter().any(coded) && shown(e).is_some()
    };
    let newest = entries.iter().filter(is_meant).max_by(|a, b| written(a).cmp(&written(b)));
    match newest.and_then(|e| Some((e, shown(e)?))) {
        Some((entry, words)) => {
            let caution = if whole { "" } else { "; the chart was not loaded completely" };
            let unsure =
                entry.status.words().filter(|_| !entry.status.is(&["final", "amended", "corrected"]));
            let unsure = unsure.map(|s| format!(", {s}")).unwrap_or_default();
            format!("{words} ({}{unsure}{caution})", origin(entry))
        }
        None if whole => format!("[last {label}: none in the chart]"),
        None => format!("[last {label}: the chart was not loaded completely]"),
    }
}

fn written(entry: &Entry) -> Option<&str> {
    entry.date.as_ref().map(|d| d.expose().as_str())
}

/// The value as people write it; a blood pressure as one.
fn shown(entry: &Entry) -> Option<String> {
    let part = |code: &str| entry.values.iter().find(|v| v.code == code && v.component);
    let number = |v: &Value| format!("{}{}", v.comparator, v.text);
    if let Some((systolic, diastolic)) = part("8480-6").zip(part("8462-4"))
        && systolic.unit == diastolic.unit
    {
        return Some(
            format!("{}/{} {}", number(systolic), number(diastolic), systolic.unit).trim_end().to_owned(),
        );
    }
    entry.shown.as_ref().map(|s| s.expose().clone())
}

fn origin(entry: &Entry) -> String {
    let date = entry.date.as_ref().map_or("no date", |d| d.expose().shown());
    let date = date.get(..10).unwrap_or(date);
    match &entry.source {
        Some(source) => format!("{date}, {source}"),
        None => date.to_owned(),
    }
}

fn list(label: &str, known: Known<'_>, source: &str) -> String {
    let (entries, whole, as_of) = match known {
        Known::Not(why) => return format!("[{label}: {why}]"),
        Known::Loaded { entries, whole, as_of } => (entries, whole, as_of),
    };
    let current: Vec<&Entry> = entries.iter().filter(|e| e.current && !e.visit_diagnosis).collect();
    if current.is_empty() && whole {
        return format!("[{label}: none recorded in {source} on {as_of}; ask the patient]");
    }
    let mut title = label.to_owned();
    if let Some(first) = title.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let mut out = format!("{title} ({source}, {as_of}):");
    for entry in current {
        let detail = entry.detail.as_ref().map(Phi::expose).filter(|d| !d.is_empty());
        let detail = detail.map(|d| format!(": {d}")).unwrap_or_default();
        out.push_str(&format!("\n- {}{detail} ({})", entry.title.expose(), origin(entry)));
    }
    if !whole {
        out.push_str(&format!("\n[{label}: not all could be loaded; check the EHR]"));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::{Coded, Status};
    use crate::date::PartialDate;

    struct Maria<'c> {
        entries: &'c [Entry],
        whole: bool,
        loaded: bool,
    }

    impl Chart for Maria<'_> {
        fn section(&self, _: Section) -> Known<'_> {
            match self.loaded {
                true => Known::Loaded { entries: self.entries, whole: self.whole, as_of: "2026-11-22 14:20" },
                false => Known::Not("labs are not loaded"),
            }
        }
        fn fact(&self, name: &str) -> Option<String> {
            (name == "age").then(|| "54 y".to_owned())
        }
        fn source(&self) -> &'static str {
            "Riverside"
        }
    }

    fn a1c(value: &str, date: &str) -> Entry {
        let mut entry = Entry::new("Observation/1".into(), "Hemoglobin A1c", "").coded(Coded {
            text: String::new(),
            codings: vec![("http://loinc.org".into(), "4548-4".into())],
        });
        entry.shown = Some(Phi::from(value));
        entry.date = PartialDate::parse(date).map(Phi::new);
        entry.source = Some("Quest".into());
        entry.status = Status::Known("final".into());
        entry
    }

    fn said(name: &str, entries: &[Entry]) -> String {
        value(name, &Maria { entries, whole: true, loaded: true })
    }

    #[test]
    fn the_newest_value_comes_with_its_date_and_source() {
        let entries = [a1c("7.2 %", "2026-05-01"), a1c("8.1 %", "2026-11-02"), a1c("7.9 %", "2026-08-01")];
        assert_eq!(said("last a1c", &entries), "8.1 % (2026-11-02, Quest)");
        assert_eq!(said("  Last   A1C ", &entries), "8.1 % (2026-11-02, Quest)");
    }

    #[test]
    fn what_was_entered_in_error_is_not_a_value_and_what_is_not_final_says_so() {
        let wrong = Entry { current: false, ..a1c("18 %", "2026-11-20") };
        let early = Entry { status: Status::Known("preliminary".into()), ..a1c("8.1 %", "2026-11-02") };
        assert_eq!(said("last a1c", &[wrong, early]), "8.1 % (2026-11-02, Quest, preliminary)");
    }

    #[test]
    fn what_is_not_known_is_a_field_with_the_reason_and_never_made_up() {
        assert_eq!(said("last a1c", &[]), "[last A1c: none in the chart]");
        assert_eq!(said("last shoe size", &[]), "[no such value: last shoe size]");
        assert_eq!(
            said("medications", &[]),
            "[medications: none recorded in Riverside on 2026-11-22 14:20; ask the patient]"
        );
        assert_eq!(said("reason", &[]), "[reason: not known]");
        let loading = Maria { entries: &[], whole: true, loaded: false };
        assert_eq!(value("last a1c", &loading), "[last A1c: labs are not loaded]");
        let entries = [a1c("8.1 %", "2026-11-02")];
        let partial = Maria { entries: &entries, whole: false, loaded: true };
        assert!(value("last a1c", &partial).contains("not loaded completely"));
        assert!(value("last tsh", &partial).starts_with('['));
    }

    #[test]
    fn a_blood_pressure_is_one_value() {
        let part = |code: &str, text: &str| Value {
            code: code.into(),
            component: true,
            text: text.into(),
            comparator: String::new(),
            unit: "mmHg".into(),
            ucum: None,
        };
        let mut pressure = a1c("", "2026-11-10");
        pressure.code.codings = vec![("http://loinc.org".into(), PRESSURE.into())];
        pressure.values = vec![part("8480-6", "148"), part("8462-4", "92")];
        assert_eq!(said("last bp", &[pressure]), "148/92 mmHg (2026-11-10, Quest)");
    }

    #[test]
    fn a_list_has_a_line_for_each_current_entry() {
        let mut metformin = Entry::new("MedicationRequest/1".into(), "Metformin 500 mg", "");
        metformin.detail = Some(Phi::from("twice a day"));
        let stopped = Entry { current: false, ..Entry::new("MedicationRequest/2".into(), "Aspirin", "") };
        assert_eq!(
            said("meds", &[metformin, stopped]),
            "Medications (Riverside, 2026-11-22 14:20):\n- Metformin 500 mg: twice a day (no date)"
        );
    }

    #[test]
    fn every_name_that_is_offered_is_known() {
        for (name, _) in names() {
            assert!(!said(&name, &[]).contains("no such value"), "{name}");
        }
    }
}
