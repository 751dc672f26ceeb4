//! The units that a command may name in this state of custody. Each unit around the case is tried with [`decide`], so that a form
//! offers the units that are taken, and no other.

use onestop_directory::Directory;
use onestop_proto::{
    ids::UnitId,
    query::Addressees,
    referral::{
        Command, Designate, DisclosureBasis, HandOver, HandoverPurpose, Invite, Reassign, Release,
    },
};

use super::{Context, actions::decide, custody::Custody};

/// A text in place of the one that the user will type.
fn typed() -> String {
    "说明".to_owned()
}

/// Of some commands those that name a unit, with the units that each would take from this actor.
#[must_use]
pub fn addressees(custody: &Custody, commands: &[&str], context: &Context<'_>) -> Vec<Addressees> {
    let units = candidates(custody, context.directory);
    let taken = |name: &&str| {
        let naming = naming(name)?;
        let is_taken = |unit: &&UnitId| {
            let decided = decide(custody, &naming((*unit).clone()), context);
            decided.is_ok_and(|events| !events.is_empty())
        };
        Some(Addressees {
            command: (*name).to_owned(),
            units: units.iter().filter(is_taken).cloned().collect(),
        })
    };
    commands.iter().filter_map(taken).collect()
}

/// How a command names a unit; nothing for one that names none.
fn naming(command: &str) -> Option<fn(UnitId) -> Command> {
    let naming: fn(UnitId) -> Command = match command {
        "designate" => |to| Command::Designate(Designate { to, why: typed() }),
        "invite" => |unit| {
            Command::Invite(Invite {
                unit,
                task: typed(),
            })
        },
        "release" => |unit| Command::Release(Release { unit, why: typed() }),
        "reassign" => |from| Command::Reassign(Reassign { from, why: typed() }),
        "hand-over" => |to| {
            Command::HandOver(HandOver {
                to,
                purpose: HandoverPurpose::Handle,
                data: Vec::new(),
                basis: DisclosureBasis::Statute { law: typed() },
                materials: Vec::new(),
                keep_years: None,
            })
        },
        _ => return None,
    };
    Some(naming)
}

/// The units of the case's place, of the divisions above it and of those directly below it, the nearest first; then those
/// that have a part in the case.
fn candidates(custody: &Custody, directory: &Directory) -> Vec<UnitId> {
    let subject = custody.subject.as_ref();
    let place = subject.map_or(custody.window_division, |subject| subject.place);
    let place = directory.present_division(place);
    let below = directory.children(place).map(|division| division.code);
    let sites = place
        .chain()
        .chain(below)
        .filter_map(|division| directory.site_at(division));
    let around = sites.flat_map(|site| directory.units_of(site));
    let around = around.map(|unit| unit.id.clone());
    let offered = custody.offer().map(|offer| offer.to.clone());
    let co_units = custody.co_units.iter().map(|co| co.unit.clone());
    let parts = std::iter::once(custody.holder().clone())
        .chain(offered)
        .chain(co_units);
    let mut units = Vec::new();
    for unit in around.chain(parts) {
        if !units.contains(&unit) {
            units.push(unit);
        }
    }
    units
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        actions::available,
        test_support::{COUNTY, Event, PREFECTURE, Scenario, as_role, state, world},
    };

    /// The units that a command takes from an actor.
    fn offered(events: &[Event], scenario: &Scenario<'_>, command: &str) -> Vec<UnitId> {
        let custody = state(events);
        scenario.deciding(|context| {
            let commands = available(&custody, context);
            assert!(commands.contains(&command), "{command}: {commands:?}");
            let mut listed = addressees(&custody, &commands, context).into_iter();
            let found = listed.find(|one| one.command == command);
            found.map(|one| one.units).unwrap_or_default()
        })
    }

    #[test]
    fn a_supervisor_takes_a_case_only_from_a_unit_that_has_a_part_in_it() {
        let world = world();
        let bureau = as_role("supervisor", &world.bureau(COUNTY));
        let agency = world.agency(COUNTY);
        let waiting = world.offered();
        let scenario = world.scenario(&waiting).by_actor(bureau.clone());
        assert_eq!(
            offered(&waiting, &scenario, "reassign"),
            std::slice::from_ref(&agency)
        );
        let joint = world.joint();
        let scenario = world.scenario(&joint).by_actor(bureau);
        let parts = offered(&joint, &scenario, "reassign");
        assert_eq!(parts.len(), 2, "{parts:?}");
        assert!(parts.contains(&agency) && parts.contains(&world.notary()));
    }

    #[test]
    fn a_designation_goes_to_units_that_work_it() {
        let world = world();
        let disputed = world.disputed();
        let scenario = world.scenario(&disputed);
        let scenario = scenario.by_supervisor(&world.bureau(PREFECTURE));
        let units = offered(&disputed, &scenario, "designate");
        assert!(units.contains(&world.agency(COUNTY)), "{units:?}");
        for refused in [world.notary(), world.bureau(COUNTY), world.window.clone()] {
            assert!(!units.contains(&refused), "{refused}");
        }
    }

    #[test]
    fn a_lead_invites_who_has_no_part_and_releases_who_has_one() {
        let world = world();
        let joint = world.joint();
        let lead = || world.scenario(&joint).by(&world.agency(COUNTY));
        let invited = offered(&joint, &lead(), "invite");
        let (mediators, court) = (world.unit(COUNTY, "mediation"), world.unit(COUNTY, "court"));
        assert!(invited.contains(&mediators), "{invited:?}");
        for refused in [world.notary(), world.agency(COUNTY), court.clone()] {
            assert!(!invited.contains(&refused), "{refused}");
        }
        assert_eq!(offered(&joint, &lead(), "release"), [world.notary()]);
        let handed = offered(&joint, &lead(), "hand-over");
        assert!(handed.contains(&court) && !handed.contains(&mediators));
    }
}
