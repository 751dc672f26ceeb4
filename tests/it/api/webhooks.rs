//! Webhooks: sent in order, signed, tried again, parked, taken up again, and replayed.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Web, body, key, receiver::Receiver, refused, started};
use crate::harness::TIMEOUT;

#[tokio::test]
async fn a_webhook_delivers_in_order_parks_what_fails_and_goes_on() {
    let onestop = started().await;
    let clerk = Web::sign_in(&onestop, "zhang-li").await;
    let administrator = Web::sign_in(&onestop, "guan-li").await;
    let receiver = Receiver::start().await;
    let only = json!({ "url": receiver.url(), "types": ["cn.onestop.case.opened.v1"] });
    let registered = administrator
        .post("/webhooks", key(), &only)
        .send()
        .await
        .unwrap();
    assert_eq!(registered.status(), StatusCode::CREATED);
    let registered = body(registered).await;
    let secret = registered["secret"].as_str().unwrap().to_owned();
    let id = registered["webhook"]["id"].as_str().unwrap().to_owned();
    let stands = async || {
        body(
            administrator
                .get(&format!("/webhooks/{id}"))
                .send()
                .await
                .unwrap(),
        )
        .await
    };

    // It fails once, is tried again, and what comes is signed.
    receiver.answer(500);
    let first = body(clerk.open(key()).await).await;
    receiver.taken(1, &secret).await;
    receiver.answer(200);
    let taken = receiver.taken(2, &secret).await;
    assert_eq!(taken[0].body, taken[1].body, "the same event again");
    assert_eq!(taken[1].event()["subject"], first["case"]);

    // It fails until it is parked; nothing is sent then, and nothing is lost.
    receiver.answer(503);
    let second = body(clerk.open(key()).await).await;
    let third = body(clerk.open(key()).await).await;
    let parked = async {
        while stands().await["state"] != "parked" {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(TIMEOUT, parked).await.unwrap();
    assert_eq!(stands().await["problem"], "it answered 503");
    let before = receiver.count();
    receiver.answer(200);
    let retry = format!("/webhooks/{id}/retry");
    let again = administrator
        .post(&retry, key(), &json!({}))
        .send()
        .await
        .unwrap();
    assert_eq!(body(again).await["state"], "active");
    let taken = receiver.taken(before + 2, &secret).await;
    let cases: Vec<Value> = taken[before..]
        .iter()
        .map(|one| one.event()["subject"].clone())
        .collect();
    assert_eq!(cases, [second["case"].clone(), third["case"].clone()]);
    let skip = format!("/webhooks/{id}/skip");
    refused(
        administrator.post(&skip, key(), &json!({})),
        409,
        "not-parked",
    )
    .await;

    // All of it again, from the beginning.
    let before = receiver.count();
    let replay = format!("/webhooks/{id}/replay");
    let again = administrator
        .post(&replay, key(), &json!({ "from": 0 }))
        .send()
        .await
        .unwrap();
    assert_eq!(again.status(), StatusCode::OK);
    let taken = receiver.taken(before + 3, &secret).await;
    assert_eq!(taken[before].event()["subject"], first["case"]);
    let gone = administrator
        .ask(Method::DELETE, &format!("/webhooks/{id}"))
        .send()
        .await
        .unwrap();
    assert_eq!(gone.status(), StatusCode::NO_CONTENT);
}
