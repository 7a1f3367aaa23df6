//! The day's list, and what of the charts is here already.

use super::instant;
use crate::{Vault, VaultError};
use clinical::worklist::Row as Listed;
use jiff::Timestamp;
use sqlx::Row;

/// A day's list as stored.
#[derive(Clone)]
pub struct StoredDay {
    pub rows: Vec<Listed>,
    /// What was asked, and the EHR's name for its answer.
    pub query: String,
    pub etag: Option<String>,
    pub fetched_at: Timestamp,
}

impl Vault {
    /// The list of a day (`YYYY-MM-DD`), if it was ever loaded.
    pub async fn worklist(&self, day: &str) -> Result<Option<StoredDay>, VaultError> {
        let row = sqlx::query("SELECT body, query, etag, fetched_at FROM worklist WHERE day = ?")
            .bind(day)
            .fetch_optional(&self.read)
            .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(StoredDay {
            rows: serde_json::from_str(row.try_get(0)?)?,
            query: row.try_get(1)?,
            etag: row.try_get(2)?,
            fetched_at: instant(row.try_get(3)?)?,
        }))
    }

    /// Replaces the list of a day; lists of days before `oldest` go.
    pub async fn save_worklist(&self, day: &str, list: &StoredDay, oldest: &str) -> Result<(), VaultError> {
        let mut tx = self.begin().await?;
        sqlx::query("INSERT INTO worklist (day, body, query, etag, fetched_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (day) DO UPDATE SET body = excluded.body, query = excluded.query, etag = excluded.etag, fetched_at = excluded.fetched_at")
            .bind(day)
            .bind(serde_json::to_string(&list.rows)?)
            .bind(&list.query)
            .bind(&list.etag)
            .bind(list.fetched_at.to_string())
            .execute(&mut *tx)
            .await?;
        sqlx::query("DELETE FROM worklist WHERE day < ?").bind(oldest).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The list of this day is still what it was at `at`.
    pub async fn worklist_confirmed(&self, day: &str, at: Timestamp) -> Result<(), VaultError> {
        sqlx::query("UPDATE worklist SET fetched_at = ? WHERE day = ?")
            .bind(at.to_string())
            .bind(day)
            .execute(&self.write)
            .await?;
        Ok(())
    }
}
