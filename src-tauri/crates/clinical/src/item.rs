//! One signed thing on its way into the EHR: the note, a diagnosis, a charge, a task, an appointment.

use crate::delivery::State;
use crate::phi::Phi;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Note,
    Diagnosis,
    Charge,
    FollowUpTask,
    /// The visit that comes next, in the EHR's schedule.
    FollowUpVisit,
    /// A note of its own that adds to a signed one.
    Addendum,
    /// A note of its own that stands instead of a signed one.
    Correction,
    /// A supervising clinician's statement about somebody else's note, and the change that makes that note final.
    Cosign,
    /// Marks a record that we wrote as no longer standing.
    Retraction,
}

/// The one HTTP request that delivers an item. Fixed at signing; only the references to its
/// parents (`urn:uuid:<item id>`) are filled in when the parents are filed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// FHIR resource type that is created.
    pub resource_type: String,
    /// JSON text.
    pub body: Phi<String>,
    /// Our own business identifier inside the body (`urn:uuid:<item id>` in
    /// [`IDENTIFIER_SYSTEM`]); how the item is found again.
    pub identifier: String,
    /// Send `If-None-Exist` with the identifier.
    pub conditional: bool,
    #[serde(default)]
    pub found_by: FoundBy,
    /// Changes a record instead of creating one: `body` is then a JSON merge patch (RFC 7396).
    #[serde(default)]
    pub change: Option<Change>,
}

/// Which record an item changes. Sent twice, it changes nothing more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// `Type/id`, or the `urn:uuid:` of the parent that becomes it.
    pub of: String,
    pub form: ChangeForm,
    /// Only while the record has this version: it is what the clinician read.
    #[serde(default)]
    pub version: Option<String>,
}

/// What is sent to change a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeForm {
    /// The record as the EHR has it, with the change.
    AsItStands,
    /// The record as we sent it, with the change: the EHR shows some fields in another form than it takes them.
    AsSent,
}

/// How the EHR is asked whether it has an item.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FoundBy {
    /// By our identifier, which it keeps.
    #[default]
    Identifier,
    /// By all that the item says: the EHR keeps no identifier of ours.
    Content,
}

/// System of the identifiers that Chartside puts on what it writes (RFC 3986 URIs).
pub const IDENTIFIER_SYSTEM: &str = "urn:ietf:rfc:3986";

/// An item of the outbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// UUID
    pub id: String,
    pub visit: String,
    /// The patient it is about (`Patient` id), checked again before each send.
    pub patient: String,
    pub kind: Kind,
    pub label: Phi<String>,
    /// Items that must be filed first.
    pub parents: Vec<String>,
    pub request: Request,
    pub state: State,
    /// Since when it is in this state.
    pub since: Timestamp,
    /// How often it was sent.
    pub attempts: u32,
    pub receipt: Option<Receipt>,
}

/// What the EHR itself said when asked for the item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    pub resource_type: String,
    pub id: String,
    pub version_id: Option<String>,
    pub last_updated: Option<String>,
    /// SHA-256 of what we said, as found in what was read back; hex.
    pub content_hash: String,
    pub filed_at: Timestamp,
}

impl Receipt {
    /// `Type/id`
    pub fn reference(&self) -> String {
        format!("{}/{}", self.resource_type, self.id)
    }
}
