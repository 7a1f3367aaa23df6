//! The lock of a shared workstation: after minutes without input, or by hand, the work is covered;
//! the EHR's sign-in or an offline PIN uncovers it. The PIN seals the vault's key; its record
//! rests in the OS keychain with the tries that are left.

use crate::account::{Account, stored_key, vault_path};
use crate::accounts::Seat;
use crate::app::Companion;
use crate::contract::{Done, ErrorCode, NoArgs, PinArgs, PinState, UnlockArgs};
use crate::failure::Failure;
use crate::known::KnownPin;
use crate::policy::LockPolicy;
use crate::session::Session;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use vault::{SealedKey, Vault, VaultKey};
use zeroize::Zeroizing;

/// How often idleness is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How far a clock may be set right without locking.
const CLOCK_JITTER_SECONDS: i64 = 60;
/// Longest PIN, in digits.
const MAX_PIN: usize = 32;

/// When somebody was last at the keyboard, in seconds since 1970.
#[derive(Default)]
pub struct LastInput(AtomicI64);

impl LastInput {
    pub fn touched(&self, now: Timestamp) {
        self.0.store(now.as_second(), Ordering::Relaxed);
    }

    /// Negative when the clock was set back since.
    pub fn idle_seconds(&self, now: Timestamp) -> i64 {
        now.as_second() - self.0.load(Ordering::Relaxed)
    }
}

/// What the keychain keeps of a PIN.
#[derive(Serialize, Deserialize)]
struct PinRecord {
    sealed: SealedKey,
    tries_left: u32,
    /// Wrong tries since the last unlock, for the audit trail.
    wrong: u32,
    /// The last sign-in at the EHR.
    signed_in: Timestamp,
}

/// How a PIN stands by policy at this moment.
pub fn pin_state(policy: &LockPolicy, pin: Option<&KnownPin>, now: Timestamp) -> PinState {
    let Some(pin) = pin.filter(|_| policy.pin_hours > 0) else { return PinState::None };
    let age = now.duration_since(pin.signed_in);
    if pin.tries_left == 0 {
        PinState::UsedUp
    } else if age.is_negative() || age.as_secs() >= i64::from(policy.pin_hours) * 3600 {
        // A clock set back must not make an old sign-in young.
        PinState::Expired
    } else {
        PinState::Usable
    }
}

impl Companion {
    /// Looks every second whether somebody is there: covers the work when nobody touched anything for
    /// as long as policy says, and tells EHRs that want to know.
    pub(crate) fn watch_input(self: &Arc<Self>) {
        let companion = Arc::downgrade(self);
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(LOOK_EVERY).await;
                let Some(companion) = companion.upgrade().filter(|c| !c.is_stopping()) else { return };
                if companion.is_idle()
                    && let Err(failure) = companion.cover("idle").await
                {
                    failure.at_the_edge("lock");
                }
                // Nobody is at the keyboard of a covered account.
                if let Seat::Taken(account) = companion.accounts.seat() {
                    // A slow EHR must not hold up the lock.
                    tokio::spawn(async move { account.tell_presence().await });
                }
            }
        });
    }

    /// A clock set back counts as idle as well: how long nobody was there is not known.
    fn is_idle(&self) -> bool {
        let Seat::Taken(account) = self.accounts.seat() else { return false };
        let limit = i64::from(self.policy.lock.idle_minutes) * 60;
        let idle = account.idle_seconds(self.host.clock.now());
        limit > 0 && (idle >= limit || idle < -CLOCK_JITTER_SECONDS)
    }

    pub async fn lock(self: &Arc<Self>, _: NoArgs) -> Result<Done, Failure> {
        self.account()?;
        self.cover("by hand").await?;
        Ok(Done {})
    }

    pub async fn pin_set(self: &Arc<Self>, args: PinArgs) -> Result<Done, Failure> {
        let pin = Zeroizing::new(args.pin);
        let _turn = self.accounts.turn.lock().await;
        let account = self.account()?;
        let policy = &self.policy.lock;
        if policy.pin_hours == 0 {
            return Err(Failure::new(
                ErrorCode::NotAllowed,
                "IT does not allow offline PINs on this computer.",
            ));
        }
        let digits = policy.pin_digits as usize;
        let plain = pin.bytes().all(|b| b.is_ascii_digit()) && (digits..=MAX_PIN).contains(&pin.len());
        if !plain || too_simple(&pin) {
            return Err(Failure::invalid(format!(
                "Choose at least {digits} digits, not all the same and not counting up or down."
            )));
        }
        if account.session().needs_sign_in() {
            return Err(Failure::not_signed_in());
        }
        let key =
            stored_key(&self.host, &account.id).await?.ok_or_else(|| Failure::internal("no stored key"))?;
        let (entropy, id) = (Arc::clone(&self.host.entropy), account.id.clone());
        let sealed = tokio::task::spawn_blocking(move || {
            SealedKey::seal(&key, &pin, &id, &|bytes| entropy.fill(bytes))
        });
        let sealed =
            sealed.await.ok().flatten().ok_or_else(|| Failure::internal("the PIN could not be sealed"))?;
        let signed_in = account.session().signed_in;
        let record = PinRecord { sealed, tries_left: policy.pin_tries, wrong: 0, signed_in };
        self.save_pin(&account.id, &record).await?;
        self.audit(&account, &account.session().who.fhir_user, "PIN set", "", "done").await?;
        self.emit(crate::contract::Topic::App, None);
        Ok(Done {})
    }

    pub async fn pin_remove(self: &Arc<Self>, _: NoArgs) -> Result<Done, Failure> {
        let _turn = self.accounts.turn.lock().await;
        let account = self.account()?;
        self.forget_pin(&account.id).await?;
        self.audit(&account, &account.session().who.fhir_user, "PIN removed", "", "done").await?;
        self.emit(crate::contract::Topic::App, None);
        Ok(Done {})
    }

    /// Unlocks with the PIN. A try is counted before it is made, so that ending the process does
    /// not give it back.
    pub async fn unlock_pin(self: &Arc<Self>, args: UnlockArgs) -> Result<Done, Failure> {
        let pin = Zeroizing::new(args.pin);
        let _turn = self.accounts.turn.lock().await;
        if self.is_stopping() {
            return Err(Failure::locked());
        }
        if matches!(self.accounts.seat(), Seat::Taken(_)) {
            return Err(Failure::invalid("Lock first; then another clinician can unlock."));
        }
        let known = self.known.all().into_iter().find(|k| k.account == args.account);
        let known = known.filter(|k| self.policy.ehr(&k.iss).is_some()).ok_or_else(not_usable)?;
        let mut record = self.pin_record(&known.account).await?.ok_or_else(not_usable)?;
        let now = self.host.clock.now();
        if pin_state(&self.policy.lock, Some(&record.known()), now) != PinState::Usable
            || pin.is_empty()
            || pin.len() > MAX_PIN
        {
            return Err(not_usable());
        }
        record.tries_left -= 1;
        record.wrong += 1;
        self.save_pin(&known.account, &record).await?;
        let (sealed, id) = (record.sealed.clone(), known.account.clone());
        let key = tokio::task::spawn_blocking(move || sealed.open(&pin, &id)).await.ok().flatten();
        let Some(key) = key else {
            self.emit(crate::contract::Topic::App, None);
            return Err(Failure::new(
                ErrorCode::PinWrong,
                match record.tries_left {
                    0 => "That PIN is not right, and it was the last try. Sign in at the EHR; nothing was lost."
                        .to_owned(),
                    1 => "That PIN is not right. One more try; after that only the EHR's sign-in opens.".to_owned(),
                    n => format!("That PIN is not right. {n} more tries; after that only the EHR's sign-in opens."),
                },
            ));
        };
        let account = self.open_with(&known.account, &key).await?;
        let outcome = match record.wrong - 1 {
            0 => "with the PIN".to_owned(),
            n => format!("with the PIN, after {n} wrong"),
        };
        (record.tries_left, record.wrong) = (self.policy.lock.pin_tries, 0);
        self.save_pin(&known.account, &record).await?;
        self.audit(&account, &account.session().who.fhir_user, "unlocked", "", &outcome).await?;
        self.take(&account, None).await;
        Ok(Done {})
    }

    async fn open_with(self: &Arc<Self>, id: &str, key: &VaultKey) -> Result<Arc<Account>, Failure> {
        if let Some(account) = self.accounts.open(id) {
            return Ok(account);
        }
        let vault = Vault::open(&vault_path(&self.data, id), key).await?;
        let around = self.around();
        let sessions = Session::resume(&vault, &around).await?;
        match Account::new(id, vault.clone(), sessions, around).await {
            Some(account) => Ok(self.opened(account)),
            None => {
                vault.close().await;
                Err(not_usable())
            }
        }
    }

    /// After a sign-in at the EHR the PIN is good again; wrong tries are put on record.
    pub(crate) async fn pin_renewed(&self, account: &Account) {
        let renewed = async {
            let Some(mut record) = self.pin_record(&account.id).await? else { return Ok(()) };
            if record.wrong > 0 {
                let outcome = format!("{} wrong PINs", record.wrong);
                self.audit(account, &account.session().who.fhir_user, "unlock refused", "", &outcome).await?;
            }
            (record.tries_left, record.wrong) = (self.policy.lock.pin_tries, 0);
            record.signed_in = account.session().signed_in;
            self.save_pin(&account.id, &record).await
        };
        if let Err(failure) = renewed.await {
            failure.at_the_edge("renew the PIN");
        }
    }

    async fn pin_record(&self, account: &str) -> Result<Option<PinRecord>, Failure> {
        let stored = self.host.keychain.get(&pin_name(account)).await?;
        Ok(stored.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
    }

    async fn save_pin(&self, account: &str, record: &PinRecord) -> Result<(), Failure> {
        let bytes = serde_json::to_vec(record).map_err(|_| Failure::internal("PIN record"))?;
        self.host.keychain.set(&pin_name(account), &Zeroizing::new(bytes)).await?;
        self.known.pin(account, Some(record.known()));
        Ok(())
    }

    pub(crate) async fn forget_pin(&self, account: &str) -> Result<(), Failure> {
        self.host.keychain.remove(&pin_name(account)).await?;
        self.known.pin(account, None);
        Ok(())
    }
}

impl PinRecord {
    fn known(&self) -> KnownPin {
        KnownPin { signed_in: self.signed_in, tries_left: self.tries_left }
    }
}

fn pin_name(account: &str) -> String {
    format!("pin-{account}")
}

/// All the same, or a run such as 123456.
fn too_simple(pin: &str) -> bool {
    let steps: Vec<i16> = pin.as_bytes().windows(2).map(|w| i16::from(w[1]) - i16::from(w[0])).collect();
    [-1, 0, 1].iter().any(|step| steps.iter().all(|s| s == step))
}

fn not_usable() -> Failure {
    Failure::new(
        ErrorCode::PinNotUsable,
        "The PIN cannot be used now: there is none, it was tried too often, or the last sign-in at the EHR is too long ago. Sign in at the EHR; nothing was lost.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_opens_only_for_its_hours_and_never_after_the_clock_went_back() {
        let policy = LockPolicy { pin_hours: 2, ..LockPolicy::default() };
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let pin = |tries_left| KnownPin { signed_in: at("2026-11-22T10:00:00Z"), tries_left };
        let state = |now: &str| pin_state(&policy, Some(&pin(3)), at(now));
        assert_eq!(state("2026-11-22T11:59:59Z"), PinState::Usable);
        assert_eq!(state("2026-11-22T12:00:00Z"), PinState::Expired);
        assert_eq!(state("2026-11-22T09:00:00Z"), PinState::Expired);
        assert_eq!(pin_state(&policy, Some(&pin(0)), at("2026-11-22T10:01:00Z")), PinState::UsedUp);
        let none = LockPolicy { pin_hours: 0, ..LockPolicy::default() };
        assert_eq!(pin_state(&none, Some(&pin(3)), at("2026-11-22T10:01:00Z")), PinState::None);
    }

    #[test]
    fn pins_that_anybody_would_try_first_are_refused() {
        for simple in ["111111", "123456", "987654"] {
            assert!(too_simple(simple), "{simple}");
        }
        assert!(!too_simple("121212") && !too_simple("482913"));
    }
}
