//! Asks the services that subscribe to this one what they have taken in from its log: at start before anything is
//! written, and from time to time. A log that was rolled back to an older copy, or copied, learns it from them, and
//! stops writing instead of giving positions and numbers a second time.
//!
//! A subscriber that cannot be reached does not block a service for ever: after `FIRST_ROUND` it writes, says who was
//! not asked, and asks again until they answer.

mod comparison;
mod offline;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use futures::{StreamExt, future::join_all};
use onestop_eventlog::{Direction, ReadError};
use onestop_proto::{
    actor::ServiceName,
    envelope::Source,
    query::SourcesQuery,
    replication::{Contradiction, SubscriberAnswer, SubscriberState},
};
use tokio::sync::{Notify, watch};
use tracing::{error, info, warn};

use self::comparison::{Claim, former_events};
pub use self::offline::contradiction;
use crate::{
    bus::Bus,
    client::Client,
    metrics::Metrics,
    shutdown::Shutdown,
    store::{HashPrefix, Standing, Store},
    timing::ticker_after,
};

/// How long writers wait for the broker, without which no subscriber can be asked.
const CONNECTING: Duration = Duration::from_secs(10);
/// How long writers wait for the answers of the subscribers.
const FIRST_ROUND: Duration = Duration::from_secs(3);
/// How long one subscriber may take to answer.
const REPLY_TIMEOUT: Duration = Duration::from_secs(1);
/// The pause before a subscriber that did not answer is asked again in the first round.
const PAUSE: Duration = Duration::from_millis(100);
/// How often those are asked again that have not answered since the start; sites only in each round.
const INTERVAL: Duration = Duration::from_secs(2);
/// Subscribers that are asked at the same time.
const CONCURRENT: usize = 256;
/// After so many intervals, all are asked again.
const ROUND: u32 = 8;

/// What the subscribers of a service said of its log.
#[derive(Debug, Clone)]
pub(crate) struct Subscribers(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    store: Store,
    client: Client,
    metrics: Metrics,
    answers: watch::Sender<BTreeMap<Source, SubscriberAnswer>>,
    suspected: Notify,
}

impl Subscribers {
    /// The instances of the services `names`: the main ones, and those that `known` names.
    pub(crate) fn new(
        names: &[ServiceName],
        known: &[Source],
        store: Store,
        client: Client,
        metrics: Metrics,
    ) -> Self {
        let main = names.iter().cloned().map(Source::main);
        let known = known
            .iter()
            .filter(|source| names.contains(&source.service));
        let unasked = |source| {
            let problem = "it has not been asked yet".to_owned();
            (source, SubscriberAnswer::Unasked { problem })
        };
        let answers = main.chain(known.cloned()).map(unasked).collect();
        Self(Arc::new(Inner {
            store,
            client: client.with_timeout(REPLY_TIMEOUT),
            metrics,
            answers: watch::Sender::new(answers),
            suspected: Notify::new(),
        }))
    }

    /// Has all subscribers asked now: one of them asked for what this log does not have.
    pub(crate) fn suspect(&self) {
        self.0.suspected.notify_one();
    }

    /// What they said: the answer to `qry.<service>.subscribers`.
    pub(crate) fn state(&self) -> onestop_proto::replication::Subscribers {
        let answers = self.0.answers.borrow();
        let states = answers.iter().map(|(subscriber, said)| SubscriberState {
            subscriber: subscriber.clone(),
            said: said.clone(),
        });
        onestop_proto::replication::Subscribers {
            subscribers: states.collect(),
            contradiction: self.contradiction(),
        }
    }

    /// Those that have not answered since the start.
    pub(crate) fn unasked(&self) -> Vec<Source> {
        let answers = self.0.answers.borrow();
        let unasked = answers
            .iter()
            .filter(|(_, said)| matches!(said, SubscriberAnswer::Unasked { .. }));
        unasked.map(|(source, _)| source.clone()).collect()
    }

    /// The same, of those that are no site: a site may be away for weeks.
    fn unasked_main(&self) -> Vec<Source> {
        let unasked = self.unasked().into_iter();
        unasked.filter(Source::is_main).collect()
    }

    fn all(&self) -> Vec<Source> {
        self.0.answers.borrow().keys().cloned().collect()
    }

    /// Why nothing is written, if one of them contradicts the log.
    pub(crate) fn contradiction(&self) -> Option<Contradiction> {
        match self.standing() {
            Standing::Contradicted(contradiction) => Some(contradiction),
            Standing::Accepted | Standing::Unknown | Standing::Stopped => None,
        }
    }

    /// Whether the log may be written.
    pub(crate) fn standing(&self) -> Standing {
        self.0.store.gate().standing()
    }

    /// Asks until the shutdown is requested.
    pub(crate) async fn run(self, bus: Bus, shutdown: Shutdown) -> anyhow::Result<()> {
        let asked = async {
            // Who held the lease before has written until now.
            self.0.store.gate().lease().sure().await;
            self.open(&bus).await;
            let mut ticks = ticker_after(INTERVAL);
            let mut count = 0_u32;
            loop {
                let whom = tokio::select! {
                    () = self.0.suspected.notified() => self.all(),
                    _ = ticks.tick() => {
                        count = count.wrapping_add(1);
                        if count.is_multiple_of(ROUND) { self.all() } else { self.unasked_main() }
                    }
                };
                let this = &self;
                let asked = futures::stream::iter(whom);
                asked
                    .for_each_concurrent(CONCURRENT, |subscriber| async move {
                        this.ask(&subscriber).await;
                    })
                    .await;
            }
        };
        let ended = shutdown.run_until_requested(asked).await;
        if self.standing() == Standing::Unknown {
            self.0.store.gate().settle(Standing::Stopped);
        }
        ended.unwrap_or(Ok(()))
    }

    /// Asks all, and lets writers pass if none contradicts.
    async fn open(&self, bus: &Bus) {
        let gate = self.0.store.gate();
        if self.all().is_empty() {
            gate.settle(Standing::Accepted);
            return;
        }
        if tokio::time::timeout(CONNECTING, bus.connected())
            .await
            .is_err()
        {
            warn!("no subscriber could be asked what it knows of this log: there is no broker");
            gate.settle(Standing::Accepted);
            bus.connected().await;
            gate.settle(Standing::Unknown);
        }
        let all = self.all();
        let round = join_all(all.iter().map(|subscriber| self.ask_first(subscriber)));
        // Those that did not answer are asked again.
        let _ = tokio::time::timeout(FIRST_ROUND, round).await;
        gate.settle(Standing::Accepted);
        let unasked = self.unasked();
        if unasked.is_empty() {
            info!("no subscriber contradicts this log");
        } else {
            let unasked: Vec<_> = unasked.iter().map(ToString::to_string).collect();
            warn!(
                unasked = unasked.join(", "),
                "not every subscriber could be asked what it knows of this log; they are asked again"
            );
        }
    }

    /// Asks the main instance of a service until it answers; another instance, which may be away for weeks, once.
    async fn ask_first(&self, subscriber: &Source) {
        while !self.ask(subscriber).await && subscriber.is_main() {
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Returns whether it answered.
    async fn ask(&self, subscriber: &Source) -> bool {
        let of = Some(self.0.store.source().clone());
        let query = SourcesQuery { of };
        let asked = self.0.client.ask_instance(subscriber, None, &query);
        let checked = match asked.await {
            Ok(answer) => {
                let (own, epoch) = (self.0.store.source(), self.0.store.log().epoch());
                let claim = Claim::of(&answer, own, epoch);
                let former = former_events(&answer, own, epoch);
                self.0.store.gate().note_former_events(former);
                let contradiction = self.check(subscriber, claim).await;
                contradiction
                    .map_err(|error| format!("{error:#}"))
                    .map(|contradiction| (claim, contradiction))
            }
            Err(error) => Err(error.to_string()),
        };
        let is_answered = checked.is_ok();
        self.record(subscriber, checked);
        is_answered
    }

    async fn check(
        &self,
        subscriber: &Source,
        claim: Claim,
    ) -> anyhow::Result<Option<Contradiction>> {
        let store = self.0.store.clone();
        let record = move || match claim.last() {
            Some(last) => hash_prefix(&store, last),
            None => Ok(None),
        };
        let record = tokio::task::spawn_blocking(record).await??;
        // The head is read last: what was taken in had been durable here.
        let head = self.0.store.log().head().count;
        Ok(claim.compare(subscriber, head, record))
    }

    fn record(&self, subscriber: &Source, checked: Result<(Claim, Option<Contradiction>), String>) {
        let at = self.0.store.clock().now();
        let said = match checked {
            Ok((_, Some(contradiction))) => {
                self.stop_writing(&contradiction);
                SubscriberAnswer::Contradicts { at, contradiction }
            }
            Ok((claim, None)) => {
                let next = claim.last().map_or(0, |last| last + 1);
                SubscriberAnswer::Agrees { at, next }
            }
            Err(problem) => SubscriberAnswer::Unasked { problem },
        };
        self.0.answers.send_modify(|answers| {
            let before = answers.get(subscriber);
            let was_asked =
                before.is_some_and(|before| !matches!(before, SubscriberAnswer::Unasked { .. }));
            // Its last answer holds while it does not answer again.
            if !(was_asked && matches!(said, SubscriberAnswer::Unasked { .. })) {
                answers.insert(subscriber.clone(), said);
            }
        });
        let unasked = i64::try_from(self.unasked().len()).unwrap_or(i64::MAX);
        self.0.metrics.subscribers_unasked.set(unasked);
    }

    fn stop_writing(&self, contradiction: &Contradiction) {
        if self.contradiction().is_none() {
            error!(%contradiction, "a subscriber contradicts this log: no command is taken any more. Put the newest copy of the data folder back and start again; if it is lost, stop the service and build its log again from what others have heard: 'onestop restore'");
        }
        self.0.metrics.log_contradicted.set(1);
        let standing = Standing::Contradicted(contradiction.clone());
        self.0.store.gate().settle(standing);
    }
}

/// The hash prefix of a record; `None` beyond the head.
fn hash_prefix(store: &Store, position: u64) -> Result<Option<HashPrefix>, ReadError> {
    let records = store.log().read_all(position, Direction::Forward, 1)?;
    let found = records.first().filter(|record| record.position == position);
    Ok(found.and_then(|record| HashPrefix::parse(&record.hash.to_string())))
}
