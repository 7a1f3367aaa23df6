//! Visits: one per patient and encounter of an EHR.

use crate::{Vault, VaultError};
use clinical::visit::Visit;
use sqlx::Row;

impl Vault {
    /// Saves a visit, new or changed.
    pub async fn save_visit(&self, visit: &Visit) -> Result<(), VaultError> {
        sqlx::query("INSERT INTO visit (id, iss, patient, encounter, opened, body) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET patient = excluded.patient, encounter = excluded.encounter, body = excluded.body")
            .bind(&visit.id)
            .bind(&visit.iss)
            .bind(&visit.patient.id)
            .bind(visit.encounter.as_deref().unwrap_or_default())
            .bind(visit.opened.to_string())
            .bind(serde_json::to_string(visit)?)
            .execute(self.writer().await?)
            .await?;
        Ok(())
    }

    /// One visit.
    pub async fn visit(&self, id: &str) -> Result<Option<Visit>, VaultError> {
        let row =
            sqlx::query("SELECT body FROM visit WHERE id = ?").bind(id).fetch_optional(&self.read).await?;
        row.map(|r| Ok(serde_json::from_str(r.try_get(0)?)?)).transpose()
    }

    /// The newest visit of this patient and encounter, if it was opened before.
    pub async fn visit_of(
        &self,
        iss: &str,
        patient: &str,
        encounter: &str,
    ) -> Result<Option<Visit>, VaultError> {
        let row = sqlx::query("SELECT body FROM visit WHERE iss = ? AND patient = ? AND encounter = ? ORDER BY opened DESC LIMIT 1")
            .bind(iss)
            .bind(patient)
            .bind(encounter)
            .fetch_optional(&self.read)
            .await?;
        row.map(|r| Ok(serde_json::from_str(r.try_get(0)?)?)).transpose()
    }

    /// The newest visits first, at most `limit`.
    pub async fn visits(&self, limit: u32) -> Result<Vec<Visit>, VaultError> {
        let rows = sqlx::query("SELECT body FROM visit ORDER BY opened DESC LIMIT ?")
            .bind(limit)
            .fetch_all(&self.read)
            .await?;
        rows.iter().map(|r| Ok(serde_json::from_str(r.try_get(0)?)?)).collect()
    }
}
