//! FHIR clients that are not ours (`tests/bench/peers.mjs`), each in a process of its own.

use serde::Deserialize;
use std::path::Path;
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

/// The clients, by their names at npm.
pub const CLIENTS: [&str; 3] = ["fhir-kit-client", "fhirclient", "@medplum/core"];

/// One running client.
pub struct Peer {
    pub name: &'static str,
    _child: Child,
    ask: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

/// How a load of the whole chart went.
#[derive(Deserialize)]
pub struct Load {
    pub ms: f64,
    pub resources: usize,
    /// The most memory that the process has had so far.
    pub peak_kb: f64,
}

impl Peer {
    /// Starts it on this patient; `types` are those that it reads.
    pub fn start(name: &'static str, base: &str, token: &str, patient: &str, types: &[String]) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers.mjs");
        let mut command = Command::new("node");
        command.arg(script).args([name, base.trim_end_matches('/'), token, patient]).args(types);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().expect("node starts");
        let ask = child.stdin.take().expect("its stdin");
        let answers = BufReader::new(child.stdout.take().expect("its stdout")).lines();
        Self { name, _child: child, ask, answers }
    }

    pub async fn load(&mut self) -> Load {
        self.ask.write_all(b"load\n").await.expect("it listens");
        let line = self.answers.next_line().await.expect("it answers").expect("it goes on");
        serde_json::from_str(&line).expect("JSON")
    }
}
