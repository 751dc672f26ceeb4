//! Those for whom something is due and cannot be done keep no other from its turn; another calendar has every moment looked at
//! once more.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use onestop_chassis::{
    Failure,
    projection::{Awaited, Folded, Projected, Projection},
    rusqlite::{self, Transaction},
    shutdown::Shutdown,
    store::{EventMeta, Rules},
    supervisor::Supervisor,
    timers::{self, Timer},
};
use onestop_proto::{actor::ServiceName, ids::CaseId, time::Timestamp};
use onestop_testing::TempStore;
use tokio::sync::mpsc;

use crate::support::{Added, Count, RULES, add, meta, new_subject};

/// As many as are looked at together, and all of them earlier than the one that can be done.
const FAILING: usize = 256;

/// The sum is the moment at which something follows.
struct Moments;

impl Projected for Moments {
    type State = Count;
    type Event = Added;

    const RULES: Rules<Count, Added> = RULES;
    const STREAMS: &'static str = "counter/";
    const FILE: &'static str = "moments.sqlite";
    const VERSION: u32 = 1;
    const TABLES: &'static str = "";

    fn reference(&self) -> String {
        "1".to_owned()
    }

    fn write(&self, _: &Transaction<'_>, _: &Folded<'_, Count>) -> rusqlite::Result<()> {
        Ok(())
    }

    fn awaited(&self, count: &Count, _: Timestamp) -> Option<Awaited> {
        let at = Some(Timestamp::from_micros(i64::from(count.sum)));
        let unit = "s4k2m9qxa.window".parse().unwrap();
        Some(Awaited { unit, at })
    }
}

/// It can do what follows for one subject alone.
struct OneAlone {
    moments: Projection<Moments>,
    now: Timestamp,
    able: CaseId,
    done: mpsc::Sender<CaseId>,
}

impl Timer for OneAlone {
    const KEY: &'static str = "one-alone";

    type Model = Moments;

    fn service() -> ServiceName {
        onestop_proto::referral::service()
    }

    fn projection(&self) -> &Projection<Moments> {
        &self.moments
    }

    fn now(&self) -> Timestamp {
        self.now
    }

    fn calendar(&self) -> String {
        "1".to_owned()
    }

    async fn fire(&self, subject: CaseId, _: &EventMeta) -> Result<(), Failure> {
        if subject != self.able {
            return Err(Failure::Internal(anyhow::anyhow!("it can never be done")));
        }
        let _ = self.done.try_send(subject);
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_never_be_done_keeps_no_other_from_its_turn() {
    let temp = TempStore::new("referral");
    let clock = temp.store.clock().clone();
    let able = new_subject(&*clock);
    for _ in 0..FAILING {
        let subject = new_subject(&*clock);
        let meta = meta(clock.command(), subject, 1);
        let _ = add(&temp.store, &meta, None, 1).await;
    }
    let meta = meta(clock.command(), able, 2);
    let _ = add(&temp.store, &meta, None, 2).await;

    let shutdown = Shutdown::default();
    let mut supervisor = Supervisor::new(shutdown.clone());
    let moments = Projection::follow(Moments, &temp.store, temp.folder(), &mut supervisor);
    let moments = moments.unwrap();
    moments.wait_for(temp.store.log().head().count - 1).await;
    let (done, mut heard) = mpsc::channel(1);
    let timer = OneAlone {
        moments,
        now: clock.now(),
        able,
        done,
    };
    supervisor.spawn("timer", timers::run(Arc::new(timer), shutdown.clone()));

    let heard = tokio::time::timeout(Duration::from_secs(30), heard.recv()).await;
    assert_eq!(heard.unwrap(), Some(able));
    shutdown.request();
    supervisor.run(Duration::from_secs(5)).await.unwrap();
}

/// Something follows once the calendar has the number that a stream sums up to, and at no moment before.
struct ByCalendar(Arc<AtomicU32>);

impl Projected for ByCalendar {
    type State = Count;
    type Event = Added;

    const RULES: Rules<Count, Added> = RULES;
    const STREAMS: &'static str = "counter/";
    const FILE: &'static str = "by-calendar.sqlite";
    const VERSION: u32 = 1;
    const TABLES: &'static str = "";

    fn reference(&self) -> String {
        self.0.load(Ordering::SeqCst).to_string()
    }

    fn write(&self, _: &Transaction<'_>, _: &Folded<'_, Count>) -> rusqlite::Result<()> {
        Ok(())
    }

    fn awaited(&self, count: &Count, now: Timestamp) -> Option<Awaited> {
        let at = (self.0.load(Ordering::SeqCst) == count.sum).then_some(now);
        let unit = "s4k2m9qxa.window".parse().unwrap();
        Some(Awaited { unit, at })
    }
}

struct Announcing {
    moments: Projection<ByCalendar>,
    calendar: Arc<AtomicU32>,
    now: Timestamp,
    done: mpsc::Sender<CaseId>,
}

impl Timer for Announcing {
    const KEY: &'static str = "announcing";

    type Model = ByCalendar;

    fn service() -> ServiceName {
        onestop_proto::referral::service()
    }

    fn projection(&self) -> &Projection<ByCalendar> {
        &self.moments
    }

    fn now(&self) -> Timestamp {
        self.now
    }

    fn calendar(&self) -> String {
        self.calendar.load(Ordering::SeqCst).to_string()
    }

    async fn fire(&self, subject: CaseId, _: &EventMeta) -> Result<(), Failure> {
        let _ = self.done.try_send(subject);
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_calendar_has_every_moment_looked_at_once_more_while_the_service_runs() {
    let temp = TempStore::new("referral");
    let clock = temp.store.clock().clone();
    let mut subjects = Vec::new();
    // More than are looked at together, and the one that the calendar concerns.
    for sum in std::iter::repeat_n(1, FAILING).chain([2]) {
        let subject = new_subject(&*clock);
        let _ = add(&temp.store, &meta(clock.command(), subject, sum), None, sum).await;
        subjects.push(subject);
    }
    let shutdown = Shutdown::default();
    let mut supervisor = Supervisor::new(shutdown.clone());
    let calendar = Arc::new(AtomicU32::new(0));
    let by_calendar = ByCalendar(Arc::clone(&calendar));
    let moments = Projection::follow(by_calendar, &temp.store, temp.folder(), &mut supervisor);
    let moments = moments.unwrap();
    moments.wait_for(temp.store.log().head().count - 1).await;
    let now = clock.now().plus_seconds(3_600);
    assert!(moments.due(now).await.unwrap().is_empty());
    let (done, mut heard) = mpsc::channel(FAILING);
    let timer = Announcing {
        moments,
        calendar: Arc::clone(&calendar),
        now,
        done,
    };
    let running = timers::run(Arc::new(timer), shutdown.clone());
    supervisor.spawn("timer", running);
    calendar.store(2, Ordering::SeqCst);
    let heard = tokio::time::timeout(Duration::from_secs(30), heard.recv()).await;
    assert_eq!(heard.unwrap(), subjects.last().copied());
    shutdown.request();
    supervisor.run(Duration::from_secs(5)).await.unwrap();
}
