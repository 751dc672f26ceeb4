//! A subscription sees each position exactly once and in order, whatever happens meanwhile.

use futures::future::{join, join_all};
use onestop_eventlog::{Append, ExpectedRevision, NewEvent};

use crate::support::{fill, noise, one, open, run, stream};

const BEFORE: u64 = 30;
const APPENDERS: u64 = 8;
const EACH: u64 = 40;

#[test]
fn catching_up_becomes_live_without_gap_or_repeat() {
    let directory = tempfile::tempdir().unwrap();
    let log = open(directory.path());
    fill(&log, "before", 0..u128::from(BEFORE));
    let total = BEFORE + APPENDERS * EACH;

    let appenders = (0..APPENDERS).map(|appender| {
        let log = &log;
        async move {
            for number in 0..EACH {
                let id = u128::from(1_000 * (appender + 1) + number);
                let append = one(&format!("live/{appender}"), ExpectedRevision::Any, id);
                log.append(append).await.unwrap();
            }
        }
    });
    let subscribers = (0..3).map(|subscriber| {
        let mut subscription = log.subscribe(subscriber * 10);
        async move {
            let mut position = subscriber * 10;
            while position < total {
                for record in subscription.next_batch(7).await.unwrap() {
                    assert_eq!(record.position, position);
                    position += 1;
                }
            }
            assert_eq!(subscription.position(), total);
        }
    });
    run(join(join_all(appenders), join_all(subscribers)));
}

#[test]
fn a_subscription_from_beyond_the_head_waits_for_its_position() {
    let directory = tempfile::tempdir().unwrap();
    let log = open(directory.path());
    let mut subscription = log.subscribe(3);
    let appends = async {
        for id in 0..5 {
            log.append(one("a", ExpectedRevision::Any, id))
                .await
                .unwrap();
        }
    };
    let (record, ()) = run(join(subscription.next(), appends));
    assert_eq!(record.unwrap().position, 3);
}

#[test]
fn the_watched_head_is_the_durable_head() {
    let directory = tempfile::tempdir().unwrap();
    let log = open(directory.path());
    let mut watch = log.watch();
    fill(&log, "a", 0..3);
    run(watch.wait_for(|head| head.count == 3)).unwrap();
    assert_eq!(*watch.borrow(), log.head());
    drop(log);
    run(async { while watch.changed().await.is_ok() {} });
}

/// A subscriber that got less the further it is behind would never catch up.
#[test]
fn a_subscriber_that_is_far_behind_gets_as_many_as_it_asks_for() {
    const COMMITS: u128 = 600;
    let directory = tempfile::tempdir().unwrap();
    let log = open(directory.path());
    for id in 0..COMMITS {
        let event = NewEvent::new(uuid::Uuid::from_u128(id), noise(id, 8).repeat(64));
        let append = Append::to(stream("a"), ExpectedRevision::Any, [event]);
        run(log.append(append)).unwrap();
    }
    log.close().unwrap();

    let log = open(directory.path());
    let mut subscription = log.subscribe(0);
    let batch = run(subscription.next_batch(500)).unwrap();
    assert_eq!(batch.len(), 500);
    let rest = run(subscription.next_batch(500)).unwrap();
    let positions: Vec<u64> = batch.iter().chain(&rest).map(|it| it.position).collect();
    assert_eq!(positions, Vec::from_iter(0..600));
}
