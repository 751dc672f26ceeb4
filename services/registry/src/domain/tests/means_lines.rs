//! The line of means of a prefecture, set by its bureau.

use onestop_proto::{
    legal_aid::{MeansBase, Residence},
    registry::{ApproveChange, SetMeansLine},
};

use super::*;

const PREFECTURE: &str = "5308";

fn line(place: &str) -> SetMeansLine {
    SetMeansLine {
        site: site(place).id.clone(),
        residence: Residence::Urban,
        base: None,
        base_amount: 700,
        base_percent: Some(200),
        basis: "普政发〔2026〕1号".to_owned(),
        from: Some(day("2026-12-05")),
        until: None,
    }
}

fn bureau(place: &str) -> Actor {
    actor("supervisor", place, "bureau")
}

/// What holds in a county of the prefecture, where the files have nothing.
fn in_county(recorded: &Recorded, on: &str) -> Option<(MeansBase, Option<u64>, u32, String)> {
    let directory = recorded.directory(&site(PREFECTURE).id);
    let line = directory.means_line("530821101".parse().unwrap(), Residence::Urban, day(on))?;
    Some((line.base, line.amount, line.percent, line.source.clone()))
}

#[test]
fn given_no_line_when_the_prefecture_sets_one_then_it_holds_in_its_counties_from_that_day() {
    let mut recorded = Recorded::default();
    assert_eq!(in_county(&recorded, "2026-12-05"), None);
    recorded
        .send(&bureau(PREFECTURE), line(PREFECTURE))
        .unwrap();
    assert_eq!(in_county(&recorded, "2026-12-04"), None);
    let base = MeansBase::UrbanAllowanceMonth;
    let source = "普政发〔2026〕1号".to_owned();
    let set = Some((base, Some(700), 200, source));
    assert_eq!(in_county(&recorded, "2026-12-05"), set);
    let again = recorded.send(&bureau(PREFECTURE), line(PREFECTURE));
    assert_eq!(again, Err(Rejection::NothingChanges {}));
    // Another one from a later day on, until it ends by itself.
    let more = SetMeansLine {
        base_amount: 750,
        from: Some(day("2027-01-01")),
        until: Some(day("2027-06-30")),
        ..line(PREFECTURE)
    };
    recorded.send(&bureau(PREFECTURE), more).unwrap();
    let amount = |on| in_county(&recorded, on).and_then(|(_, amount, ..)| amount);
    let amounts = ["2026-12-31", "2027-01-01", "2027-07-01"].map(amount);
    assert_eq!(amounts, [Some(700), Some(750), Some(700)]);
}

#[test]
fn given_a_line_that_its_window_sends_when_the_bureau_approves_it_then_it_holds() {
    let mut recorded = Recorded::default();
    let window = actor("unit-administrator", PREFECTURE, WINDOW);
    recorded.send(&window, line(PREFECTURE)).unwrap();
    assert_eq!(in_county(&recorded, "2026-12-05"), None);
    let approve = ApproveChange {
        site: site(PREFECTURE).id.clone(),
        proposal: 1,
    };
    recorded
        .send(&another(bureau(PREFECTURE)), approve)
        .unwrap();
    assert!(in_county(&recorded, "2026-12-05").is_some());
}

#[test]
fn given_a_line_of_the_province_for_a_prefecture_when_that_sets_another_then_it_is_refused() {
    let mut recorded = Recorded::default();
    recorded.send(&bureau("53"), line(PREFECTURE)).unwrap();
    let other = SetMeansLine {
        base_percent: Some(150),
        ..line(PREFECTURE)
    };
    let refused = recorded.send(&bureau(PREFECTURE), other.clone());
    assert!(
        matches!(refused, Err(Rejection::WiderTierDecides { .. })),
        "{refused:?}"
    );
    recorded.send(&bureau("53"), other).unwrap();
}

#[test]
fn given_a_line_without_sense_when_it_is_set_then_it_is_refused() {
    let send = |by: &Actor, command| Recorded::default().send(by, command).unwrap_err();
    let county = send(&bureau(COUNTY), line(COUNTY));
    assert_eq!(county, Rejection::MeansLineNotHere {});
    for nothing in [
        SetMeansLine {
            base_amount: 0,
            ..line(PREFECTURE)
        },
        SetMeansLine {
            base_percent: Some(0),
            ..line(PREFECTURE)
        },
    ] {
        let refused = send(&bureau(PREFECTURE), nothing);
        assert_eq!(refused, Rejection::MeansLineOfNothing {});
    }
    let unfounded = SetMeansLine {
        basis: " ".to_owned(),
        ..line(PREFECTURE)
    };
    let refused = send(&bureau(PREFECTURE), unfounded);
    assert_eq!(refused, Rejection::BasisMissing {});
    let other = send(&bureau(COUNTY), line(PREFECTURE));
    assert!(matches!(other, Rejection::NotYourSite { .. }), "{other:?}");
}
