//! The visit that comes next: free times of the clinician's schedule, the one that was chosen, and another one when
//! that was taken before it could be booked.

use crate::account::Account;
use crate::app::Companion;
use crate::asked::{Asked, asked};
use crate::contract::{
    ChosenVisit, DeliveryView, ErrorCode, FollowUpVisitArgs, FollowUpVisitView, FreeTimeView, FreeTimesArgs,
    FreeTimesView, RebookArgs, Topic, VisitArgs,
};
use crate::delivery::step;
use crate::failure::Failure;
use crate::note::may_draft;
use crate::session::Session;
use crate::visit::signed_already;
use clinical::delivery::{Event, Reason, State};
use clinical::followup::{FollowUpVisit, FreeTime, ScheduledType};
use clinical::item::{Item, Kind};
use clinical::visit::Visit;
use ehr::route::Route;
use ehr::writeplan::rebooked;
use fhir::json::{at, coded, items, legal_id, reference};
use fhir::view;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::sync::Arc;

pub(crate) const KIND: &str = "follow_up_visit";
/// Days that are looked at at once.
const DAYS: i64 = 7;
/// Most free times shown of them.
const MOST_TIMES: usize = 400;
/// Schedules of one clinician that are looked at.
const MOST_SCHEDULES: usize = 20;

impl Companion {
    pub async fn follow_up_visit_get(
        self: &Arc<Self>,
        args: VisitArgs,
    ) -> Result<FollowUpVisitView, Failure> {
        let (account, visit) = self.visit(&args.visit).await?;
        self.follow_up_visit_view(&account, visit).await
    }

    /// Asks the EHR; nothing of the answer is kept.
    pub async fn free_times(self: &Arc<Self>, args: FreeTimesArgs) -> Result<FreeTimesView, Failure> {
        let from = day(&args.from)?;
        let (account, visit) = self.visit(&args.visit).await?;
        let session = account.session_of(&visit.patient.id);
        let how = how_asked(&session).map_err(Failure::invalid)?;
        let zone = self.clinic_zone();
        let until = from.checked_add((DAYS - 1).days()).map_err(|_| no_day())?;
        let midnight = |day: Date| day.to_zoned(zone.clone()).map(|z| z.timestamp()).map_err(|_| no_day());
        // What is over cannot be booked.
        let (start, end) =
            (midnight(from)?.max(self.host.clock.now()), midnight(until.tomorrow().map_err(|_| no_day())?)?);
        let mut view = FreeTimesView {
            from: from.to_string(),
            until: until.to_string(),
            times: Vec::new(),
            types: Vec::new(),
            incomplete: false,
        };
        let within = match how {
            HowAsked::BySchedule => {
                schedules(&session).await?.map(|all| format!("status=free&schedule={all}"))
            }
            HowAsked::ByType => Some(types_and_actor(&session, &visit).await?),
        };
        let Some(within) = within.filter(|_| start < end) else { return Ok(view) };
        let found = session.fhir()?.search(&format!("Slot?{within}&start=ge{start}&start=lt{end}")).await?;
        let mut times: Vec<_> = found.resources.iter().filter_map(view::free_time).collect();
        times.retain(|(time, _)| time.start >= start && time.start < end);
        times.sort_by(|(a, _), (b, _)| (a.start, &a.slot).cmp(&(b.start, &b.slot)));
        view.incomplete = found.partial.is_some() || times.len() > MOST_TIMES;
        times.truncate(MOST_TIMES);
        for (time, types) in times {
            let types: Vec<String> = types.into_iter().map(|t| t.words).collect();
            let new = types.iter().filter(|t| !view.types.contains(t)).cloned().collect::<Vec<_>>();
            view.types.extend(new);
            view.times.push(shown(&time, types, &zone));
        }
        Ok(view)
    }

    pub async fn follow_up_visit_set(
        self: &Arc<Self>,
        args: FollowUpVisitArgs,
    ) -> Result<FollowUpVisitView, Failure> {
        let (account, visit) = self.visit(&args.visit).await?;
        let wished = args.visit_type.as_deref().map(str::trim).filter(|t| !t.is_empty());
        let of_this = ScheduledType { words: visit.visit_type.text.clone(), codes: Vec::new() };
        let (day, time, visit_type) = match args.slot.as_deref() {
            None => {
                let wanted = day(args.day.as_deref().unwrap_or_default())?;
                let words = wished.map_or(of_this.words, str::to_owned);
                (wanted, None, ScheduledType { words, codes: Vec::new() })
            }
            Some(slot) => {
                // As the EHR has it now, not as the window remembers it.
                let (time, types) = self.free(&account.session_of(&visit.patient.id), slot).await?;
                let visit_type = match wished {
                    _ if types.is_empty() => of_this,
                    None if types.iter().any(|t| t.words == of_this.words) => {
                        types.into_iter().find(|t| t.words == of_this.words).unwrap_or(of_this)
                    }
                    None => types.into_iter().next().unwrap_or(of_this),
                    Some(words) => types.into_iter().find(|t| t.words == words).ok_or_else(|| {
                        Failure::invalid("This time is not for that type of visit. Choose another time.")
                    })?,
                };
                (time.start.to_zoned(self.clinic_zone()).date(), Some(time), visit_type)
            }
        };
        let chosen = FollowUpVisit { id: self.host.entropy.uuid(), visit_type, day, time };
        self.change_follow_up_visit(&visit.id, Some(chosen)).await
    }

    pub async fn follow_up_visit_clear(
        self: &Arc<Self>,
        args: VisitArgs,
    ) -> Result<FollowUpVisitView, Failure> {
        self.change_follow_up_visit(&args.visit, None).await
    }

    /// The time was taken before it could be booked: another one is.
    pub async fn follow_up_visit_rebook(self: &Arc<Self>, args: RebookArgs) -> Result<DeliveryView, Failure> {
        // Never while it is being taken back.
        let _one_at_a_time = self.visit_change.lock().await;
        let account = self.account()?;
        let item = account.vault.item(&args.id).await?.filter(can_rebook);
        let item = item.ok_or_else(|| Failure::invalid("This item moved meanwhile; look again."))?;
        if account.vault.is_retracted(&item.id).await? {
            return Err(Failure::invalid("The follow-up visit was retracted; nothing is booked for it."));
        }
        let session = account.session_of(&item.patient);
        let (time, types) = self.free(&session, &args.slot).await?;
        let signed: Option<FollowUpVisit> = account.vault.draft(&item.visit, KIND).await?;
        let fits = |chosen: &FollowUpVisit| types.iter().any(|t| t.words == chosen.visit_type.words);
        if !types.is_empty() && signed.as_ref().is_some_and(|chosen| !fits(chosen)) {
            return Err(Failure::invalid(
                "This time is not for the type of visit that was signed. Choose another.",
            ));
        }
        if !self.surely_not_booked(&account, &item).await? {
            return self.delivery_of(&account, &item.visit).await;
        }
        let zone = self.clinic_zone();
        let words = signed.map_or_else(
            || item.label.expose().clone(),
            |chosen| FollowUpVisit { time: Some(time.clone()), ..chosen }.line(&zone),
        );
        let now = self.signing_time();
        let anew = rebooked(&item, &time, words, &self.host.entropy.uuid(), now)
            .ok_or_else(|| Failure::internal("a booking without a time"))?;
        let audit = vault::AuditRecord {
            at: now,
            who: &session.who.fhir_user,
            action: "delivery decided",
            about: &format!("Patient/{}", item.patient),
            outcome: "another time chosen for the follow-up visit",
        };
        let what = "The time was taken. You chose another; the signed note still names the first.";
        if !account.vault.replace_item(&item, &anew, what, audit).await? {
            return Err(Failure::invalid("This item moved meanwhile; look again."));
        }
        self.wake.ring();
        for topic in [Topic::Delivery, Topic::Visit, Topic::App] {
            self.emit(topic, Some(&item.visit));
        }
        self.delivery_of(&account, &item.visit).await
    }

    /// A conflict may be with our own copy: then it is booked, and nothing else must be. False: it is looked at again.
    pub(crate) async fn surely_not_booked(
        &self,
        account: &Arc<Account>,
        item: &Item,
    ) -> Result<bool, Failure> {
        if item.attempts == 0 {
            // The slot was taken before anything was sent.
            return Ok(true);
        }
        let Asked::Create(sent) = asked(account, item).await? else {
            return Err(Failure::internal("a booking that changes a record"));
        };
        let session = account.session_of(&item.patient);
        let capabilities = &session.who.capabilities;
        match session.fhir()?.find(capabilities, &item.request, &item.patient, &sent).await {
            Event::FoundNone => Ok(true),
            found @ (Event::FoundOne { .. } | Event::FoundSeveral) => {
                step(self, account, item, &found, None, "The EHR has it after all.").await?;
                self.wake.ring();
                self.emit(Topic::Delivery, Some(&item.visit));
                Ok(false)
            }
            _ => Err(Failure::new(
                ErrorCode::EhrUnreachable,
                "The EHR cannot be asked now whether it was booked after all, so nothing was changed. Try again in a moment.",
            )
            .retryable()),
        }
    }

    /// A slot that is free right now.
    async fn free(
        &self,
        session: &Arc<Session>,
        slot: &str,
    ) -> Result<(FreeTime, Vec<ScheduledType>), Failure> {
        if !slot.strip_prefix("Slot/").is_some_and(legal_id) {
            return Err(Failure::invalid("This is no time of the schedule."));
        }
        let read = session.fhir()?.read(slot).await?;
        let free = view::free_time(&read).filter(|(time, _)| time.start > self.host.clock.now());
        free.ok_or_else(|| Failure::invalid("This time is not free any more. Choose another."))
    }

    async fn change_follow_up_visit(
        &self,
        visit: &str,
        chosen: Option<FollowUpVisit>,
    ) -> Result<FollowUpVisitView, Failure> {
        let _one_at_a_time = self.visit_change.lock().await;
        let (account, visit) = self.visit(visit).await?;
        may_draft(&account)?;
        if account.vault.signed_note(&visit.id).await?.is_some() {
            return Err(signed_already());
        }
        account.vault.save_draft(&visit.id, KIND, &chosen, self.host.clock.now()).await?;
        self.emit(Topic::FollowUps, Some(&visit.id));
        self.follow_up_visit_view(&account, visit).await
    }

    async fn follow_up_visit_view(
        &self,
        account: &Account,
        visit: Visit,
    ) -> Result<FollowUpVisitView, Failure> {
        let chosen: Option<FollowUpVisit> = account.vault.draft(&visit.id, KIND).await?;
        let session = account.session_of(&visit.patient.id);
        let zone = self.clinic_zone();
        let chosen = match chosen {
            None => None,
            Some(chosen) => {
                let routes = self.routes_of(account, &visit).await?;
                Some(ChosenVisit {
                    words: chosen.line(&zone),
                    day: chosen.day.to_string(),
                    at_a_time: chosen.time.is_some(),
                    becomes: becomes(&routes.of_visit(&chosen), &session.who.ehr_name),
                    unmapped: self.site.templates.for_type(&chosen.visit_type.words).is_none(),
                })
            }
        };
        Ok(FollowUpVisitView {
            visit: visit.id,
            chosen,
            visit_type: visit.visit_type.text,
            why_no_times: how_asked(&session).err(),
        })
    }
}

/// How an EHR is asked for the free times of a clinician.
enum HowAsked {
    /// Their schedules first, then the slots of those.
    BySchedule,
    /// The slots of a type of visit, by the schedule's actor in one search.
    ByType,
}

/// As it declares; in words, why it cannot be asked.
fn how_asked(session: &Arc<Session>) -> Result<HowAsked, String> {
    let capabilities = &session.who.capabilities;
    let searches = |parameter| capabilities.searches("Slot", parameter);
    let by_schedule = searches("schedule") && capabilities.searches("Schedule", "actor");
    let how = match searches("schedule.actor") {
        _ if by_schedule => HowAsked::BySchedule,
        true if searches("service-type") => HowAsked::ByType,
        _ => return Err("This EHR does not tell its free times.".to_owned()),
    };
    if !session.who.fhir_user.starts_with("Practitioner/") {
        return Err("The EHR did not say which clinician you are.".to_owned());
    }
    let may = |kind| session.scopes.allow_for_all(kind, 's');
    if !(may("Slot") && (may("Schedule") || !by_schedule)) {
        return Err("The EHR did not let Chartside see free times.".to_owned());
    }
    Ok(how)
}

/// The clinician's schedules, as a search names them; `None`: there are none.
async fn schedules(session: &Arc<Session>) -> Result<Option<String>, Failure> {
    let found = session.fhir()?.search(&format!("Schedule?actor={}", session.who.fhir_user)).await?;
    let open = found.resources.iter().filter(|s| at(s, &["active"]) != Some(&false.into()));
    let named = open.filter_map(reference).filter(|r| r.starts_with("Schedule/"));
    let all: Vec<String> = named.take(MOST_SCHEDULES).collect();
    Ok((!all.is_empty()).then(|| all.join(",")))
}

/// The codes of this visit's own type, and the clinician.
async fn types_and_actor(session: &Arc<Session>, visit: &Visit) -> Result<String, Failure> {
    let none = || {
        Failure::invalid("This EHR tells free times only for a type of visit, and this visit has none there.")
    };
    let read = session.fhir()?.read(visit.appointment.as_deref().ok_or_else(none)?).await?;
    let codes = items(&read, &["serviceType"]).into_iter().flat_map(|concept| coded(Some(concept)).codings);
    let codes: Vec<String> = codes.map(|(system, code)| format!("{system}|{code}")).collect();
    if codes.is_empty() {
        return Err(none());
    }
    let pairs = [("service-type", codes.join(",")), ("schedule.actor", session.who.fhir_user.clone())];
    Ok(url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish())
}

/// Not booked, and another time can be chosen.
pub(crate) fn can_rebook(item: &Item) -> bool {
    let State::NeedsClinician { reason } = &item.state else { return false };
    item.kind == Kind::FollowUpVisit
        && item.request.resource_type == "Appointment"
        && matches!(reason, Reason::Conflict { .. } | Reason::Refused { .. })
}

fn becomes(route: &Route, ehr: &str) -> String {
    match route {
        route if route.books() => format!("Signing books it in {ehr}. Until then the time is not held."),
        Route::Create { resource_type: "Communication", .. } => {
            format!("Signing sends a message in {ehr} that it is to be booked.")
        }
        Route::Create { .. } => format!("Signing makes a task in {ehr} to book it."),
        Route::InNote { why } | Route::File { why, .. } => {
            format!("Stands in the note, because {why}. Somebody books it in {ehr}.")
        }
        Route::Nowhere { why } => format!("Stays in Chartside, because {why}. Book it in {ehr} yourself."),
    }
}

fn shown(time: &FreeTime, types: Vec<String>, zone: &TimeZone) -> FreeTimeView {
    let start = time.start.to_zoned(zone.clone());
    let minutes = time.end.duration_since(time.start).as_mins();
    FreeTimeView {
        slot: time.slot.clone(),
        day: start.date().to_string(),
        time: start.strftime("%H:%M").to_string(),
        minutes: minutes.try_into().unwrap_or_default(),
        types,
    }
}

fn day(text: &str) -> Result<Date, Failure> {
    text.trim().parse().map_err(|_| no_day())
}

fn no_day() -> Failure {
    Failure::invalid("Give the day as YYYY-MM-DD.")
}
