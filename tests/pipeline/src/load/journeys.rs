//! Whole journeys: a clerk opens a case, the unit accepts it and takes down that the applicant withdraws, the window closes the case. Each
//! step waits until the one before is processed, so no service is ever further behind than the cases under way; the
//! journal, for which no step waits, is watched.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use onestop_proto::{actor::Role, case, legal_aid};
use tokio::{sync::mpsc::UnboundedReceiver, task::JoinSet};

use super::{CaughtUp, Driver, Heads, Latencies, News, Offer, PATIENCE, actor, news::Seen};

/// Events that the journal and the ledger may be behind before clerks wait.
const MOST_BEHIND: u64 = 10_000;
/// Between two looks at the journal.
const WATCH: Duration = Duration::from_millis(250);
/// Between two tries to begin a journey while the journal is behind.
const WAIT: Duration = Duration::from_millis(20);

/// How many at once, and for how long.
#[derive(Debug, Clone, Copy)]
pub struct Journeys {
    pub at_once: usize,
    pub length: Duration,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Sustained {
    /// Events written by all services, and the time in which they were written.
    pub events: u64,
    pub took: Duration,
    pub commands: u64,
    pub journeys: Latencies,
    pub failed: u64,
    /// How long the slowest subscriber took to hear the last event, and which it was; none if the limit passed.
    pub caught_up: Option<CaughtUp>,
}

/// What all journeys share.
struct Progress {
    is_behind: AtomicBool,
    commands: AtomicU64,
    has_ended: AtomicBool,
}

impl Driver {
    /// Walks journeys for some time, and waits until every service has processed everything.
    pub async fn sustain(&self, news: &News, order: Journeys, patience: Duration) -> Sustained {
        let progress = Arc::new(Progress {
            is_behind: AtomicBool::new(false),
            commands: AtomicU64::new(0),
            has_ended: AtomicBool::new(false),
        });
        let before = Heads::ask(&self.client).await.unwrap().events();
        let began = Instant::now();
        let watching = tokio::spawn(watch(self.clone(), Arc::clone(&progress)));
        let mut at_work = JoinSet::new();
        for number in 0..order.at_once {
            let (driver, news, progress) = (self.clone(), news.clone(), Arc::clone(&progress));
            let random = self.random(1_000_000 + number as u64);
            at_work.spawn(async move {
                driver
                    .walk(&news, &progress, random, began + order.length)
                    .await
            });
        }
        let mut sustained = Sustained::default();
        while let Some(walked) = at_work.join_next().await {
            let (journeys, failed) = walked.unwrap();
            sustained.journeys.append(journeys);
            sustained.failed += failed;
        }
        sustained.took = began.elapsed();
        let after = Heads::ask(&self.client).await.unwrap().events();
        sustained.events = after - before;
        sustained.commands = progress.commands.load(Ordering::Relaxed);
        progress.has_ended.store(true, Ordering::Relaxed);
        watching.await.unwrap();
        sustained.caught_up = Heads::wait_caught_up(&self.client, patience).await.ok();
        sustained
    }

    async fn walk(
        &self,
        news: &News,
        progress: &Progress,
        mut random: fastrand::Rng,
        until: Instant,
    ) -> (Latencies, u64) {
        let (mut journeys, mut failed) = (Latencies::default(), 0);
        while Instant::now() < until {
            if progress.is_behind.load(Ordering::Relaxed) {
                tokio::time::sleep(WAIT).await;
                continue;
            }
            let began = Instant::now();
            match self.journey(news, progress, &mut random).await {
                Some(()) => journeys.add(began.elapsed()),
                None => failed += 1,
            }
        }
        (journeys, failed)
    }

    /// One case; nothing if a step failed.
    async fn journey(
        &self,
        news: &News,
        progress: &Progress,
        random: &mut fastrand::Rng,
    ) -> Option<()> {
        let count = || progress.commands.fetch_add(1, Ordering::Relaxed);
        let window = self.windows[random.usize(..self.windows.len())].clone();
        let opened = self.open_at(&window, random).await.ok()?;
        count();
        let case = opened.case;
        let mut events = news.of(case);
        let walked = async {
            let offer = offered(&mut events).await?;
            self.accept(&offer).await.then_some(())?;
            count();
            received(&mut events).await?;
            let withdraw = legal_aid::Command::from(legal_aid::WithdrawApplication {});
            let unit = actor(Role::Specialist, &offer.to);
            self.send(unit, Some(case), withdraw).await.ok()?;
            count();
            result_back(&mut events).await?;
            let close = case::Command::from(case::Close {});
            self.send(window.clerk.clone(), Some(case), close)
                .await
                .ok()?;
            count();
            Some(())
        };
        let walked = walked.await;
        news.forget(case);
        walked
    }
}

/// Notices when the journal or its ledger falls behind.
async fn watch(driver: Driver, progress: Arc<Progress>) {
    while !progress.has_ended.load(Ordering::Relaxed) {
        if let Ok(lag) = Heads::lag(&driver.client).await {
            let is_behind = lag.journal.max(lag.ledger) > MOST_BEHIND;
            progress.is_behind.store(is_behind, Ordering::Relaxed);
        }
        tokio::time::sleep(WATCH).await;
    }
}

async fn next(events: &mut UnboundedReceiver<Seen>) -> Option<Seen> {
    let event = tokio::time::timeout(PATIENCE, events.recv());
    event.await.ok().flatten()
}

async fn offered(events: &mut UnboundedReceiver<Seen>) -> Option<Offer> {
    loop {
        match next(events).await? {
            Seen::Offered(offer) => return Some(offer),
            Seen::Received | Seen::ResultBack => {}
        }
    }
}

async fn received(events: &mut UnboundedReceiver<Seen>) -> Option<()> {
    loop {
        match next(events).await? {
            Seen::Received => return Some(()),
            Seen::Offered(_) | Seen::ResultBack => {}
        }
    }
}

async fn result_back(events: &mut UnboundedReceiver<Seen>) -> Option<()> {
    loop {
        match next(events).await? {
            Seen::ResultBack => return Some(()),
            Seen::Offered(_) | Seen::Received => {}
        }
    }
}
