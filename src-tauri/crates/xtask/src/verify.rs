//! `cargo verify`: everything that must hold before a change is merged, each step with its time.

use crate::processes::{cargo, npm, run};
use crate::stage::Asked;
use crate::{arrows, bindings, chaos, check, conformance, peers, ran, say, screens, tools, validate};
use std::time::{Duration, Instant};

type Step = (&'static str, fn() -> Result<(), String>);

/// In the order in which a failure is cheapest. The workspace is built once, the same way for all.
const STEPS: &[Step] = &[
    ("tools", all_tools),
    ("format", || run(cargo().args(["fmt", "--all", "--check"]))),
    ("arrows", arrows::arrows),
    ("ui format", || run(npm("ui").args(["run", "--silent", "format:check"]))),
    ("e2e format", e2e_format),
    ("ui lint", || run(npm("ui").args(["run", "--silent", "lint"]))),
    ("ui types", || run(npm("ui").args(["exec", "--", "tsc", "--noEmit"]))),
    ("ui tests", || run(npm("ui").args(["run", "--silent", "test"]))),
    ("ui build", tools::build_ui),
    ("every view before axe", || screens::screens(&[])),
    ("dependencies", || {
        run(cargo().args(["deny", "--log-level", "error", "check", "bans", "licenses", "sources"]))
    }),
    ("lints", || {
        run(cargo().args(["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"]))
    }),
    ("build", || {
        run(cargo().args(["build", "--quiet", "--workspace", "--exclude", "xtask", "--all-targets"]))
    }),
    ("bindings", || bindings::bindings(true)),
    ("tests", tests),
    ("certified provider, foreign FHIR server", peers::peers),
    ("SMART conformance", conformance::conformance),
    ("foreign validators", || validate::validate(&[])),
    ("visit in Chromium, by pointer and by keyboard alone", || {
        check::page(&Asked::default()).and_then(|()| check::keys())
    }),
    ("video call in Chromium", check::call),
    // All 200: `cargo xtask kill-typing`.
    ("killed while typing", || check::kill_typing(10, 0)),
    // More: `cargo xtask chaos --visits 1000`.
    ("visits under fire", chaos::short),
    ("visit in the real window", || check::window(&Asked::default())),
];

pub fn verify() -> Result<(), String> {
    let begin = Instant::now();
    let mut failed = Vec::new();
    for (name, step) in STEPS {
        say(&format!("▸ {name}"));
        let start = Instant::now();
        match step() {
            Ok(()) => say(&format!("✓ {name}  {}", clock(start.elapsed()))),
            Err(error) => {
                say(&format!("✗ {name}  {}\n  {error}", clock(start.elapsed())));
                failed.push(*name);
            }
        }
    }
    let passed = STEPS.len() - failed.len();
    say(&format!("in {}", clock(begin.elapsed())));
    summary(passed, failed.len());
    if failed.is_empty() { Ok(()) } else { Err(format!("failed: {}", failed.join(", "))) }
}

#[allow(clippy::print_stdout)]
fn summary(passed: usize, failed: usize) {
    println!("{passed} passed, {failed} failed");
}

fn all_tools() -> Result<(), String> {
    tools::for_building()?;
    tools::npm_ci("ui")?;
    tools::for_driving()?;
    tools::for_reading_notes()?;
    tools::cargo_tool("cargo-deny", &["cargo-deny"])
}

/// By the same rules as the user interface, with its tools.
fn e2e_format() -> Result<(), String> {
    let check = ["exec", "--", "prettier", "--config", ".prettierrc.json", "--check"];
    run(npm("ui").args(check).args([
        "../tests/e2e/**/*.mjs",
        "!../tests/e2e/node_modules/**",
        "../tests/peers/provider/*.mjs",
    ]))
}

fn tests() -> Result<(), String> {
    ran::forget()?;
    // The peers are a step of their own.
    let all = ["--workspace", "--exclude", "xtask", "--exclude", "chartside-peers"];
    ran::tests("workspace", &all)?;
    run(cargo().args(["test", "--quiet", "--package", "xtask"]))
}

fn clock(time: Duration) -> String {
    let seconds = time.as_secs_f32();
    if seconds < 60.0 {
        format!("{seconds:.1} s")
    } else {
        format!("{} min {:02} s", time.as_secs() / 60, time.as_secs() % 60)
    }
}
