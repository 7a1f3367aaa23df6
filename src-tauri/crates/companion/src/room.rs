//! The video room beside the chart: in a frame of the page, in a window of its own, or in the system
//! browser, where IT allows its origin. Losing the room never touches the visit.

use crate::app::Companion;
use crate::contract::{ErrorCode, RoomFrame, RoomSurface, RoomView, Topic, VisitArgs, VisitView};
use crate::failure::Failure;
use crate::policy::RoomProvider;
use clinical::coding::facts::Modality;
use clinical::visit::Visit;
use std::sync::Arc;
use url::Url;

impl Companion {
    /// Where the visit's room is; of the site's template when the EHR names none.
    fn room_address(&self, visit: &Visit) -> Option<Url> {
        match &visit.room_url {
            Some(named) => Url::parse(named.expose()).ok(),
            None => {
                let id = |id: &Option<String>| id.clone().unwrap_or_default();
                self.policy.rooms.at_template(&id(&visit.appointment), &id(&visit.encounter))
            }
        }
    }

    fn surface(&self, provider: &RoomProvider) -> RoomSurface {
        provider.kind.surface(provider.surface, self.host.rooms.surfaces())
    }

    pub(crate) fn room_view(&self, visit: &Visit) -> Option<RoomView> {
        let url = self.room_address(visit)?;
        let provider = self.policy.rooms.provider(&url);
        let surface = provider.map_or(RoomSurface::Browser, |p| self.surface(p));
        let origin = url.origin().ascii_serialization();
        let in_call = visit.room_joined.is_some() && visit.room_left.is_none();
        let frame = provider.filter(|_| in_call && surface == RoomSurface::Embedded).map(|p| RoomFrame {
            address: address(p, url, visit).into(),
            allow: ["camera", "microphone", "autoplay", "display-capture", "fullscreen"]
                .map(|what| format!("{what} {origin}"))
                .join("; "),
        });
        Some(RoomView {
            allowed: provider.is_some(),
            provider: provider.and_then(|p| p.kind.shown()).map(str::to_owned),
            origin,
            surface,
            frame,
            joined_at: visit.room_joined.map(|t| t.to_string()),
            left_at: visit.room_left.map(|t| t.to_string()),
        })
    }

    pub async fn room_open(self: &Arc<Self>, args: VisitArgs) -> Result<VisitView, Failure> {
        let (_, visit) = self.visit(&args.visit).await?;
        let Some(url) = self.room_address(&visit) else {
            return Err(Failure::invalid("The EHR gave no video room for this visit."));
        };
        let Some(provider) = self.policy.rooms.provider(&url) else {
            let origin = url.origin().ascii_serialization();
            let words =
                format!("IT has not allowed video rooms at {origin}. Join from the EHR instead, or ask IT.");
            return Err(Failure::new(ErrorCode::NotAllowed, words));
        };
        let platform = platform(provider, &url);
        let address = address(provider, url, &visit);
        let opened = match self.surface(provider) {
            RoomSurface::Embedded => true,
            RoomSurface::Docked => self.host.rooms.dock(address.as_str()),
            RoomSurface::Browser => {
                self.host.rooms.give_way();
                self.host.browser.open(address.as_str())
            }
        };
        if !opened {
            return Err(Failure::new(
                ErrorCode::Internal,
                "The video room could not be opened. The visit goes on.",
            )
            .retryable());
        }
        let now = self.host.clock.now();
        self.room_times(&args.visit, |v| {
            v.room_joined = v.room_joined.or(Some(now));
            v.room_platform = Some(platform);
            v.room_left = None;
        })
        .await
    }

    pub async fn room_left(self: &Arc<Self>, args: VisitArgs) -> Result<VisitView, Failure> {
        let now = self.host.clock.now();
        self.host.rooms.close();
        self.room_times(&args.visit, |v| v.room_left = v.room_joined.map(|_| now)).await
    }

    /// Times of the call may still change after signing; they are facts of the day, not of the note.
    async fn room_times(&self, id: &str, change: impl FnOnce(&mut Visit)) -> Result<VisitView, Failure> {
        let _one_at_a_time = self.visit_change.lock().await;
        let (account, mut visit) = self.visit(id).await?;
        change(&mut visit);
        account.vault.save_visit(&visit).await?;
        self.emit(Topic::Visit, Some(id));
        self.emit(Topic::App, Some(id));
        self.view(&account, visit).await
    }
}

/// Whose room it is, by the name that a person knows; for rooms of one's own, where they are.
fn platform(provider: &RoomProvider, url: &Url) -> String {
    let shown = provider.kind.shown().map(str::to_owned);
    shown.unwrap_or_else(|| url.host_str().unwrap_or_default().to_owned())
}

/// The room's address as this visit enters it.
fn address(provider: &RoomProvider, url: Url, visit: &Visit) -> Url {
    match visit.facts.modality {
        Some(Modality::Audio) => provider.kind.without_video(url),
        _ => url,
    }
}
