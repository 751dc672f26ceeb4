//! Polls sources directly, to fill gaps and to pick up events that the broker lost. Backlogs are read this
//! way too, many events at a time, while events of other sources are processed.

use std::{
    collections::BTreeSet,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::bail;
use futures::{StreamExt, stream::FuturesUnordered};
use onestop_proto::{
    actor::ServiceName,
    envelope::{LogPosition, Source},
    query::{LogPage, LogQuery},
    replication::Refusal,
};
use tracing::{error, info, warn};
use uuid::Uuid;

use super::{
    arrival::{Fork, judge_page, poll_from},
    origin::{Admitted, Origins},
    poll_schedule::{POLL_INTERVAL, PollSchedule, Polled},
    processor::{Processed, Processor},
    source_tracker::Change,
    wakeup::Wakeup,
};
use crate::{
    bus::Bus,
    client::{Client, ClientError},
    identity::Instance,
    metrics::Named,
    queues::Reply,
    service::Service,
    shutdown::Shutdown,
    store::SourcePosition,
    timing::ticker,
};

/// Events fetched at a time.
const PAGE: u32 = 400;
/// How long a source may take to reply.
pub(super) const REPLY_TIMEOUT: Duration = Duration::from_secs(3);
/// A longer backlog is logged, repeatedly after each interval.
const LOGGED_BACKLOG: u64 = 2_000;
const LOG_INTERVAL: Duration = Duration::from_secs(5);

/// Polls the instances of one service on behalf of one other.
pub(super) struct CatchUp<S> {
    pub(super) processor: Arc<Processor<S>>,
    pub(super) origins: Arc<Origins<S>>,
    pub(super) client: Client,
    pub(super) wakeup: Arc<Wakeup>,
    pub(super) from: ServiceName,
}

/// Why no more of a source is taken in, though it replies.
enum Stopped {
    /// Its history differs from the one processed.
    Diverged { epoch: Uuid, fork: Fork },
    /// Its next event is not its to say.
    Refused(Refusal),
}

impl<S: Service> CatchUp<S> {
    /// Polls until the shutdown is requested.
    pub(super) async fn run(self, bus: Bus, shutdown: Shutdown) -> anyhow::Result<()> {
        let this = &self;
        let poll = async {
            let mut ticks = ticker(POLL_INTERVAL);
            let mut schedule = PollSchedule::default();
            let mut polls = FuturesUnordered::new();
            loop {
                bus.connected().await;
                for source in schedule.take(tokio::time::Instant::now()) {
                    polls.push(this.timed_poll(source));
                }
                tokio::select! {
                    requested = this.wakeup.requested() => {
                        for source in requested {
                            schedule.request(source, tokio::time::Instant::now());
                        }
                    }
                    Some((source, polled, began)) = polls.next() => {
                        schedule.ended(&source, polled, began, tokio::time::Instant::now());
                    }
                    _ = ticks.tick() => {
                        schedule.know(this.known_sources(), tokio::time::Instant::now());
                    }
                    () = until(schedule.next_due()) => {}
                }
            }
        };
        shutdown.run_until_requested(poll).await.unwrap_or(Ok(()))
    }

    async fn timed_poll(&self, source: Source) -> (Source, Polled, tokio::time::Instant) {
        let began = tokio::time::Instant::now();
        let polled = self.poll(&source).await;
        (source, polled, began)
    }

    /// Every instance with a processed event, and the main one, of which the broker may have delivered none.
    fn known_sources(&self) -> BTreeSet<Source> {
        let main = Source::main(self.from.clone());
        let positions = self.processor.sources().positions();
        let known = positions.keys().map(|(source, _)| source);
        let known = known.filter(|source| source.service == self.from).cloned();
        known.chain([main]).collect()
    }

    async fn poll(&self, source: &Source) -> Polled {
        let (sources, clock) = (self.processor.sources(), self.processor.store.clock());
        let before = sources.followed(source);
        let Some(instance) = self.origins.instance(source) else {
            self.refuse(source, Refusal::NotEnrolled);
            return Polled::Nothing;
        };
        let polled = match self.catch_up(source, &instance).await {
            Ok(None) if sources.followed(source) == before => Polled::Nothing,
            Ok(None) => Polled::News,
            Ok(Some(Stopped::Refused(why))) => {
                self.refuse(source, why);
                return Polled::Nothing;
            }
            Ok(Some(Stopped::Diverged { epoch, fork })) => {
                if sources.record_fork(source, epoch, fork, clock.now()) == Change::New {
                    error!(%source, %epoch, %fork, "a source tells another history than the one processed. It is set aside until an operator decides: see 'onestop source list'");
                }
                Polled::Nothing
            }
            Err(problem) => {
                let unreachable = problem.is::<ClientError>();
                let problem = format!("{problem:#}");
                let change = sources.record_unreachable(source, problem.clone(), clock.now());
                if !unreachable {
                    warn!(%source, problem, "the events of a source could not be processed; it is polled again");
                } else if change == Change::New {
                    warn!(%source, problem, "a source does not reply; events that the broker did not deliver are missing until it does");
                }
                if unreachable {
                    Polled::Silent
                } else {
                    Polled::News
                }
            }
        };
        self.processor.metrics.record_sources(&sources.sources());
        polled
    }

    /// Takes no more of a source until an operator has enrolled it, or mended what it says.
    fn refuse(&self, source: &Source, why: Refusal) {
        let (sources, clock) = (self.processor.sources(), self.processor.store.clock());
        if sources.record_refused(source, why, clock.now()) == Change::New {
            error!(%source, why = why.as_str(), "nothing more of a source is taken in: 'onestop doctor' says what mends it");
        }
        self.processor.metrics.record_sources(&sources.sources());
    }

    /// Processes the source's events from the position expected to the end of its log, or until its history
    /// diverges, or it says what is not its to say.
    async fn catch_up(
        &self,
        source: &Source,
        instance: &Instance,
    ) -> anyhow::Result<Option<Stopped>> {
        let sources = self.processor.sources();
        let mut progress = Progress::start();
        let mut polled_at = sources.followed(source);
        let mut page = self.fetch(source, poll_from(polled_at)).await?;
        loop {
            let epoch = page.epoch;
            if let Err(fork) = judge_page(polled_at, epoch, page.head) {
                return Ok(Some(Stopped::Diverged { epoch, fork }));
            }
            let Admitted { events, refused } =
                self.origins.admitted(source, instance, &page.events)?;
            // Known before the events are processed: processing may be what takes long.
            self.note_head(source, &page);
            // The next reply is judged by the position reached when it was requested.
            let before = sources.followed(source);
            // The next page is fetched while this one is processed.
            let (processed, next) = tokio::join!(
                self.processor.process(events),
                self.fetch_after(source, &page)
            );
            match processed? {
                Processed::All => {}
                Processed::Gap => bail!("its reply begins behind the position polled"),
                Processed::Forked(fork) => return Ok(Some(Stopped::Diverged { epoch, fork })),
            }
            if let Some(why) = refused {
                return Ok(Some(Stopped::Refused(why)));
            }
            let reached = next_position(sources.followed(source));
            let count = reached.saturating_sub(next_position(before));
            self.count_filled(source, count);
            let now = self.processor.store.clock().now();
            sources.record_reply(source, page.head, now);
            let left = page.head.saturating_sub(reached);
            if let Some(rate) = progress.add(count, left) {
                info!(%source, reached, left, events_per_s = rate.round(), "catching up with a source");
                self.processor.metrics.record_sources(&sources.sources());
            }
            match next? {
                Some(further) => (polled_at, page) = (before, further),
                None => return Ok(None),
            }
        }
    }

    fn note_head(&self, source: &Source, page: &LogPage) {
        let followed = self.processor.sources().followed(source);
        let same = followed.filter(|(epoch, _)| *epoch == page.epoch);
        let reply = Reply {
            epoch: page.epoch,
            next: next_position(same),
            head: page.head,
        };
        let queues = &self.processor.metrics.queues;
        queues.note_reply(source, reply, Instant::now());
    }

    fn count_filled(&self, source: &Source, count: u64) {
        let name = source.service.to_string();
        let filled = &self.processor.metrics.gap_filled;
        filled.get_or_create(&Named { name }).inc_by(count);
    }

    async fn fetch_after(
        &self,
        source: &Source,
        page: &LogPage,
    ) -> anyhow::Result<Option<LogPage>> {
        let last = page.events.last().and_then(|last| last.position());
        match last.map(|last| last + 1) {
            Some(end) if end < page.head => self.fetch(source, end).await.map(Some),
            Some(_) | None => Ok(None),
        }
    }

    async fn fetch(&self, source: &Source, from: u64) -> anyhow::Result<LogPage> {
        let query = LogQuery { from, limit: PAGE };
        // A source that lacks what was processed learns it from the question.
        let reached = self.processor.sources().followed(source);
        let after = reached.and_then(|(epoch, reached)| {
            let position = reached.next.checked_sub(1)?;
            Some(LogPosition {
                source: source.clone(),
                epoch,
                position,
            })
        });
        let page = self.client.ask_instance(source, after, &query);
        Ok(page.await?)
    }
}

/// Waits until a moment; without one, for ever.
async fn until(moment: Option<tokio::time::Instant>) {
    match moment {
        Some(moment) => tokio::time::sleep_until(moment).await,
        None => std::future::pending().await,
    }
}

fn next_position(reached: Option<(Uuid, SourcePosition)>) -> u64 {
    reached.map_or(0, |(_, position)| position.next)
}

/// Decides when progress with a long backlog is logged.
struct Progress {
    began: Instant,
    logged: Instant,
    count: u64,
}

impl Progress {
    fn start() -> Self {
        let now = Instant::now();
        Self {
            began: now,
            logged: now,
            count: 0,
        }
    }

    /// Counts processed events. Returns events per second if it is time to log them.
    fn add(&mut self, count: u64, left: u64) -> Option<f64> {
        self.count += count;
        let is_long = self.count + left > LOGGED_BACKLOG;
        let is_due = self.logged.elapsed() > LOG_INTERVAL || left == 0;
        (is_long && is_due).then(|| {
            self.logged = Instant::now();
            self.count as f64 / self.began.elapsed().as_secs_f64()
        })
    }
}
