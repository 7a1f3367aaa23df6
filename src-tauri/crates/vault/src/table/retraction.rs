//! What was signed and no longer stands: entered in error.

use super::instant;
use super::outbox::{change_state, queue};
use crate::table::audit::{AuditRecord, append};
use crate::{Vault, VaultError};
use clinical::delivery::State;
use clinical::item::Item;
use clinical::phi::Phi;
use jiff::Timestamp;
use sqlx::Row;

/// One part of a visit that no longer stands.
#[derive(Debug, Clone)]
pub struct Retraction {
    /// The outbox item; of a document that has none, the signed note.
    pub part: String,
    pub visit: String,
    pub by_name: String,
    pub reason: Phi<String>,
    pub at: Timestamp,
    /// The item that marks it in the EHR.
    pub item: Option<String>,
}

impl Vault {
    /// Records retractions, takes back what was not sent or what rests on a part, and queues what marks the rest: all of it or
    /// nothing. False when one of the items moved meanwhile, or one of the parts was retracted before.
    pub async fn retract(
        &self,
        retractions: &[Retraction],
        withdrawn: &[Item],
        queued: &[Item],
        audit: AuditRecord<'_>,
    ) -> Result<bool, VaultError> {
        let mut tx = self.begin().await?;
        for r in retractions {
            let queued: Vec<Item> =
                queued.iter().filter(|i| Some(&i.id) == r.item.as_ref()).cloned().collect();
            queue(&mut tx, &r.visit, &queued).await?;
            let recorded = sqlx::query("INSERT INTO retraction (part, visit, by_name, reason, at, item) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING")
                .bind(&r.part)
                .bind(&r.visit)
                .bind(&r.by_name)
                .bind(r.reason.expose())
                .bind(r.at.to_string())
                .bind(&r.item)
                .execute(&mut *tx)
                .await?;
            if recorded.rows_affected() == 0 {
                return Ok(false);
            }
            let is_part = |i: &Item| retractions.iter().any(|r| r.part == i.id);
            let rests = |i: &&Item| i.id == r.part || (!is_part(i) && i.parents.contains(&r.part));
            for item in withdrawn.iter().filter(rests) {
                let what = "Taken back before it was sent.";
                if !change_state(&mut tx, item, &State::Superseded, item.attempts, what, r.at).await? {
                    return Ok(false);
                }
            }
        }
        append(&mut tx, audit).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// The retractions of a visit.
    pub async fn retractions(&self, visit: &str) -> Result<Vec<Retraction>, VaultError> {
        let sql = "SELECT part, visit, by_name, reason, at, item FROM retraction WHERE visit = ? ORDER BY at";
        let rows = sqlx::query(sql).bind(visit).fetch_all(&self.read).await?;
        rows.iter()
            .map(|row| {
                Ok(Retraction {
                    part: row.try_get(0)?,
                    visit: row.try_get(1)?,
                    by_name: row.try_get(2)?,
                    reason: Phi::new(row.try_get(3)?),
                    at: instant(row.try_get(4)?)?,
                    item: row.try_get(5)?,
                })
            })
            .collect()
    }

    /// This item, or what was signed with it, no longer stands.
    pub async fn is_retracted(&self, part: &str) -> Result<bool, VaultError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM retraction WHERE part = ?)";
        Ok(sqlx::query_scalar::<_, bool>(sql).bind(part).fetch_one(&self.read).await?)
    }
}
