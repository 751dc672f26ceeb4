//! A late entry (补录) beyond the limit is approved by the approver, and by no name that is typed.

use onestop_chassis::clock::SystemClock;
use onestop_proto::case::{self, Channel, Open, WindowAction};
use reqwest::{Method, StatusCode};
use serde_json::Value;

use super::{
    between, client,
    four_eyes::person,
    second_factor::{Person, form_urlencoded},
    sign_in,
};
use crate::{
    api::{Web, started as started_api},
    journeys::{VILLAGE, request},
    test_user::TestUser,
};

const PAGE: &str = "/late-entries";
const OPEN: &str = "/late-entries/open";
const APPROVE: &str = "/late-entries/approve";
const REFUSE: &str = "/late-entries/refuse";

/// A registration on paper of twenty days ago.
struct Entry {
    key: String,
    occurred_at: String,
    summary: &'static str,
}

impl Entry {
    fn new() -> Self {
        let occurred_at = SystemClock.now().plus_seconds(-20 * 86_400);
        Self {
            key: SystemClock.command().to_string(),
            occurred_at: occurred_at.to_string(),
            summary: "继承问题",
        }
    }

    /// The status of the registration, and the code of its refusal.
    async fn sent(&self, web: &Web, approver: &str) -> (StatusCode, String) {
        let mut open = Open {
            request: WindowAction::Answer,
            channel: Channel::Paper,
            ..request("consultation", "family", VILLAGE)
        };
        open.applicant.summary = self.summary.to_owned();
        let sent = web.page(Method::POST, "/api/v1/cases");
        let sent = sent.header("idempotency-key", &self.key);
        let sent = sent.header("content-type", "application/json");
        let sent = sent.header("occurred-at", &self.occurred_at);
        let sent = sent.header("late-reason", "outage");
        let sent = sent.header("late-approver", approver);
        let body = serde_json::to_string(&open).unwrap();
        let answer = sent.body(body).send().await.unwrap();
        let status = answer.status();
        let said: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
        (status, said["code"].as_str().unwrap_or_default().to_owned())
    }
}

/// How many entries wait for who is signed in.
async fn doer_reads_of(web: &Web) -> usize {
    let listed = web.page(Method::GET, "/api/v1/late-entries").send().await;
    let listed: Value = serde_json::from_str(&listed.unwrap().text().await.unwrap()).unwrap();
    listed["entries"].as_array().unwrap().len()
}

/// The id of the one request that waits for a person.
async fn waiting(approver: &Person<'_>) -> String {
    let page = approver.page(PAGE).await.text().await.unwrap();
    between(&page, "name=\"id\" value=\"", "\"").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_entry_is_approved_by_the_approver_alone() {
    let onestop = started_api().await;
    let web = Web::sign_in(&onestop, "zhang-li").await;
    let base = web.base();
    let colleague = ["li-hua", "李华", "clerk", VILLAGE];
    let approver = person(&onestop, base, colleague).await;
    let doer = Person {
        cookies: sign_in(&client(), base, "zhang-li").await,
        client: client(),
        base,
    };
    let asked = (StatusCode::CONFLICT, "late-approval-asked".to_owned());

    let entry = Entry::new();
    let (_, nobody) = entry.sent(&web, "nobody-at-all").await;
    assert_eq!(nobody, "unknown-approver");
    let (_, oneself) = entry.sent(&web, "zhang-li").await;
    assert_eq!(oneself, "approved-by-oneself");
    assert_eq!(doer_reads_of(&web).await, 0);
    // Twice is asked once.
    assert_eq!(entry.sent(&web, "li-hua").await, asked);
    assert_eq!(entry.sent(&web, "li-hua").await, asked);
    let id = waiting(&approver).await;
    let fields = [("id", id.as_str())];
    the_approver_alone_reads(&entry, &approver, &doer, &id).await;
    let own = doer.send("/today", APPROVE, &fields).await;
    assert_eq!(own.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(entry.sent(&web, "li-hua").await, asked);
    let approved = approver.send(PAGE, APPROVE, &fields).await;
    assert_eq!(approved.status(), StatusCode::SEE_OTHER);
    // It is the approval of that entry alone.
    let other = Entry::new();
    assert_eq!(other.sent(&web, "li-hua").await, asked);
    let (opened, _) = entry.sent(&web, "li-hua").await;
    assert_eq!(opened, StatusCode::CREATED);
    let user = TestUser::new(onestop.client().await);
    let log = user.log(&case::service()).await;
    let log = serde_json::to_value(&log).unwrap().to_string();
    assert!(log.contains("\"lateapprover\":\"li-hua\""), "{log}");
    assert!(log.contains("\"lateissuer\":\"gateway/main\""), "{log}");
    // Who is shown what was filled in is on record.
    assert_eq!(log.matches("\"way\":\"late-entry\"").count(), 1, "{log}");

    let id = waiting(&approver).await;
    let silent = [("id", id.as_str())];
    let silent = approver.send(PAGE, REFUSE, &silent).await;
    assert_eq!(silent.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let why = form_urlencoded("纸质材料没有日期");
    let fields = [("id", id.as_str()), ("why", why.as_str())];
    let refused = approver.send(PAGE, REFUSE, &fields).await;
    assert_eq!(refused.status(), StatusCode::SEE_OTHER);
    let (_, code) = other.sent(&web, "li-hua").await;
    assert_eq!(code, "late-approval-refused");
    what_was_filled_in_is_approved(&web, &approver).await;
}

/// What was filled in is shown to the approver, and not to who has entered it.
async fn the_approver_alone_reads(
    entry: &Entry,
    approver: &Person<'_>,
    doer: &Person<'_>,
    id: &str,
) {
    let fields = [("id", id)];
    let page = approver.send(PAGE, OPEN, &fields).await;
    assert_eq!(page.status(), StatusCode::OK);
    let page = page.text().await.unwrap();
    assert!(page.contains(entry.summary), "{page}");
    let own = doer.send("/today", OPEN, &fields).await;
    assert_eq!(own.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let own = own.text().await.unwrap();
    assert!(!own.contains(entry.summary), "{own}");
}

/// What is changed after the approval is asked for again, under the same key.
async fn what_was_filled_in_is_approved(web: &Web, approver: &Person<'_>) {
    let asked = (StatusCode::CONFLICT, "late-approval-asked".to_owned());
    let entry = Entry::new();
    assert_eq!(entry.sent(web, "li-hua").await, asked);
    let id = waiting(approver).await;
    let approved = approver.send(PAGE, APPROVE, &[("id", id.as_str())]).await;
    assert_eq!(approved.status(), StatusCode::SEE_OTHER);
    let changed = Entry {
        summary: "继承问题，另有借款",
        key: entry.key.clone(),
        occurred_at: entry.occurred_at.clone(),
    };
    assert_eq!(changed.sent(web, "li-hua").await, asked);
    let (opened, _) = entry.sent(web, "li-hua").await;
    assert_eq!(opened, StatusCode::CREATED);
}
