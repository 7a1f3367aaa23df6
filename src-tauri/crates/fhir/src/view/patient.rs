//! Patient: who this is.

use crate::json::{date, items, legal_id, reference_to, text};
use clinical::identity::{Mrn, Patient};
use clinical::phi::Phi;
use clinical::us_state;
use serde_json::Value;

/// Reads a Patient of the server with this FHIR base. `None` without a legal id: such a chart cannot be written to.
pub fn patient(resource: &Value, base: &str) -> Option<Patient> {
    if text(resource, &["resourceType"]) != Some("Patient") {
        return None;
    }
    let id = text(resource, &["id"]).filter(|id| legal_id(id))?.to_owned();
    let names = items(resource, &["name"]);
    let of_use = |wanted: &str| names.iter().find(|n| text(n, &["use"]) == Some(wanted)).copied();
    let name = of_use("official").or_else(|| of_use("usual")).or_else(|| names.first().copied());
    let part = |n: &Value, key: &str| match n.get(key) {
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "),
        Some(Value::String(s)) => s.clone(),
        _ => String::new(),
    };
    let (mut family, mut given) = name.map(|n| (part(n, "family"), part(n, "given"))).unwrap_or_default();
    if family.is_empty() && given.is_empty() {
        // Some servers fill only `name.text`; the whole of it is shown as it is.
        family = name.and_then(|n| text(n, &["text"])).unwrap_or_default().to_owned();
    }
    (family, given) = (family.trim().to_owned(), given.trim().to_owned());
    let preferred = of_use("nickname").or_else(|| of_use("usual")).map(|n| part(n, "given"));
    let links = items(resource, &["link"]);
    let linked = |kind: &str| {
        links
            .iter()
            .filter(|l| text(l, &["type"]) == Some(kind))
            .map(|l| linked_to(l.get("other"), base))
            .collect::<Vec<_>>()
    };
    Some(Patient {
        id,
        preferred: preferred.filter(|p| !p.is_empty() && *p != given).map(Phi::new),
        family: Phi::new(family),
        given: Phi::new(given),
        birth_date: date(resource, &[&["birthDate"]]),
        sex: text(resource, &["gender"]).unwrap_or("not recorded").to_owned(),
        mrn: mrn(resource),
        phone: items(resource, &["telecom"])
            .into_iter()
            .find(|t| text(t, &["system"]) == Some("phone"))
            .and_then(|t| text(t, &["value"]))
            .map(Phi::from),
        state: state(resource),
        active: resource.get("active") != Some(&Value::Bool(false)),
        deceased: resource.get("deceasedBoolean") == Some(&Value::Bool(true))
            || resource.get("deceasedDateTime").is_some(),
        replaced_by: linked("replaced-by").into_iter().next(),
        see_also: linked("seealso"),
    })
}

/// `Patient/2`; what is at another server or only named keeps its own words: that there is another
/// record is never lost, and nobody takes it for one of ours.
fn linked_to(other: Option<&Value>, base: &str) -> String {
    let named = other.and_then(|o| {
        reference_to(o, base).or_else(|| text(o, &["reference"]).or(text(o, &["display"])).map(str::to_owned))
    });
    named.unwrap_or_else(|| "another record".to_owned())
}

/// The US state of the home address that still holds, else of the only address there is.
fn state(resource: &Value) -> Option<String> {
    let all = items(resource, &["address"]);
    let current: Vec<&Value> = all
        .into_iter()
        .filter(|a| text(a, &["use"]) != Some("old") && text(a, &["period", "end"]).is_none())
        .collect();
    let home = current.iter().find(|a| text(a, &["use"]) == Some("home"));
    let only = current.first().filter(|_| current.len() == 1);
    us_state::code(text(home.or(only)?, &["state"])?).map(str::to_owned)
}

/// The medical record number: identifier of type MR (HL7 v2-0203), else none; never just any identifier.
fn mrn(resource: &Value) -> Option<Mrn> {
    let all = items(resource, &["identifier"]);
    let is_mr = |i: &&Value| items(i, &["type", "coding"]).iter().any(|c| text(c, &["code"]) == Some("MR"));
    let is_current = |i: &&Value| text(i, &["use"]) != Some("old");
    let found =
        all.iter().copied().filter(is_mr).find(is_current).or_else(|| all.iter().copied().find(is_mr))?;
    Some(Mrn {
        value: text(found, &["value"])?.into(),
        assigner: text(found, &["assigner", "display"]).map(str::to_owned),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const BASE: &str = "https://ehr.test/fhir";

    #[test]
    fn the_state_is_that_of_the_home_address_and_of_no_old_one() {
        let of = |addresses| {
            let p = json!({ "resourceType": "Patient", "id": "m", "address": addresses });
            patient(&p, BASE).unwrap().state
        };
        let home = json!({ "use": "home", "state": "Massachusetts" });
        let work = json!({ "use": "work", "state": "NH" });
        let old = json!({ "use": "old", "state": "TX" });
        let left = json!({ "use": "home", "state": "ME", "period": { "end": "2020-01-01" } });
        assert_eq!(of(json!([work, old, left, home])).as_deref(), Some("MA"));
        assert_eq!(of(json!([old, work])).as_deref(), Some("NH"), "the only one");
        assert_eq!(of(json!([work, { "state": "VT" }])), None, "two, and neither is said to be home");
        assert_eq!(of(json!([{ "use": "home", "state": "Bayern" }])), None);
    }

    #[test]
    fn the_official_name_and_the_medical_record_number_are_taken() {
        let p = patient(&json!({
            "resourceType": "Patient", "id": "m", "birthDate": "1972-03-09", "gender": "female",
            "name": [{"use": "usual", "given": ["Mia"], "family": "Santos"}, {"use": "official", "given": ["Maria", "L."], "family": "Santos"}],
            "identifier": [{"system": "ssn", "value": "1"}, {"type": {"coding": [{"code": "MR"}]}, "value": "85-1123", "assigner": {"display": "Lakeside"}}],
            "link": [{"type": "replaced-by", "other": {"reference": "Patient/n"}}]
        }), BASE)
        .unwrap();
        assert_eq!(p.banner_name(), "SANTOS, Maria L.");
        assert_eq!(p.preferred.map(Phi::into_inner).as_deref(), Some("Mia"));
        assert_eq!(p.mrn.map(|m| m.value.into_inner()).as_deref(), Some("85-1123"));
        assert_eq!(p.replaced_by.as_deref(), Some("Patient/n"));
    }

    #[test]
    fn a_patient_of_wrong_shapes_is_read_as_far_as_it_goes() {
        let p = patient(&json!({"resourceType": "Patient", "id": "x", "name": "Maria", "identifier": 5, "birthDate": ["1972"], "link": {}}), BASE).unwrap();
        assert_eq!(p.banner_name(), "Name not recorded");
        assert!(p.birth_date.is_none() && p.mrn.is_none());
        assert!(patient(&json!({"resourceType": "Patient"}), BASE).is_none());
    }
}
