//! The outside witness, to which what was cosigned is copied: a file on another machine, or an address on the web.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use onestop_chassis::settings::WitnessAddress;
use onestop_eventlog::CosignerKey;
use onestop_proto::{
    comparison::{NotCosigned, PendingCosignature, WitnessState},
    time::Timestamp,
};
use tokio::task::JoinHandle;
use tracing::warn;

use super::{
    FILE,
    file::{self, CosignedFileError},
    node::NodeWitness,
    web::Web,
};

/// How many seconds after a failure it is tried again.
const RETRY_SECONDS: f64 = 30.0;
/// So long may a copy be under way before the witness is said not to answer.
const LONGEST_COPY_SECONDS: f64 = 600.0;

/// Where it is copied to.
#[derive(Debug, Clone)]
enum Place {
    File(PathBuf),
    Web(Box<Web>),
    Node(Box<NodeWitness>),
}

/// Copies what the journal's own file has to the witness.
#[derive(Debug, Clone)]
pub(super) struct Copier {
    address: WitnessAddress,
    place: Place,
    /// The journal's own file.
    own: PathBuf,
    cosigner: CosignerKey,
}

/// Keeps the witness in step with the journal's own file. A share that hangs holds up one thread and nothing else.
#[derive(Debug)]
pub(super) struct Witness {
    copier: Copier,
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
    task: JoinHandle<anyhow::Result<()>>,
}

#[derive(Debug)]
struct Failed {
    at: Timestamp,
    problem: String,
}

impl Copier {
    /// # Errors
    /// If there can be no client for the web.
    pub(super) fn new(
        address: WitnessAddress,
        folder: &Path,
        witness_key: Option<CosignerKey>,
        cosigner: &CosignerKey,
    ) -> anyhow::Result<Self> {
        let place = match &address {
            WitnessAddress::File(file) => Place::File(file.clone()),
            WitnessAddress::Web(url) => Place::Web(Box::new(Web::new(url, witness_key, folder)?)),
            WitnessAddress::Node(url) => {
                let key = witness_key.context(
                    "setting 'witness_key' is missing: what another node takes counts by its cosignature. It is cosigning.pub in \
                     its journal's folder",
                )?;
                Place::Node(Box::new(NodeWitness::new(url, key, folder)?))
            }
        };
        Ok(Self {
            address,
            place,
            own: folder.join(FILE),
            cosigner: cosigner.clone(),
        })
    }

    async fn copy(self) -> anyhow::Result<()> {
        let cosigner = [self.cosigner];
        match self.place {
            Place::File(outside) => {
                let copying = move || copy(&self.own, &outside, &cosigner);
                Ok(tokio::task::spawn_blocking(copying).await??)
            }
            Place::Web(web) => web.copy(self.own, cosigner).await,
            Place::Node(node) => node.copy(self.own, cosigner).await,
        }
    }
}

impl Witness {
    /// It may lack something from `now` on: that is found out first.
    pub(super) fn new(copier: Copier, now: Timestamp) -> Self {
        Self {
            copier,
            lacking: Some(now),
            copying: None,
            failed: None,
        }
    }

    pub(super) fn address(&self) -> &WitnessAddress {
        &self.copier.address
    }

    /// What is to be shown of it: nothing is pending unless something failed.
    pub(super) fn state(&self) -> WitnessState {
        let copying = self.copying.as_ref().map(|copying| copying.lacking);
        let since = copying.or(self.lacking);
        let failed = self.failed.as_ref().zip(since);
        WitnessState {
            witness: self.copier.address.to_string(),
            pending: failed.map(|(failed, since)| PendingCosignature {
                since,
                why: NotCosigned::Unavailable {
                    problem: failed.problem.clone(),
                },
            }),
        }
    }

    pub(super) fn lacks_something(&mut self, now: Timestamp) {
        self.lacking.get_or_insert(now);
    }

    /// Copies what the witness lacks, without waiting for it.
    pub(super) async fn keep_up(&mut self, now: Timestamp) {
        if let Some(copying) = self.copying.take() {
            if !copying.task.is_finished() {
                if now.seconds_since(copying.began) > LONGEST_COPY_SECONDS {
                    self.fail("it does not answer".to_owned(), now);
                }
                self.copying = Some(copying);
                return;
            }
            let copied = copying.task.await.map_err(anyhow::Error::from);
            match copied.and_then(|copied| copied) {
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
            let copying = self.copier.clone().copy();
            self.copying = Some(Copying {
                began: now,
                lacking,
                task: begin(copying),
            });
        }
    }

    fn fail(&mut self, problem: String, now: Timestamp) {
        if self.failed.is_none() {
            warn!(problem, witness = %self.copier.address, "the outside witness lacks cosigned checkpoints");
        }
        self.failed = Some(Failed { at: now, problem });
    }
}

/// Begins what the witness may hold up for long.
#[expect(
    clippy::disallowed_methods,
    reason = "the witness keeps the handle and looks at its end; what was not copied is copied after the next start"
)]
fn begin(
    copying: impl Future<Output = anyhow::Result<()>> + Send + 'static,
) -> JoinHandle<anyhow::Result<()>> {
    tokio::spawn(copying)
}

/// Enters what the journal's own file has and the witness's has not. Nothing is added to one that this journal's key did not
/// cosign.
fn copy(own: &Path, outside: &Path, cosigner: &[CosignerKey]) -> Result<(), CosignedFileError> {
    if own.exists() {
        let cosigned = file::read(own, cosigner)?;
        if outside.exists() {
            file::read(outside, cosigner)?;
        }
        file::enter(outside, &cosigned)?;
    }
    Ok(())
}
