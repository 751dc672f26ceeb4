//! Parked events: set aside, retried, skipped.

use std::sync::Arc;

use futures::StreamExt;
use onestop_chassis::{
    Failure,
    client::Client,
    metrics::Metrics,
    replication::{Processed, Processor, SourceTracker},
};
use onestop_proto::{
    command::Request,
    ids::CaseId,
    parking::{ParkedCase, Reason, Skip},
    query::{LogPage, LogQuery, Question, Response},
    raw_json::RawJson,
    subject,
};
use onestop_testing::TempStore;
use serde_json::json;
use tokio::task::JoinSet;

use crate::support::{
    Behaviour, Broker, Count, Counter, Decides, RULES, append, disconnected, new_subject, request,
    stream,
};

/// A consumer that has met an event which it cannot handle, with another one behind it.
struct Scenario {
    consumer: TempStore,
    source: TempStore,
    behaviour: Behaviour,
    processor: Processor<Counter<Decides>>,
    subject: CaseId,
}

const POISON: u32 = 7;

impl Scenario {
    async fn one_fails(client: Client) -> Self {
        let (consumer, source) = (TempStore::new("referral"), TempStore::new("intake"));
        let behaviour = Behaviour::default();
        behaviour.fail(POISON);
        let clock = source.store.clock();
        let (subject, unrelated) = (new_subject(&**clock), new_subject(&**clock));
        for (of, by) in [(subject, POISON), (subject, 2), (unrelated, 3)] {
            append(&source, of, by).await;
        }
        let store = consumer.store.clone();
        let processor = Processor::new(
            Arc::new(Counter::new(store.clone(), behaviour.clone())),
            store.clone(),
            client,
            Metrics::default(),
            SourceTracker::of(&store),
        );
        let events = source.store.envelopes(0, 10).unwrap();
        let processed = processor.process(&events).await.unwrap();
        assert_eq!(processed, Processed::All);
        let loaded = store.load(&stream(unrelated), &RULES).unwrap();
        assert_eq!(loaded, Some((Count { sum: 3 }, 0)), "it is not delayed");
        Self {
            consumer,
            source,
            behaviour,
            processor,
            subject,
        }
    }

    fn parked(&self) -> Vec<ParkedCase> {
        self.processor.parked().unwrap().cases
    }

    fn sum(&self) -> Option<u32> {
        let store = &self.consumer.store;
        let loaded = store.load(&stream(self.subject), &RULES).unwrap();
        loaded.map(|(count, _)| count.sum)
    }

    fn request(&self) -> Request {
        let key = self.consumer.store.clock().command();
        request(key, self.subject, json!({}))
    }

    fn skip(&self, number: usize, why: &str) -> Skip {
        let events = self.source.store.envelopes(0, 10).unwrap();
        Skip {
            event: events[number].id,
            why: why.to_owned(),
        }
    }
}

fn code<T: std::fmt::Debug>(result: Result<T, Failure>) -> String {
    match result.unwrap_err() {
        Failure::Rejected(rejected) => rejected.code,
        Failure::Internal(error) => panic!("{error:#}"),
    }
}

#[tokio::test]
async fn an_event_that_fails_is_parked_and_later_ones_wait_behind_it() {
    let scenario = Scenario::one_fails(disconnected().await).await;

    // Four attempts, and one event that was not delayed.
    assert_eq!(scenario.behaviour.attempts(), 4 + 1);
    let [parked] = &scenario.parked()[..] else {
        panic!("one subject has parked events");
    };
    let reasons: Vec<&Reason> = parked.waiting.iter().map(|it| &it.reason).collect();
    let problem = format!("{POISON} cannot be added");
    assert_eq!(reasons, [&Reason::Failed { problem }, &Reason::Behind {}]);
    assert_eq!(scenario.sum(), None);
}

#[tokio::test]
async fn the_first_parked_event_is_skipped_with_a_reason() {
    let scenario = Scenario::one_fails(disconnected().await).await;

    let second = scenario.skip(1, "wrong");
    let refused = scenario.processor.skip(&scenario.request(), &second).await;
    assert_eq!(code(refused), "not-first");
    let silent = scenario.skip(0, " ");
    let refused = scenario.processor.skip(&scenario.request(), &silent).await;
    assert_eq!(code(refused), "why-is-missing");
    let first = scenario.skip(0, "typing error");
    scenario
        .processor
        .skip(&scenario.request(), &first)
        .await
        .unwrap();

    assert_eq!(scenario.parked()[0].waiting.len(), 1);
}

#[tokio::test]
async fn parked_events_are_retried_in_their_order() {
    let broker = Broker::start().await;
    let bus = broker.connect().await;
    let scenario = Scenario::one_fails(Client::new(bus.clone())).await;
    let mut tasks = JoinSet::new();
    let store = scenario.source.store.clone();
    let questions = subject::query_at(store.source(), "log");
    let mut questions = bus.client().subscribe(questions).await.unwrap();
    let client = bus.client().clone();
    tasks.spawn(async move {
        while let Some(message) = questions.next().await {
            let question: Question = serde_json::from_slice(&message.payload).unwrap();
            let query: LogQuery = serde_json::from_value(question.data).unwrap();
            let limit = usize::try_from(query.limit).unwrap();
            let page = LogPage {
                epoch: store.log().epoch(),
                head: store.log().head().count,
                events: store.envelopes(query.from, limit).unwrap(),
            };
            let answer = Response::Answer(RawJson::of(&page).unwrap());
            let payload = serde_json::to_vec(&answer).unwrap();
            let reply = message.reply.unwrap();
            client.publish(reply, payload.into()).await.unwrap();
        }
    });

    let refused = scenario.processor.retry(&scenario.request()).await;
    assert_eq!(code(refused), "still-fails");
    assert_eq!(scenario.parked()[0].waiting.len(), 2);

    scenario.behaviour.mend();
    scenario.processor.retry(&scenario.request()).await.unwrap();
    assert_eq!((scenario.parked(), scenario.sum()), (Vec::new(), Some(9)));

    let nothing = scenario.processor.retry(&scenario.request()).await;
    assert_eq!(code(nothing), "nothing-parked");
}
