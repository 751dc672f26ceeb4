//! What the broker has acknowledged, in memory and as it survives a restart.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::outbox::{Acknowledged, Held};
use crate::store::{Room, Store, StoreError};

/// The cursors in which it is saved: the next position; the event with the highest sequence in the broker's stream, by
/// the position behind it; and that sequence.
const CURSORS: [&str; 3] = ["relayed", "relayed-last", "relayed-sequence"];

/// How far a log is published.
pub(super) struct Progress {
    store: Store,
    numbers: Mutex<Numbers>,
}

#[derive(Clone, Copy)]
struct Numbers {
    reached: Acknowledged,
    saved: Acknowledged,
}

impl Progress {
    /// As it was saved.
    pub(super) fn load(store: &Store) -> Self {
        let cursor = |name| store.log().cursor(&cursor_name(store, name)).unwrap_or(0);
        let [next, last, sequence] = CURSORS.map(cursor);
        let last = Held {
            next: last,
            sequence,
        };
        let saved = Acknowledged { next, last };
        let reached = saved;
        Self {
            store: store.clone(),
            numbers: Mutex::new(Numbers { reached, saved }),
        }
    }

    pub(super) fn reached(&self) -> Acknowledged {
        self.numbers().reached
    }

    pub(super) fn reach(&self, acknowledged: Acknowledged) {
        self.numbers().reached = acknowledged;
    }

    /// Whether it is time to save it. A full disk keeps the older one: more is published again then.
    pub(super) fn is_unsaved(&self) -> bool {
        let Numbers { reached, saved } = *self.numbers();
        reached != saved && self.store.gate().disk().room() == Room::Enough
    }

    /// Whether less is acknowledged than was saved.
    pub(super) fn is_lower(&self) -> bool {
        let Numbers { reached, saved } = *self.numbers();
        reached.next < saved.next
    }

    pub(super) async fn save(&self) -> Result<(), StoreError> {
        let reached = self.reached();
        let Acknowledged { next, last } = reached;
        let names = CURSORS.map(|name| cursor_name(&self.store, name));
        let values = [next, last.next, last.sequence];
        self.store
            .set_cursors(names.into_iter().zip(values).collect())
            .await?;
        self.numbers().saved = reached;
        Ok(())
    }

    fn numbers(&self) -> MutexGuard<'_, Numbers> {
        self.numbers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn cursor_name(store: &Store, name: &str) -> String {
    let (own, epoch) = (store.source(), store.log().epoch());
    format!("{name}{own}:{epoch}")
}
