use super::*;
use crate::{RecordNumber, control_id};
use jiff::Timestamp;
use jiff::civil::date as day;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn route() -> Route {
    Route {
        sending_application: "CHARTSIDE".to_owned(),
        sending_facility: "HARBOR CLINIC".to_owned(),
        receiving_application: "BILLING".to_owned(),
        receiving_facility: "HARBOR & SONS".to_owned(),
        answers: false,
        test: false,
    }
}

fn person(id: &str, family: &str, given: &[&str]) -> Person {
    let given = given.iter().map(|&name| name.to_owned()).collect();
    Person { id: id.to_owned(), family: family.to_owned(), given, npi: None }
}

fn line(code: &str, modifiers: &[&str], diagnoses: &[u32]) -> Charge {
    Charge {
        code: code.to_owned(),
        modifiers: modifiers.iter().map(|&m| m.to_owned()).collect(),
        units: 1,
        place_of_service: "11".to_owned(),
        diagnoses: diagnoses.to_vec(),
    }
}

fn transaction() -> Transaction {
    let diagnoses = [
        ("E11.9", "Type 2 diabetes mellitus without complications"),
        ("I10", "Essential (primary) hypertension"),
        ("Z23", "Encounter for immunization"),
    ];
    let diagnoses =
        diagnoses.map(|(code, title)| Diagnosis { code: code.to_owned(), title: title.to_owned() });
    Transaction {
        id: "6f1c2f6e-3c0b-4c1e-9c55-0d6a4f8e2b71".to_owned(),
        patient: Patient {
            person: person("pat-1", "O'Hara|Núñez", &["Ana", "María", "de la Cruz"]),
            record_number: Some(RecordNumber {
                value: "MRN^0042".to_owned(),
                assigner: "Harbor Clinic".to_owned(),
            }),
            birth_date: Some("1961-07-09".to_owned()),
            sex: Some("female".to_owned()),
        },
        encounter: Some("enc-7".to_owned()),
        clinician: person("prac-3", "Roe", &["Jane", "Q."]),
        day: day(2026, 3, 4),
        at: "2026-03-05T01:02:03.456Z".parse().unwrap(),
        diagnoses: diagnoses.to_vec(),
        charges: vec![
            line("99214", &["25", "GT"], &[2, 1]),
            Charge { units: 2, ..line("G0008", &[], &[3, 9, 0]) },
        ],
    }
}

/// The components of a field, split and unescaped here once more: between two backslashes stands an escape.
/// `place` counts the segments of this name from 0, `repetition` too.
fn read(message: &str, name: &str, place: usize, field: usize, repetition: usize) -> Vec<String> {
    let mut segments = message.split('\r').filter(|s| s.split('|').next() == Some(name));
    let segment = segments.nth(place).unwrap();
    let field = if name == "MSH" { field - 1 } else { field };
    let field = segment.split('|').nth(field).unwrap_or_default();
    let repetition = field.split('~').nth(repetition).unwrap_or_default();
    let unescaped = |component: &str| {
        let parts = component.split('\\').enumerate();
        let parts = parts.map(|(n, part)| match (n % 2, part) {
            (0, text) => text,
            (_, "F") => "|",
            (_, "S") => "^",
            (_, "T") => "&",
            (_, "R") => "~",
            (_, "E") => "\\",
            (_, other) => panic!("\\{other}\\"),
        });
        parts.collect::<String>()
    };
    repetition.split('^').map(unescaped).collect()
}

fn names_of_segments(message: &str) -> Vec<&str> {
    message.split_terminator('\r').map(|segment| segment.split('|').next().unwrap()).collect()
}

#[test]
fn a_visit_with_two_charges_is_this_message() {
    let message = dft_p03(&route(), &transaction(), "20260305010203-0001");
    assert!(message.ends_with('\r') && !message.contains('\n'));
    insta::assert_snapshot!(message.replace('\r', "\n"));
}

#[test]
fn segments_stand_as_2_5_1_has_them() {
    let message = dft_p03(&route(), &transaction(), "1");
    assert_eq!(names_of_segments(&message), ["MSH", "EVN", "PID", "PV1", "FT1", "FT1", "DG1", "DG1", "DG1"]);
    assert_eq!(control_id(&message), Some("1"));
}

#[test]
fn a_charge_names_its_own_diagnoses_in_its_own_order() {
    let message = dft_p03(&route(), &transaction(), "1");
    let code = |charge, n| read(&message, "FT1", charge, 19, n).swap_remove(0);
    assert_eq!([code(0, 0), code(0, 1), code(0, 2)], ["I10", "E11.9", ""]);
    assert_eq!([code(1, 0), code(1, 1)], ["Z23", ""], "those that are not there are ignored");
}

#[test]
fn cpt_and_hcpcs_are_told_apart_and_no_descriptor_is_sent() {
    let systems = |code: &str, modifier: &str| {
        let mut transaction = transaction();
        transaction.charges = vec![line(code, &[modifier], &[])];
        let message = dft_p03(&route(), &transaction, "1");
        assert_eq!(read(&message, "FT1", 0, 7, 0), read(&message, "FT1", 0, 25, 0));
        let (code, modifier) = (read(&message, "FT1", 0, 25, 0), read(&message, "FT1", 0, 26, 0));
        assert_eq!((code[1].as_str(), modifier[1].as_str()), ("", ""));
        (code[2].clone(), modifier[2].clone())
    };
    assert_eq!(systems("99214", "25"), ("C4".to_owned(), "CPTM".to_owned()));
    assert_eq!(systems("0591T", "P3"), ("C4".to_owned(), "CPTM".to_owned()));
    assert_eq!(systems("G2211", "GT"), ("HCPCS".to_owned(), "HCPCS".to_owned()));
    assert_eq!(systems("J1885", "PT"), ("HCPCS".to_owned(), "HCPCS".to_owned()));
}

#[test]
fn what_is_not_known_is_left_out() {
    let mut transaction = transaction();
    transaction.patient.record_number = None;
    transaction.patient.birth_date = Some("about 1960".to_owned());
    transaction.patient.sex = Some("female-ish".to_owned());
    transaction.patient.person.given.clear();
    transaction.encounter = None;
    transaction.diagnoses.clear();
    let message = dft_p03(&Route { test: true, answers: true, ..route() }, &transaction, "1");
    let segments: Vec<&str> = message.split('\r').collect();
    assert_eq!(segments[2], r"PID|1||pat-1^^^^PI||O'Hara\F\Núñez");
    assert_eq!(segments[3], "PV1|1|O|||||prac-3^Roe^Jane^Q.");
    assert!(segments[4].contains("|11||||prac-3^Roe"), "no diagnoses: {}", segments[4]);
    assert_eq!(read(&message, "MSH", 0, 11, 0), ["T"]);
    assert_eq!(read(&message, "MSH", 0, 15, 0), ["NE"]);
    assert_eq!(read(&message, "MSH", 0, 16, 0), ["AL"]);
}

#[test]
fn a_birth_date_keeps_its_precision() {
    assert_eq!(date("1961").as_deref(), Some("1961"));
    assert_eq!(date("1961-07").as_deref(), Some("196107"));
    assert_eq!(date("1961-07-09").as_deref(), Some("19610709"));
    for wrong in ["", "61", "1961-7-9", "1961-07-09T00:00:00Z", "19610709", "١٩٦١"] {
        assert_eq!(date(wrong), None, "{wrong}");
    }
}

#[test]
fn transaction_ids_are_the_same_again_and_differ_between_items_and_charges() {
    let item = |n: u32| format!("6f1c2f6e-3c0b-4c1e-9c55-0d6a{n:08x}");
    let ids: BTreeSet<String> = (0..50_000).map(|n| transaction_id(&item(n), 1 + n % 99)).collect();
    assert_eq!(ids.len(), 50_000);
    let base: BTreeSet<&str> = ids.iter().map(|id| &id[..10]).collect();
    assert_eq!(base.len(), 50_000);
    assert!(ids.iter().all(|id| id.len() == 12 && id.bytes().all(|b| b.is_ascii_alphanumeric())));
    assert_eq!(transaction_id(&item(7), 3), transaction_id(&item(7), 3));
    assert_eq!(transaction_id(&item(7), 3)[..10], transaction_id(&item(7), 4)[..10]);
}

/// Twenty-three texts for all that comes from outside.
fn filled(texts: &[String]) -> (Route, Transaction) {
    let mut next = texts.iter().cloned();
    let mut next = || next.next().unwrap();
    let route = Route {
        sending_application: next(),
        sending_facility: next(),
        receiving_application: next(),
        receiving_facility: next(),
        answers: false,
        test: false,
    };
    let patient = Patient {
        person: Person { id: next(), family: next(), given: vec![next(), next()], npi: None },
        record_number: Some(RecordNumber { value: next(), assigner: next() }),
        birth_date: Some(next()),
        sex: Some(next()),
    };
    let transaction = Transaction {
        id: next(),
        patient,
        encounter: Some(next()),
        clinician: Person { id: next(), family: next(), given: vec![next(), next()], npi: None },
        day: day(2026, 3, 4),
        at: Timestamp::UNIX_EPOCH,
        diagnoses: vec![Diagnosis { code: next(), title: next() }],
        charges: vec![Charge {
            code: next(),
            modifiers: vec![next()],
            units: 3,
            place_of_service: next(),
            diagnoses: vec![1],
        }],
    };
    (route, transaction)
}

const TEXTS: usize = 23;

proptest! {
    #[test]
    fn any_text_in_any_field_comes_back_equal(
        texts in prop::collection::vec(r#"[^\pC\p{Zl}\p{Zp}]{1,6}|[|^~&\\FSTRE." ]{1,12}"#, TEXTS)
    ) {
        let (route, transaction) = filled(&texts);
        let message = dft_p03(&route, &transaction, &texts[0]);
        // A text of two quotation marks would ask for deletion.
        let kept = |text: &str| if text == "\"\"" { String::new() } else { text.to_owned() };
        let at = |name: &str, field, repetition, component: usize| {
            read(&message, name, 0, field, repetition).into_iter().nth(component).unwrap_or_default()
        };
        let patient = &transaction.patient;
        let number = patient.record_number.as_ref().unwrap();
        let (clinician, charge) = (&transaction.clinician, &transaction.charges[0]);
        let diagnosis = &transaction.diagnoses[0];
        let expected = [
            (&route.sending_application, at("MSH", 3, 0, 0)),
            (&route.sending_facility, at("MSH", 4, 0, 0)),
            (&route.receiving_application, at("MSH", 5, 0, 0)),
            (&route.receiving_facility, at("MSH", 6, 0, 0)),
            (&texts[0], at("MSH", 10, 0, 0)),
            (&number.value, at("PID", 3, 0, 0)),
            (&number.assigner, at("PID", 3, 0, 3)),
            (&patient.person.id, at("PID", 3, 1, 0)),
            (&patient.person.family, at("PID", 5, 0, 0)),
            (&patient.person.given[0], at("PID", 5, 0, 1)),
            (&patient.person.given[1], at("PID", 5, 0, 2)),
            (&clinician.id, at("PV1", 7, 0, 0)),
            (&clinician.family, at("PV1", 7, 0, 1)),
            (&clinician.given[0], at("PV1", 7, 0, 2)),
            (&clinician.given[1], at("FT1", 20, 0, 3)),
            (transaction.encounter.as_ref().unwrap(), at("PV1", 19, 0, 0)),
            (&charge.code, at("FT1", 7, 0, 0)),
            (&charge.code, at("FT1", 25, 0, 0)),
            (&charge.modifiers[0], at("FT1", 26, 0, 0)),
            (&charge.place_of_service, at("FT1", 16, 0, 0)),
            (&diagnosis.code, at("FT1", 19, 0, 0)),
            (&diagnosis.title, at("FT1", 19, 0, 1)),
            (&diagnosis.code, at("DG1", 3, 0, 0)),
            (&diagnosis.title, at("DG1", 3, 0, 1)),
        ];
        for (text, found) in expected {
            prop_assert_eq!(kept(text), found);
        }
    }

    #[test]
    fn no_text_makes_another_segment_or_a_line(texts in prop::collection::vec(any::<String>(), TEXTS), c in any::<char>()) {
        let texts: Vec<String> = texts.into_iter().map(|text| format!("\r\nFT1|{c}{text}\u{1c}\r")).collect();
        let (route, transaction) = filled(&texts);
        let message = dft_p03(&route, &transaction, &texts[0]);
        prop_assert_eq!(names_of_segments(&message), ["MSH", "EVN", "PID", "PV1", "FT1", "DG1"]);
        prop_assert!(message.chars().all(|c| c == '\r' || !c.is_control()));
    }
}
