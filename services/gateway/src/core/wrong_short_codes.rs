//! How often a member of staff may name a case by a short code that no case of theirs has: a code is heard on the telephone, and
//! a person cannot count through them.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use onestop_proto::ids::StaffId;

use super::budgets::{Budgets, RetryAfter};

/// Wrong codes at once.
const AT_ONCE: u32 = 20;
/// One more in each of these.
const INTERVAL: Duration = Duration::from_secs(60);
/// Members of staff who are remembered.
const STAFF: usize = 20_000;

/// The wrong short codes of each member of staff.
pub(crate) struct WrongShortCodes(Mutex<Budgets<StaffId>>);

impl Default for WrongShortCodes {
    fn default() -> Self {
        Self(Mutex::new(Budgets::new(AT_ONCE, INTERVAL, STAFF)))
    }
}

impl WrongShortCodes {
    /// Refuses a code after too many wrong ones.
    ///
    /// # Errors
    /// How long to wait.
    pub(crate) fn check(&self, staff: &StaffId) -> Result<(), RetryAfter> {
        self.lock().check(staff, Instant::now())
    }

    /// Counts a wrong code.
    pub(crate) fn count(&self, staff: &StaffId) {
        self.lock().spend(staff.clone(), Instant::now());
    }

    fn lock(&self) -> MutexGuard<'_, Budgets<StaffId>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_names_many_wrong_codes_waits_and_others_do_not() {
        let wrong = WrongShortCodes::default();
        let (one, other) = ("zhang-li".parse().unwrap(), "li-hua".parse().unwrap());
        for _ in 0..AT_ONCE {
            wrong.check(&one).unwrap();
            wrong.count(&one);
        }
        assert!(wrong.check(&one).is_err());
        wrong.check(&other).unwrap();
    }
}
