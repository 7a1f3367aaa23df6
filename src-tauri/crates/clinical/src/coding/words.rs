//! Splits titles and queries into the words that are compared.

/// Lower case, accents and apostrophes gone, everything else that is no letter or digit a space.
/// Appends to `out`, so that one buffer serves many titles.
pub fn fold_into(text: &str, out: &mut String) {
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_lowercase());
        } else if c.is_ascii() {
            if c != '\'' {
                out.push(' ');
            }
        } else {
            fold_beyond_ascii(c, out);
        }
    }
}

fn fold_beyond_ascii(c: char, out: &mut String) {
    let plain = match c {
        'à'..='å' | 'À'..='Å' => 'a',
        'ç' | 'Ç' => 'c',
        'è'..='ë' | 'È'..='Ë' => 'e',
        'ì'..='ï' | 'Ì'..='Ï' => 'i',
        'ñ' | 'Ñ' => 'n',
        'ò'..='ö' | 'ø' | 'Ò'..='Ö' | 'Ø' => 'o',
        'ù'..='ü' | 'Ù'..='Ü' => 'u',
        '\u{2018}' | '\u{2019}' => return,
        _ if c.is_alphanumeric() => {
            out.extend(c.to_lowercase());
            return;
        }
        _ => ' ',
    };
    out.push(plain);
}

pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold_into(text, &mut out);
    out
}

/// Words that say nothing about which code is meant.
pub fn is_filler(word: &str) -> bool {
    matches!(
        word,
        "a" | "an" | "and" | "at" | "by" | "for" | "from" | "in" | "of" | "on" | "or" | "the" | "to" | "with"
    )
}

/// Whether the word `w`, or the beginning of it, is the typed `t` after one edit: a letter wrong, missing,
/// too many, or two swapped.
pub fn one_edit_from(t: &[u8], w: &[u8]) -> bool {
    if w.len() + 1 < t.len() {
        return false;
    }
    let same = t.iter().zip(w).take_while(|(a, b)| a == b).count();
    let rest_t = |n: usize| t.get(same + n..);
    let rest_w = |n: usize| w.get(same + n..);
    let begins = |long: Option<&[u8]>, short: Option<&[u8]>| match (long, short) {
        (Some(long), Some(short)) => long.starts_with(short),
        _ => false,
    };
    let swapped = same + 1 < t.len() && t.get(same) == w.get(same + 1) && t.get(same + 1) == w.get(same);
    begins(rest_w(1), rest_t(1))
        || begins(rest_w(1), rest_t(0))
        || begins(rest_w(0), rest_t(1))
        || (swapped && begins(rest_w(2), rest_t(2)))
}

/// How a word sounds, roughly: consonants only, spellings of one sound made one. Two words that sound
/// alike have the same key; one that is too short says nothing.
pub fn sound(word: &str) -> Option<String> {
    const SPELLINGS: [(&str, &str); 26] = [
        ("tion", "sn"),
        ("sion", "sn"),
        ("cion", "sn"),
        ("tious", "ss"),
        ("cious", "ss"),
        ("sch", "sk"),
        ("tch", "k"),
        ("dge", "j"),
        ("ph", "f"),
        ("gh", ""),
        ("ck", "k"),
        ("ch", "k"),
        ("sh", "s"),
        ("th", "t"),
        ("rh", "r"),
        ("tz", "s"),
        ("sc", "s"),
        ("x", "ks"),
        ("q", "k"),
        ("z", "s"),
        ("ce", "s"),
        ("ci", "s"),
        ("cy", "s"),
        ("ge", "j"),
        ("gi", "j"),
        ("gy", "j"),
    ];
    const SILENT: [(&str, &str); 6] =
        [("pn", "n"), ("kn", "n"), ("gn", "n"), ("ps", "s"), ("wr", "r"), ("pt", "t")];
    let mut rest = word;
    let mut key = String::new();
    for (spelt, said) in SILENT {
        if let Some(after) = word.strip_prefix(spelt) {
            key.push_str(said);
            rest = after;
        }
    }
    let mut begun = !key.is_empty();
    while let Some(letter) = rest.chars().next() {
        if let Some((spelt, said)) = SPELLINGS.iter().find(|(spelt, _)| rest.starts_with(spelt)) {
            key.push_str(said);
            rest = rest.get(spelt.len()..).unwrap_or("");
        } else {
            match letter {
                'a' | 'e' | 'i' | 'o' | 'u' | 'y' if begun => {}
                'a' | 'e' | 'i' | 'o' | 'u' | 'y' => key.push('a'),
                'h' | 'w' if begun => {}
                'c' => key.push('k'),
                other => key.push(other),
            }
            rest = rest.get(letter.len_utf8()..).unwrap_or("");
        }
        begun = true;
    }
    let mut letters: Vec<char> = key.chars().collect();
    letters.dedup();
    (letters.len() >= 3).then(|| letters.into_iter().collect())
}

/// Whether the two words are at most two edits apart (a letter wrong, missing, too many, or two
/// swapped), from the same first letter on.
pub fn two_edits_from(t: &[u8], w: &[u8]) -> bool {
    if t.len().abs_diff(w.len()) > 2 || t.first() != w.first() {
        return false;
    }
    let (mut before, mut above) = (vec![0_u8; w.len() + 1], (0..=w.len() as u8).collect::<Vec<u8>>());
    for i in 1..=t.len() {
        let mut row = vec![i as u8; w.len() + 1];
        for j in 1..=w.len() {
            let wrong = above[j - 1] + u8::from(t[i - 1] != w[j - 1]);
            row[j] = wrong.min(above[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && t[i - 1] == w[j - 2] && t[i - 2] == w[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        if row.iter().min().is_some_and(|least| *least > 2) {
            return false;
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().is_some_and(|edits| *edits <= 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_drops_case_accents_and_apostrophes() {
        assert_eq!(fold("Ménière's disease, COVID-19"), "menieres disease  covid 19");
        assert_eq!(fold("Crohn’s"), "crohns");
    }

    #[test]
    fn one_edit_is_a_wrong_missing_extra_or_swapped_letter() {
        for typed in ["hypertention", "hypertesion", "hyperrtension", "hypertnesion", "hypetens"] {
            assert!(one_edit_from(typed.as_bytes(), b"hypertension"), "{typed}");
        }
        for typed in ["hipertention", "hypotonsion", "xxhypertension"] {
            assert!(!one_edit_from(typed.as_bytes(), b"hypertension"), "{typed}");
        }
    }

    #[test]
    fn words_that_sound_alike_have_one_key() {
        for (typed, meant) in [
            ("numonia", "pneumonia"),
            ("skitzofrenia", "schizophrenia"),
            ("hemmoroids", "hemorrhoids"),
            ("soriasis", "psoriasis"),
            ("neuropothy", "neuropathy"),
        ] {
            assert_eq!(sound(typed), sound(meant), "{typed}");
        }
        assert_ne!(sound("gastritis"), sound("arthritis"));
        assert_eq!(sound("eye"), None);
    }

    #[test]
    fn two_edits_are_counted_from_the_same_first_letter_on() {
        assert!(
            two_edits_from(b"diarhea", b"diarrhea") && two_edits_from(b"diverticulitus", b"diverticulitis")
        );
        assert!(two_edits_from(b"alzhiemers", b"alzheimers"));
        assert!(
            !two_edits_from(b"hypertension", b"hypotension")
                || two_edits_from(b"hyprtensoin", b"hypertension")
        );
        assert!(!two_edits_from(b"gastritis", b"arthritis"));
    }
}
