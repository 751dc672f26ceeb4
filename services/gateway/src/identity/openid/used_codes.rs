//! Authorization codes that were used. The provider refuses a second use as well (RFC 6749, 4.1.2); here it is
//! refused without relying on that.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use sha2::{Digest, Sha256};

use super::attempt::LIFETIME;
use crate::core::rate_limit::FixedWindow;

/// Codes stored at once; beyond that, the oldest are forgotten.
const CODES: usize = 10_000;

/// As long as a sign-in may take.
const STORED: Duration = Duration::from_secs(LIFETIME.unsigned_abs());

/// The SHA-256 of each code. Time is monotonic.
pub(super) struct UsedCodes(Mutex<FixedWindow<[u8; 32]>>);

impl Default for UsedCodes {
    fn default() -> Self {
        Self(Mutex::new(FixedWindow::new(1, STORED, CODES)))
    }
}

impl UsedCodes {
    /// Stores a code; returns false if it was stored before. Each use stores it anew.
    pub(super) fn insert(&self, code: &str, now: Instant) -> bool {
        let key: [u8; 32] = Sha256::digest(code.as_bytes()).into();
        // The codes stay right if a holder of the lock panicked.
        let mut codes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_new = codes.check(&key, now).is_ok();
        codes.remove(&key);
        codes.record(key, now);
        is_new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_accepted_once() {
        let used = UsedCodes::default();
        let now = Instant::now();
        assert!(used.insert("one", now));
        assert!(used.insert("other", now));
        assert!(!used.insert("one", now + Duration::from_secs(1)));
        assert!(!used.insert("one", now + STORED));
    }

    #[test]
    fn many_codes_take_bounded_memory() {
        let used = UsedCodes::default();
        let now = Instant::now();
        for number in 0..=CODES {
            assert!(used.insert(&number.to_string(), now));
            assert!(used.0.lock().unwrap().len() <= CODES);
        }
        assert!(used.insert("later", now + STORED));
        assert!(used.0.lock().unwrap().len() <= CODES);
    }
}
