//! The signed-in sessions: tokens live here and nowhere else. Each launch has its own, since an
//! EHR may keep a token to the patient that it was given for.

use crate::{Vault, VaultError};
use jiff::Timestamp;
use sqlx::Row;
use zeroize::Zeroizing;

impl Vault {
    /// Replaces the stored session of this patient (`""`: of none).
    pub async fn save_session(
        &self,
        patient: &str,
        body: &Zeroizing<String>,
        at: Timestamp,
    ) -> Result<(), VaultError> {
        sqlx::query("INSERT INTO session (patient, body, saved_at) VALUES (?, ?, ?) ON CONFLICT (patient) DO UPDATE SET body = excluded.body, saved_at = excluded.saved_at")
            .bind(patient)
            .bind(body.as_str())
            .bind(at.to_string())
            .execute(self.writer().await?)
            .await?;
        Ok(())
    }

    /// The stored sessions; none after a sign-out.
    pub async fn sessions(&self) -> Result<Vec<Zeroizing<String>>, VaultError> {
        let rows = sqlx::query("SELECT body FROM session").fetch_all(&self.read).await?;
        rows.iter().map(|r| Ok(r.try_get(0).map(Zeroizing::new)?)).collect()
    }

    /// Forgets the tokens of one patient's session.
    pub async fn forget_session(&self, patient: &str) -> Result<(), VaultError> {
        sqlx::query("DELETE FROM session WHERE patient = ?")
            .bind(patient)
            .execute(self.writer().await?)
            .await?;
        Ok(())
    }

    /// Forgets all tokens. Nothing else goes.
    pub async fn forget_sessions(&self) -> Result<(), VaultError> {
        sqlx::query("DELETE FROM session").execute(self.writer().await?).await?;
        Ok(())
    }
}
