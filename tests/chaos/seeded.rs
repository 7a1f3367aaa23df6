//! Chance from a seed, and what it does to an EHR.

use sandbox_ehr::{Fault, FaultKind};

/// splitmix64: small, and the same everywhere.
pub struct Seeded(u64);

impl Seeded {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// One of 0 up to but without `n`.
    pub fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    pub fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize]
    }
}

const WRITTEN: [&str; 5] = ["DocumentReference", "Condition", "Claim", "Task", "Communication"];

/// Something that goes wrong once, with a request for one of the kinds that a visit writes.
pub fn fault(chance: &mut Seeded) -> Fault {
    let status = |code, after_commit| Fault { after_commit, ..Fault::new(FaultKind::Status(code)) };
    let ms = |kind, ms| Fault { ms: Some(ms), ..Fault::new(kind) };
    let fault = match chance.below(20) {
        0..=3 => ms(FaultKind::DropResponse, chance.below(120)),
        4 => Fault::new(FaultKind::CutBody),
        5 => ms(FaultKind::SlowBody, 200),
        6 => ms(FaultKind::Latency, 100 + chance.below(400)),
        7 => Fault::new(FaultKind::Html),
        8 | 9 => Fault::new(FaultKind::Refuse),
        10 => Fault { seconds: Some(1), ..status(429, false) },
        11 => status(500, false),
        12 => status(500, true),
        13 => status(503, false),
        14 | 15 => status(503, true),
        16 => status(401, false),
        17 => status(chance.one(&[409, 412]), false),
        18 => status(chance.one(&[403, 404, 422]), false),
        _ => status(504, true),
    };
    // Most hit a write; some the reading back or the search for what became of it. Where that is refused for good
    // nobody but a person can tell, and here there is none.
    let refused = matches!(fault.kind, FaultKind::Status(403..=422));
    let method = if !refused && chance.below(4) == 0 { "GET" } else { "POST" };
    fault.times(1).on(method, chance.one(&WRITTEN))
}
