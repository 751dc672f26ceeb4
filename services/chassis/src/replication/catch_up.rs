//! Asking the sources themselves: for what is missing when the broker's news are ahead, and now and then
//! whether there is more than the broker brought. A backlog of years is read this way, many events at a
//! time, while the news of other sources go on.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use anyhow::bail;
use futures::StreamExt;
use onestop_proto::{
    actor::ServiceName,
    envelope::Source,
    query::{LogPage, LogQuery},
};
use tokio::{sync::Notify, time::MissedTickBehavior};
use tracing::{error, info, warn};

use super::{
    arrival::{Fork, ask_from, judge_page},
    processor::{Processed, Processor},
    source_tracker::News,
};
use crate::{
    bus::Bus,
    client::{Client, ClientError},
    metrics::Named,
    service::Service,
    shutdown::Shutdown,
    store::followed,
};

/// Events asked for at a time.
const PAGE: u32 = 400;
/// How often a source is asked whether it has more than the broker brought.
const ROUND: Duration = Duration::from_secs(2);
/// How long a source may take to answer.
pub(super) const REPLY_TIMEOUT: Duration = Duration::from_secs(3);
/// Sources asked at the same time.
const AT_ONCE: usize = 8;
/// A backlog longer than this is worth a line in the log, and another every so often.
const BACKLOG: u64 = 2_000;
const TELL: Duration = Duration::from_secs(5);

/// Says which sources are to be asked now.
#[derive(Debug, Default)]
pub(super) struct Wakeup {
    rung: Mutex<BTreeSet<Source>>,
    notify: Notify,
}

impl Wakeup {
    /// Have this source asked.
    pub(super) fn ring(&self, source: &Source) {
        self.lock().insert(source.clone());
        self.notify.notify_one();
    }

    async fn rung(&self) -> BTreeSet<Source> {
        loop {
            let rung = std::mem::take(&mut *self.lock());
            if !rung.is_empty() {
                return rung;
            }
            self.notify.notified().await;
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeSet<Source>> {
        self.rung.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One service asking the instances of one other.
pub(super) struct CatchUp<S> {
    pub(super) processor: Arc<Processor<S>>,
    pub(super) client: Client,
    pub(super) wakeup: Arc<Wakeup>,
    pub(super) from: ServiceName,
}

impl<S: Service> CatchUp<S> {
    /// Asks until the shutdown is asked for.
    pub(super) async fn run(self, bus: Bus, shutdown: Shutdown) -> anyhow::Result<()> {
        let mut rounds = tokio::time::interval(ROUND);
        rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = shutdown.requested() => return Ok(()),
                () = bus.connected() => {}
            }
            let sources = tokio::select! {
                () = shutdown.requested() => return Ok(()),
                rung = self.wakeup.rung() => rung,
                _ = rounds.tick() => self.known(),
            };
            let this = &self;
            let asked = futures::stream::iter(sources)
                .for_each_concurrent(AT_ONCE, |source| async move { this.ask(&source).await });
            tokio::select! {
                () = shutdown.requested() => return Ok(()),
                () = asked => {}
            }
        }
    }

    /// Every instance that was heard of, and the main one, of which the broker may have brought nothing.
    fn known(&self) -> BTreeSet<Source> {
        let main = Source::main(self.from.clone());
        let sources = self.processor.sources();
        let progress = sources.progress();
        let heard = progress.keys().map(|(source, _)| source);
        let heard = heard.filter(|source| source.service == self.from).cloned();
        heard.chain([main]).collect()
    }

    async fn ask(&self, source: &Source) {
        let (sources, now) = (self.processor.sources(), self.processor.store.clock());
        match self.catch_up(source).await {
            Ok(None) => {}
            Ok(Some((epoch, fork))) => {
                if sources.forked(source, epoch, fork, now.now()) == News::New {
                    error!(%source, %epoch, %fork, "a source tells another history than the one heard. It is set aside until somebody decides: see 'onestop source list'");
                }
            }
            Err(problem) => {
                let away = problem.is::<ClientError>();
                let problem = format!("{problem:#}");
                if sources.away(source, problem.clone(), now.now()) == News::New && away {
                    warn!(%source, problem, "a source does not answer; what it has that the broker did not bring is waited for");
                } else if !away {
                    warn!(%source, problem, "what a source has could not be taken in; it is asked again");
                }
            }
        }
        let states = sources.sources();
        self.processor.metrics.record_sources(&states);
    }

    /// Takes in what the source has from the position expected to its end. If it tells another history:
    /// of which epoch, and how it differs.
    async fn catch_up(&self, source: &Source) -> anyhow::Result<Option<(uuid::Uuid, Fork)>> {
        let name = source.service.to_string();
        let filled = self
            .processor
            .metrics
            .gap_filled
            .get_or_create(&Named { name })
            .clone();
        let (began, mut told, mut count) = (Instant::now(), Instant::now(), 0);
        let mut asked = followed(&self.processor.sources().progress(), source);
        let mut page = self.page(source, ask_from(asked)).await?;
        loop {
            if let Err(fork) = judge_page(asked, (page.epoch, page.head)) {
                return Ok(Some((page.epoch, fork)));
            }
            // As it stands now: the next answer is judged by what was heard when it was asked for.
            let ahead = followed(&self.processor.sources().progress(), source);
            let before = ahead.map_or(0, |(_, upto)| upto.next);
            let end = page
                .events
                .last()
                .and_then(|last| Some(last.position()? + 1));
            // The next page is on its way while this one is taken in.
            let more = async {
                match end {
                    Some(end) if end < page.head => self.page(source, end).await.map(Some),
                    _ => Ok(None),
                }
            };
            let (took, next) = tokio::join!(self.processor.take(&page.events), more);
            match took? {
                Processed::All => {}
                Processed::Ahead => bail!("its answer begins behind what was asked for"),
                Processed::Forked(fork) => return Ok(Some((page.epoch, fork))),
            }
            let heard = followed(&self.processor.sources().progress(), source);
            let reached = heard.map_or(0, |(_, upto)| upto.next);
            filled.inc_by(reached.saturating_sub(before));
            count += reached.saturating_sub(before);
            let now = self.processor.store.clock().now();
            self.processor.sources().answered(source, page.head, now);
            let left = page.head.saturating_sub(reached);
            if count + left > BACKLOG && (told.elapsed() > TELL || left == 0) {
                told = Instant::now();
                let rate = count as f64 / began.elapsed().as_secs_f64();
                info!(%source, reached, left, events_per_s = rate.round(), "catching up with a source");
                self.processor
                    .metrics
                    .record_sources(&self.processor.sources().sources());
            }
            match next? {
                Some(further) => (asked, page) = (ahead, further),
                None => return Ok(None),
            }
        }
    }

    async fn page(&self, source: &Source, from: u64) -> anyhow::Result<LogPage> {
        let query = LogQuery { from, limit: PAGE };
        Ok(self.client.question_at(source, "log", &query).await?)
    }
}
