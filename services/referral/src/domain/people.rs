//! The people who act in a case (承办人员), by the word of the service whose matter it is. Custody is where all services come
//! together: so it is here that one person on both sides of a dispute is found, whichever services have the two cases, and
//! however close together they decided (律师法 art. 39).

use std::collections::BTreeSet;

use onestop_directory::Directory;
use onestop_proto::{
    acting_person::{ActingPerson, ActingRole},
    ids::{CaseId, UnitId},
    referral::{ConflictFound, Engaged, Event, Rejection, service},
};

use super::{Context, arbiter::arbiter, custody::Custody, search::remember};

/// The people of a unit whom custody does not know yet, with what the roster has of them besides.
pub fn unknown_people(
    custody: &Custody,
    (unit, people): (&UnitId, &[ActingPerson]),
    directory: &Directory,
) -> Vec<ActingPerson> {
    let mut unknown = Vec::new();
    for person in people {
        let person = directory.identified(unit, person.clone());
        if !custody.acting.contains(&person) {
            remember(&mut unknown, &person);
        }
    }
    unknown
}

/// Notes the people who came to act for a unit, each once; and that one of them acts for the other side, which its service could
/// not know yet.
pub(super) fn engage(
    custody: &Custody,
    (unit, people): (&UnitId, &[ActingPerson]),
    context: &Context<'_>,
) -> Vec<Event> {
    let unknown = unknown_people(custody, (unit, people), context.directory);
    let mut events = Vec::new();
    for person in unknown {
        let conflicts = conflicts(custody, (unit, &person), context);
        let engaged = Engaged {
            person,
            unit: unit.clone(),
            at: context.happened_at(),
        };
        events.push(engaged.into());
        events.extend(conflicts);
    }
    events
}

/// Each of the other side's cases in which the same person acts, put to the bureau above both.
fn conflicts(
    custody: &Custody,
    (unit, person): (&UnitId, &ActingPerson),
    context: &Context<'_>,
) -> Vec<Event> {
    let others = acting_opposite(custody, context).into_iter();
    let both = others.filter(|(_, other)| other.conflicts_with(person));
    let cases: BTreeSet<CaseId> = both.map(|(case, _)| case).collect();
    let units = (context.opposing)(named(custody));
    let found = cases.into_iter().filter_map(|case| {
        let of_case = units.iter().filter(|(other, _)| *other == case);
        let theirs = of_case.map(|(_, unit)| unit.clone());
        let between: Vec<UnitId> = std::iter::once(unit.clone()).chain(theirs).collect();
        let bureau = arbiter(&between, custody.holder_division(), context.directory)?;
        Some(Event::from(ConflictFound {
            person: person.clone(),
            case,
            supervisor: bureau.id.clone(),
            supervisor_division: bureau.division,
            at: context.now,
        }))
    });
    found.collect()
}

/// The case that this one names as the other side's.
fn named(custody: &Custody) -> Option<CaseId> {
    custody.subject.as_ref()?.opposed_to
}

/// Who acts, or acted, in the other side's cases.
pub(super) fn acting_opposite(
    custody: &Custody,
    context: &Context<'_>,
) -> Vec<(CaseId, ActingPerson)> {
    (context.acting)(named(custody))
}

/// The person of a unit who works the case and has a licence by the roster: an adviser. Of an item with a service of its own, that
/// says who acts.
pub(super) fn adviser(custody: &Custody, context: &Context<'_>) -> Option<ActingPerson> {
    let actor = context.actor;
    let role = ActingRole::ForParty;
    let person = ActingPerson::known(service(), role, actor.staff.clone());
    let person = context.directory.identified(&actor.unit, person);
    let is_adviser = person.licence.is_some() && custody.specialist_item().is_none();
    is_adviser.then_some(person)
}

/// Refuses a person who acts, or acted, in one of the other side's cases. Whose that is, the refusal does not say.
pub(super) fn for_one_side(
    custody: &Custody,
    person: &ActingPerson,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let others = acting_opposite(custody, context);
    if others.iter().any(|(_, other)| other.conflicts_with(person)) {
        let staff = context.actor.staff.clone();
        return Err(Rejection::ActsForOtherSide { staff });
    }
    Ok(())
}
