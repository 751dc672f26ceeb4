//! Read-only connections to a projection's file, each used by one reader at a time.

use std::{
    path::PathBuf,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use rusqlite::Connection;
use tokio::sync::Notify;

use super::{ProjectionError, file};

/// So many are kept open.
const IDLE: usize = 8;

pub(super) struct Connections {
    path: PathBuf,
    idle: Mutex<Vec<(u64, Connection)>>,
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
            generation: AtomicU64::new(0),
            is_whole: AtomicBool::new(false),
            damaged: Notify::new(),
        }
    }

    /// Runs a query in one snapshot of the file.
    pub(super) fn read<T>(
        &self,
        query: impl FnOnce(&Connection) -> Result<T, ProjectionError>,
    ) -> Result<T, ProjectionError> {
        if !self.is_whole.load(Ordering::Acquire) {
            return Err(ProjectionError::Rebuilding);
        }
        let answer = self.run(query);
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
        if generation == self.generation.load(Ordering::Acquire) && idle.len() < IDLE {
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

    fn idle(&self) -> MutexGuard<'_, Vec<(u64, Connection)>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
