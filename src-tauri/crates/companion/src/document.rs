//! Reading one document of the chart as text. Inline content comes from the vault; content behind a link is
//! read from the EHR itself and from nowhere else; nothing active ever reaches the window.

use crate::account::Account;
use crate::app::Companion;
use crate::contract::{DocumentArgs, DocumentView};
use crate::failure::Failure;
use clinical::chart::Section;
use clinical::phi::Phi;
use clinical::visit::Visit;
use ehr::client::FhirClient;
use fhir::json::reference_to;
use fhir::view::{self, Around};
use serde_json::Value;
use std::sync::Arc;

/// Where records stand that have words to read.
const WITH_WORDS: [Section; 4] = [Section::Notes, Section::Results, Section::Plans, Section::Social];

impl Companion {
    /// One document as text. Inline content comes from the vault; content behind a link is read
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
        let (text, not_shown) =
            document_text(&account.session_of(&visit.patient.id).fhir()?, &resource).await;
        self.audit_visit(&account, &visit, "document read", "done").await?;
        Ok(DocumentView {
            id: entry.id,
            title: entry.title.into_inner(),
            date: entry.date.map(|d| d.into_inner().shown().to_owned()),
            author: entry.source,
            text,
            not_shown,
        })
    }
}

/// The record as it was stored, from whichever section shows it.
async fn stored(account: &Account, visit: &Visit, id: &str) -> Result<Option<Phi<String>>, Failure> {
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

async fn document_text(client: &FhirClient, resource: &Value) -> (String, Option<String>) {
    for content in view::contents(resource) {
        match content {
            view::Content::Inline(kind, bytes) => {
                if let Some(text) = view::plain_text(&kind, bytes.expose()) {
                    return (text, None);
                }
            }
            view::Content::Elsewhere(kind, address) => {
                let Some(target) = reference_to(&serde_json::json!({ "reference": address }), client.base())
                else {
                    continue;
                };
                if !target.starts_with("Binary/") {
                    continue;
                }
                let Ok(binary) = client.read(&target).await else { continue };
                let attachment = serde_json::json!({ "content": [{ "attachment": { "contentType": kind, "data": binary.get("data") } }] });
                let inline = view::contents(&attachment).into_iter().find_map(|c| match c {
                    view::Content::Inline(kind, bytes) => view::plain_text(&kind, bytes.expose()),
                    view::Content::Elsewhere(..) => None,
                });
                if let Some(text) = inline {
                    return (text, None);
                }
            }
        }
    }
    if let Some(words) = view::own_words(resource) {
        return (words, None);
    }
    (String::new(), Some("This document is not text, or could not be loaded. Open it in the EHR.".to_owned()))
}
