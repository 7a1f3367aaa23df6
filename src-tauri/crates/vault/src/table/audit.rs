//! The audit trail: append-only, each row sealed with the hash of the one before
//! (45 CFR 164.312(b), (c)).

use crate::{Vault, VaultError};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

/// Hash "before" the first row.
const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// What is to be recorded. References, never names or texts.
#[derive(Debug, Clone, Copy)]
pub struct AuditRecord<'a> {
    pub at: Timestamp,
    /// fhirUser of the session, or `device` for what the app does by itself.
    pub who: &'a str,
    /// One word or two, such as `identity confirmed`.
    pub action: &'a str,
    /// What it was about, by reference.
    pub about: &'a str,
    pub outcome: &'a str,
}

/// A recorded row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    pub seq: i64,
    pub at: String,
    pub who: String,
    pub action: String,
    pub about: String,
    pub outcome: String,
}

/// Where the chain is broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditBreak {
    /// First row whose seal does not hold, or the first that is missing.
    pub seq: i64,
}

/// Seals the fields; lengths are part of it, so that no two rows read the same.
fn seal(previous: &str, seq: i64, fields: [&str; 5]) -> String {
    let mut hash = Sha256::new();
    hash.update(previous.as_bytes());
    hash.update(seq.to_be_bytes());
    for field in fields {
        hash.update((field.len() as u64).to_be_bytes());
        hash.update(field.as_bytes());
    }
    clinical::note::hex(&hash.finalize())
}

pub(crate) async fn append(
    connection: &mut SqliteConnection,
    record: AuditRecord<'_>,
) -> Result<(), VaultError> {
    let last = sqlx::query("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")
        .fetch_optional(&mut *connection)
        .await?;
    let (seq, previous) = match last {
        Some(row) => (row.try_get::<i64, _>(0)? + 1, row.try_get(1)?),
        None => (1, GENESIS.to_owned()),
    };
    let at = record.at.to_string();
    let hash = seal(&previous, seq, [&at, record.who, record.action, record.about, record.outcome]);
    sqlx::query("INSERT INTO audit (seq, at, who, action, about, outcome, previous, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(seq)
        .bind(at)
        .bind(record.who)
        .bind(record.action)
        .bind(record.about)
        .bind(record.outcome)
        .bind(previous)
        .bind(hash)
        .execute(connection)
        .await?;
    Ok(())
}

fn entry(row: &SqliteRow) -> Result<AuditEntry, VaultError> {
    Ok(AuditEntry {
        seq: row.try_get(0)?,
        at: row.try_get(1)?,
        who: row.try_get(2)?,
        action: row.try_get(3)?,
        about: row.try_get(4)?,
        outcome: row.try_get(5)?,
    })
}

impl Vault {
    /// Adds one row to the trail.
    pub async fn audit(&self, record: AuditRecord<'_>) -> Result<(), VaultError> {
        let mut tx = self.begin().await?;
        append(&mut tx, record).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The whole trail, oldest first.
    pub async fn audit_trail(&self) -> Result<Vec<AuditEntry>, VaultError> {
        let rows = sqlx::query("SELECT seq, at, who, action, about, outcome FROM audit ORDER BY seq")
            .fetch_all(&self.read)
            .await?;
        rows.iter().map(entry).collect()
    }

    /// Checks every seal. `Ok(None)`: the trail is whole.
    pub async fn verify_audit(&self) -> Result<Option<AuditBreak>, VaultError> {
        let rows = sqlx::query(
            "SELECT seq, at, who, action, about, outcome, previous, hash FROM audit ORDER BY seq",
        )
        .fetch_all(&self.read)
        .await?;
        let mut previous = GENESIS.to_owned();
        for (n, row) in rows.iter().enumerate() {
            let e = entry(row)?;
            let expected = n as i64 + 1;
            let stored_previous: String = row.try_get(6)?;
            let hash: String = row.try_get(7)?;
            let sealed = seal(&previous, e.seq, [&e.at, &e.who, &e.action, &e.about, &e.outcome]);
            if e.seq != expected || stored_previous != previous || hash != sealed {
                return Ok(Some(AuditBreak { seq: expected }));
            }
            previous = hash;
        }
        Ok(None)
    }
}
