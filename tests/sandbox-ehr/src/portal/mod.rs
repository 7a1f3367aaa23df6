//! The portal: the pages of "the EHR" that a person uses.

pub mod chart;
pub mod html;
pub mod note;
pub mod people;
pub mod today;

use crate::world::World;
use axum::Router;
use axum::routing::{get, post};
use std::sync::Arc;

/// The portal's pages.
pub fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/", get(today::show))
        .route("/launch/{appointment}", get(today::launch))
        .route("/status/{appointment}", post(today::status))
        .route("/sign-out", post(today::sign_out))
        .route("/chart/{patient}", get(chart::show))
}
