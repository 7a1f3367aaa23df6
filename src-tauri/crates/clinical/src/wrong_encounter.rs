//! The encounter that an EHR launched and that this visit must not be written into: somebody else's,
//! one that never was, or one that cannot be seen. The clinician says what is right instead.

use crate::phi::Phi;
use crate::visit::Visit;
use serde::{Deserialize, Serialize};

/// What is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    OtherPatient,
    EnteredInError,
    Cancelled,
    /// The EHR says that there is no such encounter, or not for this sign-in.
    NotShown,
}

/// An encounter of this patient of the same day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Other {
    /// `Encounter` id.
    pub id: String,
    /// "Follow-up visit at 09:20, planned"
    pub words: Phi<String>,
}

/// What the clinician chose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "instead", rename_all = "snake_case")]
pub enum Instead {
    /// The visit is written without an encounter.
    None,
    Other {
        encounter: Other,
    },
}

/// Kept with the visit for as long as the visit is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrongEncounter {
    /// `Encounter` id as launched; nothing is ever written into it.
    pub id: String,
    pub why: Why,
    /// What there was to choose from when the visit was opened; `None` when the EHR did not say.
    pub others: Option<Vec<Other>>,
    pub instead: Option<Instead>,
}

impl WrongEncounter {
    /// The encounter with this id, if it was offered.
    pub fn offered(&self, id: &str) -> Option<&Other> {
        self.others.iter().flatten().find(|other| other.id == id)
    }
}

impl Visit {
    /// From here on the launched encounter counts as wrong: it is taken out of the visit. A choice that
    /// was made about the same one stands.
    pub fn set_wrong_encounter(&mut self, wrong: WrongEncounter) {
        let chosen = self.wrong_encounter.take().filter(|w| w.id == wrong.id).and_then(|w| w.instead);
        if chosen.is_none() {
            self.encounter = None;
        }
        self.wrong_encounter = Some(WrongEncounter { instead: chosen, ..wrong });
    }

    /// The EHR has put it right, before anybody chose something else.
    pub fn encounter_is_right(&mut self, id: Option<&str>) {
        let was = self.wrong_encounter.take_if(|w| Some(w.id.as_str()) == id && w.instead.is_none());
        if let Some(was) = was {
            self.encounter = Some(was.id);
        }
    }

    /// The clinician's choice, or with `None` the choice taken back. False: there is nothing to choose,
    /// or not this; the wrong encounter itself is never one to choose.
    pub fn choose_encounter(&mut self, instead: Option<Instead>) -> bool {
        let Some(wrong) = &mut self.wrong_encounter else { return false };
        let chosen = match &instead {
            Some(Instead::Other { encounter }) if encounter.id == wrong.id => return false,
            Some(Instead::Other { encounter }) => Some(encounter.id.clone()),
            Some(Instead::None) | None => None,
        };
        self.encounter = chosen;
        wrong.instead = instead;
        true
    }

    /// Something is wrong with the encounter, and nobody has said yet what is right.
    pub fn encounter_is_open(&self) -> bool {
        self.wrong_encounter.as_ref().is_some_and(|w| w.instead.is_none())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::visit::tests::visit_at;

    fn wrong(id: &str) -> WrongEncounter {
        WrongEncounter { id: id.into(), why: Why::OtherPatient, others: None, instead: None }
    }

    fn other(id: &str) -> Instead {
        Instead::Other { encounter: Other { id: id.into(), words: "at nine".into() } }
    }

    fn visit() -> Visit {
        Visit { encounter: Some("bad".into()), ..visit_at("2026-11-23T09:00:00Z", None, None) }
    }

    #[test]
    fn a_wrong_encounter_is_out_of_the_visit_until_the_clinician_says_what_is_right() {
        let mut visit = visit();
        visit.set_wrong_encounter(wrong("bad"));
        assert!(visit.encounter.is_none() && visit.encounter_is_open());
        assert!(visit.choose_encounter(Some(other("good"))));
        assert_eq!((visit.encounter.as_deref(), visit.encounter_is_open()), (Some("good"), false));
        assert!(visit.choose_encounter(None));
        assert!(visit.encounter.is_none() && visit.encounter_is_open(), "taken back");
    }

    #[test]
    fn the_wrong_encounter_is_never_what_is_chosen() {
        let mut visit = visit();
        assert!(!visit.choose_encounter(Some(Instead::None)), "nothing is wrong yet");
        visit.set_wrong_encounter(wrong("bad"));
        assert!(!visit.choose_encounter(Some(other("bad"))));
        assert!(visit.encounter.is_none() && visit.encounter_is_open());
    }

    #[test]
    fn what_the_ehr_puts_right_is_right_unless_something_else_was_chosen() {
        let mut visit = visit();
        visit.set_wrong_encounter(wrong("bad"));
        visit.encounter_is_right(Some("another"));
        assert!(visit.encounter_is_open());
        visit.encounter_is_right(Some("bad"));
        assert_eq!((visit.encounter.as_deref(), visit.encounter_is_open()), (Some("bad"), false));
        visit.set_wrong_encounter(wrong("bad"));
        visit.choose_encounter(Some(Instead::None));
        visit.encounter_is_right(Some("bad"));
        assert_eq!(visit.encounter, None);
    }

    #[test]
    fn the_same_launch_again_asks_nothing_again_and_another_one_does() {
        let mut visit = visit();
        visit.set_wrong_encounter(wrong("bad"));
        visit.choose_encounter(Some(other("good")));
        visit.set_wrong_encounter(wrong("bad"));
        assert_eq!((visit.encounter.as_deref(), visit.encounter_is_open()), (Some("good"), false));
        visit.set_wrong_encounter(wrong("worse"));
        assert!(visit.encounter.is_none() && visit.encounter_is_open());
    }
}
