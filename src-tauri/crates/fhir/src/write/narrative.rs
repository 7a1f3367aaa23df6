//! Text as XHTML: what a FHIR narrative may hold (<https://hl7.org/fhir/R4/narrative.html>) and nothing that
//! acts. Only `div`, `h1`, `h2`, `table`, `p` and `br` are ever written; all text is escaped.
//!
//! The text of a section is one `p`, its line feeds are `br`: with these put back, the text of the `p` is the
//! signed text to the letter. Blanks and tabs stand as they are, and the style keeps them for the eye.

use clinical::note::SignedNote;

const DIV: &str = "<div xmlns=\"http://www.w3.org/1999/xhtml\">";
/// Blanks count, and every line runs in the direction of its own first letter.
const P: &str = "<p style=\"white-space: pre-wrap; unicode-bidi: plaintext\">";

/// The narrative of one section. `text` is not blank (txt-2).
pub(super) fn narrative(text: &str) -> String {
    let mut div = String::with_capacity(text.len() + text.len() / 8 + 128);
    div.push_str(DIV);
    paragraph(&mut div, text);
    div.push_str("</div>");
    div
}

/// The whole note as a page of XHTML: `application/xhtml+xml`.
pub fn xhtml(note: &SignedNote) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out.push_str("<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\" xml:lang=\"en\"><head><title>");
    escape(&mut out, note.title());
    out.push_str("</title></head><body>");
    out.push_str(DIV);
    element(&mut out, "h1", note.title());
    out.push_str("<table><tbody>");
    for (label, value) in note.heading() {
        out.push_str("<tr>");
        element(&mut out, "th", label);
        element(&mut out, "td", &value);
        out.push_str("</tr>");
    }
    out.push_str("</tbody></table>");
    for part in note.parts() {
        element(&mut out, "h2", part.title);
        paragraph(&mut out, &part.text);
    }
    paragraph(&mut out, &note.closing().join("\n"));
    out.push_str("</div></body></html>\n");
    out
}

fn paragraph(out: &mut String, text: &str) {
    out.push_str(P);
    for (n, line) in text.split('\n').enumerate() {
        if n > 0 {
            out.push_str("<br/>");
        }
        escape(out, line);
    }
    out.push_str("</p>");
}

fn element(out: &mut String, name: &str, text: &str) {
    out.push_str(&format!("<{name}>"));
    escape(out, text);
    out.push_str(&format!("</{name}>"));
}

fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::narrative;

    #[test]
    fn text_that_looks_like_markup_stays_text() {
        assert_eq!(
            narrative("BP < 140 & \"ok\"\n\n<script>x</script>"),
            "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p style=\"white-space: pre-wrap; unicode-bidi: plaintext\">BP &lt; 140 &amp; &quot;ok&quot;<br/><br/>&lt;script&gt;x&lt;/script&gt;</p></div>"
        );
    }
}
