//! What each EHR declared and granted at the last sign-in.

use super::instant;
use crate::{Vault, VaultError};
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::Row;

/// As it was at the last sign-in.
#[derive(Debug, Clone)]
pub struct EhrKnown<T> {
    pub body: T,
    pub at: Timestamp,
    /// Sentences that nobody has read yet.
    pub changes: Vec<String>,
}

impl Vault {
    /// `None`: nobody signed in there, or what was kept has another form now.
    pub async fn ehr_known<T: DeserializeOwned>(&self, iss: &str) -> Result<Option<EhrKnown<T>>, VaultError> {
        let row = sqlx::query("SELECT body, at, changes FROM ehr_known WHERE iss = ?")
            .bind(iss)
            .fetch_optional(&self.read)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let Ok(body) = serde_json::from_str(row.try_get(0)?) else { return Ok(None) };
        Ok(Some(EhrKnown {
            body,
            at: instant(row.try_get(1)?)?,
            changes: serde_json::from_str(row.try_get(2)?)?,
        }))
    }

    pub async fn save_ehr_known<T: Serialize + Sync>(
        &self,
        iss: &str,
        known: &EhrKnown<T>,
    ) -> Result<(), VaultError> {
        sqlx::query("INSERT INTO ehr_known (iss, body, at, changes) VALUES (?, ?, ?, ?) ON CONFLICT (iss) DO UPDATE SET body = excluded.body, at = excluded.at, changes = excluded.changes")
            .bind(iss)
            .bind(serde_json::to_string(&known.body)?)
            .bind(known.at.to_string())
            .bind(serde_json::to_string(&known.changes)?)
            .execute(self.writer().await?)
            .await?;
        Ok(())
    }

    /// What changed was read.
    pub async fn ehr_changes_read(&self, iss: &str) -> Result<(), VaultError> {
        sqlx::query("UPDATE ehr_known SET changes = '[]' WHERE iss = ?")
            .bind(iss)
            .execute(self.writer().await?)
            .await?;
        Ok(())
    }
}
