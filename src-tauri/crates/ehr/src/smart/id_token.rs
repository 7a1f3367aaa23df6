//! The id_token: signature by the EHR's published keys, issuer, audience, times, nonce, and who it is.

use super::SmartConfiguration;
use crate::EhrError;
use crate::error::SignInCheck;
use crate::http::Http;
use fhir::json::reference_to;
use jiff::Timestamp;
use openidconnect::core::{
    CoreGenderClaim, CoreJsonWebKeySet, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm,
};
use openidconnect::{AdditionalClaims, ClientId, IdToken, IdTokenVerifier, IssuerUrl, Nonce};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// How far the EHR's clock may be from ours, in seconds.
const SKEW_SECONDS: i64 = 60;

/// Who signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// `sub`: stable within the issuer.
    pub subject: String,
    /// `Practitioner/123`; relative or absolute in the token.
    pub fhir_user: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct SmartClaims {
    #[serde(rename = "fhirUser")]
    fhir_user: Option<String>,
    profile: Option<String>,
}
impl AdditionalClaims for SmartClaims {}

type SmartIdToken =
    IdToken<SmartClaims, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;

/// Verifies the token. The nonce must match when the EHR echoes one.
pub(super) async fn verify(
    http: &Http,
    configuration: &SmartConfiguration,
    iss: &str,
    client_id: &str,
    nonce: &str,
    token: &str,
    now: Timestamp,
) -> Result<Identity, EhrError> {
    let wrong = || EhrError::from(SignInCheck::IdToken);
    let jwks_uri = configuration.jwks.as_ref().ok_or_else(wrong)?;
    let issuer = configuration.issuer.as_deref().unwrap_or(iss);
    let keys = http.get_public_json(jwks_uri).await?;
    let keys: CoreJsonWebKeySet = serde_json::from_value(keys).map_err(|_| wrong())?;
    let at =
        |seconds: i64| chrono::DateTime::from_timestamp(now.as_second() + seconds, 0).unwrap_or_default();
    let (early, late) = (at(-SKEW_SECONDS), at(SKEW_SECONDS));
    let verifier = IdTokenVerifier::new_public_client(
        ClientId::new(client_id.to_owned()),
        IssuerUrl::new(issuer.to_owned()).map_err(|_| wrong())?,
        keys,
    )
    .set_allowed_algs([
        CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
        CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
        CoreJwsSigningAlgorithm::EcdsaP256Sha256,
        CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    ])
    .set_time_fn(move || early)
    .set_issue_time_verifier_fn(
        move |issued| if issued <= late { Ok(()) } else { Err("issued in the future".into()) },
    );
    let token = SmartIdToken::from_str(token).map_err(|_| wrong())?;
    let matches = |echoed: Option<&Nonce>| match echoed {
        Some(n) if n.secret() != nonce => Err("nonce".to_owned()),
        _ => Ok(()),
    };
    let claims = token.claims(&verifier, matches).map_err(|_| wrong())?;
    let extra = claims.additional_claims();
    let user = extra.fhir_user.as_deref().or(extra.profile.as_deref()).ok_or(SignInCheck::NoFhirUser)?;
    let fhir_user = reference_to(&serde_json::json!({ "reference": user })).ok_or(SignInCheck::NoFhirUser)?;
    let kind = fhir_user.split('/').next().unwrap_or_default();
    if !matches!(kind, "Practitioner" | "PractitionerRole" | "Patient" | "RelatedPerson" | "Person") {
        return Err(SignInCheck::NoFhirUser.into());
    }
    Ok(Identity { subject: claims.subject().to_string(), fhir_user })
}
