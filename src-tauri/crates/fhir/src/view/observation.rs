//! Observation: vitals and laboratory results, numbers as written.

use crate::json::{coded, date, decimal, items, reference, shorten, status, text};
use crate::system::LOINC;
use clinical::chart::{Entry, Flag, Value as Measured};
use clinical::phi::Phi;
use serde_json::Value;

/// One observation. Blood pressure (85354-9) and other panels show their components together.
pub fn observation(resource: &Value) -> Option<Entry> {
    let id = reference(resource)?;
    let code = coded(resource.get("code"));
    let state = status(
        resource.get("status"),
        &[
            "registered",
            "preliminary",
            "final",
            "amended",
            "corrected",
            "cancelled",
            "entered-in-error",
            "unknown",
        ],
    );
    let own = loinc_of(resource);
    let mut values: Vec<Measured> = measured(resource, &own).into_iter().collect();
    let mut shown: Vec<String> = shown(resource).into_iter().collect();
    let components = items(resource, &["component"]);
    for component in &components {
        let code = loinc_of(component);
        values.extend(measured(component, &code));
    }
    if own == "85354-9" {
        if let Some(pressure) = blood_pressure(&values) {
            shown.push(pressure);
        }
    } else {
        shown.extend(
            components
                .iter()
                .filter_map(|c| Some(format!("{} {}", coded(c.get("code")).text, self::shown(c)?))),
        );
    }
    if shown.is_empty()
        && let Some(reason) = resource.get("dataAbsentReason")
    {
        shown.push(format!("no value: {}", coded(Some(reason)).text));
    }
    let range = items(resource, &["referenceRange"]).into_iter().find_map(range_words);
    let detail = match (shown.join(", "), range) {
        (s, Some(r)) if !s.is_empty() => Some(format!("{s} (range {r})")),
        (s, _) if !s.is_empty() => Some(s),
        _ => None,
    };
    Some(Entry {
        id,
        title: Phi::new(if code.text.is_empty() {
            "Measurement without a name".to_owned()
        } else {
            code.text.clone()
        }),
        detail: detail.map(|d| Phi::new(shorten(&d))),
        current: !state.is(&["cancelled", "entered-in-error"]),
        status: state,
        date: date(
            resource,
            &[&["effectiveDateTime"], &["effectivePeriod", "start"], &["effectiveInstant"], &["issued"]],
        ),
        flag: flag(resource),
        source: items(resource, &["performer"]).into_iter().find_map(|p| text(p, &["display"])).map(shorten),
        code,
        values,
        has_document: false,
        negation: false,
        visit_diagnosis: false,
    })
}

fn loinc_of(element: &Value) -> String {
    coded(element.get("code")).code(LOINC).unwrap_or_default().to_owned()
}

fn measured(element: &Value, code: &str) -> Option<Measured> {
    let quantity = element.get("valueQuantity")?;
    Some(Measured {
        code: code.to_owned(),
        text: decimal(quantity.get("value")?)?,
        unit: text(quantity, &["unit"]).or_else(|| text(quantity, &["code"])).unwrap_or_default().to_owned(),
    })
}

fn blood_pressure(values: &[Measured]) -> Option<String> {
    let of = |code: &str| values.iter().find(|v| v.code == code);
    let (systolic, diastolic) = (of("8480-6")?, of("8462-4")?);
    Some(format!("{}/{} {}", systolic.text, diastolic.text, systolic.unit))
}

/// The value in words, whatever its type.
fn shown(element: &Value) -> Option<String> {
    if let Some(quantity) = element.get("valueQuantity") {
        let number = decimal(quantity.get("value")?)?;
        let comparator = text(quantity, &["comparator"]).unwrap_or_default();
        let unit = text(quantity, &["unit"]).or_else(|| text(quantity, &["code"])).unwrap_or_default();
        return Some(format!("{comparator}{number} {unit}").trim().to_owned());
    }
    if let Some(concept) = element.get("valueCodeableConcept") {
        return Some(coded(Some(concept)).text).filter(|t| !t.is_empty());
    }
    if let Some(words) = text(element, &["valueString"]).or_else(|| text(element, &["valueDateTime"])) {
        return Some(shorten(words));
    }
    match (element.get("valueInteger"), element.get("valueBoolean")) {
        (Some(n), _) => decimal(n),
        (_, Some(Value::Bool(b))) => Some(if *b { "yes" } else { "no" }.to_owned()),
        _ => element
            .as_object()?
            .keys()
            .find(|k| k.starts_with("value"))
            .map(|_| "value of a kind not shown here".to_owned()),
    }
}

fn range_words(range: &Value) -> Option<String> {
    if let Some(words) = text(range, &["text"]) {
        return Some(shorten(words));
    }
    let side = |key: &str| range.get(key).and_then(|q| decimal(q.get("value")?));
    match (side("low"), side("high")) {
        (Some(l), Some(h)) => Some(format!("{l}–{h}")),
        (Some(l), None) => Some(format!("≥ {l}")),
        (None, Some(h)) => Some(format!("≤ {h}")),
        _ => None,
    }
}

fn flag(resource: &Value) -> Option<Flag> {
    items(resource, &["interpretation"])
        .into_iter()
        .flat_map(|c| coded(Some(c)).codings)
        .find_map(|(_, code)| Flag::from_interpretation(&code))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn blood_pressure_is_one_value() {
        let component = |code: &str, value: i32| json!({"code": {"coding": [{"system": LOINC, "code": code}]}, "valueQuantity": {"value": value, "unit": "mmHg"}});
        let e = observation(&json!({
            "resourceType": "Observation", "id": "1", "status": "final",
            "code": {"coding": [{"system": LOINC, "code": "85354-9"}], "text": "Blood pressure"},
            "component": [component("8480-6", 138), component("8462-4", 86)]
        }))
        .unwrap();
        assert_eq!(e.detail.map(Phi::into_inner).as_deref(), Some("138/86 mmHg"));
    }

    #[test]
    fn a_value_keeps_its_decimals_and_its_range() {
        let raw = r#"{"resourceType":"Observation","id":"1","status":"final","code":{"text":"A1c"},"valueQuantity":{"value":8.10,"unit":"%"},"referenceRange":[{"low":{"value":4.0},"high":{"value":5.6}}],"interpretation":[{"coding":[{"code":"H"}]}]}"#;
        let e = observation(&serde_json::from_str(raw).unwrap()).unwrap();
        assert_eq!(e.detail.map(Phi::into_inner).as_deref(), Some("8.10 % (range 4.0–5.6)"));
        assert_eq!(e.flag, Some(Flag::High));
    }

    #[test]
    fn a_kind_of_value_that_is_not_known_is_said_and_not_dropped() {
        let e = observation(&json!({"resourceType": "Observation", "id": "1", "code": {"text": "ECG"}, "valueSampledData": {}})).unwrap();
        assert_eq!(e.detail.map(Phi::into_inner).as_deref(), Some("value of a kind not shown here"));
    }
}
