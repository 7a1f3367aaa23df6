//! The day's list: what the EHR has booked, what of it changed since it was first shown, where each
//! visit stands, and who is next.

use crate::chart::Status;
use crate::coding::facts::Modality;
use crate::identity::Patient;
use crate::phi::Phi;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// A patient who did not come is passed over by "next" this long after the booked end.
const LATE: SignedDuration = SignedDuration::from_mins(60);

/// One appointment as the EHR has it now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Slot {
    /// `Appointment` id.
    pub id: String,
    pub start: Timestamp,
    pub end: Option<Timestamp>,
    pub status: Status,
    /// `Patient` id.
    pub patient: String,
    /// As the appointment names the patient; shown until the chart was read.
    pub name: Phi<String>,
    /// Who it is, with identifiers; `None` while the EHR did not give it.
    pub chart: Option<Patient>,
    pub visit_type: Option<String>,
    pub reason: Option<Phi<String>>,
    pub modality: Option<Modality>,
    /// Address of the room; never shown.
    pub room_url: Option<Phi<String>>,
    pub encounter: Option<Encounter>,
}

/// The encounter of an appointment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Encounter {
    pub id: String,
    pub status: Status,
}

/// A slot with what the EHR did to it during the day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    pub slot: Slot,
    /// The EHR no longer lists it for this clinician.
    pub gone: bool,
    pub changed: Option<Change>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub at: Timestamp,
    /// "new", "was 09:20", …
    pub words: String,
}

/// Where our own work on an appointment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ours {
    NotOpened,
    /// The note is being written; whether the call is on, or was.
    Open {
        in_call: bool,
        left: bool,
    },
    Signed,
    NeedsClinician,
    Filed,
    /// In the EHR by the clinician's own hand.
    ByHand,
    /// Entered in error.
    Retracted,
}

/// Where an appointment stands, all things together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Booked,
    Arrived,
    InRoom,
    NoteOpen,
    ToSign,
    Signed,
    Filed,
    Ended,
    Cancelled,
    Unrecognised,
}

/// The day with what the EHR gives `now`, at `at`. Without a day before nothing is marked. What the
/// EHR no longer gives stays where it was and says so; of an incomplete answer nothing is "gone".
pub fn merged(
    before: Option<&[Row]>,
    now: Vec<Slot>,
    complete: bool,
    at: Timestamp,
    zone: &TimeZone,
) -> Vec<Row> {
    let old = |id: &str| before.and_then(|rows| rows.iter().find(|r| r.slot.id == id));
    let mut rows: Vec<Row> = Vec::with_capacity(now.len());
    for mut slot in now {
        if rows.iter().any(|r| r.slot.id == slot.id) {
            continue;
        }
        let changed = match old(&slot.id) {
            None => before.map(|_| Change { at, words: "new".to_owned() }),
            Some(old) => {
                // What could not be read this time is what it was.
                slot.chart = slot.chart.or_else(|| old.slot.chart.clone());
                let words = differences(&old.slot, old.gone, &slot, zone);
                words.map(|words| Change { at, words }).or_else(|| old.changed.clone())
            }
        };
        rows.push(Row { slot, gone: false, changed });
    }
    for old in before.unwrap_or_default() {
        if rows.iter().any(|r| r.slot.id == old.slot.id) {
            continue;
        }
        let left = complete && !old.gone;
        let changed = left.then(|| Change { at, words: "no longer on your schedule".to_owned() });
        rows.push(Row {
            slot: old.slot.clone(),
            gone: old.gone || left,
            changed: changed.or_else(|| old.changed.clone()),
        });
    }
    rows.sort_by(|a, b| (a.slot.start, &a.slot.id).cmp(&(b.slot.start, &b.slot.id)));
    rows
}

fn differences(old: &Slot, was_gone: bool, new: &Slot, zone: &TimeZone) -> Option<String> {
    let mut words = Vec::new();
    if was_gone {
        words.push("back on your schedule".to_owned());
    }
    if old.start != new.start {
        words.push(format!("was {}", time(old.start, zone)));
    }
    if old.status != new.status {
        words.push(format!("was {}", old.status.words().unwrap_or_else(|| "without a status".to_owned())));
    }
    if old.patient != new.patient {
        words.push("another patient".to_owned());
    } else if identifiers(old) != identifiers(new) && old.chart.is_some() {
        words.push("the patient's name or identifiers changed".to_owned());
    }
    if old.visit_type != new.visit_type {
        words.push("another visit type".to_owned());
    }
    if old.reason != new.reason {
        words.push("another reason".to_owned());
    }
    if old.room_url.is_some() != new.room_url.is_some() {
        words.push(if new.room_url.is_some() { "now with video" } else { "no longer with video" }.to_owned());
    }
    (!words.is_empty()).then(|| words.join(" · "))
}

fn identifiers(slot: &Slot) -> Option<Vec<(crate::identity::Identifier, String)>> {
    slot.chart.as_ref().map(Patient::identifiers)
}

/// `HH:MM` in this zone.
pub fn time(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%H:%M").to_string()
}

/// Where a row stands, and the words for it. Our own work says more than the EHR's status; a
/// status that nobody knows is said as it is.
pub fn stage(row: &Row, ours: Ours) -> (Stage, String) {
    let slot = &row.slot;
    let encounter = slot.encounter.as_ref().map(|e| &e.status);
    let over = slot.status.is(&["fulfilled"]) || encounter.is_some_and(|s| s.is(&["finished"]));
    let say = |stage, words: &str| (stage, words.to_owned());
    match ours {
        Ours::Filed => return say(Stage::Filed, "filed"),
        Ours::ByHand => return say(Stage::Filed, "entered by hand"),
        Ours::Retracted => return say(Stage::Filed, "retracted"),
        Ours::NeedsClinician => return say(Stage::Signed, "signed, needs you"),
        Ours::Signed => return say(Stage::Signed, "signed, being filed"),
        Ours::Open { in_call: true, .. } => return say(Stage::InRoom, "in the room"),
        Ours::Open { left, .. } if left || over => return say(Stage::ToSign, "to sign"),
        Ours::Open { .. } => return say(Stage::NoteOpen, "note open"),
        Ours::NotOpened => {}
    }
    if row.gone {
        return say(Stage::Cancelled, "no longer on your schedule");
    }
    if slot.status.is(&["cancelled"]) || encounter.is_some_and(|s| s.is(&["cancelled"])) {
        return say(Stage::Cancelled, "cancelled");
    }
    if slot.status.is(&["noshow"]) {
        return say(Stage::Cancelled, "did not come");
    }
    if over {
        return say(Stage::Ended, "over in the EHR");
    }
    if encounter.is_some_and(|s| s.is(&["in-progress"])) {
        return say(Stage::InRoom, "in the room");
    }
    if slot.status.is(&["arrived", "checked-in"]) || encounter.is_some_and(|s| s.is(&["arrived", "triaged"]))
    {
        return say(Stage::Arrived, "arrived");
    }
    match &slot.status {
        Status::Known(s) if s == "pending" => say(Stage::Booked, "booked, not yet confirmed"),
        Status::Known(_) => say(Stage::Booked, "booked"),
        other => (Stage::Unrecognised, other.words().unwrap_or_else(|| "status not given".to_owned())),
    }
}

/// Who is next: of those who wait (arrived, or booked and not long past) the earliest; when all
/// are long past, the earliest that was never opened. `None`: nobody is left.
pub fn next<'a>(
    rows: impl Iterator<Item = (&'a Row, Stage, Ours)> + Clone,
    now: Timestamp,
) -> Option<&'a str> {
    let waiting = rows.filter(|(_, stage, ours)| {
        *ours == Ours::NotOpened && matches!(stage, Stage::Booked | Stage::Arrived | Stage::InRoom)
    });
    let timely = |row: &Row, stage: Stage| {
        let end = row.slot.end.unwrap_or(row.slot.start);
        stage != Stage::Booked || now.duration_since(end) <= LATE
    };
    let mut all = waiting.clone();
    let first = all.find(|(row, stage, _)| timely(row, *stage));
    first.or_else(|| waiting.clone().next()).map(|(row, ..)| row.slot.id.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::tests::maria;

    fn at(time: &str) -> Timestamp {
        format!("2026-11-22T{time}:00Z").parse().unwrap()
    }

    fn known(code: &str) -> Status {
        Status::Known(code.to_owned())
    }

    fn slot(id: &str, start: &str, status: &str) -> Slot {
        Slot {
            id: id.to_owned(),
            start: at(start),
            end: Some(at(start) + SignedDuration::from_mins(20)),
            status: known(status),
            patient: "maria".to_owned(),
            name: "Maria Santos".into(),
            chart: Some(maria()),
            visit_type: Some("Follow-up".to_owned()),
            reason: None,
            modality: None,
            room_url: None,
            encounter: None,
        }
    }

    fn first(slots: Vec<Slot>) -> Vec<Row> {
        merged(None, slots, true, at("08:00"), &TimeZone::UTC)
    }

    fn words(rows: &[Row]) -> Vec<(&str, Option<&str>)> {
        rows.iter().map(|r| (&*r.slot.id, r.changed.as_ref().map(|c| &*c.words))).collect()
    }

    #[test]
    fn the_first_list_of_a_day_is_in_order_and_marks_nothing() {
        let rows =
            first(vec![slot("c", "10:00", "booked"), slot("b", "09:00", "booked"), slot("a", "10:00", "x")]);
        assert_eq!(words(&rows), [("b", None), ("a", None), ("c", None)]);
    }

    #[test]
    fn what_changed_is_marked_and_nothing_else_moves() {
        let before = first(vec![slot("a", "09:00", "booked"), slot("b", "10:00", "booked")]);
        let now = vec![slot("b", "10:00", "arrived"), slot("a", "09:00", "booked"), slot("n", "11:00", "x")];
        let rows = merged(Some(&before), now.clone(), true, at("09:30"), &TimeZone::UTC);
        assert_eq!(words(&rows), [("a", None), ("b", Some("was booked")), ("n", Some("new"))]);
        let again = merged(Some(&rows), now, true, at("09:31"), &TimeZone::UTC);
        assert_eq!(again, rows, "the same answer again changes nothing, marks included");
    }

    #[test]
    fn a_visit_that_was_moved_says_from_when_in_the_clinics_time() {
        let before = first(vec![slot("a", "09:00", "booked")]);
        let zone = TimeZone::fixed(jiff::tz::offset(-5));
        let rows = merged(Some(&before), vec![slot("a", "15:00", "booked")], true, at("09:30"), &zone);
        assert_eq!(words(&rows), [("a", Some("was 04:00"))]);
    }

    #[test]
    fn what_the_ehr_no_longer_lists_stays_in_its_place_and_says_so() {
        let before = first(vec![slot("a", "09:00", "booked"), slot("b", "10:00", "booked")]);
        let now = vec![slot("b", "10:00", "booked")];
        let rows = merged(Some(&before), now.clone(), true, at("09:30"), &TimeZone::UTC);
        assert_eq!(words(&rows), [("a", Some("no longer on your schedule")), ("b", None)]);
        assert_eq!(stage(&rows[0], Ours::NotOpened).0, Stage::Cancelled);
        let partial = merged(Some(&before), now, false, at("09:30"), &TimeZone::UTC);
        assert_eq!(words(&partial), [("a", None), ("b", None)], "half an answer says nothing of the rest");
    }

    #[test]
    fn each_stage_comes_of_the_appointment_the_encounter_and_our_own_work() {
        let open = Ours::Open { in_call: false, left: false };
        let rows = [
            ("booked", None, Ours::NotOpened, Stage::Booked),
            ("pending", None, Ours::NotOpened, Stage::Booked),
            ("booked", Some("planned"), Ours::NotOpened, Stage::Booked),
            ("arrived", None, Ours::NotOpened, Stage::Arrived),
            ("checked-in", None, Ours::NotOpened, Stage::Arrived),
            ("booked", Some("triaged"), Ours::NotOpened, Stage::Arrived),
            ("arrived", Some("in-progress"), Ours::NotOpened, Stage::InRoom),
            ("fulfilled", None, Ours::NotOpened, Stage::Ended),
            ("booked", Some("finished"), Ours::NotOpened, Stage::Ended),
            ("cancelled", None, Ours::NotOpened, Stage::Cancelled),
            ("noshow", None, Ours::NotOpened, Stage::Cancelled),
            ("arrived", None, open, Stage::NoteOpen),
            ("cancelled", None, open, Stage::NoteOpen),
            ("booked", None, Ours::Open { in_call: true, left: false }, Stage::InRoom),
            ("booked", None, Ours::Open { in_call: false, left: true }, Stage::ToSign),
            ("fulfilled", None, open, Stage::ToSign),
            ("booked", None, Ours::Signed, Stage::Signed),
            ("booked", None, Ours::NeedsClinician, Stage::Signed),
            ("fulfilled", None, Ours::Filed, Stage::Filed),
        ];
        for (appointment, encounter, ours, expected) in rows {
            let encounter = encounter.map(|s| Encounter { id: "e".into(), status: known(s) });
            let slot = Slot { encounter, ..slot("a", "09:00", appointment) };
            let row = Row { slot, gone: false, changed: None };
            assert_eq!(stage(&row, ours).0, expected, "{appointment} {ours:?}");
        }
    }

    #[test]
    fn a_status_that_nobody_knows_is_said_and_never_called_booked() {
        let strange = Slot { status: Status::Unrecognised("zumba".into()), ..slot("a", "09:00", "booked") };
        let row = Row { slot: strange, gone: false, changed: None };
        assert_eq!(stage(&row, Ours::NotOpened), (Stage::Unrecognised, "unrecognised: zumba".to_owned()));
    }

    fn next_of(rows: &[(Slot, Ours)], now: &str) -> Option<String> {
        let rows: Vec<(Row, Ours)> = rows
            .iter()
            .map(|(slot, ours)| (Row { slot: slot.clone(), gone: false, changed: None }, *ours))
            .collect();
        let all = rows.iter().map(|(row, ours)| (row, stage(row, *ours).0, *ours));
        next(all, at(now)).map(str::to_owned)
    }

    #[test]
    fn next_is_the_earliest_who_still_waits() {
        let open = Ours::Open { in_call: false, left: false };
        let a = |ours| (slot("a", "09:00", "booked"), ours);
        let b = |ours| (slot("b", "10:00", "booked"), ours);
        assert_eq!(next_of(&[a(Ours::NotOpened), b(Ours::NotOpened)], "09:10").as_deref(), Some("a"));
        assert_eq!(next_of(&[a(open), b(Ours::NotOpened)], "09:10").as_deref(), Some("b"));
        assert_eq!(next_of(&[a(open), b(Ours::Filed)], "09:10"), None);
        assert_eq!(
            next_of(&[a(Ours::NotOpened), b(Ours::NotOpened)], "10:30").as_deref(),
            Some("b"),
            "whoever did not come an hour ago is passed over"
        );
        let late = (slot("a", "09:00", "arrived"), Ours::NotOpened);
        assert_eq!(next_of(&[late, b(Ours::NotOpened)], "10:30").as_deref(), Some("a"), "but not who waits");
        assert_eq!(next_of(&[a(Ours::NotOpened)], "18:00").as_deref(), Some("a"));
        let cancelled = (slot("a", "09:00", "cancelled"), Ours::NotOpened);
        assert_eq!(next_of(&[cancelled], "09:00"), None);
    }
}
