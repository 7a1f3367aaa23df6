//! The video room in a window of its own: remote content, so it has no capability, stays at its origin,
//! and gets camera and microphone.

use crate::window::{self, for_a_call};
use companion::contract::RoomSurface;
use companion::host::Rooms;
use std::path::{Path, PathBuf};
use tauri::webview::{NewWindowResponse, WebviewWindowBuilder};
use tauri::{AppHandle, LogicalPosition, LogicalSize, Manager, Url, WebviewUrl, WebviewWindow};

/// No capability names it: see `capabilities/`.
const LABEL: &str = "room";
const SIZE: (f64, f64) = (480.0, 640.0);
/// Wide enough for the visit beside the room.
const LEAST_BESIDE: f64 = 1024.0;

/// The rooms of this desktop.
pub struct RoomWindow {
    app: AppHandle,
    data: PathBuf,
    surfaces: Vec<RoomSurface>,
}

impl RoomWindow {
    /// Debian's and Ubuntu's WebKitGTK has no `RTCPeerConnection`: rooms go to the browser there. `all`: as if
    /// it had, for tests of the walls around a room.
    pub fn new(app: AppHandle, data: &Path, all: bool) -> Self {
        let surfaces = if cfg!(target_os = "linux") && !all {
            vec![RoomSurface::Browser]
        } else {
            vec![RoomSurface::Embedded, RoomSurface::Docked, RoomSurface::Browser]
        };
        Self { app, data: data.join("room"), surfaces }
    }

    fn open(&self, address: &Url) -> tauri::Result<()> {
        if let Some(open) = self.app.get_webview_window(LABEL) {
            open.navigate(address.clone())?;
            return open.set_focus();
        }
        let origin = address.origin();
        let room = WebviewWindowBuilder::new(&self.app, LABEL, WebviewUrl::External(address.clone()))
            .title("Video · Chartside")
            .inner_size(SIZE.0, SIZE.1)
            .data_directory(self.data.clone())
            .devtools(false)
            .on_navigation(move |url| url.origin() == origin)
            .on_new_window(|_, _| NewWindowResponse::Deny)
            .on_download(|_, _| false)
            .on_permission_request(|_, kind| for_a_call(kind))
            .build()?;
        if let Some(visit) = self.app.get_webview_window(window::LABEL) {
            // Only comfort: window managers may have a will of their own.
            let _ = beside(&visit, &room);
        }
        Ok(())
    }
}

/// The room at the left edge of the screen, the visit in what is left of it.
fn beside(visit: &WebviewWindow, room: &WebviewWindow) -> tauri::Result<()> {
    let Some(screen) = visit.current_monitor()? else { return Ok(()) };
    let scale = screen.scale_factor();
    let (place, size) = (screen.position().to_logical::<f64>(scale), screen.size().to_logical::<f64>(scale));
    if size.width < SIZE.0 + LEAST_BESIDE {
        return Ok(());
    }
    room.set_position(LogicalPosition::new(place.x, place.y))?;
    visit.unmaximize()?;
    visit.set_position(LogicalPosition::new(place.x + SIZE.0, place.y))?;
    visit.set_size(LogicalSize::new(size.width - SIZE.0, visit.inner_size()?.to_logical::<f64>(scale).height))
}

impl Rooms for RoomWindow {
    fn surfaces(&self) -> &[RoomSurface] {
        &self.surfaces
    }

    fn dock(&self, address: &str) -> bool {
        Url::parse(address).is_ok_and(|address| self.open(&address).is_ok())
    }

    fn close(&self) {
        if let Some(room) = self.app.get_webview_window(LABEL) {
            // A window that is closing already is what was asked for.
            let _ = room.close();
        }
    }
}
