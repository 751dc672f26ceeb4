//! In the services, asked directly: nothing before them is relied upon.

use onestop_chassis::{
    client::{Client, ClientError, CommandMeta},
    clock::SystemClock,
};
use onestop_proto::{
    actor::{Actor, Role},
    ids::{CaseId, CaseRef},
    ledger::{CasesPage, Timeliness},
    query::CustodyWorklist,
    rejection::{Rejected, RejectionKind},
};
use serde_json::{Value, json};

use super::{ACTIONS, Action, Cell, PEOPLE, ROLES, permissions, started};
use crate::test_user::{actor, unit};

async fn tried(client: &Client, who: &Actor, case: CaseId, action: Action) -> Result<(), Rejected> {
    let sent = match action {
        Action::Ask(service, name) => {
            let mut data = json!({ "case": case });
            if name == "applicant" {
                data["reason"] = json!("投诉核查");
            }
            let service = service.parse().unwrap();
            let who = (Some(who.clone()), None);
            let asked = client.question::<Value>(&service, name, who, &data);
            asked.await.map(|_| ())
        }
        Action::Do(service, name, data) => {
            let order =
                CommandMeta::new(SystemClock.command(), who.clone(), Some(CaseRef::Id(case)));
            let data = serde_json::from_str(data).unwrap();
            let service = service.parse().unwrap();
            let sent = client.command_named(&service, order, (name, data));
            sent.await.map(|_| ())
        }
    };
    sent.map_err(ClientError::into_rejected)
}

/// What else may be refused is refused for what the case is, and not for who asks.
fn cell(answer: &Result<(), Rejected>) -> Cell {
    match answer {
        Ok(()) => Cell::Yes,
        Err(rejected) => match rejected.kind {
            RejectionKind::NotFound => Cell::Nothing,
            RejectionKind::Forbidden => Cell::No,
            RejectionKind::Conflict | RejectionKind::Invalid => Cell::Yes,
            RejectionKind::Unavailable => panic!("{rejected:?}"),
        },
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn services_go_by_the_table_of_roles_and_jurisdictions() {
    let (_onestop, user, case) = started().await;
    let mut wrong = Vec::new();
    for person in &PEOPLE {
        let who = actor(person.who);
        for (at, action) in ACTIONS.into_iter().enumerate() {
            let answer = tried(&user.client, &who, case, action).await;
            let (found, wanted) = (cell(&answer), person.expects(at));
            if found != wanted {
                let code = answer.err().map(|it| it.code);
                let who = person.who;
                wrong.push(format!(
                    "{who} {action:?}: {found:?} {code:?}, not {wanted:?}"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_and_figures_hold_what_is_theirs() {
    let (_onestop, user, case) = started().await;
    let journal = "journal".parse().unwrap();
    for person in &PEOPLE {
        let (name, who) = (person.who, actor(person.who));
        let concerned = person.expects(3) == Cell::Yes;
        let asked = (Some(who.clone()), None);
        let listed: CasesPage = user
            .client
            .question(&journal, "cases", asked.clone(), &json!({}))
            .await
            .unwrap();
        let listed = listed.rows.iter().any(|row| row.case == case);
        assert_eq!(listed, concerned, "{name} finds it in a list");

        let elsewhere = json!({ "within": "5308" });
        let narrowed: Result<CasesPage, _> = user
            .client
            .question(&journal, "cases", asked.clone(), &elsewhere)
            .await;
        let narrowed = narrowed.is_ok_and(|page| page.rows.iter().any(|row| row.case == case));
        assert!(!narrowed || concerned, "{name} finds it by its prefecture");

        let ever =
            json!({ "from": "2020-01-01T00:00:00+08:00", "to": "2100-01-01T00:00:00+08:00" });
        let counted: Result<Timeliness, _> = user
            .client
            .question(&journal, "timeliness", asked.clone(), &ever)
            .await;
        let counted = counted.is_ok_and(|told| told.total.received > 0);
        let sees_figures = concerned && matches!(who.role, Role::Supervisor | Role::Auditor);
        assert_eq!(counted, sees_figures, "{name} finds it counted");

        let desk_of = json!({ "unit": unit("530821.legal-aid") });
        let worklist: Result<CustodyWorklist, _> = user
            .client
            .question(&"referral".parse().unwrap(), "worklist", asked, &desk_of)
            .await;
        let own = who.unit == unit("530821.legal-aid");
        assert_eq!(
            worklist.is_ok(),
            own || sees_figures,
            "{name} reads its worklist"
        );
    }
}

/// Every command, for every role: a role without permission is refused before the data is read.
#[tokio::test(flavor = "multi_thread")]
async fn services_permit_each_role_what_the_document_says() {
    let (_onestop, user, case) = started().await;
    let rows = permissions();
    assert!(rows.len() > 80, "{} commands", rows.len());
    let mut wrong = Vec::new();
    for (service, command, may) in &rows {
        for role in ROLES {
            let who = actor(&format!("{role}/gao-fei@530822.legal-aid"));
            let service: onestop_proto::actor::ServiceName = service.parse().unwrap();
            let order = CommandMeta::new(SystemClock.command(), who, Some(CaseRef::Id(case)));
            let nothing = json!({ "no-such-field": null });
            let sent = user
                .client
                .command_named(&service, order, (command, nothing));
            let code = match sent.await {
                Ok(_) => "accepted".to_owned(),
                Err(error) => error.into_rejected().code,
            };
            if (code != "not-permitted") != may.contains(&role) {
                wrong.push(format!("{service} {command} as {role}: {code}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
