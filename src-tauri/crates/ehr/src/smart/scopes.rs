//! SMART scopes, v1 and v2, and what the granted ones allow.

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
    "patient/Appointment.rs",
    "patient/Binary.rs",
    "patient/Coverage.rs",
    "patient/Encounter.rs",
    "patient/Medication.rs",
    "patient/MedicationRequest.rs",
    "patient/Observation.rs",
    "patient/DocumentReference.crs",
    "patient/Condition.crs",
    "patient/Claim.crs",
    "patient/Task.crs",
];

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
        self.0.iter().any(|scope| {
            let Some((level, rest)) = scope.split_once('/') else { return false };
            if !matches!(level, "patient" | "user" | "system") {
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
    use super::Scopes;

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
