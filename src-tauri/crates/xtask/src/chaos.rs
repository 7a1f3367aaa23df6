//! `cargo xtask chaos`: visits under fire (`tests/chaos`), against every kind of EHR.

use crate::processes::{cargo, run};

/// Visits of the run that is part of verify, and its seed.
const SHORT: [&str; 4] = ["--visits", "42", "--seed", "7"];

pub fn chaos(args: &[String]) -> Result<(), String> {
    run(cargo().args(["build", "--quiet", "--package", "dev-host"]))?;
    let program = ["run", "--quiet", "--package", "chartside-tests", "--bin", "chartside-chaos", "--"];
    run(cargo().args(program).args(args))
}

pub fn short() -> Result<(), String> {
    chaos(&SHORT.map(str::to_owned))
}
