//! The command line: starts one sandbox, prints where it is, runs until killed.

use sandbox_ehr::{Config, Sandbox};
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;
use tokio::io::AsyncReadExt;

const USAGE: &str = "sandbox-ehr [--port N] [--admin-port N] [--data FILE_OR_FOLDER]... [--no-default-data]
            [--personality generic|plain|epic|oracle|athena|medplum|read-only] [--launch-url URL] [--fault SPEC]... [--token-ttl SECONDS]
            [--granted-scopes SCOPES] [--exit-with-parent]
A fault: kind=drop_response,method=POST,path=DocumentReference,times=1 (also: skip, seconds, ms, mb, after_commit)";

struct Asked {
    config: Config,
    exit_with_parent: bool,
}

fn read(mut arguments: impl Iterator<Item = String>) -> Result<Asked, String> {
    let mut config = Config::default();
    let mut exit_with_parent = false;
    while let Some(name) = arguments.next() {
        match name.as_str() {
            "--no-default-data" => config.default_data = false,
            "--exit-with-parent" => exit_with_parent = true,
            "--help" | "-h" => return Err(USAGE.to_owned()),
            _ => {
                let value = arguments.next().ok_or_else(|| format!("{name} needs a value\n{USAGE}"))?;
                let number = || value.parse().map_err(|_| format!("{name} {value} is no port"));
                match name.as_str() {
                    "--port" => config.port = number()?,
                    "--admin-port" => config.admin_port = number()?,
                    "--data" => config.data.push(PathBuf::from(value)),
                    "--personality" => config.personality = value,
                    "--launch-url" => config.launch_url = value,
                    "--fault" => config.faults.push(value.parse()?),
                    "--token-ttl" => {
                        config.token_seconds = value.parse().map_err(|_| format!("{value} is no number"))?;
                    }
                    "--granted-scopes" => config.granted_scopes = Some(value),
                    _ => return Err(format!("unknown option {name}\n{USAGE}")),
                }
            }
        }
    }
    Ok(Asked { config, exit_with_parent })
}

#[allow(clippy::print_stderr)]
#[tokio::main]
async fn main() -> ExitCode {
    let started = match read(std::env::args().skip(1)) {
        Ok(asked) => {
            let exit_with_parent = asked.exit_with_parent;
            Sandbox::start(asked.config)
                .await
                .map(|sandbox| (sandbox, exit_with_parent))
                .map_err(|e| e.to_string())
        }
        Err(text) => Err(text),
    };
    let (sandbox, exit_with_parent) = match started {
        Ok(started) => started,
        Err(text) => {
            eprintln!("{text}");
            return ExitCode::from(2);
        }
    };
    announce(&sandbox);
    if exit_with_parent {
        let mut rest = Vec::new();
        let _ = tokio::io::stdin().read_to_end(&mut rest).await;
    } else {
        std::future::pending::<()>().await;
    }
    ExitCode::SUCCESS
}

/// The one line that tells where everything is.
#[allow(clippy::print_stdout)]
fn announce(sandbox: &Sandbox) {
    let urls = &sandbox.urls;
    let line = json!({
        "url": urls.origin,
        "fhir": urls.fhir,
        "portal": format!("{}/", urls.origin),
        "admin": urls.admin,
        "room": format!("{}/room", urls.origin),
        "pid": std::process::id()
    });
    println!("{line}");
}
