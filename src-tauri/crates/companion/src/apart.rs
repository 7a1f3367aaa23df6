//! The chart in a window of its own. That window has no patient of its own: like the first one it asks whose visit
//! is current and whether the work is covered, and follows the same events.

use crate::app::Companion;
use crate::contract::{ApartArgs, Done, Topic};
use crate::failure::Failure;
use std::sync::Arc;
use std::sync::atomic::Ordering;

impl Companion {
    pub(crate) fn is_chart_apart(&self) -> bool {
        self.chart_apart.load(Ordering::Relaxed)
    }

    pub async fn chart_apart(self: &Arc<Self>, args: ApartArgs) -> Result<Done, Failure> {
        let done = self.host.rooms.chart(args.apart);
        if args.apart && !done {
            return Err(Failure::invalid(
                "The chart cannot have a window of its own here. It stays where it is.",
            ));
        }
        if self.chart_apart.swap(args.apart, Ordering::Relaxed) != args.apart {
            self.emit(Topic::App, None);
        }
        Ok(Done {})
    }
}
