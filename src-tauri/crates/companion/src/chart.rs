//! Loading the chart: every section by itself, into the vault; a section that fails says why and
//! never takes its neighbours with it.

use crate::account::Account;
use crate::app::Companion;
use crate::chart_load::{Asked, Loaded, load};
use crate::chart_view;
use crate::contract::{BannerAllergies, ChartView, Done, Topic, VisitArgs};
use crate::failure::Failure;
use clinical::chart::{Entry, Section};
use clinical::phi::Phi;
use clinical::visit::Visit;
use ehr::chart::entries;
use fhir::json::reference;
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;
use vault::SectionOutcome;

/// Sections of one account that are asked for at once; the others wait in the order of the pane.
const SECTIONS_AT_ONCE: usize = 8;
/// Longest wait of a section that is shown for the others, before it is saved.
const SAVE_AT_THE_LATEST: Duration = Duration::from_secs(2);

/// What is known of charts in this process: sections being loaded, and read ones so that the
/// vault's JSON is parsed once.
pub struct Charts {
    inner: Mutex<Inner>,
    /// Polite to the EHR, and what is needed first comes first.
    turns: Semaphore,
    /// Held for reading from showing a section until it is saved; writing waits for all of them.
    saving: tokio::sync::RwLock<()>,
    /// Rings whenever a section was shown.
    was_shown: tokio::sync::Notify,
}

#[derive(Default)]
struct Inner {
    loading: HashSet<Key>,
    read: HashMap<Key, Arc<ReadSection>>,
    one_at_a_time: HashMap<Key, Arc<tokio::sync::Mutex<()>>>,
}

/// EHR, patient, section: the same patient id at another EHR is somebody else.
type Key = (String, String, Section);

fn key(visit: &Visit, section: Section) -> Key {
    (visit.iss.clone(), visit.patient.id.clone(), section)
}

/// A section as read from the vault.
pub struct ReadSection {
    pub entries: Vec<Entry>,
    pub unreadable: u32,
    pub outcome: SectionOutcome,
    pub as_of: jiff::Timestamp,
}

impl Default for Charts {
    fn default() -> Self {
        Self {
            inner: Mutex::default(),
            turns: Semaphore::new(SECTIONS_AT_ONCE),
            saving: tokio::sync::RwLock::default(),
            was_shown: tokio::sync::Notify::default(),
        }
    }
}

impl Inner {
    fn in_use(&self, iss: &str, patient: &str) -> bool {
        self.loading.iter().chain(self.read.keys()).any(|(e, p, _)| e == iss && p == patient)
    }
}

impl Charts {
    /// This chart is on a screen, or on its way to one.
    pub fn in_use(&self, iss: &str, patient: &str) -> bool {
        self.with(|i| i.in_use(iss, patient))
    }

    fn with<T>(&self, f: impl FnOnce(&mut Inner) -> T) -> T {
        f(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Held while this section is loaded and saved.
    fn one_at_a_time(&self, key: &Key) -> Arc<tokio::sync::Mutex<()>> {
        self.with(|i| Arc::clone(i.one_at_a_time.entry(key.clone()).or_default()))
    }

    /// Waits until what is shown is in the vault.
    pub async fn saved(&self) {
        drop(self.saving.write().await);
    }

    pub fn clear(&self) {
        self.with(|i| {
            // Whoever loads still holds its lock.
            *i = Inner { one_at_a_time: std::mem::take(&mut i.one_at_a_time), ..Inner::default() };
        });
    }

    /// Some chart other than this patient's is being loaded.
    pub fn others_load(&self, patient: &str) -> bool {
        self.with(|i| i.loading.iter().any(|(_, p, _)| p != patient))
    }

    /// Forgets what was read of these patients.
    pub fn forget(&self, patients: &[String]) {
        self.with(|i| i.read.retain(|(_, patient, _), _| !patients.contains(patient)));
    }

    pub fn is_loading(&self, visit: &Visit, section: Section) -> bool {
        self.with(|i| i.loading.contains(&key(visit, section)))
    }
}

impl Companion {
    /// Starts loading every section that is not being loaded already.
    pub(crate) fn load_chart(self: &Arc<Self>, account: &Arc<Account>, visit: &Visit) {
        for section in Section::ALL {
            let key = key(visit, section);
            if !account.charts.with(|i| i.loading.insert(key.clone())) {
                continue;
            }
            let (companion, account, visit) = (Arc::clone(self), Arc::clone(account), visit.clone());
            tokio::spawn(async move { companion.load_section(&account, &visit, section, key).await });
        }
        self.emit(Topic::Chart, Some(&visit.id));
    }

    /// Loads a section into the vault for later; it does not stay in memory. A chart that is on a screen,
    /// or on its way to one, is left alone: it was asked for already, and nothing is swapped there.
    pub(crate) async fn load_for_later(&self, account: &Arc<Account>, visit: &Visit, section: Section) {
        let key = key(visit, section);
        let begun = account
            .charts
            .with(|i| !i.in_use(&visit.iss, &visit.patient.id) && i.loading.insert(key.clone()));
        if begun {
            self.load_section(account, visit, section, key.clone()).await;
            account.charts.with(|i| i.read.remove(&key));
        }
    }

    /// Loads one section: shown as soon as it is there, kept in the vault right after.
    async fn load_section(&self, account: &Arc<Account>, visit: &Visit, section: Section, key: Key) {
        // What an earlier load of this section brought is saved before this one may say that it is newer.
        let one = account.charts.one_at_a_time(&key);
        let _after_the_one_before = one.lock().await;
        let turn = account.charts.turns.acquire().await;
        let Asked { outcome, loaded, reached } = load(account, visit, section).await;
        drop(turn);
        let Loaded { resources, entries, unreadable } = loaded;
        self.reached(reached);
        let at = self.host.clock.now();
        let nothing_new = matches!(outcome, SectionOutcome::Failed(_) | SectionOutcome::NotOffered(_));
        let _until_saved = account.charts.saving.read().await;
        if account.is_closed() {
            return;
        }
        // Behind the lock charts stay out of the memory; the vault still gets them.
        if !nothing_new && account.covered_since().is_none() {
            let read = ReadSection { entries, unreadable, outcome: outcome.clone(), as_of: at };
            account.charts.with(|i| {
                i.read.insert(key.clone(), Arc::new(read));
                i.loading.remove(&key);
            });
            self.shown(account, visit, section).await;
            Self::others_shown(account, &key).await;
        }
        let raw: Vec<(String, Phi<String>)> =
            resources.iter().filter_map(|r| Some((reference(r)?, Phi::new(r.to_string())))).collect();
        drop(resources);
        let saved =
            account.vault.save_section(&visit.iss, &visit.patient.id, section, &outcome, &raw, at).await;
        if let Err(error) = saved {
            Failure::from(error).at_the_edge("save a chart section");
        }
        // The brief reads what is saved.
        for id in Self::shows(account, visit).await {
            self.emit(Topic::Brief, Some(&id));
        }
        if nothing_new {
            // What was known before stays, with the reason beside it.
            account.charts.with(|i| {
                i.read.remove(&key);
                i.loading.remove(&key);
            });
            self.shown(account, visit, section).await;
        }
    }

    /// Saving takes the processor from sections that are still on their way: it waits for them, but
    /// not for one that hangs.
    async fn others_shown(account: &Account, (iss, patient, _): &Key) {
        let all = async {
            loop {
                let rung = account.charts.was_shown.notified();
                tokio::pin!(rung);
                rung.as_mut().enable();
                if !account.charts.with(|i| i.loading.iter().any(|(e, p, _)| e == iss && p == patient)) {
                    return;
                }
                rung.await;
            }
        };
        let _ = tokio::time::timeout(SAVE_AT_THE_LATEST, all).await;
    }

    async fn shown(&self, account: &Account, visit: &Visit, section: Section) {
        account.charts.was_shown.notify_waiters();
        for id in Self::shows(account, visit).await {
            self.emit(Topic::Chart, Some(&id));
            if section == Section::Allergies {
                self.emit(Topic::Visit, Some(&id));
            }
        }
    }

    /// The visits that show this chart: the one for which it is loaded, and the one on the screen, which
    /// may have been opened while the chart was being loaded for later.
    async fn shows(account: &Account, visit: &Visit) -> Vec<String> {
        let mut all = vec![visit.id.clone()];
        if let Some(current) = account.current().filter(|id| *id != visit.id)
            && let Ok(Some(other)) = account.vault.visit(&current).await
            && (other.iss == visit.iss && other.patient.id == visit.patient.id)
        {
            all.push(current);
        }
        all
    }

    /// A section from memory or from the vault; `None` when it was never loaded.
    pub(crate) async fn section(
        &self,
        account: &Account,
        visit: &Visit,
        section: Section,
    ) -> Result<Option<Arc<ReadSection>>, Failure> {
        let key = key(visit, section);
        if let Some(read) = account.charts.with(|i| i.read.get(&key).cloned()) {
            return Ok(Some(read));
        }
        let Some(stored) = account.vault.section(&visit.iss, &visit.patient.id, section).await? else {
            return Ok(None);
        };
        let parsed: Vec<Value> =
            stored.resources.iter().filter_map(|(_, raw)| serde_json::from_str(raw.expose()).ok()).collect();
        let (entries, unreadable) = entries(section, &visit.iss, &parsed);
        let read =
            Arc::new(ReadSection { entries, unreadable, outcome: stored.outcome, as_of: stored.fetched_at });
        // Never over what was loaded meanwhile.
        Ok(Some(account.charts.with(|i| match i.loading.contains(&key) {
            true => read,
            false => Arc::clone(i.read.entry(key).or_insert(read)),
        })))
    }

    pub async fn chart_get(self: &Arc<Self>, args: VisitArgs) -> Result<ChartView, Failure> {
        let (account, visit) = self.visit(&args.visit).await?;
        let mut sections = Vec::with_capacity(Section::ALL.len());
        for section in Section::ALL {
            let loading = account.charts.is_loading(&visit, section);
            let read = self.section(&account, &visit, section).await?;
            sections.push(chart_view::section(section, loading, read.as_deref()));
        }
        Ok(ChartView { visit: visit.id, sections })
    }

    pub async fn chart_reload(self: &Arc<Self>, args: VisitArgs) -> Result<Done, Failure> {
        let (account, visit) = self.visit(&args.visit).await?;
        self.load_chart(&account, &visit);
        Ok(Done {})
    }

    pub(crate) async fn banner_allergies(
        &self,
        account: &Account,
        visit: &Visit,
    ) -> Result<BannerAllergies, Failure> {
        let loading = account.charts.is_loading(visit, Section::Allergies);
        let read = self.section(account, visit, Section::Allergies).await?;
        Ok(chart_view::banner_allergies(loading, read.as_deref()))
    }
}
