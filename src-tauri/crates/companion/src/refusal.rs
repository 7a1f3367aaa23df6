//! What a clinician reads when a sign-in is refused: what happened, that nothing was opened, what
//! to do. The reason beside it names the exact check.

use crate::contract::ErrorCode;
use ehr::SignInCheck as Check;
use jiff::SignedDuration;

/// Code, words, and whether starting again may help.
pub type Refusal = (ErrorCode, String, bool);

/// A check that did not pass.
pub fn check(check: Check) -> Refusal {
    let words = check.words();
    match check {
        Check::LaunchTooLong
        | Check::LaunchMalformed
        | Check::LaunchCharacters
        | Check::LaunchIncomplete
        | Check::LaunchRepeatedParameter => (
            ErrorCode::LaunchInvalid,
            format!("The launch link cannot be used: {words}. Nothing was opened. Press Chartside in the patient's chart again."),
            false,
        ),
        Check::IssMalformed | Check::IssInsecure => (
            ErrorCode::EhrNotAllowed,
            format!("This launch cannot be used: {words}. Nothing was opened and nothing was sent. Ask IT."),
            false,
        ),
        Check::DiscoveryMalformed
        | Check::PkceMissing
        | Check::PkcePlain
        | Check::EndpointMissing
        | Check::EndpointMalformed
        | Check::EndpointInsecure
        | Check::ClientKey => (
            ErrorCode::SignInFailed,
            format!("The EHR's sign-in is not set up as Chartside needs it: {words}. Nothing was sent. Tell IT."),
            false,
        ),
        Check::StateExpired => (
            ErrorCode::SignInCancelled,
            "The sign-in in the browser took longer than five minutes, so its answer was not used. Press Chartside in the patient's chart again.".to_owned(),
            true,
        ),
        Check::Listener => (
            ErrorCode::SignInFailed,
            "The browser would have no way back to Chartside: the ports that IT set aside are in use by another program. Close it, or ask IT, and start again.".to_owned(),
            true,
        ),
        Check::CallbackMalformed
        | Check::CallbackRepeatedParameter
        | Check::StateMissing
        | Check::StateMismatch
        | Check::IssuerMissing
        | Check::IssuerMixUp
        | Check::CodeMissing => (
            ErrorCode::SignInFailed,
            format!("The sign-in was not used: {words}. Nothing was opened. Press Chartside in the patient's chart again; if it happens again, tell IT."),
            true,
        ),
        Check::TwoPatients | Check::PatientMalformed | Check::EncounterMalformed => (
            ErrorCode::SignInFailed,
            format!("No chart was opened: {words}, so it is not certain whose chart it would be. Open the patient's chart in the EHR and press Chartside there; if it happens again, tell IT."),
            true,
        ),
        Check::FhirUserNotClinician => (
            ErrorCode::SignInFailed,
            format!("Nothing was opened: {words}. Sign out of the EHR in the browser, sign in as the clinician, and press Chartside in the patient's chart again."),
            true,
        ),
        Check::FhirUserMissing | Check::FhirUserMalformed | Check::FhirUserForeign => (
            ErrorCode::SignInFailed,
            format!("Nothing was opened: {words}. Signing in again will not help; tell IT."),
            false,
        ),
        _ => (
            ErrorCode::SignInFailed,
            format!("The sign-in was not used: {words}. Nothing was opened. Press Chartside in the patient's chart again; if it happens again, tell IT."),
            true,
        ),
    }
}

/// The EHR's clock and ours differ, and so its proof of who signed in seems out of date.
pub fn clock(ahead: SignedDuration) -> Refusal {
    let way = if ahead.is_negative() { "behind" } else { "ahead" };
    let words = format!(
        "This computer's clock seems to be off by about {} ({way} of the EHR's), so it could not be checked who signed in. Nothing was opened. Set the clock right, or ask IT, and press Chartside in the patient's chart again.",
        about(ahead.as_secs().unsigned_abs())
    );
    (ErrorCode::SignInFailed, words, true)
}

/// "3 minutes", in the unit that a person would use.
fn about(seconds: u64) -> String {
    let (count, unit) = match seconds {
        0..=89 => (seconds, "second"),
        90..=5399 => ((seconds + 30) / 60, "minute"),
        5400..=129_599 => ((seconds + 1800) / 3600, "hour"),
        _ => ((seconds + 43_200) / 86_400, "day"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

/// The EHR's authorization server said no, by its OAuth error code.
pub fn oauth(code: &str) -> Refusal {
    match code {
        "access_denied" => (
            ErrorCode::SignInCancelled,
            "The EHR did not let Chartside in: the sign-in was cancelled or declined there, or the browser is signed in as somebody other than whoever opened the chart. Nothing was opened. Check who is signed in at the EHR and press Chartside in the patient's chart again.".to_owned(),
            true,
        ),
        "login_required" | "interaction_required" | "consent_required" => (
            ErrorCode::SignInCancelled,
            "The EHR wants you to sign in there first. Sign in to the EHR and press Chartside in the patient's chart again.".to_owned(),
            true,
        ),
        "server_error" | "temporarily_unavailable" => (
            ErrorCode::EhrUnreachable,
            "The EHR's sign-in has a problem of its own just now. Try again in a moment; what you wrote is safe.".to_owned(),
            true,
        ),
        "invalid_request" | "invalid_grant" => (
            ErrorCode::SignInFailed,
            format!("The EHR did not accept this sign-in ({code}): the launch may have been used before or be too old. Nothing was opened. Press Chartside in the patient's chart again."),
            true,
        ),
        "invalid_client" | "unauthorized_client" | "invalid_scope" | "unsupported_response_type"
        | "unsupported_grant_type" => (
            ErrorCode::SignInFailed,
            format!("Chartside is not registered at this EHR as IT set it up here ({code}). Nothing was opened. Signing in again will not help; tell IT."),
            false,
        ),
        _ => (
            ErrorCode::SignInFailed,
            format!("The EHR refused the sign-in ({code}). Nothing was opened. Press Chartside in the patient's chart again."),
            true,
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_clock_is_told_in_the_unit_that_a_person_would_use() {
        for (seconds, words) in [
            (75, "75 seconds (ahead"),
            (-180, "3 minutes (behind"),
            (7200, "2 hours (ahead"),
            (-86_400 * 365, "365 days (behind"),
        ] {
            let (_, told, _) = clock(SignedDuration::from_secs(seconds));
            assert!(told.contains(&format!("off by about {words}")), "{told}");
        }
    }

    #[test]
    fn every_refusal_says_what_to_do() {
        for check in Check::ALL {
            let (_, words, _) = super::check(*check);
            let says = ["press chartside", "ask it", "tell it", "start again"]
                .iter()
                .any(|w| words.to_lowercase().contains(w));
            assert!(says, "{words}");
        }
    }
}
