//! Files of sites (开办依据、照片): each stored once, under its hash, beside the log. The log holds their hashes. They are not
//! encrypted: photographs are public, and documents are of offices.

pub(crate) mod index;
mod standby;
#[cfg(test)]
mod tests;
mod unnamed;

use std::{
    collections::HashMap,
    fs::{self, File},
    io::{self, Read, Seek, Write},
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    sync::PoisonError,
};

use data_encoding::HEXLOWER;
use onestop_chassis::stored_files::{
    STAGED, Upload, UploadError, UploadLimits, Uploads, put_in_place, remove_stored,
};
use onestop_proto::{
    case::{FileHash, MediaType, PIECE},
    ids::SiteId,
    registry::{AttachEvidence, LARGEST_EVIDENCE, Rejection},
    time::Timestamp,
};
use sha2::{Digest, Sha256};

use self::index::FileStanding;
pub(crate) use self::standby::{EvidenceCopy, EvidenceSource};
pub use self::unnamed::{FileCounts, count_files};

/// The folder of the files of sites, in the registry's own.
pub(crate) const FOLDER: &str = "evidence";
const LIMITS: UploadLimits = UploadLimits {
    piece: PIECE,
    largest: LARGEST_EVIDENCE,
};
/// Bytes by which a file is compared with its type.
const BEGINNING: usize = 512;

/// The files of the sites of one instance.
#[derive(Debug)]
pub(crate) struct EvidenceFiles {
    folder: PathBuf,
    uploads: Uploads,
}

/// Why a file is not stored or not read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EvidenceError {
    /// The rules refuse it.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    #[error("a file of a site cannot be stored or read")]
    Disk(#[from] io::Error),
}

impl From<UploadError> for EvidenceError {
    fn from(error: UploadError) -> Self {
        match error {
            UploadError::OtherPiece { wanted } => Rejection::OtherPiece { wanted }.into(),
            UploadError::TooLarge { size } => Rejection::FileTooLarge {
                size,
                most: LARGEST_EVIDENCE,
            }
            .into(),
            UploadError::Full { count } => Rejection::UploadsFull { count }.into(),
            UploadError::Disk(error) => Self::Disk(error),
        }
    }
}

impl EvidenceFiles {
    /// Opens the files in a folder, which is made if it is missing.
    pub(crate) fn open(folder: PathBuf) -> io::Result<Self> {
        Ok(Self {
            uploads: Uploads::open(folder.join(STAGED))?,
            folder,
        })
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Takes a piece of a file. The first piece begins the file anew.
    pub(crate) fn take(
        &self,
        site: &SiteId,
        hash: &FileHash,
        piece: u32,
        bytes: &[u8],
        now: Timestamp,
    ) -> Result<(), EvidenceError> {
        let name = staged_name(site, hash);
        let upload = self.uploads.for_piece(&name, piece, now)?;
        let mut upload = upload.lock().unwrap_or_else(PoisonError::into_inner);
        upload.take(piece, bytes.len(), LIMITS, now, |staged| {
            Ok(staged.write_all(bytes)?)
        })
    }

    /// Verifies a file whose pieces have come and makes it durable, before an event names it. A file that is stored already,
    /// of this site or of another one, stays.
    pub(crate) fn keep(&self, attach: &AttachEvidence) -> Result<(), EvidenceError> {
        let kept = path_of(&self.folder, &attach.hash);
        if kept.is_file() && verify(&mut File::open(&kept)?, attach).is_ok() {
            return Ok(());
        }
        let name = staged_name(&attach.site, &attach.hash);
        let upload = self.uploads.find(&name);
        let upload = upload.ok_or(Rejection::OtherPiece { wanted: 0 })?;
        let mut upload = upload.lock().unwrap_or_else(PoisonError::into_inner);
        if upload.size != attach.size {
            let wanted = upload.next;
            return Err(Rejection::OtherPiece { wanted }.into());
        }
        let stored = self.store(&name, &mut upload, attach);
        self.uploads.remove(&name);
        stored
    }

    fn store(
        &self,
        name: &str,
        upload: &mut Upload,
        attach: &AttachEvidence,
    ) -> Result<(), EvidenceError> {
        let staged = self.uploads.path(name);
        upload.file.rewind()?;
        if let Err(refused) = verify(&mut upload.file, attach) {
            fs::remove_file(&staged)?;
            return Err(refused);
        }
        upload.file.sync_all()?;
        Ok(put_in_place(&staged, &path_of(&self.folder, &attach.hash))?)
    }

    /// Deletes a file that no site has any more.
    pub(crate) fn delete(&self, hash: &FileHash) -> io::Result<()> {
        remove_stored(&path_of(&self.folder, hash))
    }

    /// Deletes what has come of uploads that no client goes on with.
    pub(crate) fn remove_idle_uploads(&self, now: Timestamp) -> io::Result<()> {
        self.uploads.remove_idle(now)
    }

    /// Deletes the files that no site has, as the log says that was made at one moment, and says how many.
    pub(crate) fn delete_unnamed(
        &self,
        standings: &HashMap<FileHash, FileStanding>,
        moments: (Option<Timestamp>, Timestamp),
    ) -> io::Result<usize> {
        unnamed::delete_unnamed(&self.folder, standings, moments)
    }

    /// A piece of a file. With the first one all of it is compared with its hash.
    pub(crate) fn read(&self, hash: &FileHash, piece: u32) -> Result<Vec<u8>, EvidenceError> {
        let unreadable = || Rejection::EvidenceUnreadable { hash: hash.clone() };
        let mut file = File::open(path_of(&self.folder, hash)).map_err(|_| unreadable())?;
        if piece == 0 && hash_of(&mut file)?.0 != hash.as_str() {
            return Err(unreadable().into());
        }
        let from = u64::from(piece) * PIECE as u64;
        let rest = file.metadata()?.len().saturating_sub(from);
        let length = usize::try_from(rest).map_or(PIECE, |rest| rest.min(PIECE));
        let mut bytes = vec![0; length];
        file.read_exact_at(&mut bytes, from)?;
        Ok(bytes)
    }
}

/// Compares a whole file with what is said of it.
fn verify(file: &mut File, attach: &AttachEvidence) -> Result<(), EvidenceError> {
    let (hash, size) = hash_of(file)?;
    if size != attach.size || hash != attach.hash.as_str() {
        let hash = attach.hash.clone();
        return Err(Rejection::OtherHash { hash }.into());
    }
    check_beginning(file, attach.media_type)
}

/// Refuses a file that does not begin as files of its type do.
fn check_beginning(file: &File, media_type: MediaType) -> Result<(), EvidenceError> {
    let mut beginning = vec![0; BEGINNING];
    let read = file.read_at(&mut beginning, 0)?;
    beginning.truncate(read);
    if media_type.is_begun_by(&beginning) {
        return Ok(());
    }
    Err(Rejection::OtherMediaType { media_type }.into())
}

/// The hash of a whole file, and its bytes.
fn hash_of(file: &mut File) -> io::Result<(String, u64)> {
    file.rewind()?;
    let (mut hasher, mut size) = (Sha256::new(), 0);
    let mut bytes = vec![0; PIECE];
    loop {
        let read = file.read(&mut bytes)?;
        if read == 0 {
            break;
        }
        size += read as u64;
        hasher.update(bytes.get(..read).unwrap_or_default());
    }
    Ok((HEXLOWER.encode(&hasher.finalize()), size))
}

/// Where a file is stored.
fn path_of(folder: &Path, hash: &FileHash) -> PathBuf {
    let shard = hash.as_str().get(..2).unwrap_or_default();
    folder.join(shard).join(hash.as_str())
}

/// What a file is called while its pieces come in: two sites may send the same one.
fn staged_name(site: &SiteId, hash: &FileHash) -> String {
    format!("{site}-{hash}")
}
