//! Read-only connections to a projection's file, each used by one reader at a time. Readers wait for the disk, and for
//! each other: never on a thread that other tasks of the runtime need.

use std::{
    path::PathBuf,
    sync::{
        Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use rusqlite::Connection;
use tokio::sync::Notify;

use super::{ProjectionError, file};

/// So many read at a time, and so many connections are kept open.
const READERS: usize = 8;

pub(super) struct Connections {
    path: PathBuf,
    idle: Mutex<Vec<(u64, Connection)>>,
    /// How many more may read now.
    free: Mutex<usize>,
    /// Notified when one has read.
    freed: Condvar,
    /// Counts files: a connection to a removed file is not used again.
    generation: AtomicU64,
    /// Whether the rows are those of the whole log, but for what was appended just now.
    is_whole: AtomicBool,
    /// Notified when a read finds the file damaged.
    damaged: Notify,
}

impl Connections {
    pub(super) fn new(path: PathBuf) -> Self {
        Self {
            path,
            idle: Mutex::default(),
            free: Mutex::new(READERS),
            freed: Condvar::new(),
            generation: AtomicU64::new(0),
            is_whole: AtomicBool::new(false),
            damaged: Notify::new(),
        }
    }

    /// Runs a query in one snapshot of the file, on a thread that may wait.
    pub(super) fn read<T>(
        &self,
        query: impl FnOnce(&Connection) -> Result<T, ProjectionError>,
    ) -> Result<T, ProjectionError> {
        if !self.is_whole.load(Ordering::Acquire) {
            return Err(ProjectionError::Rebuilding);
        }
        let turn = self.turn();
        let answer = self.run(query);
        drop(turn);
        if answer.as_ref().is_err_and(ProjectionError::is_damage) {
            self.damaged.notify_one();
        }
        answer
    }

    fn run<T>(
        &self,
        query: impl FnOnce(&Connection) -> Result<T, ProjectionError>,
    ) -> Result<T, ProjectionError> {
        let (generation, mut connection) = self.take()?;
        let transaction = connection.transaction()?;
        let answer = query(&transaction)?;
        transaction.finish()?;
        let mut idle = self.idle();
        if generation == self.generation.load(Ordering::Acquire) && idle.len() < READERS {
            idle.push((generation, connection));
        }
        Ok(answer)
    }

    fn take(&self) -> Result<(u64, Connection), ProjectionError> {
        let generation = self.generation.load(Ordering::Acquire);
        let idle = self.idle().pop();
        match idle.filter(|(of, _)| *of == generation) {
            Some(idle) => Ok(idle),
            None => Ok((generation, file::open_read_only(&self.path)?)),
        }
    }

    /// Lets readers in: the rows are those of the whole log.
    pub(super) fn open(&self) {
        self.is_whole.store(true, Ordering::Release);
    }

    /// Keeps readers out, and discards their connections: the file is about to be made anew.
    pub(super) fn close(&self) {
        self.is_whole.store(false, Ordering::Release);
        self.generation.fetch_add(1, Ordering::AcqRel);
        self.idle().clear();
    }

    /// Waits until a read finds the file damaged.
    pub(super) async fn damaged(&self) {
        self.damaged.notified().await;
    }

    /// Waits for one of the places of readers.
    fn turn(&self) -> Turn<'_> {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.freed.wait_while(free, |free| *free == 0);
        *waited.unwrap_or_else(PoisonError::into_inner) -= 1;
        Turn(self)
    }

    fn idle(&self) -> MutexGuard<'_, Vec<(u64, Connection)>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A reader's place, given back when it is dropped.
struct Turn<'a>(&'a Connections);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let free = self.0.free.lock();
        *free.unwrap_or_else(PoisonError::into_inner) += 1;
        self.0.freed.notify_one();
    }
}
