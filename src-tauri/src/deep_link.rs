//! Launch links `chartside://…`: in the arguments of a cold start, handed over by a second start,
//! or (macOS) sent by the system. Each goes to the one `launch` command.

use crate::{ipc, window};
use serde_json::json;
use tauri::AppHandle;

const SCHEME: &str = "chartside:";

/// The word is a launch link.
pub fn is_link(word: &str) -> bool {
    word.get(..SCHEME.len()).is_some_and(|start| start.eq_ignore_ascii_case(SCHEME))
}

/// The launch links among these words.
pub fn links(words: &[String]) -> Vec<String> {
    words.iter().filter(|w| is_link(w)).cloned().collect()
}

/// Opens each link and brings the window to the front. What goes wrong shows as a notice there.
pub fn open(app: &AppHandle, links: Vec<String>) {
    window::to_front(app);
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        for url in links {
            // The link itself is never logged: it carries the launch token.
            if let Err(error) = ipc::run(&app, "launch", json!({ "url": url })).await {
                tracing::warn!(id = %error.correlation_id, "a launch link was refused");
            }
        }
    });
}

/// Links that the system sends while the app runs. Elsewhere they come as arguments of a second start.
#[cfg(target_os = "macos")]
pub fn listen(app: &AppHandle) {
    use tauri_plugin_deep_link::DeepLinkExt;
    let handle = app.clone();
    app.deep_link()
        .on_open_url(move |event| open(&handle, event.urls().iter().map(ToString::to_string).collect()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_scheme_is_a_link() {
        let words =
            ["chartside://launch?a", "CHARTSIDE://x", "https://chartside/", "chart", "-", "ç", "chartside"];
        let words = words.map(str::to_owned);
        assert_eq!(links(&words), ["chartside://launch?a", "CHARTSIDE://x"]);
    }
}
