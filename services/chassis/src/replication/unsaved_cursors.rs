//! Cursors after events that caused nothing. They cost no commit of their own: they are saved with the next append for
//! their source, and otherwise all together once a second.
//!
//! What a crash forgets of them is heard again. It is as if those events had come later: nothing follows from them, or
//! what then does.

use std::{collections::BTreeMap, sync::Arc};

use crate::store::Cursor;

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

    pub(super) fn entries(&self) -> impl Iterator<Item = (String, u64)> {
        self.0.values().flat_map(Cursor::entries)
    }

    /// All of them are saved.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}
