//! The files of cases on a standby: copied as they are stored, encrypted with keys that are copied too.

use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::{FileExt, OpenOptionsExt},
    path::PathBuf,
};

use super::{STAGED, make_folder, path_of, piece::FileId, put_in_place};

/// The files in the folder of a standby, which no service uses.
#[derive(Debug)]
pub(crate) struct CopiedFiles {
    folder: PathBuf,
}

impl CopiedFiles {
    /// Opens the folder, without what was left half. It is made if it is missing.
    pub(crate) fn open(folder: PathBuf) -> io::Result<Self> {
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
    pub(crate) fn has(&self, id: &FileId, length: u64) -> bool {
        let about = fs::metadata(path_of(&self.folder, id));
        about.is_ok_and(|about| about.is_file() && about.len() == length)
    }

    /// Takes a part. The part at 0 begins the file anew; the one that reaches its length ends it.
    pub(crate) fn receive(&self, id: &FileId, length: u64, part: &Part<'_>) -> io::Result<()> {
        let FileId { case, hash } = id;
        let staged = self.folder.join(STAGED).join(format!("{case}-{hash}"));
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(part.from == 0);
        let file = options.mode(0o600).open(&staged)?;
        file.write_all_at(part.bytes, part.from)?;
        if part.from + part.bytes.len() as u64 == length {
            file.sync_all()?;
            put_in_place(&staged, &self.folder, id)?;
        }
        Ok(())
    }
}

/// Bytes of a file, and where they belong in it.
#[derive(Debug)]
pub(crate) struct Part<'a> {
    pub(crate) from: u64,
    pub(crate) bytes: &'a [u8],
}
