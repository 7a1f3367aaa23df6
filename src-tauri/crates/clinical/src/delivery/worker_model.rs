//! A model of the worker, its vault and its clinician around the real machine. It does what
//! `companion` does, in the worst order: any wake-up at any time, answers late, twice and out of
//! order, the process killed between any two steps.

use super::circuit::{Circuit, Verdict};
use super::model::{Dice, Ehr, Sent, Traits, reference};
use super::{Event, Moment, Reason, State, next};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;

/// What the vault keeps of an item.
pub struct Item {
    pub state: State,
    pub attempts: u32,
    pub chart: usize,
    pub content: u32,
    pub parents: Vec<usize>,
}

/// What the worker saw when it began something; it may change the item only if it is still so.
#[derive(Clone)]
struct Seen {
    item: usize,
    state: State,
    attempts: u32,
}

enum Doing {
    /// The intent is durable, the bytes have not left.
    Send(Sent),
    Search {
        waited: SignedDuration,
    },
    Read,
    Answered {
        event: Event,
        waited: SignedDuration,
    },
}

struct Task {
    seen: Seen,
    doing: Doing,
    /// A create whose end the worker has not heard: the item is under way.
    sending: bool,
}

/// One process, one vault, one clinician, one EHR.
pub struct World {
    pub ehr: Ehr,
    pub items: Vec<Item>,
    /// Milliseconds by a clock that never jumps.
    real: u64,
    /// The wall clock beside it.
    skew: i64,
    tasks: Vec<Task>,
    /// Since when this process knows that an outcome is unknown.
    unknown_since: Vec<Option<u64>>,
    circuit: Circuit,
    pub signed_in: bool,
    /// (state, event) → how often the machine took that step.
    pub taken: BTreeMap<(&'static str, &'static str), u64>,
    pub kills: u64,
}

/// Most items of a run, with those that took the place of others.
pub const MOST_ITEMS: usize = 96;

impl World {
    pub fn new(traits: Traits) -> Self {
        let mut world = Self {
            ehr: Ehr::new(traits),
            items: Vec::new(),
            real: 0,
            skew: 1_800_000_000_000,
            tasks: Vec::new(),
            unknown_since: vec![None; MOST_ITEMS],
            circuit: Circuit::default(),
            signed_in: true,
            taken: BTreeMap::new(),
            kills: 0,
        };
        world.sign(0);
        world.sign(1);
        world
    }

    /// A visit is signed: a note, a diagnosis and a charge that hang on it, and a task.
    pub fn sign(&mut self, chart: usize) {
        let note = self.items.len();
        if note + 4 > MOST_ITEMS {
            return;
        }
        for parents in [vec![], vec![note], vec![note, note + 1], vec![note]] {
            let state = if parents.is_empty() { State::Ready } else { State::WaitingOnParent };
            let content = self.items.len() as u32;
            self.items.push(Item { state, attempts: 0, chart, content, parents });
        }
    }

    /// One of the items; of those that are done, only one, now and then.
    pub fn pick(&self, number: u64) -> usize {
        let open = |n: &usize| !self.items[*n].state.is_done();
        let mut waiting: Vec<usize> = (0..self.items.len()).filter(open).collect();
        waiting.push(number as usize / 64 % self.items.len());
        waiting[number as usize % waiting.len()]
    }

    /// Nothing is left to do.
    pub fn is_done(&self) -> bool {
        self.items.iter().all(|i| i.state.is_done())
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.real as i64 + self.skew).unwrap()
    }

    fn seen(&self, item: usize) -> Seen {
        let Item { state, attempts, .. } = &self.items[item];
        Seen { item, state: state.clone(), attempts: *attempts }
    }

    fn sent(&self, item: usize) -> Sent {
        Sent { item, chart: self.items[item].chart, content: self.items[item].content }
    }

    /// One transition, durable: only over what the worker saw.
    fn step(&mut self, seen: &Seen, event: &Event, waited: SignedDuration, dice: &mut Dice) -> bool {
        let item = &self.items[seen.item];
        if item.attempts != seen.attempts || item.state != seen.state {
            return false;
        }
        let put_off = matches!(event, Event::SearchFailed | Event::ReadBackMissing | Event::ReadBackFailed)
            || (*event == Event::NotSent && item.state == State::Ready);
        let attempts = item.attempts + u32::from(put_off || *event == Event::SendStarts);
        let moment = Moment {
            now: self.now(),
            attempts,
            jitter: dice.roll(101) as f64 / 100.0,
            conditional_create: self.ehr.traits.conditional,
            waited,
        };
        let Ok(to) = next(&item.state, event, moment) else { return false };
        *self.taken.entry((state_name(&seen.state), event_name(event))).or_default() += 1;
        let unknown = &mut self.unknown_since[seen.item];
        if matches!(to, State::OutcomeUnknown { .. }) {
            unknown.get_or_insert(self.real);
        } else {
            *unknown = None;
        }
        let item = &mut self.items[seen.item];
        (item.state, item.attempts) = (to, attempts);
        true
    }

    fn tell(&mut self, item: usize, event: Event, dice: &mut Dice) -> bool {
        self.step(&self.seen(item), &event, SignedDuration::ZERO, dice)
    }

    fn is_sending(&self, item: usize) -> bool {
        self.tasks.iter().any(|t| t.sending && t.seen.item == item)
    }

    /// The worker looks at an item; with `early`, also before its time.
    pub fn wake(&mut self, item: usize, early: bool, dice: &mut Dice) {
        let due = early || self.items[item].state.is_due(self.now());
        let seen = self.seen(item);
        let begin = |doing| Task { seen: seen.clone(), doing, sending: false };
        match &seen.state {
            State::WaitingOnParent => {
                let is_there = |p: &usize| self.items[*p].state.record().is_some();
                if self.items[item].parents.iter().all(is_there) {
                    self.tell(item, Event::ParentsFiled, dice);
                }
            }
            State::Ready => self.send(item, dice),
            State::InFlight if !self.is_sending(item) => {
                self.tell(item, Event::Restarted, dice);
            }
            State::OutcomeUnknown { .. } if due => {
                let since = *self.unknown_since[item].get_or_insert(self.real);
                let waited = SignedDuration::from_millis((self.real - since) as i64);
                let task = begin(Doing::Search { waited });
                self.tasks.push(task);
            }
            State::AwaitingReadback { .. } if due => {
                let task = begin(Doing::Read);
                self.tasks.push(task);
            }
            State::Backoff { .. } => {
                self.tell(item, Event::Due, dice);
            }
            State::NeedsSignIn if self.signed_in => {
                self.tell(item, Event::SignedIn, dice);
            }
            _ => {}
        }
    }

    fn send(&mut self, item: usize, dice: &mut Dice) {
        if matches!(self.circuit.ask(self.now()), Verdict::Wait { .. }) {
            return;
        }
        let obstacle = if !self.ehr.token_good || !self.signed_in {
            Some(Event::Unauthorised)
        } else if self.ehr.faults && dice.one_in(12) {
            Some(match dice.roll(6) {
                0 | 1 => Event::Refused { status: 403 },
                // What it needs was taken meanwhile.
                2 => Event::Conflicted { status: 409 },
                _ => Event::NotSent,
            })
        } else {
            (self.ehr.merged && self.items[item].chart == 0).then_some(Event::PatientChanged)
        };
        match obstacle {
            Some(event) => {
                self.tell(item, event, dice);
            }
            None if self.tell(item, Event::SendStarts, dice) => {
                let (seen, sent) = (self.seen(item), self.sent(item));
                self.tasks.push(Task { seen, doing: Doing::Send(sent), sending: true });
            }
            None => {}
        }
    }

    /// What is under way reaches the EHR, or its answer reaches the worker.
    pub fn go_on(&mut self, which: u64, dice: &mut Dice) {
        if self.tasks.is_empty() {
            return;
        }
        let at = which as usize % self.tasks.len();
        let (item, sent) = (self.tasks[at].seen.item, self.sent(self.tasks[at].seen.item));
        let (event, waited) = match &self.tasks[at].doing {
            Doing::Send(sent) => {
                let answer = self.ehr.create(*sent, self.real, dice);
                let now = self.now();
                match &answer.event {
                    Event::Throttled { retry_after: Some(wait) } => self.circuit.throttled(now, *wait),
                    _ if answer.answered => self.circuit.answered(),
                    _ => self.circuit.unanswered(now),
                }
                (answer.event, SignedDuration::ZERO)
            }
            Doing::Search { waited } => (self.ehr.find(item, sent.chart, dice), *waited),
            Doing::Read => {
                let State::AwaitingReadback { reference, .. } = &self.tasks[at].seen.state else { return };
                (self.ehr.read(reference, sent, dice), SignedDuration::ZERO)
            }
            Doing::Answered { event, waited } => {
                let (event, waited, seen) = (event.clone(), *waited, self.tasks[at].seen.clone());
                self.step(&seen, &event, waited, dice);
                // Now and then it comes a second time.
                if self.ehr.faults && dice.one_in(5) {
                    self.tasks[at].sending = false;
                } else {
                    self.tasks.swap_remove(at);
                }
                return;
            }
        };
        self.tasks[at].doing = Doing::Answered { event, waited };
    }

    /// kill -9: all that was not durable is gone; bytes that had left may still arrive.
    pub fn kill(&mut self, dice: &mut Dice) {
        for task in std::mem::take(&mut self.tasks) {
            if let Doing::Send(sent) = task.doing {
                self.ehr.given_up(sent, self.real, dice);
            }
        }
        self.unknown_since.fill(None);
        self.circuit = Circuit::default();
        self.kills += 1;
    }

    pub fn pass(&mut self, millis: u64) {
        self.real += millis;
        self.ehr.arrive(self.real);
    }

    pub fn jump(&mut self, millis: i64) {
        self.skew = (self.skew + millis).clamp(0, 4_000_000_000_000);
    }

    /// What is in the EHR for this item, seen by a person who looks at all charts; `None` while
    /// something of it may still arrive.
    fn looked_up(&self, item: usize) -> Option<Vec<u32>> {
        let on_its_way = self.ehr.arriving.iter().any(|(_, s)| s.item == item) || self.is_sending(item);
        (!on_its_way).then(|| self.ehr.copies.iter().filter(|c| c.item == item).map(|c| c.id).collect())
    }

    /// The clinician, who looks in the chart before they say anything, deals with what waits for them.
    pub fn decide(&mut self, item: usize, dice: &mut Dice) {
        let Some(there) = self.looked_up(item) else { return };
        let State::NeedsClinician { reason } = self.items[item].state.clone() else {
            self.tell(item, Event::Retry, dice);
            return;
        };
        let event = match (&reason, there.first()) {
            (Reason::PatientChanged, _) => {
                self.items[item].chart = 1;
                Event::Retry
            }
            // These are looked at again by the machine itself.
            (Reason::Conflict { .. } | Reason::NotReadable { .. }, _) if dice.one_in(3) => Event::Retry,
            (
                Reason::CannotTell | Reason::Several | Reason::Conflict { .. } | Reason::NotReadable { .. },
                Some(id),
            ) => Event::Chosen { reference: reference(*id) },
            (Reason::NotReadable { .. }, None) => Event::NotThere,
            // What the EHR made of it may stay, now and then.
            (Reason::Differs { reference }, Some(_)) if dice.one_in(4) => {
                Event::LeftAsIs { reference: reference.clone() }
            }
            (Reason::CannotTell, None) if dice.one_in(2) => Event::NotThere,
            _ => Event::Retry,
        };
        self.tell(item, event, dice);
    }

    /// The clinician signs something else in an item's place.
    pub fn replace(&mut self, item: usize, dice: &mut Dice) {
        let merged = self.ehr.merged && self.items[item].chart == 0;
        let stopped = matches!(self.items[item].state, State::NeedsClinician { .. });
        let clear = || self.looked_up(item).is_some_and(|there| there.is_empty());
        let full = self.items.len() >= MOST_ITEMS;
        if full || (merged && !stopped) || (stopped && !clear()) || !self.tell(item, Event::Superseded, dice)
        {
            return;
        }
        let new = self.items.len();
        let old = &self.items[item];
        self.items.push(Item {
            state: State::WaitingOnParent,
            attempts: 0,
            chart: old.chart,
            content: new as u32,
            parents: old.parents.clone(),
        });
        for parent in self.items.iter_mut().flat_map(|i| &mut i.parents).filter(|p| **p == item) {
            *parent = new;
        }
    }

    /// The faults stop: the EHR is well, signed in, repaired; the clock is right and the clinician there.
    /// Then everything must end, within a bounded number of rounds.
    pub fn calm_down(&mut self, dice: &mut Dice) -> bool {
        (self.ehr.faults, self.ehr.token_good, self.signed_in) = (false, true, true);
        self.ehr.repair();
        for _ in 0..400 {
            while !self.tasks.is_empty() {
                self.go_on(0, dice);
            }
            if self.is_done() {
                return true;
            }
            for item in 0..self.items.len() {
                if matches!(self.items[item].state, State::NeedsClinician { .. }) {
                    self.decide(item, dice);
                }
                self.wake(item, false, dice);
            }
            self.pass(60_000);
        }
        false
    }
}

pub fn state_name(state: &State) -> &'static str {
    match state {
        State::Ready => "ready",
        State::WaitingOnParent => "waiting on parent",
        State::InFlight => "in flight",
        State::OutcomeUnknown { .. } => "outcome unknown",
        State::AwaitingReadback { .. } => "awaiting read-back",
        State::Backoff { .. } => "backoff",
        State::NeedsSignIn => "needs sign-in",
        State::NeedsClinician { reason } => match reason {
            Reason::Refused { .. } => "refused",
            Reason::Conflict { .. } => "conflict",
            Reason::CannotTell => "cannot tell",
            Reason::Several => "several",
            Reason::Differs { .. } => "differs",
            Reason::NotReadable { .. } => "not readable",
            Reason::PatientChanged => "patient changed",
            Reason::ParentByHand => "parent by hand",
        },
        State::Filed { .. } => "filed",
        State::LeftAsIs { .. } => "left as it is",
        State::Superseded => "superseded",
    }
}

fn event_name(event: &Event) -> &'static str {
    match event {
        Event::ParentsFiled => "parents filed",
        Event::ParentByHand => "parent by hand",
        Event::SendStarts => "send starts",
        Event::NotSent => "not sent",
        Event::Accepted { .. } => "accepted",
        Event::Lost => "lost",
        Event::Throttled { .. } => "throttled",
        Event::Unauthorised => "unauthorised",
        Event::Conflicted { .. } => "conflicted",
        Event::Refused { .. } => "refused",
        Event::PatientChanged => "patient changed",
        Event::FoundOne { .. } => "found one",
        Event::FoundNone => "found none",
        Event::FoundSeveral => "found several",
        Event::SearchFailed => "search failed",
        Event::SearchImpossible => "search impossible",
        Event::ReadBackMatches { .. } => "matches",
        Event::ReadBackDiffers => "differs",
        Event::ReadBackMissing => "missing",
        Event::ReadBackFailed => "read failed",
        Event::SignedIn => "signed in",
        Event::Due => "due",
        Event::Retry => "retry",
        Event::Chosen { .. } => "chosen",
        Event::NotThere => "not there",
        Event::LeftAsIs { .. } => "left as it is",
        Event::Restarted => "restarted",
        Event::Superseded => "superseded",
    }
}
