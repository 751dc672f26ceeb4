//! Endpoints and dispatcher of a running service.

use std::time::Duration;

use async_nats::HeaderMap;
use onestop_chassis::bus::Bus;
use onestop_proto::{
    actor::Actor,
    command::{AcceptedCommand, Execution, Reply, Request},
    ids::CaseId,
    late_entry::{ApprovalClaim, ContentHash, LateEntry, LateReason},
    rejection::Rejected,
    subject,
    time::Timestamp,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::support::{
    self, Broker, Counter, Decides, OF_THE_PROVINCE, request, service, signed, signed_by,
};

/// How long the service may take to answer.
const LIMIT: Duration = Duration::from_secs(20);

struct Running {
    bus: Bus,
    service: support::Running,
    broker: Broker,
}

struct Answer {
    body: Vec<u8>,
    error_code: Option<String>,
}

impl Running {
    async fn start() -> Self {
        let broker = Broker::start().await;
        let bus = broker.connect().await;
        let running = Self {
            bus,
            service: support::Running::start::<Counter<Decides>>(broker.settings()),
            broker,
        };
        let ready = async {
            while running
                .try_send("qry.referral.sources", "{}")
                .await
                .is_none()
            {
                tokio::task::yield_now().await;
            }
        };
        let ready = tokio::time::timeout(LIMIT, ready).await;
        ready.expect("the service answers");
        running
    }

    async fn try_send(&self, subject: &str, payload: &str) -> Option<Answer> {
        let headers = signed(&self.bus, subject, payload);
        self.send_with(headers, subject, payload).await
    }

    async fn send_with(&self, headers: HeaderMap, subject: &str, payload: &str) -> Option<Answer> {
        let sent = self.bus.client().request_with_headers(
            subject.to_owned(),
            headers,
            payload.to_owned().into(),
        );
        let message = sent.await.ok()?;
        let headers = message.headers.unwrap_or_default();
        let code = headers.get("Nats-Service-Error-Code");
        Some(Answer {
            body: message.payload.to_vec(),
            error_code: code.map(|code| code.as_str().to_owned()),
        })
    }

    async fn send(&self, subject: &str, payload: &Value) -> Answer {
        let answer = self.try_send(subject, &payload.to_string()).await;
        answer.expect("the service answers")
    }

    async fn accept(&self, request: &Request) -> Answer {
        let subject = subject::command(&service("referral"), "accept");
        let request = serde_json::to_value(request).unwrap();
        self.send(&subject, &request).await
    }

    async fn stop(self) {
        self.service.stop().await;
    }
}

impl Answer {
    fn parse<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body).unwrap()
    }

    fn accepted(&self) -> AcceptedCommand {
        match self.parse::<Reply>() {
            Reply::Accepted(accepted) => accepted,
            Reply::Rejected(rejected) => panic!("{rejected:?}"),
        }
    }

    fn rejected(&self) -> Rejected {
        match self.parse::<Reply>() {
            Reply::Rejected(rejected) => rejected,
            Reply::Accepted(accepted) => panic!("{accepted:?}"),
        }
    }
}

fn adding(by: u32) -> (CaseId, Request) {
    let clock = onestop_chassis::clock::SystemClock;
    let subject = clock.command().case();
    (
        subject,
        request(clock.command(), subject, json!({ "by": by })),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_is_carried_out_once_and_a_question_answered() {
    let running = Running::start().await;
    let (subject, adding) = adding(5);

    let first = running.accept(&adding).await.accepted();
    let again = running.accept(&adding).await.accepted();

    assert_eq!(
        (first.answer, again.answer),
        (Execution::First, Execution::Repeated)
    );
    assert_eq!(first.at, again.at);
    let question = json!({ "data": subject });
    // By the service's name, and by the instance's.
    for to in ["qry.referral.sum", "qry.referral.main.sum"] {
        let answer: Value = running.send(to, &question).await.parse();
        assert!(answer.to_string().contains("\"sum\":5"), "{answer}");
    }
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejection_is_a_typed_body_and_a_header() {
    let running = Running::start().await;
    let auditor: Actor = "auditor/li-na@s4k2m9qxa.legal-aid".parse().unwrap();
    let (_, ordinary) = adding(1);
    let (_, too_much) = adding(101);
    let not_permitted = Request {
        actor: auditor,
        ..ordinary
    };

    let forbidden = running.accept(&not_permitted).await;
    let conflict = running.accept(&too_much).await;
    let malformed = running
        .send("cmd.referral.accept", &json!({ "id": 1 }))
        .await;
    let defect = running
        .send("qry.referral.defect", &json!({ "data": {} }))
        .await;

    assert_eq!(forbidden.rejected().code, "not-permitted");
    assert_eq!(forbidden.error_code.as_deref(), Some("403"));
    assert_eq!(conflict.rejected().code, "too-much");
    assert_eq!(conflict.error_code.as_deref(), Some("409"));
    assert_eq!(malformed.rejected().code, "malformed");
    assert_eq!(malformed.error_code.as_deref(), Some("400"));
    // The error itself is logged, not sent.
    assert!(!String::from_utf8_lossy(&defect.body).contains("a defect"));
    assert_eq!(defect.error_code.as_deref(), Some("503"));
    running.stop().await;
}

/// A request without a signature, or signed for another request, changes nothing and learns nothing.
#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_has_proven_is_refused() {
    let running = Running::start().await;
    let (_, adding) = adding(5);
    let command = serde_json::to_string(&adding).unwrap();
    let (_, other) = self::adding(6);
    let other = serde_json::to_string(&other).unwrap();
    let accept = "cmd.referral.accept";
    let log = r#"{"data":{"from":0,"limit":10}}"#;
    let unsigned = HeaderMap::new;
    let sent = [
        (unsigned(), accept, &command[..], "no-token"),
        (unsigned(), "qry.referral.log", log, "no-token"),
        (unsigned(), "qry.referral.main.log", log, "no-token"),
        (
            signed(&running.bus, accept, &other),
            accept,
            &command,
            "bad-signature",
        ),
        (
            signed(&running.bus, "cmd.referral.decline", &command),
            accept,
            &command,
            "other-audience",
        ),
    ];
    for (headers, subject, payload, why) in sent {
        let answer = running.send_with(headers, subject, payload).await.unwrap();
        assert_eq!(answer.error_code.as_deref(), Some("403"), "{subject}");
        let rejected = answer.rejected();
        assert_eq!(rejected.code, "not-proven");
        assert_eq!(rejected.details["why"], why, "{subject}");
    }
    let whole = json!({ "data": { "from": 0, "limit": 10 } });
    let page = running.send("qry.referral.log", &whole).await;
    let page = String::from_utf8(page.body).unwrap();
    assert!(page.contains("\"head\":0"), "{page}");
    running.stop().await;
}

/// The event names the issuer that has proven the actor.
#[tokio::test(flavor = "multi_thread")]
async fn an_event_names_its_issuer_and_the_token() {
    let running = Running::start().await;
    let (_, adding) = adding(5);
    running.accept(&adding).await.accepted();
    let whole = json!({ "data": { "from": 0, "limit": 10 } });
    let page: Value = running.send("qry.referral.log", &whole).await.parse();
    let event = &page["answer"]["events"][0];
    assert_eq!(event["issuer"], "operator/main", "{event}");
    assert!(event["tokenid"].is_string(), "{event}");
    running.stop().await;
}

const LATE: &str = "2026-03-02T10:00:00+08:00";

/// What the approver of a request that happened late signs.
fn claim<'a>(
    request: &'a Request,
    case: Option<&'a str>,
    content: &'a ContentHash,
) -> ApprovalClaim<'a> {
    ApprovalClaim {
        entry: request.id,
        act: "referral.accept",
        case,
        doer: &request.actor,
        occurred_at: LATE.parse().unwrap(),
        reason: LateReason::Outage,
        content,
    }
}

fn approver() -> Actor {
    "specialist/zhao-qian@s4k2m9qxa.legal-aid".parse().unwrap()
}

/// A request that happened late, with an approval.
fn late(request: &Request, approval: LateEntry) -> Request {
    Request {
        occurred_at: Some(LATE.parse().unwrap()),
        late_entry: Some(approval),
        ..request.clone()
    }
}

/// 补录审批: the approver's own token is checked where the command is decided, and is in the event beside that of the person who
/// enters it. Another entry's approval, one for another command, another case or another moment, and a request's own token approve
/// nothing.
#[tokio::test(flavor = "multi_thread")]
async fn an_event_names_who_has_proven_the_approval_of_a_late_entry() {
    let running = Running::start().await;
    let (_, ordinary) = adding(5);
    let approver = approver();
    let case = ordinary.case.as_ref().map(ToString::to_string);
    let content = ContentHash::of(&ordinary.data);
    let claim = claim(&ordinary, case.as_deref(), &content);
    let issuer = running.bus.issuer().unwrap();
    let token = issuer.late_approval(&claim, &approver);
    let of_decline = ApprovalClaim {
        act: "referral.decline",
        ..claim
    };
    let of_decline = issuer.late_approval(&of_decline, &approver);
    let of_other_case = ApprovalClaim {
        case: Some("s4k2m9qxa-261123-001"),
        ..claim
    };
    let of_other_case = issuer.late_approval(&of_other_case, &approver);
    let named = LateEntry::because(LateReason::Outage).naming(Some(approver.staff.clone()));
    let by = |token| late(&ordinary, named.clone().approved(ordinary.id, token));
    let approved = by(token.clone());
    let own = issuer.token("cmd.referral.accept", b"{}", Some(&approver));
    let (_, other) = adding(5);
    let later = claim.occurred_at.plus_seconds(60);
    for refused in [
        by(own),
        by(of_decline),
        by(of_other_case),
        late(&ordinary, named.clone().approved(other.id, token)),
        Request {
            occurred_at: Some(later),
            ..approved.clone()
        },
        Request {
            id: other.id,
            ..approved.clone()
        },
    ] {
        let refused = running.accept(&refused).await;
        assert_eq!(refused.error_code.as_deref(), Some("400"));
        assert_eq!(refused.rejected().code, "approval-not-proven");
    }
    running.accept(&approved).await.accepted();
    assert_approver_is_named(&running).await;
    running.stop().await;
}

/// What was changed after the approval is not what was approved; an entry that says no moment is no late one.
#[tokio::test(flavor = "multi_thread")]
async fn an_approval_is_of_what_was_filled_in() {
    let running = Running::start().await;
    let (_, ordinary) = adding(5);
    let case = ordinary.case.as_ref().map(ToString::to_string);
    let content = ContentHash::of(&ordinary.data);
    let issuer = running.bus.issuer().unwrap();
    let token = issuer.late_approval(&claim(&ordinary, case.as_deref(), &content), &approver());
    let named = LateEntry::because(LateReason::Outage).naming(Some(approver().staff));
    let approved = late(&ordinary, named.approved(ordinary.id, token));
    let changed = Request {
        data: json!({ "by": 6 }),
        ..approved.clone()
    };
    let undated = Request {
        occurred_at: None,
        ..approved.clone()
    };
    for (wrong, code) in [(changed, "approval-not-proven"), (undated, "malformed")] {
        let refused = running.accept(&wrong).await;
        assert_eq!(refused.rejected().code, code);
    }
    running.accept(&approved).await.accepted();
    running.stop().await;
}

/// The log has one event, which names the approver with the issuer and the token of the approval.
async fn assert_approver_is_named(running: &Running) {
    let whole = json!({ "data": { "from": 0, "limit": 10 } });
    let page: Value = running.send("qry.referral.log", &whole).await.parse();
    let events = page["answer"]["events"].as_array().unwrap();
    assert_eq!(events.len(), 1, "{page}");
    assert_eq!(events[0]["lateapprover"], "zhao-qian", "{page}");
    assert_eq!(events[0]["lateissuer"], "operator/main", "{page}");
    assert!(events[0]["latetokenid"].is_string(), "{page}");
    assert_ne!(events[0]["latetokenid"], events[0]["tokenid"], "{page}");
}

/// Which history of a log is followed concerns every division: the service that follows it refuses who oversees a part of them,
/// whichever gateway or key the command comes by. The operator of the machine decides by their own key alone.
#[tokio::test(flavor = "multi_thread")]
async fn a_history_is_followed_by_who_oversees_every_division() {
    let running = Running::start().await;
    let gateway = running.broker.issuer("gateway");
    let operator = running.bus.issuer().unwrap();
    let clock = onestop_chassis::clock::SystemClock;
    for (name, done) in [
        ("request-follow", "not-set-aside"),
        ("refuse-follow", "no-request-waits"),
        ("follow-source", "not-set-aside"),
    ] {
        let subject = format!("cmd.referral.{name}");
        for (staff, issuer, code) in [
            ("he-jun", &gateway, "whole-province-only"),
            (OF_THE_PROVINCE, &gateway, done),
            ("he-jun", operator, done),
        ] {
            let command = json!({
                "id": clock.command(),
                "actor": format!("supervisor/{staff}@s4k2m9qxa.bureau"),
                "data": {
                    "source": "/onestop/intake/main",
                    "epoch": "019ab0c4-8000-7000-8000-000000000001",
                    "why": "按备份恢复",
                    "division": "530821",
                },
            });
            let command = command.to_string();
            let headers = signed_by(issuer, &subject, &command);
            let answer = running.send_with(headers, &subject, &command).await;
            assert_eq!(answer.unwrap().rejected().code, code, "{name} by {staff}");
        }
    }
    running.stop().await;
}

/// A signed root is a checkpoint that the log writes: the journal alone has one made, whatever else an issuer may ask.
#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_is_written_for_the_journal_alone() {
    let running = Running::start().await;
    let journal = running.broker.issuer("journal");
    let operator = running.bus.issuer().unwrap();
    let subject = "qry.referral.root";
    let plain = r#"{"data":{"size":0}}"#;
    let to_sign = r#"{"data":{"size":0,"cosigned":0}}"#;
    for (issuer, question, refused) in [
        (operator, plain, false),
        (operator, to_sign, true),
        (&journal, to_sign, false),
    ] {
        let headers = signed_by(issuer, subject, question);
        let answer = running.send_with(headers, subject, question).await.unwrap();
        let is_forbidden = answer.error_code.as_deref() == Some("403");
        assert_eq!(is_forbidden, refused, "{question} by {issuer:?}");
    }
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_service_answers_for_its_log() {
    let running = Running::start().await;
    let (subject, adding) = adding(5);
    running.accept(&adding).await.accepted();

    let page = running
        .send(
            "qry.referral.log",
            &json!({ "data": { "from": 0, "limit": 10 } }),
        )
        .await;
    let verified = running.send("qry.referral.verify", &json!({})).await;
    let proof = running
        .send(
            "qry.referral.proof",
            &json!({ "data": { "case": subject, "from": 0 } }),
        )
        .await;

    for answer in [&page, &verified, &proof] {
        let text = String::from_utf8_lossy(&answer.body);
        assert_eq!(answer.error_code, None, "{text}");
    }
    let text = String::from_utf8_lossy(&page.body);
    assert!(text.contains("cn.onestop.counter.added.v1"), "{text}");
    running.stop().await;
}

/// What a service does about its own log happens when it is recorded: no date of another time is taken, before it, in the future
/// or of years ago.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_service_does_itself_has_no_date_of_its_own() {
    let running = Running::start().await;
    let clock = onestop_chassis::clock::SystemClock;
    for name in [
        "retry-parked",
        "request-skip",
        "refuse-skip",
        "skip-parked",
        "request-follow",
        "refuse-follow",
        "follow-source",
    ] {
        let subject = format!("cmd.referral.{name}");
        for occurred_at in ["2010-03-02 10:00:00", "2099-03-02 10:00:00"] {
            let occurred_at: Timestamp = occurred_at.parse().unwrap();
            let command = json!({
                "id": clock.command(),
                "actor": format!("supervisor/{OF_THE_PROVINCE}@s4k2m9qxa.bureau"),
                "case": clock.command().case(),
                "occurred_at": occurred_at,
                "data": {},
            });
            let refused = running.send(&subject, &command).await.rejected();
            assert_eq!(refused.code, "malformed", "{name}");
            let said = refused.details.to_string();
            assert!(said.contains("occurred_at"), "{name}: {said}");
        }
    }
    running.stop().await;
}
