//! A document of the chart as it is read.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct DocumentArgs {
    pub visit: String,
    /// `DocumentReference/123`
    pub id: String,
}

/// What a document is that is no text. The window draws it and does nothing else with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum PictureKind {
    /// PNG, JPEG, GIF or WebP.
    Image,
    Pdf,
}

/// The bytes of a document that is drawn.
#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct DocumentPicture {
    pub kind: PictureKind,
    /// By what the bytes are.
    pub media_type: String,
    /// Base64.
    pub data: String,
}

/// A document as its words, with or without structure, or as it is; active content never reaches the window.
#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct DocumentView {
    pub id: String,
    pub title: String,
    pub date: Option<String>,
    pub author: Option<String>,
    /// Plain text; empty where there are blocks, a picture or nothing.
    pub text: String,
    /// What a document in HTML says. No markup: the window makes its own elements of them.
    pub blocks: Vec<DocumentBlock>,
    /// Instead of text that it does not have.
    pub picture: Option<DocumentPicture>,
    /// Said when the document cannot be shown here.
    pub not_shown: Option<String>,
}

/// A piece of a document in HTML. Nested a bounded number of times.
#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DocumentBlock {
    /// 1 is the highest.
    Heading {
        level: u8,
        words: Vec<DocumentRun>,
    },
    /// A line break is `\n`.
    Paragraph {
        words: Vec<DocumentRun>,
    },
    Preformatted {
        words: Vec<DocumentRun>,
    },
    /// Numbered from `start` on, or not numbered.
    List {
        start: Option<u32>,
        items: Vec<Vec<DocumentBlock>>,
    },
    Table {
        caption: Vec<DocumentRun>,
        rows: Vec<Vec<DocumentCell>>,
    },
    Indented {
        blocks: Vec<DocumentBlock>,
    },
    Rule,
    /// The document is so long that from here on only its words are shown.
    OnlyWords {
        text: String,
    },
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct DocumentCell {
    pub heading: bool,
    /// Columns and rows that it takes, 1 to 100.
    pub columns: u16,
    pub rows: u16,
    pub blocks: Vec<DocumentBlock>,
}

/// Words that look alike.
#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct DocumentRun {
    pub text: String,
    pub marks: Vec<DocumentMark>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum DocumentMark {
    Bold,
    Italic,
    Underlined,
    /// Taken back by who wrote it.
    Struck,
    Raised,
    Lowered,
}
