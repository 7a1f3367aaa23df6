//! The command line: where the policy and the data are, and launch links.

use crate::deep_link;
use companion::policy::{Policy, PolicyError};
use std::ffi::OsString;
use std::path::PathBuf;

/// What the app was started with.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Options {
    pub version: bool,
    /// Print this installation's public keys for registration at EHRs, and end.
    pub jwks: bool,
    pub policy: Option<PathBuf>,
    pub data: Option<PathBuf>,
    /// Keep the vaults' keys in a file. Debug builds only.
    pub keychain_in_file: bool,
    /// Show rooms also where this webview has no WebRTC, to test their walls. Debug builds only.
    pub all_surfaces: bool,
    /// Launch links (`chartside://…`).
    pub links: Vec<String>,
}

impl Options {
    /// Reads the arguments without the program's name. Arguments that mean nothing are only logged:
    /// desktops add their own.
    pub fn read(arguments: impl Iterator<Item = OsString>) -> Self {
        let words: Vec<String> = arguments.map(|a| a.to_string_lossy().into_owned()).collect();
        let mut options = Self { links: deep_link::links(&words), ..Self::default() };
        // Whoever makes a link may have a say in the rest of the line: a release takes only the link then.
        if !options.links.is_empty() && !cfg!(debug_assertions) {
            return options;
        }
        let mut words = words.into_iter().filter(|w| !deep_link::is_link(w));
        while let Some(word) = words.next() {
            match word.as_str() {
                "--version" | "-V" => options.version = true,
                "--jwks" => options.jwks = true,
                "--policy" => options.policy = words.next().map(PathBuf::from),
                "--data-dir" if cfg!(debug_assertions) => options.data = words.next().map(PathBuf::from),
                "--all-room-surfaces" if cfg!(debug_assertions) => options.all_surfaces = true,
                "--keychain" if cfg!(debug_assertions) => {
                    options.keychain_in_file = words.next().as_deref() == Some("file");
                }
                _ => tracing::warn!("an argument means nothing here and is ignored"),
            }
        }
        options
    }

    /// IT's settings. Only the file at the usual place may be missing: then there are none yet.
    pub fn read_policy(&self) -> Result<Policy, PolicyError> {
        let from_environment = || std::env::var_os("CHARTSIDE_POLICY").filter(|_| cfg!(debug_assertions));
        if let Some(named) = self.policy.clone().or_else(|| from_environment().map(PathBuf::from)) {
            return Policy::read(&named);
        }
        let usual = usual_policy();
        match usual.try_exists() {
            Ok(false) => Ok(Policy::default()),
            _ => Policy::read(&usual),
        }
    }
}

/// Where IT puts the policy on this kind of computer.
fn usual_policy() -> PathBuf {
    if cfg!(windows) {
        let data = std::env::var_os("ProgramData").unwrap_or_else(|| r"C:\ProgramData".into());
        PathBuf::from(data).join(r"Chartside\policy.json")
    } else if cfg!(target_os = "macos") {
        PathBuf::from("/Library/Application Support/Chartside/policy.json")
    } else {
        PathBuf::from("/etc/chartside/policy.json")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &[&str]) -> Options {
        Options::read(words.iter().map(OsString::from))
    }

    #[test]
    fn a_link_is_found_among_options_and_strange_words_are_ignored() {
        let options =
            read(&["--policy", "p.json", "chartside://launch?iss=a&launch=b", "-psn_0_1", "--data-dir", "d"]);
        assert_eq!(options.links, ["chartside://launch?iss=a&launch=b"]);
        assert_eq!(options.policy, Some("p.json".into()));
        assert_eq!(options.data, Some("d".into()));
    }

    #[test]
    fn a_policy_that_was_named_must_be_there() {
        assert!(read(&["--policy", "/nowhere/policy.json"]).read_policy().is_err());
    }
}
