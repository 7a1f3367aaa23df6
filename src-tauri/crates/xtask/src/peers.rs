//! The programs that are not ours and that Chartside is tested beside: validators, an OpenID
//! provider, a FHIR server. They are installed here, every version fixed: npm packages in
//! `tests/peers`, Python packages in a virtual environment below `target`.

use crate::processes::{run, target};
use crate::{ran, say, tools};
use std::path::PathBuf;
use std::process::Command;

/// Every Python package with its version.
const REQUIREMENTS: &str = "tests/peers/requirements.txt";

/// `cargo xtask peers`: whole visits at a certified OpenID provider that guards a foreign FHIR server.
pub fn peers() -> Result<(), String> {
    install()?;
    ran::tests("peers", &["--package", "chartside-peers"])
}

/// Installs what is missing; gives the Python that has the packages.
pub fn install() -> Result<PathBuf, String> {
    tools::npm_ci("tests/peers")?;
    python(REQUIREMENTS, "venv")
}

/// A Python with these packages, in a virtual environment of this name below `target`.
pub fn python(file: &str, name: &str) -> Result<PathBuf, String> {
    let requirements = crate::root().join(file);
    let wanted = std::fs::read(&requirements).map_err(|e| format!("{file}: {e}"))?;
    let venv = target()?.join(name);
    let python = venv.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let stamp = venv.join("requirements.txt");
    if python.exists() && std::fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    say(&format!("installing {file} into {}", venv.display()));
    run(Command::new("python3").args(["-m", "venv"]).arg(&venv))?;
    let quiet = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"];
    run(Command::new(&python).args(quiet).arg("--requirement").arg(&requirements))?;
    std::fs::write(&stamp, wanted).map_err(|e| format!("{}: {e}", stamp.display()))?;
    Ok(python)
}
