//! The video room in a window of its own: remote content, so it has no capability, stays at its origin,
//! and gets camera and microphone.

use crate::apart;
use crate::window::{self, for_a_call};
use companion::contract::RoomSurface;
use companion::host::Rooms;
use std::path::{Path, PathBuf};
use tauri::webview::{NewWindowResponse, WebviewWindowBuilder};
use tauri::{
    AppHandle, LogicalPosition, LogicalSize, Manager, Monitor, PhysicalSize, Url, WebviewUrl, WebviewWindow,
};

/// No capability names it: see `capabilities/`.
const LABEL: &str = "room";
const SIZE: (f64, f64) = (480.0, 640.0);
/// What the system browser gets where the screen is wide enough.
const BROWSER: f64 = 640.0;
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
    let place = screen.work_area().position.to_logical::<f64>(screen.scale_factor());
    if leave(visit, &screen, SIZE.0)? {
        room.set_position(LogicalPosition::new(place.x, place.y))?;
    }
    Ok(())
}

/// Moves the visit off so much of the screen's left side; false where it is too narrow for both.
fn leave(visit: &WebviewWindow, screen: &Monitor, width: f64) -> tauri::Result<bool> {
    let scale = screen.scale_factor();
    let area = screen.work_area();
    let (place, size) = (area.position.to_logical::<f64>(scale), area.size.to_logical::<f64>(scale));
    let height = |side: PhysicalSize<u32>| side.to_logical::<f64>(scale).height;
    let frame = height(visit.outer_size()?) - height(visit.inner_size()?);
    if size.width < width + LEAST_BESIDE {
        return Ok(false);
    }
    visit.unmaximize()?;
    visit.set_position(LogicalPosition::new(place.x + width, place.y))?;
    visit.set_size(LogicalSize::new(size.width - width, size.height - frame))?;
    Ok(true)
}

/// Room for the browser at the left edge, unless there is some already: a second screen, or a free side of this one.
fn give_way(visit: &WebviewWindow) -> tauri::Result<()> {
    let Some(screen) = visit.current_monitor()? else { return Ok(()) };
    let scale = screen.scale_factor();
    let area = screen.work_area();
    let (place, size) = (area.position.to_logical::<f64>(scale), area.size.to_logical::<f64>(scale));
    let left = visit.outer_position()?.to_logical::<f64>(scale).x - place.x;
    let right = size.width - left - visit.outer_size()?.to_logical::<f64>(scale).width;
    if visit.available_monitors()?.len() < 2 && left.max(right) < SIZE.0 {
        leave(visit, &screen, BROWSER.min(size.width - LEAST_BESIDE).max(SIZE.0))?;
    }
    Ok(())
}

impl Rooms for RoomWindow {
    fn surfaces(&self) -> &[RoomSurface] {
        &self.surfaces
    }

    fn dock(&self, address: &str) -> bool {
        Url::parse(address).is_ok_and(|address| self.open(&address).is_ok())
    }

    fn give_way(&self) {
        if let Some(visit) = self.app.get_webview_window(window::LABEL) {
            // Only comfort, as above.
            let _ = give_way(&visit);
        }
    }

    fn chart(&self, apart: bool) -> bool {
        if apart {
            return apart::open(&self.app).is_ok();
        }
        apart::close(&self.app);
        true
    }

    fn close(&self) {
        if let Some(room) = self.app.get_webview_window(LABEL) {
            // A window that is closing already is what was asked for.
            let _ = room.close();
        }
    }
}
