//! The diagnosis search at every keystroke, beside SQLite FTS5 over the same codes and titles.
//!
//! Each prefix is searched several times; its median counts, so that the p99 tells of prefixes
//! that are hard and not of moments when the machine was busy.

use crate::clinic::runtime;
use crate::row::{Compared, Row, Samples, Unit};
use clinical::coding::Table;
use sqlx::SqlitePool;
use sqlx::sqlite::SqlitePoolOptions;
use std::collections::HashSet;
use std::hint::black_box;
use std::time::{Duration, Instant};

const TARGET: f64 = 0.5;
const PREFIXES: usize = 1000;
const ROUNDS: usize = 7;
const RESULTS: usize = 20;
const QUERIES: &str = include_str!("../../fixtures/coding/queries.tsv");

pub fn run() -> Row {
    let table = Table::builtin();
    let prefixes = prefixes();
    runtime().block_on(async {
        let fts = fts(table).await;
        let (mut ours, mut peer) = (vec![Samples::default(); PREFIXES], vec![Samples::default(); PREFIXES]);
        for round in 0..=ROUNDS {
            for (i, (typed, matching)) in prefixes.iter().enumerate() {
                let (a, b) = if (round + i) % 2 == 0 {
                    let a = searched(table, typed);
                    (a, found(&fts, matching).await)
                } else {
                    let b = found(&fts, matching).await;
                    (searched(table, typed), b)
                };
                // The first round warms up.
                if round > 0 {
                    ours[i].add(a);
                    peer[i].add(b);
                }
            }
        }
        fts.close().await;
        Row {
            name: "icd10-search".to_owned(),
            peer_name: "SQLite FTS5, prefix='2 3'".to_owned(),
            unit: Unit::Milliseconds,
            compared: Compared::P99,
            ours: medians(&ours),
            peer: medians(&peer),
            target: Some(TARGET),
            limit: None,
            runs: ROUNDS,
        }
    })
}

fn medians(all: &[Samples]) -> Samples {
    let mut medians = Samples::default();
    for one in all {
        medians.add(Duration::from_secs_f64(one.median() / 1000.0));
    }
    medians
}

/// 1,000 different beginnings of what clinicians type, spread evenly over all of them, each with
/// the FTS5 expression that asks for the same words.
fn prefixes() -> Vec<(String, String)> {
    let queries = QUERIES.lines().filter(|l| !l.starts_with('#')).filter_map(|l| l.split('\t').next());
    let (mut seen, mut all) = (HashSet::new(), Vec::new());
    for query in queries {
        for (end, c) in query.char_indices() {
            let typed = &query[..end + c.len_utf8()];
            let words = typed.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
            let matching: Vec<String> = words.map(|w| format!("\"{w}\"*")).collect();
            if !matching.is_empty() && seen.insert(typed.to_owned()) {
                all.push((typed.to_owned(), matching.join(" AND ")));
            }
        }
    }
    assert!(all.len() >= PREFIXES, "only {} prefixes", all.len());
    (0..PREFIXES).map(|i| all[i * all.len() / PREFIXES].clone()).collect()
}

fn searched(table: &Table, typed: &str) -> Duration {
    let began = Instant::now();
    black_box(table.search(black_box(typed), &[], RESULTS));
    began.elapsed()
}

async fn found(fts: &SqlitePool, matching: &str) -> Duration {
    let began = Instant::now();
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT code, title FROM codes WHERE codes MATCH ? ORDER BY rank LIMIT 20")
            .bind(matching)
            .fetch_all(fts)
            .await
            .expect("FTS5 answers");
    black_box(rows);
    began.elapsed()
}

/// The same codes and titles in an FTS5 table in memory, merged into one segment.
async fn fts(table: &Table) -> SqlitePool {
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .connect("sqlite::memory:")
        .await
        .expect("SQLite in memory");
    let made =
        sqlx::query("CREATE VIRTUAL TABLE codes USING fts5(code, title, prefix='2 3')").execute(&pool).await;
    made.expect("SQLite with FTS5");
    let mut tx = pool.begin().await.expect("begin");
    for code in table.iter() {
        sqlx::query("INSERT INTO codes (code, title) VALUES (?, ?)")
            .bind(code.code)
            .bind(code.title)
            .execute(&mut *tx)
            .await
            .expect("insert");
    }
    sqlx::query("INSERT INTO codes (codes) VALUES ('optimize')").execute(&mut *tx).await.expect("optimize");
    tx.commit().await.expect("commit");
    pool
}
