//! The routes: capabilities ∩ granted scopes ∩ personality → where each kind of item goes, and why not elsewhere.

use crate::capability::Capabilities;
use crate::personality::{Carrier, Personality};
use crate::smart::Scopes;
use clinical::followup::FollowUpVisit;

/// A diagnosis of the visit.
#[derive(Clone)]
pub struct Diagnosis {
    pub code: String,
    pub title: String,
    /// A current problem of the chart has this very code.
    pub on_problem_list: bool,
}

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

    /// It books a time of the schedule.
    pub fn books(&self) -> bool {
        matches!(self, Route::Create { resource_type: "Appointment", .. })
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
