//! What changed in a chart since a visit: a fixed set of rules over what the chart says, with the
//! records that each line rests on. Nothing is inferred: a record without a date that tells is
//! counted, not guessed.

use crate::chart::{Flag, Section};
use crate::date::PartialDate;
use crate::phi::Phi;
use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// A moment as a chart gives it: a day, or an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct When {
    /// The day as written there.
    pub day: Date,
    pub at: Option<Timestamp>,
}

impl When {
    /// `None` for a date that gives no day.
    pub fn of(date: &PartialDate) -> Option<Self> {
        Some(Self { day: date.day()?, at: date.as_str().parse().ok() })
    }

    /// By the clock where both have one, else by the day: the same day is not after.
    pub fn is_after(self, other: Self) -> bool {
        match (self.at, other.at) {
            (Some(a), Some(b)) => a > b,
            _ => self.day > other.day,
        }
    }
}

/// One record of the chart, as far as the brief looks at it.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    pub section: Section,
    /// `Type/id`
    pub id: String,
    pub title: Phi<String>,
    pub detail: Option<Phi<String>>,
    pub current: bool,
    /// The record's status code.
    pub status: String,
    /// Ordered, recorded, measured, written or admitted.
    pub began: Option<When>,
    /// For an order: when it ended, if that is recorded.
    pub ended: Option<When>,
    pub flag: Option<Flag>,
    /// LOINC code of a result; empty for none.
    pub code: String,
    pub number: Option<f64>,
    pub unit: String,
    /// The value with its unit, as shown.
    pub shown: String,
    /// The laboratory's own range.
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// "No known allergies" and the like.
    pub negation: bool,
    /// A diagnosis of one visit, not an entry of the problem list.
    pub visit_diagnosis: bool,
    /// v3-ActCode class of an encounter.
    pub class: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    MedicationNew,
    MedicationChanged,
    MedicationStopped,
    ProblemNew,
    AllergyNew,
    ResultOutOfRange,
    ResultChanged,
    NoteNew,
    Admission,
    Emergency,
}

/// One thing that changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub kind: Kind,
    pub text: Phi<String>,
    pub detail: Option<Phi<String>>,
    pub day: Option<Date>,
    pub flag: Option<Flag>,
    /// The records that say so, the newest first.
    pub evidence: Vec<String>,
}

/// The brief.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Brief {
    /// By kind, the newest first.
    pub lines: Vec<Line>,
    /// Records of which the chart does not say when: (section, how many).
    pub undated: Vec<(Section, usize)>,
}

/// Within-subject biological variation (CV_I, percent) of results that are often followed, by LOINC.
/// Source: Ricós C. et al., "Current databases on biologic variation", Scand J Clin Lab Invest 1999;
/// 59: 491–500, in the edition of 2014 (<https://www.westgard.com/biodatabase1.htm>).
const WITHIN_SUBJECT_CV: [(&str, f64); 15] = [
    ("4548-4", 1.9),  // haemoglobin A1c
    ("2345-7", 5.6),  // glucose
    ("2160-0", 5.95), // creatinine
    ("2823-3", 4.6),  // potassium
    ("2951-2", 0.6),  // sodium
    ("13457-7", 7.8), // LDL cholesterol, calculated
    ("18262-6", 7.8), // LDL cholesterol, direct
    ("2085-9", 7.3),  // HDL cholesterol
    ("2093-3", 5.95), // cholesterol
    ("2571-8", 19.9), // triglycerides
    ("3016-3", 19.3), // TSH
    ("718-7", 2.85),  // haemoglobin
    ("777-3", 9.1),   // platelets
    ("1742-6", 19.4), // ALT
    ("1920-8", 12.3), // AST
];

/// Reference change value in percent, two-sided at 95 %: √2 · 1.96 · √(CV_A² + CV_I²) (Fraser CG,
/// Biological Variation: From Principles to Practice, 2001). The laboratory's own imprecision is not
/// in the chart; the desirable limit, half of CV_I, stands for it. `None`: for this result there is no
/// value here, and only its range says anything.
pub fn reference_change(loinc: &str) -> Option<f64> {
    let (_, cv) = WITHIN_SUBJECT_CV.iter().find(|(code, _)| *code == loinc)?;
    Some(2f64.sqrt() * 1.96 * ((cv / 2.0).powi(2) + cv.powi(2)).sqrt())
}

/// What changed after `since`.
pub fn brief(facts: &[Fact], since: When) -> Brief {
    let of = |section| facts.iter().filter(move |f| f.section == section);
    let new = |f: &Fact| f.began.is_some_and(|b| b.is_after(since));
    let mut lines = medications(&of(Section::Medications).collect::<Vec<_>>(), since);
    for problem in of(Section::Problems).filter(|f| f.current && !f.visit_diagnosis && new(f)) {
        lines.push(line(Kind::ProblemNew, problem));
    }
    for allergy in of(Section::Allergies).filter(|f| f.current && !f.negation && new(f)) {
        lines.push(line(Kind::AllergyNew, allergy));
    }
    lines.extend(results(&of(Section::Labs).collect::<Vec<_>>(), since));
    for note in of(Section::Notes).filter(|f| f.current && new(f)) {
        lines.push(line(Kind::NoteNew, note));
    }
    for stay in of(Section::Encounters).filter(|f| f.current && new(f)) {
        match stay.class.as_str() {
            "EMER" => lines.push(line(Kind::Emergency, stay)),
            "IMP" | "ACUTE" | "NONAC" | "OBSENC" | "SS" => lines.push(line(Kind::Admission, stay)),
            _ => {}
        }
    }
    lines.sort_by(|a, b| (a.kind, b.day, &a.evidence).cmp(&(b.kind, a.day, &b.evidence)));
    Brief { lines, undated: undated(facts) }
}

/// Records that could belong into the brief if the chart said when.
fn undated(facts: &[Fact]) -> Vec<(Section, usize)> {
    let mut counts: BTreeMap<Section, usize> = BTreeMap::new();
    for fact in facts.iter().filter(|f| !f.negation && !f.visit_diagnosis) {
        let stopped = fact.section == Section::Medications && is_over(fact) && fact.ended.is_none();
        if stopped || (fact.current && fact.began.is_none()) {
            *counts.entry(fact.section).or_default() += 1;
        }
    }
    counts.into_iter().collect()
}

fn line(kind: Kind, fact: &Fact) -> Line {
    Line {
        kind,
        text: fact.title.clone(),
        detail: fact.detail.clone(),
        day: fact.began.map(|b| b.day),
        flag: fact.flag,
        evidence: vec![fact.id.clone()],
    }
}

fn is_over(order: &Fact) -> bool {
    matches!(order.status.as_str(), "stopped" | "cancelled" | "completed")
}

/// The name of a drug without its strength and form: what stands before the first word with a digit.
fn drug(title: &str) -> String {
    let lower = title.to_lowercase();
    let words: Vec<&str> =
        lower.split_whitespace().take_while(|w| !w.bytes().any(|b| b.is_ascii_digit())).collect();
    if words.is_empty() { lower } else { words.join(" ") }
}

/// A new order of a drug that was ordered before is a change when strength or dose text differ, and
/// a renewal (not shown) when they do not.
fn medications(orders: &[&Fact], since: When) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut replaced: Vec<&str> = Vec::new();
    let is_new = |o: &Fact| o.began.is_some_and(|b| b.is_after(since));
    for order in orders.iter().filter(|o| o.current && is_new(o)) {
        let name = drug(order.title.expose());
        let earlier = orders
            .iter()
            .filter(|o| o.id != order.id && drug(o.title.expose()) == name)
            .filter(|o| o.began.is_some() && !is_new(o))
            .max_by_key(|o| o.began);
        let Some(earlier) = earlier else {
            lines.push(line(Kind::MedicationNew, order));
            continue;
        };
        replaced.push(&earlier.id);
        if earlier.title == order.title && earlier.detail == order.detail {
            continue;
        }
        let said = |o: &Fact| match &o.detail {
            Some(dose) => format!("{}, {}", o.title.expose(), dose.expose()),
            None => o.title.expose().clone(),
        };
        lines.push(Line {
            detail: Some(Phi::new(format!("before: {}", said(earlier)))),
            text: Phi::new(said(order)),
            evidence: vec![order.id.clone(), earlier.id.clone()],
            ..line(Kind::MedicationChanged, order)
        });
    }
    for order in orders.iter().filter(|o| is_over(o) && !replaced.contains(&o.id.as_str())) {
        if let Some(ended) = order.ended.filter(|e| e.is_after(since)) {
            lines.push(Line { day: Some(ended.day), ..line(Kind::MedicationStopped, order) });
        }
    }
    lines
}

fn outside(result: &Fact) -> Option<Flag> {
    if result.flag.is_some() {
        return result.flag;
    }
    let number = result.number?;
    if result.low.is_some_and(|low| number < low) {
        return Some(Flag::Low);
    }
    result.high.is_some_and(|high| number > high).then_some(Flag::High)
}

fn results(all: &[&Fact], since: When) -> Vec<Line> {
    let mut series: BTreeMap<(String, &str), Vec<&Fact>> = BTreeMap::new();
    for result in all.iter().filter(|f| f.current && f.began.is_some()) {
        let what =
            if result.code.is_empty() { result.title.expose().to_lowercase() } else { result.code.clone() };
        series.entry((what, &result.unit)).or_default().push(result);
    }
    let mut lines = Vec::new();
    for mut group in series.into_values() {
        group.sort_by_key(|f| (f.began, f.id.clone()));
        let is_new = |f: &&&Fact| f.began.is_some_and(|b| b.is_after(since));
        let Some(now) = group.last().filter(|f| is_new(f)) else { continue };
        let before = group.iter().rev().find(|f| !is_new(f));
        let change = before.and_then(|before| beyond(now, before));
        let was_outside = before.is_some_and(|b| outside(b).is_some());
        let inside = now.number.is_some() && (now.low.is_some() || now.high.is_some());
        let (kind, words) = match (outside(now), change) {
            (Some(_), Some(change)) => (Kind::ResultOutOfRange, Some(change)),
            (Some(_), None) => (Kind::ResultOutOfRange, None),
            (None, _) if was_outside && inside => {
                (Kind::ResultChanged, Some("back within its range".to_owned()))
            }
            (None, Some(change)) => (Kind::ResultChanged, Some(change)),
            (None, None) => continue,
        };
        let earlier = before.map(|b| {
            format!("before: {} on {}", b.shown, b.began.map_or(String::new(), |w| w.day.to_string()))
        });
        let detail: Vec<String> = words.into_iter().chain(earlier).collect();
        lines.push(Line {
            text: Phi::new(format!("{} {}", now.title.expose(), now.shown)),
            detail: (!detail.is_empty()).then(|| Phi::new(detail.join(" · "))),
            flag: outside(now),
            evidence: [Some(now), before].into_iter().flatten().map(|f| f.id.clone()).collect(),
            ..line(kind, now)
        });
    }
    lines
}

/// Words for a change that is more than the value's own unrest.
fn beyond(now: &Fact, before: &Fact) -> Option<String> {
    let (new, old) = (now.number?, before.number?);
    let limit = reference_change(&now.code)?;
    if old <= 0.0 {
        return None;
    }
    let percent = (new - old) / old * 100.0;
    let way = if percent > 0.0 { "up" } else { "down" };
    (percent.abs() > limit).then(|| format!("{way} {:.0} %, more than the usual {limit:.0} %", percent.abs()))
}

#[cfg(test)]
#[path = "brief_tests.rs"]
mod tests;
