//! Whatever is refused is a problem: typed, in both languages, with the field that is to be mended.

use reqwest::{Method, RequestBuilder};
use serde_json::json;

use super::{Web, body, key, open, refused, started};
use crate::test_user::unit;

/// A request without credentials.
fn bare(clerk: &Web, method: Method, path: &str) -> RequestBuilder {
    let url = format!("{}/api/v1{path}", clerk.base);
    clerk.client.request(method, url)
}

fn with_json(request: RequestBuilder, text: &str) -> RequestBuilder {
    request
        .header("content-type", "application/json")
        .body(text.to_owned())
}

fn post(clerk: &Web, path: &str) -> RequestBuilder {
    clerk.ask(Method::POST, path)
}

fn keyed(clerk: &Web, path: &str) -> RequestBuilder {
    post(clerk, path).header("idempotency-key", key().to_string())
}

#[tokio::test]
async fn every_refusal_is_a_problem() {
    let onestop = started().await;
    let clerk = Web::sign_in(&onestop, "zhang-li").await;
    let case = body(clerk.open(key()).await).await["case"]
        .as_str()
        .unwrap()
        .to_owned();
    requests_that_cannot_be_read(&clerk).await;
    requests_for_what_is_not_theirs(&clerk, &case).await;
    what_is_to_be_mended_is_named(&clerk).await;
}

/// Not signed in, without a key, of a wrong type, not JSON, too large.
async fn requests_that_cannot_be_read(clerk: &Web) {
    refused(bare(clerk, Method::GET, "/cases"), 401, "not-signed-in").await;
    refused(with_json(post(clerk, "/cases"), "{}"), 400, "missing-key").await;
    refused(
        with_json(post(clerk, "/cases").header("idempotency-key", "1"), "{}"),
        400,
        "bad-header",
    )
    .await;
    refused(with_json(keyed(clerk, "/cases"), "{"), 400, "not-json").await;
    refused(keyed(clerk, "/cases").body("{}"), 415, "wrong-type").await;
    // Also while the client still sends, and the connection goes on: many in a row, for some would get through.
    for _ in 0..20 {
        let large = with_json(keyed(clerk, "/cases"), &"\"".repeat(400_000));
        refused(large, 413, "too-large").await;
        let nobodys = bare(clerk, Method::POST, "/cases").body("x".repeat(400_000));
        refused(nobodys, 401, "not-signed-in").await;
    }
}

/// What there is not, and what is for others.
async fn requests_for_what_is_not_theirs(clerk: &Web, case: &str) {
    refused(clerk.ask(Method::PUT, "/cases"), 405, "wrong-method").await;
    refused(clerk.get("/nothing"), 404, "unknown-address").await;
    refused(
        clerk.get("/cases").header("accept", "text/html"),
        406,
        "not-acceptable",
    )
    .await;
    refused(
        clerk.get("/services/intake/log?from=0&limit=1"),
        403,
        "whole-only",
    )
    .await;
    refused(clerk.get("/webhooks"), 403, "administrators-only").await;
    let other_site =
        with_json(keyed(clerk, "/cases"), "{}").header("origin", "https://elsewhere.example");
    refused(other_site, 403, "other-site").await;
    let unknown = format!("/cases/{}", key());
    refused(clerk.get(&unknown), 404, "unknown-case").await;
    let county = unit("530821.legal-aid");
    refused(
        clerk.get(&format!("/units/{county}/handoffs")),
        403,
        "not-your-unit",
    )
    .await;
    let grant = clerk.post(&format!("/cases/{case}/legal-aid/grant"), key(), &json!({}));
    refused(grant, 403, "not-permitted").await;
}

/// What is to be mended is named, in the language asked for.
async fn what_is_to_be_mended_is_named(clerk: &Web) {
    let problem = refused(clerk.get("/cases?colour=red"), 422, "malformed").await;
    assert_eq!(problem["field"], "colour");
    assert_eq!(problem["detail"], problem["message"]["zh"]);
    let mut wrong = open();
    wrong["item"] = json!("no-such-item");
    let asked = clerk
        .post("/cases", key(), &wrong)
        .header("accept-language", "en");
    let problem = refused(asked, 422, "item-not-offered").await;
    assert_eq!(problem["field"], "item");
    assert_eq!(problem["detail"], problem["message"]["en"]);
}
