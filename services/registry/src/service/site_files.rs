//! The files of sites of a service that runs: on the disk, with the index that says which sites have which.

use std::{io, sync::Arc, time::Duration};

use onestop_chassis::{
    Failure, projection::Projection, settings::Settings, shutdown::Shutdown, store::Store,
    stored_files::remove_idle_uploads, supervisor::Supervisor,
};
use onestop_proto::{case::FileHash, ids::SiteId, registry::SERVICE};
use tokio::sync::RwLock;
use tracing::{info, warn};

use crate::evidence::{
    EvidenceFiles, FOLDER,
    index::{self, FileIndex},
};

/// How often the disk is compared with the log.
const PAUSE: Duration = Duration::from_secs(3_600);

/// The files of sites, and which sites have which.
pub(super) struct SiteFiles {
    pub(super) stored: Arc<EvidenceFiles>,
    index: Projection<FileIndex>,
    /// A command that adds a file shares it from before the file is in its place until the log names it; one that deletes a
    /// file has it alone.
    pub(super) changing: RwLock<()>,
}

impl SiteFiles {
    pub(super) fn start(
        store: &Store,
        settings: &Settings,
        supervisor: &mut Supervisor,
    ) -> anyhow::Result<Arc<Self>> {
        let folder = settings.data.join(SERVICE);
        let stored = Arc::new(EvidenceFiles::open(folder.join(FOLDER))?);
        let files = Arc::new(Self {
            stored: Arc::clone(&stored),
            index: Projection::follow(FileIndex, store, &folder, supervisor)?,
            changing: RwLock::default(),
        });
        let removing = move |now| stored.remove_idle_uploads(now);
        let clock = Arc::clone(store.clock());
        let uploads = remove_idle_uploads(clock, supervisor.shutdown(), removing);
        supervisor.spawn("uploads", uploads);
        let comparing = Arc::clone(&files).keep_compared(store.clone(), supervisor.shutdown());
        supervisor.spawn("site-files", comparing);
        Ok(files)
    }

    /// The sites that have a file, as the whole log says.
    ///
    /// # Errors
    /// If the index does not come so far in time, or cannot be read.
    pub(super) async fn sites_with(
        &self,
        hash: &FileHash,
        store: &Store,
    ) -> Result<Vec<SiteId>, Failure> {
        self.index.shows_all(store).await?;
        let hash = hash.clone();
        let found = self.index.query(move |rows| index::sites_with(rows, &hash));
        Ok(found.await?)
    }

    /// Deletes a file. What the disk refuses is deleted when the disk is compared with the log.
    pub(super) async fn delete(&self, hash: &FileHash) {
        let (stored, of_task) = (Arc::clone(&self.stored), hash.clone());
        let deleted = tokio::task::spawn_blocking(move || stored.delete(&of_task)).await;
        match deleted.map_err(io::Error::other).flatten() {
            Ok(()) => info!(file.hash = %hash, "a file that no site has any more is deleted"),
            Err(error) => warn!(file.hash = %hash, %error, "a file cannot be deleted"),
        }
    }

    /// Compares the disk with the log, at the start and from time to time: a process that was killed, and the standby's that
    /// takes over, may find files that no site has.
    async fn keep_compared(
        self: Arc<Self>,
        store: Store,
        shutdown: Shutdown,
    ) -> anyhow::Result<()> {
        let built = shutdown.run_until_requested(self.index.built()).await;
        let mut goes_on = built.is_some();
        while goes_on {
            match self.delete_unnamed(&store).await {
                Ok(0) => {}
                Ok(deleted) => info!(deleted, "files that no site has any more are deleted"),
                Err(failure) => {
                    let error = match failure {
                        Failure::Rejected(rejected) => rejected.message.en,
                        Failure::Internal(error) => format!("{error:#}"),
                    };
                    warn!(error, "the files of sites cannot be compared with the log");
                }
            }
            let paused = shutdown
                .run_until_requested(tokio::time::sleep(PAUSE))
                .await;
            goes_on = paused.is_some();
        }
        Ok(())
    }

    async fn delete_unnamed(&self, store: &Store) -> Result<usize, Failure> {
        let alone = self.changing.write().await;
        self.index.shows_all(store).await?;
        let standings = self.index.query(index::standings).await?;
        let moments = (store.made_at(), store.clock().now());
        let stored = Arc::clone(&self.stored);
        let deleting = move || stored.delete_unnamed(&standings, moments);
        let deleted = tokio::task::spawn_blocking(deleting).await;
        drop(alone);
        let deleted = deleted.map_err(io::Error::other).flatten();
        deleted.map_err(|error| Failure::Internal(error.into()))
    }
}
