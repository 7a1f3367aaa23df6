//! Spelling of what is written in a note, in American clinical English.
//!
//! The embedded list is everyday English, ICD-10-CM, the names of drugs and the words of clinical notes; what this
//! clinician added and what stands in this patient's chart comes with the question. What is no word of a language —
//! doses, short forms in capitals, codes, addresses — is never marked.

mod pieces;
mod suggest;
mod words;

use crate::site_file::FileError;
use pieces::pieces;
use std::collections::HashSet;
pub use suggest::suggest;
pub use words::Words;

/// Most marks of one text.
pub const MAX_MARKS: usize = 500;
/// Longest word that can be added to a list, in characters.
pub const MAX_WORD: usize = 60;

/// What is accepted beside the embedded list, in lower case.
pub type Accepted = HashSet<String>;

/// A stretch of the text, in UTF-16 code units as text fields count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    pub start: usize,
    pub end: usize,
}

/// Where a word stands that nobody knows, in the order of the text.
pub fn check(text: &str, words: &Words, accepted: &Accepted) -> Vec<Mark> {
    let mut marks = Vec::new();
    let (mut byte, mut unit) = (0, 0);
    let units = |stretch: Option<&str>| stretch.unwrap_or_default().encode_utf16().count();
    for piece in pieces(text) {
        if words.knows(&piece.word, accepted) {
            continue;
        }
        let start = unit + units(text.get(byte..piece.at));
        let end = start + units(text.get(piece.at..piece.at + piece.len));
        marks.push(Mark { start, end });
        if marks.len() == MAX_MARKS {
            break;
        }
        (byte, unit) = (piece.at + piece.len, end);
    }
    marks
}

/// The words of a text as they are looked up: of a chart, to accept what stands there.
pub fn words_of(text: &str) -> impl Iterator<Item = String> {
    pieces(text).map(|piece| piece.word)
}

/// A word that a clinician or a site adds, as it is looked up. None: it is not one word that could ever be marked.
pub fn addable(word: &str) -> Option<String> {
    let word = word.trim();
    let mut found = pieces(word);
    let one = found.next().filter(|p| p.len == word.len() && found.next().is_none())?;
    (one.word.chars().count() <= MAX_WORD).then_some(one.word)
}

/// A site's own words: one a line, and lines that begin with `#`. The error names the line that is no such word.
pub fn read_site(file: &str, text: &str) -> Result<Vec<String>, FileError> {
    let wrong = |line| FileError {
        file: file.to_owned(),
        line,
        reason: "needs one word of three or more letters".to_owned(),
    };
    let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim).enumerate();
    lines
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .map(|(n, line)| addable(line).ok_or_else(|| wrong(n + 1)))
        .collect()
}

#[cfg(test)]
mod tests;
