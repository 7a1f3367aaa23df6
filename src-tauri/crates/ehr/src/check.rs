//! The checks of a sign-in and the ways in which an answer surprises, each with a stable name
//! (`reason`) so that every refusal can be told apart. `docs/sign-in-refusals.md` lists them all.

macro_rules! reasons {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $reason:literal, $words:literal;)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$doc])* $variant,)+ }

        impl $name {
            /// Every one, in the order of the journey.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The stable name: part of the contract at the edge, never reworded.
            pub fn reason(self) -> &'static str {
                match self { $(Self::$variant => $reason,)+ }
            }

            /// In words, as they stand inside a sentence.
            pub fn words(self) -> &'static str {
                match self { $(Self::$variant => $words,)+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.words())
            }
        }
    };
}

reasons! {
    /// The checks of a sign-in, from the launch link to who it is.
    SignInCheck {
        // the launch link
        LaunchTooLong = "launch_too_long", "the launch link is longer than any EHR makes";
        LaunchMalformed = "launch_malformed", "this is no launch link";
        LaunchCharacters = "launch_characters", "the launch link has characters that no EHR sends";
        LaunchIncomplete = "launch_incomplete", "the launch link lacks the EHR's address or the launch itself";
        LaunchRepeatedParameter = "launch_repeated_parameter", "the launch link says something twice";
        IssMalformed = "ehr_address_malformed", "the EHR's address is none that can be used";
        IssInsecure = "ehr_address_insecure", "the EHR's address is not secure (https)";
        // what the EHR publishes
        DiscoveryMalformed = "discovery_malformed", "the EHR's sign-in settings are not readable";
        PkceMissing = "pkce_s256_missing", "the EHR does not offer S256 code challenges";
        PkcePlain = "pkce_plain_offered", "the EHR still allows plain code challenges";
        EndpointMissing = "endpoint_missing", "the EHR names no sign-in address";
        EndpointMalformed = "endpoint_malformed", "the EHR names a sign-in address that is none";
        EndpointInsecure = "endpoint_insecure", "the EHR names a sign-in address without https";
        ClientKey = "client_key_unusable", "this computer cannot prove itself to the EHR";
        // the way back
        CallbackMalformed = "callback_malformed", "the answer in the browser is not readable";
        CallbackRepeatedParameter = "callback_repeated_parameter", "the answer in the browser says something twice";
        StateMissing = "state_missing", "the answer in the browser does not say which sign-in it belongs to";
        StateMismatch = "state_mismatch", "the answer in the browser belongs to another sign-in";
        StateExpired = "state_expired", "the answer in the browser came too late";
        IssuerMissing = "issuer_missing", "the answer in the browser does not say which EHR it is from";
        IssuerMixUp = "issuer_mix_up", "the answer in the browser is from another EHR than the one asked";
        CodeMissing = "code_missing", "the answer in the browser has no code";
        Listener = "redirect_port_taken", "the browser has no way back: the port is taken by another program";
        // the token answer
        TokenResponseMalformed = "token_response_malformed", "the EHR's token answer is not readable";
        TokenTypeMissing = "token_type_missing", "the EHR's token has no type";
        TokenTypeUnknown = "token_type_unknown", "the EHR's token is of a type that Chartside does not use";
        TokenMalformed = "access_token_malformed", "the EHR's token is no token";
        TokenExpired = "access_token_expired", "the EHR's token has already ended";
        PatientMalformed = "context_patient_malformed", "the EHR named a patient by something that is no id";
        EncounterMalformed = "context_encounter_malformed", "the EHR named an encounter by something that is no id";
        TwoPatients = "context_two_patients", "the EHR named two patients at once";
        // the id_token
        IdTokenMissing = "id_token_missing", "the EHR did not say who signed in";
        IdTokenMalformed = "id_token_malformed", "the EHR's proof of who signed in is not readable";
        IdTokenAlgorithm = "id_token_alg", "the proof of who signed in is signed in a way that is not allowed";
        KeysMissing = "id_token_keys_missing", "the EHR publishes no keys to check the proof with";
        KeysMalformed = "id_token_keys_malformed", "the EHR's published keys are not readable";
        KeyUnknown = "id_token_key_unknown", "the proof of who signed in is signed with a key that the EHR does not publish";
        IdTokenSignature = "id_token_signature", "the signature of the proof of who signed in is wrong";
        IdTokenIssuer = "id_token_issuer", "the proof of who signed in is from another issuer";
        IdTokenAudience = "id_token_audience", "the proof of who signed in is meant for another app";
        IdTokenParty = "id_token_azp", "the proof of who signed in was made out to another app";
        IdTokenExpired = "id_token_expired", "the proof of who signed in has expired";
        IdTokenIssuedLater = "id_token_issued_in_future", "the proof of who signed in is dated in the future";
        IdTokenStale = "id_token_stale", "the proof of who signed in is old";
        IdTokenNotYet = "id_token_not_yet_valid", "the proof of who signed in is not valid yet";
        IdTokenNonceMissing = "id_token_nonce_missing", "the proof of who signed in is not tied to this sign-in";
        IdTokenNonce = "id_token_nonce", "the proof of who signed in belongs to another sign-in";
        SubjectMissing = "id_token_subject_missing", "the proof of who signed in names nobody";
        FhirUserMissing = "fhir_user_missing", "the EHR did not say which clinician it is";
        FhirUserMalformed = "fhir_user_malformed", "the EHR named the clinician in a way that is not readable";
        FhirUserForeign = "fhir_user_foreign", "the EHR named a clinician of another server";
        FhirUserNotClinician = "fhir_user_not_clinician", "the person who signed in is no clinician of this EHR";
    }
}

reasons! {
    /// How an answer was not what was asked for.
    Surprise {
        WebPage = "answer_web_page", "a web page";
        NoJson = "answer_not_json", "no JSON";
        Empty = "answer_empty", "an empty body";
        OtherResource = "answer_other_resource", "another resource";
        NoCapabilities = "answer_no_capabilities", "no CapabilityStatement";
        NoBundle = "answer_no_bundle", "no Bundle";
        LeftOut = "answer_incomplete", "that something was left out";
        NextElsewhere = "next_page_foreign", "a next page at another place";
        TooManyPages = "too_many_pages", "more pages than are read";
        NoAddress = "address_malformed", "an address that is none";
        StrangeStatus = "answer_status", "a strange status";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_reason_has_a_name_of_its_own_and_stands_in_the_docs() {
        let docs = include_str!("../../../docs/sign-in-refusals.md");
        let checks = SignInCheck::ALL.iter().map(|c| (c.reason(), c.words()));
        let all: Vec<_> = checks.chain(Surprise::ALL.iter().map(|s| (s.reason(), s.words()))).collect();
        let names: HashSet<_> = all.iter().map(|(name, _)| name).collect();
        assert_eq!(names.len(), all.len());
        for (name, words) in all {
            assert!(
                name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_' || b.is_ascii_digit()),
                "{name}"
            );
            assert!(docs.contains(&format!("| `{name}` | {words} |")), "{name} is missing in the docs");
        }
    }
}
