//! What was granted to whom: launches, codes, tokens, refresh families, portal sessions.

use super::scopes::{Access, Scope};
use crate::clock;
use crate::random;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Codes live one minute, launches ten.
const CODE_SECONDS: i64 = 60;
const LAUNCH_SECONDS: i64 = 600;

/// An EHR launch waiting to be taken up.
#[derive(Debug, Clone)]
pub struct Launch {
    pub user: String,
    pub patient: String,
    pub encounter: Option<String>,
    pub appointment: Option<String>,
    expires: Timestamp,
}

/// An authorization as it stands behind a code and all tokens that come of it.
#[derive(Debug, Clone, Default)]
pub struct Grant {
    pub family: String,
    pub client: String,
    pub user: String,
    pub scopes: Vec<String>,
    pub patient: Option<String>,
    pub encounter: Option<String>,
    pub appointment: Option<String>,
    pub nonce: Option<String>,
    /// Whether it began inside the EHR.
    pub launched: bool,
}

impl Grant {
    pub fn has(&self, scope: &str) -> bool {
        self.scopes.iter().any(|granted| granted == scope)
    }
}

#[derive(Debug)]
struct Code {
    grant: Arc<Grant>,
    redirect: String,
    challenge: String,
    expires: Timestamp,
    used: bool,
}

#[derive(Debug)]
struct Token {
    grant: Arc<Grant>,
    expires: Timestamp,
}

/// All of it, for one sandbox.
#[derive(Debug, Default)]
pub struct Grants {
    launches: HashMap<String, Launch>,
    codes: HashMap<String, Code>,
    tokens: HashMap<String, Token>,
    /// Refresh tokens; false once rotated away.
    refresh: HashMap<String, (Arc<Grant>, bool)>,
    revoked: HashSet<String>,
    sessions: HashMap<String, String>,
    /// The registered keys of the client; then it must prove itself.
    client_keys: Option<Value>,
    /// Assertions that were used.
    proofs: HashSet<String>,
    /// Authorize requests that wait for a patient to be picked: name to query.
    pending: HashMap<String, String>,
}

impl Grants {
    pub fn launch(
        &mut self,
        user: &str,
        patient: &str,
        encounter: Option<String>,
        appointment: Option<String>,
    ) -> String {
        let name = random::secret();
        let (user, patient) = (user.to_owned(), patient.to_owned());
        let expires = in_seconds(LAUNCH_SECONDS);
        self.launches.insert(name.clone(), Launch { user, patient, encounter, appointment, expires });
        name
    }

    pub fn launched(&self, name: &str) -> Option<Launch> {
        self.launches.get(name).filter(|launch| launch.expires > clock::now()).cloned()
    }

    pub fn code(&mut self, mut grant: Grant, redirect: &str, challenge: &str) -> String {
        let name = random::secret();
        grant.family.clone_from(&name);
        let (redirect, challenge) = (redirect.to_owned(), challenge.to_owned());
        let expires = in_seconds(CODE_SECONDS);
        self.codes
            .insert(name.clone(), Code { grant: Arc::new(grant), redirect, challenge, expires, used: false });
        name
    }

    /// Takes up a code; a second time revokes all that came of the first.
    pub fn redeem(
        &mut self,
        name: &str,
        client: &str,
        redirect: &str,
        verifier: &str,
    ) -> Result<Arc<Grant>, &'static str> {
        let code = self.codes.get_mut(name).ok_or("the code is not known")?;
        if code.used {
            let family = code.grant.family.clone();
            self.revoked.insert(family);
            return Err("the code was used before; its tokens are revoked");
        }
        code.used = true;
        if code.expires <= clock::now() {
            return Err("the code has expired");
        }
        if code.grant.client != client {
            return Err("the code belongs to another client");
        }
        if code.redirect != redirect {
            return Err("redirect_uri differs from the authorization request");
        }
        if super::jwt::challenge(verifier) != code.challenge {
            return Err("code_verifier does not fit the code_challenge");
        }
        Ok(Arc::clone(&code.grant))
    }

    pub fn issue(&mut self, grant: &Arc<Grant>, seconds: i64) -> String {
        let name = random::secret();
        self.tokens.insert(name.clone(), Token { grant: Arc::clone(grant), expires: in_seconds(seconds) });
        name
    }

    pub fn issue_refresh(&mut self, grant: &Arc<Grant>) -> String {
        let name = random::secret();
        self.refresh.insert(name.clone(), (Arc::clone(grant), true));
        name
    }

    /// Every access and refresh token that was ever given out.
    pub fn issued(&self) -> Vec<String> {
        self.tokens.keys().chain(self.refresh.keys()).cloned().collect()
    }

    /// Takes up a refresh token; a second time revokes the whole family.
    pub fn rotate(&mut self, name: &str, client: &str) -> Result<Arc<Grant>, &'static str> {
        let (grant, fresh) = self.refresh.get_mut(name).ok_or("the refresh token is not known")?;
        if grant.client != client {
            return Err("the refresh token belongs to another client");
        }
        if self.revoked.contains(&grant.family) {
            return Err("the refresh token is revoked");
        }
        if !*fresh {
            let family = grant.family.clone();
            self.revoked.insert(family);
            return Err("the refresh token was used before; its family is revoked");
        }
        *fresh = false;
        Ok(Arc::clone(grant))
    }

    /// The live grant behind an access token, and when it ends.
    pub fn live(&self, token: &str) -> Option<(Arc<Grant>, Timestamp)> {
        let token = self.tokens.get(token)?;
        let live = token.expires > clock::now() && !self.revoked.contains(&token.grant.family);
        live.then(|| (Arc::clone(&token.grant), token.expires))
    }

    /// What an access token permits.
    pub fn access(&self, token: &str) -> Option<Access> {
        let (grant, _) = self.live(token)?;
        let scopes = grant.scopes.iter().filter_map(|scope| Scope::parse(scope)).collect();
        Some(Access { scopes, patient: grant.patient.clone() })
    }

    /// Ends an access token, or with a refresh token everything of its family.
    pub fn revoke(&mut self, name: &str) {
        if let Some((grant, _)) = self.refresh.get(name) {
            let family = grant.family.clone();
            self.revoked.insert(family);
        }
        self.tokens.remove(name);
    }

    /// Ends every token and refresh token; portal sessions stay.
    pub fn revoke_all(&mut self) {
        self.tokens.clear();
        self.refresh.clear();
    }

    /// From here on the client proves itself with one of these keys.
    pub fn register_keys(&mut self, keys: Value) {
        self.client_keys = Some(keys);
    }

    pub fn client_keys(&self) -> Option<Value> {
        self.client_keys.clone()
    }

    /// False when this assertion was used before.
    pub fn proof_is_new(&mut self, jti: &str) -> bool {
        self.proofs.insert(jti.to_owned())
    }

    pub fn sign_in(&mut self, user: &str) -> String {
        let name = random::secret();
        self.sessions.insert(name.clone(), user.to_owned());
        name
    }

    pub fn sign_out(&mut self, session: &str) {
        self.sessions.remove(session);
    }

    pub fn user(&self, session: &str) -> Option<String> {
        self.sessions.get(session).cloned()
    }

    pub fn wait_for_patient(&mut self, query: String) -> String {
        let name = random::secret();
        self.pending.insert(name.clone(), query);
        name
    }

    pub fn waited(&mut self, name: &str) -> Option<String> {
        self.pending.remove(name)
    }
}

fn in_seconds(seconds: i64) -> Timestamp {
    let now = clock::now();
    now.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(now)
}
