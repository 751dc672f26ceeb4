//! The real workload: many writers, one event each, the next one when the last is durable.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use futures::future::try_join_all;
use tokio::runtime::Runtime;
use tokio::sync::{mpsc, oneshot, watch};
use umadb_core::writer_thread_blocking::writer_thread_blocking;
use umadb_core::writer_thread_request::WriterThreadRequest;

use crate::events::{Event, Source};
use crate::peers::{Ours, Peer, Sqlite, Uma};

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
    let rates = [
        row("UmaDB", uma(directory)?),
        row("SQLite", sqlite(directory)?),
        row("event log", ours(directory)?),
    ];
    println!();
    let [uma, sqlite, ours] = rates;
    println!(
        "event log ÷ UmaDB {:.2}, ÷ SQLite {:.2}",
        ours / uma,
        ours / sqlite
    );
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

fn uma(directory: &Path) -> Result<Vec<Duration>> {
    let fresh = tempfile::tempdir_in(directory)?;
    let storage = Uma::storage(fresh.path())?;
    let (requests, queue) = mpsc::channel(1_024);
    let (head, _) = watch::channel(None);
    let thread = std::thread::spawn(move || writer_thread_blocking(storage, queue, head, 4_096));
    let loops = sources().into_iter().map(|mut source| {
        let requests = requests.clone();
        async move {
            let (mut took, begun) = (Vec::new(), Instant::now());
            while begun.elapsed() < TIME {
                let events = Uma::prepare(next(&mut source));
                let (response_tx, response) = oneshot::channel();
                let start = Instant::now();
                let request = WriterThreadRequest::Append {
                    events,
                    condition: None,
                    tracking_info: None,
                    response_tx,
                    cancel: None,
                };
                requests
                    .send(request)
                    .await
                    .ok()
                    .context("UmaDB's writer has gone")?;
                response.await??;
                took.push(start.elapsed());
            }
            anyhow::Ok(took)
        }
    });
    let took = collect(&runtime()?, loops)?;
    drop(requests);
    let _ = thread.join();
    Ok(took)
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

/// SQLite has one writer at a time: the threads take turns.
fn sqlite(directory: &Path) -> Result<Vec<Duration>> {
    let fresh = tempfile::tempdir_in(directory)?;
    let sqlite = Arc::new(Mutex::new(Sqlite::open(fresh.path())?));
    let threads = sources().into_iter().map(|mut source| {
        let sqlite = Arc::clone(&sqlite);
        std::thread::spawn(move || {
            let (mut took, begun) = (Vec::new(), Instant::now());
            while begun.elapsed() < TIME {
                let events = next(&mut source);
                let start = Instant::now();
                let mut sqlite = sqlite.lock().unwrap_or_else(PoisonError::into_inner);
                sqlite.append(events)?;
                drop(sqlite);
                took.push(start.elapsed());
            }
            anyhow::Ok(took)
        })
    });
    let threads: Vec<_> = threads.collect();
    let mut took = Vec::new();
    for thread in threads {
        took.extend(thread.join().ok().context("a writer panicked")??);
    }
    Ok(took)
}
