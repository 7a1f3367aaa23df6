//! The system browser.

use companion::host::Browser;

/// Opens web addresses, and nothing else, in whatever the user set as the browser.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemBrowser;

impl Browser for SystemBrowser {
    fn open(&self, url: &str) -> bool {
        let web = url.starts_with("https://") || url.starts_with("http://");
        web && tauri_plugin_opener::open_url(url, None::<&str>).is_ok()
    }
}
