//! The app as a process of its own (the dev host), so that it can be killed like a real one.

use crate::app::Call;
use async_trait::async_trait;
use companion::contract::CommandError;
use companion::policy::Policy;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// A running dev host.
pub struct Process {
    child: Child,
    data: PathBuf,
    url: String,
    token: String,
    client: reqwest::Client,
}

/// The binary that the workspace builds beside the tests.
fn binary() -> PathBuf {
    let mut folder = std::env::current_exe().expect("own path");
    folder.pop();
    if folder.ends_with("deps") {
        folder.pop();
    }
    let binary = folder.join("chartside-dev-host");
    assert!(binary.exists(), "build the workspace first: cargo build -p dev-host");
    binary
}

impl Process {
    /// Starts the dev host in this folder.
    pub async fn start(data: &Path, policy: &Policy) -> Self {
        let file = data.join("policy.json");
        std::fs::write(&file, serde_json::to_string(policy).expect("policy")).expect("policy file");
        let mut command = Command::new(binary());
        command.arg("--policy").arg(&file).arg("--data-dir").arg(data).args(["--keychain", "file"]);
        Self::run(command, data).await
    }

    /// Starts it with its data on a disk of so many megabytes, private to it. `None` where the
    /// system allows no such mounts.
    pub async fn start_on_small_disk(
        policy_folder: &Path,
        disk: &Path,
        policy: &Policy,
        megabytes: u32,
    ) -> Option<Self> {
        let namespace = ["--user", "--map-root-user", "--mount"];
        let allowed =
            Command::new("unshare").args(namespace).arg("true").stderr(Stdio::null()).status().await;
        if !allowed.is_ok_and(|s| s.success()) {
            return None;
        }
        let file = policy_folder.join("policy.json");
        std::fs::write(&file, serde_json::to_string(policy).expect("policy")).expect("policy file");
        let mut command = Command::new("unshare");
        command
            .args(namespace)
            .args(["sh", "-c", "mount -t tmpfs -o size=$1 tmpfs \"$2\" && exec \"$3\" --policy \"$4\" --data-dir \"$2\" --keychain file", "sh"])
            .arg(format!("{megabytes}m"))
            .arg(disk)
            .arg(binary())
            .arg(&file);
        Some(Self::run(command, disk).await)
    }

    /// Starts it with the operating system's keychain: a real gnome-keyring in a D-Bus session of
    /// its own, whose keyring file lies in `home` and opens with an empty password. `unlocked:
    /// false` leaves it locked. `None` where these programs are not installed.
    pub async fn start_with_keyring(
        data: &Path,
        home: &Path,
        policy: &Policy,
        unlocked: bool,
    ) -> Option<Self> {
        for program in ["dbus-run-session", "gnome-keyring-daemon"] {
            let found = Command::new("sh")
                .args(["-c", &format!("command -v {program}")])
                .stdout(Stdio::null())
                .status()
                .await;
            if !found.is_ok_and(|s| s.success()) {
                return None;
            }
        }
        let file = data.join("policy.json");
        std::fs::write(&file, serde_json::to_string(policy).expect("policy")).expect("policy file");
        // An empty line is an empty password. The daemon must own its name before anybody calls it,
        // or the bus starts a second, locked one.
        let keyring =
            if unlocked { "echo | gnome-keyring-daemon --unlock" } else { "gnome-keyring-daemon --start" };
        let owned = "dbus-send --session --print-reply --dest=org.freedesktop.DBus /org/freedesktop/DBus \
                     org.freedesktop.DBus.NameHasOwner string:org.freedesktop.secrets | grep -q true";
        std::fs::create_dir_all(home.join("data")).expect("a home");
        let mut command = Command::new("dbus-run-session");
        command
            .env("HOME", home)
            .env("XDG_DATA_HOME", home.join("data"))
            .env("XDG_RUNTIME_DIR", home)
            .env_remove("DISPLAY")
            .args(["--", "sh", "-c"])
            .arg(format!("{keyring} --components=secrets >/dev/null 2>&1; until {owned}; do sleep 0.05; done; exec \"$@\""))
            .arg("sh")
            .arg(binary())
            .arg("--policy")
            .arg(&file)
            .arg("--data-dir")
            .arg(data)
            .args(["--keychain", "os"]);
        Some(Self::run(command, data).await)
    }

    /// Starts it with the operating system's keychain where there is none to be found.
    pub async fn start_without_keychain(data: &Path, policy: &Policy) -> Self {
        let file = data.join("policy.json");
        std::fs::write(&file, serde_json::to_string(policy).expect("policy")).expect("policy file");
        let mut command = Command::new(binary());
        command
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
            .arg("--policy")
            .arg(&file)
            .arg("--data-dir")
            .arg(data)
            .args(["--keychain", "os"]);
        Self::run(command, data).await
    }

    /// Takes all the room on its small disk.
    pub fn fill_disk(&self) {
        use std::io::Write;
        let mut filler = std::fs::File::create(self.filler()).expect("filler");
        while filler.write_all(&[0u8; 4096]).is_ok() {}
    }

    /// Gives the room back.
    pub fn make_room(&self) {
        std::fs::remove_file(self.filler()).expect("filler");
    }

    /// Its disk as seen from outside of its namespace.
    fn filler(&self) -> PathBuf {
        let pid = self.child.id().expect("running");
        let inside = self.data.strip_prefix("/").expect("absolute");
        Path::new("/proc").join(pid.to_string()).join("root").join(inside).join("filler")
    }

    async fn run(mut command: Command, data: &Path) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .expect("the dev host starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("stdout")).read_line(&mut line).await.expect("one line");
        let told: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("no JSON line: {line}"));
        let text = |key: &str| told[key].as_str().expect("url and token").to_owned();
        Self {
            child,
            data: data.to_owned(),
            url: text("url"),
            token: text("token"),
            client: crate::browser::client(),
        }
    }

    /// Everything in its memory, as a debugger saves it (gcore). `None` where there is no gcore.
    /// Connections of this test are closed before, so that only what the app keeps is in there.
    pub async fn memory(&mut self, folder: &Path) -> Option<Vec<u8>> {
        self.client = crate::browser::client();
        crate::window::memory_of(self.child.id().expect("running"), folder).await
    }

    /// kill -9 for it and everything it started, and wait until it is gone.
    pub async fn kill(mut self) {
        let group = format!("-{}", self.child.id().expect("running"));
        let killed = Command::new("kill").args(["-9", "--", &group]).status().await;
        assert!(killed.is_ok_and(|s| s.success()));
        self.child.wait().await.expect("gone");
    }

    /// Asks for the file that a command saved last.
    pub async fn download(&self, token: &str) -> reqwest::Response {
        let asked = self.client.post(format!("{}/download", self.url)).bearer_auth(token);
        asked.send().await.expect("answers")
    }

    /// What this process takes as its owner.
    pub fn token(&self) -> &str {
        &self.token
    }

    async fn get(&self, path: &str) -> Value {
        let answer = self
            .client
            .get(format!("{}{path}", self.url))
            .bearer_auth(&self.token)
            .send()
            .await
            .expect("answers");
        answer.json().await.expect("json")
    }
}

#[async_trait]
impl Call for Process {
    async fn call(&self, name: &str, arguments: Value) -> Result<Value, CommandError> {
        let sent = self
            .client
            .post(format!("{}/command/{name}", self.url))
            .bearer_auth(&self.token)
            .json(&arguments)
            .send()
            .await
            .expect("the dev host answers");
        let worked = sent.status().is_success();
        let body: Value = sent.json().await.expect("json");
        if worked { Ok(body) } else { Err(serde_json::from_value(body).expect("a command error")) }
    }

    async fn opened(&self) -> Vec<String> {
        serde_json::from_value(self.get("/browser").await).expect("a list")
    }
}
