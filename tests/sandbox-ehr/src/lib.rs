//! The sandbox EHR: a FHIR R4 store, a SMART 2.2 authorization server, a portal, a video room
//! and faults on order. Test equipment: many run at once in one process, none ever ships.

// Pages are built from pieces of text; their speed is of no concern here.
#![allow(clippy::format_push_string, clippy::format_collect)]

mod admin;
mod clock;
mod data;
mod error;
mod faults;
mod fhir;
mod front;
mod log;
mod personality;
mod portal;
mod random;
mod room;
mod schedule;
mod slots;
mod smart;
mod store;
mod world;

pub use admin::{LaunchRequest, TokenRequest};
pub use faults::{Fault, FaultKind, Faults};
pub use log::{Captured, Log};
pub use world::Urls;

use axum::Router;
use axum::routing::any;
use serde_json::Value;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use world::World;

/// How a sandbox is to be.
#[derive(Debug, Clone)]
pub struct Config {
    /// The port of portal and FHIR; 0 takes a free one.
    pub port: u16,
    /// The port of the admin side; 0 takes a free one.
    pub admin_port: u16,
    /// Whether the repository's synthetic patients are loaded.
    pub default_data: bool,
    /// Further data: FHIR files or folders of them.
    pub data: Vec<PathBuf>,
    /// Which server to be: `generic`, `epic`, `oracle`, `athena`, `medplum`, `read-only`.
    pub personality: String,
    /// Where "Launch Chartside" goes; `iss` and `launch` are added.
    pub launch_url: String,
    /// The faults in force from the start.
    pub faults: Vec<Fault>,
    /// How long access tokens live.
    pub token_seconds: i64,
    /// When set, what may be granted at most: scopes separated by spaces.
    pub granted_scopes: Option<String>,
    /// When set, sessions end after so many seconds without a person, as at Oracle Health.
    pub active_ttl: Option<u64>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            port: 0,
            admin_port: 0,
            default_data: true,
            data: Vec::new(),
            personality: "generic".to_owned(),
            launch_url: "chartside://launch".to_owned(),
            faults: Vec::new(),
            token_seconds: 300,
            granted_scopes: None,
            active_ttl: None,
        }
    }
}

impl Config {
    /// No data files: one clinician (`clinician-1`) and one patient (`patient-1`).
    pub fn tiny() -> Self {
        Self { default_data: false, ..Self::default() }
    }
}

/// Why a sandbox did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A port could not be had.
    #[error("cannot listen: {0}")]
    Listen(#[from] std::io::Error),
    /// There is no personality of that name.
    #[error("unknown personality {0}")]
    Personality(String),
}

/// A running sandbox; it stops when dropped.
#[derive(Debug)]
pub struct Sandbox {
    /// Where it can be reached.
    pub urls: Urls,
    world: Arc<World>,
    tasks: Vec<JoinHandle<()>>,
}

impl Sandbox {
    /// Starts listening at once; the data files are read meanwhile, and requests wait for them.
    pub async fn start(config: Config) -> Result<Self, StartError> {
        let rules = personality::by_name(&config.personality)
            .ok_or_else(|| StartError::Personality(config.personality.clone()))?;
        let front = TcpListener::bind((Ipv4Addr::LOCALHOST, config.port)).await?;
        let admin = TcpListener::bind((Ipv4Addr::LOCALHOST, config.admin_port)).await?;
        let address = front.local_addr()?;
        let urls = urls(address, admin.local_addr()?);
        let world = Arc::new(World::new(config, urls.clone(), rules));
        let router = Router::new()
            .merge(portal::routes())
            .merge(room::routes())
            .merge(smart::routes())
            .route("/fhir", any(fhir::handle))
            .route("/fhir/", any(fhir::handle))
            .route("/fhir/{*path}", any(fhir::handle))
            .with_state(Arc::clone(&world));
        let admin_router = admin::routes().with_state(Arc::clone(&world));
        let tasks = vec![
            tokio::task::spawn_blocking({
                let world = Arc::clone(&world);
                move || load(&world)
            }),
            tokio::spawn(front::serve(front, address, Arc::clone(&world), router)),
            tokio::spawn(async move {
                let _ = axum::serve(admin, admin_router).await;
            }),
        ];
        Ok(Self { urls, world, tasks })
    }

    /// The faults in force.
    pub fn faults(&self) -> &Faults {
        &self.world.faults
    }

    /// The captured requests.
    pub fn log(&self) -> &Log {
        &self.world.log
    }

    /// The resources of a type as they stand, oldest first.
    pub async fn resources(&self, kind: &str) -> Vec<Arc<Value>> {
        self.world.loaded().await;
        admin::resources(&self.world, kind, None)
    }

    /// The resources of a type that belong to a patient, oldest first.
    pub async fn resources_of(&self, kind: &str, patient: &str) -> Vec<Arc<Value>> {
        self.world.loaded().await;
        admin::resources(&self.world, kind, Some(patient))
    }

    /// One resource as it stands.
    pub async fn resource(&self, kind: &str, id: &str) -> Option<Arc<Value>> {
        self.world.loaded().await;
        self.world.store().body(kind, id)
    }

    /// Puts a resource as it is, without validation: what somebody else does in the EHR.
    pub async fn put(&self, body: Value) -> Result<Arc<Value>, String> {
        self.world.loaded().await;
        admin::put_raw(&self.world, body)
    }

    /// Marks a visit as the front desk does: `arrived`, `cancelled`, …
    pub async fn mark(&self, appointment: &str, status: &str) {
        self.world.loaded().await;
        schedule::mark(&mut self.world.store_mut(), appointment, status);
    }

    /// An access token, without signing in.
    pub async fn token(&self, asked: TokenRequest) -> String {
        self.world.loaded().await;
        admin::mint(&self.world, asked)
    }

    /// An EHR launch: its id, and the URL that hands it to the app.
    pub async fn launch(&self, asked: LaunchRequest) -> (String, String) {
        self.world.loaded().await;
        admin::start_launch(&self.world, asked)
    }

    /// The cookie (`name=value`) of a signed-in EHR user, as a browser would hold it.
    pub async fn sign_in(&self, user: &str) -> String {
        self.world.loaded().await;
        format!("{}={}", smart::login::COOKIE, self.world.grants().sign_in(user))
    }

    /// The EHR was upgraded: records of this type are no longer declared to be created, or its sign-in no longer
    /// declares this capability.
    pub fn withdraw(&self, kind: &str) {
        self.world.withdraw(kind);
    }

    /// Registers the app's public keys (a JWK set); from here on it must prove itself with them.
    pub fn register_client_keys(&self, keys: Value) {
        self.world.grants().register_keys(keys);
    }

    /// Every access and refresh token that was ever given out, for tests that look for leaks.
    pub fn issued_tokens(&self) -> Vec<String> {
        self.world.grants().issued()
    }

    /// Ends every token.
    pub fn revoke_all(&self) {
        self.world.grants().revoke_all();
    }

    /// Stops at once: open connections are cut.
    pub fn stop(self) {}
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.world.ended.send_replace(true);
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

fn urls(front: SocketAddr, admin: SocketAddr) -> Urls {
    let origin = format!("http://{front}");
    Urls {
        fhir: format!("{origin}{}", fhir::ROOT),
        auth: format!("{origin}/auth"),
        admin: format!("http://{admin}"),
        origin,
    }
}

/// Reads the data files into the store and lets the waiting requests go on.
fn load(world: &World) {
    let mut sources = Vec::new();
    let folder = data::default_folder();
    if world.config.default_data && folder.is_dir() {
        sources.push(folder);
    }
    sources.extend(world.config.data.iter().cloned());
    let found = data::read(&sources);
    #[allow(clippy::print_stderr)]
    for trouble in &found.troubles {
        eprintln!("sandbox-ehr: {trouble}");
    }
    schedule::fill(&mut world.store_mut(), found, &world.urls.origin);
    world.ready.send_replace(true);
}
