//! The vault's key under an offline PIN: Argon2id makes a key of the PIN, AES-256-GCM seals with
//! it. Whoever has the sealed form can still try every PIN at the price of one Argon2id each; that
//! is why it rests in the OS keychain and tries are counted.

use crate::VaultKey;
use argon2::{Algorithm, Argon2, Params, Version};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// RFC 9106 §4, second recommended option, on one lane: 64 MiB, three passes.
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;

/// A sealed vault key. Opens only with the PIN and for the account that it was made for.
#[derive(Clone, Serialize, Deserialize)]
pub struct SealedKey {
    salt: [u8; 16],
    nonce: [u8; NONCE_LEN],
    sealed: Vec<u8>,
}

impl SealedKey {
    /// Seals `key`; `random` fills bytes from the operating system's generator. `None` only when
    /// the machine has no memory for it.
    pub fn seal(key: &VaultKey, pin: &str, account: &str, random: &dyn Fn(&mut [u8])) -> Option<Self> {
        let (mut salt, mut nonce) = ([0; 16], [0; NONCE_LEN]);
        random(&mut salt);
        random(&mut nonce);
        let mut bytes = Zeroizing::new(key.bytes().to_vec());
        let made = from_pin(pin, &salt)?;
        made.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(account), &mut *bytes)
            .ok()?;
        Some(Self { salt, nonce, sealed: bytes.to_vec() })
    }

    /// The key, if the PIN and the account are the right ones. Takes some tenths of a second and
    /// 64 MiB: call it off the async threads.
    pub fn open(&self, pin: &str, account: &str) -> Option<VaultKey> {
        let mut bytes = Zeroizing::new(self.sealed.clone());
        let nonce = Nonce::assume_unique_for_key(self.nonce);
        let opened = from_pin(pin, &self.salt)?.open_in_place(nonce, Aad::from(account), &mut bytes).ok()?;
        VaultKey::from_bytes(opened)
    }
}

fn from_pin(pin: &str, salt: &[u8]) -> Option<LessSafeKey> {
    let parameters = Params::new(MEMORY_KIB, PASSES, 1, Some(32)).ok()?;
    let mut bytes = Zeroizing::new([0u8; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters)
        .hash_password_into(pin.as_bytes(), salt, bytes.as_mut())
        .ok()?;
    Some(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, bytes.as_ref()).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_pin_and_account_open_the_key() {
        let key = VaultKey::from_bytes(&[7; 32]).unwrap();
        let sealed = SealedKey::seal(&key, "482913", "dr-a", &|bytes| bytes.fill(3)).unwrap();
        assert_eq!(sealed.open("482913", "dr-a").unwrap().bytes(), key.bytes());
        assert!(sealed.open("482914", "dr-a").is_none());
        assert!(sealed.open("482913", "dr-b").is_none());
        let stored = serde_json::to_vec(&sealed).unwrap();
        assert!(!stored.windows(8).any(|w| w == [7; 8]), "the key does not stand in the stored form");
    }
}
