//! The room: a page for two with video, and the signalling between the two.

use crate::portal::html::{escape, page};
use crate::world::{World, locked};
use axum::Router;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Path, Query, State};
use axum::response::{Html, Response};
use axum::routing::get;
use futures_util::{SinkExt, StreamExt};
use serde::Deserialize;
use serde_json::json;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::sync::watch::Receiver;

/// One end of a call.
#[derive(Debug)]
struct Peer {
    number: u64,
    outbox: UnboundedSender<String>,
}

/// Who is in which room.
#[derive(Debug, Default)]
pub struct Rooms {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    last: u64,
    rooms: HashMap<String, Vec<Peer>>,
}

#[derive(Debug, Deserialize)]
pub struct Visitor {
    #[serde(default)]
    role: String,
    #[serde(default)]
    name: String,
}

/// The room's page and its WebSocket.
pub fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/room/{id}", get(show))
        .route("/room/{id}/present", get(present))
        .route("/room/{id}/ws", get(signalling))
}

/// `GET /room/{id}?role=…&name=…`
async fn show(Path(id): Path<String>, Query(visitor): Query<Visitor>) -> Html<String> {
    let role = if visitor.role == "patient" { "patient" } else { "clinician" };
    let name = if visitor.name.is_empty() { role } else { &visitor.name };
    let body = include_str!("room.html")
        .replace("{id}", &escape(&id))
        .replace("{role}", role)
        .replace("{name}", &escape(name))
        .replace("{script}", include_str!("room.js"));
    Html(page("Video visit", &body))
}

/// `GET /room/{id}/present`: how many are in the room, for who is still outside.
async fn present(State(world): State<Arc<World>>, Path(id): Path<String>) -> String {
    world.rooms.present(&id).to_string()
}

/// `GET /room/{id}/ws`
async fn signalling(
    State(world): State<Arc<World>>,
    Path(id): Path<String>,
    upgrade: WebSocketUpgrade,
) -> Response {
    upgrade.on_upgrade(move |socket| converse(world, id, socket))
}

/// Passes on what one peer says to the other until it leaves.
async fn converse(world: Arc<World>, room: String, socket: WebSocket) {
    let (mut to_peer, mut from_peer) = socket.split();
    let (outbox, mut waiting) = unbounded_channel::<String>();
    let (mut down, mut ended) = (world.faults.down(), world.ended.subscribe());
    let Some(number) = world.rooms.enter(&room, outbox) else {
        let _ = to_peer.send(Message::text(json!({ "type": "full" }).to_string())).await;
        return;
    };
    loop {
        tokio::select! {
            () = turned(&mut down) => break,
            () = turned(&mut ended) => break,
            Some(text) = waiting.recv() => {
                if to_peer.send(Message::text(text)).await.is_err() {
                    break;
                }
            }
            said = from_peer.next() => match said {
                Some(Ok(Message::Text(text))) => world.rooms.tell_others(&room, number, text.as_str()),
                Some(Ok(Message::Close(_)) | Err(_)) | None => break,
                Some(Ok(_)) => {}
            }
        }
    }
    world.rooms.leave(&room, number);
}

/// Waits until a flag is up.
async fn turned(flag: &mut Receiver<bool>) {
    let _ = flag.wait_for(|up| *up).await;
}

impl Rooms {
    /// Joins; a third person is not let in. The later one is polite and starts the call.
    fn enter(&self, room: &str, outbox: UnboundedSender<String>) -> Option<u64> {
        let mut inner = locked(&self.inner);
        inner.last += 1;
        let number = inner.last;
        let peers = inner.rooms.entry(room.to_owned()).or_default();
        if peers.len() >= 2 {
            return None;
        }
        let alone = peers.is_empty();
        let _ = outbox.send(json!({ "type": "welcome", "polite": !alone, "alone": alone }).to_string());
        for peer in peers.iter() {
            let _ = peer.outbox.send(json!({ "type": "joined" }).to_string());
        }
        peers.push(Peer { number, outbox });
        Some(number)
    }

    fn present(&self, room: &str) -> usize {
        locked(&self.inner).rooms.get(room).map_or(0, Vec::len)
    }

    fn tell_others(&self, room: &str, number: u64, text: &str) {
        let inner = locked(&self.inner);
        for peer in inner.rooms.get(room).into_iter().flatten().filter(|peer| peer.number != number) {
            let _ = peer.outbox.send(text.to_owned());
        }
    }

    fn leave(&self, room: &str, number: u64) {
        let mut inner = locked(&self.inner);
        if let Some(peers) = inner.rooms.get_mut(room) {
            peers.retain(|peer| peer.number != number);
        }
        drop(inner);
        self.tell_others(room, number, &json!({ "type": "left" }).to_string());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_may_enter_and_a_third_may_not_until_one_leaves() {
        let rooms = Rooms::default();
        let (first, mut heard) = unbounded_channel();
        let first = rooms.enter("a", first).unwrap();
        let (second, _second) = unbounded_channel();
        assert!(rooms.enter("a", second).is_some());
        let (third, _third) = unbounded_channel();
        assert!(rooms.enter("a", third.clone()).is_none());
        assert!(heard.try_recv().unwrap().contains("welcome"));
        assert!(heard.try_recv().unwrap().contains("joined"));
        rooms.leave("a", first);
        assert!(rooms.enter("a", third).is_some());
    }
}
