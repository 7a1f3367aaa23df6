//! The whole visit with nobody at the keyboard: in the real window, and in Chromium over the dev host.

use crate::processes::{Running, find, free_port, fresh_folder, target, until};
use crate::say;
use crate::session::{Session, browser_script};
use crate::stage::{self, Asked, Ehr};
use serde_json::{Value, json};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);
/// How long the network is away in the middle of a call.
const CUT_SECONDS: u32 = 60;
/// A screen with room for the browser beside the window.
const WIDE: (u32, u32) = (1920, 1080);
/// Dr. Okafor, whose schedule the visit is in.
const USER: &str = "prac-okafor";

/// In the desktop window through WebDriver. Everything must be built.
pub fn window(asked: &Asked) -> Result<(), String> {
    let target = target()?;
    let folder = target.join("demo");
    let desktop = Desktop::new(&folder, Session::private)?;
    // A PDF and a letter in HTML, read at the end.
    let mut data = asked.data.clone();
    data.push(documents());
    let (ehr, policy) = ehr_with_policy(&target, &folder, &Asked { data, ..asked.clone() })?;
    // As if this webview could show a room, so that the walls around one are tried.
    let visit = json!({
        "surface": "window",
        "opened": desktop.opened,
        "store": desktop.data,
        "window": desktop.window(&target, &policy, &["--all-room-surfaces"]),
    });
    run_script("run.mjs", &ehr, &folder, asked, visit)
}

/// The desktop window as people have it, with the room in the system's browser beside it. Everything must be built.
pub fn beside() -> Result<(), String> {
    let target = target()?;
    let (folder, asked) = (target.join("e2e-beside"), Asked::default());
    let desktop = Desktop::new(&folder, |home, browser| {
        let mut session = Session::private_of(WIDE, home, browser)?;
        session.manage_windows()?;
        Ok(session)
    })?;
    let (ehr, policy) = ehr_with_policy(&target, &folder, &asked)?;
    let screens = target.join("screens");
    std::fs::create_dir_all(&screens).map_err(|e| format!("{}: {e}", screens.display()))?;
    let visit = json!({
        "opened": desktop.opened,
        "display": desktop.session.display(),
        "picture": screens.join("beside.png"),
        "apart": screens.join("beside-chart-apart.png"),
        "window": desktop.window(&target, &policy, &[]),
    });
    run_script("beside.mjs", &ehr, &folder, &asked, visit)
}

/// A virtual desktop with the driver of its windows.
struct Desktop {
    session: Session,
    data: PathBuf,
    /// Addresses that were handed to the browser, one a line.
    opened: PathBuf,
    server: String,
    _driver: Running,
}

impl Desktop {
    fn new(
        folder: &Path,
        session: impl FnOnce(&Path, &Path) -> Result<Session, String>,
    ) -> Result<Self, String> {
        fresh_folder(folder)?;
        let (home, data, opened) = (folder.join("home"), folder.join("data"), folder.join("opened"));
        let browser = home.join("browser");
        browser_script(&browser, &format!("printf '%s\\n' \"$1\" >> '{}'", opened.display()))?;
        let session = session(&home, &browser)?;
        say(&format!("virtual display {}, own message bus and keyring", session.display()));
        let (port, native) = (free_port()?, free_port()?);
        let driver = find("tauri-driver").ok_or("tauri-driver is missing")?;
        let mut driver = Command::new(driver);
        driver.args(["--port", &port.to_string(), "--native-port", &native.to_string()]);
        let driver = Running::start(&session.inside(driver))?;
        until("tauri-driver", PATIENCE, || listens(port) && listens(native))?;
        let server = format!("http://127.0.0.1:{port}");
        Ok(Self { session, data, opened, server, _driver: driver })
    }

    /// How the window is started by the driver.
    fn window(&self, target: &Path, policy: &str, more: &[&str]) -> Value {
        let mut args = vec![json!("--policy"), json!(policy), json!("--data-dir"), json!(self.data)];
        args.extend(more.iter().map(|word| json!(word)));
        json!({ "server": self.server, "application": stage::program(target, "chartside"), "args": args })
    }
}

/// Documents of Maria Santos from elsewhere.
fn documents() -> PathBuf {
    crate::root().join("tests/fixtures/documents/outside.json")
}

/// The window of `application`, a release build, beside Chromium on the same page: starts, memory, frames. Its
/// line of JSON is for `cargo bench-all`.
pub fn release_window(application: &Path) -> Result<(), String> {
    let target = target()?;
    let (folder, asked) = (target.join("window-bench"), Asked::default());
    let desktop = Desktop::new(&folder, Session::private)?;
    let (ehr, policy) = ehr_with_policy(&target, &folder, &asked)?;
    // The page has a launch port of its own, so that neither finds it taken.
    let beside = folder.join("policy-page.json");
    ehr.write_policy(&beside, &asked, free_port()?)?;
    let beside = beside.display().to_string();
    let (ui, copy) = (crate::root().join("ui/dist"), folder.join("copy"));
    let visit = json!({
        "opened": desktop.opened,
        "screen": desktop.session.screen(),
        // A release build keeps its data where the system wants it.
        "data": folder.join("home/data/org.chartside.Chartside"),
        "copy": copy,
        "window": {
            "server": desktop.server,
            "application": application,
            "args": ["--policy", stage::unlocked(&policy)?],
        },
        "host": {
            "program": stage::program(&target, "chartside-dev-host"),
            "args": ["--policy", stage::unlocked(&beside)?, "--data-dir", copy, "--keychain", "os", "--ui", ui],
        },
    });
    run_script_in(Some(&desktop.session), "window-bench.mjs", &ehr, &folder, &asked, visit)
}

/// In Chromium over the development host. Everything must be built.
pub fn page(asked: &Asked) -> Result<(), String> {
    in_chromium("e2e-page", asked, "run.mjs", json!({ "surface": "page" }))
}

/// A whole visit with the keyboard alone, in the same page. Everything must be built.
pub fn keys() -> Result<(), String> {
    let asked = Asked { data: vec![documents()], ..Asked::default() };
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
fn run_script(script: &str, ehr: &Ehr, folder: &Path, asked: &Asked, visit: Value) -> Result<(), String> {
    run_script_in(None, script, ehr, folder, asked, visit)
}

fn run_script_in(
    session: Option<&Session>,
    script: &str,
    ehr: &Ehr,
    folder: &Path,
    asked: &Asked,
    mut visit: Value,
) -> Result<(), String> {
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
    let mut node = match session {
        Some(session) => session.inside(node),
        None => node,
    };
    let status = node.stdin(Stdio::null()).status().map_err(|e| format!("node: {e}"))?;
    say(&format!("pictures: {}", folder.display()));
    if status.success() { Ok(()) } else { Err(format!("{script} did not come to its end")) }
}

fn listens(port: u16) -> bool {
    TcpStream::connect(("127.0.0.1", port)).is_ok()
}
