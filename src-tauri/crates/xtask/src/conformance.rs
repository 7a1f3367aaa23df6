//! `src-tauri/docs/smart-conformance.md` held against the list of requirements and against the tests
//! that ran: every requirement has exactly one row, every test that a row names passed.

use crate::ran::{self, Passed};
use crate::{root, say};
use std::collections::{BTreeMap, BTreeSet};

const DOCUMENT: &str = "src-tauri/docs/smart-conformance.md";
/// The list itself is test equipment that stands beside the repository, not in it.
const LIST: &str = "../shared/data/smart-client-requirements.csv";
/// The numbers of the SMART App Launch 2.2 requirements on a client, by their word.
const REQUIREMENTS: [(&str, &str); 5] = [
    (
        "SHALL",
        "1-4 13 20-23 29 32-37 39-42 44-45 47 50-52 60-62 64 67-71 93 105-106 108 120-122 124-125 132 135 137 \
         141 143 146 150-153 155-156 161 166 191 196 201-202 215-216 218-220 225-227 229-230 232-238 264 270 \
         290-291 293-295 298 301-302 307-309 313-315 317-323 325 327-334 345 379 415-416",
    ),
    ("SHALL NOT", "5-7 63 72 211"),
    ("SHOULD", "8-9 11-12 46 65 90 98 117 131 133 147-148 157 193 239 263 268 292 299 303 413-414 425-426"),
    ("SHOULD NOT", "10 97 267"),
    ("MAY", "43 66 107 158 162 195 242 300 304 312 324 343 375 420 435"),
];
/// The counts in the head of the document stand between these.
const COUNTS: (&str, &str) = ("<!-- counts -->\n", "<!-- /counts -->");

/// By number: SHALL, SHALL NOT, SHOULD, SHOULD NOT, MAY.
type Words = BTreeMap<u32, String>;

/// `cargo xtask conformance`: with the tests that the last runs left.
pub fn conformance() -> Result<(), String> {
    let words = words();
    match std::fs::read(root().join(LIST)) {
        Ok(list) if of_list(&list)? == words => say(&format!("as {LIST} has them")),
        Ok(_) => return Err(format!("the requirements of {LIST} are others than those that are checked")),
        Err(_) => say(&format!("{LIST} is not here; the numbers are checked all the same")),
    }
    let document = std::fs::read_to_string(root().join(DOCUMENT)).map_err(|e| format!("{DOCUMENT}: {e}"))?;
    let wrong = check(&document, &words, &ran::passed()?);
    if wrong.is_empty() {
        say(&format!("{} requirements, each with its row; the tests that the rows name passed", words.len()));
        return Ok(());
    }
    Err(format!("{DOCUMENT}:\n  {}", wrong.join("\n  ")))
}

fn words() -> Words {
    let numbers = |text: &str| -> Vec<u32> {
        let one = |text: &str| text.parse().unwrap_or_default();
        text.split(' ')
            .flat_map(|part| part.split_once('-').map_or(one(part)..=one(part), |(a, b)| one(a)..=one(b)))
            .collect()
    };
    let all = REQUIREMENTS.iter();
    all.flat_map(|(word, text)| numbers(text).into_iter().map(|n| (n, (*word).to_owned()))).collect()
}

fn of_list(list: &[u8]) -> Result<Words, String> {
    let mut reader = csv::Reader::from_reader(list);
    let records = reader.records().map(|record| {
        let record = record.map_err(|e| format!("{LIST}: {e}"))?;
        let number = record.get(0).and_then(|n| n.parse().ok());
        let word = record.get(3).map(str::to_owned);
        number.zip(word).ok_or_else(|| format!("{LIST}: a line without number or word"))
    });
    records.collect()
}

/// What a row says of its requirement.
#[derive(Debug, PartialEq)]
enum Verdict<'d> {
    Shown(Vec<&'d str>),
    DoesNotApply,
    NotYet,
}

impl<'d> Verdict<'d> {
    /// Names of tests and nothing else, or a reason.
    fn read(cell: &'d str) -> Option<Self> {
        let reason = |intro: &str| cell.strip_prefix(intro).map(|reason| reason.trim().len() > 10);
        match (reason("Does not apply:"), reason("Not yet:")) {
            (Some(true), _) => return Some(Self::DoesNotApply),
            (_, Some(true)) => return Some(Self::NotYet),
            _ => {}
        }
        let name = |part: &'d str| part.trim().strip_prefix('`')?.strip_suffix('`');
        let names = cell.split("<br>").map(name).collect::<Option<Vec<_>>>()?;
        Some(Self::Shown(names))
    }
}

/// The document's rows and head; gives everything that is wrong.
fn check(document: &str, words: &Words, passed: &Passed) -> Vec<String> {
    let (mut wrong, mut seen) = (Vec::new(), BTreeSet::new());
    let mut counts: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    for line in document.lines() {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let Some(number) = cells.first().and_then(|first| first.parse::<u32>().ok()) else { continue };
        let &[_, word, _, shown] = cells.as_slice() else {
            wrong.push(format!("{number}: a row has a number, a word, the requirement, and what shows it"));
            continue;
        };
        if !seen.insert(number) {
            wrong.push(format!("{number} has two rows"));
        }
        match words.get(&number) {
            None => wrong.push(format!("{number} is no requirement")),
            Some(right) if right != word => wrong.push(format!("{number} is a {right}, not a {word}")),
            Some(_) => {}
        }
        let column = match Verdict::read(shown) {
            None => {
                wrong.push(format!(
                    "{number}: neither names of tests nor “Does not apply: …” nor “Not yet: …”"
                ));
                continue;
            }
            Some(Verdict::Shown(names)) => {
                let missing = names.iter().filter(|name| !passed.contains(**name));
                wrong.extend(missing.map(|name| format!("{number}: no test “{name}” passed in this run")));
                0
            }
            Some(Verdict::DoesNotApply) => 1,
            Some(Verdict::NotYet) => 2,
        };
        counts.entry(word).or_default()[column] += 1;
    }
    wrong.extend(words.keys().filter(|n| !seen.contains(n)).map(|n| format!("{n} has no row")));
    let head = table(&counts);
    let told = document.split_once(COUNTS.0).and_then(|(_, rest)| rest.split_once(COUNTS.1));
    if told.is_none_or(|(told, _)| told != head) {
        wrong.push(format!("the counts in the head should read\n{head}"));
    }
    wrong
}

fn table(counts: &BTreeMap<&str, [usize; 3]>) -> String {
    let row = |name: &str, [shown, not, open]: [usize; 3]| {
        format!("| {name} | {} | {shown} | {not} | {open} |\n", shown + not + open)
    };
    let mut text = "| | rows | shown by tests | do not apply | not yet |\n|---|---|---|---|---|\n".to_owned();
    let mut all = [0; 3];
    for (word, _) in REQUIREMENTS {
        let of_word = counts.get(word).copied().unwrap_or_default();
        all.iter_mut().zip(of_word).for_each(|(all, one)| *all += one);
        text.push_str(&row(word, of_word));
    }
    text + &row("all", all)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROWS: &str = "| 1 | SHALL | TLS only | `ehr http::tests::tls` |\n\
        | 2 | MAY | a new state | `ehr state::new`<br>`chartside-tests::integration state::single_use` |\n\
        | 3 | SHOULD NOT | hosts Brands | Does not apply: it publishes no Brand Bundle |\n";

    fn wrong(rows: &str, passed: &[&str]) -> Vec<String> {
        let words = [(1, "SHALL"), (2, "MAY"), (3, "SHOULD NOT")].map(|(n, w)| (n, w.to_owned()));
        let counts = [("SHALL", [1, 0, 0]), ("MAY", [1, 0, 0]), ("SHOULD NOT", [0, 1, 0])];
        let head = format!("{}{}{}", COUNTS.0, table(&BTreeMap::from(counts)), COUNTS.1);
        let passed = passed.iter().map(|name| (*name).to_owned()).collect();
        check(&format!("{head}\n{rows}"), &BTreeMap::from(words), &passed)
    }

    const PASSED: [&str; 3] =
        ["ehr http::tests::tls", "ehr state::new", "chartside-tests::integration state::single_use"];

    #[test]
    fn a_row_for_each_requirement_with_tests_that_passed_is_right() {
        assert_eq!(wrong(ROWS, &PASSED), Vec::<String>::new());
    }

    #[test]
    fn a_missing_a_double_and_an_invented_requirement_are_seen() {
        let without = ROWS.lines().take(2).collect::<Vec<_>>().join("\n");
        assert_eq!(wrong(&without, &PASSED)[0], "3 has no row");
        let third = "| 3 | SHOULD NOT | hosts Brands | Does not apply: it publishes no Brand Bundle |\n";
        assert_eq!(wrong(&ROWS.replacen(third, &third.repeat(2), 1), &PASSED)[0], "3 has two rows");
        assert_eq!(wrong(&ROWS.replace("| 3 |", "| 4 |"), &PASSED)[0], "4 is no requirement");
        assert_eq!(wrong(&ROWS.replace("| MAY |", "| SHALL |"), &PASSED)[0], "2 is a MAY, not a SHALL");
    }

    #[test]
    fn a_test_that_nobody_knows_or_that_did_not_pass_is_seen() {
        let found = wrong(ROWS, &PASSED[..2]);
        let one = "2: no test “chartside-tests::integration state::single_use” passed in this run";
        assert_eq!(found, [one]);
    }

    #[test]
    fn a_row_says_tests_or_a_reason_and_nothing_else() {
        for cell in ["", "`ehr state::new` and more", "see elsewhere", "Does not apply:", "Not yet: "] {
            assert_eq!(Verdict::read(cell), None, "{cell}");
        }
        assert_eq!(Verdict::read("Not yet: no key of its own so far"), Some(Verdict::NotYet));
    }

    #[test]
    fn counts_that_are_stale_are_seen() {
        let open = ROWS.replace("Does not apply: it", "Not yet: it");
        let found = wrong(&open, &PASSED);
        assert!(matches!(&found[..], [one] if one.contains("| SHOULD NOT | 1 | 0 | 0 | 1 |")), "{found:?}");
    }

    #[test]
    fn the_requirements_are_164_and_121_of_them_bind() {
        let words = words();
        assert_eq!(words.len(), 164);
        assert_eq!(words.values().filter(|word| word.starts_with("SHALL")).count(), 121);
    }

    #[test]
    fn the_list_is_read_also_where_a_requirement_has_several_lines() {
        let list =
            b"id,url,requirement,conformance,conditional\n1,u,\"a \"\"b\"\",\nc\",SHALL,\n2,u,d,MAY,true\n";
        assert_eq!(of_list(list).unwrap(), BTreeMap::from([(1, "SHALL".to_owned()), (2, "MAY".to_owned())]));
    }
}
