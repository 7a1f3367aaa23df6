//! The whole visit with nobody at the keyboard: in the real window, and in Chromium over the dev host.

use crate::processes::{Running, find, free_port, fresh_folder, target, until};
use crate::say;
use crate::session::{Session, browser_script};
use crate::stage::{self, Asked, Ehr};
use serde_json::{Value, json};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);
/// How long the network is away in the middle of a call.
const CUT_SECONDS: u32 = 60;
/// Dr. Okafor, whose schedule the visit is in.
const USER: &str = "prac-okafor";

/// In the desktop window through WebDriver. Everything must be built.
pub fn window(asked: &Asked) -> Result<(), String> {
    let target = target()?;
    let folder = target.join("demo");
    fresh_folder(&folder)?;
    let (home, data, opened) = (folder.join("home"), folder.join("data"), folder.join("opened"));
    let browser = home.join("browser");
    browser_script(&browser, &format!("printf '%s\\n' \"$1\" >> '{}'", opened.display()))?;
    let session = Session::private(&home, &browser)?;
    say(&format!("virtual display {}, own message bus and keyring", session.display()));
    let (ehr, policy) = ehr_with_policy(&target, &folder, asked)?;
    let (port, native) = (free_port()?, free_port()?);
    let driver = find("tauri-driver").ok_or("tauri-driver is missing")?;
    let mut driver = Command::new(driver);
    driver.args(["--port", &port.to_string(), "--native-port", &native.to_string()]);
    let _driver = Running::start(&session.inside(driver))?;
    until("tauri-driver", PATIENCE, || listens(port) && listens(native))?;
    let application = stage::program(&target, "chartside");
    let visit = json!({
        "surface": "window",
        "opened": opened,
        "store": data,
        "window": {
            "server": format!("http://127.0.0.1:{port}"),
            "application": application,
            // As if this webview could show a room, so that the walls around one are tried.
            "args": ["--policy", policy, "--data-dir", data, "--all-room-surfaces"],
        },
    });
    run_script("run.mjs", &ehr, &folder, asked, visit)
}

/// In Chromium over the development host. Everything must be built.
pub fn page(asked: &Asked) -> Result<(), String> {
    in_chromium("e2e-page", asked, "run.mjs", json!({ "surface": "page" }))
}

/// A whole visit with the keyboard alone, in the same page. Everything must be built.
pub fn keys() -> Result<(), String> {
    let documents = crate::root().join("tests/fixtures/documents/outside.json");
    let asked = Asked { data: vec![documents], ..Asked::default() };
    in_chromium("e2e-keys", &asked, "keys.mjs", json!({}))
}

/// A video call in the workspace page, with the network cut for a minute. Everything must be built.
pub fn call() -> Result<(), String> {
    in_chromium("e2e-call", &Asked::default(), "call.mjs", json!({ "cut": CUT_SECONDS }))
}

/// Types into the note and kills the process with -9 at so many seeded moments. Everything must be built.
pub fn kill_typing(moments: u32, first: u32) -> Result<(), String> {
    let target = target()?;
    let folder = target.join("e2e-kill-typing");
    fresh_folder(&folder)?;
    let asked = Asked::default();
    let (ehr, policy) = ehr_with_policy(&target, &folder, &asked)?;
    let data = folder.join("data");
    let visit = json!({
        "program": stage::program(&target, "chartside-dev-host"),
        "args": ["--policy", stage::unlocked(&policy)?, "--data-dir", data, "--keychain", "file",
                 "--ui", crate::root().join("ui/dist")],
        "moments": moments,
        "first": first,
    });
    run_script("kill-typing.mjs", &ehr, &folder, &asked, visit)
}

fn in_chromium(name: &str, asked: &Asked, script: &str, mut visit: Value) -> Result<(), String> {
    let target = target()?;
    let folder = target.join(name);
    fresh_folder(&folder)?;
    let (ehr, policy) = ehr_with_policy(&target, &folder, asked)?;
    let mut host = Command::new(stage::program(&target, "chartside-dev-host"));
    host.arg("--policy").arg(&policy).arg("--data-dir").arg(folder.join("data"));
    host.args(["--keychain", "file", "--ui"]).arg(crate::root().join("ui/dist"));
    let (_host, line) = Running::announced(&host, Stdio::inherit(), PATIENCE)?;
    visit["host"] = serde_json::from_str(&line).map_err(|e| format!("the dev host said {line}: {e}"))?;
    run_script(script, &ehr, &folder, asked, visit)
}

fn ehr_with_policy(target: &Path, folder: &Path, asked: &Asked) -> Result<(Ehr, String), String> {
    let launch_port = free_port()?;
    let ehr = Ehr::start(target, asked, launch_port)?;
    let policy = folder.join("policy.json");
    ehr.write_policy(&policy, asked, launch_port)?;
    Ok((ehr, policy.display().to_string()))
}

/// The script of the visit; the line that it prints at the end is ours.
fn run_script(script: &str, ehr: &Ehr, folder: &Path, asked: &Asked, mut visit: Value) -> Result<(), String> {
    visit["sandbox"] = ehr.urls.clone();
    visit["user"] = json!(USER);
    visit["shots"] = json!(folder);
    if let Some(patient) = &asked.patient {
        visit["patient"] = json!(patient);
    }
    if let Some(data) = asked.data.first() {
        visit["data"] = json!(data);
    }
    let mut node = Command::new("node");
    node.arg(script).current_dir(crate::root().join("tests/e2e")).env("CHARTSIDE_E2E", visit.to_string());
    let status = node.stdin(Stdio::null()).status().map_err(|e| format!("node: {e}"))?;
    say(&format!("pictures: {}", folder.display()));
    if status.success() { Ok(()) } else { Err(format!("{script} did not come to its end")) }
}

fn listens(port: u16) -> bool {
    TcpStream::connect(("127.0.0.1", port)).is_ok()
}
