//! The visit-time ledger in use: acts come from the window and from saving the note, the call from the room.

use crate::account::Account;
use crate::app::Companion;
use crate::contract::{ActivityArgs, Done, Topic, VisitTimeView, WorkedOn};
use crate::failure::Failure;
use clinical::ledger::{Activity, Ledger, Sheet};
use clinical::visit::Visit;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;

/// The kind of draft under which the vault keeps it.
const KIND: &str = "time";
/// An act so soon after the last of its kind says nothing new: a key of a word that is being typed is not
/// one transaction more.
const GRAIN: SignedDuration = SignedDuration::from_secs(5);

/// The last act that the ledger has.
pub(crate) struct LastAct {
    visit: String,
    activity: Activity,
    at: Timestamp,
}

impl LastAct {
    fn covers(&self, visit: &str, activity: Activity, now: Timestamp) -> bool {
        let since = now.duration_since(self.at);
        self.visit == visit && self.activity == activity && !since.is_negative() && since < GRAIN
    }
}

impl Companion {
    /// Somebody is at the keyboard: the idle lock starts anew, and the time counts for what they work on.
    pub async fn activity(self: &Arc<Self>, args: ActivityArgs) -> Result<Done, Failure> {
        self.account()?.touched(self.host.clock.now());
        if let (Some(visit), Some(on)) = (args.visit, args.on) {
            let (account, visit) = self.visit(&visit).await?;
            let activity = match on {
                WorkedOn::Chart => Activity::Chart,
                WorkedOn::Note => Activity::Note,
            };
            self.worked(&account, &visit, activity).await?;
        }
        Ok(Done {})
    }

    /// Adds an act; nothing once the visit is signed.
    pub(crate) async fn worked(
        &self,
        account: &Account,
        visit: &Visit,
        activity: Activity,
    ) -> Result<(), Failure> {
        let mut last = account.time.lock().await;
        let now = self.host.clock.now();
        if last.as_ref().is_some_and(|act| act.covers(&visit.id, activity, now)) {
            return Ok(());
        }
        if account.vault.signed_note(&visit.id).await?.is_some() {
            return Ok(());
        }
        let mut ledger: Ledger = account.vault.draft(&visit.id, KIND).await?;
        let before = self.sheet(&ledger, visit).minutes();
        ledger.act(activity, now);
        account.vault.save_draft(&visit.id, KIND, &ledger, now).await?;
        *last = Some(LastAct { visit: visit.id.clone(), activity, at: now });
        if self.sheet(&ledger, visit).minutes() != before {
            self.emit(Topic::Visit, Some(&visit.id));
        }
        Ok(())
    }

    /// The time of the day of service so far.
    pub(crate) async fn time(&self, account: &Account, visit: &Visit) -> Result<Sheet, Failure> {
        let ledger: Ledger = account.vault.draft(&visit.id, KIND).await?;
        Ok(self.sheet(&ledger, visit))
    }

    fn sheet(&self, ledger: &Ledger, visit: &Visit) -> Sheet {
        let (now, zone) = (self.host.clock.now(), self.host.clock.zone());
        let (_, _, day) = visit.period(now, &zone);
        let call = visit.room_joined.map(|joined| (joined, visit.room_left.unwrap_or(now)));
        ledger.sheet(call, day, &zone)
    }
}

/// As shown beside the minutes that the clinician states.
pub(crate) fn shown(sheet: &Sheet) -> VisitTimeView {
    let minutes = |d: jiff::SignedDuration| u32::try_from(d.as_mins()).unwrap_or_default();
    VisitTimeView {
        chart_minutes: minutes(sheet.chart),
        call_minutes: minutes(sheet.call),
        note_minutes: minutes(sheet.note),
        pause_minutes: minutes(sheet.pauses),
        total_minutes: sheet.minutes(),
    }
}

/// "1 minute", "28 minutes".
pub(crate) fn minutes_words(minutes: u32) -> String {
    let unit = if minutes == 1 { "minute" } else { "minutes" };
    format!("{minutes} {unit}")
}

/// For the attestation: what was recorded, and why the stated minutes are others. Nothing below a minute.
pub(crate) fn words(sheet: &Sheet, stated: u32, reason: Option<&str>) -> String {
    let reason = reason.map(str::trim).filter(|r| !r.is_empty());
    let time = shown(sheet);
    let parts: Vec<String> =
        [("chart review", time.chart_minutes), ("call", time.call_minutes), ("note", time.note_minutes)]
            .into_iter()
            .filter(|(_, minutes)| *minutes > 0)
            .map(|(what, minutes)| format!("{what} {minutes}"))
            .collect();
    let mut text = String::new();
    if !parts.is_empty() {
        text.push_str(&format!(" Recorded: {} ({}).", minutes_words(time.total_minutes), parts.join(", ")));
    }
    if let Some(reason) = reason.filter(|_| stated != time.total_minutes) {
        text.push_str(&format!(" The difference: {}.", reason.trim_end_matches('.')));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_attestation_says_what_was_recorded_and_why_the_minutes_are_others() {
        let sheet = Sheet {
            chart: SignedDuration::from_secs(370),
            call: SignedDuration::from_mins(22),
            ..Sheet::default()
        };
        assert_eq!(words(&sheet, 28, Some("ignored")), " Recorded: 28 minutes (chart review 6, call 22).");
        assert_eq!(
            words(&sheet, 34, Some("read the referral on paper.")),
            " Recorded: 28 minutes (chart review 6, call 22). The difference: read the referral on paper."
        );
        let short = Sheet { call: SignedDuration::from_secs(70), ..Sheet::default() };
        assert_eq!(words(&short, 1, None), " Recorded: 1 minute (call 1).");
        assert_eq!(words(&Sheet::default(), 34, None), "");
    }

    #[test]
    fn only_what_comes_at_once_after_the_same_act_is_left_out() {
        let at: Timestamp = "2026-11-22T09:00:00Z".parse().unwrap();
        let last = LastAct { visit: "v".to_owned(), activity: Activity::Note, at };
        let after = |seconds| at + SignedDuration::from_secs(seconds);
        assert!(last.covers("v", Activity::Note, after(0)) && last.covers("v", Activity::Note, after(4)));
        assert!(!last.covers("v", Activity::Note, after(5)), "time goes on");
        assert!(!last.covers("v", Activity::Note, after(-1)), "a clock that was put back");
        assert!(!last.covers("v", Activity::Chart, after(1)) && !last.covers("w", Activity::Note, after(1)));
    }
}
