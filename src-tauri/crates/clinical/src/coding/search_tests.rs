//! What a clinician may type, and what must come back.

use std::fmt::Write;

use jiff::civil::date;
use proptest::prelude::*;
use sha2::Digest;

use super::icd10::{Code, Table};

const QUERIES: &str = include_str!("../../../../../tests/fixtures/coding/queries.tsv");

fn table() -> &'static Table {
    Table::builtin()
}

fn codes(query: &str, preferred: &[&str], limit: usize) -> Vec<&'static str> {
    table().search(query, preferred, limit).iter().map(|h| h.code).collect()
}

#[test]
fn the_table_is_whole() {
    assert_eq!(Table::load().err(), None);
    assert_eq!(table().len(), 98_186);
    assert_eq!(table().iter().filter(|c| c.billable).count(), 74_719);
    assert_eq!(table().label(), "ICD-10-CM 2026 (April)");
    for code in table().iter() {
        assert!(!code.title.is_empty() && code.code.len() >= 3, "{code:?}");
        assert_eq!(code.billable, table().children(code.code).is_empty(), "{code:?}");
    }
}

#[test]
fn the_embedded_file_is_the_one_whose_provenance_is_told() {
    let packed = sha2::Sha256::digest(include_bytes!("../../data/icd10cm-2026-04.tsv.gz"));
    let mut hex = String::new();
    for byte in packed {
        write!(hex, "{byte:02x}").unwrap();
    }
    assert!(include_str!("../../data/PROVENANCE.md").contains(&hex), "{hex}");
}

#[test]
fn a_code_is_found_with_or_without_the_dot_in_any_case() {
    let title = "Type 2 diabetes mellitus with hyperglycemia";
    for typed in ["E11.65", "E1165", "e11.65", " e1165 "] {
        assert_eq!(table().get(typed), Some(Code { code: "E11.65", title, billable: true }), "{typed}");
    }
    for typed in ["", "E", "E11.6666", "E11.65.1.2.3.4", "ÄÖÜ", "E11-65", "E11.65XXXX"] {
        assert_eq!(table().get(typed), None, "{typed}");
    }
}

#[test]
fn injury_codes_have_their_seventh_character_and_the_whole_title() {
    let title = "Fracture of unspecified part of neck of right femur, initial encounter for closed fracture";
    assert_eq!(table().get("S72001A"), Some(Code { code: "S72.001A", title, billable: true }));
    assert_eq!(table().get("S72.001").map(|c| c.billable), Some(false));
    assert_eq!(table().get("T78.40XA").map(|c| c.title), Some("Allergy, unspecified, initial encounter"));
    let open =
        "Unspecified fracture of shaft of right ulna, initial encounter for open fracture type I or II";
    assert_eq!(table().get("S52.201B").map(|c| c.title), Some(open));
}

#[test]
fn children_and_parents_follow_the_official_order() {
    let below: Vec<_> = table().children("N18.3").iter().map(|c| c.code).collect();
    assert_eq!(below, ["N18.30", "N18.31", "N18.32"]);
    assert_eq!(table().parent("N18.30").map(|c| c.code), Some("N18.3"));
    assert_eq!(table().parent("N18").map(|c| c.code), None);
    assert_eq!(table().parent("T78.40XA").map(|c| c.code), Some("T78.40"));
    assert!(table().children("I10").is_empty());
    assert_eq!(table().children("E11").len(), 10);
}

#[test]
fn the_edition_covers_april_to_september_2026_and_says_so_otherwise() {
    let (first, last) = (date(2026, 4, 1), date(2026, 9, 30));
    assert!(table().covers(first) && table().covers(last));
    assert_eq!(table().warning(last), None);
    let after = table().warning(date(2026, 10, 1)).unwrap();
    assert!(after.contains("fiscal year 2027") && after.contains("2026-09-30"), "{after}");
    assert!(table().warning(date(2026, 3, 31)).unwrap().contains("October 2025"));
    assert!(table().warning(date(2025, 3, 31)).unwrap().contains("fiscal year 2025"));
}

#[test]
fn typical_queries_find_what_was_meant_among_the_first_five() {
    let mut wrong = Vec::new();
    let cases = QUERIES.lines().filter(|l| !l.is_empty() && !l.starts_with('#'));
    let mut count = 0;
    for line in cases {
        count += 1;
        let (query, expected) = line.split_once('\t').unwrap();
        let found = codes(query, &[], 5);
        for code in expected.split(',') {
            let met = match code.strip_prefix('=') {
                Some(first) => found.first() == Some(&first),
                None => found.contains(&code),
            };
            if !met {
                wrong.push(format!("{query}: {code} not in {found:?}"));
            }
        }
    }
    assert!(count > 100);
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn results_show_from_the_second_letter_on() {
    let without_typos = QUERIES.split("# typos").next().unwrap();
    for line in without_typos.lines().filter(|l| !l.starts_with('#')) {
        let query = line.split('\t').next().unwrap();
        for (end, _) in query.char_indices().skip(1) {
            assert!(!codes(&query[..end], &[], 5).is_empty(), "nothing for '{}'", &query[..end]);
        }
    }
}

#[test]
fn the_problem_list_comes_first() {
    let hits = table().search("diabetes", &["E11.65", "I10"], 5);
    assert_eq!(hits[0].code, "E11.65");
    assert!(hits[0].preferred && !hits[1].preferred);
    assert_eq!(hits[1].code, "E11.9");
    assert!(hits.iter().all(|h| h.code != "I10"));
    assert_eq!(codes("e11", &["E11.65"], 3), ["E11.65", "E11", "E11.9"]);
}

#[test]
fn nothing_typed_gives_the_problem_list() {
    assert_eq!(codes("", &["I10", "e1165", "nonsense", "I10"], 9), ["I10", "E11.65"]);
    assert!(codes("  ", &[], 9).is_empty());
}

#[test]
fn usable_codes_come_before_their_category() {
    let found = codes("type 2 diabetes", &[], 50);
    let place = |code| found.iter().position(|c| *c == code);
    assert!(place("E11.9") < place("E11.00") || place("E11.00").is_none());
    assert!(place("E11.9") < place("E11"));
    // Even where the category's title is exactly what was typed.
    assert_eq!(codes("myasthenia gravis", &[], 3)[0], "G70.00");
    assert_eq!(codes("sprain of ankle", &[], 3)[0], "S93.409A");
}

#[test]
fn words_may_come_in_any_order_and_unfinished() {
    for query in ["chronic kidney stage 3", "stage 3 chron kidn", "kidney chronic 3 stage"] {
        assert!(codes(query, &[], 5).contains(&"N18.30"), "{query}: {:?}", codes(query, &[], 5));
    }
}

#[test]
fn a_word_that_fits_nothing_does_not_hide_the_rest() {
    assert!(codes("persistent cough qqqqqq", &[], 5).iter().any(|c| c.starts_with("R05")));
}

#[test]
fn short_words_are_not_bent() {
    assert!(codes("zqx", &[], 5).is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_text_is_searched_without_harm(query in ".{0,60}", limit in 0_usize..30) {
        let hits = table().search(&query, &["E11.9", "I10"], limit);
        prop_assert!(hits.len() <= limit);
        for hit in hits {
            let code = table().get(hit.code).unwrap();
            prop_assert_eq!((code.title, code.billable), (hit.title, hit.billable));
            prop_assert_eq!(hit.preferred, ["E11.9", "I10"].contains(&hit.code));
        }
    }

    #[test]
    fn any_words_are_searched_without_harm(
        query in "(htn|dm|ckd|type|2|e11\\.|s72\\.0|fracture|of|with|[a-z]{1,9}| |-|\\.|\t){0,14}",
        limit in 0_usize..30,
    ) {
        let mut seen = table().search(&query, &[], limit);
        prop_assert!(seen.len() <= limit);
        seen.sort_by_key(|h| h.code);
        let before = seen.len();
        seen.dedup_by_key(|h| h.code);
        prop_assert_eq!(seen.len(), before);
        prop_assert!(seen.iter().all(|h| table().get(h.code).is_some()));
    }
}
