//! A database, as its standby asks for it.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::watch;
use tracing::warn;
use uuid::Uuid;

use super::{DatabaseSource, DatabaseVersion, image::Image};
use crate::{
    lease::since_boot,
    runtime::in_place::in_place,
    shutdown::Shutdown,
    standby::{
        copies::{Copies, Noted},
        leader::{Original, POLL, Part},
        message::{Question, Refused},
    },
};

/// The least time between two images: what changes within it travels together.
const PACE: Duration = Duration::from_millis(40);
/// The same where no answer waits for what has changed, such as when a session was last used: with a thousand people at work
/// something always has, and each image reads the whole database.
const QUIET_PACE: Duration = Duration::from_secs(1);
/// Images for which no answer waits take at most one part in so many of the time.
const SHARE: u32 = 20;
/// However large the database is, a change travels after so long.
const LONGEST_PACE: Duration = Duration::from_secs(30);

/// The database of a process that decides.
pub(crate) struct DatabaseOriginal {
    source: Arc<dyn DatabaseSource>,
    /// This run of the process: versions that another run has named say nothing here.
    run: Uuid,
    version: watch::Receiver<DatabaseVersion>,
    /// Of the process: the standby that takes over waits for what is left.
    service: Shutdown,
    sent: Mutex<Sent>,
}

/// What was sent last.
#[derive(Default)]
struct Sent {
    image: Option<(u64, Image)>,
    /// What it was made of, and by which change.
    change: Option<(Option<u64>, Arc<Vec<u8>>)>,
    made: Option<Made>,
}

/// When the last image was made, and how long that took.
#[derive(Debug, Clone, Copy)]
struct Made {
    at: Duration,
    took: Duration,
}

/// Whether an image is to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Due {
    Yes,
    /// The process ends.
    Never,
}

/// Whether an answer waits until a change is at the standby.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Urgency {
    Awaited,
    Quiet,
}

/// How long after the last image the next one is made.
fn pace(urgency: Urgency, took: Duration) -> Duration {
    match urgency {
        Urgency::Awaited => PACE,
        Urgency::Quiet => QUIET_PACE.max(took.saturating_mul(SHARE)).min(LONGEST_PACE),
    }
}

impl DatabaseOriginal {
    pub(super) fn new(
        source: Arc<dyn DatabaseSource>,
        run: Uuid,
        version: watch::Receiver<DatabaseVersion>,
        service: Shutdown,
    ) -> Self {
        Self {
            source,
            run,
            version,
            service,
            sent: Mutex::default(),
        }
    }

    /// A part of what comes after a version, or of the whole. Waits a while for something new.
    async fn blocks(&self, base: Option<u64>, received: u64, most: usize) -> Result<Part, Refused> {
        // A standby that asks for it once more has not taken it.
        let change = match self.change_of(base) {
            Some(change) => Some(change),
            // What it received is a part of another change.
            None if received > 0 => None,
            None => self.change_after(base).await?,
        };
        Ok(change.map_or_else(Part::default, |change| Part::of(&change, received, most)))
    }

    async fn change_after(&self, base: Option<u64>) -> Result<Option<Arc<Vec<u8>>>, Refused> {
        match base {
            Some(base) => match tokio::time::timeout(POLL, self.is_due(base)).await {
                Ok(Due::Yes) => {}
                // Nothing is new, or the process ends.
                Ok(Due::Never) | Err(_) => return Ok(None),
            },
            None => tokio::time::sleep(self.pause(Urgency::Awaited)).await,
        }
        let made = in_place(|| self.make_change(base));
        made.map(Some).map_err(|error| {
            let error = format!("{error:#}");
            warn!(error, "the database cannot be read for the standby");
            Refused::Unsure
        })
    }

    /// Waits until there is something newer, and its time has come.
    async fn is_due(&self, base: u64) -> Due {
        let mut version = self.version.clone();
        loop {
            let known = *version.borrow_and_update();
            let pause = (known.newest > base).then(|| self.pause(self.urgency(known, base)));
            let changed = match pause {
                Some(pause) => match tokio::time::timeout(pause, version.changed()).await {
                    Ok(changed) => changed,
                    Err(_) => return Due::Yes,
                },
                None => version.changed().await,
            };
            if changed.is_err() {
                return Due::Never;
            }
        }
    }

    fn urgency(&self, known: DatabaseVersion, base: u64) -> Urgency {
        if known.awaited > base || self.service.is_requested() {
            Urgency::Awaited
        } else {
            Urgency::Quiet
        }
    }

    /// What is left of the pause after the last image.
    fn pause(&self, urgency: Urgency) -> Duration {
        let Some(Made { at, took }) = self.sent().made else {
            return Duration::ZERO;
        };
        pace(urgency, took).saturating_sub(since_boot().saturating_sub(at))
    }

    fn make_change(&self, base: Option<u64>) -> anyhow::Result<Arc<Vec<u8>>> {
        let began = since_boot();
        let now = self.source.image()?;
        let mut sent = self.sent();
        let before = sent.image.take();
        // A standby that has another version gets the whole.
        let before = before.filter(|(version, _)| Some(*version) == base);
        let before = before.map_or_else(Image::default, |(_, image)| image);
        let (image, change) = before.change_to(now.bytes, now.version);
        let change = Arc::new(change.to_bytes());
        let at = since_boot();
        let took = at.saturating_sub(began);
        *sent = Sent {
            image: Some((now.version, image)),
            change: Some((base, Arc::clone(&change))),
            made: Some(Made { at, took }),
        };
        Ok(change)
    }

    fn change_of(&self, base: Option<u64>) -> Option<Arc<Vec<u8>>> {
        let sent = self.sent();
        let (of, change) = sent.change.as_ref()?;
        (*of == base).then(|| Arc::clone(change))
    }

    fn sent(&self) -> MutexGuard<'_, Sent> {
        let sent = self.sent.lock();
        sent.unwrap_or_else(PoisonError::into_inner)
    }
}

impl Original for DatabaseOriginal {
    fn epoch(&self) -> Uuid {
        self.run
    }

    fn count(&self) -> u64 {
        self.version.borrow().newest
    }

    fn key(&self) -> &str {
        self.source.key()
    }

    async fn answer(
        &self,
        question: Question,
        copies: &Copies,
        most: usize,
    ) -> Result<Part, Refused> {
        match question {
            Question::Blocks {
                standby,
                received,
                run,
                version,
            } => {
                let base = (run == self.run).then_some(version);
                // One that has nothing of this run follows once it has all for which answers wait.
                let awaited = self.version.borrow().awaited;
                if let Some(version) = base
                    && copies.note_asked(standby, version, awaited) == Noted::Begins
                {
                    return Ok(Part::default());
                }
                self.blocks(base, received, most).await
            }
            Question::Hello
            | Question::Changes { .. }
            | Question::File { .. }
            | Question::Switch => Ok(Part::default()),
        }
    }
}

#[cfg(test)]
mod tests;
