use onestop_proto::registry::{CheckStandard, ConfirmEntry, Finding, PlanOpening};

use super::*;

fn plan(opens: &str, reason: Option<&str>) -> PlanOpening {
    PlanOpening {
        site: site(PLANNED).id.clone(),
        opens: day(opens),
        reason: reason.map(str::to_owned),
    }
}

fn check(checkpoint: &str, finding: Finding) -> CheckStandard {
    CheckStandard {
        site: site(PLANNED).id.clone(),
        checkpoint: checkpoint.parse().unwrap(),
        finding,
        evidence: "现场查看".to_owned(),
    }
}

#[test]
fn given_a_plan_when_it_is_put_off_then_a_reason_is_asked_for_and_both_days_are_known() {
    let (mut recorded, county) = (Recorded::default(), actor("supervisor", COUNTY, "bureau"));
    recorded.send(&county, plan("2026-12-20", None)).unwrap();
    let planned = day("2026-12-20");
    assert_eq!(
        recorded.send(&county, plan("2027-03-01", Some(" "))),
        Err(Rejection::DelayWithoutReason { planned })
    );
    let later = plan("2027-03-01", Some("场所装修延期"));
    recorded.send(&county, later.clone()).unwrap();
    assert_eq!(
        recorded.send(&county, later),
        Err(Rejection::NothingChanges {})
    );
    let directory = recorded.directory(&site(PLANNED).id);
    let known = directory.opening_plan(site(PLANNED), day(TODAY)).unwrap();
    assert_eq!(known.opens, day("2027-03-01"));
    assert_eq!(known.first, Some(planned));
    assert_eq!(known.reason, Some("场所装修延期"));
    assert!(!directory.is_late(site(PLANNED), day("2027-02-28")));
    assert!(directory.is_late(site(PLANNED), day("2027-03-01")));
}

#[test]
fn given_a_site_that_has_opened_when_its_opening_is_planned_then_it_is_refused() {
    let (mut recorded, county) = (Recorded::default(), actor("supervisor", COUNTY, "bureau"));
    let past = recorded.send(&county, plan("2026-11-27", None));
    assert!(matches!(past, Err(Rejection::DayPast { .. })));
    recorded.send(&county, pilot()).unwrap();
    let state = SiteState::Pilot;
    assert_eq!(
        recorded.send(&county, plan("2027-03-01", None)),
        Err(Rejection::HasOpened { state })
    );
}

#[test]
fn given_the_points_of_the_standard_when_the_tier_above_looks_at_them_then_they_are_counted() {
    let (mut recorded, county) = (Recorded::default(), actor("supervisor", COUNTY, "bureau"));
    recorded
        .send(&county, check("premises-hall", Finding::Met))
        .unwrap();
    recorded
        .send(&county, check("signs-name", Finding::NotMet))
        .unwrap();
    let unknown = recorded.send(&county, check("premises-pool", Finding::Met));
    assert!(matches!(unknown, Err(Rejection::UnknownCheckpoint { .. })));
    // A room for talks in private is asked of counties and prefectures alone.
    let elsewhere = recorded.send(&county, check("premises-talk", Finding::Met));
    assert!(matches!(
        elsewhere,
        Err(Rejection::UnknownCheckpoint { .. })
    ));
    assert_eq!(
        recorded.send(&county, check("premises-hall", Finding::Met)),
        Err(Rejection::NothingChanges {})
    );
    let directory = recorded.directory(&site(PLANNED).id);
    assert_eq!(directory.standards_met(site(PLANNED), day(TODAY)), 1);
    assert_eq!(directory.standards_met(site(PLANNED), day("2026-11-27")), 0);
}

#[test]
fn given_an_entry_when_its_keeper_confirms_it_then_it_is_once_a_day() {
    let mut recorded = Recorded::default();
    let window = actor("unit-administrator", PLANNED, WINDOW);
    let confirm = ConfirmEntry {
        site: site(PLANNED).id.clone(),
    };
    recorded.send(&window, confirm.clone()).unwrap();
    let again = recorded.send(&window, confirm.clone());
    assert_eq!(again, Err(Rejection::NothingChanges {}));
    let other = actor("unit-administrator", "530821", WINDOW);
    let refused = Recorded::default().send(&other, confirm);
    assert!(matches!(refused, Err(Rejection::NotYourSite { .. })));
}

#[test]
fn given_a_unit_when_it_is_marked_full_for_longer_than_allowed_then_the_last_day_is_named() {
    let own = actor("unit-administrator", COUNTY, "legal-aid");
    // Sixty days from the first one on, which is one of them.
    let (most_days, last_day) = (60, day("2027-01-26"));
    let refused = Recorded::default().send(&own, full("2027-01-27"));
    assert_eq!(
        refused,
        Err(Rejection::FullTooLong {
            most_days,
            last_day
        })
    );
    Recorded::default().send(&own, full("2027-01-26")).unwrap();
}
