//! Files that a service keeps beside its log, under names that follow from their hashes: uploaded in pieces, put in their
//! place once they are whole and on the disk, and copied to a standby as they are stored.

mod copied;
mod uploads;

use std::{
    fs::{self, DirBuilder, File},
    io,
    os::unix::fs::{DirBuilderExt, FileExt},
    path::Path,
    sync::Arc,
    time::Duration,
};

use onestop_proto::time::Timestamp;
use tracing::warn;

use self::uploads::IDLE_SECONDS;
pub use self::{
    copied::{CopiedFiles, ReceivedPart},
    uploads::{MOST_UPLOADS, Upload, UploadError, UploadLimits, Uploads},
};
use crate::{clock::Clock, shutdown::Shutdown, standby::FilePart};

/// The folder, in that of the files, of those whose pieces are coming in.
pub const STAGED: &str = "staged";

/// Gives a file that is on the disk its name, durably. The names of the two folders above it are made durable as well.
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
pub fn make_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Deletes a stored file, durably. One that is not there is deleted already.
pub fn remove_stored(path: &Path) -> io::Result<()> {
    remove_if_present(path)?;
    match path.parent().filter(|folder| folder.is_dir()) {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

/// Removes a file. One that is not there is removed already.
pub fn remove_if_present(path: impl AsRef<Path>) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Has a service delete, from time to time, what has come of uploads that no client goes on with.
///
/// # Errors
/// Never: what the disk refuses is in the process's log, and is tried again.
pub async fn remove_idle_uploads(
    clock: Arc<dyn Clock>,
    shutdown: Shutdown,
    remove: impl Fn(Timestamp) -> io::Result<()> + Send + Sync + 'static,
) -> anyhow::Result<()> {
    let remove = Arc::new(remove);
    let pause = Duration::from_secs_f64(IDLE_SECONDS);
    loop {
        if shutdown
            .run_until_requested(tokio::time::sleep(pause))
            .await
            .is_none()
        {
            return Ok(());
        }
        let (remove, now) = (Arc::clone(&remove), clock.now());
        let removed = tokio::task::spawn_blocking(move || remove(now)).await;
        let removed = removed.map_err(io::Error::other).flatten();
        if let Err(error) = removed {
            warn!(%error, "what has come of an upload that no client goes on with cannot be deleted");
        }
    }
}

/// At most so many bytes of a file, from an offset on; no byte of a file that is gone.
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
