use super::*;

const OLD: Uuid = Uuid::from_u128(1);
const NEW: Uuid = Uuid::from_u128(2);

fn source(service: &str) -> Source {
    Source::main(service.parse().unwrap())
}

fn log(place: Place, count: u64, epoch: Uuid) -> Log {
    let source = source("referral");
    Log {
        source,
        place,
        count,
        epoch,
    }
}

fn reached(by: &str, next: u64, epoch: Uuid, seen: Seen) -> Reached {
    Reached {
        by: source(by),
        of: source("referral"),
        epoch,
        next,
        seen,
    }
}

fn found(log: Log, heard: Vec<Reached>) -> Vec<Difference> {
    differences(&Facts {
        logs: vec![log],
        heard,
        aside: Vec::new(),
    })
}

fn never(_: &Source) -> bool {
    false
}

#[test]
fn a_log_that_has_what_was_heard_lacks_nothing() {
    let whole = log(Place::Running, 7, OLD);
    assert!(found(whole.clone(), vec![reached("journal", 7, OLD, Seen::Same)]).is_empty());
    assert!(
        found(
            whole.clone(),
            vec![reached("journal", 0, NEW, Seen::Unknown)]
        )
        .is_empty()
    );
    assert!(found(whole, Vec::new()).is_empty());
}

#[test]
fn the_furthest_hearer_tells_what_is_missing_and_who_runs_is_stopped_first() {
    let by = vec![
        reached("intake", 8, OLD, Seen::Unknown),
        reached("journal", 9, OLD, Seen::Unknown),
    ];
    for (place, mend) in [
        (Place::Running, Mend::StopFirst),
        (Place::Stopped, Mend::Refill),
    ] {
        let all = found(log(place, 7, NEW), by.clone());
        let [lacks @ Difference::Lacks { by, known: 9, .. }] = &all[..] else {
            panic!("{all:?}")
        };
        assert_eq!(*by, source("journal"));
        assert_eq!(lacks.mend(never), mend);
    }
}

#[test]
fn a_lost_log_is_refilled_unless_something_of_it_is_in_no_event() {
    let all = found(
        log(Place::Missing, 0, Uuid::nil()),
        vec![reached("journal", 9, OLD, Seen::Unknown)],
    );
    let [lost @ Difference::Lost { known: 9, .. }] = &all[..] else {
        panic!("{all:?}")
    };
    assert_eq!(lost.mend(never), Mend::Refill);
    assert_eq!(lost.mend(|_| true), Mend::Restore);
}

#[test]
fn another_history_and_a_copy_from_before_are_not_refilled_over() {
    let other = found(
        log(Place::Stopped, 9, OLD),
        vec![reached("journal", 8, OLD, Seen::Other)],
    );
    assert_eq!(other[0].mend(never), Mend::Decide);
    assert!(matches!(other[0], Difference::Differs { position: 7, .. }));
    let older = found(
        log(Place::Running, 9, OLD),
        vec![reached("journal", 9, NEW, Seen::Same)],
    );
    assert!(matches!(older[0], Difference::Older { .. }), "{older:?}");
}

#[test]
fn who_has_not_heard_all_catches_up_by_itself() {
    let all = found(
        log(Place::Running, 9, OLD),
        vec![reached("journal", 4, OLD, Seen::Same)],
    );
    assert_eq!(all[0].mend(never), Mend::ByItself);
    assert!(matches!(all[0], Difference::Behind { missing: 5, .. }));
}
