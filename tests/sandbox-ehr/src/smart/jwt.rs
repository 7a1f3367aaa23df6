//! Signs id_tokens with the embedded test key.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use rsa::RsaPrivateKey;
use rsa::pkcs1v15::Pkcs1v15Sign;
use rsa::pkcs8::DecodePrivateKey;
use rsa::traits::PublicKeyParts;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::sync::OnceLock;

/// Public test material: it guards nothing, and lets a sandbox start at once.
const PEM: &str = include_str!("test-signing-key.pem");

/// The id of the one key.
pub const KEY_ID: &str = "sandbox-1";

fn key() -> Option<&'static RsaPrivateKey> {
    static KEY: OnceLock<Option<RsaPrivateKey>> = OnceLock::new();
    let read = || RsaPrivateKey::from_pkcs8_pem(&PEM[PEM.find("-----BEGIN")?..]).ok();
    KEY.get_or_init(read).as_ref()
}

/// The JSON Web Key Set.
pub fn key_set() -> Value {
    let Some(key) = key() else { return json!({ "keys": [] }) };
    json!({ "keys": [{
        "kty": "RSA",
        "use": "sig",
        "alg": "RS256",
        "kid": KEY_ID,
        "n": BASE64URL.encode(key.n().to_bytes_be()),
        "e": BASE64URL.encode(key.e().to_bytes_be())
    }] })
}

/// A signed JWT over the claims; none when the embedded key cannot be read.
pub fn sign(claims: &Value) -> Option<String> {
    let head = json!({ "alg": "RS256", "kid": KEY_ID, "typ": "JWT" });
    let text = format!("{}.{}", BASE64URL.encode(head.to_string()), BASE64URL.encode(claims.to_string()));
    let digest = Sha256::digest(text.as_bytes());
    let signature = key()?.sign(Pkcs1v15Sign::new::<Sha256>(), &digest).ok()?;
    Some(format!("{text}.{}", BASE64URL.encode(signature)))
}

/// The S256 challenge of a PKCE verifier, without padding.
pub fn challenge(verifier: &str) -> String {
    BASE64URL.encode(Sha256::digest(verifier.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rsa::RsaPublicKey;

    #[test]
    fn a_signed_token_verifies_with_the_published_key() {
        let token = sign(&json!({ "sub": "somebody" })).unwrap();
        let (text, signature) = token.rsplit_once('.').unwrap();
        let public = RsaPublicKey::from(key().unwrap());
        let digest = Sha256::digest(text.as_bytes());
        let signature = BASE64URL.decode(signature).unwrap();
        assert!(public.verify(Pkcs1v15Sign::new::<Sha256>(), &digest, &signature).is_ok());
        assert_eq!(key_set()["keys"][0]["e"], "AQAB");
    }

    #[test]
    fn the_challenge_is_the_one_of_rfc_7636() {
        let challenge = challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }
}
