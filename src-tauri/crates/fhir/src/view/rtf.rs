//! RTF as text: words, line breaks and characters; fonts, styles, pictures and everything else left out.
//! Control words as in Microsoft's "Rich Text Format (RTF) Specification", version 1.9.1.

/// Deepest level of groups; what is nested deeper is left out.
const DEEPEST: usize = 64;

/// Destinations whose content is no text of the document.
const HIDDEN: &[&str] = &[
    "fonttbl",
    "colortbl",
    "stylesheet",
    "info",
    "pict",
    "object",
    "header",
    "footer",
    "headerl",
    "headerr",
    "footerl",
    "footerr",
    "listtable",
    "listoverridetable",
    "generator",
    "themedata",
    "datastore",
    "xmlnstbl",
    "rsidtbl",
    "latentstyles",
    "filetbl",
    "fldinst",
];

/// The words of a document that begins with `{\rtf`; `None` for anything else.
pub fn words(bytes: &[u8]) -> Option<String> {
    let body = bytes.strip_prefix(b"{\\").filter(|body| body.starts_with(b"rtf"))?;
    let (_, _, mut rest) = control(body);
    let mut out = String::new();
    // For each open group: whether it is hidden, and how many characters stand for one `\u`.
    let mut groups = vec![(false, 1_usize)];
    let mut skip = 0_usize;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        let (hidden, uc) = groups.last().copied().unwrap_or((true, 1));
        match byte {
            b'{' => {
                // `{\*\word`: a destination that only some readers know.
                let is_hidden = hidden || groups.len() >= DEEPEST || rest.starts_with(b"\\*");
                groups.push((is_hidden, uc));
            }
            b'}' => {
                groups.pop();
                if groups.is_empty() {
                    break;
                }
            }
            b'\\' => {
                let (control, number, left) = control(rest);
                rest = left;
                match (control.as_str(), number) {
                    ("'", Some(code)) => put(&mut out, hidden, &mut skip, windows_1252(code)),
                    ("u", Some(code)) => {
                        // Negative numbers stand for code points above 32767.
                        let code = u32::try_from(if code < 0 { code + 65_536 } else { code }).ok();
                        skip = 0;
                        put(&mut out, hidden, &mut skip, code.and_then(char::from_u32).unwrap_or('\u{fffd}'));
                        skip = uc;
                    }
                    ("uc", Some(n)) => {
                        if let Some(group) = groups.last_mut() {
                            group.1 = usize::try_from(n).unwrap_or(1).min(8);
                        }
                    }
                    ("bin", Some(n)) => {
                        rest = rest.get(usize::try_from(n).unwrap_or(0)..).unwrap_or_default();
                    }
                    ("par" | "line" | "sect" | "page" | "row", _) => put(&mut out, hidden, &mut 0, '\n'),
                    ("tab" | "cell", _) => put(&mut out, hidden, &mut 0, '\t'),
                    ("~", _) => put(&mut out, hidden, &mut skip, '\u{a0}'),
                    ("\\" | "{" | "}", _) => {
                        put(&mut out, hidden, &mut skip, control.chars().next().unwrap_or(' '));
                    }
                    (
                        dash @ ("emdash" | "endash" | "bullet" | "lquote" | "rquote" | "ldblquote"
                        | "rdblquote"),
                        _,
                    ) => {
                        let mark = match dash {
                            "emdash" => '—',
                            "endash" => '–',
                            "bullet" => '•',
                            "lquote" => '‘',
                            "rquote" => '’',
                            "ldblquote" => '“',
                            _ => '”',
                        };
                        put(&mut out, hidden, &mut 0, mark);
                    }
                    (word, _) if HIDDEN.contains(&word) => {
                        if let Some(group) = groups.last_mut() {
                            group.0 = true;
                        }
                    }
                    _ => {}
                }
            }
            b'\r' | b'\n' => {}
            plain => put(&mut out, hidden, &mut skip, windows_1252(i32::from(plain))),
        }
    }
    Some(out)
}

fn put(out: &mut String, hidden: bool, skip: &mut usize, character: char) {
    if *skip > 0 {
        *skip -= 1;
    } else if !hidden {
        out.push(character);
    }
}

/// A control word or symbol after its backslash: name, number, and what follows.
fn control(text: &[u8]) -> (String, Option<i32>, &[u8]) {
    let letters = text.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    if letters == 0 {
        let Some((&symbol, rest)) = text.split_first() else { return (String::new(), None, text) };
        if symbol == b'\'' {
            let hex = rest.get(..2).and_then(|h| std::str::from_utf8(h).ok());
            let code = hex.and_then(|h| i32::from_str_radix(h, 16).ok());
            return ("'".to_owned(), code, rest.get(2..).unwrap_or_default());
        }
        return (char::from(symbol).to_string(), None, rest);
    }
    let name = String::from_utf8_lossy(&text[..letters]).into_owned();
    let rest = &text[letters..];
    let signed = usize::from(rest.first() == Some(&b'-'));
    let digits = rest[signed..].iter().take_while(|b| b.is_ascii_digit()).count();
    let end = if digits == 0 { 0 } else { signed + digits };
    let number = std::str::from_utf8(&rest[..end]).ok().and_then(|n| n.parse().ok());
    let rest = &rest[end..];
    (name, number, rest.strip_prefix(b" ").unwrap_or(rest))
}

/// The upper half of Windows-1252, which RTF calls `ansi`.
pub(super) fn windows_1252(code: i32) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{fffd}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{fffd}', 'Ž', '\u{fffd}',
        '\u{fffd}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{fffd}', 'ž', 'Ÿ',
    ];
    let Ok(code) = u8::try_from(code) else { return '\u{fffd}' };
    match code {
        0x80..=0x9f => HIGH[usize::from(code - 0x80)],
        _ => char::from(code),
    }
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn words_breaks_and_characters_come_through_and_nothing_else() {
        let rtf = br"{\rtf1\ansi{\fonttbl{\f0 Arial;}}{\*\generator X;}\pard\b Plan\b0\par Recheck A1c \endash  3 mo\par
caf\'e9 \u8804?5 \{x\}{\pict 0102ff}\tab end}";
        assert_eq!(words(rtf).unwrap(), "Plan\nRecheck A1c – 3 mo\ncafé ≤5 {x}\tend");
    }

    #[test]
    fn what_is_no_rtf_or_broken_does_no_harm() {
        assert_eq!(words(b"plain"), None);
        for broken in
            [&b"{\\rtf1 a\\"[..], b"{\\rtf1 \\'", b"{\\rtf1 \\bin99999999 x", b"{\\rtf1 }}}} x", b"{\\rtf"]
        {
            assert!(words(broken).is_some());
        }
        let deep = [b"{\\rtf1 ".to_vec(), b"{".repeat(100_000), b"deep".to_vec()].concat();
        assert_eq!(words(&deep).unwrap(), "");
    }
}
