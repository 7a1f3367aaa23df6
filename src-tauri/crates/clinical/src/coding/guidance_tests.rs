//! What the official list says about chosen diagnoses, against a table written by hand, and by rules
//! that must hold for any codes.

use std::fmt::Write;

use proptest::prelude::*;
use sha2::Digest;

use super::guidance::{Answer, exclusions, guidance};
use super::icd10::Table;
use super::tabular::{NoteKind, Notes};

const CASES: &str = include_str!("../../../../../tests/fixtures/coding/official-notes.tsv");

fn notes() -> &'static Notes {
    Notes::builtin()
}

fn with_titles<'c>(codes: &[&'c str]) -> Vec<(&'c str, &'static str)> {
    codes.iter().map(|c| (*c, Table::builtin().get(c).unwrap().title)).collect()
}

#[test]
fn the_notes_are_whole_and_the_file_is_the_one_whose_provenance_is_told() {
    let read = Notes::load().unwrap();
    assert_eq!(read.len(), 4_132);
    let count = |kind| read.iter().filter(|n| n.kind == kind).map(|n| n.lines.len()).sum::<usize>();
    let counts =
        [NoteKind::Excludes1, NoteKind::CodeFirst, NoteKind::UseAdditional, NoteKind::CodeAlso].map(count);
    assert_eq!(counts, [5_407, 809, 1_485, 655], "as many lines as the official file has");
    let mut hex = String::new();
    for byte in sha2::Sha256::digest(include_bytes!("../../data/icd10cm-2026-04.notes.tsv.gz")) {
        write!(hex, "{byte:02x}").unwrap();
    }
    assert!(include_str!("../../data/PROVENANCE.md").contains(&hex), "{hex}");
}

#[test]
fn nearly_every_excludes_1_line_names_codes_of_the_table() {
    let rows: Vec<String> = Table::builtin().iter().map(|c| c.code.replace('.', "")).collect();
    let lines = notes().iter().filter(|n| n.kind == NoteKind::Excludes1).flat_map(|n| &n.lines);
    let (mut words_only, mut nowhere) = (0, Vec::new());
    for line in lines {
        if line.codes.is_empty() {
            words_only += 1;
        }
        nowhere.extend(
            line.codes.iter().filter(|r| !rows.iter().any(|c| r.means(c))).map(|_| line.text.clone()),
        );
    }
    // 128 of the printed lines have no code at all; the rest have conditions that are not read.
    assert!(words_only <= 150, "{words_only} lines without codes");
    assert!(nowhere.len() <= 5, "{}:\n{}", nowhere.len(), nowhere.join("\n"));
}

#[test]
fn every_row_of_the_table_is_told() {
    let (mut wrong, mut count) = (Vec::new(), 0);
    for (i, line) in CASES.lines().enumerate().filter(|(_, l)| !l.is_empty() && !l.starts_with('#')) {
        count += 1;
        let fields: Vec<&str> = line.split('\t').collect();
        assert!(fields.len() == 4 && fields[3].len() > 5, "line {}: four fields, the last its source", i + 1);
        let codes: Vec<&str> = fields[0].split(' ').collect();
        let found: Vec<String> = exclusions(notes(), &codes)
            .iter()
            .map(|e| format!("{}/{}@{}", e.first, e.second, e.at))
            .collect();
        let found = if found.is_empty() { "none".to_owned() } else { found.join(",") };
        if found != fields[1] {
            wrong.push(format!("line {}: {found}, not {}", i + 1, fields[1]));
        }
        let told: Vec<String> = guidance(notes(), &with_titles(&codes))
            .iter()
            .map(|g| {
                let kind = match g.kind {
                    NoteKind::CodeFirst => "f",
                    NoteKind::UseAdditional => "a",
                    NoteKind::CodeAlso | NoteKind::Excludes1 => "c",
                };
                let answer = match &g.answer {
                    Answer::Open => "?".to_owned(),
                    Answer::Met(code) => code.clone(),
                    Answer::Before(code) => format!("<{code}"),
                    Answer::After(code) => format!(">{code}"),
                };
                format!("{}:{kind}={answer}", g.code)
            })
            .collect();
        for expected in fields[2].split(',').filter(|e| *e != "-") {
            if !told.iter().any(|t| t == expected) {
                wrong.push(format!("line {}: {expected} not in {told:?}", i + 1));
            }
        }
    }
    assert!(count >= 35, "{count} cases");
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_note_is_told_as_it_is_printed_with_the_heading_of_its_list() {
    let found = exclusions(notes(), &["N39.0", "N30.00"]);
    assert_eq!(found[0].note, "urinary tract infection of specified site, such as: … cystitis (N30.-)");
    let told = guidance(notes(), &with_titles(&["F02.80"]));
    assert!(told[0].never_first && told[0].lines[0].0 == "the underlying physiological condition, such as:");
    assert!(told[0].lines.iter().any(|(_, codes)| codes == &["G30"]));
    assert!(!guidance(notes(), &with_titles(&["N18.30"]))[0].never_first);
}

/// Any code of the table, by its row.
fn code() -> impl Strategy<Value = &'static str> {
    (0..Table::builtin().len()).prop_map(|row| Table::builtin().iter().nth(row).unwrap().code)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_pair_is_told_in_any_order_and_whatever_else_is_chosen(a in code(), b in code(), c in code()) {
        let pairs = |codes: &[&str]| -> Vec<(String, String)> {
            let mut found: Vec<_> = exclusions(notes(), codes)
                .into_iter()
                .map(|e| if e.first < e.second { (e.first, e.second) } else { (e.second, e.first) })
                .collect();
            found.sort();
            found
        };
        let two = pairs(&[a, b]);
        prop_assert_eq!(&two, &pairs(&[b, a]));
        let three = pairs(&[a, c, b]);
        prop_assert!(two.iter().all(|pair| three.contains(pair)));
        prop_assert!(exclusions(notes(), &[a]).is_empty() && exclusions(notes(), &[a, a]).is_empty());
    }

    #[test]
    fn what_holds_for_a_code_holds_for_its_children(a in code(), b in code()) {
        // Only where the note is above both: a child's own notes may say more, never less.
        let before = exclusions(notes(), &[a, b]).len();
        if let Some(child) = Table::builtin().children(a).first()
            && !b.starts_with(a)
            && before > 0
        {
            let after = exclusions(notes(), &[child.code, b]);
            let own = exclusions(notes(), &[b, a]);
            // The other code's note may name the parent's siblings only by a condition on a later character.
            prop_assert!(!after.is_empty() || own.is_empty(), "{} {}: {:?}", child.code, b, own);
        }
    }

    #[test]
    fn a_code_listed_by_a_note_is_found_again(row in 0_usize..4_132, at in 0_usize..64) {
        let note = notes().iter().nth(row).unwrap();
        let place = note.at.split('-').next().unwrap();
        let line = &note.lines[at % note.lines.len()];
        let Some(own) = Table::builtin().get(place) else { return Ok(()) };
        let Some(named) = line.codes.iter().find_map(|r| Table::builtin().get(&r.stem()?)) else { return Ok(()) };
        if note.kind == NoteKind::Excludes1 && own.code != named.code {
            let own_plain = own.code.replace('.', "");
            let itself = line.codes.iter().any(|r| r.means(&own_plain));
            prop_assert!(itself || !exclusions(notes(), &[own.code, named.code]).is_empty(), "{} {}", own.code, named.code);
        }
    }
}
