//! The embedded word list. `data/PROVENANCE.md` says where it is from; `cargo xtask words` builds it.

use super::Accepted;
use flate2::read::GzDecoder;
use std::cmp::Ordering;
use std::io::Read;
use std::sync::OnceLock;

const WORDS: &[u8] = include_bytes!("../../data/words.txt.gz");

/// Clinical English builds words with these before known ones: nonambulatory, postviral.
const BEFORE: [&str; 38] = [
    "anti", "bio", "broncho", "cardio", "cryo", "dermato", "electro", "endo", "extra", "gastro", "hemo",
    "hyper", "hypo", "immuno", "infra", "inter", "intra", "macro", "micro", "mid", "multi", "nephro",
    "neuro", "non", "osteo", "peri", "photo", "poly", "post", "pre", "pseudo", "radio", "retro", "rhino",
    "semi", "sub", "supra", "trans",
];
/// What stands after one of them has at least so many letters, or a misspelling would be taken for two words.
const AFTER: usize = 5;

/// How often a word is met, the most often first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Common,
    Clinical,
    Everyday,
    Rare,
}

/// The list: lines of a level and a word, sorted by the word.
#[derive(Default)]
pub struct Words {
    text: String,
}

impl Words {
    /// The embedded list. A damaged file gives an empty one; that the file is whole is a test.
    pub fn builtin() -> &'static Words {
        static BUILTIN: OnceLock<Words> = OnceLock::new();
        BUILTIN.get_or_init(|| {
            let mut text = String::with_capacity(1 << 20);
            match GzDecoder::new(WORDS).read_to_string(&mut text) {
                Ok(_) => Words { text },
                Err(_) => Words::default(),
            }
        })
    }

    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    pub(super) fn all(&self) -> impl Iterator<Item = (Level, &str)> {
        self.text.lines().filter_map(entry)
    }

    /// Halves the text until one line is left.
    pub(super) fn level(&self, word: &str) -> Option<Level> {
        let (mut from, mut to) = (0, self.text.len());
        while from < to {
            let middle = from + (to - from) / 2;
            let begins = self.text.get(from..middle)?.rfind('\n').map_or(from, |at| from + at + 1);
            let ends = self.text.get(middle..to)?.find('\n').map_or(to, |at| middle + at);
            let (level, found) = entry(self.text.get(begins..ends)?)?;
            match found.cmp(word) {
                Ordering::Equal => return Some(level),
                Ordering::Less => from = (ends + 1).min(to),
                Ordering::Greater => to = begins,
            }
        }
        None
    }

    /// Whether the word, as it is looked up, is one; an empty list knows every word.
    pub(super) fn knows(&self, word: &str, accepted: &Accepted) -> bool {
        let known = |word: &str| accepted.contains(word) || self.level(word).is_some();
        let built = |(before, after): (&str, &str)| before.is_empty() && after.len() >= AFTER && known(after);
        self.is_empty()
            || known(word)
            || word.strip_suffix('s').is_some_and(|one| one.len() >= AFTER && known(one))
            || BEFORE.iter().any(|part| word == *part || word.split_once(part).is_some_and(built))
    }
}

fn entry(line: &str) -> Option<(Level, &str)> {
    let (level, word) = line.split_at_checked(1)?;
    let level = match level {
        "1" => Level::Common,
        "2" => Level::Clinical,
        "3" => Level::Everyday,
        _ => Level::Rare,
    };
    Some((level, word))
}
