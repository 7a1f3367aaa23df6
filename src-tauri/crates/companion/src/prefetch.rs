//! Today's charts on their way into the vault: one patient and one section after the
//! other, out of the way of whatever is on the screen, and out of the vault again when they are old.

use crate::account::Account;
use crate::app::Companion;
use crate::contract::{PrefetchState, PrefetchView, Prefetched, Topic};
use crate::failure::Failure;
use crate::worklist_open::visit_of_row;
use clinical::chart::Section;
use clinical::identity::Patient;
use clinical::worklist::{Ours, Row, Stage, stage};
use jiff::SignedDuration;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use vault::ChartHeld;

/// A section that takes longer than this: the network, or the EHR, is poor.
const SLOW_SECTION: Duration = Duration::from_secs(8);
/// The rest after that, and after failures.
const REST: Duration = Duration::from_secs(60);
/// How often a pause looks whether it is over.
const LOOK_AGAIN: Duration = Duration::from_millis(250);
/// A chart that could not be had is not tried again for so long.
const TRY_AGAIN_AFTER: Duration = Duration::from_secs(10 * 60);

/// How it goes, in this process. Patients by their ids only.
#[derive(Default)]
pub struct Prefetching {
    current: Option<String>,
    paused: Option<&'static str>,
    /// Until when the network rests.
    rest: Option<Instant>,
    failed: HashMap<String, Instant>,
}

/// What the list says of each chart.
pub struct Charts {
    by_policy: bool,
    reached: bool,
    wanted: Vec<String>,
    held: HashMap<String, ChartHeld>,
    current: Option<String>,
    paused: Option<&'static str>,
    failed: HashSet<String>,
}

impl Charts {
    fn is_ready(&self, patient: &str) -> bool {
        self.held.get(patient).is_some_and(is_whole)
    }

    pub fn of(&self, patient: &str) -> Prefetched {
        match self.held.get(patient) {
            _ if self.current.as_deref() == Some(patient) => Prefetched::Loading,
            Some(held) if is_whole(held) => Prefetched::Ready { as_of: held.oldest.to_string() },
            _ if self.failed.contains(patient) => Prefetched::Failed,
            _ => Prefetched::None,
        }
    }

    pub fn view(&self) -> PrefetchView {
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let (done, total) = (self.wanted.iter().filter(|p| self.is_ready(p)).count(), self.wanted.len());
        let (state, why) = match (self.by_policy, self.reached, self.paused) {
            (false, ..) => (PrefetchState::Off, Some("IT has switched it off")),
            (_, false, _) if total > 0 => {
                (PrefetchState::Off, Some("the EHR opens one chart at a time to this sign-in"))
            }
            (.., Some(why)) => (PrefetchState::Paused, Some(why)),
            _ if self.current.is_some() => (PrefetchState::Running, None),
            _ if done < total && self.failed.is_empty() => (PrefetchState::Running, None),
            _ if done < total => (PrefetchState::Done, Some("some charts could not be had")),
            _ => (PrefetchState::Done, None),
        };
        PrefetchView { state, done: count(done), total: count(total), why: why.map(str::to_owned) }
    }
}

/// Every section was asked for, and not all of them in vain.
fn is_whole(held: &ChartHeld) -> bool {
    held.sections >= Section::ALL.len() && held.failed < held.sections
}

/// A chart is wanted for whoever may still come or is being written about.
fn is_wanted(stage: Stage) -> bool {
    !matches!(stage, Stage::Cancelled | Stage::Ended | Stage::Signed | Stage::Filed)
}

impl Companion {
    /// What is ready of the charts of these rows.
    pub(crate) async fn prefetched(
        &self,
        account: &Account,
        rows: &[(&Row, Stage)],
    ) -> Result<Charts, Failure> {
        let held = account.vault.charts_held(&account.session().who.iss).await?;
        let mut wanted: Vec<String> = Vec::new();
        for (row, stage) in rows {
            if is_wanted(*stage) && !wanted.contains(&row.slot.patient) {
                wanted.push(row.slot.patient.clone());
            }
        }
        let (current, paused, failed) = account
            .worklist
            .prefetch(|p| (p.current.clone(), p.paused, p.failed.keys().cloned().collect::<HashSet<_>>()));
        Ok(Charts {
            by_policy: self.policy.worklist.prefetch,
            reached: wanted.iter().all(|patient| account.reach(patient).is_some()),
            wanted,
            held: held.into_iter().map(|h| (h.patient.clone(), h)).collect(),
            current,
            paused,
            failed,
        })
    }

    /// Takes out of the vault, and of the memory, what policy says is too old.
    pub(crate) async fn let_charts_expire(&self, account: &Account) -> Result<(), Failure> {
        let hours = SignedDuration::from_hours(i64::from(self.policy.worklist.prefetch_hours));
        let Ok(before) = self.host.clock.now().checked_sub(hours) else { return Ok(()) };
        let shown = match account.current() {
            Some(id) => account.vault.visit(&id).await?.map(|v| v.patient.id),
            None => None,
        };
        let iss = account.session().who.iss.clone();
        let gone = account.vault.forget_charts(&iss, before, &shown.unwrap_or_default()).await?;
        account.charts.forget(&gone);
        if !gone.is_empty() {
            self.audit(account, "device", "cached charts removed", "", "expired").await?;
            self.emit(Topic::Worklist, None);
        }
        Ok(())
    }

    /// Starts bringing today's charts, unless that is under way or not wanted.
    pub(crate) fn prefetch_charts(self: &Arc<Self>, account: &Arc<Account>) {
        if !self.policy.worklist.prefetch {
            return;
        }
        let (companion, account) = (Arc::clone(self), Arc::clone(account));
        tokio::spawn(async move {
            let Ok(_alone) = account.worklist.fetching.try_lock() else { return };
            if let Err(failure) = companion.bring_charts(&account).await {
                failure.at_the_edge("prefetch charts");
            }
            account.worklist.prefetch(|p| (p.current, p.paused) = (None, None));
        });
    }

    async fn bring_charts(self: &Arc<Self>, account: &Arc<Account>) -> Result<(), Failure> {
        let stored = account.vault.worklist(&self.clinic_day().to_string()).await?;
        let iss = account.session().who.iss.clone();
        for row in stored.map(|s| s.rows).unwrap_or_default() {
            // The stage without our own work: whose note is signed already is rarely seen again today.
            let wanted = is_wanted(stage(&row, Ours::NotOpened).0);
            let Some(patient) = row.slot.chart.clone().filter(|_| wanted) else { continue };
            let resting = account
                .worklist
                .prefetch(|p| p.failed.get(&patient.id).is_some_and(|at| at.elapsed() < TRY_AGAIN_AFTER));
            let held = account.vault.charts_held(&iss).await?;
            let ready = held.iter().any(|h| h.patient == patient.id && is_whole(h));
            let in_use = account.charts.in_use(&iss, &patient.id);
            if resting || ready || in_use || account.reach(&patient.id).is_none() {
                continue;
            }
            if !self.bring_chart(account, &row, patient).await? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// One chart. False when nobody sits there any more.
    async fn bring_chart(
        self: &Arc<Self>,
        account: &Arc<Account>,
        row: &Row,
        patient: Patient,
    ) -> Result<bool, Failure> {
        let id = patient.id.clone();
        account.worklist.prefetch(|p| p.current = Some(id.clone()));
        self.emit(Topic::Worklist, None);
        let visit = visit_of_row(self, account, row, patient);
        let mut still_there = true;
        // One after the other; the few searches of one section go out together.
        for section in Section::ALL {
            still_there = self.may_go_on(account, &visit.patient.id).await;
            if !still_there {
                break;
            }
            let began = Instant::now();
            self.load_for_later(account, &visit, section).await;
            if began.elapsed() > SLOW_SECTION || self.is_offline() {
                account.worklist.prefetch(|p| p.rest = Some(Instant::now() + REST));
            }
        }
        let held = account.vault.charts_held(&visit.iss).await?;
        let ready = held.iter().any(|h| h.patient == id && is_whole(h));
        account.worklist.prefetch(|p| {
            p.current = None;
            if ready { p.failed.remove(&id) } else { p.failed.insert(id.clone(), Instant::now()) }
        });
        self.emit(Topic::Worklist, None);
        Ok(still_there)
    }

    /// Waits while a chart on the screen is loading or the network rests. False when nobody sits
    /// there any more.
    async fn may_go_on(&self, account: &Account, patient: &str) -> bool {
        loop {
            if account.is_closed() || account.covered_since().is_some() {
                return false;
            }
            let resting = account.worklist.prefetch(|p| p.rest.is_some_and(|until| Instant::now() < until));
            let why = if account.charts.others_load(patient) {
                Some("the chart that is open comes first")
            } else if resting {
                Some("the network is poor")
            } else {
                None
            };
            let changed = account.worklist.prefetch(|p| std::mem::replace(&mut p.paused, why) != why);
            if changed {
                self.emit(Topic::Worklist, None);
            }
            if why.is_none() {
                return true;
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }
}
