//! A signed document as PDF in a file of the clinician's choice, for whoever cannot read it in the EHR.

use crate::amend_view::SignedDocs;
use crate::app::Companion;
use crate::contract::{ErrorCode, ExportedView, SignedDocumentArgs, Standing};
use crate::failure::Failure;
use crate::host::ExportError;
use clinical::note::SignedNote;
use pdf::{Fonts, Paper, Pdf, PdfError};
use std::sync::{Arc, OnceLock};

/// Listing the fonts of this computer takes a moment: once is enough.
static FONTS: OnceLock<Fonts> = OnceLock::new();

impl Companion {
    pub async fn note_pdf(self: &Arc<Self>, args: SignedDocumentArgs) -> Result<ExportedView, Failure> {
        let (note, (standing, _), _) = self.signed_document(&args).await?;
        let name = file_name(&note, standing);
        let Some(place) = self.host.exports.place(&name).await else {
            return Ok(ExportedView { words: None });
        };
        // Chartside may have been locked while the clinician chose: then nothing leaves it.
        let (note, (standing, words), iss) = self.signed_document(&args).await?;
        // The reason stays here: it may name another patient.
        let words = match standing {
            Standing::Retracted => "Retracted: entered in error.".to_owned(),
            _ => words,
        };
        let (account, visit) = self.visit(&args.visit).await?;
        let hash = note.content_hash().to_owned();
        let made = tokio::task::spawn_blocking(move || as_pdf(&note, &words, &iss)).await;
        let pdf = made
            .map_err(|_| Failure::internal("the PDF was not finished"))?
            .map_err(|error| Failure::internal(&error.to_string()))?;
        let words = saved_words(place.name(), &pdf);
        let written = place.write(pdf.bytes).await;
        let outcome = if written.is_ok() { hash.as_str() } else { "not written" };
        self.audit_visit(&account, &visit, "note exported as PDF", outcome).await?;
        written?;
        Ok(ExportedView { words: Some(words) })
    }

    /// A signed document of a visit that is open here, whether it stands, and the EHR that it is about.
    async fn signed_document(
        &self,
        args: &SignedDocumentArgs,
    ) -> Result<(SignedNote, (Standing, String), String), Failure> {
        let (account, visit) = self.visit(&args.visit).await?;
        let docs = SignedDocs::load(&account, &visit.id).await?;
        let note = docs.documents().map(|(note, _)| note).find(|note| note.id() == args.id);
        let note = note.ok_or_else(|| Failure::invalid("Only what is signed can be saved as PDF."))?;
        Ok((note.clone(), self.standing(&docs, note.id()), visit.iss))
    }
}

fn as_pdf(note: &SignedNote, standing: &str, iss: &str) -> Result<Pdf, PdfError> {
    let document = fhir::write::document_bundle(note, iss).to_string();
    of_paper(&Paper::of_note(note, standing, &document))
}

/// With the fonts of this computer. Takes a moment.
pub(crate) fn of_paper(paper: &Paper) -> Result<Pdf, PdfError> {
    pdf::pdf(paper, FONTS.get_or_init(Fonts::of_this_computer))
}

fn saved_words(name: &str, pdf: &Pdf) -> String {
    let unseen = if pdf.unseen.is_empty() {
        ""
    } else {
        ". This computer has no font for some of its characters: they stand as □, and whole in the text inside the file"
    };
    format!("Saved as {name}{unseen}")
}

/// "Progress note 2026-11-22.pdf": nothing of the patient, since names of files are seen by many. What no longer
/// stands says so.
fn file_name(note: &SignedNote, standing: Standing) -> String {
    let title = note.title().replace(|c: char| c.is_control() || "/\\:*?\"<>|".contains(c), "-");
    let standing = match standing {
        Standing::Stands => "",
        Standing::Replaced => " (replaced)",
        Standing::Retracted => " (retracted)",
    };
    format!("{} {}{standing}.pdf", title.trim_start_matches(['.', ' ']), note.context().service_day)
}

impl From<ExportError> for Failure {
    fn from(error: ExportError) -> Self {
        let (code, words) = match error {
            ExportError::NotWritable => (
                ErrorCode::FileNotWritten,
                "Nothing can be written there, so there is no file. Choose another folder; the note itself is safe in Chartside.",
            ),
            ExportError::DiskFull => (
                ErrorCode::DiskFull,
                "There is no room on that disk, so there is no file. Choose another place or make room; the note itself is safe in Chartside.",
            ),
        };
        Self::new(code, words).caused_by(&error).retryable()
    }
}
