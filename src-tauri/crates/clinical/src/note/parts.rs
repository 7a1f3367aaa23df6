//! What every form of the note says, in this order: title, heading, parts, closing.

use super::{Amends, Attested, NoteCharge, NoteDiagnosis, Relation, SignedNote, clean, clean_line};
use crate::followup::FollowUp;
use jiff::Timestamp;
use std::borrow::Cow;

/// LOINC 29308-4 "Diagnosis".
const DIAGNOSES: &str = "29308-4";
/// LOINC 18776-5 "Plan of care note".
const PLAN: &str = "18776-5";

/// One section of the document: written by the clinician, or made from what was accepted and recorded.
#[derive(Clone, PartialEq, Eq)]
pub struct Part<'n> {
    pub kind: PartKind,
    /// Empty where no code fits: the title then stands as text.
    pub loinc: &'n str,
    pub title: &'n str,
    /// As [`clean`] leaves it; never empty.
    pub text: Cow<'n, str>,
}

/// Where a part comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartKind {
    Written,
    Diagnoses,
    Charges,
    FollowUps,
    Attestation,
}

impl SignedNote {
    /// Whose note it is, by name and two identifiers: what stands on every page.
    pub fn banner(&self) -> [(&'static str, String); 3] {
        let c = self.context();
        let second = match &c.mrn {
            Some(mrn) => ("MRN", mrn.expose().clone()),
            None => ("Chart", clean_line(&c.patient)),
        };
        [("Patient", c.patient_name.expose().clone()), ("Born", c.birth_date.expose().clone()), second]
    }

    /// The banner, the visit, and what this note is to an earlier one.
    pub fn heading(&self) -> Vec<(&'static str, String)> {
        let c = self.context();
        let mut lines = self.banner().to_vec();
        lines.push(("Visit", period(c.start, c.end)));
        if let Some(Amends { relation, note, filed, title, signed_at, changed, .. }) = &self.beside().amends {
            let label = match relation {
                Relation::Appends => "Addendum to",
                Relation::Replaces => "Correction, replaces",
                Relation::Signs => "Cosigns",
            };
            let place = filed.as_deref().map_or(format!("note {note}"), str::to_owned);
            lines.push((label, format!("{}, signed {} ({place})", clean_line(title), minute(*signed_at))));
            if !changed.is_empty() {
                lines.push(("Changed", clean_line(&changed.join(", "))));
            }
        }
        lines
    }

    /// Every section, in the order of the document.
    pub fn parts(&self) -> impl Iterator<Item = Part<'_>> {
        let written = self.sections().iter().map(|s| Part {
            kind: PartKind::Written,
            loinc: &s.loinc,
            title: &s.title,
            text: Cow::Borrowed(s.text.expose()),
        });
        let beside = self.beside();
        let made = [
            (PartKind::Diagnoses, DIAGNOSES, "Diagnoses", diagnoses(&beside.diagnoses)),
            (PartKind::Charges, PLAN, "Charges for the billing office", charges(&beside.charges)),
            (
                PartKind::FollowUps,
                PLAN,
                "Follow-up",
                follow_ups(&beside.follow_ups, beside.follow_up_visit.as_deref()),
            ),
            (PartKind::Attestation, "", "Attestation", attestation(&beside.attestation)),
        ];
        let made = made.into_iter().filter(|(.., text)| !text.is_empty());
        written.chain(made.map(|(kind, loinc, title, text)| Part { kind, loinc, title, text: text.into() }))
    }

    /// Who signed, when, and what is still missing.
    pub fn closing(&self) -> Vec<String> {
        let c = self.context();
        let mut lines = vec![format!("Signed by {} on {}", c.author_name, minute(self.signed_at()))];
        if c.awaits_cosign {
            lines.push("Not final: waits for the cosignature of a supervising clinician.".to_owned());
        }
        lines
    }
}

impl Attested {
    /// As it stands in the note.
    pub fn line(&self) -> String {
        format!("{}: {}", self.label, held(self.text.expose()))
    }
}

fn diagnoses(all: &[NoteDiagnosis]) -> String {
    lines(all.iter().zip(1..).map(|(d, n)| format!("{n}. {} {}", d.code, d.title)))
}

fn charges(all: &[NoteCharge]) -> String {
    lines(all.iter().map(|c| {
        let words = [c.code.as_str()].into_iter().chain(c.modifiers.iter().map(String::as_str));
        let words: Vec<&str> = words.collect();
        format!("{} POS {} x{}", words.join(" "), c.place_of_service, c.units)
    }))
}

fn follow_ups(all: &[FollowUp], visit: Option<&str>) -> String {
    let tasks = all.iter().map(|f| {
        let due = f.due.map(|d| format!(", due {d}")).unwrap_or_default();
        let urgent = if f.urgent { " (urgent)" } else { "" };
        format!("- {}{urgent}: {}{due}", held(f.text.expose()), f.owner_name)
    });
    lines(tasks.chain(visit.map(|line| format!("- {}", held(line)))))
}

fn attestation(all: &[Attested]) -> String {
    lines(all.iter().map(Attested::line))
}

/// Text of several lines within one: they stand further in, and pass for no line of their own.
fn held(text: &str) -> String {
    clean(text).replace('\n', "\n  ")
}

fn lines(all: impl Iterator<Item = String>) -> String {
    clean(&all.collect::<Vec<_>>().join("\n"))
}

/// `2026-11-22 14:12 to 14:32 UTC`; the day again where it is another.
fn period(start: Timestamp, end: Timestamp) -> String {
    let day = |at: Timestamp| at.strftime("%Y-%m-%d").to_string();
    let until = if day(start) == day(end) { "%H:%M UTC" } else { "%Y-%m-%d %H:%M UTC" };
    format!("{} to {}", start.strftime("%Y-%m-%d %H:%M"), end.strftime(until))
}

/// `2026-11-22 14:32 UTC`
fn minute(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}
