//! How many cases are opened a second: a measurement.
//!
//! ```sh
//! cargo test -p onestop-intake --test it -- --ignored --nocapture opens_a_second
//! ```

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::task::JoinSet;

use crate::support::{World, new_key, open};

/// How long each number of clerks opens cases.
const TIME: Duration = Duration::from_secs(6);

#[tokio::test(flavor = "multi_thread")]
#[ignore = "it measures"]
#[allow(clippy::print_stdout, reason = "what was measured is printed")]
async fn opens_a_second() {
    println!("at once  opens/s  p50 ms  p99 ms");
    for at_once in [1, 64] {
        let world = Arc::new(World::new().await);
        let mut took = measure(&world, at_once).await;
        took.sort_unstable();
        let at = |share: usize| took[took.len() * share / 100].as_secs_f64() * 1000.0;
        let rate = took.len() as f64 / TIME.as_secs_f64();
        let (half, most) = (at(50), at(99));
        println!("{at_once:>7}  {rate:>7.0}  {half:>6.1}  {most:>6.1}");
    }
}

async fn measure(world: &Arc<World>, at_once: usize) -> Vec<Duration> {
    let end = Instant::now() + TIME;
    let mut clerks = JoinSet::new();
    for clerk in 0..at_once {
        clerks.spawn(open_until(Arc::clone(world), clerk, end));
    }
    clerks.join_all().await.concat()
}

async fn open_until(world: Arc<World>, clerk: usize, end: Instant) -> Vec<Duration> {
    let mut took = Vec::new();
    let request = open("岩温", &format!("138{clerk:08}"));
    while Instant::now() < end {
        let began = Instant::now();
        world.send(new_key(), None, request.clone()).await.unwrap();
        took.push(began.elapsed());
    }
    took
}
