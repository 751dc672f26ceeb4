//! The record of what is read: it is durable before anything is answered, or nothing is.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use onestop_proto::envelope::LogPosition;

use super::{Batch, Store, batched_stream::is_conflict, error::StoreError, execute::ATTEMPTS};
use crate::failure::Failure;

impl Store {
    /// Appends what `fill` adds to a batch, all with one commit and whatever streams it is in, before the caller answers.
    /// It is decided again if a stream that was read has changed meanwhile. It has a part of the disk's reserve: a full
    /// disk takes no command, and still this.
    ///
    /// # Errors
    /// What `fill` refuses; a failure of the log. Then nothing is recorded, and nothing may be shown.
    pub async fn record_readings(
        &self,
        fill: impl Fn(&mut Batch) -> Result<(), Failure> + Send,
    ) -> Result<LogPosition, Failure> {
        self.gate().pass_record(self.source()).await?;
        for _ in 0..ATTEMPTS {
            let mut batch = Batch::new(self);
            fill(&mut batch)?;
            match batch.append_guarded().await {
                Ok(position) => return Ok(self.place(position)),
                Err(error) if is_conflict(&error) => {}
                Err(error) => return Err(StoreError::Append(error).into()),
            }
        }
        let conflicts = StoreError::TooManyConflicts {
            stream: "readings".to_owned(),
            attempts: ATTEMPTS,
        };
        Err(conflicts.into())
    }
}

/// How long a record covers what the same person reads of the same thing.
const COVERS: Duration = Duration::from_secs(600);
/// So many are remembered; beyond them more is recorded than needed.
const MOST: usize = 4_096;

/// What was recorded lately: who fetches a file piece by piece, or looks at the parts of one replay, is recorded once.
/// Forgotten with the process: then it is recorded again.
#[derive(Debug)]
pub struct RecentReadings<K>(Mutex<HashMap<K, Instant>>);

impl<K> Default for RecentReadings<K> {
    fn default() -> Self {
        Self(Mutex::new(HashMap::new()))
    }
}

impl<K: Eq + Hash> RecentReadings<K> {
    /// Whether a record of the last ten minutes covers it.
    pub fn covers(&self, key: &K) -> bool {
        let recorded = self.lock();
        recorded.get(key).is_some_and(|at| at.elapsed() < COVERS)
    }

    /// Notes that it was recorded just now.
    pub fn note(&self, key: K) {
        let mut recorded = self.lock();
        if recorded.len() >= MOST {
            recorded.retain(|_, at| at.elapsed() < COVERS);
            if recorded.len() >= MOST {
                recorded.clear();
            }
        }
        recorded.insert(key, Instant::now());
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<K, Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_is_bounded_and_only_what_was_recorded_is_covered() {
        let recent = RecentReadings::default();
        for key in 0..MOST {
            recent.note(key);
        }
        assert!(recent.covers(&0));
        assert!(!recent.covers(&MOST));
        recent.note(MOST);
        assert!(recent.covers(&MOST));
        assert!(recent.lock().len() <= MOST);
    }
}
