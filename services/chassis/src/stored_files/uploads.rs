//! Files whose pieces are coming in. A stop throws them away, and the client sends them again.

use std::{
    collections::HashMap,
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use onestop_proto::time::Timestamp;
use tracing::warn;

use super::{make_folder, remove_if_present};

/// Files that come in at the same time.
pub const MOST_UPLOADS: usize = 32;
/// After so long without a piece, another file may take the place.
pub(super) const IDLE_SECONDS: f64 = 600.0;

/// How large a file and its pieces may be.
#[derive(Debug, Clone, Copy)]
pub struct UploadLimits {
    /// Bytes of every piece but the last.
    pub piece: usize,
    /// Bytes of the largest file.
    pub largest: u64,
}

type OpenUploads = HashMap<String, Arc<Mutex<Upload>>>;

/// The files that are coming in, by names that the service gives them.
#[derive(Debug)]
pub struct Uploads {
    folder: PathBuf,
    open: Mutex<OpenUploads>,
}

/// A file that is coming in.
#[derive(Debug)]
pub struct Upload {
    /// What has come so far, as it is stored.
    pub file: File,
    /// The next piece.
    pub next: u32,
    /// Bytes so far.
    pub size: u64,
    touched: Timestamp,
}

/// Why a piece is not taken.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// It is not the piece that comes next, or it has not the length of one.
    #[error("piece {wanted} comes next")]
    OtherPiece {
        /// The piece that comes next.
        wanted: u32,
    },
    /// The file is larger than the largest that is taken.
    #[error("a file of {size} bytes is too large")]
    TooLarge {
        /// Bytes so far, with this piece.
        size: u64,
    },
    /// As many files are coming in as may at a time.
    #[error("{count} files are coming in")]
    Full {
        /// How many there are.
        count: usize,
    },
    /// The disk refuses.
    #[error("a piece of a file cannot be stored")]
    Disk(#[from] io::Error),
}

impl Uploads {
    /// Opens the folder, without what was left half.
    pub fn open(folder: PathBuf) -> io::Result<Self> {
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
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// A file that is coming in.
    pub fn find(&self, name: &str) -> Option<Arc<Mutex<Upload>>> {
        self.lock().get(name).cloned()
    }

    /// The file for its next piece, which begins it anew if it is the first one.
    ///
    /// # Errors
    /// [`UploadError::OtherPiece`] if its first piece has not come, [`UploadError::Full`], or if the disk refuses.
    pub fn for_piece(
        &self,
        name: &str,
        piece: u32,
        now: Timestamp,
    ) -> Result<Arc<Mutex<Upload>>, UploadError> {
        if piece == 0 {
            return self.begin(name, now);
        }
        let upload = self.find(name);
        upload.ok_or(UploadError::OtherPiece { wanted: 0 })
    }

    /// Forgets a file that was stored or refused.
    pub fn remove(&self, name: &str) {
        self.lock().remove(name);
    }

    /// Forgets files of which no piece has come for long, and deletes what has come. One that the disk refuses to delete is
    /// tried again the next time, and holds no other up: of several that it refuses, the error is the first's.
    pub fn remove_idle(&self, now: Timestamp) -> io::Result<()> {
        self.remove_idle_of(&mut self.lock(), now)
    }

    fn remove_idle_of(&self, open: &mut OpenUploads, now: Timestamp) -> io::Result<()> {
        let is_idle = |upload: &Mutex<Upload>| {
            let free = upload.try_lock();
            free.is_ok_and(|it| now.seconds_since(it.touched) >= IDLE_SECONDS)
        };
        let mut refused = Ok(());
        open.retain(|name, upload| {
            let removed = if is_idle(upload) {
                remove_if_present(self.path(name))
            } else {
                return true;
            };
            match removed {
                Ok(()) => false,
                Err(error) => {
                    if refused.is_ok() {
                        refused = Err(error);
                    }
                    true
                }
            }
        });
        refused
    }

    /// Begins a file anew. Waits for a caller that verifies or stores the file of before: what that one gives a name would be
    /// the new, empty file.
    fn begin(&self, name: &str, now: Timestamp) -> Result<Arc<Mutex<Upload>>, UploadError> {
        let before = self.find(name);
        let before = before.as_ref().map(|before| before.lock());
        let mut open = self.lock();
        // What is left of another file refuses none: it is tried again.
        if let Err(error) = self.remove_idle_of(&mut open, now) {
            warn!(%error, "what has come of an upload that no client goes on with cannot be deleted");
        }
        let count = open.len();
        if count >= MOST_UPLOADS && !open.contains_key(name) {
            return Err(UploadError::Full { count });
        }
        let path = self.path(name);
        remove_if_present(&path)?;
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
        open.insert(name.to_owned(), Arc::clone(&upload));
        drop(before);
        Ok(upload)
    }

    fn lock(&self) -> MutexGuard<'_, OpenUploads> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Upload {
    /// Takes the piece of a number and of so many bytes, which the caller appends to the file in the form in which it is
    /// stored. The last one again changes nothing.
    ///
    /// # Errors
    /// [`UploadError`], or what `append` returns.
    pub fn take<E: From<UploadError>>(
        &mut self,
        number: u32,
        length: usize,
        limits: UploadLimits,
        now: Timestamp,
        append: impl FnOnce(&mut File) -> Result<(), E>,
    ) -> Result<(), E> {
        if number.checked_add(1) == Some(self.next) {
            return Ok(());
        }
        // Only the last piece may be shorter, and nothing follows it.
        let all_full = self.size == u64::from(self.next) * limits.piece as u64;
        if number != self.next || !all_full || length == 0 || length > limits.piece {
            let wanted = self.next;
            return Err(UploadError::OtherPiece { wanted }.into());
        }
        let size = self.size + length as u64;
        if size > limits.largest {
            return Err(UploadError::TooLarge { size }.into());
        }
        append(&mut self.file)?;
        (self.next, self.size, self.touched) = (number + 1, size, now);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::Barrier, thread};

    use super::*;

    /// The one who stores a file holds it from its verification until it has its name.
    #[test]
    fn a_file_that_is_being_stored_is_not_begun_anew_meanwhile() {
        let folder = tempfile::tempdir().unwrap();
        let uploads = Uploads::open(folder.path().join("staged")).unwrap();
        let now = "2026-11-28 09:00:00".parse().unwrap();
        let first = uploads.for_piece("a", 0, now).unwrap();
        let kept = folder.path().join("kept");
        let begins = Barrier::new(2);
        thread::scope(|threads| {
            let mut stored = first.lock().unwrap();
            io::Write::write_all(&mut stored.file, b"first").unwrap();
            let again = threads.spawn(|| {
                begins.wait();
                uploads.for_piece("a", 0, now).map(drop)
            });
            begins.wait();
            fs::rename(uploads.path("a"), &kept).unwrap();
            uploads.remove("a");
            drop(stored);
            again.join().unwrap().unwrap();
        });
        assert_eq!(fs::read(kept).unwrap(), b"first");
        assert_eq!(fs::read(uploads.path("a")).unwrap(), b"");
    }

    /// Also while no other file begins.
    #[test]
    fn what_has_come_of_an_upload_that_no_client_goes_on_with_is_deleted() {
        let folder = tempfile::tempdir().unwrap();
        let uploads = Uploads::open(folder.path().join("staged")).unwrap();
        let began = "2026-11-28 09:00:00".parse().unwrap();
        let limits = UploadLimits {
            piece: 4,
            largest: 8,
        };
        let left = uploads.for_piece("left", 0, began).unwrap();
        let taken = left.lock().unwrap().take(0, 4, limits, began, |staged| {
            Ok::<_, UploadError>(io::Write::write_all(staged, b"half")?)
        });
        taken.unwrap();
        let later = "2026-11-28 09:09:59".parse().unwrap();
        uploads.for_piece("new", 0, later).unwrap();
        assert!(uploads.path("left").exists());
        let idle = "2026-11-28 09:10:00".parse().unwrap();
        uploads.remove_idle(idle).unwrap();
        assert!(!uploads.path("left").exists());
        assert!(uploads.find("left").is_none());
        assert!(uploads.path("new").exists());
    }

    /// Nor does it refuse the next file; it is tried again.
    #[test]
    fn an_idle_upload_that_the_disk_refuses_to_delete_holds_no_other_up() {
        let folder = tempfile::tempdir().unwrap();
        let uploads = Uploads::open(folder.path().join("staged")).unwrap();
        let began = "2026-11-28 09:00:00".parse().unwrap();
        let names = ["a", "b", "c", "d", "e", "f", "g", "h", "stuck"];
        for name in names {
            uploads.for_piece(name, 0, began).unwrap();
        }
        // The disk deletes no folder as a file.
        let stuck = uploads.path("stuck");
        fs::remove_file(&stuck).unwrap();
        fs::create_dir(&stuck).unwrap();
        let idle = "2026-11-28 09:10:00".parse().unwrap();
        assert!(uploads.remove_idle(idle).is_err());
        let left = names.iter().filter(|name| uploads.path(name).exists());
        assert_eq!(left.collect::<Vec<_>>(), [&"stuck"]);
        uploads.for_piece("next", 0, idle).unwrap();
        fs::remove_dir(&stuck).unwrap();
        uploads.remove_idle(idle).unwrap();
        assert!(uploads.find("stuck").is_none());
    }
}
