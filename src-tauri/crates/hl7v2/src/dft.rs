//! DFT^P03, segment by segment. Fields by their numbers in HL7 v2.5.1, chapters 2, 3 and 6.

use crate::text::{STANDARD, Segment, components, repetitions};
use crate::{Charge, Diagnosis, Patient, Person, Route, Transaction};

/// Crockford's base 32: no letter that reads like a digit.
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Builds the message, without the framing of a transport. The standard allows 20 characters for `control_id`.
pub fn dft_p03(route: &Route, transaction: &Transaction, control_id: &str) -> String {
    let at = transaction.at.strftime("%Y%m%d%H%M%S+0000").to_string();
    let header = Segment::header()
        .with(3, &components([&route.sending_application]))
        .with(4, &components([&route.sending_facility]))
        .with(5, &components([&route.receiving_application]))
        .with(6, &components([&route.receiving_facility]))
        .with(7, &at)
        .with(9, &components(["DFT", "P03", "DFT_P03"]))
        .with(10, &STANDARD.escaped(control_id))
        .with(11, if route.test { "T" } else { "P" })
        .with(12, "2.5.1")
        // That it arrived says nothing; whether it is taken does (enhanced mode, §2.9.3).
        .with(15, if route.answers { "NE" } else { "" })
        .with(16, if route.answers { "AL" } else { "" })
        .with(18, "UNICODE UTF-8");
    let mut message = header.end() + &Segment::named("EVN").with(1, "P03").with(2, &at).end();
    message += &patient(&transaction.patient);
    message += &visit(transaction);
    for (number, line) in (1u32..).zip(&transaction.charges) {
        message += &charge(number, line, transaction);
    }
    for (number, named) in (1u32..).zip(&transaction.diagnoses) {
        message += &diagnosis(number, named);
    }
    message
}

fn patient(patient: &Patient) -> String {
    let Person { id, family, given, .. } = &patient.person;
    let record = patient.record_number.as_ref().filter(|number| !number.value.is_empty());
    let record = record.map(|number| components([&number.value, "", "", &number.assigner, "MR"]));
    let (first, middle) = names(given);
    Segment::named("PID")
        .with(1, "1")
        .with(3, &repetitions(record.into_iter().chain([identifier(id, "PI")])))
        .with(5, &components([family, first, &middle]))
        .with(7, &patient.birth_date.as_deref().and_then(date).unwrap_or_default())
        .with(8, patient.sex.as_deref().map_or("", sex))
        .end()
}

fn visit(transaction: &Transaction) -> String {
    Segment::named("PV1")
        .with(1, "1")
        .with(2, "O")
        .with(7, &clinician(&transaction.clinician))
        .with(19, &identifier(transaction.encounter.as_deref().unwrap_or_default(), "VN"))
        .end()
}

fn charge(number: u32, charge: &Charge, transaction: &Transaction) -> String {
    let code = coded(&charge.code, "", if is_level_two(&charge.code) { "HCPCS" } else { "C4" });
    let place = |number: &u32| usize::try_from(*number).ok()?.checked_sub(1);
    let pointed = charge.diagnoses.iter().filter_map(|number| transaction.diagnoses.get(place(number)?));
    let modifiers = charge.modifiers.iter();
    let modifiers = modifiers.map(|m| coded(m, "", if is_level_two_modifier(m) { "HCPCS" } else { "CPTM" }));
    Segment::named("FT1")
        .with(1, &number.to_string())
        .with(2, &transaction_id(&transaction.id, number))
        .with(4, &transaction.day.strftime("%Y%m%d").to_string())
        .with(6, "CG")
        .with(7, &code)
        .with(10, &charge.units.to_string())
        .with(16, &components([&charge.place_of_service]))
        .with(19, &repetitions(pointed.map(icd10)))
        .with(20, &clinician(&transaction.clinician))
        .with(25, &code)
        .with(26, &repetitions(modifiers))
        .end()
}

fn diagnosis(number: u32, diagnosis: &Diagnosis) -> String {
    let number = number.to_string();
    Segment::named("DG1").with(1, &number).with(3, &icd10(diagnosis)).with(6, "F").with(15, &number).end()
}

/// CE. Nothing when there is no code.
fn coded(code: &str, text: &str, system: &str) -> String {
    if code.is_empty() { String::new() } else { components([code, text, system]) }
}

fn icd10(diagnosis: &Diagnosis) -> String {
    coded(&diagnosis.code, &diagnosis.title, "I10C")
}

/// CX of this type (table 0203). Nothing when there is no id.
fn identifier(id: &str, kind: &str) -> String {
    if id.is_empty() { String::new() } else { components([id, "", "", "", kind]) }
}

/// XCN. That it is an NPI stands in XCN-13.
fn clinician(person: &Person) -> String {
    let (first, middle) = names(&person.given);
    let (id, kind) = match &person.npi {
        Some(npi) => (npi, "NPI"),
        None => (&person.id, ""),
    };
    components([id, &person.family, first, &middle, "", "", "", "", "", "", "", "", kind])
}

/// The first name, and all others in one component.
fn names(given: &[String]) -> (&str, String) {
    match given {
        [] => ("", String::new()),
        [first, others @ ..] => (first, others.join(" ")),
    }
}

/// HCPCS level II begins with a letter; CPT, its categories II and III included, with a digit.
fn is_level_two(code: &str) -> bool {
    code.starts_with(|c: char| c.is_ascii_alphabetic())
}

/// So do its modifiers; but P1 to P6, the physical status in anaesthesia, are of CPT.
fn is_level_two_modifier(modifier: &str) -> bool {
    let physical_status = matches!(modifier.as_bytes(), [b'P', b'1'..=b'6']);
    is_level_two(modifier) && !physical_status
}

/// DTM of the same precision.
fn date(fhir: &str) -> Option<String> {
    let shape: String = fhir.chars().map(|c| if c.is_ascii_digit() { 'd' } else { c }).collect();
    matches!(shape.as_str(), "dddd" | "dddd-dd" | "dddd-dd-dd").then(|| fhir.replace('-', ""))
}

/// Table 0001.
fn sex(gender: &str) -> &'static str {
    match gender {
        "male" => "M",
        "female" => "F",
        "other" => "O",
        "unknown" => "U",
        _ => "",
    }
}

/// FT1-2: 50 bits of a hash (FNV-1a) in ten characters, then the charge; below a hundred charges that are the 12
/// characters which the standard allows. The same item always gives the same ids.
fn transaction_id(item: &str, charge: u32) -> String {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let hash = item.bytes().fold(0xcbf2_9ce4_8422_2325, step);
    let digit = |place: u32| char::from(DIGITS[(hash >> (5 * place)) as usize % DIGITS.len()]);
    let item: String = (0..10).rev().map(digit).collect();
    format!("{item}{charge:02}")
}

#[cfg(test)]
mod tests;
