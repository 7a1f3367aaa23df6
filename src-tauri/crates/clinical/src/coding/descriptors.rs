//! The site's own licensed descriptors of CPT codes: none are shipped. Read from the tab-separated text files that the
//! AMA gives its licensees: a code, a tab, the descriptor; notices stand before the first code.

use crate::site_file::FileError;
use std::collections::BTreeMap;

/// Longest descriptor, in characters.
const MAX_DESCRIPTOR: usize = 2_000;

/// Descriptors by code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Descriptors(BTreeMap<String, String>);

impl Descriptors {
    /// Reads one file. The error names the line that is none of the three: a notice on top, blank, or a code with its
    /// descriptor.
    pub fn read(file: &str, text: &str) -> Result<Self, FileError> {
        let wrong =
            |line: usize, reason: &str| FileError { file: file.to_owned(), line, reason: reason.to_owned() };
        let mut all = BTreeMap::new();
        for (n, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
            let entry = line.trim_end().split_once('\t').filter(|(code, _)| is_code(code));
            let Some((code, words)) = entry else {
                if all.is_empty() || line.trim().is_empty() {
                    continue;
                }
                return Err(wrong(n + 1, "this line has no code, tab and descriptor"));
            };
            let words = words.trim();
            if words.is_empty() || words.chars().count() > MAX_DESCRIPTOR || words.contains(char::is_control)
            {
                return Err(wrong(n + 1, "this descriptor is empty, too long, or holds more columns"));
            }
            if all.insert(code.to_owned(), words.to_owned()).is_some() {
                return Err(wrong(n + 1, "this code was there before"));
            }
        }
        if all.is_empty() {
            return Err(wrong(0, "no line has a code, tab and descriptor"));
        }
        Ok(Self(all))
    }

    /// The site's words for a code.
    pub fn of(&self, code: &str) -> Option<&str> {
        self.0.get(code).map(String::as_str)
    }
}

fn is_code(code: &str) -> bool {
    code.len() == 5 && code.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_with_a_notice_on_top_is_read_and_a_wrong_line_is_named() {
        let good = "\u{feff}A notice of the publisher\r\n\r\n99213\tOwn words\r\n0001F\tMore\r\n";
        let read = Descriptors::read("cpt.txt", good).unwrap();
        assert_eq!(
            (read.of("99213"), read.of("0001F"), read.of("99214")),
            (Some("Own words"), Some("More"), None)
        );
        for (text, line) in [
            ("99213\tWords\nnothing here", 2),
            ("99213\tWords\n99214\t ", 2),
            ("99213\tWords\tmore", 1),
            ("99213\tWords\n99213\tagain", 2),
            ("only a notice", 0),
        ] {
            assert_eq!(Descriptors::read("cpt.txt", text).unwrap_err().line, line, "{text}");
        }
    }
}
