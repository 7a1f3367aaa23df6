//! Asking the EHR for one section of a chart. What fails says why; what came before it stays.

use crate::account::Account;
use clinical::chart::{Entry, Section};
use clinical::visit::Visit;
use ehr::EhrError;
use ehr::capability::Capabilities;
use ehr::chart::{COUNTED, Search, counting, entries, searches};
use ehr::client::FhirClient;
use ehr::smart::Scopes;
use fhir::json::{display, items, reference, reference_anywhere, reference_to, text};
use fhir::view;
use futures_util::future::join_all;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::Instant;
use vault::SectionOutcome;

/// Longest time for one section; what came until then is shown.
const SECTION_TIMEOUT: Duration = Duration::from_secs(60);
/// Most referenced resources that are read one by one because they did not come along.
const MAX_LOOKUPS: usize = 30;
/// Referenced resources of one section that are read at once.
const AT_ONCE: usize = 4;
/// Always asked for, whatever the EHR declares: a clinician must see the refusal itself.
const CORE: [Section; 7] = [
    Section::Allergies,
    Section::Problems,
    Section::Medications,
    Section::Vitals,
    Section::Labs,
    Section::Notes,
    Section::Encounters,
];

/// The EHR keeps nothing of this kind for anybody to ask for.
const NOT_HERE: &str = "this EHR does not offer it";

/// A section as it came.
#[derive(Default)]
pub(crate) struct Loaded {
    pub resources: Vec<Value>,
    pub entries: Vec<Entry>,
    pub unreadable: u32,
}

/// How asking for a section ended.
pub(crate) struct Asked {
    pub outcome: SectionOutcome,
    pub loaded: Loaded,
    /// False when nobody was there to answer.
    pub reached: bool,
}

/// Where a section is asked for.
struct Place<'a> {
    client: &'a FhirClient,
    capabilities: &'a Capabilities,
    scopes: &'a Scopes,
    patient: &'a str,
    deadline: Instant,
}

/// How one search ended.
enum Ended {
    /// With what it could not find, if anything.
    Done(Loaded, Option<String>),
    Failed(EhrError),
    NotOffered(&'static str),
}

/// Loads a section; each of its pages waits for one of these permits.
pub(crate) async fn load(
    account: &Arc<Account>,
    visit: &Visit,
    section: Section,
    turns: &Arc<Semaphore>,
) -> Asked {
    let session = account.session_of(&visit.patient.id);
    let client = match session.fhir() {
        Ok(client) => client.in_turn(Arc::clone(turns)),
        Err(failure) => {
            let outcome = SectionOutcome::Failed(failure.message);
            return Asked { outcome, loaded: Loaded::default(), reached: true };
        }
    };
    let place = Place {
        client: &client,
        capabilities: &session.who.capabilities,
        scopes: &session.scopes,
        patient: &visit.patient.id,
        deadline: Instant::now() + SECTION_TIMEOUT,
    };
    if section == Section::Other { place.count().await } else { place.load(section).await }
}

impl Place<'_> {
    /// Whether it makes sense to ask for this type at all.
    fn offered(&self, kind: &str) -> Result<(), &'static str> {
        if !self.scopes.allow(kind, 's') {
            return Err("this sign-in does not cover it");
        }
        match self.capabilities.is_silent() || self.capabilities.can(kind, "search-type") {
            true => Ok(()),
            false => Err(NOT_HERE),
        }
    }

    async fn load(&self, section: Section) -> Asked {
        let all = searches(section, self.patient);
        let ends = join_all(all.iter().map(|search| self.search(section, search))).await;
        let (mut loaded, mut whys, mut not_offered) = (Loaded::default(), Vec::new(), Vec::new());
        let (mut done, mut reached) = (0, true);
        let several = all.iter().filter(|s| !s.optional).count() > 1;
        for (search, end) in all.iter().zip(ends) {
            let why = match end {
                Ended::Done(part, missing) => {
                    done += 1;
                    loaded.resources.extend(part.resources);
                    loaded.entries.extend(part.entries);
                    loaded.unreadable += part.unreadable;
                    missing
                }
                Ended::Failed(EhrError::Status { status: 404, .. }) if search.optional => None,
                Ended::Failed(error) => {
                    reached &= !matches!(error, EhrError::Unreachable | EhrError::NoAnswer);
                    Some(why(&error))
                }
                Ended::NotOffered(_) if search.optional => None,
                Ended::NotOffered(why) => {
                    not_offered.push((search.kind, why));
                    None
                }
            };
            whys.extend(
                why.map(|why| if several || search.optional { named(search.kind, &why) } else { why }),
            );
        }
        let all_missing = done == 0 && whys.is_empty();
        let outcome = match not_offered.first() {
            Some((_, why)) if all_missing => SectionOutcome::NotOffered((*why).to_owned()),
            _ => {
                // What the EHR does not have is not missing where there is something else to see.
                let empty = loaded.entries.is_empty() && loaded.unreadable == 0 && whys.is_empty();
                let (not_here, not_covered): (Vec<_>, Vec<_>) =
                    not_offered.iter().partition(|(_, why)| *why == NOT_HERE);
                let words =
                    |all: Vec<&(&str, &str)>| all.iter().map(|(k, why)| named(k, why)).collect::<Vec<_>>();
                whys.extend(words(not_covered));
                match (done, whys.is_empty()) {
                    (_, true) if empty && !not_here.is_empty() => {
                        SectionOutcome::NotOffered(words(not_here).join("; "))
                    }
                    (_, true) => SectionOutcome::Complete,
                    (0, false) => SectionOutcome::Failed(whys.join("; ")),
                    (_, false) => SectionOutcome::Partial(whys.join("; ")),
                }
            }
        };
        Asked { outcome, loaded, reached }
    }

    /// The first way that the server takes.
    async fn search(&self, section: Section, search: &Search) -> Ended {
        let core = CORE.contains(&section) && !search.optional;
        if let Err(why) = self.offered(search.kind)
            && !core
        {
            return Ended::NotOffered(why);
        }
        let mut refused = None;
        for (number, way) in search.ways.iter().enumerate() {
            match self.go(section, way).await {
                Ended::Failed(error) if will_not(&error) => refused = Some(error),
                Ended::Done(part, missing) if number > 0 && number + 1 == search.ways.len() => {
                    let missing = missing.or(search.last_way_misses.map(str::to_owned));
                    return Ended::Done(part, missing);
                }
                end => return end,
            }
        }
        Ended::Failed(refused.unwrap_or(EhrError::NoAnswer))
    }

    /// One way: its searches one after the other.
    async fn go(&self, section: Section, way: &[String]) -> Ended {
        let mut all = Loaded::default();
        let (mut unusable, mut missing) = (0, None);
        let base = self.client.base();
        for query in way {
            // What is included stands on any page: only all of them together can be read then.
            let at_once = query.contains("_include=");
            let mut page_of = |mut page: Vec<Value>| {
                let came = page.len();
                page.retain(|r| belongs(r, self.patient, base));
                unusable += came - page.len();
                if !at_once {
                    let (entries, unreadable) = entries(section, base, &page);
                    all.entries.extend(entries);
                    all.unreadable += unreadable;
                }
                all.resources.extend(page);
            };
            let found = tokio::time::timeout_at(self.deadline, self.client.search_pages(query, &mut page_of));
            match found.await.unwrap_or(Err(EhrError::TooSlow)) {
                Ok(found) => {
                    unusable += found.unreadable as usize;
                    missing = missing.or(found.partial);
                }
                Err(error) if all.resources.is_empty() => return Ended::Failed(error),
                Err(error) => missing = Some(error),
            }
            if at_once {
                self.look_up(&mut all.resources).await;
                (all.entries, all.unreadable) = entries(section, base, &all.resources);
            }
        }
        let missing = missing.map(|error| why(&error));
        let unusable = (unusable > 0).then(|| format!("{unusable} entries could not be used"));
        Ended::Done(all, missing.or(unusable))
    }

    /// Reads the drugs and prescribers that did not come along. What cannot be read is said on its line.
    async fn look_up(&self, resources: &mut Vec<Value>) {
        let here: BTreeSet<String> = resources.iter().filter_map(reference).collect();
        let wanted: BTreeSet<String> = resources
            .iter()
            .flat_map(|r| [r.get("medicationReference"), r.get("requester")])
            .flatten()
            .filter(|element| display(element).is_none())
            .filter_map(|element| reference_to(element, self.client.base()))
            .filter(|target| !here.contains(target) && !target.starts_with("Patient/"))
            .filter(|target| self.scopes.allow(target.split('/').next().unwrap_or_default(), 'r'))
            .take(MAX_LOOKUPS)
            .collect();
        let wanted: Vec<String> = wanted.into_iter().collect();
        for some in wanted.chunks(AT_ONCE) {
            let reads = some.iter().map(|target| self.client.read(target));
            let Ok(read) = tokio::time::timeout_at(self.deadline, join_all(reads)).await else { return };
            resources.extend(read.into_iter().flatten());
        }
    }

    /// How many there are of each kind that no section shows.
    async fn count(&self) -> Asked {
        let by_patient = |kind| self.capabilities.is_silent() || self.capabilities.searches(kind, "patient");
        let mut offered: Vec<&'static str> = COUNTED.to_vec();
        offered.retain(|kind| by_patient(kind) && self.offered(kind).is_ok());
        let found = join_all(offered.iter().map(|kind| self.count_of(kind))).await;
        let counts = offered.into_iter().zip(found);
        let (mut loaded, mut whys, mut reached) = (Loaded::default(), Vec::new(), true);
        for (kind, count) in counts {
            match count {
                Ok(0) | Err(EhrError::Status { status: 404, .. }) => {}
                Ok(total) => loaded.resources.push(view::count(kind, total)),
                Err(error) => {
                    reached &= !matches!(error, EhrError::Unreachable | EhrError::NoAnswer);
                    whys.push(named(kind, &why(&error)));
                }
            }
        }
        (loaded.entries, loaded.unreadable) = entries(Section::Other, self.client.base(), &loaded.resources);
        let outcome = match whys.is_empty() {
            true => SectionOutcome::Complete,
            false if loaded.entries.is_empty() => SectionOutcome::Failed(whys.join("; ")),
            false => SectionOutcome::Partial(whys.join("; ")),
        };
        Asked { outcome, loaded, reached }
    }

    async fn count_of(&self, kind: &str) -> Result<u64, EhrError> {
        let [number, all] = counting(kind, self.patient);
        match self.client.count(&number).await {
            Ok(Some(total)) => return Ok(total),
            Ok(None) => {}
            Err(error) if will_not(&error) => {}
            Err(error) => return Err(error),
        }
        let mut total = 0;
        let of_kind = |r: &&Value| text(r, &["resourceType"]) == Some(kind);
        let count = |page: Vec<Value>| total += page.iter().filter(of_kind).count() as u64;
        let found = tokio::time::timeout_at(self.deadline, self.client.search_pages(&all, count)).await;
        match found.unwrap_or(Err(EhrError::TooSlow))?.partial {
            Some(error) => Err(error),
            None => Ok(total),
        }
    }
}

/// The server does not take this kind of request; another one may do.
fn will_not(error: &EhrError) -> bool {
    matches!(error, EhrError::Status { status: 400 | 405 | 414 | 422 | 501, .. })
}

/// The words for what could not be loaded.
fn why(error: &EhrError) -> String {
    match error {
        EhrError::Unreachable | EhrError::NoAnswer => "the EHR does not answer".to_owned(),
        EhrError::TooSlow => "the EHR did not answer in time".to_owned(),
        EhrError::Status { status: 403, .. } => "the EHR does not let you see this".to_owned(),
        EhrError::Status { status, .. } if *status >= 500 => {
            format!("the EHR has a problem of its own (HTTP {status})")
        }
        EhrError::Status { status, .. } => format!("the EHR refused (HTTP {status})"),
        EhrError::Unauthorised => "the EHR asks for a new sign-in".to_owned(),
        EhrError::TooLarge => "the EHR sent more than can be read at once".to_owned(),
        EhrError::NotWhatWasAsked(what) => format!("the EHR answered {what}"),
        other => other.to_string(),
    }
}

/// "care plans: the EHR does not let you see this"
fn named(kind: &str, why: &str) -> String {
    let words = match kind {
        "CarePlan" => "care plans",
        "CareTeam" => "care teams",
        "DiagnosticReport" => "reports",
        "Goal" => "goals",
        "MedicationAdministration" => "doses given",
        "MedicationDispense" => "dispensed medications",
        "MedicationRequest" => "prescriptions",
        "MedicationStatement" => "reported medications",
        "Observation" => "measurements",
        "QuestionnaireResponse" => "questionnaires",
        "RelatedPerson" => "the patient's people",
        other => other,
    };
    format!("{words}: {why}")
}

/// Nothing of another patient is ever taken over, whatever the server sends; a record that names its
/// patient in a way that cannot be told to be ours is not ours.
fn belongs(resource: &Value, patient: &str, base: &str) -> bool {
    let ours = format!("Patient/{patient}");
    let of_ours = |element: &Value| {
        let named = text(element, &["reference"]).is_some();
        match (named, reference_to(element, base)) {
            (false, _) => true,
            (true, Some(target)) => target == ours || !target.starts_with("Patient/"),
            // A Group or a Device of another server is nobody else's chart.
            (true, None) => reference_anywhere(element).is_some_and(|t| !t.starts_with("Patient/")),
        }
    };
    ["subject", "patient", "beneficiary"].iter().flat_map(|key| items(resource, &[key])).all(of_ours)
}

#[cfg(test)]
mod tests {
    use super::belongs;
    use serde_json::json;

    #[test]
    fn what_belongs_to_another_patient_is_not_taken_over() {
        let of = |key: &str, target: &str| {
            belongs(&json!({ key: { "reference": target } }), "maria", "https://e.test/fhir")
        };
        assert!(of("subject", "Patient/maria") && of("patient", "https://e.test/fhir/Patient/maria"));
        assert!(!of("subject", "Patient/mario") && !of("beneficiary", "https://e.test/fhir/Patient/x"));
        assert!(!of("subject", "https://other.test/fhir/Patient/maria"), "another server's Maria");
        assert!(!of("subject", "#maria") && !of("subject", "urn:uuid:1"), "nobody can tell who that is");
        assert!(of("subject", "Group/1"));
        let plain = |resource: serde_json::Value| belongs(&resource, "maria", "https://e.test/fhir");
        assert!(plain(json!({ "resourceType": "Medication" })), "included resources have no patient");
        assert!(plain(json!({ "subject": { "display": "Maria" } })), "the search was for her");
    }
}
