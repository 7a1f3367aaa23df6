//! The chart in a window of its own: every window is told, and a computer that cannot says so.

use chartside_tests::app::{self, App, Call};
use chartside_tests::browser::Robot;
use chartside_tests::visit::launch_maria;
use companion::contract::{ErrorCode, RoomSurface, Topic};
use companion::host::Rooms;
use sandbox_ehr::{Config, Sandbox};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A desktop with one more window.
#[derive(Default)]
struct Desktop {
    is_open: AtomicBool,
}

impl Rooms for Desktop {
    fn surfaces(&self) -> &[RoomSurface] {
        &[RoomSurface::Browser]
    }
    fn dock(&self, _: &str) -> bool {
        false
    }
    fn close(&self) {}
    fn chart(&self, apart: bool) -> bool {
        self.is_open.store(apart, Ordering::Relaxed);
        true
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_chart_goes_into_a_window_of_its_own_and_back_and_every_window_hears_of_it() {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    let desktop = Arc::new(Desktop::default());
    let robot = Arc::new(Robot::default());
    let mut host = app::host(data.path(), &robot);
    host.rooms = Arc::clone(&desktop) as Arc<dyn Rooms>;
    let policy = app::policy(&ehr.urls.fhir, &ehr.urls.origin);
    let app = App::start_with(data.path(), policy, host, robot).await;
    launch_maria(&app, &ehr).await;
    let mut events = app.companion.events();
    for apart in [true, false] {
        app.must("chart_apart", json!({ "apart": apart })).await;
        assert_eq!(desktop.is_open.load(Ordering::Relaxed), apart);
        assert_eq!(app.must("app_state", json!({})).await["chart_apart"], apart);
        while events.recv().await.unwrap().topic != Topic::App {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_there_is_no_other_window_the_chart_stays_and_that_is_said() {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config::tiny()).await.unwrap();
    let app = App::start(data.path(), app::policy(&ehr.urls.fhir, &ehr.urls.origin)).await;
    assert_eq!(app.refused("chart_apart", json!({ "apart": true })).await, ErrorCode::InvalidInput);
    assert_eq!(app.must("app_state", json!({})).await["chart_apart"], false);
}
