//! The real window on a virtual display with a message bus of its own, and a "browser" that notes
//! the addresses that it is asked to open.

use companion::policy::Policy;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// A desktop for one test.
pub struct Desktop {
    display: String,
    bus: String,
    home: PathBuf,
    _running: Vec<Child>,
}

/// Starts a program that says on stdout where it can be reached.
async fn announced(command: &mut Command) -> Option<(Child, String)> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .ok()?;
    let mut line = String::new();
    BufReader::new(child.stdout.take()?).read_line(&mut line).await.ok()?;
    Some((child, line.trim().to_owned()))
}

impl Desktop {
    /// `None` where there is no virtual display or no message bus.
    pub async fn start(home: &Path) -> Option<Self> {
        let screen = ["-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp"];
        let (screen, number) = announced(Command::new("Xvfb").args(screen)).await?;
        let bus = ["--session", "--nofork", "--nopidfile", "--print-address=1"];
        let (bus, address) = announced(Command::new("dbus-daemon").args(bus)).await?;
        let open = home.join("bin/xdg-open");
        std::fs::create_dir_all(home.join("bin")).expect("a folder");
        std::fs::write(
            &open,
            format!("#!/bin/sh\nprintf '%s\\n' \"$1\" >> '{}'\n", home.join("opened").display()),
        )
        .expect("a script");
        #[cfg(unix)]
        std::fs::set_permissions(&open, std::os::unix::fs::PermissionsExt::from_mode(0o755))
            .expect("a program");
        Some(Self {
            display: format!(":{number}"),
            bus: address,
            home: home.to_owned(),
            _running: vec![screen, bus],
        })
    }

    /// Starts the app as the system does when somebody follows a link.
    pub fn follow(&self, policy: &Policy, link: &str) -> Child {
        let (file, data) = (self.home.join("policy.json"), self.home.join("data"));
        std::fs::write(&file, serde_json::to_string(policy).expect("policy")).expect("policy file");
        let mut program = std::env::current_exe().expect("own path");
        program.pop();
        if program.ends_with("deps") {
            program.pop();
        }
        let path =
            format!("{}:{}", self.home.join("bin").display(), std::env::var("PATH").unwrap_or_default());
        Command::new(program.join("chartside"))
            .env("DISPLAY", &self.display)
            .env("DBUS_SESSION_BUS_ADDRESS", &self.bus)
            .env("HOME", &self.home)
            .env("PATH", path)
            .envs([("GDK_BACKEND", "x11"), ("LIBGL_ALWAYS_SOFTWARE", "1"), ("NO_AT_BRIDGE", "1")])
            .env_remove("WAYLAND_DISPLAY")
            .arg("--policy")
            .arg(file)
            .arg("--data-dir")
            .arg(data)
            .args(["--keychain", "file", link])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("build the workspace first: cargo build -p chartside")
    }

    /// The addresses opened so far, once there are so many.
    pub async fn opened(&self, count: usize) -> Vec<String> {
        let waited = tokio::time::timeout(crate::app::PATIENCE, async {
            loop {
                let text = std::fs::read_to_string(self.home.join("opened")).unwrap_or_default();
                let all: Vec<String> = text.lines().map(str::to_owned).collect();
                if all.len() >= count {
                    return all;
                }
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        });
        waited.await.expect("the browser is asked to open an address")
    }
}

/// Everything in the memory of a process, as a debugger saves it (gcore). `None` where there is no gcore.
pub async fn memory_of(pid: u32, folder: &Path) -> Option<Vec<u8>> {
    let saved = Command::new("gcore")
        .arg("-o")
        .arg(folder.join("core"))
        .arg(pid.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .await
        .ok()?;
    assert!(saved.success(), "gcore saves the memory");
    let file = folder.join(format!("core.{pid}"));
    let memory = std::fs::read(&file).expect("the saved memory");
    std::fs::remove_file(file).expect("removed");
    Some(memory)
}

/// How often each of these stands in the memory that a process can write, as far as it is in RAM. A core of a
/// webview's process would be 7 GB, nearly all of it only reserved. `None` where there is no such `/proc`.
pub fn in_memory(pid: u32, wanted: &[&[u8]]) -> Option<Vec<usize>> {
    const PAGE: usize = 4096;
    const PRESENT_OR_SWAPPED: u64 = 0b11 << 62;
    let open = |name: &str| std::fs::File::open(format!("/proc/{pid}/{name}")).ok();
    let (memory, pages) = (open("mem")?, open("pagemap")?);
    let mut found = vec![0; wanted.len()];
    for (from, to) in written(&std::fs::read_to_string(format!("/proc/{pid}/smaps")).ok()?) {
        let mut entries = vec![0; usize::try_from(to - from).ok()? / PAGE * 8];
        if pages.read_exact_at(&mut entries, from / PAGE as u64 * 8).is_err() {
            continue;
        }
        let used: Vec<bool> = entries
            .chunks_exact(8)
            .map(|b| u64::from_le_bytes(b.try_into().unwrap_or_default()) & PRESENT_OR_SWAPPED != 0)
            .collect();
        // Neighbouring pages are read together: a secret may lie across their border.
        let mut at = 0;
        for run in used.chunk_by(|a, b| a == b) {
            let mut bytes = vec![0; if run[0] { run.len() * PAGE } else { 0 }];
            if !bytes.is_empty() && memory.read_exact_at(&mut bytes, from + (at * PAGE) as u64).is_ok() {
                for (count, one) in found.iter_mut().zip(wanted) {
                    *count += memchr::memmem::find_iter(&bytes, one).count();
                }
            }
            at += run.len();
        }
    }
    Some(found)
}

/// From and to of the writable parts of the memory of which anything is in RAM (`/proc/PID/smaps`).
fn written(smaps: &str) -> Vec<(u64, u64)> {
    let (mut all, mut part) = (Vec::new(), None);
    for line in smaps.lines() {
        let words: Vec<&str> = line.split_whitespace().take(2).collect();
        match words[..] {
            ["Rss:" | "Swap:", kb] if kb != "0" => all.extend(part.take()),
            [range, rights] if !range.ends_with(':') => {
                let hex = |text| u64::from_str_radix(text, 16).ok();
                let ends = range.split_once('-').and_then(|(from, to)| Some((hex(from)?, hex(to)?)));
                part = ends.filter(|_| rights.starts_with("rw"));
            }
            _ => {}
        }
    }
    all
}

/// The end of a process that should end by itself.
pub async fn ended(mut process: Child) -> ExitStatus {
    let ended = tokio::time::timeout(crate::app::PATIENCE, process.wait()).await;
    ended.expect("it ends by itself").expect("its status")
}
