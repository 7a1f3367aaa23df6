//! Follow-up tasks of a visit.

use crate::account::Account;
use crate::app::Companion;
use crate::contract::{
    FollowUpAddArgs, FollowUpRemoveArgs, FollowUpView, FollowUpsView, OwnerChoice, Priority, Topic,
    UsualFollowUp, VisitArgs,
};
use crate::failure::Failure;
use crate::note::may_draft;
use crate::visit::signed_already;
use clinical::followup::FollowUp;
use clinical::phi::Phi;
use clinical::visit::Visit;
use std::sync::Arc;

/// Most follow-ups of one visit.
const MAX_FOLLOW_UPS: usize = 20;
/// Longest text of one, in characters.
const MAX_TEXT: usize = 500;
pub(crate) const KIND: &str = "follow_ups";

impl Companion {
    pub async fn follow_ups_get(self: &Arc<Self>, args: VisitArgs) -> Result<FollowUpsView, Failure> {
        let (account, visit) = self.visit(&args.visit).await?;
        let items: Vec<FollowUp> = account.vault.draft(&visit.id, KIND).await?;
        Ok(self.follow_ups_view(&account, &visit, &items))
    }

    pub async fn follow_up_add(self: &Arc<Self>, args: FollowUpAddArgs) -> Result<FollowUpsView, Failure> {
        let text = args.text.trim().to_owned();
        if text.is_empty() || text.chars().count() > MAX_TEXT {
            return Err(Failure::invalid(format!(
                "Say what has to be done, in at most {MAX_TEXT} characters."
            )));
        }
        let due = match args.due.as_deref().map(str::trim).filter(|d| !d.is_empty()) {
            Some(day) => Some(day.parse().map_err(|_| Failure::invalid("Give the due date as YYYY-MM-DD."))?),
            None => None,
        };
        let (account, _) = self.visit(&args.visit).await?;
        let owner = owners(&account).into_iter().find(|o| o.reference == args.owner);
        let owner = owner.ok_or_else(|| Failure::invalid("Choose who is to do it."))?;
        let id = self.host.entropy.uuid();
        self.change_follow_ups(&args.visit, |all| {
            if all.len() >= MAX_FOLLOW_UPS {
                return Err(Failure::invalid("This visit has as many follow-ups as it can hold."));
            }
            all.push(FollowUp {
                id,
                text: Phi::new(text),
                owner: owner.reference,
                owner_name: owner.name,
                due,
                urgent: args.priority == Priority::Urgent,
            });
            Ok(())
        })
        .await
    }

    pub async fn follow_up_remove(
        self: &Arc<Self>,
        args: FollowUpRemoveArgs,
    ) -> Result<FollowUpsView, Failure> {
        self.change_follow_ups(&args.visit, |all| {
            all.retain(|f| f.id != args.id);
            Ok(())
        })
        .await
    }

    async fn change_follow_ups(
        &self,
        visit: &str,
        change: impl FnOnce(&mut Vec<FollowUp>) -> Result<(), Failure>,
    ) -> Result<FollowUpsView, Failure> {
        let _one_at_a_time = self.visit_change.lock().await;
        let (account, visit) = self.visit(visit).await?;
        may_draft(&account)?;
        if account.vault.signed_note(&visit.id).await?.is_some() {
            return Err(signed_already());
        }
        let mut all: Vec<FollowUp> = account.vault.draft(&visit.id, KIND).await?;
        change(&mut all)?;
        account.vault.save_draft(&visit.id, KIND, &all, self.host.clock.now()).await?;
        self.emit(Topic::FollowUps, Some(&visit.id));
        Ok(self.follow_ups_view(&account, &visit, &all))
    }

    fn follow_ups_view(&self, account: &Account, visit: &Visit, items: &[FollowUp]) -> FollowUpsView {
        let (_, _, day) = visit.period(self.host.clock.now(), &self.host.clock.zone());
        let template = self.site.templates.get(&visit.template);
        let not_yet = |text: &str| !items.iter().any(|f| f.text.expose() == text);
        let usual = template.follow_ups.iter().filter(|f| not_yet(&f.text)).map(|f| UsualFollowUp {
            text: f.text.clone(),
            due: f.due(day).map(|d| d.to_string()),
            priority: priority(f.urgent),
        });
        FollowUpsView {
            visit: visit.id.clone(),
            items: items.iter().map(shown).collect(),
            owners: owners(account),
            usual: usual.collect(),
        }
    }
}

fn owners(account: &Account) -> Vec<OwnerChoice> {
    let session = account.session();
    let who = &session.who;
    vec![OwnerChoice { reference: who.fhir_user.clone(), name: who.clinician.clone() }]
}

fn shown(f: &FollowUp) -> FollowUpView {
    FollowUpView {
        id: f.id.clone(),
        text: f.text.expose().clone(),
        owner: f.owner_name.clone(),
        due: f.due.map(|d| d.to_string()),
        priority: priority(f.urgent),
    }
}

fn priority(urgent: bool) -> Priority {
    if urgent { Priority::Urgent } else { Priority::Routine }
}
