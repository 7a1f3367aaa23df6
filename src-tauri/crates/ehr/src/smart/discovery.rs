//! `/.well-known/smart-configuration`, checked before it is used.

use crate::EhrError;
use crate::error::SignInCheck;
use crate::http::{Http, secure};
use fhir::json::text;
use serde_json::Value;
use url::Url;

/// What the authorization server of an EHR offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmartConfiguration {
    /// OIDC issuer; may be another host than the FHIR base.
    pub issuer: Option<String>,
    pub jwks: Option<Url>,
    pub authorization: Url,
    pub token: Url,
    pub revocation: Option<Url>,
    pub capabilities: Vec<String>,
}

/// Fetches and checks the configuration of this FHIR base.
pub async fn discover(http: &Http, base: &Url) -> Result<SmartConfiguration, EhrError> {
    let mut url = base.clone();
    url.set_path(&format!("{}/.well-known/smart-configuration", base.path().trim_end_matches('/')));
    read(base, &http.get_public_json(&url).await?)
}

/// Reads a configuration; relative endpoints resolve against the FHIR base. S256 must be offered
/// and `plain` must not be (SMART App Launch 2.2, conformance).
fn read(base: &Url, json: &Value) -> Result<SmartConfiguration, EhrError> {
    let mut folder = base.clone();
    folder.set_path(&format!("{}/", base.path().trim_end_matches('/')));
    let endpoint = |name: &str| -> Result<Option<Url>, EhrError> {
        let Some(address) = text(json, &[name]) else { return Ok(None) };
        let url = folder.join(address).map_err(|_| SignInCheck::Endpoint)?;
        if secure(&url) { Ok(Some(url)) } else { Err(EhrError::Insecure) }
    };
    let list = |name: &str| -> Vec<String> {
        let all = json.get(name).and_then(Value::as_array);
        all.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let methods = list("code_challenge_methods_supported");
    if !methods.iter().any(|m| m == "S256") {
        return Err(SignInCheck::NoS256.into());
    }
    if methods.iter().any(|m| m == "plain") {
        return Err(SignInCheck::PlainAllowed.into());
    }
    Ok(SmartConfiguration {
        issuer: text(json, &["issuer"]).map(str::to_owned),
        jwks: endpoint("jwks_uri")?,
        authorization: endpoint("authorization_endpoint")?.ok_or(SignInCheck::Endpoint)?,
        token: endpoint("token_endpoint")?.ok_or(SignInCheck::Endpoint)?,
        revocation: endpoint("revocation_endpoint")?,
        capabilities: list("capabilities"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn with(changes: Value) -> Result<SmartConfiguration, EhrError> {
        let mut all = json!({
            "authorization_endpoint": "auth/authorize", "token_endpoint": "https://login.test/token",
            "code_challenge_methods_supported": ["S256"]
        });
        for (k, v) in changes.as_object().unwrap() {
            all[k] = v.clone();
        }
        read(&Url::parse("https://e.test/fhir").unwrap(), &all)
    }

    #[test]
    fn relative_endpoints_resolve_against_the_fhir_base() {
        assert_eq!(with(json!({})).unwrap().authorization.as_str(), "https://e.test/fhir/auth/authorize");
    }

    #[test]
    fn weak_or_insecure_servers_are_refused() {
        assert_eq!(
            with(json!({"code_challenge_methods_supported": ["S256", "plain"]})),
            Err(SignInCheck::PlainAllowed.into())
        );
        assert_eq!(with(json!({"code_challenge_methods_supported": []})), Err(SignInCheck::NoS256.into()));
        assert_eq!(with(json!({"token_endpoint": "http://login.test/token"})), Err(EhrError::Insecure));
        assert_eq!(with(json!({"token_endpoint": 5})), Err(SignInCheck::Endpoint.into()));
    }
}
