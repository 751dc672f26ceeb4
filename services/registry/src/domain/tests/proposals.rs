use onestop_proto::registry::{ApproveChange, SendBackChange};

use super::*;

/// A county's own bureau suspends its site: the prefecture decides.
fn suspended() -> SetState {
    SetState {
        site: site(COUNTY).id.clone(),
        state: SiteState::Suspended,
        from: Some(day("2026-12-01")),
        until: Some(day("2026-12-20")),
        evidence: "搬迁".to_owned(),
        document_number: Some("澜司〔2026〕11号".to_owned()),
    }
}

fn state(recorded: &Recorded, on: &str) -> SiteState {
    let directory = recorded.directory(&site(COUNTY).id);
    directory.site_state(site(COUNTY), day(on))
}

const APPROVE: fn() -> ApproveChange = || ApproveChange {
    site: site(COUNTY).id.clone(),
    proposal: 1,
};

#[test]
fn given_a_proposed_change_when_the_tier_above_approves_it_then_it_holds_and_not_before() {
    let mut recorded = Recorded::default();
    let county = actor("supervisor", COUNTY, "bureau");
    let prefecture = actor("supervisor", "5308", "bureau");
    recorded.send(&county, suspended()).unwrap();
    assert_eq!(state(&recorded, "2026-12-05"), SiteState::Operating);
    let again = recorded.send(&county, suspended());
    assert_eq!(again, Err(Rejection::ProposalWaits { proposal: 1 }));
    let directory = recorded.directory(&site(COUNTY).id);
    assert_eq!(directory.waiting_for(&prefecture).len(), 1);
    assert!(directory.waiting_for(&county).is_empty());
    let refused = recorded.send(&county, APPROVE());
    assert_eq!(
        refused,
        Err(Rejection::WiderTierDecides {
            yours: county.unit.clone(),
            bureau: prefecture.unit.clone(),
        })
    );
    recorded.send(&prefecture, APPROVE()).unwrap();
    assert_eq!(state(&recorded, "2026-12-05"), SiteState::Suspended);
    assert_eq!(state(&recorded, "2026-12-21"), SiteState::Operating);
    let directory = recorded.directory(&site(COUNTY).id);
    assert!(directory.waiting_for(&prefecture).is_empty());
    let evidence = directory.state_evidence(site(COUNTY), day("2026-12-05"));
    let evidence = evidence.unwrap();
    assert_eq!(
        evidence.document_number.as_deref(),
        Some("澜司〔2026〕11号")
    );
    assert_eq!(evidence.decided_by, Some("5308".parse().unwrap()));
    let gone = recorded.send(&prefecture, APPROVE());
    assert_eq!(gone, Err(Rejection::UnknownProposal { proposal: 1 }));
}

#[test]
fn given_a_proposed_change_when_it_is_sent_back_then_nothing_holds_and_it_can_be_proposed_again() {
    let mut recorded = Recorded::default();
    let window = actor("unit-administrator", COUNTY, WINDOW);
    let prefecture = actor("supervisor", "5308", "bureau");
    recorded.send(&window, suspended()).unwrap();
    let send_back = |reason: &str| SendBackChange {
        site: site(COUNTY).id.clone(),
        proposal: 1,
        reason: reason.to_owned(),
    };
    let blank = recorded.send(&prefecture, send_back(" "));
    assert_eq!(blank, Err(Rejection::ReasonMissing {}));
    recorded.send(&prefecture, send_back("请先公告")).unwrap();
    assert_eq!(state(&recorded, "2026-12-05"), SiteState::Operating);
    let gone = recorded.send(&prefecture, APPROVE());
    assert_eq!(gone, Err(Rejection::UnknownProposal { proposal: 1 }));
    recorded.send(&window, suspended()).unwrap();
    let waiting = recorded.0.as_ref().unwrap().waiting();
    let numbers: Vec<u32> = waiting.map(|one| one.proposed.proposal).collect();
    assert_eq!(numbers, [2]);
}

#[test]
fn given_a_rule_of_approval_when_a_unit_changes_its_telephone_then_its_bureau_decides() {
    let rule = "\n[[change_approval]]\nchanges = [\"change-contact\"]\nplace = \"530828000000\"\napprover = \"bureau\"\nsource = \"澜沧县的办法\"\nstatus = \"local-promise\"\n";
    let directory = Directory::built_in_with("sites.toml", rule).unwrap();
    let decided = |by: &Actor, place: &str| {
        let context = Context {
            today: day(TODAY),
            actor: by,
            directory: &directory,
        };
        let change = telephone(unit(place, "legal-aid"), "0879-7222111");
        let events = decide(None, &change.into(), &context).unwrap();
        matches!(events.as_slice(), [Event::ContactChanged(_)])
    };
    let own = actor("unit-administrator", COUNTY, "legal-aid");
    assert!(!decided(&own, COUNTY));
    assert!(decided(&actor("supervisor", COUNTY, "bureau"), COUNTY));
    // The rule of one county says nothing about another.
    assert!(decided(
        &actor("unit-administrator", "530821", "legal-aid"),
        "530821"
    ));
}

/// One person has a post at the county's window and another in the prefecture's bureau.
#[test]
fn given_a_proposed_change_when_its_proposer_approves_it_in_another_post_then_it_is_refused() {
    let mut recorded = Recorded::default();
    let window = actor("unit-administrator", COUNTY, WINDOW);
    let bureau = actor("supervisor", "5308", "bureau");
    let same_person = Actor {
        staff: window.staff.clone(),
        ..bureau.clone()
    };
    recorded.send(&window, suspended()).unwrap();
    let refused = recorded.send(&same_person, APPROVE());
    assert_eq!(refused, Err(Rejection::OwnProposal {}));
    assert_eq!(state(&recorded, "2026-12-05"), SiteState::Operating);
    recorded.send(&bureau, APPROVE()).unwrap();
    assert_eq!(state(&recorded, "2026-12-05"), SiteState::Suspended);
}

#[test]
fn given_a_plan_that_waits_when_the_site_has_opened_or_the_day_is_past_then_it_is_not_approved() {
    let rule = "\n[[change_approval]]\nchanges = [\"plan-opening\"]\nplace = \"530828000000\"\napprover = \"bureau\"\nsource = \"澜沧县的办法\"\nstatus = \"local-promise\"\n";
    let directory = Directory::built_in_with("sites.toml", rule).unwrap();
    let window = actor("unit-administrator", PLANNED, WINDOW);
    let county = actor("supervisor", COUNTY, "bureau");
    let on = |today: &str, by: &Actor, changes: Option<&SiteChanges>, command: Command| {
        let today = day(today);
        let context = Context {
            today,
            actor: by,
            directory: &directory,
        };
        decide(changes, &command, &context)
    };
    let fold = |changes: Option<SiteChanges>, events: &[Event]| events.iter().fold(changes, evolve);
    let plan = onestop_proto::registry::PlanOpening {
        site: site(PLANNED).id.clone(),
        opens: day("2026-12-20"),
        reason: None,
    };
    let proposed = on(TODAY, &window, None, plan.into()).unwrap();
    assert!(matches!(proposed.as_slice(), [Event::ChangeProposed(_)]));
    let waiting = fold(None, &proposed);
    let approve = ApproveChange {
        site: site(PLANNED).id.clone(),
        proposal: 1,
    };
    let approve = || Command::from(approve.clone());
    let past = on("2026-12-21", &county, waiting.as_ref(), approve());
    let last_day = day("2026-12-20");
    assert_eq!(past, Err(Rejection::ProposalOver { last_day }));
    let opened = on(TODAY, &county, waiting.as_ref(), pilot().into()).unwrap();
    let opened = fold(waiting.clone(), &opened);
    let late = on(TODAY, &county, opened.as_ref(), approve());
    let state = SiteState::Pilot;
    assert_eq!(late, Err(Rejection::HasOpened { state }));
    assert!(on(TODAY, &county, waiting.as_ref(), approve()).is_ok());
}

#[test]
fn given_a_change_when_its_first_day_is_decades_ahead_then_it_is_taken_for_a_slip() {
    let mut recorded = Recorded::default();
    let county = actor("supervisor", COUNTY, "bureau");
    let change = |from: &str| ChangeContact {
        from: Some(day(from)),
        ..telephone(unit(COUNTY, "legal-aid"), "0879-7222111")
    };
    let last_day = day("2029-11-28");
    assert_eq!(
        recorded.send(&county, change("2062-12-01")),
        Err(Rejection::DayTooFar {
            given: day("2062-12-01"),
            last_day,
        })
    );
    recorded.send(&county, change("2029-11-28")).unwrap();
}

/// Whatever is proposed is looked at again on the day on which it is approved.
#[test]
fn given_two_proposals_of_the_same_thing_when_one_is_approved_then_the_other_changes_nothing_any_more()
 {
    let mut recorded = Recorded::default();
    let county = actor("supervisor", COUNTY, "bureau");
    let prefecture = actor("supervisor", "5308", "bureau");
    let days_off = |basis: &str| onestop_proto::registry::DeclareDaysOff {
        site: site(COUNTY).id.clone(),
        holiday: "阿朋阿龙尼".to_owned(),
        from: day("2026-12-08"),
        until: day("2026-12-09"),
        basis: basis.to_owned(),
    };
    recorded.send(&county, days_off("县政府通知")).unwrap();
    recorded
        .send(&county, days_off("县政府通知（更正）"))
        .unwrap();
    let approve = |proposal| ApproveChange {
        site: site(COUNTY).id.clone(),
        proposal,
    };
    recorded.send(&prefecture, approve(1)).unwrap();
    let again = recorded.send(&prefecture, approve(2));
    assert_eq!(again, Err(Rejection::NothingChanges {}));
}

/// A point of the standard may be struck from the list while its check waits.
#[test]
fn given_a_check_of_a_point_that_is_no_more_when_it_is_approved_then_it_is_refused() {
    let point = "\n[[checkpoint]]\nid = \"premises-shelf\"\narea = \"premises\"\nname = { zh = \"书架\", en = \"a shelf\" }\nplace = \"530828000000\"\n";
    let before = Directory::built_in_with("sites.toml", point).unwrap();
    let sent = |directory: &Directory, changes: Option<&SiteChanges>, by: &Actor, command| {
        let context = Context {
            today: day(TODAY),
            actor: by,
            directory,
        };
        decide(changes, &command, &context)
    };
    let check = onestop_proto::registry::CheckStandard {
        site: site(COUNTY).id.clone(),
        checkpoint: "premises-shelf".parse().unwrap(),
        finding: onestop_proto::registry::Finding::Met,
        evidence: "现场查看".to_owned(),
    };
    let county = actor("supervisor", COUNTY, "bureau");
    let proposed = sent(&before, None, &county, Command::from(check)).unwrap();
    assert!(matches!(proposed.as_slice(), [Event::ChangeProposed(_)]));
    let waiting = proposed.iter().fold(None, evolve);
    let prefecture = actor("supervisor", "5308", "bureau");
    let approve = || Command::from(APPROVE());
    let refused = sent(&DIRECTORY, waiting.as_ref(), &prefecture, approve());
    assert!(
        matches!(refused, Err(Rejection::UnknownCheckpoint { .. })),
        "{refused:?}"
    );
    assert!(sent(&before, waiting.as_ref(), &prefecture, approve()).is_ok());
}
