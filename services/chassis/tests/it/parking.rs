//! Parked events: set aside, retried, skipped.

use std::sync::Arc;

use futures::StreamExt;
use onestop_chassis::{
    Failure,
    bus::Bus,
    client::Client,
    metrics::Metrics,
    replication::{Processed, Processor, SourceTracker},
    store::Rules,
};
use onestop_proto::{
    command::Request,
    envelope::Address,
    ids::CaseId,
    parking::{self, MOST_PARKED, Parked, ParkedCase, Reason, RequestSkip, Skip},
    query::{LogPage, LogQuery, Question, Response},
    raw_json::RawJson,
    subject,
};
use onestop_testing::TempStore;
use serde_json::json;
use tokio::task::JoinSet;

use crate::support::{
    Behaviour, Broker, Count, Counter, Decides, RULES, TooMuch, append, disconnected, meta,
    new_subject, request, stream,
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
            alone: None,
        }
    }

    /// The same request, by another person.
    fn request_of(&self, who: &str) -> Request {
        let request = self.request();
        Request {
            actor: who.parse().unwrap(),
            ..request
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

/// The source writes that it has set aside an event of the same case: the consumer has parked one itself.
async fn append_word_of_parking(source: &TempStore, subject: CaseId) {
    let id = source.store.clock().command();
    let parked = source.store.envelopes(0, 1).unwrap().remove(0);
    let word = parking::Event::from(Parked {
        event: parked.id,
        event_type: parked.event_type.clone(),
        at: parked.place().unwrap(),
        hash: parked.hash.clone(),
        reason: Reason::Behind {},
        unit: parked.unit,
        division: parked.division,
    });
    let rules = Rules {
        evolve: |_: Option<parking::Event>, event: &parking::Event| Some(event.clone()),
        address: |_: &parking::Event, _: &parking::Event| Address {
            unit: "s4k2m9qxa.window".parse().unwrap(),
            division: "530821".parse().unwrap(),
            item: None,
        },
    };
    let decide = |_: Option<&parking::Event>, _| Ok::<_, TooMuch>(vec![word.clone()]);
    let stream = format!("parked/{subject}");
    let meta = meta(id, subject, 1);
    let written = source.store.execute(&stream, &meta, None, &rules, decide);
    written.await.unwrap();
}

#[tokio::test]
async fn word_of_a_parked_event_is_never_parked() {
    let scenario = Scenario::one_fails(disconnected().await).await;
    for _ in 0..3 {
        append_word_of_parking(&scenario.source, scenario.subject).await;
    }
    append(&scenario.source, scenario.subject, 4).await;
    let log = scenario.consumer.store.log();
    let before = log.head().count;

    let events = scenario.source.store.envelopes(3, 10).unwrap();
    let processed = scenario.processor.process(&events).await.unwrap();

    assert_eq!(processed, Processed::All);
    // The event behind them waits; of the word nothing follows.
    assert_eq!(scenario.parked()[0].waiting.len(), 3);
    assert_eq!(log.head().count, before + 1);
}

#[tokio::test]
async fn a_case_has_only_so_many_parked_events_listed_and_the_others_wait_too() {
    let scenario = Scenario::one_fails(disconnected().await).await;
    for _ in 0..MOST_PARKED {
        append(&scenario.source, scenario.subject, 0).await;
    }
    let events = scenario.source.store.envelopes(3, MOST_PARKED).unwrap();
    let processed = scenario.processor.process(&events).await.unwrap();
    assert_eq!(processed, Processed::All);

    let [parked] = &scenario.parked()[..] else {
        panic!("one subject has parked events");
    };
    assert_eq!(parked.waiting.len(), MOST_PARKED);
    let [held_back] = &parked.held_back[..] else {
        panic!("{:?}", parked.held_back);
    };
    // Two wait since the beginning, and one was of another subject.
    assert_eq!(held_back.position, MOST_PARKED as u64 + 1);
}

#[tokio::test]
async fn what_is_held_back_is_listed_and_taken_once_the_list_is_empty() {
    let broker = Broker::start().await;
    let bus = broker.connect().await;
    let scenario = Scenario::one_fails(Client::new(bus.clone())).await;
    let _answering = answer_log(&bus, &scenario.source).await;
    for number in 0..2 * MOST_PARKED {
        let by = u32::from(number + 1 == 2 * MOST_PARKED);
        append(&scenario.source, scenario.subject, by).await;
    }
    let mut next = 3;
    loop {
        let events = scenario.source.store.envelopes(next, 100).unwrap();
        if events.is_empty() {
            break;
        }
        next += events.len() as u64;
        let processed = scenario.processor.process(&events).await.unwrap();
        assert_eq!(processed, Processed::All);
    }
    assert_eq!(scenario.parked()[0].held_back.len(), 1);

    scenario.behaviour.mend();
    scenario.processor.retry(&scenario.request()).await.unwrap();

    assert_eq!((scenario.parked(), scenario.sum()), (Vec::new(), Some(10)));
    assert_eq!(scenario.processor.oldest_parked().unwrap(), None);
    // After a crash nothing of it is heard again.
    let (saved, log) = (&scenario.consumer.store, scenario.source.store.log());
    let history = (scenario.source.store.source().clone(), log.epoch());
    let reached = SourceTracker::of(saved).watch_positions().borrow()[&history].next;
    assert_eq!(reached, log.head().count);
}

#[tokio::test]
async fn the_first_parked_event_is_skipped_with_a_reason() {
    let scenario = Scenario::one_fails(disconnected().await).await;

    let stream = format!("parked/{}", scenario.subject);
    let history = scenario.consumer.store.history(&stream).unwrap();
    let oldest = scenario.processor.oldest_parked().unwrap();
    assert_eq!(oldest, Some(history[0].recordedtime));
    let second = scenario.skip(1, "wrong");
    let refused = scenario.processor.skip(&scenario.request(), &second).await;
    assert_eq!(code(refused), "not-first");
    let silent = scenario.skip(0, " ");
    let refused = scenario.processor.skip(&scenario.request(), &silent).await;
    assert_eq!(code(refused), "why-is-missing");
    let first = scenario.skip(0, "typing error");
    let processor = &scenario.processor;
    let alone = processor.skip(&scenario.request(), &first).await;
    assert_eq!(code(alone), "skip-not-requested");
    let asked = RequestSkip {
        event: first.event,
        why: first.why.clone(),
    };
    assert_eq!(scenario.parked()[0].skip_requested, None);
    let asker = scenario.request();
    processor.request_skip(&asker, &asked).await.unwrap();
    let waits = scenario.parked().remove(0).skip_requested.unwrap();
    assert_eq!(
        (waits.event, waits.by),
        (first.event, asker.actor.staff.clone())
    );
    let same = processor.skip(&scenario.request(), &first).await;
    assert_eq!(code(same), "same-person");
    let (role, unit) = (asker.actor.role, asker.actor.unit.clone());
    let other = scenario.request_of(&format!("{role}/he-ping@{unit}"));
    processor.skip(&other, &first).await.unwrap();

    assert_eq!(scenario.parked()[0].waiting.len(), 1);
    assert_eq!(scenario.parked()[0].skip_requested, None);
}

/// Answers questions for the source's log, until it is dropped.
async fn answer_log(bus: &Bus, source: &TempStore) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    let store = source.store.clone();
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
    tasks
}

#[tokio::test]
async fn parked_events_are_retried_in_their_order() {
    let broker = Broker::start().await;
    let bus = broker.connect().await;
    let scenario = Scenario::one_fails(Client::new(bus.clone())).await;
    let _answering = answer_log(&bus, &scenario.source).await;

    let refused = scenario.processor.retry(&scenario.request()).await;
    assert_eq!(code(refused), "still-fails");
    assert_eq!(scenario.parked()[0].waiting.len(), 2);

    scenario.behaviour.mend();
    scenario.processor.retry(&scenario.request()).await.unwrap();
    assert_eq!((scenario.parked(), scenario.sum()), (Vec::new(), Some(9)));

    let nothing = scenario.processor.retry(&scenario.request()).await;
    assert_eq!(code(nothing), "nothing-parked");
}
