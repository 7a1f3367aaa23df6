//! Diagnoses, charges and follow-ups while they are chosen.

use crate::{Vault, VaultError};
use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};
use sqlx::Row;

impl Vault {
    /// Replaces the draft of one kind (`diagnoses`, `charges`, `follow_ups`).
    pub async fn save_draft<T: Serialize + Sync>(
        &self,
        visit: &str,
        kind: &'static str,
        body: &T,
        at: Timestamp,
    ) -> Result<(), VaultError> {
        sqlx::query("INSERT INTO draft (visit, kind, body, saved_at) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body, saved_at = excluded.saved_at")
            .bind(visit)
            .bind(kind)
            .bind(serde_json::to_string(body)?)
            .bind(at.to_string())
            .execute(self.writer().await?)
            .await?;
        Ok(())
    }

    /// The draft of one kind; the default when nothing was chosen yet.
    pub async fn draft<T: DeserializeOwned + Default>(
        &self,
        visit: &str,
        kind: &'static str,
    ) -> Result<T, VaultError> {
        let row = sqlx::query("SELECT body FROM draft WHERE visit = ? AND kind = ?")
            .bind(visit)
            .bind(kind)
            .fetch_optional(&self.read)
            .await?;
        match row {
            Some(r) => Ok(serde_json::from_str(r.try_get(0)?)?),
            None => Ok(T::default()),
        }
    }
}
