//! Files of cases (附件): each stored once, under its case and its hash, encrypted with the case's key. They are not
//! in the log, which holds their hashes; erasing the key erases them too.

mod piece;

use std::{
    fs::{self, File},
    io::{self, Seek},
    path::{Path, PathBuf},
    sync::PoisonError,
};

use data_encoding::HEXLOWER;
use onestop_chassis::stored_files::{
    STAGED, Upload, UploadError, UploadLimits, Uploads, put_in_place,
};
use onestop_proto::{
    case::{Attach, LARGEST_FILE, PIECE, Rejection, pieces},
    ids::CaseId,
    time::Timestamp,
};
use sha2::{Digest, Sha256};

pub(crate) use self::piece::FileId;
use crate::keyring::{Keyring, KeyringError};

/// The folder of the files of cases, in intake's own.
pub(crate) const FOLDER: &str = "attachments";
/// How large files of cases and their pieces may be.
const LIMITS: UploadLimits = UploadLimits {
    piece: PIECE,
    largest: LARGEST_FILE,
};

/// The files of the cases of one instance.
#[derive(Debug)]
pub(crate) struct Attachments {
    folder: PathBuf,
    keyring: Keyring,
    uploads: Uploads,
}

/// Why a file is not stored or not read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AttachmentError {
    /// The rules refuse it.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    #[error("the key of a case cannot be used")]
    Key(#[from] KeyringError),
    #[error("a file of a case cannot be stored or read")]
    Disk(#[from] io::Error),
}

impl From<UploadError> for AttachmentError {
    fn from(error: UploadError) -> Self {
        match error {
            UploadError::OtherPiece { wanted } => Rejection::OtherPiece { wanted }.into(),
            UploadError::TooLarge { size } => Rejection::TooLarge { size }.into(),
            UploadError::Full { count } => Rejection::UploadsFull { count }.into(),
            UploadError::Disk(error) => Self::Disk(error),
        }
    }
}

impl Attachments {
    /// Opens the files in a folder, which is made if it is missing.
    pub(crate) fn open(folder: PathBuf, keyring: Keyring) -> io::Result<Self> {
        Ok(Self {
            uploads: Uploads::open(folder.join(STAGED))?,
            folder,
            keyring,
        })
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Takes a piece of a file. The first piece begins the file anew.
    pub(crate) fn take(
        &self,
        file: &FileId,
        piece: u32,
        bytes: &[u8],
        now: Timestamp,
    ) -> Result<(), AttachmentError> {
        let upload = self.uploads.for_piece(&staged_name(file), piece, now)?;
        let mut upload = upload.lock().unwrap_or_else(PoisonError::into_inner);
        upload.take(piece, bytes.len(), LIMITS, now, |staged| {
            let sealed = piece::seal(&self.keyring, file, piece, bytes)?;
            Ok(piece::append(staged, &sealed)?)
        })
    }

    /// Deletes what has come of uploads that no client goes on with.
    pub(crate) fn remove_idle_uploads(&self, now: Timestamp) -> io::Result<()> {
        self.uploads.remove_idle(now)
    }

    /// Verifies a file whose pieces have come and makes it durable, before an event names it. A file that is
    /// stored already stays.
    pub(crate) fn keep(&self, case: CaseId, attach: &Attach) -> Result<(), AttachmentError> {
        let hash = attach.hash.clone();
        let id = FileId { case, hash };
        let kept = self.path(&id);
        if kept.is_file() {
            return self.verify(&id, attach, &mut File::open(&kept)?);
        }
        let staged = staged_name(&id);
        let upload = self.uploads.find(&staged);
        let upload = upload.ok_or(Rejection::OtherPiece { wanted: 0 })?;
        let mut upload = upload.lock().unwrap_or_else(PoisonError::into_inner);
        if upload.size != attach.size {
            let wanted = upload.next;
            return Err(Rejection::OtherPiece { wanted }.into());
        }
        upload.file.rewind()?;
        match self.verify(&id, attach, &mut upload.file) {
            Ok(()) => self.store(&id, &upload)?,
            Err(error) => {
                fs::remove_file(self.uploads.path(&staged))?;
                self.uploads.remove(&staged);
                return Err(error);
            }
        }
        self.uploads.remove(&staged);
        Ok(())
    }

    fn store(&self, id: &FileId, upload: &Upload) -> io::Result<()> {
        upload.file.sync_all()?;
        put_in_place(&self.uploads.path(&staged_name(id)), &self.path(id))
    }

    /// Reads a whole file piece by piece, and compares its hash.
    fn verify(&self, id: &FileId, attach: &Attach, file: &mut File) -> Result<(), AttachmentError> {
        let other = || Rejection::OtherHash {
            hash: attach.hash.clone(),
        };
        let (mut hasher, mut size) = (Sha256::new(), 0);
        for number in 0..pieces(attach.size) {
            let sealed = piece::read(file).map_err(|_| other())?;
            let bytes = piece::unseal(&self.keyring, id, number, &sealed);
            let bytes = bytes.map_err(|_| other())?;
            if number == 0 && !attach.media_type.is_begun_by(&bytes) {
                let media_type = attach.media_type;
                return Err(Rejection::OtherMediaType { media_type }.into());
            }
            size += bytes.len() as u64;
            hasher.update(&bytes);
        }
        let hash = HEXLOWER.encode(&hasher.finalize());
        if size != attach.size || hash != attach.hash.as_str() {
            return Err(other().into());
        }
        Ok(())
    }

    /// A piece of a file, verified.
    pub(crate) fn read(&self, id: &FileId, number: u32) -> Result<Vec<u8>, AttachmentError> {
        let unreadable = || Rejection::AttachmentUnreadable {
            hash: id.hash.clone(),
        };
        let mut file = File::open(self.path(id)).map_err(|_| unreadable())?;
        for _ in 0..number {
            piece::skip(&mut file).map_err(|_| unreadable())?;
        }
        let sealed = piece::read(&mut file).map_err(|_| unreadable())?;
        let bytes = piece::unseal(&self.keyring, id, number, &sealed);
        bytes.map_err(|_| unreadable().into())
    }

    fn path(&self, id: &FileId) -> PathBuf {
        path_of(&self.folder, id)
    }
}

/// Where a file is stored.
pub(crate) fn path_of(attachments: &Path, id: &FileId) -> PathBuf {
    folder_of(attachments, id.case).join(id.hash.as_str())
}

/// What a file is called while its pieces come in.
pub(crate) fn staged_name(id: &FileId) -> String {
    format!("{}-{}", id.case, id.hash)
}

/// The folder of a case's files. The last digits of its id are random: they spread the cases over 256 folders.
pub(crate) fn folder_of(attachments: &Path, case: CaseId) -> PathBuf {
    let id = case.to_string();
    let shard = id.get(id.len() - 2..).unwrap_or_default();
    attachments.join(shard).join(&id)
}

#[cfg(test)]
mod tests;
