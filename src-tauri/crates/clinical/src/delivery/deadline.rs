//! When something that was signed has waited too long, somebody is told.

use super::State;
use jiff::{SignedDuration, Timestamp};

/// How long after signing an item may stay unfiled. From the site's policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadlines {
    pub clinician: SignedDuration,
    /// `None`: IT is not told.
    pub it: Option<SignedDuration>,
}

/// Who is to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Alert {
    Clinician,
    ClinicianAndIt,
}

/// Whether an item in this state, signed then, is late. A person who must decide is no excuse: it
/// is late for them too.
pub fn late(state: &State, signed: Timestamp, now: Timestamp, deadlines: Deadlines) -> Option<Alert> {
    if state.is_done() {
        return None;
    }
    let waited = now.duration_since(signed);
    if deadlines.it.is_some_and(|limit| waited >= limit) {
        Some(Alert::ClinicianAndIt)
    } else {
        (waited >= deadlines.clinician).then_some(Alert::Clinician)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::Reason;

    fn after_hours(state: &State, hours: i64) -> Option<Alert> {
        let deadlines =
            Deadlines { clinician: SignedDuration::from_hours(4), it: Some(SignedDuration::from_hours(24)) };
        let now = Timestamp::UNIX_EPOCH.checked_add(SignedDuration::from_hours(hours)).unwrap();
        late(state, Timestamp::UNIX_EPOCH, now, deadlines)
    }

    #[test]
    fn a_note_that_is_not_filed_alerts_the_clinician_and_then_it() {
        let stuck = State::NeedsClinician { reason: Reason::Refused { status: 403 } };
        for state in [&State::Ready, &State::NeedsSignIn, &stuck] {
            assert_eq!(after_hours(state, 3), None);
            assert_eq!(after_hours(state, 4), Some(Alert::Clinician));
            assert_eq!(after_hours(state, 24), Some(Alert::ClinicianAndIt));
        }
    }

    #[test]
    fn what_is_filed_or_replaced_is_never_late_and_a_clock_put_back_alerts_nobody() {
        assert_eq!(after_hours(&State::Filed { reference: "X/1".into() }, 99), None);
        assert_eq!(after_hours(&State::LeftAsIs { reference: "X/1".into() }, 99), None);
        assert_eq!(after_hours(&State::Superseded, 99), None);
        assert_eq!(after_hours(&State::Ready, -5), None);
    }

    #[test]
    fn without_a_deadline_for_it_only_the_clinician_is_told() {
        let deadlines = Deadlines { clinician: SignedDuration::from_hours(1), it: None };
        let now = Timestamp::UNIX_EPOCH.checked_add(SignedDuration::from_hours(99)).unwrap();
        assert_eq!(late(&State::Ready, Timestamp::UNIX_EPOCH, now, deadlines), Some(Alert::Clinician));
    }
}
