//! Which of the chosen diagnoses do not go together, which belongs before which, and what the official
//! list asks for besides. Always a word to the clinician, never a block.

use super::tabular::{Line, Note, NoteKind, Notes};

/// Two chosen codes of which the list says that they are not coded together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exclusion {
    /// As they were chosen: the earlier one first.
    pub first: String,
    pub second: String,
    /// Where the note stands: `E11`, `G50-G59`.
    pub at: String,
    /// The note, as it is printed.
    pub note: String,
}

/// What stands against, or for, a note that asks for another code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// None of the codes that it names is chosen.
    Open,
    /// This chosen code is one of them, in its place.
    Met(String),
    /// This chosen code is one of them, and must go before.
    Before(String),
    /// This chosen code is one of them, and must go after.
    After(String),
}

/// A note that asks for another code with this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guidance {
    pub code: String,
    pub kind: NoteKind,
    pub at: String,
    /// As they are printed, each with the codes that it names alone.
    pub lines: Vec<(String, Vec<String>)>,
    pub answer: Answer,
    /// The code is never the first: its title says so.
    pub never_first: bool,
}

/// A code that is never first, by ICD-10-CM Official Guidelines, Section I.A.13.
pub fn is_manifestation(title: &str) -> bool {
    title.contains("in diseases classified elsewhere")
        || title.contains("in other diseases classified elsewhere")
}

/// Every pair that an excludes 1 note of either keeps apart, each once, by the note nearest to the code.
pub fn exclusions(notes: &Notes, codes: &[&str]) -> Vec<Exclusion> {
    let plain: Vec<String> = codes.iter().map(|c| c.replace('.', "")).collect();
    let mut out = Vec::new();
    for (i, a) in plain.iter().enumerate() {
        for (j, b) in plain.iter().enumerate().skip(i + 1).filter(|(_, b)| *b != a) {
            // Of two notes that stand as near, the earlier code's.
            let found = [(b, a), (a, b)].into_iter().filter_map(|(at, other)| excluded(notes, at, other));
            let Some((_, at, note)) = found.max_by_key(|(near, ..)| *near) else { continue };
            let code = |n: usize| codes.get(n).map_or(String::new(), |c| (*c).to_owned());
            out.push(Exclusion { first: code(i), second: code(j), at, note });
        }
    }
    out
}

/// The nearest excludes 1 note above `at` that names `other`, and does not name `at` itself.
fn excluded(notes: &Notes, at: &str, other: &str) -> Option<(usize, String, String)> {
    let own = notes.for_code(at).filter(|note| note.kind == NoteKind::Excludes1);
    let hits = own.filter_map(|note| {
        let names = |line: &Line, code: &str| line.codes.iter().any(|r| r.means(code));
        let hit = note.lines.iter().position(|line| names(line, other) && !names(line, at))?;
        Some((note.nearness(), note.at.clone(), quoted(note, hit)))
    });
    hits.max_by_key(|(near, ..)| *near)
}

/// The line, after the heading of its list where it has one.
fn quoted(note: &Note, line: usize) -> String {
    let text = note.lines.get(line).map_or("", |l| l.text.as_str());
    let above = note.lines.get(..line).unwrap_or(&[]).iter().rev();
    let heading = above.map(|l| l.text.as_str()).find(|l| l.ends_with(':'));
    heading.map_or(text.to_owned(), |heading| format!("{heading} … {text}"))
}

/// What the list asks for with each chosen code, in the order of the codes; what stands nearest first.
pub fn guidance(notes: &Notes, codes: &[(&str, &str)]) -> Vec<Guidance> {
    let plain: Vec<String> = codes.iter().map(|(c, _)| c.replace('.', "")).collect();
    let mut out = Vec::new();
    for (i, (code, title)) in codes.iter().enumerate() {
        let Some(own) = plain.get(i) else { continue };
        let mut asked: Vec<&Note> =
            notes.for_code(own).filter(|note| note.kind != NoteKind::Excludes1).collect();
        asked.sort_by_key(|note| (note.kind != NoteKind::CodeFirst, std::cmp::Reverse(note.nearness())));
        out.extend(asked.into_iter().map(|note| Guidance {
            code: (*code).to_owned(),
            kind: note.kind,
            at: note.at.clone(),
            lines: note.lines.iter().map(|l| (l.text.clone(), stems(l))).collect(),
            answer: answer(note, &plain, i, codes),
            never_first: note.kind == NoteKind::CodeFirst && is_manifestation(title),
        }));
    }
    out
}

fn stems(line: &Line) -> Vec<String> {
    line.codes.iter().filter_map(super::references::Reference::stem).collect()
}

fn answer(note: &Note, plain: &[String], own: usize, codes: &[(&str, &str)]) -> Answer {
    let named = |code: &str| note.lines.iter().any(|l| l.codes.iter().any(|r| r.means(code)));
    let met: Vec<usize> =
        plain.iter().enumerate().filter(|(i, c)| *i != own && named(c)).map(|(i, _)| i).collect();
    let code = |n: usize| codes.get(n).map_or(String::new(), |(c, _)| (*c).to_owned());
    let (before, after) = (met.iter().find(|i| **i < own), met.iter().find(|i| **i > own));
    match (note.kind, before, after) {
        (_, None, None) => Answer::Open,
        (NoteKind::CodeFirst, Some(i), _) | (NoteKind::UseAdditional, _, Some(i)) => Answer::Met(code(*i)),
        (NoteKind::CodeFirst, None, Some(i)) => Answer::Before(code(*i)),
        (NoteKind::UseAdditional, Some(i), None) => Answer::After(code(*i)),
        (_, before, after) => Answer::Met(before.or(after).map_or(String::new(), |i| code(*i))),
    }
}
