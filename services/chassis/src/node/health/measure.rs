//! Reads what is measured only when the metrics are fetched: sizes, ages, dates.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use onestop_proto::{replication::StandbyState, time::Timestamp};

use super::Observed;
use crate::store::{Room, StoreError};

/// Finds out when the oldest parked event was parked.
pub(in crate::node) type OldestParked =
    Arc<dyn Fn() -> Result<Option<Timestamp>, StoreError> + Send + Sync>;

/// Names the directory by which the service decides.
pub(in crate::node) type DirectoryVersion = Arc<dyn Fn() -> Option<String> + Send + Sync>;

impl Observed {
    /// Sets the metrics that no event sets.
    pub(super) fn measure(&self) {
        let metrics = &self.metrics;
        metrics.log_bytes.set(bytes(&self.folder));
        let head = self.log.borrow().count;
        // Also for a log without a relay.
        metrics.log_head.set(head);
        let is_full = self.disk.room() == Room::Reserve;
        metrics.disk_full.set(i64::from(is_full));
        metrics.lease_term.set(self.lease.term());
        metrics.lease_held.set(i64::from(self.lease.is_sure()));
        let (follows, behind) = match self.copies.standby_state(head) {
            Some(StandbyState::Following { behind }) => (1, behind),
            // Where none is to follow, no alert fires.
            None => (1, 0),
            Some(StandbyState::Absent {}) => (0, 0),
        };
        metrics.standby_follows.set(follows);
        metrics.standby_behind.set(behind);
        metrics.machine.measure_data(&self.data);
        if let Some(certificate) = &self.certificate {
            metrics.machine.measure_certificate("broker", certificate);
        }
        if let Some(version) = self.directory.as_ref().and_then(|version| version()) {
            metrics.machine.record_directory(&version);
        }
        self.measure_queues(head, behind);
    }

    /// Of a log of `head`, of which a standby that follows lacks the last `behind`.
    fn measure_queues(&self, head: u64, behind: u64) {
        let (machine, queues) = (&self.metrics.machine, &self.metrics.queues);
        machine.forget_queues();
        let now = Instant::now();
        for (name, age) in queues.sources(now) {
            machine.record_named_queue("source", &name, age);
        }
        if let Some(age) = queues.registry(now) {
            machine.record_queue("registry", age);
        }
        if let Some(next) = queues.relayed() {
            let waits = next < head;
            let since = waits.then(|| self.recorded_at(next)).flatten();
            machine.record_queue("relay", self.age(since));
        }
        let lacked = head.saturating_sub(behind);
        let since = (behind > 0).then(|| self.recorded_at(lacked)).flatten();
        machine.record_queue("standby", self.age(since));
        for (name, at) in self.store.read_models().all() {
            let waits = at.next < head;
            let since = waits.then(|| self.recorded_at(at.next)).flatten();
            machine.record_named_queue("read-model", name, at.waited(self.age(since), now));
        }
        if let Some(oldest_parked) = &self.oldest_parked {
            let is_parked = self.metrics.parked.get() > 0;
            // That a log cannot be read, `/readyz` says.
            let since = is_parked.then(|| oldest_parked().ok().flatten()).flatten();
            machine.record_queue("parked", self.age(since));
        }
    }

    /// When an event of the log was recorded.
    fn recorded_at(&self, position: u64) -> Option<Timestamp> {
        let events = self.store.envelopes(position, 1).ok()?;
        events.first().map(|event| event.recordedtime)
    }

    /// The time since a moment; zero where nothing waits, or the clock was set back.
    fn age(&self, since: Option<Timestamp>) -> Duration {
        let now = self.store.clock().now();
        let seconds = since.map_or(0.0, |since| now.seconds_since(since));
        Duration::try_from_secs_f64(seconds).unwrap_or_default()
    }
}

/// The bytes of a folder's files, recursively. Files deleted meanwhile do not count.
fn bytes(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.metadata() {
            Ok(about) if about.is_dir() => bytes(&entry.path()),
            Ok(about) => about.len(),
            Err(_) => 0,
        })
        .sum()
}
