//! Threads that hash passwords. A hash takes 19 MiB and all of a core: there are half as many threads as cores, and few
//! waiting places, counted before anything is hashed. Strangers have half of the places, browsers in which an account has
//! signed in before have all of them.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
};

use anyhow::Context;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

/// Waiting places for each thread: some seconds of work.
const PLACES: usize = 128;

type Job = Box<dyn FnOnce() + Send>;

pub(crate) struct HashingThreads {
    jobs: mpsc::Sender<Job>,
    places: Arc<Semaphore>,
    places_of_strangers: Arc<Semaphore>,
}

/// Whose hash it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Priority {
    /// A user who is signed in, or whose browser has been signed in before.
    Known,
    Stranger,
}

/// All waiting places are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Busy;

/// A place, until the job has ended.
type Place = (OwnedSemaphorePermit, Option<OwnedSemaphorePermit>);

impl HashingThreads {
    /// Starts threads on half of the cores, one at least.
    ///
    /// # Errors
    /// If the system starts no thread.
    pub(crate) fn start() -> anyhow::Result<Self> {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        Self::with_threads((cores / 2).max(1))
    }

    fn with_threads(threads: usize) -> anyhow::Result<Self> {
        let (jobs, queue) = mpsc::channel::<Job>();
        let queue = Arc::new(Mutex::new(queue));
        for _ in 0..threads {
            let queue = Arc::clone(&queue);
            let thread = thread::Builder::new().name("hashing".to_owned());
            let started = thread.spawn(move || {
                while let Some(job) = next(&queue) {
                    // The caller of a job that panicked gets an error; the thread goes on.
                    let _ = catch_unwind(AssertUnwindSafe(job));
                }
            });
            started.context("a thread that hashes passwords cannot be started")?;
        }
        Ok(Self {
            jobs,
            places: Arc::new(Semaphore::new(threads * PLACES)),
            places_of_strangers: Arc::new(Semaphore::new(threads * PLACES / 2)),
        })
    }

    /// Runs a job on one of the threads.
    ///
    /// # Errors
    /// If the job panicked. `Busy` is returned if there is no waiting place; nothing was hashed then.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        priority: Priority,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> anyhow::Result<Result<T, Busy>> {
        let Ok(place) = self.place(priority) else {
            return Ok(Err(Busy));
        };
        let (answer, answered) = oneshot::channel();
        let job = Box::new(move || {
            // The caller is gone where its client is.
            if !answer.is_closed() {
                let _ = answer.send(job());
            }
            drop(place);
        });
        let sent = self.jobs.send(job);
        sent.map_err(|_| anyhow::anyhow!("no thread hashes passwords"))?;
        let result = answered.await;
        result.map(Ok).context("hashing a password failed")
    }

    fn place(&self, priority: Priority) -> Result<Place, Busy> {
        let take = |places: &Arc<Semaphore>| Arc::clone(places).try_acquire_owned();
        let stranger = match priority {
            Priority::Known => None,
            Priority::Stranger => Some(take(&self.places_of_strangers).map_err(|_| Busy)?),
        };
        let place = take(&self.places).map_err(|_| Busy)?;
        Ok((place, stranger))
    }
}

/// The next job; none once every sender is gone.
fn next(queue: &Mutex<mpsc::Receiver<Job>>) -> Option<Job> {
    let queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
    queue.recv().ok()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn a_burst_is_refused_beyond_its_places_and_hashed_one_by_one() {
        let threads = Arc::new(HashingThreads::with_threads(1).unwrap());
        let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (release, released) = mpsc::channel::<()>();
        let released = Arc::new(Mutex::new(released));
        let job = || {
            let (running, most) = (Arc::clone(&running), Arc::clone(&most));
            let released = Arc::clone(&released);
            move || {
                let now = running.fetch_add(1, Ordering::SeqCst) + 1;
                most.fetch_max(now, Ordering::SeqCst);
                // Ends with the sender.
                let _ = released.lock().unwrap().recv();
                running.fetch_sub(1, Ordering::SeqCst);
            }
        };
        let burst =
            futures::future::join_all((0..500).map(|_| threads.run(Priority::Stranger, job())));
        let meanwhile = async {
            tokio::task::yield_now().await;
            // A known browser still has a place.
            let known = threads.place(Priority::Known).is_ok();
            drop(release);
            known
        };
        let (burst, known) = tokio::join!(burst, meanwhile);
        assert!(known);
        let hashed = burst.iter().filter(|one| one.as_ref().unwrap().is_ok());
        assert_eq!(hashed.count(), PLACES / 2);
        assert_eq!(most.load(Ordering::SeqCst), 1);
        // All places are free again.
        assert_eq!(threads.run(Priority::Stranger, || 7).await.unwrap(), Ok(7));
    }

    #[tokio::test]
    async fn a_job_that_panics_is_an_error_and_the_threads_go_on() {
        let threads = HashingThreads::with_threads(2).unwrap();
        for _ in 0..3 * PLACES {
            let failed = threads.run(Priority::Known, || -> u32 { panic!("a test") });
            assert!(failed.await.is_err());
        }
        assert_eq!(threads.run(Priority::Known, || 7).await.unwrap(), Ok(7));
    }
}
