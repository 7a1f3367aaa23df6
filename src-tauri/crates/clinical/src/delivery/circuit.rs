//! A breaker for one server: when it has not answered several times in a row, the items of all
//! visits stop asking; after a rest a single one probes. It holds up sending only; nothing is lost
//! by it, and it lives in memory: a new process starts with trust.

use super::{BACKOFF_CAP_SECONDS, LONGEST_WAIT_SECONDS};
use jiff::{SignedDuration, Timestamp};

/// So many requests in a row without an answer open it.
pub const FAILURES_TO_OPEN: u32 = 5;
/// First rest, in seconds; doubles with each probe that fails, up to [`BACKOFF_CAP_SECONDS`].
pub const REST_FIRST_SECONDS: i64 = 5;
/// A probe that nothing was heard of for so long gives its turn to another, in seconds.
pub const PROBE_SECONDS: i64 = 60;

/// May something be sent now?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Go,
    /// As the only one.
    Probe,
    Wait {
        until: Timestamp,
    },
}

/// The breaker of one server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Circuit {
    failures: u32,
    /// Nothing goes before this.
    rest_until: Option<Timestamp>,
}

impl Circuit {
    /// Asked before each request.
    pub fn ask(&mut self, now: Timestamp) -> Verdict {
        if self.rest_until.is_none() {
            return Verdict::Go;
        }
        if let Some(until) = self.rests(now) {
            return Verdict::Wait { until };
        }
        if self.failures < FAILURES_TO_OPEN {
            self.rest_until = None;
            return Verdict::Go;
        }
        self.rest_until = Some(plus(now, PROBE_SECONDS));
        Verdict::Probe
    }

    /// Until when nothing goes, without taking a turn.
    pub fn rests(&self, now: Timestamp) -> Option<Timestamp> {
        // A rest longer than any was set before the clock was put back.
        self.rest_until.filter(|until| now < *until && *until <= plus(now, LONGEST_WAIT_SECONDS))
    }

    /// The server answered, whatever it said.
    pub fn answered(&mut self) {
        *self = Self::default();
    }

    /// The server answered that all should wait (429, 503 with Retry-After).
    pub fn throttled(&mut self, now: Timestamp, retry_after: SignedDuration) {
        self.failures = 0;
        self.rest_until = Some(plus(now, retry_after.as_secs().clamp(0, BACKOFF_CAP_SECONDS)));
    }

    /// No answer: refused connection, timeout, 5xx.
    pub fn unanswered(&mut self, now: Timestamp) {
        self.failures = self.failures.saturating_add(1);
        if self.failures >= FAILURES_TO_OPEN {
            let doublings = (self.failures - FAILURES_TO_OPEN).min(10);
            self.rest_until = Some(plus(now, (REST_FIRST_SECONDS << doublings).min(BACKOFF_CAP_SECONDS)));
        }
    }
}

fn plus(now: Timestamp, seconds: i64) -> Timestamp {
    now.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn opened() -> Circuit {
        let mut circuit = Circuit::default();
        for _ in 0..FAILURES_TO_OPEN {
            assert_eq!(circuit.ask(at(0)), Verdict::Go);
            circuit.unanswered(at(0));
        }
        circuit
    }

    #[test]
    fn after_five_failures_all_wait_and_then_one_probes() {
        let mut circuit = opened();
        assert_eq!(circuit.ask(at(4)), Verdict::Wait { until: at(5) });
        assert_eq!(circuit.ask(at(5)), Verdict::Probe);
        assert!(matches!(circuit.ask(at(5)), Verdict::Wait { .. }), "one probe at a time");
        circuit.answered();
        assert_eq!(circuit.ask(at(6)), Verdict::Go);
    }

    #[test]
    fn a_probe_that_fails_doubles_the_rest_up_to_the_cap() {
        let mut circuit = opened();
        let mut rests = Vec::new();
        let mut now = 5;
        for _ in 0..8 {
            assert_eq!(circuit.ask(at(now)), Verdict::Probe);
            circuit.unanswered(at(now));
            let Verdict::Wait { until } = circuit.ask(at(now)) else { panic!("open") };
            rests.push(until.as_second() - now);
            now = until.as_second();
        }
        assert_eq!(rests, [10, 20, 40, 80, 160, 300, 300, 300]);
    }

    #[test]
    fn a_probe_that_is_never_heard_of_starves_nobody() {
        let mut circuit = opened();
        assert_eq!(circuit.ask(at(5)), Verdict::Probe);
        assert_eq!(circuit.ask(at(5 + PROBE_SECONDS)), Verdict::Probe);
    }

    #[test]
    fn a_clock_that_is_put_back_does_not_lengthen_the_rest() {
        let mut circuit = opened();
        assert_eq!(circuit.ask(at(-86_400)), Verdict::Probe);
    }

    #[test]
    fn an_answer_in_between_keeps_it_closed() {
        let mut circuit = Circuit::default();
        for _ in 0..20 {
            circuit.unanswered(at(0));
            circuit.unanswered(at(0));
            circuit.answered();
        }
        assert_eq!(circuit.ask(at(0)), Verdict::Go);
    }

    #[test]
    fn a_server_that_asks_to_wait_is_left_alone_by_all_for_that_long() {
        let mut circuit = Circuit::default();
        circuit.throttled(at(0), SignedDuration::from_secs(30));
        assert_eq!(circuit.ask(at(29)), Verdict::Wait { until: at(30) });
        assert_eq!(circuit.ask(at(30)), Verdict::Go);
        circuit.throttled(at(40), SignedDuration::from_hours(9));
        assert_eq!(circuit.ask(at(40)), Verdict::Wait { until: at(40 + BACKOFF_CAP_SECONDS) });
    }
}
