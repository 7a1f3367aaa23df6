//! Randomness from the operating system.

use companion::host::Entropy;

/// The operating system's generator.
#[derive(Debug, Default, Clone, Copy)]
pub struct OsEntropy;

impl Entropy for OsEntropy {
    /// A system without randomness cannot keep secrets: this ends the process rather than going on.
    #[allow(clippy::panic)]
    fn fill(&self, bytes: &mut [u8]) {
        assert!(getrandom::fill(bytes).is_ok(), "the operating system gives no randomness");
    }

    #[allow(clippy::disallowed_methods)]
    fn uuid(&self) -> String {
        uuid::Uuid::new_v4().to_string()
    }
}
