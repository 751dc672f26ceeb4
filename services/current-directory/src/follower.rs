//! Reads the registry's log, and puts the next directory in the place of the one before.

use std::time::Duration;

use anyhow::{Context as _, bail};
use onestop_chassis::{client::Client, shutdown::Shutdown};
use onestop_directory::Directory;
use onestop_proto::query::{LogPage, LogQuery};
use tracing::{debug, info, warn};

use crate::{
    CurrentDirectory,
    followed_log::{FollowedLog, registry_log},
    followed_log_file::{FollowedLogFile, Placement},
};

/// How often the registry is asked for what is new.
const EVERY: Duration = Duration::from_secs(1);
/// Events asked for at a time.
const PAGE: u32 = 512;

pub(crate) struct Follower {
    pub(crate) client: Client,
    /// The directory by its files alone.
    pub(crate) files: Directory,
    pub(crate) current: CurrentDirectory,
    pub(crate) followed: FollowedLog,
    pub(crate) file: FollowedLogFile,
}

/// Whether the registry answered when it was last asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Contact {
    Unknown,
    Answers,
    Silent,
}

impl Follower {
    /// Follows until the shutdown. While the registry does not answer, what was last heard holds.
    pub(crate) async fn run(mut self, shutdown: Shutdown) -> anyhow::Result<()> {
        let mut contact = Contact::Unknown;
        loop {
            let Some(caught_up) = shutdown.run_until_requested(self.catch_up()).await else {
                return Ok(());
            };
            contact = match (caught_up, contact) {
                (Ok(()), Contact::Silent) => {
                    info!(next = self.followed.next(), "the registry answers again");
                    Contact::Answers
                }
                (Ok(()), Contact::Unknown | Contact::Answers) => Contact::Answers,
                (Err(error), Contact::Silent) => {
                    debug!(error = format!("{error:#}"), "the registry is not heard");
                    Contact::Silent
                }
                (Err(error), Contact::Unknown | Contact::Answers) => {
                    let (next, version) = (
                        self.followed.next(),
                        self.current.get().version().to_owned(),
                    );
                    warn!(
                        error = format!("{error:#}"),
                        next,
                        version,
                        "the registry is not heard: the directory stays as it was last heard"
                    );
                    Contact::Silent
                }
            };
            let waited = shutdown.run_until_requested(tokio::time::sleep(EVERY));
            if waited.await.is_none() {
                return Ok(());
            }
        }
    }

    /// Takes in everything that is new.
    async fn catch_up(&mut self) -> anyhow::Result<()> {
        let (mut followed, mut lines) = (self.followed.clone(), Vec::new());
        let mut placement = Placement::Behind;
        loop {
            let page = self.page(&followed).await?;
            if !followed.continues_in(&page) {
                if placement == Placement::Instead {
                    bail!("the registry's log changed while it was read");
                }
                warn!(epoch = %page.epoch, "the registry has another log than before: it is read from its beginning");
                (followed, placement) = (FollowedLog::default(), Placement::Instead);
                lines.clear();
                continue;
            }
            for event in &page.events {
                followed.take_in(event)?;
                serde_json::to_writer(&mut lines, event)?;
                lines.push(b'\n');
            }
            if page.events.is_empty() || followed.next() >= page.head {
                break;
            }
        }
        if lines.is_empty() && placement == Placement::Behind {
            return Ok(());
        }
        let file = self.file.clone();
        let written = tokio::task::spawn_blocking(move || file.write(&lines, placement)).await?;
        written.with_context(|| format!("cannot write {}", self.file.path().display()))?;
        let directory = self.files.with_changes(followed.changes().clone());
        info!(
            version = directory.version(),
            "the registry has recorded changes"
        );
        self.current.set(directory);
        self.followed = followed;
        Ok(())
    }

    async fn page(&self, followed: &FollowedLog) -> anyhow::Result<LogPage> {
        let query = LogQuery {
            from: followed.next(),
            limit: PAGE,
        };
        let asked = self
            .client
            .ask_instance(&registry_log(), followed.last(), &query);
        Ok(asked.await?)
    }
}
