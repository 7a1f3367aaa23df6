//! Links `chartside://…`: in the arguments of a cold start, handed over by a second start, or
//! (macOS) sent by the system. A launch goes to `launch`, the way back from the browser to
//! `sign_in_callback`; the commands read the link and refuse what is neither.

use crate::{ipc, window};
use serde_json::json;
use tauri::AppHandle;

const SCHEME: &str = "chartside:";

/// The word is a link to us.
pub fn is_link(word: &str) -> bool {
    word.get(..SCHEME.len()).is_some_and(|start| start.eq_ignore_ascii_case(SCHEME))
}

/// The links among these words.
pub fn links(words: &[String]) -> Vec<String> {
    words.iter().filter(|w| is_link(w)).cloned().collect()
}

/// The command that a link is for.
fn command(link: &str) -> &'static str {
    let host = link.get(SCHEME.len()..).unwrap_or_default().trim_start_matches('/');
    let host = host.split(['/', '?', '#']).next().unwrap_or_default();
    if host.eq_ignore_ascii_case("callback") { "sign_in_callback" } else { "launch" }
}

/// Opens each link and brings the window to the front. What goes wrong shows as a notice there.
pub fn open(app: &AppHandle, links: Vec<String>) {
    window::to_front(app);
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        for url in links {
            // The link itself is never logged: it carries the launch token or the code.
            if let Err(error) = ipc::run(&app, command(&url), json!({ "url": url })).await {
                tracing::warn!(id = %error.correlation_id, "a link was refused");
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

    #[test]
    fn each_link_goes_to_its_command() {
        for link in
            ["chartside://callback?code=c&state=s", "CHARTSIDE://Callback/?state=s", "chartside:callback?x"]
        {
            assert_eq!(command(link), "sign_in_callback", "{link}");
        }
        for link in [
            "chartside://launch?iss=x&launch=callback",
            "chartside://callback.evil?x",
            "chartside:",
            "chartside://x/callback",
        ] {
            assert_eq!(command(link), "launch", "{link}");
        }
    }
}
