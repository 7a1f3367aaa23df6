//! Everything one sandbox holds while it runs; nothing is shared between sandboxes.

use crate::Config;
use crate::error::Refusal;
use crate::faults::Faults;
use crate::fhir::paging::Pages;
use crate::log::Log;
use crate::personality::Personality;
use crate::room::Rooms;
use crate::smart::grants::Grants;
use crate::smart::scopes::Access;
use crate::store::Store;
use axum::http::{HeaderMap, header};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use tokio::sync::watch;

/// The addresses of one sandbox.
#[derive(Debug, Clone)]
pub struct Urls {
    /// The origin: portal, rooms, FHIR and authorization server.
    pub origin: String,
    /// The FHIR base: the `iss` of launches and the `aud` of authorizations.
    pub fhir: String,
    /// The authorization server's prefix.
    pub auth: String,
    /// The admin side, on a port of its own.
    pub admin: String,
}

/// The state behind all pages and endpoints.
#[derive(Debug)]
pub struct World {
    pub config: Config,
    pub urls: Urls,
    pub rules: Box<dyn Personality>,
    pub faults: Arc<Faults>,
    pub log: Arc<Log>,
    pub rooms: Rooms,
    pub ready: watch::Sender<bool>,
    /// Told to what outlives its connection's task: open WebSockets.
    pub ended: watch::Sender<bool>,
    store: RwLock<Store>,
    pages: Mutex<Pages>,
    grants: Mutex<Grants>,
    /// Types that it no longer declares to create, and capabilities of its sign-in, since an upgrade.
    withdrawn: Mutex<Vec<String>>,
}

impl World {
    /// From here on records of this type are not declared to be created, or its sign-in does not declare this.
    pub fn withdraw(&self, kind: &str) {
        self.withdrawn.lock().unwrap_or_else(PoisonError::into_inner).push(kind.to_owned());
    }

    pub fn withdrawn(&self) -> Vec<String> {
        self.withdrawn.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn new(config: Config, urls: Urls, rules: Box<dyn Personality>) -> Self {
        let faults = Arc::new(Faults::new(config.faults.clone()));
        Self {
            config,
            urls,
            rules,
            faults,
            log: Arc::default(),
            rooms: Rooms::default(),
            ready: watch::Sender::new(false),
            ended: watch::Sender::new(false),
            store: RwLock::default(),
            pages: Mutex::default(),
            grants: Mutex::default(),
            withdrawn: Mutex::default(),
        }
    }

    /// Waits until the data files are in the store.
    pub async fn loaded(&self) {
        // The sender lives in `self`, so waiting cannot fail.
        let _ = self.ready.subscribe().wait_for(|ready| *ready).await;
    }

    pub fn store(&self) -> RwLockReadGuard<'_, Store> {
        self.store.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn store_mut(&self) -> RwLockWriteGuard<'_, Store> {
        self.store.write().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn pages(&self) -> MutexGuard<'_, Pages> {
        locked(&self.pages)
    }

    pub fn grants(&self) -> MutexGuard<'_, Grants> {
        locked(&self.grants)
    }

    /// What the bearer of a request may do, or 401.
    pub fn access(&self, headers: &HeaderMap) -> Result<Access, Refusal> {
        let refuse = |text: &str| Err(Refusal::new(401, "login", text));
        let stated = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let Some(token) = stated.and_then(|value| value.strip_prefix("Bearer ")) else {
            return refuse("a bearer token is needed");
        };
        match self.grants().access(token.trim()) {
            Some(access) => Ok(access),
            None => refuse("the token is unknown, expired or revoked"),
        }
    }
}

/// Locks, whatever another thread did while it held the lock.
pub fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
