//! The threads that read, for all logs of this process. Mostly they wait for the disk, so there may be more of them than
//! cores. A thread without work sleeps at once: one that looked for work for a while first, as a pool for computing
//! does, would take the processor from the services that wait for what was read.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;

use tokio::sync::oneshot;

/// Threads that read at the same time.
pub(crate) const READERS: usize = 12;

type Job = Box<dyn FnOnce() + Send>;

/// Does some work that may wait for the disk on one of the threads that read.
pub(crate) async fn on_reader<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let Some(jobs) = jobs() else {
        return work();
    };
    let (reply, answer) = oneshot::channel();
    let job = move || {
        // The caller may have been cancelled.
        let _ = reply.send(catch_unwind(AssertUnwindSafe(work)));
    };
    if let Err(mpsc::SendError(job)) = jobs.send(Box::new(job)) {
        job();
    }
    match answer.await {
        Ok(Ok(done)) => done,
        Ok(Err(panic)) => resume_unwind(panic),
        Err(_) => unreachable!("a reader thread answers, also when it panics"),
    }
}

/// Does the same work for each part, several at a time, and returns what came of them in their order. The caller takes
/// part, and waits only for parts that a thread has begun: so work that runs on a reader thread may call this too.
pub(crate) fn in_parallel<P, T>(
    parts: Vec<P>,
    work: impl Fn(P) -> T + Send + Sync + 'static,
) -> Vec<T>
where
    P: Send + 'static,
    T: Send + 'static,
{
    let count = parts.len();
    let work = Arc::new(work);
    let parts = Arc::new(Mutex::new(parts.into_iter().enumerate()));
    let (done, results) = mpsc::channel();
    for _ in 1..count.min(READERS) {
        let (work, parts, done) = (Arc::clone(&work), Arc::clone(&parts), done.clone());
        let job = move || work_off(&parts, work.as_ref(), &done);
        // Where no thread can be started, the caller does it all.
        let _ = jobs().map(|jobs| jobs.send(Box::new(job)));
    }
    work_off(&parts, work.as_ref(), &done);
    let mut results: Vec<(usize, thread::Result<T>)> = results.iter().take(count).collect();
    results.sort_unstable_by_key(|(number, _)| *number);
    let results = results.into_iter();
    results
        .map(|(_, result)| result.unwrap_or_else(|panic| resume_unwind(panic)))
        .collect()
}

/// Takes part after part until none is left.
fn work_off<P, T>(
    parts: &Mutex<impl Iterator<Item = (usize, P)>>,
    work: &(impl Fn(P) -> T + ?Sized),
    done: &Sender<(usize, thread::Result<T>)>,
) {
    loop {
        let next = parts.lock().unwrap_or_else(PoisonError::into_inner).next();
        let Some((number, part)) = next else {
            return;
        };
        let result = catch_unwind(AssertUnwindSafe(|| work(part)));
        // The caller waits until it has as many results as there were parts.
        let _ = done.send((number, result));
    }
}

/// Where the threads take their work from; `None` if they cannot be started.
fn jobs() -> Option<&'static Sender<Job>> {
    static JOBS: OnceLock<Option<Sender<Job>>> = OnceLock::new();
    JOBS.get_or_init(|| start().ok()).as_ref()
}

fn start() -> std::io::Result<Sender<Job>> {
    let (jobs, received) = mpsc::channel();
    let received = Arc::new(Mutex::new(received));
    for number in 0..READERS {
        let received = Arc::clone(&received);
        let name = format!("eventlog-reader-{number}");
        thread::Builder::new()
            .name(name)
            .spawn(move || run(&received))?;
    }
    Ok(jobs)
}

/// Does job after job. The lock is held while this thread waits for one, so that the next waits for the lock.
fn run(received: &Mutex<Receiver<Job>>) {
    loop {
        let job = received
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .recv();
        let Ok(job) = job else {
            return;
        };
        job();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_come_back_in_their_order_also_when_parts_are_divided_again() {
        let squares = in_parallel((0..100_u64).collect(), |number| {
            let again = in_parallel(vec![number; 30], |number| number * number);
            again.iter().sum::<u64>() / 30
        });
        assert_eq!(
            squares,
            (0..100).map(|number| number * number).collect::<Vec<_>>()
        );
        assert!(in_parallel(Vec::<u64>::new(), |number| number).is_empty());
    }

    #[test]
    fn a_panic_reaches_the_caller_and_the_threads_go_on() {
        for _ in 0..READERS * 2 {
            let failed = catch_unwind(|| {
                in_parallel(vec![1, 2, 3, 4], |number| {
                    assert!(number != 3, "the third part");
                    number
                })
            });
            assert!(failed.is_err());
        }
        assert_eq!(in_parallel(vec![1, 2], |number| number + 1), [2, 3]);
    }

    #[tokio::test]
    async fn work_on_a_reader_thread_answers_and_may_divide_its_work() {
        let sum = on_reader(|| in_parallel((1..=50_u64).collect(), |number| number)).await;
        assert_eq!(sum.iter().sum::<u64>(), 1_275);
    }
}
