//! A signed note, or a write plan, as a file that anybody can open, print and keep: PDF/A-3; of a note with whose it is,
//! who signed it, when, and what it hashes to on every page.
//!
//! The note's words are in it three times: drawn, with a text layer that can be searched and copied; as
//! `note.txt`, whose SHA-256 is the one on the pages; and as the FHIR document. The attachments hold them to the
//! letter. In the text layer blanks are as the viewer takes them, and U+FEFF, which nobody sees and PDF/A forbids,
//! is left out. A character that no font here can draw stands as □ and is named before the text; the text layer and the
//! attachments still have it. There is nothing in the file that acts: no script, no form, no link.

mod document;
mod fonts;
mod line;
mod page;
mod paper;

pub use document::{Pdf, pdf};
pub use fonts::Fonts;
pub use paper::{Attached, Paper};

/// Why there is no PDF. Says nothing of the note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PdfError {
    #[error("the program's own font cannot be read")]
    BaseFont,
    #[error("a font of this computer cannot be embedded")]
    Font,
    #[error("the result would not be PDF/A-3")]
    Standard,
}
