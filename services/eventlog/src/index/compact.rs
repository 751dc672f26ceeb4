//! Compaction: merging tables where too many overlap.
//!
//! Eight tables of a level that share a key are merged into tables of the next level, which each cover
//! a small part of the range. So every entry is rewritten a few times at most, and few tables can hold
//! a given key, whatever the order of ids and names.

use std::sync::Arc;

use super::access::{Access, Stop};
use super::chunk::{Entry, MAX_POSITIONS};
use super::flush::finish;
use super::keys;
use super::table::{Kind, Scan, Table, TableWriter, name_of, revision_of};
use super::tables::Tables;

/// So many tables of one level may hold the same key.
const MOST_OVERLAPPING: usize = 8;
/// A merged table is ended after so many entries. It bounds what is rewritten in one merge.
const TABLE_ENTRIES: u64 = 1 << 17;

/// What a merge has made.
pub(crate) struct Merge {
    pub(crate) tables: Tables,
    /// Tables that the set no longer holds, whose chunks are still there.
    pub(crate) gone: Vec<Arc<Table>>,
}

/// Merges tables of one level that overlap too much, if there are any.
pub(crate) fn merge(store: &Access<'_>, before: &Tables) -> Result<Option<Merge>, Stop> {
    let crowded = [Kind::Ids, Kind::Streams]
        .into_iter()
        .find_map(|kind| tables_to_merge(before.of(kind)));
    let Some(sources) = crowded else {
        return Ok(None);
    };
    let (kind, level) = (sources[0].kind, sources[0].level.saturating_add(1));
    let mut next = before.next;
    let mut new_writer = || {
        next += 1;
        TableWriter::new(next - 1, kind, level)
    };
    let mut writer = new_writer();
    let mut added = Vec::new();
    let mut merged = Merged::new(store, &sources)?;
    while let Some(entry) = merged.next(store, kind)? {
        writer.push(&entry.key, &entry.positions);
        store.put_some(&mut writer.chunks)?;
        if writer.entries() >= TABLE_ENTRIES {
            finish(
                store,
                std::mem::replace(&mut writer, new_writer()),
                &mut added,
            )?;
        }
    }
    finish(store, writer, &mut added)?;

    let is_source = |number: u64| sources.iter().any(|source| source.number == number);
    let mut after = before.with(added, |table| !is_source(table.number));
    after.next = next;
    let mut batch = sled::Batch::default();
    after.write(before, &mut batch);
    store.sync()?;
    store.apply(batch)?;
    Ok(Some(Merge {
        tables: after,
        gone: sources,
    }))
}

/// Tables of the lowest level at which more than [`MOST_OVERLAPPING`] share a key: all of that
/// level that hold the key.
fn tables_to_merge(tables: &[Arc<Table>]) -> Option<Vec<Arc<Table>>> {
    let highest = tables.iter().map(|table| table.level).max()?;
    (0..=highest).find_map(|level| {
        let of_level: Vec<_> = tables.iter().filter(|one| one.level == level).collect();
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

/// Entries of several tables in one order, neighbouring parts of a stream joined.
struct Merged {
    sources: Vec<(Scan, std::vec::IntoIter<Entry>, Option<Entry>)>,
}

impl Merged {
    fn new(store: &Access<'_>, tables: &[Arc<Table>]) -> Result<Merged, Stop> {
        let mut sources = Vec::new();
        for table in tables {
            let mut source = (table.scan(), Vec::new().into_iter(), None);
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

/// Removes the chunks of tables that are no longer used. Readers may still be using an older set; its
/// chunks stay for a later round.
pub(super) fn remove_unused(store: &Access<'_>, gone: &mut Vec<Arc<Table>>) -> Result<(), Stop> {
    let unused = |table: &mut Arc<Table>| Arc::strong_count(table) == 1;
    let free: Vec<_> = gone.extract_if(.., unused).collect();
    remove(store, &free)
}

/// Removes the chunks of tables that are no longer in use.
pub(crate) fn remove(store: &Access<'_>, tables: &[Arc<Table>]) -> Result<(), Stop> {
    for table in tables {
        store.release_filter(table.filter_bytes());
        let from = keys::index_chunk(table.number, &[]);
        store.remove(&from, &keys::index_chunk(table.number + 1, &[]))?;
    }
    Ok(())
}
