//! What is entered from paper counts from when it happened (补录), and cannot mend what it is measured by.

use std::sync::OnceLock;

use jiff::{ToSpan, civil::Date};
use onestop_proto::{
    clock::{Alarm, Clock, RunState},
    late_entry::{LateEntry, LateReason, TimeRefusal},
};
use proptest::prelude::*;

use super::*;

impl World {
    /// Received when the window's acceptance happened, and handled later.
    fn received_late(&self, (happened, now): (&str, &str)) -> Vec<Event> {
        let context = Context {
            happened_at: at(happened),
            ..self.context(at(now))
        };
        react::<LegalAidRules>(None, &self.accepted_as("defence-applied", None), &context).unwrap()
    }
}

/// 法律援助法 art. 43: seven days from the receipt, and not from the day on which it was entered.
#[test]
fn the_review_counts_from_the_receipt() {
    let world = world();
    let received = world.received_late(("2025-01-24 15:00:00", "2026-11-28 09:00:00"));
    assert_eq!(due(&received), "2025-02-05");
}

/// 法律援助法 art. 36: three days from the notice of the organ.
#[test]
fn the_assignment_counts_from_the_notice() {
    let world = world();
    let mut history = world.received_late(("2026-07-13 09:00:00", "2026-07-13 09:05:00"));
    let entered = ("2026-07-13 10:00:00", "2026-07-16 16:00:00");
    let notified = world.entered(&history, entered, notice(Gravity::Ordinary));
    history.extend(notified.unwrap());
    assert_eq!(due(&history), "2026-07-16");
}

/// 法律援助法 art. 43: time for papers is not counted, from the notice to the receipt on paper.
#[test]
fn a_pause_counts_from_the_paper() {
    let world = world();
    let mut history = world.received();
    let missing = vec!["wage-record".parse().unwrap()];
    let requested = world.entered(
        &history,
        ("2026-03-03 10:00:00", "2026-03-05 09:00:00"),
        supplement("2026-03-20"),
    );
    history.extend(requested.unwrap());
    let came = world.entered(
        &history,
        ("2026-03-06 10:00:00", "2026-03-09 09:00:00"),
        ReceiveSupplement { materials: missing },
    );
    history.extend(came.unwrap());
    // Due 9 March; 4, 5 and 6 March stood still.
    assert_eq!(due(&history), "2026-03-12");
}

#[test]
fn a_date_that_cannot_be_is_refused() {
    use TimeRefusal::{BeforeBasis, Impossible, TooLate};

    let world = world();
    let history = world.received();
    let refused = |happened: &str, now: &str| {
        let Err(Rejection::Matter(matter::Rejection::Time(refused))) =
            world.entered(&history, (happened, now), exempt())
        else {
            panic!("{happened} {now}")
        };
        refused
    };
    let future = refused("2026-03-04 10:00:00", "2026-03-03 10:00:00");
    assert!(matches!(future, Impossible { .. }), "{future:?}");
    let before = refused("2026-03-02 09:59:00", "2026-03-03 10:00:00");
    assert!(matches!(before, BeforeBasis { .. }), "{before:?}");
    let late = refused("2026-03-03 10:00:00", "2026-04-03 10:00:00");
    assert!(matches!(late, TooLate { .. }), "{late:?}");
    // It rests on what the window did before, too.
    let context = Context {
        happened_at: at("2026-03-03 10:00:00"),
        latest_act: Some(at("2026-03-04 10:00:00")),
        ..world.context(at("2026-03-05 10:00:00"))
    };
    let rests = decide(state(&history).as_ref(), &exempt(), &context);
    assert!(
        matches!(
            rests,
            Err(Rejection::Matter(matter::Rejection::Time(
                BeforeBasis { .. }
            )))
        ),
        "{rests:?}"
    );
}

/// 补录: an agency that enters a grant late says why, and beyond the limit has another person approve it.
#[test]
fn a_late_entry_says_why_and_who_approved_it() {
    use TimeRefusal::{ApprovalMissing, ApprovalNotGiven, ApprovedByOneself, ReasonMissing};

    let world = world();
    let history = world.received();
    let entered = |now: &str, late_entry: Option<&LateEntry>| {
        let context = Context {
            happened_at: at("2026-03-03 10:00:00"),
            late_entry,
            ..world.context(at(now))
        };
        decide(state(&history).as_ref(), &exempt(), &context)
    };
    let refused = |now: &str, late_entry: Option<&LateEntry>| {
        let Err(Rejection::Matter(matter::Rejection::Time(refused))) = entered(now, late_entry)
        else {
            panic!("{now}")
        };
        refused
    };
    let of = |approver: Option<&str>| {
        let why = LateEntry::because(LateReason::PaperCameLate);
        why.naming(approver.map(|approver| approver.parse().unwrap()))
    };
    assert!(entered("2026-03-04 17:00:00", None).is_ok());
    let refusal = refused("2026-03-05 09:00:00", None);
    assert!(matches!(refusal, ReasonMissing { .. }), "{refusal:?}");
    assert!(entered("2026-03-05 09:00:00", Some(&of(None))).is_ok());
    let refusal = refused("2026-03-20 09:00:00", Some(&of(None)));
    assert!(matches!(refusal, ApprovalMissing { .. }), "{refusal:?}");
    let own = of(Some("wang"));
    let refusal = refused("2026-03-20 09:00:00", Some(&own));
    assert!(matches!(refusal, ApprovedByOneself { .. }), "{refusal:?}");
    let typed = of(Some("zhao-qian"));
    let refusal = refused("2026-03-20 09:00:00", Some(&typed));
    assert!(matches!(refusal, ApprovalNotGiven { .. }), "{refusal:?}");
    assert!(entered("2026-03-20 09:00:00", Some(approved_late_entry())).is_ok());
}

/// 法律援助法 art. 43: seven days from the receipt by an agency's system, and not from the acceptance by the unit that has
/// the case in the end. What the unit does is not before it took the case.
#[test]
fn the_review_runs_from_the_first_receipt() {
    let world = world();
    let Trigger::CaseAccepted(accepted) = world.accepted() else {
        panic!()
    };
    let received = |received_at: Option<&str>| {
        let accepted = Received {
            received_at: received_at.map(at),
            taken_at: Some(at("2026-03-09 10:00:00")),
            ..accepted.clone()
        };
        let context = world.context(at("2026-03-09 10:00:00"));
        react::<LegalAidRules>(None, &Trigger::CaseAccepted(accepted), &context).unwrap()
    };
    // Offered on Monday 2 March, ignored, offered again, accepted on the 9th: that day is the last one.
    let history = received(Some("2026-03-02 10:00:00"));
    assert_eq!(due(&history), "2026-03-09");
    // From a log that did not keep it, from the acceptance.
    assert_eq!(due(&received(None)), "2026-03-16");
    // The acceptance of another machine's clock is no earlier receipt.
    assert_eq!(due(&received(Some("2026-03-10 10:00:00"))), "2026-03-16");
    let entered = ("2026-03-06 10:00:00", "2026-03-09 15:00:00");
    let before = world.entered(&history, entered, exempt());
    let Err(Rejection::Matter(matter::Rejection::Time(before))) = before else {
        panic!("{before:?}")
    };
    assert!(
        matches!(before, TimeRefusal::BeforeBasis { .. }),
        "{before:?}"
    );
}

/// A late office does not mend it by a date: a grant of the last day, entered five days later, comes after the
/// announcement that the step was overdue.
#[test]
fn lateness_is_told_by_the_moment_of_the_record() {
    let world = world();
    let mut history = world.after(&[exempt()]);
    let now = "2026-03-14 09:00:00";
    let told = announcements(&state(&history).unwrap(), &world.context(at(now)));
    let overdue = |event: &Event| matches!(event, Event::ClockOverdue(_));
    assert!(told.iter().any(overdue), "{told:?}");
    history.extend(told);
    let granted = world.entered(&history, ("2026-03-09 10:00:00", now), Grant {});
    history.extend(granted.unwrap());
    // The assignment counts from the grant all the same.
    assert_eq!(due(&history), "2026-03-12");
}

/// The last day, counted without the directory's own rules: so many days after the receipt, later by the days of each
/// pause that began before the end, and on to a working day.
fn counted_by_hand(world: &World, clock: &Clock, still: &[(Date, Date)]) -> Date {
    let worked = |last: Date| {
        let mut later = last.series(1.day());
        later
            .find(|day| world.directory.is_working_day(*day))
            .unwrap()
    };
    let since = clock.history.as_ref().unwrap().since.china_date();
    let mut last = since + i64::from(clock.limit.days).days();
    for (from, to) in still {
        if *from <= worked(last) && from < to {
            last += *to - *from;
        }
    }
    worked(last)
}

/// A clock that is over is not paused: a late office cannot mend it by asking for papers.
#[test]
fn a_clock_that_is_over_is_not_paused() {
    let world = world();
    let mut history = world.received();
    let missing = supplement("2026-03-20");
    let entered = ("2026-03-09 10:00:00", "2026-03-10 09:00:00");
    history.extend(world.entered(&history, entered, missing).unwrap());
    let came = ReceiveSupplement {
        materials: vec!["wage-record".parse().unwrap()],
    };
    history.extend(world.when(&history, "2026-03-20 10:00:00", came).unwrap());
    assert_eq!(due(&history), "2026-03-09");
}

/// One world for all runs of the property.
fn shared() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(world)
}

proptest! {
    /// No sequence of commands with any effective times makes the review end later than its days, counted by hand from
    /// the receipt, nor hides that it is overdue by the moment of the record.
    #[test]
    fn no_dates_make_a_clock_end_later(
        steps in prop::collection::vec((0_usize..5, 0_i64..200_000, 0_i64..400_000), 1..14),
    ) {
        let world = shared();
        let paper: onestop_proto::ids::Topic = "wage-record".parse().unwrap();
        let mut history = world.received();
        let mut now = at("2026-03-02 10:00:00");
        let mut latest_act = None;
        for (number, (which, later, earlier)) in steps.into_iter().enumerate() {
            now = now.plus_seconds(later);
            let happened_at = now.plus_seconds(-earlier);
            history.extend(announcements(&state(&history).unwrap(), &world.context(now)));
            let letter = || format!("宁援协〔2026〕{number}号");
            let last_day = happened_at.china_date() + 20.days();
            let command: Command = match which {
                0 => supplement(&last_day.to_string()).into(),
                1 => ReceiveSupplement { materials: vec![paper.clone()] }.into(),
                2 => AskCooperation { agency: "思茅区法律援助中心".to_owned(), letter: letter(), last_day: None }.into(),
                3 => ReceiveCooperation { letter: letter() }.into(),
                _ => exempt(),
            };
            let late_entry = Some(approved_late_entry());
            let context = Context { happened_at, latest_act, late_entry, ..world.context(now) };
            if let Ok(events) = decide(state(&history).as_ref(), &command, &context) {
                latest_act = latest_act.max(Some(happened_at));
                history.extend(events);
            }
            let still = pauses(&history);
            let matter = state(&history).unwrap();
            let clock = matter.clock().unwrap();
            prop_assert_eq!(clock.history.as_ref().unwrap().since, at("2026-03-02 10:00:00"));
            prop_assert!(clock.due.day <= counted_by_hand(world, clock, &still));
            let told = announcements(&matter, &world.context(now));
            if clock.motion == RunState::Running && now >= clock.due.at {
                let overdue = told.iter().any(|event| matches!(event, Event::ClockOverdue(_)));
                prop_assert!(overdue || clock.alarm > Alarm::DueSoon);
            }
        }
    }
}

/// The times for which the clock stood still, by the days of its events.
fn pauses(history: &[Event]) -> Vec<(Date, Date)> {
    let mut pauses = Vec::new();
    let mut since = None;
    for event in history {
        if let Event::ClockPaused(paused) = event {
            since = Some(paused.at.china_date());
        }
        if let Event::ClockResumed(resumed) = event {
            let to = resumed.at.unwrap().china_date();
            pauses.extend(since.take().map(|from| (from, to)));
        }
    }
    pauses
}
