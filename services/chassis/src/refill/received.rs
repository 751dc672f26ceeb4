//! How far a subscriber has taken in a log.

use std::collections::BTreeMap;

use onestop_proto::{
    envelope::Source,
    replication::{ReplicationState, Sources},
};
use uuid::Uuid;

use crate::store::{Cursor, HashPrefix};

/// The last event of a log that a subscriber has taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// The subscriber.
    pub by: Source,
    /// The incarnation of the log that it follows.
    pub epoch: Uuid,
    /// The position behind the event; 0 if it has taken in none.
    pub next: u64,
    /// The hash prefix of the event; `None` if the subscriber does not say.
    pub mark: Option<HashPrefix>,
    /// The newest incarnation of which it knows.
    pub newest: Uuid,
}

impl Received {
    /// What the cursors of a subscriber's own log say of the log of `own`; `None` if they say nothing.
    pub fn of_cursors(by: &Source, own: &Source, cursors: &BTreeMap<String, u64>) -> Option<Self> {
        let positions = Cursor::positions(cursors).into_iter();
        let about = positions.filter(|((source, _), _)| source == own);
        let points = about.map(|((_, epoch), reached)| (epoch, reached.next, reached.hash_prefix));
        Self::followed(by, points.collect())
    }

    /// What a subscriber's answer says of the log of `own`; `None` if it says nothing.
    pub fn of_answer(by: &Source, own: &Source, answer: &Sources) -> Option<Self> {
        let about = answer.sources.iter().filter(|state| state.source == *own);
        let point = |mark: &Option<String>| mark.as_deref().and_then(HashPrefix::parse);
        let points = about
            .clone()
            .map(|state| (state.epoch, state.next, point(&state.mark)));
        let mut heard = Self::followed(by, points.collect())?;
        for state in about {
            if let ReplicationState::Diverged { epoch, .. } = state.state {
                heard.newest = heard.newest.max(epoch);
            }
        }
        Some(heard)
    }

    /// The newest incarnation is followed; one of which nothing was taken in yet says nothing.
    fn followed(by: &Source, points: Vec<(Uuid, u64, Option<HashPrefix>)>) -> Option<Self> {
        let newest = points.iter().map(|(epoch, _, _)| *epoch).max()?;
        let taken_in = points.into_iter().filter(|(_, next, _)| *next > 0);
        let followed = taken_in.max_by_key(|(epoch, _, _)| *epoch);
        let (epoch, next, mark) = followed.unwrap_or((newest, 0, None));
        Some(Self {
            by: by.clone(),
            epoch,
            next,
            mark,
            newest,
        })
    }

    /// The position of the event; `None` if none was taken in.
    pub(super) fn last(&self) -> Option<u64> {
        self.next.checked_sub(1)
    }
}
