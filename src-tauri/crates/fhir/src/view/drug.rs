//! What the four kinds of medication records share: the drug, however it is given, and the dose.

use super::Around;
use super::words::{concepts, quantity, some};
use crate::json::{coded, decimal, display, items, text};
use clinical::chart::Coded;
use serde_json::Value;

/// What the line says when no name came with the record.
pub const UNNAMED: &str = "Medication could not be resolved";

/// The drug: by code, by a contained or an included Medication, or by the words beside the reference.
pub fn drug(resource: &Value, around: &Around) -> Coded {
    let direct = coded(resource.get("medicationCodeableConcept"));
    if !direct.text.is_empty() {
        return direct;
    }
    let Some(element) = resource.get("medicationReference") else { return direct };
    let mut code = coded(around.find(resource, element).and_then(|m| m.get("code")));
    if code.text.is_empty() {
        code.text = display(element).unwrap_or_default();
    }
    code
}

/// All dosages in words: the text as it was written, else what is told in parts.
pub fn doses(resource: &Value, key: &str) -> Option<String> {
    let all = items(resource, &[key]).into_iter().filter_map(dose);
    some(all.collect::<Vec<_>>().join("; "))
}

fn dose(dosage: &Value) -> Option<String> {
    if let Some(words) = text(dosage, &["text"]).or_else(|| text(dosage, &["patientInstruction"])) {
        return Some(words.to_owned());
    }
    let amounts = items(dosage, &["doseAndRate"]).into_iter().filter_map(|d| {
        quantity(d.get("doseQuantity"))
            .or_else(|| range(d.get("doseRange")))
            .or_else(|| quantity(d.get("rateQuantity")))
    });
    let amount = some(amounts.collect::<Vec<_>>().join(", "));
    // MedicationAdministration has one dosage, with the dose in it.
    let amount = amount.or_else(|| quantity(dosage.get("dose")));
    let as_needed = match dosage.get("asNeededBoolean") {
        Some(Value::Bool(true)) => Some("as needed".to_owned()),
        _ => concepts(dosage, &["asNeededCodeableConcept"]).map(|why| format!("as needed: {why}")),
    };
    let parts = [
        amount,
        concepts(dosage, &["route"]),
        dosage.get("timing").and_then(timing),
        as_needed,
        concepts(dosage, &["additionalInstruction"]),
    ];
    some(parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
}

fn range(range: Option<&Value>) -> Option<String> {
    let range = range?;
    Some(format!("{} to {}", quantity(range.get("low"))?, quantity(range.get("high"))?))
}

/// "4× every 1 d", or the words of the timing's own code.
fn timing(timing: &Value) -> Option<String> {
    if let Some(words) = concepts(timing, &["code"]) {
        return Some(words);
    }
    let repeat = timing.get("repeat")?;
    let number = |key: &str| repeat.get(key).and_then(decimal);
    let (period, unit) = (number("period")?, text(repeat, &["periodUnit"])?);
    Some(format!("{}× every {period} {unit}", number("frequency").unwrap_or_else(|| "1".to_owned())))
}
