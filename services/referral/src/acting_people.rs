//! Takes down who acts in a case, by the events of the service whose matter it is. What is decided rests on the custody of the other
//! side's cases: each gets an event too, and so is appended to at the revision that was read. Of two services that name one
//! person for both sides at the same time, the one that is heard later finds the other.

use std::collections::BTreeSet;

use onestop_chassis::{
    Failure,
    store::{Batch, EventMeta},
};
use onestop_proto::{
    acting_person::ActingPerson,
    actor::Actor,
    envelope::Envelope,
    ids::{CaseId, UnitId},
    referral::{Event, OtherSideEngaged, Rejection, service},
};

use crate::{
    custody_store::CustodyStore,
    domain::{Custody, Trigger, unknown_people},
    read::pending::Pending,
    streams::{RULES, stream},
};

impl CustodyStore {
    /// Adds to a batch who came to act for a unit by an event.
    pub(crate) fn engage_in(
        &self,
        batch: &mut Batch,
        event: &Envelope,
        people: Vec<ActingPerson>,
    ) -> Result<(), Failure> {
        let (case, unit) = (event.subject, event.actor.unit.clone());
        if people.is_empty() {
            return Ok(());
        }
        let Some(custody) = self.load_in(batch, case)?.cloned() else {
            return Ok(());
        };
        let directory = self.directory.get();
        let unknown = unknown_people(&custody, (&unit, &people), &directory);
        if unknown.is_empty() {
            return Ok(());
        }
        // Read in the batch before anything is decided: an append to one of them in between is a conflict.
        let mut others = Vec::new();
        for other in self.all_opposed(batch, case, &custody)? {
            if let Some(theirs) = self.load_in(batch, other)? {
                others.push((other, theirs.holder().clone()));
            }
        }
        let key = "referral/engaged";
        let meta = self.meta_of(event, (case, custody.holder().clone()), key);
        let engaged = Trigger::PeopleEngaged { unit, people };
        self.react_in(batch, (case, event.time), &meta, &engaged)?;
        for (other, holder) in others {
            let key = format!("referral/other-side/{other}");
            let meta = self.meta_of(event, (other, holder), &key);
            batch.execute(&stream(other), &meta, &RULES, |_, _, _| {
                Ok::<_, Rejection>(noted_of(case, &unknown))
            })?;
        }
        Ok(())
    }

    /// The other side's cases: those that the case named, and those that name it, in the log or in the batch.
    fn all_opposed(
        &self,
        batch: &Batch,
        case: CaseId,
        custody: &Custody,
    ) -> Result<BTreeSet<CaseId>, Failure> {
        let named = custody.opposed.iter().copied();
        let known = self.opposed(case)?.into_iter();
        let pending = Pending::of(batch).naming(case).into_iter();
        Ok(named.chain(known).chain(pending).collect())
    }

    fn meta_of(
        &self,
        event: &Envelope,
        (subject, holder): (CaseId, UnitId),
        key: &str,
    ) -> EventMeta {
        let actor = Actor::system(&service(), holder);
        EventMeta {
            subject,
            command: event.id.reaction_by(key),
            ..EventMeta::from_event(event, self.store.source(), actor)
        }
    }
}

/// What is noted in the other side's case.
fn noted_of(case: CaseId, people: &[ActingPerson]) -> Vec<Event> {
    let people = people.iter().cloned();
    let noted = people.map(|person| Event::from(OtherSideEngaged { person, case }));
    noted.collect()
}
