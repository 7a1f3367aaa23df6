//! The visit-code rules against a table of visits written by hand.

use jiff::civil::date;

use super::facts::{Extra, Mdm, MdmLevel, Modality, PatientPlace, Payer};
use super::pack::{BUILTIN, RulePack};
use super::visit_codes::{Accepted, Basis, Inputs, Outcome, Suggestion, recheck, suggest};

const VISITS: &str = include_str!("../../../../../tests/fixtures/coding/visit-codes.tsv");

/// The packs as one file, as a site would write one.
fn whole() -> String {
    let texts = BUILTIN.map(|(_, text)| text.to_owned());
    let rows = texts[1..].iter().flat_map(|t| t.lines()).filter(|l| !l.starts_with("pack"));
    let rows: Vec<&str> = rows.collect();
    format!("{}\n{}\n", texts[0], rows.join("\n"))
}

pub(super) fn pack() -> RulePack {
    RulePack::builtin().unwrap()
}

/// An established patient at home, on video, 34 minutes, Medicare, nothing missing.
pub(super) fn visit() -> Inputs {
    let level = Some(MdmLevel::Moderate);
    Inputs {
        modality: Some(Modality::Video),
        patient_place: Some(PatientPlace::Home),
        new_patient: Some(false),
        total_minutes: Some(34),
        mdm: Mdm { problems: level, data: level, risk: level },
        payer: Payer::Medicare,
        audio_only_reason: false,
        video_offered: true,
        diagnoses: vec!["I10".into()],
        extra: Extra::default(),
    }
}

fn level(letter: &str) -> Option<MdmLevel> {
    match letter {
        "S" => Some(MdmLevel::Straightforward),
        "L" => Some(MdmLevel::Low),
        "M" => Some(MdmLevel::Moderate),
        "H" => Some(MdmLevel::High),
        "-" => None,
        other => panic!("level {other}"),
    }
}

pub(super) fn inputs(fields: &[&str]) -> Inputs {
    let mdm: Vec<_> = fields[4].split('/').map(level).collect();
    Inputs {
        modality: match fields[0] {
            "video" => Some(Modality::Video),
            "audio" => Some(Modality::Audio),
            "in_person" => Some(Modality::InPerson),
            "-" => None,
            other => panic!("modality {other}"),
        },
        patient_place: match fields[1] {
            "home" => Some(PatientPlace::Home),
            "elsewhere" => Some(PatientPlace::Elsewhere),
            "-" => None,
            other => panic!("place {other}"),
        },
        new_patient: match fields[2] {
            "new" => Some(true),
            "est" => Some(false),
            "-" => None,
            other => panic!("patient {other}"),
        },
        total_minutes: (fields[3] != "-").then(|| fields[3].parse().unwrap()),
        mdm: Mdm { problems: mdm[0], data: mdm[1], risk: mdm[2] },
        payer: match fields[5] {
            "medicare" => Payer::Medicare,
            "commercial" => Payer::Commercial,
            "medicaid" => Payer::Medicaid,
            "unknown" => Payer::Unknown,
            other => panic!("payer {other}"),
        },
        diagnoses: if fields[6].contains('d') { vec!["I10".into()] } else { Vec::new() },
        audio_only_reason: fields[6].contains('r'),
        video_offered: fields[6].contains('v'),
        extra: Extra::default(),
    }
}

fn short(s: &Suggestion) -> String {
    let basis = match s.basis {
        Basis::Time => "t",
        Basis::DecisionMaking => "m",
        Basis::TimeAndDecisionMaking => "tm",
    };
    format!("{}:{basis}:{}:{}", s.code, s.place_of_service, s.modifiers.join("+"))
}

pub(super) fn codes(outcome: &Outcome) -> String {
    let all: Vec<String> = outcome.suggestions.iter().map(short).collect();
    if all.is_empty() { "none".into() } else { all.join(",") }
}

/// One sentence for each expected word, in order, and no others.
pub(super) fn tells(sentences: &[String], words: &str) -> bool {
    let words: Vec<&str> = words.split(',').filter(|w| *w != "-").collect();
    sentences.len() == words.len() && sentences.iter().zip(words).all(|(s, w)| s.contains(w))
}

#[test]
fn every_visit_of_the_table_gets_its_codes() {
    let pack = pack();
    let (mut wrong, mut count) = (Vec::new(), 0);
    for (i, line) in VISITS.lines().enumerate().filter(|(_, l)| !l.is_empty() && !l.starts_with('#')) {
        count += 1;
        let fields: Vec<&str> = line.split('\t').collect();
        assert_eq!(fields.len(), 11, "line {}", i + 1);
        assert!(!fields[10].is_empty(), "line {} has no source", i + 1);
        let outcome = suggest(&pack, &inputs(&fields));
        if codes(&outcome) != fields[7] {
            wrong.push(format!("line {}: {}", i + 1, codes(&outcome)));
        }
        // What rests on decision-making alone is told on that suggestion, the last.
        let conflicts = outcome.suggestions.last().map_or(Vec::new(), |s| s.conflicts.clone());
        if !tells(&conflicts, fields[8]) {
            wrong.push(format!("line {}: conflicts {conflicts:?}", i + 1));
        }
        if !tells(&outcome.needs, fields[9]) {
            wrong.push(format!("line {}: needs {:?}", i + 1, outcome.needs));
        }
    }
    assert!(count >= 60, "{count}");
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_rule_has_a_source_and_dates_that_cover_2026() {
    let pack = pack();
    assert!(pack.sources().count() > 30);
    for source in pack.sources() {
        assert!(source.text.len() > 10, "line {}", source.line);
        assert!(
            source.holds_on(date(2026, 1, 1)) && source.holds_on(date(2026, 12, 31)),
            "line {}",
            source.line
        );
    }
    assert_eq!(pack.label(), "us-telehealth 2026.2 with us-medicare 2026.1, us-commercial 2026.1");
    for (label, source) in &pack.others {
        assert!(source.holds_on(date(2026, 12, 31)), "{label}");
    }
}

#[test]
fn every_suggestion_shows_rule_source_and_fact() {
    for fields in VISITS.lines().filter(|l| !l.is_empty() && !l.starts_with('#')) {
        let fields: Vec<&str> = fields.split('\t').collect();
        for s in suggest(&pack(), &inputs(&fields)).suggestions {
            assert!(s.why.len() >= 3, "{fields:?}");
            assert!(s.why.iter().all(|w| !w.rule.is_empty() && !w.source.is_empty() && !w.fact.is_empty()));
            assert!(!s.would_change.is_empty() && s.words.contains("decision-making"));
        }
    }
}

#[test]
fn what_would_change_names_the_way_up_and_the_way_down() {
    let outcome = suggest(&pack(), &visit());
    let [s] = outcome.suggestions.as_slice() else { panic!("{outcome:?}") };
    let expected = [
        "40 minutes or more would be 99215 by time.",
        "Fewer than 30 minutes would be 99213 by time.",
        "Low decision-making would be 99213.",
        "High decision-making would be 99215.",
        "For a new patient it would be 99204 by decision-making.",
    ];
    assert_eq!(s.would_change, expected);
}

#[test]
fn other_code_families_are_named_where_payers_take_them() {
    let commercial = suggest(&pack(), &Inputs { payer: Payer::Commercial, ..visit() });
    let told = commercial.suggestions[0].would_change.join(" ");
    assert!(told.contains("Some payers take 98006"), "{told}");
    let medicare = suggest(&pack(), &visit());
    assert!(medicare.suggestions[0].why.iter().any(|w| w.rule.contains("98000 to 98015")));
    assert!(medicare.suggestions[0].would_change.iter().all(|w| !w.contains("9800")));
}

#[test]
fn prolonged_time_is_named_below_its_minutes() {
    let long = Inputs { total_minutes: Some(75), mdm: Mdm::default(), ..visit() };
    let outcome = suggest(&pack(), &long);
    assert_eq!(codes(&outcome), "99215:t:10:");
    assert!(outcome.suggestions[0].would_change.iter().any(|w| w.contains("69") && w.contains("G2212")));
}

#[test]
fn an_accepted_charge_says_what_no_longer_fits() {
    let pack = pack();
    let charge = |code: &str, place: &str, modifiers: &[&str]| Accepted {
        units: 1,
        code: code.into(),
        place_of_service: place.into(),
        modifiers: modifiers.iter().map(|m| (*m).to_owned()).collect(),
    };
    assert_eq!(recheck(&pack, &visit(), &charge("99214", "10", &[])), Vec::<String>::new());
    assert_eq!(recheck(&pack, &visit(), &charge("99214", "10", &["95"])), Vec::<String>::new());
    let in_person = Inputs { modality: Some(Modality::InPerson), patient_place: None, ..visit() };
    assert_eq!(
        recheck(&pack, &in_person, &charge("99214", "10", &["95"])),
        [
            "Place of service 10 does not fit an in-person visit: 11 does.",
            "Modifier 95 does not fit an in-person visit."
        ]
    );
    let audio = Inputs { modality: Some(Modality::Audio), audio_only_reason: true, ..visit() };
    let told = recheck(&pack, &audio, &charge("99214", "10", &[]));
    assert!(tells(&told, "93 is missing"), "{told:?}");
    let told = recheck(&pack, &visit(), &charge("99215", "02", &["93"]));
    assert!(tells(&told, "Place of service 02,Modifier 93,Neither the time"), "{told:?}");
    let told = recheck(&pack, &visit(), &charge("99204", "10", &[]));
    assert!(tells(&told, "for a new patient"), "{told:?}");
    let empty = Inputs { diagnoses: Vec::new(), total_minutes: None, mdm: Mdm::default(), ..visit() };
    let told = recheck(&pack, &empty, &charge("99214", "10", &[]));
    assert!(tells(&told, "No diagnosis"), "{told:?}");
}

#[test]
fn a_pack_with_a_fault_names_file_line_and_reason() {
    let with =
        |from: &str, to: &str| RulePack::parse("site.tsv", &whole().replacen(from, to, 1)).unwrap_err();
    let line_of = |part: &str| whole().lines().position(|l| l.contains(part)).unwrap() + 1;
    let cases = [
        ("level\t99214\testablished\tmoderate\t30", "level\t99214\testablished\tmoderate\tthirty", "minutes"),
        ("level\t99214\testablished\tmoderate\t30", "level\t99214\testablished\tmedium\t30", "none of"),
        ("level\t99214\testablished\tmoderate\t30", "level\t99214\testablished\tmoderate\t15", "not above"),
        ("level\t99214\testablished\tmoderate\t30", "levels\t99214\testablished\tmoderate\t30", "no kind"),
        ("level\t99214\testablished\tmoderate\t30", "level\t99214\testablished\tmoderate\t30\t30", "fields"),
    ];
    for (from, to, reason) in cases {
        let error = with(from, to);
        assert_eq!((error.file.as_str(), error.line), ("site.tsv", line_of("level\t99214")), "{error}");
        assert!(error.reason.contains(reason), "{error}");
    }
    assert!(with("CMS, Place of Service Code Set, code 10", "").reason.contains("source"));
    assert!(with("2022-01-01", "1 January").reason.contains("not a date"));
    assert!(with("2026-12-31", "2025-12-31").reason.contains("before the first"));
    assert!(with("condition\ttime", "condition\ttimes").reason.contains("none of"));
    assert!(RulePack::parse("empty.tsv", "# nothing\n").unwrap_err().reason.contains("no rules"));
    assert!(
        RulePack::parse("x.tsv", "pack\tx\t1\tsrc\t2026-01-01\t-\n")
            .unwrap_err()
            .reason
            .contains("four levels")
    );
    let twice = format!(
        "{}{}\n",
        whole(),
        whole().lines().find(|l| l.starts_with("modifier\tmedicare\taudio")).unwrap()
    );
    assert!(RulePack::parse("twice.tsv", &twice).unwrap_err().reason.contains("twice"));
}

#[test]
fn a_visit_outside_the_dates_of_the_pack_warns() {
    let pack = pack();
    assert_eq!(pack.warning(date(2026, 11, 20)), None);
    assert!(pack.warning(date(2027, 1, 1)).unwrap().contains("2026-12-31"));
    let open = RulePack::parse("open.tsv", &whole().replacen("2026-12-31", "-", 1)).unwrap();
    assert!(open.warning(date(2028, 1, 1)).unwrap().contains("2027-12-31"));
}

#[test]
fn no_words_of_ours_push_towards_a_higher_code() {
    let text = whole().to_lowercase();
    for word in ["revenue", "maximi", "optimi", "higher-paying", "upcode"] {
        assert!(!text.contains(word), "{word}");
    }
}
