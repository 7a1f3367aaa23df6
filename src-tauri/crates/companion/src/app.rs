//! The companion itself: what is open right now, events for the screens, and the frame's view.

use crate::account::{self, Account};
use crate::contract::{
    AppEvent, AppPhase, AppView, CommandError, Connectivity, Done, EhrView, ErrorCode, NoArgs, OutboxCounts,
    SessionView, SignInView, Topic, VisitArgs,
};
use crate::failure::Failure;
use crate::host::Host;
use crate::policy::Policy;
use crate::session::Session;
use crate::{chart, visit_view};
use clinical::visit::Visit;
use ehr::http::Http;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, broadcast};
use tokio::task::AbortHandle;

/// Events that a slow screen may be behind before it must fetch everything again.
const EVENT_BACKLOG: usize = 256;
/// Visits listed in the frame.
const LISTED_VISITS: u32 = 30;
/// How often a vault that cannot be opened for a passing reason (locked keychain) is tried again.
const REOPEN_EVERY: Duration = Duration::from_secs(3);

/// The application without a desktop.
pub struct Companion {
    pub(crate) host: Host,
    pub(crate) policy: Policy,
    pub(crate) data: PathBuf,
    pub(crate) http: Http,
    pub(crate) charts: chart::Charts,
    /// Items whose request is under way in this process.
    pub(crate) sending: crate::delivery::Sending,
    /// Rings when the outbox may have something to do.
    pub(crate) wake: Notify,
    /// One change of a visit at a time.
    pub(crate) visit_change: tokio::sync::Mutex<()>,
    state: Mutex<State>,
    offline: AtomicBool,
    events: broadcast::Sender<AppEvent>,
    seq: AtomicU32,
    sign_ins: AtomicU32,
}

#[derive(Default)]
struct State {
    account: Option<Arc<Account>>,
    current: Option<String>,
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
    /// Starts: opens the vault of the last account, resumes delivery, listens for launches.
    pub async fn start(host: Host, policy: Policy, data: &Path) -> Result<Arc<Self>, Failure> {
        let companion = Arc::new(Self {
            host,
            policy,
            data: data.to_owned(),
            http: Http::new()?,
            charts: chart::Charts::default(),
            sending: crate::delivery::Sending::default(),
            wake: Notify::new(),
            visit_change: tokio::sync::Mutex::new(()),
            state: Mutex::default(),
            offline: AtomicBool::new(false),
            events: broadcast::channel(EVENT_BACKLOG).0,
            seq: AtomicU32::new(0),
            sign_ins: AtomicU32::new(0),
        });
        companion.reopen().await;
        companion.listen_for_launches().await;
        Ok(companion)
    }

    /// Opens the last account's vault, again and again while the reason may pass.
    async fn reopen(self: &Arc<Self>) {
        let Some(id) = account::last_account(&self.data).filter(|id| account::has_vault(&self.data, id))
        else {
            return;
        };
        if self.try_reopen(&id).await {
            return;
        }
        let companion = Arc::clone(self);
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(REOPEN_EVERY).await;
                if companion.lock().account.is_some() || companion.try_reopen(&id).await {
                    return;
                }
            }
        });
    }

    /// True when there is nothing more to try.
    async fn try_reopen(self: &Arc<Self>, id: &str) -> bool {
        let opened = async {
            let vault = account::open_vault(&self.host, &self.data, id).await?;
            let session =
                Session::resume(self.http.clone(), vault.clone(), Arc::clone(&self.host.clock)).await?;
            // An EHR that IT no longer allows is not gone on with.
            let session = session.filter(|s| self.policy.ehr(&s.who.iss).is_some());
            Ok::<_, Failure>(session.map(|session| Account { id: id.to_owned(), vault, session }))
        };
        match opened.await {
            // Somebody may have signed in while the keychain was waited for.
            Ok(Some(account)) if self.lock().account.is_none() => {
                self.enter(account).await;
                true
            }
            Ok(Some(_)) => true,
            Ok(None) => true,
            Err(failure) => {
                let again = failure.retryable;
                let error = failure.at_the_edge("start");
                self.lock().blocked = Some(error);
                self.emit(Topic::App, None);
                !again
            }
        }
    }

    /// Makes an account the current one and starts its delivery.
    pub(crate) async fn enter(self: &Arc<Self>, account: Account) -> Arc<Account> {
        let account = Arc::new(account);
        let latest = account.vault.visits(1).await.ok().and_then(|v| v.into_iter().next()).map(|v| v.id);
        let before = {
            let mut state = self.lock();
            if state.account.as_ref().map(|a| &a.id) != Some(&account.id) {
                state.current = latest;
                self.charts.clear();
            }
            state.blocked = None;
            state.account.replace(Arc::clone(&account))
        };
        if let Some(before) = before {
            before.session.close().await;
        }
        account::remember_account(&self.data, &account.id);
        self.wake.notify_waiters();
        crate::delivery::spawn(Arc::clone(self), Arc::clone(&account));
        self.emit(Topic::App, None);
        account
    }

    /// Ends in order: delivery stops, the vault is closed. What was saved stays; what was in flight
    /// is looked for at the next start.
    pub async fn stop(&self) {
        let account = self.lock().account.take();
        self.wake.notify_waiters();
        if let Some(account) = account {
            account.vault.close().await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
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
            self.emit(Topic::App, None);
        }
    }

    /// The account that is signed in.
    pub(crate) fn account(&self) -> Result<Arc<Account>, Failure> {
        self.lock().account.clone().ok_or_else(Failure::not_signed_in)
    }

    /// The account is still the open one.
    pub(crate) fn is_open(&self, account: &Arc<Account>) -> bool {
        self.lock().account.as_ref().is_some_and(|a| Arc::ptr_eq(a, account))
    }

    /// A visit of the signed-in account.
    pub(crate) async fn visit(&self, id: &str) -> Result<(Arc<Account>, Visit), Failure> {
        let account = self.account()?;
        let visit = account.vault.visit(id).await?;
        let visit = visit
            .ok_or_else(|| Failure::new(ErrorCode::VisitNotFound, "This visit is not on this computer."))?;
        Ok((account, visit))
    }

    pub(crate) fn set_current(&self, visit: &str) {
        self.lock().current = Some(visit.to_owned());
        self.emit(Topic::App, None);
    }

    /// A sign-in begins; an earlier one that is still open ends. Gives its number.
    pub(crate) fn sign_in_begins(&self, ehr_name: &str) -> u32 {
        let number = self.sign_ins.fetch_add(1, Ordering::Relaxed) + 1;
        let mut state = self.lock();
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
        self.lock().sign_in.as_ref().is_some_and(|s| s.number == number)
    }

    pub(crate) fn sign_in_runs_in(&self, number: u32, task: AbortHandle) {
        match &mut self.lock().sign_in {
            Some(under_way) if under_way.number == number => under_way.task = Some(task),
            _ => task.abort(),
        }
    }

    /// The sign-in is over; a failure stays visible as a notice.
    pub(crate) fn sign_in_ends(&self, number: u32, failure: Option<Failure>) {
        if !self.sign_in_is_current(number) {
            return;
        }
        self.lock().sign_in = None;
        match failure {
            Some(failure) => self.notice(failure),
            None => self.emit(Topic::App, None),
        }
    }

    /// Something that the clinician should read; a sign-in under way goes on.
    pub(crate) fn notice(&self, failure: Failure) {
        let notice = failure.at_the_edge("sign_in");
        self.lock().notice = Some(notice);
        self.emit(Topic::App, None);
    }

    pub(crate) fn set_launch_address(&self, address: String) {
        self.lock().launch_address = Some(address);
    }

    pub(crate) fn block(&self, failure: Failure) {
        let error = failure.at_the_edge("open the vault");
        self.lock().blocked = Some(error);
        self.emit(Topic::App, None);
    }
}

/// The commands about the frame.
impl Companion {
    pub async fn app_state(self: &Arc<Self>, _: NoArgs) -> Result<AppView, Failure> {
        let (account, current_visit, notice, blocked, sign_in, launch_address) = {
            let s = self.lock();
            let sign_in = s.sign_in.as_ref().map(|u| SignInView { ehr_name: u.ehr_name.clone() });
            (
                s.account.clone(),
                s.current.clone(),
                s.notice.clone(),
                s.blocked.clone(),
                sign_in,
                s.launch_address.clone(),
            )
        };
        let mut view = AppView {
            product_version: env!("CARGO_PKG_VERSION").to_owned(),
            phase: match (&blocked, &sign_in, &account) {
                (Some(_), _, _) => AppPhase::Blocked,
                (_, Some(_), _) => AppPhase::SigningIn,
                (_, _, Some(_)) => AppPhase::Ready,
                _ => AppPhase::SignedOut,
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
            session: None,
            connectivity: Connectivity::Online,
            visits: Vec::new(),
            current_visit: None,
            outbox: OutboxCounts::default(),
            launch_address,
        };
        let Some(account) = account else { return Ok(view) };
        let who = &account.session.who;
        view.session = Some(SessionView {
            ehr_name: who.ehr_name.clone(),
            clinician: who.clinician.clone(),
            role: who.role,
            role_words: account::role_words(who.role).to_owned(),
            can_draft: who.can_draft(),
            can_sign: who.can_sign(),
        });
        view.connectivity = match (account.session.needs_sign_in(), self.offline.load(Ordering::Relaxed)) {
            (true, _) => Connectivity::NeedsSignIn,
            (false, true) => Connectivity::Offline,
            (false, false) => Connectivity::Online,
        };
        let counts = account.vault.outbox_counts().await?;
        view.outbox =
            OutboxCounts { waiting: counts.waiting, needs_you: counts.needs_clinician, filed: counts.filed };
        for visit in account.vault.visits(LISTED_VISITS).await? {
            view.visits.push(visit_view::summary(&account.vault, &visit).await?);
        }
        view.current_visit = current_visit;
        Ok(view)
    }

    pub async fn dismiss_notice(self: &Arc<Self>, _: NoArgs) -> Result<Done, Failure> {
        self.lock().notice = None;
        self.emit(Topic::App, None);
        Ok(Done {})
    }

    pub async fn sign_in_cancel(self: &Arc<Self>, _: NoArgs) -> Result<Done, Failure> {
        if let Some(task) = self.lock().sign_in.take().and_then(|s| s.task) {
            task.abort();
        }
        self.emit(Topic::App, None);
        Ok(Done {})
    }

    /// Forgets the tokens here and tells the EHR. Drafts and the outbox stay in the vault.
    pub async fn sign_out(self: &Arc<Self>, _: NoArgs) -> Result<Done, Failure> {
        let account = self.account()?;
        account.session.revoke().await;
        account.session.close().await;
        account.vault.forget_session().await?;
        let who = account.session.who.fhir_user.clone();
        self.audit(&account, &who, "signed out", "", "done").await?;
        {
            let mut state = self.lock();
            state.account = None;
            state.current = None;
        }
        self.charts.clear();
        self.wake.notify_waiters();
        self.emit(Topic::App, None);
        Ok(Done {})
    }

    pub async fn visit_show(self: &Arc<Self>, args: VisitArgs) -> Result<Done, Failure> {
        let (_, visit) = self.visit(&args.visit).await?;
        self.set_current(&visit.id);
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
