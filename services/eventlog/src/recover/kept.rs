//! How much of a log can be found without its anchor.

use std::path::Path;

use crate::commit_state::CommitState;
use crate::segment::{self, SegmentSet};
use crate::wal::Scan;

/// Number of records in files that are whole, whatever the anchor says; `None` if nothing was ever
/// committed.
pub(super) fn kept(path: &Path) -> Option<u64> {
    let scan = Scan::read(path).unwrap_or_default();
    let newest = scan.newest();
    let segments = SegmentSet::load(&path.join(segment::DIRECTORY));
    let sealed = match segments {
        Ok(segments) => segments.state(),
        Err(error) => return Some(newest.map_or(error.next, |state| state.head.count)),
    };
    let newest = newest.unwrap_or(sealed);
    let is_empty = newest == CommitState::EMPTY && sealed == CommitState::EMPTY;
    (!is_empty).then(|| newest.head.count.max(sealed.head.count))
}
