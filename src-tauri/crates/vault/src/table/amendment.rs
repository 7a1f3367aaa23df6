//! Addenda, corrections and cosignatures: their drafts, and what they became when they were signed.

use super::instant;
use super::outbox::queue;
use crate::table::audit::{AuditRecord, append};
use crate::table::note::seed;
use crate::{Vault, VaultError};
use clinical::item::Item;
use clinical::note::{Relation, SignedNote};
use clinical::phi::Phi;
use jiff::Timestamp;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

/// An addendum, a correction or a cosignature of a visit.
#[derive(Debug, Clone)]
pub struct Amendment {
    pub id: String,
    pub visit: String,
    pub relation: Relation,
    /// Id of the signed note that it amends; of a cosignature, the note's reference in the EHR.
    pub target: String,
    pub begun_at: Timestamp,
    /// `None` while it is a draft.
    pub note: Option<SignedNote>,
    /// Its item in the outbox; `None` where the EHR takes no notes.
    pub item: Option<String>,
}

/// Those of a visit that were not given up; ends with a condition.
const SELECT: &str = "SELECT id, visit, relation, target, begun_at, body, item FROM amendment WHERE dropped_at IS NULL AND visit = ? ";

impl Vault {
    /// Opens the draft of this kind for the visit: the one that is open, else a new one whose sections begin
    /// with these texts. Gives `None` while the visit itself is not signed.
    pub async fn begin_amendment(
        &self,
        new: &Amendment,
        texts: &[(String, Phi<String>)],
    ) -> Result<Option<Amendment>, VaultError> {
        let mut tx = self.begin().await?;
        let signed = sqlx::query("SELECT 1 FROM signed_note WHERE visit = ?").bind(&new.visit);
        if new.relation != Relation::Signs && signed.fetch_optional(&mut *tx).await?.is_none() {
            return Ok(None);
        }
        let relation = serde_json::to_string(&new.relation)?;
        let open = sqlx::query(sqlx::AssertSqlSafe(format!(
            "{SELECT} AND relation = ? AND (?3 IS NULL OR target = ?3) AND signed_at IS NULL"
        )))
        .bind(&new.visit)
        .bind(&relation)
        .bind((new.relation == Relation::Signs).then_some(&new.target))
        .fetch_optional(&mut *tx)
        .await?;
        if let Some(row) = open {
            return read(&row).map(Some);
        }
        sqlx::query("INSERT INTO amendment (id, visit, relation, target, begun_at) VALUES (?, ?, ?, ?, ?)")
            .bind(&new.id)
            .bind(&new.visit)
            .bind(&relation)
            .bind(&new.target)
            .bind(new.begun_at.to_string())
            .execute(&mut *tx)
            .await?;
        for (section, text) in texts {
            seed(&mut tx, &new.visit, &format!("{}/{section}", new.id), text, new.begun_at).await?;
        }
        tx.commit().await?;
        Ok(Some(new.clone()))
    }

    /// The addenda and corrections of a visit, the oldest first: signed ones and open drafts.
    pub async fn amendments(&self, visit: &str) -> Result<Vec<Amendment>, VaultError> {
        let sql = format!("{SELECT} ORDER BY coalesce(signed_at, '9'), begun_at");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(visit).fetch_all(&self.read).await?;
        rows.iter().map(read).collect()
    }

    /// The write plans of what was signed after the note, as they were shown, JSON; the oldest first.
    pub async fn amendment_plans(&self, visit: &str) -> Result<Vec<String>, VaultError> {
        let rows =
            sqlx::query("SELECT plan FROM amendment WHERE visit = ? AND plan IS NOT NULL ORDER BY signed_at")
                .bind(visit)
                .fetch_all(&self.read)
                .await?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }

    /// Gives a draft up. Its text stays in the vault. False when there is no such draft.
    pub async fn drop_amendment(&self, visit: &str, id: &str, at: Timestamp) -> Result<bool, VaultError> {
        let dropped = sqlx::query("UPDATE amendment SET dropped_at = ? WHERE id = ? AND visit = ? AND signed_at IS NULL AND dropped_at IS NULL")
            .bind(at.to_string())
            .bind(id)
            .bind(visit)
            .execute(self.writer().await?)
            .await?;
        Ok(dropped.rows_affected() == 1)
    }

    /// Locks an amendment and queues its items, its own first: all or nothing. False when it is no open
    /// draft any more; then nothing changes.
    pub async fn sign_amendment(
        &self,
        visit: &str,
        note: &SignedNote,
        plan: &str,
        items: &[Item],
        audit: AuditRecord<'_>,
    ) -> Result<bool, VaultError> {
        let mut tx = self.begin().await?;
        queue(&mut tx, visit, items).await?;
        let signed = sqlx::query("UPDATE amendment SET body = ?, plan = ?, item = ?, signed_at = ? WHERE id = ? AND visit = ? AND signed_at IS NULL AND dropped_at IS NULL")
            .bind(serde_json::to_string(note)?)
            .bind(plan)
            .bind(items.first().map(|i| i.id.as_str()))
            .bind(note.signed_at().to_string())
            .bind(note.id())
            .bind(visit)
            .execute(&mut *tx)
            .await?;
        if signed.rows_affected() == 0 {
            return Ok(false);
        }
        append(&mut tx, audit).await?;
        tx.commit().await?;
        Ok(true)
    }
}

fn read(row: &SqliteRow) -> Result<Amendment, VaultError> {
    Ok(Amendment {
        id: row.try_get(0)?,
        visit: row.try_get(1)?,
        relation: serde_json::from_str(row.try_get(2)?)?,
        target: row.try_get(3)?,
        begun_at: instant(row.try_get(4)?)?,
        note: row.try_get::<Option<&str>, _>(5)?.map(serde_json::from_str).transpose()?,
        item: row.try_get(6)?,
    })
}
