//! How a command fails: a code to branch on, words for the person, never a payload.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What went wrong. The UI handles each one; nobody matches on `message`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The arguments do not fit the command.
    InvalidInput,
    UnknownCommand,
    /// No clinician is signed in.
    NotSignedIn,
    /// Somebody's work is covered; unlock first.
    Locked,
    /// The PIN is wrong; the message says how many tries are left.
    PinWrong,
    /// The PIN cannot be used (none, expired, used up): sign in at the EHR.
    PinNotUsable,
    /// The launch names an EHR that IT has not allowed.
    EhrNotAllowed,
    /// The launch link itself is malformed.
    LaunchInvalid,
    /// The EHR's launches may not reach this Chartside.
    LaunchUnheard,
    SignInFailed,
    SignInCancelled,
    /// Sign-in worked, but the EHR gave no patient.
    NoPatientInContext,
    EhrUnreachable,
    /// The EHR answered something that is not what was asked for (HTML, a huge body, broken JSON).
    EhrAnswerInvalid,
    EhrRefused,
    KeychainLocked,
    KeychainMissing,
    VaultDamaged,
    /// The file is no Chartside vault, or its key is another one.
    VaultForeign,
    /// The vault was written by a newer Chartside.
    VaultNewer,
    DiskFull,
    /// A file that the clinician wanted could not be written.
    FileNotWritten,
    VisitNotFound,
    /// Signed already: changes are addenda.
    VisitSigned,
    IdentityNotConfirmed,
    IdentityMismatch,
    /// The chart in the EHR is no longer the one that was confirmed.
    PatientChanged,
    /// Somebody else saved this section meanwhile.
    NoteConflict,
    /// Something required is missing; the message names it.
    Incomplete,
    /// The clinician's role does not allow this.
    NotAllowed,
    /// The write plan changed since it was shown.
    PlanChanged,
    Internal,
}

/// The one error form at the edge.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct CommandError {
    pub code: ErrorCode,
    /// Plain words: what happened, that nothing was lost, what to do.
    pub message: String,
    pub retryable: bool,
    /// Stable name of the one check that failed, where `code` stands for several
    /// (`docs/sign-in-refusals.md`). For IT and for tests; the window branches on `code`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub reason: Option<String>,
    /// Stands in the log beside the technical cause.
    pub correlation_id: String,
}
