//! Starting other programs: some are waited for, some run beside us and end with us.

use crate::say;
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// How long a program may take to end by itself before it is killed.
const GRACE: Duration = Duration::from_secs(3);

/// The program is on the PATH.
pub fn find(program: &str) -> Option<PathBuf> {
    let cargo = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo"));
    let extra = cargo.or(home).map(|folder| folder.join("bin"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders = std::env::split_paths(&path).chain(extra);
    folders.find_map(|folder| {
        [program.to_owned(), format!("{program}.exe"), format!("{program}.cmd")]
            .into_iter()
            .map(|name| folder.join(name))
            .find(|file| file.is_file())
    })
}

/// Cargo as it was called.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(crate::root());
    command
}

/// Tests can be run by nextest.
pub fn has_nextest() -> bool {
    works(Command::new("cargo").args(["nextest", "--version"]))
}

/// npm in this folder of the repository.
pub fn npm(folder: &str) -> Command {
    let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.current_dir(crate::root().join(folder));
    command
}

/// Runs it to the end; its output is ours, on stderr.
pub fn run(command: &mut Command) -> Result<(), String> {
    let name = describe(command);
    let stderr: Stdio = std::io::stderr().into();
    let status = command.stdin(Stdio::null()).stdout(stderr).status().map_err(|e| format!("{name}: {e}"))?;
    if status.success() { Ok(()) } else { Err(format!("{name}: {status}")) }
}

/// Runs it quietly; true when it succeeded.
pub fn works(command: &mut Command) -> bool {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

/// Runs it and gives what it printed.
pub fn output(command: &mut Command) -> Result<String, String> {
    let name = describe(command);
    let done =
        command.stdin(Stdio::null()).stderr(Stdio::inherit()).output().map_err(|e| format!("{name}: {e}"))?;
    if !done.status.success() {
        return Err(format!("{name}: {}", done.status));
    }
    String::from_utf8(done.stdout).map_err(|_| format!("{name}: its output is no text"))
}

fn describe(command: &Command) -> String {
    let arguments = command.get_args().map(|a| a.to_string_lossy().into_owned());
    std::iter::once(command.get_program().to_string_lossy().into_owned())
        .chain(arguments)
        .take(6)
        .collect::<Vec<_>>()
        .join(" ")
}

/// A program that runs beside us and is ended when this is dropped.
pub struct Running {
    name: String,
    child: Child,
}

impl Running {
    /// Starts it. Where the system can, it also ends when we are killed.
    pub fn start(command: &Command) -> Result<Self, String> {
        Self::spawn(command, Stdio::null(), Stdio::null(), Stdio::inherit())
    }

    /// Starts it with its input open, and gives the first line that it prints. `log` takes what it
    /// says on stderr.
    pub fn announced(command: &Command, log: Stdio, patience: Duration) -> Result<(Self, String), String> {
        let mut running = Self::spawn(command, Stdio::piped(), Stdio::piped(), log)?;
        let stdout = running.child.stdout.take().ok_or("no output")?;
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || {
            let mut lines = BufReader::new(stdout).lines();
            let _ = sender.send(lines.next());
            // What follows is read, so that the program never waits for us.
            lines.for_each(drop);
        });
        match receiver.recv_timeout(patience) {
            Ok(Some(Ok(line))) => Ok((running, line)),
            _ => Err(format!("{} did not start", running.name)),
        }
    }

    fn spawn(command: &Command, stdin: Stdio, stdout: Stdio, stderr: Stdio) -> Result<Self, String> {
        let name = command.get_program().to_string_lossy().into_owned();
        let mut tied = tied_to_us(command);
        let child =
            tied.stdin(stdin).stdout(stdout).stderr(stderr).spawn().map_err(|e| format!("{name}: {e}"))?;
        Ok(Self { name, child })
    }

    /// Waits until it ends by itself.
    pub fn wait(&mut self) -> Result<(), String> {
        let status = self.child.wait().map_err(|e| format!("{}: {e}", self.name))?;
        if status.success() { Ok(()) } else { Err(format!("{}: {status}", self.name)) }
    }

    /// Starts it without a voice, gives it this input and closes it.
    pub fn feed(command: &Command, input: &[u8]) -> Result<Self, String> {
        use std::io::Write;
        let mut running = Self::spawn(command, Stdio::piped(), Stdio::null(), Stdio::null())?;
        if let Some(mut stdin) = running.child.stdin.take() {
            stdin.write_all(input).map_err(|e| format!("{}: {e}", running.name))?;
        }
        Ok(running)
    }
}

/// The same command, started so that the kernel ends it when we die.
fn tied_to_us(command: &Command) -> Command {
    let Some(setpriv) = find("setpriv").filter(|_| cfg!(target_os = "linux")) else {
        return copy(Command::new(command.get_program()), command);
    };
    let mut tied = Command::new(setpriv);
    tied.args(["--pdeathsig", "TERM", "--"]).arg(command.get_program());
    copy(tied, command)
}

fn copy(mut into: Command, from: &Command) -> Command {
    into.args(from.get_args());
    for (name, value) in from.get_envs() {
        match value {
            Some(value) => into.env(name, value),
            None => into.env_remove(name),
        };
    }
    if let Some(folder) = from.get_current_dir() {
        into.current_dir(folder);
    }
    into
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        if matches!(self.child.try_wait(), Ok(Some(_))) {
            return;
        }
        if cfg!(unix) {
            let asked = works(Command::new("kill").arg(self.child.id().to_string()));
            let end = Instant::now() + GRACE;
            while asked && Instant::now() < end {
                if matches!(self.child.try_wait(), Ok(Some(_))) {
                    return;
                }
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        if self.child.kill().is_err() {
            say(&format!("{} could not be ended", self.name));
        }
        let _ = self.child.wait();
    }
}

/// Waits until something holds.
pub fn until(what: &str, patience: Duration, mut holds: impl FnMut() -> bool) -> Result<(), String> {
    let end = Instant::now() + patience;
    while !holds() {
        if Instant::now() > end {
            return Err(format!("waited in vain for {what}"));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

/// A TCP port that nobody uses right now.
pub fn free_port() -> Result<u16, String> {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).map_err(|e| e.to_string())?;
    listener.local_addr().map(|address| address.port()).map_err(|e| e.to_string())
}

/// Where cargo puts what it builds.
pub fn target() -> Result<PathBuf, String> {
    let text = output(cargo().args(["metadata", "--no-deps", "--format-version", "1"]))?;
    let value: Value = serde_json::from_str(&text).map_err(|e| e.to_string())?;
    let folder = value.get("target_directory").and_then(Value::as_str);
    folder.map(PathBuf::from).ok_or_else(|| "cargo does not say where it builds".to_owned())
}

/// An empty folder, whatever was there before.
pub fn fresh_folder(path: &Path) -> Result<(), String> {
    if path.exists() {
        std::fs::remove_dir_all(path).map_err(|e| format!("{}: {e}", path.display()))?;
    }
    std::fs::create_dir_all(path).map_err(|e| format!("{}: {e}", path.display()))
}
