//! A unit reads the case that it is offered as soon as referral has made the offer, whatever the journal has heard by then.

use reqwest::StatusCode;
use serde_json::Value;

use super::{STAFF, Web, body, header, key, open};
use crate::{
    browser::{address, sign_up},
    harness::{Deployment, Onestop, Part, found},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_reads_its_offer_after_the_position_of_the_case_while_the_journal_is_away() {
    let mut onestop = Onestop::start(Deployment::Separate).await;
    onestop.run_with(Part::Service("gateway"), &["--web=127.0.0.1:0"]);
    address(&onestop.data()).await;
    for person in STAFF {
        sign_up(&onestop.data(), person);
    }
    let clerk = Web::sign_in(&onestop, "zhang-li").await;
    let clerk = clerk.token(&["read", "intake"]).await;
    let officer = Web::sign_in(&onestop, "wang-min").await;
    let officer = officer.token(&["read", "decide"]).await;
    let stranger = Web::sign_in(&onestop, "yang-fan").await;
    let stranger = stranger.token(&["read"]).await;

    onestop.kill(Part::Service("journal"));
    let key = key();
    let opened = found("the case is opened", async || {
        let opened = clerk.post("/cases", key, &open()).send().await.unwrap();
        (opened.status() == StatusCode::CREATED).then_some(opened)
    });
    let opened = opened.await;
    let position = header(&opened, "position");
    let opened = body(opened).await;
    let [case, number] = ["case", "number"].map(|name| opened[name].as_str().unwrap());
    for name in [case, number] {
        for question in ["/custody", ""] {
            let path = format!("/cases/{name}{question}?after={position}");
            let answer = officer.get(&path).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::OK, "{path}");
            assert_eq!(body(answer).await["case"], Value::from(case));
            // There is none for a stranger, or it is not known while the journal is away.
            let refused = stranger.get(&path).send().await.unwrap();
            let unseen = [StatusCode::NOT_FOUND, StatusCode::SERVICE_UNAVAILABLE];
            assert!(unseen.contains(&refused.status()), "{path}");
            assert!(name == case || !body(refused).await.to_string().contains(case));
        }
    }
}
