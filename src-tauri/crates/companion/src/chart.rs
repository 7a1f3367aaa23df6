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
use vault::{AsRead, SectionOutcome};

/// Pages of one account's charts that are on their way at once; the others wait in the order of the pane.
const PAGES_AT_ONCE: usize = 16;
/// The same for charts that nobody looks at yet.
const PAGES_FOR_LATER: usize = 4;
/// What a clinician needs first, and how long the rest of the chart waits for it.
const FIRST: [Section; 3] = [Section::Allergies, Section::Problems, Section::Medications];
const HEAD_START: Duration = Duration::from_millis(10);
/// Longest wait of a section that is shown for the others, before it is saved.
const SAVE_AT_THE_LATEST: Duration = Duration::from_secs(2);

/// What is known of charts in this process: sections being loaded, and read ones so that the
/// vault's JSON is parsed once.
pub struct Charts {
    inner: Mutex<Inner>,
    /// Polite to the EHR, and what is needed first comes first.
    turns: Arc<Semaphore>,
    turns_for_later: Arc<Semaphore>,
    /// Held for reading from showing a section until it is saved; writing waits for all of them.
    saving: tokio::sync::RwLock<()>,
    /// Rings whenever a section was shown.
    was_shown: tokio::sync::Notify,
}

#[derive(Default)]
struct Inner {
    /// EHR and patient of a visit that is being opened; its sections are asked for at once.
    opening: Option<(String, String)>,
    loading: HashSet<Key>,
    read: HashMap<Key, Arc<ReadSection>>,
    one_at_a_time: HashMap<Key, Arc<tokio::sync::Mutex<()>>>,
}

/// EHR, patient, section: the same patient id at another EHR is somebody else.
type Key = (String, String, Section);

fn key(visit: &Visit, section: Section) -> Key {
    (visit.iss.clone(), visit.patient.id.clone(), section)
}

/// The rules by which this build reads resources (`build.rs`).
pub const READ_BY: &str = env!("READ_BY");

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
            turns: Arc::new(Semaphore::new(PAGES_AT_ONCE)),
            turns_for_later: Arc::new(Semaphore::new(PAGES_FOR_LATER)),
            saving: tokio::sync::RwLock::default(),
            was_shown: tokio::sync::Notify::default(),
        }
    }
}

/// While it lives, the visit of this EHR and patient is being opened.
pub struct Opening<'a>(&'a Charts, (String, String));

impl Drop for Opening<'_> {
    fn drop(&mut self) {
        // Another one may have begun meanwhile.
        self.0.with(|i| i.opening.take_if(|opening| *opening == self.1));
    }
}

impl Inner {
    fn in_use(&self, iss: &str, patient: &str) -> bool {
        let opening = self.opening.as_ref().is_some_and(|(e, p)| e == iss && p == patient);
        opening || self.loading.iter().chain(self.read.keys()).any(|(e, p, _)| e == iss && p == patient)
    }
}

impl Charts {
    /// Says that this chart is on its way to the screen.
    pub fn opening(&self, iss: &str, patient: &str) -> Opening<'_> {
        let chart = (iss.to_owned(), patient.to_owned());
        self.with(|i| i.opening = Some(chart.clone()));
        Opening(self, chart)
    }

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

/// Reads what is saved of a section by the rules of this build.
async fn read_anew(account: &Account, visit: &Visit, section: Section) -> Result<(Vec<Entry>, u32), Failure> {
    let stored = account.vault.section(&visit.iss, &visit.patient.id, section).await?;
    let raw = stored.iter().flat_map(|s| &s.resources);
    let parsed: Vec<Value> = raw.filter_map(|(_, raw)| serde_json::from_str(raw.expose()).ok()).collect();
    Ok(entries(section, &visit.iss, &parsed))
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
            tokio::spawn(async move {
                companion.load_section(&account, &visit, section, key, Some(&visit.id)).await;
            });
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
            self.load_section(account, visit, section, key.clone(), None).await;
            account.charts.with(|i| i.read.remove(&key));
        }
    }

    /// Loads one section: shown as soon as it is there to the visit that is told, kept in the vault right
    /// after.
    async fn load_section(
        &self,
        account: &Arc<Account>,
        visit: &Visit,
        section: Section,
        key: Key,
        told: Option<&str>,
    ) {
        // What an earlier load of this section brought is saved before this one may say that it is newer.
        let one = account.charts.one_at_a_time(&key);
        let _after_the_one_before = one.lock().await;
        if !FIRST.contains(&section) {
            Self::shown_or(account, &key, &FIRST, HEAD_START).await;
        }
        let turns = if told.is_some() { &account.charts.turns } else { &account.charts.turns_for_later };
        let Asked { outcome, loaded, reached } = load(account, visit, section, turns).await;
        let Loaded { resources, entries, unreadable } = loaded;
        self.reached(reached);
        let at = self.host.clock.now();
        let read = Arc::new(ReadSection { entries, unreadable, outcome: outcome.clone(), as_of: at });
        let nothing_new = matches!(outcome, SectionOutcome::Failed(_) | SectionOutcome::NotOffered(_));
        let _until_saved = account.charts.saving.read().await;
        if account.is_closed() {
            return;
        }
        // Behind the lock charts stay out of the memory; the vault still gets them.
        if !nothing_new && account.covered_since().is_none() {
            account.charts.with(|i| {
                i.read.insert(key.clone(), Arc::clone(&read));
                i.loading.remove(&key);
            });
            self.shown(account, visit, told, section).await;
            // Saving takes the processor from sections that are still on their way: it waits for them, but
            // not for one that hangs.
            Self::shown_or(account, &key, &Section::ALL, SAVE_AT_THE_LATEST).await;
        }
        let raw: Vec<(String, Phi<String>)> =
            resources.iter().filter_map(|r| Some((reference(r)?, Phi::new(r.to_string())))).collect();
        drop(resources);
        let saved = async {
            let entries = Phi::new(serde_json::to_vec(&(&read.entries, read.unreadable))?);
            let (as_read, patient) = (AsRead { read_by: READ_BY, entries }, &visit.patient.id);
            account.vault.save_section(&visit.iss, patient, section, &outcome, &raw, &as_read, at).await
        };
        if let Err(error) = saved.await {
            Failure::from(error).at_the_edge("save a chart section");
        }
        // The brief reads what is saved, and so does whoever asks whether the patient is new.
        for id in Self::shows(account, visit, told).await {
            self.emit(Topic::Brief, Some(&id));
            if section == Section::Encounters {
                self.know_whether_new(account, &id).await;
            }
        }
        if nothing_new {
            // What was known before stays, with the reason beside it.
            account.charts.with(|i| {
                i.read.remove(&key);
                i.loading.remove(&key);
            });
            self.shown(account, visit, told, section).await;
        }
    }

    /// Waits until none of these sections is on its way any more, but not longer than this.
    async fn shown_or(account: &Account, (iss, patient, _): &Key, sections: &[Section], at_most: Duration) {
        let all = async {
            loop {
                let rung = account.charts.was_shown.notified();
                tokio::pin!(rung);
                rung.as_mut().enable();
                let awaited = |(e, p, s): &Key| e == iss && p == patient && sections.contains(s);
                if !account.charts.with(|i| i.loading.iter().any(awaited)) {
                    return;
                }
                rung.await;
            }
        };
        let _ = tokio::time::timeout(at_most, all).await;
    }

    async fn shown(&self, account: &Account, visit: &Visit, told: Option<&str>, section: Section) {
        account.charts.was_shown.notify_waiters();
        for id in Self::shows(account, visit, told).await {
            self.emit(Topic::Chart, Some(&id));
            if section == Section::Allergies {
                self.emit(Topic::Visit, Some(&id));
            }
        }
    }

    /// The visits that show this chart: the one that is told, and the one on the screen, which may have been
    /// opened while the chart was being loaded for another or for later.
    async fn shows(account: &Account, visit: &Visit, told: Option<&str>) -> Vec<String> {
        let mut all: Vec<String> = told.map(str::to_owned).into_iter().collect();
        if let Some(current) = account.current().filter(|id| Some(id.as_str()) != told)
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
        let (iss, patient) = (&visit.iss, &visit.patient.id);
        let Some(head) = account.vault.section_head(iss, patient, section, READ_BY).await? else {
            return Ok(None);
        };

        let as_read = head.entries.and_then(|entries| serde_json::from_slice(entries.expose()).ok());
        let (entries, unreadable) = match as_read {
            Some(as_read) => as_read,
            None => read_anew(account, visit, section).await?,
        };
        let read =
            Arc::new(ReadSection { entries, unreadable, outcome: head.outcome, as_of: head.fetched_at });
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
