//! SIGKILL at points chosen at random: any service, the broker, or everything at once, while all the
//! journeys are under way. Each goes on when its part is started again, and in the end no event is
//! missing, doubled or out of order.
//!
//! `TESTS_SEED=… cargo nextest run -p onestop-tests kills` repeats a run; `TESTS_KILLS=…` makes it
//! longer.

use std::{env, time::Duration};

use fastrand::Rng;
use onestop_testing::seed;
use tokio::task::JoinSet;

use crate::{
    harness::{Deployment, Onestop, Part, SERVICES, found},
    invariants::{LogSummary, assert_logs},
    journeys,
    test_user::TestUser,
};

/// Kills in one test, unless more are asked for.
const KILLS: usize = 40;

fn kills() -> usize {
    env::var("TESTS_KILLS").map_or(KILLS, |text| text.parse().expect("TESTS_KILLS is a number"))
}

/// One journey of every kind, at the same time.
async fn every_journey(user: &TestUser) {
    Box::pin(async {
        tokio::join!(
            journeys::wages(user),
            journeys::papers_missing(user),
            journeys::wrong_door(user),
            journeys::at_the_window(user),
            journeys::same_instant(user),
        )
    })
    .await;
}

/// People who make journeys for ever.
fn walkers(user: &TestUser) -> JoinSet<()> {
    let mut walkers = JoinSet::new();
    let user = user.clone();
    walkers.spawn(async move {
        loop {
            every_journey(&user).await;
        }
    });
    walkers
}

fn show(told: &LogSummary) {
    eprintln!("{} cases, {} events, all in order", told.cases, told.events);
}

async fn pause(rng: &mut Rng, up_to_ms: u64) {
    tokio::time::sleep(Duration::from_millis(rng.u64(..up_to_ms))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn any_process_at_any_point() {
    let mut rng = Rng::with_seed(seed());
    let mut onestop = Onestop::start(Deployment::Separate).await;
    let user = TestUser::new(onestop.client().await);
    let mut walkers = walkers(&user);
    let parts: Vec<Part> = std::iter::once(Part::Broker)
        .chain(SERVICES.iter().copied().map(Part::Service))
        .collect();
    for _ in 0..kills() {
        pause(&mut rng, 600).await;
        let part = *rng.choice(&parts).unwrap();
        onestop.kill(part);
        // The broker is transport: what it kept may be gone as well.
        if part == Part::Broker && rng.u8(..3) == 0 {
            onestop.wipe_broker();
        }
        pause(&mut rng, 300).await;
        onestop.run(part);
        assert!(walkers.try_join_next().is_none(), "a journey failed");
    }
    walkers.shutdown().await;
    onestop.wait_until_ready().await;
    every_journey(&user).await;
    show(&assert_logs(&user, &[]).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_at_once() {
    let mut rng = Rng::with_seed(seed());
    let mut onestop = Onestop::start(Deployment::SingleProcess).await;
    let user = TestUser::new(onestop.client().await);
    let mut walkers = walkers(&user);
    for _ in 0..kills() / 4 {
        pause(&mut rng, 2_000).await;
        if rng.bool() {
            onestop.kill(Part::Everything);
            pause(&mut rng, 300).await;
            onestop.run(Part::Everything);
        } else {
            onestop.kill(Part::Broker);
        }
        onestop.wait_until_ready().await;
        assert!(walkers.try_join_next().is_none(), "a journey failed");
    }
    walkers.shutdown().await;
    every_journey(&user).await;
    show(&assert_logs(&user, &[]).await);
}

/// The broker is transport: started empty, it gets every event of every log again, once and in order.
#[tokio::test]
async fn a_broker_that_lost_everything_gets_it_back() {
    let mut onestop = Onestop::start(Deployment::Separate).await;
    let user = TestUser::new(onestop.client().await);
    every_journey(&user).await;
    onestop.kill(Part::Broker);
    onestop.wipe_broker();
    onestop.run(Part::Broker);
    onestop.wait_until_ready().await;
    let told = assert_logs(&user, &[]).await;

    let nats = onestop.nats("operator").await;
    let jetstream = async_nats::jetstream::new(nats);
    let held = found("the stream is filled", async || {
        let mut stream = jetstream.get_stream("ONESTOP").await.ok()?;
        let held = stream.info().await.ok()?.state.messages;
        (held >= told.events as u64).then_some(held)
    })
    .await;
    assert_eq!(held, told.events as u64, "each event once");
    // And it carries what happens from now on.
    every_journey(&user).await;
    show(&assert_logs(&user, &[]).await);
}
