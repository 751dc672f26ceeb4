//! What a prefecture has set at a township: the refusal tells its county who decides, and the county does not loosen it.

use onestop_proto::registry::{
    CheckStandard, Finding, MoveItemIn, MoveItemOut, SetHours, SetLimit, SetPapers, Weekday,
};

use super::{
    layers::{AID, ITEM, REVIEW, send},
    *,
};

fn id() -> SiteId {
    site(PLANNED).id.clone()
}

fn checked(finding: Finding) -> Command {
    let points = DIRECTORY.checkpoints(site(PLANNED), day(TODAY));
    CheckStandard {
        site: id(),
        checkpoint: points[0].0.id.clone(),
        finding,
        evidence: "现场查看".to_owned(),
    }
    .into()
}

fn open(weekdays: &[Weekday]) -> Command {
    SetHours {
        site: id(),
        items: Vec::new(),
        weekdays: weekdays.to_vec(),
        hours: vec!["08:30-17:30".parse().unwrap()],
        from: None,
        until: None,
    }
    .into()
}

fn set_papers(papers: &[&str]) -> Command {
    SetPapers {
        site: id(),
        item: AID.parse().unwrap(),
        topic: None,
        papers: papers.iter().map(|paper| paper.parse().unwrap()).collect(),
        basis: "告知承诺制".to_owned(),
        from: None,
        until: None,
    }
    .into()
}

fn limit(days: u32) -> Command {
    SetLimit {
        site: id(),
        step: REVIEW.parse().unwrap(),
        days,
        day_kind: None,
        basis: "服务承诺".to_owned(),
        from: None,
        until: None,
    }
    .into()
}

#[test]
fn given_what_a_prefecture_has_set_when_the_county_loosens_it_then_it_is_told_who_decides() {
    let prefecture = actor("supervisor", "5308", "bureau");
    let county = actor("supervisor", COUNTY, "bureau");
    let moved_in = MoveItemIn {
        site: id(),
        item: ITEM.parse().unwrap(),
        from: None,
    };
    let moved_out = MoveItemOut {
        site: id(),
        item: ITEM.parse().unwrap(),
        from: None,
    };
    let cases = [
        (moved_in.into(), moved_out.into()),
        (checked(Finding::NotMet), checked(Finding::Met)),
        (open(Weekday::ALL), open(&Weekday::ORDINARY)),
        (set_papers(&[]), set_papers(&["identity-card"])),
    ];
    for (set, loosened) in cases {
        let mut recorded = Recorded::default();
        send(&mut recorded, &prefecture, &set).unwrap();
        let refused = send(&mut recorded, &county, &loosened).unwrap_err();
        let expected = Rejection::WiderTierDecides {
            yours: unit(COUNTY, "bureau"),
            bureau: unit("5308", "bureau"),
        };
        assert_eq!(refused, expected, "{loosened:?}");
        send(&mut recorded, &prefecture, &loosened).unwrap();
    }
}

#[test]
fn given_a_limit_that_a_prefecture_has_set_when_the_county_sets_its_own_then_it_is_as_strict() {
    let prefecture = actor("supervisor", "5308", "bureau");
    let county = actor("supervisor", COUNTY, "bureau");
    let mut recorded = Recorded::default();
    let mut sent = |by: &Actor, days: u32| send(&mut recorded, by, &limit(days));
    sent(&prefecture, 3).unwrap();
    let looser = |refused: Result<Vec<Event>, Rejection>| {
        matches!(refused, Err(Rejection::LooserThanWider { days: 3, .. }))
    };
    assert!(looser(sent(&county, 5)));
    sent(&county, 2).unwrap();
    assert!(looser(sent(&county, 4)));
    sent(&prefecture, 5).unwrap();
}
