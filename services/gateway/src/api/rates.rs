//! How often a client may ask. Counted for each token or session, else for the address; in memory, bounded,
//! and forgotten with the process.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

use axum::http::{HeaderMap, header};
use onestop_proto::{http::Refused, time::Timestamp};

/// A window of time, in seconds.
const WINDOW: f64 = 60.0;
/// Requests that nobody is known to have sent, from one address in a window.
const STRANGER: u32 = 120;
/// Clients remembered at once; with more, those whose window is over are forgotten, then all.
const CLIENTS: usize = 20_000;

/// The requests of late.
pub(crate) struct Rates {
    limit: u32,
    clients: Mutex<HashMap<Client, (Timestamp, u32)>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Client {
    /// Whoever shows this token or cookie. Not the text itself: nothing here is worth stealing.
    Known(u64),
    Address(IpAddr),
    /// Requests of an address that were answered with "nobody is signed in".
    Stranger(IpAddr),
}

impl Rates {
    /// So many requests in a minute for each client.
    pub(crate) fn new(limit: u32) -> Self {
        let clients = Mutex::default();
        Self { limit, clients }
    }

    /// Counts a request.
    pub(super) fn count(
        &self,
        headers: &HeaderMap,
        from: IpAddr,
        now: Timestamp,
    ) -> Result<(), Refused> {
        let shown = headers
            .get(header::AUTHORIZATION)
            .or_else(|| headers.get(header::COOKIE));
        let client = shown.map_or(Client::Address(from), |shown| {
            let mut hasher = DefaultHasher::new();
            shown.as_bytes().hash(&mut hasher);
            Client::Known(hasher.finish())
        });
        self.within(Client::Stranger(from), STRANGER, 0, now)?;
        self.within(client, self.limit, 1, now)
    }

    /// Notes that a request of this address was nobody's: whoever tries tokens is stopped.
    pub(super) fn stranger(&self, from: IpAddr, now: Timestamp) {
        // Whether it is one too many is asked with the next request.
        let _ = self.within(Client::Stranger(from), STRANGER, 1, now);
    }

    fn within(&self, client: Client, limit: u32, more: u32, now: Timestamp) -> Result<(), Refused> {
        // What is counted stays right if somebody panicked while counting.
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if clients.len() >= CLIENTS && !clients.contains_key(&client) {
            clients.retain(|_, (since, _)| now.seconds_since(*since) < WINDOW);
            if clients.len() >= CLIENTS {
                clients.clear();
            }
        }
        let (since, count) = clients.entry(client).or_insert((now, 0));
        if now.seconds_since(*since) >= WINDOW {
            (*since, *count) = (now, 0);
        }
        *count = count.saturating_add(more);
        if *count <= limit {
            return Ok(());
        }
        let left = (WINDOW - now.seconds_since(*since))
            .ceil()
            .clamp(1.0, WINDOW);
        Err(Refused::TooOften {
            seconds: left as u64,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_is_refused_until_its_window_is_over_and_others_are_not() {
        let rates = Rates::new(2);
        let now: Timestamp = "2026-03-04 09:00:00".parse().unwrap();
        let from = IpAddr::from([10, 0, 0, 7]);
        let mut token = HeaderMap::new();
        token.insert(header::AUTHORIZATION, "Bearer one".parse().unwrap());
        assert!((0..2).all(|_| rates.count(&token, from, now).is_ok()));
        let refused = rates.count(&token, from, now.plus_seconds(20));
        assert_eq!(refused, Err(Refused::TooOften { seconds: 40 }));
        assert!(rates.count(&HeaderMap::new(), from, now).is_ok());
        assert!(rates.count(&token, from, now.plus_seconds(60)).is_ok());
    }

    #[test]
    fn whoever_tries_tokens_is_stopped_whatever_the_token() {
        let rates = Rates::new(1_000);
        let now: Timestamp = "2026-03-04 09:00:00".parse().unwrap();
        let from = IpAddr::from([10, 0, 0, 7]);
        for _ in 0..=STRANGER {
            rates.stranger(from, now);
        }
        assert!(rates.count(&HeaderMap::new(), from, now).is_err());
        assert!(
            rates
                .count(&HeaderMap::new(), IpAddr::from([10, 0, 0, 8]), now)
                .is_ok()
        );
    }
}
