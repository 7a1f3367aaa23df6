//! The EHR's published keys. They are fetched while the clinician is in the browser, and once more
//! when an id_token does not fit them: the EHR may have rotated meanwhile.

use super::{Authorization, discovery};
use crate::EhrError;
use crate::check::SignInCheck;
use crate::http::Http;
use openidconnect::core::CoreJsonWebKeySet;
use std::sync::Arc;
use tokio::sync::Mutex;
use url::Url;

/// The keys of one sign-in, once they are fetched.
pub(super) type Known = Mutex<Option<Arc<CoreJsonWebKeySet>>>;

/// Keys, and whether they were fetched for this very look.
pub(super) struct Keys {
    pub set: Arc<CoreJsonWebKeySet>,
    pub fresh: bool,
}

impl Authorization {
    /// Fetches the keys ahead of time. Trouble is not told: they are asked for again when needed.
    pub async fn fetch_keys(&self, http: &Http) {
        let mut known = self.keys.lock().await;
        if known.is_none() {
            *known = self.fetch(http).await.ok();
        }
    }

    /// The keys as known; fetched when they are not.
    pub(super) async fn keys(&self, http: &Http) -> Result<Keys, EhrError> {
        let mut known = self.keys.lock().await;
        if let Some(set) = &*known {
            return Ok(Keys { set: Arc::clone(set), fresh: false });
        }
        let set = self.fetch(http).await?;
        *known = Some(Arc::clone(&set));
        Ok(Keys { set, fresh: true })
    }

    /// The keys as they are now.
    pub(super) async fn keys_again(&self, http: &Http) -> Result<Arc<CoreJsonWebKeySet>, EhrError> {
        self.fetch(http).await
    }

    async fn fetch(&self, http: &Http) -> Result<Arc<CoreJsonWebKeySet>, EhrError> {
        let address = match &self.configuration.jwks {
            Some(address) => address.clone(),
            None => {
                let base = Url::parse(&self.iss).map_err(|_| SignInCheck::KeysMissing)?;
                discovery::keys_of_issuer(http, &base, self.issuer()).await?
            }
        };
        let json = http.get_public_json(&address).await?;
        // A set without `keys` reads as an empty one; one with strange keys among good ones as the good ones.
        let listed = json.get("keys").is_some_and(serde_json::Value::is_array);
        let set = serde_json::from_value(json).ok().filter(|_| listed);
        set.map(Arc::new).ok_or_else(|| SignInCheck::KeysMalformed.into())
    }
}
