//! The journal's log: every event in its envelope, and when the journal received it.

use std::path::Path;

use onestop_eventlog::{Append, EventLog, ExpectedRevision, NewEvent, Record};
use onestop_journal::Entry;
use onestop_proto::{
    envelope::{Envelope, LogPosition, RecordPlace, RecordedEvent},
    journal,
    time::Timestamp,
};
use rayon::prelude::*;
use uuid::Uuid;

use super::logs::{Logs, append, open, runtime};
use crate::history::Writer;

/// An event in its source's log.
pub(super) struct SourceRecord {
    pub(super) at: Timestamp,
    pub(super) by: Writer,
    pub(super) epoch: Uuid,
    pub(super) record: Record,
}

pub(super) struct JournalWriter {
    log: EventLog,
    runtime: tokio::runtime::Runtime,
}

impl JournalWriter {
    pub(super) fn open(data: &Path) -> Self {
        let log = open(data, &journal::service());
        assert_eq!(log.head().count, 0, "the journal has cases already");
        let runtime = runtime();
        Self { log, runtime }
    }

    pub(super) fn write(&mut self, heard: Vec<SourceRecord>) {
        let appends = heard.into_par_iter().map(entry).collect();
        self.runtime.block_on(append(&self.log, appends));
    }

    /// It has processed everything.
    pub(super) fn close(self, sources: &Logs) {
        let cursors = sources.cursors_of(&Writer::ALL);
        let set = self.log.append(Append::default().with_cursors(cursors));
        self.runtime.block_on(set).unwrap();
        self.log.close().unwrap();
    }
}

fn entry(heard: SourceRecord) -> Append {
    let record = heard.record;
    let recorded: RecordedEvent = serde_json::from_slice(&record.payload).unwrap();
    let place = RecordPlace {
        at: LogPosition {
            source: heard.by.source(),
            epoch: heard.epoch,
            position: record.position,
        },
        prevhash: record.previous.to_string(),
        hash: record.hash.to_string(),
    };
    let entry = Entry {
        unreadable: None,
        heard_at: heard.at,
        event: Envelope::new(recorded, place),
    };
    let stream = format!("case/{}", entry.event.subject).parse().unwrap();
    let event = NewEvent::new(record.id, serde_json::to_vec(&entry).unwrap());
    Append::to(stream, ExpectedRevision::Any, [event])
}
