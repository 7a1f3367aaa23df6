//! The use cases, one file each, over traits for the outside world (`host`). Both hosts (the
//! desktop shell and the dev host) call them through `command` and show what `contract` says.
//!
//! State lives in the vault; what is here in memory can be rebuilt from it at any moment.

mod account;
mod accounts;
mod amend;
mod amend_view;
mod apart;
mod app;
mod asked;
mod attestation;
mod breaker;
mod brief;
mod chart;
mod chart_load;
mod chart_view;
mod client_keys;
mod coding;
pub mod command;
pub mod contract;
mod cosign;
mod delivery;
mod delivery_view;
mod diagnosis;
mod document;
mod document_blocks;
mod encounter;
mod export;
mod failure;
mod follow_up;
pub mod host;
mod identity;
mod known;
mod known_facts;
mod late;
mod launches;
mod lock;
mod note;
mod note_carry;
mod note_history;
mod phrase;
mod plan;
pub mod policy;
mod prefetch;
mod refusal;
mod retract;
mod roles;
mod room;
pub mod room_kind;
mod sending;
mod session;
mod sign;
mod sign_in;
mod site;
mod visit;
mod visit_time;
mod visit_view;
mod way_back;
mod who;
mod worklist;
mod worklist_open;
mod worklist_view;

pub use app::Companion;
pub use chart::READ_BY;
pub use client_keys::jwks;
pub use failure::Failure;
