//! Saving a section of the note while it is typed, beside one bare SQLCipher transaction that
//! writes the same text under the same pragmas.

use crate::clinic::{Clinic, Desk, complete, folder};
use crate::row::{Compared, Row, Samples, Unit};
use chartside_tests::Call;
use serde_json::json;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use std::path::Path;
use std::time::{Duration, Instant};

const TARGET: f64 = 2.0;
const SAVES: usize = 2000;
const WARM_UP: usize = 50;
/// Length of the section.
const BYTES: usize = 4096;

pub fn run() -> Row {
    let clinic = Clinic::start();
    let data = folder();
    clinic.block_on(async {
        let desk = clinic.desk().await;
        let visit = clinic.launch(&desk, "maria-santos", "enc-visit-1").await;
        complete(&desk, &visit).await;
        let bare = bare(&data.path().join("bare.db")).await;
        let (mut ours, mut peer) = (Samples::default(), Samples::default());
        for n in 0..WARM_UP + SAVES {
            let text = text(n);
            let edit = json!({ "visit": visit, "section": "hpi", "text": text, "base_revision": n });
            let (a, b) = if n % 2 == 0 {
                let a = edited(&desk, edit).await;
                (a, saved(&bare, &text).await)
            } else {
                let b = saved(&bare, &text).await;
                (edited(&desk, edit).await, b)
            };
            if n >= WARM_UP {
                ours.add(a);
                peer.add(b);
            }
        }
        bare.close().await;
        desk.app.companion.stop().await;
        Row {
            name: "note-save".to_owned(),
            peer_name: "bare SQLCipher transaction".to_owned(),
            unit: Unit::Milliseconds,
            compared: Compared::P99,
            ours,
            peer,
            target: Some(TARGET),
            limit: None,
            runs: SAVES,
        }
    })
}

/// Another text each time, as typing makes it.
fn text(n: usize) -> String {
    let mut text = format!("Edit {n}. ");
    while text.len() < BYTES {
        text.push_str("More thirst than usual, glucose near 190 in the morning. ");
    }
    text.truncate(BYTES);
    text
}

async fn edited(desk: &Desk, edit: serde_json::Value) -> Duration {
    let began = Instant::now();
    desk.app.must("note_edit", edit).await;
    began.elapsed()
}

async fn saved(bare: &SqlitePool, text: &str) -> Duration {
    let began = Instant::now();
    let mut tx = bare.begin_with("BEGIN IMMEDIATE").await.expect("begin");
    sqlx::query(
        "INSERT INTO note (section, text) VALUES ('hpi', ?) ON CONFLICT DO UPDATE SET text = excluded.text",
    )
    .bind(text)
    .execute(&mut *tx)
    .await
    .expect("save");
    tx.commit().await.expect("commit");
    began.elapsed()
}

/// A database with the pragmas of the vault, and nothing else of it.
async fn bare(file: &Path) -> SqlitePool {
    openssl_sys::init();
    let key = format!("\"x'{}'\"", "5a".repeat(32));
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .pragma("key", key)
        .pragma("cipher_memory_security", "ON")
        .pragma("temp_store", "MEMORY")
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true);
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .connect_with(options)
        .await
        .expect("the bare database opens");
    sqlx::query("CREATE TABLE note (section TEXT PRIMARY KEY, text TEXT NOT NULL)")
        .execute(&pool)
        .await
        .expect("a table");
    let version: String =
        sqlx::query_scalar("PRAGMA cipher_version").fetch_one(&pool).await.expect("this is SQLCipher");
    assert!(!version.is_empty());
    pool
}
