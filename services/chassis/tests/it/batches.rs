//! Batches over the real log: events of several subjects, some of which cannot be handled, with commands that come
//! between, and crashes at any moment.
//!
//! `TESTS_SEED=… TESTS_STEPS=… cargo nextest run -p onestop-chassis batches` repeats or lengthens a run.

use std::{env, sync::Arc};

use fastrand::Rng;
use onestop_chassis::{
    client::Client,
    metrics::Metrics,
    replication::{Processed, Processor, SourceTracker},
    store::recorded,
};
use onestop_eventlog::Direction;
use onestop_proto::{
    envelope::Envelope,
    ids::{CaseId, EventId},
};
use onestop_testing::{TempStore, seed};
use tokio::{runtime::Handle, task::block_in_place};

use crate::support::{
    Added, Behaviour, Counter, Decides, add, append, disconnected, meta, new_subject, stream,
};

/// Events of one run, unless the environment says otherwise.
const STEPS: u64 = 240;
const SUBJECTS: usize = 16;
/// Cannot be handled.
const POISON: u32 = 9;

struct Run {
    rng: Rng,
    consumer: TempStore,
    source: TempStore,
    subjects: Vec<CaseId>,
    behaviour: Behaviour,
    client: Client,
    /// How often a command came between, and how often the consumer died half-way.
    commands: u64,
    deaths: u64,
}

impl Run {
    async fn new(mut rng: Rng, events: u64) -> Self {
        let source = TempStore::new("intake");
        let clock = Arc::clone(source.store.clock());
        let subjects: Vec<CaseId> = (0..SUBJECTS).map(|_| new_subject(&*clock)).collect();
        for _ in 0..events {
            // Often the same subject again.
            let subject = subjects[rng.usize(..SUBJECTS).min(rng.usize(..SUBJECTS))];
            let by = match rng.u8(..40) {
                0 => POISON,
                1..15 => 0,
                _ => 1,
            };
            append(&source, subject, by).await;
        }
        let behaviour = Behaviour::default();
        behaviour.fail(POISON);
        Self {
            rng,
            consumer: TempStore::new("referral"),
            source,
            subjects,
            behaviour,
            client: disconnected().await,
            commands: 0,
            deaths: 0,
        }
    }

    fn processor(&self) -> Processor<Counter<Decides>> {
        let store = self.consumer.store.clone();
        Processor::new(
            Arc::new(Counter::new(store.clone(), self.behaviour.clone())),
            store.clone(),
            self.client.clone(),
            Metrics::default(),
            SourceTracker::of(&store),
        )
    }

    fn reached(&self) -> u64 {
        let tracker = SourceTracker::of(&self.consumer.store);
        let key = (
            self.source.store.source().clone(),
            self.source.store.log().epoch(),
        );
        let positions = tracker.watch_positions();
        let reached = positions.borrow().get(&key).map(|position| position.next);
        reached.unwrap_or(0)
    }

    /// Some events arrive, beginning with some that were processed; a command may come between, and the consumer may
    /// die.
    async fn step(mut self) -> Self {
        let from = self.reached().saturating_sub(self.rng.u64(..3));
        let count = self.rng.usize(1..40);
        let events = self.source.store.envelopes(from, count).unwrap();
        if self.rng.u8(..3) == 0 {
            self.command_comes_between();
        }
        let processor = self.processor();
        let patience = self.rng.bool().then(|| self.rng.u32(..60));
        tokio::select! {
            biased;
            processed = processor.process(&events) => {
                assert_eq!(processed.unwrap(), Processed::All);
                if self.rng.bool() {
                    processor.save_cursors().await.unwrap();
                }
                return self;
            }
            () = turns(patience) => {}
        }
        drop(processor);
        self.behaviour.cancel_meanwhile();
        self.deaths += 1;
        let consumer = block_in_place(|| self.consumer.reopen());
        Self { consumer, ..self }
    }

    fn command_comes_between(&mut self) {
        let store = self.consumer.store.clone();
        self.behaviour.meanwhile(move |subject| {
            let meta = meta(store.clock().command(), subject, 1);
            let command = add(&store, &meta, None, 1);
            block_in_place(|| Handle::current().block_on(command)).unwrap();
        });
        self.commands += 1;
    }

    /// What each event had to cause it caused once, in the order of its subject; what comes behind a parked event
    /// is parked.
    fn assert_processed(&self) {
        let all = self.source.store.log().head().count;
        assert_eq!(self.reached(), all);
        let events = self
            .source
            .store
            .envelopes(0, usize::try_from(all).unwrap())
            .unwrap();
        let parked = self.processor().parked().unwrap().cases;
        for subject in &self.subjects {
            let of_subject = events.iter().filter(|event| event.subject == *subject);
            let of_subject: Vec<(EventId, u32)> = of_subject.map(number).collect();
            let poison = of_subject.iter().position(|(_, by)| *by == POISON);
            let (before, from) = of_subject.split_at(poison.unwrap_or(of_subject.len()));
            let caused = before.iter().filter(|(_, by)| *by > 0).map(|(id, _)| *id);
            assert_eq!(self.causes(*subject), caused.collect::<Vec<_>>());
            let waiting = parked.iter().find(|parked| parked.case == *subject);
            let waiting = waiting.map_or(&[][..], |parked| &parked.waiting);
            let waiting: Vec<EventId> = waiting.iter().map(|parked| parked.event).collect();
            assert_eq!(waiting, from.iter().map(|(id, _)| *id).collect::<Vec<_>>());
        }
    }

    /// The source's events that caused those of a subject, in the order of its stream.
    fn causes(&self, subject: CaseId) -> Vec<EventId> {
        let log = self.consumer.store.log();
        let stream = stream(subject).parse().unwrap();
        let records = log
            .read_stream(&stream, 0, Direction::Forward, 1_000)
            .unwrap();
        let recorded = records.iter().map(|record| recorded(record).unwrap());
        // A command of the test is its own cause.
        let caused = recorded.filter(|event| event.causationid != event.command.uuid());
        let all = self.source.store.envelopes(0, 10_000).unwrap();
        caused
            .map(|event| {
                let cause = all
                    .iter()
                    .find(|cause| cause.id.uuid() == event.causationid);
                cause.unwrap().id
            })
            .collect()
    }
}

fn number(event: &Envelope) -> (EventId, u32) {
    let Added::Added { by } = event.raw().parse().unwrap();
    (event.id, by)
}

/// Lets others go on so many times, or for ever.
async fn turns(count: Option<u32>) {
    let Some(count) = count else {
        return std::future::pending().await;
    };
    for _ in 0..count {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_event_takes_effect_once_and_in_order_whatever_comes_between() {
    let seed = seed();
    let steps = env::var("TESTS_STEPS").map_or(STEPS, |text| text.parse().unwrap());
    let mut run = Run::new(Rng::with_seed(seed), steps).await;
    while run.reached() < steps {
        run = run.step().await;
    }
    run.assert_processed();
    let (commands, deaths) = (run.commands, run.deaths);
    assert!(commands > 0 && deaths > 0, "{commands} {deaths}");
    run.consumer = block_in_place(|| run.consumer.reopen());
    run.assert_processed();
}
