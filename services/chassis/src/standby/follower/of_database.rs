//! The copy of a database: its file, and the change that was taken last. A change is on the disk before its blocks are in the
//! file, so that a process that is killed between two blocks goes on where it was.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    os::unix::fs::{FileExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use onestop_proto::envelope::Source;
use tracing::{info, warn};
use uuid::Uuid;

use super::{Added, Replica};
use crate::{
    process::make_private_folder,
    standby::{
        database::image::{BlockChange, Image},
        message::{LeaderState, Question},
        progress::StandbyRefused,
        sidecar::MissingFile,
        takeover::Incomplete,
    },
};

/// The copy, and the change that was taken last, in a folder of their own.
const FOLDER: &str = "copy";
const DATABASE: &str = "database";
const CHANGE: &str = "change";

/// The copy of a database, and whose it is.
#[derive(Debug)]
pub struct DatabasePlace {
    /// The instance whose database is copied.
    pub own: Source,
    /// Where the database will be when the standby has taken over.
    pub file: PathBuf,
    /// The file of the key with which secrets in it are sealed.
    pub key_file: PathBuf,
    /// By what the leader's key is compared with it.
    pub key: String,
    /// What it does with a copy that may lack something.
    pub incomplete: Incomplete,
}

impl DatabasePlace {
    /// Whether there is a database already, which is no copy.
    pub(super) fn is_promoted(&self) -> bool {
        self.file.exists()
    }
}

/// Whether a folder has the copy of a database whose standby has not taken over.
pub fn has_database_copy(folder: &Path) -> bool {
    folder.join(FOLDER).join(DATABASE).exists()
}

pub(super) struct DatabaseReplica {
    place: DatabasePlace,
    folder: PathBuf,
    /// `None` until the whole was received once.
    image: Option<Image>,
    version: u64,
    /// The run of the leader that named the version.
    run: Uuid,
    /// The change that is taken next, and what comes of it.
    prepared: Option<Prepared>,
}

struct Prepared {
    change: BlockChange,
    image: Image,
    run: Uuid,
}

impl DatabaseReplica {
    pub(super) fn open(place: DatabasePlace) -> anyhow::Result<Self> {
        let folder = place.file.with_file_name(FOLDER);
        let cannot = || format!("cannot use the copy in {}", folder.display());
        make_private_folder(&folder).with_context(cannot)?;
        let (image, version) = match read(&folder).with_context(cannot)? {
            Some((image, version)) => (Some(image), version),
            None => (None, 0),
        };
        info!(version, copied = image.is_some(), "the copy is open");
        Ok(Self {
            place,
            folder,
            image,
            version,
            run: Uuid::nil(),
            prepared: None,
        })
    }

    fn write(&self, change: &BlockChange, image: &Image) -> io::Result<()> {
        if self.run.is_nil() {
            return write_whole(&self.folder, image, change.version);
        }
        write_durably(&self.folder.join(CHANGE), &change.to_bytes())?;
        write_blocks(&self.folder.join(DATABASE), change)
    }
}

impl Replica for DatabaseReplica {
    fn place(&self) -> String {
        self.folder.display().to_string()
    }

    fn exists(&self) -> bool {
        self.image.is_some()
    }

    fn held(&self) -> u64 {
        self.version
    }

    fn question(&self, standby: Uuid, received: u64) -> Option<Question> {
        Some(Question::Blocks {
            standby,
            received,
            run: self.run,
            version: self.version,
        })
    }

    fn check(&self, state: &LeaderState) -> Result<(), StandbyRefused> {
        if state.key == self.place.key {
            return Ok(());
        }
        Err(StandbyRefused::OtherSealingKey {
            own: self.place.own.to_string(),
            file: self.place.key_file.display().to_string(),
        })
    }

    /// It asks for the blocks at once.
    fn begin(&mut self, _state: &LeaderState, _said: &[u8]) -> anyhow::Result<()> {
        Ok(())
    }

    fn prepare(
        &mut self,
        state: &LeaderState,
        bytes: Vec<u8>,
    ) -> anyhow::Result<Option<Vec<MissingFile>>> {
        let Some(change) = BlockChange::from_bytes(&bytes) else {
            // Its parts came from two changes.
            return Ok(None);
        };
        let whole = Image::default();
        let before = self.image.as_ref().filter(|_| !self.run.is_nil());
        let Some(image) = before.unwrap_or(&whole).changed_by(&change) else {
            warn!("what the leader sends does not fit this copy: it is asked for the whole");
            self.run = Uuid::nil();
            return Ok(None);
        };
        self.prepared = Some(Prepared {
            change,
            image,
            run: state.epoch,
        });
        Ok(Some(Vec::new()))
    }

    /// No file goes with a database.
    fn receive(&mut self, _file: &MissingFile, _from: u64, _part: &[u8]) -> anyhow::Result<()> {
        Ok(())
    }

    fn apply(&mut self) -> anyhow::Result<Added> {
        let Some(Prepared { change, image, run }) = self.prepared.take() else {
            return Ok(Added::No);
        };
        let written = self.write(&change, &image);
        written.with_context(|| format!("cannot write the copy in {}", self.folder.display()))?;
        self.version = change.version;
        self.image = Some(image);
        self.run = run;
        Ok(Added::Yes)
    }

    fn promote(&mut self) -> anyhow::Result<()> {
        let file = &self.place.file;
        let cannot = || format!("the copy cannot become {}", file.display());
        if self.image.is_none() || file.exists() {
            bail!(cannot());
        }
        // What SQLite left of another database would be taken for a part of this one.
        for besides in ["-wal", "-shm", "-journal"] {
            let mut name = file.clone().into_os_string();
            name.push(besides);
            remove(Path::new(&name)).with_context(cannot)?;
        }
        fs::rename(self.folder.join(DATABASE), file).with_context(cannot)?;
        let folder = file.parent().with_context(cannot)?;
        sync_folder(folder).with_context(cannot)?;
        remove(&self.folder.join(CHANGE)).with_context(cannot)?;
        fs::remove_dir_all(&self.folder).with_context(cannot)
    }
}

/// The copy in a folder and its version; `None` if there is none that can be used.
fn read(folder: &Path) -> io::Result<Option<(Image, u64)>> {
    let path = folder.join(DATABASE);
    let image = match fs::read(&path) {
        Ok(bytes) => Image::of(bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let Ok(bytes) = fs::read(folder.join(CHANGE)) else {
        // The whole was put in its place just before the process ended.
        return Ok(Some((image, 0)));
    };
    let Some(change) = BlockChange::from_bytes(&bytes) else {
        warn!("the change that was taken last is damaged: the copy begins anew");
        return Ok(None);
    };
    if change.is_reached_by(&image) {
        return Ok(Some((image, change.version)));
    }
    // Its blocks were being written.
    let Some(image) = image.changed_by(&change) else {
        warn!("the copy is damaged: it begins anew");
        return Ok(None);
    };
    write_blocks(&path, &change)?;
    Ok(Some((image, change.version)))
}

/// Puts the whole in its place. Without the change of before, for that belongs to the file of before.
fn write_whole(folder: &Path, image: &Image, version: u64) -> io::Result<()> {
    remove(&folder.join(CHANGE))?;
    sync_folder(folder)?;
    write_durably(&folder.join(DATABASE), image.bytes())?;
    let change = BlockChange::nothing(image, version);
    write_durably(&folder.join(CHANGE), &change.to_bytes())
}

fn write_blocks(path: &Path, change: &BlockChange) -> io::Result<()> {
    let file = File::options().write(true).open(path)?;
    for (place, block) in change.places() {
        file.write_all_at(block, place)?;
    }
    file.set_len(change.length() as u64)?;
    file.sync_all()
}

/// Writes a file of which there is never a part. Only this user may read password hashes and drafts.
fn write_durably(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let aside = path.with_extension("new");
    let mut file = File::options()
        .create(true)
        .write(true)
        .truncate(true)
        .mode(0o600)
        .open(&aside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&aside, path)?;
    path.parent().map_or(Ok(()), sync_folder)
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Removes a file, if it is there.
fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests;
