//! The processor: next, seen, ahead, diverged, batches.

use std::sync::Arc;

use onestop_chassis::{
    metrics::Metrics,
    replication::{Fork, Processed, Processor, SourceTracker},
    store::SourcePosition,
};
use onestop_testing::TempStore;

use crate::support::{
    Batches, Behaviour, Count, Counter, RULES, Singles, append, disconnected, new_subject, stream,
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

    async fn processor(&self) -> Processor<Counter<Singles>> {
        Processor::new(
            Arc::new(Counter::new(
                self.temp.store.clone(),
                self.behaviour.clone(),
            )),
            self.temp.store.clone(),
            disconnected().await,
            Metrics::default(),
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

#[tokio::test]
async fn consecutive_events_are_handled_in_one_batch() {
    let (consumer, source) = (Consumer::new(), TempStore::new("intake"));
    let subject = new_subject(&**source.store.clock());
    for by in [1, 2, 3] {
        append(&source, subject, by).await;
    }
    let (store, behaviour) = (consumer.temp.store.clone(), consumer.behaviour.clone());
    let tracker = SourceTracker::of(&store);
    let processor = Processor::new(
        Arc::new(Counter::<Batches>::new(store.clone(), behaviour.clone())),
        store,
        disconnected().await,
        Metrics::default(),
        tracker.clone(),
    );

    let events = source.store.envelopes(0, 10).unwrap();
    processor.process(&events).await.unwrap();

    assert_eq!(behaviour.batches(), [3]);
    let key = (source.store.source().clone(), source.store.log().epoch());
    let positions = tracker.watch_positions();
    let reached = positions.borrow().get(&key).copied();
    assert_eq!(reached, Some(SourcePosition::after(&events[2], 2)));
}
