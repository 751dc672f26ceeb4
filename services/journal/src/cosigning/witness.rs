//! The outside witness: a file on another machine, to which what was cosigned is copied.

use std::path::{Path, PathBuf};

use onestop_chassis::settings::WitnessAddress;
use onestop_eventlog::CosignerKey;
use onestop_proto::{
    comparison::{NotCosigned, PendingCosignature, WitnessState},
    time::Timestamp,
};
use tokio::task::JoinHandle;
use tracing::warn;

use super::file::{self, CosignedFileError};

/// How many seconds after a failure it is tried again.
const RETRY_SECONDS: f64 = 600.0;

/// Keeps the witness's file in step with the journal's own. A share that hangs holds up one thread and nothing else.
#[derive(Debug)]
pub(super) struct Witness {
    address: WitnessAddress,
    /// The journal's own file.
    own: PathBuf,
    cosigner: CosignerKey,
    /// Since when the witness may lack something.
    lacking: Option<Timestamp>,
    copying: Option<Copying>,
    /// When it failed last, and why.
    failed: Option<Failed>,
}

#[derive(Debug)]
struct Copying {
    began: Timestamp,
    /// Since when the witness lacked what is being copied.
    lacking: Timestamp,
    task: JoinHandle<Result<(), CosignedFileError>>,
}

#[derive(Debug)]
struct Failed {
    at: Timestamp,
    problem: String,
}

impl Witness {
    /// It may lack something from `now` on: that is found out first.
    pub(super) fn new(
        address: WitnessAddress,
        own: &Path,
        cosigner: &CosignerKey,
        now: Timestamp,
    ) -> Self {
        Self {
            address,
            own: own.to_owned(),
            cosigner: cosigner.clone(),
            lacking: Some(now),
            copying: None,
            failed: None,
        }
    }

    pub(super) fn file(&self) -> &Path {
        self.address.file()
    }

    /// What is to be shown of it: nothing is pending unless something failed.
    pub(super) fn state(&self) -> WitnessState {
        let copying = self.copying.as_ref().map(|copying| copying.lacking);
        let since = copying.or(self.lacking);
        let failed = self.failed.as_ref().zip(since);
        WitnessState {
            witness: self.address.to_string(),
            pending: failed.map(|(failed, since)| PendingCosignature {
                since,
                why: NotCosigned::Unavailable {
                    problem: failed.problem.clone(),
                },
            }),
        }
    }

    /// Notes that something was cosigned.
    pub(super) fn lacks_something(&mut self, now: Timestamp) {
        self.lacking.get_or_insert(now);
    }

    /// Copies what the witness lacks, without waiting for it.
    pub(super) async fn keep_up(&mut self, now: Timestamp) {
        if let Some(copying) = self.copying.take() {
            if !copying.task.is_finished() {
                if now.seconds_since(copying.began) > RETRY_SECONDS {
                    self.fail("the file system does not answer".to_owned(), now);
                }
                self.copying = Some(copying);
                return;
            }
            let copied = copying.task.await.map_err(anyhow::Error::from);
            match copied.and_then(|copied| Ok(copied?)) {
                Ok(()) => self.failed = None,
                Err(error) => {
                    self.lacking = Some(copying.lacking);
                    self.fail(format!("{error:#}"), now);
                }
            }
        }
        let waits = self.failed.as_ref();
        if waits.is_some_and(|failed| now.seconds_since(failed.at) < RETRY_SECONDS) {
            return;
        }
        if let Some(lacking) = self.lacking.take() {
            let (own, outside) = (self.own.clone(), self.file().to_owned());
            let cosigner = self.cosigner.clone();
            let copy = move || copy(&own, &outside, &cosigner);
            self.copying = Some(Copying {
                began: now,
                lacking,
                task: tokio::task::spawn_blocking(copy),
            });
        }
    }

    fn fail(&mut self, problem: String, now: Timestamp) {
        if self.failed.is_none() {
            warn!(problem, witness = %self.address, "the outside witness lacks cosigned checkpoints");
        }
        self.failed = Some(Failed { at: now, problem });
    }
}

/// Enters what the journal's own file has and the witness's has not. Nothing is added to one that this journal's key did not
/// cosign.
fn copy(own: &Path, outside: &Path, cosigner: &CosignerKey) -> Result<(), CosignedFileError> {
    if own.exists() {
        let cosigned = file::read(own, cosigner)?;
        if outside.exists() {
            file::read(outside, cosigner)?;
        }
        file::enter(outside, &cosigned)?;
    }
    Ok(())
}
