//! What happened to an item, and, where nobody but a person can tell whether the EHR has it, the person's answer.

use crate::app::Companion;
use crate::asked::{Asked, asked};
use crate::compare::can_compare;
use crate::contract::{AttemptLine, Candidate, ChooseArgs, DeliveryArgs, DeliveryLook, DeliveryView, Topic};
use crate::delivery::step;
use crate::delivery_view::can_decide;
use crate::failure::Failure;
use clinical::delivery::{Event, Reason, State};
use clinical::item::{Item, Receipt};
use fhir::view::{self, Around};
use std::sync::Arc;

impl Companion {
    pub async fn delivery_look(self: &Arc<Self>, args: DeliveryArgs) -> Result<DeliveryLook, Failure> {
        let account = self.account()?;
        let item = account.vault.item(&args.id).await?.ok_or_else(none_such)?;
        let history = account.vault.attempts(&item.id).await?;
        let mut look = DeliveryLook {
            history: history.into_iter().map(|(at, what)| AttemptLine { at: at.to_string(), what }).collect(),
            candidates: Vec::new(),
            incomplete: None,
            comparison: self.comparison(&account, &item).await?,
            can_send: matches!(
                item.state,
                State::NeedsClinician { reason: Reason::CannotTell | Reason::NotReadable { .. } }
            ),
            id: item.id.clone(),
        };
        if can_compare(&item) && look.comparison.is_none() {
            look.incomplete =
                Some("The EHR does not give the record now, so it cannot be compared.".to_owned());
        }
        if !can_decide(&item) {
            return Ok(look);
        }
        let Asked::Create(sent) = asked(&account, &item).await? else { return Ok(look) };
        let session = account.session_of(&item.patient);
        let client = session.fhir()?;
        let found = client.look(&session.who.capabilities, &item.request, &item.patient, &sent).await;
        let Some(found) = found else {
            look.incomplete = Some("The EHR could not be asked. Look in the chart there.".to_owned());
            return Ok(look);
        };
        // What another item became is not this one.
        let taken: Vec<String> = account
            .vault
            .items(&item.visit)
            .await?
            .iter()
            .filter_map(|i| i.receipt.as_ref())
            .map(Receipt::reference)
            .collect();
        let around = Around::alone(&session.who.iss);
        look.candidates = found
            .records
            .iter()
            .filter_map(|(record, same)| Some((view::entry(record, &around)?, *same)))
            .filter(|(entry, _)| !taken.contains(&entry.id))
            .map(|(entry, same)| Candidate {
                reference: entry.id,
                title: entry.title.into_inner(),
                date: entry.date.map(|d| d.into_inner().shown().to_owned()),
                author: entry.source,
                same,
            })
            .collect();
        if !found.complete {
            look.incomplete = Some("There are more in the EHR than are shown here.".to_owned());
        }
        Ok(look)
    }

    pub async fn delivery_choose(self: &Arc<Self>, args: ChooseArgs) -> Result<DeliveryView, Failure> {
        let event = Event::Chosen { reference: args.reference };
        self.decided(&args.id, &event, "You said which record it is; it is read back.", "chosen in the chart")
            .await
    }

    pub async fn delivery_not_there(self: &Arc<Self>, args: DeliveryArgs) -> Result<DeliveryView, Failure> {
        let what = "You looked: it is not there. It is sent again.";
        self.decided(&args.id, &Event::NotThere, what, "not in the chart").await
    }

    async fn decided(
        self: &Arc<Self>,
        id: &str,
        event: &Event,
        what: &str,
        on_record: &str,
    ) -> Result<DeliveryView, Failure> {
        let account = self.account()?;
        let item = account.vault.item(id).await?.ok_or_else(none_such)?;
        let is_kind = match event {
            Event::Chosen { reference } => is_of(&item, reference),
            _ => true,
        };
        if !can_decide(&item) || !is_kind {
            return Err(Failure::invalid("There is nothing to decide about this item now."));
        }
        let moved = step(self, &account, &item, event, None, what).await;
        if !moved.map_err(|_| Failure::invalid("There is nothing to decide about this item now."))? {
            return Err(Failure::invalid("This item moved meanwhile; look again."));
        }
        let about = match event {
            Event::Chosen { reference } => reference.clone(),
            _ => format!("{}/{}", item.request.resource_type, item.request.identifier),
        };
        self.audit(&account, &account.session().who.fhir_user, "delivery decided", &about, on_record).await?;
        self.wake.ring();
        self.emit(Topic::Delivery, Some(&item.visit));
        self.delivery_of(&account, &item.visit).await
    }
}

fn is_of(item: &Item, reference: &str) -> bool {
    reference.split_once('/').is_some_and(|(kind, id)| kind == item.request.resource_type && !id.is_empty())
}

fn none_such() -> Failure {
    Failure::invalid("There is no such item.")
}
