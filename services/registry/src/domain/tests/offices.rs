//! The judicial office (司法所) of a township decides what a rule lets it decide, and nothing that a wider bureau has set.

use onestop_proto::registry::{ApproveChange, ChangeProposed, SetHours, SetLimit, Weekday};

use super::*;

const REVIEW: &str = "legal-aid.review";

fn with_rule(changes: &str) -> Directory {
    let rule = format!(
        "\n[[office_decides]]\nchanges = [{changes}]\nplace = \"530828000000\"\nsource = \"澜沧县的办法\"\nstatus = \"local-promise\"\n"
    );
    Directory::built_in_with("sites.toml", &rule).unwrap()
}

/// What comes of a command, with what was recorded before it.
fn sent(
    directory: &Directory,
    changes: Option<&SiteChanges>,
    by: &Actor,
    command: impl Into<Command>,
) -> Decision {
    let context = Context {
        today: day(TODAY),
        actor: by,
        directory,
    };
    decide(changes, &command.into(), &context)
}

fn limit(days: u32) -> SetLimit {
    SetLimit {
        site: site(PLANNED).id.clone(),
        step: REVIEW.parse().unwrap(),
        days,
        day_kind: None,
        basis: "服务承诺".to_owned(),
        from: None,
        until: None,
    }
}

fn approver(events: &[Event]) -> &UnitId {
    match events {
        [Event::ChangeProposed(ChangeProposed { approver, .. })] => approver,
        other => panic!("{other:?}"),
    }
}

#[test]
fn given_a_rule_when_a_township_sets_a_stricter_limit_then_its_office_decides_and_else_the_county()
{
    let (ruled, office) = (
        with_rule("\"set-limit\""),
        actor("supervisor", PLANNED, WINDOW),
    );
    let window = actor("unit-administrator", PLANNED, WINDOW);
    let events = sent(&ruled, None, &office, limit(3)).unwrap();
    assert!(
        matches!(events.as_slice(), [Event::LimitSet(_)]),
        "{events:?}"
    );
    let proposed = sent(&ruled, None, &window, limit(3)).unwrap();
    assert_eq!(*approver(&proposed), unit(PLANNED, WINDOW));
    // What makes it longer again is for the county, and so is everything where no rule says so.
    let stricter = events.iter().fold(None, evolve);
    let longer = sent(&ruled, stricter.as_ref(), &office, limit(4)).unwrap();
    assert_eq!(*approver(&longer), unit(COUNTY, "bureau"));
    let unruled = sent(&DIRECTORY, None, &office, limit(3)).unwrap();
    assert_eq!(*approver(&unruled), unit(COUNTY, "bureau"));
    let other_kind = sent(&with_rule("\"set-hours\""), None, &office, limit(3)).unwrap();
    assert_eq!(*approver(&other_kind), unit(COUNTY, "bureau"));
}

#[test]
fn given_what_the_county_has_set_when_the_office_decides_otherwise_then_it_is_told_who_decides() {
    let ruled = with_rule("\"set-hours\", \"set-limit\"");
    let (office, county) = (
        actor("supervisor", PLANNED, WINDOW),
        actor("supervisor", COUNTY, "bureau"),
    );
    let open = |weekdays: &[Weekday]| SetHours {
        site: site(PLANNED).id.clone(),
        items: Vec::new(),
        weekdays: weekdays.to_vec(),
        hours: vec!["08:30-17:30".parse().unwrap()],
        from: None,
        until: None,
    };
    let set = sent(&ruled, None, &county, open(Weekday::ALL)).unwrap();
    let set = set.iter().fold(None, evolve);
    let refused = sent(&ruled, set.as_ref(), &office, open(&Weekday::ORDINARY));
    let expected = Rejection::WiderTierDecides {
        yours: office.unit.clone(),
        bureau: unit(COUNTY, "bureau"),
    };
    assert_eq!(refused, Err(expected));
}

/// The rule is asked again on the day of the approval.
#[test]
fn given_a_proposal_to_an_office_when_it_approves_then_it_holds_and_another_body_there_may_not() {
    let ruled = with_rule("\"set-limit\"");
    let window = actor("unit-administrator", PLANNED, WINDOW);
    let proposed = sent(&ruled, None, &window, limit(3)).unwrap();
    let waiting = proposed.iter().fold(None, evolve);
    let approve = || ApproveChange {
        site: site(PLANNED).id.clone(),
        proposal: 1,
    };
    let office = another(actor("supervisor", PLANNED, WINDOW));
    let approved = sent(&ruled, waiting.as_ref(), &office, approve()).unwrap();
    let [Event::LimitSet(set), Event::ChangeApproved(_)] = approved.as_slice() else {
        panic!("{approved:?}")
    };
    assert_eq!(set.decided_by, Some(site(PLANNED).division));
    // The mediation committee is no body of the bureau.
    let committee = another(actor("supervisor", PLANNED, "mediation"));
    let refused = sent(&ruled, waiting.as_ref(), &committee, approve());
    assert!(
        matches!(refused, Err(Rejection::WiderTierDecides { .. })),
        "{refused:?}"
    );
    // The rule was withdrawn meanwhile.
    let late = sent(&DIRECTORY, waiting.as_ref(), &office, approve());
    assert!(
        matches!(late, Err(Rejection::WiderTierDecides { .. })),
        "{late:?}"
    );
}

/// A court is in the county too, and its supervisor is none of the bureau.
#[test]
fn given_a_supervisor_of_an_outside_body_when_they_approve_for_the_bureau_then_they_are_refused() {
    let window = actor("unit-administrator", PLANNED, WINDOW);
    let proposed = sent(&DIRECTORY, None, &window, pilot()).unwrap();
    let waiting = proposed.iter().fold(None, evolve);
    let approve = ApproveChange {
        site: site(PLANNED).id.clone(),
        proposal: 1,
    };
    let court = another(actor("supervisor", COUNTY, "court"));
    let refused = sent(&DIRECTORY, waiting.as_ref(), &court, approve.clone());
    assert!(
        matches!(refused, Err(Rejection::WiderTierDecides { .. })),
        "{refused:?}"
    );
    let bureau = another(actor("supervisor", COUNTY, "bureau"));
    assert!(sent(&DIRECTORY, waiting.as_ref(), &bureau, approve).is_ok());
}
