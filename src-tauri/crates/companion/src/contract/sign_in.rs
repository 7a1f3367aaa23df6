//! The way back from the browser.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Arguments of `sign_in_callback`: the link as the system handed it over.
#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct CallbackArgs {
    /// `chartside://callback?code=…&state=…`
    pub url: String,
}
