//! Tokens of programs: each for what it was made for, for its owner's jurisdiction, until it is revoked.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Web, body, form, header, key, open, refused, started, stream::Stream};

/// The part of a page between two texts.
fn between<'a>(page: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = page.split_once(before).unwrap_or_else(|| panic!("{page}"));
    rest.split_once(after).unwrap().0
}

impl Web {
    async fn account(&self) -> String {
        let page = self.page(Method::GET, "/account").send().await.unwrap();
        page.text().await.unwrap()
    }

    /// Sends a form of the page of one's account: the page that answers.
    async fn send(&self, to: &str, fields: &[(&str, &str)]) -> String {
        let account = self.account().await;
        let csrf = between(&account, "name=\"csrf\" value=\"", "\"");
        let mut all = vec![("csrf", csrf)];
        all.extend(fields);
        let sent = form(self.page(Method::POST, to), &all).send().await;
        sent.unwrap().text().await.unwrap()
    }

    /// Makes a token on the page of one's account: a program that has it and nothing else.
    pub(crate) async fn token(&self, scopes: &[&str]) -> Self {
        let mut fields = vec![("name", "trial"), ("days", "30")];
        fields.extend(scopes.iter().map(|scope| ("scope", *scope)));
        let page = self.send("/account/tokens", &fields).await;
        let secret = between(&page, "<code>", "</code>");
        assert!(secret.starts_with("onestop_"), "{secret}");
        self.known_by("authorization", format!("Bearer {secret}"))
    }

    /// Revokes the newest token.
    async fn revoke(&self) {
        let account = self.account().await;
        let id = between(&account, "name=\"id\" value=\"", "\"").to_owned();
        self.send("/account/tokens/revoke", &[("id", &id)]).await;
    }

    /// The cases that one sees, once a position was seen.
    async fn cases(&self, after: &str) -> Vec<String> {
        let asked = self.get(&format!("/cases?limit=100&after={after}"));
        let page = body(asked.send().await.unwrap()).await;
        let rows = page["rows"].as_array().unwrap().iter();
        let mut cases: Vec<String> = rows
            .map(|row| row["case"].as_str().unwrap().to_owned())
            .collect();
        cases.sort();
        cases
    }

    /// Opens a case of another county.
    async fn opened_elsewhere(&self) -> (String, String) {
        let mut wanted = open();
        wanted["place"] = json!("530822000000");
        let opened = self.post("/cases", key(), &wanted).send().await.unwrap();
        assert_eq!(opened.status(), StatusCode::CREATED);
        let position = header(&opened, "position");
        let case = body(opened).await["case"].as_str().unwrap().to_owned();
        (case, position)
    }
}

async fn lacks(asked: reqwest::RequestBuilder, scope: &str) {
    let problem = refused(asked, 403, "missing-scope").await;
    assert_eq!(problem["details"]["scope"], scope);
}

#[tokio::test]
async fn a_token_is_for_what_it_was_made_for() {
    let onestop = started().await;
    let clerk = Web::sign_in(&onestop, "zhang-li").await;
    let (case, after) = clerk.opened().await;
    let withdraw = format!("/cases/{case}/intake/withdraw");
    let accept = format!("/cases/{case}/referral/accept");
    let whole = json!({});

    let reads = clerk.token(&["read"]).await;
    assert_eq!(reads.cases(&after).await, [case.as_str()]);
    lacks(reads.post("/cases", key(), &open()), "intake").await;
    lacks(reads.post(&withdraw, key(), &whole), "intake").await;
    lacks(reads.post(&accept, key(), &json!({})), "decide").await;
    lacks(reads.get("/webhooks"), "webhooks").await;
    // Nothing came of what was refused.
    assert_eq!(reads.cases(&after).await, [case.as_str()]);

    let registers = clerk.token(&["intake"]).await;
    let opened = registers.post("/cases", key(), &open()).send().await;
    assert_eq!(opened.unwrap().status(), StatusCode::CREATED);
    lacks(registers.get("/cases"), "read").await;
    lacks(registers.post(&accept, key(), &json!({})), "decide").await;
    let stream = registers
        .get("/events")
        .header("accept", "text/event-stream");
    lacks(stream, "read").await;

    // A scope gives no more than the role does: webhooks are for administrators, and no other role is offered them.
    assert!(!clerk.account().await.contains("value=\"webhooks\""));
    let sends = clerk.token(&["webhooks"]).await;
    refused(sends.get("/webhooks"), 403, "administrators-only").await;
    let administrator = Web::sign_in(&onestop, "guan-li").await;
    assert!(administrator.account().await.contains("value=\"webhooks\""));
    let sends = administrator.token(&["webhooks"]).await;
    let listed = sends.get("/webhooks").send().await.unwrap();
    assert_eq!(listed.status(), StatusCode::OK);
    lacks(sends.get("/cases"), "read").await;
}

#[tokio::test]
async fn a_token_that_was_revoked_or_made_up_is_nobodys() {
    let onestop = started().await;
    let clerk = Web::sign_in(&onestop, "zhang-li").await;
    let token = clerk.token(&["read", "intake"]).await;
    assert_eq!(
        token.get("/cases").send().await.unwrap().status(),
        StatusCode::OK
    );
    clerk.revoke().await;
    let answer = token.get("/cases").send().await.unwrap();
    assert!(header(&answer, "www-authenticate").starts_with("Bearer"));
    refused(token.get("/cases"), 401, "not-signed-in").await;
    refused(token.post("/cases", key(), &open()), 401, "not-signed-in").await;
    for shown in ["Bearer onestop_made-up", "Bearer", "Basic emhhbmc6bGk="] {
        let made_up = clerk.known_by("authorization", shown.to_owned());
        refused(made_up.get("/cases"), 401, "not-signed-in").await;
    }
    // The account that made it still exists.
    assert_eq!(
        clerk.get("/cases").send().await.unwrap().status(),
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_token_sees_its_owners_jurisdiction_and_no_more() {
    let onestop = started().await;
    let village = Web::sign_in(&onestop, "zhang-li").await;
    let elsewhere = Web::sign_in(&onestop, "yang-fan").await;
    let supervisor = Web::sign_in(&onestop, "he-ping").await;
    let (own, _) = village.opened().await;
    let (other, after) = elsewhere.opened_elsewhere().await;
    let token = village.token(&["read", "intake", "decide"]).await;

    assert_eq!(token.cases(&after).await, [own.as_str()]);
    let mut both = [own.clone(), other.clone()];
    both.sort();
    assert_eq!(supervisor.token(&["read"]).await.cases(&after).await, both);

    // What is asked about another county's case is answered like a case that there is not.
    for question in [
        "",
        "/head",
        "/replay",
        "/custody",
        "/intake/proof",
        "/legal-aid/matter",
    ] {
        let asked = token.get(&format!("/cases/{other}{question}?after={after}"));
        refused(asked, 404, "unknown-case").await;
    }
    // Nor is what is sealed in it opened, or anything done to it.
    let reason = json!({ "reason": "接访" });
    let opens = token.post(&format!("/cases/{other}/applicant"), key(), &reason);
    refused(opens, 404, "unknown-case").await;
    let withdraw = format!("/cases/{other}/intake/withdraw");
    let withdraws = token.post(&withdraw, key(), &json!({}));
    refused(withdraws, 404, "unknown-case").await;

    // Events too: page by page, and as they come.
    let page = token.get(&format!("/services/journal/events?limit=200&after={after}"));
    let page = body(page.send().await.unwrap()).await;
    let told = page["events"].as_array().unwrap().iter();
    let cases: Vec<&Value> = told.map(|told| &told["event"]["subject"]).collect();
    assert!(!cases.is_empty() && cases.iter().all(|case| **case == own));
    let mut stream = Stream::of(token.get("/events?from=0")).await;
    let first = stream.next().await;
    assert_eq!(first.kind, "cn.onestop.case.opened.v1");
    assert_eq!(first.event["subject"], own);
}
