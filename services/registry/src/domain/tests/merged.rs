//! A county that was merged into another: what it had set binds its successor.

use onestop_proto::registry::{ChangeProposed, LimitSet, SetLimit};

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
    let wider = wider_sites(&wanted.clone().into(), &wanted.site, &merged);
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
