//! The diagnosis search beside SQLite FTS5 and a search over the package simple-icd-10-cm: the 300
//! kept queries, typed key by key, and how often the meant code is among the first.

use crate::clinic::runtime;
use crate::row::{Compared, Limit, Row, Samples, Unit};
use crate::simple_icd::SimpleIcd;
use clinical::coding::Table;
use sqlx::SqlitePool;
use sqlx::sqlite::SqlitePoolOptions;
use std::collections::HashMap;
use std::hint::black_box;
use std::io::Read;
use std::time::{Duration, Instant};

/// Of the p99 of a keystroke to that of FTS5.
const TARGET: f64 = 0.5;
const KEYSTROKE: Duration = Duration::from_millis(5);
const KEYSTROKES: usize = 10_000;
/// Each query is typed so often.
const ROUNDS: usize = 3;
const RESULTS: usize = 20;
const FTS5: &str = "SQLite FTS5, prefix='2 3', same table";
const SIMPLE: &str = "simple-icd-10-cm, all words met (it has no search)";
const QUERIES: &str = include_str!("../../fixtures/coding/icd10-queries.csv");
const TABLE: &[u8] = include_bytes!("../../../src-tauri/crates/clinical/data/icd10cm-2026-04.tsv.gz");

struct Query {
    typed: &'static str,
    /// Any of these.
    meant: Vec<&'static str>,
}

fn queries() -> Vec<Query> {
    let rows = QUERIES.lines().skip(1).filter(|l| !l.is_empty());
    let fields = rows.map(|l| l.splitn(4, ',').collect::<Vec<_>>());
    fields.map(|f| Query { typed: f[0], meant: f[1].split('|').collect() }).collect()
}

/// What one way to search did.
#[derive(Default)]
struct Told {
    keys: Samples,
    whole: Samples,
    /// Where the meant code stood, from 1, one a query.
    places: Vec<Option<usize>>,
}

impl Told {
    fn place(&mut self, query: &Query, codes: &[impl AsRef<str>]) {
        self.places.push(codes.iter().position(|c| query.meant.contains(&c.as_ref())).map(|n| n + 1));
    }

    /// In how many of 100 queries the meant code is not among the first so many.
    fn missed(&self, first: usize) -> f64 {
        let missed = self.places.iter().filter(|p| p.is_none_or(|p| p > first)).count();
        100.0 * missed as f64 / self.places.len() as f64
    }
}

pub fn run() -> Vec<Row> {
    let table = Table::builtin();
    let queries = queries();
    assert!(queries.len() >= 300, "only {} queries", queries.len());
    let (mut ours, mut fts5, mut simple) = (Told::default(), Told::default(), Told::default());
    runtime().block_on(async {
        let fts = fts(table).await;
        // The first round warms up.
        for round in 0..=ROUNDS {
            for (i, query) in queries.iter().enumerate() {
                for typed in beginnings(query.typed) {
                    let asked = matching(typed);
                    let (a, b) = if (round + i) % 2 == 0 {
                        let a = searched(table, typed).0;
                        (a, found(&fts, &asked).await.0)
                    } else {
                        let b = found(&fts, &asked).await.0;
                        (searched(table, typed).0, b)
                    };
                    if round > 0 {
                        ours.keys.add(a);
                        fts5.keys.add(b);
                    }
                }
            }
        }
        for query in &queries {
            fts5.place(query, &found(&fts, &matching(query.typed)).await.1);
        }
        fts.close().await;
    });
    assert!(ours.keys.len() >= KEYSTROKES, "only {} keystrokes", ours.keys.len());
    let mut peer = SimpleIcd::start();
    for query in &queries {
        let theirs = peer.search(query.typed);
        simple.whole.add(Duration::from_secs_f64(theirs.ms / 1000.0));
        simple.place(query, &theirs.codes);
        let (took, codes) = searched(table, query.typed);
        ours.whole.add(took);
        ours.place(query, &codes);
    }
    let key = |name: &str, compared, target, limit| Row {
        name: name.to_owned(),
        peer_name: FTS5.to_owned(),
        unit: Unit::Milliseconds,
        compared,
        runs: ours.keys.len(),
        ours: ours.keys.clone(),
        peer: fts5.keys.clone(),
        target,
        limit,
    };
    let missed = |first, most, peer: &Told, name: &str| {
        let (a, b) = (ours.missed(first), peer.missed(first));
        let row = Row::one(&format!("icd10-missed-first-{first}"), name, Unit::Percent, a, b, None);
        Row { limit: Some(Limit::of_one(most)), runs: queries.len(), ..row }
    };
    vec![
        key("icd10-keystroke-p50", Compared::Median, None, None),
        key("icd10-keystroke-p99", Compared::P99, Some(TARGET), Some(Limit::p99(KEYSTROKE))),
        Row {
            name: "icd10-whole-query".to_owned(),
            peer_name: SIMPLE.to_owned(),
            unit: Unit::Milliseconds,
            compared: Compared::Median,
            runs: queries.len(),
            ours: ours.whole.clone(),
            peer: simple.whole.clone(),
            target: None,
            limit: None,
        },
        missed(5, 10.0, &fts5, FTS5),
        missed(5, 10.0, &simple, SIMPLE),
        missed(10, 4.0, &fts5, FTS5),
        missed(10, 4.0, &simple, SIMPLE),
    ]
}

/// What stands in the field after each key.
fn beginnings(typed: &str) -> impl Iterator<Item = &str> {
    typed.char_indices().map(|(at, c)| &typed[..at + c.len_utf8()])
}

/// The FTS5 expression that asks for the same words, each perhaps unfinished.
fn matching(typed: &str) -> String {
    let words = typed.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    let words: Vec<String> = words.map(|w| format!("\"{w}\"*")).collect();
    words.join(" AND ")
}

fn searched(table: &Table, typed: &str) -> (Duration, Vec<String>) {
    let began = Instant::now();
    let hits = black_box(table.search(black_box(typed), &[], RESULTS));
    (began.elapsed(), hits.iter().map(|h| h.code.to_owned()).collect())
}

async fn found(fts: &SqlitePool, matching: &str) -> (Duration, Vec<String>) {
    if matching.is_empty() {
        return (Duration::ZERO, Vec::new());
    }
    let began = Instant::now();
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT code, title FROM codes WHERE codes MATCH ? ORDER BY rank LIMIT 20")
            .bind(matching)
            .fetch_all(fts)
            .await
            .expect("FTS5 answers");
    let rows = black_box(rows);
    (began.elapsed(), rows.into_iter().map(|(code, _)| code).collect())
}

/// The official inclusion terms, by code without the dot.
fn terms() -> HashMap<String, String> {
    let mut text = String::new();
    flate2::read::GzDecoder::new(TABLE).read_to_string(&mut text).expect("the table");
    let fields = text.lines().map(|l| l.split('\t').collect::<Vec<_>>());
    fields.filter_map(|f| Some(((*f.first()?).to_owned(), (*f.get(3)?).to_owned()))).collect()
}

/// The same codes, titles and inclusion terms in an FTS5 table in memory, merged into one segment;
/// like ours it knows a code with and without its dot.
async fn fts(table: &Table) -> SqlitePool {
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .connect("sqlite::memory:")
        .await
        .expect("SQLite in memory");
    let made = "CREATE VIRTUAL TABLE codes USING fts5(code, title, plain, terms, prefix='2 3')";
    sqlx::query(made).execute(&pool).await.expect("SQLite with FTS5");
    let terms = terms();
    let mut tx = pool.begin().await.expect("begin");
    for code in table.iter() {
        let plain = code.code.replace('.', "");
        sqlx::query("INSERT INTO codes (code, title, plain, terms) VALUES (?, ?, ?, ?)")
            .bind(code.code)
            .bind(code.title)
            .bind(&plain)
            .bind(terms.get(&plain))
            .execute(&mut *tx)
            .await
            .expect("insert");
    }
    sqlx::query("INSERT INTO codes (codes) VALUES ('optimize')").execute(&mut *tx).await.expect("optimize");
    tx.commit().await.expect("commit");
    pool
}
