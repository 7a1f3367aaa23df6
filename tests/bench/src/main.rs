//! `cargo bench-all [--json FILE] [--strict] [NAME…]`: what Chartside takes for a thing, and what
//! a bare peer takes for the same thing, measured alternately in one run.
//!
//! The numbers depend on the machine; the ratios much less. A missed target is said, and ends the
//! process with an error only under `--strict`.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

mod chart_load;
mod clinic;
mod icd10_search;
mod launch;
mod note_save;
mod peers;
mod queue;
mod row;
mod simple_icd;
mod whole_chart;
mod window;

use row::{Row, print};
use std::path::PathBuf;
use std::process::{ExitCode, Stdio};

/// As in the app: what is freed is wiped, and both sides pay for it.
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

const HELP: &str = "cargo bench-all [--json FILE] [--strict] [NAME…]

  --json FILE  also write the rows as JSON
  --strict     fail when a target is missed
  NAME         one of the benches, or how their names begin; all of them without a name:";

/// Asks for one bench in this very process, with its rows as JSON on stdout.
const ONE: &str = "--one";

type Bench = fn() -> Vec<Row>;

const BENCHES: &[(&str, Bench)] = &[
    ("launch-to-banner", || vec![launch::run()]),
    ("chart-load-400", || vec![chart_load::run("chart-load-400", "maria-santos", "enc-visit-1", 30)]),
    ("chart-load-4500", || vec![chart_load::run("chart-load-4500", "harold-lindqvist", "enc-visit-2", 20)]),
    ("whole-chart-1500", || whole_chart::run(&whole_chart::ADULT)),
    ("whole-chart-4800", || whole_chart::run(&whole_chart::ELDER)),
    ("reopened-1500", || vec![whole_chart::reopened(&whole_chart::ADULT)]),
    ("reopened-4800", || vec![whole_chart::reopened(&whole_chart::ELDER)]),
    ("window", window::run),
    ("queue", queue::run),
    ("note-save", || vec![note_save::run()]),
    ("icd10", icd10_search::run),
];

struct Asked {
    json: Option<PathBuf>,
    strict: bool,
    names: Vec<String>,
}

fn read(mut args: impl Iterator<Item = String>) -> Result<Option<Asked>, String> {
    let mut asked = Asked { json: None, strict: false, names: Vec::new() };
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "-h" | "--help" => return Ok(None),
            "--json" => asked.json = Some(args.next().ok_or("--json needs a file")?.into()),
            "--strict" => asked.strict = true,
            name if BENCHES.iter().any(|(known, _)| known.starts_with(name)) => {
                asked.names.push(name.to_owned());
            }
            other => return Err(format!("there is no bench and no option “{other}”")),
        }
    }
    Ok(Some(asked))
}

/// Runs one bench in a process of its own: SQLCipher's guarded memory, once switched on, slows every
/// SQLite of the process, also those of a later peer that never asked for it.
fn apart(name: &str) -> Result<Vec<Row>, String> {
    let me = std::env::current_exe().map_err(|e| e.to_string())?;
    let mut child = std::process::Command::new(me);
    let done = child.args([ONE, name]).stderr(Stdio::inherit()).output().map_err(|e| e.to_string())?;
    if !done.status.success() {
        return Err(format!("ended with {}", done.status));
    }
    serde_json::from_slice(&done.stdout).map_err(|e| e.to_string())
}

fn one(name: &str) -> ExitCode {
    let Some((_, bench)) = BENCHES.iter().find(|(known, _)| *known == name) else { return ExitCode::from(2) };
    println!("{}", serde_json::to_string(&bench()).expect("rows are JSON"));
    ExitCode::SUCCESS
}

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    if std::env::args().nth(1).as_deref() == Some(whole_chart::ALONE) {
        whole_chart::alone();
        return ExitCode::SUCCESS;
    }
    if args.next().as_deref() == Some(ONE) {
        return one(&args.next().unwrap_or_default());
    }
    let help = || {
        let names: Vec<&str> = BENCHES.iter().map(|(name, _)| *name).collect();
        format!("{HELP}\n               {}", names.join(", "))
    };
    let asked = match read(std::env::args().skip(1)) {
        Ok(Some(asked)) => asked,
        Ok(None) => {
            println!("{}", help());
            return ExitCode::SUCCESS;
        }
        Err(why) => {
            eprintln!("{why}\n\n{}", help());
            return ExitCode::from(2);
        }
    };
    let mut rows = Vec::new();
    for (name, _) in BENCHES {
        if asked.names.is_empty() || asked.names.iter().any(|wanted| name.starts_with(wanted.as_str())) {
            eprintln!("measuring {name} …");
            match apart(name) {
                Ok(some) => rows.extend(some),
                Err(why) => {
                    eprintln!("{name}: {why}");
                    return ExitCode::from(2);
                }
            }
        }
    }
    print(&rows);
    if let Some(file) = &asked.json {
        let all: Vec<_> = rows.iter().map(Row::json).collect();
        let text = serde_json::to_string_pretty(&all).expect("rows are JSON");
        if let Err(error) = std::fs::write(file, text + "\n") {
            eprintln!("{}: {error}", file.display());
            return ExitCode::from(2);
        }
    }
    if asked.strict && !rows.iter().all(Row::met) { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
