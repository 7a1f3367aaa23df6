//! What the official tabular list says about codes beside each other: excludes 1, code first, use
//! additional code, code also. What stands at a category, block or chapter holds for all below it.

use std::io::Read;
use std::sync::OnceLock;

use super::icd10::TableError;
use super::references::{Reference, references};

const NOTES: &[u8] = include_bytes!("../../data/icd10cm-2026-04.notes.tsv.gz");
const FILE: &str = "icd10cm-2026-04.notes.tsv.gz";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoteKind {
    Excludes1,
    CodeFirst,
    UseAdditional,
    CodeAlso,
}

/// One note of the list, as it is printed there.
#[derive(Debug, Clone)]
pub struct Note {
    /// Where it stands, with the dot: `E11`, `I10-I1A`.
    pub at: String,
    pub kind: NoteKind,
    pub lines: Vec<Line>,
    place: Reference,
}

#[derive(Debug, Clone)]
pub struct Line {
    pub text: String,
    /// The codes that it means; empty: words only.
    pub codes: Vec<Reference>,
}

/// All notes, in the order of the list.
#[derive(Debug, Default)]
pub struct Notes(Vec<Note>);

impl Notes {
    /// The embedded notes. A damaged file gives none; that the file is whole is a test.
    pub fn builtin() -> &'static Notes {
        static BUILTIN: OnceLock<Notes> = OnceLock::new();
        BUILTIN.get_or_init(|| Notes::load().unwrap_or_default())
    }

    pub fn load() -> Result<Notes, TableError> {
        let mut text = String::new();
        flate2::read::GzDecoder::new(NOTES)
            .read_to_string(&mut text)
            .map_err(|e| TableError::at(FILE, 0, e.to_string()))?;
        let read = text.lines().enumerate().map(|(i, line)| {
            let wrong = |reason: &str| TableError::at(FILE, i, reason);
            let mut fields = line.split('\t');
            let (Some(place), Some(kind), Some(lines)) = (fields.next(), fields.next(), fields.next()) else {
                return Err(wrong("needs a place, a kind and lines"));
            };
            let kind = match kind {
                "x" => NoteKind::Excludes1,
                "f" => NoteKind::CodeFirst,
                "a" => NoteKind::UseAdditional,
                "c" => NoteKind::CodeAlso,
                _ => return Err(wrong("an unknown kind of note")),
            };
            let line = |text: &str| Line {
                text: text.trim_start_matches([',', ' ']).to_owned(),
                codes: references(text),
            };
            Ok(Note {
                at: dotted(place),
                kind,
                lines: lines.split('|').map(line).collect(),
                place: Reference::of_place(place),
            })
        });
        Ok(Notes(read.collect::<Result<_, _>>()?))
    }

    /// Every note that holds for a code (without its dot): those at the code, and those above it.
    pub fn for_code<'n>(&'n self, code: &str) -> impl Iterator<Item = &'n Note> {
        self.0.iter().filter(move |note| note.place.means(code))
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Every note, in the order of the list.
    pub fn iter(&self) -> impl Iterator<Item = &Note> {
        self.0.iter()
    }
}

impl Note {
    /// How near to the code it stands: the more, the nearer.
    pub fn nearness(&self) -> usize {
        self.place.width()
    }
}

/// `E1165` as it is printed.
fn dotted(place: &str) -> String {
    match place.split_at_checked(3) {
        Some((category, rest)) if !rest.is_empty() && !rest.starts_with('-') => format!("{category}.{rest}"),
        _ => place.to_owned(),
    }
}
