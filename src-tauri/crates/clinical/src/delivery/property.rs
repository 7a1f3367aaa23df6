//! Over a million random steps of worker, clinician, clock and EHR: nothing lost, nothing twice,
//! nothing called filed that the EHR does not hold, and everything ends once the faults stop.

use super::State;
use super::model::{Dice, Traits, reference};
use super::worker_model::{MOST_ITEMS, World, state_name};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

/// Most steps of one run before the faults stop; half of them on average.
const STEPS: usize = 800;
const RUNS: u32 = 18_000;

/// One step, all of it decided by one number, so that a failing run can be made shorter.
fn disturb(world: &mut World, choice: u64) {
    let mut dice = Dice(choice);
    if world.is_done() {
        let merged_away = u64::from(world.ehr.merged);
        world.sign(dice.roll(2).max(merged_away) as usize);
    }
    let item = world.pick(dice.roll(1 << 20));
    match dice.roll(64) {
        0..=20 => world.wake(item, false, &mut dice),
        21..=23 => world.wake(item, true, &mut dice),
        24..=43 => {
            let which = dice.roll(1 << 20);
            world.go_on(which, &mut dice);
        }
        44..=53 => world.pass([1, 200, 1_500, 3_000, 20_000, 400_000][dice.roll(6) as usize]),
        54 => world.kill(&mut dice),
        55 => world.jump([-90_000_000, -4_000, 4_000, 90_000_000][dice.roll(4) as usize]),
        56 => world.signed_in = !dice.one_in(4),
        57 => world.ehr.token_good = !dice.one_in(4),
        58 if dice.one_in(8) => world.ehr.merge(),
        59 if dice.one_in(3) => world.ehr.repair(),
        60 if dice.one_in(3) => world.replace(item, &mut dice),
        61..=63 => world.decide(item, &mut dice),
        _ => {}
    }
}

/// What must hold after every step.
fn sound(world: &World) -> Result<(), String> {
    let (mut ours, mut any) = ([0u32; MOST_ITEMS], [0u32; MOST_ITEMS]);
    for copy in &world.ehr.copies {
        any[copy.item] += 1;
        ours[copy.item] += u32::from(!copy.replayed);
    }
    for (n, item) in world.items.iter().enumerate() {
        if ours[n] > 1 {
            return Err(format!("item {n} is in the EHR {} times", ours[n]));
        }
        match &item.state {
            State::Filed { reference: filed } => {
                let copy = world.ehr.copies.iter().find(|c| &reference(c.id) == filed);
                if !copy.is_some_and(|c| c.item == n && c.content == item.content) {
                    return Err(format!("item {n} is called filed, but the EHR holds no such copy"));
                }
            }
            State::LeftAsIs { reference: left } => {
                let copy = world.ehr.copies.iter().find(|c| &reference(c.id) == left);
                if copy.is_none_or(|c| c.item != n) {
                    return Err(format!("item {n} is left as it is, but the EHR holds nothing of it"));
                }
            }
            State::Superseded if any[n] > 0 || world.ehr.arriving.iter().any(|(_, sent)| sent.item == n) => {
                return Err(format!("item {n} was given up although the EHR has it"));
            }
            _ => {}
        }
    }
    Ok(())
}

fn run(conditional: bool, searchable: bool, choices: &[u64]) -> Result<World, String> {
    let mut world = World::new(Traits { conditional, searchable });
    for choice in choices {
        disturb(&mut world, *choice);
        sound(&world)?;
    }
    let mut dice = Dice(choices.len() as u64);
    let ended = world.calm_down(&mut dice);
    sound(&world)?;
    if !ended {
        let states: Vec<&str> = world.items.iter().map(|i| state_name(&i.state)).collect();
        return Err(format!("no end after the faults stopped: {}", states.join(", ")));
    }
    Ok(world)
}

/// A failing run as a story: where each item stood after each step that moved one.
fn told(conditional: bool, searchable: bool, choices: &[u64]) -> String {
    let mut world = World::new(Traits { conditional, searchable });
    let mut lines = vec![format!("an EHR with conditional create: {conditional}, search: {searchable}")];
    for choice in choices {
        disturb(&mut world, *choice);
        let (copies, arriving) = (world.ehr.copies.len(), world.ehr.arriving.len());
        let states: Vec<&str> = world.items.iter().map(|i| state_name(&i.state)).collect();
        let line = format!("{} | {copies} in the EHR, {arriving} on the way", states.join(", "));
        if lines.last() != Some(&line) {
            lines.push(line);
        }
    }
    lines.join("\n")
}

/// Another seed, or more runs, from outside: `DELIVERY_SEED=7 DELIVERY_RUNS=100000`.
fn from_outside(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default)
}

#[test]
fn nothing_is_lost_nothing_twice_nothing_called_filed_in_vain_and_all_ends_once_the_faults_stop() {
    let seed = from_outside("DELIVERY_SEED", 20_261_122);
    let runs = from_outside("DELIVERY_RUNS", u64::from(RUNS)) as u32;
    println!("seed {seed}, {runs} runs of up to {STEPS} steps");
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config =
        Config { cases: runs, failure_persistence: None, max_shrink_iters: 4_000, ..Config::default() };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let (steps, kills) = (Cell::new(0usize), Cell::new(0u64));
    let taken: RefCell<BTreeMap<_, u64>> = RefCell::default();
    let choices = proptest::collection::vec(any::<u64>(), 0..=STEPS);
    let runs_end_well = runner.run(&(any::<bool>(), 0u8..4, choices), |(conditional, search, choices)| {
        let world = run(conditional, search > 0, &choices).map_err(TestCaseError::fail)?;
        steps.set(steps.get() + choices.len());
        kills.set(kills.get() + world.kills);
        for (step, n) in world.taken {
            *taken.borrow_mut().entry(step).or_default() += n;
        }
        Ok(())
    });
    match runs_end_well {
        Ok(()) => {}
        Err(TestError::Fail(why, (conditional, search, choices))) => {
            panic!("seed {seed}: {why}; made short:\n{}", told(conditional, search > 0, &choices))
        }
        Err(TestError::Abort(why)) => panic!("seed {seed}: {why}"),
    }
    let (steps, kills, taken) = (steps.get(), kills.get(), taken.into_inner());
    println!("{steps} steps, {kills} kills; what the machine did:");
    for ((state, event), n) in &taken {
        println!("{n:>9}  {state}: {event}");
    }
    if runs >= RUNS {
        assert!(steps >= 4_000_000, "{steps} steps");
        let moves: u64 = taken.values().sum();
        assert!(moves >= 1_000_000, "{moves} transitions");
        assert!(kills > 50_000, "{kills} kills");
        // Every way through the machine was gone, and not only once.
        let rare: Vec<_> = ALL_STEPS.iter().filter(|s| taken.get(*s).copied().unwrap_or(0) < 10).collect();
        assert!(rare.is_empty(), "too rare to mean anything: {rare:?}");
    }
}

/// Every step that the machine knows (beside a restart that changes nothing).
const ALL_STEPS: [(&str, &str); 46] = [
    ("waiting on parent", "parents filed"),
    ("waiting on parent", "superseded"),
    ("ready", "send starts"),
    ("ready", "patient changed"),
    ("ready", "unauthorised"),
    ("ready", "refused"),
    ("ready", "not sent"),
    ("ready", "superseded"),
    ("in flight", "not sent"),
    ("in flight", "accepted"),
    ("in flight", "lost"),
    ("in flight", "restarted"),
    ("in flight", "throttled"),
    ("in flight", "unauthorised"),
    ("in flight", "conflicted"),
    ("in flight", "refused"),
    ("outcome unknown", "found one"),
    ("outcome unknown", "found none"),
    ("outcome unknown", "found several"),
    ("outcome unknown", "search failed"),
    ("outcome unknown", "search impossible"),
    ("awaiting read-back", "matches"),
    ("awaiting read-back", "differs"),
    ("awaiting read-back", "missing"),
    ("awaiting read-back", "read failed"),
    ("backoff", "due"),
    ("backoff", "retry"),
    ("backoff", "superseded"),
    ("needs sign-in", "signed in"),
    ("needs sign-in", "retry"),
    ("needs sign-in", "superseded"),
    ("refused", "retry"),
    ("refused", "superseded"),
    ("conflict", "retry"),
    ("conflict", "chosen"),
    ("conflict", "superseded"),
    ("cannot tell", "retry"),
    ("cannot tell", "chosen"),
    ("cannot tell", "not there"),
    ("several", "chosen"),
    ("differs", "retry"),
    ("differs", "left as it is"),
    ("not readable", "retry"),
    ("not readable", "not there"),
    ("patient changed", "retry"),
    ("patient changed", "superseded"),
];
