//! How Chartside proves itself to an EHR where IT says so: a key made on this computer, its private
//! part in the OS keychain, its public part printed for registration. Read when it is needed and
//! dropped again, so that it is not in memory between.

use crate::failure::Failure;
use crate::host::{Entropy, Host, KeychainError};
use crate::policy::{AuthPolicy, EhrPolicy, KeyAlgorithm, Policy};
use ehr::SignInCheck;
use ehr::smart::{Algorithm, ClientKey, Random, Registration, normalise_iss};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use tokio::sync::Mutex;
use url::Url;
use zeroize::Zeroizing;

/// One key is made at a time, so that two sign-ins at once do not make two.
static MAKING: Mutex<()> = Mutex::const_new(());

/// Knows how we are registered at each EHR.
#[derive(Clone)]
pub struct ClientKeys {
    host: Host,
    ehrs: Arc<[EhrPolicy]>,
}

impl ClientKeys {
    pub fn new(host: &Host, policy: &Policy) -> Self {
        Self { host: host.clone(), ehrs: policy.ehrs.clone().into() }
    }

    /// The registration at this EHR, with the key where policy wants one.
    pub async fn registration(&self, iss: &str, client_id: &str) -> Result<Registration, Failure> {
        let wanted = normalise_iss(iss);
        let policy = self.ehrs.iter().find(|e| normalise_iss(&e.iss) == wanted);
        let key = match policy.and_then(|e| e.auth.as_ref()) {
            None => None,
            Some(auth) => Some(Arc::new(self.key(iss, client_id, auth).await?)),
        };
        Ok(Registration { client_id: client_id.to_owned(), key })
    }

    async fn key(&self, iss: &str, client_id: &str, auth: &AuthPolicy) -> Result<ClientKey, Failure> {
        let AuthPolicy::PrivateKeyJwt { alg, jku } = auth;
        let algorithm = match alg {
            KeyAlgorithm::Es384 => Algorithm::Es384,
            KeyAlgorithm::Rs384 => Algorithm::Rs384,
        };
        let jku = jku.as_deref().and_then(|u| Url::parse(u).ok());
        let name = key_name(iss, client_id, algorithm);
        let stored = match self.host.keychain.get(&name).await? {
            Some(stored) => stored,
            None => self.make(&name, algorithm).await?,
        };
        let unusable = || Failure::from(SignInCheck::ClientKey);
        ClientKey::read(algorithm, &stored, jku, self.random()).ok_or_else(unusable)
    }

    fn random(&self) -> Random {
        let entropy: Arc<dyn Entropy> = Arc::clone(&self.host.entropy);
        Arc::new(move |bytes| entropy.fill(bytes))
    }

    /// Makes a key and sees it come back from the keychain before it is used.
    async fn make(&self, name: &str, algorithm: Algorithm) -> Result<Zeroizing<Vec<u8>>, Failure> {
        let _alone = MAKING.lock().await;
        if let Some(made_meanwhile) = self.host.keychain.get(name).await? {
            return Ok(made_meanwhile);
        }
        let random = self.random();
        let made = tokio::task::spawn_blocking(move || ClientKey::generate(algorithm, &random)).await;
        let made = made.ok().flatten().ok_or_else(|| Failure::from(SignInCheck::ClientKey))?;
        self.host.keychain.set(name, &made).await?;
        match self.host.keychain.get(name).await? {
            Some(back) if back == made => Ok(made),
            _ => Err(KeychainError::Missing.into()),
        }
    }
}

fn key_name(iss: &str, client_id: &str, algorithm: Algorithm) -> String {
    let iss = normalise_iss(iss).unwrap_or_default();
    let hash = Sha256::digest(format!("{iss}\u{1f}{client_id}\u{1f}{}", algorithm.name()));
    format!("client-{}", &clinical::note::hex(&hash)[..16])
}

/// The public keys of this installation, for IT to register: one set for each EHR that wants one.
/// Keys that are not there yet are made.
pub async fn jwks(host: &Host, policy: &Policy) -> Result<Value, Failure> {
    let keys = ClientKeys::new(host, policy);
    let mut all = Vec::new();
    for ehr in &policy.ehrs {
        let registration = keys.registration(&ehr.iss, &ehr.client_id).await?;
        if let Some(key) = registration.key {
            all.push(json!({
                "ehr": ehr.name, "iss": ehr.iss, "client_id": ehr.client_id, "jwks": { "keys": [key.public()] }
            }));
        }
    }
    Ok(all.into())
}
