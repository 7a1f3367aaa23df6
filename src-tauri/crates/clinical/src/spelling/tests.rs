use super::*;
use proptest::prelude::*;

const NOTES: &str = include_str!("../../../../../tests/fixtures/spelling/notes.txt");
const HELD_OUT: &str = include_str!("../../../../../tests/fixtures/spelling/held-out.txt");
const MISSPELT: &str = include_str!("../../../../../tests/fixtures/spelling/misspelt.tsv");

fn lines(file: &'static str) -> impl Iterator<Item = &'static str> {
    file.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty())
}

fn marked(text: &str) -> Vec<String> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let marks = check(text, Words::builtin(), &Accepted::new());
    marks.iter().map(|m| String::from_utf16(&units[m.start..m.end]).unwrap()).collect()
}

/// The share of right words that are marked: on prose from which words were added to the list, and on prose that nobody
/// looked at for that.
#[test]
fn clinical_prose_is_left_alone() {
    for (name, notes, most_of_1000) in [("notes", NOTES, 2), ("held out", HELD_OUT, 15)] {
        let words: usize = lines(notes).map(|line| words_of(line).count()).sum();
        let wrong: Vec<String> = lines(notes).flat_map(marked).collect();
        println!("{name}: {} of {words} words marked: {wrong:?}", wrong.len());
        assert!(wrong.len() * 1000 <= words * most_of_1000, "{name}: {} of {words}: {wrong:?}", wrong.len());
    }
}

#[test]
fn what_tired_clinicians_misspell_is_marked_and_the_right_word_is_suggested_first_or_soon() {
    let (mut rows, mut unseen, mut later, mut missed) = (0, Vec::new(), Vec::new(), Vec::new());
    for (wrong, right) in lines(MISSPELT).filter_map(|line| line.split_once('\t')) {
        rows += 1;
        if marked(wrong) != [wrong] {
            unseen.push(wrong);
            continue;
        }
        let offered = suggest(wrong, Words::builtin(), &Accepted::new());
        match offered.iter().position(|word| word == right) {
            Some(0) => {}
            Some(_) => later.push((wrong, offered)),
            None => missed.push((wrong, right, offered)),
        }
    }
    println!("{rows} rows; not marked: {unseen:?}\nnot the first: {later:?}\nnot offered: {missed:?}");
    assert!(unseen.len() * 50 <= rows, "not marked: {unseen:?}");
    assert!(missed.len() * 20 <= rows, "not offered: {missed:?}");
    assert!(later.len() * 8 <= rows, "not the first: {later:?}");
}

#[test]
fn what_is_no_word_is_never_marked() {
    for text in [
        "HTN, T2DM, COPD and NSAIDs; SpO2 98 %, 5mg q8h, A1c 8.1, HFpEF, mmHg",
        "https://portal.exampel.org/pateint?id=7 or wrtie@clinnic.org",
        "a b c x y, .stabel",
        "\u{645}\u{631}\u{62d}\u{628}\u{627} \u{60a8}\u{597d} \u{41f}\u{440}\u{438}\u{432}\u{435}\u{442} \u{1f600}",
        "the patient\u{2019}s mother doesn\u{2019}t smoke; non-tender; follow-up; and/or",
        "nonambulatory, postviral, neuromodulation, rechecks",
        "Sj\u{f6}gren, M\u{e9}ni\u{e8}re, caf\u{e9}-au-lait",
    ] {
        assert_eq!(marked(text), [] as [String; 0], "{text}");
    }
}

#[test]
fn marks_count_as_text_fields_do_and_a_word_that_was_added_is_right() {
    let text = "\u{1f600} Zorblax \u{e9}t\u{e9} and zorblax\u{2019}s";
    let marks = check(text, Words::builtin(), &Accepted::new());
    assert_eq!(marks[0], Mark { start: 3, end: 10 });
    assert!(marked(text).contains(&"zorblax\u{2019}s".to_owned()));
    let accepted = Accepted::from([addable(" Zorblax ").unwrap()]);
    assert_eq!(check("Zorblax ZORBLAXES zorblax's", Words::builtin(), &accepted).len(), 1);
    for no in ["two words", "x2", "HTN", "", "ab", &"a".repeat(MAX_WORD + 1)] {
        assert_eq!(addable(no), None, "{no}");
    }
}

#[test]
fn suggestions_keep_the_case_and_the_ending_and_come_from_added_words_too() {
    let ask = |word: &str, own: &[&str]| {
        suggest(word, Words::builtin(), &own.iter().map(|w| (*w).to_owned()).collect())
    };
    assert_eq!(ask("Hypertention", &[])[0], "Hypertension");
    assert_eq!(ask("HYPERTENTION", &[])[0], "HYPERTENSION");
    assert_eq!(ask("pateint\u{2019}s", &[])[0], "patient\u{2019}s");
    assert_eq!(ask("thepatient", &[])[0], "the patient");
    assert_eq!(ask("zorblaks", &["zorblax"])[0], "zorblax");
    assert_eq!(ask("qqqqqqqqqqqqqqqq", &[]), [] as [String; 0]);
    assert_eq!(ask("12", &[]), [] as [String; 0]);
}

#[test]
fn a_sites_file_names_the_line_that_is_no_word() {
    let good = "\u{feff}# of this clinic\r\n\r\nZorblax\r\nriverside\r\n";
    assert_eq!(read_site("words.txt", good).unwrap(), ["zorblax", "riverside"]);
    let error = read_site("words.txt", "zorblax\ntwo words\n").unwrap_err();
    assert_eq!((error.file.as_str(), error.line), ("words.txt", 2));
}

#[test]
fn the_embedded_list_is_the_one_whose_origin_is_written_down() {
    use sha2::Digest;
    let packed = sha2::Sha256::digest(include_bytes!("../../data/words.txt.gz"));
    let digest = crate::note::hex(&packed);
    assert!(include_str!("../../data/PROVENANCE.md").contains(&digest), "{digest}");
    let words: Vec<&str> = Words::builtin().all().map(|(_, word)| word).collect();
    assert!(words.is_sorted() && words.len() > 100_000);
    assert!(words.iter().step_by(997).all(|word| Words::builtin().level(word).is_some()));
}

proptest! {
    #[test]
    fn any_text_is_checked_and_marks_stand_in_order_on_words(text in "\\PC{0,200}|[a-zA-Z'\u{2019} .\u{1f600}\u{e9}-]{0,200}") {
        let units: Vec<u16> = text.encode_utf16().collect();
        let mut last = 0;
        for mark in check(&text, Words::builtin(), &Accepted::new()) {
            prop_assert!(last <= mark.start && mark.start < mark.end && mark.end <= units.len());
            last = mark.end;
            let word = String::from_utf16(&units[mark.start..mark.end]).unwrap();
            prop_assert!(!word.contains(char::is_whitespace) && word.chars().any(char::is_alphabetic));
            prop_assert!(!suggest(&word, Words::builtin(), &Accepted::new()).contains(&word));
        }
    }
}
