//! What became of each item after signing.

use super::ItemKind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// Next to be sent.
    Waiting,
    /// Waits for the note (or another item) to be filed first.
    WaitingOnParent,
    Sending,
    /// Sent, no answer came: the EHR is being asked whether it arrived.
    CheckingOutcome,
    /// The EHR said yes; it is being read back.
    ReadingBack,
    /// Will be tried again by itself.
    Retrying,
    NeedsSignIn,
    NeedsYou,
    Filed,
    /// To the clinic's billing, which the EHR cannot tell about.
    HandedOver,
    /// The EHR has another than was signed, and the clinician left it so.
    LeftAsIs,
    Superseded,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct DeliveryView {
    pub visit: String,
    pub items: Vec<DeliveryItem>,
    pub all_filed: bool,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct DeliveryItem {
    pub id: String,
    pub kind: ItemKind,
    pub label: String,
    pub state: DeliveryState,
    /// "Filed 14:32 as DocumentReference/1123"
    pub words: String,
    /// RFC 3339 instant since which it is in this state.
    pub since: String,
    pub attempts: u32,
    pub next_attempt_at: Option<String>,
    pub receipt: Option<Receipt>,
    /// `delivery_retry` makes sense now.
    pub can_retry: bool,
    /// A person has to say whether the EHR has it: `delivery_look` shows what it could be.
    pub can_decide: bool,
    /// The EHR has a record that is another than it should be: `delivery_look` shows both.
    pub can_compare: bool,
    /// `follow_up_visit_rebook` makes sense now: another time can be chosen.
    pub can_rebook: bool,
    /// "Leave it in the note", "Hand to billing": what `delivery_elsewhere` would do.
    pub elsewhere: Option<String>,
}

/// What happened to an item, and what the EHR has that it could be.
#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct DeliveryLook {
    pub id: String,
    /// The oldest first.
    pub history: Vec<AttemptLine>,
    /// Where a person has to decide: the EHR's records of this kind, those that say the same first.
    pub candidates: Vec<Candidate>,
    /// Why the EHR could not be asked for all of them.
    pub incomplete: Option<String>,
    /// `delivery_not_there` makes sense now.
    pub can_send: bool,
    /// Where the EHR's record is another than it should be. Absent although `can_compare`: it does not give it now.
    pub comparison: Option<Comparison>,
}

/// The versions of a record about which a person decides, side by side.
#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct Comparison {
    /// `Type/id` in the EHR.
    pub reference: String,
    /// "14:32", with the day when it was another one: when the EHR's record was changed last.
    pub changed: Option<String>,
    /// Heads of the columns; absent: it is not known how it was before.
    pub before: Option<String>,
    pub wanted: String,
    pub now: String,
    /// Only what is not the same in all.
    pub rows: Vec<ComparisonRow>,
    /// "Mark it as it is now": what `delivery_retry` would do; absent: it would do nothing.
    pub again: Option<String>,
    /// Which version was shown: goes with `delivery_leave`.
    pub seen: String,
}

/// One element of a record; absent: that version does not have it.
#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct ComparisonRow {
    /// "Status"
    pub what: String,
    pub before: Option<String>,
    pub wanted: Option<String>,
    pub now: Option<String>,
    /// Changed in the EHR by somebody else.
    pub moved: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct LeaveArgs {
    pub id: String,
    /// Of the comparison that the clinician saw.
    pub seen: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct AttemptLine {
    /// RFC 3339
    pub at: String,
    pub what: String,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct Candidate {
    /// `Type/id`
    pub reference: String,
    pub title: String,
    pub date: Option<String>,
    pub author: Option<String>,
    /// It says all that was signed.
    pub same: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct ChooseArgs {
    pub id: String,
    /// `Type/id`: this record is the item.
    pub reference: String,
}

/// The proof: what the EHR itself returned when asked for the item.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct Receipt {
    pub resource_type: String,
    pub id: String,
    pub version_id: Option<String>,
    pub last_updated: Option<String>,
    /// SHA-256 of what we said, as found in what was read back.
    pub content_hash: String,
    pub filed_at: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct DeliveryArgs {
    pub id: String,
}
