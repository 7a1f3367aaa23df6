//! The blocks of a document as they go to the window.

use crate::contract::{DocumentBlock, DocumentCell, DocumentMark, DocumentRun};
use clinical::document::{Block, Cell, Run};

impl From<Block> for DocumentBlock {
    fn from(block: Block) -> Self {
        match block {
            Block::Heading(level, words) => Self::Heading { level, words: all(words) },
            Block::Paragraph(words) => Self::Paragraph { words: all(words) },
            Block::Preformatted(words) => Self::Preformatted { words: all(words) },
            Block::List(start, items) => Self::List { start, items: items.into_iter().map(all).collect() },
            Block::Table { caption, rows } => {
                Self::Table { caption: all(caption), rows: rows.into_iter().map(all).collect() }
            }
            Block::Indented(blocks) => Self::Indented { blocks: all(blocks) },
            Block::Rule => Self::Rule,
            Block::OnlyWords(text) => Self::OnlyWords { text },
        }
    }
}

impl From<Cell> for DocumentCell {
    fn from(cell: Cell) -> Self {
        let Cell { is_heading, columns, rows, blocks } = cell;
        Self { heading: is_heading, columns, rows, blocks: all(blocks) }
    }
}

impl From<Run> for DocumentRun {
    fn from(Run { words, marks }: Run) -> Self {
        let each = [
            (marks.bold, DocumentMark::Bold),
            (marks.italic, DocumentMark::Italic),
            (marks.underlined, DocumentMark::Underlined),
            (marks.struck, DocumentMark::Struck),
            (marks.raised, DocumentMark::Raised),
            (marks.lowered, DocumentMark::Lowered),
        ];
        Self { text: words, marks: each.into_iter().filter(|(is, _)| *is).map(|(_, mark)| mark).collect() }
    }
}

/// Each of them for the window.
pub fn all<A, B: From<A>>(of: Vec<A>) -> Vec<B> {
    of.into_iter().map(B::from).collect()
}
