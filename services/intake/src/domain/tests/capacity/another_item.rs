//! A case that is referred for another item than it was opened for is judged by that item.

use super::*;

/// What is asked for: an item and a topic.
type Matter = (&'static str, &'static str);

const ADVICE: Matter = ("consultation", "family");
const AID: Matter = ("legal-aid", "maintenance");
const NOTARY: Matter = ("notarization", "kinship");
const MEDIATION: Matter = ("mediation", "neighbours");

/// The field that is refused where one who asked for one thing is referred for another.
fn referred(who: &Person, agent: Option<&Agent>, from: Matter, to: Matter) -> Option<String> {
    let world = world();
    let people = vec![who.clone()];
    let mut history = requested(from.0, from.1, people.clone(), agent.cloned()).unwrap();
    history.truncate(1);
    let applicant = Applicant {
        people,
        agent: agent.cloned(),
        summary: String::new(),
        respondents: Vec::new(),
    };
    let refer = RequestReferral {
        place: None,
        other: Some(About {
            item: to.0.parse().unwrap(),
            topic: to.1.parse().unwrap(),
        }),
    };
    let given = world
        .after(&history)
        .with(Reference::Applicant(Box::new(applicant)));
    refused(given.when(refer)).map(|(field, _)| field)
}

const AGENT: Option<&str> = Some("applicant.agent");

/// 民法典 art. 20-23, 法律援助法 art. 40, 公证程序规则 art. 10, 11: kin may apply for legal aid where a guardian harms the person, and for
/// nothing else; those who asked for one thing apply for another by that one's own rules.
#[test]
fn another_item_is_applied_for_through_an_agent_who_may_act_in_it() {
    let kin = agent(AgentKind::Kin, None);
    let helpless = person(GROWN, Some(LegalCapacity::None));
    for who in [person(SIX, None), helpless.clone()] {
        for (from, to, field) in [
            (AID, NOTARY, AGENT),
            (AID, MEDIATION, AGENT),
            (ADVICE, NOTARY, AGENT),
            (ADVICE, MEDIATION, AGENT),
            (ADVICE, AID, None),
        ] {
            let told = referred(&who, Some(&kin), from, to);
            assert_eq!(told.as_deref(), field, "{from:?} to {to:?}");
        }
    }
    // A grown person has whom they want.
    assert_eq!(
        referred(&person(GROWN, None), Some(&kin), AID, NOTARY),
        None
    );
    // Which guardian acts is said.
    let (unsaid, spouse) = (None, Some(Guardian::Spouse));
    let which = Some("applicant.agent.guardian");
    for (guardian, field) in [(unsaid, which), (spouse, None)] {
        let guardian = agent(AgentKind::Statutory, guardian);
        for to in [AID, NOTARY, MEDIATION] {
            let told = referred(&helpless, Some(&guardian), ADVICE, to);
            assert_eq!(told.as_deref(), field, "{to:?}");
        }
    }
}

/// 公证程序规则 art. 10: before a notary the guardian acts for a person of limited capacity, wherever the case began.
#[test]
fn who_has_limited_capacity_is_not_referred_to_a_notary_alone() {
    let minor = Person {
        birth: Some("2012-06-01".parse().unwrap()),
        ..person_without_document()
    };
    let limited = person(GROWN, Some(LegalCapacity::Limited));
    let guardian = agent(AgentKind::Statutory, Some(Guardian::Parent));
    for who in [minor, limited] {
        for (from, to, field) in [
            (AID, NOTARY, AGENT),
            (MEDIATION, NOTARY, AGENT),
            (ADVICE, NOTARY, AGENT),
            (AID, MEDIATION, None),
        ] {
            let told = referred(&who, None, from, to);
            assert_eq!(told.as_deref(), field, "{from:?} to {to:?}");
        }
        assert_eq!(referred(&who, Some(&guardian), AID, NOTARY), None);
    }
}

/// 法律援助法 art. 31: a company that has a certificate made, or a dispute mediated, asks for no legal aid.
#[test]
fn a_company_is_not_referred_to_legal_aid() {
    let chief = agent(AgentKind::LegalRepresentative, None);
    let kind = Some("applicant.people[0].document.kind");
    for (from, to, field) in [
        (NOTARY, AID, kind),
        (MEDIATION, AID, kind),
        (ADVICE, AID, kind),
        (NOTARY, MEDIATION, None),
    ] {
        let told = referred(&company(), Some(&chief), from, to);
        assert_eq!(told.as_deref(), field, "{from:?} to {to:?}");
    }
}

/// 公证程序规则 art. 10: a guardian acts for a person of limited capacity; whom that person entrusted does not.
#[test]
fn before_a_notary_a_guardian_acts_for_a_person_of_limited_capacity() {
    let limited = || vec![person(GROWN, Some(LegalCapacity::Limited))];
    for alone in [
        None,
        Some(agent(AgentKind::Entrusted, None)),
        Some(agent(AgentKind::Kin, None)),
    ] {
        let (field, problem) = refused(requested("notarization", "kinship", limited(), alone))
            .expect("nobody acts for them");
        assert_eq!(field, "applicant.agent");
        assert!(problem.contains("公证程序规则第十条"), "{problem}");
    }
    let spouse = Some(agent(AgentKind::Statutory, Some(Guardian::Spouse)));
    let taken = requested("notarization", "kinship", limited(), spouse);
    assert_eq!(refused(taken), None);
}

/// The count of a file of before comes from the file: how many people ask is not made up.
#[test]
fn who_asks_in_a_case_of_before_is_counted_from_its_file() {
    let world = world();
    let opened = requested("legal-aid", "maintenance", vec![person(GROWN, None)], None).unwrap();
    let Some(Event::Opened(opened)) = opened.first() else {
        panic!("{opened:?}")
    };
    let before = Opened {
        people: None,
        ..opened.clone()
    };
    let mut three = Applicant::named("岩温");
    three.people.extend(["玉香", "岩罕"].map(Person::named));
    let refer = || RequestReferral {
        place: None,
        other: None,
    };
    let counted = |reference: Reference| {
        let events = world
            .after(&[before.clone().into()])
            .with(reference)
            .when(refer());
        match events.unwrap().pop() {
            Some(Event::ReferralRequested(requested)) => requested.subject.people,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(counted(Reference::Applicant(Box::new(three))), Some(3));
    assert_eq!(counted(Reference::None), None);
}
