//! The complete ICD-10-CM table of April 2026: every category and code, held in memory.
//!
//! The embedded file is made by `cargo xtask codes`; see `data/PROVENANCE.md`.

use std::io::Read;
use std::sync::OnceLock;

use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};

use super::index::{Builder, Field, Index, Posting};
use super::prior::{Traits, prior};
use super::synonyms::{Common, Synonyms, parse_common};
use super::words::{fold_into, is_filler};

const TABLE: &[u8] = include_bytes!("../../data/icd10cm-2026-04.tsv.gz");
const SYNONYMS: &str = include_str!("../../data/synonyms.tsv");
const COMMON: &str = include_str!("../../data/common.tsv");
const NO_PARENT: u32 = u32::MAX;

/// One category or code. `code` has the dot: `E11.65`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Code<'t> {
    pub code: &'t str,
    pub title: &'t str,
    /// False: a category; one of its children must be chosen.
    pub billable: bool,
}

/// A data file that cannot be read as it should.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{file}, line {line}: {reason}")]
pub struct TableError {
    pub file: String,
    pub line: usize,
    pub reason: String,
}

impl TableError {
    pub(super) fn at(file: &str, index: usize, reason: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line: index + 1, reason: reason.into() }
    }
}

pub(super) struct Row {
    /// Up to seven letters and digits, first one highest: sorts as the codes do.
    key: u64,
    code: Slice,
    title: Slice,
    parent: u32,
    pub(super) prior: i16,
    pub(super) billable: bool,
    pub(super) common: u8,
}

#[derive(Clone, Copy)]
struct Slice {
    at: u32,
    len: u16,
}

/// A run of word numbers in `Table::words`: a title, a clinician's phrase or an inclusion term.
#[derive(Clone, Copy)]
pub(super) struct Phrase {
    pub(super) row: u32,
    pub(super) field: Field,
    at: u32,
    len: u16,
}

/// The table with its search index. There is one, built on first use.
#[derive(Default)]
pub struct Table {
    text: String,
    pub(super) rows: Vec<Row>,
    pub(super) index: Index,
    words: Vec<u32>,
    /// By row; the title's phrase is the first of its row.
    phrases: Vec<Phrase>,
    pub(super) synonyms: Synonyms,
}

impl Table {
    /// The embedded table. A damaged file gives an empty table; that the file is whole is a test.
    pub fn builtin() -> &'static Table {
        static BUILTIN: OnceLock<Table> = OnceLock::new();
        BUILTIN.get_or_init(|| Table::load().unwrap_or_default())
    }

    /// Unpacks and indexes the embedded files.
    pub fn load() -> Result<Table, TableError> {
        let mut text = String::with_capacity(6 << 20);
        flate2::read::GzDecoder::new(TABLE)
            .read_to_string(&mut text)
            .map_err(|e| TableError::at("icd10cm-2026-04.tsv.gz", 0, e.to_string()))?;
        let synonyms = Synonyms::parse(SYNONYMS)?;
        let common = parse_common(COMMON)?;
        Ok(Load::default().read(&text, &common)?.finish(synonyms))
    }

    pub fn label(&self) -> &'static str {
        "ICD-10-CM 2026 (April)"
    }

    pub fn valid_from(&self) -> Date {
        date(2026, 4, 1)
    }

    pub fn valid_to(&self) -> Date {
        date(2026, 9, 30)
    }

    /// Whether this edition is in force for a visit on that day.
    pub fn covers(&self, day: Date) -> bool {
        (self.valid_from()..=self.valid_to()).contains(&day)
    }

    /// What to tell the clinician when the visit's day is outside the edition; the codes still show.
    pub fn warning(&self, day: Date) -> Option<String> {
        let (from, to) = (self.valid_from(), self.valid_to());
        if self.covers(day) {
            return None;
        }
        let year = if day.month() >= 10 { day.year() + 1 } else { day.year() };
        let edition = match (year, day < from) {
            (2026, true) => "the October 2025 edition".to_owned(),
            (year, _) => format!("fiscal year {year}"),
        };
        Some(format!(
            "{} is valid for visits from {from} to {to}. A visit on {day} needs {edition}: \
             check that the code still exists.",
            self.label()
        ))
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// By code, with or without the dot, in any case.
    pub fn get(&self, code: &str) -> Option<Code<'_>> {
        self.find(code).and_then(|row| self.code(row))
    }

    /// The categories and codes directly below, in order.
    pub fn children(&self, code: &str) -> Vec<Code<'_>> {
        let Some(parent) = self.find(code) else { return Vec::new() };
        let below = self.rows.iter().enumerate().skip(parent + 1);
        below
            .take_while(|(_, row)| row.parent != NO_PARENT && row.parent as usize >= parent)
            .filter(|(_, row)| row.parent as usize == parent)
            .filter_map(|(i, _)| self.code(i))
            .collect()
    }

    /// The category directly above.
    pub fn parent(&self, code: &str) -> Option<Code<'_>> {
        let row = self.rows.get(self.find(code)?)?;
        self.code(row.parent as usize)
    }

    /// Every row, in the order of the codes.
    pub fn iter(&self) -> impl Iterator<Item = Code<'_>> {
        (0..self.rows.len()).filter_map(|row| self.code(row))
    }

    pub(super) fn code(&self, row: usize) -> Option<Code<'_>> {
        let r = self.rows.get(row)?;
        Some(Code { code: self.slice(r.code), title: self.slice(r.title), billable: r.billable })
    }

    fn slice(&self, s: Slice) -> &str {
        self.text.get(s.at as usize..s.at as usize + usize::from(s.len)).unwrap_or("")
    }

    pub(super) fn find(&self, code: &str) -> Option<usize> {
        let (key, _) = key_of(code)?;
        self.rows.binary_search_by_key(&key, |r| r.key).ok()
    }

    /// The rows whose code begins with what was typed.
    pub(super) fn beginning_with(&self, typed: &str) -> std::ops::Range<usize> {
        let Some((key, len)) = key_of(typed) else { return 0..0 };
        let above = key + (1_u64 << (8 * (8 - len)));
        self.rows.partition_point(|r| r.key < key)..self.rows.partition_point(|r| r.key < above)
    }

    /// The title first, then the other phrases of a row.
    pub(super) fn phrases(&self, row: usize) -> impl Iterator<Item = (Field, &[u32])> {
        let from = self.phrases.partition_point(|p| (p.row as usize) < row);
        let of_row = self.phrases.iter().skip(from).take_while(move |p| p.row as usize == row);
        of_row.map(|p| {
            (p.field, self.words.get(p.at as usize..p.at as usize + usize::from(p.len)).unwrap_or(&[]))
        })
    }
}

/// Letters and digits of a code, packed; and how many there are.
fn key_of(code: &str) -> Option<(u64, usize)> {
    let (mut key, mut len) = (0_u64, 0_usize);
    for b in code.trim().bytes().filter(|b| *b != b'.') {
        if !b.is_ascii_alphanumeric() || len == 7 {
            return None;
        }
        key = key << 8 | u64::from(b.to_ascii_uppercase());
        len += 1;
    }
    (len > 0).then(|| (key << (8 * (8 - len)), len))
}

/// The table while it is read. Words have provisional numbers until the vocabulary is sorted.
#[derive(Default)]
struct Load {
    table: Table,
    builder: Builder,
    folded: String,
    /// The rows above the current one whose code is a prefix of it: (row, length of the code).
    above: Vec<(u32, usize)>,
}

impl Load {
    fn read(mut self, text: &str, common: &[Common]) -> Result<Self, TableError> {
        self.table.text.reserve(text.len() * 3);
        self.builder.reserve(1_600_000);
        self.table.words.reserve(1_300_000);
        for (i, line) in text.lines().enumerate() {
            let wrong = |reason: &str| TableError::at("icd10cm-2026-04.tsv.gz", i, reason);
            let mut fields = line.split('\t');
            let (Some(code), Some(billable), Some(title)) = (fields.next(), fields.next(), fields.next())
            else {
                return Err(wrong("needs code, billable and title"));
            };
            let (key, len) = key_of(code).ok_or_else(|| wrong("not a code"))?;
            if len < 3 || self.table.rows.last().is_some_and(|last| last.key >= key) {
                return Err(wrong("not sorted by code"));
            }
            self.row(code, key, title, billable == "1", fields.next().unwrap_or(""), common);
        }
        for said in common {
            if self.table.find(said.code).is_none() {
                let reason = format!("{} is not in the table", said.code);
                return Err(TableError::at("common.tsv", said.index, reason));
            }
        }
        Ok(self)
    }

    fn row(&mut self, code: &str, key: u64, title: &str, billable: bool, terms: &str, common: &[Common]) {
        let row = self.table.rows.len() as u32;
        while self.above.last().is_some_and(|(up, len)| {
            let up_key = self.table.rows.get(*up as usize).map_or(0, |r| r.key);
            up_key >> (8 * (8 - len)) != key >> (8 * (8 - len))
        }) {
            self.above.pop();
        }
        let parent = self.above.last().map_or(NO_PARENT, |(up, _)| *up);
        self.above.push((row, code.len()));

        let code_at = self.push(|text| {
            text.push_str(code.get(..3).unwrap_or(code));
            if let Some(rest) = code.get(3..).filter(|r| !r.is_empty()) {
                text.push('.');
                text.push_str(rest);
            }
        });
        let (title_at, first_word) = self.title(title, parent);
        let words = self.table.words.len() - first_word;
        self.phrase(row, Field::Title, first_word);
        let said = common.binary_search_by(|c| c.code.cmp(code)).ok().and_then(|i| common.get(i));
        for phrase in said.iter().flat_map(|c| c.said.split(';')) {
            self.say(row, Field::Said, phrase);
        }
        for term in terms.split('|').filter(|t| !t.is_empty()) {
            self.say(row, Field::Term, term);
        }
        self.inherit(row);
        let common = said.map_or(0, |c| c.rank);
        let title = self.table.slice(title_at);
        let prior = prior(&Traits { code, title, words, billable, common });
        self.table.rows.push(Row { key, code: code_at, title: title_at, parent, prior, billable, common });
    }

    /// The title in full, and its words: those of the parent are copied, not read again.
    fn title(&mut self, title: &str, parent: u32) -> (Slice, usize) {
        let first_word = self.table.words.len();
        let up = self.table.rows.get(parent as usize).map(|r| r.title);
        let (Some(rest), Some(up)) = (title.strip_prefix('~'), up) else {
            let at = self.push(|text| text.push_str(title));
            self.read_words(title);
            return (at, first_word);
        };
        let range = up.at as usize..up.at as usize + usize::from(up.len);
        let at = self.push(|text| {
            text.extend_from_within(range);
            text.push_str(rest);
        });
        let from = self.table.phrases.partition_point(|p| p.row < parent);
        if let Some(p) = self.table.phrases.get(from).copied() {
            self.table.words.extend_from_within(p.at as usize..p.at as usize + usize::from(p.len));
        }
        self.read_words(rest);
        (at, first_word)
    }

    fn push(&mut self, write: impl FnOnce(&mut String)) -> Slice {
        let at = self.table.text.len();
        write(&mut self.table.text);
        Slice { at: at as u32, len: (self.table.text.len() - at) as u16 }
    }

    fn read_words(&mut self, text: &str) {
        self.folded.clear();
        fold_into(text, &mut self.folded);
        for word in self.folded.split_ascii_whitespace() {
            let id = self.builder.word(word);
            self.table.words.push(id);
        }
    }

    fn say(&mut self, row: u32, field: Field, text: &str) {
        let at = self.table.words.len();
        self.read_words(text);
        self.phrase(row, field, at);
    }

    fn phrase(&mut self, row: u32, field: Field, at: usize) {
        let len = self.table.words.len() - at;
        self.table.phrases.push(Phrase { row, field, at: at as u32, len: len as u16 });
        for i in at..at + len {
            if let Some(word) = self.table.words.get(i) {
                self.builder.post(*word, Posting::new(row, field));
            }
        }
    }

    /// A code is also found, with less worth, by the inclusion terms of the categories above it.
    fn inherit(&mut self, row: u32) {
        for (up, _) in self.above.iter().filter(|(up, _)| *up != row) {
            let from = self.table.phrases.partition_point(|p| p.row < *up);
            let of_parent = self.table.phrases.iter().skip(from).take_while(|p| p.row == *up);
            for p in of_parent.filter(|p| p.field == Field::Term) {
                for i in p.at..p.at + u32::from(p.len) {
                    if let Some(word) = self.table.words.get(i as usize) {
                        self.builder.post(*word, Posting::new(row, Field::Inherited));
                    }
                }
            }
        }
    }

    fn finish(self, synonyms: Synonyms) -> Table {
        let Load { mut table, builder, .. } = self;
        let (index, place) = builder.finish();
        for word in &mut table.words {
            *word = place.get(*word as usize).copied().unwrap_or(0);
        }
        table.text.shrink_to_fit();
        table.index = index;
        table.synonyms = synonyms;
        table
    }
}

/// Whether a word of the vocabulary is worth counting when a title is compared with a query.
pub(super) fn counts(table: &Table, word: u32) -> bool {
    !is_filler(table.index.word(word))
}
