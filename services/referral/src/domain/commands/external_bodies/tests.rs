use onestop_proto::referral::{ExternalAnswer, HandoverPurpose};

use super::*;
use crate::domain::test_support::*;

fn hand_over(to: &UnitId) -> HandOver {
    HandOver {
        to: to.clone(),
        purpose: HandoverPurpose::Report,
        data: vec![DisclosedData::Identity, DisclosedData::Facts],
        basis: DisclosureBasis::Statute {
            law: "人民调解法第二十五条".to_owned(),
        },
        materials: Vec::new(),
        keep_years: None,
    }
}

fn reply_with(answer: ExternalAnswer) -> RecordExternalReply {
    RecordExternalReply {
        handover: None,
        answer,
        letter: None,
        on: None,
    }
}

#[test]
fn the_holder_keeps_what_it_hands_over_and_the_record_is_kept_three_years() {
    let world = world();
    let mut events = world.accepted();
    let (agency, police) = (world.agency(COUNTY), world.unit(COUNTY, "police"));
    let scenario = world.scenario(&events).by(&agency).with_handoff(handoff(7));
    let handed = scenario.sends(hand_over(&police)).unwrap();
    let [Event::HandedOver(record)] = &handed[..] else {
        panic!("{handed:?}")
    };
    assert_eq!(record.kept_until.to_string(), "2029-03-02");
    events.extend(handed);
    assert_eq!(holder(&events), agency);

    // Taken is not the end of it.
    for answer in [ExternalAnswer::Taken, ExternalAnswer::Done] {
        let scenario = world.scenario(&events).by(&agency);
        events.extend(scenario.sends(reply_with(answer)).unwrap());
    }
    let custody = state(&events);
    assert!(!custody.handovers[0].is_open());
    let again = world.scenario(&events).by(&agency);
    assert!(matches!(
        again.sends(reply_with(ExternalAnswer::Done)),
        Err(Rejection::NoSuchHandover { .. })
    ));
}

/// 首问责任: what a body refuses goes to another, and not back to the same.
#[test]
fn a_body_that_refuses_is_not_asked_again() {
    let world = world();
    let police = world.unit(COUNTY, "police");
    let (handle, report) = (HandoverPurpose::Handle, HandoverPurpose::Report);
    for (purpose, answer, refuses) in [
        (handle, ExternalAnswer::NotTheirs, true),
        (handle, ExternalAnswer::Refused, true),
        (handle, ExternalAnswer::Done, false),
        // What it does not look into it may still handle.
        (report, ExternalAnswer::NotTheirs, false),
        (HandoverPurpose::Verify, ExternalAnswer::Refused, false),
    ] {
        let mut events = world.accepted();
        let agency = world.agency(COUNTY);
        let by_agency = || world.scenario(&events).by(&agency).with_handoff(handoff(7));
        let hand_over = HandOver {
            purpose,
            ..hand_over(&police)
        };
        let handed = by_agency().sends(hand_over).unwrap();
        events.extend(handed);
        let replied = world.scenario(&events).by(&agency);
        let replied = replied.sends(reply_with(answer)).unwrap();
        events.extend(replied);
        assert_eq!(
            state(&events).sent_away_by.contains(&police),
            refuses,
            "{purpose} {answer}"
        );
    }
}

/// An answer is of a day between the handing over and today, and what is wrong with it is named at once.
#[test]
fn a_reply_has_a_day_that_it_can_have() {
    let world = world();
    let mut events = world.accepted();
    let (agency, police) = (world.agency(COUNTY), world.unit(COUNTY, "police"));
    let scenario = world.scenario(&events).by(&agency).with_handoff(handoff(7));
    events.extend(scenario.sends(hand_over(&police)).unwrap());
    let on = |day: &str| RecordExternalReply {
        on: Some(day.parse().unwrap()),
        ..reply_with(ExternalAnswer::Done)
    };
    let send = |reply: RecordExternalReply| world.scenario(&events).by(&agency).sends(reply);
    for early in ["1850-01-01", "2026-03-01"] {
        let refused = send(on(early));
        assert!(
            matches!(refused, Err(Rejection::AnswerBeforeHandover { .. })),
            "{early}: {refused:?}"
        );
    }
    let refused = send(on("9999-12-31"));
    assert!(matches!(refused, Err(Rejection::ImpossibleDay { .. })));
    assert!(send(on("2026-03-02")).is_ok());
    let silent = RecordExternalReply {
        letter: Some(" ".to_owned()),
        ..on("1850-01-01")
    };
    let refused = send(silent);
    assert!(matches!(refused, Err(Rejection::Several { problems }) if problems.len() == 2));
}

#[test]
fn handovers_that_are_refused() {
    let world = world();
    let events = world.accepted();
    let (agency, police) = (world.agency(COUNTY), world.unit(COUNTY, "police"));
    let other = world
        .scenario(&events)
        .sends(hand_over(&police))
        .unwrap_err();
    assert!(matches!(other, Rejection::NotHolder { .. }));
    let own = hand_over(&world.unit(COUNTY, "notarization"));
    let refused = world.scenario(&events).by(&agency).sends(own).unwrap_err();
    assert!(matches!(refused, Rejection::NotOutside { .. }));
    let unknown = hand_over(&nowhere());
    let refused = world
        .scenario(&events)
        .by(&agency)
        .sends(unknown)
        .unwrap_err();
    assert_eq!(field(&refused).as_deref(), Some("to"));
    let short = HandOver {
        keep_years: Some(2),
        ..hand_over(&police)
    };
    let refused = world
        .scenario(&events)
        .by(&agency)
        .sends(short)
        .unwrap_err();
    assert_eq!(refused, Rejection::KeptTooShort { years: 2 });
    let groundless = HandOver {
        basis: DisclosureBasis::Consent {
            reference: String::new(),
        },
        ..hand_over(&police)
    };
    let refused = world
        .scenario(&events)
        .by(&agency)
        .sends(groundless.clone());
    assert!(matches!(refused, Err(Rejection::Unsaid { .. })));
    // All that is wrong is named at once.
    let wrong = HandOver {
        to: agency.clone(),
        keep_years: Some(2),
        ..groundless
    };
    let refused = world.scenario(&events).by(&agency).sends(wrong);
    let Err(Rejection::Several { problems }) = refused else {
        panic!("{refused:?}")
    };
    let fields: Vec<_> = problems.iter().map(|one| one.field.as_str()).collect();
    assert_eq!(fields, ["to", "basis", "keep_years"]);
}

#[test]
fn a_case_for_a_court_stays_at_the_window_which_hands_it_over() {
    let world = world();
    let mut events = world.begun();
    let wants = World::wants("other-body", "lawsuit", VILLAGE);
    events.extend(world.scenario(&events).reacts_to(&wants).unwrap());
    let Some(Event::ExternalBodyResponsible(pointed)) = events.last() else {
        panic!("{events:?}")
    };
    assert_eq!(pointed.to, world.unit(COUNTY, "court"));
    assert_eq!(state(&events).stage(), CustodyStage::AtWindow);
    let to = hand_over(&world.unit(COUNTY, "court"));
    events.extend(world.scenario(&events).sends(to).unwrap());
    assert_eq!(holder(&events), world.window);
}

#[test]
fn personal_data_given_to_a_body_of_its_own_is_recorded() {
    let world = world();
    let given = |item: &str, topic: &str, kind: &str| {
        let mut events = world.begun();
        let wants = World::wants(item, topic, VILLAGE);
        events.extend(world.scenario(&events).reacts_to(&wants).unwrap());
        let accept = Accept {
            handoff: handoff(1),
        };
        let unit = world.unit(COUNTY, kind);
        let accepted = world.scenario(&events).by(&unit).sends(accept).unwrap();
        let Event::Accepted(accepted) = &accepted[0] else {
            panic!("{accepted:?}")
        };
        accepted.given.clone()
    };
    let notary = given("notarization", "will", "notarization").unwrap();
    assert_eq!(notary.kept_until.to_string(), "2029-03-02");
    // The bureau's own agency is no other body.
    assert_eq!(given("legal-aid", "labour-pay", "legal-aid"), None);
}
