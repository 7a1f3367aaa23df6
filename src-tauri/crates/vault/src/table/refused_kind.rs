//! Kinds of records that an EHR refused although it declares them.

use super::instant;
use crate::{Vault, VaultError};
use jiff::Timestamp;
use sqlx::Row;

/// The last refusal of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedKind {
    pub resource_type: String,
    /// HTTP
    pub status: u16,
    pub at: Timestamp,
}

impl Vault {
    pub async fn kind_refused(&self, iss: &str, kind: &RefusedKind) -> Result<(), VaultError> {
        sqlx::query("INSERT INTO refused_kind (iss, resource_type, status, at) VALUES (?, ?, ?, ?) ON CONFLICT (iss, resource_type) DO UPDATE SET status = excluded.status, at = excluded.at")
            .bind(iss)
            .bind(&kind.resource_type)
            .bind(i64::from(kind.status))
            .bind(kind.at.to_string())
            .execute(self.writer().await?)
            .await?;
        Ok(())
    }

    /// It took one: what it refused before says nothing any more.
    pub async fn kind_taken(&self, iss: &str, resource_type: &str) -> Result<(), VaultError> {
        sqlx::query("DELETE FROM refused_kind WHERE iss = ? AND resource_type = ?")
            .bind(iss)
            .bind(resource_type)
            .execute(self.writer().await?)
            .await?;
        Ok(())
    }

    pub async fn refused_kinds(&self, iss: &str) -> Result<Vec<RefusedKind>, VaultError> {
        let rows = sqlx::query("SELECT resource_type, status, at FROM refused_kind WHERE iss = ?")
            .bind(iss)
            .fetch_all(&self.read)
            .await?;
        rows.iter()
            .map(|row| {
                Ok(RefusedKind {
                    resource_type: row.try_get(0)?,
                    status: row.try_get(1)?,
                    at: instant(row.try_get(2)?)?,
                })
            })
            .collect()
    }
}
