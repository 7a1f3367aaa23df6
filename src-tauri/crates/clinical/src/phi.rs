//! The redacting wrapper: protected health information that cannot be printed by accident.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A value that is protected health information (45 CFR 160.103). `Debug` and `Display`
/// print `<redacted>`; reading it takes an explicit [`Phi::expose`], which a reviewer can search for.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Phi<T>(T);

impl<T> Phi<T> {
    /// Wraps a value.
    pub fn new(value: T) -> Self {
        Self(value)
    }
    /// The value itself, for the screen, the vault or the EHR; never for a log or an error.
    pub fn expose(&self) -> &T {
        &self.0
    }
    /// Takes the value out.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl From<&str> for Phi<String> {
    fn from(value: &str) -> Self {
        Self(value.to_owned())
    }
}

impl From<String> for Phi<String> {
    fn from(value: String) -> Self {
        Self(value)
    }
}

impl<T> fmt::Debug for Phi<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<redacted>")
    }
}

impl<T> fmt::Display for Phi<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<redacted>")
    }
}

#[cfg(test)]
mod tests {
    use super::Phi;

    #[test]
    fn printing_phi_shows_nothing_of_it() {
        let name = Phi::from("Maria Santos");
        assert_eq!(format!("{name} {name:?} {:?}", Some(&name)), "<redacted> <redacted> Some(<redacted>)");
    }
}
