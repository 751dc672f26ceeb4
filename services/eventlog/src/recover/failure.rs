//! What fails while a log is opened, as an error that names the log or the file.

use std::io;
use std::path::{Path, PathBuf};

use super::kept::kept;
use crate::anchor;
use crate::error::{AnchorError, Damaged, FrameError, OpenError, StoreError};

/// Makes errors about the log or the file with this path.
pub(crate) struct Failures<'a>(pub(crate) &'a Path);

impl Failures<'_> {
    fn path(&self) -> PathBuf {
        self.0.to_owned()
    }

    pub(crate) fn io(&self, step: &'static str, on: &Path) -> impl FnOnce(io::Error) -> OpenError {
        let (path, log) = (on.to_owned(), self.path());
        move |source| {
            if source.kind() == io::ErrorKind::StorageFull {
                let (path, source) = (log, StoreError::Io { step, source });
                return OpenError::NoSpace { path, source };
            }
            OpenError::Io { step, path, source }
        }
    }

    pub(crate) fn store(&self) -> impl FnOnce(StoreError) -> OpenError {
        let path = self.path();
        move |source| {
            if source.is_no_space() {
                OpenError::NoSpace { path, source }
            } else {
                OpenError::Store { path, source }
            }
        }
    }

    pub(crate) fn anchor(&self) -> impl FnOnce(AnchorError) -> OpenError {
        let log = self.path();
        move |source| match source {
            AnchorError::Io { step, source } if source.kind() == io::ErrorKind::StorageFull => {
                let source = StoreError::Io { step, source };
                OpenError::NoSpace { path: log, source }
            }
            source @ (AnchorError::Io { .. } | AnchorError::Unreadable) => OpenError::Anchor {
                path: log.join(anchor::FILE_NAME),
                position: kept(&log).unwrap_or(0),
                source,
            },
        }
    }

    pub(crate) fn damaged(&self, Damaged { position, damage }: Damaged) -> OpenError {
        OpenError::Damaged {
            path: self.path(),
            position,
            damage,
        }
    }

    /// When the file system fails, the first bad position is `next`.
    pub(crate) fn frame(&self, next: u64) -> impl FnOnce(FrameError) -> OpenError {
        let path = self.path();
        move |error| match error {
            FrameError::Store(source) => OpenError::StoreUnreadable { path, next, source },
            FrameError::Damaged(Damaged { position, damage }) => OpenError::Damaged {
                path,
                position,
                damage,
            },
        }
    }
}
