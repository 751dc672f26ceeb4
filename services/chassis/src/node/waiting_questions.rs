//! Questions that wait for a position of a log. Each holds a place among the requests that a service answers at once, and its
//! sender chooses the position: so few of them wait, and few of an issuer that speaks for a part of the divisions.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use onestop_proto::issuer::IssuerName;

/// Fewer than are carried out at once, so that those who do not wait are answered.
const ALL: usize = 192;
/// Of one issuer of a part: a site has few people. A gateway of every division gives each person and unit a share itself.
const OF_A_PART: usize = 16;

/// For whom an issuer speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IssuerReach {
    Everywhere,
    /// One division, and those in it.
    Part,
}

/// Counts the questions that wait.
#[derive(Debug, Clone, Default)]
pub(super) struct WaitingQuestions(Arc<Mutex<Waiting>>);

#[derive(Debug, Default)]
struct Waiting {
    all: usize,
    of_parts: HashMap<IssuerName, usize>,
}

/// The place of a question that waits, until it is dropped.
#[derive(Debug)]
pub(super) struct WaitingPlace {
    issuer: IssuerName,
    reach: IssuerReach,
    waiting: WaitingQuestions,
}

impl WaitingQuestions {
    /// A place; nothing if as many wait as may.
    pub(super) fn place(&self, issuer: &IssuerName, reach: IssuerReach) -> Option<WaitingPlace> {
        let mut waiting = self.lock();
        if waiting.all >= ALL {
            return None;
        }
        if reach == IssuerReach::Part {
            let of_part = waiting.of_parts.entry(issuer.clone()).or_default();
            if *of_part >= OF_A_PART {
                return None;
            }
            *of_part += 1;
        }
        waiting.all += 1;
        Some(WaitingPlace {
            issuer: issuer.clone(),
            reach,
            waiting: self.clone(),
        })
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for WaitingPlace {
    fn drop(&mut self) {
        let mut waiting = self.waiting.lock();
        waiting.all = waiting.all.saturating_sub(1);
        if self.reach == IssuerReach::Part
            && let Some(of_part) = waiting.of_parts.get_mut(&self.issuer)
        {
            *of_part = of_part.saturating_sub(1);
            if *of_part == 0 {
                waiting.of_parts.remove(&self.issuer);
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
        let waiting = WaitingQuestions::default();
        let village = issuer("gateway/xintang");
        let ask = |issuer: &IssuerName, reach| waiting.place(issuer, reach);
        let held: Vec<_> = (0..ALL)
            .map_while(|_| ask(&village, IssuerReach::Part))
            .collect();
        assert_eq!(held.len(), OF_A_PART);
        assert!(ask(&issuer("gateway/mengsuo"), IssuerReach::Part).is_some());
        assert!(ask(&issuer("gateway/main"), IssuerReach::Everywhere).is_some());
        drop(held);
        assert!(ask(&village, IssuerReach::Part).is_some());
        assert!(waiting.lock().of_parts.is_empty());
    }

    #[test]
    fn fewer_wait_than_are_answered_at_once() {
        let waiting = WaitingQuestions::default();
        let hub = issuer("gateway/main");
        let ask = || waiting.place(&hub, IssuerReach::Everywhere);
        let held: Vec<_> = (0..1_000).map_while(|_| ask()).collect();
        assert_eq!(held.len(), ALL);
        const { assert!(ALL < super::super::endpoints::CONCURRENT) };
        drop(held);
        assert!(ask().is_some());
    }
}
