//! What changed in the companion, told to the windows.

use companion::Companion;
use companion::contract::{AppEvent, Topic};
use std::sync::Arc;
use tauri::{AppHandle, Emitter};
use tokio::sync::broadcast::error::RecvError;

const NAME: &str = "chartside";
/// Nothing of a chart is on its way when nothing was told for this long.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const CALM: std::time::Duration = std::time::Duration::from_secs(2);

/// Forwards every event until the companion ends. The window sees by the numbers when some were
/// missed, and fetches everything again.
pub async fn forward(app: AppHandle, companion: Arc<Companion>) {
    let mut events = companion.events();
    loop {
        match events.recv().await {
            Ok(event) => emit(&app, &event),
            Err(RecvError::Lagged(_)) => emit(&app, &AppEvent { seq: 0, topic: Topic::App, visit: None }),
            Err(RecvError::Closed) => return,
        }
    }
}

/// Once nothing has happened for a while, memory that a chart took on its way goes back to the system.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub async fn tidy(companion: Arc<Companion>) {
    let mut events = companion.events();
    while !matches!(events.recv().await, Err(RecvError::Closed)) {
        while tokio::time::timeout(CALM, events.recv())
            .await
            .is_ok_and(|event| event != Err(RecvError::Closed))
        {}
        let _ = tokio::task::spawn_blocking(crate::wipe::give_back).await;
    }
}

fn emit(app: &AppHandle, event: &AppEvent) {
    for window in [crate::window::LABEL, crate::apart::LABEL] {
        // Fails only while the window is closing, or is not there: nobody listens.
        let _ = app.emit_to(window, NAME, event);
    }
}
