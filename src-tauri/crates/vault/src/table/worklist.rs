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

/// How much of a patient's chart is in the vault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChartHeld {
    /// `Patient` id.
    pub patient: String,
    pub sections: usize,
    /// Those of them whose last loading failed.
    pub failed: usize,
    /// When the oldest section was asked for.
    pub oldest: Timestamp,
}

impl Vault {
    /// The charts of an EHR that are in the vault, whole or in part.
    pub async fn charts_held(&self, iss: &str) -> Result<Vec<ChartHeld>, VaultError> {
        let rows = sqlx::query("SELECT patient, count(*), sum(outcome LIKE 'failed%'), min(fetched_at) FROM chart_section WHERE iss = ? GROUP BY patient")
            .bind(iss)
            .fetch_all(&self.read)
            .await?;
        rows.iter()
            .map(|r| {
                let count = |at| r.try_get::<i64, _>(at).map(|n| usize::try_from(n).unwrap_or_default());
                let (sections, failed) = (count(1)?, count(2)?);
                Ok(ChartHeld { patient: r.try_get(0)?, sections, failed, oldest: instant(r.try_get(3)?)? })
            })
            .collect()
    }

    /// Takes out the charts that were all asked for before `before`, and gives whose they were. The
    /// chart of a patient with a visit that is not done (unsigned, or not all filed) stays, and so
    /// does that of `shown`.
    pub async fn forget_charts(
        &self,
        iss: &str,
        before: Timestamp,
        shown: &str,
    ) -> Result<Vec<String>, VaultError> {
        let mut tx = self.begin().await?;
        let rows = sqlx::query(
            "SELECT patient FROM chart_section s WHERE iss = ? AND patient <> ? \
             AND NOT EXISTS (SELECT 1 FROM visit v WHERE v.iss = s.iss AND v.patient = s.patient AND \
               (NOT EXISTS (SELECT 1 FROM signed_note n WHERE n.visit = v.id) OR \
                EXISTS (SELECT 1 FROM item_state i WHERE i.visit = v.id AND i.state_name NOT IN ('filed', 'left_as_is', 'superseded')))) \
             GROUP BY patient HAVING max(fetched_at) < ?",
        )
        .bind(iss)
        .bind(shown)
        .bind(before.to_string())
        .fetch_all(&mut *tx)
        .await?;
        let patients = rows.iter().map(|r| r.try_get(0)).collect::<Result<Vec<String>, _>>()?;
        for patient in &patients {
            for table in ["chart_resource", "chart_entries", "chart_section"] {
                let sql = format!("DELETE FROM {table} WHERE iss = ? AND patient = ?");
                sqlx::query(sqlx::AssertSqlSafe(sql)).bind(iss).bind(patient).execute(&mut *tx).await?;
            }
        }
        tx.commit().await?;
        Ok(patients)
    }

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
            .execute(self.writer().await?)
            .await?;
        Ok(())
    }
}
