//! The client: no reply in time, no service, a reply that does not decode.

use std::time::{Duration, Instant};

use async_nats::client::RequestErrorKind;
use futures::StreamExt;
use onestop_chassis::{
    client::{Client, ClientError, CommandMeta, QuestionMeta},
    clock::SystemClock,
};
use onestop_proto::{
    command::AcceptedCommand, command_size::MOST_CHARACTERS, query::ParkedQuery, subject,
};
use serde_json::json;
use tokio::task::JoinSet;

use crate::support::{Broker, service, specialist};

async fn accept(client: &Client) -> Result<AcceptedCommand, ClientError> {
    let meta = CommandMeta::new(SystemClock.command(), specialist(), None);
    let command = ("accept", json!({}));
    client
        .command_named(&service("referral"), meta, command)
        .await
}

#[tokio::test]
async fn without_a_service_it_fails_before_its_timeout() {
    let broker = Broker::start().await;
    let client = Client::new(broker.connect().await);

    let began = Instant::now();
    let failed = accept(&client).await.unwrap_err();

    assert!(began.elapsed() < Duration::from_secs(5));
    let ClientError::NoAnswer { source, .. } = &failed else {
        panic!("{failed:?}");
    };
    assert_eq!(source.kind(), RequestErrorKind::NoResponders);
    let hurried = client.without_patience();
    let began = Instant::now();
    accept(&hurried).await.unwrap_err();
    assert!(
        began.elapsed() < Duration::from_secs(1),
        "it waits for none"
    );
    assert_eq!(failed.into_rejected().code, "unavailable");
}

/// A service is started again while it is asked, or the broker has not heard of it yet.
#[tokio::test]
async fn what_nobody_has_received_is_sent_again_until_somebody_listens() {
    let broker = Broker::start().await;
    let bus = broker.connect().await;
    let subject = subject::command(&service("referral"), "accept");
    let (listener, mut received) = (bus.client().clone(), 0);
    let listens = async {
        tokio::time::sleep(Duration::from_millis(400)).await;
        let mut requests = listener.subscribe(subject).await.unwrap();
        while let Some(request) = requests.next().await {
            received += 1;
            let reply = request.reply.unwrap();
            listener.publish(reply, "{\"yes\":1}".into()).await.unwrap();
        }
    };

    let client = Client::new(bus.clone());
    let asked = async {
        let answered = accept(&client).await;
        // What was sent twice would have come by now.
        tokio::time::sleep(Duration::from_millis(300)).await;
        answered.unwrap_err()
    };
    let failed = tokio::select! {
        () = listens => panic!("the connection ended"),
        failed = asked => failed,
    };

    assert!(
        matches!(failed, ClientError::Decode { .. }),
        "it was answered: {failed:?}"
    );
    assert_eq!(received, 1);
}

#[tokio::test]
async fn a_service_that_does_not_reply_is_given_up() {
    let broker = Broker::start().await;
    let bus = broker.connect().await;
    let subject = subject::command(&service("referral"), "accept");
    let _silent = bus.client().subscribe(subject).await.unwrap();
    bus.client().flush().await.unwrap();

    let client = Client::new(bus).with_timeout(Duration::from_millis(50));
    let failed = accept(&client).await.unwrap_err();

    let ClientError::NoAnswer { source, .. } = &failed else {
        panic!("{failed:?}");
    };
    assert_eq!(source.kind(), RequestErrorKind::TimedOut);
    // It was sent: the client does not know whether it was carried out.
    let rejected = failed.into_rejected();
    assert_eq!(rejected.code, "outcome-unknown");
    assert!(rejected.message.en.contains("same key"), "{rejected}");
}

#[tokio::test]
async fn a_question_that_is_not_answered_changed_nothing() {
    let broker = Broker::start().await;
    let bus = broker.connect().await;
    let subject = subject::query(&service("referral"), "parked");
    let _silent = bus.client().subscribe(subject).await.unwrap();
    bus.client().flush().await.unwrap();

    let client = Client::new(bus).with_timeout(Duration::from_millis(50));
    let asked = client
        .ask_service(&service("referral"), QuestionMeta::default(), &ParkedQuery)
        .await;

    assert_eq!(asked.unwrap_err().into_rejected().code, "unavailable");
}

#[tokio::test]
async fn a_command_that_is_too_large_is_refused_before_it_is_sent() {
    let broker = Broker::start().await;
    let client = Client::new(broker.connect().await);
    let meta = CommandMeta::new(SystemClock.command(), specialist(), None);
    let data = json!({ "reason": "长".repeat(MOST_CHARACTERS + 1) });
    let refused = client
        .command_named(&service("referral"), meta, ("decline", data))
        .await;

    let ClientError::Rejected(rejected) = refused.unwrap_err() else {
        panic!("it was sent")
    };
    assert_eq!(rejected.code, "too-much");
    assert_eq!(rejected.details["field"], "data.reason");
}

#[tokio::test]
async fn a_reply_that_does_not_decode_is_an_error() {
    let broker = Broker::start().await;
    let bus = broker.connect().await;
    let subject = subject::command(&service("referral"), "accept");
    let mut requests = bus.client().subscribe(subject).await.unwrap();
    bus.client().flush().await.unwrap();
    let replying = bus.client().clone();
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        let request = requests.next().await.unwrap();
        let reply = request.reply.unwrap();
        replying.publish(reply, "{\"yes\":1}".into()).await.unwrap();
    });

    let failed = accept(&Client::new(bus)).await.unwrap_err();

    assert!(matches!(failed, ClientError::Decode { .. }), "{failed:?}");
    assert_eq!(failed.into_rejected().code, "outcome-unknown");
}
