//! Writing the index behind: turning a full tail into segments, and merging segments where too many
//! overlap.
//!
//! Ids that grow with time give segments that hardly overlap: they are written once and never
//! touched again. Ids or names in no order give segments that all overlap; eight of a level that
//! share a key are merged into segments of the next level, which each cover a small part of the
//! range. So every record is rewritten a few times at most, and few segments can hold a given key,
//! whatever the order.

use std::sync::Arc;

use super::access::{Access, Stop};
use super::chunk::{Entry, MAX_POSITIONS};
use super::segment::{Kind, Scan, Segment, SegmentWriter, name_of, revision_of, stream_key};
use super::segments::Segments;
use super::tail::Tail;

/// So many segments of one level may hold the same key.
const MOST_OVERLAPPING: usize = 8;
/// A merged segment is ended after so many entries. It bounds what is rewritten in one merge.
const SEGMENT_ENTRIES: u64 = 1 << 17;

/// Writes `tail`, which must begin where `before` ends, into new segments.
pub(crate) fn flush(store: &Access<'_>, before: &Segments, tail: &Tail) -> Result<Segments, Stop> {
    let mut added = Vec::new();
    let mut ids = SegmentWriter::new(before.next, Kind::Ids, 0);
    for (id, position) in tail.sorted_ids() {
        ids.push(id.as_bytes(), &[position]);
        store.put_some(&mut ids.chunks)?;
    }
    finish(store, ids, &mut added)?;
    let mut streams = SegmentWriter::new(before.next + 1, Kind::Streams, 0);
    for (stream, part) in tail.sorted_streams() {
        let mut from = part.from;
        for positions in part.positions.chunks(MAX_POSITIONS) {
            streams.push(&stream_key(stream, from), positions);
            from += positions.len() as u64;
        }
        store.put_some(&mut streams.chunks)?;
    }
    finish(store, streams, &mut added)?;

    let mut after = before.with(added, |_| true);
    after.indexed = tail.head();
    after.next = before.next + 2;
    let mut batch = sled::Batch::default();
    after.write(before, &mut batch);
    store.apply(batch)?;
    Ok(after)
}

/// What a merge has made.
pub(crate) struct Merge {
    pub(crate) segments: Segments,
    /// Segments that the set no longer holds, whose chunks are still there.
    pub(crate) gone: Vec<Arc<Segment>>,
}

/// Merges segments of one level that overlap too much, if there are any.
pub(crate) fn merge(store: &Access<'_>, before: &Segments) -> Result<Option<Merge>, Stop> {
    let crowded = [Kind::Ids, Kind::Streams]
        .into_iter()
        .find_map(|kind| crowded(before.of(kind)));
    let Some(sources) = crowded else {
        return Ok(None);
    };
    let (kind, level) = (sources[0].kind, sources[0].level.saturating_add(1));
    let mut next = before.next;
    let mut new_writer = || {
        next += 1;
        SegmentWriter::new(next - 1, kind, level)
    };
    let mut writer = new_writer();
    let mut added = Vec::new();
    let mut merged = Merged::new(store, &sources)?;
    while let Some(entry) = merged.next(store, kind)? {
        writer.push(&entry.key, &entry.positions);
        store.put_some(&mut writer.chunks)?;
        if writer.entries() >= SEGMENT_ENTRIES {
            finish(
                store,
                std::mem::replace(&mut writer, new_writer()),
                &mut added,
            )?;
        }
    }
    finish(store, writer, &mut added)?;

    let is_source = |number: u64| sources.iter().any(|source| source.number == number);
    let mut after = before.with(added, |segment| !is_source(segment.number));
    after.next = next;
    let mut batch = sled::Batch::default();
    after.write(before, &mut batch);
    store.apply(batch)?;
    Ok(Some(Merge {
        segments: after,
        gone: sources,
    }))
}

fn finish(
    store: &Access<'_>,
    writer: SegmentWriter,
    into: &mut Vec<Arc<Segment>>,
) -> Result<(), Stop> {
    if let Some((segment, mut chunks)) = writer.finish() {
        store.put(&mut chunks)?;
        into.push(Arc::new(segment));
    }
    Ok(())
}

/// Segments of the lowest level at which more than [`MOST_OVERLAPPING`] share a key: all of that
/// level that hold the key.
fn crowded(segments: &[Arc<Segment>]) -> Option<Vec<Arc<Segment>>> {
    let highest = segments.iter().map(|segment| segment.level).max()?;
    (0..=highest).find_map(|level| {
        let of_level: Vec<_> = segments.iter().filter(|one| one.level == level).collect();
        // If any key is shared by so many, then the lowest key of one of them is.
        of_level.iter().find_map(|at| {
            let key = &at.min;
            let holding: Vec<_> = of_level
                .iter()
                .filter(|one| one.overlaps(key, key))
                .map(|one| Arc::clone(one))
                .collect();
            (holding.len() > MOST_OVERLAPPING).then_some(holding)
        })
    })
}

/// Entries of several segments in one order, neighbouring parts of a stream joined.
struct Merged {
    sources: Vec<(Scan, std::vec::IntoIter<Entry>, Option<Entry>)>,
}

impl Merged {
    fn new(store: &Access<'_>, segments: &[Arc<Segment>]) -> Result<Merged, Stop> {
        let mut sources = Vec::new();
        for segment in segments {
            let mut source = (segment.scan(), Vec::new().into_iter(), None);
            advance(store, &mut source)?;
            sources.push(source);
        }
        Ok(Merged { sources })
    }

    fn next(&mut self, store: &Access<'_>, kind: Kind) -> Result<Option<Entry>, Stop> {
        let Some(mut entry) = self.take_lowest(store, None)? else {
            return Ok(None);
        };
        if kind == Kind::Ids {
            return Ok(Some(entry));
        }
        loop {
            let end = revision_of(&entry.key).saturating_add(entry.positions.len() as u64);
            let mut wanted = name_of(kind, &entry.key).to_vec();
            wanted.push(0);
            wanted.extend_from_slice(&end.to_be_bytes());
            let room = MAX_POSITIONS - entry.positions.len().min(MAX_POSITIONS);
            let Some(follower) = self.take_lowest(store, Some((&wanted, room)))? else {
                return Ok(Some(entry));
            };
            entry.positions.extend(follower.positions);
        }
    }

    /// Takes the entry with the lowest key; if `only` is given, only if it has that key and at most
    /// so many positions.
    fn take_lowest(
        &mut self,
        store: &Access<'_>,
        only: Option<(&[u8], usize)>,
    ) -> Result<Option<Entry>, Stop> {
        let lowest = self
            .sources
            .iter_mut()
            .filter(|(_, _, entry)| entry.is_some())
            .min_by(|(_, _, a), (_, _, b)| {
                let keys = (a.as_ref(), b.as_ref());
                keys.0
                    .map(|entry| &entry.key)
                    .cmp(&keys.1.map(|entry| &entry.key))
            });
        let Some(source) = lowest else {
            return Ok(None);
        };
        let fits = source.2.as_ref().is_some_and(|entry| {
            only.is_none_or(|(key, room)| entry.key == key && entry.positions.len() <= room)
        });
        if !fits {
            return Ok(None);
        }
        let entry = source.2.take();
        advance(store, source)?;
        Ok(entry)
    }
}

fn advance(
    store: &Access<'_>,
    (scan, entries, ahead): &mut (Scan, std::vec::IntoIter<Entry>, Option<Entry>),
) -> Result<(), Stop> {
    loop {
        *ahead = entries.next();
        if ahead.is_some() {
            return Ok(());
        }
        match scan.next(store)? {
            Some(next) => *entries = next.into_iter(),
            None => return Ok(()),
        }
    }
}
