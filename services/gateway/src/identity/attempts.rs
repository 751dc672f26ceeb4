//! How often a secret may be guessed: passwords at sign-in, query codes. An attempt is counted before it is judged, so
//! that a burst does not pass; a right one uses up no budget. Nothing is ever locked: who guesses at one
//! account from one address is slowed down, and the account's owner in a known browser has a budget of their own.

use std::{
    hash::Hash,
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use onestop_chassis::settings::subscriber;
use onestop_proto::ids::StaffId;

use super::devices::Device;
use crate::core::{
    budgets::{Budgets, RetryAfter},
    rate_limit::FixedWindow,
};

/// Keys that each budget remembers.
const KEYS: usize = 20_000;
/// Guesses at one thing from one address: five, then one a minute.
const AT_ONE: (u32, Duration) = (5, Duration::from_secs(60));
/// Guesses of one known browser at its own account.
const OF_DEVICE: (u32, Duration) = (10, Duration::from_secs(30));
/// Guesses of one address at whatever: an office may share it.
const OF_ADDRESS: (u32, Duration) = (120, Duration::from_secs(2));

/// Budgets of guesses at things such as accounts or case numbers.
pub(crate) struct Attempts<T>(Mutex<State<T>>);

struct State<T> {
    at_one: Budgets<(T, IpAddr)>,
    devices: Budgets<(T, Device)>,
    addresses: Budgets<IpAddr>,
}

/// Who guesses at what.
#[derive(Debug, Clone)]
pub(crate) struct Attempt<T> {
    /// Nothing where what was typed names nothing.
    pub(crate) at: Option<T>,
    pub(crate) from: IpAddr,
    /// The browser, if it is known for this account.
    pub(crate) device: Option<Device>,
}

/// Passwords of accounts.
pub(crate) type SignIns = Attempts<StaffId>;

impl<T: Eq + Hash + Clone> Default for Attempts<T> {
    fn default() -> Self {
        Self(Mutex::new(State {
            at_one: Budgets::new(AT_ONE.0, AT_ONE.1, KEYS),
            devices: Budgets::new(OF_DEVICE.0, OF_DEVICE.1, KEYS),
            addresses: Budgets::new(OF_ADDRESS.0, OF_ADDRESS.1, KEYS),
        }))
    }
}

impl<T: Eq + Hash + Clone> Attempts<T> {
    /// Counts an attempt, before it is judged.
    ///
    /// # Errors
    /// How long to wait, if it is beyond a budget; then it is neither judged nor counted.
    pub(crate) fn count(&self, attempt: &Attempt<T>, now: Instant) -> Result<(), RetryAfter> {
        let mut state = self.state();
        if let (Some(at), Some(device)) = (&attempt.at, &attempt.device) {
            let key = (at.clone(), device.clone());
            state.devices.check(&key, now)?;
            state.devices.spend(key, now);
            return Ok(());
        }
        let from = subscriber(attempt.from);
        let at_one = attempt.at.clone().map(|at| (at, from));
        if let Some(key) = &at_one {
            state.at_one.check(key, now)?;
        }
        state.addresses.check(&from, now)?;
        state.addresses.spend(from, now);
        if let Some(key) = at_one {
            state.at_one.spend(key, now);
        }
        Ok(())
    }

    /// Takes back an attempt that was right, or was not judged.
    pub(crate) fn release(&self, attempt: &Attempt<T>) {
        let mut state = self.state();
        if let (Some(at), Some(device)) = (&attempt.at, &attempt.device) {
            return state.devices.release(&(at.clone(), device.clone()));
        }
        let from = subscriber(attempt.from);
        state.addresses.release(&from);
        if let Some(at) = attempt.at.clone() {
            state.at_one.release(&(at, from));
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State<T>> {
        // Counts stay right if a holder of the lock panicked.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where attempts come from that name no account: a browser in which an account has signed in before, or an address.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Source {
    Device(Device),
    Network(IpAddr),
}

impl Source {
    pub(crate) fn of(device: Option<Device>, from: IpAddr) -> Self {
        device.map_or_else(|| Self::Network(subscriber(from)), Self::Device)
    }
}

/// Limits failed attempts that name no account. Successes are not counted, because an office behind one address signs
/// in together every morning.
pub(crate) struct FailureLimit(Mutex<FixedWindow<Source>>);

impl Default for FailureLimit {
    fn default() -> Self {
        const FAILURES: u32 = 20;
        const WINDOW: Duration = Duration::from_secs(300);
        Self(Mutex::new(FixedWindow::new(FAILURES, WINDOW, KEYS)))
    }
}

impl FailureLimit {
    /// Whether one more attempt is allowed.
    ///
    /// # Errors
    /// How long to wait, if it is not.
    pub(crate) fn check(&self, source: &Source, now: Instant) -> Result<(), RetryAfter> {
        self.window().check(source, now)
    }

    pub(crate) fn record(&self, source: Source, now: Instant) {
        self.window().record(source, now);
    }

    fn window(&self) -> std::sync::MutexGuard<'_, FixedWindow<Source>> {
        // Counts stay right if a holder of the lock panicked.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempt(at: &'static str, last: u8) -> Attempt<&'static str> {
        Attempt {
            at: Some(at),
            from: IpAddr::from([10, 0, 0, last]),
            device: None,
        }
    }

    #[test]
    fn an_address_with_too_many_failures_is_refused_until_its_window_ends() {
        let limit = FailureLimit::default();
        let from = |last| Source::of(None, IpAddr::from([10, 0, 0, last]));
        let now = Instant::now();
        for _ in 0..20 {
            assert!(limit.check(&from(7), now).is_ok());
            limit.record(from(7), now);
        }
        assert_eq!(limit.check(&from(7), now), Err(RetryAfter(300)));
        assert!(limit.check(&from(8), now).is_ok());
        let known = Source::of(Some(Device::of_test("nonce")), IpAddr::from([10, 0, 0, 7]));
        assert!(limit.check(&known, now).is_ok());
        let later = now + Duration::from_secs(300);
        assert!(limit.check(&from(7), later).is_ok());
    }

    #[test]
    fn a_burst_of_guesses_passes_five_and_no_more() {
        let attempts = Attempts::default();
        let now = Instant::now();
        let guess = attempt("zhang-li", 7);
        let passed = (0..100).filter(|_| attempts.count(&guess, now).is_ok());
        assert_eq!(passed.count(), 5);
        assert_eq!(attempts.count(&guess, now), Err(RetryAfter(60)));
        let later = now + Duration::from_secs(60);
        assert!(attempts.count(&guess, later).is_ok() && attempts.count(&guess, later).is_err());
    }

    #[test]
    fn a_stranger_locks_nobody_out() {
        let attempts = Attempts::default();
        let now = Instant::now();
        while attempts.count(&attempt("zhang-li", 7), now).is_ok() {}
        // From another address; and at the stranger's own address in a known browser.
        assert!(attempts.count(&attempt("zhang-li", 8), now).is_ok());
        let known = Attempt {
            device: Some(Device::of_test("nonce")),
            ..attempt("zhang-li", 7)
        };
        assert!(attempts.count(&known, now).is_ok());
        // A colleague at the same address, until the address itself has guessed too often.
        assert!(attempts.count(&attempt("li-mei", 7), now).is_ok());
    }

    #[test]
    fn one_address_that_tries_many_accounts_is_slowed_down() {
        let attempts = Attempts::default();
        let now = Instant::now();
        let spray = |account: u32| Attempt {
            at: Some(account),
            from: IpAddr::from([10, 0, 0, 7]),
            device: None,
        };
        let passed = (0..500).filter(|account| attempts.count(&spray(*account), now).is_ok());
        assert_eq!(passed.count(), OF_ADDRESS.0 as usize);
    }

    #[test]
    fn a_right_attempt_is_not_held_against_anybody() {
        let attempts = Attempts::default();
        let now = Instant::now();
        for _ in 0..1_000 {
            attempts.count(&attempt("zhang-li", 7), now).unwrap();
            attempts.release(&attempt("zhang-li", 7));
        }
    }
}
