//! How the vault fails. No variant carries data of a visit.

/// What went wrong with the vault.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// There is no file; creating one is a separate, explicit step.
    #[error("there is no vault at this place")]
    NotFound,
    /// A file stands where a new vault was to be made; it is left alone.
    #[error("a file already stands where the vault should be made")]
    AlreadyExists,
    /// Not a vault, or a vault of another key.
    #[error("the file is not a vault that this key opens")]
    Foreign,
    /// Pages fail their checksum.
    #[error("the vault is damaged")]
    Damaged,
    /// Written by a newer Chartside (schema version found).
    #[error("the vault was written by a newer version (schema {0})")]
    Newer(i64),
    /// A migration that ran here is not the one that this program has.
    #[error("the vault's history does not fit this program (migration {0})")]
    History(i64),
    #[error("the disk is full")]
    DiskFull,
    /// The file cannot be read or written (permissions, removed disk).
    #[error("the vault's file cannot be read or written")]
    Io,
    /// It was closed before, or in the middle: the clinician's work here has ended or is covered.
    #[error("the vault is closed")]
    Closed,
    /// A row that should be there is not.
    #[error("not in the vault")]
    Missing,
    /// A stored form cannot be read.
    #[error("a stored record cannot be read")]
    Form,
    /// Anything else from SQLite, by its result code only.
    #[error("SQLite refused (code {0})")]
    Sqlite(String),
}

impl From<sqlx::Error> for VaultError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::RowNotFound => VaultError::Missing,
            sqlx::Error::PoolClosed => VaultError::Closed,
            sqlx::Error::Io(e) if e.kind() == std::io::ErrorKind::StorageFull => VaultError::DiskFull,
            sqlx::Error::Io(_) => VaultError::Io,
            sqlx::Error::Database(e) => {
                let code = e.code().map(std::borrow::Cow::into_owned).unwrap_or_default();
                // Extended codes carry the primary code in the low byte: https://sqlite.org/rescode.html
                match code.parse::<i64>().map(|c| c & 0xff) {
                    Ok(13) => VaultError::DiskFull,
                    Ok(26) => VaultError::Foreign,
                    Ok(11) => VaultError::Damaged,
                    Ok(8 | 10 | 14) => VaultError::Io,
                    _ => VaultError::Sqlite(code),
                }
            }
            _ => VaultError::Sqlite("client".to_owned()),
        }
    }
}

impl From<sqlx::migrate::MigrateError> for VaultError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        use sqlx::migrate::MigrateError as M;
        match error {
            M::VersionMissing(v) => VaultError::Newer(v),
            M::VersionMismatch(v) | M::Dirty(v) => VaultError::History(v),
            M::Execute(e) | M::ExecuteMigration(e, _) => e.into(),
            _ => VaultError::Sqlite("migration".to_owned()),
        }
    }
}

impl From<serde_json::Error> for VaultError {
    fn from(_: serde_json::Error) -> Self {
        VaultError::Form
    }
}
