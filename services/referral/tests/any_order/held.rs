//! What must be so after every step, told from the log on disk, by a reckoning of its own.
#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a reckoning looks for some events"
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

/// How often each step that runs has been told of: near its end, over, to the supervisor.
type Running = BTreeMap<Step, [u32; 3]>;

/// A stream read from disk: without a gap, and its fold is what was held in memory.
pub(crate) fn as_remembered(store: &Store, stream: &str, held: Option<&(Custody, u64)>) {
    let name: StreamName = stream.parse().unwrap();
    let records = store
        .log()
        .read_stream(&name, 0, Direction::Forward, usize::MAX)
        .unwrap();
    let revisions: Vec<u64> = records.iter().map(|record| record.revision).collect();
    let gapless: Vec<u64> = (0..).take(records.len()).collect();
    assert_eq!(revisions, gapless, "the revisions of {stream}");
    assert_eq!(revisions.last(), held.map(|(_, revision)| revision));
    let history: Vec<Event> = records
        .iter()
        .map(|record| recorded(record).unwrap().event.parse().unwrap())
        .collect();
    let folded = history.iter().fold(None, evolve);
    let remembered = held.map(|(custody, _)| custody);
    assert_eq!(folded.as_ref(), remembered, "{stream} folded from disk");
    if let Some(custody) = remembered {
        assert_eq!(custodian(&history).as_ref(), Some(custody.holder()));
        let running = running(&history);
        let steps = custody.clocks.iter().map(|clock| &clock.step);
        let mut steps: Vec<&Step> = steps.collect();
        steps.sort();
        assert!(running.keys().eq(steps), "{running:?} run: {custody:#?}");
    }
}

/// Custody begins once; whoever gives it away had it; these four events alone move it.
fn custodian(history: &[Event]) -> Option<UnitId> {
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

/// A clock starts where it does not run, stops where it does, and is told of once each.
fn running(history: &[Event]) -> Running {
    let mut running = Running::new();
    let told = |running: &mut Running, step: &Step, which: usize, event: &Event| {
        let told = running.get_mut(step).unwrap();
        told[which] += 1;
        assert_eq!(told[which], 1, "told again: {event:?}");
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
            // A later last day is told of anew.
            Event::ClockExtended(extended) => {
                *running.get_mut(&extended.step).unwrap() = [0; 3];
            }
            // Another last day is told of anew, the same is not.
            Event::ClockCorrected(corrected) => {
                assert_ne!(corrected.was, corrected.due, "corrected to the same");
                let told = running.get_mut(&corrected.step).unwrap();
                if corrected.was.day != corrected.due.day {
                    *told = [0; 3];
                }
            }
            Event::ClockDueSoon(soon) => told(&mut running, &soon.step, 0, event),
            Event::ClockOverdue(over) => told(&mut running, &over.step, 1, event),
            Event::ClockSupervised(supervised) => told(&mut running, &supervised.step, 2, event),
            _ => {}
        }
    }
    running
}

/// One custodian whom the directory knows, and nothing in custody that its stage has no room for.
pub(crate) fn as_it_should_be(custody: &Custody, directory: &Directory) {
    let told = || format!("{custody:#?}");
    let holder = directory.unit(custody.holder());
    let division = holder.map(|unit| unit.division);
    assert_eq!(division, Some(custody.holder_division()), "{}", told());

    let runs = |step: Step| custody.clock(&step).is_some();
    let (offered, disputed, at_work) = match &custody.holding {
        Holding::Window { .. } => (false, false, false),
        Holding::Offered { until, to, .. } => {
            let due = custody.clock(&accept_step()).map(|clock| clock.due.at);
            assert_eq!(due, Some(*until), "{}", told());
            assert!(directory.unit(to).is_some(), "{}", told());
            (true, false, false)
        }
        Holding::Disputed { .. } => (false, true, false),
        Holding::Unit { finished, .. } => {
            let item = &custody.errand.as_ref().unwrap().item;
            let own_law = specialist::ALL
                .iter()
                .any(|one| one.service == item.as_str());
            (false, false, finished.is_none() && !own_law)
        }
    };
    assert_eq!(runs(accept_step()), offered, "an open offer: {}", told());
    assert_eq!(runs(designate_step()), disputed, "a dispute: {}", told());
    assert_eq!(runs(work_step()), at_work, "work without a law: {}", told());
    let until = custody.instruction.as_ref().map(|open| open.until);
    let due = custody.clock(&report_step()).map(|clock| clock.due.at);
    assert_eq!(due, until, "an instruction: {}", told());
    if let Some(asked) = &custody.extension {
        assert!(runs(asked.step.clone()), "more time for it: {}", told());
    }

    let waits = custody.open_co_units().next().is_some();
    match &custody.holding {
        Holding::Unit { finished, .. } => {
            assert!(finished.is_none() || waits, "it waits for: {}", told());
        }
        Holding::Window { .. } | Holding::Offered { .. } | Holding::Disputed { .. } => {
            assert!(!waits, "co-units without a lead: {}", told());
        }
    }
}
