//! The app under test, in this process: real vault, real HTTP, real clock; only the desktop is
//! left out.

use crate::browser::Robot;
use crate::clock::MovedClock;
use async_trait::async_trait;
use companion::Companion;
use companion::command;
use companion::contract::{CommandError, ErrorCode};
use companion::host::{Host, InTheBrowser, Keychain, NoExports};
use companion::policy::{EhrPolicy, LockPolicy, Policy, RoomPolicy, RoomProvider};
use companion::room_kind::RoomKind;
use desktop::{FileKeychain, OsEntropy, SystemClock};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Longest wait for something that should happen, in real time. Nothing sleeps this long when it works.
pub const PATIENCE: Duration = Duration::from_secs(40);

/// Says whether an answer is the one that was waited for.
pub type Wanted = fn(&Value) -> bool;

/// Anything that runs commands.
#[async_trait]
pub trait Call: Sync {
    async fn call(&self, name: &str, arguments: Value) -> Result<Value, CommandError>;
    /// Addresses that the app asked the system browser to open.
    async fn opened(&self) -> Vec<String>;

    /// A command that must work.
    async fn must(&self, name: &str, arguments: Value) -> Value {
        match self.call(name, arguments).await {
            Ok(value) => value,
            Err(error) => panic!("{name}: {:?} {}", error.code, error.message),
        }
    }

    /// A command that must be refused; gives the code.
    async fn refused(&self, name: &str, arguments: Value) -> ErrorCode {
        match self.call(name, arguments).await {
            Ok(_) => panic!("{name} was not refused"),
            Err(error) => error.code,
        }
    }

    /// Asks again and again until the answer is as wanted.
    async fn until(&self, name: &str, arguments: Value, wanted: Wanted) -> Value {
        let waited = tokio::time::timeout(PATIENCE, async {
            loop {
                if let Ok(value) = self.call(name, arguments.clone()).await
                    && wanted(&value)
                {
                    return value;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        });
        if let Ok(value) = waited.await {
            return value;
        }
        let last = self.call(name, arguments).await.map(|v| v.to_string());
        panic!("{name} never answered as wanted: {last:?}")
    }
}

/// The companion with a temporary data folder.
pub struct App {
    pub companion: Arc<Companion>,
    pub robot: Arc<Robot>,
    pub data: PathBuf,
}

/// Rooms at this origin, shown as well as can be.
pub fn room_at(origin: &str) -> RoomProvider {
    RoomProvider { origin: origin.into(), kind: RoomKind::Own, surface: None }
}

/// A policy for this FHIR base.
pub fn policy(fhir: &str, origin: &str) -> Policy {
    Policy {
        ehrs: vec![EhrPolicy {
            name: "Sandbox EHR".into(),
            iss: fhir.into(),
            client_id: "chartside".into(),
            ..EhrPolicy::default()
        }],
        rooms: RoomPolicy { providers: vec![room_at(origin)], ..RoomPolicy::default() },
        // Tests of the lock ask for it; all others go on after a restart where they were.
        lock: LockPolicy { idle_minutes: 0, ..LockPolicy::default() },
        ..Policy::default()
    }
}

/// The outside world of a test: this computer's clock, a keychain in the folder, a browser that is driven.
pub fn host(data: &Path, robot: &Arc<Robot>) -> Host {
    Host {
        clock: Arc::new(SystemClock),
        entropy: Arc::new(OsEntropy),
        keychain: Arc::new(FileKeychain::new(data.join("keychain"))),
        browser: Arc::clone(robot) as Arc<dyn companion::host::Browser>,
        rooms: Arc::new(InTheBrowser),
        exports: Arc::new(NoExports),
    }
}

impl App {
    /// Starts in this folder; a second start in the same folder is a restart of the app.
    pub async fn start(data: &Path, policy: Policy) -> Self {
        let robot = Arc::new(Robot::default());
        let host = host(data, &robot);
        Self::start_with(data, policy, host, robot).await
    }

    /// The same with a clock that the test moves.
    pub async fn start_with_clock(data: &Path, policy: Policy) -> (Self, Arc<MovedClock>) {
        let (robot, clock) = (Arc::new(Robot::default()), Arc::new(MovedClock::default()));
        let host =
            Host { clock: Arc::clone(&clock) as Arc<dyn companion::host::Clock>, ..host(data, &robot) };
        (Self::start_with(data, policy, host, robot).await, clock)
    }

    pub async fn start_with(data: &Path, policy: Policy, host: Host, robot: Arc<Robot>) -> Self {
        let companion =
            Companion::start(host, policy, data).await.unwrap_or_else(|f| panic!("{}", f.message));
        Self { companion, robot, data: data.to_owned() }
    }
}

impl App {
    /// What the audit trail of the one clinician who worked here says: action, about, outcome.
    pub async fn audit(&self) -> Vec<(String, String, String)> {
        let vault = self.vault().await;
        let trail = vault.audit_trail().await.expect("the trail");
        vault.close().await;
        trail.into_iter().map(|e| (e.action, e.about, e.outcome)).collect()
    }

    /// The vault of the one clinician who worked here, opened beside the app; to be closed again.
    pub async fn vault(&self) -> vault::Vault {
        let keys = std::fs::read_to_string(self.data.join("keychain")).expect("a keychain");
        let names = keys.lines().filter_map(|line| line.split_once(' ')).map(|(name, _)| name);
        let files = std::fs::read_dir(self.data.join("vaults")).expect("vaults").flatten();
        let vaults: Vec<PathBuf> =
            files.map(|f| f.path()).filter(|p| p.extension().is_some_and(|e| e == "vault")).collect();
        let [file] = vaults.as_slice() else { panic!("{} vaults", vaults.len()) };
        let keychain = FileKeychain::new(self.data.join("keychain"));
        for name in names {
            let secret = keychain.get(name).await.expect("keychain").expect("a key");
            let Some(key) = vault::VaultKey::from_bytes(&secret) else { continue };
            if let Ok(vault) = vault::Vault::open(file, &key).await {
                return vault;
            }
        }
        panic!("no key opens the vault");
    }
}

impl Drop for App {
    /// The vault is closed before the process can exit (see `Vault::close`).
    fn drop(&mut self) {
        tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(self.companion.stop()));
    }
}

#[async_trait]
impl Call for App {
    async fn call(&self, name: &str, arguments: Value) -> Result<Value, CommandError> {
        command::run(&self.companion, name, arguments).await
    }
    async fn opened(&self) -> Vec<String> {
        self.robot.opened()
    }
}

/// `{ "visit": id }`
pub fn of(visit: &str) -> Value {
    json!({ "visit": visit })
}
