//! The id_token: signature by the EHR's published keys, issuer, audience, times, nonce, and who it is.

use super::callback::same_secret;
use super::{Authorization, normalise_iss};
use crate::EhrError;
use crate::check::SignInCheck;
use crate::http::Http;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fhir::json::legal_id;
use jiff::{SignedDuration, Timestamp};
use openidconnect::core::{
    CoreGenderClaim, CoreJsonWebKeySet, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm,
};
use openidconnect::{
    AdditionalClaims, ClaimsVerificationError, ClientId, IdToken, IdTokenClaims, IdTokenVerifier, IssuerUrl,
    Nonce, SignatureVerificationError,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::str::FromStr;
use url::Url;

/// How far the EHR's clock may be from ours, in seconds.
const SKEW_SECONDS: i64 = 60;
/// How old a proof of a sign-in that just happened may be, in seconds.
const FRESH_SECONDS: i64 = 600;
/// Asymmetric only: with a public client anybody could make the others.
const ALGORITHMS: [(&str, CoreJwsSigningAlgorithm); 5] = [
    ("RS256", CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256),
    ("RS384", CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384),
    ("RS512", CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512),
    ("ES256", CoreJwsSigningAlgorithm::EcdsaP256Sha256),
    ("ES384", CoreJwsSigningAlgorithm::EcdsaP384Sha384),
];

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
}
impl AdditionalClaims for SmartClaims {}

type SmartIdToken =
    IdToken<SmartClaims, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;
type Claims = IdTokenClaims<SmartClaims, CoreGenderClaim>;

/// Verifies the token. `theirs` is the EHR's clock, where its answer told the time.
pub(super) async fn verify(
    http: &Http,
    authorization: &Authorization,
    token: &str,
    now: Timestamp,
    theirs: Option<Timestamp>,
) -> Result<Identity, EhrError> {
    let (header, payload) = parts(token).ok_or(SignInCheck::IdTokenMalformed)?;
    let algorithm = header.get("alg").and_then(Value::as_str).ok_or(SignInCheck::IdTokenMalformed)?;
    if !ALGORITHMS.iter().any(|(name, _)| *name == algorithm) {
        return Err(SignInCheck::IdTokenAlgorithm.into());
    }
    let parsed = SmartIdToken::from_str(token).map_err(|_| SignInCheck::IdTokenMalformed)?;
    let keys = authorization.keys(http).await?;
    let mut checked = signed(authorization, &parsed, &keys.set);
    let rotated = matches!(checked, Err(SignInCheck::KeyUnknown | SignInCheck::IdTokenSignature));
    if rotated && !keys.fresh {
        let set = authorization.keys_again(http).await?;
        checked = signed(authorization, &parsed, &set);
    }
    let claims = checked?;
    party(authorization, claims)?;
    times(claims, &payload, now).map_err(|check| with_clocks(check, now, theirs))?;
    nonce(authorization, claims)?;
    let subject = claims.subject().to_string();
    if subject.is_empty() {
        return Err(SignInCheck::SubjectMissing.into());
    }
    Ok(Identity { subject, fhir_user: user(claims, &authorization.iss)? })
}

/// Header and payload, not yet trusted.
fn parts(token: &str) -> Option<(Value, Value)> {
    let mut parts = token.split('.');
    let mut json = || serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts.next()?).ok()?).ok();
    Some((json()?, json()?))
}

/// Signature, issuer and audience. The times are looked at after it, each for itself.
fn signed<'t>(
    authorization: &Authorization,
    token: &'t SmartIdToken,
    keys: &CoreJsonWebKeySet,
) -> Result<&'t Claims, SignInCheck> {
    let issuer = IssuerUrl::new(authorization.issuer().to_owned()).map_err(|_| SignInCheck::IdTokenIssuer)?;
    let client = ClientId::new(authorization.client.registration.client_id.clone());
    let verifier = IdTokenVerifier::new_public_client(client, issuer, keys.clone())
        .set_allowed_algs(ALGORITHMS.map(|(_, algorithm)| algorithm))
        // Further audiences are allowed where `azp` says that it was made out to us.
        .set_other_audience_verifier_fn(|_| true)
        .set_time_fn(|| chrono::DateTime::UNIX_EPOCH);
    token.claims(&verifier, |_: Option<&Nonce>| Ok(())).map_err(|error| match error {
        ClaimsVerificationError::InvalidIssuer(_) => SignInCheck::IdTokenIssuer,
        ClaimsVerificationError::InvalidAudience(_) => SignInCheck::IdTokenAudience,
        ClaimsVerificationError::Expired(_) => SignInCheck::IdTokenExpired,
        ClaimsVerificationError::SignatureVerification(error) => match error {
            SignatureVerificationError::NoMatchingKey | SignatureVerificationError::AmbiguousKeyId(_) => {
                SignInCheck::KeyUnknown
            }
            SignatureVerificationError::DisallowedAlg(_) | SignatureVerificationError::UnsupportedAlg(_) => {
                SignInCheck::IdTokenAlgorithm
            }
            _ => SignInCheck::IdTokenSignature,
        },
        _ => SignInCheck::IdTokenMalformed,
    })
}

/// OpenID Connect Core 3.1.3.7, 4 and 5: with several audiences `azp` must be there, and it must be us.
fn party(authorization: &Authorization, claims: &Claims) -> Result<(), SignInCheck> {
    match claims.authorized_party() {
        Some(party) if **party == authorization.client.registration.client_id => Ok(()),
        None if claims.audiences().len() == 1 => Ok(()),
        _ => Err(SignInCheck::IdTokenParty),
    }
}

fn times(claims: &Claims, payload: &Value, now: Timestamp) -> Result<(), SignInCheck> {
    let now = now.as_second();
    let issued = claims.issue_time().timestamp();
    if claims.expiration().timestamp() <= now - SKEW_SECONDS {
        return Err(SignInCheck::IdTokenExpired);
    }
    if issued > now + SKEW_SECONDS {
        return Err(SignInCheck::IdTokenIssuedLater);
    }
    if issued < now - FRESH_SECONDS - SKEW_SECONDS {
        return Err(SignInCheck::IdTokenStale);
    }
    // The library does not know `nbf`.
    match payload.get("nbf").map(Value::as_f64) {
        None => Ok(()),
        Some(Some(at)) if at <= (now + SKEW_SECONDS) as f64 => Ok(()),
        Some(Some(_)) => Err(SignInCheck::IdTokenNotYet),
        Some(None) => Err(SignInCheck::IdTokenMalformed),
    }
}

/// Says by how much the two clocks differ, when that may be why a time did not hold.
fn with_clocks(check: SignInCheck, now: Timestamp, theirs: Option<Timestamp>) -> EhrError {
    let ahead = theirs.map(|theirs| now.duration_since(theirs));
    match ahead.filter(|ahead| ahead.abs() > SignedDuration::from_secs(SKEW_SECONDS)) {
        Some(ahead) => EhrError::Clock { check, ahead },
        None => check.into(),
    }
}

/// OpenID Connect Core 3.1.3.7, 11: a nonce was sent, so it must come back. An EHR that leaves it
/// out needs IT's word (`nonce_optional`).
fn nonce(authorization: &Authorization, claims: &Claims) -> Result<(), SignInCheck> {
    match claims.nonce() {
        Some(nonce) if same_secret(nonce.secret(), &authorization.nonce) => Ok(()),
        Some(_) => Err(SignInCheck::IdTokenNonce),
        None if authorization.client.nonce_optional => Ok(()),
        None => Err(SignInCheck::IdTokenNonceMissing),
    }
}

/// The clinician: `fhirUser`, or `profile` in SMART 1.
fn user(claims: &Claims, iss: &str) -> Result<String, SignInCheck> {
    let profile = || claims.profile().and_then(|p| p.get(None)).map(|p| p.as_str());
    let named = claims.additional_claims().fhir_user.as_deref();
    match (named, profile()) {
        (Some(user), _) => fhir_user(user, iss),
        // In plain OpenID Connect `profile` is a web page about the person.
        (None, Some(page)) => fhir_user(page, iss).map_err(|check| match check {
            SignInCheck::FhirUserNotClinician => check,
            _ => SignInCheck::FhirUserMissing,
        }),
        (None, None) => Err(SignInCheck::FhirUserMissing),
    }
}

/// `Type/id` of a fhirUser. An absolute one must be a resource of this very FHIR base.
fn fhir_user(claim: &str, iss: &str) -> Result<String, SignInCheck> {
    let malformed = SignInCheck::FhirUserMalformed;
    let relative = if claim.contains(':') {
        let url = Url::parse(claim).map_err(|_| malformed)?;
        if url.cannot_be_a_base() {
            return Err(malformed);
        }
        let mut from_end = url.as_str().rmatch_indices('/').map(|(at, _)| at);
        let cut = from_end.nth(1).ok_or(malformed)?;
        let (base, tail) = url.as_str().split_at(cut);
        if normalise_iss(base).as_deref() != Some(iss) {
            return Err(SignInCheck::FhirUserForeign);
        }
        tail[1..].to_owned()
    } else {
        claim.to_owned()
    };
    let (kind, id) = relative.split_once('/').ok_or(malformed)?;
    if !legal_id(id) || id.bytes().all(|b| b == b'.') {
        return Err(malformed);
    }
    match kind {
        "Practitioner" | "PractitionerRole" => Ok(relative),
        "Patient" | "RelatedPerson" | "Person" => Err(SignInCheck::FhirUserNotClinician),
        _ => Err(malformed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clinician_of_this_server_is_known_relative_or_absolute_and_no_other() {
        let of = |claim: &str| fhir_user(claim, "https://e.test/fhir");
        assert_eq!(of("Practitioner/1").as_deref(), Ok("Practitioner/1"));
        assert_eq!(of("https://E.test:443/fhir/PractitionerRole/a-1").as_deref(), Ok("PractitionerRole/a-1"));
        for foreign in [
            "https://evil.test/fhir/Practitioner/1",
            "https://e.test/fhir2/Practitioner/1",
            "https://e.test/fhir/x/../../other/Practitioner/1",
            "https://e.test.evil.test/fhir/Practitioner/1",
            "https://user@e.test/fhir/Practitioner/1",
            "http://e.test/fhir/Practitioner/1",
            "https://e.test/Practitioner/1",
        ] {
            assert_eq!(of(foreign), Err(SignInCheck::FhirUserForeign), "{foreign}");
        }
        for odd in [
            "",
            "Practitioner",
            "Practitioner/",
            "Practitioner/..",
            "Practitioner/1/x",
            "/Practitioner/1",
            "Practitioner/1?x=y",
            "Device/1",
            "urn:uuid:1",
            "https://e.test/fhir/Practitioner/1#x",
        ] {
            assert_eq!(of(odd), Err(SignInCheck::FhirUserMalformed), "{odd}");
        }
        assert_eq!(of("Patient/1"), Err(SignInCheck::FhirUserNotClinician));
    }
}
