//! Opening and making a vault. An existing file is never replaced, whatever is wrong with it.

use crate::{VaultError, VaultKey};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use sqlx::{Connection, Row, SqlSafeStr, Sqlite, Transaction};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OnceCell;

/// Connections for reading; writing has one of its own, so writers queue in order.
const READERS: u32 = 3;

/// An open vault. Cloning shares it.
#[derive(Clone)]
pub struct Vault {
    pub(crate) read: SqlitePool,
    write: SqlitePool,
    path: PathBuf,
    /// Whether every page was found whole, once all were looked at.
    checked: Arc<OnceCell<bool>>,
}

impl Vault {
    /// Opens an existing vault: key and migrations. Reading goes on at once, since each page that is read
    /// shows by its checksum that it is whole; nothing is written before every page was looked at
    /// (see [`Vault::checked`]), so a damaged file stays as it is.
    pub async fn open(path: &Path, key: &VaultKey) -> Result<Self, VaultError> {
        let length = match std::fs::metadata(path) {
            Ok(meta) if meta.is_file() => meta.len(),
            Ok(_) => return Err(VaultError::Foreign),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Err(VaultError::NotFound),
            Err(_) => return Err(VaultError::Io),
        };
        // An empty file would become a new vault under SQLite's hands.
        if length == 0 {
            return Err(VaultError::Foreign);
        }
        let vault = Self::connect(path, key).await?;
        let opened = async {
            // The first reader is there before it is needed: opening one takes some milliseconds.
            let mut reader = vault.read.acquire().await?;
            // Unreadable: the look at every page says why.
            if !is_migrated(&mut reader).await.unwrap_or(false) {
                migrations().run(vault.writer().await?).await?;
            }
            Ok(())
        };
        match opened.await {
            Ok(()) => Ok(vault),
            Err(error) => {
                vault.close().await;
                Err(error)
            }
        }
    }

    /// Makes a new vault where there is none.
    pub async fn create(path: &Path, key: &VaultKey) -> Result<Self, VaultError> {
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(path) {
            Ok(_) => {}
            Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => return Err(VaultError::AlreadyExists),
            Err(e) if e.kind() == std::io::ErrorKind::StorageFull => return Err(VaultError::DiskFull),
            Err(_) => return Err(VaultError::Io),
        }
        let made = async {
            let vault = Self::connect(path, key).await?;
            // Nothing to look at yet.
            let _ = vault.checked.set(true);
            migrations().run(vault.writer().await?).await?;
            Ok(vault)
        };
        made.await.inspect_err(|_| {
            // Only the file that this call just made, and only while nothing is in it.
            if std::fs::metadata(path).is_ok_and(|m| m.len() == 0) {
                let _ = std::fs::remove_file(path);
            }
        })
    }

    async fn connect(path: &Path, key: &VaultKey) -> Result<Self, VaultError> {
        // Without this, OpenSSL tears itself down at exit under the feet of SQLite's threads.
        openssl_sys::init();
        let pragma = key.pragma();
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(false)
            .pragma("key", pragma.as_str().to_owned())
            .pragma("cipher_memory_security", "ON")
            .pragma("temp_store", "MEMORY")
            .busy_timeout(Duration::from_secs(10));
        Self::try_key(&options).await?;
        let options = options
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true);
        let write = SqlitePoolOptions::new().max_connections(1).connect_with(options.clone()).await?;
        let read =
            SqlitePoolOptions::new().max_connections(READERS).min_connections(0).connect_lazy_with(options);
        Ok(Self { read, write, path: path.to_owned(), checked: Arc::default() })
    }

    /// Reads the first page by a connection of its own, whose end is waited for: one that fails
    /// while a pool opens it is still ending when the process may exit (see [`Vault::close`]).
    async fn try_key(options: &SqliteConnectOptions) -> Result<(), VaultError> {
        let mut connection = SqliteConnection::connect_with(options).await?;
        let read = sqlx::query("SELECT count(*) FROM sqlite_master").fetch_one(&mut connection).await;
        connection.close().await?;
        read.map_err(VaultError::of_the_first_page)?;
        Ok(())
    }

    /// Looks at every page once; what kept it from looking may pass, and it is looked at again.
    pub async fn checked(&self) -> Result<(), VaultError> {
        let looked = self.checked.get_or_try_init(|| async {
            match check_integrity(&self.write).await {
                Ok(()) => Ok(true),
                Err(VaultError::Damaged) => Ok(false),
                Err(passing) => Err(passing),
            }
        });
        if *looked.await? { Ok(()) } else { Err(VaultError::Damaged) }
    }

    /// The way to write, once the file is known to be whole.
    pub(crate) async fn writer(&self) -> Result<&SqlitePool, VaultError> {
        self.checked().await?;
        Ok(&self.write)
    }

    /// Begins a write. After a full disk SQLite ends a transaction by itself, which leaves the
    /// connection out of step with sqlx: such a connection is replaced by a fresh one.
    pub(crate) async fn begin(&self) -> Result<Transaction<'static, Sqlite>, VaultError> {
        const BEGIN: &str = "BEGIN IMMEDIATE";
        let write = self.writer().await?;
        if let Ok(transaction) = write.begin_with(BEGIN).await {
            return Ok(transaction);
        }
        let mut connection = write.acquire().await?;
        connection.close_on_drop();
        drop(connection);
        Ok(write.begin_with(BEGIN).await?)
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Closes every connection; what was saved stays. A process must do this before it exits by
    /// itself: SQLCipher tears itself down at exit, whatever its threads are doing.
    pub async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
    }
}

/// Every migration ran here, and no other.
async fn is_migrated(reader: &mut SqliteConnection) -> Result<bool, VaultError> {
    let rows = sqlx::query("SELECT version, checksum, success FROM _sqlx_migrations ORDER BY version");
    let ran = rows.fetch_all(reader).await?;
    let migrations = migrations();
    let same = ran.iter().zip(migrations.iter()).all(|(ran, ours)| {
        ran.try_get(0).is_ok_and(|version: i64| version == ours.version)
            && ran.try_get(1).is_ok_and(|checksum: Vec<u8>| checksum == *ours.checksum)
            && ran.try_get(2).is_ok_and(|success: bool| success)
    });
    Ok(same && ran.len() == migrations.iter().count())
}

/// The checksum of every page, then SQLite's own structure:
/// <https://www.zetetic.net/sqlcipher/sqlcipher-api/#cipher_integrity_check>. On the writing connection, so that nothing
/// changes pages meanwhile.
async fn check_integrity(write: &SqlitePool) -> Result<(), VaultError> {
    let mut connection = write.acquire().await?;
    let complaints = sqlx::query("PRAGMA cipher_integrity_check").fetch_all(&mut *connection).await?;
    if !complaints.is_empty() {
        return Err(VaultError::Damaged);
    }
    let quick: String = sqlx::query("PRAGMA quick_check(1)").fetch_one(&mut *connection).await?.try_get(0)?;
    if quick == "ok" { Ok(()) } else { Err(VaultError::Damaged) }
}

/// Every schema change, oldest first. A migration that was released is never edited: sqlx keeps
/// its checksum in the vault and refuses a changed one, and refuses a vault with a version that
/// is not in this list.
fn migrations() -> Migrator {
    let all = [
        (1, "vault", include_str!("../migrations/0001_vault.sql")),
        (2, "worklist", include_str!("../migrations/0002_worklist.sql")),
        (3, "versions", include_str!("../migrations/0003_versions.sql")),
        (4, "phrases", include_str!("../migrations/0004_phrases.sql")),
        (5, "chart entries", include_str!("../migrations/0005_chart_entries.sql")),
        (6, "amendments", include_str!("../migrations/0006_amendments.sql")),
        (7, "retractions", include_str!("../migrations/0007_retractions.sql")),
        (8, "redo", include_str!("../migrations/0008_redo.sql")),
        (9, "spelling", include_str!("../migrations/0009_spelling.sql")),
        (10, "refused kinds", include_str!("../migrations/0010_refused_kinds.sql")),
        (11, "ehr known", include_str!("../migrations/0011_ehr_known.sql")),
        (12, "long queue", include_str!("../migrations/0012_long_queue.sql")),
        (13, "turns", include_str!("../migrations/0013_turns.sql")),
        (14, "item state", include_str!("../migrations/0014_item_state.sql")),
        (15, "item count", include_str!("../migrations/0015_item_count.sql")),
    ];
    Migrator::with_migrations(
        all.into_iter()
            .map(|(version, name, sql)| {
                Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
            })
            .collect(),
    )
}
