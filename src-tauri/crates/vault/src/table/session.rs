//! The signed-in session: tokens live here and nowhere else.

use crate::{Vault, VaultError};
use jiff::Timestamp;
use sqlx::Row;
use zeroize::Zeroizing;

impl Vault {
    /// Replaces the stored session.
    pub async fn save_session(&self, body: &Zeroizing<String>, at: Timestamp) -> Result<(), VaultError> {
        sqlx::query("INSERT INTO session (one, body, saved_at) VALUES (1, ?, ?) ON CONFLICT (one) DO UPDATE SET body = excluded.body, saved_at = excluded.saved_at")
            .bind(body.as_str())
            .bind(at.to_string())
            .execute(&self.write)
            .await?;
        Ok(())
    }

    /// The stored session, if nobody signed out.
    pub async fn session(&self) -> Result<Option<Zeroizing<String>>, VaultError> {
        let row = sqlx::query("SELECT body FROM session WHERE one = 1").fetch_optional(&self.read).await?;
        Ok(row.map(|r| r.try_get(0).map(Zeroizing::new)).transpose()?)
    }

    /// Forgets the tokens. Nothing else goes.
    pub async fn forget_session(&self) -> Result<(), VaultError> {
        sqlx::query("DELETE FROM session").execute(&self.write).await?;
        Ok(())
    }
}
