//! Deciding, request by request, what goes into the next group commit. Every check sees the durable
//! log and the earlier requests of the same batch; a refused request leaves no trace in it.

mod conditions;

use std::collections::BTreeMap;

use uuid::Uuid;

use self::conditions::check_revision;
use crate::append::{Appended, Outcome};
use crate::error::{AppendError, CloseReason, ReadError};
use crate::hash_map::FastMap;
use crate::prepare::{Prepared, PreparedEvent, PreparedStream};
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
    /// So many of the records are in the two maps: those of earlier requests.
    noted: usize,
    /// Next revision of the streams that earlier requests touch.
    revisions: FastMap<StreamName, u64>,
    /// Positions of their events.
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
            noted: 0,
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
    pub(crate) fn add(&mut self, mut request: Prepared) -> Result<Appended, AppendError> {
        self.weight += 1;
        self.note_records();
        let appended = self.decide(&mut request)?;
        let is_repeat = appended.outcome == Outcome::AlreadyThere;
        if !is_repeat || self.may_set_again(&request.cursors) {
            self.weight += request.cursors.len();
            let updates = request.cursors.into_iter();
            self.cursors
                .extend(updates.map(|update| (update.name, update.value)));
        }
        if appended.outcome == Outcome::Written {
            self.bytes += request.bytes;
            let events = appended.last + 1 - appended.first;
            self.records.reserve(events as usize);
            for (part, (_, last)) in request.streams.into_iter().zip(&appended.revisions) {
                let next = last + 1 - part.events.len() as u64;
                self.write(part, next);
            }
        }
        Ok(appended)
    }

    /// Lets a request see what those before it have written. The last one, often the only one, need not be
    /// noted.
    fn note_records(&mut self) {
        let new = &self.records[self.noted..];
        self.ids.reserve(new.len());
        self.revisions.reserve(new.len());
        for record in new {
            self.ids.insert(record.id, record.position);
            let next = record.revision.saturating_add(1);
            self.revisions.insert(record.stream.clone(), next);
        }
        self.noted = self.records.len();
    }

    /// Ids first, then everything that is expected: a repeated append gets its first answer although the log
    /// has moved on since.
    fn decide(&self, request: &mut Prepared) -> Result<Appended, AppendError> {
        if let Some(appended) = self.originals(request)? {
            return Ok(appended);
        }
        self.check_conditions(request)?;
        self.check_cursors(&request.cursors)?;
        let next = self.head.count;
        if request.streams.is_empty() {
            return Ok(Appended {
                first: next,
                last: next,
                revisions: Vec::new(),
                outcome: Outcome::CursorsSet,
            });
        }
        let revisions = self.check_parts(&request.streams)?;
        Ok(Appended {
            first: next,
            last: next + request.events().count() as u64 - 1,
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
        for part in &request.streams {
            let mut last = None;
            for event in &part.events {
                let Some(position) = self.find(event.id).map_err(closed)? else {
                    is_whole = false;
                    continue;
                };
                let original = self.original(&part.stream, event, position)?;
                is_whole &= next.is_none_or(|next| next == position);
                next = Some(position + 1);
                first_known.get_or_insert((event.id, position));
                last = Some(original.revision);
            }
            revisions.extend(last.map(|last| (part.stream.clone(), last)));
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

    /// The record that has an event's id, which must be that event.
    fn original(
        &self,
        stream: &StreamName,
        event: &PreparedEvent,
        position: u64,
    ) -> Result<Record, AppendError> {
        let id = event.id;
        let original = self
            .record(position)
            .map_err(|source| AppendError::OriginalUnreadable {
                id,
                position,
                source,
            })?;
        let same = (&original.stream, &original.payload_hash, &original.labels)
            == (stream, &event.payload_hash, &event.labels);
        if !same {
            return Err(AppendError::IdReused { id, position });
        }
        Ok(original)
    }

    /// Checks what each part expects of its stream, when the parts before it are there; returns the revision of
    /// each part's last event.
    fn check_parts(&self, parts: &[PreparedStream]) -> Result<Vec<(StreamName, u64)>, AppendError> {
        let mut revisions: Vec<(StreamName, u64)> = Vec::with_capacity(parts.len());
        // Of streams that came before in this request. One part, as most have, has none.
        let mut before: FastMap<&StreamName, u64> = FastMap::default();
        if parts.len() > 1 {
            before.reserve(parts.len());
        }
        for part in parts {
            let next = match before.get(&part.stream) {
                Some(next) => *next,
                None => self.next_revision(&part.stream).map_err(closed)?,
            };
            check_revision(&part.stream, part.expected, next)?;
            let end = next + part.events.len() as u64;
            revisions.push((part.stream.clone(), end - 1));
            if parts.len() > 1 {
                before.insert(&part.stream, end);
            }
        }
        Ok(revisions)
    }

    /// `next` is what [`Batch::check_parts`] found.
    fn write(&mut self, request: PreparedStream, next: u64) {
        let PreparedStream { stream, events, .. } = request;
        self.weight += events.len();
        for (revision, event) in (next..).zip(events) {
            let parts = Unchained {
                stream: stream.clone(),
                revision,
                id: event.id,
                labels: event.labels,
                payload: event.payload,
                payload_hash: event.payload_hash,
            };
            let record = Record::chain(self.head, parts);
            self.head = record.head();
            self.records.push(record);
        }
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
