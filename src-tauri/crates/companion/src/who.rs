//! After the sign-in: who it is, which role they have, and what their EHR can do; then their
//! account is opened.

use crate::account::{Account, account_id};
use crate::app::Companion;
use crate::failure::Failure;
use crate::policy::EhrPolicy;
use crate::roles::role;
use crate::session::{FreshTokens, Who};
use ehr::client::FhirClient;
use ehr::smart::{Grant, SmartConfiguration};
use fhir::view;
use std::sync::Arc;
use url::Url;

impl Companion {
    /// Learns name, role and capabilities, and opens the account of whoever signed in.
    pub(crate) async fn account_of(
        self: &Arc<Self>,
        iss: &str,
        policy: &EhrPolicy,
        configuration: &SmartConfiguration,
        grant: &Grant,
    ) -> Result<Arc<Account>, Failure> {
        let identity = grant.identity.clone().ok_or_else(|| Failure::internal("no identity"))?;
        let mut who = Who::new(account_id(iss, &identity.subject), iss, policy, configuration);
        who.fhir_user.clone_from(&identity.fhir_user);
        let base = Url::parse(iss).map_err(|_| Failure::internal("iss"))?;
        let client = FhirClient::new(base, self.http.clone(), Arc::new(FreshTokens(grant.access.clone())));
        let roles = format!(
            "PractitionerRole?practitioner={}",
            identity.fhir_user.split('/').next_back().unwrap_or_default()
        );
        let (capabilities, person, roles) =
            tokio::join!(client.capabilities(), client.read(&identity.fhir_user), client.search(&roles));
        who.capabilities = capabilities?;
        let person = person.ok().as_ref().and_then(view::person);
        let mut words: Vec<String> = roles
            .map(|found| {
                let ours = |r: &&serde_json::Value| {
                    r.get("practitioner").and_then(fhir::json::reference_to).as_deref()
                        == Some(&identity.fhir_user)
                };
                found.resources.iter().filter(ours).flat_map(view::role_words).collect()
            })
            .unwrap_or_default();
        if let Some(person) = &person {
            words.extend(person.qualifications.iter().cloned());
        }
        who.clinician = person.map_or_else(|| "Name not given by the EHR".to_owned(), |p| p.name);
        who.role = role(&words);
        self.signed_in(who, grant).await
    }
}
