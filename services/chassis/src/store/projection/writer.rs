//! Writes the rows of a projection: folds consecutive records and saves what they change, with the position reached, in
//! one transaction.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use hashlink::LruCache;
use onestop_eventlog::{Direction, Record, StreamName};
use onestop_proto::{
    ids::{CaseId, EventId},
    time::Timestamp,
};
use rusqlite::{Connection, Result, Transaction, params};
use tracing::warn;

use super::{Folded, OtherReference, Projected, ProjectionError, awaited, file};
use crate::store::{PAGE, Store, StoreError, records, stream_name};

/// States in memory while a projection catches up: more cases than are open at a time in most places.
const STATES: usize = 16_384;

/// A file is written anew for a tenth of the time at most.
const REST: u32 = 9;
/// How long it rests at least, where that failed.
const REST_AFTER_FAILURE: Duration = Duration::from_secs(60);

/// The state of a stream, and the number of the last event that it includes.
struct Known<S> {
    state: Option<Arc<S>>,
    revision: u64,
}

/// The subject of a stream and its latest event.
struct Latest {
    subject: CaseId,
    event: EventId,
    begun: Option<Timestamp>,
}

pub(super) struct Writer<P: Projected> {
    projected: Arc<P>,
    store: Store,
    connection: Connection,
    /// The next position to fold.
    next: u64,
    /// States, while the projection catches up; later those are used that the commands left with the store.
    states: LruCache<StreamName, Known<P::State>>,
    /// Whether SQLite's own log may hold what must not remain.
    is_to_purge: bool,
    /// Whether pages of the file may.
    is_to_write_anew: bool,
    /// Not before that moment.
    rests_until: Instant,
}

impl<P: Projected> Writer<P> {
    /// Opens the file, or makes it anew.
    pub(super) fn open(
        projected: &Arc<P>,
        store: &Store,
        path: &Path,
    ) -> Result<Self, ProjectionError> {
        let reference = projected.reference();
        let opened = file::open::<P>(path, store)?.filter(|(_, reached)| {
            P::OTHER_REFERENCE == OtherReference::LookAgain || reached.reference == reference
        });
        let (connection, next) = match opened {
            Some((connection, reached)) => {
                if reached.reference != reference {
                    mark_all(&connection, &reference, store.clock().now())?;
                }
                (connection, reached.next)
            }
            None => (file::create::<P>(path, store, &reference)?, 0),
        };
        let is_to_write_anew = file::is_marked(&connection)?;
        Ok(Self {
            projected: Arc::clone(projected),
            store: store.clone(),
            connection,
            next,
            states: LruCache::new(STATES),
            // Of the process before.
            is_to_purge: true,
            is_to_write_anew,
            rests_until: Instant::now(),
        })
    }

    pub(super) fn next(&self) -> u64 {
        self.next
    }

    /// Frees what is needed only for catching up.
    pub(super) fn caught_up(&mut self) {
        self.states = LruCache::new(1);
    }

    /// Folds consecutive records, the first of which is the next one.
    pub(super) fn fold(&mut self, records: &[Record]) -> Result<(), ProjectionError> {
        let Some(last) = records.last() else {
            return Ok(());
        };
        let mut changed: BTreeMap<&StreamName, (Latest, Known<P::State>)> = BTreeMap::new();
        for record in records {
            if record.stream.as_str().starts_with(P::STREAMS) {
                let recorded = records::recorded(record)?;
                let (begun, known) = changed
                    .remove(&record.stream)
                    .map_or((None, None), |(latest, known)| (latest.begun, Some(known)));
                let latest = Latest {
                    subject: recorded.case,
                    event: recorded.id,
                    begun: begun.or_else(|| (record.revision == 0).then_some(recorded.time)),
                };
                let known = known.or_else(|| self.states.remove(&record.stream));
                let known = self.advance(known, record)?;
                changed.insert(&record.stream, (latest, known));
            }
        }
        let now = self.store.clock().now();
        let mut leaves = false;
        let rows = self.connection.transaction()?;
        for (latest, known) in changed.values() {
            let folded = Folded {
                subject: latest.subject,
                state: known.state.as_deref(),
                revision: known.revision,
                latest: latest.event,
                begun: latest.begun,
            };
            leaves |= write(&rows, &*self.projected, &folded, now)?;
        }
        if leaves {
            file::mark(&rows)?;
        }
        let next = last.position + 1;
        rows.prepare_cached("UPDATE follows SET next = ?1, hash = ?2")?
            .execute(params![next, last.hash.to_string()])?;
        rows.commit()?;
        self.is_to_purge |= leaves;
        self.is_to_write_anew |= leaves;
        for (stream, (_, known)) in changed {
            self.states.insert(stream.clone(), known);
        }
        self.next = next;
        Ok(())
    }

    /// The state after a record: not a later one, so that the rows never say more than the position beside them.
    fn advance(
        &self,
        known: Option<Known<P::State>>,
        record: &Record,
    ) -> Result<Known<P::State>, ProjectionError> {
        let revision = record.revision;
        let before = match known {
            Some(known) if known.revision + 1 == revision => known.state,
            Some(_) | None if revision == 0 => None,
            Some(_) | None => match self.store.load_shared(&record.stream, &P::RULES)? {
                Some((state, loaded)) if loaded == revision => {
                    let state = Some(state);
                    return Ok(Known { state, revision });
                }
                // Commands have gone on since.
                Some(_) | None => self.fold_before(record)?,
            },
        };
        let event = records::event::<P::Event>(record)?;
        let state = (P::RULES.evolve)(before.map(Arc::unwrap_or_clone), &event);
        Ok(Known {
            state: state.map(Arc::new),
            revision,
        })
    }

    /// The state before a record, from its stream.
    fn fold_before(&self, record: &Record) -> Result<Option<Arc<P::State>>, ProjectionError> {
        let (mut state, mut next) = (None, 0);
        while next < record.revision {
            let wanted = usize::try_from(record.revision - next).unwrap_or(PAGE);
            let page = self.store.log().read_stream(
                &record.stream,
                next,
                Direction::Forward,
                wanted.min(PAGE),
            );
            let page = page.map_err(StoreError::from)?;
            for before in &page {
                state = (P::RULES.evolve)(state, &records::event::<P::Event>(before)?);
            }
            next += page.len() as u64;
            if page.is_empty() {
                break;
            }
        }
        Ok(state.map(Arc::new))
    }

    /// Looks at the moments of subjects once more.
    pub(super) fn refresh(&mut self, subjects: &[CaseId]) -> Result<(), ProjectionError> {
        let now = self.store.clock().now();
        let rows = self.connection.transaction()?;
        for subject in subjects {
            let stream = stream_name(&format!("{}{subject}", P::STREAMS))?;
            let loaded = self.store.load_shared(&stream, &P::RULES)?;
            // What the rows do not include yet sets the moment when it is folded.
            if let Some(latest) = awaited::latest(&rows, *subject)? {
                let awaited = loaded.and_then(|(state, _)| self.projected.awaited(&state, now));
                awaited::set(&rows, *subject, latest, awaited.as_ref())?;
            }
        }
        rows.commit()?;
        Ok(())
    }
}

impl<P: Projected> Writer<P> {
    /// Writes the rows of subjects once more, from their states as they are now.
    pub(super) fn rewrite(&mut self, subjects: &[CaseId]) -> Result<(), ProjectionError> {
        let rows = self.connection.transaction()?;
        let before = rows.total_changes();
        for subject in subjects {
            let stream = stream_name(&format!("{}{subject}", P::STREAMS))?;
            let Some((state, revision)) = self.store.load_shared(&stream, &P::RULES)? else {
                continue;
            };
            let last = self
                .store
                .log()
                .read_stream(&stream, revision, Direction::Forward, 1);
            let last = last.map_err(StoreError::from)?;
            let Some(last) = last.first() else { continue };
            let folded = Folded {
                subject: *subject,
                state: Some(&*state),
                revision,
                latest: records::recorded(last)?.id,
                begun: None,
            };
            self.projected.write(&rows, &folded)?;
        }
        let leaves = rows.total_changes() > before;
        if leaves {
            file::mark(&rows)?;
        }
        rows.commit()?;
        self.is_to_purge |= leaves;
        self.is_to_write_anew |= leaves;
        Ok(())
    }

    /// Whether what must not remain may be in the file or beside it.
    pub(super) fn is_to_purge(&self) -> bool {
        self.is_to_purge || self.is_to_write_anew
    }

    /// Empties SQLite's own log, if it may hold what must not remain: rows are overwritten in the file alone. Where a
    /// reader is in the way for long, it is to be tried again.
    ///
    /// And writes the file anew: where SQLite moved rows from page to page, before they were deleted, it left copies of a
    /// few in the gaps of pages, which it does not overwrite.
    pub(super) fn purge(&mut self) -> Result<(), ProjectionError> {
        let began = Instant::now();
        if self.is_to_write_anew && began >= self.rests_until {
            match file::write_anew(&self.connection) {
                Ok(()) => {
                    (self.is_to_purge, self.is_to_write_anew) = (true, false);
                    self.rests_until = Instant::now() + began.elapsed() * REST;
                }
                // Such as on a full disk. The rows are right.
                Err(error) => {
                    let file = P::FILE;
                    warn!(file, %error, "a read model could not be written anew; it is tried again");
                    self.rests_until = Instant::now() + REST_AFTER_FAILURE;
                }
            }
        }
        if self.is_to_purge {
            let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
            self.is_to_purge = self.connection.query_row(sql, [], |row| row.get(0))?;
        }
        Ok(())
    }
}

/// Replaces the rows of one subject. Returns whether that removed something that must not remain anywhere.
fn write<P: Projected>(
    rows: &Transaction<'_>,
    projected: &P,
    folded: &Folded<'_, P::State>,
    now: Timestamp,
) -> Result<bool> {
    let before = rows.total_changes();
    projected.write(rows, folded)?;
    let is_changed = rows.total_changes() > before;
    let awaited = folded.state.and_then(|state| projected.awaited(state, now));
    awaited::set(rows, folded.subject, folded.latest, awaited.as_ref())?;
    Ok(is_changed && folded.state.is_some_and(|state| projected.is_erased(state)))
}

/// Other reference data may move every moment.
fn mark_all(
    connection: &Connection,
    reference: &str,
    now: Timestamp,
) -> Result<(), ProjectionError> {
    let rows = connection.unchecked_transaction()?;
    awaited::mark_all(&rows, now)?;
    rows.execute("UPDATE follows SET reference = ?1", [reference])?;
    rows.commit()?;
    Ok(())
}
