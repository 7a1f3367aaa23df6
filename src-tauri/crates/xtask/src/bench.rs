//! `cargo bench-all [--json FILE] [--strict] [NAME…]`: builds and runs the crate `chartside-bench`,
//! in release mode, since debug times say nothing. The first build takes some minutes (SQLCipher
//! and OpenSSL once more, optimised). What others made comes from npm and PyPI.

use crate::processes::{cargo, run, target};
use crate::{check, peers, say, stage, tools};
use std::process::Command;

/// Runs the benches with the same arguments; a relative FILE is relative to where the user stands.
pub fn bench(args: &[String]) -> Result<(), String> {
    tools::npm_ci("tests/bench")?;
    tools::for_python()?;
    let python = peers::python("tests/bench/requirements.txt", "venv-bench")?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../Cargo.toml");
    let mut command = Command::new(cargo);
    command.args([
        "run",
        "--release",
        "--quiet",
        "--package",
        "chartside-bench",
        "--manifest-path",
        manifest,
        "--",
    ]);
    command.env("CHARTSIDE_BENCH_PYTHON", python);
    let status = command.args(args).status().map_err(|e| format!("cargo: {e}"))?;
    if status.success() { Ok(()) } else { Err(format!("the benches ended with {status}")) }
}

/// The window of the release build beside Chromium; one line of JSON on stdout.
pub fn release_window() -> Result<(), String> {
    tools::for_building()?;
    tools::for_driving()?;
    tools::build_ui()?;
    stage::build()?;
    say("building the release program");
    run(cargo().args(["build", "--quiet", "--release", "--package", "chartside"]))?;
    check::release_window(&target()?.join("release/chartside"))
}
