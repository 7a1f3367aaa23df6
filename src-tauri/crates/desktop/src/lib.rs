//! The real outside world that both hosts share: clock, randomness, keychain, files. The only crate
//! where the ambient clock and randomness may be used.

mod clock;
mod entropy;
mod export;
mod keychain;

pub use clock::SystemClock;
pub use entropy::OsEntropy;
pub use export::ChosenFile;
pub use keychain::{FileKeychain, OsKeychain};
