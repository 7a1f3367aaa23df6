//! The diagnosis search of somebody who uses the package `simple-icd-10-cm`, in a process of its own
//! (`tests/bench/simple_icd.py`).

use serde::Deserialize;
use std::io::{BufRead, BufReader, Lines, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// The Python that has the package: `cargo xtask bench` installs it and says where.
const PYTHON: &str = "CHARTSIDE_BENCH_PYTHON";

pub struct SimpleIcd {
    child: Child,
    ask: Option<ChildStdin>,
    answers: Lines<BufReader<ChildStdout>>,
}

/// One search: how long it took inside the process, and the first ten codes.
#[derive(Deserialize)]
pub struct Found {
    pub ms: f64,
    pub codes: Vec<String>,
}

impl SimpleIcd {
    /// Starts it, and waits until it has read its data.
    pub fn start() -> Self {
        let python = std::env::var_os(PYTHON).unwrap_or_else(|| "python3".into());
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("simple_icd.py");
        let mut command = Command::new(python);
        command.arg(script).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("Python starts");
        let ask = child.stdin.take();
        let mut answers = BufReader::new(child.stdout.take().expect("its stdout")).lines();
        let codes = answers.next().and_then(Result::ok).and_then(|n| n.parse::<usize>().ok());
        assert!(codes.is_some_and(|n| n > 90_000), "simple-icd-10-cm did not start");
        Self { child, ask, answers }
    }

    pub fn search(&mut self, query: &str) -> Found {
        let ask = self.ask.as_mut().expect("it runs");
        writeln!(ask, "{query}").and_then(|()| ask.flush()).expect("it listens");
        let line = self.answers.next().expect("it answers").expect("it goes on");
        serde_json::from_str(&line).expect("JSON")
    }
}

impl Drop for SimpleIcd {
    fn drop(&mut self) {
        // Without questions it ends by itself.
        self.ask = None;
        let _ = self.child.wait();
    }
}
