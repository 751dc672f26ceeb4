//! Slots for what costs memory, a thread or another service's time as long as it goes on: streams, uploads, questions that wait,
//! connections to a database. Each person and each unit has a share, so that none takes them all.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use onestop_proto::{
    actor::Actor,
    ids::{StaffId, UnitId},
};
use tokio::sync::Notify;

/// How many slots there are.
#[derive(Debug, Clone, Copy)]
pub struct Shares {
    /// Of all callers together.
    pub all: usize,
    /// Of one unit.
    pub unit: usize,
    /// Of one person.
    pub person: usize,
}

/// See the module.
#[derive(Clone)]
pub struct FairSlots {
    shares: Shares,
    slots: Arc<Slots>,
}

#[derive(Debug, Default)]
struct Slots {
    taken: Mutex<Taken>,
    /// Notified when a slot is free again.
    freed: Notify,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    units: HashMap<UnitId, usize>,
    persons: HashMap<StaffId, usize>,
}

/// A slot, until it is dropped.
#[derive(Debug)]
pub struct FairSlot {
    /// Who has it; nothing where no person does.
    by: Option<(StaffId, UnitId)>,
    slots: Arc<Slots>,
}

/// There is no slot left for this person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoSlot;

impl FairSlots {
    /// Slots of which none is taken.
    #[must_use]
    pub fn new(shares: Shares) -> Self {
        Self {
            shares,
            slots: Arc::default(),
        }
    }

    /// Takes a slot at once.
    ///
    /// # Errors
    /// If the person, the unit or all together have as many as they may.
    pub fn take(&self, actor: &Actor) -> Result<FairSlot, NoSlot> {
        self.try_take(Some(actor)).ok_or(NoSlot)
    }

    /// Takes a slot as soon as there is one. Who asks without an actor, as the operator of the machine does, has no share.
    pub async fn wait(&self, actor: Option<&Actor>) -> FairSlot {
        loop {
            let mut freed = std::pin::pin!(self.slots.freed.notified());
            // One that is freed from here on is heard of.
            freed.as_mut().enable();
            if let Some(slot) = self.try_take(actor) {
                return slot;
            }
            freed.await;
        }
    }

    fn try_take(&self, actor: Option<&Actor>) -> Option<FairSlot> {
        let mut taken = self.slots.lock();
        let of = |count: Option<&usize>| count.copied().unwrap_or_default();
        let has_share = |actor: &Actor| {
            of(taken.units.get(&actor.unit)) < self.shares.unit
                && of(taken.persons.get(&actor.staff)) < self.shares.person
        };
        if taken.all >= self.shares.all || !actor.is_none_or(has_share) {
            return None;
        }
        taken.all += 1;
        let by = actor.map(|actor| (actor.staff.clone(), actor.unit.clone()));
        if let Some((person, unit)) = &by {
            *taken.units.entry(unit.clone()).or_default() += 1;
            *taken.persons.entry(person.clone()).or_default() += 1;
        }
        Some(FairSlot {
            by,
            slots: Arc::clone(&self.slots),
        })
    }
}

impl Slots {
    fn lock(&self) -> MutexGuard<'_, Taken> {
        // Counts stay right if a holder of the lock panicked.
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for FairSlot {
    fn drop(&mut self) {
        let mut taken = self.slots.lock();
        taken.all -= 1;
        if let Some((person, unit)) = &self.by {
            release(&mut taken.units, unit);
            release(&mut taken.persons, person);
        }
        drop(taken);
        self.slots.freed.notify_waiters();
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
    use std::time::Duration;

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
        let taken = slots.slots.lock();
        assert_eq!(
            (taken.all, taken.units.len(), taken.persons.len()),
            (4, 2, 4)
        );
    }

    /// Who has the share waits; another one does not, and gets the next slot where all are taken.
    #[tokio::test]
    async fn who_has_the_share_waits_and_others_do_not() {
        let slots = FairSlots::new(Shares {
            all: 4,
            unit: 3,
            person: 2,
        });
        let (eager, other) = (
            actor("clerk/zhang-li@s4k2m9qxa.window"),
            actor("clerk/zhao@s7h3n2pwb.window"),
        );
        let first = slots.wait(Some(&eager)).await;
        let _second = slots.wait(Some(&eager)).await;
        let short = Duration::from_millis(20);
        let third = tokio::time::timeout(short, slots.wait(Some(&eager)));
        assert!(third.await.is_err());
        let of_others = [slots.wait(Some(&other)).await, slots.wait(None).await];
        let all = tokio::time::timeout(short, slots.wait(None));
        assert!(all.await.is_err());
        let (third, ()) = tokio::join!(slots.wait(Some(&eager)), async { drop(first) });
        drop((third, of_others));
    }
}
