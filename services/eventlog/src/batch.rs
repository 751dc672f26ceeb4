//! Deciding, request by request, what goes into the next group commit. Every check sees the durable
//! log and the earlier requests of the same batch; a refused request leaves no trace in it.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::append::{Appended, ExpectedRevision, Outcome};
use crate::error::{AppendError, CloseReason, ReadError};
use crate::hash_map::FastMap;
use crate::prepare::{Prepared, PreparedStream};
use crate::record::{Head, Record, Unchained};
use crate::shared::Shared;
use crate::stream::StreamName;

/// A group commit in the making.
pub(crate) struct Batch<'a> {
    shared: &'a Shared,
    /// The durable head that the batch goes behind.
    pub(crate) base: Head,
    head: Head,
    pub(crate) records: Vec<Record>,
    pub(crate) cursors: BTreeMap<String, u64>,
    /// Next revision of the streams that the batch touches.
    revisions: FastMap<StreamName, u64>,
    ids: FastMap<Uuid, u64>,
    bytes: usize,
    /// Events, cursors and requests taken, so that no kind of request makes a batch endless.
    weight: usize,
}

impl<'a> Batch<'a> {
    pub(crate) fn new(shared: &'a Shared) -> Batch<'a> {
        let base = shared.index().head();
        Batch {
            shared,
            base,
            head: base,
            records: Vec::new(),
            cursors: BTreeMap::new(),
            revisions: FastMap::default(),
            ids: FastMap::default(),
            bytes: 0,
            weight: 0,
        }
    }

    /// Whether a further request may be taken.
    pub(crate) fn has_room(&self, max_events: usize, max_bytes: usize) -> bool {
        self.weight < max_events && self.bytes < max_bytes
    }

    /// Whether there is nothing to write.
    pub(crate) fn is_empty(&self) -> bool {
        self.records.is_empty() && self.cursors.is_empty()
    }

    /// Takes a request, or refuses it. The answer holds once the batch is durable.
    pub(crate) fn add(&mut self, request: Prepared) -> Result<Appended, AppendError> {
        self.weight += 1;
        let appended = self.decide(&request)?;
        self.weight += request.cursors.len();
        self.cursors.extend(request.cursors);
        if appended.outcome == Outcome::Written {
            self.bytes += request.bytes;
            for (stream, (_, last)) in request.streams.into_iter().zip(&appended.revisions) {
                let next = last + 1 - stream.events.len() as u64;
                self.write(stream, next);
            }
        }
        Ok(appended)
    }

    /// Ids first, then revisions: a repeated append gets its first answer although the stream has
    /// moved on since.
    fn decide(&self, request: &Prepared) -> Result<Appended, AppendError> {
        if request.streams.is_empty() {
            let next = self.head.count;
            let (first, last, revisions) = (next, next, Vec::new());
            return Ok(Appended {
                first,
                last,
                revisions,
                outcome: Outcome::CursorsSet,
            });
        }
        if let Some(appended) = self.originals(request)? {
            return Ok(appended);
        }
        let mut revisions = Vec::with_capacity(request.streams.len());
        for stream in &request.streams {
            let next = self.check_revision(stream)?;
            revisions.push((stream.stream.clone(), next + stream.events.len() as u64 - 1));
        }
        let first = self.head.count;
        let last = first + request.events().count() as u64 - 1;
        Ok(Appended {
            first,
            last,
            revisions,
            outcome: Outcome::Written,
        })
    }

    /// Where the events are already; `None` if none of them is in the log.
    fn originals(&self, request: &Prepared) -> Result<Option<Appended>, AppendError> {
        let mut first_known = None;
        let mut is_whole = true;
        let mut next = None;
        let mut revisions: Vec<(StreamName, u64)> = Vec::new();
        for (stream, event) in request.events() {
            let Some(position) = self.find(event.id).map_err(closed)? else {
                is_whole = false;
                continue;
            };
            let id = event.id;
            let original =
                self.record(position)
                    .map_err(|source| AppendError::OriginalUnreadable {
                        id,
                        position,
                        source,
                    })?;
            if original.stream != *stream || original.payload_hash != event.payload_hash {
                return Err(AppendError::IdReused { id, position });
            }
            is_whole &= next.is_none_or(|next| next == position);
            next = Some(position + 1);
            first_known.get_or_insert((id, position));
            match revisions.last_mut() {
                Some((last, revision)) if last == stream => *revision = original.revision,
                Some(_) | None => revisions.push((stream.clone(), original.revision)),
            }
        }
        let (Some((id, first)), Some(next)) = (first_known, next) else {
            return Ok(None);
        };
        if !is_whole {
            return Err(AppendError::PartialOverlap {
                id,
                position: first,
            });
        }
        let outcome = Outcome::AlreadyThere;
        Ok(Some(Appended {
            first,
            last: next - 1,
            revisions,
            outcome,
        }))
    }

    /// Returns the stream's next revision.
    fn check_revision(&self, request: &PreparedStream) -> Result<u64, AppendError> {
        let next = self.next_revision(&request.stream).map_err(closed)?;
        let as_expected = match request.expected {
            ExpectedRevision::Any => true,
            ExpectedRevision::NoStream => next == 0,
            ExpectedRevision::Exact(revision) => next.checked_sub(1) == Some(revision),
        };
        if !as_expected {
            return Err(AppendError::WrongRevision {
                stream: request.stream.clone(),
                expected: request.expected,
                actual: next.checked_sub(1),
            });
        }
        Ok(next)
    }

    /// `next` is what [`Batch::check_revision`] found.
    fn write(&mut self, request: PreparedStream, next: u64) {
        let PreparedStream { stream, events, .. } = request;
        let mut revision = next;
        self.weight += events.len();
        for event in events {
            let parts = Unchained {
                stream: stream.clone(),
                revision,
                id: event.id,
                payload: event.payload,
                payload_hash: event.payload_hash,
            };
            let record = Record::chain(self.head, parts);
            self.ids.insert(record.id, record.position);
            self.head = record.head();
            self.records.push(record);
            revision += 1;
        }
        self.revisions.insert(stream, revision);
    }

    fn next_revision(&self, stream: &StreamName) -> Result<u64, CloseReason> {
        match self.revisions.get(stream) {
            Some(next) => Ok(*next),
            None => self.shared.revisions(stream),
        }
    }

    fn find(&self, id: Uuid) -> Result<Option<u64>, CloseReason> {
        match self.ids.get(&id) {
            Some(position) => Ok(Some(*position)),
            None => self.shared.find(id),
        }
    }

    fn record(&self, position: u64) -> Result<Record, ReadError> {
        let offset = position
            .checked_sub(self.base.count)
            .and_then(|at| usize::try_from(at).ok());
        if let Some(record) = offset.and_then(|offset| self.records.get(offset)) {
            return Ok(record.clone());
        }
        self.shared.record(position)
    }
}

/// Nothing of the request was taken.
fn closed(why: CloseReason) -> AppendError {
    AppendError::Closed { why }
}
