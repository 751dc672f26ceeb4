//! Grown people without capacity, companies, and people who stay unnamed (民法典 art. 19-28, 61; 法律援助法 art. 40).

use onestop_proto::case::{
    About, Agent, AgentKind, Applicant, Correct, CorrectionReason, Document, DocumentKind, Event,
    Guardian, IdentityFault, LegalCapacity, Opened, Person, Rejection, RequestReferral, Warning,
};

use super::*;
use crate::domain::{Decision, Reference};

/// Of the standard itself, GB 11643-1999: born on 31 December 1949.
const GROWN: &str = "11010519491231002X";
/// Born in June 2020.
const SIX: &str = "530821202006010010";
const COMPANY: &str = "91350100M000100Y43";

fn document(kind: DocumentKind, number: &str) -> Option<Document> {
    let number = Some(number.to_owned());
    Some(Document { kind, number })
}

fn person(number: &str, capacity: Option<LegalCapacity>) -> Person {
    Person {
        document: document(DocumentKind::IdentityCard, number),
        capacity,
        ..Person::named("岩温")
    }
}

fn person_without_document() -> Person {
    Person {
        document: Some(Document {
            kind: DocumentKind::None,
            number: None,
        }),
        ..Person::named("岩温")
    }
}

fn agent(kind: AgentKind, guardian: Option<Guardian>) -> Agent {
    Agent {
        kind,
        guardian,
        name: "玉香".to_owned(),
        phone: None,
        document: None,
        authority: "户口簿、结婚证".to_owned(),
    }
}

fn company() -> Person {
    Person {
        document: document(DocumentKind::CreditCode, COMPANY),
        ..Person::named("宁洱某茶业有限公司")
    }
}

fn requested(item: &str, topic: &str, people: Vec<Person>, agent: Option<Agent>) -> Decision {
    let mut open = open(item, topic, TOWN);
    open.applicant = Applicant {
        people,
        agent,
        summary: String::new(),
        respondents: Vec::new(),
    };
    world().after(&[]).when(open)
}

fn aid(person: Person, agent: Option<Agent>) -> Decision {
    requested("legal-aid", "maintenance", vec![person], agent)
}

/// The field that a refusal is about, and its sentence; nothing of what was taken.
fn refused(decision: Decision) -> Option<(String, String)> {
    match decision {
        Ok(_) => None,
        Err(Rejection::Incomplete { field, problem }) => Some((field, problem)),
        Err(other) => panic!("{other:?}"),
    }
}

fn warnings(decision: Decision) -> Vec<Warning> {
    match decision.unwrap().into_iter().next() {
        Some(Event::Opened(opened)) => opened.warnings,
        other => panic!("{other:?}"),
    }
}

/// 民法典 art. 21, 23.
#[test]
fn a_grown_person_without_capacity_acts_through_a_guardian_as_a_child_does() {
    let helpless = || person(GROWN, Some(LegalCapacity::None));
    for alone in [
        None,
        Some(agent(AgentKind::Entrusted, None)),
        Some(agent(AgentKind::LegalRepresentative, None)),
    ] {
        let (field, problem) = refused(aid(helpless(), alone)).expect("nobody acts for them");
        assert!(field.starts_with("applicant.agent"), "{field}");
        assert!(
            problem.contains("民法典第二十一条") || problem.contains("法定代表人"),
            "{problem}"
        );
    }
    for guardian in Guardian::ALL {
        let acting = agent(AgentKind::Statutory, Some(*guardian));
        assert_eq!(refused(aid(helpless(), Some(acting))), None, "{guardian}");
    }
    let community = agent(AgentKind::Community, None);
    assert_eq!(refused(aid(helpless(), Some(community))), None, "art. 32");
    // Near kin apply for legal aid (法律援助法 art. 40), and for no certificate.
    let kin = || Some(agent(AgentKind::Kin, None));
    assert_eq!(refused(aid(helpless(), kin())), None);
    let certificate = requested("notarization", "kinship", vec![helpless()], kin());
    assert_eq!(
        refused(certificate).map(|(field, _)| field).as_deref(),
        Some("applicant.agent")
    );
    // Advice is open to every visitor.
    let advice = requested("consultation", "family", vec![helpless()], None);
    assert!(advice.is_ok());
}

/// 民法典 art. 27, 28: which guardian acts is said; a minor has neither a spouse nor a child for one.
#[test]
fn a_guardian_is_one_whom_the_law_knows() {
    let of = |person: Person, kind, guardian| {
        let refusal = refused(aid(person, Some(agent(kind, guardian))));
        refusal.map(|(field, problem)| {
            assert_eq!(field, "applicant.agent.guardian");
            problem
        })
    };
    let unsaid = of(
        person(GROWN, Some(LegalCapacity::None)),
        AgentKind::Statutory,
        None,
    );
    assert!(unsaid.expect("which one?").contains("第二十八条"));
    for odd in [Guardian::Spouse, Guardian::Child] {
        let problem = of(person(SIX, None), AgentKind::Statutory, Some(odd));
        assert!(problem.expect("a child of six").contains("第二十七条"));
    }
    for right in [Guardian::Parent, Guardian::NearRelative, Guardian::Approved] {
        let problem = of(person(SIX, None), AgentKind::Statutory, Some(right));
        assert_eq!(problem, None, "{right}");
    }
    assert_eq!(of(person(SIX, None), AgentKind::Statutory, None), None);
    let entrusted = of(
        person(GROWN, None),
        AgentKind::Entrusted,
        Some(Guardian::Parent),
    );
    assert!(entrusted.is_some(), "who is entrusted is no guardian");
}

/// 民法典 art. 22: the agent acts, or agrees; so the window is warned, and nothing is refused.
#[test]
fn a_grown_person_of_limited_capacity_may_ask_and_the_window_is_warned() {
    let limited = || person(GROWN, Some(LegalCapacity::Limited));
    let warned = [Warning::LimitedAlone];
    assert_eq!(warnings(aid(limited(), None)), warned);
    let entrusted = agent(AgentKind::Entrusted, None);
    assert_eq!(warnings(aid(limited(), Some(entrusted))), warned);
    let spouse = agent(AgentKind::Statutory, Some(Guardian::Spouse));
    assert_eq!(warnings(aid(limited(), Some(spouse))), []);
    // A child below eight has none, whatever is said of it (art. 20).
    let child = person(SIX, Some(LegalCapacity::Limited));
    assert!(refused(aid(child, None)).is_some());
}

/// 民法典 art. 19: the same of a minor of eight or older, whose agent by law acts or agrees: whom the minor has entrusted is none.
#[test]
fn a_minor_who_entrusts_another_person_is_alone() {
    let minor = || Person {
        birth: Some("2012-06-01".parse().unwrap()),
        ..person_without_document()
    };
    let alone = [Warning::NoDocument, Warning::MinorAlone];
    assert_eq!(warnings(aid(minor(), None)), alone);
    let entrusted = agent(AgentKind::Entrusted, None);
    assert_eq!(warnings(aid(minor(), Some(entrusted))), alone);
    let parent = agent(AgentKind::Statutory, Some(Guardian::Parent));
    assert_eq!(warnings(aid(minor(), Some(parent))), [Warning::NoDocument]);
}

/// 民法典 art. 61: a company acts by its legal representative or an agent whom that entrusts.
#[test]
fn a_company_asks_through_its_legal_representative() {
    let notary =
        |people: Vec<Person>, agent| refused(requested("notarization", "contract", people, agent));
    let of = |kind| Some(agent(kind, None));
    assert_eq!(
        notary(vec![company()], of(AgentKind::LegalRepresentative)),
        None
    );
    assert_eq!(notary(vec![company()], of(AgentKind::Entrusted)), None);
    for kind in [AgentKind::Statutory, AgentKind::Kin, AgentKind::Community] {
        let (field, problem) = notary(vec![company()], of(kind)).expect("no such agent");
        assert_eq!(field, "applicant.agent");
        assert!(problem.contains("第六十一条"), "{problem}");
    }
    let natural = notary(
        vec![person(GROWN, None)],
        of(AgentKind::LegalRepresentative),
    );
    assert!(natural.is_some(), "a person has no legal representative");
    let capable = Person {
        capacity: Some(LegalCapacity::None),
        ..company()
    };
    let (field, _) = notary(vec![capable], of(AgentKind::LegalRepresentative)).unwrap();
    assert_eq!(field, "applicant.people[0].capacity");
}

/// As people copy numbers: in groups, in full width, with any dash. And a code of a company is the number of no person.
#[test]
fn a_number_is_read_in_groups_and_belongs_to_one_kind() {
    let fault = |kind, number: &str| {
        let who = Person {
            document: document(kind, number),
            ..Person::named("岩温")
        };
        match requested("consultation", "family", vec![who], None) {
            Ok(_) => None,
            Err(Rejection::WrongIdentityNumber { fault, .. }) => Some(fault),
            Err(other) => panic!("{other:?}"),
        }
    };
    for grouped in [
        "110105 19491231 002X",
        "110105-19491231-002x",
        "１１０１０５　１９４９１２３１—００２Ｘ",
    ] {
        assert_eq!(
            fault(DocumentKind::IdentityCard, grouped),
            None,
            "{grouped}"
        );
    }
    assert_eq!(
        fault(DocumentKind::CreditCode, "9135 0100 M000 100Y 43"),
        None
    );
    for kind in [
        DocumentKind::IdentityCard,
        DocumentKind::PermanentResidenceCard,
        DocumentKind::ResidencePermit,
        DocumentKind::Passport,
        DocumentKind::Other,
    ] {
        assert_eq!(
            fault(kind, COMPANY),
            Some(IdentityFault::OtherKind),
            "{kind}"
        );
    }
    for kind in [DocumentKind::CreditCode, DocumentKind::OldIdentityCard] {
        assert_eq!(fault(kind, GROWN), Some(IdentityFault::OtherKind), "{kind}");
    }
}

fn unnamed() -> Person {
    Person {
        anonymous: true,
        ..Person::named("")
    }
}

/// 匿名咨询: the law asks an applicant for a name, and not who wants advice.
#[test]
fn advice_is_given_to_the_unnamed_and_nothing_is_applied_for() {
    let with_phone = Person {
        phone: Some("13800138000".to_owned()),
        ..unnamed()
    };
    for who in [unnamed(), with_phone] {
        let taken = requested("consultation", "family", vec![who], None);
        assert_eq!(warnings(taken), [Warning::Anonymous]);
    }
    for (item, topic) in [("legal-aid", "labour-pay"), ("notarization", "kinship")] {
        let (field, _) = refused(requested(item, topic, vec![unnamed()], None)).expect(item);
        assert_eq!(field, "applicant.people[0].anonymous");
    }
    // Without the word for it an empty name is forgotten, not withheld; and no person is unnamed in part.
    let forgotten = requested("consultation", "family", vec![Person::named("")], None);
    assert!(refused(forgotten).is_some());
    let in_part = [
        Person {
            name: "岩温".to_owned(),
            ..unnamed()
        },
        Person {
            document: document(DocumentKind::IdentityCard, GROWN),
            ..unnamed()
        },
    ];
    for who in in_part {
        let (field, _) = refused(requested("consultation", "family", vec![who], None)).unwrap();
        assert_eq!(field, "applicant.people[0].name");
    }
    let among = vec![person(GROWN, None), unnamed()];
    assert!(refused(requested("consultation", "family", among, None)).is_some());
}

/// An application that grows out of anonymous advice says who applies: the name is added by a correction first.
#[test]
fn the_unnamed_are_named_before_anything_is_applied_for() {
    let world = world();
    let mut history = requested("consultation", "family", vec![unnamed()], None).unwrap();
    history.truncate(1);
    let refer = || RequestReferral {
        place: None,
        other: Some(About {
            item: "legal-aid".parse().unwrap(),
            topic: "maintenance".parse().unwrap(),
        }),
    };
    let correct = |applicant| Correct {
        reason: CorrectionReason::CitizenAsked,
        applicant,
        place: Some("530821".parse().unwrap()),
        ..correction()
    };
    let mend = |history: &[Event], command: Correct| {
        let given = world.after(history).with(Reference::EventOfCase);
        given.when(command).unwrap()
    };
    // A correction of another field leaves the applicant anonymous.
    let elsewhere = mend(&history, correct(None));
    history.extend(elsewhere);
    let early = world.after(&history).when(refer());
    assert!(matches!(
        early,
        Err(Rejection::Incomplete { field, .. }) if field == "applicant.people[0].name"
    ));
    let named = mend(&history, correct(Some(Applicant::named("岩温"))));
    history.extend(named);
    assert!(world.after(&history).when(refer()).is_ok());
}

/// 民法典 art. 20, 21, 61, 法律援助法 art. 31: a person who cannot apply at the window does not by way of a consultation that is
/// referred as an application.
#[test]
fn advice_opens_no_back_door_to_an_application() {
    let world = world();
    let referred = |people: Vec<Person>, agent: Option<Agent>, item: &str, topic: &str| {
        let mut history = requested("consultation", "family", people, agent).unwrap();
        history.truncate(1);
        let mut told = warnings(Ok(history.clone()));
        told.retain(|one| matches!(one, Warning::AgentMissing | Warning::Body));
        let other = Some(About {
            item: item.parse().unwrap(),
            topic: topic.parse().unwrap(),
        });
        let refer = RequestReferral { place: None, other };
        (told, refused(world.after(&history).when(refer)))
    };
    let aid = |people, agent| referred(people, agent, "legal-aid", "maintenance");
    let child = || vec![person(SIX, None)];
    let grown = || vec![person(GROWN, Some(LegalCapacity::None))];
    for people in [child(), grown()] {
        let (told, field) = aid(people, None);
        assert_eq!(told, [Warning::AgentMissing]);
        assert_eq!(field.unwrap().0, "applicant.agent");
    }
    // A lawyer whom the child "entrusted" is no statutory agent.
    let (told, field) = aid(child(), Some(agent(AgentKind::Entrusted, None)));
    assert_eq!((told, field.is_some()), (vec![Warning::AgentMissing], true));
    let mother = agent(AgentKind::Statutory, Some(Guardian::Parent));
    assert_eq!(aid(child(), Some(mother)), (vec![], None));
    assert_eq!(aid(vec![person(GROWN, None)], None), (vec![], None));
    // A company asks for no legal aid, and for nothing without a person who acts for it.
    let (told, field) = aid(vec![company()], None);
    assert_eq!(told, [Warning::AgentMissing, Warning::Body]);
    assert_eq!(field.unwrap().0, "applicant.agent");
    let chief = || Some(agent(AgentKind::LegalRepresentative, None));
    let (told, field) = aid(vec![company()], chief());
    assert_eq!(told, [Warning::Body]);
    assert_eq!(field.unwrap().0, "applicant.people[0].document.kind");
    let (_, notary) = referred(vec![company()], chief(), "notarization", "contract");
    assert_eq!(notary, None);
}

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
