//! Diagnosis search: finds the rows that every typed word fits, then orders them.
//!
//! Two passes: the postings give each row a rough worth; only the best few hundred are compared
//! word by word with what was typed.

use std::cell::Cell;
use std::cmp::Reverse;

use serde::Serialize;

use super::icd10::{Table, counts};
use super::index::Field;
use super::query::{Reading, Word, readings};

/// One search result. The patient's own problems come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Hit<'t> {
    pub code: &'t str,
    pub title: &'t str,
    pub billable: bool,
    /// On the patient's problem list.
    pub preferred: bool,
}

/// Fewer results than this, and typos are forgiven.
const POOR: usize = 3;
/// How many rows are compared word by word.
const CLOSE_LOOK: usize = 256;

impl Table {
    /// Results for what has been typed so far; `preferred` are codes on the patient's problem list.
    /// Nothing typed gives the problem list.
    pub fn search(&self, query: &str, preferred: &[&str], limit: usize) -> Vec<Hit<'_>> {
        let preferred: Vec<usize> = preferred.iter().filter_map(|c| self.find(c)).collect();
        let mut readings = readings(self, query);
        if readings.is_empty() {
            let mut seen = Vec::new();
            for row in &preferred {
                if !seen.contains(row) {
                    seen.push(*row);
                }
            }
            return seen.iter().take(limit).filter_map(|row| self.hit(*row, true)).collect();
        }
        let exact = self.find(query);
        let mut pad = Pad::take(self.rows.len());
        let mut found = Vec::new();
        for reading in &readings {
            self.collect(reading, &preferred, Need::All, &mut pad, &mut found);
        }
        if found.len() < POOR {
            for reading in &mut readings {
                reading.forgive(self);
                self.collect(reading, &preferred, Need::All, &mut pad, &mut found);
            }
        }
        if found.is_empty() {
            for reading in &readings {
                self.collect(reading, &preferred, Need::Most, &mut pad, &mut found);
            }
        }
        pad.give_back();
        let by_code = readings.first().is_some_and(Reading::only_codes);
        self.order(found, &preferred, exact, by_code, limit)
    }

    fn hit(&self, row: usize, preferred: bool) -> Option<Hit<'_>> {
        let code = self.code(row)?;
        Some(Hit { code: code.code, title: code.title, billable: code.billable, preferred })
    }

    fn order(
        &self,
        mut found: Vec<(usize, i32)>,
        preferred: &[usize],
        exact: Option<usize>,
        by_code: bool,
        limit: usize,
    ) -> Vec<Hit<'_>> {
        found.sort_unstable_by_key(|(row, worth)| (*row, -worth));
        found.dedup_by_key(|(row, _)| *row);
        if !by_code {
            self.lift_usable(&mut found);
        }
        let rank = |(row, worth): &(usize, i32)| {
            let common = self.rows.get(*row).map_or(0, |r| r.common);
            let worth =
                if by_code { [0, 2, 1].get(usize::from(common)).copied().unwrap_or(0) } else { *worth };
            (!preferred.contains(row), exact != Some(*row), -worth, *row)
        };
        found.sort_by_cached_key(rank);
        let best = found.iter().take(limit);
        best.filter_map(|(row, _)| self.hit(*row, preferred.contains(row))).collect()
    }

    /// Where a category fits best, the best usable code below it goes before it. `found` is by row.
    fn lift_usable(&self, found: &mut [(usize, i32)]) {
        for i in 0..found.len() {
            let Some((row, worth)) = found.get(i).copied() else { continue };
            let Some(category) = self.code(row).filter(|c| !c.billable) else { continue };
            let end = self.beginning_with(category.code).end;
            let below = found.iter_mut().skip(i + 1).take_while(|(below, _)| *below < end);
            let usable = below.filter(|(below, _)| self.rows.get(*below).is_some_and(|r| r.billable));
            if let Some((_, best)) = usable.max_by_key(|(below, worth)| (*worth, Reverse(*below))) {
                *best = (*best).max(worth + 1);
            }
        }
    }

    fn collect(
        &self,
        reading: &Reading,
        preferred: &[usize],
        need: Need,
        pad: &mut Pad,
        found: &mut Vec<(usize, i32)>,
    ) {
        pad.clear();
        let mut order: Vec<(usize, usize)> =
            reading.words.iter().map(|w| self.weight(w)).enumerate().map(|(i, n)| (n, i)).collect();
        order.sort_unstable();
        if need == Need::All && order.first().is_none_or(|(n, _)| *n == 0) {
            return;
        }
        let (mut all, mut most) = (0_u8, 0_u16);
        for (weight, i) in &order {
            let Some(word) = reading.words.get(*i) else { continue };
            let strict = need == Need::All;
            let rarity = if strict { 100 } else { rarity(self.rows.len(), *weight) };
            self.mark(word, 1 << i, if strict { all } else { 0 }, rarity, pad);
            all |= 1 << i;
            most += if *weight == 0 { 0 } else { 2 * rarity };
        }
        let count = reading.words.len() as i32;
        let from = found.len();
        for row in pad.marked.iter().map(|row| *row as usize) {
            if need == Need::All && pad.marks.get(row) != Some(&all) {
                continue;
            }
            let points = pad.points.get(row).copied().unwrap_or(0);
            if need == Need::Most && points * 2 < most {
                continue;
            }
            let prior = self.rows.get(row).map_or(0, |r| i32::from(r.prior));
            let own = if preferred.contains(&row) { 10_000 } else { 0 };
            let points = if need == Need::All { i32::from(points) / count } else { i32::from(points) };
            found.push((row, points + prior + own - reading.cost));
        }
        let tail = found.split_at_mut(from).1;
        if tail.len() > CLOSE_LOOK {
            tail.select_nth_unstable_by_key(CLOSE_LOOK, |(row, worth)| (-worth, *row));
            found.truncate(from + CLOSE_LOOK);
        }
        for (row, worth) in found.split_at_mut(from).1 {
            *worth += self.close_look(*row, &reading.words);
        }
    }

    fn weight(&self, word: &Word) -> usize {
        let near: usize = word.near.iter().map(|id| self.index.postings(*id).len()).sum();
        self.index.weight(&word.range) + near + word.codes.len()
    }

    /// Gives every row that the word fits its points, once.
    fn mark(&self, word: &Word, bit: u8, before: u8, rarity: u16, pad: &mut Pad) {
        for row in word.codes.clone() {
            pad.give(row, bit, before, 2 * rarity);
        }
        for id in word.range.clone().chain(word.near.iter().copied()) {
            let share = word.share(self, id) * rarity / 100;
            for posting in self.index.postings(id) {
                let points = match posting.field() {
                    Field::Title | Field::Said => 2 * share,
                    Field::Term => share + share / 2,
                    Field::Inherited => share / 2,
                };
                pad.give(posting.row(), bit, before, points);
            }
        }
    }

    /// How well the words fit the title, and the other phrases, as a whole.
    fn close_look(&self, row: usize, words: &[Word]) -> i32 {
        let (mut best_phrase, mut title) = (0, 0);
        for (field, phrase) in self.phrases(row) {
            let fit = self.fit(phrase, words);
            match field {
                Field::Title => title = fit,
                Field::Said => best_phrase = best_phrase.max(fit * 5 / 4),
                Field::Term | Field::Inherited => best_phrase = best_phrase.max(fit * 3 / 4),
            }
        }
        title.max(best_phrase)
    }

    fn fit(&self, phrase: &[u32], words: &[Word]) -> i32 {
        let (mut met, mut total, mut exact) = (0_i32, 0_i32, 0_i32);
        for id in phrase.iter().filter(|id| counts(self, **id)) {
            total += 1;
            if words.iter().any(|w| w.is_exact(*id)) {
                exact += 1;
                met += 1;
            } else if words.iter().any(|w| w.means(*id)) {
                met += 1;
            }
        }
        if total == 0 || met == 0 {
            return 0;
        }
        let count = words.len() as i32;
        let mut fit = 60 * met / total;
        let in_order =
            phrase.iter().filter(|id| counts(self, **id)).zip(words).take_while(|(id, w)| w.means(**id));
        let begins = in_order.count() as i32 == count;
        if met == total && total == count {
            fit += if exact == total { 60 } else { 40 };
        }
        if begins {
            fit += 25;
        }
        fit
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    /// Every word must fit.
    All,
    /// The rarer words must fit.
    Most,
}

/// The rows' marks and points. One per thread, kept clear between searches.
#[derive(Default)]
struct Pad {
    marks: Vec<u8>,
    points: Vec<u16>,
    /// The rows that have a mark.
    marked: Vec<u32>,
}

thread_local! {
    static PAD: Cell<Pad> = const { Cell::new(Pad { marks: Vec::new(), points: Vec::new(), marked: Vec::new() }) };
}

impl Pad {
    fn take(rows: usize) -> Self {
        let mut pad = PAD.take();
        if pad.marks.len() != rows {
            pad = Self { marks: vec![0; rows], points: vec![0; rows], marked: Vec::new() };
        }
        pad
    }

    fn give_back(mut self) {
        self.clear();
        PAD.set(self);
    }

    fn clear(&mut self) {
        for row in self.marked.drain(..) {
            if let (Some(marks), Some(points)) =
                (self.marks.get_mut(row as usize), self.points.get_mut(row as usize))
            {
                (*marks, *points) = (0, 0);
            }
        }
    }

    /// Only rows that have all marks of `before`, and not yet this one.
    fn give(&mut self, row: usize, bit: u8, before: u8, points: u16) {
        if let (Some(marks), Some(sum)) = (self.marks.get_mut(row), self.points.get_mut(row))
            && *marks & bit == 0
            && *marks & before == before
        {
            if *marks == 0 {
                self.marked.push(row as u32);
            }
            *marks |= bit;
            *sum = sum.saturating_add(points);
        }
    }
}

/// 10 for a word that stands everywhere, about 100 for one that stands once.
fn rarity(rows: usize, weight: usize) -> u16 {
    let share = rows / weight.max(1) + 1;
    10 + 6 * share.ilog2() as u16
}
