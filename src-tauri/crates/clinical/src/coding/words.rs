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
}
