//! The generated files: the TypeScript of the commands and the schema of the policy file.

use crate::processes::{fresh_folder, run, target};
use crate::say;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

const TYPESCRIPT: &str = "ui/src/generated";
const SCHEMA: &str = "src-tauri/docs/policy.schema.json";

/// Writes them, or (with `check`) only says whether they are as they should be.
pub fn bindings(check: bool) -> Result<(), String> {
    let target = target()?;
    let scratch = target.join("bindings");
    fresh_folder(&scratch.join("ts"))?;
    crate::stage::build()?;
    let host = crate::stage::program(&target, "chartside-dev-host");
    generate(&host, "bindings", &scratch.join("ts"))?;
    generate(&host, "schema", &scratch.join("policy.schema.json"))?;
    let mut stale = sync(&scratch.join("ts"), &crate::root().join(TYPESCRIPT), check)?;
    let (new, kept) = (scratch.join("policy.schema.json"), crate::root().join(SCHEMA));
    if std::fs::read(&new).ok() != std::fs::read(&kept).ok() {
        stale.push(SCHEMA.to_owned());
        if !check {
            crate::session::write(&kept, &std::fs::read_to_string(&new).map_err(|e| e.to_string())?)?;
        }
    }
    match (stale.is_empty(), check) {
        (true, _) => say("the generated files are as they should be"),
        (false, false) => say(&format!("written: {}", stale.join(", "))),
        (false, true) => {
            return Err(format!("out of date: {}; run `cargo xtask bindings`", stale.join(", ")));
        }
    }
    Ok(())
}

fn generate(host: &Path, what: &str, into: &Path) -> Result<(), String> {
    run(Command::new(host).arg(what).arg(into))
}

/// Makes `kept` equal to `new`; gives the names that differ.
fn sync(new: &Path, kept: &Path, check: bool) -> Result<Vec<String>, String> {
    let (new_files, kept_files) = (files(new)?, files(kept).unwrap_or_default());
    let mut stale = Vec::new();
    for (name, text) in &new_files {
        if kept_files.get(name) != Some(text) {
            stale.push(name.clone());
            if !check {
                crate::session::write(&kept.join(name), text)?;
            }
        }
    }
    for name in kept_files.keys().filter(|name| !new_files.contains_key(*name)) {
        stale.push(format!("{name} (gone)"));
        if !check {
            std::fs::remove_file(kept.join(name)).map_err(|e| format!("{name}: {e}"))?;
        }
    }
    Ok(stale)
}

fn files(folder: &Path) -> Result<BTreeMap<String, String>, String> {
    let mut found = BTreeMap::new();
    let entries = std::fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    for entry in entries.flatten() {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        if path.is_dir() {
            found.extend(files(&path)?.into_iter().map(|(inner, text)| (format!("{name}/{inner}"), text)));
        } else {
            let text = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
            found.insert(name, text);
        }
    }
    Ok(found)
}
