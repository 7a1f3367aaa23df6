//! Whose work is open: the one owner of every account's life in this process. An account is
//! opened by a sign-in, by a PIN, or at the start of the app; it is *taken* (its clinician is at
//! the screen), *covered* (locked, or somebody else took the seat: no command reaches it, delivery
//! goes on) and at last *closed* (vault shut, tokens and key wiped).

use crate::account::{Account, has_vault, open_vault};
use crate::app::Companion;
use crate::contract::Topic;
use crate::failure::Failure;
use crate::session::{Around, Session, Who};
use ehr::smart::Grant;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use vault::VaultError;

/// How often a vault that cannot be opened for a passing reason (locked keychain) is tried again.
const REOPEN_EVERY: Duration = Duration::from_secs(3);

/// When all pages of a vault that was opened are looked at, unless something is written before.
const LOOK_AT_VAULT_AFTER: Duration = Duration::from_secs(1);

/// Longest time for telling an EHR that tokens are no longer needed.
const TELL_THE_EHR: Duration = Duration::from_secs(20);

#[derive(Default)]
pub struct Accounts {
    inner: Mutex<Inner>,
    /// One account opens, changes hands or closes at a time.
    pub(crate) turn: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Inner {
    open: BTreeMap<String, Arc<Account>>,
    seat: Seat,
}

/// Who is at the screen.
#[derive(Clone, Default)]
pub enum Seat {
    #[default]
    Empty,
    /// This account's work is covered.
    Covered(String),
    Taken(Arc<Account>),
}

impl Accounts {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn seat(&self) -> Seat {
        self.inner().seat.clone()
    }

    pub fn all_open(&self) -> Vec<Arc<Account>> {
        self.inner().open.values().cloned().collect()
    }

    /// The account, if its vault is open in this process.
    pub fn open(&self, id: &str) -> Option<Arc<Account>> {
        self.inner().open.get(id).cloned()
    }
}

/// What became of an account at the start of the app.
enum Reopened {
    Done,
    /// The reason may pass.
    Again(Failure),
}

impl Companion {
    /// The account whose clinician is at the screen.
    pub(crate) fn account(&self) -> Result<Arc<Account>, Failure> {
        match self.accounts.seat() {
            Seat::Taken(account) => Ok(account),
            Seat::Covered(_) => Err(Failure::locked()),
            Seat::Empty => Err(Failure::not_signed_in()),
        }
    }

    /// Somebody's work is covered.
    pub(crate) fn is_locked(&self) -> bool {
        matches!(self.accounts.seat(), Seat::Covered(_))
    }

    /// Opens the accounts that worked here before: the last one for its clinician, the others so
    /// that what they signed is delivered.
    pub(crate) async fn reopen(self: &Arc<Self>) {
        let known = self.known.all();
        let mut left: Vec<String> = known
            .into_iter()
            .filter(|k| has_vault(&self.data, &k.account) && self.policy.ehr(&k.iss).is_some())
            .map(|k| k.account)
            .collect();
        let last = left.first().cloned();
        if let Some(last) = &last {
            if let Reopened::Again(failure) = self.try_reopen(last, true).await {
                self.block(failure);
            } else {
                left.remove(0);
            }
        }
        let companion = Arc::downgrade(self);
        tokio::spawn(async move {
            while !left.is_empty() {
                for id in std::mem::take(&mut left) {
                    let Some(companion) = companion.upgrade() else { return };
                    if let Reopened::Again(_) = companion.try_reopen(&id, last.as_ref() == Some(&id)).await {
                        left.push(id);
                    }
                }
                if !left.is_empty() {
                    tokio::time::sleep(REOPEN_EVERY).await;
                }
            }
        });
    }

    async fn try_reopen(self: &Arc<Self>, id: &str, last: bool) -> Reopened {
        let _turn = self.accounts.turn.lock().await;
        if self.accounts.open(id).is_some() || self.is_stopping() {
            return Reopened::Done;
        }
        let opened = async {
            let vault = open_vault(&self.host, &self.data, id).await?;
            let around = self.around();
            let mut sessions = Session::resume(&vault, &around).await?;
            // Whoever signed out, or whose EHR is no longer allowed, is not gone on with.
            sessions.retain(|s| self.policy.ehr(&s.who.iss).is_some());
            let account = Account::new(id, vault.clone(), sessions, around).await;
            if account.is_none() {
                vault.close().await;
            }
            Ok::<_, Failure>(account)
        };
        match opened.await {
            Ok(Some(account)) => {
                let account = self.opened(account);
                let empty = matches!(self.accounts.seat(), Seat::Empty);
                if last && empty && self.policy.lock.idle_minutes == 0 {
                    self.take(&account, None).await;
                } else {
                    account.cover(self.host.clock.now());
                    if last && empty {
                        self.accounts.inner().seat = Seat::Covered(id.to_owned());
                    }
                }
                self.unblock();
                Reopened::Done
            }
            Ok(None) => Reopened::Done,
            Err(failure) if failure.retryable => Reopened::Again(failure),
            Err(failure) => {
                if last {
                    self.block(failure);
                } else {
                    drop(failure.at_the_edge("start"));
                }
                Reopened::Done
            }
        }
    }

    /// A clinician signed in at the EHR: their vault is opened (or made), the new session replaces
    /// the one before, and the seat is theirs.
    /// `None`: the screen was locked or the sign-in given up in the last moment; it stays covered.
    pub(crate) async fn signed_in(
        self: &Arc<Self>,
        number: u32,
        who: Who,
        grant: &Grant,
    ) -> Result<Option<Arc<Account>>, Failure> {
        let _turn = self.accounts.turn.lock().await;
        if self.is_stopping() || !self.sign_in_is_current(number) {
            return Err(Failure::sign_in_over());
        }
        let id = who.account.clone();
        let open = self.accounts.open(&id);
        let vault = match &open {
            Some(account) => account.vault.clone(),
            None => open_vault(&self.host, &self.data, &id).await.inspect_err(|failure| {
                // Whoever works at the screen goes on; they read it as a notice.
                if matches!(self.accounts.seat(), Seat::Empty) {
                    self.block(failure.clone());
                }
            })?,
        };
        let account = match open {
            Some(account) => {
                account.sign_in_again(who, grant).await?;
                account
            }
            None => {
                let around = self.around();
                let session = Session::begin(who, grant, vault.clone(), around.clone()).await?;
                let mut sessions = Session::resume(&vault, &around).await?;
                sessions.retain(|s| s.patient != session.patient);
                sessions.insert(0, session);
                let account = Account::new(&id, vault, sessions, around).await;
                self.opened(account.ok_or_else(|| Failure::internal("no session"))?)
            }
        };
        self.pin_renewed(&account).await;
        self.audit(&account, &account.session().who.fhir_user, "signed in", "", "done").await?;
        self.compare_ehr(&account).await;
        Ok(self.take(&account, Some(number)).await.then_some(account))
    }

    /// Each account has its own record of when somebody was at its keyboard.
    pub(crate) fn around(&self) -> Around {
        Around {
            http: self.http.clone(),
            clock: Arc::clone(&self.host.clock),
            keys: self.client_keys(),
            input: Arc::default(),
        }
    }

    /// An account whose vault is open now: its delivery starts.
    pub(crate) fn opened(self: &Arc<Self>, account: Account) -> Arc<Account> {
        let account = Arc::new(account);
        // Covered until somebody takes it: whatever goes wrong before that, it is closed again.
        account.cover(self.host.clock.now());
        self.accounts.inner().open.insert(account.id.clone(), Arc::clone(&account));
        crate::delivery::spawn(Arc::clone(self), Arc::clone(&account));
        crate::worklist::spawn(Arc::clone(self), Arc::clone(&account));
        tokio::spawn(end_if_damaged(Arc::clone(self), Arc::clone(&account)));
        account
    }

    /// This account's clinician is at the screen; whoever was before is covered. False when that
    /// sign-in is no longer wanted: it was cancelled, or the screen was locked since it began.
    pub(crate) async fn take(self: &Arc<Self>, account: &Arc<Account>, sign_in: Option<u32>) -> bool {
        {
            let mut inner = self.accounts.inner();
            if sign_in.is_some_and(|number| !self.sign_in_is_current(number)) {
                return false;
            }
            let before = std::mem::replace(&mut inner.seat, Seat::Taken(Arc::clone(account)));
            let now = self.host.clock.now();
            account.uncover(now);
            if let Seat::Taken(before) = before
                && before.id != account.id
            {
                before.cover(now);
            }
        }
        let who = &account.session().who;
        self.known.seen(&account.id, who);
        self.unblock();
        self.wake.ring();
        account.worklist.look();
        self.emit(Topic::App, None);
        true
    }

    /// Covers the work at the screen: from here on no command reaches it. What was signed goes on
    /// being delivered; with nothing to deliver the vault is closed at once.
    pub(crate) async fn cover(self: &Arc<Self>, why: &str) -> Result<(), Failure> {
        let Seat::Taken(account) = self.accounts.seat() else { return Ok(()) };
        // Whoever finds it covered may close it, but not before that is on record.
        let on_record = account.ending.lock().await;
        {
            let mut inner = self.accounts.inner();
            if !matches!(&inner.seat, Seat::Taken(now) if Arc::ptr_eq(now, &account)) {
                return Ok(());
            }
            // A sign-in that began before must not open the screen again that nobody sits at.
            self.give_up_sign_in();
            inner.seat = Seat::Covered(account.id.clone());
            account.cover(self.host.clock.now());
        }
        self.emit(Topic::App, None);
        self.audit(&account, &account.session().who.fhir_user, "locked", "", why).await?;
        drop(on_record);
        self.close_if_done(&account).await
    }

    /// Closes a covered account that has nothing (more) to deliver, or was covered for as long as
    /// policy lets delivery go on.
    pub(crate) async fn close_if_done(&self, account: &Arc<Account>) -> Result<(), Failure> {
        let Some(since) = account.covered_since() else { return Ok(()) };
        let _turn = self.accounts.turn.lock().await;
        let seated = matches!(self.accounts.seat(), Seat::Taken(now) if Arc::ptr_eq(&now, account));
        if seated || account.is_closed() || account.covered_since().is_none() {
            return Ok(());
        }
        let waiting = account.vault.outbox_counts().await?.waiting;
        let may_deliver = waiting > 0 && !account.needs_sign_in();
        let limit = i64::from(self.policy.lock.deliver_minutes) * 60;
        if !may_deliver || self.host.clock.now().duration_since(since).as_secs() >= limit {
            self.known.waiting(&account.id, waiting);
            self.close(account).await;
        }
        Ok(())
    }

    /// Shuts the vault and wipes what this process knew of the account.
    pub(crate) async fn close(&self, account: &Arc<Account>) {
        let _nothing_under_way = account.ending.lock().await;
        let none_left = {
            let mut inner = self.accounts.inner();
            inner.open.remove(&account.id);
            inner.open.is_empty()
        };
        account.shut();
        self.wake.ring();
        account.close_sessions().await;
        account.vault.close().await;
        if none_left {
            self.http.forget();
        }
        self.emit(Topic::App, None);
    }

    /// The clinician ends their work here: tokens and PIN are forgotten first, then the EHR is told.
    pub(crate) async fn leave(self: &Arc<Self>, account: &Arc<Account>) -> Result<(), Failure> {
        let _turn = self.accounts.turn.lock().await;
        if account.is_closed() {
            return Err(Failure::locked());
        }
        let leaving = account.take_leave();
        account.close_sessions().await;
        account.vault.forget_sessions().await?;
        self.forget_pin(&account.id).await?;
        self.audit(account, &account.session().who.fhir_user, "signed out", "", "done").await?;
        {
            let mut inner = self.accounts.inner();
            if matches!(&inner.seat, Seat::Taken(now) if Arc::ptr_eq(now, account)) {
                self.give_up_sign_in();
                inner.seat = Seat::Empty;
            }
            account.cover(self.host.clock.now());
        }
        self.emit(Topic::App, None);
        tokio::spawn(tokio::time::timeout(TELL_THE_EHR, async move {
            for (session, token) in leaving {
                session.revoke(&token).await;
            }
        }));
        self.known.waiting(&account.id, account.vault.outbox_counts().await?.waiting);
        self.close(account).await;
        Ok(())
    }

    /// Ends in order: delivery stops, the vaults are closed. What was saved stays; what was in
    /// flight is looked for at the next start.
    pub async fn stop(&self) {
        self.stopping();
        let _turn = self.accounts.turn.lock().await;
        self.accounts.inner().seat = Seat::Empty;
        for account in self.accounts.all_open() {
            if let Ok(counts) = account.vault.outbox_counts().await {
                self.known.waiting(&account.id, counts.waiting);
            }
            self.close(&account).await;
        }
    }
}

/// What is in the vault already stands on the screen when all its pages are looked at. Found damaged, nothing goes on
/// with it: neither screen nor delivery.
async fn end_if_damaged(companion: Arc<Companion>, account: Arc<Account>) {
    let damaged = loop {
        tokio::time::sleep(LOOK_AT_VAULT_AFTER).await;
        match account.vault.checked().await {
            Ok(()) => return,
            Err(damaged @ VaultError::Damaged) => break damaged,
            // Another error may pass: it is looked at again.
            Err(_) if account.is_closed() => return,
            Err(_) => {}
        }
    };
    let _turn = companion.accounts.turn.lock().await;
    if account.is_closed() {
        return;
    }
    let was_seated = {
        let mut inner = companion.accounts.inner();
        let seated = match &inner.seat {
            Seat::Taken(now) => Arc::ptr_eq(now, &account),
            Seat::Covered(id) => *id == account.id,
            Seat::Empty => false,
        };
        if seated {
            inner.seat = Seat::Empty;
        }
        seated
    };
    let failure = Failure::from(damaged);
    if was_seated {
        companion.block(failure);
    } else {
        drop(failure.at_the_edge("look at the vault"));
    }
    companion.close(&account).await;
}
