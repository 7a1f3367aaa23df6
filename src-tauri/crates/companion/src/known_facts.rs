//! Facts of a visit that the chart or an earlier visit knows, each with where it is from. They stand in the form
//! until the clinician states the facts; nothing is attested before that.

use crate::account::Account;
use crate::app::Companion;
use crate::brief::is_with;
use crate::contract::Topic;
use crate::failure::Failure;
use crate::visit::RECENT_VISITS;
use clinical::chart::Section;
use clinical::new_patient::{NEW_AFTER_YEARS, Service, service, whether_new};
use clinical::visit::Visit;
use fhir::view::Since;
use jiff::ToSpan;

impl Companion {
    /// The state of the patient's address, and the place of the clinician's last visit.
    pub(crate) async fn know_facts(&self, account: &Account, visit: &mut Visit) -> Result<(), Failure> {
        visit.know_state();
        let earlier = account.vault.visits(RECENT_VISITS).await?;
        let stated = earlier.iter().find(|v| {
            v.id != visit.id && v.facts_confirmed && v.clinician == visit.clinician && place(v).is_some()
        });
        if let Some((earlier, place)) = stated.and_then(|v| Some((v, place(v)?))) {
            visit.know_location(place, earlier.opened.to_zoned(self.host.clock.zone()).date());
        }
        Ok(())
    }

    /// Whether the patient is new to the clinician, as far as the encounters in the vault tell.
    pub(crate) async fn know_whether_new(&self, account: &Account, id: &str) {
        if let Err(failure) = self.look_whether_new(account, id).await {
            failure.at_the_edge("look whether the patient is new");
        }
    }

    async fn look_whether_new(&self, account: &Account, id: &str) -> Result<(), Failure> {
        let _one_at_a_time = self.visit_change.lock().await;
        let Some(mut visit) = account.vault.visit(id).await? else { return Ok(()) };
        if account.vault.signed_note(id).await?.is_some() {
            return Ok(());
        }
        let (found, why) = self.read_for_brief(account, &visit, Section::Encounters).await?;
        let Some(read) = found else { return Ok(()) };
        let day = visit.start.unwrap_or(visit.opened).to_zoned(self.host.clock.zone()).date();
        let since = day.saturating_sub(NEW_AFTER_YEARS.years());
        let mut held: Vec<_> = read
            .held_before(day, &visit)
            .into_iter()
            .filter_map(|(entry, dates)| Some((dates.began?.day, entry, dates)))
            .filter(|(began, _, dates)| *began >= since && service(&dates.class) != Service::None)
            .collect();
        held.sort_by_key(|(began, ..)| *began);
        let seen = |dates: &Since| service(&dates.class) == Service::Took && is_with(&visit.clinician, dates);
        let by_you = held.iter().rev().find(|(.., dates)| seen(dates));
        let by_others = held.last().map(|(began, entry, _)| (*began, entry.source.as_deref()));
        let all_known = why.is_none() && read.all_dated(&visit);
        let Some((is_new, words)) = whether_new(by_you.map(|(began, ..)| *began), by_others, all_known)
        else {
            return Ok(());
        };
        let before = (visit.facts.clone(), visit.fact_sources.clone());
        visit.know_new_patient(is_new, &words);
        if before != (visit.facts.clone(), visit.fact_sources.clone()) {
            account.vault.save_visit(&visit).await?;
            self.emit(Topic::Visit, Some(id));
            self.emit(Topic::Codes, Some(id));
        }
        Ok(())
    }
}

fn place(visit: &Visit) -> Option<&str> {
    visit.facts.clinician_location.as_deref().map(str::trim).filter(|p| !p.is_empty())
}
