//! A vault of every earlier schema opens with everything that its clinician wrote, signed and sent; and no migration
//! takes anything of that away.
#![allow(clippy::unwrap_used)]

use clinical::delivery::{Reason, State};
use sha2::{Digest, Sha256};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use sqlx::{AssertSqlSafe, Row, SqlSafeStr};
use std::path::{Path, PathBuf};
use vault::{AuditRecord, Vault, VaultKey};

fn key() -> VaultKey {
    VaultKey::from_bytes(&[1; 32]).unwrap()
}

/// Behind the vault's back, with the right key.
async fn raw(path: &Path) -> SqlitePool {
    let hex = "01".repeat(32);
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .pragma("key", format!("\"x'{hex}'\""));
    SqlitePool::connect_with(options).await.unwrap()
}

/// The migrations as they are kept, by number, the oldest first.
fn migrations() -> Vec<(i64, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src-tauri/crates/vault/migrations");
    let mut all: Vec<(i64, String)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| {
            let path = file.unwrap().path();
            let number = path.file_name().unwrap().to_str().unwrap().get(..4).unwrap().parse().unwrap();
            (number, std::fs::read_to_string(path).unwrap())
        })
        .collect();
    all.sort();
    all
}

/// What was left in a vault of this schema, and of those before.
fn rows(schema: i64) -> impl Iterator<Item = String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migration");
    let file = move |n: i64| folder.join(format!("rows-{n}.sql"));
    (1..=schema).filter_map(move |n| std::fs::read_to_string(file(n)).ok())
}

/// Two sealed rows of the trail, as any schema keeps them.
async fn trail(folder: &Path) -> Vec<Vec<String>> {
    let path = folder.join("trail.vault");
    let vault = Vault::create(&path, &key()).await.unwrap();
    for action in ["signed", "filed"] {
        let at = "2026-03-01T14:20:00Z".parse().unwrap();
        let record =
            AuditRecord { at, who: "Practitioner/p", action, about: "Patient/maria", outcome: "done" };
        vault.audit(record).await.unwrap();
    }
    vault.close().await;
    let pool = raw(&path).await;
    let rows = sqlx::query("SELECT at, who, action, about, outcome, previous, hash FROM audit ORDER BY seq");
    let rows = rows.fetch_all(&pool).await.unwrap();
    pool.close().await;
    rows.iter().map(|row| (0..7).map(|n| row.get::<String, _>(n)).collect()).collect()
}

async fn vault_of(schema: i64, folder: &Path, trail: &[Vec<String>]) -> PathBuf {
    let path = folder.join(format!("{schema}.vault"));
    let pool = raw(&path).await;
    let earlier = migrations().into_iter().filter(|(number, _)| *number <= schema);
    let earlier = earlier.map(|(number, sql)| {
        let sql = AssertSqlSafe(sql).into_sql_str();
        Migration::new(number, "earlier".into(), MigrationType::Simple, sql, false)
    });
    Migrator::with_migrations(earlier.collect()).run(&pool).await.unwrap();
    for sql in rows(schema) {
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&pool).await.unwrap();
    }
    for row in trail {
        let mut insert = sqlx::query(
            "INSERT INTO audit (at, who, action, about, outcome, previous, hash) VALUES (?, ?, ?, ?, ?, ?, ?)",
        );
        for field in row {
            insert = insert.bind(field);
        }
        insert.execute(&pool).await.unwrap();
    }
    pool.close().await;
    path
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vault_of_every_earlier_schema_opens_with_all_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let trail = trail(folder.path()).await;
    let latest = migrations().last().unwrap().0;
    for schema in 1..=latest {
        let path = vault_of(schema, folder.path(), &trail).await;
        let vault = Vault::open(&path, &key()).await.unwrap();

        let texts = vault.note_texts("draft").await.unwrap();
        let text = |section: &str| texts.iter().find(|t| t.section == section).unwrap().text.expose().clone();
        assert_eq!(
            (text("hpi").as_str(), text("plan").as_str()),
            ("Sleeps badly since February.", "Sleep diary.")
        );
        assert_eq!(vault.versions("draft", "hpi").await.unwrap().len(), 2, "schema {schema}");
        assert_eq!(vault.visit("draft").await.unwrap().unwrap().encounter.as_deref(), Some("enc-2"));
        assert!(vault.draft::<Vec<serde_json::Value>>("draft", "follow_ups").await.unwrap().is_empty());

        let note = vault.signed_note("signed").await.unwrap().unwrap();
        assert_eq!(note.sections()[0].text.expose(), "Walk every day.");
        let plan = vault.signed_plan("signed").await.unwrap().unwrap();
        let plan: companion::contract::WritePlanView = serde_json::from_str(&plan).unwrap();
        assert_eq!(plan.items[0].request.as_deref(), Some("POST DocumentReference"));
        let counts = vault.outbox_counts().await.unwrap();
        let items = vault.items("signed").await.unwrap();
        let filed = items.iter().filter(|i| matches!(i.state, State::Filed { .. })).count();
        let stopped = items.iter().filter(|i| matches!(i.state, State::NeedsClinician { .. })).count();
        assert_eq!((counts.filed as usize, counts.needs_clinician as usize), (filed, stopped));
        assert_eq!(counts.waiting as usize, items.len() - filed - stopped);
        assert_eq!(items[0].state, State::Filed { reference: "DocumentReference/7".to_owned() });
        assert_eq!(items[0].receipt.as_ref().unwrap().reference(), "DocumentReference/7");
        assert_eq!(
            items[1].state,
            State::InFlight,
            "asked about, and not sent again, by whoever starts next"
        );
        assert_eq!(items[2].state, State::NeedsClinician { reason: Reason::Refused { status: 403 } });
        assert_eq!(vault.attempts("i1").await.unwrap().len(), 2);
        assert_eq!(vault.verify_audit().await.unwrap(), None);
        assert_eq!(vault.audit_trail().await.unwrap().len(), 2);

        if schema >= 4 {
            assert_eq!(vault.phrases().await.unwrap()[0].name, "stable");
        }
        if schema >= 6 {
            let amendments = vault.amendments("signed").await.unwrap();
            assert_eq!(amendments.iter().filter(|a| a.note.is_some()).count(), 1);
            let texts = vault.amendment_texts("signed", "a2").await.unwrap();
            assert_eq!(texts[0].text.expose(), "Walk twice a day.");
            assert!(matches!(items[3].state, State::Backoff { .. }));
        }
        if schema >= 7 {
            assert_eq!(vault.retractions("signed").await.unwrap()[0].part, "i3");
        }
        vault.close().await;
    }
}

/// SHA-256 of each migration, the oldest first. One that stands here is in somebody's vault, which opens only with it.
const PINNED: &[&str] = &[
    "03ed1a6d36bdba1d35ffd7bba24fbd0d3ed084483e907ae62a204fbc91bf3fcb",
    "ee2e4bc9496dfc13f1983b34d221855ddf38905f9b2557e3a0975160d2262002",
    "94a838e1d6648ccc20d6a92ca462131d8c4a617c4e902d1380f65133a149e355",
    "1678bc6d790d6c6b6a7f30a2e8897699e71a970639f914aaa49439c8ce91cdc8",
    "4e2df71278e3989b6b10a3adf703af1a149aa381412b7c9f88bf49be366710f4",
    "3a9ba68ebe22367ebd5682bfdebd902481197ee662d81b155cb3d208f63027c2",
    "8b100c3e5912bd741ff48cff2eafea7a1c326702a8f6e60d2f54bcf01f2a9dc9",
    "71e30ec81ce6bd489993e911077cc786fd3b845dd0587cb226130e83867d2629",
    "207da15e447bf4ec05a218f654fee42746304bc3d8d03a05e685170d853a4079",
    "13c7300647a3299076fb7d10cd1d3e6e5b7c2964ab2388e9694065e65a98a680",
    "79cfba5c6b77d6c284508c30b3f692707bfc664f01ccbe3d84a9b00f70334740",
    "f07f2ddb4a7a71fccadd3ddb7d3a5bde9afe8571856c6aedec3d92b372e87cb7",
    "a9b093b736471b11c89fb6e09d03815d4ac26a59bbe1ba064be9ae37363e3f61",
    "6c86441a771ae4bc068fa4220de8cf9b27caeb72d95b648588619954997c55bc",
    "2c43cf4bfbcb5eb0aac17e634d2746789560a006b38257f5100bad53a3409435",
];

#[test]
fn a_migration_never_changes_once_it_is_in_somebodys_vault() {
    let now: Vec<String> =
        migrations().iter().map(|(_, sql)| clinical::note::hex(&Sha256::digest(sql.as_bytes()))).collect();
    assert_eq!(now, PINNED, "a new migration is pinned here; an old one is never edited");
}

/// Tables that hold what a clinician wrote, what was sent, and who did what.
const KEPT: [&str; 13] = [
    "visit",
    "note_edit",
    "draft",
    "phrase",
    "spelling_word",
    "signed_note",
    "amendment",
    "retraction",
    "outbox",
    "item_state",
    "attempt",
    "receipt",
    "audit",
];

/// What of it a statement would take away.
fn takes_away(sql: &str) -> Option<String> {
    let plain: Vec<&str> = sql.lines().map(|line| line.split("--").next().unwrap_or("")).collect();
    plain.join(" ").split(';').find_map(|statement| {
        let words: Vec<String> = statement
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .filter(|w| !w.is_empty())
            .map(str::to_lowercase)
            .collect();
        // The head of a trigger says when; what it does stands behind it.
        let is_trigger = words.starts_with(&["create".to_owned(), "trigger".to_owned()]);
        let head = words.iter().position(|w| is_trigger && w == "begin").unwrap_or_default();
        let words = words.get(head..).unwrap_or_default();
        let has = |word: &str| words.iter().any(|w| w == word);
        let takes = ["drop", "delete", "update", "replace", "rename"].into_iter().find(|verb| has(verb));
        let from = KEPT.into_iter().find(|table| has(table));
        takes.zip(from).map(|(verb, table)| format!("{verb} … {table}"))
    })
}

#[test]
fn no_migration_takes_away_what_was_written_signed_sent_or_recorded() {
    for (number, sql) in migrations() {
        assert_eq!(takes_away(&sql), None, "migration {number}");
    }
    for wrong in [
        "DROP TABLE outbox;",
        "CREATE TABLE x (y);\nDELETE FROM note_edit WHERE 1",
        "ALTER TABLE audit DROP COLUMN who",
        "UPDATE receipt SET body = ''",
        "INSERT OR REPLACE INTO signed_note SELECT * FROM y",
        "ALTER TABLE amendment RENAME TO gone",
        "CREATE TRIGGER t AFTER INSERT ON visit BEGIN DELETE FROM outbox; END;",
    ] {
        assert!(takes_away(wrong).is_some(), "{wrong}");
    }
    for right in [
        "DROP TABLE chart_entries; -- DELETE FROM outbox",
        "CREATE TRIGGER t AFTER UPDATE ON outbox BEGIN INSERT INTO x VALUES (1); END;",
    ] {
        assert_eq!(takes_away(right), None, "{right}");
    }
}
