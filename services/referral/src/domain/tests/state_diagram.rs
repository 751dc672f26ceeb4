//! The README shows what is possible with custody; everything else is refused. What the table of actions offers to
//! an actor is what is decided for that actor.

use std::{cell::RefCell, collections::BTreeSet, path::Path};

use onestop_proto::{command::CommandType, permission::permits};
use onestop_testing::diagram::{assert_shown, draw, drawn_arrows, explore};

use super::cast::Cast;
use crate::domain::{ApplicationTimes, Handover, available, possible, test_support::*};

/// Something to try, by an actor, at a moment.
enum Try {
    Command(Actor, Command),
    Trigger(&'static str, Actor, Trigger, Timestamp),
}

impl std::fmt::Display for Try {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Command(_, command) => command.name(),
            Self::Trigger(name, ..) => name,
        })
    }
}

impl Try {
    /// Custody afterwards; `None` if it was refused, or nothing happened.
    fn on(&self, custody: &Custody, directory: &Directory) -> Option<Custody> {
        let (actor, now) = match self {
            Self::Command(actor, _) => (actor, day(2)),
            Self::Trigger(_, actor, _, now) => (actor, *now),
        };
        let events = tried_by(actor, now, directory, |context| match self {
            Self::Command(_, command) => decide(custody, command, context),
            Self::Trigger(_, _, trigger, _) => react(Some(custody), trigger, context),
        });
        let events = events.ok().filter(|events| !events.is_empty())?;
        events.iter().fold(Some(custody.clone()), evolve)
    }
}

fn tried_by<T>(
    actor: &Actor,
    now: Timestamp,
    directory: &Directory,
    attempt: impl FnOnce(&Context<'_>) -> T,
) -> T {
    attempt(&Context {
        now,
        dated: Dated::at(now),
        actor,
        handoff: handoff(1),
        directory,
        load: &|_| 0,
        opposing: &|_| Vec::new(),
        acting: &|_| Vec::new(),
    })
}

/// Custody without what has no bearing on what is possible next: there would be no end of states.
fn without_history(mut custody: Custody) -> Custody {
    custody.chain = vec![custody.chain.holder().clone()].try_into().unwrap();
    custody.past_offers.clear();
    custody.participants.clear();
    custody.conflicted.clear();
    custody.co_units.retain(|co| co.status.is_open());
    custody.co_units.truncate(1);
    custody.handovers.retain(Handover::is_open);
    custody.handovers.truncate(1);
    // That the unit at work sent the case away before has no bearing until it does so again.
    let at_work = custody.active_unit().cloned();
    custody
        .sent_away_by
        .retain(|unit| Some(unit) != at_work.as_ref());
    custody.sent_away_by.sort();
    custody.application = ApplicationTimes::default();
    custody.set_aside.clear();
    custody.ended_applications = Vec::new();
    // What a unit let lapse counts while a search goes on, and why it refused once that found none.
    if custody.offer().is_none() {
        custody.lapsed.clear();
    }
    if custody.stage() != CustodyStage::Unroutable {
        custody.search = None;
        custody.refusals.clear();
    }
    custody
}

impl Cast {
    fn triggers(&self, request: Trigger) -> Vec<Try> {
        let system = |unit: &UnitId| as_role("system", unit);
        let window = || system(&self.window);
        let mut triggers = vec![
            Try::Trigger("intake.referral-requested", window(), request, day(2)),
            Try::Trigger("intake.closed", window(), Trigger::CaseEnded, day(2)),
            Try::Trigger("time", window(), Trigger::TimerFired, day(31)),
        ];
        for unit in [&self.county, &self.prefecture] {
            let outcome = Outcome::Granted;
            let concluded = Trigger::WorkConcluded { outcome };
            triggers.push(Try::Trigger("concluded", system(unit), concluded, day(2)));
        }
        triggers
    }
}

/// Every command by every actor, and every trigger, for a case that units of this kind work.
fn tries(world: &World, kind: &str) -> Vec<Try> {
    let cast = Cast::of(world, kind);
    let request = if kind == WINDOW {
        World::wants("consultation", "labour", COUNTY)
    } else {
        World::request()
    };
    let mut tries = cast.triggers(request);
    for command in cast.commands() {
        let by = |actor| Try::Command(actor, command.clone());
        tries.extend(cast.actors().into_iter().map(by));
    }
    tries
}

/// What the table offers is what works: for each actor, and for all of them together. `worked` says of each attempt whether it
/// did in this state.
fn assert_offered(custody: &Custody, tries: &[Try], worked: &[bool], directory: &Directory) {
    let mut works = BTreeSet::new();
    let mut by_actor: Vec<(&Actor, BTreeSet<&str>)> = Vec::new();
    for (attempt, worked) in tries.iter().zip(worked) {
        let Try::Command(actor, command) = attempt else {
            continue;
        };
        if !by_actor.iter().any(|(known, _)| *known == actor) {
            by_actor.push((actor, BTreeSet::new()));
        }
        if !worked {
            continue;
        }
        works.insert(command.name());
        for (known, its) in &mut by_actor {
            if *known == actor {
                its.insert(command.name());
            }
        }
    }
    let listed: BTreeSet<&str> = possible(custody, day(2)).into_iter().collect();
    assert_eq!(works, listed, "{custody:#?}");
    for (actor, works) in by_actor {
        let permitted = |name: &&str| permits(actor.role, "referral", name);
        let works: BTreeSet<&str> = works.into_iter().filter(permitted).collect();
        let listed = tried_by(actor, day(2), directory, |context| {
            available(custody, context)
        });
        let listed: BTreeSet<&str> = listed.into_iter().collect();
        assert_eq!(works, listed, "for {actor}: {custody:#?}");
    }
}

#[test]
fn the_readme_shows_what_is_possible() {
    let world = world();
    let begun = [("intake.opened", without_history(state(&world.begun())))];
    // Each state in turn, each attempt in turn.
    let worked = RefCell::new(Vec::new());
    let attempt = |custody: &Custody, what: &Try| {
        let after = what.on(custody, &world.directory);
        worked.borrow_mut().push(after.is_some());
        after.map(without_history)
    };
    let mut arrows = BTreeSet::new();
    // An item with a law of its own; and one without, whose work this service's clock limits.
    for kind in ["legal-aid", WINDOW] {
        let tries = tries(&world, kind);
        let found = explore(
            &begun,
            &tries,
            |custody| custody.stage().to_string(),
            |custody| format!("{custody:?}"),
            attempt,
        );
        let worked = worked.take();
        for (custody, worked) in found.states.iter().zip(worked.chunks(tries.len())) {
            assert_offered(custody, &tries, worked, &world.directory);
        }
        arrows.extend(found.arrows);
    }
    let reached: BTreeSet<&str> = arrows.iter().map(|(from, _, _)| from.as_str()).collect();
    for stage in CustodyStage::ALL {
        assert!(reached.contains(stage.as_str()), "{stage} is not reached");
    }
    let label = |stage: &str| {
        let stage: CustodyStage = stage.parse().unwrap();
        format!("{} · {}", stage.text().zh, stage.text().en)
    };
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    assert_shown(&readme, &draw(&arrows, label));
    // Everything was tried in every state: what is not drawn was refused there.
    let drawn = drawn_arrows(&readme);
    assert_eq!(drawn, arrows);
}
