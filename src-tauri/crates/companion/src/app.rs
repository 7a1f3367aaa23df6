//! The companion itself: what is open right now, events for the screens, and the frame's view.

use crate::account::Account;
use crate::accounts::{Accounts, Seat};
use crate::contract::{
    AccountView, AppEvent, AppPhase, AppView, CommandError, Connectivity, Done, EhrView, ErrorCode, LockView,
    NoArgs, OutboxCounts, PinState, SessionView, SignInView, Topic, VisitArgs,
};
use crate::failure::Failure;
use crate::host::Host;
use crate::known::KnownAccounts;
use crate::lock::pin_state;
use crate::policy::Policy;
use crate::roles::role_words;
use crate::site::Site;
use crate::visit_view;
use crate::worklist_open::Expected;
use clinical::visit::Visit;
use ehr::http::Http;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::broadcast;
use tokio::task::AbortHandle;

/// Events that a slow screen may be behind before it must fetch everything again.
const EVENT_BACKLOG: usize = 256;
/// Visits listed in the frame.
const LISTED_VISITS: u32 = 30;

/// The application without a desktop.
pub struct Companion {
    pub(crate) host: Host,
    pub(crate) policy: Policy,
    pub(crate) site: Site,
    pub(crate) data: PathBuf,
    pub(crate) http: Http,
    pub(crate) accounts: Accounts,
    pub(crate) known: KnownAccounts,
    /// Where answers of the browser that the system brings are handed over.
    pub(crate) desk: crate::way_back::Desk,
    pub(crate) launches: crate::launches::Launches,
    /// Rings when the outbox may have something to do.
    pub(crate) wake: crate::bell::Bell,
    /// Items whose request is under way; outlives the accounts, whose last requests may too.
    pub(crate) sending: crate::sending::Sending,
    pub(crate) breakers: crate::breaker::Breakers,
    pub(crate) billing_answers: crate::billing_folder::Answers,
    /// One change of a visit at a time.
    pub(crate) visit_change: tokio::sync::Mutex<()>,
    /// The row of the day's list for which the sign-in under way was begun.
    expected: Mutex<Option<Expected>>,
    state: Mutex<State>,
    offline: AtomicBool,
    pub(crate) chart_apart: AtomicBool,
    stopping: AtomicBool,
    events: broadcast::Sender<AppEvent>,
    seq: AtomicU32,
    sign_ins: AtomicU32,
}

#[derive(Default)]
struct State {
    notice: Option<CommandError>,
    blocked: Option<CommandError>,
    sign_in: Option<UnderWay>,
    launch_address: Option<String>,
}

struct UnderWay {
    /// Which sign-in of this process it is; a later one makes it void.
    number: u32,
    ehr_name: String,
    task: Option<AbortHandle>,
}

impl Companion {
    /// Starts: opens what was open before, resumes delivery, listens for launches.
    pub async fn start(host: Host, policy: Policy, data: &Path) -> Result<Arc<Self>, Failure> {
        let companion = Arc::new(Self {
            host,
            site: Site::read(&policy),
            policy,
            data: data.to_owned(),
            http: Http::new()?,
            accounts: Accounts::default(),
            known: KnownAccounts::read(data),
            desk: crate::way_back::Desk::default(),
            launches: crate::launches::Launches::default(),
            wake: crate::bell::Bell::new(),
            sending: crate::sending::Sending::default(),
            breakers: crate::breaker::Breakers::default(),
            billing_answers: crate::billing_folder::Answers::default(),
            visit_change: tokio::sync::Mutex::new(()),
            expected: Mutex::default(),
            state: Mutex::default(),
            offline: AtomicBool::new(false),
            chart_apart: AtomicBool::new(false),
            stopping: AtomicBool::new(false),
            events: broadcast::channel(EVENT_BACKLOG).0,
            seq: AtomicU32::new(0),
            sign_ins: AtomicU32::new(0),
        });
        companion.reopen().await;
        companion.watch_input();
        companion.listen_for_launches().await;
        Ok(companion)
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    pub(crate) fn stopping(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn expected(&self) -> MutexGuard<'_, Option<Expected>> {
        self.expected.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Follows what changes. A receiver that falls behind should fetch everything again.
    pub fn events(&self) -> broadcast::Receiver<AppEvent> {
        self.events.subscribe()
    }

    pub(crate) fn emit(&self, topic: Topic, visit: Option<&str>) {
        let seq = self.seq.fetch_add(1, Ordering::Relaxed) + 1;
        // Nobody listening is fine: screens fetch when they open.
        let _ = self.events.send(AppEvent { seq, topic, visit: visit.map(str::to_owned) });
    }

    /// Notes whether the EHR could be reached; says so when that changed.
    pub(crate) fn reached(&self, reached: bool) {
        if self.offline.swap(!reached, Ordering::Relaxed) == reached {
            if reached {
                self.breakers.forget();
                self.wake.ring();
            }
            self.emit(Topic::App, None);
        }
    }

    pub(crate) fn is_offline(&self) -> bool {
        self.offline.load(Ordering::Relaxed)
    }

    /// A visit of the signed-in account.
    pub(crate) async fn visit(&self, id: &str) -> Result<(Arc<Account>, Visit), Failure> {
        let account = self.account()?;
        let visit = account.vault.visit(id).await?;
        let visit = visit
            .ok_or_else(|| Failure::new(ErrorCode::VisitNotFound, "This visit is not on this computer."))?;
        Ok((account, visit))
    }

    pub(crate) fn set_current(&self, account: &Account, visit: &str) {
        account.set_current(visit);
        self.emit(Topic::App, None);
    }

    /// A sign-in begins; an earlier one that is still open ends. Gives its number.
    pub(crate) fn sign_in_begins(&self, ehr_name: &str) -> u32 {
        let number = self.sign_ins.fetch_add(1, Ordering::Relaxed) + 1;
        let mut state = self.state();
        if let Some(task) = state.sign_in.take().and_then(|s| s.task) {
            task.abort();
        }
        state.notice = None;
        state.sign_in = Some(UnderWay { number, ehr_name: ehr_name.to_owned(), task: None });
        drop(state);
        self.emit(Topic::App, None);
        number
    }

    /// False when another sign-in began meanwhile, or this one was cancelled.
    pub(crate) fn sign_in_is_current(&self, number: u32) -> bool {
        self.state().sign_in.as_ref().is_some_and(|s| s.number == number)
    }

    pub(crate) fn sign_in_runs_in(&self, number: u32, task: AbortHandle) {
        match &mut self.state().sign_in {
            Some(under_way) if under_way.number == number => under_way.task = Some(task),
            _ => task.abort(),
        }
    }

    /// Whatever sign-in is under way is no longer wanted.
    pub(crate) fn give_up_sign_in(&self) {
        if let Some(task) = self.state().sign_in.take().and_then(|s| s.task) {
            task.abort();
        }
    }

    /// The sign-in is over; a failure stays visible as a notice.
    pub(crate) fn sign_in_ends(&self, number: u32, failure: Option<Failure>) {
        {
            let mut state = self.state();
            if state.sign_in.as_ref().is_none_or(|s| s.number != number) {
                return;
            }
            state.sign_in = None;
            // In one step: no frame in between says that it ended and not why.
            if let Some(failure) = failure {
                state.notice = Some(failure.at_the_edge("sign_in"));
            }
        }
        self.emit(Topic::App, None);
    }

    /// Something that the clinician should read; a sign-in under way goes on.
    pub(crate) fn notice(&self, failure: Failure) {
        let notice = failure.at_the_edge("sign_in");
        self.state().notice = Some(notice);
        self.emit(Topic::App, None);
    }

    pub(crate) fn set_launch_address(&self, address: String) {
        self.state().launch_address = Some(address);
    }

    pub(crate) fn unblock(&self) {
        self.state().blocked = None;
        self.emit(Topic::App, None);
    }

    pub(crate) fn block(&self, failure: Failure) {
        let error = failure.at_the_edge("open the vault");
        self.state().blocked = Some(error);
        self.emit(Topic::App, None);
    }
}

/// The commands about the frame.
impl Companion {
    /// The frame of the window. A vault that closes while it is made makes another frame, not an error.
    pub async fn app_state(self: &Arc<Self>, _: NoArgs) -> Result<AppView, Failure> {
        match self.frame().await {
            Err(failure) if failure.code == ErrorCode::Locked => self.frame().await,
            frame => frame,
        }
    }

    async fn frame(&self) -> Result<AppView, Failure> {
        let seat = self.accounts.seat();
        let (notice, blocked, sign_in, launch_address) = {
            let s = self.state();
            let sign_in = s.sign_in.as_ref().map(|u| SignInView { ehr_name: u.ehr_name.clone() });
            (s.notice.clone(), s.blocked.clone(), sign_in, s.launch_address.clone())
        };
        let mut view = AppView {
            product_version: env!("CARGO_PKG_VERSION").to_owned(),
            phase: match (&blocked, &sign_in, &seat) {
                (Some(_), _, _) => AppPhase::Blocked,
                (_, Some(_), _) => AppPhase::SigningIn,
                (_, _, Seat::Taken(_)) => AppPhase::Ready,
                (_, _, Seat::Covered(_)) => AppPhase::Locked,
                (_, _, Seat::Empty) => AppPhase::SignedOut,
            },
            blocked,
            sign_in,
            notice,
            ehrs: self
                .policy
                .ehrs
                .iter()
                .map(|e| EhrView { name: e.name.clone(), iss: e.iss.clone() })
                .collect(),
            accounts: self.known_accounts().await?,
            locked_account: match &seat {
                Seat::Covered(id) => Some(id.clone()),
                _ => None,
            },
            lock: self.lock_view(),
            session: None,
            connectivity: Connectivity::Online,
            visits: Vec::new(),
            current_visit: None,
            outbox: OutboxCounts::default(),
            chart_apart: self.is_chart_apart(),
            launch_address,
            ehr_changes: None,
        };
        let Seat::Taken(account) = seat else { return Ok(view) };
        let session = account.session();
        let who = &session.who;
        let rights = session.rights();
        view.session = Some(SessionView {
            ehr_name: who.ehr_name.clone(),
            clinician: who.clinician.clone(),
            role: who.role,
            role_words: role_words(who.role).to_owned(),
            can_draft: rights.draft,
            can_sign: rights.sign,
            needs_cosign: rights.cosign,
            rights_words: rights.words.map(str::to_owned),
            has_pin: view.accounts.iter().any(|a| a.account == account.id && a.pin != PinState::None),
        });
        let current = match account.current() {
            Some(id) => account.vault.visit(&id).await?,
            None => None,
        };
        let session = current.map_or(session, |visit| account.session_of(&visit.patient.id));
        view.connectivity = match (session.needs_sign_in(), self.offline.load(Ordering::Relaxed)) {
            (true, _) => Connectivity::NeedsSignIn,
            (false, true) => Connectivity::Offline,
            (false, false) => Connectivity::Online,
        };
        let counts = account.vault.outbox_counts().await?;
        view.outbox = OutboxCounts {
            waiting: counts.waiting,
            needs_you: counts.needs_clinician,
            filed: counts.filed,
            late: self.late(&account, self.policy.delivery.alert_after_hours).await?,
        };
        let listed = account.vault.visits_standing(LISTED_VISITS).await?;
        view.visits =
            listed.into_iter().map(|(visit, standing)| visit_view::summary(visit, standing)).collect();
        view.current_visit = account.current();
        view.ehr_changes = self.ehr_changes(&account).await?;
        Ok(view)
    }

    /// Everybody who worked here, with what still goes on for them.
    async fn known_accounts(&self) -> Result<Vec<AccountView>, Failure> {
        let now = self.host.clock.now();
        let mut all = Vec::new();
        for known in self.known.all() {
            if self.policy.ehr(&known.iss).is_none() {
                continue;
            }
            let waiting = match self.accounts.open(&known.account) {
                Some(account) if !account.is_closed() => account.vault.outbox_counts().await?.waiting,
                _ => known.waiting,
            };
            all.push(AccountView {
                pin: pin_state(&self.policy.lock, known.pin.as_ref(), now),
                account: known.account,
                clinician: known.clinician,
                ehr_name: known.ehr_name,
                iss: known.iss,
                waiting,
            });
        }
        Ok(all)
    }

    fn lock_view(&self) -> LockView {
        let lock = &self.policy.lock;
        LockView {
            idle_minutes: lock.idle_minutes,
            pin_allowed: lock.pin_hours > 0,
            pin_digits: lock.pin_digits,
            pin_hours: lock.pin_hours,
        }
    }

    pub async fn dismiss_notice(self: &Arc<Self>, _: NoArgs) -> Result<Done, Failure> {
        self.state().notice = None;
        self.emit(Topic::App, None);
        Ok(Done {})
    }

    pub async fn sign_in_cancel(self: &Arc<Self>, _: NoArgs) -> Result<Done, Failure> {
        self.give_up_sign_in();
        self.emit(Topic::App, None);
        Ok(Done {})
    }

    /// Forgets the tokens and the PIN here, then tells the EHR. Drafts and the outbox stay in the vault.
    pub async fn sign_out(self: &Arc<Self>, _: NoArgs) -> Result<Done, Failure> {
        let account = self.account()?;
        self.leave(&account).await?;
        Ok(Done {})
    }

    pub async fn visit_show(self: &Arc<Self>, args: VisitArgs) -> Result<Done, Failure> {
        let (account, visit) = self.visit(&args.visit).await?;
        self.set_current(&account, &visit.id);
        // Its cached chart may have expired since.
        let gone = self.section(&account, &visit, clinical::chart::Section::Allergies).await?.is_none();
        if gone && account.reach(&visit.patient.id).is_some() {
            self.load_chart(&account, &visit);
        }
        Ok(Done {})
    }

    pub(crate) async fn audit(
        &self,
        account: &Account,
        who: &str,
        action: &str,
        about: &str,
        outcome: &str,
    ) -> Result<(), Failure> {
        let record = vault::AuditRecord { at: self.host.clock.now(), who, action, about, outcome };
        Ok(account.vault.audit(record).await?)
    }
}
