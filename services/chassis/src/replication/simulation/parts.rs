//! What the simulated world consists of.

use std::collections::{BTreeSet, HashMap, VecDeque};

use onestop_proto::envelope::Source;
use uuid::Uuid;

use crate::{
    messaging::relay::outbox::{Acknowledged, Answer, Held, Outbox},
    replication::arrival::Fork,
    store::SourcePositions,
};

/// On how many subjects the source's events are.
const SUBJECTS: u64 = 5;

/// An event: which incarnation of the log wrote it, where, and what its hash begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Event {
    pub(super) epoch: Uuid,
    pub(super) position: u64,
    pub(super) before: u64,
    pub(super) own: u64,
}

/// The source's log; its relay; the wire to the broker.
pub(super) struct Origin {
    pub(super) source: Source,
    pub(super) epoch: Uuid,
    pub(super) log: Vec<Event>,
    pub(super) process: Process,
    /// What of the relay survives a crash: what the broker had acknowledged.
    pub(super) saved: Acknowledged,
    pub(super) relay: Option<Outbox>,
    /// How many connections the relay has had before this one.
    pub(super) connection: u64,
    /// How often it found that the broker had lost what it had acknowledged.
    pub(super) rewinds: u64,
    /// The start of the broker that the relay knew.
    pub(super) server: Option<u64>,
    pub(super) in_flight: VecDeque<(u64, Ack)>,
    pub(super) wire: VecDeque<Publication>,
}

/// An event on its way to the broker.
#[derive(Debug, Clone, Copy)]
pub(super) struct Publication {
    pub(super) event: Event,
    /// On which connection: the answer comes on the same.
    pub(super) connection: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Process {
    Up,
    Down,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ack {
    Awaited,
    Here(Answer),
    /// It will never come: the relay's patience ends.
    Lost,
}

#[derive(Default, Clone)]
pub(super) struct Broker {
    pub(super) start: u64,
    pub(super) stored: Vec<Event>,
    /// Ids within the window in which the broker drops a second one, and the sequence of the first.
    pub(super) window: HashMap<(Uuid, u64), u64>,
}

impl Broker {
    /// Stores an event, unless its id is within the window.
    pub(super) fn store(&mut self, event: Event) -> Answer {
        let id = (event.epoch, event.position);
        if let Some(sequence) = self.window.get(&id) {
            return Answer::Duplicate(*sequence);
        }
        self.stored.push(event);
        let sequence = self.stored.len() as u64;
        self.window.insert(id, sequence);
        Answer::Stored(sequence)
    }

    /// Loses all behind the first `kept` messages.
    pub(super) fn truncate(&mut self, kept: usize) {
        self.stored.truncate(kept);
        let stored = (1..).zip(&self.stored);
        let ids = stored.map(|(sequence, event)| ((event.epoch, event.position), sequence));
        self.window = ids.collect();
    }

    /// The last event of a log on a subject that fits.
    pub(super) fn last(&self, epoch: Uuid, fits: impl Fn(&Event) -> bool) -> Option<Held> {
        let is_own = |event: &Event| event.epoch == epoch && fits(event);
        let index = self.stored.iter().rposition(is_own)?;
        Some(Held {
            next: self.stored[index].position + 1,
            sequence: index as u64 + 1,
        })
    }
}

/// How the consumer takes events, as the services do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taking {
    /// It decides on many, and appends what follows from them with the cursor.
    Decisions,
    /// It keeps each, with a cursor of its own.
    Copies,
}

/// What follows from an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    Caused,
    Parked,
}

/// The consumer: what is durable of it, what is in its memory, and what the broker still owes it.
pub(super) struct Consumer {
    pub(super) taking: Taking,
    pub(super) positions: SourcePositions,
    /// The events that the cursors have passed, in the order in which they did.
    pub(super) applied: Vec<Event>,
    pub(super) ids: BTreeSet<(u64, u64)>,
    /// What followed, in the order of its log.
    pub(super) effects: Vec<(Event, Effect)>,
    pub(super) parked: BTreeSet<u64>,
    /// In memory: the position reached, and the events since the cursor, which caused nothing.
    pub(super) reached: SourcePositions,
    pub(super) unsaved: Vec<Event>,
    /// Messages that were no events of the source.
    pub(super) skipped: u64,
    /// How often it died while it processed events.
    pub(super) deaths: u64,
    /// The next message of the broker's stream.
    pub(super) delivered: usize,
    pub(super) again: VecDeque<Event>,
    pub(super) woken: bool,
    pub(super) set_aside: Option<Fork>,
}

impl Event {
    pub(super) fn case(&self) -> u64 {
        self.own / 1_000 % 97
    }

    /// What another publisher sent on one of the source's subjects.
    pub(super) fn junk(subject: u64) -> Self {
        Self {
            epoch: Uuid::nil(),
            position: 0,
            before: 0,
            own: subject,
        }
    }

    pub(super) fn is_junk(&self) -> bool {
        self.epoch.is_nil()
    }

    pub(super) fn subject(&self) -> u64 {
        if self.is_junk() {
            self.own % SUBJECTS
        } else {
            Self::subject_of(self.position)
        }
    }

    /// On which subject the event at a position is published.
    pub(super) fn subject_of(position: u64) -> u64 {
        position % SUBJECTS
    }

    /// An event about what the source set aside: nothing follows from it, and it is never set aside.
    pub(super) fn is_about_transport(&self) -> bool {
        self.own % 7 == 3
    }

    /// Its type is newer than the consumer.
    pub(super) fn is_unknown(&self) -> bool {
        self.own.is_multiple_of(211)
    }

    /// Nothing can be made of it, however often it is tried.
    pub(super) fn is_poison(&self) -> bool {
        self.own.is_multiple_of(401)
    }

    pub(super) fn causes_nothing(&self) -> bool {
        self.own.is_multiple_of(3)
    }
}

impl Consumer {
    pub(super) fn new(taking: Taking) -> Self {
        Self {
            taking,
            positions: SourcePositions::new(),
            applied: Vec::new(),
            ids: BTreeSet::new(),
            effects: Vec::new(),
            parked: BTreeSet::new(),
            reached: SourcePositions::new(),
            unsaved: Vec::new(),
            skipped: 0,
            deaths: 0,
            delivered: 0,
            again: VecDeque::new(),
            woken: false,
            set_aside: None,
        }
    }
}
