//! Reads the registry's log, and puts the next directory in the place of the one before.

use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use onestop_chassis::{client::Client, clock::SystemClock, queues::Queues, shutdown::Shutdown};
use onestop_directory::Directory;
use onestop_proto::query::{LogPage, LogQuery};
use tracing::{debug, info, warn};

use crate::{
    CurrentDirectory,
    followed_log::{FollowedLog, registry_log},
    followed_log_file::{FollowedLogFile, Placement},
};

/// How often a service polls the registry for new events.
const EVERY: Duration = Duration::from_secs(1);
/// How old the moment on the disk may become, in seconds.
const KEPT_EVERY: f64 = 60.0;
/// Events asked for at a time.
const PAGE: u32 = 512;
/// How often in a row it may be silent before it is asked less often.
const PATIENT: u32 = 5;
/// How often the pause is doubled, at most.
const MOST_DOUBLINGS: u32 = 5;

pub(crate) struct Follower {
    pub(crate) client: Client,
    /// The directory by its files alone.
    pub(crate) files: Directory,
    pub(crate) current: CurrentDirectory,
    pub(crate) followed: FollowedLog,
    pub(crate) file: FollowedLogFile,
    pub(crate) queues: Queues,
}

impl Follower {
    /// Follows until the shutdown. While the registry does not answer, what was last heard holds.
    pub(crate) async fn run(mut self, shutdown: Shutdown) -> anyhow::Result<()> {
        let mut failures = 0_u32;
        loop {
            let Some(caught_up) = shutdown.run_until_requested(self.catch_up()).await else {
                return Ok(());
            };
            failures = self.note(caught_up, failures);
            let pause = tokio::time::sleep(pause_after(failures));
            if shutdown.run_until_requested(pause).await.is_none() {
                return Ok(());
            }
        }
    }

    /// Tells once that the registry cannot be followed, and once that it is again. Returns how often in a row it was not.
    fn note(&self, caught_up: anyhow::Result<()>, failures: u32) -> u32 {
        let next = self.followed.next();
        match caught_up {
            Ok(()) => {
                self.queues.note_registry(Instant::now());
                self.note_heard();
                if failures > 0 {
                    info!(next, "the registry is followed again");
                }
                0
            }
            Err(error) => {
                let error = format!("{error:#}");
                if failures == 0 {
                    warn!(
                        error,
                        next,
                        "the registry cannot be followed: the directory stays as it was last heard"
                    );
                } else {
                    debug!(error, next, "the registry cannot be followed");
                }
                failures.saturating_add(1)
            }
        }
    }

    /// Keeps the moment for what is started while the registry does not answer, now and then.
    fn note_heard(&self) {
        let now = SystemClock.now();
        self.current.note_heard(now);
        let kept = self.file.heard_at();
        if kept.is_none_or(|kept| now.seconds_since(kept).abs() >= KEPT_EVERY) {
            // On a full disk it stays the earlier moment, which is true as well.
            let _ = self.file.note_heard(now);
        }
    }

    /// Takes in everything that is new.
    async fn catch_up(&mut self) -> anyhow::Result<()> {
        let mut page = self.page(&self.followed).await?;
        // Nothing is copied where nothing is new, which is nearly always.
        if page.events.is_empty() && self.followed.continues_in(&page) {
            return Ok(());
        }
        let (mut followed, mut lines) = (self.followed.clone(), Vec::new());
        let mut placement = Placement::Behind;
        loop {
            if followed.continues_in(&page) {
                for event in &page.events {
                    followed.take_in(event)?;
                    serde_json::to_writer(&mut lines, event)?;
                    lines.push(b'\n');
                }
                if page.events.is_empty() || followed.next() >= page.head {
                    break;
                }
            } else {
                if placement == Placement::Instead {
                    bail!("the registry's log changed while it was read");
                }
                warn!(epoch = %page.epoch, "the registry has another log than before: it is read from its beginning");
                (followed, placement) = (FollowedLog::default(), Placement::Instead);
                lines.clear();
            }
            page = self.page(&followed).await?;
        }
        let directory = self.files.with_changes(followed.changes().clone());
        info!(
            version = directory.version(),
            "the registry has recorded changes"
        );
        // It holds even where it cannot be written down, as on a full disk: then it is read again.
        self.current.set(directory);
        let file = self.file.clone();
        let written = tokio::task::spawn_blocking(move || file.write(&lines, placement)).await?;
        written.with_context(|| format!("cannot write {}", self.file.path().display()))?;
        self.followed = followed;
        Ok(())
    }

    async fn page(&self, followed: &FollowedLog) -> anyhow::Result<LogPage> {
        let query = LogQuery {
            from: followed.next(),
            limit: PAGE,
        };
        let log = registry_log();
        let asked = self.client.ask_instance(&log, followed.last(), &query);
        Ok(asked.await?)
    }
}

/// A registry that has not answered for a while is asked less often: there may be none.
fn pause_after(failures: u32) -> Duration {
    EVERY * 2_u32.pow(failures.saturating_sub(PATIENT).min(MOST_DOUBLINGS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_registry_that_stays_silent_is_asked_less_often() {
        let pauses = [0, 1, 5, 6, 7, 10, 1_000].map(|failures| pause_after(failures).as_secs());
        assert_eq!(pauses, [1, 1, 1, 2, 4, 32, 32]);
    }
}
