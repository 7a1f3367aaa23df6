//! A desktop of its own where there is none: a virtual display, a message bus, an unlocked keyring,
//! and a browser to which addresses are handed. Nothing of the user's own desktop is touched.

use crate::processes::{Running, fresh_folder, output, until, works};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(15);
const CALL: [&str; 3] = ["--session", "--print-reply", "--reply-timeout=3000"];
const BUS_ADDRESS: &str = "DBUS_SESSION_BUS_ADDRESS";
const BUS_NAME: &str = "--dest=org.freedesktop.DBus";
const BUS_PATH: &str = "/org/freedesktop/DBus";
/// Folders of sockets, named by the process that made them.
const RUN: &str = "chartside-run-";
const SCREEN: (u32, u32) = (1400, 900);

/// What programs in the session get to see.
pub struct Session {
    environment: Vec<(String, String)>,
    /// Sockets live here: their paths must be short.
    runtime: Option<PathBuf>,
    screen: PathBuf,
    // ended in this order: the keyring before its bus
    running: Vec<Running>,
}

impl Session {
    /// The user's own desktop, with a keyring beside it when no Secret Service answers.
    pub fn own(home: &Path) -> Result<Self, String> {
        let mut session =
            Self { environment: Vec::new(), runtime: None, screen: PathBuf::new(), running: Vec::new() };
        if cfg!(target_os = "linux") && !session.has_keyring() {
            crate::say("no keyring answers here: a throw-away one is started for this run");
            crate::tools::for_virtual_desktop()?;
            session.keep_keyring(home)?;
        }
        Ok(session)
    }

    /// A virtual one. `browser` is a program that takes an address.
    pub fn private(home: &Path, browser: &Path) -> Result<Self, String> {
        Self::private_of(SCREEN, home, browser)
    }

    /// A virtual one with a screen of this size.
    pub fn private_of(screen: (u32, u32), home: &Path, browser: &Path) -> Result<Self, String> {
        let mut session =
            Self { environment: Vec::new(), runtime: None, screen: PathBuf::new(), running: Vec::new() };
        session.show(screen, home)?;
        session.keep_keyring(home)?;
        if let Some(runtime) = session.runtime.clone() {
            session.set_path("XDG_RUNTIME_DIR", &runtime);
        }
        session.hand_addresses_to(home, browser)?;
        Ok(session)
    }

    /// The command as a program of this session.
    pub fn inside(&self, mut command: Command) -> Command {
        if self.environment.iter().any(|(name, _)| name == "DISPLAY") {
            for name in ["WAYLAND_DISPLAY", "XDG_CURRENT_DESKTOP", "DESKTOP_SESSION", "XDG_SESSION_TYPE"] {
                command.env_remove(name);
            }
        }
        command.envs(self.environment.iter().cloned());
        command
    }

    /// Where it can be looked at.
    pub fn display(&self) -> &str {
        self.environment.iter().find(|(name, _)| name == "DISPLAY").map_or("", |(_, value)| value)
    }

    /// The memory of the virtual screen, an X Window Dump.
    pub fn screen(&self) -> &Path {
        &self.screen
    }

    fn set(&mut self, name: &str, value: impl Into<String>) {
        self.environment.push((name.to_owned(), value.into()));
    }

    fn set_path(&mut self, name: &str, value: &Path) {
        self.set(name, value.display().to_string());
    }

    /// A window manager, so that windows stand where they are put.
    pub fn manage_windows(&mut self) -> Result<(), String> {
        let manager = Running::start(&self.inside(Command::new("openbox")))?;
        self.running.insert(0, manager);
        Ok(())
    }

    fn show(&mut self, (width, height): (u32, u32), home: &Path) -> Result<(), String> {
        let size = format!("{width}x{height}x24");
        let memory = home.join("screen");
        fresh_folder(&memory)?;
        let mut screen = Command::new("Xvfb");
        screen.args(["-displayfd", "1", "-screen", "0", &size, "-nolisten", "tcp", "-fbdir"]).arg(&memory);
        self.screen = memory.join("Xvfb_screen0");
        let (running, number) = Running::announced(&screen, Stdio::null(), PATIENCE)?;
        self.running.push(running);
        self.set("DISPLAY", format!(":{}", number.trim()));
        self.set("GDK_BACKEND", "x11");
        self.set("LIBGL_ALWAYS_SOFTWARE", "1");
        self.set("NO_AT_BRIDGE", "1");
        Ok(())
    }

    fn keep_keyring(&mut self, home: &Path) -> Result<(), String> {
        forget_dead_runs();
        let runtime = std::env::temp_dir().join(format!("{RUN}{}", std::process::id()));
        private_folder(&runtime)?;
        self.runtime = Some(runtime.clone());
        let mut bus = Command::new("dbus-daemon");
        bus.args(["--session", "--nofork", "--nopidfile", "--print-address=1"]);
        bus.arg(format!("--address=unix:path={}", runtime.join("bus").display()));
        let (running, address) = Running::announced(&self.inside(bus), Stdio::null(), PATIENCE)?;
        self.set(BUS_ADDRESS, address.trim());
        // The daemon makes its own folder, but not the ones above.
        fresh_folder(&home.join("data"))?;
        let mut keyring = Command::new("gnome-keyring-daemon");
        keyring
            .args(["--foreground", "--unlock", "--components=secrets"])
            .env("XDG_DATA_HOME", home.join("data"));
        keyring.env("XDG_RUNTIME_DIR", &runtime);
        // An empty line is an empty password; no line at all would unlock nothing.
        let keyring = Running::feed(&self.inside(keyring), b"\n")?;
        self.running.splice(0..0, [keyring, running]);
        // Only looks: a call would have the bus start a second, locked one.
        until("the keyring", PATIENCE, || {
            let owner =
                [BUS_NAME, BUS_PATH, "org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.secrets"];
            let answer = output(self.inside(Command::new("dbus-send")).args(CALL).args(owner));
            answer.is_ok_and(|text| text.contains("true"))
        })
    }

    fn has_keyring(&self) -> bool {
        // Without a bus there is none; asking all the same would have a short-lived one started.
        if !self.environment.iter().any(|(name, _)| name == BUS_ADDRESS) && !has_bus() {
            return false;
        }
        let ping =
            ["--dest=org.freedesktop.secrets", "/org/freedesktop/secrets", "org.freedesktop.DBus.Peer.Ping"];
        works(self.inside(Command::new("dbus-send")).args(CALL).args(ping))
    }

    /// Makes a program the desktop's browser, the way an installer would.
    fn hand_addresses_to(&mut self, home: &Path, browser: &Path) -> Result<(), String> {
        let (data, config) = (home.join("data"), home.join("config"));
        let entry = format!(
            "[Desktop Entry]\nType=Application\nName=Browser of this run\nExec={} %u\nMimeType=x-scheme-handler/http;x-scheme-handler/https;\n",
            browser.display()
        );
        let defaults =
            "[Default Applications]\nx-scheme-handler/http=run.desktop\nx-scheme-handler/https=run.desktop\n";
        write(&data.join("applications/run.desktop"), &entry)?;
        write(&config.join("mimeapps.list"), defaults)?;
        self.set_path("XDG_DATA_HOME", &data);
        self.set_path("XDG_CONFIG_HOME", &config);
        self.set_path("XDG_CACHE_HOME", &home.join("cache"));
        self.set_path("BROWSER", browser);
        Ok(())
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.running.clear();
        if let Some(runtime) = &self.runtime {
            let _ = std::fs::remove_dir_all(runtime);
        }
    }
}

/// The user's session has a message bus.
fn has_bus() -> bool {
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    std::env::var_os(BUS_ADDRESS).is_some_and(|address| !address.is_empty())
        || runtime.is_some_and(|folder| folder.join("bus").exists())
}

/// Runs that were interrupted could not clean up after themselves.
fn forget_dead_runs() {
    for entry in std::fs::read_dir(std::env::temp_dir()).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let process = name.strip_prefix(RUN).and_then(|number| number.parse::<u32>().ok());
        if process.is_some_and(|number| !Path::new(&format!("/proc/{number}")).exists()) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

/// A small program that does this with the address in `$1`.
pub fn browser_script(file: &Path, what: &str) -> Result<(), String> {
    write(file, &format!("#!/bin/sh\n{what}\n"))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let runnable = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(file, runnable).map_err(|e| format!("{}: {e}", file.display()))?;
    }
    Ok(())
}

/// Writes a file and the folders above it.
pub fn write(file: &Path, text: &str) -> Result<(), String> {
    let made = file.parent().map_or(Ok(()), std::fs::create_dir_all);
    made.and_then(|()| std::fs::write(file, text)).map_err(|e| format!("{}: {e}", file.display()))
}

fn private_folder(path: &Path) -> Result<(), String> {
    fresh_folder(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mine = std::fs::Permissions::from_mode(0o700);
        std::fs::set_permissions(path, mine).map_err(|e| format!("{}: {e}", path.display()))?;
    }
    Ok(())
}
