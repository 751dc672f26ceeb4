//! What is entered from paper afterwards: when it counts, and what is not taken (补录).

use std::sync::OnceLock;

use onestop_directory::Directory;
use onestop_proto::{
    case::{Channel, Close, Event, Grade, Open, Rejection, Reopen, ReopenGround},
    late_entry::{LateEntry, LateReason, TimeRefusal},
    rejection::Explain,
    time::Timestamp,
};
use onestop_testing::{approved_by, approved_late_entry};
use proptest::prelude::*;

use super::*;
use crate::domain::effective_time;

#[test]
fn a_closing_counts_from_when_it_happened() {
    let world = world();
    let history = [world.opened(), answered()];
    let closed = |scenario: Scenario<'_>| {
        let events = scenario.when(Close {}).unwrap();
        let [Event::Closed(closed)] = &events[..] else {
            panic!("{events:?}")
        };
        closed
            .reopen_until
            .unwrap()
            .plus_seconds(-1)
            .china_date()
            .to_string()
    };
    // Thirty days from 20 November, entered on the 23rd.
    let entered = world
        .after(&history)
        .happened_at("2026-11-20 10:00:00", "2026-11-19 09:00:00");
    assert_eq!(closed(entered), "2026-12-21");
    assert_eq!(closed(world.after(&history)), "2026-12-23");
}

/// 好差评: the time for putting right runs from the rating.
#[test]
fn a_redo_counts_from_the_rating() {
    let world = world();
    let history = [world.opened(), answered()];
    let entered = world
        .after(&history)
        .happened_at("2026-11-20 10:00:00", "2026-11-19 09:00:00");
    let events = entered.when(rate(Grade::Dissatisfied)).unwrap();
    let Some(Event::ClockStarted(started)) = events.last() else {
        panic!("{events:?}")
    };
    assert_eq!(started.due.day.to_string(), "2026-12-11");
}

/// The time for coming again is the citizen's: it is kept on the last day, also where the window enters that from paper later.
#[test]
fn a_reopening_counts_from_when_the_citizen_came() {
    let world = world();
    let mut history = vec![world.opened(), answered()];
    history.extend(world.after(&history).when(Close {}).unwrap());
    let reopened = |came: &str| {
        let scenario = world.after(&history).at("2026-12-28 09:00:00");
        let scenario = scenario.happened_at(came, "2026-11-23 09:30:00");
        let reopen = Reopen {
            reason: ReopenGround::NewFacts,
        };
        let approved = Some(approved_late_entry().clone());
        scenario.because(approved).when(reopen)
    };
    assert!(reopened("2026-12-23 16:00:00").is_ok());
    let late = reopened("2026-12-24 09:00:00");
    assert!(
        matches!(late, Err(Rejection::ReopenLate { .. })),
        "{late:?}"
    );
}

#[test]
fn a_date_that_cannot_be_is_refused() {
    let world = world();
    let history = [world.opened(), answered()];
    let at = |occurred: &str, latest: &str| {
        let scenario = world.after(&history).happened_at(occurred, latest);
        scenario.when(Close {}).unwrap_err()
    };
    let future = at("2026-11-24 10:00:00", "2026-11-19 09:00:00");
    assert!(
        matches!(future, Rejection::Time(TimeRefusal::Impossible { .. })),
        "{future:?}"
    );
    // It rests on the answer of the 19th.
    let before = at("2026-11-18 10:00:00", "2026-11-19 09:00:00");
    assert!(
        matches!(before, Rejection::Time(TimeRefusal::BeforeBasis { .. })),
        "{before:?}"
    );
    // Paper of the day is entered until thirty days later.
    let late = at("2026-10-20 10:00:00", "2026-10-19 09:00:00");
    let Rejection::Time(TimeRefusal::TooLate { day, .. }) = late else {
        panic!("{late:?}")
    };
    assert_eq!(day, "2026-11-19");
    let last = world
        .after(&history)
        .happened_at("2026-10-26 10:00:00", "2026-10-19 09:00:00");
    assert!(last.when(Close {}).is_ok());
}

fn late(approver: Option<&str>) -> Option<LateEntry> {
    let why = LateEntry::because(LateReason::Outage);
    Some(why.naming(approver.map(|approver| approver.parse().unwrap())))
}

/// 补录: within the grace it says nothing, then why, then who else approved it. The clerk is zhang-li.
#[test]
fn a_late_entry_says_why_and_who_approved_it() {
    let world = world();
    let history = [world.opened(), answered()];
    let at = |occurred: &str, entry: Option<LateEntry>| {
        let scenario = world.after(&history).because(entry);
        scenario
            .happened_at(occurred, "2026-11-01 09:00:00")
            .when(Close {})
    };
    // A Friday, entered on the Monday.
    assert!(at("2026-11-20 10:00:00", None).is_ok());
    let refused = at("2026-11-19 10:00:00", None).unwrap_err();
    assert!(
        matches!(refused, Rejection::Time(TimeRefusal::ReasonMissing { .. })),
        "{refused:?}"
    );
    assert!(at("2026-11-19 10:00:00", late(None)).is_ok());
    let refused = at("2026-11-10 10:00:00", late(None)).unwrap_err();
    let Rejection::Time(TimeRefusal::ApprovalMissing { day, .. }) = &refused else {
        panic!("{refused:?}")
    };
    assert_eq!(day, "2026-11-17");
    let says = refused.message();
    assert!(says.zh.contains("请写明审批人"), "{}", says.zh);
    assert!(says.zh.contains("注明一人单位"), "{}", says.zh);
    let own = at("2026-11-10 10:00:00", late(Some("zhang-li"))).unwrap_err();
    assert!(
        matches!(own, Rejection::Time(TimeRefusal::ApprovedByOneself { .. })),
        "{own:?}"
    );
    let alone = at("2026-11-10 10:00:00", late(Some("one-person-office"))).unwrap_err();
    assert!(
        matches!(
            alone,
            Rejection::Time(TimeRefusal::NoOnePersonOffice { .. })
        ),
        "{alone:?}"
    );
    // A name that the clerk types approves nothing.
    let typed = at("2026-11-10 10:00:00", late(Some("li-hua"))).unwrap_err();
    assert!(
        matches!(typed, Rejection::Time(TimeRefusal::ApprovalNotGiven { .. })),
        "{typed:?}"
    );
    let approved = |approver: &str| {
        let actor = approver.parse().unwrap();
        Some(approved_by(LateEntry::because(LateReason::Outage), actor))
    };
    let stranger = approved(&format!("specialist/li-hua@{}", world.agency));
    let elsewhere = at("2026-11-10 10:00:00", stranger).unwrap_err();
    assert!(
        matches!(
            elsewhere,
            Rejection::Time(TimeRefusal::NotAnApprover { .. })
        ),
        "{elsewhere:?}"
    );
    let colleague = approved(&format!("clerk/li-hua@{}", world.window));
    assert!(at("2026-11-10 10:00:00", colleague).is_ok());
}

/// Of a telephone call there is no paper: its channel has a limit of its own.
#[test]
fn the_channel_limits_how_late_a_case_is_opened() {
    let world = world();
    let opened = |channel: Channel| {
        let registration = Open {
            channel,
            ..open("legal-aid", "labour-pay", TOWN)
        };
        let scenario = world.after(&[]);
        let scenario = scenario.happened_at("2026-11-16 10:00:00", "2026-11-16 10:00:00");
        scenario.when(registration)
    };
    assert!(opened(Channel::Paper).is_ok());
    let refused = opened(Channel::Phone).unwrap_err();
    let Rejection::Time(TimeRefusal::TooLate { day, .. }) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(day, "2026-11-19");
}

/// 个人信息保护法 art. 47, 电子档案管理办法: a case "closed" years ago is not erased the same day, by whatever two people. Its
/// dates are not taken; and in a log that has them, its periods run from the record.
#[test]
fn nothing_that_is_dated_back_for_years_is_erased_the_same_day() {
    fn old(scenario: Scenario<'_>) -> Scenario<'_> {
        scenario
            .happened_at("2018-03-05 10:20:00", "2018-03-05 10:20:00")
            .because(Some(approved_late_entry().clone()))
    }

    let world = world();
    let registration = Open {
        channel: Channel::Paper,
        ..open("consultation", "family", TOWN)
    };
    let opened = old(world.after(&[])).when(registration).unwrap_err();
    assert!(
        matches!(opened, Rejection::Time(TimeRefusal::TooLate { .. })),
        "{opened:?}"
    );
    let history = [world.opened(), answered()];
    let closed = old(world.after(&history)).when(Close {}).unwrap_err();
    assert!(
        matches!(closed, Rejection::Time(TimeRefusal::TooLate { .. })),
        "{closed:?}"
    );
    let (happened, recorded) = ("2018-03-05 10:20:00", "2026-11-23 09:30:00");
    let moments = (happened.parse().unwrap(), recorded.parse().unwrap());
    let counts = effective_time(moments, shipped(), TOWN.parse().unwrap());
    assert_eq!(counts, recorded.parse().unwrap());
}

/// As shipped, loaded once for all runs of the property.
fn shipped() -> &'static Directory {
    static SHIPPED: OnceLock<Directory> = OnceLock::new();
    SHIPPED.get_or_init(|| Directory::built_in().unwrap())
}

proptest! {
    /// Whatever date is typed: a retention period counts from within the time in which paper may be entered, or from the
    /// record.
    #[test]
    fn no_date_lets_a_retention_period_end_early(
        recorded in 0_i64..500_000_000, earlier in 0_i64..1_000_000_000,
    ) {
        let start: Timestamp = "2023-01-01 00:00:00".parse().unwrap();
        let recorded = start.plus_seconds(recorded);
        let happened = recorded.plus_seconds(-earlier);
        let counts = effective_time((happened, recorded), shipped(), TOWN.parse().unwrap());
        prop_assert!(counts >= happened && counts <= recorded);
        // Thirty days, and a last day that gives way to the longest of holidays.
        prop_assert!(recorded.seconds_since(counts) <= f64::from((30 + 15) * 86_400));
        if earlier < 30 * 86_400 {
            prop_assert_eq!(counts, happened);
        }
    }
}
