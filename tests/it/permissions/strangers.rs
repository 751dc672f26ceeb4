//! What an actor learns who has no part in a case, from every command there is.

use onestop_chassis::{
    client::{Client, ClientError, CommandMeta},
    clock::SystemClock,
};
use onestop_proto::{
    actor::Actor,
    command::CommandType,
    ids::{CaseId, CaseRef},
    parking, registry, replication,
};
use serde_json::{Value, json};

use super::{permissions, started};
use crate::test_user::actor;

/// Of every role that sends commands, one person or more without a part in the case.
const STRANGERS: [&str; 5] = [
    "clerk/zhao@530822101",
    "specialist/yang-fan@530822.legal-aid",
    "specialist/gao-fei@530821.notarization",
    "supervisor/he-hua@530822.bureau",
    "unit-administrator/yan-lan@530822.legal-aid",
];

/// Whether a command is about a case: those about parked events, followed sources and the registry are not.
fn is_about_a_case(service: &str, command: &str) -> bool {
    service != registry::SERVICE
        && !parking::Command::NAMES.contains(&command)
        && !replication::Command::NAMES.contains(&command)
}

/// The refusal of a command, without the id of the case.
async fn refused(
    client: &Client,
    (by, case): (&Actor, CaseId),
    (service, command): (&str, &str),
    expected_revision: Option<u64>,
) -> Value {
    let order = CommandMeta {
        expected_revision,
        ..CommandMeta::new(SystemClock.command(), by.clone(), Some(CaseRef::Id(case)))
    };
    let data = json!({ "no-such-field": null });
    let service = service.parse().unwrap();
    let sent = client.command_named(&service, order, (command, data));
    let rejected = sent.await.map_err(ClientError::into_rejected).unwrap_err();
    let text = serde_json::to_string(&rejected).unwrap();
    serde_json::from_str(&text.replace(&case.to_string(), "the case")).unwrap()
}

/// Each gets the answer of a case that does not exist, whichever revision the command rests on: nothing of its state, nor who
/// holds it.
#[tokio::test(flavor = "multi_thread")]
async fn get_the_answer_of_a_case_that_does_not_exist() {
    let (_onestop, user, case) = started().await;
    let none = SystemClock.command().case();
    let mut wrong = Vec::new();
    for (service, command, may) in &permissions() {
        if !is_about_a_case(service, command) {
            continue;
        }
        let strangers = STRANGERS.into_iter().map(actor);
        for stranger in strangers.filter(|stranger| may.contains(&stranger.role)) {
            for revision in [None, Some(0)] {
                let what = (service.as_str(), command.as_str());
                let of_case = refused(&user.client, (&stranger, case), what, revision).await;
                let of_none = refused(&user.client, (&stranger, none), what, revision).await;
                let code = of_case["code"].as_str().unwrap();
                if of_case != of_none || !matches!(code, "unknown-case" | "no-matter") {
                    wrong.push(format!("{service} {command} as {stranger}: {of_case}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
