//! A signed-in session: tokens (in memory and in the vault, nowhere else), who signed in, what
//! the EHR granted and declared. One refresh serves everybody who waits for it.

use crate::client_keys::ClientKeys;
use crate::contract::Role;
use crate::failure::Failure;
use crate::host::Clock;
use crate::lock::LastInput;
use crate::roles::{Rights, rights};
use async_trait::async_trait;
use ehr::EhrError;
use ehr::capability::Capabilities;
use ehr::client::{FhirClient, Tokens};
use ehr::http::Http;
use ehr::smart::{Grant, Scopes, SmartConfiguration};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use tokio::sync::Mutex;
use url::Url;
use vault::Vault;
use zeroize::Zeroizing;

/// A token this close to its end is renewed before it is used, in seconds.
const RENEW_BEFORE_SECONDS: i64 = 30;
/// OAuth errors after which only a new sign-in helps.
const FINAL: [&str; 4] = ["invalid_grant", "invalid_client", "unauthorized_client", "access_denied"];

/// Who is signed in and where; kept in the vault with the tokens.
#[derive(Clone, Serialize, Deserialize)]
pub struct Who {
    pub account: String,
    pub iss: String,
    pub ehr_name: String,
    pub client_id: String,
    pub fhir_user: String,
    pub clinician: String,
    /// As billing needs it.
    #[serde(default)]
    pub named: Named,
    pub role: Role,
    pub capabilities: Capabilities,
    token_endpoint: Url,
    revocation_endpoint: Option<Url>,
    authorization_endpoint: Url,
    /// Capabilities of the SMART configuration; empty in a session from before they were kept.
    #[serde(default)]
    pub smart: Vec<String>,
}

/// A clinician's name in its parts, and their National Provider Identifier.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Named {
    pub family: String,
    pub given: Vec<String>,
    pub npi: Option<String>,
}

/// The stored form.
#[derive(Serialize, Deserialize)]
struct Stored {
    who: Who,
    access: String,
    refresh: Option<String>,
    expires: Timestamp,
    scopes: String,
    patient: String,
    signed_in: Timestamp,
}

/// When an EHR that watches for it was last told that somebody is at the keyboard.
struct Presence {
    told: Timestamp,
    seconds: u32,
}

impl Presence {
    fn told(active_ttl: Option<u32>, now: Timestamp) -> Option<Self> {
        active_ttl.map(|seconds| Self { told: now, seconds })
    }

    /// In the last quarter of the time, and somebody was there since.
    fn is_due(&self, now: Timestamp, idle: u64) -> bool {
        let since = u64::try_from(now.duration_since(self.told).as_secs()).unwrap_or(0);
        since * 4 >= u64::from(self.seconds) * 3 && idle < since
    }
}

/// What every session of this process works with.
#[derive(Clone)]
pub struct Around {
    pub http: Http,
    pub clock: Arc<dyn Clock>,
    pub keys: ClientKeys,
    pub input: Arc<LastInput>,
}

struct Live {
    access: Zeroizing<String>,
    refresh: Option<Zeroizing<String>>,
    expires: Timestamp,
    presence: Option<Presence>,
}

/// A session. Not `Debug`: it holds tokens.
pub struct Session {
    pub who: Who,
    pub scopes: Scopes,
    /// Patient id of the launch; the EHR may keep the tokens to this patient. Empty for none.
    pub patient: String,
    /// The last sign-in at the EHR.
    pub signed_in: Timestamp,
    live: Mutex<Live>,
    /// The EHR no longer takes these tokens.
    spent: AtomicBool,
    /// Stands in the vault; false after it ended or another took its place.
    kept: AtomicBool,
    vault: Vault,
    around: Around,
    me: Weak<Session>,
}

impl Who {
    pub fn new(
        account: String,
        iss: &str,
        policy: &crate::policy::EhrPolicy,
        configuration: &SmartConfiguration,
    ) -> Self {
        Self {
            account,
            iss: iss.to_owned(),
            ehr_name: policy.name.clone(),
            client_id: policy.client_id.clone(),
            fhir_user: String::new(),
            clinician: String::new(),
            named: Named::default(),
            role: Role::Unknown,
            capabilities: Capabilities::default(),
            token_endpoint: configuration.token.clone(),
            revocation_endpoint: configuration.revocation.clone(),
            authorization_endpoint: configuration.authorization.clone(),
            smart: configuration.capabilities.clone(),
        }
    }

    /// The hosts at which one signs in and gets tokens.
    pub fn sign_in_at(&self) -> Vec<String> {
        let endpoints = [&self.authorization_endpoint, &self.token_endpoint];
        let mut hosts: Vec<String> =
            endpoints.into_iter().filter_map(|url| url.host_str().map(str::to_owned)).collect();
        hosts.dedup();
        hosts
    }

    fn configuration(&self) -> SmartConfiguration {
        SmartConfiguration {
            issuer: None,
            jwks: None,
            names_itself: false,
            authorization: self.authorization_endpoint.clone(),
            token: self.token_endpoint.clone(),
            revocation: self.revocation_endpoint.clone(),
            capabilities: self.smart.clone(),
        }
    }
}

/// A grant whose owner is not known yet: reads who it is, renews and keeps nothing.
pub struct FreshTokens(pub Zeroizing<String>);

#[async_trait]
impl Tokens for FreshTokens {
    async fn access(&self) -> Result<Zeroizing<String>, EhrError> {
        Ok(self.0.clone())
    }
    async fn renewed(&self, _: &str) -> Result<Zeroizing<String>, EhrError> {
        Err(EhrError::Unauthorised)
    }
    fn refused(&self) {}
}

impl Session {
    /// A session from a fresh grant; from here on it stands in the vault.
    pub async fn begin(who: Who, grant: &Grant, vault: Vault, around: Around) -> Result<Arc<Self>, Failure> {
        let live = Live {
            access: grant.access.clone(),
            refresh: grant.refresh.clone(),
            expires: grant.expires,
            presence: Presence::told(grant.active_ttl, around.clock.now()),
        };
        let session = Arc::new_cyclic(|me| Self {
            who,
            scopes: grant.scopes.clone(),
            patient: grant.context.patient.clone().unwrap_or_default(),
            signed_in: around.clock.now(),
            live: Mutex::new(live),
            spent: AtomicBool::new(false),
            kept: AtomicBool::new(true),
            vault,
            around,
            me: Weak::clone(me),
        });
        session.store(&*session.live.lock().await).await?;
        Ok(session)
    }

    /// Another session took its place: it writes nothing to the vault any more.
    pub async fn retire(&self) {
        // After a renewal that is under way.
        let _live = self.live.lock().await;
        self.kept.store(false, Ordering::Relaxed);
    }

    /// What whoever is signed in may do.
    pub fn rights(&self) -> Rights {
        rights(self.who.role, &self.scopes)
    }

    /// Ends this session here: it gives no more tokens and writes nothing any more. Whatever still
    /// runs with it is told to sign in.
    pub async fn close(&self) {
        self.kept.store(false, Ordering::Relaxed);
        self.spent.store(true, Ordering::Relaxed);
        let wipe = |live: &mut Live| {
            live.access = Zeroizing::default();
            live.refresh = None;
        };
        if let Ok(mut live) = self.live.try_lock() {
            wipe(&mut live);
        } else if let Some(me) = self.me.upgrade() {
            // A renewal is under way: nobody waits for it, its tokens go with it.
            tokio::spawn(async move { wipe(&mut *me.live.lock().await) });
        }
    }

    /// The sessions that the vault kept, the newest first; none if somebody signed out.
    pub async fn resume(vault: &Vault, around: &Around) -> Result<Vec<Arc<Self>>, Failure> {
        let mut all = Vec::new();
        for text in vault.sessions().await? {
            // One that cannot be read costs a sign-in in that chart, not the account.
            let Ok(stored) = serde_json::from_str::<Stored>(&text) else {
                tracing::warn!("a stored session cannot be read");
                continue;
            };
            all.push(Arc::new_cyclic(|me| Self {
                who: stored.who,
                scopes: Scopes::parse(&stored.scopes),
                patient: stored.patient,
                signed_in: stored.signed_in,
                live: Mutex::new(Live {
                    access: Zeroizing::new(stored.access),
                    refresh: stored.refresh.map(Zeroizing::new),
                    expires: stored.expires,
                    // Told again by the next refresh.
                    presence: None,
                }),
                spent: AtomicBool::new(false),
                kept: AtomicBool::new(true),
                vault: vault.clone(),
                around: around.clone(),
                me: Weak::clone(me),
            }));
        }
        all.sort_by_key(|s| std::cmp::Reverse(s.signed_in));
        Ok(all)
    }

    async fn store(&self, live: &Live) -> Result<(), Failure> {
        if !self.kept.load(Ordering::Relaxed) {
            return Ok(());
        }
        let stored = Stored {
            who: self.who.clone(),
            access: live.access.to_string(),
            refresh: live.refresh.as_ref().map(|r| r.to_string()),
            expires: live.expires,
            scopes: self.scopes.joined(),
            patient: self.patient.clone(),
            signed_in: self.signed_in,
        };
        let text =
            Zeroizing::new(serde_json::to_string(&stored).map_err(|_| Failure::internal("session form"))?);
        self.vault.save_session(&self.patient, &text, self.around.clock.now()).await?;
        if !self.kept.load(Ordering::Relaxed) {
            // Closed meanwhile: nothing of it stays.
            self.vault.forget_session(&self.patient).await?;
        }
        Ok(())
    }

    /// The FHIR server as this clinician.
    pub fn fhir(self: &Arc<Self>) -> Result<FhirClient, Failure> {
        let base = Url::parse(&self.who.iss).map_err(|_| Failure::internal("stored iss"))?;
        Ok(FhirClient::new(base, self.around.http.clone(), Arc::clone(self) as Arc<dyn Tokens>))
    }

    /// These tokens read any chart that the clinician may see: what the patient is, and what a chart
    /// cannot do without.
    pub fn reads_every_chart(&self) -> bool {
        self.scopes.allow_for_all("Patient", 'r')
            && ["AllergyIntolerance", "Condition", "MedicationRequest", "Observation"]
                .iter()
                .all(|kind| self.scopes.allow_for_all(kind, 's'))
    }

    /// The EHR no longer accepts this session; the clinician has to sign in again.
    pub fn needs_sign_in(&self) -> bool {
        self.spent.load(Ordering::Relaxed)
    }

    /// The token to hand back at a sign-out: with a refresh token all that came of it ends. `None`
    /// while a renewal is under way, whose tokens nobody knows yet.
    pub fn token(&self) -> Option<Zeroizing<String>> {
        let live = self.live.try_lock().ok()?;
        let token = live.refresh.as_ref().unwrap_or(&live.access);
        (!token.is_empty()).then(|| token.clone())
    }

    /// Tells the EHR that this token is no longer needed.
    pub async fn revoke(&self, token: &Zeroizing<String>) {
        // A keychain that is locked just now costs the notice to the EHR; the tokens end by themselves.
        let Ok(registration) = self.around.keys.registration(&self.who.iss, &self.who.client_id).await else {
            return;
        };
        let now = self.around.clock.now();
        ehr::smart::revoke(&self.around.http, &self.who.configuration(), &registration, token, now).await;
    }

    /// Tells an EHR that asked for it that somebody is still at the keyboard, before it would end
    /// the session; says nothing when nobody was since it was last told.
    pub async fn tell_presence(&self) {
        let now = self.around.clock.now();
        // A refresh under way tells it anyway.
        let Ok(live) = self.live.try_lock() else { return };
        let idle = u64::try_from(self.around.input.idle_seconds(now)).unwrap_or(0);
        if !self.needs_sign_in() && live.presence.as_ref().is_some_and(|p| p.is_due(now, idle)) {
            let spent = live.access.clone();
            drop(live);
            // Without a network it is tried again at the next look.
            let _ = self.renewed(&spent).await;
        }
    }

    async fn renew(&self, live: &mut Live) -> Result<(), EhrError> {
        let Some(refresh) = live.refresh.clone() else {
            self.spent.store(true, Ordering::Relaxed);
            return Err(EhrError::Unauthorised);
        };
        let now = self.around.clock.now();
        // A keychain that is locked just now says nothing about the session.
        let registration = self.around.keys.registration(&self.who.iss, &self.who.client_id).await;
        let registration = registration.map_err(|_| EhrError::Unreachable)?;
        let renewed = ehr::smart::refresh(
            &self.around.http,
            &self.who.configuration(),
            &registration,
            &refresh,
            live.presence.as_ref().map(|_| u64::try_from(self.around.input.idle_seconds(now)).unwrap_or(0)),
            now,
        )
        .await;
        match renewed {
            // Tokens for somebody else's chart are no renewal of these.
            Ok(grant) if grant.context.patient.as_ref().is_some_and(|p| *p != self.patient) => {
                tracing::warn!("a renewal names another patient");
                self.spent.store(true, Ordering::Relaxed);
                Err(EhrError::Unauthorised)
            }
            Ok(grant) => {
                *live = Live {
                    access: grant.access,
                    refresh: grant.refresh,
                    expires: grant.expires,
                    presence: Presence::told(grant.active_ttl, self.around.clock.now()),
                };
                // Durable before use: the old refresh token is spent. A vault that cannot save now
                // costs a sign-in later, nothing else.
                if let Err(failure) = self.store(live).await {
                    failure.at_the_edge("save renewed tokens");
                }
                Ok(())
            }
            // RFC 6749 §5.2: these will not change by waiting; other codes are the server's trouble.
            Err(EhrError::Refused(code)) if !FINAL.contains(&code.as_str()) => Err(EhrError::NoAnswer),
            // An answer that cannot be used has spent the refresh token all the same.
            Err(EhrError::Refused(_) | EhrError::Unauthorised | EhrError::SignIn(_)) => {
                self.spent.store(true, Ordering::Relaxed);
                Err(EhrError::Unauthorised)
            }
            Err(other) => Err(other),
        }
    }
}

#[async_trait]
impl Tokens for Session {
    async fn access(&self) -> Result<Zeroizing<String>, EhrError> {
        if self.needs_sign_in() {
            return Err(EhrError::Unauthorised);
        }
        let spent = {
            let live = self.live.lock().await;
            let left = live.expires.duration_since(self.around.clock.now());
            if left >= SignedDuration::from_secs(RENEW_BEFORE_SECONDS) || live.refresh.is_none() {
                return Ok(live.access.clone());
            }
            live.access.clone()
        };
        self.renewed(&spent).await
    }

    /// In a task of its own: a caller that gives up must not leave the EHR with a rotated token that
    /// nobody here knows.
    async fn renewed(&self, spent: &str) -> Result<Zeroizing<String>, EhrError> {
        let me = self.me.upgrade().ok_or(EhrError::Unauthorised)?;
        let spent = Zeroizing::new(spent.to_owned());
        let renewal = tokio::spawn(async move {
            let mut live = me.live.lock().await;
            if me.needs_sign_in() {
                return Err(EhrError::Unauthorised);
            }
            if live.access == spent {
                me.renew(&mut live).await?;
            }
            Ok(live.access.clone())
        });
        renewal.await.unwrap_or(Err(EhrError::NoAnswer))
    }

    fn refused(&self) {
        self.spent.store(true, Ordering::Relaxed);
    }
}
