//! SMART App Launch 2.2 for a public native client: launch link, discovery, authorization with
//! PKCE, the loopback redirect, tokens, and the id_token.

mod authorize;
mod callback;
mod client_key;
mod context;
mod discovery;
mod id_token;
mod keys;
mod launch;
pub mod loopback;
mod redirect;
mod scopes;
mod token;

pub use authorize::{Authorization, Client, Purpose, SIGN_IN_SECONDS, authorize};
pub use callback::Callback;
pub use client_key::{Algorithm, ClientKey, Random, Registration};
pub use context::{Context, Opened};
pub use discovery::{SmartConfiguration, discover};
pub use id_token::Identity;
pub use launch::{LaunchLink, normalise_iss, read_iss};
pub use redirect::Redirect;
pub use scopes::{DEFAULT_SCOPES, Scopes, WORKLIST_SCOPES, scopes_of_a_visit, scopes_of_the_day};
pub use token::{Grant, exchange, refresh, revoke};
