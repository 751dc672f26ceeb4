//! Files on a standby, copied as its leader stores them.

use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::{FileExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use super::{STAGED, make_folder, put_in_place, remove_stored};

/// The files in the folder of a standby, which no service uses. Each has a path in that folder.
#[derive(Debug)]
pub struct CopiedFiles {
    folder: PathBuf,
}

impl CopiedFiles {
    /// Opens the folder, without what was left half. It is made if it is missing.
    pub fn open(folder: PathBuf) -> io::Result<Self> {
        let staged = folder.join(STAGED);
        if staged.is_dir() {
            fs::remove_dir_all(&staged)?;
        }
        make_folder(&staged)?;
        for made in folder.ancestors().take(2) {
            File::open(made)?.sync_all()?;
        }
        Ok(Self { folder })
    }

    /// Whether a file is there with so many bytes. It got its name when all of it was on the disk.
    pub fn has(&self, path: &Path, length: u64) -> bool {
        let about = fs::metadata(self.folder.join(path));
        about.is_ok_and(|about| about.is_file() && about.len() == length)
    }

    /// Deletes a file, durably. One that is not there is deleted already.
    pub fn remove(&self, path: &Path) -> io::Result<()> {
        remove_stored(&self.folder.join(path))
    }

    /// Takes a part. The part at 0 begins the file anew; the one that reaches its length ends it. Until then it is staged
    /// under a name that is the caller's.
    pub fn receive(
        &self,
        path: &Path,
        staged_name: &str,
        length: u64,
        part: &ReceivedPart<'_>,
    ) -> io::Result<()> {
        let staged = self.folder.join(STAGED).join(staged_name);
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(part.from == 0);
        let file = options.mode(0o600).open(&staged)?;
        file.write_all_at(part.bytes, part.from)?;
        if part.from + part.bytes.len() as u64 == length {
            file.sync_all()?;
            put_in_place(&staged, &self.folder.join(path))?;
        }
        Ok(())
    }
}

/// Bytes of a file, and where they belong in it.
#[derive(Debug)]
pub struct ReceivedPart<'a> {
    /// Where they begin.
    pub from: u64,
    /// The bytes.
    pub bytes: &'a [u8],
}
