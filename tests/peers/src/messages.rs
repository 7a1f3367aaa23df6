//! Messages for billing with texts that are hard, for a reader of HL7 that is not ours.

use crate::hard::PIECES;
use hl7v2::{Charge, Diagnosis, Patient, Person, RecordNumber, Route, Transaction};
use serde_json::{Value, json};
use std::path::Path;

/// How many.
pub const COUNT: usize = 120;
/// Longest name that is tried, in characters.
const NAME: usize = 40;

/// Writes them into FOLDER/dft, each with what has to stand where.
pub fn write(folder: &Path) {
    let folder = folder.join("dft");
    std::fs::create_dir_all(&folder).expect("a folder for the messages");
    for n in 0..COUNT {
        let (message, said) = message(n);
        let file = folder.join(format!("{n:03}.hl7"));
        std::fs::write(&file, message).expect("a message");
        std::fs::write(folder.join(format!("{n:03}.hl7.json")), said.to_string()).expect("its values");
    }
}

/// Those that a visit handed over, beside them. Gives how many.
pub fn take(folder: &Path, visit: &str, messages: &[String]) -> usize {
    let folder = folder.join("dft");
    std::fs::create_dir_all(&folder).expect("a folder for the messages");
    for (n, message) in messages.iter().enumerate() {
        std::fs::write(folder.join(format!("visit {visit} {n}.hl7")), message).expect("a message");
    }
    messages.len()
}

fn message(n: usize) -> (String, Value) {
    let hard = |n: usize| {
        let line = PIECES[n % PIECES.len()].1.lines().next().unwrap_or_default();
        let kept = line.chars().filter(|c| !c.is_control() && !c.is_whitespace() || *c == ' ');
        kept.take(NAME).collect::<String>().trim().to_owned()
    };
    let family = if n == 0 { "O'Hara|N\u{fa}\u{f1}ez ^& \\ ~".to_owned() } else { format!("F{}", hard(n)) };
    let person = |id: &str, family: String, given: String, npi: Option<&str>| Person {
        id: id.to_owned(),
        family,
        given: vec![given],
        npi: npi.map(str::to_owned),
    };
    let title = "Type 2 diabetes mellitus with hyperglycemia";
    let diagnoses =
        [("E11.65", title), ("I10", "Essential (primary) hypertension"), ("R51.9", "Headache & more")];
    let diagnoses = diagnoses.into_iter().take(1 + n % 3);
    let charges = [("99214", vec!["95"]), ("G2211", vec![]), ("90833", vec!["GT", "93"])];
    let charges = charges.into_iter().take(1 + n % 3).enumerate();
    let transaction = Transaction {
        id: format!("9771030f-7b1e-446e-9c1e-{n:012}"),
        patient: Patient {
            person: person("maria-santos", family.clone(), format!("G{}", hard(n + 3)), None),
            record_number: (n % 4 != 1)
                .then(|| RecordNumber { value: format!("85-{n:04}"), assigner: "Riverbend".to_owned() }),
            birth_date: [Some("1972-03-09"), Some("1972"), None][n % 3].map(str::to_owned),
            sex: [Some("female"), Some("male"), Some("not recorded")][n % 3].map(str::to_owned),
        },
        encounter: (n % 5 != 2).then(|| format!("enc-{n}")),
        clinician: person(
            "prac-okafor",
            format!("C{}", hard(n + 7)),
            "Adaeze".to_owned(),
            [Some("2500001013"), None][n % 2],
        ),
        day: jiff::civil::date(2026, 11, 22),
        at: "2026-11-22T14:32:10Z".parse().expect("a time"),
        diagnoses: diagnoses
            .map(|(code, title)| Diagnosis { code: code.to_owned(), title: title.to_owned() })
            .collect(),
        charges: charges
            .map(|(place, (code, modifiers))| Charge {
                code: code.to_owned(),
                modifiers: modifiers.into_iter().map(str::to_owned).collect(),
                units: 1 + place as u32,
                place_of_service: ["10", "02", "11"][place].to_owned(),
                diagnoses: vec![1],
            })
            .collect(),
    };
    let route = Route {
        sending_application: "CHARTSIDE".to_owned(),
        sending_facility: "RIVERSIDE".to_owned(),
        receiving_application: "BILLING & MORE".to_owned(),
        receiving_facility: String::new(),
        answers: true,
        test: n.is_multiple_of(2),
    };
    let control = format!("{n:016}-1");
    let said = json!({
        "MSH-10": control,
        "PID-5.1": family,
        "FT1-7.1": "99214",
        "FT1-16.1": "10",
        "FT1-19.1": "E11.65",
        "FT1-26.1": "95",
        "DG1-3.2": title,
    });
    (hl7v2::dft_p03(&route, &transaction, &control), said)
}
