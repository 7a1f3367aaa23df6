//! The EHR changed: what it declares and grants is compared with the last sign-in, and what breaks a route is said
//! before the first visit, not at signing.

use crate::account::Account;
use crate::app::Companion;
use crate::contract::{Done, EhrChanges, NoArgs, Topic};
use crate::failure::Failure;
use ehr::changes::{Declared, broken};
use std::sync::Arc;
use vault::EhrKnown;

impl Companion {
    /// After each sign-in. A comparison that fails costs nobody their sign-in.
    pub(crate) async fn compare_ehr(&self, account: &Account) {
        if let Err(failure) = self.compared(account).await {
            failure.at_the_edge("compare the EHR with the last sign-in");
        }
    }

    async fn compared(&self, account: &Account) -> Result<(), Failure> {
        let session = account.session();
        let who = &session.who;
        let mut now = Declared {
            capabilities: who.capabilities.clone(),
            scopes: session.scopes.joined(),
            smart: who.smart.clone(),
            sign_in_at: who.sign_in_at(),
        };
        let known = account.vault.ehr_known::<Declared>(&who.iss).await?;
        let mut changes = known.as_ref().map(|k| k.changes.clone()).unwrap_or_default();
        if let Some(before) = &known {
            for change in broken(&before.body, &now, self.personality(who)?) {
                tracing::warn!(ehr = who.ehr_name, change, "the EHR changed since the last sign-in");
                if !changes.contains(&change) {
                    changes.push(change);
                }
            }
        }
        // An answer that leaves it out once does not take away what the next one is compared with.
        if let Some(before) = known.map(|k| k.body) {
            if now.smart.is_empty() {
                now.smart = before.smart;
            }
            if now.sign_in_at.is_empty() {
                now.sign_in_at = before.sign_in_at;
            }
        }
        let known = EhrKnown { body: now, at: self.host.clock.now(), changes };
        account.vault.save_ehr_known(&who.iss, &known).await?;
        Ok(())
    }

    /// What nobody has read yet.
    pub(crate) async fn ehr_changes(&self, account: &Account) -> Result<Option<EhrChanges>, Failure> {
        let session = account.session();
        let known = account.vault.ehr_known::<Declared>(&session.who.iss).await?;
        let unread = known.filter(|k| !k.changes.is_empty());
        Ok(unread.map(|k| EhrChanges { ehr_name: session.who.ehr_name.clone(), words: k.changes }))
    }

    pub async fn ehr_changes_read(self: &Arc<Self>, _: NoArgs) -> Result<Done, Failure> {
        let account = self.account()?;
        account.vault.ehr_changes_read(&account.session().who.iss).await?;
        self.emit(Topic::App, None);
        Ok(Done {})
    }
}
