//! Grown people without capacity, companies, and people who stay unnamed (民法典 art. 19-28, 61; 法律援助法 art. 40).

mod another_item;

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
    let unsaid = of(person(SIX, None), AgentKind::Statutory, None);
    assert!(unsaid.expect("which one?").contains("第二十三条"));
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

/// What is wrong with the number, with the agent and with the authority is named at once; a legal representative has the office
/// and shows no letter of attorney.
#[test]
fn all_that_is_wrong_with_a_company_is_told_at_once() {
    let wrong = Person {
        document: document(DocumentKind::CreditCode, "91350100M000100Y44"),
        ..company()
    };
    let unfounded = Agent {
        authority: String::new(),
        ..agent(AgentKind::Kin, None)
    };
    let fields = |decided: Decision| match decided {
        Err(Rejection::Several { problems }) => {
            let fields = problems.into_iter().map(|one| one.field);
            fields.collect::<Vec<_>>()
        }
        other => panic!("{other:?}"),
    };
    let decided = requested("notarization", "contract", vec![wrong], Some(unfounded));
    assert_eq!(
        fields(decided),
        [
            "applicant.people[0].document.number",
            "applicant.agent.authority",
            "applicant.agent"
        ]
    );
    let representative = Agent {
        authority: String::new(),
        ..agent(AgentKind::LegalRepresentative, None)
    };
    let decided = requested(
        "notarization",
        "contract",
        vec![company()],
        Some(representative),
    );
    assert_eq!(refused(decided), None);
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
