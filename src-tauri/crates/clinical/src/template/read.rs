//! A template's file, read strictly: unknown keys, codes that are none and sections that stand twice are
//! named with their line.

use super::{After, DefaultFollowUp, SectionSpec, Template};
use crate::phrase::Phrase;
use crate::site_file::{FileError, SiteFile};
use serde::Deserialize;
use toml::Spanned;

/// C-CDA: a combined "Assessment and plan" does not stand beside either of the two.
pub(super) const COMBINED: &str = "51847-2";
pub(super) const PARTS: [&str; 2] = ["51848-0", "18776-5"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    id: Spanned<String>,
    name: Spanned<String>,
    title: Spanned<String>,
    loinc: Spanned<String>,
    #[serde(default)]
    visit_types: Vec<Spanned<String>>,
    #[serde(default, rename = "section")]
    sections: Vec<Spanned<Section>>,
    #[serde(default, rename = "follow_up")]
    follow_ups: Vec<FollowUp>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Section {
    id: Spanned<String>,
    loinc: Spanned<String>,
    title: Spanned<String>,
    #[serde(default)]
    prompt: String,
    #[serde(default)]
    required: bool,
    #[serde(default)]
    phrases: Vec<Spanned<FilePhrase>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FilePhrase {
    name: String,
    text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FollowUp {
    text: Spanned<String>,
    due: Option<Spanned<String>>,
    #[serde(default)]
    urgent: bool,
}

pub(super) fn template(name: &str, text: &str) -> Result<Template, FileError> {
    let source = SiteFile::new(name, text);
    let file: File = source.read()?;
    let wrong = |at: &Spanned<String>, reason: String| source.wrong(at.span().start, reason);
    let said = |value: &Spanned<String>| match value.get_ref().trim() {
        "" => Err(wrong(value, "this must not be empty".to_owned())),
        words => Ok(words.to_owned()),
    };
    let id = |value: &Spanned<String>| match is_id(value.get_ref()) {
        true => Ok(value.get_ref().clone()),
        false => Err(wrong(
            value,
            format!("“{}” is no id: lower-case letters, digits, “-” and “_”, at most 40", value.get_ref()),
        )),
    };
    let loinc = |value: &Spanned<String>| match is_loinc(value.get_ref()) {
        true => Ok(value.get_ref().clone()),
        false => Err(wrong(
            value,
            format!("“{}” is no LOINC code (its last digit is a check digit)", value.get_ref()),
        )),
    };

    let mut sections: Vec<SectionSpec> = Vec::new();
    for section in &file.sections {
        let section = section.get_ref();
        let mut phrases = Vec::new();
        for phrase in &section.phrases {
            let made = Phrase::new(&phrase.get_ref().name, &phrase.get_ref().text);
            phrases.push(made.map_err(|reason| source.wrong(phrase.span().start, reason))?);
        }
        let spec = SectionSpec {
            id: id(&section.id)?,
            loinc: loinc(&section.loinc)?,
            title: said(&section.title)?,
            prompt: section.prompt.trim().to_owned(),
            required: section.required,
            phrases,
        };
        if sections.iter().any(|s| s.id == spec.id) {
            return Err(wrong(&section.id, format!("the section “{}” stands twice", spec.id)));
        }
        if let Some(other) = sections.iter().find(|s| s.loinc == spec.loinc) {
            return Err(wrong(
                &section.loinc,
                format!("“{}” has the LOINC code {} already", other.title, spec.loinc),
            ));
        }
        if let Some(other) = sections.iter().find(|s| exclude_each_other(&s.loinc, &spec.loinc)) {
            return Err(wrong(
                &section.loinc,
                format!(
                    "“{}” and “{}” cannot stand in one note: one holds the other",
                    other.title, spec.title
                ),
            ));
        }
        sections.push(spec);
    }
    if sections.is_empty() {
        return Err(source.as_a_whole("the template has no [[section]]"));
    }
    if !sections.iter().any(|s| s.required) {
        return Err(source.as_a_whole("no section is required, so an empty note could be signed"));
    }
    let mut follow_ups = Vec::new();
    for follow_up in &file.follow_ups {
        let due = follow_up.due.as_ref().map(|due| {
            After::parse(due.get_ref()).ok_or_else(|| {
                wrong(due, format!("“{}” is not like “3 months”, “2 weeks” or “10 days”", due.get_ref()))
            })
        });
        follow_ups.push(DefaultFollowUp {
            text: said(&follow_up.text)?,
            due: due.transpose()?,
            urgent: follow_up.urgent,
        });
    }
    let mut visit_types = Vec::new();
    for words in &file.visit_types {
        visit_types.push(said(words)?.to_lowercase());
    }
    Ok(Template {
        id: id(&file.id)?,
        name: said(&file.name)?,
        title: said(&file.title)?,
        loinc: loinc(&file.loinc)?,
        visit_types,
        sections,
        follow_ups,
        site: false,
    })
}

pub(super) fn exclude_each_other(a: &str, b: &str) -> bool {
    (a == COMBINED && PARTS.contains(&b)) || (b == COMBINED && PARTS.contains(&a))
}

fn is_id(text: &str) -> bool {
    let fine = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_');
    (1..=40).contains(&text.len()) && text.bytes().all(fine)
}

/// Digits, a dash and the check digit (Luhn over the digits before: LOINC Users' Guide, appendix C).
fn is_loinc(text: &str) -> bool {
    let Some((number, check)) = text.split_once('-') else { return false };
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if !(1..=7).contains(&number.len()) || check.len() != 1 || !digits(number) || !digits(check) {
        return false;
    }
    let sum: u32 = number
        .bytes()
        .rev()
        .zip([2, 1].into_iter().cycle())
        .map(|(b, weight)| {
            let product = u32::from(b - b'0') * weight;
            product / 10 + product % 10
        })
        .sum();
    check.bytes().next().map(|b| u32::from(b - b'0')) == Some((10 - sum % 10) % 10)
}
