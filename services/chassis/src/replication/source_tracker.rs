//! The state of each source: the position reached in it, and whether it replies.

use std::{collections::BTreeMap, sync::Arc};

use onestop_proto::{
    envelope::Source,
    replication::{Refusal, ReplicationState, SourceState, Sources},
    time::Timestamp,
};
use tokio::sync::watch;
use uuid::Uuid;

use super::arrival::Fork;
use crate::store::{Cursor, SourcePosition, SourcePositions, Store, followed};

/// The last reply of a source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contact {
    /// The durable length of its log; `None` before its first reply.
    pub head: Option<u64>,
    /// When it replied last; `None` before its first reply.
    pub answered_at: Option<Timestamp>,
    /// When it wrote the last event that was processed; `None` before the first.
    pub written_at: Option<Timestamp>,
    problem: Option<Problem>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Problem {
    Unreachable {
        since: Timestamp,
        problem: String,
    },
    Forked {
        since: Timestamp,
        epoch: Uuid,
        fork: Fork,
    },
    Refused {
        since: Timestamp,
        why: Refusal,
    },
}

/// The last reply of each source.
pub type Contacts = BTreeMap<Source, Contact>;

/// The state of each source, shared by all tasks of a service.
#[derive(Debug, Clone)]
pub struct SourceTracker {
    positions: Arc<watch::Sender<SourcePositions>>,
    contacts: Arc<watch::Sender<Contacts>>,
}

impl SourceTracker {
    /// Reads the positions from the cursors of a log.
    pub fn of(store: &Store) -> Self {
        let positions = Arc::new(watch::Sender::new(Cursor::read_all(store.log())));
        let contacts = Arc::default();
        Self {
            positions,
            contacts,
        }
    }

    /// The position reached in each source, to watch.
    pub fn watch_positions(&self) -> watch::Receiver<SourcePositions> {
        self.positions.subscribe()
    }

    /// Up to when this service knows what a source wrote: its last reply or, if later, the time of the last event
    /// processed. `None` before the first of either since this service started.
    pub fn known_at(&self, source: &Source) -> Option<Timestamp> {
        let contacts = self.contacts.borrow();
        let contact = contacts.get(source)?;
        contact.answered_at.max(contact.written_at)
    }

    pub(crate) fn positions(&self) -> watch::Ref<'_, SourcePositions> {
        self.positions.borrow()
    }

    /// Every instance of which an event was processed.
    pub(crate) fn known(&self) -> Vec<Source> {
        let positions = self.positions.borrow();
        positions.keys().map(|(source, _)| source.clone()).collect()
    }

    /// The followed history of a source and the position reached in it.
    pub(crate) fn followed(&self, source: &Source) -> Option<(Uuid, SourcePosition)> {
        followed(&self.positions(), source)
    }

    pub(crate) fn set_position(&self, source: &Source, epoch: Uuid, position: SourcePosition) {
        self.positions.send_modify(|positions| {
            positions.insert((source.clone(), epoch), position);
        });
    }

    /// Records when a source wrote the last event that was processed.
    pub(crate) fn record_written(&self, source: &Source, at: Timestamp) {
        self.contacts.send_modify(|contacts| {
            let contact = contacts.entry(source.clone()).or_default();
            contact.written_at = contact.written_at.max(Some(at));
        });
    }

    /// Records a reply of a source, whose log has `head` events.
    pub(crate) fn record_reply(&self, source: &Source, head: u64, now: Timestamp) {
        self.contacts.send_modify(|contacts| {
            let contact = Contact {
                head: Some(head),
                answered_at: Some(now),
                problem: None,
                written_at: contacts.get(source).and_then(|contact| contact.written_at),
            };
            contacts.insert(source.clone(), contact);
        });
    }

    /// Records that a source did not reply.
    pub(crate) fn record_unreachable(
        &self,
        source: &Source,
        problem: String,
        now: Timestamp,
    ) -> Change {
        self.record_problem(source, |before| match before {
            Some(Problem::Unreachable { since, .. }) => {
                let since = *since;
                (Change::Known, Problem::Unreachable { since, problem })
            }
            // A source that stops replying keeps its diverged history.
            Some(forked @ Problem::Forked { .. }) => (Change::Known, forked.clone()),
            Some(Problem::Refused { .. }) | None => {
                let since = now;
                (Change::New, Problem::Unreachable { since, problem })
            }
        })
    }

    /// Records that a source's history has diverged, and so sets the source aside.
    pub(crate) fn record_fork(
        &self,
        source: &Source,
        epoch: Uuid,
        fork: Fork,
        now: Timestamp,
    ) -> Change {
        self.record_problem(source, |before| {
            let (change, since) = match before {
                Some(Problem::Forked { since, .. }) => (Change::Known, *since),
                Some(Problem::Unreachable { .. } | Problem::Refused { .. }) | None => {
                    (Change::New, now)
                }
            };
            (change, Problem::Forked { since, epoch, fork })
        })
    }

    /// Records that a source is not enrolled, or says what is not its to say.
    pub(crate) fn record_refused(&self, source: &Source, why: Refusal, now: Timestamp) -> Change {
        self.record_problem(source, |before| {
            let (change, since) = match before {
                Some(Problem::Refused { since, why: known }) if *known == why => {
                    (Change::Known, *since)
                }
                Some(_) | None => (Change::New, now),
            };
            (change, Problem::Refused { since, why })
        })
    }

    fn record_problem(
        &self,
        source: &Source,
        change: impl FnOnce(Option<&Problem>) -> (Change, Problem),
    ) -> Change {
        let mut changed = Change::Known;
        self.contacts.send_modify(|contacts| {
            let contact = contacts.entry(source.clone()).or_default();
            let (is, problem) = change(contact.problem.as_ref());
            changed = is;
            contact.problem = Some(problem);
        });
        changed
    }

    /// The epoch with which a source was set aside, if it was.
    pub(crate) fn set_aside(&self, source: &Source) -> Option<Uuid> {
        match self.contacts.borrow().get(source)?.problem {
            Some(Problem::Forked { epoch, .. }) => Some(epoch),
            Some(Problem::Unreachable { .. } | Problem::Refused { .. }) | None => None,
        }
    }

    /// Every history of one source, or of all: the answer to `qry.<service>.sources`.
    pub(crate) fn sources_of(&self, of: Option<&Source>) -> Sources {
        let mut all = self.sources();
        if let Some(of) = of {
            all.sources.retain(|state| state.source == *of);
        }
        all
    }

    /// Every history of every source.
    pub(crate) fn sources(&self) -> Sources {
        let (positions, contacts) = (self.positions.borrow(), self.contacts.borrow());
        let mut sources: Vec<SourceState> = positions
            .iter()
            .map(|((source, epoch), position)| {
                let contact = contacts.get(source).cloned().unwrap_or_default();
                let mut state = state(source, *epoch, *position, contact);
                if followed(&positions, source).is_none_or(|(newest, _)| newest != *epoch) {
                    state.state = ReplicationState::Superseded {};
                }
                state
            })
            .collect();
        // A source without any processed event may be unreachable, or empty.
        for (source, contact) in contacts.iter() {
            if followed(&positions, source).is_none() {
                let beginning = SourcePosition::default();
                sources.push(state(source, Uuid::nil(), beginning, contact.clone()));
            }
        }
        Sources {
            sources,
            ..Sources::default()
        }
    }
}

/// Whether a recorded problem was known before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    New,
    Known,
}

fn state(source: &Source, epoch: Uuid, reached: SourcePosition, contact: Contact) -> SourceState {
    let state = match contact.problem {
        None => ReplicationState::Synced {},
        Some(Problem::Unreachable { since, problem }) => {
            ReplicationState::Unreachable { since, problem }
        }
        Some(Problem::Forked { since, epoch, fork }) => ReplicationState::Diverged {
            since,
            epoch,
            problem: fork.to_string(),
        },
        Some(Problem::Refused { since, why }) => ReplicationState::Refused { since, why },
    };
    SourceState {
        source: source.clone(),
        epoch,
        next: reached.next,
        mark: reached.hash_prefix.map(|prefix| prefix.to_string()),
        head: contact.head,
        answered_at: contact.answered_at,
        state,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_processed_event_says_up_to_when_a_source_is_known_before_its_first_reply() {
        let tracker = SourceTracker {
            positions: Arc::new(watch::Sender::new(SourcePositions::new())),
            contacts: Arc::default(),
        };
        let source: Source = "/onestop/referral/main".parse().unwrap();
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        assert_eq!(tracker.known_at(&source), None);
        tracker.record_written(&source, at("2026-03-04T08:00:00Z"));
        assert_eq!(tracker.known_at(&source), Some(at("2026-03-04T08:00:00Z")));
        tracker.record_reply(&source, 7, at("2026-03-04T09:00:00Z"));
        assert_eq!(tracker.known_at(&source), Some(at("2026-03-04T09:00:00Z")));
        // An older event that arrives late does not move it back.
        tracker.record_written(&source, at("2026-03-04T08:30:00Z"));
        assert_eq!(tracker.known_at(&source), Some(at("2026-03-04T09:00:00Z")));
        tracker.record_written(&source, at("2026-03-04T10:00:00Z"));
        assert_eq!(tracker.known_at(&source), Some(at("2026-03-04T10:00:00Z")));
    }
}
