//! When a log is cosigned.

use onestop_proto::{comparison::NotCosigned, time::Timestamp};
use uuid::Uuid;

use super::{NOON, cosigned_log, source};
use crate::cosigning::state::{Present, State};

const HOUR: i64 = 3_600;

fn log(epoch: u128, size: u64) -> Present {
    Present {
        source: source(),
        epoch: Uuid::from_u128(epoch),
        size,
        held: None,
    }
}

/// A log of eight events, cosigned at noon; and noon.
fn cosigned_at_noon() -> (State, Timestamp) {
    let folder = tempfile::tempdir().unwrap();
    let (cosigned, _) = cosigned_log(folder.path());
    let state = State {
        last: cosigned.last().cloned(),
        ..State::default()
    };
    (state, Timestamp::from_micros(NOON))
}

#[test]
fn a_log_is_due_daily_by_many_events_and_in_a_new_incarnation() {
    let (state, noon) = cosigned_at_noon();
    let (hour, day) = (noon.plus_seconds(HOUR), noon.plus_seconds(24 * HOUR));
    assert!(State::default().is_due(&log(1, 1), noon));
    assert!(!State::default().is_due(&log(1, 0), noon));
    assert!(!state.is_due(&log(1, 9), hour));
    assert!(state.is_due(&log(1, 9), day));
    // One that has not grown is not.
    assert!(!state.is_due(&log(1, 8), day));
    assert!(state.is_due(&log(1, 100_008), hour));
    assert!(state.is_due(&log(2, 6), hour));
}

#[test]
fn what_fails_is_tried_again_and_is_overdue_two_days_after_the_last_cosignature() {
    let (mut state, noon) = cosigned_at_noon();
    let day = noon.plus_seconds(24 * HOUR);
    let problem = "it does not answer".to_owned();
    let unavailable = NotCosigned::Unavailable { problem };
    // The sooner, the shorter that lasts.
    for (lasts, pause) in [(0, 1), (5, 5), (HOUR, 20)] {
        let failed = day.plus_seconds(lasts);
        state.put_off(&source(), unavailable.clone(), failed);
        assert!(!state.is_due(&log(1, 9), failed.plus_seconds(pause - 1)));
        assert!(state.is_due(&log(1, 9), failed.plus_seconds(pause)));
    }
    let later = day.plus_seconds(HOUR + 20);
    state.put_off(&source(), NotCosigned::OtherPast { size: 8 }, later);
    assert!(!state.is_due(&log(1, 9), later.plus_seconds(599)));
    assert!(state.is_due(&log(1, 9), later.plus_seconds(600)));
    assert_eq!(state.pending.as_ref().unwrap().since, day);
    assert!(!state.is_overdue(noon.plus_seconds(47 * HOUR)));
    assert!(state.is_overdue(noon.plus_seconds(49 * HOUR)));
}
