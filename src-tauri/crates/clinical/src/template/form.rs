//! The note of one visit as it stands: the template's sections, and what was written under another one.

use super::read::exclude_each_other;
use super::{SectionSpec, Template, Templates};
use crate::phrase::Phrase;
use serde::{Deserialize, Serialize};

/// A section of which a visit remembers what it was, when its template is no longer the visit's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    pub id: String,
    pub loinc: String,
    pub title: String,
    /// Name of the template that had it.
    pub from: String,
}

/// One section of a visit's note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormSection {
    /// Under which its text is kept: of a section that another template called otherwise, but coded the
    /// same, the other's.
    pub id: String,
    /// Empty where no code fits: the title then stands as text.
    pub loinc: String,
    pub title: String,
    pub prompt: String,
    pub required: bool,
    pub phrases: Vec<Phrase>,
    /// The template that had it, when the visit's has no such section. Its text is filed all the same.
    pub kept_from: Option<String>,
}

/// All sections of a visit's note, in the order of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    pub title: String,
    /// LOINC code of the document type.
    pub loinc: String,
    pub sections: Vec<FormSection>,
}

impl Form {
    /// `written`: ids of all sections that were ever edited. Nothing of them is ever left out.
    pub fn new(template: &Template, templates: &Templates, kept: &[Kept], written: &[&str]) -> Self {
        let is_written = |id: &str| written.contains(&id);
        let mut sections: Vec<FormSection> = template
            .sections
            .iter()
            .map(|spec| {
                let other = kept.iter().find(|k| {
                    k.loinc == spec.loinc && is_written(&k.id) && template.section(&k.id).is_none()
                });
                let id = match other {
                    Some(other) if !is_written(&spec.id) => &other.id,
                    _ => &spec.id,
                };
                FormSection::of(spec, id)
            })
            .collect();
        for id in written {
            if !sections.iter().any(|s| s.id == *id) {
                let coded = |loinc: &str| sections.iter().any(|s| exclude_each_other(&s.loinc, loinc));
                let mut section = FormSection::kept(id, templates, kept);
                if coded(&section.loinc) {
                    section.loinc.clear();
                }
                sections.push(section);
            }
        }
        Self { title: template.title.clone(), loinc: template.loinc.clone(), sections }
    }

    pub fn section(&self, id: &str) -> Option<&FormSection> {
        self.sections.iter().find(|s| s.id == id)
    }

    /// What a visit must remember of this form when it goes on with another template.
    pub fn to_keep(&self, template: &Template, written: &[&str]) -> Vec<Kept> {
        let was_written = self.sections.iter().filter(|s| written.contains(&s.id.as_str()));
        was_written
            .map(|s| Kept {
                id: s.id.clone(),
                loinc: s.loinc.clone(),
                title: s.title.clone(),
                from: s.kept_from.clone().unwrap_or_else(|| template.name.clone()),
            })
            .collect()
    }
}

impl FormSection {
    fn of(spec: &SectionSpec, id: &str) -> Self {
        Self {
            id: id.to_owned(),
            loinc: spec.loinc.clone(),
            title: spec.title.clone(),
            prompt: spec.prompt.clone(),
            required: spec.required,
            phrases: spec.phrases.clone(),
            kept_from: None,
        }
    }

    /// As the visit remembers it, else as any template knows it, else by its id alone.
    fn kept(id: &str, templates: &Templates, kept: &[Kept]) -> Self {
        let (loinc, title, from) = match (kept.iter().find(|k| k.id == id), templates.section(id)) {
            (Some(k), _) => (k.loinc.clone(), k.title.clone(), k.from.clone()),
            (None, Some((template, spec))) => (spec.loinc.clone(), spec.title.clone(), template.name.clone()),
            (None, None) => {
                let mut title = id.replace(['_', '-'], " ");
                if let Some(first) = title.get_mut(..1) {
                    first.make_ascii_uppercase();
                }
                (String::new(), title, "another template".to_owned())
            }
        };
        Self {
            id: id.to_owned(),
            loinc,
            title,
            prompt: String::new(),
            required: false,
            phrases: Vec::new(),
            kept_from: Some(from),
        }
    }
}
