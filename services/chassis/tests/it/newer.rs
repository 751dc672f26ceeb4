//! Events that are newer than the service: parked until it is upgraded, while those of other subjects go on.

use std::sync::Arc;

use futures::StreamExt;
use onestop_chassis::{
    Failure,
    bus::Bus,
    client::Client,
    metrics::Metrics,
    replication::{Left, Processed, Processor, SourceTracker},
};
use onestop_proto::{
    envelope::Envelope,
    ids::CaseId,
    parking::Reason,
    query::{LogPage, LogQuery, Question, Response},
    raw_json::RawJson,
    subject,
};
use onestop_testing::TempStore;
use serde_json::json;
use tokio::task::JoinSet;

use crate::support::{
    Behaviour, Broker, Copies, Count, Counter, Decides, Mode, Older, OlderCopies, RULES, append,
    disconnected, new_subject, request, stream,
};

/// A consumer, and a source with two events of one subject and one of another.
struct Scenario {
    consumer: TempStore,
    source: TempStore,
    behaviour: Behaviour,
    subjects: [CaseId; 2],
}

impl Scenario {
    async fn new() -> Self {
        let (consumer, source) = (TempStore::new("referral"), TempStore::new("intake"));
        let clock = source.store.clock();
        let subjects = [new_subject(&**clock), new_subject(&**clock)];
        for (number, by) in [(0, 2), (0, 3), (1, 4)] {
            append(&source, subjects[number], by).await;
        }
        Self {
            consumer,
            source,
            behaviour: Behaviour::default(),
            subjects,
        }
    }

    fn processor<M: Mode>(&self, client: Client) -> Processor<Counter<M>> {
        let store = self.consumer.store.clone();
        Processor::new(
            Arc::new(Counter::new(store.clone(), self.behaviour.clone())),
            store.clone(),
            client,
            Metrics::default(),
            SourceTracker::of(&store),
        )
    }

    fn events(&self) -> Vec<Envelope> {
        self.source.store.envelopes(0, 10).unwrap()
    }

    fn sums(&self) -> [Option<u32>; 2] {
        self.subjects.map(|subject| {
            let loaded = self.consumer.store.load(&stream(subject), &RULES).unwrap();
            loaded.map(|(Count { sum }, _)| sum)
        })
    }

    fn next_position(&self) -> Option<u64> {
        let tracker = SourceTracker::of(&self.consumer.store);
        let positions = tracker.watch_positions().borrow().clone();
        positions.values().next().map(|position| position.next)
    }
}

async fn answer_log(source: TempStore, bus: Bus) -> anyhow::Result<()> {
    let store = &source.store;
    let questions = subject::query_at(store.source(), "log");
    let mut questions = bus.client().subscribe(questions).await?;
    while let Some(message) = questions.next().await {
        let question: Question = serde_json::from_slice(&message.payload)?;
        let query: LogQuery = serde_json::from_value(question.data)?;
        let page = LogPage {
            epoch: store.log().epoch(),
            head: store.log().head().count,
            events: store.envelopes(query.from, usize::try_from(query.limit)?)?,
        };
        let answer = Response::Answer(RawJson::of(&page)?);
        let payload = serde_json::to_vec(&answer)?;
        let reply = message.reply.unwrap();
        bus.client().publish(reply, payload.into()).await?;
    }
    Ok(())
}

/// A newer version of the type that the service knows.
fn newer(mut events: Vec<Envelope>) -> Vec<Envelope> {
    events[0].event_type = "cn.onestop.counter.added.v2".to_owned();
    events
}

async fn holds_up_only_its_own_subject<M: Mode>() -> Scenario {
    let scenario = Scenario::new().await;
    let processor = scenario.processor::<M>(disconnected().await);
    let events = newer(scenario.events());
    assert_eq!(processor.process(&events).await.unwrap(), Processed::All);
    let parked = processor.parked().unwrap().cases;
    assert_eq!(parked.len(), 1, "{parked:?}");
    assert_eq!(parked[0].case, scenario.subjects[0]);
    let reasons: Vec<&Reason> = parked[0].waiting.iter().map(|it| &it.reason).collect();
    assert_eq!(reasons, [&Reason::Newer {}, &Reason::Behind {}]);
    assert_eq!(parked[0].waiting[0].hash, events[0].hash);
    assert_eq!(scenario.sums(), [None, Some(4)]);
    assert_eq!(scenario.next_position(), Some(3));
    scenario
}

#[tokio::test]
async fn an_event_of_a_newer_version_holds_up_only_its_own_subject() {
    let scenario = holds_up_only_its_own_subject::<Decides>().await;
    assert_eq!(scenario.behaviour.attempts(), 1, "the others are not shown");
    holds_up_only_its_own_subject::<Copies>().await;
}

async fn takes_them_after_its_upgrade<Before: Mode, After: Mode>() {
    let broker = Broker::start().await;
    let bus = broker.connect().await;
    let scenario = Scenario::new().await;
    let client = Client::new(bus.clone());
    let before = scenario.processor::<Before>(client.clone());
    let processed = before.process(&scenario.events()).await;
    assert_eq!(processed.unwrap(), Processed::All);
    assert_eq!(before.parked().unwrap().cases.len(), 2);
    assert_eq!(scenario.sums(), [None, None]);

    let after = scenario.processor::<After>(client);
    // The source does not answer yet.
    assert_eq!(after.take_upgraded().await.unwrap(), Left::Unanswered);
    let mut tasks = JoinSet::new();
    let Scenario {
        consumer,
        source,
        behaviour,
        subjects,
    } = scenario;
    tasks.spawn(answer_log(source, bus.clone()));
    bus.client().flush().await.unwrap();
    // The version from before does not take them, however often it is asked.
    let key = consumer.store.clock().command();
    let asked = before.retry(&request(key, subjects[0], json!({}))).await;
    let Err(Failure::Rejected(refused)) = asked else {
        panic!("{asked:?}")
    };
    assert_eq!(refused.code, "still-fails");
    while after.take_upgraded().await.unwrap() == Left::Unanswered {
        tokio::task::yield_now().await;
    }

    assert_eq!(after.parked().unwrap().cases, []);
    let sums = subjects.map(|subject| {
        let loaded = consumer.store.load(&stream(subject), &RULES).unwrap();
        loaded.map(|(Count { sum }, _)| sum)
    });
    assert_eq!(sums, [Some(5), Some(4)]);
    assert_eq!(behaviour.attempts(), 3);
}

#[tokio::test]
async fn a_service_takes_them_after_its_upgrade() {
    takes_them_after_its_upgrade::<Older, Decides>().await;
    takes_them_after_its_upgrade::<OlderCopies, Copies>().await;
}
