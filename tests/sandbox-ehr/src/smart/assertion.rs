//! Clients that prove themselves (`private_key_jwt`): the assertion is checked with ring, an
//! implementation other than the one that the app signs with.

use super::CLIENT;
use crate::clock;
use crate::world::World;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use ring::signature::{
    ECDSA_P384_SHA384_FIXED, RSA_PKCS1_2048_8192_SHA384, RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde_json::Value;
use std::collections::HashMap;

const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// SMART App Launch 2.2: no more than five minutes.
const LONGEST: i64 = 300;

/// Who sends this request: the public client by its id or, once keys are registered, the client by
/// its proof and by nothing else.
pub fn client(world: &World, params: &HashMap<String, String>) -> Result<(), &'static str> {
    let get = |name: &str| params.get(name).map_or("", String::as_str);
    let Some(keys) = world.grants().client_keys() else {
        return if get("client_id") == CLIENT { Ok(()) } else { Err("client_id is not registered here") };
    };
    if params.contains_key("client_id") {
        return Err("a confidential client leaves client_id out");
    }
    if get("client_assertion_type") != TYPE {
        return Err("client_assertion_type must be jwt-bearer");
    }
    let claims =
        verified(get("client_assertion"), &keys).ok_or("the assertion is not signed by a registered key")?;
    if claims["iss"] != CLIENT || claims["sub"] != CLIENT {
        return Err("iss and sub must be the client_id");
    }
    if claims["aud"] != format!("{}/token", world.urls.auth) {
        return Err("aud must be the token endpoint");
    }
    let now = clock::seconds(clock::now());
    let exp = claims["exp"].as_i64().ok_or("exp is required")?;
    if exp <= now || exp > now + LONGEST {
        return Err("exp must be in the next five minutes");
    }
    let jti = claims["jti"].as_str().filter(|jti| !jti.is_empty()).ok_or("jti is required")?;
    if world.grants().proof_is_new(jti) { Ok(()) } else { Err("this assertion was used before") }
}

/// The claims, if a registered key of the named id signed them.
fn verified(assertion: &str, keys: &Value) -> Option<Value> {
    let (text, signature) = assertion.rsplit_once('.')?;
    let (header, claims) = text.split_once('.')?;
    let json = |part: &str| serde_json::from_slice::<Value>(&BASE64URL.decode(part).ok()?).ok();
    let header = json(header)?;
    if header["typ"] != "JWT" {
        return None;
    }
    let named = |key: &&Value| key["kid"] == header["kid"] && key["alg"] == header["alg"];
    let key = keys["keys"].as_array()?.iter().find(named)?;
    let part = |name: &str| BASE64URL.decode(key[name].as_str()?).ok();
    let signature = BASE64URL.decode(signature).ok()?;
    match header["alg"].as_str()? {
        "ES384" if key["kty"] == "EC" && key["crv"] == "P-384" => {
            let point = [vec![4], part("x")?, part("y")?].concat();
            UnparsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, point)
                .verify(text.as_bytes(), &signature)
                .ok()?;
        }
        "RS384" if key["kty"] == "RSA" => {
            let public = RsaPublicKeyComponents { n: part("n")?, e: part("e")? };
            public.verify(&RSA_PKCS1_2048_8192_SHA384, text.as_bytes(), &signature).ok()?;
        }
        _ => return None,
    }
    json(claims)
}
