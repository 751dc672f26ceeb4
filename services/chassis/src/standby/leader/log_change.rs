//! What a leader answers a position with: the next change of its log, then what goes with the change.

use std::ops::Range;

use anyhow::ensure;
use onestop_eventlog::{Change, Direction, EventLog, FollowError, FollowPosition};
use onestop_proto::envelope::RecordedEvent;
use tracing::warn;

use super::super::{message::Refused, sidecar::SidecarSource};
use crate::store::recorded;

/// Records that are read at a time.
const PAGE: usize = 512;

/// A change of the log with its sidecar.
#[derive(Debug)]
pub(super) struct LogChange {
    /// The change, then the sidecar.
    pub(super) bytes: Vec<u8>,
    /// Bytes of the sidecar.
    pub(super) sidecar: u64,
}

impl LogChange {
    /// What comes after a position; `None` if nothing is new.
    pub(super) fn after(
        log: &EventLog,
        position: &FollowPosition,
        source: Option<&dyn SidecarSource>,
    ) -> Result<Option<LogChange>, Refused> {
        let found = log.changes_since(position, 1);
        let changes = found.map_err(|error| refusal(&error))?;
        let Some(change) = changes.first() else {
            return Ok(None);
        };
        let mut bytes = change.as_bytes().to_vec();
        let Some(source) = source else {
            return Ok(Some(LogChange { bytes, sidecar: 0 }));
        };
        let end = change.count_after().map_err(|error| refusal(&error))?;
        let range = position.reached.head.count..end.unwrap_or(0);
        if range.end > log.head().count {
            // It is durable, and readers see it in a moment: the head's change ends the wait for it.
            return Ok(None);
        }
        let sidecar = source.of_events(&mut events(log, range));
        let sidecar = sidecar.map_err(|error| unreadable(&error))?;
        bytes.extend_from_slice(&sidecar);
        Ok(Some(LogChange {
            bytes,
            sidecar: sidecar.len() as u64,
        }))
    }
}

/// The events at these positions, read page by page.
fn events(
    log: &EventLog,
    range: Range<u64>,
) -> impl Iterator<Item = anyhow::Result<RecordedEvent>> {
    let Range { start, end } = range;
    let pages = (start..end).step_by(PAGE);
    pages.flat_map(move |from| match page(log, from, end) {
        Ok(events) => events.into_iter().map(Ok).collect::<Vec<_>>(),
        Err(error) => vec![Err(error)],
    })
}

fn page(log: &EventLog, from: u64, end: u64) -> anyhow::Result<Vec<RecordedEvent>> {
    let limit = usize::try_from(end - from).map_or(PAGE, |left| left.min(PAGE));
    let records = log.read_all(from, Direction::Forward, limit)?;
    ensure!(records.len() == limit, "events from {from} on are missing");
    let events = records
        .iter()
        .map(|record| recorded(record).map_err(anyhow::Error::from));
    events.collect()
}

/// What is answered where the log has no change for a standby.
fn refusal(error: &FollowError) -> Refused {
    let differs = matches!(
        error,
        FollowError::OtherLog { .. }
            | FollowError::Foreign { .. }
            | FollowError::Diverged { .. }
            | FollowError::LeaderBehind { .. }
    );
    if differs {
        return Refused::Differs(error.to_string());
    }
    warn!(%error, "the log cannot be read for the standby");
    Refused::Unsure
}

/// What is answered where the sidecar cannot be sent.
pub(super) fn unreadable(error: &anyhow::Error) -> Refused {
    let error = format!("{error:#}");
    warn!(
        error,
        "what goes with the log cannot be sent to the standby"
    );
    Refused::Unsure
}
