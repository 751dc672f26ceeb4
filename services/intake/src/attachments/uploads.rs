//! Files whose pieces are coming in. A stop throws them away, and the client sends them again.

use std::{
    collections::HashMap,
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use onestop_proto::{
    case::{LARGEST_FILE, PIECE, Rejection},
    time::Timestamp,
};

use super::{
    AttachmentError, make_folder,
    piece::{self, FileId},
};
use crate::keyring::Keyring;

/// Files that come in at the same time.
pub(super) const MOST_UPLOADS: usize = 32;
/// After so long without a piece, another file may take the place.
const IDLE_SECONDS: f64 = 600.0;

#[derive(Debug)]
pub(super) struct Uploads {
    folder: PathBuf,
    open: Mutex<HashMap<FileId, Arc<Mutex<Upload>>>>,
}

/// A file that is coming in.
#[derive(Debug)]
pub(super) struct Upload {
    pub(super) file: File,
    /// The next piece.
    pub(super) next: u32,
    /// Bytes so far.
    pub(super) size: u64,
    touched: Timestamp,
}

impl Uploads {
    /// Opens the folder, without what was left half.
    pub(super) fn open(folder: PathBuf) -> io::Result<Self> {
        if folder.is_dir() {
            fs::remove_dir_all(&folder)?;
        }
        make_folder(&folder)?;
        Ok(Self {
            folder,
            open: Mutex::default(),
        })
    }

    /// Where a file is while it comes in.
    pub(super) fn path(&self, file: &FileId) -> PathBuf {
        self.folder.join(format!("{}-{}", file.case, file.hash))
    }

    pub(super) fn find(&self, file: &FileId) -> Option<Arc<Mutex<Upload>>> {
        self.lock().get(file).cloned()
    }

    pub(super) fn remove(&self, file: &FileId) {
        self.lock().remove(file);
    }

    /// Begins a file anew.
    pub(super) fn begin(
        &self,
        file: &FileId,
        now: Timestamp,
    ) -> Result<Arc<Mutex<Upload>>, AttachmentError> {
        let mut open = self.lock();
        open.retain(|_, upload| {
            let busy = upload.try_lock();
            busy.map_or(true, |it| now.seconds_since(it.touched) < IDLE_SECONDS)
        });
        let count = open.len();
        if count >= MOST_UPLOADS && !open.contains_key(file) {
            return Err(Rejection::UploadsFull { count }.into());
        }
        let path = self.path(file);
        if path.exists() {
            fs::remove_file(&path)?;
        }
        let upload = Arc::new(Mutex::new(Upload {
            file: OpenOptions::new()
                .read(true)
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(&path)?,
            next: 0,
            size: 0,
            touched: now,
        }));
        open.insert(file.clone(), Arc::clone(&upload));
        Ok(upload)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<FileId, Arc<Mutex<Upload>>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Upload {
    /// Takes a piece. The last one again changes nothing.
    pub(super) fn take(
        &mut self,
        keyring: &Keyring,
        file: &FileId,
        number: u32,
        bytes: &[u8],
        now: Timestamp,
    ) -> Result<(), AttachmentError> {
        if number.checked_add(1) == Some(self.next) {
            return Ok(());
        }
        // Only the last piece may be shorter, and nothing follows it.
        let all_full = self.size == u64::from(self.next) * PIECE as u64;
        if number != self.next || !all_full || bytes.is_empty() || bytes.len() > PIECE {
            let wanted = self.next;
            return Err(Rejection::OtherPiece { wanted }.into());
        }
        let size = self.size + bytes.len() as u64;
        if size > LARGEST_FILE {
            return Err(Rejection::TooLarge { size }.into());
        }
        let sealed = piece::seal(keyring, file, number, bytes)?;
        piece::append(&mut self.file, &sealed)?;
        (self.next, self.size, self.touched) = (number + 1, size, now);
        Ok(())
    }
}
