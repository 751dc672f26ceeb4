//! How often somebody may try. Counted for an address in memory: bounded, and forgotten with the process.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

use onestop_proto::time::Timestamp;

/// Tries in a window of time, for one address.
const TRIES: u32 = 20;
/// That window, in seconds.
const WINDOW: f64 = 300.0;
/// Addresses remembered at once; with more, the oldest window is forgotten.
const ADDRESSES: usize = 10_000;

/// The tries of late.
#[derive(Default)]
pub(crate) struct Limits {
    tries: Mutex<HashMap<IpAddr, (Timestamp, u32)>>,
}

impl Limits {
    /// Whether an address has failed too often of late. An office behind one address signs in together every
    /// morning: only what fails is counted.
    pub(crate) fn is_over(&self, from: IpAddr, now: Timestamp) -> bool {
        let tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        tries
            .get(&from)
            .is_some_and(|(since, count)| *count >= TRIES && now.seconds_since(*since) < WINDOW)
    }

    /// Counts a try that failed.
    pub(crate) fn count(&self, from: IpAddr, now: Timestamp) {
        // What is counted stays right if somebody panicked while counting.
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        if tries.len() >= ADDRESSES && !tries.contains_key(&from) {
            tries.retain(|_, (since, _)| now.seconds_since(*since) < WINDOW);
            if tries.len() >= ADDRESSES {
                let oldest = tries.iter().min_by_key(|(_, (since, _))| *since);
                let oldest = oldest.map(|(address, _)| *address);
                oldest.map(|address| tries.remove(&address));
            }
        }
        let (since, count) = tries.entry(from).or_insert((now, 0));
        if now.seconds_since(*since) >= WINDOW {
            (*since, *count) = (now, 0);
        }
        *count += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_too_often_is_refused_until_its_window_is_over() {
        let limits = Limits::default();
        let from = IpAddr::from([10, 0, 0, 7]);
        let now: Timestamp = "2026-03-04 09:00:00".parse().unwrap();
        for _ in 0..TRIES {
            assert!(!limits.is_over(from, now));
            limits.count(from, now);
        }
        assert!(limits.is_over(from, now));
        assert!(!limits.is_over(IpAddr::from([10, 0, 0, 8]), now));
        assert!(!limits.is_over(from, now.plus_seconds(WINDOW as i64)));
    }
}
