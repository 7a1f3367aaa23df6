//! A document of the chart as what it says: headings, paragraphs, lists and tables, and nothing that could act.

/// A piece of a document. What is nested is nested a bounded number of times.
#[derive(Clone, PartialEq, Eq)]
pub enum Block {
    /// 1 is the highest.
    Heading(u8, Vec<Run>),
    /// A line break is `\n`.
    Paragraph(Vec<Run>),
    /// Line breaks and spaces as they are.
    Preformatted(Vec<Run>),
    /// Numbered from this number on, or not numbered.
    List(Option<u32>, Vec<Vec<Block>>),
    Table {
        caption: Vec<Run>,
        rows: Vec<Vec<Cell>>,
    },
    /// Set in from what is around it.
    Indented(Vec<Block>),
    Rule,
    /// What came after as much structure as is kept: its words, line by line.
    OnlyWords(String),
}

/// A cell of a table.
#[derive(Clone, PartialEq, Eq)]
pub struct Cell {
    pub is_heading: bool,
    /// Columns and rows that it takes.
    pub columns: u16,
    pub rows: u16,
    pub blocks: Vec<Block>,
}

/// Words that look alike.
#[derive(Clone, PartialEq, Eq)]
pub struct Run {
    pub words: String,
    pub marks: Marks,
}

/// How words are set, where that means something.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Marks {
    pub bold: bool,
    pub italic: bool,
    pub underlined: bool,
    /// Taken back by who wrote it.
    pub struck: bool,
    /// An exponent: without it 10⁹ reads as 109.
    pub raised: bool,
    pub lowered: bool,
}

impl Marks {
    /// Both.
    pub fn and(self, other: Self) -> Self {
        Self {
            bold: self.bold || other.bold,
            italic: self.italic || other.italic,
            underlined: self.underlined || other.underlined,
            struck: self.struck || other.struck,
            raised: self.raised || other.raised,
            lowered: self.lowered || other.lowered,
        }
    }
}
