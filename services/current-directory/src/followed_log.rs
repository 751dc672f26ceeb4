//! What was heard of the registry's log: its events from the first one on, without a gap.

use anyhow::{Context as _, ensure};
use onestop_directory::{RegistryChanges, Report};
use onestop_proto::{
    envelope::{Envelope, LogPosition, Source},
    query::LogPage,
    registry,
};

pub(crate) fn registry_log() -> Source {
    Source::main(registry::service())
}

/// The fold of the events heard, and the last of them.
#[derive(Debug, Clone, Default)]
pub(crate) struct FollowedLog {
    changes: RegistryChanges,
    last: Option<LastEvent>,
}

#[derive(Debug, Clone)]
struct LastEvent {
    at: LogPosition,
    hash: String,
}

impl FollowedLog {
    pub(crate) const fn changes(&self) -> &RegistryChanges {
        &self.changes
    }

    pub(crate) fn next(&self) -> u64 {
        self.last.as_ref().map_or(0, |last| last.at.position + 1)
    }

    /// The position of the last event heard.
    pub(crate) fn last(&self) -> Option<LogPosition> {
        self.last.as_ref().map(|last| last.at.clone())
    }

    /// Whether a page that was read from [`FollowedLog::next`] on is of the log that was heard so far. A log that was
    /// restored, or rolled back, is read anew from its beginning.
    pub(crate) fn continues_in(&self, page: &LogPage) -> bool {
        let Some(last) = &self.last else { return true };
        let follows = |event: &Envelope| event.prevhash == last.hash;
        page.epoch == last.at.epoch
            && page.head > last.at.position
            && page.events.first().is_none_or(follows)
    }

    /// Takes in the next event.
    ///
    /// # Errors
    /// If it does not follow the last one, or is of a type that this version does not know.
    pub(crate) fn take_in(&mut self, event: &Envelope) -> anyhow::Result<()> {
        let at = event
            .place()
            .context("an event of the registry has no place in its log")?;
        ensure!(
            at.source == registry_log() && at.position == self.next(),
            "{} {} is not the event of the registry that follows",
            at.source,
            at.position
        );
        if let Some(last) = &self.last {
            ensure!(
                last.at.epoch == at.epoch && last.hash == event.prevhash,
                "the registry's event at {} does not follow the one before it",
                at.position
            );
        }
        let parsed = event.raw().parse_if::<registry::Event>()?;
        let parsed = parsed.with_context(|| {
            let event_type = &event.event_type;
            format!("the registry's event {event_type} is newer than this program: upgrade it")
        })?;
        let report = Report {
            by: event.actor.clone(),
            on: event.time.china_date(),
        };
        self.changes.hear(&parsed, report);
        self.last = Some(LastEvent {
            at,
            hash: event.hash.clone(),
        });
        Ok(())
    }
}
