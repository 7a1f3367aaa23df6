//! A note that somebody else's program wrote, taken apart at its headings. Nothing of it is lost: what no heading
//! stands over is a part as well.

use crate::document::{Block, Run};

/// Longer lines are no headings.
const LONGEST_HEADING: usize = 60;
/// Capitals alone make a heading of a word from this length on: "NKDA" and "COPD" are findings.
const LEAST_CAPITALS: usize = 5;

/// What stands under one heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// `None` before the first heading.
    pub title: Option<String>,
    pub text: String,
}

/// True when two headings are the same but for case, punctuation and "&".
pub fn same_title(a: &str, b: &str) -> bool {
    words(a) == words(b)
}

fn words(title: &str) -> Vec<String> {
    let plain = title.replace('&', " and ").to_lowercase();
    plain.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned).collect()
}

/// Plain text at its headings. A line is one that is called like one of `titles` (also with text after a colon), is
/// underlined, ends with a colon, or has capitals only.
pub fn of_text(text: &str, titles: &[&str]) -> Vec<Part> {
    grouped(lines(text, titles))
}

/// A structured document at its headings.
pub fn of_blocks(blocks: &[Block], titles: &[&str]) -> Vec<Part> {
    let mut all = Vec::new();
    collect(blocks, titles, &mut all);
    grouped(all)
}

/// The parts as one text again.
pub fn joined(parts: &[Part]) -> String {
    let all = parts.iter().map(|part| match &part.title {
        Some(title) => format!("{title}\n{}", part.text),
        None => part.text.clone(),
    });
    all.collect::<Vec<_>>().join("\n\n")
}

enum Line {
    Heading(String),
    Text(String),
}

fn lines(text: &str, titles: &[&str]) -> Vec<Line> {
    let mut all = Vec::new();
    let mut rest = text.lines().peekable();
    while let Some(line) = rest.next() {
        let bare = line.trim();
        let underlined = !bare.is_empty() && rest.peek().is_some_and(|next| is_rule(next));
        if underlined {
            rest.next();
        }
        if underlined || is_heading(bare, titles) {
            all.push(Line::Heading(bare.trim_start_matches('#').trim().trim_end_matches(':').to_owned()));
        } else if let Some((title, said)) = bare.split_once(':').filter(|(t, _)| is_one_of(t, titles)) {
            all.push(Line::Heading(title.trim().to_owned()));
            all.push(Line::Text(said.trim().to_owned()));
        } else {
            all.push(Line::Text(line.trim_end().to_owned()));
        }
    }
    all
}

fn is_one_of(title: &str, titles: &[&str]) -> bool {
    titles.iter().any(|one| same_title(one, title))
}

fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.len() >= 3 && (line.bytes().all(|b| b == b'=') || line.bytes().all(|b| b == b'-'))
}

fn is_heading(line: &str, titles: &[&str]) -> bool {
    if line.is_empty() || line.chars().count() > LONGEST_HEADING {
        return false;
    }
    let letters = line.chars().filter(|c| c.is_alphabetic()).count();
    let capitals = letters >= LEAST_CAPITALS && !line.chars().any(|c| c.is_lowercase() || c.is_ascii_digit());
    let colon = line.strip_suffix(':').is_some_and(|title| !title.contains(':'));
    line.starts_with("# ") || line.starts_with("## ") || colon || capitals || is_one_of(line, titles)
}

fn grouped(lines: Vec<Line>) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for line in lines {
        match (line, parts.last_mut()) {
            (Line::Heading(title), _) => parts.push(Part { title: Some(title), text: String::new() }),
            (Line::Text(text), Some(part)) => {
                part.text.push_str(&text);
                part.text.push('\n');
            }
            (Line::Text(text), None) => parts.push(Part { title: None, text: text + "\n" }),
        }
    }
    let mut kept: Vec<Part> = Vec::new();
    for part in parts {
        let text = part.text.trim_matches('\n').trim_end().to_owned();
        match (text.is_empty(), part.title, kept.last_mut()) {
            // A heading over nothing was perhaps none: it stays as words of what came before.
            (true, Some(title), Some(before)) => before.text.push_str(&format!("\n{title}")),
            (true, Some(title), None) => kept.push(Part { title: None, text: title }),
            (true, None, _) => {}
            (false, title, _) => kept.push(Part { title, text }),
        }
    }
    kept
}

fn collect(blocks: &[Block], titles: &[&str], all: &mut Vec<Line>) {
    for block in blocks {
        match block {
            Block::Heading(_, words) => all.push(Line::Heading(said(words).trim().to_owned())),
            Block::Paragraph(words) | Block::Preformatted(words) => {
                let text = said(words);
                let bold = words.iter().all(|run| run.marks.bold || run.words.trim().is_empty());
                if bold && !text.trim().is_empty() && text.trim().chars().count() <= LONGEST_HEADING {
                    all.push(Line::Heading(text.trim().trim_end_matches(':').to_owned()));
                } else {
                    all.extend(lines(&text, titles));
                    all.push(Line::Text(String::new()));
                }
            }
            Block::OnlyWords(text) => all.extend(lines(text, titles)),
            Block::Indented(blocks) => collect(blocks, titles, all),
            Block::List(..) | Block::Table { .. } => {
                all.extend(plain(block).lines().map(|line| Line::Text(line.to_owned())));
            }
            Block::Rule => {}
        }
    }
}

/// A block as lines of text.
fn plain(block: &Block) -> String {
    let all = |blocks: &[Block]| {
        let texts: Vec<String> = blocks.iter().map(plain).collect();
        texts.join("\n").trim().to_owned()
    };
    match block {
        Block::Heading(_, words) | Block::Paragraph(words) | Block::Preformatted(words) => said(words),
        Block::OnlyWords(text) => text.clone(),
        Block::Indented(blocks) => all(blocks),
        Block::Rule => String::new(),
        Block::List(first, items) => {
            let marked = (first.unwrap_or(0)..).zip(items).map(|(n, item)| match first {
                Some(_) => format!("{n}. {}", all(item)),
                None => format!("- {}", all(item)),
            });
            marked.collect::<Vec<_>>().join("\n")
        }
        Block::Table { caption, rows } => {
            let row = |cells: &Vec<crate::document::Cell>| {
                let cells: Vec<String> = cells.iter().map(|c| all(&c.blocks).replace('\n', " ")).collect();
                cells.join(" | ")
            };
            let caption = Some(said(caption)).filter(|c| !c.trim().is_empty());
            caption.into_iter().chain(rows.iter().map(row)).collect::<Vec<_>>().join("\n")
        }
    }
}

/// Words without their looks, where the looks mean something with a sign for it: 10⁹ is not 109, and what its
/// author struck out is not said.
fn said(words: &[Run]) -> String {
    let run = |run: &Run| match () {
        () if run.words.trim().is_empty() => run.words.clone(),
        () if run.marks.struck => format!("[struck out: {}]", run.words),
        () if run.marks.raised => format!("^{}", run.words),
        () => run.words.clone(),
    };
    words.iter().map(run).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Marks;
    use proptest::prelude::*;

    const TITLES: [&str; 3] = ["History of present illness", "Assessment", "Plan"];

    fn parts(text: &str) -> Vec<(String, String)> {
        let parts = of_text(text, &TITLES).into_iter();
        parts.map(|p| (p.title.unwrap_or_default(), p.text)).collect()
    }

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        expected.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
    }

    #[test]
    fn headings_are_known_by_their_name_their_line_their_colon_or_their_capitals() {
        let text = "Clinic of Harbor\n\nHISTORY OF PRESENT ILLNESS\nThirsty.\nNKDA\n\nAssessment: stable\nPlan\n----\nWalk.\n\nMedications:\nMetformin\nATTESTATION\nI saw her.";
        let expected = [
            ("", "Clinic of Harbor"),
            ("HISTORY OF PRESENT ILLNESS", "Thirsty.\nNKDA"),
            ("Assessment", "stable"),
            ("Plan", "Walk."),
            ("Medications", "Metformin"),
            ("ATTESTATION", "I saw her."),
        ];
        assert_eq!(parts(text), pairs(&expected));
    }

    #[test]
    fn a_heading_over_nothing_stays_as_words_and_a_text_without_headings_is_one_part() {
        assert_eq!(parts("Feels well.\nDIABETES\n"), pairs(&[("", "Feels well.\nDIABETES")]));
        assert_eq!(parts("One.\n\nTwo: three."), pairs(&[("", "One.\n\nTwo: three.")]));
        assert_eq!(parts(" \n"), []);
    }

    #[test]
    fn titles_are_the_same_but_for_case_punctuation_and_the_sign_for_and() {
        assert!(same_title("Assessment & Plan:", "assessment and plan"));
        assert!(!same_title("Plan", "Plan of care"));
    }

    #[test]
    fn a_structured_document_keeps_what_its_looks_mean() {
        let run = |words: &str, marks: Marks| Run { words: words.to_owned(), marks };
        let plain = Marks::default();
        let blocks = [
            Block::Heading(2, vec![run("Plan", plain)]),
            Block::Paragraph(vec![
                run("Platelets 10", plain),
                run("9", Marks { raised: true, ..plain }),
                run(" ", plain),
                run("stop", Marks { struck: true, ..plain }),
            ]),
            Block::List(Some(1), vec![vec![Block::Paragraph(vec![run("Walk", plain)])]]),
            Block::Paragraph(vec![run("Signed:", Marks { bold: true, ..plain })]),
            Block::Paragraph(vec![run("Jane Roe", plain)]),
        ];
        let parts = of_blocks(&blocks, &TITLES);
        let text = "Platelets 10^9 [struck out: stop]\n\n1. Walk";
        assert_eq!((parts[0].title.as_deref(), parts[0].text.as_str()), (Some("Plan"), text));
        assert_eq!((parts[1].title.as_deref(), parts[1].text.as_str()), (Some("Signed"), "Jane Roe"));
    }

    proptest! {
        #[test]
        fn every_word_of_a_text_is_in_a_part(text in "([A-Za-z]{1,8}[ :\n]{1,2}){0,30}") {
            let parts = of_text(&text, &TITLES);
            let kept = joined(&parts);
            let letters = |s: &str| s.chars().filter(|c| c.is_alphabetic()).collect::<String>();
            prop_assert_eq!(letters(&kept), letters(&text));
        }
    }
}
