//! 民法典 art. 168: an agent does not act for both sides, and is none of the parties of the case.

use onestop_proto::case::{
    Agent, AgentKind, Applicant, Document, DocumentKind, Guardian, Person, Rejection, Respondent,
};

use super::*;
use crate::domain::{Decision, check_other_side};

/// Born in June 2020.
const CHILD: &str = "530821202006010010";
const GROWN: &str = "11010519491231002X";
const PHONE: &str = "13800138999";

fn agent(kind: AgentKind, name: &str, phone: Option<&str>) -> Agent {
    Agent {
        kind,
        guardian: (kind == AgentKind::Statutory).then_some(Guardian::Parent),
        name: name.to_owned(),
        phone: phone.map(str::to_owned),
        document: None,
        authority: "户口簿".to_owned(),
    }
}

fn card(number: &str) -> Option<Document> {
    Some(Document {
        kind: DocumentKind::IdentityCard,
        number: Some(number.to_owned()),
    })
}

fn wife(agent: Agent) -> Applicant {
    Applicant {
        agent: Some(agent),
        respondents: vec![Respondent {
            name: "夫乙".to_owned(),
            phone: Some(PHONE.to_owned()),
            address: None,
        }],
        ..Applicant::named("妻甲")
    }
}

fn opened(applicant: Applicant) -> Decision {
    let mut command = open("mediation", "family", TOWN);
    command.applicant = applicant;
    world().after(&[]).when(command)
}

/// What is said of the agent; nothing where the case is opened, or refused for something else.
fn of_agent(decided: Decision) -> Option<String> {
    match decided {
        Err(Rejection::Incomplete { field, problem }) if field == "applicant.agent" => {
            Some(problem)
        }
        _ => None,
    }
}

#[test]
fn the_other_party_is_no_agent() {
    for (name, phone) in [
        ("夫乙", Some(PHONE)),
        ("夫 乙", None),
        ("夫\u{200b}乙", Some("１３８００１３８９９９")),
        // Under another name, on the same telephone.
        ("张三", Some("+86 138-0013-8999")),
    ] {
        let refused = of_agent(opened(wife(agent(AgentKind::Kin, name, phone))));
        let refused = refused.unwrap_or_else(|| panic!("{name} {phone:?} is the agent"));
        assert!(refused.contains("第一百六十八条"), "{refused}");
    }
    // Another person of the same name, and another relative.
    for (name, phone) in [("夫乙", "13900139000"), ("妻母", "13900139000")] {
        let taken = of_agent(opened(wife(agent(AgentKind::Kin, name, Some(phone)))));
        assert_eq!(taken, None, "{name}");
    }
}

#[test]
fn a_child_is_not_its_own_guardian() {
    let child = |agent: Agent| Applicant {
        people: vec![Person {
            document: card(CHILD),
            ..Person::named("孩子")
        }],
        agent: Some(agent),
        ..Applicant::named("孩子")
    };
    let own_name = agent(AgentKind::Statutory, "孩子", None);
    let refused = of_agent(opened(child(own_name))).expect("the child is no agent");
    assert!(refused.contains("监护人"), "{refused}");
    let own_document = Agent {
        document: card(CHILD),
        ..agent(AgentKind::Statutory, "别名", None)
    };
    assert!(of_agent(opened(child(own_document))).is_some());
    let mother = Agent {
        document: card(GROWN),
        ..agent(AgentKind::Statutory, "孩子母亲", Some(PHONE))
    };
    assert_eq!(of_agent(opened(child(mother))), None);
}

#[test]
fn who_acts_alone_has_no_agent_of_their_own_name() {
    let alone = Applicant {
        agent: Some(agent(AgentKind::Entrusted, "岩温", None)),
        ..Applicant::named("岩温")
    };
    assert!(of_agent(opened(alone)).is_some());
    // Of several, one represents the others.
    let several = Applicant {
        people: vec![Person::named("岩温"), Person::named("玉香")],
        agent: Some(agent(AgentKind::Entrusted, "岩温", None)),
        ..Applicant::named("岩温")
    };
    assert_eq!(of_agent(opened(several)), None);
}

#[test]
fn one_agent_does_not_act_for_both_sides() {
    let side = |name: &str, agent: Agent| Applicant {
        agent: Some(agent),
        ..Applicant::named(name)
    };
    let lawyer = || agent(AgentKind::Entrusted, "李代理", Some(PHONE));
    let ours = side("妻甲", lawyer());
    assert!(check_other_side(&ours, &side("夫乙", lawyer())).is_err());
    let crossed = side("夫乙", agent(AgentKind::Kin, "妻甲", None));
    assert!(check_other_side(&ours, &crossed).is_err());
    let crossed = side("妻甲", agent(AgentKind::Kin, "夫乙", None));
    assert!(check_other_side(&crossed, &Applicant::named("夫乙")).is_err());
    let other = side(
        "夫乙",
        agent(AgentKind::Entrusted, "王代理", Some("13900139000")),
    );
    assert_eq!(check_other_side(&ours, &other), Ok(()));
    assert_eq!(check_other_side(&ours, &Applicant::named("夫乙")), Ok(()));
}
