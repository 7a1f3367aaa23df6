//! The inverted index: a sorted vocabulary and, for each word, the rows where it stands.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::OnceLock;

use super::words::{one_edit_from, sound, two_edits_from};

/// Where a word stands in a row. The order is the order of worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    Title = 0,
    /// How clinicians say it, for common diagnoses.
    Said = 1,
    /// An inclusion term of the official list.
    Term = 2,
    /// An inclusion term of the parent.
    Inherited = 3,
}

/// A row and a field in one number: sorted by row, then by worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Posting(u32);

impl Posting {
    pub fn new(row: u32, field: Field) -> Self {
        Self(row << 2 | field as u32)
    }
    pub fn row(self) -> usize {
        (self.0 >> 2) as usize
    }
    pub fn field(self) -> Field {
        match self.0 & 3 {
            0 => Field::Title,
            1 => Field::Said,
            2 => Field::Term,
            _ => Field::Inherited,
        }
    }
}

/// Gives each distinct word a number while the table is read.
#[derive(Default)]
pub struct Builder {
    ids: HashMap<String, u32>,
    pairs: Vec<(u32, Posting)>,
}

impl Builder {
    pub fn word(&mut self, word: &str) -> u32 {
        if let Some(id) = self.ids.get(word) {
            return *id;
        }
        let id = self.ids.len() as u32;
        self.ids.insert(word.to_owned(), id);
        id
    }

    pub fn reserve(&mut self, postings: usize) {
        self.pairs.reserve(postings);
    }

    pub fn post(&mut self, word: u32, at: Posting) {
        self.pairs.push((word, at));
    }

    /// The index, and for each number given out by `word` its place in the sorted vocabulary.
    pub fn finish(self) -> (Index, Vec<u32>) {
        let mut words: Vec<(String, u32)> = self.ids.into_iter().collect();
        words.sort_unstable();
        let mut place = vec![0_u32; words.len()];
        let mut index = Index { starts: vec![0], ..Index::default() };
        for (at, (word, id)) in words.iter().enumerate() {
            if let Some(slot) = place.get_mut(*id as usize) {
                *slot = at as u32;
            }
            index.text.push_str(word);
            index.starts.push(index.text.len() as u32);
        }
        index.fill(&self.pairs, &place);
        (index, place)
    }
}

#[derive(Default)]
pub struct Index {
    text: String,
    starts: Vec<u32>,
    first: Vec<u32>,
    postings: Vec<Posting>,
    /// Sound and word, sorted; made when the first typo is met.
    sounds: OnceLock<Vec<(String, u32)>>,
}

impl Index {
    /// Counting sort: the pairs come in row order, so each word's postings do too.
    fn fill(&mut self, pairs: &[(u32, Posting)], place: &[u32]) {
        let at = |id: u32| place.get(id as usize).copied().unwrap_or(0) as usize;
        let mut next = vec![0_u32; place.len() + 1];
        for (id, _) in pairs {
            if let Some(count) = next.get_mut(at(*id) + 1) {
                *count += 1;
            }
        }
        for i in 1..next.len() {
            next[i] += next[i - 1];
        }
        self.first.clone_from(&next);
        self.postings = vec![Posting(0); pairs.len()];
        for (id, posting) in pairs {
            let slot = &mut next[at(*id)];
            self.postings[*slot as usize] = *posting;
            *slot += 1;
        }
    }

    pub fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    pub fn word(&self, id: u32) -> &str {
        let i = id as usize;
        match (self.starts.get(i), self.starts.get(i + 1)) {
            (Some(a), Some(b)) => self.text.get(*a as usize..*b as usize).unwrap_or(""),
            _ => "",
        }
    }

    fn partition(&self, low: usize, below: impl Fn(&str) -> bool) -> usize {
        let (mut a, mut b) = (low, self.len());
        while a < b {
            let mid = usize::midpoint(a, b);
            if below(self.word(mid as u32)) { a = mid + 1 } else { b = mid }
        }
        a
    }

    /// The words that begin with `prefix`; if it is a word itself, that comes first.
    pub fn beginning_with(&self, prefix: &str) -> Range<u32> {
        let from = self.partition(0, |w| w < prefix);
        let to = self.partition(from, |w| w.starts_with(prefix));
        from as u32..to as u32
    }

    pub fn find(&self, word: &str) -> Option<u32> {
        let at = self.partition(0, |w| w < word) as u32;
        (self.word(at) == word && !word.is_empty()).then_some(at)
    }

    /// The words that are, or begin with, `typed` after one edit.
    pub fn one_edit_from(&self, typed: &str) -> impl Iterator<Item = u32> {
        let words = self.text.as_bytes();
        let typed = typed.as_bytes();
        self.starts.windows(2).enumerate().filter_map(move |(id, ends)| {
            let word = words.get(*ends.first()? as usize..*ends.last()? as usize)?;
            one_edit_from(typed, word).then_some(id as u32)
        })
    }

    /// The words that sound like `typed`.
    pub fn sounds_like(&self, typed: &str) -> Vec<u32> {
        let Some(key) = sound(typed) else { return Vec::new() };
        let sounds = self.sounds.get_or_init(|| {
            let ids = 0..self.len() as u32;
            let mut all: Vec<(String, u32)> =
                ids.filter_map(|id| Some((sound(self.word(id))?, id))).collect();
            all.sort_unstable();
            all
        });
        let from = sounds.partition_point(|(k, _)| *k < key);
        sounds.iter().skip(from).take_while(|(k, _)| *k == key).map(|(_, id)| *id).collect()
    }

    /// The whole words that are at most two edits away.
    pub fn two_edits_from(&self, typed: &str) -> Vec<u32> {
        let ids = 0..self.len() as u32;
        ids.filter(|id| two_edits_from(typed.as_bytes(), self.word(*id).as_bytes())).collect()
    }

    pub fn postings(&self, word: u32) -> &[Posting] {
        let i = word as usize;
        match (self.first.get(i), self.first.get(i + 1)) {
            (Some(a), Some(b)) => self.postings.get(*a as usize..*b as usize).unwrap_or(&[]),
            _ => &[],
        }
    }

    /// How many postings a run of words has together.
    pub fn weight(&self, words: &Range<u32>) -> usize {
        match (self.first.get(words.start as usize), self.first.get(words.end as usize)) {
            (Some(a), Some(b)) => (*b as usize).saturating_sub(*a as usize),
            _ => 0,
        }
    }
}
