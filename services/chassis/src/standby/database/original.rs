//! A database, as its standby asks for it.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::watch;
use tracing::warn;
use uuid::Uuid;

use super::{DatabaseSource, image::Image};
use crate::{
    lease::since_boot,
    runtime::in_place::in_place,
    standby::{
        copies::Copies,
        leader::{Original, POLL, Part},
        message::{Question, Refused},
    },
};

/// The least time between two images: what changes within it travels together.
const PACE: Duration = Duration::from_millis(40);

/// The database of a process that decides.
pub(crate) struct DatabaseOriginal {
    source: Arc<dyn DatabaseSource>,
    /// This run of the process: versions that another run has named say nothing here.
    run: Uuid,
    version: watch::Receiver<u64>,
    sent: Mutex<Sent>,
}

/// What was sent last.
#[derive(Default)]
struct Sent {
    image: Option<(u64, Image)>,
    /// What it was made of, and by which change.
    change: Option<(Option<u64>, Arc<Vec<u8>>)>,
    at: Option<Duration>,
}

impl DatabaseOriginal {
    pub(super) fn new(
        source: Arc<dyn DatabaseSource>,
        run: Uuid,
        version: watch::Receiver<u64>,
    ) -> Self {
        Self {
            source,
            run,
            version,
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
        let mut version = self.version.clone();
        if let Some(base) = base {
            let newer = version.wait_for(|version| *version > base);
            match tokio::time::timeout(POLL, newer).await {
                Ok(Ok(_)) => {}
                // Nothing is new, or the process ends.
                Ok(Err(_)) | Err(_) => return Ok(None),
            }
        }
        tokio::time::sleep(self.pause()).await;
        let made = in_place(|| self.make_change(base));
        made.map(Some).map_err(|error| {
            let error = format!("{error:#}");
            warn!(error, "the database cannot be read for the standby");
            Refused::Unsure
        })
    }

    fn pause(&self) -> Duration {
        let last = self.sent().at.unwrap_or_default();
        PACE.saturating_sub(since_boot().saturating_sub(last))
    }

    fn make_change(&self, base: Option<u64>) -> anyhow::Result<Arc<Vec<u8>>> {
        let now = self.source.image()?;
        let mut sent = self.sent();
        let before = sent.image.take();
        // A standby that has another version gets the whole.
        let before = before.filter(|(version, _)| Some(*version) == base);
        let before = before.map_or_else(Image::default, |(_, image)| image);
        let (image, change) = before.change_to(now.bytes, now.version);
        let change = Arc::new(change.to_bytes());
        *sent = Sent {
            image: Some((now.version, image)),
            change: Some((base, Arc::clone(&change))),
            at: Some(since_boot()),
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
        *self.version.borrow()
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
                // One that has nothing of this run follows once it has all of it.
                if let Some(version) = base {
                    copies.note_asked(standby, version, self.count());
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
