//! What the vault promises: durable, encrypted, refusing what it does not understand, and a trail
//! that shows every tampering.
#![allow(clippy::unwrap_used)]

use clinical::chart::Section;
use clinical::phi::Phi;
use jiff::Timestamp;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use vault::{
    AsRead, AuditBreak, AuditRecord, EditOutcome, SectionOutcome, StoredDay, Vault, VaultError, VaultKey,
};

fn key(fill: u8) -> VaultKey {
    VaultKey::from_bytes(&[fill; 32]).unwrap()
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + second).unwrap()
}

/// A vault that is closed at the end of the test (see `Vault::close`).
struct Open(Vault);

impl Deref for Open {
    type Target = Vault;
    fn deref(&self) -> &Vault {
        &self.0
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(self.0.close()));
    }
}

async fn fresh() -> (tempfile::TempDir, PathBuf, Open) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.vault");
    let vault = Vault::create(&path, &key(1)).await.unwrap();
    (folder, path, Open(vault))
}

/// Behind the vault's back, with the right key.
async fn raw(path: &Path) -> SqlitePool {
    let hex = "01".repeat(32);
    let options = SqliteConnectOptions::new().filename(path).pragma("key", format!("\"x'{hex}'\""));
    SqlitePool::connect_with(options).await.unwrap()
}

async fn with_visit(vault: &Vault, path: &Path) {
    // The note refers to a visit; the vault itself only ever gets whole ones from the companion.
    let pool = raw(path).await;
    sqlx::query(
        "INSERT INTO visit (id, iss, patient, encounter, opened, body) VALUES ('v', 'i', 'p', '', '', '{}')",
    )
    .execute(&pool)
    .await
    .unwrap();
    pool.close().await;
    let _ = vault;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_vault_says_that_it_is_closed() {
    let (_folder, _path, vault) = fresh().await;
    vault.close().await;
    assert!(matches!(vault.outbox_counts().await, Err(VaultError::Closed)));
    assert!(matches!(
        vault.save_edit("v", "hpi", &Phi::new("x".to_owned()), 0, at(0)).await,
        Err(VaultError::Closed)
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vault_is_never_made_over_an_existing_file() {
    let (_folder, path, vault) = fresh().await;
    vault.close().await;
    assert!(matches!(Vault::create(&path, &key(1)).await, Err(VaultError::AlreadyExists)));
    assert!(Vault::open(&path, &key(1)).await.map(Open).is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn another_key_opens_nothing_and_changes_nothing() {
    let (_folder, path, vault) = fresh().await;
    vault.close().await;
    let before = std::fs::read(&path).unwrap();
    assert!(matches!(Vault::open(&path, &key(2)).await, Err(VaultError::Foreign)));
    assert_eq!(std::fs::read(&path).unwrap(), before);
    assert!(matches!(Vault::open(&path.with_extension("none"), &key(1)).await, Err(VaultError::NotFound)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vault_of_a_newer_version_is_refused() {
    let (_folder, path, vault) = fresh().await;
    vault.close().await;
    let pool = raw(&path).await;
    sqlx::query("INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (99, 'future', 1, x'00', 0)")
        .execute(&pool)
        .await
        .unwrap();
    pool.close().await;
    assert!(matches!(Vault::open(&path, &key(1)).await, Err(VaultError::Newer(99))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migration_that_was_changed_after_its_release_is_refused() {
    let (_folder, path, vault) = fresh().await;
    vault.close().await;
    let pool = raw(&path).await;
    sqlx::query("UPDATE _sqlx_migrations SET checksum = x'00' WHERE version = 1")
        .execute(&pool)
        .await
        .unwrap();
    pool.close().await;
    assert!(matches!(Vault::open(&path, &key(1)).await, Err(VaultError::History(1))));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_from_an_old_revision_overwrites_nothing() {
    let (_folder, path, vault) = fresh().await;
    with_visit(&vault, &path).await;
    let edit = |text: &'static str, base, second| {
        let vault = vault.0.clone();
        async move { vault.save_edit("v", "plan", &Phi::from(text), base, at(second)).await.unwrap() }
    };
    assert_eq!(edit("one", 0, 0).await, EditOutcome::Saved { revision: 1 });
    assert_eq!(edit("two", 1, 1).await, EditOutcome::Saved { revision: 2 });
    assert_eq!(edit("from another window", 1, 2).await, EditOutcome::Conflict { revision: 2 });
    let texts = vault.note_texts("v").await.unwrap();
    assert_eq!(texts.len(), 1);
    assert_eq!((texts[0].text.expose().as_str(), texts[0].revision), ("two", 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_saved_is_there_after_the_process_is_gone_without_closing() {
    let (_folder, path, vault) = fresh().await;
    with_visit(&vault, &path).await;
    vault.save_edit("v", "plan", &Phi::from("kept"), 0, at(0)).await.unwrap();
    // No close: a second process sees what is durable.
    let again = Open(Vault::open(&path, &key(1)).await.unwrap());
    assert_eq!(again.note_texts("v").await.unwrap()[0].text.expose(), "kept");
}

async fn trail(vault: &Vault, rows: i64) {
    for n in 0..rows {
        let record = AuditRecord {
            at: at(n),
            who: "Practitioner/p",
            action: "chart opened",
            about: "Patient/x",
            outcome: "done",
        };
        vault.audit(record).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_change_of_the_audit_trail_shows() {
    let changes = [
        ("UPDATE audit SET outcome = 'other' WHERE seq = 3", 3),
        ("UPDATE audit SET at = '' WHERE seq = 1", 1),
        ("DELETE FROM audit WHERE seq = 4", 4),
        ("UPDATE audit SET seq = 40 WHERE seq = 5", 5),
        ("UPDATE audit SET hash = previous WHERE seq = 2", 2),
    ];
    for (change, seq) in changes {
        let (_folder, path, vault) = fresh().await;
        trail(&vault, 5).await;
        assert_eq!(vault.verify_audit().await.unwrap(), None);
        let pool = raw(&path).await;
        sqlx::query(change).execute(&pool).await.unwrap();
        pool.close().await;
        assert_eq!(vault.verify_audit().await.unwrap(), Some(AuditBreak { seq }), "{change}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flipped_byte_anywhere_is_noticed_at_opening_or_harmless() {
    let (_folder, path, vault) = fresh().await;
    trail(&vault, 200).await;
    vault.close().await;
    let good = std::fs::read(&path).unwrap();
    let copy = path.with_extension("copy");
    for n in 0..60usize {
        let mut bytes = good.clone();
        let place = (n * 7919 + 13) % bytes.len();
        bytes[place] ^= 1 << (n % 8);
        std::fs::write(&copy, &bytes).unwrap();
        let outcome = match Vault::open(&copy, &key(1)).await.map(Open) {
            Ok(vault) => vault.checked().await,
            Err(error) => Err(error),
        };
        assert!(
            matches!(
                outcome,
                Err(VaultError::Damaged | VaultError::Foreign | VaultError::Sqlite(_) | VaultError::Io)
            ),
            "byte {place} of {}",
            bytes.len()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_whole_of_a_damaged_vault_can_be_read_and_nothing_is_written_into_it() {
    let (_folder, path, vault) = fresh().await;
    with_visit(&vault, &path).await;
    trail(&vault, 2_000).await;
    vault.close().await;
    let mut bytes = std::fs::read(&path).unwrap();
    // The last page: of the trail.
    let place = bytes.len() - 2_000;
    bytes[place] ^= 1;
    std::fs::write(&path, &bytes).unwrap();
    let vault = Open(Vault::open(&path, &key(1)).await.unwrap());
    assert_eq!(vault.outbox_counts().await.unwrap().waiting, 0);
    let record = AuditRecord { at: at(0), who: "w", action: "a", about: "", outcome: "done" };
    assert!(matches!(vault.audit(record).await, Err(VaultError::Damaged)));
    assert!(matches!(vault.forget_sessions().await, Err(VaultError::Damaged)));
    assert!(matches!(vault.checked().await, Err(VaultError::Damaged)));
    drop(vault);
    assert!(std::fs::read(&path).unwrap() == bytes, "the file is left as it is");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vault_from_before_the_worklist_keeps_what_it_has_and_gains_the_list() {
    let (_folder, path, vault) = fresh().await;
    with_visit(&vault, &path).await;
    drop(vault);
    let pool = raw(&path).await;
    for back in [
        "DROP TABLE item_count",
        "DROP TABLE item_state",
        "CREATE INDEX outbox_due ON outbox (due)",
        "CREATE INDEX outbox_state ON outbox (state_name)",
        "DROP INDEX visit_opened",
        "DROP TABLE ehr_known",
        "DROP TABLE refused_kind",
        "DROP TABLE spelling_word",
        "DROP TABLE retraction",
        "DROP TABLE amendment",
        "DROP TABLE worklist",
        "DROP TABLE chart_entries",
        "DROP TABLE phrase",
        "ALTER TABLE note_edit DROP COLUMN copy_of",
        "ALTER TABLE note_edit DROP COLUMN undone_from",
        "DELETE FROM _sqlx_migrations WHERE version >= 2",
    ] {
        sqlx::query(back).execute(&pool).await.unwrap();
    }
    pool.close().await;
    let vault = Open(Vault::open(&path, &key(1)).await.unwrap());
    assert!(vault.worklist("2026-11-22").await.unwrap().is_none());
    let list = StoredDay { rows: vec![], query: "q".into(), etag: None, fetched_at: at(0) };
    vault.save_worklist("2026-11-22", &list, "2026-11-20").await.unwrap();
    assert!(vault.worklist("2026-11-22").await.unwrap().is_some());
    vault.save_worklist("2026-11-25", &list, "2026-11-23").await.unwrap();
    assert!(vault.worklist("2026-11-22").await.unwrap().is_none(), "old days go");
    let pool = raw(&path).await;
    let visits: i64 = sqlx::query_scalar("SELECT count(*) FROM visit").fetch_one(&pool).await.unwrap();
    assert_eq!(visits, 1);
    pool.close().await;
}

/// As a version before templates wrote it.
const OLD_VISIT: &str = r#"{
  "id": "old", "iss": "https://e.test", "ehr_name": "E",
  "patient": {
    "id": "maria", "family": "Santos", "given": "Maria", "preferred": null, "birth_date": null, "sex": "female",
    "mrn": null, "phone": null, "active": true, "deceased": false, "replaced_by": null, "see_also": []
  },
  "encounter": null, "appointment": null, "clinician": "Practitioner/p", "clinician_name": "P",
  "visit_type": { "text": "Follow-up visit", "mapped": true }, "reason": null, "start": null,
  "room_url": null, "room_joined": null, "room_left": null, "opened": "2026-11-20T14:00:00Z",
  "identity": { "state": "unconfirmed" }, "facts": {}, "payer": "unknown",
  "coverage": { "coverage": "not_known" }
}"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_from_before_there_were_templates_goes_on_under_the_one_that_there_was() {
    let (_folder, path, vault) = fresh().await;
    let pool = raw(&path).await;
    sqlx::query(
        "INSERT INTO visit (id, iss, patient, encounter, opened, body) VALUES ('old', 'i', 'p', '', '', ?)",
    )
    .bind(OLD_VISIT)
    .execute(&pool)
    .await
    .unwrap();
    pool.close().await;
    let visit = vault.visit("old").await.unwrap().unwrap();
    assert_eq!((visit.template.as_str(), visit.kept.len()), ("soap", 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_section_that_is_asked_for_in_vain_stays_as_old_as_it_is() {
    let (_folder, _path, vault) = fresh().await;
    let read = AsRead { read_by: "a build", entries: Phi::new(b"[]".to_vec()) };
    let save = async |outcome: &SectionOutcome, second| {
        let saved = vault.save_section("i", "p", Section::Allergies, outcome, &[], &read, at(second));
        saved.await.unwrap();
        vault.section_head("i", "p", Section::Allergies, "a build").await.unwrap().unwrap()
    };
    save(&SectionOutcome::Complete, 0).await;
    let failed = SectionOutcome::Failed("no answer".to_owned());
    let head = save(&failed, 60).await;
    assert_eq!((head.outcome, head.fetched_at), (failed, at(0)));
    assert_eq!(save(&SectionOutcome::Complete, 120).await.fetched_at, at(120));
}
