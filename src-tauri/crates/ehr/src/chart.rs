//! What to ask for each section of the chart (US Core searches), and how to make entries of it.

use clinical::chart::{Entry, Section};
use fhir::json::text;
use fhir::view::{self, Around};
use serde_json::Value;

/// Results asked for per page; servers may give fewer.
const PAGE: u32 = 500;
/// Documents carry their content with them: fewer at a time stay far below the limit of a body.
const DOCUMENTS_PAGE: u32 = 50;
/// Every intent of a MedicationRequest: servers want one to be named (US Core).
const INTENTS: &str = "proposal,plan,order,original-order,reflex-order,filler-order,instance-order,option";

/// Kinds that no section shows: the EHR is asked how many it has.
pub const COUNTED: [&str; 11] = [
    "Appointment",
    "Claim",
    "Communication",
    "Consent",
    "ExplanationOfBenefit",
    "ImagingStudy",
    "Media",
    "Provenance",
    "Specimen",
    "SupplyDelivery",
    "Task",
];

/// How to ask for something: the first way that the server does not refuse as a request counts.
pub struct Search {
    /// The type that is searched.
    pub kind: &'static str,
    /// Ways, the best first. Each is one search or several that belong together, relative to the base.
    pub ways: Vec<Vec<String>>,
    /// A section stands without this one where the server does not offer it.
    pub optional: bool,
    /// What the last way cannot find.
    pub last_way_misses: Option<&'static str>,
}

impl Search {
    fn of(kind: &'static str, ways: Vec<Vec<String>>) -> Self {
        Self { kind, ways, optional: false, last_way_misses: None }
    }

    fn plain(kind: &'static str, patient: &str) -> Self {
        Self::of(kind, vec![vec![format!("{kind}?patient={patient}&_count={PAGE}")]])
    }

    fn optional(self) -> Self {
        Self { optional: true, ..self }
    }
}

/// The searches of a section.
pub fn searches(section: Section, patient: &str) -> Vec<Search> {
    let p = patient;
    let plain = |kind| Search::plain(kind, p);
    let observations = |query: &str| format!("Observation?patient={p}&{query}_count={PAGE}");
    let with_category = |category: &str| observations(&format!("category={category}&"));
    let each = |categories: &[&str]| categories.iter().map(|c| with_category(c)).collect::<Vec<_>>();
    match section {
        Section::Allergies => vec![plain("AllergyIntolerance")],
        Section::Problems => vec![plain("Condition")],
        Section::Medications => {
            let requests = |query: &str| format!("MedicationRequest?patient={p}{query}&_count={PAGE}");
            let drug = "&_include=MedicationRequest:medication";
            let both = format!("&intent={INTENTS}{drug}&_include=MedicationRequest:requester");
            let ways = [both, format!("&intent={INTENTS}{drug}"), format!("&intent=order,plan{drug}")];
            let dispensed = "&_include=MedicationDispense:medication";
            vec![
                Search::of("MedicationRequest", ways.iter().map(|w| vec![requests(w)]).collect()),
                plain("MedicationStatement").optional(),
                Search::of(
                    "MedicationDispense",
                    [dispensed, ""]
                        .map(|i| vec![format!("MedicationDispense?patient={p}{i}&_count={PAGE}")])
                        .into(),
                )
                .optional(),
                plain("MedicationAdministration").optional(),
            ]
        }
        Section::Vitals => vec![Search::of("Observation", vec![vec![with_category("vital-signs")]])],
        Section::Labs => vec![Search::of("Observation", vec![vec![with_category("laboratory")]])],
        Section::Results => {
            let elsewhere = ["vital-signs", "laboratory"].iter().chain(&view::SOCIAL);
            let rest: Vec<String> = elsewhere.map(|c| format!("category:not={c}&")).collect();
            let ways = vec![vec![observations(&rest.concat())], vec![observations("")], each(&view::RESULTS)];
            vec![
                plain("DiagnosticReport"),
                Search {
                    last_way_misses: Some("measurements of other categories cannot be asked for at this EHR"),
                    ..Search::of("Observation", ways)
                },
            ]
        }
        Section::Notes => {
            let query = format!("DocumentReference?patient={p}&_count={DOCUMENTS_PAGE}");
            vec![Search::of("DocumentReference", vec![vec![query]])]
        }
        Section::Immunizations => vec![plain("Immunization")],
        Section::Procedures => vec![plain("Procedure")],
        Section::Encounters => vec![plain("Encounter")],
        Section::Orders => vec![plain("ServiceRequest")],
        Section::Social => {
            let ways = vec![vec![with_category(&view::SOCIAL.join(","))], each(&view::SOCIAL)];
            vec![Search::of("Observation", ways), plain("QuestionnaireResponse").optional()]
        }
        Section::Plans => {
            let by_category = format!("CarePlan?patient={p}&category=assess-plan&_count={PAGE}");
            let all = format!("CarePlan?patient={p}&_count={PAGE}");
            vec![plain("Goal"), Search::of("CarePlan", vec![vec![all], vec![by_category]])]
        }
        Section::CareTeam => {
            let all = format!("CareTeam?patient={p}&_count={PAGE}");
            let statuses = "proposed,active,suspended,inactive,entered-in-error";
            let by_status = format!("CareTeam?patient={p}&status={statuses}&_count={PAGE}");
            vec![Search::of("CareTeam", vec![vec![all], vec![by_status]]), plain("RelatedPerson").optional()]
        }
        Section::Coverage => vec![plain("Coverage")],
        Section::Devices => vec![plain("Device")],
        Section::FamilyHistory => vec![plain("FamilyMemberHistory")],
        Section::Other => Vec::new(),
    }
}

/// The two ways to learn how many of a kind there are: the number alone, or all of them, with as
/// little of each as the server will give.
pub fn counting(kind: &str, patient: &str) -> [String; 2] {
    [
        format!("{kind}?patient={patient}&_summary=count"),
        format!("{kind}?patient={patient}&_elements=id&_count={PAGE}"),
    ]
}

/// The types that a section shows.
fn kinds(section: Section) -> &'static [&'static str] {
    match section {
        Section::Allergies => &["AllergyIntolerance"],
        Section::Problems => &["Condition"],
        Section::Medications => {
            &["MedicationRequest", "MedicationStatement", "MedicationDispense", "MedicationAdministration"]
        }
        Section::Vitals | Section::Labs => &["Observation"],
        Section::Results => &["DiagnosticReport", "Observation"],
        Section::Notes => &["DocumentReference"],
        Section::Immunizations => &["Immunization"],
        Section::Procedures => &["Procedure"],
        Section::Encounters => &["Encounter"],
        Section::Orders => &["ServiceRequest"],
        Section::Social => &["Observation", "QuestionnaireResponse"],
        Section::Plans => &["Goal", "CarePlan"],
        Section::CareTeam => &["CareTeam", "RelatedPerson"],
        Section::Coverage => &["Coverage"],
        Section::Devices => &["Device"],
        Section::FamilyHistory => &["FamilyMemberHistory"],
        Section::Other => &["Bundle"],
    }
}

/// Makes entries of a section's resources, as they came from the server with this FHIR base; the
/// second number counts what could not be read. Resources of other types (included ones) are not
/// entries, and what another section is there for stays there: servers may ignore a category.
pub fn entries(section: Section, base: &str, resources: &[Value]) -> (Vec<Entry>, u32) {
    let kinds = kinds(section);
    let ours = |r: &&Value| text(r, &["resourceType"]).is_some_and(|kind| kinds.contains(&kind));
    let around = Around::new(base, resources.iter().filter(|r| !ours(r)));
    let mut unreadable = 0;
    let mut entries = Vec::new();
    for resource in resources.iter().filter(ours) {
        if view::home(resource).is_some_and(|home| home != section) {
            continue;
        }
        match view::entry(resource, &around) {
            Some(entry) => entries.push(entry),
            None => unreadable += 1,
        }
    }
    (entries, unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn where_a_server_ignores_the_category_each_stands_where_it_belongs_and_none_is_lost() {
        let of = |id: &str, category: &str| json!({"resourceType": "Observation", "id": id, "category": [{"coding": [{"code": category}]}]});
        let all = [
            of("1", "vital-signs"),
            of("2", "laboratory"),
            of("3", "survey"),
            of("4", "imaging"),
            of("5", "x"),
        ];
        let shown = |section| {
            let (entries, unreadable) = entries(section, "", &all);
            assert_eq!(unreadable, 0);
            entries.into_iter().map(|e| e.id).collect::<Vec<_>>()
        };
        assert_eq!(shown(Section::Results), ["Observation/4", "Observation/5"]);
        assert_eq!(shown(Section::Social), ["Observation/3", "Observation/5"]);
        assert_eq!(shown(Section::Labs), ["Observation/2", "Observation/5"]);
    }
}
