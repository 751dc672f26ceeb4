//! Whatever is refused is a problem: typed, in both languages, with the field that is to be mended.

use reqwest::{Method, RequestBuilder};
use serde_json::json;

use super::{Web, body, key, open, refused, started};
use crate::test_user::unit;

#[tokio::test]
async fn every_refusal_is_a_problem() {
    let onestop = started().await;
    let clerk = Web::sign_in(&onestop, "zhang-li").await;
    let case = body(clerk.open(key()).await).await["case"]
        .as_str()
        .unwrap()
        .to_owned();
    let bare = |method: Method, path: &str| {
        let url = format!("{}/api/v1{path}", clerk.base);
        clerk.client.request(method, url)
    };
    let json = |asked: RequestBuilder, text: &str| {
        asked
            .header("content-type", "application/json")
            .body(text.to_owned())
    };
    let post = |path: &str| clerk.ask(Method::POST, path);
    let keyed = |path: &str| post(path).header("idempotency-key", key().to_string());

    refused(bare(Method::GET, "/cases"), 401, "not-signed-in").await;
    refused(json(post("/cases"), "{}"), 400, "missing-key").await;
    refused(
        json(post("/cases").header("idempotency-key", "1"), "{}"),
        400,
        "bad-header",
    )
    .await;
    refused(json(keyed("/cases"), "{"), 400, "not-json").await;
    refused(keyed("/cases").body("{}"), 415, "wrong-type").await;
    // Also while the client still sends, and the connection goes on: many in a row, for some would get through.
    for _ in 0..20 {
        let large = json(keyed("/cases"), &"\"".repeat(400_000));
        refused(large, 413, "too-large").await;
        let nobodys = bare(Method::POST, "/cases").body("x".repeat(400_000));
        refused(nobodys, 401, "not-signed-in").await;
    }
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
    let other_site = json(keyed("/cases"), "{}").header("origin", "https://elsewhere.example");
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

    // What is to be mended is named, in the language asked for.
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
