//! Files of cases (附件): each once, under its case and its hash, sealed with the case's key. They are no
//! part of the log, which holds their hashes; erasing the key erases them too.
//!
//! A file is kept as the pieces in which it came: the length of a sealed piece, then the sealed piece, in
//! which the file's hash and the piece's number stand before the bytes. So every piece is verified when it
//! is read, by itself.

use std::{
    collections::HashMap,
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use data_encoding::{BASE64, HEXLOWER};
use onestop_proto::{
    case::{Attach, Ciphertext, FileHash, LARGEST_FILE, PIECE, Rejection, pieces},
    ids::CaseId,
    time::Timestamp,
};
use sha2::{Digest, Sha256};

use crate::{
    domain::begins_like,
    keyring::{Keyring, KeyringError},
};

/// Where files are kept while their pieces come in. What a stop leaves there is sent again.
const STAGED: &str = "staged";
/// Files that come in at the same time.
const MOST_UPLOADS: usize = 32;
/// After so long without a piece, another file may take the place.
const IDLE_SECONDS: f64 = 600.0;
/// Bytes of a hash.
const HASH: usize = 32;
/// Bytes before those of the file in a piece: the hash, and the piece's number.
const HEADER: usize = HASH + 4;

/// The files of the cases of one instance.
#[derive(Debug)]
pub(crate) struct Attachments {
    folder: PathBuf,
    keyring: Keyring,
    uploads: Mutex<Uploads>,
}

/// The files that come in.
type Uploads = HashMap<(CaseId, FileHash), Arc<Mutex<Upload>>>;

/// A file that comes in.
#[derive(Debug)]
struct Upload {
    file: File,
    /// The next piece.
    next: u32,
    /// Bytes so far.
    size: u64,
    touched: Timestamp,
}

/// Why a file is not taken or not given.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AttachmentError {
    /// The rules say no.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// The key cannot be used.
    #[error("the key of a case cannot be used")]
    Key(#[from] KeyringError),
    /// The disk does not do it.
    #[error("a file of a case cannot be kept or read")]
    Disk(#[from] io::Error),
}

impl Attachments {
    /// The files in a folder, which is made if it is missing. What came in half is thrown away.
    pub(crate) fn open(folder: PathBuf, keyring: Keyring) -> io::Result<Self> {
        let staged = folder.join(STAGED);
        if staged.is_dir() {
            fs::remove_dir_all(&staged)?;
        }
        make_folder(&staged)?;
        Ok(Self {
            folder,
            keyring,
            uploads: Mutex::default(),
        })
    }

    /// Takes in a piece. The first one begins anew; the last one again changes nothing.
    pub(crate) fn take(
        &self,
        case: CaseId,
        hash: &FileHash,
        (piece, bytes): (u32, &[u8]),
        now: Timestamp,
    ) -> Result<(), AttachmentError> {
        let upload = self.upload(case, hash, piece, now)?;
        let mut upload = upload.lock().unwrap_or_else(PoisonError::into_inner);
        if piece.checked_add(1) == Some(upload.next) {
            return Ok(());
        }
        // Only the last piece may be shorter, and nothing follows it.
        let whole = upload.size == u64::from(upload.next) * PIECE as u64;
        if piece != upload.next || !whole || bytes.is_empty() || bytes.len() > PIECE {
            let wanted = upload.next;
            return Err(Rejection::OtherPiece { wanted }.into());
        }
        let size = upload.size + bytes.len() as u64;
        if size > LARGEST_FILE {
            return Err(Rejection::TooLarge { size }.into());
        }
        let sealed = self.seal(case, hash, piece, bytes)?;
        let length = u32::try_from(sealed.len()).map_err(io::Error::other)?;
        upload.file.write_all(&length.to_le_bytes())?;
        upload.file.write_all(&sealed)?;
        (upload.next, upload.size, upload.touched) = (piece + 1, size, now);
        Ok(())
    }

    fn upload(
        &self,
        case: CaseId,
        hash: &FileHash,
        piece: u32,
        now: Timestamp,
    ) -> Result<Arc<Mutex<Upload>>, AttachmentError> {
        let mut uploads = self.uploads.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (case, hash.clone());
        if let Some(upload) = uploads.get(&key)
            && piece > 0
        {
            return Ok(Arc::clone(upload));
        }
        if piece > 0 {
            return Err(Rejection::OtherPiece { wanted: 0 }.into());
        }
        uploads.retain(|_, upload| {
            let busy = upload.try_lock();
            busy.map_or(true, |it| now.seconds_since(it.touched) < IDLE_SECONDS)
        });
        let count = uploads.len();
        if count >= MOST_UPLOADS && !uploads.contains_key(&key) {
            return Err(Rejection::UploadsFull { count }.into());
        }
        let path = self.staged(case, hash);
        if path.exists() {
            fs::remove_file(&path)?;
        }
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)?;
        let upload = Arc::new(Mutex::new(Upload {
            file,
            next: 0,
            size: 0,
            touched: now,
        }));
        uploads.insert(key, Arc::clone(&upload));
        Ok(upload)
    }

    /// Keeps a file whose pieces have come, once it is what it was said to be: on the disk for good before
    /// an event names it. A file that is kept already stays.
    pub(crate) fn keep(&self, case: CaseId, attach: &Attach) -> Result<(), AttachmentError> {
        let kept = self.path(case, &attach.hash);
        if kept.is_file() {
            let mut file = File::open(&kept)?;
            return self.verify(case, attach, &mut file);
        }
        let key = (case, attach.hash.clone());
        let upload = {
            let uploads = self.uploads.lock().unwrap_or_else(PoisonError::into_inner);
            uploads.get(&key).cloned()
        };
        let Some(upload) = upload else {
            return Err(Rejection::OtherPiece { wanted: 0 }.into());
        };
        let mut upload = upload.lock().unwrap_or_else(PoisonError::into_inner);
        if upload.size != attach.size {
            let wanted = upload.next;
            return Err(Rejection::OtherPiece { wanted }.into());
        }
        upload.file.rewind()?;
        let verified = self.verify(case, attach, &mut upload.file);
        let staged = self.staged(case, &attach.hash);
        match verified {
            Ok(()) => {
                upload.file.sync_all()?;
                let folder = folder_of(&self.folder, case);
                make_folder(&folder)?;
                fs::rename(&staged, &kept)?;
                // The name, and the folders on the way to it.
                for made in folder.ancestors().take(3) {
                    File::open(made)?.sync_all()?;
                }
            }
            Err(error) => {
                fs::remove_file(&staged)?;
                self.forget(&key);
                return Err(error);
            }
        }
        self.forget(&key);
        Ok(())
    }

    fn forget(&self, key: &(CaseId, FileHash)) {
        let mut uploads = self.uploads.lock().unwrap_or_else(PoisonError::into_inner);
        uploads.remove(key);
    }

    /// Reads a whole file again, piece by piece, and hashes it again.
    fn verify(
        &self,
        case: CaseId,
        attach: &Attach,
        file: &mut File,
    ) -> Result<(), AttachmentError> {
        let other = || Rejection::OtherHash {
            hash: attach.hash.clone(),
        };
        let (mut hasher, mut size) = (Sha256::new(), 0);
        for piece in 0..pieces(attach.size) {
            let sealed = read_sealed(file).map_err(|_| other())?;
            let bytes = self.unseal(case, &attach.hash, piece, &sealed);
            let bytes = bytes.map_err(|_| other())?;
            if piece == 0 && !begins_like(attach.media_type, &bytes) {
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
    pub(crate) fn read(
        &self,
        case: CaseId,
        hash: &FileHash,
        piece: u32,
    ) -> Result<Vec<u8>, AttachmentError> {
        let unreadable = || Rejection::AttachmentUnreadable { hash: hash.clone() };
        let path = self.path(case, hash);
        let mut file = File::open(path).map_err(|_| unreadable())?;
        for _ in 0..piece {
            let length = read_length(&mut file).map_err(|_| unreadable())?;
            file.seek(SeekFrom::Current(i64::from(length)))?;
        }
        let sealed = read_sealed(&mut file).map_err(|_| unreadable())?;
        let bytes = self.unseal(case, hash, piece, &sealed);
        bytes.map_err(|_| unreadable().into())
    }

    fn seal(
        &self,
        case: CaseId,
        hash: &FileHash,
        piece: u32,
        bytes: &[u8],
    ) -> Result<Vec<u8>, AttachmentError> {
        let mut text = header(hash, piece);
        text.extend_from_slice(bytes);
        let Ciphertext(sealed) = self.keyring.seal(case, &text)?;
        let decoded = BASE64.decode(sealed.as_bytes());
        Ok(decoded.map_err(io::Error::other)?)
    }

    fn unseal(
        &self,
        case: CaseId,
        hash: &FileHash,
        piece: u32,
        sealed: &[u8],
    ) -> Result<Vec<u8>, KeyringError> {
        let sealed = Ciphertext(BASE64.encode(sealed));
        let mut text = self.keyring.unseal(case, &sealed)?;
        if !text.starts_with(&header(hash, piece)) {
            return Err(KeyringError::Foreign { case });
        }
        Ok(text.split_off(HEADER))
    }

    fn staged(&self, case: CaseId, hash: &FileHash) -> PathBuf {
        self.folder.join(STAGED).join(format!("{case}-{hash}"))
    }

    fn path(&self, case: CaseId, hash: &FileHash) -> PathBuf {
        folder_of(&self.folder, case).join(hash.as_str())
    }
}

/// Where the files of a case are. The last digits of its id are random: they spread the cases over 256
/// folders.
pub(crate) fn folder_of(attachments: &Path, case: CaseId) -> PathBuf {
    let id = case.to_string();
    let shard = id.get(id.len() - 2..).unwrap_or_default();
    attachments.join(shard).join(&id)
}

fn header(hash: &FileHash, piece: u32) -> Vec<u8> {
    let mut header = HEXLOWER
        .decode(hash.as_str().as_bytes())
        .unwrap_or_default();
    header.resize(HASH, 0);
    header.extend(piece.to_le_bytes());
    header
}

fn read_length(file: &mut File) -> io::Result<u32> {
    let mut length = [0; 4];
    file.read_exact(&mut length)?;
    Ok(u32::from_le_bytes(length))
}

fn read_sealed(file: &mut File) -> io::Result<Vec<u8>> {
    let length = read_length(file)? as usize;
    // What a damaged length claims is not believed.
    if length > 2 * PIECE {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut sealed = vec![0; length];
    file.read_exact(&mut sealed)?;
    Ok(sealed)
}

fn make_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(test)]
mod tests;
