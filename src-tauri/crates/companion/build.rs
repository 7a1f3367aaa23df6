//! Names the rules by which this build reads resources: charts that were read by others are read anew.

use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};

/// What makes entries out of resources.
const RULES: [&str; 3] = ["../clinical/src", "../fhir/src", "../ehr/src/chart.rs"];

fn main() -> std::io::Result<()> {
    let mut files = Vec::new();
    for rules in RULES {
        println!("cargo:rerun-if-changed={rules}");
        collect(Path::new(rules), &mut files)?;
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        hasher.write(&std::fs::read(file)?);
    }
    println!("cargo:rustc-env=READ_BY={:016x}", hasher.finish());
    Ok(())
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    if path.is_file() {
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in std::fs::read_dir(path)? {
        collect(&entry?.path(), files)?;
    }
    Ok(())
}
