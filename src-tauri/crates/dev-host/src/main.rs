//! The same commands over loopback HTTP, for browser tests and outside checks. Debug builds only;
//! every request needs the bearer token that is printed at start.
//!
//! `chartside-dev-host --policy FILE --data-dir DIR --keychain file|os [--port N] [--ui DIR]`
//! prints one JSON line `{url, token}`. `GET /commands`, `POST /command/<name>`, `GET /events`
//! (server-sent), `GET /browser` (addresses that the app asked the system browser to open), `POST /download` (takes the
//! oldest file that was saved).
//! `chartside-dev-host jwks --policy FILE --data-dir DIR --keychain file|os` prints the public keys.

#[cfg(not(debug_assertions))]
compile_error!("the dev host is for debug builds only");

mod browser;
mod download;
mod routes;

use companion::host::{Host, Keychain};
use companion::policy::Policy;
use desktop::{FileKeychain, OsEntropy, OsKeychain, SystemClock};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// Freed memory is wiped, so that a locked process holds nothing of what was open.
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

struct Arguments {
    policy: PathBuf,
    data: PathBuf,
    keychain: String,
    port: u16,
    ui: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["bindings", folder] => companion::command::write_bindings(Path::new(folder)),
        ["schema", file] => write_schema(Path::new(file)),
        ["jwks", rest @ ..] => match parse(rest) {
            Ok(arguments) => print_keys(arguments).await,
            Err(message) => Err(message),
        },
        _ => match parse(&words) {
            Ok(arguments) => serve(arguments).await,
            Err(message) => Err(message),
        },
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            complain(&message);
            ExitCode::FAILURE
        }
    }
}

#[allow(clippy::print_stderr)]
fn complain(message: &str) {
    eprintln!("chartside-dev-host: {message}");
}

#[allow(clippy::print_stdout)]
fn announce(line: &serde_json::Value) {
    println!("{line}");
}

fn write_schema(file: &Path) -> Result<(), String> {
    let text = serde_json::to_string_pretty(&Policy::schema()).map_err(|e| e.to_string())?;
    std::fs::write(file, text + "\n").map_err(|e| e.to_string())
}

fn parse(words: &[&str]) -> Result<Arguments, String> {
    let value = |name: &str| words.iter().position(|w| *w == name).and_then(|at| words.get(at + 1)).copied();
    let needed = |name: &str| value(name).ok_or_else(|| format!("{name} is needed"));
    Ok(Arguments {
        policy: needed("--policy")?.into(),
        data: needed("--data-dir")?.into(),
        keychain: value("--keychain").unwrap_or("os").to_owned(),
        port: value("--port").unwrap_or("0").parse().map_err(|_| "--port takes a number".to_owned())?,
        ui: value("--ui").map(PathBuf::from),
    })
}

fn keychain(arguments: &Arguments) -> Result<Arc<dyn Keychain>, String> {
    std::fs::create_dir_all(&arguments.data).map_err(|e| format!("--data-dir: {}", e.kind()))?;
    match arguments.keychain.as_str() {
        "os" => Ok(Arc::new(OsKeychain)),
        "file" => Ok(Arc::new(FileKeychain::new(arguments.data.join("keychain")))),
        _ => Err("--keychain takes file or os".to_owned()),
    }
}

/// The public keys of this installation, for registration.
async fn print_keys(arguments: Arguments) -> Result<(), String> {
    let policy = Policy::read(&arguments.policy).map_err(|e| e.to_string())?;
    let host = Host {
        clock: Arc::new(SystemClock),
        entropy: Arc::new(OsEntropy),
        keychain: keychain(&arguments)?,
        browser: Arc::new(browser::Recorder::default()),
        rooms: Arc::new(companion::host::InTheBrowser),
        exports: Arc::new(companion::host::NoExports),
    };
    announce(&companion::jwks(&host, &policy).await.map_err(|f| f.message)?);
    Ok(())
}

async fn serve(arguments: Arguments) -> Result<(), String> {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .init();
    let policy = Policy::read(&arguments.policy).map_err(|e| e.to_string())?;
    let keychain = keychain(&arguments)?;
    let browser = Arc::new(browser::Recorder::default());
    let downloads = Arc::new(download::Downloads::default());
    let host = Host {
        clock: Arc::new(SystemClock),
        entropy: Arc::new(OsEntropy),
        keychain,
        browser: Arc::clone(&browser) as Arc<dyn companion::host::Browser>,
        rooms: Arc::new(browser::InThePage),
        exports: Arc::new(download::AsDownload(Arc::clone(&downloads))),
    };
    let frames = policy.rooms.frame_sources();
    let companion =
        companion::Companion::start(host, policy, &arguments.data).await.map_err(|f| f.message)?;
    let token = routes::new_token();
    let listener =
        tokio::net::TcpListener::bind(("127.0.0.1", arguments.port)).await.map_err(|e| e.to_string())?;
    let address = listener.local_addr().map_err(|e| e.to_string())?;
    announce(&serde_json::json!({ "url": format!("http://{address}"), "token": token }));
    let app = routes::router(companion, browser, downloads, token, arguments.ui, &frames);
    axum::serve(listener, app).await.map_err(|e| e.to_string())
}
