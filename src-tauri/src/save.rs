//! The system's dialog that asks where a file goes.

use crate::window;
use async_trait::async_trait;
use companion::host::{Exports, Place};
use desktop::ChosenFile;
use std::path::PathBuf;
use tauri::{AppHandle, Manager, WebviewWindow};
use tokio::sync::oneshot;

const TITLE: &str = "Save as PDF";

/// In front of the visit window, which waits for it.
pub struct SaveDialog {
    app: AppHandle,
}

impl SaveDialog {
    /// For the windows of this application.
    pub fn new(app: AppHandle) -> Self {
        Self { app }
    }
}

#[async_trait]
impl Exports for SaveDialog {
    async fn place(&self, name: &str) -> Option<Box<dyn Place>> {
        let path = ask(self.app.get_webview_window(window::LABEL)?, name.to_owned()).await?;
        Some(Box::new(ChosenFile::at(path)?))
    }
}

#[cfg(target_os = "linux")]
async fn ask(window: WebviewWindow, name: String) -> Option<PathBuf> {
    use gtk::prelude::{FileChooserExt, NativeDialogExt, NativeDialogExtManual};
    let (chosen, path) = oneshot::channel();
    let parent = window.clone();
    let shown = window.run_on_main_thread(move || {
        gtk::glib::MainContext::default().spawn_local(async move {
            let parent = parent.gtk_window().ok();
            let action = gtk::FileChooserAction::Save;
            let dialog = gtk::FileChooserNative::new(Some(TITLE), parent.as_ref(), action, None, None);
            dialog.set_modal(true);
            dialog.set_do_overwrite_confirmation(true);
            dialog.set_current_name(&name);
            let answer = dialog.run_future().await;
            let path = (answer == gtk::ResponseType::Accept).then(|| dialog.filename()).flatten();
            dialog.destroy();
            // Nobody waits when the application ends.
            let _ = chosen.send(path);
        });
    });
    shown.ok()?;
    path.await.ok().flatten()
}

#[cfg(not(target_os = "linux"))]
async fn ask(window: WebviewWindow, name: String) -> Option<PathBuf> {
    let (opened, dialog) = oneshot::channel();
    let parent = window.clone();
    // macOS wants its panels made in the main thread.
    let shown = window.run_on_main_thread(move || {
        let dialog = rfd::AsyncFileDialog::new().set_title(TITLE).set_parent(&parent);
        let dialog = dialog.set_file_name(name).add_filter("PDF", &["pdf"]);
        let _ = opened.send(dialog.save_file());
    });
    shown.ok()?;
    Some(dialog.await.ok()?.await?.path().to_owned())
}
