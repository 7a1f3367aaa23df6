//! Whole visits against the sandbox EHR.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod apart;
mod attacks_after;
mod attacks_launch;
mod attacks_listener;
mod attacks_sign_in;
mod bad_input;
mod brief;
mod carry;
mod client_keys;
mod delivery;
mod documents;
mod handoff;
mod human_errors;
mod identity;
mod keychain;
mod kill;
mod known_facts;
mod links;
mod lock;
mod mutations;
mod personalities;
mod phrases;
mod reopening;
mod roles;
mod secrets;
mod sections;
mod smart;
mod smart_keys;
mod templates;
mod tls;
mod visit;
mod visit_time;
mod whole_record;
mod worklist;
mod wrong_encounter;
