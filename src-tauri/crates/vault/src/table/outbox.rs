//! Signed notes and the outbox. Signing writes both in one transaction; every later step of an
//! item is durable before the worker acts on it.

use super::instant;
use crate::table::audit::{AuditRecord, append};
use crate::{Vault, VaultError};
use clinical::delivery::{LONGEST_WAIT_SECONDS, State};
use clinical::item::{Item, Receipt};
use clinical::note::SignedNote;
use clinical::visit::Visit;
use jiff::Timestamp;
use sqlx::sqlite::{Sqlite, SqliteRow};
use sqlx::{Row, Transaction};

/// How many items stand where.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub waiting: u32,
    pub needs_clinician: u32,
    pub filed: u32,
}

/// Where a signed visit stands, without reading what was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub items: u32,
    /// Not filed, and not given up either.
    pub open: u32,
    pub needs_clinician: u32,
    /// The note, which is the first item, was not sent, or is not sent any more, or is in the EHR as another than was
    /// signed.
    pub note_given_up: bool,
    /// Entered in error.
    pub note_retracted: bool,
}

/// Of a signed note `n`: the columns of [`Standing`].
const STANDING: &str = "(SELECT count(*) FROM item_state s WHERE s.visit = n.visit), \
    (SELECT count(*) FROM item_state s WHERE s.visit = n.visit AND s.state_name NOT IN ('filed', 'left_as_is', 'superseded')), \
    (SELECT count(*) FROM item_state s WHERE s.visit = n.visit AND s.state_name = 'needs_clinician'), \
    EXISTS (SELECT 1 FROM item_state s WHERE s.visit = n.visit AND s.position = 0 AND s.state_name IN ('left_as_is', 'superseded')), \
    EXISTS (SELECT 1 FROM retraction r WHERE r.part IN (n.id, \
    (SELECT f.item FROM item_state f WHERE f.visit = n.visit AND f.position = 0)))";

fn standing(row: &SqliteRow, first: usize) -> Result<Standing, VaultError> {
    Ok(Standing {
        items: row.try_get(first)?,
        open: row.try_get(first + 1)?,
        needs_clinician: row.try_get(first + 2)?,
        note_given_up: row.try_get(first + 3)?,
        note_retracted: row.try_get(first + 4)?,
    })
}

const ITEM: &str = "SELECT o.body, s.state, s.since, s.attempts, r.body FROM item_state s \
    CROSS JOIN outbox o ON o.id = s.item LEFT JOIN receipt r ON r.item = s.item";

fn name(state: &State) -> &'static str {
    match state {
        State::Filed { .. } => "filed",
        State::LeftAsIs { .. } => "left_as_is",
        State::Superseded => "superseded",
        State::NeedsClinician { .. } => "needs_clinician",
        State::NeedsSignIn => "needs_sign_in",
        State::WaitingOnParent => "waiting_on_parent",
        State::InFlight => "in_flight",
        _ => "moving",
    }
}

fn due(state: &State) -> Option<i64> {
    state.due().map(|at| at.as_millisecond().max(0))
}

fn item(row: &SqliteRow) -> Result<Item, VaultError> {
    let mut item: Item = serde_json::from_str(row.try_get(0)?)?;
    item.state = serde_json::from_str(row.try_get(1)?)?;
    item.since = instant(row.try_get(2)?)?;
    item.attempts = row.try_get(3)?;
    item.receipt = row.try_get::<Option<&str>, _>(4)?.map(serde_json::from_str).transpose()?;
    Ok(item)
}

/// Puts items at the end of a visit's queue.
pub(crate) async fn queue(
    tx: &mut Transaction<'static, Sqlite>,
    visit: &str,
    items: &[Item],
) -> Result<(), VaultError> {
    for item in items {
        sqlx::query("INSERT INTO outbox (id, visit, position, body, state, state_name, due, since, attempts) VALUES (?1, ?2, (SELECT count(*) FROM item_state WHERE visit = ?2), ?3, ?4, ?5, ?6, ?7, 0)")
            .bind(&item.id)
            .bind(visit)
            .bind(serde_json::to_string(item)?)
            .bind(serde_json::to_string(&item.state)?)
            .bind(name(&item.state))
            .bind(due(&item.state))
            .bind(item.since.to_string())
            .execute(&mut **tx)
            .await?;
        sqlx::query("INSERT INTO item_state (item, visit, position, queued, state, state_name, due, since, attempts) SELECT id, visit, position, since, state, state_name, due, since, attempts FROM outbox WHERE id = ?")
            .bind(&item.id)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

/// Changes the state of an item that still is as the caller saw it, and adds to its history.
pub(crate) async fn change_state(
    tx: &mut Transaction<'static, Sqlite>,
    item: &Item,
    to: &State,
    attempts: u32,
    what: &str,
    at: Timestamp,
) -> Result<bool, VaultError> {
    let moved = sqlx::query("UPDATE item_state SET state = ?, state_name = ?, due = ?, since = ?, attempts = ? WHERE item = ? AND state = ? AND attempts = ?")
        .bind(serde_json::to_string(to)?)
        .bind(name(to))
        .bind(due(to))
        .bind(at.to_string())
        .bind(attempts)
        .bind(&item.id)
        .bind(serde_json::to_string(&item.state)?)
        .bind(item.attempts)
        .execute(&mut **tx)
        .await?
        .rows_affected();
    if moved == 0 {
        return Ok(false);
    }
    sqlx::query("INSERT INTO attempt (item, at, what) VALUES (?, ?, ?)")
        .bind(&item.id)
        .bind(at.to_string())
        .bind(what)
        .execute(&mut **tx)
        .await?;
    Ok(true)
}

/// In which order visits and their items have their turn.
const TURN: &str = "s.queued, s.visit, s.position";

/// Whose items are meant, by Patient id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Patients {
    AllBut(Vec<String>),
    Only(Vec<String>),
}

/// The patient of visit `v` is among the named ones (JSON list), or is not.
const AMONG: &str = "(v.patient IN (SELECT value FROM json_each(?))) = ?";

impl Patients {
    fn named(&self) -> &[String] {
        match self {
            Self::AllBut(named) | Self::Only(named) => named,
        }
    }

    fn are_meant(&self) -> bool {
        matches!(self, Self::Only(_))
    }
}

impl Vault {
    /// What happened to an item, the oldest first.
    pub async fn attempts(&self, item: &str) -> Result<Vec<(Timestamp, String)>, VaultError> {
        let rows = sqlx::query("SELECT at, what FROM attempt WHERE item = ? ORDER BY rowid")
            .bind(item)
            .fetch_all(&self.read)
            .await?;
        rows.iter().map(|row| Ok((instant(row.try_get(0)?)?, row.try_get(1)?))).collect()
    }

    /// Locks the note and queues its items: all of it or nothing. False when the visit was signed
    /// already; then nothing changes.
    pub async fn sign(
        &self,
        visit: &str,
        note: &SignedNote,
        plan: &str,
        items: &[Item],
        audit: AuditRecord<'_>,
    ) -> Result<bool, VaultError> {
        let mut tx = self.begin().await?;
        let signed = sqlx::query("SELECT 1 FROM signed_note WHERE visit = ?")
            .bind(visit)
            .fetch_optional(&mut *tx)
            .await?;
        if signed.is_some() {
            return Ok(false);
        }
        sqlx::query("INSERT INTO signed_note (id, visit, body, plan, signed_at) VALUES (?, ?, ?, ?, ?)")
            .bind(note.id())
            .bind(visit)
            .bind(serde_json::to_string(note)?)
            .bind(plan)
            .bind(note.signed_at().to_string())
            .execute(&mut *tx)
            .await?;
        queue(&mut tx, visit, items).await?;
        append(&mut tx, audit).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// The signed note of a visit.
    pub async fn signed_note(&self, visit: &str) -> Result<Option<SignedNote>, VaultError> {
        let row = sqlx::query("SELECT body FROM signed_note WHERE visit = ?")
            .bind(visit)
            .fetch_optional(&self.read)
            .await?;
        row.map(|r| Ok(serde_json::from_str(r.try_get(0)?)?)).transpose()
    }

    /// The signed notes of other visits of this patient that still stand, the newest first.
    pub async fn signed_notes_of(
        &self,
        iss: &str,
        patient: &str,
        except: &str,
    ) -> Result<Vec<SignedNote>, VaultError> {
        let rows = sqlx::query("SELECT n.body FROM signed_note n JOIN visit v ON v.id = n.visit WHERE v.iss = ? AND v.patient = ? AND v.id <> ? AND NOT EXISTS (SELECT 1 FROM retraction r LEFT JOIN outbox o ON o.id = r.part WHERE r.visit = v.id AND coalesce(o.position, 0) = 0) ORDER BY n.signed_at DESC LIMIT 20")
            .bind(iss)
            .bind(patient)
            .bind(except)
            .fetch_all(&self.read)
            .await?;
        rows.iter().map(|r| Ok(serde_json::from_str(r.try_get(0)?)?)).collect()
    }

    /// The write plan as it was shown when the visit was signed, JSON.
    pub async fn signed_plan(&self, visit: &str) -> Result<Option<String>, VaultError> {
        let row = sqlx::query("SELECT plan FROM signed_note WHERE visit = ?")
            .bind(visit)
            .fetch_optional(&self.read)
            .await?;
        Ok(row.map(|r| r.try_get(0)).transpose()?)
    }

    /// The items of a visit, in order.
    pub async fn items(&self, visit: &str) -> Result<Vec<Item>, VaultError> {
        let sql = format!("{ITEM} WHERE s.visit = ? ORDER BY s.position");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(visit).fetch_all(&self.read).await?;
        rows.iter().map(item).collect()
    }

    /// Where a visit stands. `None`: it is not signed.
    pub async fn standing(&self, visit: &str) -> Result<Option<Standing>, VaultError> {
        let sql = format!("SELECT {STANDING} FROM signed_note n WHERE n.visit = ?");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(visit).fetch_optional(&self.read).await?;
        row.as_ref().map(|row| standing(row, 0)).transpose()
    }

    /// The newest visits first, at most `limit`, each with where it stands when it is signed.
    pub async fn visits_standing(&self, limit: u32) -> Result<Vec<(Visit, Option<Standing>)>, VaultError> {
        let sql = format!(
            "SELECT v.body, n.visit, {STANDING} FROM visit v LEFT JOIN signed_note n ON n.visit = v.id ORDER BY v.opened DESC LIMIT ?"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(limit).fetch_all(&self.read).await?;
        let read = |row: &SqliteRow| {
            let signed = row.try_get::<Option<&str>, _>(1)?.is_some();
            let stands = signed.then(|| standing(row, 2)).transpose()?;
            Ok((serde_json::from_str(row.try_get(0)?)?, stands))
        };
        rows.iter().map(read).collect()
    }

    /// One item.
    pub async fn item(&self, id: &str) -> Result<Option<Item>, VaultError> {
        let sql = format!("{ITEM} WHERE s.item = ?");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id).fetch_optional(&self.read).await?;
        row.as_ref().map(item).transpose()
    }

    /// Up to `limit` items of these patients whose time has come ([`State::is_due`]): those of the visit that was signed
    /// first before the others, so that what was begun is finished before more is begun. None of the visits `but`.
    pub async fn due_items(
        &self,
        now: Timestamp,
        limit: u32,
        patients: &Patients,
        but: &[&str],
    ) -> Result<Vec<Item>, VaultError> {
        // Only the items of the batch are read, however many are due.
        let batch = format!(
            "SELECT s.rowid FROM item_state s INDEXED BY item_state_turn CROSS JOIN visit v ON v.id = s.visit WHERE s.due IS NOT NULL AND (s.due <= ? OR s.due > ?) AND {AMONG} AND s.visit NOT IN (SELECT value FROM json_each(?)) ORDER BY {TURN} LIMIT ?"
        );
        let sql = format!("{ITEM} WHERE s.rowid IN ({batch}) ORDER BY {TURN}");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(now.as_millisecond())
            .bind(now.as_millisecond() + LONGEST_WAIT_SECONDS * 1000)
            .bind(serde_json::to_string(patients.named())?)
            .bind(patients.are_meant())
            .bind(serde_json::to_string(but)?)
            .bind(limit)
            .fetch_all(&self.read)
            .await?;
        rows.iter().map(item).collect()
    }

    /// When the next item of these patients is due, if any waits for time.
    pub async fn next_due(&self, patients: &Patients) -> Result<Option<Timestamp>, VaultError> {
        let sql = format!(
            "SELECT s.due FROM item_state s INDEXED BY item_state_due CROSS JOIN visit v ON v.id = s.visit WHERE s.due IS NOT NULL AND {AMONG} ORDER BY s.due LIMIT 1"
        );
        let row = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(serde_json::to_string(patients.named())?)
            .bind(patients.are_meant())
            .fetch_optional(&self.read)
            .await?;
        row.map(|row| Timestamp::from_millisecond(row.try_get(0)?).map_err(|_| VaultError::Form)).transpose()
    }

    /// Items that no time moves: in flight, waiting for a sign-in, or for a parent where something of the visit is done
    /// or stopped. Of one visit, or of all.
    pub async fn waiting_items(&self, visit: Option<&str>) -> Result<Vec<Item>, VaultError> {
        let still = "state_name IN ('in_flight', 'needs_sign_in')";
        let begun = "EXISTS (SELECT 1 FROM item_state p INDEXED BY item_state_open WHERE p.state_name IN ('filed', 'left_as_is', 'superseded', 'needs_clinician') AND p.visit = w.visit)";
        let which = match visit {
            Some(_) => format!(
                "SELECT w.rowid FROM item_state w INDEXED BY item_state_visit WHERE w.visit = ?1 AND ({still} OR state_name = 'waiting_on_parent' AND {begun})"
            ),
            // Of a long queue each visit is looked at once, and in the index.
            None => format!(
                "SELECT rowid FROM item_state INDEXED BY item_state_open WHERE {still} AND ?1 IS NULL UNION ALL SELECT c.rowid FROM (SELECT DISTINCT visit FROM item_state INDEXED BY item_state_open WHERE state_name = 'waiting_on_parent') w CROSS JOIN item_state c INDEXED BY item_state_open ON c.state_name = 'waiting_on_parent' AND c.visit = w.visit WHERE {begun}"
            ),
        };
        let sql = format!("{ITEM} WHERE s.rowid IN ({which}) ORDER BY s.since, s.position");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(visit).fetch_all(&self.read).await?;
        rows.iter().map(item).collect()
    }

    /// Moves an item, if it still is in the state that the caller saw, after as many attempts (an
    /// answer to an earlier one must not pass for an answer to this); false otherwise. `what` is the
    /// plain sentence for its history.
    pub async fn move_item(
        &self,
        item: &Item,
        to: &State,
        attempts: u32,
        receipt: Option<&Receipt>,
        what: &str,
        at: Timestamp,
        audit: Option<AuditRecord<'_>>,
    ) -> Result<bool, VaultError> {
        let mut tx = self.begin().await?;
        if !change_state(&mut tx, item, to, attempts, what, at).await? {
            return Ok(false);
        }
        if let Some(receipt) = receipt {
            sqlx::query("INSERT INTO receipt (item, body) VALUES (?, ?)")
                .bind(&item.id)
                .bind(serde_json::to_string(receipt)?)
                .execute(&mut *tx)
                .await?;
        }
        if let Some(audit) = audit {
            append(&mut tx, audit).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Queues an item in the place of one that still is as the caller saw it: both or nothing; false when it moved
    /// meanwhile. `what` is the plain sentence for the history of the old one.
    pub async fn replace_item(
        &self,
        old: &Item,
        new: &Item,
        what: &str,
        audit: AuditRecord<'_>,
    ) -> Result<bool, VaultError> {
        let mut tx = self.begin().await?;
        if !change_state(&mut tx, old, &State::Superseded, old.attempts, what, audit.at).await? {
            return Ok(false);
        }
        queue(&mut tx, &old.visit, std::slice::from_ref(new)).await?;
        append(&mut tx, audit).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// How many items that were signed, or retracted, at this moment or before are not filed.
    pub async fn not_filed_since(&self, moment: Timestamp) -> Result<u32, VaultError> {
        let row = sqlx::query(
            "SELECT count(*) FROM item_state WHERE state_name IN \
             ('moving', 'in_flight', 'waiting_on_parent', 'needs_sign_in', 'needs_clinician') AND queued <= ?",
        )
        // As text; what was signed within this second may count a second later.
        .bind(moment.to_string())
        .fetch_one(&self.read)
        .await?;
        Ok(row.try_get(0)?)
    }

    /// Counts for the badge.
    pub async fn outbox_counts(&self) -> Result<Counts, VaultError> {
        let rows = sqlx::query("SELECT state_name, items FROM item_count").fetch_all(&self.read).await?;
        let mut counts = Counts::default();
        for row in rows {
            let n: u32 = row.try_get(1)?;
            match row.try_get::<&str, _>(0)? {
                "filed" => counts.filed += n,
                "left_as_is" | "superseded" => {}
                "needs_clinician" => counts.needs_clinician += n,
                _ => counts.waiting += n,
            }
        }
        Ok(counts)
    }
}
