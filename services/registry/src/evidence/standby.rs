//! What the registry's standby has besides the log: the files that its events name. They are on the standby's disk before
//! those events are in its log.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use onestop_chassis::{
    settings::Settings,
    standby::{FilePart, MissingFile, SidecarCopy, SidecarSource, StandbyRefused},
    stored_files::{CopiedFiles, ReceivedPart, read_part},
};
use onestop_proto::{
    case::FileHash,
    envelope::RecordedEvent,
    registry::{Event, SERVICE},
};
use serde::{Deserialize, Serialize};
use tracing::warn;

use super::{FOLDER, path_of};

/// A file, as the leader stores it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct StoredFile {
    hash: FileHash,
    length: u64,
}

/// The files of a registry that runs.
pub(crate) struct EvidenceSource {
    folder: PathBuf,
}

impl EvidenceSource {
    pub(crate) const fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// What goes with events that name these files; no byte where there are none.
    pub(super) fn contents(&self, hashes: Vec<FileHash>) -> anyhow::Result<Vec<u8>> {
        if hashes.is_empty() {
            return Ok(Vec::new());
        }
        Ok(serde_json::to_vec(&self.stored(hashes)?)?)
    }

    /// The files of these hashes; what is missing is named in the process's log, and holds the others up no more than it
    /// does here.
    fn stored(&self, hashes: Vec<FileHash>) -> anyhow::Result<Vec<StoredFile>> {
        let mut files = Vec::new();
        for hash in hashes {
            let path = path_of(&self.folder, &hash);
            match fs::metadata(&path) {
                Ok(about) => files.push(StoredFile {
                    hash,
                    length: about.len(),
                }),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    warn!(file.hash = %hash, "a file of a site is missing, and the standby does not get it");
                }
                Err(error) => {
                    return Err(error).with_context(|| format!("cannot read {}", path.display()));
                }
            }
        }
        Ok(files)
    }
}

impl SidecarSource for EvidenceSource {
    /// The files are no secret that both must share.
    fn check(&self) -> anyhow::Result<Vec<u8>> {
        Ok(Vec::new())
    }

    fn of_events(
        &self,
        events: &mut dyn Iterator<Item = anyhow::Result<RecordedEvent>>,
    ) -> anyhow::Result<Vec<u8>> {
        let mut hashes = Vec::new();
        for recorded in events {
            let event = recorded?.event.parse_if::<Event>()?;
            if let Some(Event::EvidenceAttached(attached)) = event {
                hashes.push(attached.hash);
            }
        }
        self.contents(hashes)
    }

    fn read(&self, name: &[u8], from: u64, most: usize) -> anyhow::Result<FilePart> {
        let path = path_of(&self.folder, &of_name(name)?.hash);
        read_part(&path, from, most).with_context(|| format!("cannot read {}", path.display()))
    }
}

/// The files in the folder of a standby.
pub(crate) struct EvidenceCopy {
    files: CopiedFiles,
    folder: PathBuf,
}

impl EvidenceCopy {
    /// Opens them.
    ///
    /// # Errors
    /// If the folder cannot be used.
    pub(crate) fn open(settings: &Settings) -> anyhow::Result<Self> {
        let folder = settings.data.join(SERVICE).join(FOLDER);
        let files = CopiedFiles::open(folder.clone());
        let files = files.map_err(|error| StandbyRefused::unusable(&folder, error))?;
        Ok(Self { files, folder })
    }
}

impl SidecarCopy for EvidenceCopy {
    fn check(&mut self, _: &[u8]) -> anyhow::Result<()> {
        Ok(())
    }

    fn take(&mut self, sidecar: &[u8]) -> anyhow::Result<Vec<MissingFile>> {
        if sidecar.is_empty() {
            return Ok(Vec::new());
        }
        let files: Vec<StoredFile> = serde_json::from_slice(sidecar)
            .context("the names of the files of sites that were sent cannot be read")?;
        let missing = files.into_iter();
        let missing = missing.filter(|file| !self.files.has(&kept_path(file), file.length));
        let missing = missing.map(|file| {
            Ok(MissingFile {
                name: serde_json::to_vec(&file)?,
                length: file.length,
            })
        });
        missing.collect()
    }

    fn receive(&mut self, file: &MissingFile, from: u64, part: &[u8]) -> anyhow::Result<()> {
        let stored = of_name(&file.name)?;
        let part = ReceivedPart { from, bytes: part };
        let (path, staged) = (kept_path(&stored), stored.hash.as_str());
        let received = self.files.receive(&path, staged, file.length, &part);
        Ok(received.map_err(|error| StandbyRefused::unusable(&self.folder, error))?)
    }
}

/// Where a file is in the folder of all of them.
fn kept_path(file: &StoredFile) -> PathBuf {
    path_of(Path::new(""), &file.hash)
}

fn of_name(name: &[u8]) -> anyhow::Result<StoredFile> {
    serde_json::from_slice(name).context("this names no file of a site")
}
