//! The outbox in the vault: what is due, and who may move an item.
#![allow(clippy::unwrap_used)]

use clinical::delivery::{Reason, State};
use clinical::item::{Item, Kind, Request};
use clinical::phi::Phi;
use jiff::Timestamp;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use vault::{Patients, Vault, VaultKey};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + second).unwrap()
}

fn item(state: State, attempts: u32) -> Item {
    Item {
        id: "a".into(),
        visit: "v".into(),
        patient: "p".into(),
        kind: Kind::Note,
        label: Phi::from("note"),
        parents: Vec::new(),
        request: Request {
            resource_type: "DocumentReference".into(),
            body: Phi::from("{}"),
            identifier: "urn:uuid:a".into(),
            conditional: false,
            found_by: clinical::item::FoundBy::Identifier,
            change: None,
        },
        state,
        since: at(0),
        attempts,
        receipt: None,
    }
}

/// A vault with one item in this state.
async fn with_item(state: State, attempts: u32) -> (tempfile::TempDir, Vault, Item) {
    let item = item(state, attempts);
    let (folder, vault) = with_items(std::slice::from_ref(&item)).await;
    (folder, vault, item)
}

/// A vault with these items, queued in this order, each the first of its visit.
async fn with_items(items: &[Item]) -> (tempfile::TempDir, Vault) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.vault");
    let vault = Vault::create(&path, &VaultKey::from_bytes(&[1; 32]).unwrap()).await.unwrap();
    let hex = "01".repeat(32);
    let options = SqliteConnectOptions::new().filename(&path).pragma("key", format!("\"x'{hex}'\""));
    let pool = SqlitePool::connect_with(options).await.unwrap();
    for item in items {
        sqlx::query(
            "INSERT INTO visit (id, iss, patient, encounter, opened, body) VALUES (?, 'i', 'p', '', '', '{}')",
        )
        .bind(&item.visit)
        .execute(&pool)
        .await
        .unwrap();
        sqlx::query("INSERT INTO outbox (id, visit, position, body, state, state_name, due, since, attempts) VALUES (?, ?, 0, ?, ?, 'moving', ?, ?, ?)")
            .bind(&item.id)
            .bind(&item.visit)
            .bind(serde_json::to_string(item).unwrap())
            .bind(serde_json::to_string(&item.state).unwrap())
            .bind(item.state.due().map(|due| due.as_millisecond().max(0)))
            .bind(item.since.to_string())
            .bind(item.attempts)
            .execute(&pool)
            .await
            .unwrap();
        sqlx::query("INSERT INTO item_state SELECT id, visit, position, since, state, state_name, due, since, attempts FROM outbox WHERE id = ?")
            .bind(&item.id)
            .execute(&pool)
            .await
            .unwrap();
    }
    pool.close().await;
    (folder, vault)
}

async fn due(vault: &Vault, now: Timestamp) -> usize {
    vault.due_items(now, 9, &Patients::AllBut(Vec::new()), &[]).await.unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_item_waits_for_its_time_but_not_for_a_clock_that_was_put_back() {
    let (_folder, vault, _) = with_item(State::Backoff { until: at(60) }, 1).await;
    assert_eq!(due(&vault, at(59)).await, 0);
    assert_eq!(due(&vault, at(60)).await, 1);
    assert_eq!(due(&vault, at(-86_400)).await, 1);
    vault.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_counts_go_with_each_step_and_stay_where_nothing_moves() {
    let (_folder, vault, first) = with_item(State::InFlight, 1).await;
    let counts = async || {
        let counts = vault.outbox_counts().await.unwrap();
        (counts.waiting, counts.needs_clinician, counts.filed)
    };
    assert_eq!(counts().await, (1, 0, 0));
    let reference = "DocumentReference/1".to_owned();
    let read = State::AwaitingReadback { reference: reference.clone(), read_at: at(1), misses: 0 };
    assert!(vault.move_item(&first, &read, 1, None, "taken", at(1), None).await.unwrap());
    assert!(!vault.move_item(&first, &State::NeedsSignIn, 1, None, "late", at(1), None).await.unwrap());
    assert_eq!(counts().await, (1, 0, 0));
    let now = vault.item(&first.id).await.unwrap().unwrap();
    let stopped = State::NeedsClinician { reason: Reason::Differs { reference: reference.clone() } };
    assert!(vault.move_item(&now, &stopped, 1, None, "differs", at(2), None).await.unwrap());
    assert_eq!(counts().await, (0, 1, 0));
    let now = vault.item(&first.id).await.unwrap().unwrap();
    assert!(vault.move_item(&now, &State::Filed { reference }, 1, None, "filed", at(3), None).await.unwrap());
    assert_eq!(counts().await, (0, 0, 1));
    vault.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_to_an_earlier_attempt_moves_nothing() {
    let (_folder, vault, now) = with_item(State::InFlight, 2).await;
    let earlier = Item { attempts: 1, ..now.clone() };
    let to = State::NeedsSignIn;
    assert!(!vault.move_item(&earlier, &to, 1, None, "late", at(1), None).await.unwrap());
    assert!(vault.move_item(&now, &to, 2, None, "now", at(1), None).await.unwrap());
    assert!(!vault.move_item(&now, &to, 2, None, "twice", at(1), None).await.unwrap());
    vault.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_signed_first_goes_on_before_what_nobody_has_begun_with() {
    let of =
        |n: i64, state| Item { id: format!("{n}"), visit: format!("v{n}"), since: at(n), ..item(state, 0) };
    let sent =
        State::AwaitingReadback { reference: "DocumentReference/1".into(), read_at: at(60), misses: 0 };
    let (_folder, vault) = with_items(&[of(3, State::Ready), of(1, sent), of(2, State::Ready)]).await;
    let all = Patients::AllBut(Vec::new());
    let order = async |now, but: &[&str]| {
        let due = vault.due_items(at(now), 2, &all, but).await.unwrap();
        due.into_iter().map(|i| i.visit).collect::<Vec<_>>()
    };
    assert_eq!(order(59, &[]).await, ["v2", "v3"], "until it can be read back others have their turn");
    assert_eq!(order(60, &[]).await, ["v1", "v2"]);
    assert_eq!(order(60, &["v1"]).await, ["v2", "v3"], "not what is under way");
    vault.close().await;
}
