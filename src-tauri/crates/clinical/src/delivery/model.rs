//! A model of an EHR that misbehaves in every way that the outbox must survive. It knows nothing
//! of the machine: it stores, loses, delays, refuses and rewrites, and keeps count.

use super::{Event, SETTLE_SECONDS};
use jiff::SignedDuration;

/// A given-up request that still arrives does so within this; see [`SETTLE_SECONDS`].
const LATEST_MILLIS: u64 = SETTLE_SECONDS as u64 * 1000 - 1;

/// Small, fast, seeded.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % sides
    }

    pub fn one_in(&mut self, sides: u64) -> bool {
        self.roll(sides) == 0
    }
}

/// What one create says.
#[derive(Clone, Copy)]
pub struct Sent {
    pub item: usize,
    pub chart: usize,
    pub content: u32,
}

/// A record in the EHR.
pub struct Copy {
    pub id: u32,
    pub item: usize,
    pub chart: usize,
    pub content: u32,
    /// A proxy executed our one request twice: not our doing, but ours to survive.
    pub replayed: bool,
}

/// How the EHR behaves, for the whole of one run.
#[derive(Clone, Copy)]
pub struct Traits {
    /// Honours `If-None-Exist`.
    pub conditional: bool,
    /// Can be searched by identifier.
    pub searchable: bool,
}

pub struct Ehr {
    pub traits: Traits,
    pub faults: bool,
    pub token_good: bool,
    pub copies: Vec<Copy>,
    /// Given up by the client, still on their way: (when, by the clock that never jumps; what).
    pub arriving: Vec<(u64, Sent)>,
    /// Chart 0 was merged into chart 1.
    pub merged: bool,
    next_id: u32,
}

/// What became of one request, and whether the server got it (for the breaker).
pub struct Answer {
    pub event: Event,
    pub answered: bool,
}

impl Ehr {
    pub fn new(traits: Traits) -> Self {
        Self {
            traits,
            faults: true,
            token_good: true,
            copies: Vec::new(),
            arriving: Vec::new(),
            merged: false,
            next_id: 0,
        }
    }

    fn survivor(&self, chart: usize) -> usize {
        if self.merged && chart == 0 { 1 } else { chart }
    }

    fn store(&mut self, sent: Sent, content: u32, replayed: bool) -> u32 {
        let there = self.copies.iter().find(|c| c.item == sent.item);
        if let Some(there) = there.filter(|_| self.traits.conditional) {
            return there.id;
        }
        self.next_id += 1;
        let chart = self.survivor(sent.chart);
        self.copies.push(Copy { id: self.next_id, item: sent.item, chart, content, replayed });
        self.next_id
    }

    /// The bytes left and the client gave up (or died): it arrives soon, or never.
    pub fn given_up(&mut self, sent: Sent, now: u64, dice: &mut Dice) {
        if dice.one_in(2) {
            self.arriving.push((now + dice.roll(LATEST_MILLIS + 1), sent));
        }
    }

    /// What was on its way and has now arrived.
    pub fn arrive(&mut self, now: u64) {
        let (here, later) = std::mem::take(&mut self.arriving).into_iter().partition(|(at, _)| *at <= now);
        self.arriving = later;
        let here: Vec<(u64, Sent)> = here;
        for (_, sent) in here {
            self.store(sent, sent.content, false);
        }
    }

    /// A create: the bytes leave, and this is what the client hears.
    pub fn create(&mut self, sent: Sent, now: u64, dice: &mut Dice) -> Answer {
        let heard = |event| Answer { event, answered: true };
        let silence = |event| Answer { event, answered: false };
        if !self.token_good {
            return heard(Event::Unauthorised);
        }
        match if self.faults { dice.roll(24) } else { 23 } {
            0 => silence(Event::NotSent),
            // Timeout or a dropped connection; 5xx after the body, with or without a commit.
            1..=3 => {
                self.given_up(sent, now, dice);
                silence(Event::Lost)
            }
            4 | 5 => {
                self.store(sent, sent.content, false);
                silence(Event::Lost)
            }
            6 => silence(Event::Lost),
            7 => heard(Event::Unauthorised),
            8 => heard(Event::Refused { status: [403, 404, 422][dice.roll(3) as usize] }),
            // Sometimes with our own copy: a proxy sent it twice, and this is the second answer.
            9 => {
                if dice.one_in(3) {
                    self.store(sent, sent.content, false);
                }
                heard(Event::Conflicted { status: [409, 412][dice.roll(2) as usize] })
            }
            10 => {
                let retry_after =
                    dice.one_in(2).then(|| SignedDuration::from_secs(dice.roll(2000) as i64 - 5));
                heard(Event::Throttled { retry_after })
            }
            // Stored, but not as it was said.
            11 => heard(accepted(self.store(sent, sent.content + 1000, false))),
            // "Created", and then rolled back.
            12 => {
                self.next_id += 1;
                heard(accepted(self.next_id))
            }
            // A proxy in between executes it twice.
            13 => {
                let id = self.store(sent, sent.content, false);
                self.store(sent, sent.content, true);
                if dice.one_in(2) { heard(accepted(id)) } else { silence(Event::Lost) }
            }
            _ => {
                if self.traits.conditional && self.copies.iter().filter(|c| c.item == sent.item).count() > 1 {
                    return heard(Event::Conflicted { status: 412 });
                }
                heard(accepted(self.store(sent, sent.content, false)))
            }
        }
    }

    /// A search by our identifier within a chart.
    pub fn find(&self, item: usize, chart: usize, dice: &mut Dice) -> Event {
        if !self.traits.searchable {
            return Event::SearchImpossible;
        }
        if !self.token_good || (self.faults && dice.one_in(4)) {
            return Event::SearchFailed;
        }
        let mut found = self.copies.iter().filter(|c| c.item == item && c.chart == chart);
        match (found.next(), found.next()) {
            (None, _) => Event::FoundNone,
            (Some(one), None) => Event::FoundOne { reference: reference(one.id) },
            _ => Event::FoundSeveral,
        }
    }

    pub fn read(&self, wanted: &str, sent: Sent, dice: &mut Dice) -> Event {
        if !self.token_good || (self.faults && dice.one_in(4)) {
            return Event::ReadBackFailed;
        }
        let copy = self.copies.iter().find(|c| reference(c.id) == wanted);
        // A replica that lags, with some records for long.
        let lags = copy.is_some_and(|c| if c.id % 4 == 3 { !dice.one_in(12) } else { dice.one_in(4) });
        if self.faults && lags {
            return Event::ReadBackMissing;
        }
        match copy {
            None => Event::ReadBackMissing,
            Some(copy) if copy.item == sent.item && copy.content == sent.content => {
                Event::ReadBackMatches { reference: wanted.to_owned() }
            }
            Some(_) => Event::ReadBackDiffers,
        }
    }

    /// The charts of two registrations become one; what stood in the first moves to the second.
    pub fn merge(&mut self) {
        self.merged = true;
        for copy in &mut self.copies {
            copy.chart = 1;
        }
    }

    /// Somebody at the EHR puts right what it had changed.
    pub fn repair(&mut self) {
        for copy in &mut self.copies {
            copy.content %= 1000;
        }
    }
}

pub fn reference(id: u32) -> String {
    format!("X/{id}")
}

fn accepted(id: u32) -> Event {
    Event::Accepted { reference: reference(id) }
}
