//! Pauses between attempts, and periodic work.

use std::time::Duration;

use tokio::time::{Interval, MissedTickBehavior};

/// Exponential backoff: each pause is twice as long as the one before, up to a limit.
#[derive(Debug, Clone)]
pub struct Backoff {
    shortest: Duration,
    longest: Duration,
    next: Duration,
}

impl Backoff {
    /// Starts with a pause of `shortest`.
    #[must_use]
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

/// Ticks now and then every `period`. A late tick delays the following ones, so they never burst.
#[must_use]
pub fn ticker(period: Duration) -> Interval {
    delayed(tokio::time::interval(period))
}

/// Ticks every `period`, the first time after one `period`.
#[must_use]
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
}
