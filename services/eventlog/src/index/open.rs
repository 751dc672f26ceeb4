//! Finding the index again when a log is opened, or finding that it must be built anew.

use std::collections::HashSet;
use std::sync::atomic::AtomicUsize;

use super::access::{Access, Stop};
use super::segments::Segments;
use crate::keys;
use crate::record::Head;
use crate::store::Store;

/// The index on disk as far as it fits to the frames; an empty one otherwise. What belongs to no
/// segment (an interrupted merge, an index that is not whole) is removed.
pub(crate) fn load(store: &Store) -> Result<Segments, Stop> {
    let filters = AtomicUsize::new(0);
    let access = Access::opening(store, &filters);
    let segments = match Segments::load(&access)? {
        Some(segments) if fits(store, segments.indexed) => segments,
        Some(_) | None => {
            let mut batch = sled::Batch::default();
            batch.remove(keys::INDEXED);
            for (key, _) in access.all(&keys::index_segment_prefix())? {
                batch.remove(key);
            }
            access.apply(batch)?;
            Segments::empty()
        }
    };
    remove_strays(&access, &segments)?;
    Ok(segments)
}

/// Whether the records have the one that the index ends with.
fn fits(store: &Store, indexed: Head) -> bool {
    let Some(last) = indexed.count.checked_sub(1) else {
        return indexed == Head::EMPTY;
    };
    let frame = store.frame_holding(last);
    let head = frame
        .ok()
        .and_then(|frame| frame.record(last).map(|record| record.head()));
    head == Some(indexed)
}

/// Steps from segment to segment, so that the chunks of living ones are not read.
fn remove_strays(access: &Access<'_>, segments: &Segments) -> Result<(), Stop> {
    let living: HashSet<u64> = segments.all().map(|segment| segment.number).collect();
    let mut next = keys::index_chunk(0, &[]);
    while let Some(key) = access.key_after(&next)? {
        let Some(number) = keys::parse_index_chunk(&key) else {
            return if key.as_ref() < &keys::index_chunks_end()[..] {
                Err(Stop::damaged())
            } else {
                Ok(())
            };
        };
        next = keys::index_chunk(number.saturating_add(1), &[]);
        if !living.contains(&number) {
            access.remove(&keys::index_chunk(number, &[]), &next)?;
        }
    }
    Ok(())
}
