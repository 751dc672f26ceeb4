//! Turns envelopes back into the records that they were made of.

use std::collections::HashMap;

use onestop_eventlog::{Record, StreamName};
use onestop_proto::{
    envelope::{Envelope, Source},
    ids::CommandId,
};
use uuid::Uuid;

use super::plan::Step;
use crate::messaging::record_header::RecordHeader;

/// No command writes more events: its answer is one page of them.
const MOST_OF_A_COMMAND: usize = 512;

/// An envelope does not give the record that it names.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the event at position {position} was altered: no record that it may be of has the hash {hash}"
)]
pub struct Unmade {
    /// Its position.
    pub position: u64,
    /// The hash that it names.
    pub hash: String,
}

/// The records of a log so far: what an envelope lacks follows from them.
#[derive(Debug)]
pub struct Records {
    own: Source,
    streams: fn(&Envelope) -> Vec<String>,
    /// The next revision of each stream.
    revisions: HashMap<StreamName, u64>,
    /// The command that wrote the last record, and the place of that record among its own.
    last: Option<(CommandId, usize)>,
}

impl Records {
    /// A log of `own` without records; `streams` names those that may hold an event.
    pub fn new(own: Source, streams: fn(&Envelope) -> Vec<String>) -> Self {
        Self {
            own,
            streams,
            revisions: HashMap::new(),
            last: None,
        }
    }

    /// Notes a record that the log has.
    pub fn note(&mut self, record: &Record) {
        self.revisions
            .insert(record.stream.clone(), record.revision + 1);
    }

    /// The record of a step, of the first of its envelopes that gives it. With each envelope comes what the header of its
    /// message said, if it is known.
    ///
    /// # Errors
    /// [`Unmade`] if none of them has the hash that it names.
    pub fn make<'a>(
        &mut self,
        step: &Step,
        envelopes: impl IntoIterator<Item = (&'a Envelope, Option<&'a str>)>,
    ) -> Result<Record, Unmade> {
        let mut envelopes = envelopes.into_iter();
        let made = envelopes.find_map(|(event, header)| self.record(step, event, header));
        let record = made.ok_or_else(|| Unmade {
            position: step.link.position,
            hash: step.link.hash.to_string(),
        })?;
        self.note(&record);
        Ok(record)
    }

    fn record(&mut self, step: &Step, event: &Envelope, header: Option<&str>) -> Option<Record> {
        if event.source != self.own {
            return None;
        }
        let fits = |record: &Record| {
            record.position == step.link.position && record.hash == step.link.hash
        };
        let said = header.and_then(RecordHeader::parse);
        if let Some(record) = said.and_then(|said| said.record(event)).filter(fits) {
            return Some(record);
        }
        let ids = self.ids(event);
        for stream in (self.streams)(event) {
            let Ok(stream) = StreamName::new(&stream) else {
                continue;
            };
            let revision = self.revisions.get(&stream).copied().unwrap_or(0);
            for id in &ids {
                let header = RecordHeader {
                    revision,
                    id: *id,
                    stream: stream.clone(),
                };
                if let Some(record) = header.record(event).filter(fits) {
                    return Some(record);
                }
            }
        }
        None
    }

    /// The ids under which a log may keep an event: derived from its command, as of now and as of version 0.1.0.
    fn ids(&mut self, event: &Envelope) -> Vec<Uuid> {
        let (command, service) = (event.command, self.own.service.as_str());
        let is_at =
            |index: &usize| command.event_of(service, *index, event.recordedtime) == event.id;
        // The events of a command are nearly always adjacent.
        let next = match self.last {
            Some((last, index)) if last == command => index + 1,
            Some(_) | None => 0,
        };
        let found = Some(next)
            .filter(is_at)
            .or_else(|| (0..MOST_OF_A_COMMAND).find(is_at));
        self.last = found.map(|index| (command, index));
        let now = found.map(|index| command.record(service, index));
        now.into_iter().chain([event.id.uuid()]).collect()
    }
}
