//! One breaker for each EHR (`clinical::delivery::circuit`): while it answers nobody, the items of all visits wait,
//! and one of them asks from time to time.

use clinical::delivery::Event;
use clinical::delivery::circuit::{Circuit, Verdict};
use jiff::Timestamp;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// By FHIR base.
#[derive(Default)]
pub struct Breakers(Mutex<HashMap<String, Circuit>>);

impl Breakers {
    fn all(&self) -> MutexGuard<'_, HashMap<String, Circuit>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asked right before a request; true: it may go.
    pub fn lets(&self, iss: &str, now: Timestamp) -> bool {
        let mut all = self.all();
        all.get_mut(iss).is_none_or(|circuit| !matches!(circuit.ask(now), Verdict::Wait { .. }))
    }

    /// Until when nothing goes to this EHR.
    pub fn rests(&self, iss: &str, now: Timestamp) -> Option<Timestamp> {
        self.all().get(iss).and_then(|circuit| circuit.rests(now))
    }

    /// How a request ended.
    pub fn heard(&self, iss: &str, event: &Event, now: Timestamp) {
        let mut all = self.all();
        let circuit = all.entry(iss.to_owned()).or_default();
        match event {
            Event::NotSent | Event::Lost | Event::SearchFailed | Event::ReadBackFailed => {
                circuit.unanswered(now);
            }
            Event::Throttled { retry_after: Some(wait) } => circuit.throttled(now, *wait),
            // Nothing was asked.
            Event::ParentsFiled
            | Event::ParentByHand
            | Event::SendStarts
            | Event::PatientChanged
            | Event::SignedIn
            | Event::Due
            | Event::Retry
            | Event::Chosen { .. }
            | Event::NotThere
            | Event::Superseded
            | Event::Restarted => {}
            _ => circuit.answered(),
        }
    }

    /// The network is back, whoever noticed: all may go.
    pub fn forget(&self) {
        self.all().clear();
    }
}
