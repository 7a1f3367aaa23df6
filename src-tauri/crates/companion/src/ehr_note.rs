//! The newest notes that only the EHR has: which they are, and their text in parts.

use crate::account::Account;
use crate::app::Companion;
use crate::document::{shown, stored};
use crate::failure::Failure;
use clinical::chart::Section;
use clinical::headed::{self, Part};
use clinical::note;
use clinical::visit::Visit;
use fhir::view::{self, Reading};
use jiff::civil::Date;
use serde_json::Value;

/// Most that are offered: what is older is read in the chart.
const MOST: usize = 6;

/// A note in the chart that can be read here.
pub(crate) struct EhrNote {
    /// `DocumentReference/id`
    pub id: String,
    pub title: String,
    pub date: Date,
    pub by: Option<String>,
}

impl Companion {
    /// Those of days after `after` whose text can be read, the newest first.
    pub(crate) async fn ehr_notes(
        &self,
        account: &Account,
        visit: &Visit,
        after: Option<Date>,
    ) -> Result<Vec<EhrNote>, Failure> {
        let Some(section) = self.section(account, visit, Section::Notes).await? else {
            return Ok(Vec::new());
        };
        let today = self.host.clock.now().to_zoned(self.host.clock.zone()).date();
        let mut newer: Vec<EhrNote> = section
            .entries
            .iter()
            .filter(|e| e.current && e.has_document && e.id.starts_with("DocumentReference/"))
            .filter_map(|e| {
                let date = e.date.as_ref()?.expose().day().filter(|day| *day <= today)?;
                after.is_none_or(|after| date > after).then(|| EhrNote {
                    id: e.id.clone(),
                    title: e.title.expose().clone(),
                    date,
                    by: e.source.clone(),
                })
            })
            .collect();
        if newer.is_empty() {
            return Ok(newer);
        }
        newer.sort_by_key(|note| std::cmp::Reverse(note.date));
        let (iss, patient) = (&visit.iss, &visit.patient.id);
        let Some(kept) = account.vault.section(iss, patient, Section::Notes).await? else {
            return Ok(Vec::new());
        };
        let is_readable = |note: &EhrNote| {
            let raw = kept.resources.iter().find(|(id, _)| *id == note.id);
            let resource = raw.and_then(|(_, raw)| serde_json::from_str(raw.expose()).ok());
            resource.is_some_and(|resource| view::is_readable(&resource))
        };
        Ok(newer.into_iter().filter(is_readable).take(MOST).collect())
    }
}

/// Its text: in parts, and as a whole.
pub(crate) struct Text {
    pub parts: Vec<Part>,
    pub whole: String,
}

/// Its text at its headings; those called like one of `titles` are known also where only a colon follows.
pub(crate) async fn read(
    account: &Account,
    visit: &Visit,
    id: &str,
    titles: &[&str],
) -> Result<Text, Failure> {
    let unreadable = || {
        Failure::invalid("The text of this note could not be read from the EHR just now. Nothing was copied.")
            .retryable()
    };
    let raw = stored(account, visit, id).await?.ok_or_else(unreadable)?;
    let resource: Value = serde_json::from_str(raw.expose()).map_err(|_| unreadable())?;
    let client = account.session_of(&visit.patient.id).fhir()?;
    let reading = shown(&client, &resource).await.reading.ok_or_else(unreadable)?;
    let (parts, whole) = match reading {
        Reading::Text(text) => (of_text(&text, titles), text),
        Reading::Blocks(blocks) => {
            let parts = headed::of_blocks(&blocks, titles);
            let whole = headed::joined(&parts);
            (parts, whole)
        }
    };
    if parts.is_empty() { Err(unreadable()) } else { Ok(Text { parts, whole }) }
}

/// A note that a Chartside wrote is read back to the letter.
fn of_text(text: &str, titles: &[&str]) -> Vec<Part> {
    let ours = text.lines().nth(1).is_some_and(|rule| !rule.is_empty() && rule.bytes().all(|b| b == b'='));
    let sections = if ours { note::text::read(text) } else { Vec::new() };
    if sections.is_empty() {
        return headed::of_text(text, titles);
    }
    sections.into_iter().map(|(title, text)| Part { title: Some(title), text }).collect()
}
