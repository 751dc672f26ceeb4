//! The statutory clock of a case runs while the case is offered: an offer, more time for it, and the supervisor's designation
//! end with it at the latest.

use std::sync::OnceLock;

use onestop_proto::{
    clock::Step,
    legal_aid::{Gravity, Organ, OrganNotice},
    referral::{
        Reassign, Recall, RecallReason, RequestExtension, Supervise, accept_step, designate_step,
    },
};
use proptest::prelude::*;

use crate::domain::test_support::*;

/// A notified defence, whose letter the agency received on a day.
fn notified(received_on: &str) -> ReferralSubject {
    let notice = OrganNotice {
        organ: Organ::Court,
        letter: "（2026）云0821刑初5号".to_owned(),
        received_on: received_on.parse().unwrap(),
        gravity: Gravity::Ordinary,
        body: None,
    };
    ReferralSubject {
        notice: Some(notice),
        ..World::subject("legal-aid", "defence-notified", VILLAGE)
    }
}

fn at(moment: &str) -> Timestamp {
    moment.parse().unwrap()
}

fn last_day(events: &[Event], step: &Step) -> String {
    let custody = state(events);
    let due = custody.clock(step).unwrap().due.clone();
    if let Some(offer) = custody.offer() {
        assert_eq!(offer.until, due.at, "the offer ends with its clock");
    }
    due.day.to_string()
}

impl World {
    fn notified_at(&self, received_on: &str, now: &str) -> Vec<Event> {
        let mut events = self.begun();
        let scenario = self.scenario(&events).at(at(now));
        let request = Trigger::ReferralRequested(notified(received_on));
        events.extend(scenario.reacts_to(&request).unwrap());
        events
    }
}

/// 法律援助法 art. 36, 办理法律援助案件程序规定: three days from the receipt of the notice. Received on Monday the 2nd, it ends on
/// Thursday the 5th, also where two working days for the offer would end later.
#[test]
fn an_offer_ends_with_the_three_days_of_a_notified_defence() {
    let world = world();
    for (now, last) in [
        ("2026-03-02 10:00:00", "2026-03-04"),
        ("2026-03-03 10:00:00", "2026-03-05"),
        ("2026-03-04 10:00:00", "2026-03-05"),
        ("2026-03-05 10:00:00", "2026-03-05"),
        // The three days are over, and the case is late: the unit that is asked has its own time.
        ("2026-03-06 10:00:00", "2026-03-10"),
    ] {
        let events = world.notified_at("2026-03-02", now);
        assert_eq!(last_day(&events, &accept_step()), last, "offered {now}");
    }
}

#[test]
fn more_time_for_the_answer_is_none_past_the_statutory_end() {
    let world = world();
    let mut events = world.notified_at("2026-03-02", "2026-03-03 10:00:00");
    let to = state(&events).offer().unwrap().to.clone();
    let more = RequestExtension {
        reason: "须核对材料".to_owned(),
    };
    let asking = world
        .scenario(&events)
        .by(&to)
        .at(at("2026-03-04 10:00:00"));
    events.extend(asking.sends(more).unwrap());
    assert_eq!(last_day(&events, &accept_step()), "2026-03-05");
}

/// 潍坊市12345条例 gives the supervisor two working days; art. 36 does not wait for them.
#[test]
fn a_designation_ends_with_the_three_days_and_so_does_the_designated_units_answer() {
    let world = world();
    let mut events = world.notified_at("2026-03-02", "2026-03-04 10:00:00");
    let to = state(&events).offer().unwrap().to.clone();
    let disputing = world
        .scenario(&events)
        .by(&to)
        .at(at("2026-03-04 15:00:00"))
        .with_handoff(handoff(2));
    events.extend(disputing.sends(dispute()).unwrap());
    assert_eq!(last_day(&events, &designate_step()), "2026-03-05");

    let supervisor = state(&events).dispute().unwrap().supervisor.clone();
    let designating = world
        .scenario(&events)
        .by_supervisor(&supervisor)
        .at(at("2026-03-05 09:00:00"))
        .with_handoff(handoff(3));
    events.extend(designating.sends(designate(&to)).unwrap());
    assert_eq!(last_day(&events, &accept_step()), "2026-03-05");
}

/// 法律援助法 art. 43: seven days from the first receipt, for whichever unit is asked last.
#[test]
fn an_offer_after_others_ends_with_the_seven_days_of_the_review() {
    let world = world();
    let mut events = world.offered();
    for (number, now, last) in [
        (2, "2026-03-05 09:00:00", "2026-03-09"),
        // Declined on the last day.
        (3, "2026-03-09 09:00:00", "2026-03-09"),
    ] {
        let current = state(&events).offer().cloned().unwrap();
        let decline = Decline {
            handoff: current.handoff,
            reason: ReturnReason::NoCapacity,
            belongs_to: None,
        };
        let scenario = world.scenario(&events).at(at(now));
        let scenario = scenario.with_handoff(handoff(number));
        let decided = if number == 2 {
            scenario.reacts_to(&Trigger::TimerFired)
        } else {
            scenario.by(&current.to).sends(decline)
        };
        events.extend(decided.unwrap());
        let step = match state(&events).offer() {
            Some(_) => accept_step(),
            None => designate_step(),
        };
        assert_eq!(last_day(&events, &step), last, "{now}");
    }
}

/// 法律援助法 art. 30: a duty lawyer's help is neither reviewed nor assigned, so no clock of the law runs before it is given.
#[test]
fn a_duty_lawyers_help_has_the_offers_own_time() {
    let world = world();
    let mut events = world.begun();
    let help = Trigger::ReferralRequested(ReferralSubject {
        topic: "duty-lawyer-help".parse().unwrap(),
        ..notified("2026-03-02")
    });
    let scenario = world.scenario(&events).at(at("2026-03-04 10:00:00"));
    events.extend(scenario.reacts_to(&help).unwrap());
    assert_eq!(last_day(&events, &accept_step()), "2026-03-06");
}

/// One world for all runs of the property.
fn shared() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(world)
}

/// When the law's own limit ends, counted from what it counts from.
fn statutory_end(world: &World, step: &str, since: Timestamp) -> Timestamp {
    let (step, place) = (step.parse().unwrap(), COUNTY.parse().unwrap());
    let limit = world.directory.limit(&step, place, since.china_date());
    world.directory.due(&limit.unwrap(), since).at
}

proptest! {
    /// 法律援助法 art. 36, 43: no sequence of offers, refusals, lapses, extensions, disputes, designations, reassignments, instructions and
    /// new requests, entered at whatever time, gives an answer or a designation time past the law's own reckoning from the earliest
    /// receipt, as long as that is not over when it begins.
    #[test]
    fn no_acts_give_time_past_the_statutory_end(
        (begins, lag) in (0_i64..600, 0_i64..5),
        by_letter in any::<bool>(),
        steps in prop::collection::vec((0_usize..12, 0_i64..150_000, 0_i64..100_000), 1..16),
    ) {
        let world = shared();
        let mut now = day(2).plus_seconds(begins * 86_400);
        let received_on = now.plus_seconds(-lag * 86_400).china_date();
        let (request, end) = if by_letter {
            let since = Timestamp::start_of_china_day(received_on);
            let end = statutory_end(world, "legal-aid.assign-notified", since);
            let subject = notified(&received_on.to_string());
            (Trigger::ReferralRequested(subject), end)
        } else {
            (World::request(), statutory_end(world, "legal-aid.review", now))
        };
        let mut events = world.begun();
        events.extend(world.scenario(&events).at(now).reacts_to(&request).unwrap());
        for (number, (which, later, earlier)) in (2_u32..).zip(steps) {
            now = now.plus_seconds(later);
            let before = state(&events);
            let open = before.offer().map(|offer| (offer.handoff, offer.to.clone()));
            let (current, to) = open.unwrap_or_else(|| (handoff(1), before.holder().clone()));
            let scenario = world.scenario(&events).with_handoff(handoff(number));
            let scenario = match which {
                0..6 => scenario.entered(now.plus_seconds(-earlier), now),
                _ => scenario.at(now),
            };
            let above = before.arbiter().map_or(world.bureau(COUNTY), |arbiter| arbiter.supervisor);
            let by = match which {
                7 | 8 | 11 => scenario.by_supervisor(&above),
                _ => scenario.by(&to),
            };
            let reason = ReturnReason::NoCapacity;
            let decided = match which {
                0 => by.sends(Accept { handoff: current }),
                1 => by.sends(Decline { handoff: current, reason, belongs_to: None }),
                2 => by.sends(Return { reason, belongs_to: None }),
                3 => by.sends(RequestExtension { reason: "须核对材料".to_owned() }),
                4 => by.sends(Recall { reason: RecallReason::WindowError }),
                5 => by.sends(dispute()),
                6 => by.reacts_to(&Trigger::TimerFired),
                7 => by.sends(designate(&world.agency(COUNTY))),
                8 => by.sends(Reassign { from: to, why: "机构合并".to_owned() }),
                9 => by.reacts_to(&request),
                10 => by.reacts_to(&World::wants("consultation", "labour", "530821101")),
                _ => by.sends(Supervise { instruction: "说明进展".to_owned() }),
            };
            events.extend(decided.unwrap_or_default());
            for clock in &state(&events).clocks {
                let of_law = state(&events).subject.is_some_and(|subject| subject.item.as_str() == "legal-aid");
                let bounded = of_law && [accept_step(), designate_step()].contains(&clock.step);
                let since = clock.history.as_ref().unwrap().since;
                prop_assert!(!bounded || since >= end || clock.due.at <= end, "{:?}", clock);
            }
        }
    }
}
