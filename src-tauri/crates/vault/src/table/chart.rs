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

/// What a section's resources were read as, in a form of the reader's own.
pub struct AsRead {
    /// Names the rules by which they were read.
    pub read_by: &'static str,
    pub entries: Phi<Vec<u8>>,
}

/// A section without its resources.
pub struct SectionHead {
    pub outcome: SectionOutcome,
    pub fetched_at: Timestamp,
    /// What the resources were read as; `None` when that was done by other rules.
    pub entries: Option<Phi<Vec<u8>>>,
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
        as_read: &AsRead,
        at: Timestamp,
    ) -> Result<(), VaultError> {
        let (word, why) = match outcome {
            SectionOutcome::Complete => ("complete", ""),
            SectionOutcome::Partial(why) => ("partial: ", why.as_str()),
            SectionOutcome::Failed(why) => ("failed: ", why.as_str()),
            SectionOutcome::NotOffered(why) => ("not offered: ", why.as_str()),
        };
        let read = !matches!(outcome, SectionOutcome::Failed(_) | SectionOutcome::NotOffered(_));
        let mut tx = self.begin().await?;
        if read {
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
            sqlx::query("INSERT INTO chart_entries (iss, patient, section, read_by, entries) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET read_by = excluded.read_by, entries = excluded.entries")
                .bind(iss)
                .bind(patient)
                .bind(section.name())
                .bind(as_read.read_by)
                .bind(as_read.entries.expose().as_slice())
                .execute(&mut *tx)
                .await?;
        }
        sqlx::query("INSERT INTO chart_section (iss, patient, section, outcome, fetched_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET outcome = excluded.outcome, fetched_at = CASE WHEN ? THEN excluded.fetched_at ELSE fetched_at END")
            .bind(iss)
            .bind(patient)
            .bind(section.name())
            .bind(format!("{word}{why}"))
            .bind(at.to_string())
            // What is kept is as old as it was.
            .bind(read)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// How a section was last stored, with what these rules read in it; `None` if it was never loaded.
    pub async fn section_head(
        &self,
        iss: &str,
        patient: &str,
        section: Section,
        read_by: &str,
    ) -> Result<Option<SectionHead>, VaultError> {
        let row = sqlx::query(
            "SELECT outcome, fetched_at, CASE read_by WHEN ? THEN entries END \
             FROM chart_section LEFT JOIN chart_entries USING (iss, patient, section) \
             WHERE iss = ? AND patient = ? AND section = ?",
        )
        .bind(read_by)
        .bind(iss)
        .bind(patient)
        .bind(section.name())
        .fetch_optional(&self.read)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let entries: Option<Vec<u8>> = row.try_get(2)?;
        Ok(Some(SectionHead {
            outcome: outcome(row.try_get(0)?),
            fetched_at: instant(row.try_get(1)?)?,
            entries: entries.map(Phi::new),
        }))
    }

    /// A section as last stored; `None` if it was never loaded.
    pub async fn section(
        &self,
        iss: &str,
        patient: &str,
        section: Section,
    ) -> Result<Option<StoredSection>, VaultError> {
        let head = self.section_head(iss, patient, section, "").await?;
        let Some(SectionHead { outcome, fetched_at, .. }) = head else { return Ok(None) };
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
        Ok(Some(StoredSection { outcome, fetched_at, resources }))
    }
}

fn outcome(text: &str) -> SectionOutcome {
    match text.split_once(": ") {
        None => SectionOutcome::Complete,
        Some(("partial", why)) => SectionOutcome::Partial(why.to_owned()),
        Some(("not offered", why)) => SectionOutcome::NotOffered(why.to_owned()),
        Some((_, why)) => SectionOutcome::Failed(why.to_owned()),
    }
}
