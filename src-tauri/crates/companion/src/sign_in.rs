//! From a launch or a start in the app to an open visit: allow-list, discovery, the system browser,
//! tokens, who it is, and the vault.

use crate::account::Account;
use crate::app::Companion;
use crate::client_keys::ClientKeys;
use crate::contract::{Done, ErrorCode, SignInArgs, SignInPurpose};
use crate::failure::Failure;
use crate::policy::EhrPolicy;
use crate::way_back::WayBack;
use ehr::EhrError;
use ehr::personality::personality;
use ehr::smart::{
    Authorization, Client, Context, Purpose, authorize, discover, exchange, read_iss, revoke,
    scopes_of_a_visit, scopes_of_the_day,
};
use std::sync::Arc;
use url::Url;

impl Companion {
    /// From here, not from the EHR: it asks which patient, or only who it is.
    pub async fn sign_in(self: &Arc<Self>, args: SignInArgs) -> Result<Done, Failure> {
        let purpose = match args.purpose {
            // Somebody else may be signed in in the browser: a locked screen wants to know who it is.
            SignInPurpose::Patient => Purpose::Patient { anew: self.is_locked() },
            SignInPurpose::Clinician => Purpose::Clinician,
        };
        self.begin(&args.iss, purpose, |_| {}).await
    }

    /// A failed start is told twice: to the caller, and as a notice (a launch from the EHR has no
    /// caller that could show it). `begun` learns the number of the sign-in before anything waits.
    pub(crate) async fn begin(
        self: &Arc<Self>,
        iss: &str,
        purpose: Purpose<'_>,
        begun: impl FnOnce(u32),
    ) -> Result<Done, Failure> {
        let (policy, iss) = self.allowed(iss).inspect_err(|failure| self.notice(failure.clone()))?;
        let number = self.sign_in_begins(&policy.name);
        begun(number);
        let begun = self.open_browser(number, policy, &iss, purpose).await;
        begun.inspect_err(|failure| self.sign_in_ends(number, Some(failure.clone())))?;
        Ok(Done {})
    }

    /// The EHR of this `iss`, if IT listed it; with the `iss` in its normal form.
    fn allowed(&self, iss: &str) -> Result<(EhrPolicy, String), Failure> {
        let normal = read_iss(iss)?;
        let policy = self.policy.ehr(iss).cloned().ok_or_else(|| {
            Failure::new(
                ErrorCode::EhrNotAllowed,
                "This launch names an EHR that IT has not allowed for Chartside, so nothing was opened. If it should be allowed, ask IT.",
            )
            .because("ehr_not_listed")
        })?;
        Ok((policy, normal))
    }

    async fn open_browser(
        self: &Arc<Self>,
        number: u32,
        policy: EhrPolicy,
        iss: &str,
        purpose: Purpose<'_>,
    ) -> Result<(), Failure> {
        let base = Url::parse(iss).map_err(|_| EhrError::Insecure)?;
        let configuration = discover(&self.http, &base).await?;
        let way_back = WayBack::bind(&policy).await?;
        let kind = policy.personality.as_deref().and_then(personality);
        let client = Client {
            registration: self.client_keys().registration(iss, &policy.client_id).await?,
            scopes: policy.scopes.clone().unwrap_or_else(|| match purpose {
                Purpose::Clinician => scopes_of_the_day(kind),
                Purpose::Launch { .. } | Purpose::Patient { .. } => scopes_of_a_visit(kind),
            }),
            nonce_optional: policy.nonce_optional,
        };
        let entropy = Arc::clone(&self.host.entropy);
        let authorization = authorize(
            configuration,
            iss,
            client,
            &way_back.redirect_uri,
            purpose,
            self.host.clock.now(),
            &move |bytes| entropy.fill(bytes),
        );
        self.show_in_browser(authorization.url.as_str())?;
        self.launches.sent_to(number, authorization.url.as_str());
        let companion = Arc::clone(self);
        let wants_patient = purpose != Purpose::Clinician;
        let task = tokio::spawn(async move {
            let outcome = companion.complete(number, way_back, authorization, policy, wants_patient).await;
            companion.sign_in_ends(number, outcome.err());
        });
        self.sign_in_runs_in(number, task.abort_handle());
        Ok(())
    }

    pub(crate) fn client_keys(&self) -> ClientKeys {
        ClientKeys::new(&self.host, &self.policy)
    }

    pub(crate) fn show_in_browser(&self, url: &str) -> Result<(), Failure> {
        if self.host.browser.open(url) {
            return Ok(());
        }
        Err(Failure::new(
            ErrorCode::SignInFailed,
            "The system browser could not be opened. Set a default browser on this computer and try again.",
        )
        .because("browser_missing")
        .retryable())
    }

    /// Waits for the answer and opens the visit. The EHR's keys are fetched meanwhile.
    async fn complete(
        self: &Arc<Self>,
        number: u32,
        way_back: WayBack,
        authorization: Authorization,
        policy: EhrPolicy,
        wants_patient: bool,
    ) -> Result<(), Failure> {
        let (answer, ()) = tokio::join!(self.answer(way_back, &authorization), async {
            authorization.fetch_keys(&self.http).await;
        });
        let (callback, bringer) = answer?;
        let configuration = authorization.configuration.clone();
        let iss = authorization.iss.clone();
        let registration = authorization.client.registration.clone();
        let granted = exchange(&self.http, authorization, callback, self.host.clock.now()).await;
        let granted = granted.map_err(Failure::from);
        let told = granted.as_ref().map(|_| ()).map_err(Clone::clone);
        bringer.tell(told).await;
        let grant = granted?;
        // From here on there are tokens: a cancel no longer ends this half-way.
        let companion = Arc::clone(self);
        let rest = tokio::spawn(async move {
            let account = companion.account_of(number, &iss, &policy, &configuration, &grant).await;
            if account.is_err() {
                // Cancelled or locked meanwhile, or no vault to keep them in: the EHR need not keep them.
                let token = grant.refresh.as_ref().unwrap_or(&grant.access);
                let now = companion.host.clock.now();
                revoke(&companion.http, &configuration, &registration, token, now).await;
            }
            let context = &grant.context;
            match account? {
                Some(account) => companion.open_launched(number, &account, context, wants_patient).await,
                None => Ok(()),
            }
        });
        rest.await.unwrap_or_else(|_| Err(Failure::internal("the sign-in ended early")))
    }

    async fn open_launched(
        self: &Arc<Self>,
        number: u32,
        account: &Arc<Account>,
        context: &Context,
        wants_patient: bool,
    ) -> Result<(), Failure> {
        if !wants_patient {
            return Ok(());
        }
        let Some(patient) = &context.patient else {
            return Err(Failure::new(
                ErrorCode::NoPatientInContext,
                "You are signed in, but the EHR named no patient. Open the patient's chart there and press Chartside again.",
            )
            .because("no_patient_in_context"));
        };
        let of_the_list = self.as_expected(number, context)?;
        let visit = self.open_visit(account, patient, of_the_list.as_ref().unwrap_or(context)).await?;
        self.launches.opened(number, &visit);
        if self.sign_in_is_current(number) {
            self.set_current(account, &visit);
        }
        Ok(())
    }
}
