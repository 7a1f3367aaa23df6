//! The write plan: from the routes the requests of the outbox.

use crate::change;
use crate::personality::{Carrier, Personality};
use crate::route::{Diagnosis, Route, Routes};
use clinical::delivery::State;
use clinical::followup::{FollowUp, FollowUpVisit, FreeTime};
use clinical::item::{Change, ChangeForm, FoundBy, Item, Kind, Request};
use clinical::note::{NoteContext, Relation, SignedNote};
use clinical::phi::Phi;
use clinical::visit::Coverage;
use fhir::write::{self, ChargeLine, DiagnosisLink};
use jiff::Timestamp;
use serde_json::Value;

/// Everything that is signed together.
pub struct Signed<'a> {
    pub visit: &'a str,
    pub note: &'a SignedNote,
    pub diagnoses: &'a [Diagnosis],
    pub charges: &'a [ChargeLine],
    pub follow_ups: &'a [FollowUp],
    /// With its words for people.
    pub follow_up_visit: Option<(&'a FollowUpVisit, String)>,
    pub coverage: &'a Coverage,
    /// The EHR's FHIR base.
    pub base: &'a str,
    pub now: Timestamp,
}

/// Makes the outbox items, in order: note → diagnoses → charges → follow-ups → follow-up visit. `new_id` gives a
/// fresh UUID for each.
pub fn items(routes: &Routes, signed: &Signed<'_>, new_id: &mut dyn FnMut() -> String) -> Vec<Item> {
    let context = signed.note.context();
    let Route::Create { conditional, .. } = &routes.note else { return Vec::new() };
    let Some(taken) = &routes.personality.note else { return Vec::new() };
    let keeps = routes.personality.keeps_identifiers;
    let make = |id: &str, kind, label: String, conditional, parents: Vec<String>, body: Value| {
        create(keeps, id, signed.visit, &context.patient, kind, label, conditional, parents, body, signed.now)
    };
    let note_id = new_id();
    let body = write::document_reference(signed.note, &note_id, signed.base, taken.forms, taken.relates_to);
    let title = signed.note.title().to_owned();
    let mut all = vec![make(&note_id, Kind::Note, title, *conditional, vec![], body)];

    let mut links = Vec::new();
    let mut claim_parents = vec![note_id.clone()];
    for d in signed.diagnoses {
        let taken = routes.personality.diagnosis.as_ref();
        if let (Route::Create { conditional, .. }, Some(taken)) = (routes.of(d), taken) {
            let id = new_id();
            let body = write::condition(taken.form, &id, &d.code, &d.title, context, &note_id);
            let label = format!("{} {}", d.code, d.title);
            all.push(make(&id, Kind::Diagnosis, label, conditional, vec![note_id.clone()], body));
            claim_parents.push(id.clone());
            links.push(DiagnosisLink::Item(id));
        } else {
            links.push(DiagnosisLink::Code { code: d.code.clone(), title: d.title.clone() });
        }
    }
    if let (Route::Create { conditional, .. }, false) = (&routes.charge, signed.charges.is_empty()) {
        let id = new_id();
        let body = write::claim(&id, context, &note_id, &links, signed.charges, signed.coverage);
        let codes: Vec<&str> = signed.charges.iter().map(|c| c.code.as_str()).collect();
        all.push(make(&id, Kind::Charge, codes.join(", "), *conditional, claim_parents, body));
    }
    if let Route::Create { conditional, .. } = &routes.task {
        for follow_up in signed.follow_ups {
            let id = new_id();
            let body = carried(routes.personality, &id, follow_up, context, &note_id);
            let label = follow_up.text.expose().clone();
            all.push(make(&id, Kind::FollowUpTask, label, *conditional, vec![note_id.clone()], body));
        }
    }
    if let Some((visit, words)) = &signed.follow_up_visit
        && let route @ Route::Create { conditional, .. } = routes.of_visit(visit)
    {
        let id = new_id();
        let form = routes.personality.appointment.filter(|_| route.books());
        let body = match (&visit.time, form) {
            (Some(time), Some(form)) => write::appointment(form, &id, visit, time, context),
            _ => carried(routes.personality, &id, &to_schedule(visit, words, context), context, &note_id),
        };
        all.push(make(&id, Kind::FollowUpVisit, words.clone(), conditional, vec![note_id], body));
    }
    all
}

/// How a task is carried here.
fn carried(personality: &Personality, id: &str, task: &FollowUp, context: &NoteContext, note: &str) -> Value {
    match personality.task.as_ref().map(|taken| taken.carrier) {
        Some(Carrier::Communication) => write::communication(id, task, context),
        _ => write::task(id, task, context, note),
    }
}

/// The task of whoever books a visit that Chartside cannot book.
fn to_schedule(visit: &FollowUpVisit, words: &str, context: &NoteContext) -> FollowUp {
    FollowUp {
        id: visit.id.clone(),
        text: Phi::new(format!("Book a visit. {words}")),
        owner: context.author.clone(),
        owner_name: context.author_name.clone(),
        due: Some(visit.day),
        urgent: false,
    }
}

/// The item that books another time instead of one that was taken meanwhile. `of`: what was queued for that; its
/// Appointment goes out with the new time, as an item of its own. `None`: it books no time.
pub fn rebooked(of: &Item, time: &FreeTime, words: String, id: &str, now: Timestamp) -> Option<Item> {
    let mut body: Value = serde_json::from_str(of.request.body.expose()).ok()?;
    if of.request.resource_type != "Appointment" {
        return None;
    }
    write::move_appointment(&mut body, id, time);
    let request =
        Request { body: Phi::new(body.to_string()), identifier: write::urn(id), ..of.request.clone() };
    Some(Item {
        id: id.to_owned(),
        label: Phi::new(words),
        state: State::WaitingOnParent,
        request,
        since: now,
        attempts: 0,
        receipt: None,
        ..of.clone()
    })
}

/// The item of an addendum or a correction; `None` where the EHR takes no notes. What it amends is its parent:
/// the reference to that is filled in like any other.
pub fn amendment(
    personality: &Personality,
    route: &Route,
    visit: &str,
    note: &SignedNote,
    base: &str,
    id: &str,
) -> Option<Item> {
    let Route::Create { conditional, .. } = route else { return None };
    let (amends, taken) = (note.beside().amends.as_ref()?, personality.note.as_ref()?);
    let kind = match amends.relation {
        Relation::Appends => Kind::Addendum,
        Relation::Replaces => Kind::Correction,
        Relation::Signs => Kind::Cosign,
    };
    let body = write::document_reference(note, id, base, taken.forms, taken.relates_to);
    let parents = amends.item.iter().cloned().collect();
    let (patient, title, at) = (&note.context().patient, note.title().to_owned(), note.signed_at());
    let keeps = personality.keeps_identifiers;
    Some(create(keeps, id, visit, patient, kind, title, *conditional, parents, body, at))
}

/// The item that makes somebody else's note final once the statement about it is filed. `version`: as it was read.
pub fn cosigned(
    statement: &Item,
    by: &NoteContext,
    note: &str,
    version: Option<String>,
    form: ChangeForm,
    id: String,
) -> Item {
    let patch = write::cosigned(&by.author, &by.author_name);
    let change = Change { of: note.to_owned(), form, version };
    let label = "The note becomes final".to_owned();
    change::item(statement, Kind::Cosign, label, &patch, change, id, statement.since)
}

fn create(
    keeps_identifiers: bool,
    id: &str,
    visit: &str,
    patient: &str,
    kind: Kind,
    label: String,
    conditional: bool,
    parents: Vec<String>,
    mut body: Value,
    since: Timestamp,
) -> Item {
    if let (false, Some(body)) = (keeps_identifiers, body.as_object_mut()) {
        body.remove("identifier");
    }
    Item {
        id: id.to_owned(),
        visit: visit.to_owned(),
        patient: patient.to_owned(),
        kind,
        label: Phi::new(label),
        state: if parents.is_empty() { State::Ready } else { State::WaitingOnParent },
        parents,
        request: Request {
            resource_type: fhir::json::text(&body, &["resourceType"]).unwrap_or_default().to_owned(),
            body: Phi::new(body.to_string()),
            identifier: write::urn(id),
            conditional,
            found_by: if keeps_identifiers { FoundBy::Identifier } else { FoundBy::Content },
            change: None,
        },
        since,
        attempts: 0,
        receipt: None,
    }
}
