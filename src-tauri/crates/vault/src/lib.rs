//! The encrypted store: everything about a visit that must survive a crash, in one SQLCipher
//! file per EHR account. No network, and no row struct in the public API: what goes in and
//! comes out are `clinical` types and plain values.
//!
//! `open` guards the file (key, migrations, integrity), `table/` has one file per table,
//! `audit` is the hash chain.

mod error;
mod key;
mod open;
mod pin;
mod table;

pub use error::VaultError;
pub use key::VaultKey;
pub use open::Vault;
pub use pin::SealedKey;
pub use table::amendment::Amendment;
pub use table::audit::{AuditBreak, AuditEntry, AuditRecord};
pub use table::chart::{AsRead, SectionOutcome, StoredSection};
pub use table::ehr_known::EhrKnown;
pub use table::note::{EditOutcome, RestoreOutcome, SectionText, Version, Which};
pub use table::outbox::{Counts, Patients, Standing};
pub use table::refused_kind::RefusedKind;
pub use table::retraction::Retraction;
pub use table::worklist::{ChartHeld, StoredDay};
