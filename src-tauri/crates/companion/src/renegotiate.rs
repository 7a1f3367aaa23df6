//! What an EHR refuses at delivery although it declares it: the item finds its place elsewhere, and the next plans
//! know it.

use crate::account::Account;
use crate::app::Companion;
use crate::contract::{DeliveryArgs, DeliveryView, Topic};
use crate::delivery::step;
use crate::failure::Failure;
use crate::follow_up_visit::can_rebook;
use clinical::delivery::{Event, Reason, State};
use clinical::item::{Item, Kind};
use jiff::SignedDuration;
use std::sync::Arc;
use vault::RefusedKind;

/// How long a refusal of a kind is believed; after that it is tried again.
const BELIEVED: SignedDuration = SignedDuration::from_hours(24);
/// Of the kind, not of what one record says (RFC 9110 §15.5, §15.6.2).
const OF_THE_KIND: [u16; 4] = [403, 404, 405, 501];

/// Where a refused item finds its place instead.
pub(crate) struct Elsewhere {
    /// "Leave it in the note": what the clinician does.
    pub action: &'static str,
    /// What is said of it afterwards.
    pub done: &'static str,
    audit: &'static str,
}

/// What can be done with an item that the EHR refused for good.
pub(crate) fn elsewhere(item: &Item) -> Option<Elsewhere> {
    let refused =
        matches!(item.state, State::NeedsClinician { reason: Reason::Refused { .. } | Reason::ParentByHand });
    // A time that was taken is not booked any more than one that was refused.
    if !(refused || can_rebook(item)) || item.request.change.is_some() {
        return None;
    }
    match item.kind {
        Kind::Diagnosis | Kind::FollowUpTask | Kind::FollowUpVisit => Some(Elsewhere {
            action: "Leave it in the note",
            done: "It has no record of its own. It stands in the note that was filed.",
            audit: "left in the note",
        }),
        Kind::Charge => Some(Elsewhere {
            action: "Hand to billing",
            done: "You handed it to billing; Chartside sends no charge.",
            audit: "handed to billing",
        }),
        // A note has no other place than the chart.
        Kind::Note | Kind::Addendum | Kind::Correction | Kind::Cosign => Some(Elsewhere {
            action: "I entered it myself",
            done: "You entered it in the EHR yourself. Chartside has not read it there.",
            audit: "entered by hand",
        }),
        Kind::Retraction => None,
    }
}

impl Companion {
    /// The item is not sent any more: its content stands in the note, or somebody else enters it.
    pub async fn delivery_elsewhere(self: &Arc<Self>, args: DeliveryArgs) -> Result<DeliveryView, Failure> {
        let account = self.account()?;
        let item = account.vault.item(&args.id).await?;
        let item = item.ok_or_else(|| Failure::invalid("There is no such item."))?;
        let nothing = || Failure::invalid("This item moved meanwhile; look again.");
        let place = elsewhere(&item).ok_or_else(nothing)?;
        if can_rebook(&item) && !self.surely_not_booked(&account, &item).await? {
            return self.delivery_of(&account, &item.visit).await;
        }
        if !step(self, &account, &item, &Event::Superseded, None, place.done).await? {
            return Err(nothing());
        }
        self.unstage(&account, std::slice::from_ref(&item)).await;
        let about = format!("{}/{}", item.request.resource_type, item.request.identifier);
        let who = account.session().who.fhir_user.clone();
        self.audit(&account, &who, "delivery decided", &about, place.audit).await?;
        self.wake.ring();
        for topic in [Topic::Delivery, Topic::Visit, Topic::App] {
            self.emit(topic, Some(&item.visit));
        }
        self.delivery_of(&account, &item.visit).await
    }

    /// Resource types that this EHR refused lately, with when and how. Notes are never among them.
    pub(crate) async fn refused_lately(
        &self,
        account: &Account,
        iss: &str,
    ) -> Result<Vec<(String, String)>, Failure> {
        let (now, zone) = (self.host.clock.now(), self.host.clock.zone());
        // Also one from before the clock was put back is over one day.
        let lately = |kind: &RefusedKind| now.duration_since(kind.at).abs() < BELIEVED;
        let all = account.vault.refused_kinds(iss).await?;
        let words = |kind: RefusedKind| {
            let day = kind.at.to_zoned(zone.clone()).date();
            (kind.resource_type, format!("on {day} (HTTP {})", kind.status))
        };
        Ok(all.into_iter().filter(lately).map(words).collect())
    }

    /// Remembers for the next plans what the EHR took or refused. What cannot be remembered is tried again.
    pub(crate) async fn learn(&self, account: &Account, item: &Item, to: &State) {
        let told =
            matches!(item.kind, Kind::Diagnosis | Kind::Charge | Kind::FollowUpTask | Kind::FollowUpVisit);
        if !told || item.request.change.is_some() {
            return;
        }
        let session = account.session_of(&item.patient);
        let (iss, resource_type) = (&session.who.iss, &item.request.resource_type);
        let learnt = match to {
            State::Filed { .. } => account.vault.kind_taken(iss, resource_type).await,
            // Only what was sent: a chart that may not be seen says nothing of a kind.
            State::NeedsClinician { reason: Reason::Refused { status } }
                if item.state == State::InFlight && OF_THE_KIND.contains(status) =>
            {
                let (resource_type, status) = (resource_type.clone(), *status);
                let refused = RefusedKind { resource_type, status, at: self.host.clock.now() };
                account.vault.kind_refused(iss, &refused).await
            }
            _ => Ok(()),
        };
        if let Err(error) = learnt {
            Failure::from(error).at_the_edge("remember what the EHR takes");
        }
    }
}
