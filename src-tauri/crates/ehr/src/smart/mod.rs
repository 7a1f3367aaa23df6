//! SMART App Launch 2.2 for a public native client: launch link, discovery, authorization with
//! PKCE, the loopback redirect, tokens, and the id_token.

mod authorize;
mod discovery;
mod id_token;
mod launch;
pub mod loopback;
mod scopes;
mod token;

pub use authorize::{Authorization, Client, authorize};
pub use discovery::{SmartConfiguration, discover};
pub use launch::{LaunchLink, normalise_iss};
pub use scopes::{DEFAULT_SCOPES, Scopes};
pub use token::{Grant, exchange, refresh, revoke};
