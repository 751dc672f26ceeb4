//! A county that was merged into another: what it had set binds its successor.

use onestop_proto::registry::{
    ChangeProposed, ItemMovedIn, LimitSet, MoveItemOut, PapersSet, SetLimit, SetPapers,
};

use super::*;

/// The code of the county of before.
const FORMER: &str = "530899";
const REVIEW: &str = "legal-aid.review";

fn merged() -> Directory {
    let former = format!(
        "
[[former_division]]
code = \"{FORMER}\"
name = \"旧县\"
until = 2026-10-31
successor = \"{COUNTY}\"
"
    );
    Directory::built_in_with("sites.toml", &former).unwrap()
}

#[test]
fn given_a_limit_of_a_merged_county_when_its_successor_sets_a_longer_one_then_the_tier_above_decides()
 {
    let merged = merged();
    let wanted = SetLimit {
        site: site(COUNTY).id.clone(),
        step: REVIEW.parse().unwrap(),
        days: 5,
        day_kind: None,
        basis: "服务承诺".to_owned(),
        from: Some(day("2026-12-01")),
        until: None,
    };
    let former = SiteId::derived(FORMER.parse().unwrap());
    let wider = related_sites(&wanted.clone().into(), &wanted.site, &merged);
    assert!(wider.contains(&former), "{wider:?}");

    let set = LimitSet {
        site: former.clone(),
        unit: format!("{former}.window").parse().unwrap(),
        division: FORMER.parse().unwrap(),
        step: wanted.step.clone(),
        days: 3,
        day_kind: onestop_proto::clock::DayKind::Calendar,
        from: day("2026-03-01"),
        until: None,
        basis: "服务承诺".to_owned(),
        decided_by: None,
    };
    let changes = SiteChanges::evolve(None, &Event::from(set));
    let directory = merged.with_changes(RegistryChanges::of_site(former, changes));
    let county = actor("supervisor", COUNTY, "bureau");
    let decided = |command: SetLimit| {
        let context = Context {
            today: day(TODAY),
            actor: &county,
            directory: &directory,
        };
        decide(None, &command.into(), &context).unwrap()
    };
    let longer = decided(wanted.clone());
    let [Event::ChangeProposed(ChangeProposed { approver, .. })] = longer.as_slice() else {
        panic!("{longer:?}")
    };
    assert_eq!(*approver, unit("5308", "bureau"));
    let shorter = decided(SetLimit { days: 2, ..wanted });
    assert!(matches!(shorter.as_slice(), [Event::LimitSet(_)]));
}

/// What the county of before had recorded, as its successor's decisions know it.
fn inherited(wanted: &Command, event: &Event) -> Directory {
    let merged = merged();
    let former = SiteId::derived(FORMER.parse().unwrap());
    let wider = related_sites(wanted, &site(COUNTY).id, &merged);
    assert!(wider.contains(&former), "{wider:?}");
    let changes = SiteChanges::evolve(None, event);
    merged.with_changes(RegistryChanges::of_site(former, changes))
}

fn decided(command: &Command, directory: &Directory) -> Vec<Event> {
    let county = actor("supervisor", COUNTY, "bureau");
    let context = Context {
        today: day(TODAY),
        actor: &county,
        directory,
    };
    decide(None, command, &context).unwrap()
}

#[test]
fn given_papers_that_a_merged_county_let_go_of_when_its_successor_asks_for_them_then_the_tier_above_decides()
 {
    let wanted: Command = SetPapers {
        site: site(COUNTY).id.clone(),
        item: "legal-aid".parse().unwrap(),
        topic: None,
        papers: vec!["identity-card".parse().unwrap()],
        basis: "服务承诺".to_owned(),
        from: Some(day("2026-12-01")),
        until: None,
    }
    .into();
    let former = SiteId::derived(FORMER.parse().unwrap());
    let none = PapersSet {
        site: former.clone(),
        unit: format!("{former}.window").parse().unwrap(),
        division: FORMER.parse().unwrap(),
        item: "legal-aid".parse().unwrap(),
        topic: None,
        papers: Vec::new(),
        from: day("2026-03-01"),
        until: None,
        basis: "告知承诺制".to_owned(),
        decided_by: None,
    };
    let directory = inherited(&wanted, &none.into());
    let events = decided(&wanted, &directory);
    assert!(matches!(events.as_slice(), [Event::ChangeProposed(_)]));
    // Where nothing was let go of, the county decides by itself.
    let events = decided(&wanted, &DIRECTORY);
    assert!(matches!(events.as_slice(), [Event::PapersSet(_)]));
}

#[test]
fn given_an_item_that_had_moved_in_at_a_merged_county_when_its_successor_moves_it_out_then_it_may()
{
    let wanted: Command = MoveItemOut {
        site: site(COUNTY).id.clone(),
        item: "notarization".parse().unwrap(),
        from: Some(day("2026-12-01")),
    }
    .into();
    let former = SiteId::derived(FORMER.parse().unwrap());
    let moved_in = ItemMovedIn {
        site: former.clone(),
        unit: format!("{former}.window").parse().unwrap(),
        division: FORMER.parse().unwrap(),
        item: "notarization".parse().unwrap(),
        from: day("2026-03-01"),
        decided_by: None,
    };
    let directory = inherited(&wanted, &moved_in.into());
    let events = decided(&wanted, &directory);
    assert!(matches!(events.as_slice(), [Event::ChangeProposed(_)]));
}

/// People of a bureau that was merged finish its cases. What is recorded of its successor's sites is for the successor's.
#[test]
fn given_a_supervisor_of_a_merged_bureau_when_they_change_or_approve_at_the_successor_then_they_are_refused()
 {
    let merged = merged();
    let former = SiteId::derived(FORMER.parse().unwrap());
    let old: Actor = format!("supervisor/yang-fan@{former}.bureau")
        .parse()
        .unwrap();
    let sent = |changes: Option<&SiteChanges>, by: &Actor, command: Command| {
        let context = Context {
            today: day(TODAY),
            actor: by,
            directory: &merged,
        };
        decide(changes, &command, &context)
    };
    let agency = unit(COUNTY, "legal-aid");
    let change = Command::from(telephone(agency.clone(), "0879-7222111"));
    let refused = sent(None, &old, change);
    assert!(
        matches!(refused, Err(Rejection::NotYourSite { .. })),
        "{refused:?}"
    );
    let own = format!("{former}.legal-aid").parse().unwrap();
    assert!(sent(None, &old, telephone(own, "0879-7222111").into()).is_ok());

    let window = actor("unit-administrator", PLANNED, WINDOW);
    let proposed = sent(None, &window, pilot().into()).unwrap();
    let waiting = proposed.iter().fold(None, evolve);
    let approve = || {
        Command::from(onestop_proto::registry::ApproveChange {
            site: site(PLANNED).id.clone(),
            proposal: 1,
        })
    };
    let refused = sent(waiting.as_ref(), &old, approve());
    assert!(
        matches!(refused, Err(Rejection::WiderTierDecides { .. })),
        "{refused:?}"
    );
    let present = actor("supervisor", COUNTY, "bureau");
    assert!(sent(waiting.as_ref(), &present, approve()).is_ok());
}

/// A site that moved is the same: what it had recorded under its code of before can be lifted under the present one.
#[test]
fn given_a_unit_that_was_full_under_its_code_of_before_when_it_is_marked_free_then_it_is() {
    let moved = format!(
        "
[[former_division]]
code = \"{FORMER}\"
name = \"旧县\"
until = 2026-10-31
successor = \"{COUNTY}\"
change = \"moved\"
"
    );
    let moved = Directory::built_in_with("sites.toml", &moved).unwrap();
    let former = SiteId::derived(FORMER.parse().unwrap());
    let filled = onestop_proto::registry::UnitFilled {
        site: former.clone(),
        unit: format!("{former}.legal-aid").parse().unwrap(),
        division: FORMER.parse().unwrap(),
        from: day("2026-10-20"),
        until: day("2026-12-15"),
        decided_by: None,
    };
    let free = Command::from(MarkFree {
        unit: unit(COUNTY, "legal-aid"),
        from: None,
    });
    let related = related_sites(&free, &site(COUNTY).id, &moved);
    assert_eq!(related, std::slice::from_ref(&former));
    let changes = SiteChanges::evolve(None, &filled.into());
    let directory = moved.with_changes(RegistryChanges::of_site(former.clone(), changes));
    let agency = unit(COUNTY, "legal-aid");
    assert_eq!(
        directory.full_until(&agency, day(TODAY)),
        Some(day("2026-12-15"))
    );
    let events = decided(&free, &directory);
    assert!(
        matches!(events.as_slice(), [Event::UnitFreed(_)]),
        "{events:?}"
    );
    let own = events.iter().fold(None, evolve).unwrap();
    let after = directory.with_changes_of(site(COUNTY).id.clone(), own);
    assert_eq!(after.full_until(&agency, day(TODAY)), None);
    // The bureau is the same too: who acts for it under its code of before goes on.
    let bureau: Actor = format!("supervisor/yang-fan@{former}.bureau")
        .parse()
        .unwrap();
    let context = Context {
        today: day(TODAY),
        actor: &bureau,
        directory: &directory,
    };
    assert!(decide(None, &free, &context).is_ok());
}
