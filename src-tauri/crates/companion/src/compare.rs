//! Where the EHR's record is another than the clinician wants it: the versions side by side, and the choice to leave
//! the EHR's as it is. What was left so is never called filed.

use crate::account::Account;
use crate::app::Companion;
use crate::asked::{Asked, asked};
use crate::billing::is_message;
use crate::contract::{Comparison, ComparisonRow, DeliveryView, LeaveArgs, Topic};
use crate::delivery::step;
use crate::failure::Failure;
use clinical::delivery::{Event, Reason, State};
use clinical::item::{Item, Kind};
use ehr::parents::filled_in;
use fhir::differences::{Versions, differences};
use fhir::json::{legal_id, text};
use fhir::{compare, patch, write};
use serde_json::Value;
use std::sync::Arc;

/// There is a record in the EHR that can be compared with what the clinician wants.
pub(crate) fn can_compare(item: &Item) -> bool {
    match &item.state {
        State::NeedsClinician { reason: Reason::Differs { .. } } => !is_message(item),
        State::NeedsClinician { reason: Reason::Conflict { .. } } => item.request.change.is_some(),
        _ => false,
    }
}

/// The versions of a record about which a person decides.
struct Held {
    reference: String,
    before: Option<Before>,
    wanted: Value,
    now: Value,
}

enum Before {
    /// The EHR's version that the clinician read.
    Read(Value),
    Signed(Value),
}

impl Before {
    fn record(&self) -> &Value {
        match self {
            Self::Read(record) | Self::Signed(record) => record,
        }
    }
}

/// `None`: the EHR does not give the record now.
async fn held(account: &Account, item: &Item) -> Result<Option<Held>, Failure> {
    let client = account.session_of(&item.patient).fhir()?;
    let change = match asked(account, item).await? {
        Asked::Message => return Ok(None),
        Asked::Create(wanted) => {
            let State::NeedsClinician { reason: Reason::Differs { reference } } = &item.state else {
                return Ok(None);
            };
            let Ok(now) = client.read(reference).await else { return Ok(None) };
            return Ok(Some(Held { reference: reference.clone(), before: None, wanted, now }));
        }
        Asked::Change(change) => change,
    };
    let Ok(now) = client.read(&change.target).await else { return Ok(None) };
    let before = match &change.version {
        // Not every EHR keeps what was.
        Some(version) if !legal_id(version) => None,
        Some(version) => {
            let read = client.read(&format!("{}/_history/{version}", change.target)).await.ok();
            read.map(Before::Read)
        }
        None => {
            let siblings = account.vault.items(&item.visit).await?;
            let of = item.request.change.as_ref().map(|change| &change.of);
            let parent = siblings.iter().find(|s| Some(&write::urn(&s.id)) == of);
            let body = parent.and_then(|parent| filled_in(parent, &siblings));
            body.and_then(|body| serde_json::from_str(&body).ok()).map(Before::Signed)
        }
    };
    let wanted = before.as_ref().map_or(&now, Before::record).clone();
    let wanted = patch::apply(wanted, &change.patch);
    Ok(Some(Held { reference: change.target, before, wanted, now }))
}

impl Companion {
    /// The versions side by side. `None`: there is nothing to compare, or the EHR does not give the record now.
    pub(crate) async fn comparison(
        &self,
        account: &Account,
        item: &Item,
    ) -> Result<Option<Comparison>, Failure> {
        if !can_compare(item) {
            return Ok(None);
        }
        let Some(held) = held(account, item).await? else { return Ok(None) };
        let before = held.before.as_ref();
        let versions = Versions {
            before: before.map(Before::record),
            before_is_theirs: matches!(before, Some(Before::Read(_))),
            wanted: &held.wanted,
            now: &held.now,
        };
        let rows = differences(&versions).into_iter().map(|row| ComparisonRow {
            what: row.what,
            before: row.before,
            wanted: row.wanted,
            now: row.now,
            moved: row.moved,
        });
        let changed = text(&held.now, &["meta", "lastUpdated"]).and_then(|at| at.parse().ok());
        let is_change = item.request.change.is_some();
        Ok(Some(Comparison {
            rows: rows.collect(),
            before: before.map(|before| match before {
                Before::Read(_) => "As you read it".to_owned(),
                Before::Signed(_) => "As you signed it".to_owned(),
            }),
            wanted: if is_change { "As you want it" } else { "As you signed it" }.to_owned(),
            now: format!("In {} now", account.session_of(&item.patient).who.ehr_name),
            changed: changed.map(|at| self.minute(at)),
            again: again(item).map(str::to_owned),
            seen: compare::hash(&held.now),
            reference: held.reference,
        }))
    }

    /// The clinician saw this version of the EHR's record and leaves it as it is.
    pub async fn delivery_leave(self: &Arc<Self>, args: LeaveArgs) -> Result<DeliveryView, Failure> {
        let account = self.account()?;
        let item = account.vault.item(&args.id).await?;
        let nothing = || Failure::invalid("There is nothing to decide about this item now.");
        let item = item.filter(can_compare).ok_or_else(nothing)?;
        let away = || Failure::invalid("The EHR could not be asked what it has now. Try again later.");
        let held = held(&account, &item).await?.ok_or_else(away)?;
        if compare::hash(&held.now) != args.seen {
            return Err(Failure::invalid("The record was changed in the EHR again. Look at it once more."));
        }
        let event = Event::LeftAsIs { reference: held.reference.clone() };
        let what = "You left the record in the EHR as it is.";
        if !step(self, &account, &item, &event, None, what).await? {
            return Err(Failure::invalid("This item moved meanwhile; look again."));
        }
        let who = account.session().who.fhir_user.clone();
        self.audit(&account, &who, "delivery decided", &held.reference, "left as it is in the EHR").await?;
        self.wake.ring();
        for topic in [Topic::Delivery, Topic::Note, Topic::Visit, Topic::App] {
            self.emit(topic, Some(&item.visit));
        }
        self.delivery_of(&account, &item.visit).await
    }
}

/// What trying again does.
fn again(item: &Item) -> Option<&'static str> {
    match (&item.state, item.kind) {
        // It was read as another than it is: the statement would be about what nobody read.
        (State::NeedsClinician { reason: Reason::Conflict { .. } }, Kind::Cosign) => None,
        (State::NeedsClinician { reason: Reason::Conflict { .. } }, _) => Some("Mark it as it is now"),
        _ => Some("Read it again"),
    }
}
