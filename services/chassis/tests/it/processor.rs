//! The processor: next, seen, ahead, diverged, batches.

use std::sync::Arc;

use onestop_chassis::{
    metrics::Metrics,
    replication::{Fork, Processed, Processor, SourceTracker},
    store::SourcePosition,
};
use onestop_eventlog::Direction;
use onestop_proto::{envelope::Envelope, ids::CaseId};
use onestop_testing::TempStore;
use tokio::{runtime::Handle, task::block_in_place};

use crate::support::{
    Behaviour, Copies, Count, Counter, Decides, RULES, add, append, disconnected, meta,
    new_subject, stream,
};

struct Consumer {
    temp: TempStore,
    behaviour: Behaviour,
}

impl Consumer {
    fn new() -> Self {
        Self {
            temp: TempStore::new("referral"),
            behaviour: Behaviour::default(),
        }
    }

    async fn processor(&self) -> Processor<Counter<Decides>> {
        self.processor_with(Metrics::default()).await
    }

    async fn processor_with(&self, metrics: Metrics) -> Processor<Counter<Decides>> {
        Processor::new(
            Arc::new(Counter::new(
                self.temp.store.clone(),
                self.behaviour.clone(),
            )),
            self.temp.store.clone(),
            disconnected().await,
            metrics,
            SourceTracker::of(&self.temp.store),
        )
    }

    /// The position reached in a source, as the cursors in the consumer's log have it.
    fn reached(&self, source: &TempStore) -> Option<u64> {
        let tracker = SourceTracker::of(&self.temp.store);
        let key = (source.store.source().clone(), source.store.log().epoch());
        let positions = tracker.watch_positions().borrow().clone();
        positions.get(&key).map(|position| position.next)
    }

    fn events(&self) -> u64 {
        self.temp.store.log().head().count
    }
}

#[tokio::test]
async fn two_events_of_one_id_are_an_alarm() {
    let (consumer, source) = (Consumer::new(), TempStore::new("intake"));
    let subject = new_subject(&**source.store.clock());
    append(&source, subject, 2).await;
    let event = source.store.envelopes(0, 1).unwrap().remove(0);
    let forged = Envelope {
        source: "/onestop/intake/town".parse().unwrap(),
        ..event.clone()
    };
    let metrics = Metrics::default();
    let processor = consumer.processor_with(metrics.clone()).await;

    let one = processor.process(std::slice::from_ref(&event)).await;
    let other = processor.process(std::slice::from_ref(&forged)).await;

    assert_eq!(
        (one.unwrap(), other.unwrap()),
        (Processed::All, Processed::All)
    );
    let parked = processor.parked().unwrap().cases;
    assert_eq!(parked.len(), 1);
    let [waiting] = &parked[0].waiting[..] else {
        panic!("{parked:?}")
    };
    assert_eq!(
        (waiting.event, &waiting.at.source),
        (event.id, &forged.source)
    );
    assert_eq!(metrics.event_ids_reused.get(), 1);
    let loaded = consumer.temp.store.load(&stream(subject), &RULES).unwrap();
    assert_eq!(loaded, Some((Count { sum: 2 }, 0)));
}

#[tokio::test]
async fn events_are_processed_once_and_in_order() {
    let (consumer, source) = (Consumer::new(), TempStore::new("intake"));
    let subject = new_subject(&**source.store.clock());
    for by in [1, 2, 3] {
        append(&source, subject, by).await;
    }
    let events = source.store.envelopes(0, 10).unwrap();
    let processor = consumer.processor().await;

    assert_eq!(processor.process(&events).await.unwrap(), Processed::All);
    // A redelivery, and a restart that has forgotten everything but the log.
    assert_eq!(processor.process(&events).await.unwrap(), Processed::All);
    let processor = consumer.processor().await;
    assert_eq!(
        processor.process(&events[1..]).await.unwrap(),
        Processed::All
    );

    let loaded = consumer.temp.store.load(&stream(subject), &RULES).unwrap();
    assert_eq!(loaded, Some((Count { sum: 6 }, 2)));
    assert_eq!(consumer.reached(&source), Some(3));
}

#[tokio::test]
async fn events_after_a_gap_wait_for_the_missing_ones() {
    let (consumer, source) = (Consumer::new(), TempStore::new("intake"));
    let subject = new_subject(&**source.store.clock());
    for by in [1, 2] {
        append(&source, subject, by).await;
    }
    let events = source.store.envelopes(0, 10).unwrap();
    let processor = consumer.processor().await;

    let gap = processor.process(&events[1..]).await.unwrap();

    assert_eq!(gap, Processed::Gap);
    assert_eq!((consumer.events(), consumer.reached(&source)), (0, None));
}

#[tokio::test]
async fn a_diverged_history_is_not_processed() {
    let (consumer, source) = (Consumer::new(), TempStore::new("intake"));
    let copy = TempStore::new("intake");
    let subject = new_subject(&**source.store.clock());
    for by in [1, 2] {
        append(&source, subject, by).await;
        append(&copy, subject, by + 10).await;
    }
    let processor = consumer.processor().await;
    let events = source.store.envelopes(0, 10).unwrap();
    processor.process(&events).await.unwrap();

    let other = copy.store.envelopes(0, 10).unwrap();
    let diverged = processor.process(&other[1..]).await.unwrap();

    assert_eq!(diverged, Processed::Forked(Fork::Differs { position: 1 }));
    assert_eq!((consumer.events(), consumer.reached(&copy)), (2, None));
}

#[tokio::test]
async fn events_that_cause_nothing_move_the_cursor_too() {
    let (consumer, source) = (Consumer::new(), TempStore::new("intake"));
    let subject = new_subject(&**source.store.clock());
    for by in [0, 0, 1, 0] {
        append(&source, subject, by).await;
    }
    let processor = consumer.processor().await;

    let events = source.store.envelopes(0, 10).unwrap();
    processor.process(&events).await.unwrap();

    assert_eq!((consumer.events(), consumer.reached(&source)), (1, Some(4)));
}

/// What a crash forgets of them is processed again, and causes nothing again.
#[tokio::test]
async fn events_that_cause_nothing_cost_no_commit() {
    let (consumer, source) = (Consumer::new(), TempStore::new("intake"));
    let subject = new_subject(&**source.store.clock());
    for by in [0, 0, 1, 0] {
        append(&source, subject, by).await;
    }
    let events = source.store.envelopes(0, 10).unwrap();
    let processor = consumer.processor().await;

    processor.process(&events[..2]).await.unwrap();
    assert_eq!(consumer.reached(&source), None);
    let restarted = consumer.processor().await;
    assert_eq!(
        restarted.process(&events[2..]).await.unwrap(),
        Processed::Gap
    );
    // The next append saves theirs with its own, and nothing moves the cursor back.
    processor.process(&events[2..3]).await.unwrap();
    assert_eq!(consumer.reached(&source), Some(3));
    processor.save_cursors().await.unwrap();
    assert_eq!(consumer.reached(&source), Some(3));

    processor.process(&events[3..]).await.unwrap();
    assert_eq!(consumer.reached(&source), Some(3));
    processor.save_cursors().await.unwrap();
    assert_eq!(consumer.reached(&source), Some(4));
    assert_eq!(consumer.events(), 1);
}

#[tokio::test]
async fn consecutive_events_are_copied_in_one_batch() {
    let (consumer, source) = (Consumer::new(), TempStore::new("intake"));
    let subject = new_subject(&**source.store.clock());
    for by in [1, 2, 3] {
        append(&source, subject, by).await;
    }
    let (store, behaviour) = (consumer.temp.store.clone(), consumer.behaviour.clone());
    let tracker = SourceTracker::of(&store);
    let processor = Processor::new(
        Arc::new(Counter::<Copies>::new(store.clone(), behaviour.clone())),
        store,
        disconnected().await,
        Metrics::default(),
        tracker.clone(),
    );

    let events = source.store.envelopes(0, 10).unwrap();
    processor.process(&events).await.unwrap();

    assert_eq!(behaviour.copied(), [3]);
    let key = (source.store.source().clone(), source.store.log().epoch());
    let positions = tracker.watch_positions();
    let reached = positions.borrow().get(&key).copied();
    assert_eq!(reached, Some(SourcePosition::after(&events[2], 2)));
}

/// Three subjects with two events each, one after the other.
async fn three_subjects(source: &TempStore) -> [CaseId; 3] {
    let clock = source.store.clock();
    let subjects = [(); 3].map(|()| new_subject(&**clock));
    for by in [1, 2] {
        for subject in subjects {
            append(source, subject, by).await;
        }
    }
    subjects
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_conflict_only_what_it_touches_is_decided_again() {
    let (consumer, source) = (Consumer::new(), TempStore::new("intake"));
    let subjects = three_subjects(&source).await;
    let store = consumer.temp.store.clone();
    let touched = subjects[0];
    consumer.behaviour.meanwhile(move |_| {
        let meta = meta(store.clock().command(), touched, 5);
        let command = add(&store, &meta, None, 5);
        block_in_place(|| Handle::current().block_on(command)).unwrap();
    });
    let processor = consumer.processor().await;

    let events = source.store.envelopes(0, 10).unwrap();
    processor.process(&events).await.unwrap();

    // The two events of the subject that the command changed.
    assert_eq!(consumer.behaviour.attempts(), 6 + 2);
    let sums = subjects.map(|subject| {
        let loaded = consumer.temp.store.load(&stream(subject), &RULES).unwrap();
        loaded.map(|(count, revision)| (count.sum, revision))
    });
    assert_eq!(sums, [Some((8, 2)), Some((3, 1)), Some((3, 1))]);
    assert_eq!(consumer.reached(&source), Some(6));
}

#[tokio::test]
async fn a_batch_is_one_append() {
    let (consumer, source) = (Consumer::new(), TempStore::new("intake"));
    let subjects = three_subjects(&source).await;
    let processor = consumer.processor().await;
    let mut lengths = consumer.temp.store.log().watch();

    let events = source.store.envelopes(0, 10).unwrap();
    let mut processed = Box::pin(processor.process(&events));
    let mut seen = Vec::new();
    loop {
        tokio::select! {
            biased;
            changed = lengths.changed() => {
                changed.unwrap();
                seen.push(lengths.borrow_and_update().count);
            }
            done = &mut processed => {
                done.unwrap();
                break;
            }
        }
    }

    // No shorter log was ever seen.
    let last = lengths.borrow().count;
    assert!(
        seen.iter().all(|count| *count == 6) && last == 6,
        "{seen:?} {last}"
    );
    // Those of one subject are together, in their order.
    let log = consumer.temp.store.log();
    let records = log.read_all(0, Direction::Forward, 10).unwrap();
    let written = records
        .iter()
        .map(|record| (record.stream.to_string(), record.revision));
    let expected = subjects
        .into_iter()
        .flat_map(|subject| [0, 1].map(|at| (stream(subject), at)));
    assert_eq!(written.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
}
