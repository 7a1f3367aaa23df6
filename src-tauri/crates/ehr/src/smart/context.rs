//! What the EHR says beside the token: whose chart, which encounter, what for.

use crate::check::SignInCheck;
use fhir::json::legal_id;
use oauth2::ExtraTokenFields;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The launch context. Ids are checked; everything that is only for show is taken leniently.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Context {
    /// `Patient` id.
    pub patient: Option<String>,
    /// `Encounter` id.
    pub encounter: Option<String>,
    /// Further resources that are open in the EHR.
    pub others: Vec<Opened>,
    /// False only when the EHR shows a patient banner itself.
    pub need_patient_banner: bool,
    pub intent: Option<String>,
    pub tenant: Option<String>,
    /// Address of the EHR's colours and sizes.
    pub style_url: Option<String>,
}

/// One element of `fhirContext`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// `Appointment/123`.
    pub reference: String,
    /// Why it is there; `launch` when the EHR does not say.
    pub role: String,
}

/// What SMART adds to a token response. Numbers must not be declared here: this is flattened,
/// and serde cannot carry arbitrary-precision numbers through a flattened struct.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct SmartFields {
    pub id_token: Option<String>,
    patient: Option<Value>,
    encounter: Option<Value>,
    #[serde(rename = "fhirContext")]
    fhir_context: Option<Value>,
    need_patient_banner: Option<Value>,
    intent: Option<Value>,
    tenant: Option<Value>,
    smart_style_url: Option<Value>,
    active_ttl: Option<Value>,
}
impl ExtraTokenFields for SmartFields {}

// `oauth2` wants it; the id_token must not be printed.
impl std::fmt::Debug for SmartFields {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SmartFields").finish_non_exhaustive()
    }
}

impl SmartFields {
    /// The context, if its ids are ids and it is about one patient.
    pub fn context(&self) -> Result<Context, SignInCheck> {
        if let Some(Value::Array(several)) = &self.patient
            && several.len() > 1
        {
            return Err(SignInCheck::TwoPatients);
        }
        let patient = id(self.patient.as_ref(), "Patient").map_err(|()| SignInCheck::PatientMalformed)?;
        let encounter =
            id(self.encounter.as_ref(), "Encounter").map_err(|()| SignInCheck::EncounterMalformed)?;
        let others = self.others(&|element| fhir::json::reference_to(element, ""));
        // Also a patient of another server is another patient.
        let another = self.others(&fhir::json::reference_anywhere).iter().any(|o| {
            let of = o.reference.strip_prefix("Patient/").filter(|_| o.role == "launch");
            of.is_some_and(|of| patient.as_deref() != Some(of))
        });
        if another {
            return Err(SignInCheck::TwoPatients);
        }
        let words = |value: &Option<Value>| value.as_ref().and_then(Value::as_str).map(str::to_owned);
        Ok(Context {
            patient,
            encounter,
            others,
            need_patient_banner: self.need_patient_banner != Some(Value::Bool(false)),
            intent: words(&self.intent),
            tenant: words(&self.tenant),
            style_url: words(&self.smart_style_url),
        })
    }

    /// A number, or a number as text.
    pub fn active_ttl(&self) -> Option<u32> {
        let value = self.active_ttl.as_ref()?;
        value.as_str().map_or_else(|| value.to_string(), str::to_owned).parse().ok()
    }

    /// SMART App Launch 2.2 has references there that are relative to the FHIR base.
    fn others(&self, named: &dyn Fn(&Value) -> Option<String>) -> Vec<Opened> {
        let all = self.fhir_context.as_ref().and_then(Value::as_array).into_iter().flatten();
        all.filter_map(|element| {
            let role = fhir::json::text(element, &["role"]).unwrap_or("launch").to_owned();
            Some(Opened { reference: named(element)?, role })
        })
        .collect()
    }
}

/// An id, with or without its type before it. Absent, null and empty say that there is none.
fn id(value: Option<&Value>, kind: &str) -> Result<Option<String>, ()> {
    let text = match value {
        None | Some(Value::Null) => return Ok(None),
        Some(value) => value.as_str().ok_or(())?,
    };
    if text.is_empty() {
        return Ok(None);
    }
    let bare = text.strip_prefix(kind).and_then(|rest| rest.strip_prefix('/')).unwrap_or(text);
    // `.` and `..` are legal FHIR ids, and steps in a path.
    let good = legal_id(bare) && !bare.bytes().all(|b| b == b'.');
    if good { Ok(Some(bare.to_owned())) } else { Err(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(json: Value) -> Result<Context, SignInCheck> {
        serde_json::from_value::<SmartFields>(json).unwrap().context()
    }

    #[test]
    fn the_whole_context_is_read_and_the_banner_shows_unless_the_ehr_shows_one() {
        let context = read(json!({
            "patient": "Patient/p-1", "encounter": "e.1", "need_patient_banner": false, "intent": "virtual-visit",
            "tenant": "t", "smart_style_url": "https://e.test/style",
            "fhirContext": [{"reference": "Appointment/a"}, {"reference": "List/l", "role": "home"}, 5]
        }))
        .ok()
        .unwrap();
        assert_eq!((context.patient.as_deref(), context.encounter.as_deref()), (Some("p-1"), Some("e.1")));
        assert!(!context.need_patient_banner);
        let others: Vec<_> = context.others.iter().map(|o| (o.reference.as_str(), o.role.as_str())).collect();
        assert_eq!(others, [("Appointment/a", "launch"), ("List/l", "home")]);
        assert!(read(json!({"need_patient_banner": "no"})).ok().unwrap().need_patient_banner);
    }

    #[test]
    fn what_is_no_id_is_not_used_as_one() {
        for bad in ["../Patient/1", "..", "1?x=y", "1/../2", "Encounter/1", "a b", "1\n"] {
            assert_eq!(read(json!({"patient": bad})).err(), Some(SignInCheck::PatientMalformed), "{bad}");
        }
        assert_eq!(read(json!({"encounter": 5})).err(), Some(SignInCheck::EncounterMalformed));
        assert!(read(json!({"patient": null, "encounter": ""})).is_ok());
    }

    #[test]
    fn two_patients_are_never_one() {
        let two = json!({"patient": "a", "fhirContext": [{"reference": "Patient/b"}]});
        assert_eq!(read(two).err(), Some(SignInCheck::TwoPatients));
        assert_eq!(read(json!({"patient": ["a", "b"]})).err(), Some(SignInCheck::TwoPatients));
        let elsewhere =
            json!({"patient": "a", "fhirContext": [{"reference": "https://x.test/fhir/Patient/b"}]});
        assert_eq!(read(elsewhere).err(), Some(SignInCheck::TwoPatients));
        let mother = json!({"patient": "a", "fhirContext": [{"reference": "Patient/b", "role": "mother"}]});
        assert!(read(mother).is_ok());
    }
}
