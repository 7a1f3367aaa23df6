//! Rows of "this chart, this brief".

use super::*;
use jiff::civil::date;

const VISIT: Date = date(2026, 8, 14);

fn since() -> When {
    When { day: VISIT, at: None }
}

fn on(day: &str) -> Option<When> {
    When::of(&PartialDate::parse(day)?)
}

fn fact(section: Section, id: &str, title: &str, day: &str) -> Fact {
    Fact {
        section,
        id: id.to_owned(),
        title: title.into(),
        detail: None,
        current: true,
        status: "active".to_owned(),
        began: on(day),
        ended: None,
        flag: None,
        code: String::new(),
        number: None,
        unit: String::new(),
        shown: String::new(),
        low: None,
        high: None,
        negation: false,
        visit_diagnosis: false,
        class: String::new(),
    }
}

fn order(id: &str, title: &str, dose: &str, day: &str) -> Fact {
    Fact { detail: Some(dose.into()), ..fact(Section::Medications, id, title, day) }
}

fn stopped(order: Fact, day: Option<&str>) -> Fact {
    Fact { current: false, status: "stopped".into(), ended: day.and_then(on), ..order }
}

fn a1c(id: &str, value: f64, day: &str) -> Fact {
    Fact {
        code: "4548-4".into(),
        number: Some(value),
        unit: "%".into(),
        shown: format!("{value} %"),
        ..fact(Section::Labs, id, "A1c", day)
    }
}

/// Kind, text, detail and evidence of each line.
fn said(facts: &[Fact]) -> Vec<(Kind, String, String, String)> {
    let lines = brief(facts, since()).lines;
    let words = |l: Line| {
        let detail = l.detail.map(Phi::into_inner).unwrap_or_default();
        (l.kind, l.text.into_inner(), detail, l.evidence.join(" "))
    };
    lines.into_iter().map(words).collect()
}

fn row(kind: Kind, text: &str, detail: &str, evidence: &str) -> (Kind, String, String, String) {
    (kind, text.into(), detail.into(), evidence.into())
}

#[test]
fn orders_after_the_visit_are_new_changed_or_only_renewed() {
    let lisinopril = |id: &str, strength: &str, day: &str| {
        order(id, &format!("lisinopril {strength} MG Oral Tablet"), "one daily", day)
    };
    let cases = [
        (
            vec![lisinopril("n", "20", "2026-09-01")],
            vec![row(Kind::MedicationNew, "lisinopril 20 MG Oral Tablet", "one daily", "n")],
        ),
        (
            vec![lisinopril("o", "10", "2026-05-01"), lisinopril("n", "20", "2026-09-01")],
            vec![row(
                Kind::MedicationChanged,
                "lisinopril 20 MG Oral Tablet, one daily",
                "before: lisinopril 10 MG Oral Tablet, one daily",
                "n o",
            )],
        ),
        (vec![lisinopril("o", "10", "2026-05-01"), lisinopril("n", "10", "2026-09-01")], vec![]),
        (vec![lisinopril("o", "10", "2026-08-14")], vec![]),
        (
            vec![
                stopped(lisinopril("o", "10", "2026-05-01"), Some("2026-09-01")),
                lisinopril("n", "20", "2026-09-01"),
            ],
            vec![row(
                Kind::MedicationChanged,
                "lisinopril 20 MG Oral Tablet, one daily",
                "before: lisinopril 10 MG Oral Tablet, one daily",
                "n o",
            )],
        ),
    ];
    for (facts, expected) in cases {
        assert_eq!(said(&facts), expected);
    }
}

#[test]
fn an_order_is_called_stopped_only_when_the_chart_says_when() {
    let old = order("o", "aspirin 81 MG", "one daily", "2020-01-01");
    let line = row(Kind::MedicationStopped, "aspirin 81 MG", "one daily", "o");
    assert_eq!(said(&[stopped(old.clone(), Some("2026-10-01"))]), [line]);
    assert_eq!(said(&[stopped(old.clone(), Some("2026-08-01"))]), []);
    let unknown = brief(&[stopped(old, None)], since());
    assert_eq!((unknown.lines, unknown.undated), (vec![], vec![(Section::Medications, 1)]));
}

#[test]
fn problems_and_allergies_are_new_by_when_they_were_recorded() {
    let facts = [
        fact(Section::Problems, "p1", "Atrial fibrillation", "2026-10-02"),
        fact(Section::Problems, "p2", "Hypertension", "2019-01-01"),
        Fact { visit_diagnosis: true, ..fact(Section::Problems, "p3", "Cough", "2026-10-02") },
        Fact { current: false, ..fact(Section::Problems, "p4", "Otitis", "2026-10-02") },
        fact(Section::Allergies, "a1", "Penicillin", "2026-09-09"),
        Fact { negation: true, ..fact(Section::Allergies, "a2", "No known allergy", "2026-09-09") },
    ];
    let expected = [
        row(Kind::ProblemNew, "Atrial fibrillation", "", "p1"),
        row(Kind::AllergyNew, "Penicillin", "", "a1"),
    ];
    assert_eq!(said(&facts), expected);
}

#[test]
fn a_result_is_told_when_it_is_out_of_range_or_moved_more_than_it_does_by_itself() {
    let ranged = |fact: Fact| Fact { low: Some(4.0), high: Some(5.6), ..fact };
    let flagged = |fact: Fact| Fact { flag: Some(Flag::High), ..fact };
    let cases = [
        (
            "flagged",
            vec![flagged(a1c("n", 8.1, "2026-11-01"))],
            vec![row(Kind::ResultOutOfRange, "A1c 8.1 %", "", "n")],
        ),
        (
            "by the laboratory's range alone",
            vec![ranged(a1c("n", 6.0, "2026-11-01"))],
            vec![row(Kind::ResultOutOfRange, "A1c 6 %", "", "n")],
        ),
        (
            "out of range and moved",
            vec![flagged(a1c("o", 7.0, "2026-05-01")), flagged(a1c("n", 8.1, "2026-11-01"))],
            vec![row(
                Kind::ResultOutOfRange,
                "A1c 8.1 %",
                "up 16 %, more than the usual 6 % · before: 7 % on 2026-05-01",
                "n o",
            )],
        ),
        (
            "moved within the range",
            vec![ranged(a1c("o", 4.5, "2026-05-01")), ranged(a1c("n", 5.4, "2026-11-01"))],
            vec![row(
                Kind::ResultChanged,
                "A1c 5.4 %",
                "up 20 %, more than the usual 6 % · before: 4.5 % on 2026-05-01",
                "n o",
            )],
        ),
        (
            "back within the range",
            vec![ranged(a1c("o", 5.8, "2026-05-01")), ranged(a1c("n", 5.5, "2026-11-01"))],
            vec![row(
                Kind::ResultChanged,
                "A1c 5.5 %",
                "back within its range · before: 5.8 % on 2026-05-01",
                "n o",
            )],
        ),
        (
            "hardly moved",
            vec![ranged(a1c("o", 5.0, "2026-05-01")), ranged(a1c("n", 5.1, "2026-11-01"))],
            vec![],
        ),
        ("nothing since", vec![flagged(a1c("o", 9.0, "2026-05-01"))], vec![]),
        (
            "another unit is another series",
            vec![
                a1c("o", 5.0, "2026-05-01"),
                Fact { unit: "mmol/mol".into(), ..a1c("n", 50.0, "2026-11-01") },
            ],
            vec![],
        ),
        (
            "an analyte of which no usual variation is known here",
            vec![
                Fact { code: "9999-9".into(), ..a1c("o", 1.0, "2026-05-01") },
                Fact { code: "9999-9".into(), ..a1c("n", 90.0, "2026-11-01") },
            ],
            vec![],
        ),
    ];
    for (what, facts, expected) in cases {
        assert_eq!(said(&facts), expected, "{what}");
    }
}

#[test]
fn notes_stays_and_emergencies_since_then_are_told_and_office_visits_are_not() {
    let stay = |id: &str, class: &str| Fact {
        class: class.into(),
        ..fact(Section::Encounters, id, "Encounter", "2026-10-01")
    };
    let facts = [
        fact(Section::Notes, "d", "Discharge summary", "2026-10-03"),
        stay("e", "EMER"),
        stay("i", "IMP"),
        stay("o", "AMB"),
    ];
    let expected = [
        row(Kind::NoteNew, "Discharge summary", "", "d"),
        row(Kind::Admission, "Encounter", "", "i"),
        row(Kind::Emergency, "Encounter", "", "e"),
    ];
    assert_eq!(said(&facts), expected);
}

#[test]
fn on_the_day_of_the_visit_the_clock_decides_where_there_is_one() {
    let visit = When::of(&PartialDate::parse("2026-08-14T09:40:00-04:00").unwrap()).unwrap();
    let at = |written: &str| on(written).unwrap().is_after(visit);
    assert!(at("2026-08-14T10:30:00-04:00") && !at("2026-08-14T09:30:00-04:00"));
    assert!(!at("2026-08-14") && at("2026-08-15"));
}

#[test]
fn a_date_that_gives_no_day_is_counted_and_not_guessed() {
    let vague = Fact { began: on("2026"), ..fact(Section::Problems, "p", "Gout", "2026-09-01") };
    let brief = brief(&[vague], since());
    assert_eq!((brief.lines, brief.undated), (vec![], vec![(Section::Problems, 1)]));
}

#[test]
fn the_reference_change_value_is_frasers() {
    // √2 · 1.96 · √(0.95² + 1.9²) = 5.89
    assert!((reference_change("4548-4").unwrap() - 5.89).abs() < 0.01);
    assert_eq!(reference_change("unknown"), None);
}
