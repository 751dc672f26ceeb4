//! Files that a service keeps beside its log, under names that follow from their hashes: uploaded in pieces, put in their
//! place once they are whole and on the disk, and copied to a standby as they are stored.

mod copied;
mod uploads;

use std::{
    fs::{self, DirBuilder, File},
    io,
    os::unix::fs::{DirBuilderExt, FileExt},
    path::Path,
};

pub use self::{
    copied::{CopiedFiles, ReceivedPart},
    uploads::{MOST_UPLOADS, Upload, UploadError, UploadLimits, Uploads},
};
use crate::standby::FilePart;

/// The folder, in that of the files, of those whose pieces are coming in.
pub const STAGED: &str = "staged";

/// Gives a file that is on the disk its name, durably. The names of the two folders above it are made durable as well.
///
/// # Errors
/// If the disk refuses.
pub fn put_in_place(staged: &Path, kept: &Path) -> io::Result<()> {
    let folders = || kept.ancestors().skip(1).take(3);
    if let Some(folder) = folders().next() {
        make_folder(folder)?;
    }
    fs::rename(staged, kept)?;
    for made in folders() {
        File::open(made)?.sync_all()?;
    }
    Ok(())
}

/// Makes a folder, with those above it, that only its owner can open.
///
/// # Errors
/// If the disk refuses.
pub fn make_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// At most so many bytes of a file, from an offset on; no byte of a file that is gone.
///
/// # Errors
/// If the file cannot be read.
pub fn read_part(path: &Path, from: u64, most: usize) -> io::Result<FilePart> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(FilePart::default()),
        Err(error) => return Err(error),
    };
    let length = file.metadata()?.len();
    let rest = length.saturating_sub(from);
    let part = usize::try_from(rest).map_or(most, |rest| rest.min(most));
    let mut bytes = vec![0; part];
    file.read_exact_at(&mut bytes, from)?;
    Ok(FilePart { bytes, length })
}
