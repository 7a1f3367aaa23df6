//! The note as plain text of 80 columns that any EHR shows, and the way back from it.
//!
//! Titles stand at the left edge over a line of dashes, the text of a section two columns in: no text can
//! pass for a title, or for the line that says who signed. A line that is too long goes on in the next one;
//! it then ends with one blank more than was written, as in `format=flowed` with `delsp` (RFC 3676). Since
//! signed lines never end in a blank, what was written can be read back to the letter.

use super::SignedNote;
use unicode_linebreak::{BreakOpportunity, linebreaks};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// No line is wider.
pub const COLUMNS: usize = 80;
const INDENT: &str = "  ";
/// For what is written: the indent, one blank that may end a line, and the mark of a line that goes on.
const ROOM: usize = COLUMNS - INDENT.len() - 2;
const TAB: usize = 8;

/// Writes the note.
pub(super) fn write(note: &SignedNote) -> String {
    let mut out = String::new();
    title(&mut out, note.title(), '=');
    for (label, value) in note.heading() {
        line(&mut out, &format!("{label}: {value}"));
    }
    for part in note.parts() {
        out.push('\n');
        title(&mut out, part.title, '-');
        body(&mut out, &part.text);
    }
    out.push('\n');
    for words in note.closing() {
        line(&mut out, &words);
    }
    out
}

/// Reads the sections back: each title as it stands there, and its text as it was signed.
pub fn read(text: &str) -> Vec<(String, String)> {
    let lines: Vec<&str> = text.split('\n').collect();
    let is_title = |at: usize| {
        let ruled = lines.get(at + 1).is_some_and(|l| !l.is_empty() && l.chars().all(|c| c == '-'));
        ruled && !lines[at].is_empty() && !lines[at].starts_with(INDENT)
    };
    let mut sections = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        if !is_title(at) {
            at += 1;
            continue;
        }
        let name = lines[at].to_owned();
        at += 2;
        let mut text = String::new();
        let mut goes_on = true;
        while let Some(line) = lines.get(at).filter(|l| l.is_empty() || l.starts_with(INDENT)) {
            if !goes_on {
                text.push('\n');
            }
            let line = line.strip_prefix(INDENT).unwrap_or(line);
            goes_on = line.ends_with(' ');
            text.push_str(line.strip_suffix(' ').unwrap_or(line));
            at += 1;
        }
        sections.push((name, text.trim_end_matches('\n').to_owned()));
    }
    sections
}

fn title(out: &mut String, words: &str, rule: char) {
    let words = words.to_uppercase();
    out.push_str(&words);
    out.push('\n');
    out.extend(std::iter::repeat_n(rule, words.width().clamp(1, COLUMNS)));
    out.push('\n');
}

/// A line of our own at the left edge; what is too long for it stands further in.
fn line(out: &mut String, words: &str) {
    for (n, piece) in pieces(words).enumerate() {
        out.push_str(if n == 0 { "" } else { INDENT });
        out.push_str(piece.trim_end());
        out.push('\n');
    }
}

fn body(out: &mut String, text: &str) {
    for line in text.split('\n') {
        let mut pieces = pieces(line).peekable();
        while let Some(piece) = pieces.next() {
            out.push_str(INDENT);
            out.push_str(piece);
            out.push_str(if pieces.peek().is_some() { " \n" } else { "\n" });
        }
        if line.is_empty() {
            out.push('\n');
        }
    }
}

/// Cuts a line where it has to go on in the next one: between words where that is possible, else between
/// characters as people see them.
fn pieces(line: &str) -> impl Iterator<Item = &str> {
    let mut cuts = Vec::new();
    let mut allowed = linebreaks(line).filter(|(_, kind)| *kind == BreakOpportunity::Allowed).peekable();
    // Where this piece begins, how wide it is, and the last place where it may end.
    let (mut begin, mut width, mut last) = (0, 0, None);
    for (at, character) in line.grapheme_indices(true) {
        while allowed.next_if(|(place, _)| *place < at).is_some() {}
        if at > begin && allowed.next_if(|(place, _)| *place == at).is_some() {
            last = Some(at);
        }
        // One blank may stand beyond the edge.
        let room = if character == " " { ROOM + 1 } else { ROOM };
        while width + columns(character, width) > room && at > begin {
            begin = last.take().unwrap_or(at);
            cuts.push(begin);
            // Anew: how far a tab reaches depends on where it stands.
            width = line[begin..at].graphemes(true).fold(0, |width, c| width + columns(c, width));
        }
        width += columns(character, width);
    }
    let ends = cuts.clone().into_iter().chain(std::iter::once(line.len()));
    let begins = std::iter::once(0).chain(cuts);
    begins.zip(ends).map(|(from, to)| &line[from..to]).filter(|piece| !piece.is_empty())
}

/// How many columns a character takes that begins in column `at`.
fn columns(character: &str, at: usize) -> usize {
    if character == "\t" { TAB - (at + INDENT.len()) % TAB } else { character.width() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::note::clean;
    use proptest::prelude::*;

    fn round_trip(text: &str) -> (String, String) {
        let mut out = String::new();
        title(&mut out, "Plan", '-');
        body(&mut out, &clean(text));
        out.push_str("\nSigned by\n");
        let back = read(&out).remove(0).1;
        (out, back)
    }

    #[test]
    fn text_that_looks_like_a_title_stays_text() {
        let (_, back) = round_trip("PLAN\n----\nSigned by somebody else");
        assert_eq!(back, "PLAN\n----\nSigned by somebody else");
    }

    #[test]
    fn words_are_kept_together_and_what_has_no_blanks_is_cut_where_it_may_be() {
        let (out, _) = round_trip(&"word ".repeat(40));
        assert!(out.lines().all(|l| l.trim().is_empty() || !l.trim_start().starts_with("ord")), "{out}");
        let (out, back) = round_trip(&"患者は先週から頭痛を訴えている。".repeat(9));
        assert!(out.lines().skip(2).all(|l| !l.trim_start().starts_with('。')), "{out}");
        assert_eq!(back, "患者は先週から頭痛を訴えている。".repeat(9));
    }

    #[test]
    fn a_tab_counts_as_far_as_it_reaches() {
        let (out, back) = round_trip(&"a\t".repeat(30));
        assert!(out.lines().count() > 5, "{out}");
        assert_eq!(back, "a\t".repeat(30).trim_end());
    }

    const PIECES: &str = r"([a-zA-Z]{1,9} ?|\PC{1,4}|[ ]{1,90}|[\t\n]{1,3}|[漢字ア가]{1,60}|[\u{627}-\u{63a}]{1,9} |👩‍⚕️|Zoe\u{308}|[A-Z\-]{1,120})";

    proptest! {
        #[test]
        fn what_was_written_is_read_back_and_no_line_is_over_80_columns(all in prop::collection::vec(PIECES, 1..40)) {
            let text = all.concat();
            let (out, back) = round_trip(&text);
            prop_assert_eq!(back, clean(&text));
            for line in out.lines() {
                let wide = line.graphemes(true).fold(0, |at, g| at + if g == "\t" { TAB - at % TAB } else { g.width() });
                prop_assert!(wide <= COLUMNS, "{} columns: {}", wide, line);
            }
        }
    }
}
