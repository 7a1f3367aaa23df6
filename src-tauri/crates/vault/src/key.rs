//! The vault's key: 32 random bytes, kept in the OS keychain, wiped from memory after use.

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// A raw SQLCipher key (256 bit). `Debug` shows nothing.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct VaultKey([u8; 32]);

impl std::fmt::Debug for VaultKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("<vault key>")
    }
}

impl VaultKey {
    /// From exactly 32 bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Some(Self(bytes.try_into().ok()?))
    }

    /// The bytes, for the keychain.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// SQLCipher's raw key form, which skips key derivation:
    /// <https://www.zetetic.net/sqlcipher/sqlcipher-api/#key>
    pub(crate) fn pragma(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(70));
        text.push_str("\"x'");
        for byte in &self.0 {
            for digit in [byte >> 4, byte & 15] {
                text.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
            }
        }
        text.push_str("'\"");
        text
    }
}
