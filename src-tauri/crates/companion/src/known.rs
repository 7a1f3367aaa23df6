//! Who worked on this computer, for the lock screen and for switching.

use crate::session::Who;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// A clinician who worked on this computer: what the lock screen may show to anybody. Stands in
/// `accounts.json`, the last one first; nothing of any patient, and no secret. Losing the file
/// costs a sign-in, nothing else.
#[derive(Clone, Serialize, Deserialize)]
pub struct Known {
    pub account: String,
    pub clinician: String,
    pub ehr_name: String,
    pub iss: String,
    /// Items left undelivered when the vault was closed.
    #[serde(default)]
    pub waiting: u32,
    /// What the lock screen says of the PIN; unlocking itself trusts only the keychain.
    #[serde(default)]
    pub pin: Option<KnownPin>,
}

#[derive(Clone, Serialize, Deserialize)]
pub struct KnownPin {
    pub signed_in: Timestamp,
    pub tries_left: u32,
}

/// Accounts that are remembered.
const MAX_KNOWN: usize = 50;

/// The list, in memory and in its file.
pub struct KnownAccounts {
    file: PathBuf,
    all: Mutex<Vec<Known>>,
}

impl KnownAccounts {
    pub fn read(data: &Path) -> Self {
        let file = data.join("accounts.json");
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        let all: Vec<Known> = serde_json::from_str(&text).unwrap_or_default();
        let all = all.into_iter().filter(|k| legal(&k.account)).take(MAX_KNOWN).collect();
        Self { file, all: Mutex::new(all) }
    }

    pub fn all(&self) -> Vec<Known> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A failure to write only costs a sign-in at the next start.
    fn change(&self, change: impl FnOnce(&mut Vec<Known>)) {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut all);
        all.truncate(MAX_KNOWN);
        let written = serde_json::to_vec_pretty(&*all).map_err(std::io::Error::from).and_then(|text| {
            let beside = self.file.with_extension("json.new");
            std::fs::write(&beside, text)?;
            std::fs::rename(beside, &self.file)
        });
        if let Err(error) = written {
            tracing::warn!(kind = ?error.kind(), "the list of accounts could not be written");
        }
    }

    fn of(&self, account: &str, change: impl Fn(&mut Known)) {
        self.change(|all| all.iter_mut().filter(|k| k.account == account).for_each(change));
    }

    /// The account is the one that was last at the screen.
    pub fn seen(&self, account: &str, who: &Who) {
        self.change(|all| {
            let at = all.iter().position(|k| k.account == account);
            let before = at.map(|at| all.remove(at));
            let known = Known {
                account: account.to_owned(),
                clinician: who.clinician.clone(),
                ehr_name: who.ehr_name.clone(),
                iss: who.iss.clone(),
                waiting: 0,
                pin: before.and_then(|b| b.pin),
            };
            all.insert(0, known);
        });
    }

    pub fn waiting(&self, account: &str, waiting: u32) {
        self.of(account, |k| k.waiting = waiting);
    }

    pub fn pin(&self, account: &str, pin: Option<KnownPin>) {
        self.of(account, |k| k.pin.clone_from(&pin));
    }
}

/// The name of an account is part of a file's name.
fn legal(account: &str) -> bool {
    account.len() == 16 && account.bytes().all(|b| b.is_ascii_hexdigit())
}
