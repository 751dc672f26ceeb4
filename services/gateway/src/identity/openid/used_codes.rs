//! Authorization codes that were used. The provider refuses a second use as well (RFC 6749, 4.1.2); here it is
//! refused without relying on that.

use std::sync::{Mutex, PoisonError};

use onestop_proto::time::Timestamp;
use sha2::{Digest, Sha256};

use super::attempt::LIFETIME;
use crate::core::rate_limit::FixedWindow;

/// Codes stored at once; beyond that, the oldest are forgotten.
const CODES: usize = 10_000;

/// The SHA-256 of each code, for as long as a sign-in may take.
pub(super) struct UsedCodes(Mutex<FixedWindow<[u8; 32]>>);

impl Default for UsedCodes {
    fn default() -> Self {
        Self(Mutex::new(FixedWindow::new(1, LIFETIME as u32, CODES)))
    }
}

impl UsedCodes {
    /// Stores a code; returns false if it was stored before. Each use stores it anew.
    pub(super) fn insert(&self, code: &str, now: Timestamp) -> bool {
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
        let now: Timestamp = "2026-03-04 09:00:00".parse().unwrap();
        assert!(used.insert("one", now));
        assert!(used.insert("other", now));
        assert!(!used.insert("one", now.plus_seconds(1)));
        assert!(!used.insert("one", now.plus_seconds(LIFETIME)));
    }

    #[test]
    fn many_codes_take_bounded_memory() {
        let used = UsedCodes::default();
        let now: Timestamp = "2026-03-04 09:00:00".parse().unwrap();
        for number in 0..=CODES {
            assert!(used.insert(&number.to_string(), now));
            assert!(used.0.lock().unwrap().len() <= CODES);
        }
        assert!(used.insert("later", now.plus_seconds(LIFETIME)));
        assert!(used.0.lock().unwrap().len() <= CODES);
    }
}
