//! SMART scopes, v1 and v2, and what the granted ones allow.

use crate::personality::{Carrier, Personality};

/// Asked for when policy names none: who is signed in, what a chart shows, what a visit writes. No
/// wildcard, nothing to change or delete: a visit only creates.
pub const DEFAULT_SCOPES: &[&str] = &[
    "openid",
    "fhirUser",
    "offline_access",
    "user/Practitioner.rs",
    "user/PractitionerRole.rs",
    "patient/Patient.rs",
    "patient/AllergyIntolerance.rs",
    "patient/Binary.rs",
    "patient/CarePlan.rs",
    "patient/CareTeam.rs",
    "patient/Coverage.rs",
    "patient/Device.rs",
    "patient/DiagnosticReport.rs",
    "patient/Encounter.rs",
    "patient/FamilyMemberHistory.rs",
    "patient/Goal.rs",
    "patient/Immunization.rs",
    "patient/Medication.rs",
    "patient/MedicationAdministration.rs",
    "patient/MedicationDispense.rs",
    "patient/MedicationRequest.rs",
    "patient/MedicationStatement.rs",
    "patient/Observation.rs",
    "patient/Organization.rs",
    "patient/Procedure.rs",
    "patient/QuestionnaireResponse.rs",
    "patient/RelatedPerson.rs",
    "patient/ServiceRequest.rs",
    // counted, not read: what the EHR has and the chart does not show
    "patient/Communication.s",
    "patient/Consent.s",
    "patient/ExplanationOfBenefit.s",
    "patient/ImagingStudy.s",
    "patient/Media.s",
    "patient/Provenance.s",
    "patient/Specimen.s",
    "patient/SupplyDelivery.s",
    "patient/DocumentReference.crus",
    "patient/Condition.crus",
    "patient/Claim.crus",
    "patient/Appointment.crus",
    "patient/Task.crus",
];

/// Asked for beside them: the day's list is about many patients, which no scope of one patient gives, and free times
/// are about none.
pub const WORKLIST_SCOPES: &[&str] =
    &["user/Appointment.rs", "user/Encounter.rs", "user/Patient.rs", "user/Schedule.rs", "user/Slot.rs"];

/// What this kind of EHR is asked for beside: a message where it has no tasks.
fn beside(personality: Option<&Personality>) -> Option<&'static str> {
    let carrier = personality.and_then(|p| p.task.as_ref()).map(|taken| taken.carrier);
    (carrier == Some(Carrier::Communication)).then_some("patient/Communication.crs")
}

/// The same as [`scopes_of_a_visit`] for every patient whom the clinician may see: asked for when they
/// sign in without any patient, to work from the day's list.
pub fn scopes_of_the_day(personality: Option<&Personality>) -> Vec<String> {
    let of_a_visit = scopes_of_a_visit(personality);
    let mut all: Vec<String> = of_a_visit.iter().map(|s| s.replace("patient/", "user/")).collect();
    let mut seen = std::collections::HashSet::new();
    all.retain(|scope| seen.insert(scope.clone()));
    all
}

/// What is asked for when a patient is, or will be, in context, of the kind of EHR that policy names.
pub fn scopes_of_a_visit(personality: Option<&Personality>) -> Vec<String> {
    let all = DEFAULT_SCOPES.iter().chain(WORKLIST_SCOPES).copied();
    let covered = |s: &&str| beside(personality).is_none_or(|b| *s != b.replace(".crs", ".s"));
    all.filter(covered).chain(beside(personality)).map(str::to_owned).collect()
}

/// The scopes that the EHR granted; may differ from what was asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scopes(Vec<String>);

impl Scopes {
    /// From the space-separated form of a token response.
    pub fn parse(text: &str) -> Self {
        Self(text.split_ascii_whitespace().map(str::to_owned).collect())
    }

    /// Back to the space-separated form.
    pub fn joined(&self) -> String {
        self.0.join(" ")
    }

    /// Those of `asked` that were not granted word for word. What a granted scope covers in other
    /// words is for [`Scopes::allow`] to say.
    pub fn missing_of(&self, asked: &Scopes) -> Vec<String> {
        asked.0.iter().filter(|scope| !self.0.contains(scope)).cloned().collect()
    }

    /// True when some scope lets us do `action` (`c` create, `r` read, `u` update, `d` delete,
    /// `s` search) with this resource type. Write never implies read.
    pub fn allow(&self, resource_type: &str, action: char) -> bool {
        self.at(&["patient", "user", "system"], resource_type, action, |_| true)
    }

    /// The same for every patient whom the clinician may see, not only for the one in context, and
    /// without a condition that would leave some out.
    pub fn allow_for_all(&self, resource_type: &str, action: char) -> bool {
        self.at(&["user", "system"], resource_type, action, |rest| !rest.contains('?'))
    }

    fn at(&self, levels: &[&str], resource_type: &str, action: char, fits: fn(&str) -> bool) -> bool {
        self.0.iter().any(|scope| {
            let Some((level, rest)) = scope.split_once('/') else { return false };
            if !levels.contains(&level) || !fits(rest) {
                return false;
            }
            let Some((kind, actions)) = rest.split_once('.') else { return false };
            let actions = actions.split('?').next().unwrap_or_default();
            let actions = match actions {
                "read" => "rs",
                "write" => "cud",
                "*" => "cruds",
                v2 => v2,
            };
            (kind == "*" || kind == resource_type) && actions.contains(action)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Scopes, scopes_of_the_day};

    #[test]
    fn a_scope_of_one_patient_is_none_of_all_and_half_of_them_are_not_all() {
        let s = Scopes::parse("patient/Observation.rs user/Condition.rs?category=x user/Appointment.s");
        assert!(!s.allow_for_all("Observation", 's') && !s.allow_for_all("Condition", 's'));
        assert!(s.allow_for_all("Appointment", 's') && !s.allow_for_all("Appointment", 'r'));
    }

    #[test]
    fn the_day_asks_for_the_same_as_a_visit_and_names_no_patient() {
        let day = scopes_of_the_day(None);
        assert!(day.iter().all(|s| !s.starts_with("patient/") && s != "launch/patient"), "{day:?}");
        let allowed = Scopes(day.clone());
        for visit in super::DEFAULT_SCOPES.iter().filter_map(|s| s.strip_prefix("patient/")) {
            let (kind, letters) = visit.split_once('.').unwrap();
            assert!(letters.chars().all(|l| allowed.allow_for_all(kind, l)), "{visit}");
        }
        let once: std::collections::BTreeSet<_> = day.iter().collect();
        assert_eq!(once.len(), day.len());
    }

    #[test]
    fn old_and_new_scopes_are_understood_and_write_is_not_read() {
        let s = Scopes::parse(
            "openid patient/Observation.read user/Task.write patient/Claim.c patient/Condition.rs?category=x",
        );
        assert!(s.allow("Observation", 'r') && s.allow("Observation", 's') && !s.allow("Observation", 'c'));
        assert!(s.allow("Task", 'c') && !s.allow("Task", 'r'));
        assert!(s.allow("Claim", 'c') && !s.allow("Claim", 'u'));
        assert!(s.allow("Condition", 'r') && !s.allow("Patient", 'r'));
        assert!(Scopes::parse("patient/*.cruds").allow("Anything", 'd'));
    }
}
