//! From a launch link to an open visit: allow-list, discovery, the system browser, the loopback
//! redirect, tokens, who it is, and the vault.

use crate::app::Companion;
use crate::contract::{Done, ErrorCode, LaunchArgs, SignInArgs};
use crate::failure::Failure;
use crate::policy::EhrPolicy;
use ehr::EhrError;
use ehr::smart::loopback::Loopback;
use ehr::smart::{
    Authorization, Client, DEFAULT_SCOPES, LaunchLink, authorize, discover, exchange, normalise_iss,
};
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// Longest wait for the clinician to finish in the browser.
const BROWSER_TIMEOUT: Duration = Duration::from_secs(300);
const LAUNCH_PATH: &str = "/launch";
const CALLBACK_PATH: &str = "/callback";

impl Companion {
    /// EHR launch. The link's `iss` must be on the site's list before anything is fetched.
    pub async fn launch(self: &Arc<Self>, args: LaunchArgs) -> Result<Done, Failure> {
        let link = LaunchLink::parse(&args.url).map_err(|_| {
            Failure::new(
                ErrorCode::LaunchInvalid,
                "The launch link is not complete, so nothing was opened. Press Chartside in the patient's chart again.",
            )
        })?;
        self.begin(&link.iss, Some(&link.launch)).await
    }

    /// Standalone launch: the EHR asks which patient.
    pub async fn sign_in(self: &Arc<Self>, args: SignInArgs) -> Result<Done, Failure> {
        self.begin(&args.iss, None).await
    }

    /// A failed start is told twice: to the caller, and as a notice (a launch from the EHR has no
    /// caller that could show it).
    async fn begin(self: &Arc<Self>, iss: &str, launch: Option<&str>) -> Result<Done, Failure> {
        let allowed = self.policy.ehr(iss).cloned().zip(normalise_iss(iss));
        let Some((policy, iss)) = allowed else {
            let failure = Failure::new(
                ErrorCode::EhrNotAllowed,
                "This launch names an EHR that IT has not allowed for Chartside, so nothing was opened. If it should be allowed, ask IT.",
            );
            self.notice(failure.clone());
            return Err(failure);
        };
        let number = self.sign_in_begins(&policy.name);
        let begun = self.open_browser(number, policy, &iss, launch).await;
        begun.inspect_err(|failure| self.sign_in_ends(number, Some(failure.clone())))?;
        Ok(Done {})
    }

    async fn open_browser(
        self: &Arc<Self>,
        number: u32,
        policy: EhrPolicy,
        iss: &str,
        launch: Option<&str>,
    ) -> Result<(), Failure> {
        let base = Url::parse(iss).map_err(|_| EhrError::Insecure)?;
        let configuration = discover(&self.http, &base).await?;
        let listener = bind(&policy).await?;
        let client = Client {
            client_id: policy.client_id.clone(),
            scopes: policy
                .scopes
                .clone()
                .unwrap_or_else(|| DEFAULT_SCOPES.iter().map(|s| (*s).to_owned()).collect()),
        };
        let redirect = format!("http://127.0.0.1:{}{CALLBACK_PATH}", listener.port());
        let entropy = Arc::clone(&self.host.entropy);
        let authorization =
            authorize(configuration, iss, &client, &redirect, launch, &move |bytes| entropy.fill(bytes));
        if !self.host.browser.open(authorization.url.as_str()) {
            return Err(Failure::new(
                ErrorCode::SignInFailed,
                "The system browser could not be opened. Set a default browser on this computer and try again.",
            )
            .retryable());
        }
        let companion = Arc::clone(self);
        let task = tokio::spawn(async move {
            let outcome = companion.complete(number, listener, authorization, policy).await;
            companion.sign_in_ends(number, outcome.err());
        });
        self.sign_in_runs_in(number, task.abort_handle());
        Ok(())
    }

    /// Waits for the redirect (one path, one request) and opens the visit.
    async fn complete(
        self: &Arc<Self>,
        number: u32,
        listener: Loopback,
        authorization: Authorization,
        policy: EhrPolicy,
    ) -> Result<(), Failure> {
        let visitor = tokio::time::timeout(BROWSER_TIMEOUT, listener.visitor(CALLBACK_PATH)).await;
        let visitor = visitor.map_err(|_| {
            Failure::new(
                ErrorCode::SignInCancelled,
                "The sign-in in the browser was not finished within five minutes. Start again from the EHR.",
            )
        })??;
        drop(listener);
        let target = visitor.target.clone();
        let configuration = authorization.configuration.clone();
        let iss = authorization.iss.clone();
        let granted = exchange(&self.http, authorization, &target, self.host.clock.now()).await;
        match &granted {
            Ok(_) => {
                visitor.answer("You are signed in", "Go back to Chartside; you can close this tab.").await;
            }
            Err(_) => {
                visitor.answer("Sign-in did not work", "Chartside says why; you can close this tab.").await;
            }
        }
        let grant = granted?;
        if !self.sign_in_is_current(number) {
            return Ok(());
        }
        let account = self.account_of(&iss, &policy, &configuration, &grant).await?;
        let Some(patient) = &grant.patient else {
            return Err(Failure::new(
                ErrorCode::NoPatientInContext,
                "You are signed in, but the EHR named no patient. Open the patient's chart there and press Chartside again.",
            ));
        };
        let visit = self.open_visit(&account, patient, grant.encounter.as_deref()).await?;
        if self.sign_in_is_current(number) {
            self.set_current(&account, &visit);
        }
        Ok(())
    }

    /// Listens on the port that policy names; each launch link that comes is started like any other.
    pub(crate) async fn listen_for_launches(self: &Arc<Self>) {
        let Some(port) = self.policy.launch_port else { return };
        let Ok(listener) = Loopback::bind(port).await else {
            tracing::warn!(port, "the launch port is taken; EHRs can only launch by the custom scheme");
            return;
        };
        let address = format!("http://127.0.0.1:{}", listener.port());
        self.set_launch_address(format!("{address}{LAUNCH_PATH}"));
        let companion = Arc::clone(self);
        tokio::spawn(async move {
            while let Ok(visitor) = listener.visitor(LAUNCH_PATH).await {
                let url = format!("{address}{}", visitor.target);
                let companion = Arc::clone(&companion);
                tokio::spawn(async move {
                    match companion.launch(LaunchArgs { url }).await {
                        Ok(_) => visitor.answer("Chartside is opening", "You can close this tab.").await,
                        Err(failure) => {
                            failure.clone().at_the_edge("launch");
                            visitor.answer("Chartside did not open the chart", &failure.message).await;
                        }
                    }
                });
            }
        });
    }
}

async fn bind(policy: &EhrPolicy) -> Result<Loopback, Failure> {
    let mut last = None;
    for port in policy.redirect_ports() {
        match Loopback::bind(port).await {
            Ok(listener) => return Ok(listener),
            Err(error) => last = Some(error),
        }
    }
    Err(last.map_or_else(|| Failure::internal("no redirect port"), Failure::from))
}
