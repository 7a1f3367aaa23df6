//! Every view and state of the window as a picture in `target/screens`, each held against axe.

use crate::processes::{run, target};
use crate::tools;
use std::process::Command;

/// All views, or the named ones. The page is built with its in-memory host; nothing else is needed.
pub fn screens(views: &[String]) -> Result<(), String> {
    tools::npm_ci("ui")?;
    tools::for_chromium()?;
    let mut node = Command::new("node");
    node.arg("screens.mjs").args(views).current_dir(crate::root().join("tests/e2e"));
    run(node.env("CARGO_TARGET_DIR", target()?))
}
