//! How far a log is cosigned, and when it is time for more.

use onestop_eventlog::TreeHead;
use onestop_proto::{
    comparison::{NotCosigned, PendingCosignature, SourceCosigning},
    envelope::Source,
    time::Timestamp,
};
use tracing::error;
use uuid::Uuid;

use super::file::CosignedCheckpoint;

/// A log that grows is cosigned once in so many seconds.
const INTERVAL_SECONDS: f64 = 86_400.0;
/// And whenever it has so many further events.
const EVERY_EVENTS: u64 = 100_000;
/// After so many seconds at most a source is asked again that could not be asked: the sooner, the shorter that lasts.
const RETRY_SECONDS: i64 = 20;
/// After so many seconds one is asked again whose log contradicts what is known of it.
const RECHECK_SECONDS: i64 = 600;
/// A cosignature that is missing for so many seconds is overdue.
const OVERDUE_SECONDS: f64 = 2.0 * 86_400.0;

/// How far one log is cosigned.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) last: Option<CosignedCheckpoint>,
    pub(super) pending: Option<PendingCosignature>,
    /// It is not asked again before this moment.
    pub(super) retry_at: Option<Timestamp>,
}

/// What is known of a log now.
#[derive(Debug, Clone)]
pub(super) struct Present {
    pub(super) source: Source,
    pub(super) epoch: Uuid,
    pub(super) size: u64,
    pub(super) held: Option<TreeHead>,
}

impl State {
    /// Whether there is more to cosign, and it is time.
    pub(super) fn is_due(&self, log: &Present, now: Timestamp) -> bool {
        let is_since = |moment: Timestamp, seconds: f64| now.seconds_since(moment) >= seconds;
        let is_time = self.retry_at.is_none_or(|retry| retry <= now);
        let Some(last) = &self.last else {
            return is_time && log.size > 0;
        };
        let size = last.checkpoint.head().size;
        let is_another = Some(log.epoch) > last.checkpoint.epoch();
        let is_more = log.size > size
            && (is_since(last.at, INTERVAL_SECONDS) || log.size - size >= EVERY_EVENTS);
        is_time && (is_another || is_more)
    }

    /// Notes why there is no cosignature. A refusal is logged once.
    pub(super) fn put_off(&mut self, source: &Source, why: NotCosigned, now: Timestamp) {
        let before = self.pending.take();
        if why.is_refusal() && before.as_ref().is_none_or(|it| it.why != why) {
            error!(%source, ?why, "a checkpoint contradicts what is known of the log, and is not cosigned: see 'onestop doctor'");
        }
        let since = before.map_or(now, |before| before.since);
        let pause = if why.is_refusal() {
            RECHECK_SECONDS
        } else {
            let lasts = now.as_micros() - since.as_micros();
            (lasts / 1_000_000).clamp(1, RETRY_SECONDS)
        };
        self.retry_at = Some(now.plus_seconds(pause));
        self.pending = Some(PendingCosignature { since, why });
    }

    pub(super) fn is_overdue(&self, now: Timestamp) -> bool {
        let last = self.last.as_ref().map(|last| last.at);
        let pending = self.pending.as_ref();
        pending.is_some_and(|pending| is_old(last.unwrap_or(pending.since), now))
    }

    pub(super) fn view((source, state): (&Source, &State)) -> SourceCosigning {
        let last = state.last.as_ref();
        SourceCosigning {
            source: source.clone(),
            size: last.map_or(0, |last| last.checkpoint.head().size),
            cosigned_at: last.map(|last| last.at),
            pending: state.pending.clone(),
        }
    }
}

pub(super) fn is_old(since: Timestamp, now: Timestamp) -> bool {
    now.seconds_since(since) > OVERDUE_SECONDS
}
