//! Reading and creating FHIR resources within limits. A token never goes to another origin, and
//! how a create ended is said in the words of the outbox ([`Event`]).

use crate::check::Surprise;
use crate::http::{Answer, Condition, Http, status_error};
use crate::{EhrError, capability::Capabilities};
use clinical::delivery::Event;
use clinical::item::{FoundBy, IDENTIFIER_SYSTEM, Request};
use fhir::bundle::{Page, page};
use fhir::compare;
use fhir::json::{items, reference, text};
use fhir::view::booked_slot;
use reqwest::Method;
use reqwest::header::{ETAG, LOCATION};
use serde_json::Value;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use url::Url;
use zeroize::Zeroizing;

/// Most pages that one search follows.
pub const MAX_PAGES: usize = 200;
/// Longest wait for one page. An EHR that answers at all answers sooner; whoever waits wants to know.
pub const PAGE_PATIENCE: Duration = Duration::from_secs(15);
/// Most resources that one search keeps.
pub const MAX_RESOURCES: usize = 20_000;

/// Where access tokens come from. One refresh serves everybody who waits for it.
#[async_trait::async_trait]
pub trait Tokens: Send + Sync {
    /// A token that should still be good.
    async fn access(&self) -> Result<Zeroizing<String>, EhrError>;
    /// `spent` was answered 401: a newer one, or [`EhrError::Unauthorised`].
    async fn renewed(&self, spent: &str) -> Result<Zeroizing<String>, EhrError>;
    /// Even a fresh token was answered 401: the clinician has to sign in again.
    fn refused(&self);
}

/// A FHIR server with somebody signed in.
#[derive(Clone)]
pub struct FhirClient {
    base: Url,
    http: Http,
    tokens: Arc<dyn Tokens>,
    /// A permit for each page that is on its way; none where nobody counts.
    turns: Option<Arc<Semaphore>>,
}

/// All that a search gave.
#[derive(Default)]
pub struct Found {
    pub resources: Vec<Value>,
    pub unreadable: u32,
    /// Why it is not all, when a later page failed or a limit was reached.
    pub partial: Option<EhrError>,
}

/// What a search gave that was asked only for what is new.
pub enum Searched {
    /// The same as last time.
    Unchanged,
    /// With the name of this answer, where the server gives one and all of it stood on one page.
    Found(Found, Option<String>),
}

/// What reading back showed.
pub struct ReadBack {
    pub event: Event,
    pub version_id: Option<String>,
    pub last_updated: Option<String>,
    /// Hash of what we said, as found in the EHR's copy.
    pub content_hash: String,
}

impl FhirClient {
    /// A client for this FHIR base.
    pub fn new(base: Url, http: Http, tokens: Arc<dyn Tokens>) -> Self {
        Self { base, http, tokens, turns: None }
    }

    /// Pages and counts wait for one of these permits, in the order in which they ask.
    pub fn in_turn(self, turns: Arc<Semaphore>) -> Self {
        Self { turns: Some(turns), ..self }
    }

    /// The FHIR base without a trailing slash.
    pub fn base(&self) -> &str {
        self.base.as_str().trim_end_matches('/')
    }

    pub(crate) fn address(&self, relative: &str) -> Result<Url, EhrError> {
        let url = Url::parse(&format!("{}/{relative}", self.base()));
        url.map_err(|_| EhrError::NotWhatWasAsked(Surprise::NoAddress))
    }

    /// One exchange; a 401 is answered by one refresh and one more try.
    pub(crate) async fn send(
        &self,
        method: Method,
        url: &Url,
        body: Option<&str>,
        condition: Option<Condition<'_>>,
    ) -> Result<Answer, EhrError> {
        let token = self.tokens.access().await?;
        let answer = self.http.fhir(method.clone(), url, &token, body, condition).await?;
        if answer.status != 401 {
            return Ok(answer);
        }
        let token = self.tokens.renewed(&token).await?;
        let answer = self.http.fhir(method, url, &token, body, condition).await?;
        if answer.status == 401 {
            self.tokens.refused();
            return Err(EhrError::Unauthorised);
        }
        Ok(answer)
    }

    async fn get(&self, url: &Url) -> Result<Value, EhrError> {
        let answer = self.send(Method::GET, url, None, None).await?;
        match (answer.status, answer.json) {
            (200..=299, Some(json)) => Ok(json),
            (200..=299, None) => Err(EhrError::NotWhatWasAsked(Surprise::Empty)),
            (status, json) => Err(status_error(status, json.as_ref(), &answer.headers)),
        }
    }

    /// Reads one resource by `Type/id`.
    pub async fn read(&self, target: &str) -> Result<Value, EhrError> {
        let resource = self.get(&self.address(target)?).await?;
        let kind = target.split('/').next();
        if text(&resource, &["resourceType"]) == kind {
            Ok(resource)
        } else {
            Err(EhrError::NotWhatWasAsked(Surprise::OtherResource))
        }
    }

    /// The CapabilityStatement.
    pub async fn capabilities(&self) -> Result<Capabilities, EhrError> {
        let statement = self.get(&self.address("metadata")?).await?;
        Capabilities::read(&statement).ok_or(EhrError::NotWhatWasAsked(Surprise::NoCapabilities))
    }

    /// Searches and follows `next` on the same origin. Resources that come twice count once. A failed
    /// first page is an error; a failed later page gives what came before, marked partial.
    pub async fn search(&self, query: &str) -> Result<Found, EhrError> {
        let mut resources = Vec::new();
        let found = self.search_pages(query, |page| resources.extend(page)).await?;
        Ok(Found { resources, ..found })
    }

    /// A search that says what its answer was last time: a server that knows ETags then answers
    /// "the same" in a few bytes, others answer as always.
    pub async fn search_again(&self, query: &str, etag: Option<&str>) -> Result<Searched, EhrError> {
        let url = self.address(query)?;
        let answer = self.send(Method::GET, &url, None, etag.map(Condition::NoneMatches)).await?;
        let Answer { status, headers, json } = answer;
        let bundle = match (status, json) {
            (304, _) if etag.is_some() => return Ok(Searched::Unchanged),
            (200..=299, Some(json)) => json,
            (200..=299, None) => return Err(EhrError::NotWhatWasAsked(Surprise::Empty)),
            (status, json) => return Err(status_error(status, json.as_ref(), &headers)),
        };
        let first = page(bundle).ok_or(EhrError::NotWhatWasAsked(Surprise::NoBundle))?;
        if first.next.is_some() {
            // An ETag names one page; what stands on several is read as a whole.
            return Ok(Searched::Found(self.search(query).await?, None));
        }
        let left_out = first.outcomes.iter().any(|o| matches!(o.severity.as_str(), "fatal" | "error"));
        let found = Found {
            resources: first.resources,
            unreadable: first.unreadable,
            partial: left_out.then_some(EhrError::NotWhatWasAsked(Surprise::LeftOut)),
        };
        let etag = headers.get(ETAG).and_then(|v| v.to_str().ok()).map(str::to_owned);
        Ok(Searched::Found(found, etag))
    }

    /// The same, page by page: `take` works on each while the next one is on its way. Gives a
    /// [`Found`] without resources.
    pub async fn search_pages(
        &self,
        query: &str,
        mut take: impl FnMut(Vec<Value>),
    ) -> Result<Found, EhrError> {
        let mut url = self.address(query)?;
        let (mut found, mut count) = (Found::default(), 0);
        let mut seen = HashSet::new();
        let mut visited = HashSet::new();
        // Ends with this search, also when nobody waits for it any more.
        let mut coming = JoinSet::new();
        for number in 0..=MAX_PAGES {
            if number == MAX_PAGES || count >= MAX_RESOURCES || !visited.insert(url.to_string()) {
                break;
            }
            if coming.is_empty() {
                coming.spawn(self.clone().page(url.clone()));
            }
            let page = coming.join_next().await.and_then(Result::ok);
            let Page { mut resources, outcomes, unreadable, next } =
                match page.unwrap_or(Err(EhrError::NoAnswer)) {
                    Ok(page) => page,
                    Err(error) if number > 0 => {
                        found.partial = Some(error);
                        return Ok(found);
                    }
                    Err(error) => return Err(error),
                };
            let next = next.map(|next| self.same_origin(&url, &next));
            if let Some(Some(next)) = &next {
                coming.spawn(self.clone().page(next.clone()));
            }
            found.unreadable += unreadable;
            if outcomes.iter().any(|o| matches!(o.severity.as_str(), "fatal" | "error")) {
                found.partial = Some(EhrError::NotWhatWasAsked(Surprise::LeftOut));
            }
            resources.retain(|r| reference(r).is_some_and(|id| seen.insert(id)));
            count += resources.len();
            take(resources);
            match next {
                None => return Ok(found),
                Some(Some(next)) => url = next,
                Some(None) => {
                    found.partial = Some(EhrError::NotWhatWasAsked(Surprise::NextElsewhere));
                    return Ok(found);
                }
            }
        }
        found.partial = Some(EhrError::NotWhatWasAsked(Surprise::TooManyPages));
        Ok(found)
    }

    /// How many resources a search with `_summary=count` says that there are; `None` when the server
    /// does not say.
    pub async fn count(&self, query: &str) -> Result<Option<u64>, EhrError> {
        let url = self.address(query)?;
        let bundle = self.patiently(&url).await?;
        if text(&bundle, &["resourceType"]) != Some("Bundle") {
            return Err(EhrError::NotWhatWasAsked(Surprise::NoBundle));
        }
        Ok(bundle.get("total").and_then(Value::as_u64))
    }

    async fn page(self, url: Url) -> Result<Page, EhrError> {
        page(self.patiently(&url).await?).ok_or(EhrError::NotWhatWasAsked(Surprise::NoBundle))
    }

    /// Waits for its turn, and then not for ever.
    async fn patiently(&self, url: &Url) -> Result<Value, EhrError> {
        let _turn = match &self.turns {
            Some(turns) => turns.acquire().await.ok(),
            None => None,
        };
        tokio::time::timeout(PAGE_PATIENCE, self.get(url)).await.unwrap_or(Err(EhrError::TooSlow))
    }

    fn same_origin(&self, current: &Url, next: &str) -> Option<Url> {
        let next = current.join(next).ok()?;
        (next.origin() == self.base.origin() && next.username().is_empty()).then_some(next)
    }

    /// Sends the one request of an outbox item. `body` has the parents' references filled in.
    pub async fn create(&self, request: &Request, body: &str) -> Event {
        let condition =
            request.conditional.then(|| format!("identifier={IDENTIFIER_SYSTEM}|{}", request.identifier));
        let Ok(url) = self.address(&request.resource_type) else { return Event::NotSent };
        // A token must be at hand first: trouble there means that nothing was sent.
        match self.tokens.access().await {
            Err(EhrError::Unauthorised | EhrError::Refused(_)) => return Event::Unauthorised,
            Err(_) => return Event::NotSent,
            Ok(_) => {}
        }
        let condition = condition.as_deref().map(Condition::NoneExists);
        let sent = self.send(Method::POST, &url, Some(body), condition).await;
        ended(sent, |answer| created_reference(&request.resource_type, answer))
    }

    /// Asks whether an item arrived; `sent` is its body with the parents' references filled in. Servers may
    /// ignore what narrows a search and return everything, so each hit is looked at; one that does not declare
    /// the search at all cannot be asked.
    pub async fn find(
        &self,
        capabilities: &Capabilities,
        request: &Request,
        patient: &str,
        sent: &Value,
    ) -> Event {
        let kind = &request.resource_type;
        let narrowed = match request.found_by {
            FoundBy::Identifier if !capabilities.searches(kind, "identifier") => {
                return Event::SearchImpossible;
            }
            FoundBy::Content if !capabilities.searches(kind, "patient") => return Event::SearchImpossible,
            FoundBy::Identifier => {
                Some(("identifier", format!("{IDENTIFIER_SYSTEM}|{}", request.identifier)))
            }
            // Where such a search needs a day, it is that of the slot.
            FoundBy::Content if kind == "Appointment" => match self.day_of(sent).await {
                Ok(day) => day.map(|day| ("date", format!("ge{day}"))),
                Err(_) => return Event::SearchFailed,
            },
            FoundBy::Content => {
                encounter(sent).filter(|_| capabilities.searches(kind, "encounter")).map(|e| ("encounter", e))
            }
        };
        let pairs = [("patient", patient.to_owned())].into_iter().chain(narrowed);
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        let ours = |r: &Value| match request.found_by {
            FoundBy::Identifier => {
                items(r, &["identifier"]).iter().any(|i| text(i, &["value"]) == Some(&request.identifier))
            }
            FoundBy::Content => compare::kept(sent, r),
        };
        let found = match self.search(&format!("{kind}?{query}")).await {
            Ok(found) => found,
            Err(EhrError::Status { status: 400 | 403 | 404 | 405 | 410 | 422, .. }) => {
                return Event::SearchImpossible;
            }
            Err(_) => return Event::SearchFailed,
        };
        let ours: Vec<String> = found
            .resources
            .iter()
            .filter(|r| text(r, &["resourceType"]) == Some(kind))
            .filter(|r| ours(r))
            .filter_map(reference)
            .collect();
        match ours.as_slice() {
            [one] => Event::FoundOne { reference: one.clone() },
            [] if found.partial.is_some() => Event::SearchFailed,
            [] => Event::FoundNone,
            _ => Event::FoundSeveral,
        }
    }

    /// The day on which the slot of an Appointment begins; `None`: it has none, or none that tells.
    async fn day_of(&self, appointment: &Value) -> Result<Option<jiff::civil::Date>, EhrError> {
        let Some(slot) = booked_slot(appointment) else { return Ok(None) };
        let slot = match self.read(slot).await {
            Ok(slot) => slot,
            // It answers, and does not show it: nor will it later.
            Err(EhrError::Status { status: 400..=428 | 430..=499, .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        let start = text(&slot, &["start"]).and_then(|start| start.parse::<jiff::Timestamp>().ok());
        Ok(start.map(|start| start.to_zoned(jiff::tz::TimeZone::UTC).date()))
    }

    /// Reads an item back and compares it with what was sent.
    pub async fn read_back(&self, target: &str, sent: &Value) -> ReadBack {
        self.look_back(target, sent, |copy| compare::kept(sent, copy)).await
    }

    /// Reads a record; `says`: what of it was ours to say; `stands`: it is as it should be.
    pub(crate) async fn look_back(
        &self,
        target: &str,
        says: &Value,
        stands: impl FnOnce(&Value) -> bool,
    ) -> ReadBack {
        let nothing =
            |event| ReadBack { event, version_id: None, last_updated: None, content_hash: String::new() };
        let copy = match self.read(target).await {
            Ok(copy) => copy,
            Err(EhrError::Status { status: 404 | 410, .. }) => return nothing(Event::ReadBackMissing),
            Err(_) => return nothing(Event::ReadBackFailed),
        };
        let event = if stands(&copy) {
            Event::ReadBackMatches { reference: target.to_owned() }
        } else {
            Event::ReadBackDiffers
        };
        ReadBack {
            event,
            version_id: text(&copy, &["meta", "versionId"]).map(str::to_owned),
            last_updated: text(&copy, &["meta", "lastUpdated"]).map(str::to_owned),
            content_hash: compare::hash(&compare::projection(says, &copy)),
        }
    }
}

/// How an exchange ended that may have changed something in the EHR.
pub(crate) fn ended(
    sent: Result<Answer, EhrError>,
    reference: impl FnOnce(&Answer) -> Option<String>,
) -> Event {
    match sent {
        Ok(answer) => match answer.status {
            200 | 201 | 204 => match reference(&answer) {
                Some(reference) => Event::Accepted { reference },
                None => Event::Lost,
            },
            409 | 412 => Event::Conflicted { status: answer.status },
            429 => Event::Throttled { retry_after: retry_after(&answer) },
            408 | 425 => Event::Lost,
            status @ 400..=499 => Event::Refused { status },
            _ => Event::Lost,
        },
        Err(EhrError::Unreachable | EhrError::Insecure) => Event::NotSent,
        Err(EhrError::Unauthorised | EhrError::Refused(_)) => Event::Unauthorised,
        Err(_) => Event::Lost,
    }
}

/// The encounter that a record names: DocumentReference has it in its context.
pub(crate) fn encounter(record: &Value) -> Option<String> {
    let of_note = items(record, &["context", "encounter"]).into_iter().next();
    let found = text(record, &["encounter", "reference"]).or_else(|| text(of_note?, &["reference"]));
    found.map(|r| r.trim_start_matches("Encounter/").to_owned())
}

/// `Type/id` of what was created: from the Location header (which may bear a name of the server that
/// only its own network knows; reading back shows whether it is ours), else from the body.
fn created_reference(kind: &str, answer: &Answer) -> Option<String> {
    let from_location = answer.headers.get(LOCATION).and_then(|v| v.to_str().ok()).and_then(|location| {
        let wanted = serde_json::json!({ "reference": location });
        fhir::json::reference_anywhere(&wanted).filter(|r| r.split('/').next() == Some(kind))
    });
    from_location
        .or_else(|| answer.json.as_ref().and_then(reference).filter(|r| r.split('/').next() == Some(kind)))
}

fn retry_after(answer: &Answer) -> Option<jiff::SignedDuration> {
    match status_error(answer.status, None, &answer.headers) {
        EhrError::Status { retry_after, .. } => retry_after,
        _ => None,
    }
}
