//! Which stretches of a text are words that can be right or wrong.

use crate::coding::words::fold;

/// Shorter ones are too often short forms.
const SHORTEST: usize = 3;
/// Capitals up to this length are a short form: HTN, COPD, HFpEF.
const SHORT_FORM: usize = 6;

pub(super) struct Piece {
    /// Byte where it begins in the text.
    pub at: usize,
    /// In bytes.
    pub len: usize,
    /// As it is looked up: lower case, plain apostrophes, no possessive ending, no accents.
    pub word: String,
}

/// The words of a text, without what is no word: numbers and what has digits, short forms in capitals, single letters,
/// addresses, names of phrases, and words of other scripts.
pub(super) fn pieces(text: &str) -> impl Iterator<Item = Piece> {
    let base = text.as_ptr() as usize;
    text.split_whitespace()
        .filter(|chunk| !is_address(chunk))
        .flat_map(|chunk| chunk.split(|c: char| !c.is_alphanumeric() && !is_apostrophe(c)))
        .filter_map(move |part| {
            let word = part.trim_matches(is_apostrophe);
            let folded = looked_up(word)?;
            Some(Piece { at: word.as_ptr() as usize - base, len: word.len(), word: folded })
        })
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}' | '\u{2018}')
}

/// A web or mail address, a path, or a phrase that is being typed.
fn is_address(chunk: &str) -> bool {
    let phrase = |c: &str| c.starts_with('.') && c.chars().nth(1).is_some_and(char::is_alphabetic);
    chunk.contains("://") || chunk.contains('@') || chunk.starts_with("www.") || phrase(chunk)
}

fn looked_up(word: &str) -> Option<String> {
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    let latin = |c: char| c.is_ascii_alphabetic() || is_apostrophe(c) || ('\u{c0}'..='\u{24f}').contains(&c);
    if letters < SHORTEST || !word.chars().all(latin) || is_short_form(word, letters) {
        return None;
    }
    let plain: Vec<String> = word.split(is_apostrophe).map(fold).collect();
    let word = plain.join("'");
    Some(word.strip_suffix("'s").map(str::to_owned).unwrap_or(word))
}

/// All in capitals and short, maybe in the plural; or with a capital inside, as names and units have it.
fn is_short_form(word: &str, letters: usize) -> bool {
    let capitals = word.chars().filter(|c| c.is_uppercase()).count();
    let inside = word.chars().skip(1).any(char::is_uppercase);
    inside && (capitals < letters || letters <= SHORT_FORM)
}
