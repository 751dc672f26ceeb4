//! What holds after every step, computed from the log on disk without the code under test.
#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "an invariant looks for some events"
)]

use std::collections::BTreeMap;

use onestop_chassis::store::{Rules, Store, recorded};
use onestop_directory::Directory;
use onestop_eventlog::{Direction, StreamName};
use onestop_proto::{
    clock::Step,
    ids::UnitId,
    referral::{Event, accept_step, designate_step, report_step, work_step},
    specialist,
};
use onestop_referral::domain::{Custody, Holding, address, evolve};

/// As the service has them.
pub(crate) const RULES: Rules<Custody, Event> = Rules { evolve, address };

/// How often each clock that runs has announced something: due soon, overdue, to the supervisor.
type Running = BTreeMap<Step, [u32; 3]>;

/// Asserts that a stream on disk has no gap, and folds to the state in memory.
pub(crate) fn assert_replayed(store: &Store, stream: &str, state: Option<&(Custody, u64)>) {
    let name: StreamName = stream.parse().unwrap();
    let records = store
        .log()
        .read_stream(&name, 0, Direction::Forward, usize::MAX)
        .unwrap();
    let revisions: Vec<u64> = records.iter().map(|record| record.revision).collect();
    let gapless: Vec<u64> = (0..).take(records.len()).collect();
    assert_eq!(revisions, gapless, "the revisions of {stream}");
    assert_eq!(revisions.last(), state.map(|(_, revision)| revision));
    let history: Vec<Event> = records
        .iter()
        .map(|record| recorded(record).unwrap().event.parse().unwrap())
        .collect();
    let folded = history.iter().fold(None, evolve);
    let remembered = state.map(|(custody, _)| custody);
    assert_eq!(folded.as_ref(), remembered, "{stream} folded from disk");
    if let Some(custody) = remembered {
        assert_eq!(holder_of(&history).as_ref(), Some(custody.holder()));
        let running = running(&history);
        let steps = custody.clocks.iter().map(|clock| &clock.step);
        let mut steps: Vec<&Step> = steps.collect();
        steps.sort();
        assert!(running.keys().eq(steps), "{running:?} run: {custody:#?}");
    }
}

/// The holder: custody begins once; the giver had it; these four events alone move it.
fn holder_of(history: &[Event]) -> Option<UnitId> {
    let mut holder: Option<UnitId> = None;
    for event in history {
        let (from, to) = match event {
            Event::CustodyTaken(taken) => (None, &taken.by),
            Event::Accepted(accepted) => (Some(&accepted.from), &accepted.to),
            Event::Returned(returned) => (Some(&returned.from), &returned.to),
            Event::Completed(completed) => (Some(&completed.from), &completed.to),
            other => {
                assert!(holder.is_some(), "before custody: {other:?}");
                continue;
            }
        };
        assert_eq!(holder.as_ref(), from, "the chain is broken at {event:?}");
        holder = Some(to.clone());
    }
    holder
}

/// The rungs that an overdue step climbs: county, prefecture, province.
const RUNGS: u32 = 3;

/// A clock starts where it does not run, stops where it does, and announces each thing once; that it is supervised, once to
/// each supervisor on the way up.
fn running(history: &[Event]) -> Running {
    let mut running = Running::new();
    let announce = |running: &mut Running, step: &Step, which: usize, event: &Event| {
        let announced = running.get_mut(step).unwrap();
        announced[which] += 1;
        let most = if which == 2 { RUNGS } else { 1 };
        assert!(announced[which] <= most, "announced again: {event:?}");
    };
    for event in history {
        match event {
            Event::ClockStarted(started) => {
                let before = running.insert(started.step.clone(), [0; 3]);
                assert_eq!(before, None, "it runs already: {event:?}");
            }
            Event::ClockStopped(stopped) => {
                let before = running.remove(&stopped.step);
                assert!(before.is_some(), "it does not run: {event:?}");
            }
            // A later last day is announced anew.
            Event::ClockExtended(extended) => {
                *running.get_mut(&extended.step).unwrap() = [0; 3];
            }
            // Another last day is announced anew, the same is not.
            Event::ClockCorrected(corrected) => {
                assert_ne!(corrected.was, corrected.due, "corrected to the same");
                let announced = running.get_mut(&corrected.step).unwrap();
                if corrected.was.day != corrected.due.day {
                    *announced = [0; 3];
                }
            }
            Event::ClockDueSoon(soon) => announce(&mut running, &soon.step, 0, event),
            Event::ClockOverdue(over) => announce(&mut running, &over.step, 1, event),
            Event::ClockSupervised(supervised) => {
                announce(&mut running, &supervised.step, 2, event)
            }
            _ => {}
        }
    }
    running
}

/// Asserts that the directory knows the holder, and that custody has nothing for which its stage has no room.
pub(crate) fn assert_consistent(custody: &Custody, directory: &Directory) {
    let shown = || format!("{custody:#?}");
    let holder = directory.unit(custody.holder());
    let division = holder.map(|unit| unit.division);
    assert_eq!(division, Some(custody.holder_division()), "{}", shown());

    let runs = |step: Step| custody.clock(&step).is_some();
    let (offered, disputed, at_work) = match &custody.holding {
        Holding::Window => (false, false, false),
        // The supervisor is to designate one.
        Holding::Unroutable => (false, custody.search.is_some(), false),
        Holding::Offered(offer) => {
            let due = custody.clock(&accept_step()).map(|clock| clock.due.at);
            assert_eq!(due, Some(offer.until), "{}", shown());
            assert!(directory.unit(&offer.to).is_some(), "{}", shown());
            (true, false, false)
        }
        Holding::Disputed(_) => (false, true, false),
        Holding::Unit(lead) => {
            let item = &custody.subject.as_ref().unwrap().item;
            let own_law = specialist::ALL
                .iter()
                .any(|one| one.service == item.as_str());
            (false, false, lead.finished.is_none() && !own_law)
        }
    };
    assert_eq!(runs(accept_step()), offered, "an open offer: {}", shown());
    assert_eq!(runs(designate_step()), disputed, "a dispute: {}", shown());
    assert_eq!(
        runs(work_step()),
        at_work,
        "work without a law: {}",
        shown()
    );
    let until = custody.instruction.as_ref().map(|open| open.until);
    let due = custody.clock(&report_step()).map(|clock| clock.due.at);
    assert_eq!(due, until, "an instruction: {}", shown());
    if let Some(pending) = &custody.extension {
        assert!(runs(pending.step.clone()), "more time for it: {}", shown());
    }

    let waits = custody.open_co_units().next().is_some();
    match &custody.holding {
        Holding::Unit(lead) => {
            assert!(
                lead.finished.is_none() || waits,
                "it waits for: {}",
                shown()
            );
        }
        Holding::Window | Holding::Unroutable | Holding::Offered(_) | Holding::Disputed(_) => {
            assert!(!waits, "co-units without a lead: {}", shown());
        }
    }
}
