//! What servers get wrong, a hundred thousand times: real records with something missing, of the wrong
//! shape, unknown, foreign, huge or deep. Nothing panics, no neighbour is lost, and nothing unknown
//! is shown as known. The seed is printed with every failure; `CHARTSIDE_SEED` runs it again.

use clinical::chart::{Entry, Section, Status};
use sandbox_ehr::{Config, Sandbox};
use serde_json::{Map, Value, json};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Of each of the four parts, which run beside one another.
const MUTATIONS: usize = 25_000;
const BASE: &str = "https://ehr.test/fhir";
/// Stands where a code is expected; no code system has it.
const UNKNOWN: &str = "zzz-not-a-code";
/// Resources of one type that are worked on: more are more of the same.
const OF_A_TYPE: usize = 60;

/// xorshift64*: small, and the same everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % sides.max(1)
    }
}

fn section_of(resource: &Value) -> Option<Section> {
    Some(match resource["resourceType"].as_str()? {
        "AllergyIntolerance" => Section::Allergies,
        "Condition" => Section::Problems,
        "MedicationRequest" | "MedicationDispense" | "MedicationStatement" | "MedicationAdministration" => {
            Section::Medications
        }
        "Observation" => fhir::view::home(resource).unwrap_or(Section::Results),
        "DiagnosticReport" => Section::Results,
        "DocumentReference" => Section::Notes,
        "Immunization" => Section::Immunizations,
        "Procedure" => Section::Procedures,
        "Encounter" => Section::Encounters,
        "ServiceRequest" => Section::Orders,
        "Goal" | "CarePlan" => Section::Plans,
        "CareTeam" | "RelatedPerson" => Section::CareTeam,
        "Coverage" => Section::Coverage,
        "Device" => Section::Devices,
        _ => return None,
    })
}

/// A place inside a resource, never its type or its id.
fn somewhere<'a>(dice: &mut Dice, value: &'a mut Value, top: bool) -> &'a mut Value {
    let stop = !top && dice.roll(3) == 0;
    let inside = match value {
        Value::Object(map) => map.keys().any(|k| !(top && fixed(k))),
        Value::Array(all) => !all.is_empty(),
        _ => false,
    };
    if stop || !inside {
        return value;
    }
    match value {
        Value::Object(map) => {
            let keys: Vec<String> = map.keys().filter(|k| !(top && fixed(k))).cloned().collect();
            let key = &keys[dice.roll(keys.len())];
            somewhere(dice, map.get_mut(key).unwrap(), false)
        }
        Value::Array(all) => {
            let at = dice.roll(all.len());
            somewhere(dice, &mut all[at], false)
        }
        other => other,
    }
}

fn fixed(key: &str) -> bool {
    matches!(key, "resourceType" | "id")
}

/// One thing wrong with it; says what.
fn spoil(dice: &mut Dice, resource: &mut Value) -> &'static str {
    let kind = dice.roll(12);
    if kind == 0 {
        let keys: Vec<String> = resource.as_object().unwrap().keys().filter(|k| !fixed(k)).cloned().collect();
        if let Some(key) = keys.get(dice.roll(keys.len())) {
            resource.as_object_mut().unwrap().remove(key);
        }
        return "an element is missing";
    }
    if kind == 1 {
        let key =
            ["status", "clinicalStatus", "verificationStatus", "lifecycleStatus", "docStatus", "intent"]
                [dice.roll(6)];
        resource[key] = if key.ends_with("nStatus") || key == "clinicalStatus" {
            json!({ "coding": [{ "code": UNKNOWN }] })
        } else {
            json!(UNKNOWN)
        };
        return "a status that nobody knows";
    }
    if kind == 2 {
        let dates = ["0000", "2026-13-45", "20260102", "yesterday", "2026-02-30T99:99", "-5", "9999-99", ""];
        let key = ["authoredOn", "recordedDate", "effectiveDateTime", "date", "onsetDateTime", "issued"]
            [dice.roll(6)];
        resource[key] = json!(dates[dice.roll(dates.len())]);
        return "a date that is none";
    }
    if kind == 3 {
        resource["contained"] = json!([{ "resourceType": "Medication", "id": "inside", "code": 7 }]);
        resource["medicationReference"] = json!({ "reference": "#inside" });
        resource.as_object_mut().unwrap().remove("medicationCodeableConcept");
        return "a contained resource of a wrong shape";
    }
    let place = somewhere(dice, resource, true);
    match kind {
        4 => {
            *place = Value::Null;
            "null"
        }
        5 => {
            *place = [json!([]), json!({}), json!([[{}]]), json!(1e300), json!(true), json!("text")]
                [dice.roll(6)]
            .clone();
            "a wrong type"
        }
        6 => {
            *place = json!({ "reference": "https://other.test/fhir/Medication/1" });
            "a reference to another server"
        }
        7 => {
            let mut around = Map::new();
            around.insert("_value".to_owned(), json!({ "extension": [{ "url": "x", "valueString": "y" }] }));
            *place = Value::Object(around);
            "only a `_field`"
        }
        8 => {
            *place = json!("\u{202e}\u{0}é".repeat(4_000));
            "a huge text"
        }
        9 => {
            let wrap = |inner, n| if n % 2 == 0 { json!([inner]) } else { json!({ "item": inner }) };
            *place = (0..100).fold(json!("deep"), wrap);
            "deep nesting"
        }
        10 => {
            *place = json!({ "coding": [{ "system": 5, "code": UNKNOWN }, null, "x"], "text": ["no"] });
            "a concept of a wrong shape"
        }
        _ => {
            *place = json!(-1);
            "a number"
        }
    }
}

/// What must hold of a line whatever it was made of.
fn honest(entry: &Entry, resource: &Value) {
    let told = resource.to_string();
    let words = |value: &Value| value.as_str().map(str::to_owned);
    if let Status::Known(status) = &entry.status {
        assert!(!status.contains(UNKNOWN), "an unknown status is known");
        let by_flag = resource["resourceType"] == "RelatedPerson";
        assert!(by_flag || told.contains(&format!("\"{status}\"")), "a status that is nowhere: {status}");
    }
    let key = if resource["resourceType"] == "Goal" { "lifecycleStatus" } else { "status" };
    let state = words(&resource[key]);
    if state.as_deref() == Some(UNKNOWN)
        && !matches!(
            resource["resourceType"].as_str(),
            Some("AllergyIntolerance" | "Condition" | "RelatedPerson")
        )
    {
        assert_eq!(entry.status, Status::Unrecognised(UNKNOWN.to_owned()), "said to be unrecognised");
    }
    assert!(!entry.title.expose().is_empty(), "a line always has words");
    for text in [Some(&entry.title), entry.detail.as_ref()].into_iter().flatten() {
        assert!(text.expose().chars().count() < 3_000, "a line is never endless");
        assert!(!text.expose().contains("other.test"), "nothing of another server");
    }
    if let Some(date) = &entry.date {
        assert!(told.contains(date.expose().as_str()), "a date that nobody wrote");
    }
    for value in &entry.values {
        assert!(told.contains(&value.text), "a number that nobody wrote");
    }
}

#[tokio::test]
async fn wrong_records_lose_nothing_and_claim_nothing_1_of_4() {
    part(1).await;
}

#[tokio::test]
async fn wrong_records_lose_nothing_and_claim_nothing_2_of_4() {
    part(2).await;
}

#[tokio::test]
async fn wrong_records_lose_nothing_and_claim_nothing_3_of_4() {
    part(3).await;
}

#[tokio::test]
async fn wrong_records_lose_nothing_and_claim_nothing_4_of_4() {
    part(4).await;
}

async fn part(part: u64) {
    let seed = std::env::var("CHARTSIDE_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(20_261_122 * part);
    let synthea = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/synthea/adult.json.gz");
    let ehr = Sandbox::start(Config { data: vec![synthea], ..Config::default() }).await.unwrap();
    let mut originals: Vec<Value> = Vec::new();
    for kind in [
        "AllergyIntolerance",
        "Condition",
        "MedicationRequest",
        "MedicationAdministration",
        "Observation",
        "DiagnosticReport",
        "DocumentReference",
        "Immunization",
        "Procedure",
        "Encounter",
        "Goal",
        "CarePlan",
        "CareTeam",
        "RelatedPerson",
        "Coverage",
        "Device",
    ] {
        let all = ehr.resources(kind).await;
        assert!(!all.is_empty(), "{kind} is among them");
        let step = all.len().div_ceil(OF_A_TYPE);
        originals.extend(all.iter().step_by(step).map(|r| Value::clone(r)));
    }
    let mut dice = Dice(seed);
    let neighbour = json!({"resourceType": "Observation", "id": "neighbour", "code": {"text": "Potassium"}});
    for number in 0..MUTATIONS {
        let mut resource = originals[dice.roll(originals.len())].clone();
        let section = section_of(&resource).unwrap();
        let what = spoil(&mut dice, &mut resource);
        let id = fhir::json::reference(&resource).unwrap();
        let mut beside = neighbour.clone();
        beside["resourceType"] = resource["resourceType"].clone();
        let done = catch_unwind(AssertUnwindSafe(|| {
            let outcome = json!({ "resourceType": "OperationOutcome", "issue": [{ "severity": "warning" }] });
            let entry = |r: &Value| json!({ "resource": r });
            let bundle = json!({ "resourceType": "Bundle", "type": "searchset",
                "entry": [entry(&outcome), entry(&resource), entry(&beside)] });
            let page = fhir::bundle::page(bundle).unwrap();
            assert_eq!((page.resources.len(), page.outcomes.len(), page.unreadable), (2, 1, 0));
            // A spoilt category may lead elsewhere: then it stands there.
            let mut sections = vec![section, fhir::view::home(&resource).unwrap_or(section)];
            sections.dedup();
            let mut shown = Vec::new();
            for section in sections {
                let (entries, unreadable) = ehr::chart::entries(section, BASE, &page.resources);
                assert_eq!(unreadable, 0);
                shown.extend(entries);
            }
            let found = shown.iter().find(|e| e.id == id).expect("the spoilt one is shown");
            assert!(shown.iter().any(|e| e.id.ends_with("/neighbour")), "the neighbour is shown");
            honest(found, &resource);
        }));
        assert!(done.is_ok(), "seed {seed}, number {number}: {what} in {id}");
    }
}
