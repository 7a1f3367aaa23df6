//! Free times: a Schedule for everybody who sees patients today, and what booking does to its Slots.

use crate::clock;
use crate::error::Refusal;
use crate::store::Store;
use crate::store::query::bare_id;
use crate::store::values::{at, text};
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, ToSpan};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;

/// How far the schedule is open.
const DAYS: i64 = 100;
/// When a slot begins, in UTC, and whether it is by telephone.
const TIMES: [(i8, i8, bool); 6] =
    [(14, 0, false), (14, 20, false), (15, 40, true), (17, 0, false), (18, 20, false), (19, 40, true)];
const MINUTES: i64 = 20;

/// Opens the schedule of these practitioners from tomorrow on, on weekdays; every fifth slot is taken.
pub fn open<'v>(store: &mut Store, practitioners: impl Iterator<Item = &'v str>) {
    let now = clock::now();
    let today = now.to_zoned(TimeZone::UTC).date();
    for who in practitioners.map(bare_id).collect::<BTreeSet<_>>() {
        let schedule = format!("sched-{who}");
        if store.newest("Schedule", &schedule).is_some() {
            continue;
        }
        let mut all = vec![json!({
            "resourceType": "Schedule", "id": schedule, "active": true,
            "actor": [{ "reference": format!("Practitioner/{who}") }],
        })];
        for day in (1..=DAYS).filter_map(|ahead| today.checked_add(ahead.days()).ok()) {
            if matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
                continue;
            }
            for (hour, minute, phone) in TIMES {
                let Ok(start) = day.at(hour, minute, 0, 0).to_zoned(TimeZone::UTC) else { continue };
                let start = start.timestamp();
                let (code, display) = if phone {
                    ("185317003", "Telephone encounter")
                } else {
                    ("185389009", "Follow-up visit")
                };
                let taken = all.len() % 5 == 0;
                all.push(json!({
                    "resourceType": "Slot",
                    "id": format!("slot-{who}-{day}-{hour:02}{minute:02}"),
                    "schedule": { "reference": format!("Schedule/{schedule}") },
                    "serviceType": [{ "coding": [{
                        "system": "http://snomed.info/sct", "code": code, "display": display
                    }] }],
                    "status": if taken { "busy" } else { "free" },
                    "start": clock::instant(start),
                    "end": clock::instant(start + SignedDuration::from_mins(MINUTES)),
                }));
            }
        }
        for mut body in all {
            crate::store::stamp(&mut body, 1, &clock::instant(now));
            store.load(Arc::new(body), now);
        }
    }
}

/// `schedule.actor` as the schedules that it means.
pub fn unchained(store: &Store, kind: &str, pairs: &[(String, String)]) -> Vec<(String, String)> {
    let schedules = |actor: &str| -> String {
        let of = |body: &&Arc<Value>| at(body, "actor.reference").into_iter().any(|who| who == actor);
        let all: Vec<_> = store.all("Schedule").filter_map(|version| version.body.clone()).collect();
        let ids = all.iter().filter(of).filter_map(|body| Some(format!("Schedule/{}", text(body, "id")?)));
        ids.chain(["Schedule/none".to_owned()]).collect::<Vec<_>>().join(",")
    };
    let pairs = pairs.iter().map(|(name, value)| match name.as_str() {
        "schedule.actor" if kind == "Slot" => ("schedule".to_owned(), schedules(value)),
        _ => (name.clone(), value.clone()),
    });
    pairs.collect()
}

/// What an Appointment that only names its slot gets from it: the time, and whom it is with.
pub fn filled(store: &Store, mut appointment: Value) -> Value {
    let slot = slots(&appointment).first().and_then(|slot| store.follow(slot));
    let (Some(slot), true) = (slot, appointment["start"].is_null()) else { return appointment };
    for name in ["start", "end", "serviceType"] {
        appointment[name] = slot[name].clone();
    }
    let schedule = text(&slot["schedule"], "reference").and_then(|schedule| store.follow(schedule));
    let actors = schedule
        .iter()
        .flat_map(|s| at(s, "actor"))
        .map(|actor| json!({ "actor": actor, "status": "accepted" }));
    let actors: Vec<Value> = actors.collect();
    if let Some(with) = appointment["participant"].as_array_mut() {
        with.extend(actors);
    }
    appointment
}

/// Refuses an Appointment whose slot is taken.
pub fn check(store: &Store, appointment: &Value, status: u16) -> Result<(), Refusal> {
    let taken = |slot: &str| store.follow(slot).is_none_or(|slot| text(&slot, "status") != Some("free"));
    if holds(appointment) && slots(appointment).iter().any(|slot| taken(slot)) {
        return Err(Refusal::new(status, "conflict", "the slot is not free"));
    }
    Ok(())
}

/// Takes the slots of an Appointment, or gives them back when it holds them no longer.
pub fn settle(store: &mut Store, appointment: &Value) {
    let status = if holds(appointment) { "busy" } else { "free" };
    for slot in slots(appointment) {
        let Some(body) = store.follow(&slot) else { continue };
        let mut body = Value::clone(&body);
        body["status"] = json!(status);
        store.write("Slot", bare_id(&slot), body, "PUT");
    }
}

fn holds(appointment: &Value) -> bool {
    !matches!(text(appointment, "status"), Some("cancelled" | "entered-in-error" | "proposed" | "noshow"))
}

fn slots(appointment: &Value) -> Vec<String> {
    let all = at(appointment, "slot.reference");
    all.into_iter().filter_map(Value::as_str).map(str::to_owned).collect()
}
