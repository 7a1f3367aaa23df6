//! The day's list as the window shows it.

use crate::account::Account;
use crate::app::Companion;
use crate::contract::{
    Opens, VisitStatus, WorklistPatient, WorklistRow, WorklistState, WorklistStatus, WorklistView,
};
use crate::failure::Failure;
use crate::visit::RECENT_VISITS;
use crate::visit_view;
use crate::worklist::Outcome;
use clinical::date::age;
use clinical::visit::Visit;
use clinical::worklist::{Ours, Row, Slot, Stage, next, stage, time};
use jiff::civil::Date;

/// A row with our own work on it.
struct Seen {
    row: Row,
    visit: Option<String>,
    ours: Ours,
    stage: Stage,
    words: String,
}

impl Companion {
    pub(crate) async fn worklist_view(&self, account: &Account) -> Result<WorklistView, Failure> {
        let (day, zone) = (self.clinic_day(), self.clinic_zone());
        // Before the vault is read: what ended is saved there.
        let outcome = account.worklist.outcome();
        let stored = account.vault.worklist(&day.to_string()).await?;
        let as_of = stored.as_ref().map(|s| s.fetched_at.to_string());
        let visits = account.vault.visits(RECENT_VISITS).await?;
        let mut seen = Vec::new();
        for row in stored.map(|s| s.rows).unwrap_or_default() {
            let visit = visits.iter().find(|v| is_of(v, &row.slot));
            let ours = match visit {
                Some(visit) => ours(account, visit).await?,
                None => Ours::NotOpened,
            };
            let (stage, words) = stage(&row, ours);
            seen.push(Seen { visit: visit.map(|v| v.id.clone()), row, ours, stage, words });
        }
        let slots = seen.iter().map(|s| (&s.row, s.stage)).collect::<Vec<_>>();
        let prefetched = self.prefetched(account, &slots).await?;
        let now = self.host.clock.now();
        let next = next(seen.iter().map(|s| (&s.row, s.stage, s.ours)), now).map(str::to_owned);
        let rows = seen
            .into_iter()
            .map(|s| WorklistRow {
                appointment: s.row.slot.id.clone(),
                start: s.row.slot.start.to_string(),
                end: s.row.slot.end.map(|e| e.to_string()),
                time: time(s.row.slot.start, &zone),
                patient: patient(&s.row.slot, day),
                reason: s.row.slot.reason.as_ref().map(|r| r.expose().clone()),
                visit_type: s
                    .row
                    .slot
                    .visit_type
                    .clone()
                    .unwrap_or_else(|| "Visit type not given".to_owned()),
                type_mapped: s
                    .row
                    .slot
                    .visit_type
                    .as_deref()
                    .is_some_and(|t| self.site.templates.for_type(t).is_some()),
                status: wire(s.stage),
                status_words: s.words,
                video: s.row.slot.room_url.is_some(),
                prefetched: prefetched.of(&s.row.slot.patient),
                opens: match s.visit.is_some() || account.reach(&s.row.slot.patient).is_some() {
                    true => Opens::Now,
                    false => Opens::SignIn,
                },
                visit: s.visit,
                changed_at: s.row.changed.as_ref().map(|c| c.at.to_string()),
                change: s.row.changed.map(|c| c.words),
            })
            .collect();
        let state = match outcome {
            None if as_of.is_none() => WorklistState::Loading,
            // From the vault, until the first answer of this process: it says its age.
            None | Some(Outcome::Complete) => WorklistState::Complete,
            Some(Outcome::Partial(why)) => WorklistState::Partial { why },
            Some(Outcome::Failed(why)) => WorklistState::Failed { why },
            Some(Outcome::Offline) => WorklistState::Offline { as_of: as_of.clone() },
            Some(Outcome::NoSchedule(why)) => WorklistState::NoSchedule { why },
        };
        Ok(WorklistView {
            date: day.to_string(),
            time_zone: zone.iana_name().map_or_else(|| "this computer's time".to_owned(), str::to_owned),
            state,
            as_of,
            rows,
            next,
            prefetch: prefetched.view(),
        })
    }
}

/// True when this visit is the one of this appointment.
pub(crate) fn is_of(visit: &Visit, slot: &Slot) -> bool {
    if visit.patient.id != slot.patient {
        return false;
    }
    let by_appointment =
        visit.appointment.as_ref().is_some_and(|a| a.strip_prefix("Appointment/") == Some(&slot.id));
    by_appointment
        || (visit.encounter.is_some() && visit.encounter == slot.encounter.as_ref().map(|e| e.id.clone()))
}

async fn ours(account: &Account, visit: &Visit) -> Result<Ours, Failure> {
    Ok(match visit_view::status(&account.vault, &visit.id).await? {
        VisitStatus::Open => Ours::Open {
            in_call: visit.room_joined.is_some() && visit.room_left.is_none(),
            left: visit.room_left.is_some(),
        },
        VisitStatus::Signed => Ours::Signed,
        VisitStatus::NeedsYou => Ours::NeedsClinician,
        VisitStatus::Filed => Ours::Filed,
        VisitStatus::ByHand => Ours::ByHand,
        VisitStatus::Retracted => Ours::Retracted,
    })
}

fn patient(slot: &Slot, today: Date) -> WorklistPatient {
    let Some(p) = &slot.chart else {
        return WorklistPatient {
            name: slot.name.expose().clone(),
            preferred_name: None,
            birth_date: "birth date not given yet".to_owned(),
            age: None,
            mrn: None,
            mrn_assigner: None,
        };
    };
    let born = p.birth_date.as_ref().map(clinical::phi::Phi::expose);
    WorklistPatient {
        name: p.banner_name(),
        preferred_name: p.preferred.as_ref().map(|n| n.expose().clone()),
        birth_date: born.map_or_else(|| "birth date not recorded".to_owned(), |d| d.shown().to_owned()),
        age: born.and_then(|d| age(d, today)),
        mrn: p.mrn.as_ref().map(|m| m.value.expose().clone()),
        mrn_assigner: p.mrn.as_ref().and_then(|m| m.assigner.clone()),
    }
}

fn wire(stage: Stage) -> WorklistStatus {
    match stage {
        Stage::Booked => WorklistStatus::Booked,
        Stage::Arrived => WorklistStatus::Arrived,
        Stage::InRoom => WorklistStatus::InRoom,
        Stage::NoteOpen => WorklistStatus::NoteOpen,
        Stage::ToSign => WorklistStatus::ToSign,
        Stage::Signed => WorklistStatus::Signed,
        Stage::Filed => WorklistStatus::Filed,
        Stage::Ended => WorklistStatus::Ended,
        Stage::Cancelled => WorklistStatus::Cancelled,
        Stage::Unrecognised => WorklistStatus::Unrecognised,
    }
}
