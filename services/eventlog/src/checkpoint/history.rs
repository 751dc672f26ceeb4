//! The checkpoints of one log as files, one each, named after their size.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::Checkpoint;
use crate::error::CheckpointError;
use crate::sync::sync_directory;

/// Name of the folder in the log's directory. Persisted.
const FOLDER: &str = "checkpoints";
/// Digits of a size in a file's name, so that names sort like sizes. Persisted.
const DIGITS: usize = 20;
/// What a file is called until it is complete.
const NEW_FILE: &str = "creating";

/// The folder of one log's checkpoints.
#[derive(Debug, Clone)]
pub(crate) struct History {
    folder: PathBuf,
}

impl History {
    pub(crate) fn of(log: &Path) -> History {
        History {
            folder: log.join(FOLDER),
        }
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn file(&self, size: u64) -> PathBuf {
        self.folder.join(format!("{size:0DIGITS$}"))
    }

    /// The sizes that there are checkpoints of, in order. Files with other names are not ours.
    pub(crate) fn sizes(&self) -> Result<Vec<u64>, CheckpointError> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(io_error("read", &self.folder)(error)),
        };
        let mut sizes = Vec::new();
        for entry in entries {
            let name = entry.map_err(io_error("read", &self.folder))?.file_name();
            let name = name.to_str().filter(|name| name.len() == DIGITS);
            sizes.extend(name.and_then(|name| name.parse::<u64>().ok()));
        }
        sizes.sort_unstable();
        Ok(sizes)
    }

    /// The checkpoint of a size. Its signature is for the caller to verify.
    pub(crate) fn read(&self, size: u64) -> Result<Checkpoint, CheckpointError> {
        let path = self.file(size);
        let bytes = fs::read(&path).map_err(io_error("read", &path))?;
        let note = String::from_utf8(bytes).map_err(|_| CheckpointError::Malformed)?;
        let checkpoint = Checkpoint::parse(&note)?;
        let found = checkpoint.head().size;
        if found != size {
            return Err(CheckpointError::Misnamed {
                found,
                expected: size,
            });
        }
        Ok(checkpoint)
    }

    /// Adds a checkpoint: it is there whole and durable, or not at all.
    pub(crate) fn write(&self, checkpoint: &Checkpoint) -> Result<(), CheckpointError> {
        let new = self.folder.join(NEW_FILE);
        let path = self.file(checkpoint.head().size);
        if !self.folder.is_dir() {
            fs::create_dir_all(&self.folder).map_err(io_error("create", &self.folder))?;
            if let Some(log) = self.folder.parent() {
                sync_directory(log).map_err(io_error("sync", log))?;
            }
        }
        let mut file = File::create(&new).map_err(io_error("create", &new))?;
        file.write_all(checkpoint.note().as_bytes())
            .map_err(io_error("write", &new))?;
        file.sync_all().map_err(io_error("sync", &new))?;
        fs::rename(&new, &path).map_err(io_error("rename", &new))?;
        sync_directory(&self.folder).map_err(io_error("sync", &self.folder))
    }
}

fn io_error(step: &'static str, path: &Path) -> impl FnOnce(io::Error) -> CheckpointError {
    let path = path.to_owned();
    move |source| CheckpointError::Io { step, path, source }
}
