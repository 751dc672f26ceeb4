//! The API's rate limit. A client is a token or session that has authenticated before; any other request
//! counts for its address. A client that makes up a new token for each request is therefore limited by its
//! address and evicts no other, and an authenticated client is not slowed down by others at its address.

use std::{
    hash::{BuildHasher, RandomState},
    net::IpAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use onestop_chassis::settings::subscriber;
use onestop_proto::http::ApiRejection;

use crate::core::{budgets::RetryAfter, rate_limit::FixedWindow};

const MINUTE: Duration = Duration::from_secs(60);
/// Of an address' limit, the part that may fail to authenticate: one in ten.
const UNAUTHENTICATED: u32 = 10;
/// Clients stored at once, of each kind.
const CLIENTS: usize = 20_000;

pub(crate) struct ApiRateLimit {
    /// Credentials are stored as keyed hashes only.
    hasher: RandomState,
    windows: Mutex<Windows>,
}

struct Windows {
    /// By credential that has authenticated.
    clients: FixedWindow<u64>,
    /// By address, for all other requests.
    addresses: FixedWindow<IpAddr>,
    /// Requests that failed to authenticate.
    unauthenticated: FixedWindow<IpAddr>,
}

/// A request extension: set when the request has authenticated.
#[derive(Debug, Clone, Default)]
pub(super) struct Authenticated(Arc<AtomicBool>);

impl Authenticated {
    pub(super) fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub(super) fn get(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl From<RetryAfter> for ApiRejection {
    fn from(RetryAfter(seconds): RetryAfter) -> Self {
        Self::TooOften { seconds }
    }
}

impl ApiRateLimit {
    pub(crate) fn new(per_minute: u32) -> Self {
        let failures = (per_minute / UNAUTHENTICATED).max(1);
        Self {
            hasher: RandomState::new(),
            windows: Mutex::new(Windows {
                clients: FixedWindow::new(per_minute, MINUTE, CLIENTS),
                addresses: FixedWindow::new(per_minute, MINUTE, CLIENTS),
                unauthenticated: FixedWindow::new(failures, MINUTE, CLIENTS),
            }),
        }
    }

    /// Counts a request if it is within the limit.
    pub(super) fn admit(
        &self,
        credential: Option<&str>,
        from: IpAddr,
        now: Instant,
    ) -> Result<(), ApiRejection> {
        let client = credential.map(|text| self.hasher.hash_one(text));
        self.with(|windows| {
            if let Some(client) = client.filter(|client| windows.clients.contains(client)) {
                return Ok(windows.clients.admit(client, now)?);
            }
            let from = subscriber(from);
            windows.unauthenticated.check(&from, now)?;
            Ok(windows.addresses.admit(from, now)?)
        })
    }

    /// Whether requests with this credential are counted separately.
    pub(super) fn is_known(&self, credential: &str) -> bool {
        let client = self.hasher.hash_one(credential);
        self.with(|windows| windows.clients.contains(&client))
    }

    /// Counts requests with this credential separately from now on.
    pub(super) fn record_authenticated(&self, credential: &str, now: Instant) {
        let client = self.hasher.hash_one(credential);
        self.with(|windows| {
            if !windows.clients.contains(&client) {
                windows.clients.record(client, now);
            }
        });
    }

    /// Counts a failed authentication against its address.
    pub(super) fn record_unauthenticated(
        &self,
        credential: Option<&str>,
        from: IpAddr,
        now: Instant,
    ) {
        let client = credential.map(|text| self.hasher.hash_one(text));
        self.with(|windows| {
            if let Some(client) = client {
                windows.clients.remove(&client);
            }
            windows.unauthenticated.record(subscriber(from), now);
        });
    }

    fn with<T>(&self, work: impl FnOnce(&mut Windows) -> T) -> T {
        // Counts stay right if a holder of the lock panicked.
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        work(&mut windows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FROM: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 7));

    #[test]
    fn a_client_is_refused_until_its_window_is_over_and_others_are_not() {
        let (limit, now) = (ApiRateLimit::new(2), Instant::now());
        limit.record_authenticated("one", now);
        limit.record_authenticated("other", now);
        assert!(limit.admit(Some("one"), FROM, now).is_ok());
        let refused = limit.admit(Some("one"), FROM, now + MINUTE / 3);
        assert_eq!(refused, Err(ApiRejection::TooOften { seconds: 40 }));
        assert!(limit.admit(Some("other"), FROM, now).is_ok());
        assert!(limit.admit(None, FROM, now).is_ok());
        assert!(limit.admit(Some("one"), FROM, now + MINUTE).is_ok());
    }

    #[test]
    fn guessing_tokens_is_stopped_whatever_the_token_and_authenticated_clients_go_on() {
        let (limit, now) = (ApiRateLimit::new(1_000), Instant::now());
        limit.record_authenticated("good", now);
        for attempt in 0..100 {
            limit.record_unauthenticated(Some(&attempt.to_string()), FROM, now);
        }
        assert!(limit.admit(None, FROM, now).is_err());
        assert!(limit.admit(Some("another"), FROM, now).is_err());
        assert!(limit.admit(Some("good"), FROM, now).is_ok());
        let next_door = IpAddr::from([10, 0, 0, 8]);
        assert!(limit.admit(None, next_door, now).is_ok());
        // A revoked token counts for its address again.
        limit.record_unauthenticated(Some("good"), FROM, now);
        assert!(limit.admit(Some("good"), FROM, now).is_err());
    }

    #[test]
    fn a_new_credential_for_each_request_counts_for_the_address() {
        let (limit, now) = (ApiRateLimit::new(2), Instant::now());
        let request = |number: u32| limit.admit(Some(&number.to_string()), FROM, now);
        assert!(request(0).is_ok() && request(1).is_ok());
        assert!((2..50_000).all(|number| request(number).is_err()));
        limit.with(|windows| {
            assert_eq!((windows.clients.len(), windows.addresses.len()), (0, 1));
        });
    }

    #[test]
    fn one_ipv6_network_is_one_client() {
        let address =
            |last: u16, network: u16| IpAddr::from([0x2001, 0xdb8, 0, network, 0, 0, 0, last]);
        let (limit, now) = (ApiRateLimit::new(1), Instant::now());
        assert!(limit.admit(None, address(1, 0), now).is_ok());
        assert!(limit.admit(None, address(2, 0), now).is_err());
        assert!(limit.admit(None, address(1, 1), now).is_ok());
    }
}
