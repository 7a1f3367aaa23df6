//! One clinician at one EHR: the vault with its key, and who they are. Opening never makes a
//! second, empty vault over one that is there but cannot be opened.

use crate::contract::Role;
use crate::failure::Failure;
use crate::host::Host;
use crate::session::Session;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use vault::{Vault, VaultKey};

/// An account whose vault is open.
pub struct Account {
    pub id: String,
    pub vault: Vault,
    pub session: Arc<Session>,
}

/// Name of an account: 16 hex digits of SHA-256(iss | subject). Says nothing about the person.
pub fn account_id(iss: &str, subject: &str) -> String {
    let hash = Sha256::digest(format!("{iss}\u{1f}{subject}"));
    clinical::note::hex(&hash)[..16].to_owned()
}

fn vault_path(data: &Path, account: &str) -> PathBuf {
    data.join("vaults").join(format!("{account}.vault"))
}

fn key_name(account: &str) -> String {
    format!("vault-{account}")
}

/// Opens the account's vault, or makes it when there is none yet.
pub async fn open_vault(host: &Host, data: &Path, account: &str) -> Result<Vault, Failure> {
    let path = vault_path(data, account);
    let stored = host.keychain.get(&key_name(account)).await?;
    if path.exists() {
        let bytes = stored.ok_or_else(|| {
            Failure::new(
                crate::contract::ErrorCode::KeychainMissing,
                "The key of your vault is not in this computer's keychain. The vault is left as it is and no new one is made over it. Ask IT to restore the keychain entry.",
            )
        })?;
        let key = VaultKey::from_bytes(&bytes).ok_or_else(|| Failure::from(vault::VaultError::Foreign))?;
        return Ok(Vault::open(&path, &key).await?);
    }
    let key = match stored.as_deref().and_then(|bytes| VaultKey::from_bytes(bytes)) {
        Some(key) => key,
        None => make_key(host, account).await?,
    };
    make_folder(&data.join("vaults"))?;
    Ok(Vault::create(&path, &key).await?)
}

/// Makes a key and sees it come back from the keychain before anything is encrypted with it.
async fn make_key(host: &Host, account: &str) -> Result<VaultKey, Failure> {
    let mut bytes = zeroize::Zeroizing::new([0u8; 32]);
    host.entropy.fill(bytes.as_mut());
    host.keychain.set(&key_name(account), bytes.as_ref()).await?;
    let back = host.keychain.get(&key_name(account)).await?;
    if back.as_ref().map(|b| b.as_slice()) != Some(bytes.as_slice()) {
        return Err(crate::host::KeychainError::Missing.into());
    }
    VaultKey::from_bytes(bytes.as_ref()).ok_or_else(|| Failure::internal("key length"))
}

/// A folder that only this user can enter.
pub fn make_folder(path: &Path) -> Result<(), Failure> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|e| match e.kind() {
        std::io::ErrorKind::StorageFull => vault::VaultError::DiskFull.into(),
        _ => vault::VaultError::Io.into(),
    })
}

/// The account that was last signed in on this computer.
pub fn last_account(data: &Path) -> Option<String> {
    let name = std::fs::read_to_string(data.join("last-account")).ok()?;
    let name = name.trim();
    (name.len() == 16 && name.bytes().all(|b| b.is_ascii_hexdigit())).then(|| name.to_owned())
}

/// Remembers the account for the next start; a failure only costs a sign-in.
pub fn remember_account(data: &Path, account: &str) {
    let _ = std::fs::write(data.join("last-account"), account);
}

/// True when this account has a vault on this computer.
pub fn has_vault(data: &Path, account: &str) -> bool {
    vault_path(data, account).exists()
}

/// The role that qualifications and PractitionerRole codes tell. The strictest reading wins: what
/// is not recognised may only read.
pub fn role(words: &[String]) -> Role {
    let any = |keys: &[&str]| words.iter().any(|w| keys.iter().any(|k| has_word(w, k)));
    // A code by itself says what the person is; inside a sentence "MA" may be Massachusetts.
    let exactly = |codes: &[&str]| words.iter().any(|w| codes.contains(&w.trim()));
    if any(&["resident", "house officer", "trainee"]) {
        Role::Resident
    } else if exactly(&["np", "pa", "pa-c", "aprn"])
        || any(&["fnp", "fnp-bc", "nurse practitioner", "physician assistant", "physician associate"])
    {
        Role::AdvancedPractice
    } else if exactly(&["md", "do"]) {
        Role::Physician
    } else if exactly(&["rn", "lpn", "lvn", "ma", "cma"])
        || any(&["nurse", "registered nurse", "medical assistant"])
    {
        Role::Nursing
    } else if any(&["md", "do", "physician", "doctor"]) {
        Role::Physician
    } else {
        Role::Unknown
    }
}

/// Whole words only: "pa" is not in "patient".
fn has_word(text: &str, word: &str) -> bool {
    let boundary = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    text.match_indices(word).any(|(at, _)| {
        boundary(text[..at].chars().next_back()) && boundary(text[at + word.len()..].chars().next())
    })
}

/// The role as shown.
pub fn role_words(role: Role) -> &'static str {
    match role {
        Role::Physician => "Physician",
        Role::AdvancedPractice => "Nurse practitioner or physician assistant",
        Role::Resident => "Resident",
        Role::Nursing => "Nurse or medical assistant",
        Role::Unknown => "Role not recognised: read only",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_told_by_whole_words_and_unknown_ones_only_read() {
        let of = |w: &str| role(&[w.to_owned()]);
        assert_eq!(of("md"), Role::Physician);
        assert_eq!(of("family nurse practitioner"), Role::AdvancedPractice);
        assert_eq!(of("registered nurse"), Role::Nursing);
        assert_eq!(of("resident physician"), Role::Resident);
        assert_eq!(of("patient advocate"), Role::Unknown);
        assert_eq!(of("md, ma license 1234"), Role::Physician);
        assert_eq!(of("ma"), Role::Nursing);
        assert_eq!(role(&[]), Role::Unknown);
    }
}
