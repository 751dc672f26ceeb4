//! What a service knows of its sources: how far each was heard, and whether it can be heard now.

use std::{collections::BTreeMap, sync::Arc};

use onestop_proto::{
    envelope::Source,
    replication::{ReplicationState, SourceState, Sources},
    time::Timestamp,
};
use tokio::sync::watch;
use uuid::Uuid;

use super::arrival::Fork;
use crate::store::{Cursor, SourcePosition, SourcePositions, Store, followed};

/// When a source answered last, and what it said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contact {
    /// The durable length of its log; nothing before it answered.
    pub head: Option<u64>,
    /// When it answered; nothing before it did.
    pub answered_at: Option<Timestamp>,
    trouble: Option<Trouble>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Trouble {
    Away {
        since: Timestamp,
        problem: String,
    },
    Forked {
        since: Timestamp,
        epoch: Uuid,
        fork: Fork,
    },
}

/// What is known of each source, by source.
pub type Contacts = BTreeMap<Source, Contact>;

/// Shared by everything in a service that listens.
#[derive(Debug, Clone)]
pub struct SourceTracker {
    progress: Arc<watch::Sender<SourcePositions>>,
    contacts: Arc<watch::Sender<Contacts>>,
}

impl SourceTracker {
    /// As the cursors of a log have it.
    #[must_use]
    pub fn of(store: &Store) -> Self {
        let progress = Arc::new(watch::Sender::new(Cursor::all(store.log())));
        let contacts = Arc::default();
        Self { progress, contacts }
    }

    /// How far each source was heard, to watch.
    #[must_use]
    pub fn watch_positions(&self) -> watch::Receiver<SourcePositions> {
        self.progress.subscribe()
    }

    /// What is known of each source, to watch.
    #[must_use]
    pub fn watch_contacts(&self) -> watch::Receiver<Contacts> {
        self.contacts.subscribe()
    }

    /// When a source last answered; nothing if it has not since this service started.
    #[must_use]
    pub fn answered_at(&self, source: &Source) -> Option<Timestamp> {
        self.contacts.borrow().get(source)?.answered_at
    }

    pub(crate) fn progress(&self) -> watch::Ref<'_, SourcePositions> {
        self.progress.borrow()
    }

    pub(crate) fn heard(&self, source: &Source, epoch: Uuid, upto: SourcePosition) {
        self.progress.send_modify(|progress| {
            progress.insert((source.clone(), epoch), upto);
        });
    }

    /// The source answered, and its log is this long.
    pub(crate) fn answered(&self, source: &Source, head: u64, now: Timestamp) {
        self.contacts.send_modify(|contacts| {
            let contact = contacts.entry(source.clone()).or_default();
            *contact = Contact {
                head: Some(head),
                answered_at: Some(now),
                trouble: None,
            };
        });
    }

    /// The source was asked and did not answer. Whether that is news.
    pub(crate) fn away(&self, source: &Source, problem: String, now: Timestamp) -> News {
        self.trouble(source, |before| match before {
            Some(Trouble::Away { since, .. }) => {
                let since = *since;
                (News::Known, Trouble::Away { since, problem })
            }
            // That it is away does not mend its history.
            Some(forked @ Trouble::Forked { .. }) => (News::Known, forked.clone()),
            None => {
                let since = now;
                (News::New, Trouble::Away { since, problem })
            }
        })
    }

    /// The source tells another history. Whether that is news.
    pub(crate) fn forked(&self, source: &Source, epoch: Uuid, fork: Fork, now: Timestamp) -> News {
        self.trouble(source, |before| match before {
            Some(Trouble::Forked { since, .. }) => {
                let since = *since;
                (News::Known, Trouble::Forked { since, epoch, fork })
            }
            Some(Trouble::Away { .. }) | None => (
                News::New,
                Trouble::Forked {
                    since: now,
                    epoch,
                    fork,
                },
            ),
        })
    }

    fn trouble(
        &self,
        source: &Source,
        change: impl FnOnce(Option<&Trouble>) -> (News, Trouble),
    ) -> News {
        let mut news = News::Known;
        self.contacts.send_modify(|contacts| {
            let contact = contacts.entry(source.clone()).or_default();
            let (told, trouble) = change(contact.trouble.as_ref());
            news = told;
            contact.trouble = Some(trouble);
        });
        news
    }

    /// The incarnation with which a source is set aside, if it is.
    pub(crate) fn set_aside(&self, source: &Source) -> Option<Uuid> {
        match self.contacts.borrow().get(source)?.trouble {
            Some(Trouble::Forked { epoch, .. }) => Some(epoch),
            Some(Trouble::Away { .. }) | None => None,
        }
    }

    /// Every history of every source, as `qry.<service>.sources` answers.
    pub(crate) fn sources(&self) -> Sources {
        let (progress, contacts) = (self.progress.borrow(), self.contacts.borrow());
        let mut sources: Vec<SourceState> = progress
            .iter()
            .map(|((source, epoch), upto)| {
                let contact = contacts.get(source).cloned().unwrap_or_default();
                let current = followed(&progress, source).is_some_and(|(it, _)| it == *epoch);
                state(source, *epoch, upto.next, (current, contact))
            })
            .collect();
        // One that never was heard may be away, or be empty.
        for (source, contact) in contacts.iter() {
            if followed(&progress, source).is_none() {
                sources.push(state(source, Uuid::nil(), 0, (true, contact.clone())));
            }
        }
        Sources { sources }
    }
}

/// Whether something was known before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum News {
    New,
    Known,
}

fn state(
    source: &Source,
    epoch: Uuid,
    next: u64,
    (current, contact): (bool, Contact),
) -> SourceState {
    let state = match contact.trouble {
        _ if !current => ReplicationState::Superseded {},
        None => ReplicationState::Synced {},
        Some(Trouble::Away { since, problem }) => ReplicationState::Unreachable { since, problem },
        Some(Trouble::Forked { since, epoch, fork }) => ReplicationState::Diverged {
            since,
            epoch,
            problem: fork.to_string(),
        },
    };
    SourceState {
        source: source.clone(),
        epoch,
        next,
        head: contact.head,
        answered_at: contact.answered_at,
        state,
    }
}
