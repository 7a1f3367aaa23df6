//! Note templates: which sections a visit of a type has, what they ask for, and what usually follows.
//! Each is a readable file; a site adds its own.

mod form;
mod read;
#[cfg(test)]
mod tests;

pub use form::{Form, FormSection, Kept};

use crate::phrase::Phrase;
use crate::site_file::FileError;
use jiff::ToSpan;
use jiff::civil::Date;
use std::sync::LazyLock;

/// The template of visits whose type has none, and of every draft from before there was a choice.
pub const DEFAULT: &str = "soap";

/// Shipped with Chartside; of those that fit a visit's type the first one here is taken, so that what is
/// special stands before what is general.
const BUILTIN: [(&str, &str); 8] = [
    ("behavioral-health.toml", include_str!("../../data/templates/behavioral-health.toml")),
    ("telephone.toml", include_str!("../../data/templates/telephone.toml")),
    ("results-review.toml", include_str!("../../data/templates/results-review.toml")),
    ("medication-check.toml", include_str!("../../data/templates/medication-check.toml")),
    ("urgent.toml", include_str!("../../data/templates/urgent.toml")),
    ("new-patient.toml", include_str!("../../data/templates/new-patient.toml")),
    ("follow-up.toml", include_str!("../../data/templates/follow-up.toml")),
    ("soap.toml", include_str!("../../data/templates/soap.toml")),
];

/// One section of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectionSpec {
    /// Stable: the text is kept under it.
    pub id: String,
    /// LOINC code of the section.
    pub loinc: String,
    pub title: String,
    pub prompt: String,
    pub required: bool,
    /// Offered first while this section is written.
    pub phrases: Vec<Phrase>,
}

/// A follow-up that visits of this kind often have; offered, never added by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefaultFollowUp {
    pub text: String,
    due: Option<After>,
    pub urgent: bool,
}

/// How long after the visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum After {
    Days(i32),
    Weeks(i32),
    Months(i32),
}

impl After {
    /// "3 months", "2 weeks", "10 days".
    fn parse(words: &str) -> Option<Self> {
        let (number, unit) = words.trim().split_once(' ')?;
        let n: i32 = number.parse().ok().filter(|n| (1..=120).contains(n))?;
        Some(match unit.trim() {
            "day" | "days" => After::Days(n),
            "week" | "weeks" => After::Weeks(n),
            "month" | "months" => After::Months(n),
            _ => return None,
        })
    }
}

impl DefaultFollowUp {
    /// The day by which it is due after a visit on `day`.
    pub fn due(&self, day: Date) -> Option<Date> {
        let span = match self.due? {
            After::Days(n) => n.days(),
            After::Weeks(n) => n.weeks(),
            After::Months(n) => n.months(),
        };
        day.checked_add(span).ok()
    }
}

/// The sections of a note and what kind of document they make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    pub id: String,
    /// As chosen from a list: "Follow-up".
    pub name: String,
    /// Title of the note.
    pub title: String,
    /// LOINC code of the document type.
    pub loinc: String,
    /// Words of which one stands in the EHR's visit type, lower case.
    pub visit_types: Vec<String>,
    pub sections: Vec<SectionSpec>,
    pub follow_ups: Vec<DefaultFollowUp>,
    /// Written by the site.
    pub site: bool,
}

impl Template {
    /// Reads one file; `file` is its name, for errors.
    pub fn parse(file: &str, text: &str) -> Result<Self, FileError> {
        read::template(file, text)
    }

    /// The section with this id.
    pub fn section(&self, id: &str) -> Option<&SectionSpec> {
        self.sections.iter().find(|s| s.id == id)
    }

    fn fits(&self, visit_type: &str) -> bool {
        let lower = visit_type.to_lowercase();
        self.visit_types.iter().any(|words| lower.contains(words.as_str()))
    }
}

/// Every template of this installation.
#[derive(Debug, Clone, Default)]
pub struct Templates {
    /// The site's first.
    all: Vec<Template>,
    /// What is wrong with the site's files that could not be used.
    pub problems: Vec<FileError>,
}

static SHIPPED: LazyLock<Templates> = LazyLock::new(|| {
    BUILTIN.iter().fold(Templates::default(), |all, (name, text)| all.with(name, text, false))
});

impl Templates {
    /// Those that come with the program.
    pub fn builtin() -> &'static Self {
        &SHIPPED
    }

    /// These and the site's, each (file name, text). A site's template with the id of a shipped one
    /// replaces it; a bad one is named in `problems`, and the rest works.
    pub fn with_site<'t>(files: impl IntoIterator<Item = (&'t str, &'t str)>) -> Self {
        let site = files.into_iter().fold(Self::default(), |all, (name, text)| all.with(name, text, true));
        let shipped = Self::builtin().all.iter().filter(|t| site.by_id(&t.id).is_none()).cloned();
        let all = site.all.iter().cloned().chain(shipped).collect();
        Self { all, problems: site.problems }
    }

    fn with(mut self, name: &str, text: &str, site: bool) -> Self {
        match Template::parse(name, text) {
            Ok(again) if self.by_id(&again.id).is_some() => self.problems.push(FileError {
                file: name.to_owned(),
                line: 0,
                reason: format!("another file has the template “{}” already", again.id),
            }),
            Ok(template) => self.all.push(Template { site, ..template }),
            Err(error) => self.problems.push(error),
        }
        self
    }

    pub fn all(&self) -> &[Template] {
        &self.all
    }

    pub fn by_id(&self, id: &str) -> Option<&Template> {
        self.all.iter().find(|t| t.id == id)
    }

    /// The template that fits the EHR's words for the type of visit.
    pub fn for_type(&self, visit_type: &str) -> Option<&Template> {
        self.all.iter().find(|t| t.fits(visit_type))
    }

    /// The template with this id, else the default one, which is always there.
    pub fn get(&self, id: &str) -> &Template {
        static NONE: LazyLock<Template> = LazyLock::new(Template::bare);
        self.by_id(id).or_else(|| self.by_id(DEFAULT)).unwrap_or(&NONE)
    }

    /// Some template has a section with this id.
    pub fn knows(&self, section: &str) -> bool {
        self.section(section).is_some()
    }

    /// A section with this id, from whichever template has one.
    fn section(&self, id: &str) -> Option<(&Template, &SectionSpec)> {
        self.all.iter().find_map(|t| t.section(id).map(|s| (t, s)))
    }
}

impl Template {
    /// For a program whose own files cannot be read, which its tests rule out.
    fn bare() -> Self {
        let section = |id: &str, loinc: &str, title: &str| SectionSpec {
            id: id.to_owned(),
            loinc: loinc.to_owned(),
            title: title.to_owned(),
            prompt: String::new(),
            required: true,
            phrases: Vec::new(),
        };
        Self {
            id: DEFAULT.to_owned(),
            name: "Progress note".to_owned(),
            title: "Progress note".to_owned(),
            loinc: "11506-3".to_owned(),
            visit_types: Vec::new(),
            sections: vec![
                section("assessment", "51848-0", "Assessment"),
                section("plan", "18776-5", "Plan"),
            ],
            follow_ups: Vec::new(),
            site: false,
        }
    }
}
