//! The visit window: strict about where it goes, and it remembers its size.

use crate::apart;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use tauri::webview::{NewWindowResponse, PermissionKind, PermissionResponse, WebviewWindowBuilder};
use tauri::{AppHandle, Manager, Url, WebviewUrl, WebviewWindow, WindowEvent, Wry};

pub const LABEL: &str = "main";
const SIZE: (f64, f64) = (1280.0, 800.0);
const LEAST: (f64, f64) = (1024.0, 700.0);

/// Only our own pages are shown; every other address is refused.
fn is_ours(url: &Url) -> bool {
    matches!(
        (url.scheme(), url.host_str()),
        ("tauri", Some("localhost")) | ("http" | "https", Some("tauri.localhost"))
    )
}

/// Opens the window as it was last time. `rooms`: origins of video rooms that may stand in a frame; webviews ask
/// for frames as for the window itself. Only such a frame's `allow` lets it ask for camera and microphone, and
/// nothing remote may call us: the capability is for local pages.
pub fn open(app: &AppHandle, data: &Path, rooms: Vec<String>) -> tauri::Result<WebviewWindow> {
    let memory = data.join("window.json");
    let (width, height, maximized) = remembered(&memory).unwrap_or((SIZE.0, SIZE.1, false));
    let window = ours(app, LABEL, "index.html", data, rooms)
        .inner_size(width, height)
        .min_inner_size(LEAST.0, LEAST.1)
        .prevent_overflow()
        .maximized(maximized)
        .build()?;
    let closing = window.clone();
    window.on_window_event(move |event| {
        if let WindowEvent::CloseRequested { .. } = event {
            remember(&closing, &memory);
            // The last window ends the application, and it is this one.
            apart::end(closing.app_handle());
        }
    });
    Ok(window)
}

/// A window of our own pages, as strict as all of them.
pub fn ours<'a>(
    app: &'a AppHandle,
    label: &str,
    page: &str,
    data: &Path,
    rooms: Vec<String>,
) -> WebviewWindowBuilder<'a, Wry, AppHandle> {
    let (media, frames) = (!rooms.is_empty(), rooms);
    WebviewWindowBuilder::new(app, label, WebviewUrl::App(page.into()))
        .title("Chartside")
        // Layout preferences live here; the page stores nothing else.
        .data_directory(data.join("webview"))
        .general_autofill_enabled(false)
        .browser_extensions_enabled(false)
        .devtools(cfg!(debug_assertions))
        .on_navigation(move |url| is_ours(url) || frames.contains(&url.origin().ascii_serialization()))
        // The page names the patient, and nobody while it is locked.
        .on_document_title_changed(|window, title| {
            let _ = window.set_title(&title);
        })
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .on_permission_request(move |_, kind| if media { for_a_call(kind) } else { PermissionResponse::Deny })
}

/// What a call needs of this computer, and nothing else.
pub fn for_a_call(kind: PermissionKind) -> PermissionResponse {
    match kind {
        PermissionKind::Camera | PermissionKind::Microphone | PermissionKind::DisplayCapture => {
            PermissionResponse::Allow
        }
        _ => PermissionResponse::Deny,
    }
}

/// Shows the window before the others.
pub fn to_front(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(LABEL) {
        // Window managers may refuse; the link is opened all the same.
        let _ = window.unminimize();
        let _ = window.set_focus();
    }
}

fn remembered(memory: &Path) -> Option<(f64, f64, bool)> {
    let text = std::fs::read_to_string(memory).ok()?;
    let value: Value = serde_json::from_str(&text).ok()?;
    let side = |name: &str, least: f64| value.get(name)?.as_f64().filter(|n| *n >= least && *n < 20_000.0);
    let maximized = value.get("maximized").and_then(Value::as_bool).unwrap_or(false);
    Some((side("width", LEAST.0)?, side("height", LEAST.1)?, maximized))
}

fn remember(window: &WebviewWindow, memory: &PathBuf) {
    let (Ok(size), Ok(scale), Ok(maximized)) =
        (window.inner_size(), window.scale_factor(), window.is_maximized())
    else {
        return;
    };
    let size = size.to_logical::<f64>(scale);
    let (width, height) = if maximized {
        remembered(memory).map_or(SIZE, |(w, h, _)| (w, h))
    } else {
        (size.width, size.height)
    };
    let text = json!({ "width": width, "height": height, "maximized": maximized }).to_string();
    // Only comfort: the next start takes the usual size.
    let _ = std::fs::write(memory, text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_are_ours() {
        let ours = |text: &str| Url::parse(text).is_ok_and(|u| is_ours(&u));
        assert!(ours("tauri://localhost/index.html") && ours("http://tauri.localhost/"));
        assert!(
            !ours("https://tauri.localhost.evil.test/")
                && !ours("file:///etc/passwd")
                && !ours("data:text/html,x")
        );
    }

    #[test]
    fn a_size_too_small_or_broken_is_forgotten() {
        let file = std::env::temp_dir().join(format!("chartside-window-{}.json", std::process::id()));
        std::fs::write(&file, r#"{"width":1400.5,"height":900,"maximized":true}"#).unwrap();
        assert_eq!(remembered(&file), Some((1400.5, 900.0, true)));
        std::fs::write(&file, r#"{"width":10,"height":900}"#).unwrap();
        assert_eq!(remembered(&file), None);
        std::fs::remove_file(&file).unwrap();
    }
}
