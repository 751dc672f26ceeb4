//! Rate limits: fixed windows in memory, bounded in size and lost on restart.

use std::{
    collections::HashMap,
    hash::Hash,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

use onestop_proto::time::Timestamp;

/// Counts events for each key in windows of fixed length.
pub(crate) struct FixedWindow<K> {
    limit: u32,
    seconds: f64,
    /// Keys stored at once. When full, expired windows are evicted, then the oldest ones.
    capacity: usize,
    windows: HashMap<K, Window>,
}

#[derive(Clone, Copy)]
struct Window {
    began: Timestamp,
    count: u32,
}

/// Seconds until the window ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RetryAfter(pub(crate) u64);

impl<K: Eq + Hash> FixedWindow<K> {
    pub(crate) fn new(limit: u32, seconds: u32, capacity: usize) -> Self {
        Self {
            limit,
            seconds: f64::from(seconds),
            capacity,
            windows: HashMap::new(),
        }
    }

    /// Whether one more event is within the limit.
    pub(crate) fn check(&self, key: &K, now: Timestamp) -> Result<(), RetryAfter> {
        let Some(window) = self.windows.get(key) else {
            return Ok(());
        };
        let passed = now.seconds_since(window.began);
        if window.count < self.limit || passed >= self.seconds {
            return Ok(());
        }
        let left = (self.seconds - passed).ceil().clamp(1.0, self.seconds);
        Err(RetryAfter(left as u64))
    }

    /// Counts an event, whether or not it is within the limit.
    pub(crate) fn record(&mut self, key: K, now: Timestamp) {
        if self.windows.len() >= self.capacity && !self.windows.contains_key(&key) {
            self.evict(now);
        }
        let fresh = Window {
            began: now,
            count: 0,
        };
        let window = self.windows.entry(key).or_insert(fresh);
        if now.seconds_since(window.began) >= self.seconds {
            *window = fresh;
        }
        window.count = window.count.saturating_add(1);
    }

    /// Counts an event if it is within the limit.
    pub(crate) fn admit(&mut self, key: K, now: Timestamp) -> Result<(), RetryAfter> {
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
    fn evict(&mut self, now: Timestamp) {
        let seconds = self.seconds;
        self.windows
            .retain(|_, window| now.seconds_since(window.began) < seconds);
        if self.windows.len() < self.capacity {
            return;
        }
        let mut left = (self.capacity / 8).max(1);
        let mut began: Vec<Timestamp> = self.windows.values().map(|window| window.began).collect();
        let (_, last, _) = began.select_nth_unstable(left - 1);
        let last = *last;
        self.windows.retain(|_, window| {
            let evicted = window.began <= last && left > 0;
            left -= usize::from(evicted);
            !evicted
        });
    }
}

/// Limits failed attempts for each address: sign-in, changing a password, tracking a case. Successes are not
/// counted, because an office behind one address signs in together every morning.
pub(crate) struct FailureLimit(Mutex<FixedWindow<IpAddr>>);

impl Default for FailureLimit {
    fn default() -> Self {
        const FAILURES: u32 = 20;
        const SECONDS: u32 = 300;
        const ADDRESSES: usize = 10_000;
        Self(Mutex::new(FixedWindow::new(FAILURES, SECONDS, ADDRESSES)))
    }
}

impl FailureLimit {
    pub(crate) fn is_exceeded(&self, from: IpAddr, now: Timestamp) -> bool {
        self.window().check(&from, now).is_err()
    }

    pub(crate) fn record(&self, from: IpAddr, now: Timestamp) {
        self.window().record(from, now);
    }

    fn window(&self) -> std::sync::MutexGuard<'_, FixedWindow<IpAddr>> {
        // Counts stay right if a holder of the lock panicked.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nine() -> Timestamp {
        "2026-03-04 09:00:00".parse().unwrap()
    }

    #[test]
    fn an_address_with_too_many_failures_is_refused_until_its_window_ends() {
        let limit = FailureLimit::default();
        let from = IpAddr::from([10, 0, 0, 7]);
        let now = nine();
        for _ in 0..20 {
            assert!(!limit.is_exceeded(from, now));
            limit.record(from, now);
        }
        assert!(limit.is_exceeded(from, now));
        assert!(!limit.is_exceeded(IpAddr::from([10, 0, 0, 8]), now));
        assert!(!limit.is_exceeded(from, now.plus_seconds(300)));
    }

    #[test]
    fn when_full_the_oldest_windows_are_evicted_and_the_others_stay_refused() {
        const CAPACITY: usize = 20_000;
        let mut window = FixedWindow::new(1, 60, CAPACITY);
        let now = nine();
        for key in 0..CAPACITY {
            let late = key >= CAPACITY / 2;
            let at = if late { now.plus_seconds(9) } else { now };
            assert!(window.admit(key, at).is_ok());
        }
        let soon = now.plus_seconds(10);
        assert!(window.admit(CAPACITY, soon).is_ok());
        assert_eq!(window.len(), CAPACITY - CAPACITY / 8 + 1);
        let mut late = CAPACITY / 2..CAPACITY;
        assert!(late.all(|key| window.check(&key, soon).is_err()));
        // Expired windows go first.
        let later = now.plus_seconds(65);
        for key in 0..CAPACITY / 8 {
            window.record(2 * CAPACITY + key, later);
        }
        assert!(window.len() <= CAPACITY);
        let mut late = CAPACITY / 2..CAPACITY;
        assert!(late.all(|key| window.check(&key, later).is_err()));
    }
}
