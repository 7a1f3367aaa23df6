//! Text in and out of HL7: delimiters, escapes (chapter 2.7), segments.

/// What ends a segment, or frames a message (MLLP).
pub(crate) const ENDS: [char; 4] = ['\r', '\n', '\u{b}', '\u{1c}'];
/// A component of only this asks the receiver to delete its value (chapter 2.5.3).
const DELETE: &str = "\"\"";

/// MSH-1 and MSH-2.
#[derive(Clone, Copy)]
pub(crate) struct Delimiters {
    pub field: char,
    pub component: char,
    pub repetition: char,
    pub escape: char,
    pub subcomponent: char,
}

/// Ours.
pub(crate) const STANDARD: Delimiters =
    Delimiters { field: '|', component: '^', repetition: '~', escape: '\\', subcomponent: '&' };

impl Delimiters {
    /// Those of a message, by its MSH. What MSH-2 does not name is as usual.
    pub fn of(segment: &str) -> Option<Self> {
        let mut chars = segment.strip_prefix("MSH")?.chars();
        let field = chars.next().filter(|c| !c.is_alphanumeric() && !c.is_whitespace() && !c.is_control())?;
        let mut named = chars.take_while(|c| *c != field);
        let mut next = |usual| named.next().unwrap_or(usual);
        Some(Self {
            field,
            component: next(STANDARD.component),
            repetition: next(STANDARD.repetition),
            escape: next(STANDARD.escape),
            subcomponent: next(STANDARD.subcomponent),
        })
    }

    /// A text as one component. Fields have no lines: what ends one, and a tab, is a blank; other control characters
    /// are dropped.
    pub fn escaped(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        if text == DELETE {
            return out;
        }
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '\r' if chars.peek() == Some(&'\n') => {}
                '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push(' '),
                c if c.is_control() => {}
                c => match self.letter(c) {
                    Some(letter) => out.extend([self.escape, letter, self.escape]),
                    None => out.push(c),
                },
            }
        }
        if out == DELETE { String::new() } else { out }
    }

    /// How a delimiter is called in an escape.
    fn letter(&self, c: char) -> Option<char> {
        let named = [
            (self.escape, 'E'),
            (self.field, 'F'),
            (self.component, 'S'),
            (self.subcomponent, 'T'),
            (self.repetition, 'R'),
        ];
        named.into_iter().find(|(delimiter, _)| *delimiter == c).map(|(_, letter)| letter)
    }

    /// A field as plain text. What is no escape that we know stays as it stands.
    pub fn plain(&self, field: &str) -> String {
        let mut out = String::with_capacity(field.len());
        let mut rest = field;
        while let Some((before, after)) = rest.split_once(self.escape) {
            out.push_str(before);
            let meant = after.split_once(self.escape).and_then(|(code, on)| Some((self.meaning(code)?, on)));
            if let Some((meaning, on)) = meant {
                out.push_str(&meaning);
                rest = on;
            } else {
                out.push(self.escape);
                rest = after;
            }
        }
        out + rest
    }

    fn meaning(&self, code: &str) -> Option<String> {
        Some(match code {
            "F" => self.field.into(),
            "S" => self.component.into(),
            "T" => self.subcomponent.into(),
            "R" => self.repetition.into(),
            "E" => self.escape.into(),
            "H" | "N" => String::new(),
            ".br" | ".sp" => "\n".to_owned(),
            _ => return hexadecimal(code.strip_prefix('X')?),
        })
    }
}

/// `C3A9` is `é`.
fn hexadecimal(digits: &str) -> Option<String> {
    let digits: Vec<u8> = digits.chars().map(|c| Some(c.to_digit(16)? as u8)).collect::<Option<_>>()?;
    if digits.is_empty() || digits.len() % 2 == 1 {
        return None;
    }
    String::from_utf8(digits.chunks(2).map(|pair| pair.iter().fold(0, |byte, d| byte * 16 + d)).collect())
        .ok()
}

/// A segment that is being written. It ends with the last field that holds something.
pub(crate) struct Segment {
    line: String,
    at: usize,
}

impl Segment {
    pub fn named(name: &str) -> Self {
        Self { line: name.to_owned(), at: 0 }
    }

    /// MSH with its first two fields.
    pub fn header() -> Self {
        let Delimiters { field, component, repetition, escape, subcomponent } = STANDARD;
        Self { line: format!("MSH{field}{component}{repetition}{escape}{subcomponent}"), at: 2 }
    }

    /// A field by its number; `value` is escaped already. Fields come in their order.
    pub fn with(mut self, number: usize, value: &str) -> Self {
        debug_assert!(number > self.at, "{number} after {}", self.at);
        if !value.is_empty() {
            self.line.extend(std::iter::repeat_n(STANDARD.field, number.saturating_sub(self.at)));
            self.line.push_str(value);
            self.at = number;
        }
        self
    }

    pub fn end(self) -> String {
        self.line + "\r"
    }
}

/// A field of these components, each of them plain text.
pub(crate) fn components<const N: usize>(texts: [&str; N]) -> String {
    let escaped = texts.map(|text| STANDARD.escaped(text));
    joined(&escaped, STANDARD.component)
}

/// A field of these repetitions.
pub(crate) fn repetitions(fields: impl IntoIterator<Item = String>) -> String {
    let there: Vec<String> = fields.into_iter().filter(|field| !field.is_empty()).collect();
    joined(&there, STANDARD.repetition)
}

fn joined(parts: &[String], delimiter: char) -> String {
    parts.join(delimiter.encode_utf8(&mut [0; 4])).trim_end_matches(delimiter).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn delimiters_in_a_text_are_escaped() {
        assert_eq!(STANDARD.escaped(r"a|b^c&d~e\f"), r"a\F\b\S\c\T\d\R\e\E\f");
        assert_eq!(STANDARD.plain(r"a\F\b\S\c\T\d\R\e\E\f"), r"a|b^c&d~e\f");
    }

    #[test]
    fn a_text_stays_in_its_field_whatever_ends_a_line_in_it() {
        assert_eq!(STANDARD.escaped("a\r\nb\rc\nd\u{b}e\u{85}f\u{2028}g\th"), "a b c d e f g h");
        assert_eq!(STANDARD.escaped("a\u{0}b\u{1c}c\u{7f}\u{9f}"), "abc");
    }

    #[test]
    fn a_text_never_asks_for_deletion() {
        for text in ["\"\"", "\u{0}\"\"", "\"\u{1}\""] {
            assert_eq!(STANDARD.escaped(text), "", "{text:?}");
        }
        assert_eq!(STANDARD.escaped("\"\" "), "\"\" ");
    }

    #[test]
    fn what_is_no_escape_stays_as_it_stands() {
        for text in [r"C:\Temp\x", r"\", r"\\", r"\E", r"\XA\", r"\XFF\", r"\X\", r"\Xé\", r"\Z1\"] {
            assert_eq!(STANDARD.plain(text), text);
        }
        assert_eq!(STANDARD.plain(r"\H\new\N\ \.br\line \XC3A9\ \C:\E\"), "new \nline é \\C:\\");
    }

    #[test]
    fn a_message_says_what_its_delimiters_are() {
        let other = Delimiters::of("MSH#*+!%#x").unwrap();
        assert_eq!(other.plain("a!F!b!S!c!T!d!R!e!E!f"), "a#b*c%d+e!f");
        let short = Delimiters::of("MSH|^|x").unwrap();
        assert_eq!((short.component, short.escape), ('^', '\\'));
        for line in ["MSH", "MSHA^", "MSH ", "PID|1"] {
            assert!(Delimiters::of(line).is_none(), "{line}");
        }
    }

    proptest! {
        #[test]
        fn a_text_comes_back_but_for_its_control_characters(text in r#"[|^&~\\a-dé "]{0,20}"#) {
            let kept = if text == DELETE { "" } else { text.as_str() };
            prop_assert_eq!(STANDARD.plain(&STANDARD.escaped(&text)), kept);
        }
    }
}
