//! What was typed, as words to look for: each with the vocabulary it may mean.

use std::ops::Range;

use super::icd10::Table;
use super::words::{fold, is_filler};

const MOST_WORDS: usize = 8;
const MOST_READINGS: usize = 6;
const LONGEST_PHRASE: usize = 4;
/// A typo is forgiven in words of at least this many letters.
const TYPO_LETTERS: usize = 5;
/// Two typos, in words of at least this many.
const LONG_TYPO_LETTERS: usize = 8;

/// One typed word and what it may stand for in the table.
pub struct Word {
    letters: usize,
    /// The words that begin with it.
    pub range: Range<u32>,
    exact: Option<u32>,
    /// The word without a plural's s, or words one edit away.
    pub near: Vec<u32>,
    /// The rows whose code begins with it.
    pub codes: Range<usize>,
    /// Only a code, no word: `e11.6`.
    pub only_code: bool,
}

impl Word {
    fn new(table: &Table, typed: &str) -> Self {
        let dotted = typed.contains('.');
        let range = if dotted { 0..0 } else { table.index.beginning_with(typed) };
        let exact = if dotted { None } else { table.index.find(typed) };
        let mut codes = if is_code(typed) { table.beginning_with(typed) } else { 0..0 };
        if codes.is_empty() && is_code(typed) {
            // The letter O for a zero, the letter l for a one.
            let digits = typed.get(1..).unwrap_or("").replace('o', "0").replace('l', "1");
            codes = table.beginning_with(&format!("{}{digits}", typed.get(..1).unwrap_or("")));
        }
        let near = if exact.is_none() { singular(table, typed) } else { Vec::new() };
        Self {
            letters: typed.len(),
            only_code: range.is_empty() && !codes.is_empty(),
            range,
            exact,
            near,
            codes,
        }
    }

    pub fn is_exact(&self, word: u32) -> bool {
        self.exact == Some(word)
    }

    pub fn means(&self, word: u32) -> bool {
        self.range.contains(&word) || self.near.contains(&word)
    }

    /// How well a word of the vocabulary is met, in percent.
    pub fn share(&self, table: &Table, word: u32) -> u16 {
        if self.exact == Some(word) {
            100
        } else if self.range.contains(&word) {
            50 + (30 * self.letters / table.index.word(word).len().max(1)) as u16
        } else {
            60
        }
    }

    /// Adds the words of the vocabulary that are one edit away, or sound the same; for a long word that
    /// fits nothing so, those two edits away.
    fn forgive(&mut self, table: &Table, typed: &str) {
        if typed.len() < TYPO_LETTERS || !typed.is_ascii() || self.only_code || self.exact.is_some() {
            return;
        }
        self.near.extend(table.index.one_edit_from(typed).filter(|id| !self.range.contains(id)));
        for id in table.index.sounds_like(typed) {
            if !self.near.contains(&id) && !self.range.contains(&id) {
                self.near.push(id);
            }
        }
        if self.near.is_empty() && self.range.is_empty() && typed.len() >= LONG_TYPO_LETTERS {
            self.near = table.index.two_edits_from(typed);
        }
    }
}

/// One way to read the query.
pub struct Reading {
    pub words: Vec<Word>,
    typed: Vec<String>,
    /// What this reading costs: zero for the words as typed.
    pub cost: i32,
}

impl Reading {
    fn new(table: &Table, typed: Vec<String>, cost: i32) -> Self {
        let words = typed.iter().map(|t| Word::new(table, t)).collect();
        Self { words, typed, cost }
    }

    /// Every word may now be one edit off.
    pub fn forgive(&mut self, table: &Table) {
        for (word, typed) in self.words.iter_mut().zip(&self.typed) {
            word.forgive(table, typed);
        }
    }

    pub fn only_codes(&self) -> bool {
        self.words.iter().all(|w| w.only_code)
    }
}

/// The words as typed, then what their abbreviations stand for.
pub fn readings(table: &Table, query: &str) -> Vec<Reading> {
    let typed = split(query);
    let mut found: Vec<Vec<String>> = Vec::new();
    expand(table, &typed, 0, &mut Vec::new(), &mut found);
    // "clot in the lung" is looked up as "clot lung" too.
    let bare = without_fillers(typed.clone());
    if bare != typed {
        expand(table, &bare, 0, &mut Vec::new(), &mut found);
    }
    let mut out: Vec<Reading> = Vec::new();
    for words in found {
        let cost = if words == typed || words == bare { 0 } else { 4 };
        let mut words: Vec<String> = without_fillers(words);
        words.truncate(MOST_WORDS);
        if !words.is_empty() && out.iter().all(|r| r.typed != words) {
            out.push(Reading::new(table, words, cost));
        }
    }
    if let Some(last) = typed.last().filter(|t| t.len() >= 3 && out.len() < MOST_READINGS) {
        for meaning in table.synonyms.beginning_with(last).take(2) {
            let mut words: Vec<String> = typed.iter().take(typed.len() - 1).cloned().collect();
            words.extend(meaning.split(' ').map(str::to_owned));
            let mut words = without_fillers(words);
            words.truncate(MOST_WORDS);
            out.push(Reading::new(table, words, 40));
        }
    }
    out
}

/// Words and codes; a dot stays inside a code.
fn split(query: &str) -> Vec<String> {
    let mut out = Vec::new();
    for piece in query.split_whitespace() {
        let piece = piece.trim_matches(|c: char| !c.is_alphanumeric());
        if piece.contains('.') && is_code(piece) {
            out.push(piece.to_lowercase());
        } else {
            out.extend(fold(piece).split_ascii_whitespace().map(str::to_owned));
        }
        if out.len() >= 2 * MOST_WORDS {
            break;
        }
    }
    out
}

/// A letter, a digit, and up to five more, with at most one dot after the third.
fn is_code(typed: &str) -> bool {
    let b = typed.as_bytes();
    let plain = typed.bytes().filter(|c| *c != b'.').count();
    (2..=7).contains(&plain)
        && b.first().is_some_and(u8::is_ascii_alphabetic)
        && b.get(1).is_some_and(u8::is_ascii_digit)
        && b.iter().enumerate().all(|(i, c)| c.is_ascii_alphanumeric() || (*c == b'.' && i == 3))
}

/// Every way to put meanings in the place of phrases, up to a handful.
fn expand(table: &Table, typed: &[String], at: usize, so_far: &mut Vec<String>, out: &mut Vec<Vec<String>>) {
    if out.len() >= MOST_READINGS {
        return;
    }
    let Some(word) = typed.get(at) else {
        out.push(so_far.clone());
        return;
    };
    let depth = so_far.len();
    so_far.push(word.clone());
    expand(table, typed, at + 1, so_far, out);
    so_far.truncate(depth);
    for len in (1..=LONGEST_PHRASE.min(typed.len() - at)).rev() {
        let Some(phrase) = typed.get(at..at + len) else { continue };
        for meaning in table.synonyms.of(&phrase.join(" ")) {
            so_far.extend(meaning.split(' ').map(str::to_owned));
            expand(table, typed, at + len, so_far, out);
            so_far.truncate(depth);
        }
    }
}

fn without_fillers(words: Vec<String>) -> Vec<String> {
    let kept: Vec<String> = words.iter().filter(|w| !is_filler(w)).cloned().collect();
    if kept.is_empty() { words } else { kept }
}

fn singular(table: &Table, typed: &str) -> Vec<u32> {
    let stems = [typed.strip_suffix("es"), typed.strip_suffix('s')];
    let stems = stems.into_iter().flatten().filter(|s| s.len() >= 3);
    stems.filter_map(|s| table.index.find(s)).collect()
}
