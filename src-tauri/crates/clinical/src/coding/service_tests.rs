//! Services beside and in place of the visit code, against a table written by hand.

use super::facts::{Extra, Facility, Payer};
use super::rules::ServiceKind;
use super::services::Service;
use super::visit_code_tests::{codes, inputs, pack, tells, visit};
use super::visit_codes::{Accepted, Inputs, recheck, suggest};

const CASES: &str = include_str!("../../../../../tests/fixtures/coding/services.tsv");
const VISITS: &str = include_str!("../../../../../tests/fixtures/coding/visit-codes.tsv");

fn extra(words: &str) -> Extra {
    let mut extra = Extra::default();
    for word in words.split(';').filter(|w| *w != "-") {
        let (name, value) = word.split_once('=').unwrap_or((word, ""));
        let minutes = value.parse().ok();
        match name {
            "psy" => extra.psychotherapy_minutes = minutes,
            "call" => extra.check_in_minutes = minutes,
            "online" => extra.online_minutes = minutes,
            "talk" => extra.discussion_minutes = minutes,
            "eval" => extra.psychiatric_evaluation = Some(true),
            "long" => extra.longitudinal = Some(true),
            "sep" => extra.separate_service = Some(true),
            "rhc" => extra.facility = Some(Facility::RhcFqhc),
            "cah" => extra.facility = Some(Facility::CahIi),
            other => panic!("{other}"),
        }
    }
    extra
}

fn short(s: &Service) -> String {
    let units = if s.units == 1 { String::new() } else { format!("x{}", s.units) };
    let with = if s.goes_with.is_empty() { String::new() } else { format!(">{}", s.goes_with.join("/")) };
    format!("{}{units}:{}:{}{with}", s.code, s.place_of_service, s.modifiers.join("+"))
}

fn all(services: &[Service]) -> String {
    let all: Vec<String> = services.iter().map(short).collect();
    if all.is_empty() { "none".into() } else { all.join(",") }
}

fn rows(text: &str) -> impl Iterator<Item = (usize, Vec<&str>)> {
    let rows = text.lines().enumerate().filter(|(_, l)| !l.is_empty() && !l.starts_with('#'));
    rows.map(|(i, line)| (i + 1, line.split('\t').collect()))
}

#[test]
fn every_row_of_the_table_gets_its_services() {
    let pack = pack();
    let mut wrong = Vec::new();
    for (line, fields) in rows(CASES) {
        assert_eq!(fields.len(), 13, "line {line}");
        assert!(fields[12].len() > 5, "line {line} has no source");
        let outcome = suggest(&pack, &Inputs { extra: extra(fields[7]), ..inputs(&fields) });
        for (what, found, expected) in
            [("codes", codes(&outcome), fields[8]), ("services", all(&outcome.services), fields[9])]
        {
            if found != expected {
                wrong.push(format!("line {line}: {what} {found}, not {expected}"));
            }
        }
        let conflicts = outcome.services.first().map_or(Vec::new(), |s| s.conflicts.clone());
        if !tells(&conflicts, fields[10]) {
            wrong.push(format!("line {line}: conflicts {conflicts:?}"));
        }
        if !tells(&outcome.needs, fields[11]) {
            wrong.push(format!("line {line}: needs {:?}", outcome.needs));
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
    let count = rows(CASES).count() + rows(VISITS).count();
    assert!(count >= 200, "{count} cases");
}

/// The minute below, the minute itself and the minute above, for every limit that a rule has.
#[test]
fn every_limit_of_time_has_its_cases() {
    let pack = pack();
    let (mut minutes, mut said) = (Vec::new(), Vec::new());
    for (_, fields) in rows(VISITS).chain(rows(CASES)) {
        minutes.push((fields[2].to_owned(), fields[5].to_owned(), fields[3].parse::<u32>().ok()));
    }
    for (_, fields) in rows(CASES) {
        let e = extra(fields[7]);
        said.push((ServiceKind::Psychotherapy, e.psychotherapy_minutes));
        said.push((ServiceKind::PsychotherapyAddOn, e.psychotherapy_minutes));
        said.push((ServiceKind::CheckIn, e.check_in_minutes));
        said.push((ServiceKind::Online, e.online_minutes));
    }
    let around = |m: u32| [m.saturating_sub(1), m, m + 1];
    for level in &pack.levels {
        let who = if level.new_patient { "new" } else { "est" };
        for m in around(level.minutes) {
            assert!(minutes.iter().any(|(w, _, is)| w == who && *is == Some(m)), "{} at {m}", level.code);
        }
    }
    for rule in &pack.prolonged {
        let payer = if rule.payer == Payer::Medicare { "medicare" } else { "commercial" };
        for m in around(rule.minutes).into_iter().chain(around(rule.minutes + 15)) {
            assert!(minutes.iter().any(|(_, p, is)| p == payer && *is == Some(m)), "{} at {m}", rule.code);
        }
    }
    for rule in &pack.services {
        let least = rule.least.into_iter().flat_map(around);
        let most = rule.most.into_iter().flat_map(|m| [m, m + 1]);
        for m in least.chain(most) {
            assert!(said.contains(&(rule.kind, Some(m))), "{} at {m}", rule.code);
        }
    }
}

#[test]
fn every_service_shows_its_rule_its_source_the_fact_and_what_would_change_it() {
    for (line, fields) in rows(CASES) {
        for s in suggest(&pack(), &Inputs { extra: extra(fields[7]), ..inputs(&fields) }).services {
            assert!(s.why.len() >= 2 && !s.would_change.is_empty(), "line {line}: {s:?}");
            let whole =
                |w: &super::visit_codes::Why| !w.rule.is_empty() && w.source.len() > 10 && !w.fact.is_empty();
            assert!(s.why.iter().all(whole), "line {line}: {s:?}");
        }
    }
}

#[test]
fn nothing_is_asked_for_to_find_more_codes() {
    let outcome = suggest(&pack(), &visit());
    assert!(outcome.services.is_empty() && outcome.needs.is_empty(), "{outcome:?}");
}

#[test]
fn what_is_no_telehealth_service_never_has_a_telehealth_place_or_modifier() {
    for (line, fields) in rows(CASES) {
        for s in suggest(&pack(), &Inputs { extra: extra(fields[7]), ..inputs(&fields) }).services {
            if s.code == "98016" || s.code.starts_with("9942") {
                assert!(s.modifiers.is_empty() && s.place_of_service == "11", "line {line}: {s:?}");
            }
        }
    }
}

#[test]
fn audio_codes_of_other_payers_are_named_only_above_ten_minutes_of_discussion() {
    let told = |minutes| {
        let line = "audio\thome\test\t20\tL/L/L\tcommercial\tdrv";
        let fields: Vec<&str> = line.split('\t').collect();
        let extra = Extra { discussion_minutes: minutes, ..Extra::default() };
        suggest(&pack(), &Inputs { extra, ..inputs(&fields) }).suggestions[0].would_change.join(" ")
    };
    assert!(told(Some(10)).contains("98013 does not fit"), "{}", told(Some(10)));
    assert!(told(Some(11)).contains("Some payers take 98013"), "{}", told(Some(11)));
    assert!(told(None).contains("98013") && told(None).contains("more than 10 minutes"), "{}", told(None));
}

#[test]
fn an_accepted_service_says_what_no_longer_fits() {
    let pack = pack();
    let charge = |code: &str, place: &str, modifiers: &[&str]| Accepted {
        units: 1,
        code: code.into(),
        place_of_service: place.into(),
        modifiers: modifiers.iter().map(|m| (*m).to_owned()).collect(),
    };
    let therapy = |minutes| Inputs {
        extra: Extra { psychotherapy_minutes: Some(minutes), ..Extra::default() },
        ..visit()
    };
    assert_eq!(recheck(&pack, &therapy(40), &charge("90836", "10", &[])), Vec::<String>::new());
    assert!(tells(&recheck(&pack, &therapy(30), &charge("90836", "10", &[])), "no longer lead to 90836"));
    assert!(tells(&recheck(&pack, &therapy(40), &charge("90836", "02", &["93"])), "02,Modifier 93"));
    let call = Inputs { extra: Extra { check_in_minutes: Some(7), ..Extra::default() }, ..visit() };
    let told = recheck(&pack, &call, &charge("98016", "10", &["93"]));
    assert!(tells(&told, "11 does,Modifier 93,belongs to that visit"), "{told:?}");
}

#[test]
fn the_minutes_of_each_kind_leave_no_gap_and_never_overlap() {
    let pack = pack();
    for kind in [
        ServiceKind::Psychotherapy,
        ServiceKind::PsychotherapyAddOn,
        ServiceKind::CheckIn,
        ServiceKind::Online,
    ] {
        let of: Vec<_> = pack.services.iter().filter(|r| r.kind == kind).collect();
        for pair in of.windows(2) {
            assert_eq!(pair[0].most.map(|m| m + 1), pair[1].least, "{kind:?}");
        }
    }
}
