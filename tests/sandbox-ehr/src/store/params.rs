//! The search parameters of each resource type and where their values stand.

/// How a parameter's values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Token,
    Reference,
    Date,
    Text,
    /// The compartment: subject, patient, beneficiary and the like.
    Patient,
    /// `_id`
    Id,
}

/// A search parameter: its name, how it compares, and its paths.
#[derive(Debug, Clone, Copy)]
pub struct Param {
    pub name: &'static str,
    pub kind: Kind,
    pub paths: &'static [&'static str],
}

const fn token(name: &'static str, paths: &'static [&'static str]) -> Param {
    Param { name, kind: Kind::Token, paths }
}
const fn date(name: &'static str, paths: &'static [&'static str]) -> Param {
    Param { name, kind: Kind::Date, paths }
}
const fn refers(name: &'static str, paths: &'static [&'static str]) -> Param {
    Param { name, kind: Kind::Reference, paths }
}
const fn words(name: &'static str, paths: &'static [&'static str]) -> Param {
    Param { name, kind: Kind::Text, paths }
}

const PATIENT: Param = Param { name: "patient", kind: Kind::Patient, paths: &[] };
const SUBJECT: Param = refers("subject", &["subject"]);
const STATUS: Param = token("status", &["status"]);
const CODE: Param = token("code", &["code"]);
const CATEGORY: Param = token("category", &["category"]);
const ENCOUNTER: Param = refers("encounter", &["encounter"]);
const ORGANIZATION: Param = refers("organization", &["organization"]);

/// Parameters that every type has.
const COMMON: [Param; 5] = [
    Param { name: "_id", kind: Kind::Id, paths: &[] },
    date("_lastUpdated", &["meta.lastUpdated"]),
    token("identifier", &["identifier"]),
    token("_tag", &["meta.tag"]),
    token("_profile", &["meta.profile"]),
];

type Row = (&'static str, &'static [Param]);

const TYPES: &[Row] = &[
    (
        "AllergyIntolerance",
        &[
            PATIENT,
            CODE,
            CATEGORY,
            token("clinical-status", &["clinicalStatus"]),
            date("date", &["recordedDate"]),
        ],
    ),
    (
        "Appointment",
        &[
            PATIENT,
            STATUS,
            date("date", &["start"]),
            refers("actor", &["participant.actor"]),
            refers("practitioner", &["participant.actor"]),
            refers("location", &["participant.actor"]),
            token("service-type", &["serviceType"]),
            token("appointment-type", &["appointmentType"]),
            refers("slot", &["slot"]),
            refers("based-on", &["basedOn"]),
        ],
    ),
    ("Binary", &[]),
    ("Bundle", &[token("type", &["type"]), date("timestamp", &["timestamp"])]),
    ("CarePlan", &[PATIENT, SUBJECT, CATEGORY, STATUS, ENCOUNTER, date("date", &["period"])]),
    (
        "CareTeam",
        &[
            PATIENT,
            SUBJECT,
            STATUS,
            CATEGORY,
            refers("participant", &["participant.member"]),
            date("date", &["period"]),
        ],
    ),
    (
        "ChargeItem",
        &[
            PATIENT,
            SUBJECT,
            STATUS,
            CODE,
            refers("context", &["context"]),
            date("occurrence", &["occurrenceDateTime", "occurrencePeriod"]),
        ],
    ),
    (
        "Claim",
        &[
            PATIENT,
            STATUS,
            token("use", &["use"]),
            refers("encounter", &["item.encounter"]),
            date("created", &["created"]),
            refers("provider", &["provider"]),
        ],
    ),
    (
        "Communication",
        &[
            PATIENT,
            SUBJECT,
            STATUS,
            CATEGORY,
            ENCOUNTER,
            date("sent", &["sent"]),
            refers("sender", &["sender"]),
            refers("recipient", &["recipient"]),
            refers("based-on", &["basedOn"]),
        ],
    ),
    (
        "Composition",
        &[
            PATIENT,
            SUBJECT,
            STATUS,
            CATEGORY,
            ENCOUNTER,
            token("type", &["type"]),
            date("date", &["date"]),
            refers("author", &["author"]),
        ],
    ),
    (
        "Condition",
        &[
            PATIENT,
            SUBJECT,
            CATEGORY,
            CODE,
            ENCOUNTER,
            token("clinical-status", &["clinicalStatus"]),
            token("verification-status", &["verificationStatus"]),
            date("recorded-date", &["recordedDate"]),
            date("onset-date", &["onsetDateTime", "onsetPeriod"]),
            date("abatement-date", &["abatementDateTime", "abatementPeriod"]),
        ],
    ),
    ("Consent", &[PATIENT, STATUS, CATEGORY, date("date", &["dateTime"])]),
    (
        "Coverage",
        &[
            PATIENT,
            STATUS,
            token("type", &["type"]),
            refers("beneficiary", &["beneficiary"]),
            refers("payor", &["payor"]),
        ],
    ),
    ("Device", &[PATIENT, STATUS, token("type", &["type"])]),
    (
        "DiagnosticReport",
        &[
            PATIENT,
            SUBJECT,
            STATUS,
            CATEGORY,
            CODE,
            ENCOUNTER,
            date("date", &["effectiveDateTime", "effectivePeriod"]),
            date("issued", &["issued"]),
            refers("result", &["result"]),
        ],
    ),
    (
        "DocumentReference",
        &[
            PATIENT,
            SUBJECT,
            STATUS,
            CATEGORY,
            token("type", &["type"]),
            token("doc-status", &["docStatus"]),
            date("date", &["date"]),
            date("period", &["context.period"]),
            refers("encounter", &["context.encounter"]),
            refers("author", &["author"]),
            refers("relatesto", &["relatesTo.target"]),
            refers("custodian", &["custodian"]),
        ],
    ),
    (
        "Encounter",
        &[
            PATIENT,
            SUBJECT,
            STATUS,
            token("class", &["class"]),
            token("type", &["type"]),
            date("date", &["period"]),
            refers("appointment", &["appointment"]),
            refers("participant", &["participant.individual"]),
            refers("practitioner", &["participant.individual"]),
            refers("location", &["location.location"]),
        ],
    ),
    ("ExplanationOfBenefit", &[PATIENT, STATUS, date("created", &["created"])]),
    ("FamilyMemberHistory", &[PATIENT, STATUS, CODE]),
    (
        "Goal",
        &[
            PATIENT,
            SUBJECT,
            token("lifecycle-status", &["lifecycleStatus"]),
            CATEGORY,
            date("start-date", &["startDate"]),
            date("target-date", &["target.dueDate"]),
        ],
    ),
    ("Group", &[]),
    ("ImagingStudy", &[PATIENT, SUBJECT, STATUS, date("started", &["started"])]),
    (
        "Immunization",
        &[PATIENT, STATUS, token("vaccine-code", &["vaccineCode"]), date("date", &["occurrenceDateTime"])],
    ),
    (
        "Location",
        &[
            STATUS,
            words("name", &["name", "alias"]),
            words("address", &["address"]),
            token("type", &["type"]),
        ],
    ),
    ("Media", &[PATIENT, SUBJECT, STATUS]),
    ("Medication", &[STATUS, CODE]),
    ("MedicationAdministration", &[PATIENT, SUBJECT, STATUS]),
    ("MedicationDispense", &[PATIENT, SUBJECT, STATUS, token("type", &["type"])]),
    (
        "MedicationRequest",
        &[
            PATIENT,
            SUBJECT,
            STATUS,
            ENCOUNTER,
            token("intent", &["intent"]),
            date("authoredon", &["authoredOn"]),
            refers("medication", &["medicationReference"]),
            token("code", &["medicationCodeableConcept"]),
            refers("requester", &["requester"]),
        ],
    ),
    ("MedicationStatement", &[PATIENT, SUBJECT, STATUS, refers("medication", &["medicationReference"])]),
    (
        "Observation",
        &[
            PATIENT,
            SUBJECT,
            STATUS,
            CATEGORY,
            CODE,
            ENCOUNTER,
            date("date", &["effectiveDateTime", "effectivePeriod", "effectiveInstant"]),
            refers("performer", &["performer"]),
            refers("derived-from", &["derivedFrom"]),
        ],
    ),
    (
        "Organization",
        &[words("name", &["name", "alias"]), words("address", &["address"]), token("type", &["type"])],
    ),
    (
        "Patient",
        &[
            PATIENT,
            words("name", &["name"]),
            words("family", &["name.family"]),
            words("given", &["name.given"]),
            date("birthdate", &["birthDate"]),
            token("gender", &["gender"]),
            token("phone", &["telecom"]),
            token("active", &["active"]),
            words("address", &["address"]),
        ],
    ),
    (
        "Practitioner",
        &[
            words("name", &["name"]),
            words("family", &["name.family"]),
            words("given", &["name.given"]),
            token("active", &["active"]),
        ],
    ),
    (
        "PractitionerRole",
        &[
            refers("practitioner", &["practitioner"]),
            ORGANIZATION,
            token("specialty", &["specialty"]),
            token("role", &["code"]),
            refers("location", &["location"]),
        ],
    ),
    (
        "Procedure",
        &[PATIENT, SUBJECT, STATUS, ENCOUNTER, CODE, date("date", &["performedDateTime", "performedPeriod"])],
    ),
    (
        "Provenance",
        &[
            PATIENT,
            refers("target", &["target"]),
            refers("agent", &["agent.who"]),
            date("recorded", &["recorded"]),
        ],
    ),
    ("Questionnaire", &[STATUS, words("title", &["title"])]),
    (
        "QuestionnaireResponse",
        &[
            PATIENT,
            SUBJECT,
            STATUS,
            ENCOUNTER,
            date("authored", &["authored"]),
            refers("author", &["author"]),
        ],
    ),
    ("RelatedPerson", &[PATIENT, words("name", &["name"])]),
    ("Schedule", &[refers("actor", &["actor"]), date("date", &["planningHorizon"])]),
    (
        "ServiceRequest",
        &[
            PATIENT,
            SUBJECT,
            STATUS,
            CATEGORY,
            CODE,
            ENCOUNTER,
            token("intent", &["intent"]),
            date("authored", &["authoredOn"]),
            date("occurrence", &["occurrenceDateTime", "occurrencePeriod"]),
            refers("requester", &["requester"]),
        ],
    ),
    (
        "Slot",
        &[
            STATUS,
            refers("schedule", &["schedule"]),
            date("start", &["start"]),
            token("service-type", &["serviceType"]),
        ],
    ),
    ("Specimen", &[PATIENT, SUBJECT]),
    ("SupplyDelivery", &[PATIENT, STATUS]),
    (
        "Task",
        &[
            PATIENT,
            refers("subject", &["for"]),
            STATUS,
            ENCOUNTER,
            CODE,
            refers("focus", &["focus"]),
            refers("owner", &["owner"]),
            refers("requester", &["requester"]),
            token("intent", &["intent"]),
            date("authored-on", &["authoredOn"]),
            refers("based-on", &["basedOn"]),
            refers("part-of", &["partOf"]),
        ],
    ),
];

/// The resource types this store knows.
pub fn types() -> impl Iterator<Item = &'static str> {
    TYPES.iter().map(|(kind, _)| *kind)
}

/// The parameters of a type, its own first.
pub fn of(kind: &str) -> impl Iterator<Item = Param> {
    let own = TYPES.iter().find(|(name, _)| *name == kind).map_or(&[][..], |(_, params)| *params);
    own.iter().chain(COMMON.iter()).copied()
}

/// One parameter of a type.
pub fn find(kind: &str, name: &str) -> Option<Param> {
    of(kind).find(|param| param.name == name)
}
