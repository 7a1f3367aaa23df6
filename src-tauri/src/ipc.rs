//! The window's one door: a command by name with JSON arguments.

use companion::contract::{CommandError, ErrorCode};
use companion::{Companion, command};
use serde_json::Value;
use std::sync::Arc;
use tauri::{AppHandle, Manager};
use tokio::sync::watch;

/// The companion once it has started, or why it did not.
pub type Started = Result<Arc<Companion>, CommandError>;

/// Opening the vault may wait for the keychain; the window is there meanwhile and its calls wait here.
pub struct Door(watch::Receiver<Option<Started>>);

impl Door {
    /// A door, and the side from which it is opened.
    pub fn new() -> (Self, watch::Sender<Option<Started>>) {
        let (sender, receiver) = watch::channel(None);
        (Self(receiver), sender)
    }

    /// The vault is closed before the process ends.
    pub fn close(&self) {
        let started = self.0.borrow().clone();
        if let Some(Ok(companion)) = started {
            tauri::async_runtime::block_on(companion.stop());
        }
    }

    async fn companion(&self) -> Started {
        let mut receiver = self.0.clone();
        let started = receiver.wait_for(Option::is_some).await.ok().and_then(|s| s.clone());
        started.unwrap_or_else(|| Err(not_running()))
    }
}

fn not_running() -> CommandError {
    CommandError {
        code: ErrorCode::Internal,
        message: "Chartside is closing. Nothing that was saved is lost.".to_owned(),
        retryable: false,
        reason: None,
        correlation_id: "-".to_owned(),
    }
}

/// Runs one command of the table.
pub async fn run(app: &AppHandle, name: &str, arguments: Value) -> Result<Value, CommandError> {
    let companion = match app.try_state::<Door>() {
        Some(door) => door.companion().await?,
        None => return Err(not_running()),
    };
    command::run(&companion, name, arguments).await
}

#[tauri::command]
pub async fn call(app: AppHandle, name: String, arguments: Value) -> Result<Value, CommandError> {
    run(&app, &name, arguments).await
}
