//! The SMART 2.2 authorization server.

pub mod assertion;
pub mod authorize;
pub mod discovery;
pub mod grants;
pub mod jwt;
pub mod login;
pub mod scopes;
pub mod token;

use crate::world::World;
use axum::Router;
use axum::routing::{get, post};
use std::sync::Arc;

/// The public client that the sandbox knows.
pub const CLIENT: &str = "chartside";

/// Everything below `/auth`.
pub fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/auth/authorize", get(authorize::by_get).post(authorize::by_post))
        .route("/auth/pick", post(authorize::picked))
        .route("/auth/login", get(login::show).post(login::sign_in))
        .route("/auth/token", post(token::token))
        .route("/auth/revoke", post(token::revoke))
        .route("/auth/introspect", post(token::introspect))
        .route("/auth/jwks", get(discovery::jwks))
        .route("/auth/style.json", get(discovery::style))
}
