//! Abbreviations and everyday words, and the diagnoses that clinicians meet most: two small files.

use super::icd10::TableError;
use super::words::fold;

/// What a phrase may stand for, in the words of the table. Sorted by phrase.
#[derive(Default)]
pub struct Synonyms {
    entries: Vec<(String, Vec<String>)>,
}

impl Synonyms {
    /// `phrase <TAB> meaning <TAB> other meaning …`; `#` begins a comment line.
    pub fn parse(text: &str) -> Result<Self, TableError> {
        let mut entries = Vec::new();
        for (i, line) in lines(text) {
            let mut fields = line.split('\t').map(normal);
            let phrase = fields.next().unwrap_or_default();
            let meanings: Vec<String> = fields.filter(|m| !m.is_empty()).collect();
            if phrase.is_empty() || meanings.is_empty() {
                return Err(TableError::at("synonyms.tsv", i, "needs a phrase and a meaning"));
            }
            entries.push((phrase, meanings));
        }
        entries.sort();
        if let Some(pair) = entries.windows(2).find(|w| w[0].0 == w[1].0) {
            return Err(TableError::at("synonyms.tsv", 0, format!("'{}' stands twice", pair[0].0)));
        }
        Ok(Self { entries })
    }

    pub fn of(&self, phrase: &str) -> &[String] {
        let found = self.entries.binary_search_by(|(p, _)| p.as_str().cmp(phrase)).ok();
        found.and_then(|i| self.entries.get(i)).map_or(&[], |(_, meanings)| meanings)
    }

    /// The meanings of phrases that begin with what was typed so far.
    pub fn beginning_with<'s>(&'s self, typed: &'s str) -> impl Iterator<Item = &'s String> {
        let from = self.entries.partition_point(|(p, _)| p.as_str() < typed);
        let of_prefix = self.entries.iter().skip(from).take_while(move |(p, _)| p.starts_with(typed));
        of_prefix.filter(move |(p, _)| p != typed).flat_map(|(_, meanings)| meanings)
    }
}

/// A diagnosis that is frequent in virtual visits.
pub struct Common<'t> {
    pub index: usize,
    /// Without the dot.
    pub code: &'t str,
    pub rank: u8,
    /// Phrases, separated by `;`.
    pub said: &'t str,
}

/// `code <TAB> rank (1 very common, 2 common) <TAB> how it is said; also said`. Sorted by code.
pub fn parse_common(text: &str) -> Result<Vec<Common<'_>>, TableError> {
    let mut out = Vec::new();
    for (index, line) in lines(text) {
        let fields: Vec<&str> = line.split('\t').collect();
        let (code, rank, said) = match fields.as_slice() {
            [code, rank] => (*code, *rank, ""),
            [code, rank, said] => (*code, *rank, *said),
            _ => return Err(TableError::at("common.tsv", index, "needs code, rank and how it is said")),
        };
        let rank = match rank {
            "1" => 1,
            "2" => 2,
            _ => return Err(TableError::at("common.tsv", index, "the rank is 1 or 2")),
        };
        out.push(Common { index, code, rank, said });
    }
    out.sort_by_key(|c| c.code);
    match out.windows(2).find(|w| w[0].code == w[1].code) {
        Some(pair) => {
            Err(TableError::at("common.tsv", pair[1].index, format!("{} stands twice", pair[0].code)))
        }
        None => Ok(out),
    }
}

fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty() && !l.starts_with('#'))
}

fn normal(text: &str) -> String {
    let folded = fold(text);
    folded.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}
