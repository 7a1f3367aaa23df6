//! Start-up: settings, one instance, the window at once, the companion beside it.

use crate::browser::SystemBrowser;
use crate::ipc::{Door, Started};
use crate::options::Options;
use crate::room::RoomWindow;
use crate::save::SaveDialog;
use crate::{apart, deep_link, events, ipc, problem, window};
use companion::Companion;
use companion::host::{Host, Keychain};
use companion::policy::Policy;
use desktop::{FileKeychain, OsEntropy, OsKeychain, SystemClock};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use tauri::utils::config::Csp;
use tauri::{App, AppHandle, Manager, RunEvent};
use tokio::sync::watch;

/// Runs until the window is closed.
pub fn run() -> ExitCode {
    let log = tracing_subscriber::EnvFilter::try_from_env("CHARTSIDE_LOG");
    let log = log.unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_env_filter(log).init();
    let options = Options::read(std::env::args_os().skip(1));
    if options.version {
        return print_version();
    }
    if options.jwks {
        return print_keys(&options);
    }
    if cfg!(target_os = "linux") && !has_display() {
        return no_display();
    }
    match options.read_policy() {
        Ok(policy) => shell(options, policy),
        Err(error) => problem::show(&error.to_string()),
    }
}

#[allow(clippy::print_stdout)]
fn print_version() -> ExitCode {
    println!("chartside {}", env!("CARGO_PKG_VERSION"));
    ExitCode::SUCCESS
}

/// For IT: `chartside --jwks` prints what to register at each EHR that wants a proof of the client.
#[allow(clippy::print_stdout, clippy::print_stderr)]
fn print_keys(options: &Options) -> ExitCode {
    let keychain: Arc<dyn Keychain> = match &options.data {
        Some(data) if options.keychain_in_file && cfg!(debug_assertions) => {
            Arc::new(FileKeychain::new(data.join("keychain")))
        }
        _ => Arc::new(OsKeychain),
    };
    let host = Host {
        clock: Arc::new(SystemClock),
        entropy: Arc::new(OsEntropy),
        keychain,
        browser: Arc::new(SystemBrowser),
        rooms: Arc::new(companion::host::InTheBrowser),
        exports: Arc::new(companion::host::NoExports),
    };
    let keys = options.read_policy().map_err(|e| e.to_string()).and_then(|policy| {
        let keys = companion::jwks(&host, &policy);
        tauri::async_runtime::block_on(keys).map_err(|failure| failure.message)
    });
    match keys {
        Ok(keys) => {
            println!("{keys:#}");
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("chartside: {message}");
            ExitCode::FAILURE
        }
    }
}

fn has_display() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

#[allow(clippy::print_stderr)]
fn no_display() -> ExitCode {
    eprintln!("chartside: there is no display here, so there can be no window");
    ExitCode::FAILURE
}

#[allow(clippy::print_stderr)]
fn shell(options: Options, policy: Policy) -> ExitCode {
    let single =
        tauri_plugin_single_instance::Builder::new().dbus_id(instance(&options)).callback(|app, words, _| {
            deep_link::open(app, deep_link::links(&words));
        });
    let mut context = tauri::generate_context!();
    // Frames are for the rooms that IT allows, and for nothing else.
    if let Some(Csp::Policy(csp)) = &mut context.config_mut().app.security.csp {
        *csp = csp.replace("frame-src 'none'", &format!("frame-src {}", policy.rooms.frame_sources()));
    }
    let built = tauri::Builder::default()
        .plugin(single.build())
        .plugin(tauri_plugin_deep_link::init())
        .invoke_handler(tauri::generate_handler![ipc::call])
        .setup(move |app| set_up(app, options, policy))
        .build(context);
    match built {
        Ok(app) => {
            let code = app.run_return(|app, event: RunEvent| {
                if matches!(event, RunEvent::Exit)
                    && let Some(door) = app.try_state::<Door>()
                {
                    door.close();
                }
            });
            u8::try_from(code).map_or(ExitCode::FAILURE, ExitCode::from)
        }
        Err(error) => {
            eprintln!("chartside: {error}");
            ExitCode::FAILURE
        }
    }
}

/// One instance per user; in debug builds one per data folder, so that tests do not meet.
fn instance(options: &Options) -> String {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut name = "org.chartside.Chartside".to_owned();
    if let Some(data) = &options.data {
        let mut hasher = DefaultHasher::new();
        data.hash(&mut hasher);
        name.push_str(&format!(".d{:x}", hasher.finish()));
    }
    name
}

fn set_up(app: &mut App, options: Options, policy: Policy) -> Result<(), Box<dyn std::error::Error>> {
    let data = match &options.data {
        Some(data) => std::path::absolute(data)?,
        None => app.path().app_local_data_dir()?,
    };
    make_folder(&data)?;
    let (door, opener) = Door::new();
    app.manage(door);
    app.manage(apart::Memory::new(&data));
    window::open(app.handle(), &data, policy.rooms.framed())?;
    let (handle, links) = (app.handle().clone(), options.links.clone());
    tauri::async_runtime::spawn(start(handle, policy, data, options, opener));
    #[cfg(target_os = "macos")]
    deep_link::listen(app.handle());
    if !links.is_empty() {
        deep_link::open(app.handle(), links);
    }
    Ok(())
}

async fn start(
    app: AppHandle,
    policy: Policy,
    data: PathBuf,
    options: Options,
    opener: watch::Sender<Option<Started>>,
) {
    let keychain: Arc<dyn Keychain> = if options.keychain_in_file && cfg!(debug_assertions) {
        Arc::new(FileKeychain::new(data.join("keychain")))
    } else {
        Arc::new(OsKeychain)
    };
    let host = Host {
        clock: Arc::new(SystemClock),
        entropy: Arc::new(OsEntropy),
        keychain,
        browser: Arc::new(SystemBrowser),
        rooms: Arc::new(RoomWindow::new(app.clone(), &data, options.all_surfaces)),
        exports: Arc::new(SaveDialog::new(app.clone())),
    };
    let started = Companion::start(host, policy, &data).await.map_err(|failure| failure.at_the_edge("start"));
    let companion = started.as_ref().ok().cloned();
    opener.send_replace(Some(started));
    if let Some(companion) = companion {
        #[cfg(all(target_os = "linux", target_env = "gnu"))]
        tauri::async_runtime::spawn(events::tidy(Arc::clone(&companion)));
        if apart::was_open(&app) {
            // Only comfort: the chart is beside the note otherwise.
            let _ = ipc::run(&app, "chart_apart", serde_json::json!({ "apart": true })).await;
        }
        events::forward(app, companion).await;
    }
}

/// A folder that only this user can enter.
fn make_folder(path: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}
