//! How likely a code is before anything is typed: common before exotic, usable before headings.

/// What the ranking knows about a row without a query.
pub struct Traits<'a> {
    /// Without the dot.
    pub code: &'a str,
    pub title: &'a str,
    pub words: usize,
    pub billable: bool,
    /// 0: not on the list of common diagnoses; 1: very common; 2: common.
    pub common: u8,
}

pub fn prior(row: &Traits) -> i16 {
    let mut worth = match row.common {
        1 => 90,
        2 => 60,
        _ => 0,
    };
    if row.billable {
        worth += 20;
    }
    if row.common == 0 {
        worth -= match row.code.as_bytes().first() {
            Some(b'V'..=b'Y') => 30,
            Some(b'O') => 25,
            Some(b'P') => 20,
            Some(b'Q' | b'Z') => 6,
            _ => 0,
        };
    }
    if row.title.contains("in diseases classified elsewhere") {
        worth -= 12;
    }
    if row.title.contains("ther specified") || row.title.starts_with("Other") {
        worth -= 6;
    } else if row.title.contains("nspecified") {
        worth += 6;
    }
    // What happens by itself before what somebody meant to do.
    if row.title.contains("accidental (unintentional)") {
        worth += 8;
    } else if row.title.contains("assault") || row.title.contains("self-harm") {
        worth -= 8;
    }
    // The plain form of a disease before its complications.
    if row.title.contains(" without ") || row.title.contains("uncomplicated") {
        worth += 14;
    }
    if row.title.ends_with("sequela") {
        worth -= 14;
    } else if row.title.contains("subsequent encounter") {
        worth -= 10;
    }
    worth - (2 * row.words.saturating_sub(3)).min(30) as i16
}
