//! What was probably meant: known words a few letters away, the likelier ones first.

use super::words::{Level, Words};
use super::{Accepted, pieces};
use crate::coding::words::sound;
use strsim::osa_distance;

/// Most words that are suggested.
const MOST: usize = 5;

/// Words in place of `typed`, in its upper or lower case; the likeliest first.
pub fn suggest(typed: &str, words: &Words, accepted: &Accepted) -> Vec<String> {
    let Some(word) = pieces::pieces(typed).next().map(|p| p.word) else { return Vec::new() };
    let (letters, sounds, single) = (letters_of(&word), sound(&word), undoubled(&word));
    let furthest = match word.len() {
        ..=4 => 1,
        5..=8 => 2,
        _ => 3,
    };
    let mut found: Vec<(usize, Level, String)> = Vec::new();
    let own = accepted.iter().map(|word| (Level::Clinical, word.as_str()));
    for (level, known) in words.all().chain(own) {
        let bits = letters_of(known);
        let differ = (letters ^ bits).count_ones() as usize;
        if known.len().abs_diff(word.len()) > furthest || differ > 2 * furthest {
            continue;
        }
        let far = osa_distance(&word, known);
        // At no distance: it was added a moment ago.
        if far == 0 || far > furthest {
            continue;
        }
        let mut cost = 3 * far;
        cost += 2 * usize::from(word.chars().next() != known.chars().next());
        cost += match level {
            Level::Common => 0,
            Level::Clinical | Level::Everyday => 1,
            Level::Rare => 2,
        };
        // What hands do most: two letters swapped, one of two the same forgotten; and ears: written as it is said.
        let swapped = known.len() == word.len() && bits == letters;
        cost -= usize::from(swapped || single == undoubled(known));
        cost -= usize::from(sounds.is_some() && sounds == sound(known));
        found.push((cost, level, known.to_owned()));
    }
    found.extend(two_words(&word, words).map(|two| (4, Level::Everyday, two)));
    found.sort();
    found.dedup_by(|a, b| a.2 == b.2);
    let ending = ["'s", "\u{2019}s"].iter().find(|ending| typed.ends_with(**ending)).unwrap_or(&"");
    let whole = |word: String| in_case_of(typed, word) + ending;
    let fits = |word: &String| ending.is_empty() || !word.contains('\'');
    found.into_iter().map(|(_, _, word)| word).filter(fits).take(MOST).map(whole).collect()
}

/// Each letter once where it stands twice.
fn undoubled(word: &str) -> String {
    let mut single: Vec<char> = word.chars().collect();
    single.dedup();
    single.into_iter().collect()
}

/// The space was forgotten: "thepatient".
fn two_words(word: &str, words: &Words) -> impl Iterator<Item = String> {
    (2..word.len().saturating_sub(1)).filter_map(move |at| {
        let (first, second) = word.split_at_checked(at)?;
        let common = |part: &str| matches!(words.level(part), Some(Level::Common | Level::Everyday));
        (common(first) && common(second)).then(|| format!("{first} {second}"))
    })
}

/// One bit for each letter that it has: words whose bits differ much are far apart.
fn letters_of(word: &str) -> u32 {
    word.bytes().filter(u8::is_ascii_lowercase).fold(0, |bits, b| bits | 1 << (b - b'a'))
}

fn in_case_of(typed: &str, word: String) -> String {
    let mut letters = typed.chars().filter(|c| c.is_alphabetic());
    match (letters.next().is_some_and(char::is_uppercase), letters.next().is_some_and(char::is_uppercase)) {
        (true, true) => word.to_uppercase(),
        (true, false) => {
            let mut rest = word.chars();
            rest.next().map(|c| c.to_uppercase().chain(rest).collect()).unwrap_or_default()
        }
        _ => word,
    }
}
