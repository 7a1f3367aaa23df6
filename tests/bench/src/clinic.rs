//! The app and the sandbox EHR, each with threads of its own, so that neither's work is queued
//! behind the other's.

use chartside_tests::{App, app, visit};
use sandbox_ehr::{Config, Sandbox};
use std::future::Future;
use std::path::PathBuf;
use std::time::Duration;
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

/// Who signs in at the sandbox.
pub const CLINICIAN: &str = "prac-okafor";
/// Tokens outlive the longest bench: none is refreshed in the middle of a measurement.
const TOKEN_SECONDS: i64 = 3600;

/// One open visit, ready to be measured.
pub struct Clinic {
    pub ehr: Sandbox,
    pub app: App,
    pub visit: String,
    runtime: Runtime,
    _ehr_runtime: Runtime,
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
    /// Launches this patient's visit and waits until it is open.
    pub fn open(patient: &str, encounter: &str) -> Self {
        let (ehr_runtime, runtime, data) = (runtime(), runtime(), folder());
        let config = Config { token_seconds: TOKEN_SECONDS, ..Config::default() };
        let ehr = ehr_runtime.block_on(Sandbox::start(config)).expect("the sandbox starts");
        let (app, visit) = runtime.block_on(async {
            let app = App::start(data.path(), app::policy(&ehr.urls.fhir, &ehr.urls.origin)).await;
            let visit = visit::launch(&app, &ehr, CLINICIAN, patient, Some(encounter)).await;
            visit::chart(&app, &visit).await;
            // The last word about the opening may still be on its way to those who listen.
            tokio::time::sleep(Duration::from_millis(200)).await;
            (app, visit)
        });
        Self { ehr, app, visit, runtime, _ehr_runtime: ehr_runtime, _data: data }
    }

    /// Runs on the app's threads.
    pub fn block_on<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }
}
