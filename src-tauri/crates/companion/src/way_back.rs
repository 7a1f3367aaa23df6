//! The way back from the browser: a loopback port, the custom scheme, or a page of the clinic that
//! uses one of them. The answer with the right `state` counts, once; others do not disturb it.

use crate::app::Companion;
use crate::contract::{CallbackArgs, Done, ErrorCode};
use crate::failure::Failure;
use crate::policy::EhrPolicy;
use ehr::SignInCheck;
use ehr::smart::loopback::{Loopback, Visitor};
use ehr::smart::{Authorization, Callback, Redirect};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

const PATH: &str = "/callback";
/// Wrong answers that one sign-in puts up with. Guessing 256 bits is hopeless anyway; this ends the
/// noise of something on this computer that tries.
const MAX_WRONG: u32 = 20;
/// How often the clock is looked at. A laptop may sleep through any timer.
const LOOK: Duration = Duration::from_secs(1);

/// Where the browser will come back, bound before it is sent away.
pub struct WayBack {
    pub redirect_uri: String,
    listener: Option<Loopback>,
}

/// Whoever brought the answer; told at the end how it went.
pub enum Bringer {
    Browser(Visitor),
    System(oneshot::Sender<Result<(), Failure>>),
}

/// An answer that the system brought (`chartside://callback?…`).
type Brought = (Callback, oneshot::Sender<Result<(), Failure>>);

/// Where such answers are handed to the sign-in that waits.
#[derive(Default)]
pub struct Desk(Mutex<Option<mpsc::Sender<Brought>>>);

impl Desk {
    /// A sign-in begins to wait; one before it gets nothing any more.
    fn open(&self) -> mpsc::Receiver<Brought> {
        let (sender, receiver) = mpsc::channel(4);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(sender);
        receiver
    }

    fn waiting(&self) -> Option<mpsc::Sender<Brought>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl WayBack {
    /// The first registered way that is free.
    pub async fn bind(policy: &EhrPolicy) -> Result<Self, Failure> {
        for redirect in policy.ways_back() {
            let port = match redirect {
                Redirect::AnyPort => Some(0),
                Redirect::Port(port) => Some(port),
                Redirect::HandBack(_) => policy.hand_back_port,
                Redirect::Scheme => None,
            };
            let Some(port) = port else {
                return Ok(Self { redirect_uri: redirect.uri(0), listener: None });
            };
            if let Ok(listener) = Loopback::bind(port).await {
                return Ok(Self { redirect_uri: redirect.uri(listener.port()), listener: Some(listener) });
            }
        }
        Err(SignInCheck::Listener.into())
    }
}

impl Companion {
    /// Waits for the answer to this sign-in. The listener is gone when this returns.
    pub(crate) async fn answer(
        &self,
        way_back: WayBack,
        authorization: &Authorization,
    ) -> Result<(Callback, Bringer), Failure> {
        let mut listener = way_back.listener;
        let mut desk = self.desk.open();
        let mut wrong = 0;
        loop {
            let visitor = async {
                match &mut listener {
                    Some(listener) => listener.visitor(PATH).await,
                    None => std::future::pending().await,
                }
            };
            let (callback, bringer) = tokio::select! {
                visitor = visitor => (Callback::parse(&visitor.target), Bringer::Browser(visitor)),
                Some((callback, sender)) = desk.recv() => (Ok(callback), Bringer::System(sender)),
                () = tokio::time::sleep(LOOK) => {
                    if authorization.has_expired(self.host.clock.now()) {
                        return Err(timed_out());
                    }
                    continue;
                }
            };
            let failure = match callback {
                Ok(callback) if authorization.is_answered_by(&callback) => return Ok((callback, bringer)),
                Ok(_) => Failure::from(SignInCheck::StateMismatch),
                Err(error) => error.into(),
            };
            wrong += 1;
            let enough = wrong >= MAX_WRONG;
            bringer.tell(Err(failure.clone())).await;
            if enough {
                return Err(failure);
            }
        }
    }

    /// The redirect of a sign-in, brought by the system as `chartside://callback?…`.
    pub async fn sign_in_callback(self: &Arc<Self>, args: CallbackArgs) -> Result<Done, Failure> {
        if !is_callback_link(&args.url) {
            return Err(SignInCheck::CallbackMalformed.into());
        }
        let callback = Callback::parse(&args.url)?;
        let unexpected = || {
            Failure::new(
                ErrorCode::SignInCancelled,
                "The browser came back from a sign-in that is over already, so its answer was not used. Press Chartside in the patient's chart again.",
            )
            .because("callback_unexpected")
        };
        let desk = self.desk.waiting().ok_or_else(unexpected)?;
        let (sender, told) = oneshot::channel();
        desk.send((callback, sender)).await.map_err(|_| unexpected())?;
        told.await.map_err(|_| unexpected())??;
        Ok(Done {})
    }
}

impl Bringer {
    /// Tells whoever brought the answer how it went; nothing of the answer is repeated.
    pub async fn tell(self, outcome: Result<(), Failure>) {
        match (self, outcome) {
            (Self::Browser(visitor), Ok(())) => {
                visitor.answer("You are signed in", "Go back to Chartside; you can close this tab.").await;
            }
            (Self::Browser(visitor), Err(failure)) => {
                visitor.answer("Sign-in did not work", &failure.message).await;
            }
            // The command may have been given up; there is nobody to tell.
            (Self::System(sender), outcome) => drop(sender.send(outcome)),
        }
    }
}

/// `chartside://callback?…`, and nothing that only looks like it.
fn is_callback_link(link: &str) -> bool {
    url::Url::parse(link).is_ok_and(|url| {
        url.scheme() == "chartside" && url.host_str() == Some("callback") && matches!(url.path(), "" | "/")
    })
}

fn timed_out() -> Failure {
    Failure::new(
        ErrorCode::SignInCancelled,
        "The sign-in in the browser was not finished within five minutes. When you are ready, sign in again here, or press Chartside in the patient's chart.",
    )
    .because("sign_in_timed_out")
    .retryable()
}
