//! The chart in a window of its own, on the second screen where there is one. The same page under the same rules
//! and with the same capability; what it shows it asks for itself. Where it stood is remembered by the screens that
//! are connected.

use crate::{ipc, window};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tauri::{AppHandle, Manager, Monitor, PhysicalPosition, PhysicalSize, WebviewWindow, WindowEvent};

/// The capability names it: see `capabilities/`.
pub const LABEL: &str = "chart";
const PAGE: &str = "index.html#pane=chart";
const SIZE: (f64, f64) = (720.0, 900.0);
const LEAST: (f64, f64) = (420.0, 400.0);
/// Set-ups of screens that are remembered.
const SETUPS: usize = 8;

/// Where the chart stood with these screens, and whether it stood apart when Chartside ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Place {
    x: i32,
    y: i32,
    width: u32,
    height: u32,
    open: bool,
}

type Places = BTreeMap<String, Place>;

/// The folder of the data, known to the shell's state.
pub struct Memory(PathBuf);

impl Memory {
    pub fn new(data: &Path) -> Self {
        Self(data.to_owned())
    }

    fn file(&self) -> PathBuf {
        self.0.join("chart-window.json")
    }

    fn places(&self) -> Places {
        let text = std::fs::read_to_string(self.file()).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default()
    }

    fn keep(&self, setup: &str, place: Place) {
        let mut places = self.places();
        if places.len() >= SETUPS && !places.contains_key(setup) {
            places.pop_first();
        }
        places.insert(setup.to_owned(), place);
        // Only comfort: the next time it stands where it does by itself.
        let _ = std::fs::write(self.file(), json!(places).to_string());
    }
}

/// The screens as they are connected now.
fn setup(app: &AppHandle) -> String {
    let one = |screen: Monitor| {
        let (at, size) = (screen.position(), screen.size());
        format!("{}x{}+{}+{}", size.width, size.height, at.x, at.y)
    };
    let mut all: Vec<String> = app.available_monitors().unwrap_or_default().into_iter().map(one).collect();
    all.sort();
    all.join(" ")
}

/// With these screens, the chart stood apart when Chartside ended.
pub fn was_open(app: &AppHandle) -> bool {
    app.try_state::<Memory>().is_some_and(|m| m.places().get(&setup(app)).is_some_and(|place| place.open))
}

/// Opens the window, or brings it to the front.
pub fn open(app: &AppHandle) -> tauri::Result<()> {
    if let Some(open) = app.get_webview_window(LABEL) {
        open.unminimize()?;
        return open.set_focus();
    }
    let Some(memory) = app.try_state::<Memory>() else { return Ok(()) };
    let chart = window::ours(app, LABEL, PAGE, &memory.0, Vec::new())
        .inner_size(SIZE.0, SIZE.1)
        .min_inner_size(LEAST.0, LEAST.1)
        .prevent_overflow()
        .build()?;
    // Window managers may have a will of their own.
    let _ = match memory.places().get(&setup(app)) {
        Some(place) => put(&chart, *place),
        None => to_second_screen(app, &chart),
    };
    let closing = chart.clone();
    chart.on_window_event(move |event| match event {
        WindowEvent::CloseRequested { .. } => remember(&closing, false),
        WindowEvent::Destroyed => give_back(closing.app_handle()),
        _ => {}
    });
    Ok(())
}

/// The pane goes back beside the note.
pub fn close(app: &AppHandle) {
    if let Some(chart) = app.get_webview_window(LABEL) {
        remember(&chart, false);
        // A window that is closing already is what was asked for.
        let _ = chart.destroy();
    }
}

/// Chartside ends: the next start brings it back.
pub fn end(app: &AppHandle) {
    if let Some(chart) = app.get_webview_window(LABEL) {
        remember(&chart, true);
        let _ = chart.destroy();
    }
}

/// However the window ended, the first one shows the chart again.
fn give_back(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        if app.get_webview_window(LABEL).is_some() {
            return;
        }
        // Fails only while Chartside is ending.
        let _ = ipc::run(&app, "chart_apart", json!({ "apart": false })).await;
    });
}

fn remember(chart: &WebviewWindow, open: bool) {
    let app = chart.app_handle();
    let (Ok(at), Ok(size), Some(memory)) =
        (chart.outer_position(), chart.inner_size(), app.try_state::<Memory>())
    else {
        return;
    };
    let place = Place { x: at.x, y: at.y, width: size.width, height: size.height, open };
    memory.keep(&setup(app), place);
}

fn put(chart: &WebviewWindow, place: Place) -> tauri::Result<()> {
    chart.set_position(PhysicalPosition::new(place.x, place.y))?;
    chart.set_size(PhysicalSize::new(place.width, place.height))
}

/// The first time: all of the screen where the visit is not.
fn to_second_screen(app: &AppHandle, chart: &WebviewWindow) -> tauri::Result<()> {
    let visit = app.get_webview_window(window::LABEL);
    let here =
        visit.and_then(|visit| visit.current_monitor().ok().flatten()).map(|screen| *screen.position());
    let other = app.available_monitors()?.into_iter().find(|screen| Some(*screen.position()) != here);
    if let (Some(other), Some(_)) = (other, here) {
        let area = other.work_area();
        chart.set_position(area.position)?;
        chart.maximize()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_set_up_of_screens_has_a_place_of_its_own_and_a_broken_memory_is_none() {
        let folder = std::env::temp_dir().join(format!("chartside-apart-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let memory = Memory::new(&folder);
        let place = |x: i32| Place { x, y: 0, width: 700, height: 900, open: x > 0 };
        memory.keep("1920x1080+0+0", place(0));
        memory.keep("1280x800+0+0 1920x1080+1280+0", place(1280));
        assert_eq!(memory.places().get("1920x1080+0+0"), Some(&place(0)));
        assert_eq!(memory.places().get("1280x800+0+0 1920x1080+1280+0"), Some(&place(1280)));
        std::fs::write(memory.file(), "{").unwrap();
        assert!(memory.places().is_empty());
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
