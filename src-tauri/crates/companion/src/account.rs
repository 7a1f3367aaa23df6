//! One clinician at one EHR: the vault with its key, and who they are. Opening never makes a
//! second, empty vault over one that is there but cannot be opened.

use crate::chart::Charts;
use crate::contract::ErrorCode;
use crate::failure::Failure;
use crate::host::Host;
use crate::roles::{Rights, rights};
use crate::session::{Around, Session, Who};
use crate::visit_time::LastAct;
use crate::worklist::Worklist;
use ehr::smart::Grant;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use vault::{Patients, Vault, VaultKey};
use zeroize::Zeroizing;

/// Sessions of one account that are kept; the oldest go first.
const MAX_SESSIONS: usize = 40;

/// An account whose vault is open. What this process knows of its charts lives and goes with it.
pub struct Account {
    pub id: String,
    pub vault: Vault,
    pub charts: Charts,
    pub worklist: Worklist,
    /// The last act that a visit's time got; held while one is added.
    pub time: tokio::sync::Mutex<Option<LastAct>>,
    /// Held while something is put on record that the vault must stay open for.
    pub ending: tokio::sync::Mutex<()>,
    /// The newest first; at most one a launched patient.
    sessions: RwLock<Vec<Arc<Session>>>,
    around: Around,
    /// The visit to show.
    current: Mutex<Option<String>>,
    covered: Mutex<Option<Timestamp>>,
    closed: AtomicBool,
}

impl Account {
    /// With the sessions that were kept, the newest first. The newest visit is the one to show.
    /// `None` without any session: then nobody is signed in.
    pub async fn new(id: &str, vault: Vault, sessions: Vec<Arc<Session>>, around: Around) -> Option<Self> {
        if sessions.is_empty() {
            return None;
        }
        let latest = vault.visits(1).await.ok().and_then(|v| v.into_iter().next()).map(|v| v.id);
        Some(Self {
            id: id.to_owned(),
            vault,
            charts: Charts::default(),
            worklist: Worklist::default(),
            time: tokio::sync::Mutex::default(),
            ending: tokio::sync::Mutex::default(),
            sessions: RwLock::new(sessions),
            around,
            current: Mutex::new(latest),
            covered: Mutex::default(),
            closed: AtomicBool::new(false),
        })
    }

    fn sessions(&self) -> Vec<Arc<Session>> {
        self.sessions.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The session of the newest sign-in: who it is and what they may do.
    pub fn session(&self) -> Arc<Session> {
        Arc::clone(&self.sessions.read().unwrap_or_else(PoisonError::into_inner)[0])
    }

    /// The session for this patient's chart: that of the launch there, else one that may see every
    /// chart, else the newest of all, by which the EHR will refuse.
    pub fn session_of(&self, patient: &str) -> Arc<Session> {
        let all = self.sessions();
        let own = all.iter().find(|s| s.patient == patient).cloned();
        own.or_else(|| self.session_for_all()).unwrap_or_else(|| self.session())
    }

    /// The newest session whose tokens are good for every chart that the clinician may see. Tokens
    /// that came with one patient count only when the EHR granted scopes of the user with them: it
    /// then said itself that they reach further.
    pub fn session_for_all(&self) -> Option<Arc<Session>> {
        let all = self.sessions();
        let usable = |s: &&Arc<Session>| s.reads_every_chart() && !s.needs_sign_in();
        all.iter().find(usable).cloned()
    }

    /// A session by which this patient's chart can be read now.
    pub fn reach(&self, patient: &str) -> Option<Arc<Session>> {
        let own = self.sessions().into_iter().find(|s| s.patient == patient && !s.needs_sign_in());
        own.or_else(|| self.session_for_all())
    }

    /// The newest session that may read the clinician's schedule.
    pub fn session_for_schedule(&self) -> Option<Arc<Session>> {
        let all = self.sessions();
        all.into_iter().find(|s| s.scopes.allow_for_all("Appointment", 's') && !s.needs_sign_in())
    }

    /// In whose charts the EHR still lets us work.
    pub fn within_reach(&self) -> Patients {
        let all = self.sessions();
        let of = |good: bool| {
            let some = all.iter().filter(|s| s.needs_sign_in() != good);
            some.map(|s| s.patient.clone()).collect::<Vec<_>>()
        };
        // Without a launch of its own a chart is reached by a session for all, else the newest sign-in.
        if self.session_for_all().is_none() && self.session().needs_sign_in() {
            Patients::Only(of(true))
        } else {
            Patients::AllBut(of(false))
        }
    }

    /// The EHR accepts none of the sessions any more.
    pub fn needs_sign_in(&self) -> bool {
        self.sessions().iter().all(|s| s.needs_sign_in())
    }

    /// A new sign-in. What still runs with the session before, in the same chart, goes on with it
    /// until it ends; other charts keep theirs.
    pub async fn sign_in_again(&self, who: Who, grant: &Grant) -> Result<(), Failure> {
        let patient = grant.context.patient.as_deref().unwrap_or_default();
        // Before the new one is stored: a renewal of the old one must not be written over it.
        if let Some(old) = self.sessions().iter().find(|s| s.patient == patient) {
            old.retire().await;
        }
        let session = Session::begin(who, grant, self.vault.clone(), self.around.clone()).await?;
        let gone = {
            let mut all = self.sessions.write().unwrap_or_else(PoisonError::into_inner);
            all.retain(|s| s.patient != session.patient);
            all.insert(0, session);
            let keep = all.len().min(MAX_SESSIONS);
            all.split_off(keep)
        };
        for old in gone {
            self.vault.forget_session(&old.patient).await?;
            old.close().await;
        }
        Ok(())
    }

    /// Somebody is at this account's keyboard.
    pub fn touched(&self, now: Timestamp) {
        self.around.input.touched(now);
    }

    pub fn idle_seconds(&self, now: Timestamp) -> i64 {
        self.around.input.idle_seconds(now)
    }

    /// What whoever is signed in may do in this patient's chart: their role by the newest sign-in,
    /// the scopes by the one of that chart.
    pub fn rights_in(&self, patient: &str) -> Rights {
        rights(self.session().who.role, &self.session_of(patient).scopes)
    }

    pub async fn tell_presence(&self) {
        for session in self.sessions() {
            session.tell_presence().await;
        }
    }

    /// Drops every token that this process holds.
    pub async fn close_sessions(&self) {
        for session in self.sessions() {
            session.close().await;
        }
    }

    /// The sessions with their tokens, so that the EHR can be told after they are forgotten here.
    pub fn take_leave(&self) -> Vec<(Arc<Session>, Zeroizing<String>)> {
        self.sessions().into_iter().filter_map(|s| s.token().map(|token| (s, token))).collect()
    }

    pub fn current(&self) -> Option<String> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn set_current(&self, visit: &str) {
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = Some(visit.to_owned());
    }

    /// Takes this visit off the screen, when it is the one there.
    pub fn leave(&self, visit: &str) {
        self.current.lock().unwrap_or_else(PoisonError::into_inner).take_if(|v| v == visit);
    }

    /// Nobody sees this account's work from here on; charts leave the memory.
    pub fn cover(&self, now: Timestamp) {
        *self.covered.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
        self.charts.clear();
    }

    pub fn uncover(&self, now: Timestamp) {
        self.around.input.touched(now);
        *self.covered.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    pub fn covered_since(&self) -> Option<Timestamp> {
        *self.covered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn shut(&self) {
        self.closed.store(true, Ordering::Relaxed);
        self.charts.clear();
    }

    pub fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Relaxed)
    }
}

/// Name of an account: 16 hex digits of SHA-256(iss | subject). Says nothing about the person.
pub fn account_id(iss: &str, subject: &str) -> String {
    let hash = Sha256::digest(format!("{iss}\u{1f}{subject}"));
    clinical::note::hex(&hash)[..16].to_owned()
}

pub fn vault_path(data: &Path, account: &str) -> PathBuf {
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
                ErrorCode::KeychainMissing,
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

/// The key of an account's vault, from the keychain.
pub async fn stored_key(host: &Host, account: &str) -> Result<Option<VaultKey>, Failure> {
    let stored = host.keychain.get(&key_name(account)).await?;
    Ok(stored.as_deref().and_then(|bytes| VaultKey::from_bytes(bytes)))
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

/// True when this account has a vault on this computer.
pub fn has_vault(data: &Path, account: &str) -> bool {
    vault_path(data, account).exists()
}
