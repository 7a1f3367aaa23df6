//! What the server says about itself: SMART configuration, OpenID discovery, keys, style.

use super::jwt;
use crate::fhir::json as answer;
use crate::world::World;
use axum::response::Response;
use serde_json::{Value, json};

const SCOPES: [&str; 11] = [
    "openid",
    "fhirUser",
    "profile",
    "launch",
    "launch/patient",
    "launch/encounter",
    "offline_access",
    "online_access",
    "patient/*.cruds",
    "user/*.cruds",
    "system/*.rs",
];

/// `{fhir}/.well-known/smart-configuration`
pub fn smart(world: &World) -> Value {
    let mut document = openid(world);
    if world.grants().client_keys().is_some() {
        document["token_endpoint_auth_methods_supported"] = json!(["private_key_jwt"]);
        document["token_endpoint_auth_signing_alg_values_supported"] = json!(["RS384", "ES384"]);
    }
    document["capabilities"] = json!([
        "launch-ehr",
        "launch-standalone",
        "client-public",
        "client-confidential-asymmetric",
        "sso-openid-connect",
        "context-banner",
        "context-style",
        "context-ehr-patient",
        "context-ehr-encounter",
        "context-standalone-patient",
        "context-standalone-encounter",
        "permission-offline",
        "permission-online",
        "permission-patient",
        "permission-user",
        "permission-v1",
        "permission-v2",
        "authorize-post"
    ]);
    if let Some(all) = document["capabilities"].as_array_mut() {
        let withdrawn = world.withdrawn();
        all.retain(|one| !withdrawn.iter().any(|gone| one == gone));
    }
    document
}

/// `{fhir}/.well-known/openid-configuration`
pub fn openid(world: &World) -> Value {
    let auth = &world.urls.auth;
    json!({
        "issuer": world.urls.fhir,
        "jwks_uri": format!("{auth}/jwks"),
        "authorization_endpoint": format!("{auth}/authorize"),
        "token_endpoint": format!("{auth}/token"),
        "revocation_endpoint": format!("{auth}/revoke"),
        "introspection_endpoint": format!("{auth}/introspect"),
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "scopes_supported": SCOPES,
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["none"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "authorization_response_iss_parameter_supported": true
    })
}

/// The public half of the signing key.
pub async fn jwks() -> Response {
    answer(200, "application/json", &jwt::key_set())
}

/// The look that a launched app may take over.
pub async fn style() -> Response {
    answer(
        200,
        "application/json",
        &json!({
            "color_background": "#f6f7f9",
            "color_error": "#b3261e",
            "color_highlight": "#0b6e6e",
            "color_modal_backdrop": "",
            "color_success": "#1f7a3d",
            "color_text": "#1b1f24",
            "dim_border_radius": "8px",
            "dim_font_size": "14px",
            "dim_spacing_size": "16px",
            "font_family_body": "system-ui, sans-serif",
            "font_family_heading": "system-ui, sans-serif"
        }),
    )
}
