//! The shape of the house: who may depend on whom, what stands at the top level, how long files are.

use crate::processes::{cargo, output};
use crate::say;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

/// Each of our crates and the crates of ours that it may use. Imports only point down.
const ARROWS: &[(&str, &[&str])] = &[
    ("clinical", &[]),
    ("fhir", &["clinical"]),
    ("pdf", &["clinical"]),
    ("hl7v2", &[]),
    ("ehr", &["clinical", "fhir"]),
    ("vault", &["clinical"]),
    ("companion", &["clinical", "fhir", "pdf", "hl7v2", "ehr", "vault"]),
    ("desktop", &["companion"]),
    ("dev-host", &["companion", "desktop"]),
    ("chartside", &["companion", "desktop"]),
    ("xtask", &[]),
    ("sandbox-ehr", &[]),
    ("chartside-tests", ALL_BUT_THE_SHELL),
    ("chartside-bench", ALL_BUT_THE_SHELL),
    ("chartside-peers", ALL_BUT_THE_SHELL),
];

/// What tests and measurements may use.
const ALL_BUT_THE_SHELL: &[&str] = &[
    "clinical",
    "fhir",
    "pdf",
    "hl7v2",
    "ehr",
    "vault",
    "companion",
    "desktop",
    "dev-host",
    "sandbox-ehr",
    "chartside-tests",
];

/// Anybody's tests may use it.
const TEST_EQUIPMENT: &str = "sandbox-ehr";
const SHELL: &str = "chartside";
const TOP: &[&str] =
    &["Cargo.toml", "Cargo.lock", "LICENSE", "README.md", "icons", "src-tauri", "tests", "ui"];
/// Settings of tools, beside the dotfiles.
const TOP_SETTINGS: &[&str] = &["clippy.toml", "rustfmt.toml"];
const SOURCES: &[&str] = &["rs", "ts", "tsx", "css", "js", "mjs", "py", "sql", "sh"];
/// Generated files, and data with what made it.
const NOT_SOURCES: &[&str] = &["ui/src/generated/", "tests/fixtures/"];
const LONG: usize = 400;
const TOO_LONG: usize = 600;
/// The only folder of the window that may know what carries it.
const UI_HOST: &str = "ui/src/host/";

pub fn arrows() -> Result<(), String> {
    let mut wrong = Vec::new();
    let text = output(cargo().args(["metadata", "--no-deps", "--format-version", "1"]))?;
    let metadata: Value = serde_json::from_str(&text).map_err(|e| e.to_string())?;
    let packages =
        metadata.get("packages").and_then(Value::as_array).ok_or("cargo metadata names no packages")?;
    dependencies(packages, &mut wrong);
    let files = tracked()?;
    top_level(&files, &mut wrong);
    for file in &files {
        look_at(file, &mut wrong);
    }
    if wrong.is_empty() {
        say(&format!("{} crates and {} files are in their place", packages.len(), files.len()));
        return Ok(());
    }
    Err(wrong.join("\n  "))
}

fn dependencies(packages: &[Value], wrong: &mut Vec<String>) {
    let text =
        |value: &Value, key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let ours: BTreeSet<String> = packages.iter().map(|package| text(package, "name")).collect();
    for package in packages {
        let name = text(package, "name");
        let Some((_, allowed)) = ARROWS.iter().find(|(known, _)| *known == name) else {
            wrong.push(format!("crate {name} has no place in the drawing (xtask/src/arrows.rs)"));
            continue;
        };
        let dependencies = package.get("dependencies").and_then(Value::as_array).into_iter().flatten();
        for dependency in dependencies {
            let used = text(dependency, "name");
            let in_tests_only = text(dependency, "kind") == "dev" && used == TEST_EQUIPMENT;
            if ours.contains(&used) && used != name && !allowed.contains(&used.as_str()) && !in_tests_only {
                wrong.push(format!("{name} must not depend on {used}"));
            }
            let is_shell_part = used.starts_with("tauri") || used == "wry" || used == "tao";
            if is_shell_part && name != SHELL {
                wrong.push(format!("{name} must not depend on {used}: only the shell knows the desktop"));
            }
        }
    }
}

/// Every file of the repository: what git tracks and what it would.
fn tracked() -> Result<Vec<String>, String> {
    let listed = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let text = output(Command::new("git").args(listed).current_dir(crate::root()))?;
    let root = crate::root();
    let there = text.split('\0').filter(|name| !name.is_empty() && root.join(name).exists());
    Ok(there.map(str::to_owned).collect())
}

fn top_level(files: &[String], wrong: &mut Vec<String>) {
    let found: BTreeSet<&str> = files.iter().filter_map(|file| file.split('/').next()).collect();
    for name in &found {
        let known = name.starts_with('.') || TOP.contains(name) || TOP_SETTINGS.contains(name);
        if !known {
            wrong.push(format!("{name} does not belong at the top level"));
        }
    }
    for name in TOP.iter().filter(|name| !found.contains(*name)) {
        wrong.push(format!("{name} is missing at the top level"));
    }
}

fn look_at(file: &str, wrong: &mut Vec<String>) {
    let extension = Path::new(file).extension().and_then(|e| e.to_str()).unwrap_or_default();
    if !SOURCES.contains(&extension) || NOT_SOURCES.iter().any(|folder| file.starts_with(folder)) {
        return;
    }
    let Ok(text) = std::fs::read_to_string(crate::root().join(file)) else { return };
    let lines = text.lines().count();
    if lines > TOO_LONG {
        wrong.push(format!("{file} has {lines} lines: one file, one purpose"));
    } else if lines > LONG {
        say(&format!("  rather long: {file}, {lines} lines"));
    }
    let is_window = file.starts_with("ui/src/") && !file.starts_with(UI_HOST);
    if is_window && text.contains("from '@tauri-apps") {
        wrong.push(format!("{file} imports @tauri-apps: only {UI_HOST} may"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_arrow_upwards_and_a_desktop_below_the_shell_are_seen() {
        let package = |name: &str, uses: &[&str]| json!({ "name": name, "dependencies": uses.iter().map(|n| json!({ "name": n })).collect::<Vec<_>>() });
        let mut wrong = Vec::new();
        dependencies(&[package("fhir", &["clinical", "serde"]), package("clinical", &[])], &mut wrong);
        assert!(wrong.is_empty(), "{wrong:?}");
        dependencies(
            &[package("clinical", &["fhir", "tauri-plugin-x"]), package("fhir", &[]), package("new", &[])],
            &mut wrong,
        );
        assert_eq!(wrong.len(), 3, "{wrong:?}");
    }
}
