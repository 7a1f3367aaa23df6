//! The note while it is written: every section with its versions.

use super::instant;
use crate::{Vault, VaultError};
use clinical::history::{Head, Size, to_thin};
use clinical::phi::Phi;
use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, Sqlite, Transaction};
use std::ops::RangeInclusive;

/// The newest text of a section.
#[derive(Debug, Clone)]
pub struct SectionText {
    pub section: String,
    pub text: Phi<String>,
    pub revision: u32,
    pub saved_at: Timestamp,
}

/// Versions of one section as [`read`] takes them, with what else is asked of them.
macro_rules! versions {
    ($rest:literal) => {
        concat!(
            "SELECT revision, text, begun_at, saved_at, copy_of, undone_from FROM note_edit WHERE visit = ? AND section = ? ",
            $rest
        )
    };
}

/// One version of a section.
#[derive(Debug, Clone)]
pub struct Version {
    pub revision: u32,
    pub text: Phi<String>,
    pub begun_at: Timestamp,
    pub saved_at: Timestamp,
    /// The revision that it brought back; 0 is the empty beginning.
    pub copy_of: Option<u32>,
    /// Undo or redo wrote it, and this is the revision from which undo began.
    pub undone_from: Option<u32>,
}

/// What became of an edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditOutcome {
    /// Durable, under this revision.
    Saved { revision: u32 },
    /// Somebody saved another revision meanwhile; nothing was overwritten.
    Conflict { revision: u32 },
    /// The note is signed.
    Signed,
}

/// What became of bringing an earlier version back.
#[derive(Debug, Clone)]
pub enum RestoreOutcome {
    /// Durable: `text` under this revision, which repeats the version that was saved at `of`
    /// (`None`: the empty beginning).
    Restored {
        revision: u32,
        text: Phi<String>,
        of: Option<Timestamp>,
    },
    /// There is no such version, or nothing before or after.
    Nothing,
    Conflict {
        revision: u32,
    },
    Signed,
}

/// Which version is brought back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// This one.
    Revision(u32),
    /// The one before; again and again goes further back, also after the app was started anew.
    OneBefore,
    /// The one after, as far as undo went back; nothing once something else was written.
    OneAfter,
}

impl Vault {
    /// Saves one section's text; durable when it returns. `base` is the revision the edit began from.
    pub async fn save_edit(
        &self,
        visit: &str,
        section: &str,
        text: &Phi<String>,
        base: u32,
        at: Timestamp,
    ) -> Result<EditOutcome, VaultError> {
        let mut tx = self.begin().await?;
        if is_closed(&mut tx, visit, section).await? {
            return Ok(EditOutcome::Signed);
        }
        let head = head(&mut tx, visit, section).await?;
        let head_revision = head.as_ref().map_or(0, |h| h.revision);
        if head_revision != base {
            return Ok(EditOutcome::Conflict { revision: head_revision });
        }
        let revision = base + 1;
        let same_version = head.filter(|h| {
            let before = Head { begun: h.begun_at, saved: h.saved_at, text: h.text.expose() };
            h.copy_of.is_none() && !before.ends_before(text.expose(), at)
        });
        if same_version.is_some() {
            sqlx::query("UPDATE note_edit SET revision = ?, text = ?, saved_at = ? WHERE visit = ? AND section = ? AND revision = ?")
                .bind(revision)
                .bind(text.expose())
                .bind(at.to_string())
                .bind(visit)
                .bind(section)
                .bind(base)
                .execute(&mut *tx)
                .await?;
        } else {
            insert(&mut tx, visit, section, revision, text, at, Origin::default()).await?;
        }
        tx.commit().await?;
        Ok(EditOutcome::Saved { revision })
    }

    /// Brings another version back, as an edit of its own: what was there before stays a version.
    pub async fn restore(
        &self,
        visit: &str,
        section: &str,
        which: Which,
        base: u32,
        at: Timestamp,
    ) -> Result<RestoreOutcome, VaultError> {
        let mut tx = self.begin().await?;
        if is_closed(&mut tx, visit, section).await? {
            return Ok(RestoreOutcome::Signed);
        }
        let Some(head) = head(&mut tx, visit, section).await? else { return Ok(RestoreOutcome::Nothing) };
        if head.revision != base {
            return Ok(RestoreOutcome::Conflict { revision: head.revision });
        }
        // Where in the history the text stands, and from where it was undone.
        let (here, undone_from) = match (head.copy_of, head.undone_from) {
            (Some(here), Some(from)) => (here, from),
            _ => (head.revision, head.revision),
        };
        let found = match which {
            Which::Revision(revision) => version(&mut tx, visit, section, revision).await?,
            Which::OneBefore => before(&mut tx, visit, section, here, &head.text).await?,
            Which::OneAfter => after(&mut tx, visit, section, here..=undone_from, &head.text).await?,
        };
        let (text, of, copy_of) = match (found, which) {
            (Some(v), _) => (v.text, Some(v.saved_at), v.revision),
            // Before the first version the section was empty.
            (None, Which::OneBefore) if !head.text.expose().is_empty() && here != 0 => {
                (Phi::new(String::new()), None, 0)
            }
            _ => return Ok(RestoreOutcome::Nothing),
        };
        let revision = head.revision + 1;
        let undone_from = (!matches!(which, Which::Revision(_))).then_some(undone_from);
        let origin = Origin { copy_of: Some(copy_of), undone_from };
        insert(&mut tx, visit, section, revision, &text, at, origin).await?;
        tx.commit().await?;
        Ok(RestoreOutcome::Restored { revision, text, of })
    }

    /// The versions of a section, the newest first.
    pub async fn versions(&self, visit: &str, section: &str) -> Result<Vec<Version>, VaultError> {
        let rows = sqlx::query(versions!("ORDER BY revision DESC"))
            .bind(visit)
            .bind(section)
            .fetch_all(&self.read)
            .await?;
        rows.iter().map(read).collect()
    }

    /// The newest text of every section that was ever edited.
    pub async fn note_texts(&self, visit: &str) -> Result<Vec<SectionText>, VaultError> {
        self.newest(visit, "").await
    }

    /// The same of an addendum or a correction; its sections as they are called there.
    pub async fn amendment_texts(&self, visit: &str, id: &str) -> Result<Vec<SectionText>, VaultError> {
        self.newest(visit, &format!("{id}/")).await
    }

    /// Sections whose name is `within` and then a name without a slash.
    async fn newest(&self, visit: &str, within: &str) -> Result<Vec<SectionText>, VaultError> {
        let rows = sqlx::query("SELECT substr(section, 1 + length(?2)), text, revision, saved_at FROM note_edit e WHERE visit = ?1 AND substr(section, 1, length(?2)) = ?2 AND instr(substr(section, 1 + length(?2)), '/') = 0 AND revision = (SELECT max(revision) FROM note_edit WHERE visit = e.visit AND section = e.section)")
            .bind(visit)
            .bind(within)
            .fetch_all(&self.read)
            .await?;
        rows.iter()
            .map(|r| {
                Ok(SectionText {
                    section: r.try_get(0)?,
                    text: Phi::new(r.try_get(1)?),
                    revision: r.try_get(2)?,
                    saved_at: instant(r.try_get(3)?)?,
                })
            })
            .collect()
    }
}

type Tx = Transaction<'static, Sqlite>;

/// The note is signed; for a section of an addendum or a correction: it is no open draft of this visit.
async fn is_closed(tx: &mut Tx, visit: &str, section: &str) -> Result<bool, VaultError> {
    if let Some((amendment, _)) = section.split_once('/') {
        let open = sqlx::query(
            "SELECT 1 FROM amendment WHERE id = ? AND visit = ? AND signed_at IS NULL AND dropped_at IS NULL",
        )
        .bind(amendment)
        .bind(visit)
        .fetch_optional(&mut **tx)
        .await?;
        return Ok(open.is_none());
    }
    let signed = sqlx::query("SELECT 1 FROM signed_note WHERE visit = ?")
        .bind(visit)
        .fetch_optional(&mut **tx)
        .await?;
    Ok(signed.is_some())
}

/// The first version of a section of an addendum or a correction.
pub(crate) async fn seed(
    tx: &mut Tx,
    visit: &str,
    section: &str,
    text: &Phi<String>,
    at: Timestamp,
) -> Result<(), VaultError> {
    insert(tx, visit, section, 1, text, at, Origin::default()).await
}

async fn head(tx: &mut Tx, visit: &str, section: &str) -> Result<Option<Version>, VaultError> {
    let row = sqlx::query(versions!("ORDER BY revision DESC LIMIT 1"))
        .bind(visit)
        .bind(section)
        .fetch_optional(&mut **tx)
        .await?;
    row.as_ref().map(read).transpose()
}

async fn version(
    tx: &mut Tx,
    visit: &str,
    section: &str,
    revision: u32,
) -> Result<Option<Version>, VaultError> {
    let row = sqlx::query(versions!("AND revision = ?"))
        .bind(visit)
        .bind(section)
        .bind(revision)
        .fetch_optional(&mut **tx)
        .await?;
    row.as_ref().map(read).transpose()
}

/// The newest version before `here` that reads otherwise.
async fn before(
    tx: &mut Tx,
    visit: &str,
    section: &str,
    here: u32,
    now: &Phi<String>,
) -> Result<Option<Version>, VaultError> {
    let row = sqlx::query(versions!("AND revision < ? AND text <> ? ORDER BY revision DESC LIMIT 1"))
        .bind(visit)
        .bind(section)
        .bind(here)
        .bind(now.expose())
        .fetch_optional(&mut **tx)
        .await?;
    row.as_ref().map(read).transpose()
}

/// The oldest version of the way that undo went back, after its beginning here, that reads otherwise.
async fn after(
    tx: &mut Tx,
    visit: &str,
    section: &str,
    way: RangeInclusive<u32>,
    now: &Phi<String>,
) -> Result<Option<Version>, VaultError> {
    let row =
        sqlx::query(versions!("AND revision > ? AND revision <= ? AND text <> ? ORDER BY revision LIMIT 1"))
            .bind(visit)
            .bind(section)
            .bind(way.start())
            .bind(way.end())
            .bind(now.expose())
            .fetch_optional(&mut **tx)
            .await?;
    row.as_ref().map(read).transpose()
}

/// Where a version comes from; by default it was typed.
#[derive(Default)]
struct Origin {
    copy_of: Option<u32>,
    undone_from: Option<u32>,
}

async fn insert(
    tx: &mut Tx,
    visit: &str,
    section: &str,
    revision: u32,
    text: &Phi<String>,
    at: Timestamp,
    origin: Origin,
) -> Result<(), VaultError> {
    sqlx::query("INSERT INTO note_edit (visit, section, revision, text, saved_at, begun_at, copy_of, undone_from) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(visit)
        .bind(section)
        .bind(revision)
        .bind(text.expose())
        .bind(at.to_string())
        .bind(at.to_string())
        .bind(origin.copy_of)
        .bind(origin.undone_from)
        .execute(&mut **tx)
        .await?;
    thin(tx, visit, section).await
}

/// Keeps the history of a section within its bounds.
async fn thin(tx: &mut Tx, visit: &str, section: &str) -> Result<(), VaultError> {
    let rows = sqlx::query("SELECT revision, saved_at, octet_length(text) FROM note_edit WHERE visit = ? AND section = ? ORDER BY revision")
        .bind(visit)
        .bind(section)
        .fetch_all(&mut **tx)
        .await?;
    let mut versions = Vec::with_capacity(rows.len());
    for row in &rows {
        let bytes: i64 = row.try_get(2)?;
        let size = Size { saved: instant(row.try_get(1)?)?, bytes: usize::try_from(bytes).unwrap_or(0) };
        versions.push((row.try_get::<u32, _>(0)?, size));
    }
    loop {
        let sizes: Vec<Size> = versions.iter().map(|(_, size)| *size).collect();
        let Some(gone) = to_thin(&sizes) else { return Ok(()) };
        let (revision, _) = versions.remove(gone);
        sqlx::query("DELETE FROM note_edit WHERE visit = ? AND section = ? AND revision = ?")
            .bind(visit)
            .bind(section)
            .bind(revision)
            .execute(&mut **tx)
            .await?;
    }
}

fn read(row: &SqliteRow) -> Result<Version, VaultError> {
    Ok(Version {
        revision: row.try_get(0)?,
        text: Phi::new(row.try_get(1)?),
        begun_at: instant(row.try_get(2)?)?,
        saved_at: instant(row.try_get(3)?)?,
        copy_of: row.try_get(4)?,
        undone_from: row.try_get(5)?,
    })
}
