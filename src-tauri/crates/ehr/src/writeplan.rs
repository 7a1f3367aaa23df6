//! The write plan: capabilities ∩ granted scopes ∩ personality → a route for each kind of item,
//! and from the routes the requests of the outbox.

use crate::capability::Capabilities;
use crate::change;
use crate::personality::{Carrier, Personality};
use crate::smart::Scopes;
use clinical::delivery::State;
use clinical::followup::{FollowUp, FollowUpVisit, FreeTime};
use clinical::item::{Change, ChangeForm, FoundBy, Item, Kind, Request};
use clinical::note::{NoteContext, Relation, SignedNote};
use clinical::phi::Phi;
use clinical::visit::Coverage;
use fhir::write::{self, ChargeLine, DiagnosisLink};
use jiff::Timestamp;
use serde_json::Value;

/// Where an item goes. Sending needs a [`Route::Create`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// POST of this resource type.
    Create { resource_type: &'static str, conditional: bool },
    /// As a file for another system of the clinic (this kind of message), and in the note. The sentence says why.
    File { kind: &'static str, why: String },
    /// Not as a record of its own: it stands in the note. The sentence says why.
    InNote { why: String },
    /// Nowhere in this EHR. The sentence says why.
    Nowhere { why: String },
}

impl Route {
    /// It is sent as a record of its own.
    pub fn is_create(&self) -> bool {
        matches!(self, Route::Create { .. })
    }
}

/// The routes of one EHR for one visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Routes {
    pub personality: &'static Personality,
    pub note: Route,
    pub diagnosis: Route,
    pub charge: Route,
    pub task: Route,
    /// Of a follow-up visit at a free time.
    pub appointment: Route,
}

/// What of a visit, and of what was tried lately, decides on its routes.
#[derive(Debug, Clone, Copy)]
pub struct OfVisit<'r> {
    /// The EHR knows the encounter.
    pub encounter: bool,
    /// The note waits for somebody's cosign.
    pub awaits_cosign: bool,
    /// Resource types that the EHR refused although it declares them, each with when and how ("on 2026-11-23, HTTP 403").
    /// Never those of notes: one chart that takes none would keep every other from being written.
    pub refused: &'r [(String, String)],
}

/// As a clinician calls it.
pub(crate) fn words(resource_type: &str) -> &str {
    match resource_type {
        "DocumentReference" => "note",
        "Condition" => "diagnosis",
        "Claim" => "charge",
        "Task" => "task",
        "Communication" => "message",
        "Appointment" => "appointment",
        other => other,
    }
}

/// Finds the routes. Nothing is assumed: what the server does not declare, the scopes do not grant
/// or the personality does not take, has no create route, and the reason is kept.
pub fn routes(
    capabilities: &Capabilities,
    scopes: &Scopes,
    personality: &'static Personality,
    visit: OfVisit<'_>,
) -> Routes {
    let create = |kind: &'static str, taken: bool| -> Result<Route, String> {
        let words = words(kind);
        if !taken {
            return Err(format!("this kind of EHR takes no {words} from outside"));
        }
        if !capabilities.can(kind, "create") {
            return Err(format!("the EHR does not say that it takes a {words} ({kind})"));
        }
        if !scopes.allow(kind, 'c') {
            return Err(format!("the EHR did not grant writing a {words} ({kind})"));
        }
        if !scopes.allow(kind, 'r') {
            return Err(format!(
                "the EHR did not grant reading a {words} ({kind}) back, so filing could not be proved"
            ));
        }
        let conditional = personality.conditional_create && capabilities.conditional_create(kind);
        Ok(Route::Create { resource_type: kind, conditional })
    };
    let fits = match &personality.note {
        Some(taken) if taken.needs_encounter && !visit.encounter => {
            Err("this kind of EHR takes a note only within an encounter, and it named none for this visit")
        }
        Some(taken) if !taken.preliminary && visit.awaits_cosign => {
            Err("this kind of EHR takes only finished notes, and this one waits for cosign")
        }
        _ => Ok(()),
    };
    let note = fits
        .map_err(str::to_owned)
        .and_then(|()| create("DocumentReference", personality.note.is_some()))
        .unwrap_or_else(|why| Route::Nowhere { why });
    let not_refused = |kind: &str, route| match visit.refused.iter().find(|(refused, _)| refused == kind) {
        Some((_, when)) => Err(format!("the EHR refused a {} {when}, whatever it declares", words(kind))),
        None => Ok(route),
    };
    let beside = |kind, taken| match create(kind, taken).and_then(|route| not_refused(kind, route)) {
        Ok(route) if note.is_create() => route,
        Ok(_) => Route::Nowhere { why: "the note itself cannot be written".to_owned() },
        Err(why) if note.is_create() => Route::InNote { why },
        Err(why) => Route::Nowhere { why },
    };
    let carrier = personality.task.as_ref().map(|taken| taken.carrier);
    let task = beside(carrier.unwrap_or(Carrier::Task).resource_type(), carrier.is_some());
    let diagnosis = match &personality.diagnosis {
        Some(taken) if taken.needs_encounter && note.is_create() && !visit.encounter => Route::InNote {
            why: "this kind of EHR takes a diagnosis only within an encounter, and it named none".to_owned(),
        },
        taken => beside("Condition", taken.is_some()),
    };
    let (charge, appointment) =
        (beside("Claim", personality.claim), beside("Appointment", personality.appointment.is_some()));
    Routes { personality, note, diagnosis, charge, task, appointment }
}

/// What an EHR declared and granted, as far as routes depend on it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Declared {
    pub capabilities: Capabilities,
    /// As granted, parted by spaces.
    pub scopes: String,
}

/// What was written as a record before and cannot be now, each with why and what happens instead.
pub fn broken(before: &Declared, now: &Declared, personality: &'static Personality) -> Vec<String> {
    let all = OfVisit { encounter: true, awaits_cosign: false, refused: &[] };
    let of = |d: &Declared| routes(&d.capabilities, &Scopes::parse(&d.scopes), personality, all);
    let (old, new) = (of(before), of(now));
    let kinds = [
        ("Notes", &old.note, &new.note),
        ("Diagnoses", &old.diagnosis, &new.diagnosis),
        ("Charges", &old.charge, &new.charge),
        ("Follow-up tasks", &old.task, &new.task),
        ("Follow-up visits", &old.appointment, &new.appointment),
    ];
    let gone = kinds.into_iter().filter_map(|(name, old, new)| match new {
        Route::Create { .. } | Route::File { .. } => None,
        _ if !old.is_create() => None,
        Route::InNote { why } => Some(format!("{name} stand in the note from now on, because {why}.")),
        Route::Nowhere { why } => Some(format!("{name} do not go there any more, because {why}.")),
    });
    gone.collect()
}

impl Routes {
    /// The route of one diagnosis: what is on the problem list already is not suggested for it again.
    pub fn of(&self, diagnosis: &Diagnosis) -> Route {
        let suggested = self.personality.diagnosis.as_ref().is_some_and(|taken| taken.for_problem_list);
        match &self.diagnosis {
            Route::Create { .. } if suggested && diagnosis.on_problem_list => {
                Route::InNote { why: "it is on the patient's problem list already".to_owned() }
            }
            route => route.clone(),
        }
    }

    /// The route of the follow-up visit: booked at its time; else a task for whoever schedules; else in the note.
    pub fn of_visit(&self, visit: &FollowUpVisit) -> Route {
        match (&visit.time, &self.appointment) {
            (Some(_), booked @ Route::Create { .. }) => booked.clone(),
            _ if self.task.is_create() => self.task.clone(),
            (None, Route::Create { .. } | Route::InNote { .. }) => Route::InNote {
                why: "no free time was chosen, and a task to book one has no place in this EHR".to_owned(),
            },
            (_, not_booked) => not_booked.clone(),
        }
    }

    /// How a task is carried here.
    fn carried(&self, id: &str, task: &FollowUp, context: &NoteContext, note: &str) -> Value {
        match self.personality.task.as_ref().map(|taken| taken.carrier) {
            Some(Carrier::Communication) => write::communication(id, task, context),
            _ => write::task(id, task, context, note),
        }
    }
}

/// A diagnosis of the visit.
#[derive(Clone)]
pub struct Diagnosis {
    pub code: String,
    pub title: String,
    /// A current problem of the chart has this very code.
    pub on_problem_list: bool,
}

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
            let body = routes.carried(&id, follow_up, context, &note_id);
            let label = follow_up.text.expose().clone();
            all.push(make(&id, Kind::FollowUpTask, label, *conditional, vec![note_id.clone()], body));
        }
    }
    if let Some((visit, words)) = &signed.follow_up_visit
        && let Route::Create { conditional, .. } = routes.of_visit(visit)
    {
        let id = new_id();
        let form = routes.personality.appointment.filter(|_| routes.appointment.is_create());
        let body = match (&visit.time, form) {
            (Some(time), Some(form)) => write::appointment(form, &id, visit, time, context),
            _ => routes.carried(&id, &to_schedule(visit, words, context), context, &note_id),
        };
        all.push(make(&id, Kind::FollowUpVisit, words.clone(), conditional, vec![note_id], body));
    }
    all
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

/// The body with each parent's `urn:uuid:` replaced by its reference in the EHR. `None` while a
/// parent has none.
pub fn filled_in(item: &Item, parents: &[Item]) -> Option<String> {
    let mut body = item.request.body.expose().clone();
    for wanted in &item.parents {
        let parent = parents.iter().find(|p| &p.id == wanted)?;
        // Only whole reference values, never the text of a note that happens to hold such a urn.
        let urn = format!("\"reference\":\"{}\"", write::urn(wanted));
        match &parent.state {
            State::Filed { reference } => {
                body = body.replace(&urn, &format!("\"reference\":\"{reference}\""));
            }
            _ if is_by_hand(parent) => body = without(&body, &write::urn(wanted))?,
            _ if is_left_in_note(parent) => {
                let condition: Value = serde_json::from_str(parent.request.body.expose()).ok()?;
                let linked = format!("\"diagnosisReference\":{{{urn}}}");
                body = body
                    .replace(&linked, &format!("\"diagnosisCodeableConcept\":{}", condition.get("code")?));
            }
            _ => return None,
        }
    }
    Some(body)
}

/// A note, or what came after it, that somebody entered in the EHR: nothing can name it.
pub fn is_by_hand(item: &Item) -> bool {
    matches!(item.kind, Kind::Note | Kind::Addendum | Kind::Correction) && item.state == State::Superseded
}

/// The body without whatever refers to `urn`: the element of a list that needs it goes as a whole.
fn without(body: &str, urn: &str) -> Option<String> {
    fn refers(value: &Value, urn: &str) -> bool {
        value.get("reference").and_then(Value::as_str) == Some(urn)
    }
    /// False when nothing of it is left.
    fn prune(value: &mut Value, urn: &str) -> bool {
        match value {
            Value::Object(fields) => {
                fields.retain(|_, field| !refers(field, urn) && prune(field, urn));
                !fields.is_empty()
            }
            Value::Array(all) => {
                let needs = |one: &Value| {
                    one.as_object().is_some_and(|fields| fields.values().any(|field| refers(field, urn)))
                };
                all.retain_mut(|one| !refers(one, urn) && !needs(one) && prune(one, urn));
                !all.is_empty()
            }
            _ => true,
        }
    }
    let mut body: Value = serde_json::from_str(body).ok()?;
    prune(&mut body, urn);
    // A claim's lines point at what was said of the note.
    if body.get("supportingInfo").is_none()
        && let Some(lines) = body.get_mut("item").and_then(Value::as_array_mut)
    {
        for line in lines.iter_mut().filter_map(Value::as_object_mut) {
            line.remove("informationSequence");
        }
    }
    Some(body.to_string())
}

/// A diagnosis without a record of its own: what names it says its code instead.
pub fn is_left_in_note(item: &Item) -> bool {
    item.kind == Kind::Diagnosis && item.state == State::Superseded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::personality::personality;
    use serde_json::json;

    const VISIT: OfVisit<'_> = OfVisit { encounter: true, awaits_cosign: false, refused: &[] };

    fn all_creatable() -> Capabilities {
        let resource = |t: &str| json!({"type": t, "interaction": [{"code": "create"}, {"code": "read"}], "conditionalCreate": true});
        Capabilities::read(
            &json!({"resourceType": "CapabilityStatement", "rest": [{"mode": "server", "resource":
            [resource("DocumentReference"), resource("Condition"), resource("Claim"), resource("Task")]}]}),
        )
        .unwrap()
    }

    #[test]
    fn what_is_not_granted_goes_into_the_note_with_the_reason() {
        let scopes = Scopes::parse(
            "patient/DocumentReference.cruds patient/Condition.cruds patient/Claim.rs patient/Task.cruds",
        );
        let r = routes(&all_creatable(), &scopes, personality("generic").unwrap(), VISIT);
        assert!(r.note.is_create() && r.diagnosis.is_create() && r.task.is_create());
        assert!(
            matches!(&r.charge, Route::InNote { why } if why.contains("did not grant writing a charge (Claim)"))
        );
    }

    #[test]
    fn what_the_ehr_refused_lately_goes_into_the_note_and_a_refused_note_keeps_nothing_back() {
        let scopes = Scopes::parse("patient/*.cruds");
        let refused = ["Condition", "DocumentReference"].map(|kind| (kind.to_owned(), "today".to_owned()));
        let r = routes(
            &all_creatable(),
            &scopes,
            personality("generic").unwrap(),
            OfVisit { refused: &refused, ..VISIT },
        );
        assert!(r.note.is_create() && r.charge.is_create());
        assert!(
            matches!(&r.diagnosis, Route::InNote { why } if why.starts_with("the EHR refused a diagnosis today"))
        );
    }

    #[test]
    fn what_a_new_declaration_breaks_is_named_and_what_it_adds_is_not() {
        let declared = |scopes: &str| Declared { capabilities: all_creatable(), scopes: scopes.to_owned() };
        let (all, less) =
            (declared("patient/*.cruds"), declared("patient/*.rs patient/DocumentReference.cruds"));
        let generic = personality("generic").unwrap();
        let told = broken(&all, &less, generic);
        assert_eq!(told.len(), 3, "{told:?}");
        assert!(
            told[0].starts_with("Diagnoses stand in the note from now on, because the EHR did not grant")
        );
        assert!(broken(&less, &all, generic).is_empty() && broken(&all, &all, generic).is_empty());
        let nothing = broken(&all, &declared("patient/*.rs"), generic);
        assert!(nothing[0].starts_with("Notes do not go there any more"), "{nothing:?}");
    }

    #[test]
    fn a_read_only_ehr_has_no_route_at_all() {
        let r = routes(
            &all_creatable(),
            &Scopes::parse("patient/*.cruds"),
            personality("read-only").unwrap(),
            VISIT,
        );
        for route in [r.note, r.diagnosis, r.charge, r.task] {
            assert!(matches!(route, Route::Nowhere { .. }));
        }
    }

    #[test]
    fn what_cannot_be_read_back_is_not_written() {
        let r =
            routes(&all_creatable(), &Scopes::parse("patient/*.c"), personality("generic").unwrap(), VISIT);
        assert!(matches!(r.note, Route::Nowhere { .. }));
    }
}
