//! Slots for what costs memory or another service's time as long as it goes on: streams, uploads, questions that wait.
//! No caller waits for one: each person and each unit has a share, so that none takes them all.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
};

use onestop_proto::{
    actor::Actor,
    ids::{StaffId, UnitId},
};

/// How many slots there are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shares {
    pub(crate) all: usize,
    pub(crate) unit: usize,
    pub(crate) person: usize,
}

/// See the module.
#[derive(Clone)]
pub(crate) struct FairSlots {
    shares: Shares,
    taken: Arc<Mutex<Taken>>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    units: HashMap<UnitId, usize>,
    persons: HashMap<StaffId, usize>,
}

/// A slot, until it is dropped.
#[derive(Debug)]
pub(crate) struct FairSlot {
    person: StaffId,
    unit: UnitId,
    taken: Arc<Mutex<Taken>>,
}

/// There is no slot left for this person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NoSlot;

impl FairSlots {
    pub(crate) fn new(shares: Shares) -> Self {
        Self {
            shares,
            taken: Arc::default(),
        }
    }

    /// Takes a slot.
    ///
    /// # Errors
    /// If the person, the unit or all together have as many as they may.
    pub(crate) fn take(&self, actor: &Actor) -> Result<FairSlot, NoSlot> {
        let mut taken = lock(&self.taken);
        let of = |count: Option<&usize>| count.copied().unwrap_or_default();
        if taken.all >= self.shares.all
            || of(taken.units.get(&actor.unit)) >= self.shares.unit
            || of(taken.persons.get(&actor.staff)) >= self.shares.person
        {
            return Err(NoSlot);
        }
        taken.all += 1;
        *taken.units.entry(actor.unit.clone()).or_default() += 1;
        *taken.persons.entry(actor.staff.clone()).or_default() += 1;
        Ok(FairSlot {
            person: actor.staff.clone(),
            unit: actor.unit.clone(),
            taken: Arc::clone(&self.taken),
        })
    }
}

fn lock(taken: &Mutex<Taken>) -> std::sync::MutexGuard<'_, Taken> {
    // Counts stay right if a holder of the lock panicked.
    taken.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for FairSlot {
    fn drop(&mut self) {
        let mut taken = lock(&self.taken);
        taken.all -= 1;
        release(&mut taken.units, &self.unit);
        release(&mut taken.persons, &self.person);
    }
}

fn release<K: Eq + Hash>(counts: &mut HashMap<K, usize>, key: &K) {
    if let Some(count) = counts.get_mut(key) {
        *count -= 1;
        if *count == 0 {
            counts.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actor(text: &str) -> Actor {
        text.parse().unwrap()
    }

    #[test]
    fn nobody_takes_what_belongs_to_others() {
        let slots = FairSlots::new(Shares {
            all: 6,
            unit: 4,
            person: 2,
        });
        let take = |text: &str| slots.take(&actor(text));
        let one = take("clerk/zhang-li@s4k2m9qxa.window").unwrap();
        let _two = take("clerk/zhang-li@s4k2m9qxa.window").unwrap();
        assert!(take("clerk/zhang-li@s4k2m9qxa.window").is_err());
        let _three = take("clerk/li-mei@s4k2m9qxa.window").unwrap();
        let _four = take("clerk/he-jun@s4k2m9qxa.window").unwrap();
        // The unit has its share, another one still has its own.
        assert!(take("clerk/wang-min@s4k2m9qxa.window").is_err());
        let _five = take("clerk/zhao@s7h3n2pwb.window").unwrap();
        drop(one);
        assert!(take("clerk/zhang-li@s4k2m9qxa.window").is_ok());
        let taken = lock(&slots.taken);
        assert_eq!(
            (taken.all, taken.units.len(), taken.persons.len()),
            (4, 2, 4)
        );
    }
}
