//! What keeps from signing, and what deserves a look before.

use crate::contract::{Blocker, BlockerKind};
use crate::note_carry::{self, Copied};
use clinical::identity::Identity;
use clinical::phi::Phi;
use clinical::phrase::fields_in;
use clinical::template::{Form, FormSection};
use clinical::visit::Visit;

/// What keeps anybody from signing anything into this chart.
pub(crate) fn barred(visit: &Visit, can_sign: bool) -> Vec<Blocker> {
    let mut all = Vec::new();
    let mut add = |kind, what: String, target: Option<&str>| {
        all.push(Blocker { kind, what, target: target.map(str::to_owned) });
    };
    if !can_sign {
        add(
            BlockerKind::Rights,
            "Your role drafts but does not sign. Ask the clinician of this visit to sign.".to_owned(),
            None,
        );
    }
    match &visit.identity {
        Identity::Confirmed { patient }
            if patient.still_matches(&visit.patient)
                && !visit.encounter_is_open()
                && visit.patient.undecided(&visit.decided).is_empty() => {}
        _ if visit.patient.replaced_by.is_some() => add(
            BlockerKind::Identity,
            "This chart was merged into another one, so nothing can be written here. Open the other chart in the EHR and launch from there.".to_owned(),
            None,
        ),
        Identity::Mismatch { .. } => {
            add(
                BlockerKind::Identity,
                "The person on the call is not this patient. Nothing can be written into this chart."
                    .to_owned(),
                None,
            );
        }
        _ if visit.encounter_is_open() => add(
            BlockerKind::Identity,
            "The EHR launched an encounter that this visit cannot be written into; decide first what is right instead, see the patient's identity.".to_owned(),
            None,
        ),
        _ if !visit.patient.undecided(&visit.decided).is_empty() => add(
            BlockerKind::Identity,
            "The chart says something about itself that you must decide on first; see the patient's identity.".to_owned(),
            None,
        ),
        _ => add(
            BlockerKind::Identity,
            "Confirm two identifiers with the person on the call.".to_owned(),
            None,
        ),
    }
    all
}

pub(crate) fn blockers(
    visit: &Visit,
    form: &Form,
    texts: &[(String, Phi<String>)],
    can_sign: bool,
) -> Vec<Blocker> {
    let mut all = barred(visit, can_sign);
    let mut add = |kind, what: String, target: Option<&str>| {
        all.push(Blocker { kind, what, target: target.map(str::to_owned) });
    };
    for section in form.sections.iter().filter(|s| s.required) {
        let filled = texts.iter().any(|(id, t)| *id == section.id && !t.expose().trim().is_empty());
        if !filled {
            add(BlockerKind::Note, format!("{} is still empty.", section.title), Some(&section.id));
        }
    }
    for (field, words) in visit.facts.missing() {
        add(BlockerKind::Facts, words.to_owned(), Some(field));
    }
    all
}

/// Fields of phrases that were never filled in, and copied text that was never touched.
pub(crate) fn warnings(form: &Form, texts: &[(String, Phi<String>)], copied: &[Copied]) -> Vec<Blocker> {
    let note = |what: String, section: &FormSection| Blocker {
        kind: BlockerKind::Note,
        what,
        target: Some(section.id.clone()),
    };
    let mut all = Vec::new();
    for (id, text) in texts {
        let Some(section) = form.section(id) else { continue };
        let fields = fields_in(text.expose());
        if !fields.is_empty() {
            let some: Vec<String> = fields.iter().take(3).map(|f| format!("[{f}]")).collect();
            let more = fields.len().saturating_sub(3);
            let more = if more == 0 { String::new() } else { format!(" and {more} more") };
            let what = format!("{} still has {}{more} to fill in.", section.title, some.join(", "));
            all.push(note(what, section));
        }
        if let Some(copy) = note_carry::standing(copied, id, text.expose()).next() {
            let what = format!("{} repeats the text of {} unchanged.", section.title, copy.source());
            all.push(note(what, section));
        }
    }
    all
}
