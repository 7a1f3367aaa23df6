//! The chart as the EHR gave it, verbatim, section by section.

use super::instant;
use crate::{Vault, VaultError};
use clinical::chart::Section;
use clinical::phi::Phi;
use jiff::Timestamp;
use sqlx::Row;

/// Rows of one INSERT: each statement costs a round trip to SQLite's thread.
const ROWS_AT_ONCE: usize = 50;

/// How loading a section ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SectionOutcome {
    Complete,
    /// Some of it, and why not all.
    Partial(String),
    /// Nothing new, and why; older content stays.
    Failed(String),
    /// It was not asked for, and why: this EHR does not offer it, or not to this sign-in.
    NotOffered(String),
}

/// A section as stored.
pub struct StoredSection {
    pub outcome: SectionOutcome,
    pub fetched_at: Timestamp,
    /// (`Type/id`, the server's JSON text)
    pub resources: Vec<(String, Phi<String>)>,
}

impl Vault {
    /// Replaces a section's content. Where nothing new came, the older content stays and only the
    /// outcome is recorded.
    pub async fn save_section(
        &self,
        iss: &str,
        patient: &str,
        section: Section,
        outcome: &SectionOutcome,
        resources: &[(String, Phi<String>)],
        at: Timestamp,
    ) -> Result<(), VaultError> {
        let (word, why) = match outcome {
            SectionOutcome::Complete => ("complete", ""),
            SectionOutcome::Partial(why) => ("partial: ", why.as_str()),
            SectionOutcome::Failed(why) => ("failed: ", why.as_str()),
            SectionOutcome::NotOffered(why) => ("not offered: ", why.as_str()),
        };
        let mut tx = self.begin().await?;
        if !matches!(outcome, SectionOutcome::Failed(_) | SectionOutcome::NotOffered(_)) {
            sqlx::query("DELETE FROM chart_resource WHERE iss = ? AND patient = ? AND section = ?")
                .bind(iss)
                .bind(patient)
                .bind(section.name())
                .execute(&mut *tx)
                .await?;
            for rows in resources.chunks(ROWS_AT_ONCE) {
                let values = vec!["(?, ?, ?, ?, ?)"; rows.len()].join(", ");
                let sql = format!(
                    "INSERT INTO chart_resource (iss, patient, section, reference, raw) VALUES {values}"
                );
                let mut insert = sqlx::query(sqlx::AssertSqlSafe(sql));
                for (reference, raw) in rows {
                    insert = insert
                        .bind(iss)
                        .bind(patient)
                        .bind(section.name())
                        .bind(reference)
                        .bind(raw.expose());
                }
                insert.execute(&mut *tx).await?;
            }
        }
        sqlx::query("INSERT INTO chart_section (iss, patient, section, outcome, fetched_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET outcome = excluded.outcome, fetched_at = excluded.fetched_at")
            .bind(iss)
            .bind(patient)
            .bind(section.name())
            .bind(format!("{word}{why}"))
            .bind(at.to_string())
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// A section as last stored; `None` if it was never loaded.
    pub async fn section(
        &self,
        iss: &str,
        patient: &str,
        section: Section,
    ) -> Result<Option<StoredSection>, VaultError> {
        let Some(row) = sqlx::query(
            "SELECT outcome, fetched_at FROM chart_section WHERE iss = ? AND patient = ? AND section = ?",
        )
        .bind(iss)
        .bind(patient)
        .bind(section.name())
        .fetch_optional(&self.read)
        .await?
        else {
            return Ok(None);
        };
        let outcome: String = row.try_get(0)?;
        let outcome = match outcome.split_once(": ") {
            None => SectionOutcome::Complete,
            Some(("partial", why)) => SectionOutcome::Partial(why.to_owned()),
            Some(("not offered", why)) => SectionOutcome::NotOffered(why.to_owned()),
            Some((_, why)) => SectionOutcome::Failed(why.to_owned()),
        };
        let rows = sqlx::query("SELECT reference, raw FROM chart_resource WHERE iss = ? AND patient = ? AND section = ? ORDER BY reference")
            .bind(iss)
            .bind(patient)
            .bind(section.name())
            .fetch_all(&self.read)
            .await?;
        let resources = rows
            .iter()
            .map(|r| Ok((r.try_get(0)?, Phi::new(r.try_get(1)?))))
            .collect::<Result<_, VaultError>>()?;
        Ok(Some(StoredSection { outcome, fetched_at: instant(row.try_get(1)?)?, resources }))
    }
}
