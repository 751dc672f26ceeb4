//! What is entered from paper counts from when it happened (补录).

use onestop_testing::approved_late_entry;

use super::*;

/// 人民调解法 art. 33: both parties ask the court within thirty days of the agreement, whenever that was entered.
#[test]
fn asking_the_court_counts_from_the_agreement() {
    let world = world();
    let entered = |history: &[Event], happened: &str, now: &str, command: Command| {
        let context = Context {
            happened_at: at(happened),
            late_entry: Some(approved_late_entry()),
            ..world.context(now)
        };
        decide(state(history).as_ref(), &command, &context)
    };
    let mut history = world.after(seated());
    let agreed = entered(
        &history,
        "2026-10-18 11:00:00",
        "2026-10-28 09:00:00",
        written(),
    );
    history.extend(agreed.unwrap());
    let clock = state(&history).unwrap();
    assert_eq!(clock.clock().unwrap().due.day.to_string(), "2026-11-17");
    let late = world.when(&history, "2026-11-28 09:00:00", court());
    assert!(matches!(late, Err(Rejection::ConfirmationLate { day }) if day == "2026-11-17"));
    // The court has the application since the last day; it is entered afterwards.
    let in_time = entered(
        &history,
        "2026-11-17 16:00:00",
        "2026-11-20 09:00:00",
        court(),
    );
    assert!(in_time.is_ok(), "{in_time:?}");
}
