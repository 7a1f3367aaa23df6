//! Launch links: read once each, and listened for where policy names a port.

use crate::app::Companion;
use crate::contract::{Done, ErrorCode, LaunchArgs};
use crate::failure::Failure;
use ehr::smart::loopback::Loopback;
use ehr::smart::{LaunchLink, Purpose};
use jiff::{SignedDuration, Timestamp};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

const PATH: &str = "/launch";
/// The same link again within this time is a double click.
const DOUBLE_CLICK: SignedDuration = SignedDuration::from_secs(3);
/// For this long a link that opened a visit brings that visit back.
const REMEMBERED: SignedDuration = SignedDuration::from_mins(2);

/// The launch that came last, so that its link opened twice is one launch. Not `Debug`: it holds
/// the launch value.
struct Last {
    link: LaunchLink,
    at: Timestamp,
    number: u32,
    /// The sign-in page, once the browser was sent there.
    page: Option<String>,
    /// The visit that came of it.
    visit: Option<String>,
}

/// See [`Last`].
#[derive(Default)]
pub struct Launches(Mutex<Option<Last>>);

/// What to do with a link that came before.
enum Again {
    No,
    /// A double click: the first one is on its way.
    OnItsWay,
    /// Still signing in: the tab may have been closed, so it is shown again.
    ShowPage(String),
    ShowVisit(String),
}

impl Launches {
    fn lock(&self) -> MutexGuard<'_, Option<Last>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The browser was sent to this page for sign-in `number`.
    pub fn sent_to(&self, number: u32, page: &str) {
        if let Some(last) = self.lock().as_mut().filter(|l| l.number == number) {
            last.page = Some(page.to_owned());
        }
    }

    /// Sign-in `number` opened this visit.
    pub fn opened(&self, number: u32, visit: &str) {
        if let Some(last) = self.lock().as_mut().filter(|l| l.number == number) {
            last.page = None;
            last.visit = Some(visit.to_owned());
        }
    }
}

impl Companion {
    /// EHR launch. The link's `iss` must be on the site's list before anything is fetched. The same
    /// link twice is one launch.
    pub async fn launch(self: &Arc<Self>, args: LaunchArgs) -> Result<Done, Failure> {
        // A launch has no screen of its own that could show why it was refused.
        let link = LaunchLink::parse(&args.url)
            .map_err(Failure::from)
            .inspect_err(|failure| self.notice(failure.clone()))?;
        match self.again(&link) {
            Again::No => {}
            Again::OnItsWay => return Ok(Done {}),
            Again::ShowPage(page) => {
                self.show_in_browser(&page)?;
                return Ok(Done {});
            }
            // Only for whoever is at the screen; a colleague's visit is not theirs to see.
            Again::ShowVisit(visit) => {
                if let Ok((account, visit)) = self.visit(&visit).await {
                    self.set_current(&account, &visit.id);
                    return Ok(Done {});
                }
            }
        }
        let now = self.host.clock.now();
        let launch = link.launch.clone();
        let iss = link.iss.clone();
        let begun = |number| {
            *self.launches.lock() = Some(Last { link, at: now, number, page: None, visit: None });
        };
        self.begin(&iss, Purpose::Launch { launch: &launch, anew: self.is_locked() }, begun).await
    }

    fn again(&self, link: &LaunchLink) -> Again {
        let now = self.host.clock.now();
        let launches = self.launches.lock();
        let Some(last) = launches.as_ref().filter(|l| l.link == *link) else { return Again::No };
        let age = now.duration_since(last.at);
        match (&last.visit, &last.page) {
            (Some(visit), _) if age < REMEMBERED => Again::ShowVisit(visit.clone()),
            (None, _) if !self.sign_in_is_current(last.number) => Again::No,
            (None, Some(page)) if age >= DOUBLE_CLICK => Again::ShowPage(page.clone()),
            (None, _) => Again::OnItsWay,
            _ => Again::No,
        }
    }

    /// Listens on the port that policy names; each launch link that comes is started like any other.
    pub(crate) async fn listen_for_launches(self: &Arc<Self>) {
        let Some(port) = self.policy.launch_port else { return };
        let Ok(mut listener) = Loopback::bind(port).await else {
            self.notice(Failure::new(
                ErrorCode::LaunchUnheard,
                format!("Another program on this computer, or a colleague's Chartside, uses port {port}, where your EHR launches Chartside. A launch may not arrive here. Close the other program and start Chartside again; if it stays, tell IT."),
            ).because("launch_port_taken"));
            return;
        };
        let address = format!("http://127.0.0.1:{}", listener.port());
        self.set_launch_address(format!("{address}{PATH}"));
        let companion = Arc::clone(self);
        tokio::spawn(async move {
            loop {
                let visitor = listener.visitor(PATH).await;
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
