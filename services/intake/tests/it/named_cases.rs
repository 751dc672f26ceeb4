//! A case names another as the other side's, or as related, only where the clerk sees both: otherwise the answer is that of a
//! case that does not exist, and nothing is on record against strangers (律师法 art. 39; 民法典 art. 168).

use onestop_directory::{Directory, WINDOW};
use onestop_proto::{
    actor::Actor,
    case::{Agent, AgentKind, Open},
    ids::CaseId,
};

use crate::support::{World, new_key, open};

/// The window of another county.
fn stranger() -> Actor {
    let directory = Directory::built_in().unwrap();
    let window = directory.unit_at("530802".parse().unwrap(), &WINDOW.parse().unwrap());
    format!("clerk/wang-er@{}", window.unwrap().id)
        .parse()
        .unwrap()
}

fn against(case: CaseId) -> Open {
    Open {
        opposed_to: Some(case),
        ..open("夫乙", "13900139000")
    }
}

fn related_to(case: CaseId) -> Open {
    Open {
        related: vec![case],
        ..open("夫乙", "13900139000")
    }
}

fn with_agent(open: Open, name: &str) -> Open {
    let mut open = open;
    open.applicant.agent = Some(Agent {
        kind: AgentKind::Entrusted,
        guardian: None,
        name: name.to_owned(),
        phone: Some("13700137000".to_owned()),
        document: None,
        authority: "授权委托书".to_owned(),
    });
    open
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_is_not_seen_is_named_like_one_that_does_not_exist() {
    let mut world = World::new().await;
    let theirs = world.send(new_key(), None, open("妻甲", "13800138000"));
    let theirs = theirs.await.unwrap().case;
    let own_clerk = world.clerk.clone();
    world.clerk = stranger();
    let nowhere = new_key().case();
    for named in [against, related_to] {
        let hidden = world
            .send(new_key(), None, named(theirs))
            .await
            .unwrap_err();
        let missing = world
            .send(new_key(), None, named(nowhere))
            .await
            .unwrap_err();
        assert_eq!(hidden.code, "unknown-case");
        assert_eq!((hidden.code, hidden.kind), (missing.code, missing.kind));
    }
    world.clerk = own_clerk;
    for named in [against, related_to] {
        world.send(new_key(), None, named(theirs)).await.unwrap();
    }
}

/// Of several, each that is wrong is named at its place: a form is sent again once.
#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_case_among_several_is_named() {
    let world = World::new().await;
    let seen = world.send(new_key(), None, open("妻甲", "13800138000"));
    let seen = seen.await.unwrap().case;
    let named = |related: Vec<CaseId>, opposed_to| Open {
        related,
        opposed_to,
        ..open("夫乙", "13900139000")
    };
    let wrong = [new_key().case(), new_key().case()];
    let second = world.send(new_key(), None, named(vec![seen, wrong[0]], None));
    assert_eq!(second.await.unwrap_err().code, "unknown-case");
    let several = named(vec![wrong[0], seen, wrong[1]], Some(wrong[1]));
    let refused = world.send(new_key(), None, several).await.unwrap_err();
    assert_eq!(refused.code, "several");
    let problems = refused.details["problems"].as_array().unwrap();
    let fields: Vec<_> = problems.iter().map(|one| one["field"].clone()).collect();
    assert_eq!(fields, ["related[0]", "related[2]", "opposed_to"]);
    assert!(refused.message.zh.contains(&wrong[0].to_string()));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_agent_is_not_taken_down_for_both_sides() {
    let world = World::new().await;
    let first = with_agent(open("妻甲", "13800138000"), "李代理");
    let first = world.send(new_key(), None, first).await.unwrap().case;
    let both = with_agent(against(first), "李代理");
    let refused = world.send(new_key(), None, both).await.unwrap_err();
    assert_eq!(refused.code, "incomplete");
    let other = Open {
        applicant: {
            let mut applicant = with_agent(against(first), "王代理").applicant;
            applicant.agent.as_mut().unwrap().phone = Some("13600136000".to_owned());
            applicant
        },
        ..against(first)
    };
    world.send(new_key(), None, other).await.unwrap();
}
