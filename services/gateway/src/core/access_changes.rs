//! Tells open streams that an account's access has changed: a session ended, an account was disabled, a role changed.

use tokio::sync::watch;

pub(crate) struct AccessChanges(watch::Sender<()>);

impl Default for AccessChanges {
    fn default() -> Self {
        Self(watch::Sender::new(()))
    }
}

impl AccessChanges {
    pub(crate) fn announce(&self) {
        self.0.send_replace(());
    }

    pub(crate) fn subscribe(&self) -> watch::Receiver<()> {
        self.0.subscribe()
    }
}
