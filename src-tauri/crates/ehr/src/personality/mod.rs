//! What each kind of EHR takes. One file a vendor, with its facts and where they are from; no vendor `if`
//! anywhere else.

mod athena;
mod epic;
mod generic;
mod medplum;
mod oracle;
mod read_only;

use clinical::item::ChangeForm;
use fhir::write::{AppointmentForm, ConditionForm, Form};

/// A kind of EHR.
#[derive(Debug, PartialEq, Eq)]
pub struct Personality {
    /// As policy names it.
    pub id: &'static str,
    /// One sentence for the write plan.
    pub words: &'static str,
    /// How the name of its software begins in its own CapabilityStatement, where that is known.
    pub software: Option<&'static str>,
    /// DocumentReference.create.
    pub note: Option<NoteTaken>,
    /// Condition.create.
    pub diagnosis: Option<DiagnosisTaken>,
    /// Claim.create as draft.
    pub claim: bool,
    pub task: Option<TaskTaken>,
    /// How a follow-up visit is booked at a free slot.
    pub appointment: Option<AppointmentForm>,
    /// How a record of ours is changed where the server declares that it can be; `None`: it cannot.
    pub change: Option<ChangeForm>,
    /// `If-None-Exist` is honoured where the server declares it.
    pub conditional_create: bool,
    /// Business identifiers of others are kept and can be searched for. Where they are not, what we filed is found
    /// again by all that it says.
    pub keeps_identifiers: bool,
    /// What the routes rest on.
    pub facts: &'static [Fact],
}

/// How a note is taken.
#[derive(Debug, PartialEq, Eq)]
pub struct NoteTaken {
    /// Best first; all of them are sent.
    pub forms: &'static [Form],
    /// In words, for the write plan.
    pub words: &'static str,
    /// Drafts (`docStatus` preliminary) are taken: a note that waits for cosign goes in as one.
    pub preliminary: bool,
    /// `relatesTo` is kept. Where it is not, the link stands in the text alone.
    pub relates_to: bool,
    /// Only within an encounter.
    pub needs_encounter: bool,
}

/// How a diagnosis is taken.
#[derive(Debug, PartialEq, Eq)]
pub struct DiagnosisTaken {
    pub form: ConditionForm,
    /// In words, for the write plan.
    pub words: &'static str,
    /// Only within an encounter.
    pub needs_encounter: bool,
    /// It goes to the problem list: what is on it already is not sent again.
    pub for_problem_list: bool,
}

/// How a follow-up task is taken.
#[derive(Debug, PartialEq, Eq)]
pub struct TaskTaken {
    pub carrier: Carrier,
    /// In words, for the write plan.
    pub words: &'static str,
}

/// What carries a follow-up task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carrier {
    Task,
    /// A message to its owner; nothing that stays open until it is done.
    Communication,
}

impl Carrier {
    /// The FHIR resource type.
    pub fn resource_type(self) -> &'static str {
        match self {
            Self::Task => "Task",
            Self::Communication => "Communication",
        }
    }
}

/// One thing that is known of an EHR.
#[derive(Debug, PartialEq, Eq)]
pub struct Fact {
    pub says: &'static str,
    /// Where that is written.
    pub source: &'static str,
}

/// Every personality that this version knows.
pub const ALL: &[&Personality] = &[
    &generic::GENERIC,
    &medplum::MEDPLUM,
    &epic::EPIC,
    &oracle::ORACLE,
    &athena::ATHENA,
    &read_only::READ_ONLY,
];

/// The personality of this name. `None`: not known.
pub fn personality(id: &str) -> Option<&'static Personality> {
    ALL.iter().copied().find(|p| p.id == id)
}

/// What policy names; else what the server says that it is; else `generic`, narrowed by what it declares. `None`:
/// policy names one that is not known.
pub fn chosen(named: Option<&str>, software: &str) -> Option<&'static Personality> {
    let says = |p: &&Personality| p.software.is_some_and(|name| software.starts_with(name));
    match named {
        Some(id) => personality(id),
        None => Some(ALL.iter().copied().find(says).unwrap_or(&generic::GENERIC)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_vendor_states_its_facts_and_where_they_are_from() {
        for vendor in ALL {
            assert!(!vendor.facts.is_empty(), "{}", vendor.id);
            for fact in vendor.facts {
                assert!(
                    !fact.says.is_empty() && fact.source.starts_with("https://"),
                    "{}: {}",
                    vendor.id,
                    fact.says
                );
            }
        }
    }

    #[test]
    fn policy_comes_before_what_the_server_says_and_nobody_is_guessed() {
        let of = |named, software| chosen(named, software).map(|p| p.id);
        assert_eq!(of(None, "Epic November 2026"), Some("epic"));
        assert_eq!(of(Some("generic"), "Epic November 2026"), Some("generic"));
        assert_eq!(of(None, "Not Epic at all"), Some("generic"));
        assert_eq!(of(Some("cerner"), "Epic"), None);
    }
}
