//! What the text of a section becomes when it is signed.
//!
//! Every form of the note gives back exactly this text. What it changes is what no form could hold, and
//! nothing that a person can see is dropped:
//!
//! | typed or pasted | signed as | because |
//! |---|---|---|
//! | CR, CR LF, vertical tab, form feed, NEL, U+2028, U+2029 | line feed | a line ends there for everyone who reads it |
//! | other control characters, U+FFFE, U+FFFF | U+FFFD `�` | XML 1.0 forbids them; that something stood there stays visible |
//! | blanks and tabs at the end of a line, empty lines at either end | nothing | nobody can see them |
//!
//! Everything else stays as it is: blanks within a line, tabs, marks of direction, joiners, private characters.

/// The text as it is signed.
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' if chars.peek() == Some(&'\n') => {}
            '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                out.truncate(visible(&out).len());
                out.push('\n');
            }
            '\t' => out.push('\t'),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    visible(&out).trim_matches('\n').to_owned()
}

/// The same for what stands on one line: a name, a title.
pub fn clean_line(text: &str) -> String {
    clean(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Without the blanks at its end.
fn visible(text: &str) -> &str {
    text.trim_end_matches([' ', '\t'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn whatever_ends_a_line_ends_it_in_the_note_too() {
        assert_eq!(clean("a\r\nb\rc\u{b}d\u{c}e\u{85}f\u{2028}g\u{2029}h"), "a\nb\nc\nd\ne\nf\ng\nh");
    }

    #[test]
    fn where_a_forbidden_character_stood_stays_visible() {
        assert_eq!(clean("5\u{0}mg\u{1b}[31m \u{ffff}"), "5\u{fffd}mg\u{fffd}[31m \u{fffd}");
    }

    #[test]
    fn only_blanks_that_nobody_sees_are_dropped() {
        assert_eq!(clean("\n\n  a  b \t\n\n\n\tc \n \n"), "  a  b\n\n\n\tc");
        assert_eq!(clean("\u{a0}"), "\u{a0}", "a no-break space is there on purpose");
        assert_eq!(
            clean("\u{202e}x\u{202c}\u{200d}\u{feff}\u{e000}"),
            "\u{202e}x\u{202c}\u{200d}\u{feff}\u{e000}"
        );
    }

    proptest! {
        #[test]
        fn signing_signed_text_again_changes_nothing(text in any::<String>()) {
            let once = clean(&text);
            prop_assert_eq!(clean(&once), once);
        }
    }
}
