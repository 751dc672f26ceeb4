//! Disputes and designation.

use onestop_proto::referral::{
    Complete, CustodyStage, Designate, Dispute, DisputeReason, Reassign, RecallReason, accept_step,
    designate_step,
};

use super::*;

fn dispute() -> Dispute {
    Dispute {
        reason: DisputeReason::NotOurs,
        why: "用工地不在本县".to_owned(),
    }
}

fn designate(unit: &UnitId) -> Designate {
    Designate {
        to: unit.clone(),
        why: "用人单位在宁洱县".to_owned(),
    }
}

impl World {
    /// The county declined, and the prefecture disputes.
    fn disputed(&self) -> Vec<Event> {
        let mut events = self.offered();
        let decline = Decline {
            handoff: handoff(1),
            reason: ReturnReason::NotInJurisdiction,
            belongs_to: None,
        };
        let county = self.given(&events).by(&self.agency(COUNTY));
        events.extend(county.offering(handoff(2)).told(decline).unwrap());
        let prefecture = self.given(&events).by(&self.agency(PREFECTURE));
        events.extend(prefecture.offering(handoff(3)).told(dispute()).unwrap());
        events
    }

    fn designated(&self) -> Vec<Event> {
        let mut events = self.disputed();
        let given = self.given(&events).supervisor(&self.bureau(PREFECTURE));
        let designate = designate(&self.agency(COUNTY));
        events.extend(given.offering(handoff(4)).told(designate).unwrap());
        events
    }
}

#[test]
fn the_bureau_above_all_who_dispute_is_asked_and_the_window_keeps_the_case() {
    let world = world();
    let custody = state(&world.disputed());
    assert_eq!(custody.stage(), CustodyStage::Disputed);
    assert_eq!(custody.holder(), &world.window);
    let Some(Event::Disputed(disputed)) = world
        .disputed()
        .into_iter()
        .find(|event| matches!(event, Event::Disputed(_)))
    else {
        panic!("a dispute")
    };
    assert_eq!(disputed.supervisor, world.bureau(PREFECTURE));
    assert_eq!(
        disputed.between,
        [world.agency(COUNTY), world.agency(PREFECTURE)]
    );
    assert!(custody.clock(&designate_step()).is_some());
    assert!(custody.clock(&accept_step()).is_none());
}

#[test]
fn one_unit_alone_is_its_own_countys_business() {
    let world = world();
    let given = world.given(&world.offered()).by(&world.agency(COUNTY));
    let events = given.told(dispute()).unwrap();
    let Event::Disputed(disputed) = &events[0] else {
        panic!("{events:?}")
    };
    assert_eq!(disputed.supervisor, world.bureau(COUNTY));
}

#[test]
fn a_window_disputes_what_nobody_takes_and_nothing_else() {
    let world = world();
    let refused = world.given(&world.offered()).told(dispute()).unwrap_err();
    assert!(matches!(refused, Rejection::NotDisputable { .. }));

    let mut events = world.begun();
    let nobody = World::wants("notarization", "will", PREFECTURE);
    events.extend(world.given(&events).when(&nobody).unwrap());
    assert_eq!(state(&events).stage(), CustodyStage::Stranded);
    let disputed = world.given(&events).told(dispute()).unwrap();
    let Event::Disputed(disputed) = &disputed[0] else {
        panic!("{disputed:?}")
    };
    assert_eq!(disputed.supervisor, world.bureau(PREFECTURE));
}

#[test]
fn only_a_supervisor_of_that_division_designates() {
    let world = world();
    let events = world.disputed();
    let to = designate(&world.agency(COUNTY));
    let (county, prefecture) = (world.bureau(COUNTY), world.bureau(PREFECTURE));
    let below = world.given(&events).supervisor(&county).told(to.clone());
    assert!(matches!(below, Err(Rejection::NotSupervisor { .. })));
    let other_role = world.given(&events).by(&prefecture).told(to.clone());
    assert!(matches!(other_role, Err(Rejection::NotSupervisor { .. })));
    assert!(
        world
            .given(&events)
            .supervisor(&prefecture)
            .told(to)
            .is_ok()
    );
}

#[test]
fn a_designated_unit_may_neither_decline_nor_dispute_nor_return() {
    let world = world();
    let (county, bureau) = (world.agency(COUNTY), world.bureau(PREFECTURE));
    let mut events = world.designated();
    assert_eq!(state(&events).stage(), CustodyStage::Designated);
    let decline = Decline {
        handoff: handoff(4),
        reason: ReturnReason::NotInJurisdiction,
        belongs_to: None,
    };
    let by = bureau.clone();
    let refused = world.given(&events).by(&county).told(decline).unwrap_err();
    assert_eq!(
        refused,
        Rejection::DesignatedMayNotDecline { by: by.clone() }
    );
    let refused = world
        .given(&events)
        .by(&county)
        .told(dispute())
        .unwrap_err();
    assert_eq!(
        refused,
        Rejection::DesignatedMayNotDecline { by: by.clone() }
    );

    let accept = Accept {
        handoff: handoff(4),
    };
    events.extend(world.given(&events).by(&county).told(accept).unwrap());
    assert_eq!(holder(&events), county);
    let give_back = Return {
        reason: ReturnReason::NotInJurisdiction,
        belongs_to: None,
    };
    let refused = world
        .given(&events)
        .by(&county)
        .told(give_back)
        .unwrap_err();
    assert_eq!(refused, Rejection::DesignatedMayNotReturn { by });

    // The way out is the supervisor's.
    let reassign = Reassign {
        from: county.clone(),
        why: "机构合并".to_owned(),
    };
    let given = world.given(&events).supervisor(&bureau);
    events.extend(given.offering(handoff(5)).told(reassign).unwrap());
    assert_eq!(holder(&events), world.window);
}

#[test]
fn silence_does_not_free_a_designated_unit() {
    let world = world();
    let mut events = world.designated();
    let told = world.given(&events).at(day(20)).when(&Prompt::TimeComes);
    events.extend(told.unwrap());
    let last = events.last().unwrap();
    assert!(matches!(last, Event::ClockSupervised(_)), "{last:?}");
    assert_eq!(state(&events).stage(), CustodyStage::Designated);
    let accept = Accept {
        handoff: handoff(4),
    };
    let late = world.given(&events).by(&world.agency(COUNTY)).at(day(20));
    assert!(late.told(accept).is_ok());
}

#[test]
fn a_county_does_not_push_its_work_down() {
    let world = world();
    // 宁洱镇's neighbour 磨黑镇: mediation is the work of the township where the dispute lies.
    let mut events = world.begun();
    let wants = World::wants("mediation", "neighbours", VILLAGE);
    events.extend(world.given(&events).when(&wants).unwrap());
    let township = world.unit("530821101", "mediation");
    let given = world.given(&events).by(&township);
    events.extend(given.offering(handoff(2)).told(dispute()).unwrap());
    // The dispute of a township is for the county.
    let bureau = world.bureau(COUNTY);
    let to = |unit: &UnitId| {
        let given = world.given(&events).supervisor(&bureau);
        given.offering(handoff(3)).told(designate(unit))
    };
    let elsewhere = world.unit("530821102", "mediation");
    assert!(matches!(to(&elsewhere), Err(Rejection::PushedDown { .. })));
    let window = world.unit("530821101", "window");
    assert!(matches!(to(&window), Err(Rejection::PushedDown { .. })));
    assert!(to(&township).is_ok());
    assert!(to(&world.unit(COUNTY, "mediation")).is_ok());
    let beyond = world.unit("530802", "mediation");
    assert!(matches!(
        to(&beyond),
        Err(Rejection::OutsideDivision { .. })
    ));
    let notary = world.unit(COUNTY, "notarization");
    assert!(matches!(to(&notary), Err(Rejection::DoesNotWorkIt { .. })));
    let court = to(&world.unit(COUNTY, "court")).unwrap_err();
    assert!(matches!(court, Rejection::OutsideBody { .. }));
    assert_eq!(field(&court).as_deref(), Some("to"));
    assert_eq!(field(&to(&nowhere()).unwrap_err()).as_deref(), Some("to"));
}

#[test]
fn a_citizen_who_withdraws_ends_the_dispute() {
    let world = world();
    let events = world.disputed();
    let recall = Recall {
        reason: RecallReason::CitizenWithdrew,
    };
    let dropped = world.given(&events).told(recall).unwrap();
    assert!(matches!(dropped[0], Event::DisputeWithdrawn(_)));
    let ended = world.given(&events).when(&Prompt::CaseEnded).unwrap();
    assert!(matches!(ended[0], Event::DisputeWithdrawn(_)));
    let nothing = Complete {
        outcome: Outcome::Granted,
    };
    let refused = world.given(&events).told(nothing).unwrap_err();
    assert!(matches!(refused, Rejection::AtWindow { .. }));
}
