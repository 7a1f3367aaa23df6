//! Whose chart it is. Writing needs a [`ConfirmedPatient`], which only [`Patient::confirm`]
//! can make, from at least two identifiers compared with the person on the call.

use crate::{date::PartialDate, phi::Phi};
use serde::{Deserialize, Serialize};

/// The patient as the EHR knows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Patient {
    /// The EHR's logical id (`Patient/<id>`).
    pub id: String,
    pub family: Phi<String>,
    pub given: Phi<String>,
    pub preferred: Option<Phi<String>>,
    pub birth_date: Option<Phi<PartialDate>>,
    /// Administrative gender in words; "not recorded" when absent.
    pub sex: String,
    pub mrn: Option<Mrn>,
    pub phone: Option<Phi<String>>,
    /// Two letters of the US state of the home address, or of the only one.
    #[serde(default)]
    pub state: Option<String>,
    pub active: bool,
    pub deceased: bool,
    /// `Patient.link` of type replaced-by: this chart was merged into that one.
    pub replaced_by: Option<String>,
    /// `Patient.link` of type seealso: there may be a duplicate chart.
    pub see_also: Vec<String>,
}

/// Medical record number with who gave it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mrn {
    pub value: Phi<String>,
    pub assigner: Option<String>,
}

/// What can be compared with the person on the call. A room or a location never identifies
/// anybody (Joint Commission NPSG.01.01.01).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Identifier {
    Name,
    BirthDate,
    Mrn,
    Phone,
}

/// Where the check of the person against the chart stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Identity {
    Unconfirmed,
    Confirmed { patient: ConfirmedPatient },
    Mismatch { reason: Phi<String>, at: String },
}

/// Proof that the clinician compared two identifiers. Cannot be built elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfirmedPatient {
    id: String,
    identifiers: Vec<Identifier>,
    /// What the chart said at that moment, to notice later that it changed.
    fingerprint: Phi<String>,
    at: String,
}

/// Why a confirmation was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    #[error("two different identifiers are needed")]
    TwoNeeded,
    #[error("the chart does not have that identifier")]
    NotInChart,
    #[error("this chart was merged into another one")]
    Merged,
}

impl Patient {
    /// "FAMILY, Given", as the banner and the sign button show it.
    pub fn banner_name(&self) -> String {
        let family = self.family.expose().to_uppercase();
        match (family.is_empty(), self.given.expose().is_empty()) {
            (false, false) => format!("{family}, {}", self.given.expose()),
            (false, true) => family,
            (true, false) => self.given.expose().clone(),
            (true, true) => "Name not recorded".to_owned(),
        }
    }

    /// The identifiers that this chart has, with what to compare.
    pub fn identifiers(&self) -> Vec<(Identifier, String)> {
        let mut all = Vec::new();
        if !self.family.expose().is_empty() || !self.given.expose().is_empty() {
            all.push((Identifier::Name, self.banner_name()));
        }
        if let Some(date) = &self.birth_date {
            all.push((Identifier::BirthDate, date.expose().shown().to_owned()));
        }
        if let Some(mrn) = &self.mrn {
            all.push((Identifier::Mrn, mrn.value.expose().clone()));
        }
        if let Some(phone) = &self.phone {
            all.push((Identifier::Phone, phone.expose().clone()));
        }
        all
    }

    /// The clinician compared these identifiers with the person on the call, at `at` (RFC 3339).
    pub fn confirm(&self, identifiers: &[Identifier], at: &str) -> Result<ConfirmedPatient, IdentityError> {
        if self.replaced_by.is_some() {
            return Err(IdentityError::Merged);
        }
        let mut chosen = identifiers.to_vec();
        chosen.sort_unstable();
        chosen.dedup();
        let known = self.identifiers();
        if chosen.iter().any(|c| !known.iter().any(|(k, _)| k == c)) {
            return Err(IdentityError::NotInChart);
        }
        if chosen.len() < 2 {
            return Err(IdentityError::TwoNeeded);
        }
        Ok(ConfirmedPatient {
            id: self.id.clone(),
            identifiers: chosen,
            fingerprint: self.fingerprint(),
            at: at.to_owned(),
        })
    }

    fn fingerprint(&self) -> Phi<String> {
        let birth = self.birth_date.as_ref().map(|d| d.expose().as_str().to_owned()).unwrap_or_default();
        let mrn = self.mrn.as_ref().map(|m| m.value.expose().clone()).unwrap_or_default();
        let name = self.banner_name().to_lowercase();
        Phi::new(format!("{}\u{1f}{name}\u{1f}{birth}\u{1f}{mrn}", self.id))
    }
}

impl ConfirmedPatient {
    /// The EHR's id of the confirmed chart.
    pub fn id(&self) -> &str {
        &self.id
    }
    /// What was compared.
    pub fn identifiers(&self) -> &[Identifier] {
        &self.identifiers
    }
    /// When, RFC 3339.
    pub fn at(&self) -> &str {
        &self.at
    }
    /// False as soon as the chart is merged, or its id, name, birth date or MRN differ from what was confirmed.
    pub fn still_matches(&self, now: &Patient) -> bool {
        now.replaced_by.is_none() && self.fingerprint == now.fingerprint()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn maria() -> Patient {
        Patient {
            id: "maria".into(),
            family: "Santos".into(),
            given: "Maria".into(),
            preferred: None,
            birth_date: PartialDate::parse("1972-03-09").map(Phi::new),
            sex: "female".into(),
            mrn: Some(Mrn { value: "85-1123".into(), assigner: None }),
            phone: None,
            state: Some("MA".into()),
            active: true,
            deceased: false,
            replaced_by: None,
            see_also: vec![],
        }
    }

    #[test]
    fn one_identifier_given_twice_is_not_two() {
        let refused = maria().confirm(&[Identifier::Name, Identifier::Name], "t");
        assert_eq!(refused, Err(IdentityError::TwoNeeded));
    }

    #[test]
    fn an_identifier_that_the_chart_lacks_cannot_confirm() {
        assert_eq!(
            maria().confirm(&[Identifier::Name, Identifier::Phone], "t"),
            Err(IdentityError::NotInChart)
        );
    }

    #[test]
    fn a_merged_chart_cannot_be_confirmed() {
        let merged = Patient { replaced_by: Some("other".into()), ..maria() };
        assert_eq!(
            merged.confirm(&[Identifier::Name, Identifier::BirthDate], "t"),
            Err(IdentityError::Merged)
        );
    }

    #[test]
    fn a_changed_birth_date_breaks_the_confirmation() {
        let confirmed = maria().confirm(&[Identifier::Name, Identifier::BirthDate], "t").unwrap();
        assert!(confirmed.still_matches(&maria()));
        let changed = Patient { birth_date: PartialDate::parse("1972-03-08").map(Phi::new), ..maria() };
        assert!(!confirmed.still_matches(&changed));
        let merged = Patient { replaced_by: Some("x".into()), ..maria() };
        assert!(!confirmed.still_matches(&merged));
    }
}
