//! `/.well-known/smart-configuration`, checked before it is used.

use crate::EhrError;
use crate::check::SignInCheck;
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
    /// The server names itself in every answer (RFC 9207), so an answer without a name is not its.
    pub names_itself: bool,
}

/// Fetches and checks the configuration of this FHIR base.
pub async fn discover(http: &Http, base: &Url) -> Result<SmartConfiguration, EhrError> {
    read(base, &http.get_public_json(&well_known(base, "smart-configuration")).await?)
}

/// Where the keys of the EHR are, when its SMART configuration does not say: OpenID discovery
/// (SMART App Launch, "Steps for using an ID token"). The document must name the same issuer.
pub(super) async fn keys_of_issuer(http: &Http, base: &Url, issuer: &str) -> Result<Url, EhrError> {
    let missing = || EhrError::from(SignInCheck::KeysMissing);
    let address = Url::parse(issuer).map_err(|_| missing())?;
    if !as_secure_as(base, &address) {
        return Err(SignInCheck::EndpointInsecure.into());
    }
    let json = http.get_public_json(&well_known(&address, "openid-configuration")).await?;
    if text(&json, &["issuer"]) != Some(issuer) {
        return Err(SignInCheck::IdTokenIssuer.into());
    }
    endpoint(base, &json, "jwks_uri")?.ok_or_else(missing)
}

fn well_known(base: &Url, name: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}/.well-known/{name}", base.path().trim_end_matches('/')));
    url
}

/// https; where the EHR itself is on this machine (the sandbox), http to this machine too.
fn as_secure_as(base: &Url, url: &Url) -> bool {
    secure(url) && (url.scheme() == "https" || base.scheme() == "http")
}

/// An endpoint by its name; relative ones resolve against the FHIR base.
fn endpoint(base: &Url, json: &Value, name: &str) -> Result<Option<Url>, EhrError> {
    let mut folder = base.clone();
    folder.set_path(&format!("{}/", base.path().trim_end_matches('/')));
    let address = match json.get(name) {
        None | Some(Value::Null) => return Ok(None),
        Some(value) => value.as_str().ok_or(SignInCheck::EndpointMalformed)?,
    };
    let url = folder.join(address).map_err(|_| SignInCheck::EndpointMalformed)?;
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err(SignInCheck::EndpointMalformed.into());
    }
    if as_secure_as(base, &url) { Ok(Some(url)) } else { Err(SignInCheck::EndpointInsecure.into()) }
}

/// Reads a configuration. S256 must be offered and `plain` must not be (SMART App Launch 2.2,
/// conformance).
fn read(base: &Url, json: &Value) -> Result<SmartConfiguration, EhrError> {
    if !json.is_object() {
        return Err(SignInCheck::DiscoveryMalformed.into());
    }
    let list = |name: &str| -> Vec<String> {
        let all = json.get(name).and_then(Value::as_array);
        all.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let methods = list("code_challenge_methods_supported");
    if !methods.iter().any(|m| m == "S256") {
        return Err(SignInCheck::PkceMissing.into());
    }
    if methods.iter().any(|m| m == "plain") {
        return Err(SignInCheck::PkcePlain.into());
    }
    Ok(SmartConfiguration {
        issuer: text(json, &["issuer"]).map(str::to_owned),
        jwks: endpoint(base, json, "jwks_uri")?,
        authorization: endpoint(base, json, "authorization_endpoint")?.ok_or(SignInCheck::EndpointMissing)?,
        token: endpoint(base, json, "token_endpoint")?.ok_or(SignInCheck::EndpointMissing)?,
        revocation: endpoint(base, json, "revocation_endpoint")?,
        capabilities: list("capabilities"),
        names_itself: json.get("authorization_response_iss_parameter_supported") == Some(&Value::Bool(true)),
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
        let refused = |changes: Value| with(changes).unwrap_err();
        assert_eq!(
            refused(json!({"code_challenge_methods_supported": ["S256", "plain"]})),
            SignInCheck::PkcePlain.into()
        );
        assert_eq!(refused(json!({"code_challenge_methods_supported": []})), SignInCheck::PkceMissing.into());
        for insecure in ["http://login.test/token", "http://127.0.0.1:9/token", "ftp://login.test/token"] {
            assert_eq!(
                refused(json!({ "token_endpoint": insecure })),
                SignInCheck::EndpointInsecure.into(),
                "{insecure}"
            );
        }
        assert_eq!(refused(json!({"token_endpoint": 5})), SignInCheck::EndpointMalformed.into());
        assert_eq!(
            refused(json!({"token_endpoint": "https://a:b@login.test/"})),
            SignInCheck::EndpointMalformed.into()
        );
        assert_eq!(refused(json!({"token_endpoint": null})), SignInCheck::EndpointMissing.into());
    }
}
