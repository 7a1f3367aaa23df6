//! What one vendor's server takes, refuses and does differently.

mod athena;
mod epic;
mod generic;
mod medplum;
mod oracle;
mod plain;
mod read_only;

use crate::error::Refusal;
use crate::store::Store;
use serde_json::Value;

/// A FHIR interaction on a type or instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interaction {
    Read,
    Vread,
    History,
    Search,
    Create,
    Update,
    Patch,
    Delete,
}

impl Interaction {
    /// All of them, as a CapabilityStatement lists them.
    pub const ALL: [Self; 8] = [
        Self::Read,
        Self::Vread,
        Self::History,
        Self::Search,
        Self::Create,
        Self::Update,
        Self::Patch,
        Self::Delete,
    ];

    /// The code in `CapabilityStatement.rest.resource.interaction`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Vread => "vread",
            Self::History => "history-instance",
            Self::Search => "search-type",
            Self::Create => "create",
            Self::Update => "update",
            Self::Patch => "patch",
            Self::Delete => "delete",
        }
    }

    /// The SMART v2 letter that permits it.
    pub fn letter(self) -> char {
        match self {
            Self::Read | Self::Vread | Self::History => 'r',
            Self::Search => 's',
            Self::Create => 'c',
            Self::Update | Self::Patch => 'u',
            Self::Delete => 'd',
        }
    }
}

/// One server's ways. The defaults are those of an open, HAPI-like server.
pub trait Personality: Send + Sync + std::fmt::Debug {
    /// As given on the command line.
    fn name(&self) -> &'static str;

    /// As `CapabilityStatement.software.name` shows it.
    fn software(&self) -> &'static str {
        "Sandbox EHR"
    }

    /// Whether the server offers an interaction at all.
    fn offers(&self, _kind: &str, _interaction: Interaction) -> bool {
        true
    }

    /// The only parameters by which a type is searched, where they are not all that it has. The first of them is needed.
    fn searched_by(&self, _kind: &str) -> Option<&'static [&'static str]> {
        None
    }

    /// The status for an Appointment whose slot is taken.
    fn taken_status(&self) -> u16 {
        409
    }

    /// Whether an Appointment takes its slots, and is refused where they are taken.
    fn keeps_slots(&self) -> bool {
        true
    }

    /// Whether `If-None-Exist` is honoured; otherwise it is ignored.
    fn conditional_create(&self) -> bool {
        true
    }

    /// Whether a `batch` Bundle is taken.
    fn batch(&self) -> bool {
        true
    }

    /// Whether a `transaction` Bundle is taken.
    fn transaction(&self) -> bool {
        true
    }

    /// The status for a stale `If-Match`.
    fn stale_status(&self) -> u16 {
        412
    }

    /// Whether a change without `If-Match` is refused.
    fn needs_if_match(&self) -> bool {
        false
    }

    /// How many matches a page holds when nothing is asked, and at most.
    fn page_size(&self, _kind: &str) -> (usize, usize) {
        (50, 500)
    }

    /// Whether a searchset states its total.
    fn totals(&self) -> bool {
        true
    }

    /// Whether a write answers with the resource when `Prefer` is silent.
    fn answers_with_resource(&self) -> bool {
        true
    }

    /// Writes are answered without a body, whatever is preferred, under this content type.
    fn short_answer_is(&self) -> Option<&'static str> {
        None
    }

    /// Refuses a write for this vendor's own reasons.
    fn check_write(&self, _store: &Store, _kind: &str, _body: &Value) -> Result<(), Refusal> {
        Ok(())
    }

    /// What the server keeps of a write that it took.
    fn kept(&self, _kind: &str, body: Value) -> Value {
        body
    }

    /// Whether a search without any criterion is refused.
    fn refuses_open_searches(&self) -> bool {
        false
    }

    /// Whether searchsets have an ETag, and `If-None-Match` is honoured.
    fn names_searches(&self) -> bool {
        true
    }

    /// Whether searchsets carry an OperationOutcome among their entries.
    fn remarks_in_searchsets(&self) -> bool {
        false
    }
}

/// Some servers keep no identifier that they did not give.
fn without_identifier(body: &mut Value) {
    if let Some(body) = body.as_object_mut() {
        body.remove("identifier");
    }
}

/// The personality of that name.
pub fn by_name(name: &str) -> Option<Box<dyn Personality>> {
    match name {
        "generic" => Some(Box::new(generic::Generic)),
        "plain" => Some(Box::new(plain::Plain)),
        "epic" => Some(Box::new(epic::Epic)),
        "oracle" => Some(Box::new(oracle::Oracle)),
        "athena" => Some(Box::new(athena::Athena)),
        "medplum" => Some(Box::new(medplum::Medplum)),
        "read-only" => Some(Box::new(read_only::ReadOnly)),
        _ => None,
    }
}
