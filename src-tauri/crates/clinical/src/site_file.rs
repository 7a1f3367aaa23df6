//! Files that a site can write itself: what is wrong with one is said by file, line and reason.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Why a file cannot be used. Line 0: the file as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{file}, line {line}: {reason}")]
pub struct FileError {
    pub file: String,
    pub line: usize,
    pub reason: String,
}

/// One TOML file while it is read; knows on which line a byte stands.
pub struct SiteFile<'t> {
    name: &'t str,
    text: &'t str,
}

impl<'t> SiteFile<'t> {
    pub fn new(name: &'t str, text: &'t str) -> Self {
        Self { name, text }
    }

    /// Reads the whole file; unknown keys are named.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, FileError> {
        toml::from_str(self.text).map_err(|e| match e.span() {
            Some(span) => self.wrong(span.start, e.message()),
            None => self.as_a_whole(e.message()),
        })
    }

    /// Something that stands at this byte is wrong.
    pub fn wrong(&self, byte: usize, reason: impl Into<String>) -> FileError {
        let before = self.text.get(..byte).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        FileError { file: self.name.to_owned(), line, reason: one_line(&reason.into()) }
    }

    pub fn as_a_whole(&self, reason: impl Into<String>) -> FileError {
        FileError { file: self.name.to_owned(), line: 0, reason: one_line(&reason.into()) }
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
