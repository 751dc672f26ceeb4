//! What is made good in the background: erasures that a process which was killed has not finished, persons that could not
//! be read when they were indexed, and traces of persons of whom the list of erasures says that they were erased.

use std::{path::PathBuf, time::Duration};

use onestop_chassis::{
    projection::{Projection, ProjectionError},
    shutdown::Shutdown,
};
use onestop_proto::ids::CaseId;
use tokio::sync::watch;
use tracing::warn;

use super::index::{self, PersonIndex};
use crate::{
    erasures::remove_files,
    keyring::Keyring,
    read::register::{self, Register},
};

/// So many cases are looked at together.
const TOGETHER: usize = 256;
/// How long after a failure a read model is asked again.
const PAUSE: Duration = Duration::from_secs(2);

pub(super) struct Upkeep {
    pub(super) keyring: Keyring,
    pub(super) register: Projection<Register>,
    pub(super) index: Projection<PersonIndex>,
    pub(super) attachments: PathBuf,
    /// The cases that the list of erasures names.
    pub(super) listed: watch::Receiver<Vec<CaseId>>,
}

impl Upkeep {
    /// Works until the shutdown.
    pub(super) async fn run(mut self, shutdown: Shutdown) -> anyhow::Result<()> {
        if let Some(Err(failed)) = shutdown.run_until_requested(self.make_good()).await {
            return Err(failed);
        }
        shutdown.requested().await;
        Ok(())
    }

    async fn make_good(&mut self) -> anyhow::Result<()> {
        self.finish_erasures().await?;
        self.index.built().await;
        let unindexed = once_read(|| self.index.query(index::unindexed)).await;
        self.rewrite(&unindexed).await;
        loop {
            let listed = self.listed.borrow_and_update().clone();
            self.rewrite(&listed).await;
            // The one who reads the list stops.
            if self.listed.changed().await.is_err() {
                return Ok(());
            }
        }
    }

    /// Destroys what a process that was killed has left of erased cases.
    async fn finish_erasures(&self) -> anyhow::Result<()> {
        self.register.built().await;
        let erased = once_read(|| self.register.query(register::erased)).await;
        let (keyring, attachments) = (self.keyring.clone(), self.attachments.clone());
        let finish = move || {
            for case in erased {
                if !keyring.is_erased(case)? {
                    keyring.erase_blocking(case)?;
                }
                remove_files(&attachments, case)?;
            }
            Ok(())
        };
        tokio::task::spawn_blocking(finish).await?
    }

    async fn rewrite(&self, cases: &[CaseId]) {
        for some in cases.chunks(TOGETHER) {
            self.index.rewrite(some.to_vec()).await;
        }
    }
}

/// Reads until it can be read: a file that is spoilt is made anew.
async fn once_read<T, F>(read: impl Fn() -> F) -> T
where
    F: Future<Output = Result<T, ProjectionError>>,
{
    loop {
        match read().await {
            Ok(found) => return found,
            Err(error) => {
                let error = format!("{:#}", anyhow::Error::from(error));
                warn!(error, "a read model cannot be read; it is tried again");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}
