//! Rings for all who listen. A ring while somebody is busy is heard when they listen again.

use tokio::sync::watch;

pub(crate) struct Bell(watch::Sender<()>);

impl Bell {
    pub fn new() -> Self {
        Self(watch::Sender::new(()))
    }

    pub fn ring(&self) {
        self.0.send_replace(());
    }

    /// Hears what rings from now on.
    pub fn listen(&self) -> Listener {
        Listener(self.0.subscribe())
    }
}

pub(crate) struct Listener(watch::Receiver<()>);

impl Listener {
    /// The next ring, or one that was not heard yet.
    pub async fn rung(&mut self) {
        // The bell is there for as long as the app is.
        let _ = self.0.changed().await;
    }

    /// Whether it rang since the last look.
    pub fn rang(&mut self) -> bool {
        // In one step: a ring between a look and taking it as heard would be lost.
        self.0.borrow_and_update().has_changed()
    }
}
