//! What changed in the companion, told to the windows.

use companion::Companion;
use companion::contract::{AppEvent, Topic};
use std::sync::Arc;
use tauri::{AppHandle, Emitter};
use tokio::sync::broadcast::error::RecvError;

const NAME: &str = "chartside";

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

fn emit(app: &AppHandle, event: &AppEvent) {
    for window in [crate::window::LABEL, crate::apart::LABEL] {
        // Fails only while the window is closing, or is not there: nobody listens.
        let _ = app.emit_to(window, NAME, event);
    }
}
