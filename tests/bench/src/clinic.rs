//! The app and the sandbox EHR, each with threads of its own, so that neither's work is queued
//! behind the other's.

use chartside_tests::{App, app, visit};
use companion::policy::{LockPolicy, Policy};
use sandbox_ehr::{Config, Sandbox};
use std::future::Future;
use std::path::PathBuf;
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

/// Who signs in at the sandbox.
pub const CLINICIAN: &str = "prac-okafor";
/// Tokens outlive the longest bench: none is refreshed in the middle of a measurement.
const TOKEN_SECONDS: i64 = 3600;

/// The sandbox, and threads for the app.
pub struct Clinic {
    pub ehr: Sandbox,
    runtime: Runtime,
    _ehr_runtime: Runtime,
}

/// The app with a vault of its own.
pub struct Desk {
    pub app: App,
    _data: TempDir,
}

pub fn runtime() -> Runtime {
    Builder::new_multi_thread().enable_all().build().expect("a runtime")
}

/// A folder beside the program: on a real disk, unlike the system's temporary folder on many machines.
pub fn folder() -> TempDir {
    let beside: PathBuf = std::env::current_exe().expect("own path").with_file_name("bench-data");
    std::fs::create_dir_all(&beside).expect("a folder for data");
    tempfile::tempdir_in(beside).expect("a folder for data")
}

impl Clinic {
    pub fn start() -> Self {
        Self::with(Config::default())
    }

    pub fn with(config: Config) -> Self {
        let (ehr_runtime, runtime) = (runtime(), runtime());
        let config = Config { token_seconds: TOKEN_SECONDS, ..config };
        let ehr = ehr_runtime.block_on(Sandbox::start(config)).expect("the sandbox starts");
        Self { ehr, runtime, _ehr_runtime: ehr_runtime }
    }

    /// Runs on the app's threads.
    pub fn block_on<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// The EHR is up again; waits until it listens.
    pub async fn up(&self) {
        self.ehr.faults().clear();
        let port =
            |url: &str| url.split(':').nth(2).and_then(|end| end.split('/').next()?.parse::<u16>().ok());
        let port = port(&self.ehr.urls.fhir).expect("the sandbox's port");
        while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            tokio::task::yield_now().await;
        }
    }

    /// The app, started for the first time.
    pub async fn desk(&self) -> Desk {
        let policy = app::policy(&self.ehr.urls.fhir, &self.ehr.urls.origin);
        self.desk_with(policy.lock).await
    }

    /// The same with this lock.
    pub async fn desk_with(&self, lock: LockPolicy) -> Desk {
        let data = folder();
        let policy = Policy { lock, ..app::policy(&self.ehr.urls.fhir, &self.ehr.urls.origin) };
        Desk { app: App::start(data.path(), policy).await, _data: data }
    }

    /// Launches this patient's visit; its chart is then still being loaded.
    pub async fn launch(&self, desk: &Desk, patient: &str, encounter: &str) -> String {
        visit::launch(&desk.app, &self.ehr, CLINICIAN, patient, Some(encounter)).await
    }
}

/// Every section of the chart has ended loading, and ended well.
pub async fn complete(desk: &Desk, visit: &str) {
    let chart = visit::chart(&desk.app, visit).await;
    for section in chart["sections"].as_array().expect("sections") {
        assert_eq!(section["state"]["state"], "complete", "{}", section["title"]);
    }
}
