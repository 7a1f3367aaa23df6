//! Whole visits beside two programs that are not ours: `oidc-provider`, a certified OpenID provider
//! (mandatory PKCE, single-use codes, rotation with family revocation, 60-second access tokens),
//! guards `sekmet-fhir`, a FHIR R4 server, or the router and the repository of Medplum. Everything runs on this machine.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

mod browser;
mod clinic;
mod clock;
mod family;
mod life;
mod peers;
mod reader;
mod same_visits;
mod ten_minutes;
mod whole_record;
mod whole_visit;
