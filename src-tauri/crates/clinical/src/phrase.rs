//! Phrases: text that stands behind a short name and is put into the note at the caret.

use crate::site_file::{FileError, SiteFile};
use serde::{Deserialize, Serialize};
use toml::Spanned;

/// Longest name, in characters.
pub const MAX_NAME: usize = 30;
/// Longest text, in characters.
pub const MAX_TEXT: usize = 4_000;

/// A name and the text that it stands for. `[like this]` in it is a field to fill in,
/// `{{last a1c}}` a value from the chart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phrase {
    /// Without the dot: lower-case letters, digits and `-`, beginning with a letter.
    pub name: String,
    pub text: String,
}

impl Phrase {
    /// A phrase that can be used, or in plain words why not.
    pub fn new(name: &str, text: &str) -> Result<Self, String> {
        let name = name.trim().trim_start_matches('.');
        if !is_name(name) {
            return Err(format!(
                "“{name}” is no name for a phrase: a letter first, then letters, digits and “-”, at most {MAX_NAME}, all lower case"
            ));
        }
        if text.trim().is_empty() {
            return Err("the phrase has no text".to_owned());
        }
        if text.chars().count() > MAX_TEXT {
            return Err(format!("the phrase is longer than {MAX_TEXT} characters"));
        }
        Ok(Self { name: name.to_owned(), text: text.trim_end().to_owned() })
    }
}

fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_lowercase())
        && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && name.len() <= MAX_NAME
}

/// A site's phrases of one file.
pub fn read_site(file: &str, text: &str) -> Result<Vec<Phrase>, FileError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        #[serde(default, rename = "phrase")]
        phrases: Vec<Spanned<One>>,
    }
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct One {
        name: String,
        text: String,
    }
    let source = SiteFile::new(file, text);
    let read: File = source.read()?;
    let mut all: Vec<Phrase> = Vec::new();
    for one in read.phrases {
        let wrong = |reason: String| source.wrong(one.span().start, reason);
        let phrase = Phrase::new(&one.get_ref().name, &one.get_ref().text).map_err(wrong)?;
        if all.iter().any(|p| p.name == phrase.name) {
            return Err(wrong(format!("the phrase “{}” stands twice", phrase.name)));
        }
        all.push(phrase);
    }
    Ok(all)
}

/// The names between `{{` and `}}` in a text, in order.
pub fn values_in(text: &str) -> Vec<&str> {
    pieces(text)
        .into_iter()
        .filter_map(|piece| match piece {
            Piece::Value(name) => Some(name),
            Piece::Text(_) => None,
        })
        .collect()
}

/// The text with every `{{name}}` replaced by what `value` says of it.
pub fn filled(text: &str, value: impl Fn(&str) -> String) -> String {
    pieces(text).into_iter().fold(String::new(), |mut out, piece| {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Value(name) => out.push_str(&value(name)),
        }
        out
    })
}

/// The fields `[like this]` that are still to be filled in: on one line, not longer than 80 characters,
/// nothing nested.
pub fn fields_in(text: &str) -> Vec<&str> {
    let mut fields = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find('[') {
        let Some(tail) = rest.get(start + 1..) else { break };
        let end = tail.find(['[', ']', '\n']);
        match end.and_then(|end| Some((tail.get(..end)?, tail.get(end..)?))) {
            Some((field, after)) if after.starts_with(']') && is_field(field) => fields.push(field),
            _ => {}
        }
        rest = tail;
    }
    fields
}

fn is_field(words: &str) -> bool {
    !words.trim().is_empty() && words.chars().count() <= 80
}

enum Piece<'t> {
    Text(&'t str),
    Value(&'t str),
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some((before, tail)) = rest.split_once("{{") {
        let Some((name, after)) = tail.split_once("}}").filter(|(name, _)| !name.contains(['{', '\n']))
        else {
            let Some((head, tail)) = rest.split_at_checked(before.len() + 2) else { break };
            out.push(Piece::Text(head));
            rest = tail;
            continue;
        };
        out.push(Piece::Text(before));
        out.push(Piece::Value(name));
        rest = after;
    }
    out.push(Piece::Text(rest));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_short_and_plain_and_may_be_given_with_its_dot() {
        assert_eq!(Phrase::new(".stable", "Stable.").unwrap().name, "stable");
        for bad in ["", "Stable", "two words", "9lives", "-x"] {
            assert!(Phrase::new(bad, "x").is_err(), "{bad}");
        }
        assert!(Phrase::new("empty", "  ").is_err());
    }

    #[test]
    fn values_are_put_in_and_everything_else_stays() {
        let value = |name: &str| format!("<{name}>");
        assert_eq!(filled("A1c {{last a1c}}, {{age}}.", value), "A1c <last a1c>, <age>.");
        for same in ["", "{{", "}} {{", "a { b } {{ c \n }}", "[field]"] {
            assert_eq!(filled(same, value), same);
        }
        assert_eq!(filled("{{ {{age}}", value), "{{ <age>");
        assert_eq!(values_in("{{a}} and {{b}}"), ["a", "b"]);
    }

    #[test]
    fn fields_are_what_stands_in_brackets_on_one_line() {
        assert_eq!(fields_in("Take [dose] for [time]."), ["dose", "time"]);
        assert_eq!(fields_in("[a[b]"), ["b"]);
        assert_eq!(fields_in("[]"), [""; 0]);
        assert_eq!(fields_in("[two\nlines] [open"), [""; 0]);
    }

    #[test]
    fn a_sites_file_is_read_strictly() {
        let good = "[[phrase]]\nname = \"call\"\ntext = \"Call 555-0100.\"\n";
        assert_eq!(read_site("p.toml", good).unwrap()[0].name, "call");
        let error = read_site("p.toml", &format!("{good}{good}")).unwrap_err();
        assert_eq!(error.line, 4, "{error}");
        assert_eq!(read_site("p.toml", &good.replace("text", "txt")).unwrap_err().line, 3);
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_it(text in ".{0,60}") {
            let _ = (fields_in(&text), values_in(&text));
            proptest::prop_assert_eq!(filled(&text, |name| format!("{{{{{name}}}}}")), text);
        }
    }
}
