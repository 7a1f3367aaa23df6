//! Words that the clinician added for the spelling.

use crate::{Vault, VaultError};
use jiff::Timestamp;
use sqlx::Row;

impl Vault {
    pub async fn add_spelling_word(&self, word: &str, at: Timestamp) -> Result<(), VaultError> {
        sqlx::query("INSERT INTO spelling_word (word, added_at) VALUES (?, ?) ON CONFLICT DO NOTHING")
            .bind(word)
            .bind(at.to_string())
            .execute(self.writer().await?)
            .await?;
        Ok(())
    }

    pub async fn remove_spelling_word(&self, word: &str) -> Result<(), VaultError> {
        sqlx::query("DELETE FROM spelling_word WHERE word = ?")
            .bind(word)
            .execute(self.writer().await?)
            .await?;
        Ok(())
    }

    /// All, in the order of the alphabet.
    pub async fn spelling_words(&self) -> Result<Vec<String>, VaultError> {
        let rows = sqlx::query("SELECT word FROM spelling_word ORDER BY word").fetch_all(&self.read).await?;
        rows.iter().map(|r| Ok(r.try_get(0)?)).collect()
    }
}
