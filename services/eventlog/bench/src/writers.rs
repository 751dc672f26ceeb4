//! The real workload: many writers, one event each, the next one when the last is durable.

#[cfg(feature = "others")]
mod others;

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;
use futures::future::try_join_all;
use tokio::runtime::Runtime;

use crate::events::{Event, Source};
use crate::peers::{Ours, Peer};

const WRITERS: usize = 64;
const TIME: Duration = Duration::from_secs(5);

pub fn print(directory: &Path) -> Result<()> {
    println!(
        "{WRITERS} writers, one event each, closed loop, {} s",
        TIME.as_secs()
    );
    println!();
    println!("| engine | events/s | p50 ms | p99 ms | p99.9 ms |");
    println!("|---|---|---|---|---|");
    #[cfg(feature = "others")]
    let others = [
        ("UmaDB", row("UmaDB", others::uma(directory)?)),
        ("SQLite", row("SQLite", others::sqlite(directory)?)),
    ];
    #[cfg(not(feature = "others"))]
    let others: [(&str, f64); 0] = [];
    let ours = row("event log", ours(directory)?);
    println!();
    for (name, rate) in others {
        println!("event log ÷ {name} {:.2}", ours / rate);
    }
    println!();
    Ok(())
}

/// Prints how long each append took; returns appends per second.
fn row(name: &str, mut took: Vec<Duration>) -> f64 {
    took.sort();
    let at = |part: f64| {
        let place = ((took.len() as f64 * part) as usize).min(took.len() - 1);
        took[place].as_secs_f64() * 1e3
    };
    let rate = took.len() as f64 / TIME.as_secs_f64();
    println!(
        "| {name} | {rate:.0} | {:.2} | {:.2} | {:.2} |",
        at(0.5),
        at(0.99),
        at(0.999)
    );
    rate
}

/// A writer's own cases, so that revisions follow from its own appends.
fn sources() -> Vec<Source> {
    let one = |at: usize| Source::with_seed(300, at as u64 + 100);
    (0..WRITERS).map(one).collect()
}

fn next(source: &mut Source) -> Vec<Event> {
    source.commit(1)
}

fn runtime() -> Result<Runtime> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    Ok(builder.worker_threads(1).enable_time().build()?)
}

fn ours(directory: &Path) -> Result<Vec<Duration>> {
    let fresh = tempfile::tempdir_in(directory)?;
    let log = Ours::open(fresh.path())?.log;
    let loops = sources().into_iter().map(|mut source| {
        let log = log.clone();
        async move {
            let (mut took, begun) = (Vec::new(), Instant::now());
            while begun.elapsed() < TIME {
                let append = Ours::prepare(next(&mut source));
                let start = Instant::now();
                log.append(append).await?;
                took.push(start.elapsed());
            }
            anyhow::Ok(took)
        }
    });
    collect(&runtime()?, loops)
}

fn collect(
    runtime: &Runtime,
    loops: impl Iterator<Item = impl Future<Output = Result<Vec<Duration>>> + Send + 'static>,
) -> Result<Vec<Duration>> {
    let tasks: Vec<_> = loops.map(|one| runtime.spawn(one)).collect();
    let all = runtime.block_on(try_join_all(tasks))?;
    let all: Result<Vec<Vec<Duration>>> = all.into_iter().collect();
    Ok(all?.concat())
}
