//! What a demonstration stands on: the built programs, the sandbox EHR, and the policy for it.

use crate::processes::{Running, cargo, run};
use crate::say;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);

const HELP: &str = "cargo demo [-- OPTIONS]
  --check              do a whole visit in the real window, read the receipts back, leave screenshots
  --patient ID         whose visit the check opens
  --data FILE|FOLDER   further FHIR data for the sandbox EHR
  --personality NAME   generic, plain, epic, oracle, athena, medplum, read-only
  --fault SPEC         such as kind=503,method=POST,path=Claim,times=1 (tests/sandbox-ehr/README.md)";

/// What is asked of the sandbox EHR.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Asked {
    pub check: bool,
    /// Further FHIR data.
    pub data: Vec<PathBuf>,
    /// Whose visit is opened by the check.
    pub patient: Option<String>,
    pub personality: Option<String>,
    pub faults: Vec<String>,
}

impl Asked {
    pub fn read(words: &[String]) -> Result<Self, String> {
        let mut asked = Self::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            if word == "--check" {
                asked.check = true;
                continue;
            }
            if matches!(word.as_str(), "--help" | "-h") {
                return Err(HELP.to_owned());
            }
            let value = words.next().ok_or_else(|| format!("{word} needs a value, or is not known"))?;
            match word.as_str() {
                "--data" => {
                    asked.data.push(std::path::absolute(value).map_err(|e| format!("{value}: {e}"))?);
                }
                "--patient" => asked.patient = Some(value.clone()),
                "--personality" => asked.personality = Some(value.clone()),
                "--fault" => asked.faults.push(value.clone()),
                _ => return Err(format!("unknown option {word}")),
            }
        }
        Ok(asked)
    }
}

/// Builds every program of the workspace, the same way everywhere, so that nothing is built twice.
pub fn build() -> Result<(), String> {
    say("building the programs");
    run(cargo().args(["build", "--quiet", "--workspace", "--exclude", "xtask", "--bins"]))
}

/// A built program.
pub fn program(target: &Path, name: &str) -> PathBuf {
    target.join("debug").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// The running EHR and where it is.
pub struct Ehr {
    pub urls: Value,
    _running: Running,
}

impl Ehr {
    /// Starts it; Launch Chartside goes to this port of ours.
    pub fn start(target: &Path, asked: &Asked, launch_port: u16) -> Result<Self, String> {
        let mut command = Command::new(program(target, "sandbox-ehr"));
        command.args([
            "--exit-with-parent",
            "--launch-url",
            &format!("http://127.0.0.1:{launch_port}/launch"),
        ]);
        for data in &asked.data {
            command.arg("--data").arg(data);
        }
        for fault in &asked.faults {
            command.args(["--fault", fault]);
        }
        if let Some(personality) = &asked.personality {
            command.args(["--personality", personality]);
        }
        let (running, line) = Running::announced(&command, Stdio::inherit(), PATIENCE)?;
        let urls = serde_json::from_str(&line).map_err(|e| format!("the sandbox EHR said {line}: {e}"))?;
        Ok(Self { urls, _running: running })
    }

    /// One of its addresses.
    pub fn url(&self, name: &str) -> &str {
        self.urls.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// The policy file by which Chartside may be launched from it.
    pub fn write_policy(&self, file: &Path, asked: &Asked, launch_port: u16) -> Result<(), String> {
        let mut ehr = json!({ "name": "Sandbox EHR", "iss": self.url("fhir"), "client_id": "chartside" });
        if let Some(personality) = &asked.personality {
            ehr["personality"] = json!(personality);
        }
        let rooms = json!({ "providers": [{ "origin": self.url("url") }] });
        let policy = json!({ "ehrs": [ehr], "rooms": rooms, "launch_port": launch_port });
        crate::session::write(file, &format!("{policy:#}\n"))
    }
}

/// The same policy for a computer that only one person uses: a start goes on where it was, without a lock.
pub fn unlocked(policy: &str) -> Result<&str, String> {
    let text = std::fs::read_to_string(policy).map_err(|e| format!("{policy}: {e}"))?;
    let mut value: Value = serde_json::from_str(&text).map_err(|e| format!("{policy}: {e}"))?;
    value["lock"] = json!({ "idle_minutes": 0 });
    crate::session::write(Path::new(policy), &format!("{value:#}\n"))?;
    Ok(policy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_and_unknown_ones_refused() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let asked = Asked::read(&words("--check --data /a --data /b --patient 355")).unwrap();
        assert!(asked.check && asked.data.len() == 2 && asked.patient.as_deref() == Some("355"));
        assert!(Asked::read(&words("--colour red")).is_err() && Asked::read(&words("--data")).is_err());
    }
}
