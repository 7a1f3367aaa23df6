//! `cargo demo`: the sandbox EHR, its portal in the browser, and the Chartside window beside it.

use crate::processes::{Running, fresh_folder, run, target};
use crate::session::{Session, browser_script};
use crate::stage::{self, Asked, Ehr};
use crate::{check, say, tools};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where the portal's Launch Chartside button goes.
const LAUNCH_PORT: u16 = 41473;

pub fn demo(words: &[String]) -> Result<(), String> {
    let asked = Asked::read(words)?;
    tools::for_building()?;
    if asked.check {
        tools::for_driving()?;
    }
    tools::build_ui()?;
    stage::build()?;
    if asked.check { check::window(&asked) } else { show(&asked) }
}

fn show(asked: &Asked) -> Result<(), String> {
    let target = target()?;
    let folder = target.join("demo");
    for name in ["data", "home"] {
        fresh_folder(&folder.join(name))?;
    }
    let session = desktop(&folder)?;
    let ehr = Ehr::start(&target, asked, LAUNCH_PORT)?;
    let policy = folder.join("policy.json");
    ehr.write_policy(&policy, asked, LAUNCH_PORT)?;
    let mut window = Command::new(stage::program(&target, "chartside"));
    window.arg("--policy").arg(&policy).arg("--data-dir").arg(folder.join("data"));
    let mut window = Running::start(&session.inside(window))?;
    let portal = ehr.url("portal");
    say(&format!(
        "the EHR's portal: {portal}\n  sign in as anybody (the password is there), press Launch Chartside in a row."
    ));
    if let Err(error) = run(&mut session.inside(opener(&folder, portal))) {
        say(&format!("no browser could be opened ({error}); please open the address yourself"));
    }
    say("close the Chartside window or press Ctrl-C to end the demo");
    window.wait()
}

/// The display that is there, else a virtual one.
fn desktop(folder: &Path) -> Result<Session, String> {
    let home = folder.join("home");
    let has_display = ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some());
    if has_display || !cfg!(target_os = "linux") {
        return Session::own(&home);
    }
    tools::for_virtual_desktop()?;
    let browser = tools::chromium().ok_or("Chromium is missing")?;
    let script = script(folder);
    browser_script(
        &script,
        &format!("exec {} {} \"$1\" >/dev/null 2>&1 &", browser.display(), chromium_options(&home)),
    )?;
    let session = Session::private(&home, &script)?;
    say(&format!("there is no display here: everything runs on the virtual display {}", session.display()));
    Ok(session)
}

fn chromium_options(home: &Path) -> String {
    let profile = home.join("chromium");
    format!("--no-sandbox --no-first-run --disable-gpu --user-data-dir='{}'", profile.display())
}

fn script(folder: &Path) -> PathBuf {
    folder.join("home/browser")
}

/// Opens an address in the browser.
fn opener(folder: &Path, address: &str) -> Command {
    let own = script(folder);
    let mut command = if own.exists() {
        Command::new(own)
    } else if cfg!(target_os = "macos") {
        Command::new("open")
    } else if cfg!(windows) {
        Command::new("explorer")
    } else {
        Command::new("xdg-open")
    };
    command.arg(address);
    command
}
