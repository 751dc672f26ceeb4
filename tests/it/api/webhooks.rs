//! Webhooks: sent in order, signed, tried again, parked, taken up again, and replayed.

use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use super::{Web, body, key, receiver::Receiver, refused, started};
use crate::harness::{Onestop, until};

/// A webhook that is registered, those who have to do with it, and the system that it is sent to.
struct Registered {
    clerk: Web,
    administrator: Web,
    receiver: Receiver,
    id: String,
    secret: String,
}

impl Registered {
    async fn register(onestop: &Onestop) -> Self {
        let clerk = Web::sign_in(onestop, "zhang-li").await;
        let administrator = Web::sign_in(onestop, "guan-li").await;
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
        Self {
            clerk,
            administrator,
            receiver,
            id,
            secret,
        }
    }

    async fn status(&self) -> Value {
        let path = format!("/webhooks/{}", self.id);
        body(self.administrator.get(&path).send().await.unwrap()).await
    }

    fn order(&self, action: &str, data: &Value) -> RequestBuilder {
        let path = format!("/webhooks/{}/{action}", self.id);
        self.administrator.post(&path, key(), data)
    }

    /// Opens a case: what is answered.
    async fn open_case(&self) -> Value {
        body(self.clerk.open(key()).await).await
    }

    /// It fails once, is tried again, and what comes is signed. Answers the case that it was about.
    async fn fails_once_and_is_tried_again(&self) -> Value {
        self.receiver.answer_once(500);
        let first = self.open_case().await;
        let taken = self.receiver.taken(2, &self.secret).await;
        assert_eq!(taken[0].body, taken[1].body, "the same event again");
        assert_eq!(taken[1].event()["subject"], first["case"]);
        first["case"].clone()
    }

    /// It fails until it is parked; nothing is sent then, and nothing is lost.
    async fn is_parked_and_taken_up_again(&self) {
        self.receiver.answer(503);
        let second = self.open_case().await;
        let third = self.open_case().await;
        until("it is parked", async || {
            self.status().await["state"] == "parked"
        })
        .await;
        assert_eq!(self.status().await["problem"], "it answered 503");
        let before = self.receiver.count();
        self.receiver.answer(200);
        let again = self.order("retry", &json!({})).send().await.unwrap();
        assert_eq!(body(again).await["state"], "active");
        let taken = self.receiver.taken(before + 2, &self.secret).await;
        let cases: Vec<Value> = taken[before..]
            .iter()
            .map(|one| one.event()["subject"].clone())
            .collect();
        assert_eq!(cases, [second["case"].clone(), third["case"].clone()]);
        refused(self.order("skip", &json!({})), 409, "not-parked").await;
    }

    /// All of it again, from the beginning.
    async fn is_replayed(&self, first_case: &Value) {
        let before = self.receiver.count();
        let from_start = json!({ "from": 0 });
        let again = self.order("replay", &from_start).send().await.unwrap();
        assert_eq!(again.status(), StatusCode::OK);
        let taken = self.receiver.taken(before + 3, &self.secret).await;
        assert_eq!(taken[before].event()["subject"], *first_case);
    }
}

#[tokio::test]
async fn a_webhook_delivers_in_order_parks_what_fails_and_goes_on() {
    let onestop = started().await;
    let webhook = Registered::register(&onestop).await;
    let first_case = webhook.fails_once_and_is_tried_again().await;
    webhook.is_parked_and_taken_up_again().await;
    webhook.is_replayed(&first_case).await;
    let gone = webhook
        .administrator
        .ask(Method::DELETE, &format!("/webhooks/{}", webhook.id))
        .send()
        .await
        .unwrap();
    assert_eq!(gone.status(), StatusCode::NO_CONTENT);
}
