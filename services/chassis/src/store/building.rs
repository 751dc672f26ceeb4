//! How far the read models of a log are that are being built: at a first start, after an upgrade that writes them in
//! another form, or because a file was spoilt. A service is not ready before they are whole, and refuses what rests on
//! them with how long it may take.

use std::{
    collections::BTreeMap,
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use onestop_proto::{
    envelope::Source,
    rejection::{CommonRejection, Explain},
};
use tokio::sync::watch;

use crate::failure::Failure;

/// Seconds until the next try, while the speed of the build is unknown.
const FIRST_GUESS: u64 = 2;
/// The longest time until the next try, in seconds.
const LONGEST: u64 = 600;

/// What waits until a read model is whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Every command and question of the service, and what follows from events of others.
    Everything,
    /// Some questions, which say so themselves.
    SomeQuestions,
}

/// How far a read model is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Progress {
    need: Need,
    since: Instant,
    /// The position at which it began.
    from: u64,
    next: u64,
    of: u64,
}

impl Progress {
    /// The part of the log that is built, in percent; at most 99 while building.
    pub(crate) fn percent(&self) -> u64 {
        (self.next.saturating_mul(100) / self.of.max(1)).min(99)
    }

    /// So many seconds more, at the speed so far.
    fn seconds_left(&self, now: Instant) -> u64 {
        let done = u128::from(self.next.saturating_sub(self.from));
        let left = u128::from(self.of.saturating_sub(self.next));
        let taken = now.saturating_duration_since(self.since).as_millis();
        let Some(millis) = (taken * left).checked_div(done) else {
            return FIRST_GUESS;
        };
        let seconds = u64::try_from(millis / 1_000).unwrap_or(LONGEST);
        (seconds + 1).min(LONGEST)
    }
}

/// The read models of one log that are not whole, by the name of their file.
#[derive(Clone, Default)]
pub(crate) struct Building(Arc<watch::Sender<BTreeMap<&'static str, Progress>>>);

impl Building {
    /// A read model is not whole, and its building begins at a position.
    pub(crate) fn begin(&self, file: &'static str, need: Need, (from, of): (u64, u64)) {
        let progress = Progress {
            need,
            since: Instant::now(),
            from,
            next: from,
            of,
        };
        self.0.send_modify(|models| {
            models.insert(file, progress);
        });
    }

    /// It includes the log up to a position.
    pub(crate) fn advance(&self, file: &'static str, next: u64, of: u64) -> Option<Progress> {
        let mut now = None;
        self.0.send_modify(|models| {
            now = models.get_mut(file).map(|progress| {
                (progress.next, progress.of) = (next, of);
                *progress
            });
        });
        now
    }

    pub(crate) fn end(&self, file: &'static str) {
        self.0.send_modify(|models| {
            models.remove(file);
        });
    }

    /// Waits for read models that are whole in a moment, as after an ordinary start.
    ///
    /// # Errors
    /// As [`Building::check`].
    pub(crate) async fn pass(&self, own: &Source) -> Result<(), Failure> {
        let longest = self.longest(Instant::now());
        if longest.is_some_and(|(_, seconds)| seconds <= FIRST_GUESS) {
            let _ = tokio::time::timeout(Duration::from_secs(FIRST_GUESS), self.done()).await;
        }
        self.check(own)
    }

    /// How far that one is of those that everything rests on that takes longest, and so many seconds more.
    fn longest(&self, now: Instant) -> Option<(Progress, u64)> {
        let models = self.0.borrow();
        let needed = models.values().filter(|it| it.need == Need::Everything);
        let timed = needed.map(|progress| (*progress, progress.seconds_left(now)));
        timed.max_by_key(|(_, seconds)| *seconds)
    }

    /// Refuses what rests on read models that are not whole.
    ///
    /// # Errors
    /// [`CommonRejection::NotReady`], with how far the last of them is.
    fn check(&self, own: &Source) -> Result<(), Failure> {
        let longest = self.longest(Instant::now());
        longest.map_or(Ok(()), |(progress, seconds)| {
            let refused = CommonRejection::NotReady {
                who: own.service.to_string(),
                percent: progress.percent(),
                seconds,
            };
            Err(refused.rejected().into())
        })
    }

    /// Waits until those are whole that everything rests on.
    pub(crate) async fn done(&self) {
        let mut models = self.0.subscribe();
        let is_done = |models: &BTreeMap<&str, Progress>| {
            models.values().all(|it| it.need != Need::Everything)
        };
        // The sender lives as long as this call.
        let _ = models.wait_for(is_done).await;
    }

    /// A line on each that is not whole.
    pub(crate) fn lines(&self) -> Vec<String> {
        let models = self.0.borrow();
        let line = |(file, progress): (&&str, &Progress)| {
            let (next, of, percent) = (progress.next, progress.of, progress.percent());
            format!("building: {next} of {of} events ({percent} %) are in {file}")
        };
        models.iter().map(line).collect()
    }
}

impl fmt::Debug for Building {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Building").field(&*self.0.borrow()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn progress(next: u64) -> Progress {
        Progress {
            need: Need::Everything,
            since: Instant::now(),
            from: 1_000,
            next,
            of: 11_000,
        }
    }

    #[test]
    fn the_time_left_follows_the_speed_of_what_was_built_since_the_start() {
        let begun = progress(1_000);
        assert_eq!((begun.percent(), begun.seconds_left(begun.since)), (9, 2));
        let half = progress(6_000);
        let later = half.since + Duration::from_secs(20);
        assert_eq!((half.percent(), half.seconds_left(later)), (54, 21));
        let years = half.since + Duration::from_secs(1 << 40);
        assert_eq!(half.seconds_left(years), LONGEST);
        assert_eq!(progress(11_000).percent(), 99);
    }

    #[tokio::test]
    async fn what_some_questions_wait_for_keeps_nothing_else() {
        let building = Building::default();
        let own: Source = "/onestop/intake/main".parse().unwrap();
        building.begin("persons.sqlite", Need::SomeQuestions, (0, 10));
        building.done().await;
        building.check(&own).unwrap();
        assert_eq!(
            building.lines(),
            ["building: 0 of 10 events (0 %) are in persons.sqlite"]
        );
        building.begin("register.sqlite", Need::Everything, (0, 10));
        building.advance("register.sqlite", 4, 10);
        let Err(Failure::Rejected(refused)) = building.check(&own) else {
            panic!("it is not refused");
        };
        assert_eq!(refused.code, "not-ready");
        assert_eq!(refused.details["percent"], 40);
        building.end("register.sqlite");
        building.check(&own).unwrap();
    }
}
