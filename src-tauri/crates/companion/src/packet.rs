//! The downtime packet: a patient's chart on paper, from what this computer has, for the hours in which nothing answers.
//! It says how old each section is and what is missing; it never says "none" for what was not loaded.

use crate::app::Companion;
use crate::contract::{
    ChartItem, ChartSection, ChartView, ExportedView, ItemFlag, SectionKind, SectionState, VisitArgs,
    VisitView,
};
use crate::export::of_paper;
use crate::failure::Failure;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use pdf::Paper;
use std::sync::Arc;

/// Most lines of a section; those that are current and new are printed, and the others counted.
const MOST_LINES: usize = 40;
/// Of these every line is printed, however many there are.
const WHOLE: [SectionKind; 3] = [SectionKind::Allergies, SectionKind::Problems, SectionKind::Medications];
/// Before what the record of it says is over, was withdrawn or refuted.
const PAST: &str = "No longer current:";
/// Room to write by hand, in lines.
const BLANK_LINES: usize = 14;
/// What nobody reads on paper: it is counted in the EHR, and says nothing of the patient.
const LEFT_OUT: [SectionKind; 1] = [SectionKind::Other];

impl Companion {
    pub async fn chart_pdf(self: &Arc<Self>, args: VisitArgs) -> Result<ExportedView, Failure> {
        self.visit(&args.visit).await?;
        let day = self.clinic_day();
        // Nothing of the patient in the name: names of files are seen by many.
        let Some(place) = self.host.exports.place(&format!("Chart {day}.pdf")).await else {
            return Ok(ExportedView { words: None });
        };
        // Chartside may have been locked while the clinician chose: then nothing leaves it.
        let (account, visit) = self.visit(&args.visit).await?;
        let view = self.visit_get(VisitArgs { visit: args.visit.clone() }).await?;
        let chart = self.chart_get(args).await?;
        let (now, zone) = (self.host.clock.now(), self.host.clock.zone());
        let clinician = account.session().who.clinician.clone();
        let paper = paper(&view, &chart, &clinician, (now, &zone), self.host.entropy.uuid());
        let made = tokio::task::spawn_blocking(move || of_paper(&paper)).await;
        let made = made.map_err(|_| Failure::internal("the PDF was not finished"))?;
        let pdf = made.map_err(|error| Failure::internal(&error.to_string()))?;
        let words = format!("Saved as {}", place.name());
        let written = place.write(pdf.bytes).await;
        let outcome = if written.is_ok() { "done" } else { "not written" };
        self.audit_visit(&account, &visit, "chart exported as PDF", outcome).await?;
        written?;
        Ok(ExportedView { words: Some(words) })
    }
}

fn paper(
    view: &VisitView,
    chart: &ChartView,
    clinician: &str,
    (now, zone): (Timestamp, &TimeZone),
    id: String,
) -> Paper {
    let banner = &view.banner;
    let shown = |at: Timestamp| at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M %Z").to_string();
    let mrn = match (&banner.mrn, &banner.mrn_assigner) {
        (Some(mrn), Some(assigner)) => format!("{mrn} ({assigner})"),
        (Some(mrn), None) => mrn.clone(),
        (None, _) => "not given by the EHR".to_owned(),
    };
    let heading = [
        ("Patient", banner.name.clone()),
        ("Goes by", banner.preferred_name.clone().unwrap_or_default()),
        ("Born", format!("{} ({})", banner.birth_date, banner.age)),
        ("Sex", banner.sex.clone()),
        ("Record number", mrn.clone()),
        ("Alerts", banner.alerts.join(" ")),
        (
            "Visit",
            [Some(view.visit_type.clone()), view.reason.clone()]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(": "),
        ),
        ("EHR", view.ehr_name.clone()),
        ("Printed", format!("{} by {clinician}", shown(now))),
    ];
    let heading = heading.into_iter().filter(|(_, value)| !value.trim().is_empty());
    let printed = chart.sections.iter().filter(|section| !LEFT_OUT.contains(&section.kind));
    let parts = printed.map(|section| (section.title.clone(), part(section, &shown)));
    let blank = ("Written during the downtime".to_owned(), vec!["_".repeat(72); BLANK_LINES].join("\n"));
    Paper {
        id,
        title: "Chart for downtime".to_owned(),
        author: clinician.to_owned(),
        at: now,
        head: (banner.name.clone(), format!("born {}   record number {mrn}", banner.birth_date)),
        standing: String::new(),
        heading: heading.map(|(label, value)| (label.to_owned(), value)).collect(),
        parts: parts.chain([blank]).collect(),
        closing: vec!["A copy for reading. The chart in the EHR is the record.".to_owned()],
        foot: (
            format!("Chart for downtime, printed {}", shown(now)),
            "From what Chartside had then; each section says how old it is. Destroy it when the EHR is back."
                .to_owned(),
        ),
        attached: Vec::new(),
    }
}

/// How old it is, what is missing, and its lines.
fn part(section: &ChartSection, shown: &dyn Fn(Timestamp) -> String) -> String {
    // Of what was asked for in vain the time says nothing.
    let has_age = !section.items.is_empty()
        || matches!(section.state, SectionState::Complete | SectionState::Partial { .. });
    let as_of = section.as_of.as_ref().filter(|_| has_age).and_then(|at| at.parse().ok()).map(shown);
    let as_of = as_of.map_or("It was never loaded.".to_owned(), |at| format!("As of {at}."));
    let missing = match &section.state {
        SectionState::Complete => None,
        SectionState::Loading => {
            Some("It was being loaded when this was printed: some of it may be missing.".to_owned())
        }
        SectionState::Partial { why } => Some(format!("Some of it is missing: {}.", flat(why))),
        SectionState::Failed { why } => Some(format!("It could not be loaded: {}.", flat(why))),
        SectionState::NotOffered { why } => Some(format!("Not here: {}.", flat(why))),
    };
    let complete = missing.is_none() && section.unreadable == 0;
    let more = if section.items.is_empty() { "" } else { " more" };
    let unread = (section.unreadable > 0)
        .then(|| format!("{}{more} could not be read; look in the EHR.", section.unreadable));
    let mut lines: Vec<String> = [Some(as_of), missing, unread].into_iter().flatten().collect();
    if complete && section.items.is_empty() {
        lines.push(section.empty_words.clone());
    }
    let printed = if WHOLE.contains(&section.kind) { usize::MAX } else { MOST_LINES };
    let (current, past): (Vec<_>, Vec<_>) = section.items.iter().partition(|item| item.current);
    let shown_now = current.len().min(printed);
    lines.extend(current.iter().take(printed).map(|item| line(item, section.kind)));
    let past: Vec<String> =
        past.iter().take(printed - shown_now).map(|item| line(item, section.kind)).collect();
    if !past.is_empty() {
        lines.push(PAST.to_owned());
        lines.extend(past);
    }
    if let Some(more @ 1..) = section.items.len().checked_sub(printed) {
        lines.push(format!("… and {more} more in the EHR, not printed."));
    }
    lines.join("\n")
}

/// "Metformin 500 mg tablet: twice a day (active, 2026-03-01, Dr. Okafor)".
fn line(item: &ChartItem, kind: SectionKind) -> String {
    let flag = item.flag.map(|flag| match (flag, kind) {
        (ItemFlag::High, _) => "HIGH",
        (ItemFlag::Low, _) => "LOW",
        // Of an allergy it is the risk that is high.
        (ItemFlag::Critical, SectionKind::Allergies) => "HIGH RISK",
        (ItemFlag::Critical, _) => "CRITICAL",
        (ItemFlag::Abnormal, _) => "ABNORMAL",
    });
    let flag = flag.map(str::to_owned);
    let beside: Vec<String> =
        [item.status.clone(), flag, item.date.clone(), item.source.clone()].into_iter().flatten().collect();
    let detail = item.detail.as_ref().map_or(String::new(), |detail| format!(": {detail}"));
    let beside = if beside.is_empty() { String::new() } else { format!(" ({})", beside.join(", ")) };
    let newest = match item.series.len() {
        0 | 1 => String::new(),
        values => format!(", newest of {values}"),
    };
    flat(&format!("• {}{detail}{beside}{newest}", item.title))
}

/// What the EHR says stays on the line of its entry: a line break of its own would look like another entry.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn printed(section: &Value) -> String {
        let section: ChartSection = serde_json::from_value(section.clone()).unwrap();
        part(&section, &|at| at.to_string())
    }

    fn section(state: &Value, unreadable: u32, items: &[Value]) -> Value {
        json!({
            "kind": "allergies", "title": "Allergies", "empty_words": "No allergies are recorded.", "state": state,
            "as_of": "2026-11-24T14:00:00Z", "unreadable": unreadable, "items": items
        })
    }

    fn item(title: &str, detail: &str, current: bool) -> Value {
        json!({
            "id": "AllergyIntolerance/1", "title": title, "detail": detail, "status": "active", "current": current,
            "date": null, "flag": null, "source": null, "series": [], "has_document": false, "icd10": null,
            "code": null, "also": [], "count": null
        })
    }

    #[test]
    fn none_is_only_printed_where_everything_was_read() {
        let complete = json!({ "state": "complete" });
        assert!(printed(&section(&complete, 0, &[])).ends_with("No allergies are recorded."));
        let unread = printed(&section(&complete, 3, &[]));
        assert_eq!(unread, "As of 2026-11-24T14:00:00Z.\n3 could not be read; look in the EHR.");
    }

    #[test]
    fn what_was_asked_for_in_vain_has_no_age() {
        let failed = json!({ "state": "failed", "why": "the EHR does not answer" });
        let never = printed(&section(&failed, 0, &[]));
        assert_eq!(never, "It was never loaded.\nIt could not be loaded: the EHR does not answer.");
        assert!(
            printed(&section(&failed, 0, &[item("Penicillin", "hives", true)])).starts_with("As of 2026")
        );
    }

    #[test]
    fn what_is_over_stands_apart_and_a_line_break_makes_no_other_entry() {
        let all = [item("Latex", "refuted", false), item("Penicillin", "stop\n• Warfarin", true)];
        let lines = printed(&section(&json!({ "state": "complete" }), 0, &all));
        let lines: Vec<&str> = lines.lines().skip(1).collect();
        assert_eq!(lines, ["• Penicillin: stop • Warfarin (active)", PAST, "• Latex: refuted (active)"]);
    }
}
