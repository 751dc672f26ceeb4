//! Flushing: turning a full buffer into sorted tables on disk.
//!
//! Ids that grow with time give tables that hardly overlap: they are written once and never touched
//! again. Where ids or names come in no order, tables overlap and are compacted ([`super::compact`]).

use std::sync::Arc;

use super::access::{Access, Stop};
use super::buffer::IndexBuffer;
use super::chunk::MAX_POSITIONS;
use super::table::{Kind, Table, TableWriter, stream_key};
use super::tables::Tables;

/// Writes `buffer`, which must begin where `before` ends, into new tables. The chunks are durable before
/// the state that counts them is written.
pub(crate) fn flush(
    store: &Access<'_>,
    before: &Tables,
    buffer: &IndexBuffer,
) -> Result<Tables, Stop> {
    if buffer.base() != before.indexed {
        return Err(Stop::damaged());
    }
    let mut added = Vec::new();
    let mut ids = TableWriter::new(before.next, Kind::Ids, 0);
    for (id, position) in buffer.sorted_ids() {
        ids.push(id.as_bytes(), &[position]);
        store.put_some(&mut ids.chunks)?;
    }
    finish(store, ids, &mut added)?;
    let mut streams = TableWriter::new(before.next + 1, Kind::Streams, 0);
    for (stream, part) in buffer.sorted_streams() {
        let mut from = part.from;
        for positions in part.positions.chunks(MAX_POSITIONS) {
            streams.push(&stream_key(stream, from), positions);
            from += positions.len() as u64;
        }
        store.put_some(&mut streams.chunks)?;
    }
    finish(store, streams, &mut added)?;

    let mut after = before.with(added, |_| true);
    after.indexed = buffer.head();
    after.next = before.next + 2;
    let mut batch = sled::Batch::default();
    after.write(before, &mut batch);
    store.sync()?;
    store.apply(batch)?;
    store.sync()?;
    Ok(after)
}

/// Stores the last chunks of a table.
pub(super) fn finish(
    store: &Access<'_>,
    writer: TableWriter,
    into: &mut Vec<Arc<Table>>,
) -> Result<(), Stop> {
    if let Some((table, mut chunks)) = writer.finish() {
        store.put(&mut chunks)?;
        into.push(Arc::new(table));
    }
    Ok(())
}
