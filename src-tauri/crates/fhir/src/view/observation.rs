//! Observation: vitals, laboratory results, social history and all other measurements, numbers as
//! written.

use super::Around;
use super::words::{day, joined, notes, plain, quantity};
use crate::json::{coded, date, decimal, items, reference, shorten, status, text};
use crate::system::{LOINC, UCUM};
use clinical::chart::{Entry, Flag, Range, Section, Value as Measured};
use clinical::phi::Phi;
use serde_json::Value;

const STATUSES: &[&str] = &[
    "registered",
    "preliminary",
    "final",
    "amended",
    "corrected",
    "cancelled",
    "entered-in-error",
    "unknown",
];
/// Categories of Observation that are neither measured nor reported but told.
pub const SOCIAL: [&str; 10] = [
    "social-history",
    "survey",
    "sdoh",
    "functional-status",
    "disability-status",
    "cognitive-status",
    "activity",
    "treatment-intervention-preference",
    "care-experience-preference",
    "observation-adi-documentation",
];

/// Categories of results that are no laboratory's.
pub const RESULTS: [&str; 5] = ["imaging", "procedure", "exam", "therapy", "clinical-test"];

/// The section that an Observation's categories name. `None`: they name none (or it is none), so it
/// stands where it was found.
pub fn home(resource: &Value) -> Option<Section> {
    if text(resource, &["resourceType"]) != Some("Observation") {
        return None;
    }
    let codes: Vec<String> = items(resource, &["category"])
        .into_iter()
        .flat_map(|c| coded(Some(c)).codings)
        .map(|(_, code)| code)
        .collect();
    let has = |wanted: &str| codes.iter().any(|c| c == wanted);
    if has("vital-signs") {
        Some(Section::Vitals)
    } else if has("laboratory") {
        Some(Section::Labs)
    } else if SOCIAL.iter().any(|c| has(c)) {
        Some(Section::Social)
    } else if RESULTS.iter().any(|c| has(c)) {
        Some(Section::Results)
    } else {
        None
    }
}

/// One observation. Blood pressure (85354-9) and other panels show their components together.
pub fn observation(resource: &Value, around: &Around) -> Option<Entry> {
    let id = reference(resource)?;
    let code = coded(resource.get("code"));
    let state = status(resource.get("status"), STATUSES);
    let own = loinc_of(resource);
    let mut values: Vec<Measured> = measured(resource, &own, false).into_iter().collect();
    let mut said: Vec<String> = shown(resource).into_iter().collect();
    let components = items(resource, &["component"]);
    for component in &components {
        values.extend(measured(component, &loinc_of(component), true));
    }
    match blood_pressure(&values).filter(|_| own == "85354-9" && components.len() == 2) {
        Some(pressure) => said.push(pressure),
        None => said.extend(components.iter().map(|c| part(c))),
    }
    if said.is_empty() {
        said.extend(absent(resource));
    }
    let members = items(resource, &["hasMember"]).len();
    if said.is_empty() && members > 0 {
        said.push(format!("panel of {members}"));
    }
    let said = said.join(", ");
    let range = items(resource, &["referenceRange"]).into_iter().find_map(range);
    let value = match &range {
        Some(range) if !said.is_empty() => format!("{said} (range {})", range.words),
        _ => said.clone(),
    };
    let flag = flag(resource);
    let interpretation = interpretation(resource).filter(|_| flag.is_none());
    Some(Entry {
        detail: joined([Some(value), interpretation, notes(resource)]),
        shown: (!said.is_empty()).then(|| Phi::new(shorten(&said))),
        range,
        current: !state.is(&["cancelled", "entered-in-error"]),
        status: state,
        date: date(
            resource,
            &[&["effectiveDateTime"], &["effectivePeriod", "start"], &["effectiveInstant"], &["issued"]],
        ),
        flag,
        source: around.first_name(resource, &["performer"], ""),
        values,
        ..Entry::new(id, &code.text, "Measurement without a name").coded(code)
    })
}

fn loinc_of(element: &Value) -> String {
    coded(element.get("code")).code(LOINC).unwrap_or_default().to_owned()
}

fn measured(element: &Value, code: &str, component: bool) -> Option<Measured> {
    let quantity = element.get("valueQuantity")?;
    let ucum = text(quantity, &["code"]).filter(|_| text(quantity, &["system"]) == Some(UCUM));
    Some(Measured {
        code: code.to_owned(),
        component,
        text: decimal(quantity.get("value")?)?,
        comparator: text(quantity, &["comparator"]).unwrap_or_default().to_owned(),
        unit: shorten(text(quantity, &["unit"]).or(text(quantity, &["code"])).unwrap_or_default()),
        ucum: ucum.map(shorten),
    })
}

fn blood_pressure(values: &[Measured]) -> Option<String> {
    let of = |code: &str| values.iter().find(|v| v.code == code && v.comparator.is_empty());
    let (systolic, diastolic) = (of("8480-6")?, of("8462-4")?);
    let same_unit = systolic.unit == diastolic.unit;
    same_unit.then(|| format!("{}/{} {}", systolic.text, diastolic.text, systolic.unit))
}

/// A component with its name; also one without a value is said.
fn part(component: &Value) -> String {
    let name = coded(component.get("code")).text;
    let value = shown(component).or_else(|| absent(component)).unwrap_or_else(|| "no value".to_owned());
    format!("{name} {value}").trim().to_owned()
}

fn absent(element: &Value) -> Option<String> {
    let reason = coded(Some(element.get("dataAbsentReason")?)).text;
    Some(if reason.is_empty() { "no value".to_owned() } else { format!("no value: {reason}") })
}

/// The value in words, whatever its type.
fn shown(element: &Value) -> Option<String> {
    let key = element.as_object()?.keys().find(|k| k.starts_with("value"))?;
    let value = element.get(key)?;
    let words = match key.as_str() {
        "valueQuantity" => quantity(Some(value)),
        "valueCodeableConcept" => Some(coded(Some(value)).text).filter(|t| !t.is_empty()),
        "valueString" | "valueDateTime" | "valueTime" => {
            value.as_str().map(shorten).filter(|t| !t.is_empty())
        }
        "valueInteger" => decimal(value),
        "valueBoolean" => value.as_bool().map(|b| if b { "yes" } else { "no" }.to_owned()),
        "valueRange" => range(value).map(|r| r.words),
        "valueRatio" => quantity(value.get("numerator"))
            .zip(quantity(value.get("denominator")))
            .map(|(top, bottom)| format!("{top} : {bottom}")),
        "valuePeriod" => day(value, &["start"]).or_else(|| day(value, &["end"])).map(|from| {
            day(value, &["end"]).map_or_else(|| format!("from {from}"), |to| format!("{from} to {to}"))
        }),
        _ => None,
    };
    Some(words.unwrap_or_else(|| "value of a kind not shown here".to_owned()))
}

fn range(range: &Value) -> Option<Range> {
    let side = |key: &str| range.get(key).and_then(|q| decimal(q.get("value")?));
    let (low, high) = (side("low"), side("high"));
    let words = match (plain(range, &["text"]), &low, &high) {
        (Some(words), ..) => words,
        (None, Some(l), Some(h)) => format!("{l}–{h}"),
        (None, Some(l), None) => format!("≥ {l}"),
        (None, None, Some(h)) => format!("≤ {h}"),
        (None, None, None) => return None,
    };
    Some(Range { low, high, words })
}

/// What the laboratory says of the value when it is no known flag: "Positive".
fn interpretation(resource: &Value) -> Option<String> {
    let all = items(resource, &["interpretation"]).into_iter().map(|c| coded(Some(c)));
    let said = all.filter(|c| c.codings.iter().all(|(_, code)| code != "N")).map(|c| c.text);
    super::words::some(said.collect::<Vec<_>>().join(", "))
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

    fn read(resource: &Value) -> Entry {
        observation(resource, &Around::alone("")).unwrap()
    }

    #[test]
    fn blood_pressure_is_one_value() {
        let component = |code: &str, value: i32| json!({"code": {"coding": [{"system": LOINC, "code": code}]}, "valueQuantity": {"value": value, "unit": "mmHg"}});
        let e = read(&json!({
            "resourceType": "Observation", "id": "1", "status": "final",
            "code": {"coding": [{"system": LOINC, "code": "85354-9"}], "text": "Blood pressure"},
            "component": [component("8480-6", 138), component("8462-4", 86)]
        }));
        assert_eq!(e.detail.map(Phi::into_inner).as_deref(), Some("138/86 mmHg"));
    }

    #[test]
    fn a_value_keeps_its_decimals_and_its_range() {
        let raw = r#"{"resourceType":"Observation","id":"1","status":"final","code":{"text":"A1c"},"valueQuantity":{"value":8.10,"unit":"%"},"referenceRange":[{"low":{"value":4.0},"high":{"value":5.6}}],"interpretation":[{"coding":[{"code":"H"}]}]}"#;
        let e = read(&serde_json::from_str(raw).unwrap());
        assert_eq!(e.detail.map(Phi::into_inner).as_deref(), Some("8.10 % (range 4.0–5.6)"));
        assert_eq!(e.flag, Some(Flag::High));
    }

    #[test]
    fn a_kind_of_value_that_is_not_known_is_said_and_not_dropped() {
        let e = read(
            &json!({"resourceType": "Observation", "id": "1", "code": {"text": "ECG"}, "valueSampledData": {}}),
        );
        assert_eq!(e.detail.map(Phi::into_inner).as_deref(), Some("value of a kind not shown here"));
    }

    #[test]
    fn a_panel_with_a_part_missing_shows_what_there_is() {
        let e = read(&json!({
            "resourceType": "Observation", "id": "1", "status": "final",
            "code": {"coding": [{"system": LOINC, "code": "85354-9"}], "text": "Blood pressure"},
            "component": [
                {"code": {"coding": [{"system": LOINC, "code": "8480-6"}], "text": "Systolic"}, "valueQuantity": {"value": 138, "unit": "mmHg"}},
                {"code": {"coding": [{"system": LOINC, "code": "8462-4"}], "text": "Diastolic"}, "dataAbsentReason": {"text": "not measured"}}
            ]
        }));
        assert_eq!(e.detail.unwrap().expose(), "Systolic 138 mmHg, Diastolic no value: not measured");
    }

    #[test]
    fn an_observation_is_at_home_where_its_category_says_and_else_where_it_was_found() {
        let of = |codes: &[&str]| {
            let all: Vec<_> = codes.iter().map(|c| json!({"coding": [{"code": c}]})).collect();
            home(&json!({ "resourceType": "Observation", "category": all }))
        };
        assert_eq!(of(&["sdoh", "laboratory"]), Some(Section::Labs));
        assert_eq!(of(&["survey"]), Some(Section::Social));
        assert_eq!(of(&["imaging"]), Some(Section::Results));
        assert_eq!((of(&["x"]), of(&[])), (None, None));
        let goal = json!({"resourceType": "Goal", "category": [{"coding": [{"code": "sdoh"}]}]});
        assert_eq!(home(&goal), None);
    }
}
