//! Visits under fire: the real worker in a process that is killed at random moments, a vault on disk, a real HTTP
//! EHR of each kind that loses answers, cuts connections and refuses. Afterwards every item is there exactly once
//! and only what is there was ever called filed; otherwise this ends with an error.
//!
//!     cargo xtask chaos --visits 1000 --seed 1 [--json FILE]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

mod clinic;
mod seeded;

use clinic::{Report, run};
use futures_util::StreamExt;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;

/// Clinics that run beside each other.
const AT_ONCE: usize = 2;
/// Every kind of EHR; `plain` is one that takes everything and guards against nothing.
const KINDS: [&str; 7] = ["generic", "plain", "medplum", "epic", "oracle", "athena", "read-only"];

struct Asked {
    visits: usize,
    seed: u64,
    json: Option<PathBuf>,
}

fn asked() -> Result<Asked, String> {
    let mut asked = Asked { visits: 70, seed: 1, json: None };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let value = words.next().ok_or(format!("{word} wants a value"))?;
        let number = || value.parse().map_err(|_| format!("{word} wants a number, not {value}"));
        match word.as_str() {
            "--visits" => asked.visits = number()? as usize,
            "--seed" => asked.seed = number()?,
            "--json" => asked.json = Some(value.into()),
            _ => return Err(format!("{word} means nothing; --visits N --seed N --json FILE")),
        }
    }
    Ok(asked)
}

#[tokio::main]
async fn main() -> ExitCode {
    let asked = match asked() {
        Ok(asked) => asked,
        Err(error) => {
            eprintln!("chaos: {error}");
            return ExitCode::FAILURE;
        }
    };
    let share = |n: usize| asked.visits / KINDS.len() + usize::from(n < asked.visits % KINDS.len());
    let clinics = KINDS.iter().enumerate().filter(|(n, _)| share(*n) > 0).map(|(n, kind)| {
        let seed = asked.seed.wrapping_mul(1_000).wrapping_add(n as u64);
        run(kind, share(n), seed)
    });
    let reports: Vec<Report> = futures_util::stream::iter(clinics).buffered(AT_ONCE).collect().await;
    println!("seed {}", asked.seed);
    for report in &reports {
        println!("{report}");
    }
    let total = |f: fn(&Report) -> usize| reports.iter().map(f).sum::<usize>();
    let (lost, twice, claimed) = (total(|r| r.lost), total(|r| r.duplicates), total(|r| r.claimed));
    let standing = total(|r| r.standing);
    println!(
        "{} visits, {} items, {} faults, {} kills: lost {lost}, duplicates {twice}, false \"Filed\" {claimed}, still standing \
         after a retraction {standing}",
        total(|r| r.visits),
        total(|r| r.items),
        total(|r| r.faults.values().sum()),
        total(|r| r.kills),
    );
    if let Some(file) = asked.json {
        let all: Vec<_> = reports.iter().map(Report::json).collect();
        let text = json!({ "seed": asked.seed, "personalities": all }).to_string();
        if let Err(error) = std::fs::write(&file, text) {
            eprintln!("chaos: {}: {error}", file.display());
            return ExitCode::FAILURE;
        }
    }
    if lost + twice + claimed + standing == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
