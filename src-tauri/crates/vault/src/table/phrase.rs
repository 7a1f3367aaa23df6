//! The clinician's own phrases.

use crate::{Vault, VaultError};
use clinical::phrase::Phrase;
use jiff::Timestamp;
use sqlx::Row;

impl Vault {
    /// Saves a phrase, new or changed; `was`: the name that it had before, when that changes. False: another
    /// phrase has this name, and nothing was changed.
    pub async fn save_phrase(
        &self,
        phrase: &Phrase,
        was: Option<&str>,
        at: Timestamp,
    ) -> Result<bool, VaultError> {
        let mut tx = self.begin().await?;
        if was != Some(&phrase.name) {
            let taken = sqlx::query("SELECT 1 FROM phrase WHERE name = ?")
                .bind(&phrase.name)
                .fetch_optional(&mut *tx)
                .await?;
            if taken.is_some() {
                return Ok(false);
            }
            sqlx::query("DELETE FROM phrase WHERE name = ?").bind(was).execute(&mut *tx).await?;
        }
        sqlx::query("INSERT INTO phrase (name, text, saved_at) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET text = excluded.text, saved_at = excluded.saved_at")
            .bind(&phrase.name)
            .bind(&phrase.text)
            .bind(at.to_string())
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(true)
    }

    pub async fn remove_phrase(&self, name: &str) -> Result<(), VaultError> {
        sqlx::query("DELETE FROM phrase WHERE name = ?").bind(name).execute(self.writer().await?).await?;
        Ok(())
    }

    /// All, by name.
    pub async fn phrases(&self) -> Result<Vec<Phrase>, VaultError> {
        let rows = sqlx::query("SELECT name, text FROM phrase ORDER BY name").fetch_all(&self.read).await?;
        rows.iter().map(|r| Ok(Phrase { name: r.try_get(0)?, text: r.try_get(1)? })).collect()
    }
}
