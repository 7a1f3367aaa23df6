//! SMART scopes, v1 and v2, and what they permit.

use crate::error::Refusal;
use crate::personality::Interaction;
use crate::store::query::{Criterion, Query, pairs};
use crate::store::{compartment, search};
use serde_json::Value;

const LETTERS: &str = "cruds";

/// `patient/Observation.rs?category=laboratory`, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    pub level: String,
    pub kind: String,
    pub letters: String,
    pub filter: Option<String>,
}

impl Scope {
    /// Reads a resource scope of either version; anything else is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        let (level, rest) = text.split_once('/')?;
        if !matches!(level, "patient" | "user" | "system") {
            return None;
        }
        let (rest, filter) = rest.split_once('?').map_or((rest, None), |(rest, filter)| (rest, Some(filter)));
        let (kind, letters) = rest.split_once('.')?;
        let letters = match letters {
            "read" => "rs",
            "write" => "cud",
            "*" => LETTERS,
            letters => letters,
        };
        let mut last = None;
        for letter in letters.chars() {
            let place = LETTERS.find(letter)?;
            if last.is_some_and(|last| place <= last) {
                return None;
            }
            last = Some(place);
        }
        last?;
        Some(Self {
            level: level.to_owned(),
            kind: kind.to_owned(),
            letters: letters.to_owned(),
            filter: filter.map(str::to_owned),
        })
    }

    /// The scope in v2 spelling.
    pub fn text(&self) -> String {
        let filter = self.filter.as_ref().map(|filter| format!("?{filter}")).unwrap_or_default();
        format!("{}/{}.{}{filter}", self.level, self.kind, self.letters)
    }

    /// What remains of this scope under an allowed one.
    fn narrowed(&self, allowed: &Self) -> Option<Self> {
        if self.level != allowed.level {
            return None;
        }
        let kind = match (self.kind.as_str(), allowed.kind.as_str()) {
            (kind, "*") | ("*", kind) => kind,
            (a, b) if a == b => a,
            _ => return None,
        };
        let letters: String =
            self.letters.chars().filter(|letter| allowed.letters.contains(*letter)).collect();
        (!letters.is_empty()).then(|| Self {
            level: self.level.clone(),
            kind: kind.to_owned(),
            letters,
            filter: allowed.filter.clone().or_else(|| self.filter.clone()),
        })
    }
}

/// The scopes granted for a request, in v2 spelling: what is not understood is left out.
pub fn granted(asked: &str, allowed: Option<&str>) -> Vec<String> {
    let allowed: Option<Vec<&str>> = allowed.map(|text| text.split_whitespace().collect());
    let mut result: Vec<String> = Vec::new();
    for word in asked.split_whitespace() {
        let kept: Vec<String> = match (Scope::parse(word), &allowed) {
            (Some(scope), None) => vec![scope.text()],
            (Some(scope), Some(allowed)) => allowed
                .iter()
                .filter_map(|text| scope.narrowed(&Scope::parse(text)?))
                .map(|scope| scope.text())
                .collect(),
            (None, None) if plain(word) => vec![word.to_owned()],
            (None, Some(allowed)) if plain(word) && allowed.contains(&word) => vec![word.to_owned()],
            (None, _) => Vec::new(),
        };
        for scope in kept {
            if !result.contains(&scope) {
                result.push(scope);
            }
        }
    }
    result
}

fn plain(word: &str) -> bool {
    matches!(
        word,
        "openid"
            | "fhirUser"
            | "profile"
            | "launch"
            | "launch/patient"
            | "launch/encounter"
            | "offline_access"
            | "online_access"
    )
}

/// Who is asking, and with which scopes.
#[derive(Debug, Clone, Default)]
pub struct Access {
    pub scopes: Vec<Scope>,
    pub patient: Option<String>,
}

/// One scope's worth of permission.
#[derive(Debug, Clone)]
struct Grant {
    patient: Option<String>,
    criteria: Vec<Criterion>,
}

/// What may be touched in one interaction on one type.
#[derive(Debug, Clone)]
pub struct Permit {
    grants: Vec<Grant>,
}

impl Access {
    /// The permission for an interaction, or 403.
    pub fn permit(&self, kind: &str, interaction: Interaction) -> Result<Permit, Refusal> {
        let fits = |scope: &&Scope| {
            (scope.kind == kind || scope.kind == "*") && scope.letters.contains(interaction.letter())
        };
        let mut grants = Vec::new();
        for scope in self.scopes.iter().filter(fits) {
            let patient = match (scope.level.as_str(), &self.patient) {
                ("patient", None) => continue,
                ("patient", Some(patient)) => Some(patient.clone()),
                _ => None,
            };
            let filter = pairs(scope.filter.as_deref().unwrap_or_default());
            grants.push(Grant { patient, criteria: Query::read(kind, &filter)?.criteria });
        }
        if grants.is_empty() {
            let wanted = format!("{kind}.{}", interaction.letter());
            return Err(Refusal::forbidden(format!("the granted scopes do not include {wanted}")));
        }
        Ok(Permit { grants })
    }
}

impl Permit {
    /// Whether this very resource may be touched.
    pub fn allows(&self, body: &Value) -> bool {
        self.grants.iter().any(|grant| {
            grant.patient.as_deref().is_none_or(|patient| compartment::open_to(body, patient))
                && grant.criteria.iter().all(|criterion| search::matches(body, criterion))
        })
    }

    /// Whether anything of this patient may be touched.
    pub fn allows_patient(&self, asked: &str) -> bool {
        self.grants.iter().any(|grant| grant.patient.as_deref().is_none_or(|patient| patient == asked))
    }

    /// 403 unless the resource may be touched.
    pub fn require(&self, body: &Value) -> Result<(), Refusal> {
        if self.allows(body) {
            return Ok(());
        }
        Err(Refusal::forbidden("the resource lies outside the launch context or the granted scopes"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_one_scopes_are_answered_in_version_two() {
        let asked = "openid patient/*.read user/Task.write patient/Observation.sr nonsense";
        assert_eq!(granted(asked, None), ["openid", "patient/*.rs", "user/Task.cud"]);
    }

    #[test]
    fn a_narrowing_keeps_only_what_both_sides_name() {
        let asked = "openid patient/*.cruds offline_access";
        let allowed = "openid patient/Observation.rs patient/Condition.r";
        assert_eq!(
            granted(asked, Some(allowed)),
            ["openid", "patient/Observation.rs", "patient/Condition.r"]
        );
    }
}
