//! id_tokens, honest and otherwise.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use hmac::{Hmac, Mac};
use rsa::RsaPrivateKey;
use rsa::pkcs1v15::Pkcs1v15Sign;
use rsa::pkcs8::{DecodePrivateKey, EncodePublicKey, LineEnding};
use rsa::traits::PublicKeyParts;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Whose key signs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// The one that the EHR publishes.
    Ehr,
    /// Somebody else's.
    Other,
}

/// How a token is signed.
#[derive(Clone, Copy)]
pub enum Signature {
    By(Key),
    /// `alg: none`: nothing after the last dot.
    Missing,
    /// HMAC with the published key (as PEM) for a secret.
    HmacOfPublicKey,
    /// A good signature of other claims.
    OfOtherClaims,
}

/// A token before it is signed; an attack changes what it likes.
pub struct Jwt {
    pub header: Value,
    pub claims: Value,
    pub signature: Signature,
}

fn key(key: Key) -> RsaPrivateKey {
    let pem = match key {
        Key::Ehr => include_str!("../../fixtures/keys/ehr.pem"),
        Key::Other => include_str!("../../fixtures/keys/other.pem"),
    };
    RsaPrivateKey::from_pkcs8_pem(&pem[pem.find("-----BEGIN").unwrap()..]).unwrap()
}

/// The public half as a JWK.
pub fn jwk(of: Key, kid: &str) -> Value {
    let key = key(of);
    json!({
        "kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid,
        "n": BASE64URL.encode(key.n().to_bytes_be()), "e": BASE64URL.encode(key.e().to_bytes_be())
    })
}

impl Jwt {
    /// The compact form.
    pub fn sign(&self) -> String {
        let body = |claims: &Value| {
            format!("{}.{}", BASE64URL.encode(self.header.to_string()), BASE64URL.encode(claims.to_string()))
        };
        let text = body(&self.claims);
        let rsa = |by: Key, text: &str| {
            let digest = Sha256::digest(text.as_bytes());
            key(by).sign(Pkcs1v15Sign::new::<Sha256>(), &digest).unwrap()
        };
        let signature = match self.signature {
            Signature::By(by) => rsa(by, &text),
            Signature::Missing => Vec::new(),
            Signature::OfOtherClaims => rsa(Key::Ehr, &body(&json!({ "sub": "somebody else" }))),
            Signature::HmacOfPublicKey => {
                let pem = key(Key::Ehr).to_public_key().to_public_key_pem(LineEnding::LF).unwrap();
                let mut mac = Hmac::<Sha256>::new_from_slice(pem.as_bytes()).unwrap();
                mac.update(text.as_bytes());
                mac.finalize().into_bytes().to_vec()
            }
        };
        format!("{text}.{}", BASE64URL.encode(signature))
    }
}
