//! AllergyIntolerance, and the recorded absence of allergies.

use super::Around;
use super::words::{concepts, joined, plain};
use crate::json::{coded, date, items, reference, status, text};
use crate::system::SNOMED;
use clinical::chart::{Entry, Flag, NO_KNOWN_ALLERGY, Status};
use serde_json::Value;

/// One allergy or one "no known allergies".
pub fn allergy(resource: &Value, around: &Around) -> Option<Entry> {
    let id = reference(resource)?;
    let code = coded(resource.get("code"));
    let clinical = status(resource.get("clinicalStatus"), &["active", "inactive", "resolved"]);
    let verification = status(
        resource.get("verificationStatus"),
        &["unconfirmed", "confirmed", "refuted", "entered-in-error", "presumed"],
    );
    let over = clinical.is(&["inactive", "resolved"]) || verification.is(&["refuted", "entered-in-error"]);
    let reactions = items(resource, &["reaction"]);
    let severe = reactions.iter().any(|r| text(r, &["severity"]) == Some("severe"));
    let high = text(resource, &["criticality"]) == Some("high");
    let criticality = match text(resource, &["criticality"]) {
        None | Some("low" | "unable-to-assess") => None,
        Some("high") => Some("high criticality".to_owned()),
        Some(_) => Some("criticality not recognised".to_owned()),
    };
    let plainly = matches!(&verification, Status::Absent) || verification.is(&["confirmed"]);
    let unclear = [&clinical, &verification].iter().any(|s| matches!(s, Status::Unrecognised(_)));
    let negation = !unclear && code.code(SNOMED).is_some_and(|c| NO_KNOWN_ALLERGY.contains(&c));
    // Both statuses count; the one that is not on the line stands in the detail.
    let other_status = (!plainly && !clinical.is(&["active"])).then(|| clinical.words()).flatten();
    let reactions = reactions.iter().map(|r| Some(reaction(r))).chain([criticality, other_status]);
    Some(Entry {
        detail: joined(reactions),
        status: if plainly { clinical } else { verification },
        current: !over,
        date: date(resource, &[&["recordedDate"], &["onsetDateTime"], &["lastOccurrence"]]),
        flag: (!over && !negation && (severe || high)).then_some(Flag::Critical),
        source: around
            .name(resource, resource.get("recorder"))
            .or_else(|| around.name(resource, resource.get("asserter"))),
        negation,
        ..Entry::new(id, &code.text, "Substance not recorded").coded(code)
    })
}

/// "Anaphylaxis, hives (severe)"
fn reaction(reaction: &Value) -> String {
    let words = concepts(reaction, &["manifestation"])
        .or_else(|| plain(reaction, &["description"]))
        .unwrap_or_else(|| "reaction not described".to_owned());
    let severity = status(reaction.get("severity"), &["mild", "moderate", "severe"]);
    match severity.words() {
        Some(severity) => format!("{words} ({severity})"),
        None => words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(resource: &Value) -> Entry {
        allergy(resource, &Around::alone("")).unwrap()
    }

    #[test]
    fn each_reaction_says_how_severe_it_was() {
        let e = read(&json!({
            "resourceType": "AllergyIntolerance", "id": "1", "code": {"text": "Penicillin"}, "criticality": "high",
            "reaction": [
                {"manifestation": [{"text": "Anaphylaxis"}, {"text": "Hives"}], "severity": "severe"},
                {"manifestation": [{"text": "Nausea"}], "severity": "terrible"},
                {"severity": "mild"}
            ]
        }));
        let detail = e.detail.unwrap().into_inner();
        let wanted = "Anaphylaxis, Hives (severe) · Nausea (unrecognised: terrible) · reaction not described (mild) · high criticality";
        assert_eq!(detail, wanted);
        assert_eq!(e.flag, Some(Flag::Critical));
    }

    #[test]
    fn no_known_allergies_is_not_taken_from_a_record_whose_status_nobody_knows() {
        let with = |status: &str| {
            read(&json!({
                "resourceType": "AllergyIntolerance", "id": "1",
                "code": {"coding": [{"system": SNOMED, "code": "716186003"}]},
                "clinicalStatus": {"coding": [{"code": status}]}
            }))
        };
        assert!(with("active").negation && !with("sleeping").negation);
        assert_eq!(with("sleeping").status, Status::Unrecognised("sleeping".into()));
    }
}
