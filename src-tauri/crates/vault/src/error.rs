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

impl VaultError {
    /// Of the first page, by which the key is tried: it cannot be told whether key or page is wrong.
    pub(crate) fn of_the_first_page(error: sqlx::Error) -> Self {
        match primary_code(&error) {
            Some(26) => Self::Foreign,
            _ => error.into(),
        }
    }
}

/// Extended codes carry the primary code in the low byte: <https://sqlite.org/rescode.html>
fn primary_code(error: &sqlx::Error) -> Option<i64> {
    let code = error.as_database_error()?.code()?;
    Some(code.parse::<i64>().ok()? & 0xff)
}

impl From<sqlx::Error> for VaultError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::RowNotFound => VaultError::Missing,
            sqlx::Error::PoolClosed => VaultError::Closed,
            sqlx::Error::Io(e) if e.kind() == std::io::ErrorKind::StorageFull => VaultError::DiskFull,
            sqlx::Error::Io(_) => VaultError::Io,
            sqlx::Error::Database(ref e) => match primary_code(&error) {
                Some(13) => VaultError::DiskFull,
                // A page whose checksum is wrong reads as "not a database".
                Some(11 | 26) => VaultError::Damaged,
                Some(8 | 10 | 14) => VaultError::Io,
                _ => VaultError::Sqlite(e.code().unwrap_or_default().into_owned()),
            },
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
