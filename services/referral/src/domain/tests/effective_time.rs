//! What is entered from paper counts from when it happened (补录); the receipt of an application stays what it was.
#![allow(clippy::wildcard_enum_match_arm, reason = "a test looks for one event")]

use std::sync::OnceLock;

use onestop_proto::{
    late_entry::TimeRefusal,
    referral::{Recall, RecallReason},
};
use onestop_testing::approved_by;
use proptest::prelude::*;

use crate::domain::test_support::*;

fn accept(number: u32) -> Accept {
    Accept {
        handoff: handoff(number),
    }
}

/// When the unit took custody, and when an agency's system first received the application.
fn taken(events: &[Event]) -> (Timestamp, Option<Timestamp>) {
    let accepted = events.iter().rev().find_map(|event| match event {
        Event::Accepted(accepted) => Some(accepted),
        _ => None,
    });
    let accepted = accepted.unwrap();
    (accepted.at, accepted.received_at)
}

/// 热线工单: the work counts from the acceptance on paper, not from the day on which it was entered.
#[test]
fn the_work_counts_from_the_acceptance() {
    let world = world();
    let mut events = world.begun();
    let wants = World::wants("consultation", "labour", "530821101");
    events.extend(world.scenario(&events).reacts_to(&wants).unwrap());
    let window = world.unit("530821101", "window");
    let entered = world.scenario(&events).by(&window);
    let now = "2026-03-03 16:00:00".parse().unwrap();
    let at = "2026-03-02 11:00:00".parse().unwrap();
    events.extend(entered.entered(at, now).sends(accept(1)).unwrap());
    assert_eq!(taken(&events).0, at);
    let clock = state(&events).clocks.iter().next().cloned().unwrap();
    assert_eq!(clock.history.unwrap().since, at);
    // Five working days after the Monday.
    assert_eq!(clock.due.day.to_string(), "2026-03-09");
}

/// An offer is made when it is recorded: the unit that is asked next has its whole time.
#[test]
fn the_next_unit_is_asked_when_that_is_recorded() {
    let world = world();
    let mut events = world.offered();
    let decline = Decline {
        handoff: handoff(1),
        reason: ReturnReason::NoCapacity,
        belongs_to: None,
    };
    let county = world.scenario(&events).by(&world.agency(COUNTY));
    let entered = county.entered(day(2).plus_seconds(3_600), day(3));
    events.extend(entered.with_handoff(handoff(2)).sends(decline).unwrap());
    let clock = state(&events).clocks.iter().next().cloned().unwrap();
    assert_eq!(clock.history.unwrap().since, day(3));
    assert_eq!(clock.due.day.to_string(), "2026-03-05");
}

#[test]
fn a_date_that_cannot_be_is_refused() {
    let world = world();
    let events = world.offered();
    let sent = |happened: Timestamp, now: Timestamp| {
        let scenario = world.scenario(&events).by(&world.agency(COUNTY));
        scenario.entered(happened, now).sends(accept(1))
    };
    let future = sent(day(4), day(3));
    assert!(
        matches!(future, Err(Rejection::Time(TimeRefusal::Impossible { .. }))),
        "{future:?}"
    );
    // The offer was made on the 2nd.
    let before = sent(day(1), day(3));
    assert!(
        matches!(
            before,
            Err(Rejection::Time(TimeRefusal::BeforeBasis { .. }))
        ),
        "{before:?}"
    );
    assert!(sent(day(2), day(3)).is_ok());
}

/// In place of a name: the proven approval of a supervisor of the county's bureau.
const APPROVED: &str = "approved";

#[test]
fn a_late_entry_says_why_and_who_approved_it() {
    let world = world();
    let events = world.at_work();
    let window = world.unit("530821101", "window");
    let sent = |now: Timestamp, approver: Option<&str>, says: bool| {
        let why = LateEntry::because(LateReason::HomeVisit);
        let late = match approver {
            Some(APPROVED) => approved_by(why, as_role("supervisor", &world.bureau(COUNTY))),
            named => why.naming(named.map(|approver| approver.parse().unwrap())),
        };
        let scenario = world.scenario(&events).by(&window).entered(day(3), now);
        let complete = Complete {
            outcome: Outcome::Granted,
        };
        scenario.because(says.then_some(&late)).sends(complete)
    };
    assert!(sent(day(4), None, false).is_ok());
    let reason = sent(day(5), None, false);
    assert!(
        matches!(
            reason,
            Err(Rejection::Time(TimeRefusal::ReasonMissing { .. }))
        ),
        "{reason:?}"
    );
    assert!(sent(day(5), None, true).is_ok());
    let approval = sent(day(20), None, true);
    assert!(
        matches!(
            approval,
            Err(Rejection::Time(TimeRefusal::ApprovalMissing { .. }))
        ),
        "{approval:?}"
    );
    let own = sent(day(20), Some("wang"), true);
    assert!(
        matches!(
            own,
            Err(Rejection::Time(TimeRefusal::ApprovedByOneself { .. }))
        ),
        "{own:?}"
    );
    // A name that is typed is no approval; the bureau's own word is.
    let typed = sent(day(20), Some("zhao-qian"), true);
    assert!(
        matches!(
            typed,
            Err(Rejection::Time(TimeRefusal::ApprovalNotGiven { .. }))
        ),
        "{typed:?}"
    );
    assert!(sent(day(20), Some(APPROVED), true).is_ok());
}

/// A bureau sits where the network is: what it decides is entered within three days.
#[test]
fn a_bureau_enters_what_it_decides_sooner() {
    let world = world();
    let events = world.disputed();
    let bureau = world.bureau(PREFECTURE);
    let sent = |now: Timestamp| {
        let scenario = world.scenario(&events).by_supervisor(&bureau);
        let to = designate(&world.agency(COUNTY));
        scenario
            .entered(day(2), now)
            .with_handoff(handoff(4))
            .sends(to)
    };
    assert!(sent(day(5)).is_ok());
    let late = sent(day(6));
    assert!(
        matches!(late, Err(Rejection::Time(TimeRefusal::TooLate { .. }))),
        "{late:?}"
    );
}

/// 法律援助法 art. 43: seven days from the receipt of the application. An offer that was ignored, one that was declined and a
/// case that was given back do not start them afresh.
#[test]
fn the_first_receipt_stays() {
    let world = world();
    let mut events = world.offered();
    let first = Some(day(2));
    // Ignored until it lapsed.
    let lapsed = world.scenario(&events).at(day(5)).with_handoff(handoff(2));
    events.extend(lapsed.reacts_to(&Trigger::TimerFired).unwrap());
    let to = state(&events).offer().unwrap().to.clone();
    let taking = world.scenario(&events).by(&to).at(day(6));
    events.extend(taking.sends(accept(2)).unwrap());
    assert_eq!(taken(&events), (day(6), first));
    // Given back, and taken again.
    let give_back = Return {
        reason: ReturnReason::NotInJurisdiction,
        belongs_to: Some(SIMAO.parse().unwrap()),
    };
    let giving = world.scenario(&events).by(&to).at(day(9));
    events.extend(giving.with_handoff(handoff(3)).sends(give_back).unwrap());
    let to = state(&events).offer().unwrap().to.clone();
    // The seven days end on the ninth, and the offer with them.
    let until: Timestamp = "2026-03-10 00:00:00".parse().unwrap();
    assert_eq!(state(&events).offer().unwrap().until, until);
    let same_day = day(9).plus_seconds(3_600);
    let taking = world.scenario(&events).by(&to).at(same_day);
    events.extend(taking.sends(accept(3)).unwrap());
    assert_eq!(taken(&events), (same_day, first));
}

/// A mistake of the window is not the citizen's; what the citizen withdrew is applied for anew.
#[test]
fn only_the_citizen_starts_an_application_afresh() {
    let world = world();
    for (reason, first) in [
        (RecallReason::WindowError, day(2)),
        (RecallReason::CitizenWithdrew, day(4)),
    ] {
        let mut events = world.offered();
        let recalled = world.scenario(&events).at(day(3)).sends(Recall { reason });
        events.extend(recalled.unwrap());
        let again = world.scenario(&events).at(day(4)).with_handoff(handoff(2));
        events.extend(again.reacts_to(&World::request()).unwrap());
        assert_eq!(
            state(&events).application.received_at,
            Some(first),
            "{reason}"
        );
        assert_eq!(
            state(&events).application.requested_at,
            Some(first),
            "{reason}"
        );
    }
}

/// One world for all runs of the property.
fn shared() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(world)
}

proptest! {
    /// 法律援助法 art. 43: no sequence of acts with any effective times moves the receipt of the application later than its
    /// first offer, or lets a clock count from before it.
    #[test]
    fn no_acts_move_the_receipt(
        steps in prop::collection::vec((0_usize..6, 0_i64..200_000, 0_i64..400_000), 1..14),
    ) {
        let world = shared();
        let mut events = world.offered();
        let first = Some(day(2));
        let mut now = day(2);
        for (number, (which, later, earlier)) in (2_u32..).zip(steps) {
            now = now.plus_seconds(later);
            let before = state(&events);
            let open = before.offer().map(|offer| (offer.handoff, offer.to.clone()));
            let (current, to) = open.unwrap_or_else(|| (handoff(1), before.holder().clone()));
            let scenario = world.scenario(&events).with_handoff(handoff(number));
            let by = scenario.by(&to).entered(now.plus_seconds(-earlier), now);
            let reason = ReturnReason::NoCapacity;
            let decided = match which {
                0 => by.sends(Accept { handoff: current }),
                1 => by.sends(Decline { handoff: current, reason, belongs_to: None }),
                2 => by.sends(Return { reason, belongs_to: None }),
                3 => by.reacts_to(&World::request()),
                4 => by.sends(Recall { reason: RecallReason::WindowError }),
                _ => by.at(now).reacts_to(&Trigger::TimerFired),
            };
            let Ok(decided) = decided else { continue };
            for event in &decided {
                if let Event::Accepted(accepted) = event {
                    prop_assert_eq!(accepted.received_at, first);
                    prop_assert!(accepted.at >= day(2) && accepted.at <= now);
                }
            }
            events.extend(decided);
            let after = state(&events);
            prop_assert_eq!(after.application.received_at, first);
            for clock in &after.clocks {
                let since = clock.history.as_ref().unwrap().since;
                prop_assert!(since >= day(2) && since <= now);
            }
        }
    }
}
