//! The frame of every page, and escaping.

/// The one style sheet.
const STYLE: &str = include_str!("style.css");

/// Text made safe for HTML content and quoted attributes.
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

/// A whole page around an already safe body.
pub fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=en><head><meta charset=utf-8><title>{title} · Sandbox EHR</title>\
         <meta name=viewport content=\"width=device-width, initial-scale=1\">\
         <link rel=icon href=data:,><style>{STYLE}</style></head>\
         <body><p class=banner>Sandbox EHR — not real patients</p>{body}</body></html>",
        title = escape(title)
    )
}
