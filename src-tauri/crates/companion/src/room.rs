//! The video room: opened beside the chart in the system browser, when IT allows its origin.
//! Losing the room never touches the visit.

use crate::app::Companion;
use crate::contract::{ErrorCode, RoomSurface, RoomView, Topic, VisitArgs, VisitView};
use crate::failure::Failure;
use clinical::visit::Visit;
use std::sync::Arc;
use url::Url;

impl Companion {
    pub(crate) fn room_view(&self, visit: &Visit) -> Option<RoomView> {
        let url = Url::parse(visit.room_url.as_ref()?.expose()).ok()?;
        let origin = url.origin().ascii_serialization();
        Some(RoomView {
            allowed: ehr::http::secure(&url) && self.policy.rooms.allowed_origins.contains(&origin),
            origin,
            surface: RoomSurface::Browser,
            joined_at: visit.room_joined.map(|t| t.to_string()),
            left_at: visit.room_left.map(|t| t.to_string()),
        })
    }

    pub async fn room_open(self: &Arc<Self>, args: VisitArgs) -> Result<VisitView, Failure> {
        let (_, visit) = self.visit(&args.visit).await?;
        let room = self.room_view(&visit);
        let Some((room, url)) = room.zip(visit.room_url.as_ref()) else {
            return Err(Failure::invalid("The EHR gave no video room for this visit."));
        };
        if !room.allowed {
            return Err(Failure::new(
                ErrorCode::NotAllowed,
                format!(
                    "IT has not allowed video rooms at {}. Join from the EHR instead, or ask IT.",
                    room.origin
                ),
            ));
        }
        if !self.host.browser.open(url.expose()) {
            return Err(Failure::new(
                ErrorCode::Internal,
                "The system browser could not be opened. The visit goes on.",
            )
            .retryable());
        }
        let now = self.host.clock.now();
        self.room_times(&args.visit, |v| {
            v.room_joined = v.room_joined.or(Some(now));
            v.room_left = None;
        })
        .await
    }

    pub async fn room_left(self: &Arc<Self>, args: VisitArgs) -> Result<VisitView, Failure> {
        let now = self.host.clock.now();
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
