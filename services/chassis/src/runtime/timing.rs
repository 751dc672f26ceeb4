//! Pauses between attempts, and periodic work.

use std::{sync::LazyLock, time::Duration};

use tokio::time::{Instant, Interval, MissedTickBehavior};

/// Exponential backoff: each pause is twice as long as the one before, up to a limit.
#[derive(Debug, Clone)]
pub struct Backoff {
    shortest: Duration,
    longest: Duration,
    next: Duration,
}

impl Backoff {
    /// Starts with a pause of `shortest`.
    pub const fn new(shortest: Duration, longest: Duration) -> Self {
        Self {
            shortest,
            longest,
            next: shortest,
        }
    }

    /// The pause before the next attempt; doubles the one after it.
    #[must_use]
    pub fn next_pause(&mut self) -> Duration {
        let pause = self.next;
        self.next = (pause * 2).min(self.longest);
        pause
    }

    /// Starts again with the shortest pause, after a success.
    pub fn reset(&mut self) {
        self.next = self.shortest;
    }
}

/// Shares the cost of a commit among what comes often: work that comes less often than `every` begins at once, work
/// that comes more often begins on the next multiple of `every`, and then takes all that has come until then.
///
/// The multiples are those of the whole process, so that tasks which wait begin together and share a commit of the log.
#[derive(Debug, Clone)]
pub struct Pace {
    every: Duration,
    begun: Option<Instant>,
}

/// What multiples are counted from.
static EPOCH: LazyLock<Instant> = LazyLock::new(Instant::now);

impl Pace {
    /// Nothing has begun yet.
    pub const fn new(every: Duration) -> Self {
        Self { every, begun: None }
    }

    /// Waits until the next work may begin. Cancelling it is harmless.
    pub async fn may_begin(&self) {
        if let Some(moment) = self.next_moment(Instant::now()) {
            tokio::time::sleep_until(moment).await;
        }
    }

    /// Work begins now.
    pub fn begin(&mut self) {
        LazyLock::force(&EPOCH);
        self.begun = Some(Instant::now());
    }

    /// The moment to wait for; `None` if nothing has begun for long enough.
    fn next_moment(&self, now: Instant) -> Option<Instant> {
        let begun = self.begun?;
        if now.saturating_duration_since(begun) >= self.every {
            return None;
        }
        let passed = begun.saturating_duration_since(*EPOCH).as_nanos();
        let every = self.every.as_nanos().max(1);
        let until_next = every - passed % every;
        Some(begun + Duration::from_nanos(u64::try_from(until_next).unwrap_or(0)))
    }
}

/// Ticks now and then every `period`. A late tick delays the following ones, so they never burst.
pub fn ticker(period: Duration) -> Interval {
    delayed(tokio::time::interval(period))
}

/// Ticks every `period`, the first time after one `period`.
pub fn ticker_after(period: Duration) -> Interval {
    delayed(tokio::time::interval_at(
        tokio::time::Instant::now() + period,
        period,
    ))
}

fn delayed(mut interval: Interval) -> Interval {
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_limit_and_start_again_after_a_success() {
        let millis = Duration::from_millis;
        let mut backoff = Backoff::new(millis(100), millis(250));
        let pauses = [(); 4].map(|()| backoff.next_pause());
        assert_eq!(pauses, [100, 200, 250, 250].map(millis));
        backoff.reset();
        assert_eq!(backoff.next_pause(), millis(100));
    }

    #[tokio::test(start_paused = true)]
    async fn work_that_comes_seldom_begins_at_once_and_work_that_comes_often_together() {
        let every = Duration::from_millis(10);
        let (mut one, mut other) = (Pace::new(every), Pace::new(every));
        let start = Instant::now();
        one.may_begin().await;
        assert_eq!(
            Instant::now(),
            start,
            "nothing has begun: it begins at once"
        );

        one.begin();
        one.may_begin().await;
        let start = Instant::now();
        one.begin();
        tokio::time::advance(Duration::from_millis(3)).await;
        other.begin();
        one.may_begin().await;
        let together = Instant::now();
        other.may_begin().await;
        assert_eq!(Instant::now(), together, "both wait for the same multiple");
        assert!(together > start && together - start <= every + Duration::from_millis(1));

        one.begin();
        tokio::time::advance(every).await;
        let later = Instant::now();
        one.may_begin().await;
        assert_eq!(Instant::now(), later, "long enough ago: it begins at once");
    }
}
