//! The present directory: its files, and what the registry has recorded since.
#![cfg_attr(doctest, doc = include_str!("../README.md"))]

mod followed_log;
mod followed_log_file;
mod follower;

use std::{
    sync::{Arc, PoisonError, RwLock, RwLockWriteGuard},
    time::Instant,
};

use anyhow::Context as _;
use onestop_chassis::{client::Client, queues::Queues, settings::Settings, supervisor::Supervisor};
use onestop_directory::{Directory, Origin};
use onestop_proto::time::Timestamp;

use self::{followed_log_file::FollowedLogFile, follower::Follower};

/// A handle to the present directory. Clones share it.
#[derive(Debug, Clone)]
pub struct CurrentDirectory(Arc<RwLock<Present>>);

#[derive(Debug)]
struct Present {
    directory: Arc<Directory>,
    /// When the registry last said that this is all.
    heard: Option<Timestamp>,
}

impl From<Directory> for CurrentDirectory {
    /// A directory that hears nothing.
    fn from(directory: Directory) -> Self {
        Arc::new(directory).into()
    }
}

impl From<Arc<Directory>> for CurrentDirectory {
    /// A directory that hears nothing.
    fn from(directory: Arc<Directory>) -> Self {
        let heard = None;
        Self(Arc::new(RwLock::new(Present { directory, heard })))
    }
}

impl CurrentDirectory {
    /// Loads the directory's files and what the service `name` has heard of the registry before, and starts to follow the
    /// registry. How long it has not answered is noted in `queues`.
    ///
    /// # Errors
    /// If the files are not valid, or what was heard cannot be read.
    pub fn follow(
        settings: &Settings,
        name: &str,
        client: Client,
        queues: &Queues,
        supervisor: &mut Supervisor,
    ) -> anyhow::Result<Self> {
        let files = Directory::load_shared(&Origin::from(settings.directory.clone()))?;
        let file = FollowedLogFile::new(&settings.data.join(name));
        let heard = file.heard_at();
        let followed = file
            .read()
            .with_context(|| format!("cannot read {}", file.path().display()))?;
        let current = Self::from(files.with_changes(followed.changes().clone()));
        current.write().heard = heard;
        let follower = Follower {
            client,
            files,
            current: current.clone(),
            followed,
            file,
            queues: queues.clone(),
        };
        queues.note_registry(Instant::now());
        let followed = follower.run(supervisor.shutdown());
        supervisor.spawn("registry", followed);
        Ok(current)
    }

    /// The present directory. A decision takes it once.
    pub fn get(&self) -> Arc<Directory> {
        let present = self.0.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&present.directory)
    }

    /// Puts another directory in the place of the present one: every clone of the handle gives that from now on.
    pub fn set(&self, directory: Directory) {
        self.write().directory = Arc::new(directory);
    }

    /// When the registry last answered that this is all; not known where it has never been followed.
    pub fn heard_at(&self) -> Option<Timestamp> {
        let present = self.0.read().unwrap_or_else(PoisonError::into_inner);
        present.heard
    }

    fn note_heard(&self, at: Timestamp) {
        self.write().heard = Some(at);
    }

    fn write(&self) -> RwLockWriteGuard<'_, Present> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}
