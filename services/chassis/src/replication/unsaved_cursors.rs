//! Cursors after events that caused nothing. They cost no commit of their own: they are saved with the next append for
//! their source, and otherwise all together once a second.
//!
//! What a crash forgets of them is heard again. It is as if those events had come later: nothing follows from them, or
//! what then does.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use tokio::{
    sync::MutexGuard,
    time::{MissedTickBehavior, interval},
};
use tracing::debug;

use super::processor::Processor;
use crate::{
    service::Service,
    shutdown::Shutdown,
    store::{Cursor, Room, StoreError},
};

/// How long a cursor may stay unsaved.
const SAVED_EVERY: Duration = Duration::from_secs(1);

/// The cursors for the instances of one service, each the newest of its history.
#[derive(Debug, Default)]
pub(super) struct UnsavedCursors(BTreeMap<Arc<str>, Cursor>);

impl UnsavedCursors {
    /// Events up to this cursor caused nothing.
    pub(super) fn keep(&mut self, cursor: Cursor) {
        self.0.insert(Arc::clone(cursor.name()), cursor);
    }

    /// A cursor of the same history is saved that is no older.
    pub(super) fn supersede(&mut self, saved: &Cursor) {
        self.0.remove(saved.name());
    }

    fn entries(&self) -> impl Iterator<Item = (String, u64)> {
        self.0.values().flat_map(Cursor::entries)
    }
}

impl<S: Service> Processor<S> {
    /// Saves the cursors that no append has saved, again and again.
    pub(super) async fn keep_cursors_saved(
        self: Arc<Self>,
        shutdown: Shutdown,
    ) -> anyhow::Result<()> {
        let mut saves = interval(SAVED_EVERY);
        saves.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let gate = self.store.gate();
        loop {
            let saves = async {
                saves.tick().await;
                gate.lease().sure().await;
            };
            if shutdown.run_until_requested(saves).await.is_none() {
                return Ok(());
            }
            if gate.disk().room() != Room::Enough {
                continue;
            }
            match shutdown.run_until_requested(self.save_cursors()).await {
                Some(Ok(())) => {}
                Some(Err(error)) => {
                    debug!(%error, "cursors after events that caused nothing stay unsaved for now");
                }
                None => return Ok(()),
            }
        }
    }

    /// Saves the cursors that no append has saved. Those for a service whose events are being processed are saved after the
    /// others, each alone: nothing else waits for what may take long there.
    ///
    /// # Errors
    /// If the log cannot be written: they stay unsaved.
    pub async fn save_cursors(&self) -> Result<(), StoreError> {
        let (mut free, mut busy) = (Vec::new(), Vec::new());
        for lock in self.locks.values() {
            match lock.try_lock() {
                Ok(unsaved) => free.push(unsaved),
                Err(_) => busy.push(lock),
            }
        }
        self.save_together(free).await?;
        for lock in busy {
            self.save_together(vec![lock.lock().await]).await?;
        }
        Ok(())
    }

    async fn save_together(
        &self,
        all: Vec<MutexGuard<'_, UnsavedCursors>>,
    ) -> Result<(), StoreError> {
        let cursors: Vec<_> = all.iter().flat_map(|unsaved| unsaved.entries()).collect();
        // The lease may have run out while others had the locks.
        if cursors.is_empty() || !self.store.gate().lease().is_sure() {
            return Ok(());
        }
        self.store.set_cursors(cursors).await?;
        for mut unsaved in all {
            unsaved.0.clear();
        }
        Ok(())
    }
}
