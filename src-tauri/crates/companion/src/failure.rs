//! How a use case fails inside, and how that is told at the edge: a code, plain words, and a
//! correlation id that stands in the log beside the technical cause. No PHI in either.

use crate::contract::{CommandError, ErrorCode};
use crate::host::KeychainError;
use crate::refusal;
use ehr::{EhrError, SignInCheck};
use std::sync::atomic::{AtomicU64, Ordering};
use vault::VaultError;

/// A failed use case.
#[derive(Debug, Clone)]
pub struct Failure {
    pub code: ErrorCode,
    /// For the clinician: what happened, that nothing was lost, what to do.
    pub message: String,
    pub retryable: bool,
    /// Stable name of the one check that failed.
    pub reason: Option<&'static str>,
    /// For the log; never a payload.
    cause: Option<String>,
}

impl Failure {
    /// A failure with its words.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), retryable: false, reason: None, cause: None }
    }

    pub(crate) fn retryable(mut self) -> Self {
        self.retryable = true;
        self
    }

    /// Names the check that failed.
    pub(crate) fn because(mut self, reason: &'static str) -> Self {
        self.reason = Some(reason);
        self
    }

    pub(crate) fn caused_by(mut self, cause: &dyn std::fmt::Display) -> Self {
        self.cause = Some(cause.to_string());
        self
    }

    pub(crate) fn internal(cause: &str) -> Self {
        Self::new(
            ErrorCode::Internal,
            "Something went wrong inside Chartside. Nothing was lost; please try again.",
        )
        .retryable()
        .caused_by(&cause)
    }

    /// serde's own words name fields and positions but may quote values: only the category is kept.
    pub(crate) fn invalid_arguments(command: &str, error: &serde_json::Error) -> Self {
        Self::new(ErrorCode::InvalidInput, format!("The arguments of “{command}” do not fit."))
            .caused_by(&format_args!("{:?}", error.classify()))
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::InvalidInput, message)
    }

    pub(crate) fn not_signed_in() -> Self {
        Self::new(
            ErrorCode::NotSignedIn,
            "Sign in first: press Chartside in the patient's chart of your EHR.",
        )
    }

    /// Nobody waits for this sign-in any more.
    pub(crate) fn sign_in_over() -> Self {
        Self::new(ErrorCode::SignInCancelled, "The sign-in was given up. Start again when you are ready.")
    }

    /// Somebody's work is covered.
    pub(crate) fn locked() -> Self {
        Self::new(ErrorCode::Locked, "Chartside is locked. Unlock it to go on; nothing was lost.")
    }

    /// Gives it an id, logs it, and makes the wire form.
    pub fn at_the_edge(self, command: &str) -> CommandError {
        static NUMBER: AtomicU64 = AtomicU64::new(1);
        let correlation_id = format!("C{:05}", NUMBER.fetch_add(1, Ordering::Relaxed));
        tracing::warn!(command, code = ?self.code, reason = self.reason.unwrap_or("-"), cause = self.cause.as_deref().unwrap_or("-"), id = %correlation_id, "refused");
        CommandError {
            code: self.code,
            message: self.message,
            retryable: self.retryable,
            reason: self.reason.map(str::to_owned),
            correlation_id,
        }
    }
}

impl From<KeychainError> for Failure {
    fn from(error: KeychainError) -> Self {
        match error {
            KeychainError::Locked => Self::new(
                ErrorCode::KeychainLocked,
                "This computer's keychain is locked, so the vault cannot be opened. Unlock it and try again; nothing was lost.",
            )
            .retryable(),
            KeychainError::Missing => Self::new(
                ErrorCode::KeychainMissing,
                "This computer has no keychain service, and Chartside never keeps a key in a plain file. Ask IT to start one (Secret Service on Linux); nothing was lost.",
            )
            .retryable(),
        }
    }
}

impl From<VaultError> for Failure {
    fn from(error: VaultError) -> Self {
        let (code, words) = match &error {
            VaultError::Damaged => (
                ErrorCode::VaultDamaged,
                "The vault on this computer is damaged. Chartside leaves the file as it is and makes no new one over it. Ask IT to restore it from a backup.",
            ),
            VaultError::Foreign => (
                ErrorCode::VaultForeign,
                "The vault on this computer cannot be opened with this account's key: it belongs to another installation or is no vault. It is left as it is. Ask IT.",
            ),
            VaultError::Newer(_) => (
                ErrorCode::VaultNewer,
                "The vault was written by a newer Chartside. Install that version again; nothing was lost.",
            ),
            VaultError::History(_) => (
                ErrorCode::VaultDamaged,
                "The vault's history does not fit this version of Chartside. It is left as it is. Ask IT.",
            ),
            VaultError::DiskFull => (
                ErrorCode::DiskFull,
                "The disk is full, so this could not be saved. What was saved before is safe. Make room and try again.",
            ),
            VaultError::Io | VaultError::NotFound | VaultError::AlreadyExists => (
                ErrorCode::VaultDamaged,
                "The vault's file cannot be read or written. It is left as it is. Check the disk and its permissions, then try again.",
            ),
            VaultError::Closed => return Self::locked(),
            VaultError::Missing | VaultError::Form | VaultError::Sqlite(_) => {
                return Self::internal(&error.to_string());
            }
        };
        let failure = Self::new(code, words).caused_by(&error);
        if matches!(error, VaultError::DiskFull | VaultError::Io) { failure.retryable() } else { failure }
    }
}

impl From<SignInCheck> for Failure {
    fn from(check: SignInCheck) -> Self {
        EhrError::from(check).into()
    }
}

impl From<EhrError> for Failure {
    fn from(error: EhrError) -> Self {
        let (code, words, retryable) = match &error {
            EhrError::Insecure => (
                ErrorCode::EhrNotAllowed,
                "The EHR's address is not secure (https), so nothing was sent. Ask IT to check the address.".to_owned(),
                false,
            ),
            EhrError::Unreachable | EhrError::NoAnswer | EhrError::TooSlow => (
                ErrorCode::EhrUnreachable,
                "The EHR does not answer. Check the network and try again; what you wrote is safe.".to_owned(),
                true,
            ),
            EhrError::TooLarge => (
                ErrorCode::EhrAnswerInvalid,
                "The EHR sent more than Chartside reads at once (32 MB), so it was not used. Tell IT; nothing was lost.".to_owned(),
                true,
            ),
            EhrError::NotWhatWasAsked(what) => (
                ErrorCode::EhrAnswerInvalid,
                format!("The EHR's address answered {what} where a chart was expected. A proxy or sign-in page may stand between. Tell IT; nothing was lost."),
                true,
            ),
            EhrError::Unauthorised => {
                (ErrorCode::NotSignedIn, "The EHR asks you to sign in again. What you wrote is safe.".to_owned(), false)
            }
            EhrError::Status { status, .. } if *status >= 500 => (
                ErrorCode::EhrUnreachable,
                format!("The EHR has a problem of its own just now (HTTP {status}). Try again in a moment; what you wrote is safe."),
                true,
            ),
            EhrError::Status { status, .. } => (
                ErrorCode::EhrRefused,
                format!("The EHR refused this (HTTP {status}). What you wrote is safe."),
                *status == 429,
            ),
            EhrError::SignIn(check) => refusal::check(*check),
            EhrError::Clock { ahead, .. } => refusal::clock(*ahead),
            EhrError::Refused(code) => refusal::oauth(code),
        };
        let failure = Self::new(code, words).because(error.reason()).caused_by(&error);
        if retryable { failure.retryable() } else { failure }
    }
}
