//! The history of a section: what is kept, what comes back, and what thinning may take.
#![allow(clippy::unwrap_used, clippy::panic)]

use clinical::history::MAX_VERSIONS;
use clinical::phi::Phi;
use jiff::Timestamp;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use std::path::Path;
use vault::{EditOutcome, RestoreOutcome, Vault, VaultKey, Which};

fn key() -> VaultKey {
    VaultKey::from_bytes(&[1; 32]).unwrap()
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + second).unwrap()
}

/// A vault with one visit, `v`.
async fn start(path: &Path) -> Vault {
    let vault = Vault::create(path, &key()).await.unwrap();
    let options =
        SqliteConnectOptions::new().filename(path).pragma("key", format!("\"x'{}'\"", "01".repeat(32)));
    let pool = SqlitePool::connect_with(options).await.unwrap();
    sqlx::query(
        "INSERT INTO visit (id, iss, patient, encounter, opened, body) VALUES ('v', 'i', 'p', '', '', '{}')",
    )
    .execute(&pool)
    .await
    .unwrap();
    pool.close().await;
    vault
}

async fn typed(vault: &Vault, text: &str, base: u32, second: i64) -> u32 {
    match vault.save_edit("v", "plan", &Phi::from(text), base, at(second)).await.unwrap() {
        EditOutcome::Saved { revision } => revision,
        other => panic!("{other:?}"),
    }
}

async fn back(vault: &Vault, which: Which, base: u32, second: i64) -> Option<(u32, String)> {
    match vault.restore("v", "plan", which, base, at(second)).await.unwrap() {
        RestoreOutcome::Restored { revision, text, .. } => Some((revision, text.into_inner())),
        RestoreOutcome::Nothing => None,
        other => panic!("{other:?}"),
    }
}

async fn texts(vault: &Vault) -> Vec<String> {
    vault.versions("v", "plan").await.unwrap().into_iter().map(|v| v.text.into_inner()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stretch_of_typing_is_one_version_and_a_pause_begins_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let vault = start(&folder.path().join("a.vault")).await;
    typed(&vault, "a", 0, 0).await;
    typed(&vault, "ab", 1, 1).await;
    typed(&vault, "abc", 2, 20).await;
    assert_eq!(texts(&vault).await, ["abc", "ab"]);
    vault.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_earlier_version_comes_back_as_an_edit_that_can_be_undone() {
    let folder = tempfile::tempdir().unwrap();
    let vault = start(&folder.path().join("a.vault")).await;
    typed(&vault, "first", 0, 0).await;
    typed(&vault, "second", 1, 60).await;
    assert_eq!(back(&vault, Which::Revision(1), 2, 61).await, Some((3, "first".into())));
    assert_eq!(back(&vault, Which::Revision(2), 3, 62).await, Some((4, "second".into())));
    assert_eq!(back(&vault, Which::Revision(99), 4, 63).await, None);
    // What is typed onto it leaves the version that was brought back alone.
    typed(&vault, "second, and more", 4, 63).await;
    assert_eq!(texts(&vault).await, ["second, and more", "second", "first", "second", "first"]);
    vault.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn undo_walks_back_to_the_empty_beginning_also_after_the_app_was_started_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.vault");
    let vault = start(&path).await;
    for (n, text) in ["one", "one two", "one two three"].into_iter().enumerate() {
        typed(&vault, text, u32::try_from(n).unwrap(), i64::try_from(n).unwrap() * 60).await;
    }
    assert_eq!(back(&vault, Which::OneBefore, 3, 200).await, Some((4, "one two".into())));
    vault.close().await;
    let vault = Vault::open(&path, &key()).await.unwrap();
    assert_eq!(back(&vault, Which::OneBefore, 4, 300).await, Some((5, "one".into())));
    assert_eq!(back(&vault, Which::OneBefore, 5, 301).await, Some((6, String::new())));
    assert_eq!(back(&vault, Which::OneBefore, 6, 302).await, None);
    vault.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn redo_brings_back_all_that_undo_took_also_after_the_app_was_started_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.vault");
    let vault = start(&path).await;
    // The same text twice: what is brought back follows the order in which it was written.
    for (n, text) in (0u32..).zip(["one", "two", "one", "three"]) {
        typed(&vault, text, n, i64::from(n) * 60).await;
    }
    assert_eq!(back(&vault, Which::OneAfter, 4, 299).await, None, "nothing was undone");
    for (base, text) in (4u32..).zip(["one", "two", "one", ""]) {
        let undone = back(&vault, Which::OneBefore, base, 300).await;
        assert_eq!(undone, Some((base + 1, text.into())));
    }
    vault.close().await;
    let vault = Vault::open(&path, &key()).await.unwrap();
    for (base, text) in (8u32..).zip(["one", "two"]) {
        assert_eq!(back(&vault, Which::OneAfter, base, 400).await, Some((base + 1, text.into())));
    }
    assert_eq!(back(&vault, Which::OneBefore, 10, 401).await, Some((11, "one".into())));
    for (base, text) in (11u32..).zip(["two", "one", "three"]) {
        assert_eq!(back(&vault, Which::OneAfter, base, 402).await, Some((base + 1, text.into())));
    }
    assert_eq!(back(&vault, Which::OneAfter, 14, 403).await, None, "all of it is back");
    vault.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_or_chosen_after_undo_is_never_replaced_by_redo() {
    let folder = tempfile::tempdir().unwrap();
    let vault = start(&folder.path().join("a.vault")).await;
    typed(&vault, "first", 0, 0).await;
    typed(&vault, "second", 1, 60).await;
    back(&vault, Which::OneBefore, 2, 61).await.unwrap();
    typed(&vault, "first, and new", 3, 62).await;
    assert_eq!(back(&vault, Which::OneAfter, 4, 63).await, None);
    // Chosen from the list: undo goes to what stood there before the choice.
    assert_eq!(back(&vault, Which::Revision(2), 4, 64).await, Some((5, "second".into())));
    assert_eq!(back(&vault, Which::OneAfter, 5, 65).await, None);
    assert_eq!(back(&vault, Which::OneBefore, 5, 66).await, Some((6, "first, and new".into())));
    assert_eq!(back(&vault, Which::OneAfter, 6, 67).await, Some((7, "second".into())));
    vault.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn undo_from_an_old_revision_overwrites_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let vault = start(&folder.path().join("a.vault")).await;
    typed(&vault, "one", 0, 0).await;
    typed(&vault, "two", 1, 60).await;
    let outcome = vault.restore("v", "plan", Which::OneBefore, 1, at(61)).await.unwrap();
    assert!(matches!(outcome, RestoreOutcome::Conflict { revision: 2 }));
    assert_eq!(texts(&vault).await, ["two", "one"]);
    vault.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_history_is_thinned_and_the_newest_text_never_goes() {
    let folder = tempfile::tempdir().unwrap();
    let vault = start(&folder.path().join("a.vault")).await;
    let edits = u32::try_from(MAX_VERSIONS).unwrap() + 30;
    for n in 0..edits {
        typed(&vault, &format!("text {n}"), n, i64::from(n) * 60).await;
    }
    let left = texts(&vault).await;
    assert_eq!(left.len(), MAX_VERSIONS);
    assert_eq!(left[0], format!("text {}", edits - 1));
    assert_eq!(vault.note_texts("v").await.unwrap()[0].revision, edits);
    vault.close().await;
}
