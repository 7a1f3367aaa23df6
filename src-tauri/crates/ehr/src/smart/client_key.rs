//! A client that proves itself: the key of this installation and the assertions signed with it
//! (SMART App Launch 2.2, "Client Authentication: Asymmetric"). The private part stays with whoever
//! keeps the stored form; the public part is what IT registers at the EHR.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use jiff::Timestamp;
use p384::ecdsa::signature::Signer;
use rsa::RsaPrivateKey;
use rsa::pkcs1v15::Pkcs1v15Sign;
use rsa::pkcs8::{DecodePrivateKey, EncodePrivateKey};
use rsa::rand_core::{CryptoRng, RngCore};
use rsa::traits::PublicKeyParts;
use serde_json::{Value, json};
use sha2::{Digest, Sha256, Sha384};
use std::sync::Arc;
use url::Url;
use zeroize::Zeroizing;

/// How long an assertion holds, in seconds; SMART allows five minutes, and the EHR's clock may be behind.
const LIFE_SECONDS: i64 = 180;
/// Size of an RSA key in bits.
const RSA_BITS: usize = 3072;

/// The two algorithms of SMART.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    Es384,
    Rs384,
}

impl Algorithm {
    /// As JOSE names it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Es384 => "ES384",
            Self::Rs384 => "RS384",
        }
    }
}

/// Fills bytes from the operating system's generator.
pub type Random = Arc<dyn Fn(&mut [u8]) + Send + Sync>;

enum Private {
    Es(p384::ecdsa::SigningKey),
    Rs(Box<RsaPrivateKey>),
}

/// A key that proves who the client is. Not `Debug`; its parts are wiped when dropped.
pub struct ClientKey {
    private: Private,
    kid: String,
    /// Where IT publishes the public key, when the EHR fetches it there.
    jku: Option<Url>,
    random: Random,
}

/// How we are known to an authorization server.
#[derive(Clone)]
pub struct Registration {
    pub client_id: String,
    /// Proves it; without one the client is public.
    pub key: Option<Arc<ClientKey>>,
}

struct Bytes<'r>(&'r Random);

impl RngCore for Bytes<'_> {
    fn next_u32(&mut self) -> u32 {
        let mut bytes = [0; 4];
        (self.0)(&mut bytes);
        u32::from_le_bytes(bytes)
    }
    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        (self.0)(&mut bytes);
        u64::from_le_bytes(bytes)
    }
    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        (self.0)(bytes);
    }
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), rsa::rand_core::Error> {
        (self.0)(bytes);
        Ok(())
    }
}
impl CryptoRng for Bytes<'_> {}

impl ClientKey {
    /// Makes a key. Gives the form in which it is stored: small enough for every OS keychain.
    /// An RSA key takes a second or so.
    pub fn generate(algorithm: Algorithm, random: &Random) -> Option<Zeroizing<Vec<u8>>> {
        match algorithm {
            Algorithm::Es384 => {
                let mut scalar = Zeroizing::new(vec![0u8; 48]);
                // All but a vanishing few numbers of this size are keys.
                for _ in 0..8 {
                    random(&mut scalar);
                    if p384::ecdsa::SigningKey::from_slice(&scalar).is_ok() {
                        return Some(scalar);
                    }
                }
                None
            }
            Algorithm::Rs384 => {
                let key = RsaPrivateKey::new(&mut Bytes(random), RSA_BITS).ok()?;
                Some(Zeroizing::new(key.to_pkcs8_der().ok()?.as_bytes().to_vec()))
            }
        }
    }

    /// A key from its stored form.
    pub fn read(algorithm: Algorithm, stored: &[u8], jku: Option<Url>, random: Random) -> Option<Self> {
        let private = match algorithm {
            Algorithm::Es384 => Private::Es(p384::ecdsa::SigningKey::from_slice(stored).ok()?),
            Algorithm::Rs384 => Private::Rs(Box::new(RsaPrivateKey::from_pkcs8_der(stored).ok()?)),
        };
        let mut key = Self { private, kid: String::new(), jku, random };
        key.kid = key.thumbprint();
        Some(key)
    }

    fn algorithm(&self) -> Algorithm {
        match self.private {
            Private::Es(_) => Algorithm::Es384,
            Private::Rs(_) => Algorithm::Rs384,
        }
    }

    /// The members that make the key, in the order of RFC 7638.
    fn members(&self) -> Vec<(&'static str, String)> {
        match &self.private {
            Private::Es(key) => {
                // 0x04, x, y
                let point = key.verifying_key().to_sec1_point(false);
                let (x, y) = point.as_bytes()[1..].split_at(48);
                let [x, y] = [x, y].map(|part| BASE64URL.encode(part));
                vec![("crv", "P-384".to_owned()), ("kty", "EC".to_owned()), ("x", x), ("y", y)]
            }
            Private::Rs(key) => {
                let [e, n] = [key.e(), key.n()].map(|part| BASE64URL.encode(part.to_bytes_be()));
                vec![("e", e), ("kty", "RSA".to_owned()), ("n", n)]
            }
        }
    }

    /// RFC 7638: the same key has the same name everywhere.
    fn thumbprint(&self) -> String {
        let members: Vec<_> =
            self.members().into_iter().map(|(name, value)| format!("\"{name}\":\"{value}\"")).collect();
        BASE64URL.encode(Sha256::digest(format!("{{{}}}", members.join(",")).as_bytes()))
    }

    /// The public key for registration.
    pub fn public(&self) -> Value {
        let mut jwk = json!({
            "alg": self.algorithm().name(), "use": "sig", "key_ops": ["verify"], "kid": self.kid
        });
        for (name, value) in self.members() {
            jwk[name] = value.into();
        }
        jwk
    }

    /// A one-time proof that it is us who talk to this token endpoint.
    pub(super) fn assertion(&self, client_id: &str, audience: &Url, now: Timestamp) -> Option<String> {
        let mut jti = [0u8; 32];
        (self.random)(&mut jti);
        let mut header = json!({ "alg": self.algorithm().name(), "kid": self.kid, "typ": "JWT" });
        if let Some(jku) = &self.jku {
            header["jku"] = jku.as_str().into();
        }
        let claims = json!({
            "iss": client_id, "sub": client_id, "aud": audience.as_str(), "jti": BASE64URL.encode(jti),
            "iat": now.as_second(), "exp": now.as_second() + LIFE_SECONDS
        });
        let [header, claims] = [header, claims].map(|part| BASE64URL.encode(part.to_string()));
        let text = format!("{header}.{claims}");
        let signature = match &self.private {
            Private::Es(key) => {
                let signature: p384::ecdsa::Signature = key.sign(text.as_bytes());
                signature.to_bytes().to_vec()
            }
            Private::Rs(key) => {
                let digest = Sha384::digest(text.as_bytes());
                key.sign_with_rng(&mut Bytes(&self.random), Pkcs1v15Sign::new::<Sha384>(), &digest).ok()?
            }
        };
        Some(format!("{text}.{}", BASE64URL.encode(signature)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn random() -> Random {
        Arc::new(os_random)
    }

    fn os_random(bytes: &mut [u8]) {
        // The library's generator of the operating system; tests of this crate have no other.
        let secret = oauth2::CsrfToken::new_random_len(64);
        let mut pool = secret.secret().as_bytes().to_vec();
        while pool.len() < bytes.len() {
            pool.extend_from_slice(oauth2::CsrfToken::new_random_len(64).secret().as_bytes());
        }
        bytes.copy_from_slice(&pool[..bytes.len()]);
    }

    #[test]
    fn a_stored_key_is_the_same_key_again_and_its_proofs_are_never_the_same() {
        let stored = ClientKey::generate(Algorithm::Es384, &random()).unwrap();
        assert_eq!(stored.len(), 48);
        let read = || ClientKey::read(Algorithm::Es384, &stored, None, random()).unwrap();
        assert_eq!(read().public(), read().public());
        let public = read().public().to_string();
        assert!(!public.contains("\"d\""), "only the public part is shown");
        let endpoint = Url::parse("https://login.example/token").unwrap();
        let proof = || read().assertion("c", &endpoint, Timestamp::UNIX_EPOCH).unwrap();
        assert_ne!(proof(), proof());
        assert!(ClientKey::read(Algorithm::Rs384, &stored, None, random()).is_none());
    }
}
