//! What the registry's standby has besides the log: the files that its events name. They are on the standby's disk before
//! those events are in its log, and a file that was withdrawn is there until the event that says so is.

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
    registry::{Event, SERVICE, WithdrawnFile},
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

/// What goes with some events.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct FilesOfEvents {
    /// Files that the standby must have.
    pub(super) attached: Vec<FileHash>,
    /// Files that it must not have any more.
    pub(super) deleted: Vec<FileHash>,
}

impl FilesOfEvents {
    /// Takes in one more event: a file that was deleted may come again, and the other way round.
    pub(super) fn take_in(&mut self, event: &Event) {
        if let Event::EvidenceAttached(attached) = event {
            self.deleted.retain(|hash| *hash != attached.hash);
            self.attached.push(attached.hash.clone());
        }
        if let Event::EvidenceWithdrawn(withdrawn) = event
            && withdrawn.file == Some(WithdrawnFile::Deleted)
        {
            self.attached.retain(|hash| *hash != withdrawn.hash);
            self.deleted.push(withdrawn.hash.clone());
        }
    }
}

/// How that travels. Without deleted files it is as an earlier version sends it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Sidecar {
    Files(Vec<StoredFile>),
    Both {
        files: Vec<StoredFile>,
        deleted: Vec<FileHash>,
    },
}

impl Sidecar {
    fn into_parts(self) -> (Vec<StoredFile>, Vec<FileHash>) {
        match self {
            Self::Files(files) => (files, Vec::new()),
            Self::Both { files, deleted } => (files, deleted),
        }
    }
}

/// The files of a registry that runs.
pub(crate) struct EvidenceSource {
    folder: PathBuf,
}

impl EvidenceSource {
    pub(crate) const fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// What goes with events about these files; no byte where there are none.
    pub(super) fn contents(&self, of_events: FilesOfEvents) -> anyhow::Result<Vec<u8>> {
        let FilesOfEvents { attached, deleted } = of_events;
        if attached.is_empty() && deleted.is_empty() {
            return Ok(Vec::new());
        }
        let files = self.stored(attached)?;
        let sidecar = if deleted.is_empty() {
            Sidecar::Files(files)
        } else {
            Sidecar::Both { files, deleted }
        };
        Ok(serde_json::to_vec(&sidecar)?)
    }

    /// The files of these hashes; one that is not here was withdrawn since, or is lost. It is named in the process's log, and
    /// holds the others up no more than it does here.
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
                    warn!(file.hash = %hash, "a file of a site is not here, and the standby does not get it");
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
        let mut files = FilesOfEvents::default();
        for recorded in events {
            if let Some(event) = recorded?.event.parse_if::<Event>()? {
                files.take_in(&event);
            }
        }
        self.contents(files)
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
    /// Files that the change takes away which is taken next.
    withdrawn: Vec<FileHash>,
}

impl EvidenceCopy {
    /// Opens them.
    pub(crate) fn open(settings: &Settings) -> anyhow::Result<Self> {
        let folder = settings.data.join(SERVICE).join(FOLDER);
        let files = CopiedFiles::open(folder.clone());
        let files = files.map_err(|error| StandbyRefused::unusable(&folder, error))?;
        Ok(Self {
            files,
            folder,
            withdrawn: Vec::new(),
        })
    }
}

impl SidecarCopy for EvidenceCopy {
    fn check(&mut self, _: &[u8]) -> anyhow::Result<()> {
        Ok(())
    }

    fn take(&mut self, sidecar: &[u8]) -> anyhow::Result<Vec<MissingFile>> {
        self.withdrawn.clear();
        if sidecar.is_empty() {
            return Ok(Vec::new());
        }
        let sidecar: Sidecar = serde_json::from_slice(sidecar)
            .context("the names of the files of sites that were sent cannot be read")?;
        let (files, deleted) = sidecar.into_parts();
        self.withdrawn = deleted;
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

    /// What the disk refuses to delete is deleted when the service has taken over.
    fn applied(&mut self) -> anyhow::Result<()> {
        for hash in self.withdrawn.drain(..) {
            if let Err(error) = self.files.remove(&path_of(Path::new(""), &hash)) {
                warn!(file.hash = %hash, %error, "a file that was withdrawn cannot be deleted");
            }
        }
        Ok(())
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
