//! Blocks from what opens and closes, however badly it is nested.

use clinical::document::{Block, Cell, Marks, Run};

/// Containers within one another; deeper ones are not opened, their words stay.
const DEEPEST: usize = 24;
/// Elements whose style is remembered at a time.
const MARKED: usize = 256;
/// Blocks and runs that are kept as structure; what follows is kept as words.
const MOST: usize = 20_000;

/// What the words are going to be.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub enum Flow {
    #[default]
    Paragraph,
    Heading(u8),
    Preformatted,
}

/// What holds blocks, or what holds those.
pub enum Container {
    Indented,
    List(Option<u32>),
    Item,
    Table,
    Caption,
    Row,
    Cell(bool, u16, u16),
}

impl Container {
    /// Its end tag ends it and nothing else does, so one that was not opened is counted until then.
    fn is_counted(&self) -> bool {
        matches!(self, Self::Indented | Self::List(_) | Self::Table)
    }
}

struct Open {
    name: String,
    what: Container,
    /// How many elements with a style were open around it.
    marks: usize,
    blocks: Vec<Block>,
    items: Vec<Vec<Block>>,
    caption: Vec<Run>,
    cells: Vec<Cell>,
    rows: Vec<Vec<Cell>>,
}

impl Open {
    fn new(name: &str, what: Container, marks: usize) -> Self {
        let (blocks, items, caption, cells, rows) = Default::default();
        Self { name: name.to_owned(), what, marks, blocks, items, caption, cells, rows }
    }
}

#[derive(Default)]
pub struct Build {
    done: Vec<Block>,
    open: Vec<Open>,
    /// Containers that were not opened because they are too deep.
    too_deep: usize,
    marks: Vec<(String, Marks)>,
    flow: Flow,
    words: Vec<Run>,
    made: usize,
    /// Once there is too much structure.
    rest: Option<String>,
}

impl Build {
    /// Words where the document is.
    pub fn words(&mut self, text: &str, extra: Marks) {
        if let Some(rest) = &mut self.rest {
            push_collapsed(rest, text);
            return;
        }
        let marks = self.marks.iter().fold(extra, |all, (_, one)| all.and(*one));
        let is_new = self.words.last().is_none_or(|run| run.marks != marks);
        // A space between two runs belongs to the first of them.
        let starts = self.words.last().is_none_or(|run| run.words.ends_with([' ', '\n']));
        if is_new {
            self.words.push(Run { words: String::new(), marks });
            self.made += 1;
        }
        let Some(run) = self.words.last_mut() else { return };
        if self.flow == Flow::Preformatted {
            run.words.extend(text.chars().filter(|c| is_shown(*c)));
        } else {
            let text = if is_new && starts { text.trim_start_matches(is_space) } else { text };
            push_collapsed(&mut run.words, text);
        }
        if run.words.is_empty() {
            self.words.pop();
        }
        if self.made > MOST {
            self.flow(self.flow);
        }
    }

    pub fn line_break(&mut self) {
        if let Some(rest) = &mut self.rest {
            rest.push('\n');
        } else if self.flow == Flow::Preformatted {
            self.words("\n", Marks::default());
        } else {
            self.words.push(Run { words: "\n".to_owned(), marks: Marks::default() });
            self.made += 1;
        }
    }

    pub fn rule(&mut self) {
        self.flow(Flow::Paragraph);
        self.put(Block::Rule);
    }

    /// What was said so far is a block; what comes is a new one.
    pub fn flow(&mut self, next: Flow) {
        if let Some(rest) = &mut self.rest {
            if !rest.ends_with('\n') {
                rest.push('\n');
            }
            return;
        }
        let flow = std::mem::replace(&mut self.flow, next);
        // Paragraphs often do not end themselves.
        let around = self.open.last().map_or(0, |open| open.marks);
        if let Some(at) = self.marks.iter().rposition(|(name, _)| name == "p").filter(|at| *at >= around) {
            self.marks.remove(at);
        }
        let words = trimmed(std::mem::take(&mut self.words), flow);
        if words.is_empty() {
            return;
        }
        self.put(match flow {
            Flow::Paragraph => Block::Paragraph(words),
            Flow::Heading(level) => Block::Heading(level, words),
            Flow::Preformatted => Block::Preformatted(words),
        });
    }

    pub fn open(&mut self, name: &str, what: Container) {
        self.flow(Flow::Paragraph);
        if self.rest.is_some() {
            return;
        }
        if self.open.len() >= DEEPEST {
            self.too_deep += usize::from(what.is_counted());
            return;
        }
        self.open.push(Open::new(name, what, self.marks.len()));
        self.made += 1;
    }

    /// An item ends the one before it; outside a list it makes one.
    pub fn item(&mut self) {
        self.flow(Flow::Paragraph);
        match self.nearest(|what| matches!(what, Container::List(_))) {
            Some(list) => self.close_down_to(list + 1),
            None => self.open("ul", Container::List(None)),
        }
        self.open("li", Container::Item);
    }

    pub fn caption(&mut self) {
        self.flow(Flow::Paragraph);
        if let Some(table) = self.nearest(|what| matches!(what, Container::Table)) {
            self.close_down_to(table + 1);
            self.open("caption", Container::Caption);
        }
    }

    pub fn row(&mut self) {
        self.flow(Flow::Paragraph);
        if let Some(table) = self.nearest(|what| matches!(what, Container::Table)) {
            self.close_down_to(table + 1);
            self.open("tr", Container::Row);
        }
    }

    pub fn cell(&mut self, name: &str, is_heading: bool, columns: u16, rows: u16) {
        if self.rest.is_some() || self.too_deep > 0 {
            return self.words("\t", Marks::default());
        }
        self.flow(Flow::Paragraph);
        let Some(table) = self.nearest(|what| matches!(what, Container::Table)) else { return };
        let has_row = self.open.get(table + 1).is_some_and(|open| matches!(open.what, Container::Row));
        self.close_down_to(table + if has_row { 2 } else { 1 });
        if !has_row {
            self.open("tr", Container::Row);
        }
        self.open(name, Container::Cell(is_heading, columns, rows));
    }

    /// Ends the innermost container of this name, with what is open in it; never one around a table from inside it.
    pub fn close(&mut self, name: &str) {
        self.flow(Flow::Paragraph);
        let found = match name {
            "tr" => self.nearest(|what| matches!(what, Container::Row)),
            "td" | "th" => self.nearest(|what| matches!(what, Container::Cell(..))),
            "caption" => self.nearest(|what| matches!(what, Container::Caption)),
            _ if self.too_deep > 0 && name != "li" => {
                self.too_deep -= 1;
                return;
            }
            "table" => self.open.iter().rposition(|open| matches!(open.what, Container::Table)),
            _ => {
                let wall = self.open.iter().rposition(|open| matches!(open.what, Container::Cell(..)));
                self.open.iter().rposition(|open| open.name == name).filter(|at| Some(*at) >= wall)
            }
        };
        if let Some(at) = found {
            self.close_down_to(at);
        }
    }

    /// A term and its description end when the next one begins, or their list ends.
    pub fn end_description(&mut self) {
        self.flow(Flow::Paragraph);
        self.unmark("dt");
        if self.open.last().is_some_and(|open| open.name == "dd") {
            self.close("dd");
        }
    }

    /// From here on words look like this, until the element ends.
    pub fn mark(&mut self, name: &str, marks: Marks) {
        if self.marks.len() < MARKED {
            self.marks.push((name.to_owned(), marks));
        }
    }

    pub fn unmark(&mut self, name: &str) {
        let around = self.open.last().map_or(0, |open| open.marks);
        if let Some(at) = self.marks.iter().rposition(|(one, _)| one == name).filter(|at| *at >= around) {
            self.marks.remove(at);
        }
    }

    pub fn finish(mut self) -> Vec<Block> {
        self.flow(Flow::Paragraph);
        self.close_down_to(0);
        if let Some(rest) =
            self.rest.map(|rest| clinical::note::clean(rest.trim())).filter(|rest| !rest.is_empty())
        {
            self.done.push(Block::OnlyWords(rest));
        }
        self.done
    }

    /// The innermost such container that is not outside the cell where the document is.
    fn nearest(&self, fits: fn(&Container) -> bool) -> Option<usize> {
        let at = self.open.iter().rposition(|open| fits(&open.what))?;
        let wall = self.open.iter().rposition(|open| matches!(open.what, Container::Table)).unwrap_or(0);
        (at >= wall).then_some(at)
    }

    fn put(&mut self, block: Block) {
        // Words that stand in a list or a table, but in no item or cell of it, get one.
        let place = loop {
            match self.open.last().map(|open| &open.what) {
                Some(Container::List(_)) => self.force("li", Container::Item),
                Some(Container::Table) => self.force("tr", Container::Row),
                Some(Container::Row) => self.force("td", Container::Cell(false, 1, 1)),
                Some(_) => break self.open.last_mut().map(|open| &mut open.blocks),
                None => break None,
            }
        };
        place.unwrap_or(&mut self.done).push(block);
        self.made += 1;
        if self.made > MOST && self.rest.is_none() {
            self.rest = Some(String::new());
            self.close_down_to(0);
        }
    }

    /// Opened however deep: at most two more.
    fn force(&mut self, name: &str, what: Container) {
        self.open.push(Open::new(name, what, self.marks.len()));
    }

    fn close_down_to(&mut self, level: usize) {
        while self.open.len() > level {
            let Some(closed) = self.open.pop() else { return };
            self.marks.truncate(closed.marks);
            self.closed(closed);
        }
    }

    fn closed(&mut self, closed: Open) {
        let Open { what, blocks, items, caption, cells, rows, .. } = closed;
        let around = self.open.last_mut();
        match (what, around) {
            (Container::Item, Some(list)) if !blocks.is_empty() => list.items.push(blocks),
            (Container::Caption, Some(table)) => append(&mut table.caption, runs_of(blocks)),
            (Container::Cell(is_heading, columns, rows), Some(row)) => {
                row.cells.push(Cell { is_heading, columns, rows, blocks });
            }
            (Container::Row, Some(table)) if !cells.is_empty() => table.rows.push(cells),
            (Container::List(start), _) if !items.is_empty() => self.put(Block::List(start, items)),
            (Container::Indented, _) if !blocks.is_empty() => self.put(Block::Indented(blocks)),
            (Container::Table, _) => self.table(caption, rows),
            _ => {}
        }
    }

    /// A table that only arranges what is in it is no table.
    fn table(&mut self, caption: Vec<Run>, rows: Vec<Vec<Cell>>) {
        let is_layout = rows.iter().all(|row| row.len() < 2)
            || rows
                .iter()
                .flatten()
                .flat_map(|cell| &cell.blocks)
                .any(|block| matches!(block, Block::Table { .. }));
        if !is_layout {
            return self.put(Block::Table { caption, rows });
        }
        if !caption.is_empty() {
            self.put(Block::Paragraph(caption));
        }
        for block in rows.into_iter().flatten().flat_map(|cell| cell.blocks) {
            self.put(block);
        }
    }
}

/// No control character but those that are space.
fn is_shown(c: char) -> bool {
    is_space(c) || !(c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}'))
}

fn is_space(c: char) -> bool {
    c.is_ascii_whitespace()
}

/// Spaces and line breaks of the source are one space, and none at the start of a line.
fn push_collapsed(into: &mut String, text: &str) {
    let mut after_space = into.ends_with([' ', '\n']);
    for c in text.chars().filter(|c| is_shown(*c)) {
        if !is_space(c) {
            into.push(c);
        } else if !after_space {
            into.push(' ');
        }
        after_space = is_space(c);
    }
}

/// Without the space around it; nothing when there is nothing else.
fn trimmed(mut words: Vec<Run>, flow: Flow) -> Vec<Run> {
    let is_blank = |text: &str| text.trim().is_empty();
    if words.iter().all(|run| is_blank(&run.words)) {
        return Vec::new();
    }
    while words.last().is_some_and(|run| is_blank(&run.words)) {
        words.pop();
    }
    if let Some(last) = words.last_mut() {
        last.words.truncate(last.words.trim_end().len());
    }
    if flow != Flow::Preformatted {
        let blank = words.iter().take_while(|run| is_blank(&run.words)).count();
        words.drain(..blank);
        if let Some(first) = words.first_mut() {
            first.words.drain(..first.words.len() - first.words.trim_start().len());
        }
    } else if let Some(first) = words.first_mut().filter(|first| first.words.starts_with('\n')) {
        first.words.remove(0);
    }
    words
}

/// The words of these blocks, line by line.
fn runs_of(blocks: Vec<Block>) -> Vec<Run> {
    let mut all: Vec<Run> = Vec::new();
    for block in blocks {
        let words = match block {
            Block::Paragraph(words) | Block::Preformatted(words) | Block::Heading(_, words) => words,
            Block::Indented(blocks) => runs_of(blocks),
            Block::List(_, items) => runs_of(items.into_iter().flatten().collect()),
            Block::Table { caption, rows } => {
                let cells = rows.into_iter().flatten().flat_map(|cell| cell.blocks).collect();
                caption.into_iter().chain(runs_of(cells)).collect()
            }
            Block::OnlyWords(words) => vec![Run { words, marks: Marks::default() }],
            Block::Rule => continue,
        };
        append(&mut all, words);
    }
    all
}

/// On a line of its own.
fn append(all: &mut Vec<Run>, words: Vec<Run>) {
    if !all.is_empty() && !words.is_empty() {
        all.push(Run { words: "\n".to_owned(), marks: Marks::default() });
    }
    all.extend(words);
}
