use onestop_directory::Availability;
use onestop_proto::registry::{
    ApproveChange, DeclareDaysOff, MoveItemIn, MoveItemOut, SetHours, SetPapers, Weekday,
};

use super::*;

fn papers(place: &str, papers: &[&str]) -> SetPapers {
    SetPapers {
        site: site(place).id.clone(),
        item: "legal-aid".parse().unwrap(),
        topic: Some("labour-pay".parse().unwrap()),
        papers: papers.iter().map(|paper| paper.parse().unwrap()).collect(),
        basis: "告知承诺制".to_owned(),
        from: Some(day("2026-12-01")),
        until: None,
    }
}

fn papers_at(directory: &Directory, place: &str, on: &str) -> Vec<String> {
    let item = directory.item(&"legal-aid".parse().unwrap()).unwrap();
    let topic = "labour-pay".parse().unwrap();
    let papers = directory.papers(item, Some(&topic), place.parse().unwrap(), day(on));
    papers.into_iter().map(ToString::to_string).collect()
}

const ALL: [&str; 3] = ["application-form", "identity-card", "means-statement"];

#[test]
fn given_papers_when_a_county_asks_for_fewer_then_it_does_from_that_day_and_no_other_does() {
    let (mut recorded, county) = (Recorded::default(), actor("supervisor", COUNTY, "bureau"));
    let fewer = papers(COUNTY, &["identity-card"]);
    recorded.send(&county, fewer.clone()).unwrap();
    let directory = recorded.directory(&site(COUNTY).id);
    assert_eq!(papers_at(&directory, COUNTY, "2026-11-30"), ALL);
    for place in [COUNTY, PLANNED] {
        assert_eq!(
            papers_at(&directory, place, "2026-12-01"),
            ["identity-card"]
        );
    }
    assert_eq!(papers_at(&directory, "530821", "2026-12-01"), ALL);
    let item = directory.item(&fewer.item).unwrap();
    let about = (item, fewer.topic.as_ref());
    let rule = |on: &str| directory.papers_rule(about, PLANNED.parse().unwrap(), day(on));
    let (basis, from) = ("告知承诺制".to_owned(), day("2026-12-01"));
    let set = rule("2026-12-01").map(|set| (set.basis.clone(), set.from));
    assert_eq!(set, Some((basis, from)));
    assert_eq!(rule("2026-11-30"), None);
    let again = recorded.send(&county, fewer);
    assert_eq!(again, Err(Rejection::NothingChanges {}));
}

#[test]
fn given_papers_when_a_county_asks_for_more_then_it_is_refused_or_the_tier_above_decides() {
    let (mut recorded, county) = (Recorded::default(), actor("supervisor", COUNTY, "bureau"));
    let mut known = DIRECTORY.materials().map(|(id, _)| id.clone());
    let other = known.find(|id| !ALL.contains(&id.as_str())).unwrap();
    let added = papers(COUNTY, &["identity-card", other.as_str()]);
    assert_eq!(
        recorded.send(&county, added),
        Err(Rejection::PaperAdded {
            paper_name: DIRECTORY.material_label(&other),
            paper: other,
        })
    );
    recorded.send(&county, papers(COUNTY, &[])).unwrap();
    let directory = recorded.directory(&site(COUNTY).id);
    assert!(papers_at(&directory, COUNTY, "2026-12-01").is_empty());
    // What the county has let go of, the prefecture decides about.
    recorded
        .send(&county, papers(COUNTY, &["identity-card"]))
        .unwrap();
    let directory = recorded.directory(&site(COUNTY).id);
    assert!(papers_at(&directory, COUNTY, "2026-12-01").is_empty());
    let approve = ApproveChange {
        site: site(COUNTY).id.clone(),
        proposal: 1,
    };
    let prefecture = actor("supervisor", "5308", "bureau");
    recorded.send(&prefecture, approve).unwrap();
    let directory = recorded.directory(&site(COUNTY).id);
    assert_eq!(
        papers_at(&directory, COUNTY, "2026-12-01"),
        ["identity-card"]
    );
}

/// A proposal of two papers waits, and meanwhile the county's bureau asks for one: the other would be asked for again.
#[test]
fn given_proposed_papers_when_their_place_asks_for_fewer_by_then_then_the_tier_above_decides() {
    let window = actor("unit-administrator", COUNTY, WINDOW);
    let county = another(actor("supervisor", COUNTY, "bureau"));
    let mut recorded = Recorded::default();
    let two = papers(COUNTY, &["application-form", "identity-card"]);
    recorded.send(&window, two).unwrap();
    let one = papers(COUNTY, &["identity-card"]);
    recorded.send(&county, one).unwrap();
    let approve = ApproveChange {
        site: site(COUNTY).id.clone(),
        proposal: 1,
    };
    let refused = recorded.send(&county, approve);
    assert!(matches!(refused, Err(Rejection::WiderTierDecides { .. })));
}

#[test]
fn given_papers_of_nothing_known_when_they_are_set_then_all_that_is_wrong_is_told() {
    let county = actor("supervisor", COUNTY, "bureau");
    let wrong = SetPapers {
        topic: Some("dance".parse().unwrap()),
        basis: String::new(),
        ..papers(COUNTY, &["crown"])
    };
    let refused = Recorded::default().send(&county, wrong).unwrap_err();
    let Rejection::Several { problems } = refused else {
        panic!("{refused:?}")
    };
    let fields: Vec<_> = problems.iter().map(|one| one.field.as_str()).collect();
    assert_eq!(fields, ["item", "papers", "basis"]);
}

/// Sites of the province receive nothing by the files.
#[test]
fn given_an_item_when_it_moves_in_then_the_site_receives_it_until_it_moves_out() {
    let item = || "consultation".parse().unwrap();
    let province = actor("supervisor", "53", "bureau");
    let mut recorded = Recorded::default();
    let receives = |recorded: &Recorded, on: &str| {
        let directory = recorded.directory(&site("53").id);
        let place = "53".parse().unwrap();
        let offered = directory.availability(site("53"), &item(), day(on));
        let offered = matches!(offered, Availability::Offered { .. });
        assert_eq!(directory.receives(&item(), place, day(on)), offered);
        offered
    };
    // A Monday, so that what is not offered is not for want of a working day.
    assert!(!receives(&recorded, "2026-12-07"));
    let moves_in = MoveItemIn {
        site: site("53").id.clone(),
        item: item(),
        from: Some(day("2026-12-07")),
    };
    recorded.send(&province, moves_in.clone()).unwrap();
    assert!(receives(&recorded, "2026-12-07"));
    assert!(!receives(&recorded, "2026-12-04"));
    let again = recorded.send(&province, moves_in);
    assert_eq!(again, Err(Rejection::NothingChanges {}));
    let moves_out = MoveItemOut {
        site: site("53").id.clone(),
        item: item(),
        from: Some(day("2026-12-14")),
    };
    recorded.send(&province, moves_out.clone()).unwrap();
    assert!(receives(&recorded, "2026-12-11"));
    assert!(!receives(&recorded, "2026-12-14"));
    let again = recorded.send(&province, moves_out);
    assert_eq!(again, Err(not_moved_in(item())));
}

#[test]
fn given_an_item_that_has_moved_in_when_its_hours_are_set_then_the_week_of_the_site_has_them() {
    let item: ServiceItem = "consultation".parse().unwrap();
    let province = actor("supervisor", "53", "bureau");
    let (mut recorded, site) = (Recorded::default(), site("53"));
    let moves_in = MoveItemIn {
        site: site.id.clone(),
        item: item.clone(),
        from: None,
    };
    recorded.send(&province, moves_in).unwrap();
    let hours = SetHours {
        site: site.id.clone(),
        items: vec![item.clone()],
        weekdays: vec![Weekday::Wed],
        hours: vec!["09:00-12:00".parse().unwrap()],
        from: None,
        until: None,
    };
    recorded.send(&province, hours).unwrap();
    let directory = recorded.directory(&site.id);
    let week = directory.regular_hours(site, day(TODAY));
    let mut of_item = week.iter();
    let of_item = of_item.find(|regular| regular.items.iter().any(|one| one.id == item));
    assert_eq!(
        of_item.map(|regular| regular.weekdays),
        Some(&[Weekday::Wed][..])
    );
}

fn not_moved_in(item: ServiceItem) -> Rejection {
    Rejection::NotMovedIn {
        item_name: DIRECTORY.item_label(&item),
        item,
    }
}

#[test]
fn given_an_item_that_sites_of_the_tier_receive_when_it_moves_then_it_is_refused() {
    let mut recorded = Recorded::default();
    let county = actor("supervisor", COUNTY, "bureau");
    let item = || "consultation".parse().unwrap();
    let (site, from) = (site(PLANNED).id.clone(), None);
    let moves_in = MoveItemIn {
        site: site.clone(),
        item: item(),
        from,
    };
    let refused = recorded.send(&county, moves_in);
    assert_eq!(refused, Err(Rejection::NothingChanges {}));
    let moves_out = MoveItemOut {
        site,
        item: item(),
        from,
    };
    let refused = recorded.send(&county, moves_out);
    assert_eq!(refused, Err(not_moved_in(item())));
}

fn torch_festival(place: &str) -> DeclareDaysOff {
    DeclareDaysOff {
        site: site(place).id.clone(),
        holiday: "火把节".to_owned(),
        from: day("2027-08-04"),
        until: day("2027-08-06"),
        basis: "县政府通知".to_owned(),
    }
}

#[test]
fn given_days_off_when_a_county_declares_them_then_they_count_once_the_tier_above_approves() {
    let mut recorded = Recorded::default();
    let county = actor("supervisor", COUNTY, "bureau");
    let prefecture = actor("supervisor", "5308", "bureau");
    recorded.send(&county, torch_festival(COUNTY)).unwrap();
    // A Wednesday.
    let works = |recorded: &Recorded, place: &str| {
        let directory = recorded.directory(&site(COUNTY).id);
        directory.is_working_day_at(day("2027-08-04"), place.parse().unwrap())
    };
    assert!(works(&recorded, COUNTY));
    let approve = ApproveChange {
        site: site(COUNTY).id.clone(),
        proposal: 1,
    };
    let refused = recorded.send(&county, approve.clone());
    assert!(matches!(refused, Err(Rejection::WiderTierDecides { .. })));
    recorded.send(&prefecture, approve).unwrap();
    assert!(!works(&recorded, COUNTY));
    assert!(!works(&recorded, PLANNED));
    assert!(works(&recorded, "530821"));
    let again = recorded.send(&prefecture, torch_festival(COUNTY));
    assert_eq!(again, Err(Rejection::NothingChanges {}));
}

#[test]
fn given_days_off_without_sense_when_they_are_declared_then_they_are_refused() {
    let county = actor("supervisor", COUNTY, "bureau");
    let send = |command: DeclareDaysOff| Recorded::default().send(&county, command).unwrap_err();
    assert_eq!(send(torch_festival(PLANNED)), Rejection::DaysOffNotHere {});
    let long = DeclareDaysOff {
        until: day("2027-08-31"),
        ..torch_festival(COUNTY)
    };
    let most_days = Directory::MOST_HOLIDAY_DAYS;
    assert_eq!(send(long), Rejection::HolidayTooLong { most_days });
    let unnamed = DeclareDaysOff {
        holiday: " ".to_owned(),
        ..torch_festival(COUNTY)
    };
    assert_eq!(send(unnamed), Rejection::HolidayUnnamed {});
}
