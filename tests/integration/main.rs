//! Whole visits against the sandbox EHR.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod bad_input;
mod delivery;
mod handoff;
mod keychain;
mod kill;
mod lock;
mod roles;
mod secrets;
mod visit;
