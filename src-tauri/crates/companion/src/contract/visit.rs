//! One visit: whose chart it is, who confirmed that, and the facts of the encounter.

use super::VisitStatus;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct VisitView {
    pub visit: String,
    pub ehr_name: String,
    pub banner: Banner,
    pub identity: IdentityView,
    pub visit_type: String,
    /// False: the EHR's type is not mapped; the default template and rules are used.
    pub visit_type_mapped: bool,
    pub reason: Option<String>,
    pub start: Option<String>,
    pub status: VisitStatus,
    /// Signed, and not final in the EHR until a supervising clinician cosigns.
    pub awaits_cosign: bool,
    pub room: Option<RoomView>,
    pub time: VisitTimeView,
    pub facts: VisitFacts,
    pub fact_sources: FactSources,
    /// Names of the facts that are not said yet, in the order of the form.
    pub open_facts: Vec<String>,
    pub can_draft: bool,
    pub can_sign: bool,
}

/// Whole minutes that were seen to be worked on the day of service, nothing counted twice: what is done
/// during the call is part of the call. Evidence for the minutes that the clinician states.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct VisitTimeView {
    pub chart_minutes: u32,
    pub call_minutes: u32,
    pub note_minutes: u32,
    pub pause_minutes: u32,
    pub total_minutes: u32,
}

/// Arguments of `activity`: what was worked on, where that is clear.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields, default)]
pub struct ActivityArgs {
    #[ts(optional = nullable)]
    pub visit: Option<String>,
    #[ts(optional = nullable)]
    pub on: Option<WorkedOn>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum WorkedOn {
    Chart,
    Note,
}

/// Who this is; always on screen.
#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct Banner {
    /// "FAMILY, Given" as shown in the banner.
    pub name: String,
    pub preferred_name: Option<String>,
    /// As the EHR gives it; may be partial (`1972` or `1972-03`).
    pub birth_date: String,
    /// "54 y", "7 mo", "3 d"
    pub age: String,
    pub sex: String,
    pub mrn: Option<String>,
    pub mrn_assigner: Option<String>,
    pub allergies: BannerAllergies,
    /// Deceased, merged or inactive chart: one plain sentence each.
    pub alerts: Vec<String>,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct BannerAllergies {
    pub state: AllergyState,
    /// The most severe first.
    pub labels: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum AllergyState {
    Loading,
    /// There are allergies; see the labels.
    Known,
    /// "No known allergies" is recorded in the chart.
    NoneKnown,
    /// Nothing is recorded; that is not the same as none.
    NotRecorded,
    /// The EHR did not give them.
    Failed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum IdentifierKind {
    Name,
    BirthDate,
    Mrn,
    Phone,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum IdentityState {
    Unconfirmed,
    Confirmed,
    Mismatch,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct IdentityView {
    pub state: IdentityState,
    /// What the clinician can compare with the person on the call.
    pub choices: Vec<IdentifierChoice>,
    pub confirmed: Vec<IdentifierKind>,
    pub confirmed_at: Option<String>,
    /// What to say to the patient.
    pub script: String,
    pub mismatch_reason: Option<String>,
    /// What the chart says about itself. Nothing can be confirmed while one of them is open.
    pub issues: Vec<IdentityIssueView>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum IdentityIssue {
    /// The chart was merged into another one.
    Merged,
    /// There may be a second chart of the same person.
    Duplicate,
    /// The patient is recorded as deceased.
    Deceased,
    /// The visit was moved here from a merged chart.
    Moved,
    /// The encounter that the EHR launched is another patient's, cancelled, entered in error or not shown.
    WrongEncounter,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum IdentityDecision {
    /// Move the visit to the chart that this one was merged into; identity is confirmed anew.
    MoveToSurvivor,
    /// This chart is the right one.
    KeepThisChart,
    /// The visit is written without an encounter.
    WithoutEncounter,
    /// The visit belongs to another encounter of this patient, named in `encounter`.
    TakeEncounter,
    /// Back to the day's list; the visit stays as it is and can be opened again.
    Leave,
    /// Take the decision back: what was open is open again.
    TakeBack,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct IdentityIssueView {
    pub issue: IdentityIssue,
    /// One plain sentence.
    pub words: String,
    /// Until it is decided, nothing can be confirmed or written.
    pub open: bool,
    pub choices: Vec<IdentityChoice>,
    /// The reason that was given with the decision.
    pub reason: Option<String>,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct IdentityChoice {
    pub decision: IdentityDecision,
    pub label: String,
    /// A reason must be given with it.
    pub needs_reason: bool,
    /// With `take_encounter`: which one.
    pub encounter: Option<String>,
}

/// Arguments of `identity_decide`.
#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct IdentityDecideArgs {
    pub visit: String,
    pub issue: IdentityIssue,
    pub decision: IdentityDecision,
    #[serde(default)]
    pub reason: Option<String>,
    /// With `take_encounter`: which one.
    #[serde(default)]
    #[ts(optional = nullable)]
    pub encounter: Option<String>,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct IdentifierChoice {
    pub kind: IdentifierKind,
    pub label: String,
    pub value: String,
}

/// Arguments of `identity_confirm`: at least two different identifiers.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct IdentityConfirmArgs {
    pub visit: String,
    pub identifiers: Vec<IdentifierKind>,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct IdentityMismatchArgs {
    pub visit: String,
    pub reason: String,
}

/// Where the video is. The address itself stays in the backend, but for a frame.
#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct RoomView {
    /// Origin only, such as `https://meet.example`.
    pub origin: String,
    /// False: IT has not allowed this origin; the room cannot be opened from here.
    pub allowed: bool,
    /// "Jitsi Meet", when IT says whose room it is.
    pub provider: Option<String>,
    pub surface: RoomSurface,
    /// While the call runs in a frame of the page.
    pub frame: Option<RoomFrame>,
    pub joined_at: Option<String>,
    pub left_at: Option<String>,
}

/// What stands in the frame.
#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct RoomFrame {
    pub address: String,
    /// The frame's `allow`: camera and microphone for this origin and for no other.
    pub allow: String,
}

/// Where a room is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum RoomSurface {
    /// In a frame beside the chart.
    Embedded,
    /// In a window of its own beside the chart.
    Docked,
    /// In the system browser.
    Browser,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum Modality {
    Video,
    Audio,
    InPerson,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum PatientPlace {
    Home,
    Elsewhere,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum MdmLevel {
    Straightforward,
    Low,
    Moderate,
    High,
}

/// What the attestation and the code rules need to know. `null` means not yet known;
/// nothing is assumed.
#[derive(Clone, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields, default)]
pub struct VisitFacts {
    pub modality: Option<Modality>,
    pub patient_place: Option<PatientPlace>,
    /// Two-letter US state where the patient is.
    pub patient_state: Option<String>,
    pub clinician_location: Option<String>,
    /// The patient agreed to a telehealth visit.
    pub consent: Option<bool>,
    pub consent_how: Option<ConsentHow>,
    /// Who else took part, and as what.
    pub others_present: Option<String>,
    pub audio_only_reason: Option<String>,
    /// New to this clinician's group: no professional service in three years.
    pub new_patient: Option<bool>,
    /// Total minutes on the day of service, as the clinician states them.
    pub total_minutes: Option<u32>,
    /// Why they are others than the recorded ones.
    pub total_minutes_reason: Option<String>,
    pub mdm_problems: Option<MdmLevel>,
    pub mdm_data: Option<MdmLevel>,
    pub mdm_risk: Option<MdmLevel>,
}

/// Where facts come from that nobody stated here, as words beside them.
#[derive(Clone, Default, Serialize, Deserialize, JsonSchema, TS)]
pub struct FactSources {
    pub patient_state: Option<String>,
    pub clinician_location: Option<String>,
    /// Also where the chart says something and does not decide it.
    pub new_patient: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum ConsentHow {
    Spoken,
    Written,
}

/// Arguments of `facts_set`: the whole set, as the form shows it.
#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct FactsArgs {
    pub visit: String,
    pub facts: VisitFacts,
    /// The form was not on the screen: only what changed is stated.
    #[serde(default)]
    #[ts(optional, as = "Option<bool>")]
    pub unseen: bool,
}
