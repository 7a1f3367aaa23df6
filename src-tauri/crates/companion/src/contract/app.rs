//! The frame around the visits: who is signed in, which visits are open, is there a network.

use super::CommandError;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum AppPhase {
    /// Nobody is signed in and nothing is under way.
    SignedOut,
    /// The system browser shows the EHR's sign-in.
    SigningIn,
    /// Somebody's work is open but covered: no clinical command answers until they unlock.
    Locked,
    Ready,
    /// Chartside cannot work (keychain, vault): `blocked` says why.
    Blocked,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum Connectivity {
    Online,
    /// The EHR cannot be reached; work goes on from the vault.
    Offline,
    /// The EHR asks for a new sign-in; work goes on, delivery waits.
    NeedsSignIn,
}

/// Everything outside a visit, in one answer.
#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct AppView {
    pub product_version: String,
    pub phase: AppPhase,
    pub blocked: Option<CommandError>,
    /// The sign-in that is under way.
    pub sign_in: Option<SignInView>,
    /// Why the last sign-in ended without a visit; cleared by `dismiss_notice`.
    pub notice: Option<CommandError>,
    pub ehrs: Vec<EhrView>,
    /// Who has worked on this computer, the last one first; for the lock screen and for switching.
    pub accounts: Vec<AccountView>,
    /// The account whose work is covered while `phase` is `locked`.
    pub locked_account: Option<String>,
    pub lock: LockView,
    pub session: Option<SessionView>,
    pub connectivity: Connectivity,
    /// Newest first.
    pub visits: Vec<VisitSummary>,
    /// The visit to show; set by a launch or by `visit_show`.
    pub current_visit: Option<String>,
    pub outbox: OutboxCounts,
    /// The chart stands in a window of its own, which shows the current visit and nothing else.
    pub chart_apart: bool,
    /// Where this installation listens for launches (`http://127.0.0.1:PORT/launch`), if it does.
    pub launch_address: Option<String>,
    /// What this EHR no longer takes since an earlier sign-in; cleared by `ehr_changes_read`.
    pub ehr_changes: Option<EhrChanges>,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct EhrChanges {
    pub ehr_name: String,
    /// Each a sentence: what, why, and what happens instead.
    pub words: Vec<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct EhrView {
    pub name: String,
    pub iss: String,
}

/// A clinician at an EHR, as far as anybody at this computer may know.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct AccountView {
    pub account: String,
    pub clinician: String,
    pub ehr_name: String,
    pub iss: String,
    /// An offline PIN can be used now.
    pub pin: PinState,
    /// Signed items that are still on their way while this account is covered.
    pub waiting: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum PinState {
    /// None was set, or policy does not allow one.
    None,
    Usable,
    /// Too long since the last sign-in at the EHR.
    Expired,
    /// Too many wrong tries.
    UsedUp,
}

/// How this installation locks, by IT's policy.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct LockView {
    /// Minutes without input; 0: never by itself.
    pub idle_minutes: u32,
    /// True where policy lets clinicians set an offline PIN.
    pub pin_allowed: bool,
    /// Fewest digits of a PIN.
    pub pin_digits: u32,
    /// Hours after a sign-in at the EHR during which the PIN opens.
    pub pin_hours: u32,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct SignInView {
    pub ehr_name: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Physician,
    /// Nurse practitioner or physician assistant.
    AdvancedPractice,
    Resident,
    /// RN or MA: drafts, does not sign.
    Nursing,
    /// Not recognised: reads only.
    Unknown,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct SessionView {
    pub ehr_name: String,
    pub clinician: String,
    pub role: Role,
    /// "Physician", "Nurse practitioner", … as shown.
    pub role_words: String,
    pub can_draft: bool,
    pub can_sign: bool,
    /// What this clinician signs waits for a supervising clinician's cosignature.
    pub needs_cosign: bool,
    /// Why something of this is not allowed, in plain words.
    pub rights_words: Option<String>,
    /// Has an offline PIN.
    pub has_pin: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum VisitStatus {
    Open,
    /// Signed; some of it is still to be filed.
    Signed,
    /// Signed; something needs the clinician before it can be filed.
    NeedsYou,
    /// Every item was read back from the EHR.
    Filed,
    /// The clinician entered the note in the EHR; nothing waits.
    ByHand,
    /// The note was entered in error, and nothing is left to do about it here.
    Retracted,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct VisitSummary {
    pub visit: String,
    pub patient_name: String,
    pub birth_date: String,
    pub mrn: Option<String>,
    pub visit_type: String,
    /// RFC 3339 instant of the appointment, if the EHR gave one.
    pub start: Option<String>,
    pub status: VisitStatus,
    /// The call was joined and not left.
    pub in_call: bool,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema, TS)]
pub struct OutboxCounts {
    /// On their way or waiting for the network; nothing to do.
    pub waiting: u32,
    /// Need a decision.
    pub needs_you: u32,
    /// Of both, signed longer ago than the policy allows.
    pub late: u32,
    pub filed: u32,
}

/// Arguments of `launch`: the link as the EHR gave it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct LaunchArgs {
    /// `chartside://launch?iss=…&launch=…` or `http://127.0.0.1:PORT/launch?iss=…&launch=…`
    pub url: String,
}

/// Arguments of `sign_in`, which starts from here instead of from the EHR.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct SignInArgs {
    pub iss: String,
    #[serde(default)]
    pub purpose: SignInPurpose,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum SignInPurpose {
    /// The EHR lets the clinician pick a patient (`launch/patient`).
    #[default]
    Patient,
    /// Only who it is: to unlock, to switch, or to see the day's work. The EHR asks for the
    /// password again, since somebody else may be signed in in the browser.
    Clinician,
}

/// Arguments of `chart_apart`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct ApartArgs {
    pub apart: bool,
}

/// Arguments of `unlock_pin`.
#[derive(Clone, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct UnlockArgs {
    pub account: String,
    pub pin: String,
}

/// Arguments of `pin_set`.
#[derive(Clone, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct PinArgs {
    /// Digits only.
    pub pin: String,
}

/// What the UI follows: a topic changed; fetch it again. Carries no PHI.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct AppEvent {
    /// Grows by one with every event of this process.
    pub seq: u32,
    pub topic: Topic,
    pub visit: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    App,
    Visit,
    Chart,
    Note,
    Codes,
    FollowUps,
    Delivery,
    /// The day's list: somebody arrived, was added, was cancelled; a chart is ready.
    Worklist,
    /// What changed since the last visit, as far as it is known.
    Brief,
    /// The clinician's own phrases.
    Phrases,
    /// The words that the clinician added for the spelling.
    Spelling,
}
