//! The same with the other engines.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use tokio::sync::{mpsc, oneshot, watch};
use umadb_core::writer_thread_blocking::writer_thread_blocking;
use umadb_core::writer_thread_request::WriterThreadRequest;

use super::{TIME, collect, next, runtime, sources};
use crate::others::{Sqlite, Uma};
use crate::peers::Peer;

pub(super) fn uma(directory: &Path) -> Result<Vec<Duration>> {
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

/// SQLite has one writer at a time: the threads take turns.
pub(super) fn sqlite(directory: &Path) -> Result<Vec<Duration>> {
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
