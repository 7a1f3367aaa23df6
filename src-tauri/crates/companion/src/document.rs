//! Reading one document of the chart: as its words, or as the picture or PDF that it is. Inline content comes from
//! the vault; content behind a link is read from the EHR itself and from nowhere else; nothing active ever
//! reaches the window.

use crate::account::Account;
use crate::app::Companion;
use crate::contract::{DocumentArgs, DocumentPicture, DocumentView, PictureKind};
use crate::document_blocks;
use crate::failure::Failure;
use base64::Engine;
use clinical::chart::Section;
use clinical::phi::Phi;
use clinical::visit::Visit;
use ehr::client::FhirClient;
use fhir::json::reference_to;
use fhir::view::{self, Around, Drawable, Reading};
use serde_json::{Value, json};
use std::sync::Arc;

/// Where records stand that have words to read.
const WITH_WORDS: [Section; 4] = [Section::Notes, Section::Results, Section::Plans, Section::Social];

impl Companion {
    /// One document. Inline content comes from the vault; content behind a link is read
    /// from the EHR itself and from nowhere else.
    pub async fn chart_document(self: &Arc<Self>, args: DocumentArgs) -> Result<DocumentView, Failure> {
        let (account, visit) = self.visit(&args.visit).await?;
        let missing = || Failure::invalid("This document is not in the patient's chart.");
        let mut found = stored(&account, &visit, &args.id).await?;
        // Shown already, perhaps not yet in the vault: what is being saved comes first.
        if found.is_none() {
            account.charts.saved().await;
            found = stored(&account, &visit, &args.id).await?;
        }
        let raw = found.ok_or_else(missing)?;
        let resource: Value =
            serde_json::from_str(raw.expose()).map_err(|_| Failure::internal("stored document"))?;
        let entry = view::entry(&resource, &Around::alone(&visit.iss)).ok_or_else(missing)?;
        let Shown { reading, picture, why_not } =
            shown(&account.session_of(&visit.patient.id).fhir()?, &resource).await;
        let (text, blocks) = match reading {
            Some(Reading::Text(text)) => (text, Vec::new()),
            Some(Reading::Blocks(blocks)) => (String::new(), document_blocks::all(blocks)),
            None => Default::default(),
        };
        self.audit_visit(&account, &visit, "document read", "done").await?;
        Ok(DocumentView {
            id: entry.id,
            title: entry.title.into_inner(),
            date: entry.date.map(|d| d.into_inner().shown().to_owned()),
            author: entry.source,
            text,
            blocks,
            picture,
            not_shown: why_not,
        })
    }
}

/// The record as it was stored, from whichever section shows it.
pub(crate) async fn stored(
    account: &Account,
    visit: &Visit,
    id: &str,
) -> Result<Option<Phi<String>>, Failure> {
    for section in WITH_WORDS {
        let Some(section) = account.vault.section(&visit.iss, &visit.patient.id, section).await? else {
            continue;
        };
        if let Some((_, raw)) = section.resources.into_iter().find(|(one, _)| one == id) {
            return Ok(Some(raw));
        }
    }
    Ok(None)
}

/// How a document is shown.
#[derive(Default)]
pub(crate) struct Shown {
    pub reading: Option<Reading>,
    picture: Option<DocumentPicture>,
    why_not: Option<String>,
}

/// As words where the EHR has it as words; else as it is, if it can be drawn; else in the record's own words.
pub(crate) async fn shown(client: &FhirClient, resource: &Value) -> Shown {
    let (mut picture, mut why) = (None, None);
    for content in view::contents(resource) {
        let Some((kind, bytes)) = bytes_of(client, content).await else { continue };
        match view::read(&kind, bytes.expose()) {
            Some(reading) if reading.is_empty() => {
                why = why.or(Some("Nothing of this document can be shown here. Open it in the EHR."));
                continue;
            }
            Some(reading) => return Shown { reading: Some(reading), ..Shown::default() },
            None => {}
        }
        match view::drawable(bytes.expose()) {
            Ok(what) => {
                picture = Some(as_it_is(what, bytes.expose()));
                break;
            }
            Err(words) => why = why.or(Some(words)),
        }
    }
    let reading = view::own_words(resource);
    let why_not = (picture.is_none() && reading.is_none()).then(|| {
        why.unwrap_or("This document is not text, or could not be loaded. Open it in the EHR.").to_owned()
    });
    Shown { reading, picture, why_not }
}

fn as_it_is(what: Drawable, bytes: &[u8]) -> DocumentPicture {
    let (kind, media_type) = match what {
        Drawable::Image(media_type) => (PictureKind::Image, media_type),
        Drawable::Pdf => (PictureKind::Pdf, "application/pdf"),
    };
    let data = base64::engine::general_purpose::STANDARD.encode(bytes);
    DocumentPicture { kind, media_type: media_type.to_owned(), data }
}

/// Inline content, or what the EHR itself holds behind a link.
async fn bytes_of(client: &FhirClient, content: view::Content) -> Option<(String, Phi<Vec<u8>>)> {
    let (kind, address) = match content {
        view::Content::Inline(kind, bytes) => return Some((kind, bytes)),
        view::Content::Elsewhere(kind, address) => (kind, address),
    };
    let target = reference_to(&json!({ "reference": address }), client.base())?;
    if !target.starts_with("Binary/") {
        return None;
    }
    let binary = client.read(&target).await.ok()?;
    let attachment =
        json!({ "content": [{ "attachment": { "contentType": kind, "data": binary.get("data") } }] });
    view::contents(&attachment).into_iter().find_map(|content| match content {
        view::Content::Inline(kind, bytes) => Some((kind, bytes)),
        view::Content::Elsewhere(..) => None,
    })
}
