//! After the sign-in: who it is, which role they have, and what their EHR can do; then their
//! account is opened.

use crate::account::{Account, account_id};
use crate::app::Companion;
use crate::contract::Role;
use crate::failure::Failure;
use crate::policy::EhrPolicy;
use crate::roles::role;
use crate::session::{FreshTokens, Named, Who};
use ehr::EhrError;
use ehr::client::FhirClient;
use ehr::smart::{Grant, SmartConfiguration};
use fhir::view;
use std::sync::Arc;
use url::Url;

/// Tries to read the roles: a passing trouble should not cost the clinician their signature.
const TRIES: u32 = 2;

impl Companion {
    /// Learns name, role and capabilities, and opens the account of whoever signed in.
    pub(crate) async fn account_of(
        self: &Arc<Self>,
        number: u32,
        iss: &str,
        policy: &EhrPolicy,
        configuration: &SmartConfiguration,
        grant: &Grant,
    ) -> Result<Option<Arc<Account>>, Failure> {
        let identity = grant.identity.clone().ok_or_else(|| Failure::internal("no identity"))?;
        let mut who = Who::new(account_id(iss, &identity.subject), iss, policy, configuration);
        who.fhir_user.clone_from(&identity.fhir_user);
        let base = Url::parse(iss).map_err(|_| Failure::internal("iss"))?;
        let client = FhirClient::new(base, self.http.clone(), Arc::new(FreshTokens(grant.access.clone())));
        let (capabilities, person, roles) = tokio::join!(
            client.capabilities(),
            client.read(&identity.fhir_user),
            practitioner_roles(&client, &identity.fhir_user)
        );
        who.capabilities = capabilities?;
        let person = person.ok();
        let today = self.host.clock.now().to_zoned(self.host.clock.zone()).date();
        // A list that could not be read to its end might have said "resident".
        who.role = roles.map_or(Role::Unknown, |roles| {
            let current = roles.iter().filter(|r| view::is_current(r, today)).flat_map(view::role_words);
            let mut told: Vec<_> = current.collect();
            told.extend(person.as_ref().map(view::qualification_words).unwrap_or_default());
            role(&told)
        });
        if let Some(resource) = &person {
            let (family, given) = view::family_and_given(resource);
            who.named = Named { family, given, npi: view::npi(resource) };
        }
        let person = person.as_ref().and_then(view::person);
        who.clinician = person.map_or_else(|| "Name not given by the EHR".to_owned(), |p| p.name);
        self.signed_in(number, who, grant).await
    }
}

/// The PractitionerRoles of this Practitioner. `None`: not all of them could be read. An EHR that
/// has none or shows none (400, 403, 404) leaves the qualifications to tell.
async fn practitioner_roles(client: &FhirClient, practitioner: &str) -> Option<Vec<serde_json::Value>> {
    let id = practitioner.split('/').next_back().unwrap_or_default();
    let query = format!("PractitionerRole?practitioner={id}");
    for _ in 0..TRIES {
        match client.search(&query).await {
            Ok(found) if found.partial.is_none() => {
                let ours = |r: &serde_json::Value| {
                    r.get("practitioner").and_then(|p| fhir::json::reference_to(p, client.base())).as_deref()
                        == Some(practitioner)
                };
                return Some(found.resources.into_iter().filter(ours).collect());
            }
            Err(EhrError::Status { status: 400 | 403 | 404, .. }) => return Some(Vec::new()),
            Ok(_) | Err(_) => {}
        }
    }
    None
}
