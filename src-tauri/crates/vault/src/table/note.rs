//! The note while it is written: every section with its versions.

use super::instant;
use crate::{Vault, VaultError};
use clinical::phi::Phi;
use jiff::{SignedDuration, Timestamp};
use sqlx::Row;

/// Edits within this span belong to one version, in seconds: a version is a thought, not a keystroke.
const VERSION_SECONDS: i64 = 20;

/// The newest text of a section.
#[derive(Debug, Clone)]
pub struct SectionText {
    pub section: String,
    pub text: Phi<String>,
    pub revision: u32,
    pub saved_at: Timestamp,
}

/// What became of an edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditOutcome {
    /// Durable, under this revision.
    Saved { revision: u32 },
    /// Somebody saved another revision meanwhile; nothing was overwritten.
    Conflict { revision: u32 },
    /// The note is signed.
    Signed,
}

impl Vault {
    /// Saves one section's text; durable when it returns. `base` is the revision the edit began from.
    pub async fn save_edit(
        &self,
        visit: &str,
        section: &str,
        text: &Phi<String>,
        base: u32,
        at: Timestamp,
    ) -> Result<EditOutcome, VaultError> {
        let mut tx = self.begin().await?;
        let signed = sqlx::query("SELECT 1 FROM signed_note WHERE visit = ?")
            .bind(visit)
            .fetch_optional(&mut *tx)
            .await?;
        if signed.is_some() {
            return Ok(EditOutcome::Signed);
        }
        let head = sqlx::query("SELECT revision, begun_at FROM note_edit WHERE visit = ? AND section = ? ORDER BY revision DESC LIMIT 1")
            .bind(visit)
            .bind(section)
            .fetch_optional(&mut *tx)
            .await?;
        let (head_revision, begun) = match &head {
            Some(row) => (row.try_get::<u32, _>(0)?, Some(instant(row.try_get(1)?)?)),
            None => (0, None),
        };
        if head_revision != base {
            return Ok(EditOutcome::Conflict { revision: head_revision });
        }
        let revision = base + 1;
        let same_thought =
            begun.filter(|b| at.duration_since(*b) < SignedDuration::from_secs(VERSION_SECONDS) && at >= *b);
        if let Some(begun) = same_thought {
            sqlx::query("UPDATE note_edit SET revision = ?, text = ?, saved_at = ?, begun_at = ? WHERE visit = ? AND section = ? AND revision = ?")
                .bind(revision)
                .bind(text.expose())
                .bind(at.to_string())
                .bind(begun.to_string())
                .bind(visit)
                .bind(section)
                .bind(base)
                .execute(&mut *tx)
                .await?;
        } else {
            sqlx::query("INSERT INTO note_edit (visit, section, revision, text, saved_at, begun_at) VALUES (?, ?, ?, ?, ?, ?)")
                .bind(visit)
                .bind(section)
                .bind(revision)
                .bind(text.expose())
                .bind(at.to_string())
                .bind(at.to_string())
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(EditOutcome::Saved { revision })
    }

    /// The newest text of every section that was ever edited.
    pub async fn note_texts(&self, visit: &str) -> Result<Vec<SectionText>, VaultError> {
        let rows = sqlx::query("SELECT section, text, revision, saved_at FROM note_edit e WHERE visit = ? AND revision = (SELECT max(revision) FROM note_edit WHERE visit = e.visit AND section = e.section)")
            .bind(visit)
            .fetch_all(&self.read)
            .await?;
        rows.iter()
            .map(|r| {
                Ok(SectionText {
                    section: r.try_get(0)?,
                    text: Phi::new(r.try_get(1)?),
                    revision: r.try_get(2)?,
                    saved_at: instant(r.try_get(3)?)?,
                })
            })
            .collect()
    }
}
