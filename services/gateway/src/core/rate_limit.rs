//! Rate limits: fixed windows in memory, bounded in size and lost on restart. Time is monotonic.

use std::{
    collections::HashMap,
    hash::Hash,
    time::{Duration, Instant},
};

use super::budgets::RetryAfter;

/// Counts events for each key in windows of fixed length.
pub(crate) struct FixedWindow<K> {
    limit: u32,
    length: Duration,
    /// Keys stored at once. When full, expired windows are evicted, then the oldest ones.
    capacity: usize,
    windows: HashMap<K, Window>,
}

#[derive(Clone, Copy)]
struct Window {
    began: Instant,
    count: u32,
}

impl Window {
    fn age(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.began)
    }
}

impl<K: Eq + Hash> FixedWindow<K> {
    pub(crate) fn new(limit: u32, length: Duration, capacity: usize) -> Self {
        Self {
            limit,
            length,
            capacity,
            windows: HashMap::new(),
        }
    }

    /// Whether one more event is within the limit.
    pub(crate) fn check(&self, key: &K, now: Instant) -> Result<(), RetryAfter> {
        let Some(window) = self.windows.get(key) else {
            return Ok(());
        };
        let passed = window.age(now);
        if window.count < self.limit || passed >= self.length {
            return Ok(());
        }
        Err(RetryAfter::of(self.length - passed))
    }

    /// Counts an event, whether or not it is within the limit.
    pub(crate) fn record(&mut self, key: K, now: Instant) {
        if self.windows.len() >= self.capacity && !self.windows.contains_key(&key) {
            self.evict(now);
        }
        let fresh = Window {
            began: now,
            count: 0,
        };
        let window = self.windows.entry(key).or_insert(fresh);
        if window.age(now) >= self.length {
            *window = fresh;
        }
        window.count = window.count.saturating_add(1);
    }

    /// Counts an event if it is within the limit.
    pub(crate) fn admit(&mut self, key: K, now: Instant) -> Result<(), RetryAfter> {
        self.check(&key, now)?;
        self.record(key, now);
        Ok(())
    }

    pub(crate) fn contains(&self, key: &K) -> bool {
        self.windows.contains_key(key)
    }

    pub(crate) fn remove(&mut self, key: &K) {
        self.windows.remove(key);
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.windows.len()
    }

    /// Evicts an eighth at once: finding the oldest window costs as much as finding many.
    fn evict(&mut self, now: Instant) {
        let length = self.length;
        self.windows.retain(|_, window| window.age(now) < length);
        if self.windows.len() < self.capacity {
            return;
        }
        let mut left = (self.capacity / 8).max(1);
        let mut began: Vec<Instant> = self.windows.values().map(|window| window.began).collect();
        let (_, last, _) = began.select_nth_unstable(left - 1);
        let last = *last;
        self.windows.retain(|_, window| {
            let evicted = window.began <= last && left > 0;
            left -= usize::from(evicted);
            !evicted
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn when_full_the_oldest_windows_are_evicted_and_the_others_stay_refused() {
        const CAPACITY: usize = 20_000;
        const SECOND: Duration = Duration::from_secs(1);
        let mut window = FixedWindow::new(1, 60 * SECOND, CAPACITY);
        let now = Instant::now();
        for key in 0..CAPACITY {
            let late = key >= CAPACITY / 2;
            let at = if late { now + 9 * SECOND } else { now };
            assert!(window.admit(key, at).is_ok());
        }
        let soon = now + 10 * SECOND;
        assert!(window.admit(CAPACITY, soon).is_ok());
        assert_eq!(window.len(), CAPACITY - CAPACITY / 8 + 1);
        let mut late = CAPACITY / 2..CAPACITY;
        assert!(late.all(|key| window.check(&key, soon).is_err()));
        // Expired windows go first.
        let later = now + 65 * SECOND;
        for key in 0..CAPACITY / 8 {
            window.record(2 * CAPACITY + key, later);
        }
        assert!(window.len() <= CAPACITY);
        let mut late = CAPACITY / 2..CAPACITY;
        assert!(late.all(|key| window.check(&key, later).is_err()));
    }
}
