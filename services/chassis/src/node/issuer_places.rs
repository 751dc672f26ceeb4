//! Places of an issuer among the requests that a service answers at once. An issuer that speaks for a part of the divisions may make
//! up as many persons and units as it likes: it has few places itself. A question that waits for a position of a log waits as
//! long as its sender chooses: few of those are let in at all.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use onestop_proto::issuer::IssuerName;

/// Requests carried out at the same time; more wait in the client's own bounded queue.
pub(super) const CONCURRENT: usize = 256;

/// So many places there are.
#[derive(Debug, Clone, Copy)]
struct Places {
    all: usize,
    /// Of one issuer of a part: a site has few people. A gateway of every division gives each person and unit a share itself.
    of_a_part: usize,
}

/// Of questions that wait for a position: fewer than are carried out at once, so that those who do not wait are answered.
const WAITING: Places = Places {
    all: 192,
    of_a_part: 16,
};
/// Of all requests: an issuer of a part has a quarter of what is carried out at once.
const ANSWERED: Places = Places {
    all: CONCURRENT,
    of_a_part: CONCURRENT / 4,
};

/// For whom an issuer speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IssuerReach {
    Everywhere,
    /// One division, and those in it.
    Part,
}

/// Counts the requests that have a place.
#[derive(Debug, Clone)]
pub(super) struct IssuerPlaces {
    places: Places,
    taken: Arc<Mutex<Taken>>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    of_parts: HashMap<IssuerName, usize>,
}

/// The place of a request, until it is dropped.
#[derive(Debug)]
pub(super) struct IssuerPlace {
    issuer: IssuerName,
    reach: IssuerReach,
    places: IssuerPlaces,
}

impl IssuerPlaces {
    /// Of questions that wait for a position.
    pub(super) fn waiting() -> Self {
        Self::new(WAITING)
    }

    /// Of all requests.
    pub(super) fn answered() -> Self {
        Self::new(ANSWERED)
    }

    fn new(places: Places) -> Self {
        Self {
            places,
            taken: Arc::default(),
        }
    }

    /// A place; nothing if as many have one as may.
    pub(super) fn place(&self, issuer: &IssuerName, reach: IssuerReach) -> Option<IssuerPlace> {
        let mut taken = self.lock();
        if taken.all >= self.places.all {
            return None;
        }
        if reach == IssuerReach::Part {
            let of_part = taken.of_parts.entry(issuer.clone()).or_default();
            if *of_part >= self.places.of_a_part {
                return None;
            }
            *of_part += 1;
        }
        taken.all += 1;
        Some(IssuerPlace {
            issuer: issuer.clone(),
            reach,
            places: self.clone(),
        })
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for IssuerPlace {
    fn drop(&mut self) {
        let mut taken = self.places.lock();
        taken.all = taken.all.saturating_sub(1);
        if self.reach == IssuerReach::Part
            && let Some(of_part) = taken.of_parts.get_mut(&self.issuer)
        {
            *of_part = of_part.saturating_sub(1);
            if *of_part == 0 {
                taken.of_parts.remove(&self.issuer);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn issuer(name: &str) -> IssuerName {
        name.parse().unwrap()
    }

    /// A site takes none of the places of others, whatever it asks for.
    #[test]
    fn a_site_waits_with_few_questions_at_once() {
        a_site_has_few_of(&IssuerPlaces::waiting());
    }

    /// So it is with requests that wait for nothing, and take long.
    #[test]
    fn a_site_sends_few_requests_at_once() {
        a_site_has_few_of(&IssuerPlaces::answered());
    }

    fn a_site_has_few_of(waiting: &IssuerPlaces) {
        let Places { all, of_a_part } = waiting.places;
        let village = issuer("gateway/xintang");
        let ask = |issuer: &IssuerName, reach| waiting.place(issuer, reach);
        let held: Vec<_> = (0..all)
            .map_while(|_| ask(&village, IssuerReach::Part))
            .collect();
        assert_eq!(held.len(), of_a_part);
        assert!(ask(&issuer("gateway/mengsuo"), IssuerReach::Part).is_some());
        assert!(ask(&issuer("gateway/main"), IssuerReach::Everywhere).is_some());
        drop(held);
        assert!(ask(&village, IssuerReach::Part).is_some());
        assert!(waiting.lock().of_parts.is_empty());
    }

    #[test]
    fn fewer_wait_than_are_answered_at_once() {
        let waiting = IssuerPlaces::waiting();
        let hub = issuer("gateway/main");
        let ask = || waiting.place(&hub, IssuerReach::Everywhere);
        let held: Vec<_> = (0..1_000).map_while(|_| ask()).collect();
        assert_eq!(held.len(), WAITING.all);
        const { assert!(WAITING.all < CONCURRENT) };
        drop(held);
        assert!(ask().is_some());
    }
}
