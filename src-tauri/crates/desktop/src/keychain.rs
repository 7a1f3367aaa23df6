//! Where vault keys rest: the operating system's keychain, or (tests, dev host) a file.

use async_trait::async_trait;
use companion::host::{Keychain, KeychainError};
use keyring::Error;
use keyring::v1::Entry;
use std::collections::BTreeMap;
use std::path::PathBuf;
use zeroize::Zeroizing;

/// Name under which the entries stand in the keychain.
const SERVICE: &str = "org.chartside.Chartside";

/// Keychain Services, Windows Credential Manager, or the Secret Service.
#[derive(Debug, Default, Clone, Copy)]
pub struct OsKeychain;

fn meaning(error: &Error) -> KeychainError {
    match error {
        Error::NoStorageAccess(_) => KeychainError::Locked,
        _ => KeychainError::Missing,
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, KeychainError> + Send + 'static,
) -> Result<T, KeychainError> {
    // The stores talk over D-Bus or system calls and block; never on the async threads.
    tokio::task::spawn_blocking(work).await.unwrap_or(Err(KeychainError::Missing))
}

#[async_trait]
impl Keychain for OsKeychain {
    async fn get(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeychainError> {
        let name = name.to_owned();
        blocking(move || {
            let entry = Entry::new(SERVICE, &name).map_err(|e| meaning(&e))?;
            match entry.get_secret() {
                Ok(secret) => Ok(Some(Zeroizing::new(secret))),
                Err(Error::NoEntry) => Ok(None),
                Err(error) => Err(meaning(&error)),
            }
        })
        .await
    }

    async fn set(&self, name: &str, secret: &[u8]) -> Result<(), KeychainError> {
        let (name, secret) = (name.to_owned(), Zeroizing::new(secret.to_vec()));
        blocking(move || {
            let entry = Entry::new(SERVICE, &name).map_err(|e| meaning(&e))?;
            entry.set_secret(&secret).map_err(|e| meaning(&e))
        })
        .await
    }

    async fn remove(&self, name: &str) -> Result<(), KeychainError> {
        let name = name.to_owned();
        blocking(move || {
            let entry = Entry::new(SERVICE, &name).map_err(|e| meaning(&e))?;
            match entry.delete_credential() {
                Ok(()) | Err(Error::NoEntry) => Ok(()),
                Err(error) => Err(meaning(&error)),
            }
        })
        .await
    }
}

/// Keys in a file that only this user can read. For tests and the dev host; never in a release.
#[derive(Debug, Clone)]
pub struct FileKeychain {
    path: PathBuf,
}

impl FileKeychain {
    /// Keeps the keys in this file.
    pub fn new(path: PathBuf) -> Self {
        Self { path }
    }

    fn all(&self) -> Result<BTreeMap<String, Vec<u8>>, KeychainError> {
        match std::fs::read_to_string(&self.path) {
            Ok(text) => Ok(text
                .lines()
                .filter_map(|line| line.split_once(' '))
                .map(|(name, hex)| (name.to_owned(), bytes(hex)))
                .collect()),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(BTreeMap::new()),
            Err(_) => Err(KeychainError::Locked),
        }
    }
}

impl FileKeychain {
    fn save(&self, all: &BTreeMap<String, Vec<u8>>) -> Result<(), KeychainError> {
        use std::io::Write;
        let mut text = Zeroizing::new(String::new());
        for (name, secret) in all {
            text.push_str(name);
            text.push(' ');
            for byte in secret {
                text.push_str(&format!("{byte:02x}"));
            }
            text.push('\n');
        }
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let written = options
            .open(&self.path)
            .and_then(|mut f| f.write_all(text.as_bytes()).and_then(|()| f.sync_all()));
        written.map_err(|_| KeychainError::Missing)
    }
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2).filter_map(|i| u8::from_str_radix(hex.get(2 * i..2 * i + 2)?, 16).ok()).collect()
}

#[async_trait]
impl Keychain for FileKeychain {
    async fn get(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeychainError> {
        Ok(self.all()?.remove(name).map(Zeroizing::new))
    }

    async fn set(&self, name: &str, secret: &[u8]) -> Result<(), KeychainError> {
        let mut all = self.all()?;
        all.insert(name.to_owned(), secret.to_vec());
        self.save(&all)
    }

    async fn remove(&self, name: &str) -> Result<(), KeychainError> {
        let mut all = self.all()?;
        all.remove(name);
        self.save(&all)
    }
}
