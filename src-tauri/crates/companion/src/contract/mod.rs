//! The wire: what the commands take and return. Each type here becomes TypeScript
//! (`cargo xtask bindings`) and a JSON schema (`GET /commands` of the dev host).
//! Types that can hold PHI have no `Debug`, so that they cannot be logged by accident.

mod amend;
mod app;
mod brief;
mod chart;
mod codes;
mod delivery;
mod document;
mod error;
mod export;
mod follow_up_visit;
mod note;
mod note_carry;
mod note_history;
mod phrase;
mod plan;
mod retract;
mod sign_in;
mod spelling;
mod visit;
mod worklist;

pub use amend::*;
pub use app::*;
pub use brief::*;
pub use chart::*;
pub use codes::*;
pub use delivery::*;
pub use document::*;
pub use error::*;
pub use export::*;
pub use follow_up_visit::*;
pub use note::*;
pub use note_carry::*;
pub use note_history::*;
pub use phrase::*;
pub use plan::*;
pub use retract::*;
pub use sign_in::*;
pub use spelling::*;
pub use visit::*;
pub use worklist::*;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Arguments of a command that needs none.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct NoArgs {}

/// The answer of a command that has nothing to say but "done".
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema, TS)]
pub struct Done {}

/// Arguments of a command about one visit. Every clinical command names its visit,
/// so that nothing can be written into the wrong one.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct VisitArgs {
    pub visit: String,
}
