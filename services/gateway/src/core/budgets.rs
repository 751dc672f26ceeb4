//! Budgets: for each key so many events at once, then one in each interval. In memory, bounded in size, lost on
//! restart. Time is monotonic: a wall clock that jumps neither keeps a limit nor lifts it.

use std::{
    collections::HashMap,
    hash::Hash,
    time::{Duration, Instant},
};

/// Seconds until the next event is within the budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RetryAfter(pub(crate) u64);

impl RetryAfter {
    /// Rounds up: a client that waits so long is not refused again.
    pub(crate) fn of(wait: Duration) -> Self {
        Self(wait.as_millis().div_ceil(1_000).max(1) as u64)
    }
}

/// See the module.
pub(crate) struct Budgets<K> {
    burst: u32,
    interval: Duration,
    /// Keys stored at once. When full, unused budgets are forgotten, then those that are least used.
    capacity: usize,
    /// When each budget is whole again.
    whole_at: HashMap<K, Instant>,
}

impl<K: Eq + Hash> Budgets<K> {
    pub(crate) fn new(burst: u32, interval: Duration, capacity: usize) -> Self {
        Self {
            burst,
            interval,
            capacity,
            whole_at: HashMap::new(),
        }
    }

    /// Whether one more event is within the budget.
    ///
    /// # Errors
    /// How long to wait, if it is not.
    pub(crate) fn check(&self, key: &K, now: Instant) -> Result<(), RetryAfter> {
        let Some(whole_at) = self.whole_at.get(key) else {
            return Ok(());
        };
        let used = whole_at.saturating_duration_since(now);
        let allowed = self.interval * (self.burst - 1);
        match used.checked_sub(allowed) {
            None | Some(Duration::ZERO) => Ok(()),
            Some(wait) => Err(RetryAfter::of(wait)),
        }
    }

    /// Counts an event, whether or not it is within the budget.
    pub(crate) fn spend(&mut self, key: K, now: Instant) {
        if self.whole_at.len() >= self.capacity && !self.whole_at.contains_key(&key) {
            self.forget(now);
        }
        let whole_at = self.whole_at.entry(key).or_insert(now);
        *whole_at = (*whole_at).max(now) + self.interval;
    }

    /// Takes back an event that was counted.
    pub(crate) fn release(&mut self, key: &K) {
        if let Some(whole_at) = self.whole_at.get_mut(key) {
            *whole_at = whole_at.checked_sub(self.interval).unwrap_or(*whole_at);
        }
    }

    /// Forgets an eighth at once: finding the least used costs as much as finding many.
    fn forget(&mut self, now: Instant) {
        self.whole_at.retain(|_, whole_at| *whole_at > now);
        if self.whole_at.len() < self.capacity {
            return;
        }
        let mut left = (self.capacity / 8).max(1);
        let mut times: Vec<Instant> = self.whole_at.values().copied().collect();
        let (_, last, _) = times.select_nth_unstable(left - 1);
        let last = *last;
        self.whole_at.retain(|_, whole_at| {
            let forgotten = *whole_at <= last && left > 0;
            left -= usize::from(forgotten);
            !forgotten
        });
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.whole_at.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn after_a_burst_one_event_is_allowed_in_each_interval() {
        let mut budgets = Budgets::new(5, MINUTE, 10);
        let began = Instant::now();
        for _ in 0..5 {
            budgets.check(&1, began).unwrap();
            budgets.spend(1, began);
        }
        assert_eq!(budgets.check(&1, began), Err(RetryAfter(60)));
        assert_eq!(budgets.check(&1, began + MINUTE / 2), Err(RetryAfter(30)));
        assert_eq!(budgets.check(&2, began), Ok(()));
        budgets.check(&1, began + MINUTE).unwrap();
        budgets.spend(1, began + MINUTE);
        assert!(budgets.check(&1, began + MINUTE).is_err());
        // Unused for long enough, it is whole.
        let later = began + 10 * MINUTE;
        for _ in 0..5 {
            budgets.check(&1, later).unwrap();
            budgets.spend(1, later);
        }
        assert!(budgets.check(&1, later).is_err());
    }

    #[test]
    fn what_is_given_back_can_be_spent_again() {
        let mut budgets = Budgets::new(2, MINUTE, 10);
        let now = Instant::now();
        for _ in 0..100 {
            budgets.check(&1, now).unwrap();
            budgets.spend(1, now);
            budgets.release(&1);
        }
        budgets.spend(1, now);
        budgets.spend(1, now);
        assert!(budgets.check(&1, now).is_err());
    }

    #[test]
    fn when_full_the_least_used_budgets_are_forgotten() {
        const CAPACITY: usize = 8_000;
        let mut budgets = Budgets::new(1, MINUTE, CAPACITY);
        let now = Instant::now();
        for key in 0..CAPACITY {
            budgets.spend(key, now);
        }
        // Used twice: the most guilty.
        for key in 0..CAPACITY / 2 {
            budgets.spend(key, now);
        }
        budgets.spend(CAPACITY, now);
        assert_eq!(budgets.len(), CAPACITY - CAPACITY / 8 + 1);
        let mut guilty = 0..CAPACITY / 2;
        assert!(guilty.all(|key| budgets.check(&key, now).is_err()));
    }
}
