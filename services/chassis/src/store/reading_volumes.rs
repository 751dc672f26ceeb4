//! How often each member of staff has read personal data, by the records of one service, in this hour and on this day.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Mutex, MutexGuard, PoisonError},
};

use onestop_eventlog::Direction;
use onestop_proto::{
    envelope::{Envelope, EventType},
    ids::StaffId,
    personal::{self, VolumeSpan},
    time::Timestamp,
};
use tracing::warn;
use uuid::Uuid;

use super::Store;

const HOUR: i64 = 3_600 * 1_000_000;
/// China is eight hours ahead.
const AHEAD: i64 = 8;
const HOURS_OF_A_DAY: i64 = 24;
/// So many are counted; those who have read nothing today go first.
const MOST: usize = 20_000;
/// So many records of the log are looked at to know, after a start, what was read before it.
const LOOKED_AT: u64 = 10_000;
const PAGE: u64 = 500;

/// How often one person usually reads; the supervisor hears of one more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsualReadings {
    /// In an hour.
    pub per_hour: u32,
    /// In a day.
    pub per_day: u32,
}

/// The counts. They are of this process; a start takes in what the end of the log says of today.
#[derive(Debug, Default)]
pub struct ReadingVolumes(Mutex<HashMap<StaffId, Counted>>);

#[derive(Debug, Clone, Copy, Default)]
struct Counted {
    hour: i64,
    in_hour: u32,
    in_day: u32,
}

impl Counted {
    fn add(&mut self, hour: i64) {
        if day(self.hour) != day(hour) {
            self.in_day = 0;
        }
        if self.hour != hour {
            (self.hour, self.in_hour) = (hour, 0);
        }
        self.in_hour = self.in_hour.saturating_add(1);
        self.in_day = self.in_day.saturating_add(1);
    }
}

impl ReadingVolumes {
    /// Counts what the end of a log says was read today, in streams whose names begin so.
    pub fn of(store: &Store, streams: &str) -> Self {
        let volumes = Self::default();
        if let Err(error) = volumes.take_in(store, streams) {
            let error = format!("{error:#}");
            warn!(error, "what was read before the start is not counted");
        }
        volumes
    }

    fn take_in(&self, store: &Store, streams: &str) -> anyhow::Result<()> {
        let today = day(hour_of(store.clock().now()));
        let mut acts = BTreeSet::new();
        let head = store.log().head().count;
        let first = head.saturating_sub(LOOKED_AT);
        let mut upto = head;
        while upto > first {
            let from = upto.saturating_sub(PAGE).max(first);
            let limit = usize::try_from(upto - from)?;
            let records = store.log().read_all(from, Direction::Forward, limit)?;
            let readings = records
                .iter()
                .filter(|record| record.stream.as_str().starts_with(streams));
            let mut is_earlier = false;
            for record in readings {
                let event = store.envelope(record)?;
                let hour = hour_of(event.recordedtime);
                is_earlier |= day(hour) < today;
                if day(hour) == today
                    && is_access(&event.event_type)
                    && let Some(act) = act_of(&event)?
                {
                    acts.insert((event.actor.staff, hour, act));
                }
            }
            if is_earlier {
                break;
            }
            upto = from;
        }
        let mut counted = self.lock();
        // Sorted by person and hour: a day ends with its last hour.
        for (staff, hour, _) in acts {
            counted.entry(staff).or_default().add(hour);
        }
        Ok(())
    }

    /// Counts one act of reading, and says which limits it is the first to pass.
    pub fn count(
        &self,
        staff: &StaffId,
        now: Timestamp,
        usual: UsualReadings,
    ) -> Vec<(VolumeSpan, u32)> {
        let hour = hour_of(now);
        let mut counted = self.lock();
        if counted.len() >= MOST && !counted.contains_key(staff) {
            counted.retain(|_, one| day(one.hour) == day(hour));
        }
        let one = counted.entry(staff.clone()).or_default();
        one.add(hour);
        let spans = [
            (VolumeSpan::Hour, one.in_hour, usual.per_hour),
            (VolumeSpan::Day, one.in_day, usual.per_day),
        ];
        let passed = spans
            .into_iter()
            .filter(|(_, count, limit)| limit.checked_add(1) == Some(*count));
        passed.map(|(span, _, limit)| (span, limit)).collect()
    }

    /// What was counted last was not read.
    pub fn release(&self, staff: &StaffId) {
        if let Some(one) = self.lock().get_mut(staff) {
            one.in_hour = one.in_hour.saturating_sub(1);
            one.in_day = one.in_day.saturating_sub(1);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<StaffId, Counted>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Which act of reading a record is of: one search may have several.
fn act_of(event: &Envelope) -> Result<Option<Uuid>, serde_json::Error> {
    Ok(match event.raw().parse_if::<personal::Event>()? {
        Some(personal::Event::PersonalDataAccessed(opened))
            if opened.way.is_some_and(|way| !way.may_look_for_persons()) =>
        {
            None
        }
        Some(personal::Event::PersonalDataAccessed(opened)) => {
            Some(opened.search.unwrap_or_else(|| event.id.uuid()))
        }
        Some(personal::Event::VolumeExceeded(_)) | None => None,
    })
}

fn is_access(event_type: &str) -> bool {
    let mut types = personal::Event::TYPES.iter();
    types.any(|known| known.name == event_type)
}

/// The hour in China, counted from 1970.
fn hour_of(at: Timestamp) -> i64 {
    at.as_micros().div_euclid(HOUR) + AHEAD
}

fn day(hour: i64) -> i64 {
    hour.div_euclid(HOURS_OF_A_DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    const USUAL: UsualReadings = UsualReadings {
        per_hour: 60,
        per_day: 200,
    };

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    /// Reads so often, and says what was passed.
    fn read(volumes: &ReadingVolumes, times: u32, at: Timestamp) -> Vec<VolumeSpan> {
        let staff = "zhang-li".parse().unwrap();
        let passed = (0..times).flat_map(|_| volumes.count(&staff, at, USUAL));
        passed.map(|(span, _)| span).collect()
    }

    #[test]
    fn one_more_than_the_limit_is_told_once_in_each_hour_and_each_day() {
        let (hour, day) = (USUAL.per_hour, USUAL.per_day);
        let volumes = ReadingVolumes::default();
        let ten = at("2026-03-04T10:20:00+08:00");
        assert_eq!(read(&volumes, hour, ten), []);
        assert_eq!(read(&volumes, 2, ten), [VolumeSpan::Hour]);
        // The next hour begins anew, the day goes on.
        let eleven = at("2026-03-04T11:00:00+08:00");
        let rest = day - hour - 2;
        let passed = read(&volumes, rest + 1, eleven);
        assert!(passed.ends_with(&[VolumeSpan::Day]), "{passed:?}");
        // Midnight in China.
        let tomorrow = at("2026-03-05T00:00:00+08:00");
        assert_eq!(read(&volumes, hour, tomorrow), []);
    }

    #[test]
    fn what_could_not_be_recorded_does_not_count_and_is_told_later() {
        let volumes = ReadingVolumes::default();
        let now = at("2026-03-04T10:20:00+08:00");
        read(&volumes, USUAL.per_hour, now);
        assert_eq!(read(&volumes, 1, now), [VolumeSpan::Hour]);
        volumes.release(&"zhang-li".parse().unwrap());
        assert_eq!(read(&volumes, 1, now), [VolumeSpan::Hour]);
    }
}
