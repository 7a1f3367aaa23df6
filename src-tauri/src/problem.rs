//! A small window that says why Chartside cannot start.

use std::process::ExitCode;
use tauri::http::{Response, header};
use tauri::webview::WebviewWindowBuilder;
use tauri::{Url, WebviewUrl};

const SCHEME: &str = "problem";
/// Told to whoever started the app; distinct from a crash.
const CODE: u8 = 2;

/// Says it on stderr and in a window, until that is closed.
#[allow(clippy::print_stderr)]
pub fn show(what: &str) -> ExitCode {
    eprintln!("chartside: {what}");
    let page = page(what);
    let address = if cfg!(windows) { "http://problem.localhost/" } else { "problem://localhost/" };
    let outcome = tauri::Builder::default()
        .register_uri_scheme_protocol(SCHEME, move |_, _| {
            Response::builder()
                .header(header::CONTENT_TYPE, "text/html; charset=utf-8")
                .header(header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'")
                .body(page.clone().into_bytes())
                .unwrap_or_default()
        })
        .setup(move |app| {
            let url = WebviewUrl::CustomProtocol(Url::parse(address)?);
            WebviewWindowBuilder::new(app, SCHEME, url)
                .title("Chartside cannot start")
                .inner_size(560.0, 320.0)
                .incognito(true)
                .build()?;
            Ok(())
        })
        .build(tauri::generate_context!());
    match outcome {
        Ok(app) => drop(app.run_return(|_, _| {})),
        Err(error) => eprintln!("chartside: {error}"),
    }
    ExitCode::from(CODE)
}

fn page(what: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Chartside cannot start</title>\
<style>:root{{color-scheme:light dark;font:15px/1.5 system-ui,sans-serif}}body{{margin:32px}}h1{{font-size:18px}}\
code{{font:13px/1.5 ui-monospace,monospace;overflow-wrap:anywhere;user-select:all}}</style>\
<h1>Chartside cannot start</h1><p>IT's settings for Chartside cannot be used:</p><p><code>{}</code></p>\
<p>Nothing on this computer was changed and nothing is lost. Please show this to IT, then start Chartside again.</p></html>",
        escape(what)
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_words_cannot_become_markup() {
        assert!(super::page("<b>&").contains("<code>&lt;b&gt;&amp;</code>"));
    }
}
