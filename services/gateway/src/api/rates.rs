//! How often a client may ask. Counted for each token or session by which somebody was known, else for the
//! address; in memory, bounded, and forgotten with the process.
//!
//! What is shown counts for nothing before somebody was known by it: whoever makes up a new token for each
//! request is counted by the address alone, and crowds out nobody. Whoever is known is not held up by what
//! strangers do from the same address.

use std::{
    collections::{HashMap, hash_map::RandomState},
    hash::{BuildHasher, Hash},
    net::{IpAddr, Ipv6Addr},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use onestop_proto::{http::ApiRejection, time::Timestamp};

/// A window of time, in seconds.
const WINDOW: f64 = 60.0;
/// Requests that nobody is known to have sent, from one address in a window: so small a part of what a client
/// may ask.
const STRANGERS: u32 = 10;
/// Clients of a kind remembered at once; with more, those whose window is over are forgotten, then those whose
/// window began first.
const CLIENTS: usize = 20_000;
/// So many are forgotten together: looking for the first costs as much as looking for many.
const TOGETHER: usize = CLIENTS / 8;

/// The requests of late.
pub(crate) struct Rates {
    limit: u32,
    /// Not the texts themselves are remembered: nothing here is worth stealing.
    hasher: RandomState,
    clients: Mutex<Clients>,
}

#[derive(Default)]
struct Clients {
    /// By the token or session by which somebody was known.
    known: Counts<u64>,
    /// Everybody else, by the address.
    addresses: Counts<IpAddr>,
    /// Requests that were answered with "nobody is signed in".
    strangers: Counts<IpAddr>,
}

/// On a request: whether its sender was known.
#[derive(Debug, Clone, Default)]
pub(super) struct Known(Arc<AtomicBool>);

impl Known {
    pub(super) fn note(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_so(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl Rates {
    /// So many requests in a minute for each client.
    pub(crate) fn new(limit: u32) -> Self {
        Self {
            limit,
            hasher: RandomState::new(),
            clients: Mutex::default(),
        }
    }

    /// Counts a request with what it shows, unless it is one too many.
    pub(super) fn count(
        &self,
        shown: Option<&str>,
        from: IpAddr,
        now: Timestamp,
    ) -> Result<(), ApiRejection> {
        let shown = shown.map(|shown| self.hasher.hash_one(shown));
        self.with(|clients| {
            if let Some(shown) = shown
                && clients.known.0.contains_key(&shown)
            {
                return clients.known.count(shown, self.limit, now);
            }
            let from = network(from);
            clients
                .strangers
                .check(&from, (self.limit / STRANGERS).max(1), now)?;
            clients.addresses.count(from, self.limit, now)
        })
    }

    /// Notes that somebody was known by what they showed: from now on it is counted for itself.
    pub(super) fn known(&self, shown: &str, now: Timestamp) {
        let shown = self.hasher.hash_one(shown);
        self.with(|clients| {
            if !clients.known.0.contains_key(&shown) {
                clients.known.add(shown, now);
            }
        });
    }

    /// Notes that a request of this address was nobody's: whoever tries tokens is stopped.
    pub(super) fn stranger(&self, shown: Option<&str>, from: IpAddr, now: Timestamp) {
        let shown = shown.map(|shown| self.hasher.hash_one(shown));
        self.with(|clients| {
            if let Some(shown) = shown {
                clients.known.0.remove(&shown);
            }
            clients.strangers.add(network(from), now);
        });
    }

    fn with<T>(&self, work: impl FnOnce(&mut Clients) -> T) -> T {
        // What is counted stays right if somebody panicked while counting.
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        work(&mut clients)
    }
}

/// Whose address it is: of IPv6, somebody has the lower half to themselves.
fn network(from: IpAddr) -> IpAddr {
    match from.to_canonical() {
        IpAddr::V4(from) => from.into(),
        IpAddr::V6(from) => Ipv6Addr::from_bits(from.to_bits() >> 64 << 64).into(),
    }
}

/// When a client's window began, and how many requests came since.
struct Counts<K>(HashMap<K, (Timestamp, u32)>);

impl<K> Default for Counts<K> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Eq + Hash> Counts<K> {
    /// Whether there may be one more.
    fn check(&self, client: &K, limit: u32, now: Timestamp) -> Result<(), ApiRejection> {
        let Some((since, count)) = self.0.get(client) else {
            return Ok(());
        };
        let passed = now.seconds_since(*since);
        if *count < limit || passed >= WINDOW {
            return Ok(());
        }
        let left = (WINDOW - passed).ceil().clamp(1.0, WINDOW);
        Err(ApiRejection::TooOften {
            seconds: left as u64,
        })
    }

    fn count(&mut self, client: K, limit: u32, now: Timestamp) -> Result<(), ApiRejection> {
        self.check(&client, limit, now)?;
        self.add(client, now);
        Ok(())
    }

    fn add(&mut self, client: K, now: Timestamp) {
        if self.0.len() >= CLIENTS && !self.0.contains_key(&client) {
            self.make_room(now);
        }
        let (since, count) = self.0.entry(client).or_insert((now, 0));
        if now.seconds_since(*since) >= WINDOW {
            (*since, *count) = (now, 0);
        }
        *count = count.saturating_add(1);
    }

    fn make_room(&mut self, now: Timestamp) {
        self.0
            .retain(|_, (since, _)| now.seconds_since(*since) < WINDOW);
        if self.0.len() < CLIENTS {
            return;
        }
        let mut began: Vec<Timestamp> = self.0.values().map(|(since, _)| *since).collect();
        let (_, last, _) = began.select_nth_unstable(TOGETHER);
        let (last, mut left) = (*last, TOGETHER);
        self.0.retain(|_, (since, _)| {
            let goes = *since <= last && left > 0;
            left -= usize::from(goes);
            !goes
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FROM: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 7));

    fn nine() -> Timestamp {
        "2026-03-04 09:00:00".parse().unwrap()
    }

    #[test]
    fn a_client_is_refused_until_its_window_is_over_and_others_are_not() {
        let (rates, now) = (Rates::new(2), nine());
        rates.known("one", now);
        rates.known("other", now);
        assert!(rates.count(Some("one"), FROM, now).is_ok());
        let refused = rates.count(Some("one"), FROM, now.plus_seconds(20));
        assert_eq!(refused, Err(ApiRejection::TooOften { seconds: 40 }));
        assert!(rates.count(Some("other"), FROM, now).is_ok());
        assert!(rates.count(None, FROM, now).is_ok());
        assert!(rates.count(Some("one"), FROM, now.plus_seconds(60)).is_ok());
    }

    #[test]
    fn whoever_tries_tokens_is_stopped_whatever_the_token_and_who_is_known_is_not() {
        let (rates, now) = (Rates::new(1_000), nine());
        rates.known("good", now);
        for attempt in 0..100 {
            rates.stranger(Some(&attempt.to_string()), FROM, now);
        }
        assert!(rates.count(None, FROM, now).is_err());
        assert!(rates.count(Some("another"), FROM, now).is_err());
        assert!(rates.count(Some("good"), FROM, now).is_ok());
        let next_door = IpAddr::from([10, 0, 0, 8]);
        assert!(rates.count(None, next_door, now).is_ok());
        // What is no longer good is a stranger's.
        rates.stranger(Some("good"), FROM, now);
        assert!(rates.count(Some("good"), FROM, now).is_err());
    }

    #[test]
    fn whoever_shows_something_new_each_time_is_counted_by_the_address() {
        let (rates, now) = (Rates::new(2), nine());
        let asked = |shown: u32| rates.count(Some(&shown.to_string()), FROM, now);
        assert!(asked(0).is_ok() && asked(1).is_ok());
        assert!((2..50_000).all(|shown| asked(shown).is_err()));
        rates
            .with(|clients| assert_eq!((clients.known.0.len(), clients.addresses.0.len()), (0, 1)));
    }

    #[test]
    fn one_network_of_the_new_addresses_is_one_client() {
        let address =
            |last: u16, network: u16| IpAddr::from([0x2001, 0xdb8, 0, network, 0, 0, 0, last]);
        let (rates, now) = (Rates::new(1), nine());
        assert!(rates.count(None, address(1, 0), now).is_ok());
        assert!(rates.count(None, address(2, 0), now).is_err());
        assert!(rates.count(None, address(1, 1), now).is_ok());
        let mapped = "::ffff:10.0.0.7".parse().unwrap();
        assert_eq!(network(mapped), FROM);
    }

    #[test]
    fn with_too_many_the_stalest_are_forgotten_and_the_others_stay_refused() {
        let mut counts = Counts::default();
        let now = nine();
        for client in 0..CLIENTS {
            let late = client >= CLIENTS / 2;
            let at = if late { now.plus_seconds(9) } else { now };
            assert!(counts.count(client, 1, at).is_ok());
        }
        let soon = now.plus_seconds(10);
        assert!(counts.count(CLIENTS, 1, soon).is_ok());
        assert_eq!(counts.0.len(), CLIENTS - TOGETHER + 1);
        let mut late = CLIENTS / 2..CLIENTS;
        assert!(late.all(|client| counts.check(&client, 1, soon).is_err()));
        // Whose window is over goes first.
        let later = now.plus_seconds(65);
        for client in 0..TOGETHER {
            counts.add(2 * CLIENTS + client, later);
        }
        assert!(counts.0.len() <= CLIENTS);
        let mut late = CLIENTS / 2..CLIENTS;
        assert!(late.all(|client| counts.check(&client, 1, later).is_err()));
    }
}
