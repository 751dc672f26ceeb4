//! The one thread that writes keys. It takes a change, then all that wait behind it, makes them durable together, and
//! answers each.

use std::{
    io,
    sync::{Arc, mpsc},
    thread::{self, JoinHandle},
};

use onestop_proto::ids::CaseId;
use tokio::sync::oneshot;

use super::{Change, Group, KeyringError, Slabs, Stored, group::CommitError};

/// Changes that become durable together at most.
const MOST_CHANGES: usize = 512;

type Answer = Result<Stored, KeyringError>;

/// A change, and who waits for it.
struct Job {
    change: Change,
    reply: Box<dyn FnOnce(Answer) + Send>,
}

/// The handle to the thread, which ends when the handle is dropped.
#[derive(Debug)]
pub(in crate::keyring) struct Writer {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(in crate::keyring) fn start(slabs: Slabs) -> io::Result<Self> {
        let (jobs, waiting) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("keyring-writer".to_owned())
            .spawn(move || serve(&slabs, &waiting))?;
        Ok(Self {
            jobs: Some(jobs),
            thread: Some(thread),
        })
    }

    /// Makes a change durable, off the runtime's threads.
    pub(in crate::keyring) async fn write(&self, change: Change) -> Answer {
        let case = change.case();
        let (reply, answer) = oneshot::channel();
        // Who has gone away wants no answer.
        self.send(change, move |answer| drop(reply.send(answer)));
        answer.await.unwrap_or_else(|_| Err(stopped(case)))
    }

    /// Makes a change durable, and blocks the thread until it is.
    pub(in crate::keyring) fn write_blocking(&self, change: Change) -> Answer {
        let case = change.case();
        let (reply, answer) = mpsc::channel();
        self.send(change, move |answer| drop(reply.send(answer)));
        answer.recv().unwrap_or_else(|_| Err(stopped(case)))
    }

    /// A change that the thread does not take any more is dropped with its reply, which tells who waits for it.
    fn send(&self, change: Change, reply: impl FnOnce(Answer) + Send + 'static) {
        let reply = Box::new(reply);
        if let Some(jobs) = &self.jobs {
            drop(jobs.send(Job { change, reply }));
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // A panic of the thread was printed when it happened.
            drop(thread.join());
        }
    }
}

fn stopped(case: CaseId) -> KeyringError {
    KeyringError::Stopped { case }
}

fn serve(slabs: &Slabs, waiting: &mpsc::Receiver<Job>) {
    let mut held = None;
    let mut broken: Option<Arc<KeyringError>> = None;
    while let Some(first) = held.take().or_else(|| waiting.recv().ok()) {
        let (group, replies, next) = collect(first, waiting);
        held = next;
        let done = match &broken {
            Some(error) => Err(Arc::clone(error)),
            None => slabs.commit(&group).map_err(|failed| match failed {
                CommitError::NoRoom(error) => Arc::new(error),
                CommitError::Unknown(source) => {
                    let source = Box::new(source);
                    let failed = KeyringError::Unconfirmed { source };
                    let failed = Arc::new(failed);
                    broken = Some(Arc::clone(&failed));
                    failed
                }
            }),
        };
        match done {
            Ok(answers) => {
                for (reply, answer) in replies.into_iter().zip(answers) {
                    reply(answer);
                }
            }
            Err(error) => {
                for reply in replies {
                    reply(Err(KeyringError::Shared(Arc::clone(&error))));
                }
            }
        }
    }
}

type Replies = Vec<Box<dyn FnOnce(Answer) + Send>>;

/// The changes that go together: those that wait, up to one of a case that the group has already.
fn collect(first: Job, waiting: &mpsc::Receiver<Job>) -> (Group, Replies, Option<Job>) {
    let (mut group, mut replies) = (Group::default(), Replies::new());
    let mut next = Some(first);
    while let Some(job) = next {
        if group.touches(&job.change) || group.len() >= MOST_CHANGES {
            return (group, replies, Some(job));
        }
        group.add(job.change);
        replies.push(job.reply);
        next = waiting.try_recv().ok();
    }
    (group, replies, None)
}
