//! Up to which point a log is restored: a position, or a moment that the events themselves name.

use std::str::FromStr;

use onestop_eventlog::{Record, RestorePoint};
use onestop_proto::time::{InvalidTime, Timestamp};
use serde::Deserialize;

/// Up to where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    /// Keep so many events.
    Position(u64),
    /// Keep what was recorded then or before.
    Time(Timestamp),
}

impl FromStr for Cut {
    type Err = InvalidTime;

    fn from_str(text: &str) -> Result<Self, InvalidTime> {
        let position: Result<u64, _> = text.parse();
        position.map_or_else(
            |_| text.parse().map(Self::Time),
            |it| Ok(Self::Position(it)),
        )
    }
}

/// When an event was recorded: the journal says when it received it, every other service when it wrote it.
#[derive(Deserialize)]
struct Recorded {
    heard_at: Option<Timestamp>,
    recordedtime: Option<Timestamp>,
}

/// Whether a record was written at `time` or before. One that names no time goes with the one before it.
fn is_kept(record: &Record, time: Timestamp) -> bool {
    let recorded: Option<Recorded> = serde_json::from_slice(&record.payload).ok();
    let moment = recorded.and_then(|it| it.heard_at.or(it.recordedtime));
    moment.is_none_or(|moment| moment <= time)
}

/// Which records come before the moment of a cut.
pub(crate) fn keeps(cut: Option<Cut>) -> impl FnMut(&Record) -> bool {
    move |record| match cut {
        Some(Cut::Time(time)) => is_kept(record, time),
        Some(Cut::Position(_)) | None => true,
    }
}

/// A cut as the log knows it; `keeps` is that of the same cut.
pub(crate) fn restore_point(
    cut: Option<Cut>,
    keeps: &mut dyn FnMut(&Record) -> bool,
) -> RestorePoint<'_> {
    match cut {
        None => RestorePoint::End,
        Some(Cut::Position(position)) => RestorePoint::Position(position),
        Some(Cut::Time(_)) => RestorePoint::While(keeps),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_a_position_and_anything_else_a_moment() {
        assert_eq!("120".parse(), Ok(Cut::Position(120)));
        let time: Timestamp = "2026-11-23T15:20:00Z".parse().unwrap();
        assert_eq!("2026-11-23T23:20".parse(), Ok(Cut::Time(time)));
        assert!("yesterday".parse::<Cut>().is_err());
    }
}
