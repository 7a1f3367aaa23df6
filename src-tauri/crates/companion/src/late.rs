//! What was signed and is not filed for too long: the clinician is told, and then, where policy says so, IT.

use crate::account::Account;
use crate::app::Companion;
use crate::contract::Topic;
use crate::failure::Failure;
use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// When waiting for the EHR has lasted too long.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DeliveryPolicy {
    /// Hours after signing at which the window says that an item is late.
    pub alert_after_hours: u32,
    /// Hours after signing at which the log says so as an error; absent: never.
    pub alert_it_after_hours: Option<u32>,
}

impl Default for DeliveryPolicy {
    fn default() -> Self {
        Self { alert_after_hours: 4, alert_it_after_hours: None }
    }
}

impl Companion {
    /// Items that are not filed so many hours after they were signed.
    pub(crate) async fn late(&self, account: &Account, hours: u32) -> Result<u32, Failure> {
        let limit = self.host.clock.now().checked_sub(SignedDuration::from_hours(hours.into()));
        match limit {
            Ok(limit) => Ok(account.vault.not_filed_since(limit).await?),
            Err(_) => Ok(0),
        }
    }

    /// Tells the window, and the log for IT, when more or fewer items are late than before. `told`: how many the
    /// worker of this account saw last, for each of them.
    pub(crate) async fn tell_late(&self, account: &Account, told: &mut (u32, u32)) -> Result<(), Failure> {
        let policy = &self.policy.delivery;
        let now = self.late(account, policy.alert_after_hours).await?;
        let for_it = match policy.alert_it_after_hours {
            Some(hours) => self.late(account, hours).await?,
            None => 0,
        };
        if now != told.0 {
            self.emit(Topic::App, None);
        }
        if for_it > told.1 {
            tracing::error!(items = for_it, "signed items are not in the EHR for longer than policy allows");
        }
        *told = (now, for_it);
        Ok(())
    }
}
