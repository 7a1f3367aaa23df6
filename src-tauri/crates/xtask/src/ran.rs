//! Runs the workspace's tests and remembers which of them passed, so that a document that names a
//! test can be held against what really ran.

use crate::processes::{cargo, fresh_folder, has_nextest, output, run, target};
use crate::root;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where nextest leaves its report (`.config/nextest.toml`), wherever cargo builds.
const REPORT: &str = "target/nextest/default/junit.xml";

/// Tests that passed, each named as nextest lists it: `ehr smart::launch::tests::…`.
pub type Passed = BTreeSet<String>;

/// Runs the tests that `which` selects. Those that passed are remembered under the name of the step,
/// also when others failed.
pub fn tests(step: &str, which: &[&str]) -> Result<(), String> {
    let mut command = cargo();
    // The tools are here: a test that would skip for want of one fails instead.
    command.env("CHARTSIDE_TOOLS_ARE_HERE", "1");
    let (outcome, passed) = if has_nextest() {
        let report = root().join(REPORT);
        // One of an earlier run would say nothing about this one.
        let _ = std::fs::remove_file(&report);
        let outcome = run(command.args(["nextest", "run", "--no-fail-fast"]).args(which));
        let report = std::fs::read_to_string(report).unwrap_or_default();
        (outcome, of_report(&report)?)
    } else {
        command.args(["test", "--no-fail-fast"]).args(which);
        let (outcome, said) = overheard(command)?;
        (outcome, of_cargo(&said, &binaries()?))
    };
    let list = passed.into_iter().collect::<Vec<_>>().join("\n");
    let file = folder()?.join(step);
    let wrote = std::fs::create_dir_all(folder()?).and_then(|()| std::fs::write(&file, list));
    outcome.and(wrote.map_err(|e| format!("{}: {e}", file.display())))
}

/// Forgets what ran before.
pub fn forget() -> Result<(), String> {
    fresh_folder(&folder()?)
}

/// All tests that passed since the last [`forget`].
pub fn passed() -> Result<Passed, String> {
    let mut all = Passed::new();
    let folder = folder()?;
    for entry in std::fs::read_dir(&folder).map_err(|e| format!("no tests were run: {e}"))? {
        let path = entry.map_err(|e| e.to_string())?.path();
        let list = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        all.extend(list.lines().map(str::to_owned));
    }
    Ok(all)
}

fn folder() -> Result<PathBuf, String> {
    Ok(target()?.join("passed"))
}

/// From nextest's JUnit report.
fn of_report(xml: &str) -> Result<Passed, String> {
    let wrong = |e: String| format!("nextest's report: {e}");
    let attribute = |element: &BytesStart, name: &str| -> Result<String, String> {
        let found = element.try_get_attribute(name).map_err(|e| wrong(e.to_string()))?;
        let value = found.ok_or_else(|| wrong(format!("no {name}")))?;
        Ok(value.value.into_owned())
    };
    let name = |element: &BytesStart| -> Result<String, String> {
        Ok(format!("{} {}", attribute(element, "classname")?, attribute(element, "name")?))
    };
    let (mut passed, mut reader, mut current) = (Passed::new(), Reader::from_str(xml), None);
    loop {
        match reader.read_event().map_err(|e| wrong(e.to_string()))? {
            Event::Empty(element) if element.name().as_ref() == "testcase" => {
                passed.insert(name(&element)?);
            }
            Event::Start(element) | Event::Empty(element) => match element.name().as_ref() {
                "testcase" => current = Some(name(&element)?),
                "failure" | "error" | "skipped" => current = None,
                _ => {}
            },
            Event::End(element) if element.name().as_ref() == "testcase" => passed.extend(current.take()),
            Event::Eof => return Ok(passed),
            _ => {}
        }
    }
}

/// By source file (from its package) and program: what nextest calls each of our test programs.
type Binaries = BTreeMap<(String, String), String>;

fn binaries() -> Result<Binaries, String> {
    let text = output(cargo().args(["metadata", "--no-deps", "--format-version", "1"]))?;
    let metadata: Value = serde_json::from_str(&text).map_err(|e| e.to_string())?;
    let word = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
    let mut all = Binaries::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let (name, manifest) = (word(package, "name"), word(package, "manifest_path"));
        let home = Path::new(&manifest).parent().unwrap_or(Path::new(""));
        for target in package["targets"].as_array().into_iter().flatten() {
            let source = PathBuf::from(word(target, "src_path"));
            let source = source.strip_prefix(home).unwrap_or(&source).display().to_string();
            let id = match target["kind"][0].as_str() {
                Some("test") => format!("{name}::{}", word(target, "name")),
                Some("bin") => format!("{name}::bin/{}", word(target, "name")),
                Some(kind) if kind.ends_with("lib") => name.clone(),
                _ => continue,
            };
            all.insert((source, word(target, "name").replace('-', "_")), id);
        }
    }
    Ok(all)
}

/// From what `cargo test` says: `Running unittests src/lib.rs (target/debug/deps/ehr-5d8c)`, then
/// `test smart::… ... ok` for each of that program's tests.
fn of_cargo(said: &str, binaries: &Binaries) -> Passed {
    let (mut passed, mut current) = (Passed::new(), None);
    for line in said.lines() {
        if let Some(program) = line.trim_start().strip_prefix("Running ") {
            current =
                program.strip_suffix(')').and_then(|p| p.split_once(" (")).and_then(|(source, file)| {
                    let source = source.strip_prefix("unittests ").unwrap_or(source);
                    let stem = Path::new(file).file_stem()?.to_str()?.rsplit_once('-')?.0;
                    binaries.get(&(source.to_owned(), stem.to_owned()))
                });
        } else if line.trim_start().starts_with("Doc-tests ") {
            current = None;
        } else if let (Some(id), Some(test)) = (current, line.strip_prefix("test ")) {
            passed.extend(test.strip_suffix(" ... ok").map(|test| format!("{id} {test}")));
        }
    }
    passed
}

/// Runs it to the end, shows on stderr what it says, and gives that too.
fn overheard(mut command: Command) -> Result<(Result<(), String>, String), String> {
    let wrong = |e: std::io::Error| format!("cargo test: {e}");
    let (reader, writer) = std::io::pipe().map_err(wrong)?;
    command.stdin(Stdio::null()).stdout(writer.try_clone().map_err(wrong)?).stderr(writer);
    let mut child = command.spawn().map_err(wrong)?;
    // It holds the pipe open.
    drop(command);
    let mut said = String::new();
    for line in BufReader::new(reader).split(b'\n') {
        let line = line.map_err(wrong)?;
        let line = String::from_utf8_lossy(&line);
        writeln!(std::io::stderr(), "{line}").map_err(wrong)?;
        said.push_str(&line);
        said.push('\n');
    }
    let status = child.wait().map_err(wrong)?;
    let outcome = if status.success() { Ok(()) } else { Err(format!("cargo test: {status}")) };
    Ok((outcome, said))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_nextests_report_only_what_passed_counts() {
        let report = r#"<?xml version="1.0"?><testsuites name="nextest-run"><testsuite name="ehr">
            <testcase name="smart::good" classname="ehr" time="0.1"/>
            <testcase name="smart::loud" classname="ehr" time="0.1"><system-out>failure</system-out></testcase>
            <testcase name="smart::bad" classname="ehr" time="0.1"><failure type="test failure"/></testcase>
            <testcase name="smart::odd" classname="ehr" time="0.1"><error type="x">no</error></testcase>
            </testsuite></testsuites>"#;
        let passed: Vec<_> = of_report(report).unwrap().into_iter().collect();
        assert_eq!(passed, ["ehr smart::good", "ehr smart::loud"]);
        assert!(of_report("").unwrap().is_empty());
        assert!(of_report("<testsuites><testcase").is_err());
    }

    #[test]
    fn of_what_cargo_says_only_what_passed_counts_under_the_name_that_nextest_gives() {
        let binaries = BTreeMap::from([
            (("src/lib.rs".into(), "dev_host".into()), "dev-host".into()),
            (("integration/main.rs".into(), "integration".into()), "chartside-tests::integration".into()),
        ]);
        let said = "     Running unittests src/lib.rs (target/debug/deps/dev_host-0a1b)\n\
            test a::good ... ok\ntest a::bad ... FAILED\ntest a::later ... ignored\n\
            \x20    Running integration/main.rs (target/debug/deps/integration-77)\ntest visit::whole ... ok\n\
            \x20    Running unittests src/main.rs (target/debug/deps/unknown-77)\ntest nobodys ... ok\n\
            \x20  Doc-tests dev_host\ntest src/lib.rs - (line 3) ... ok\n";
        let passed: Vec<_> = of_cargo(said, &binaries).into_iter().collect();
        assert_eq!(passed, ["chartside-tests::integration visit::whole", "dev-host a::good"]);
    }

    #[test]
    fn cargo_names_our_own_test_programs_as_nextest_does() {
        let binaries = binaries().unwrap();
        let id = |source: &str, program: &str| binaries[&(source.to_owned(), program.to_owned())].clone();
        assert_eq!(id("src/lib.rs", "ehr"), "ehr");
        assert_eq!(id("src/main.rs", "xtask"), "xtask::bin/xtask");
        assert_eq!(id("integration/main.rs", "integration"), "chartside-tests::integration");
    }
}
