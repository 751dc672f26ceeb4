//! Distinguishes a system that refused to read from content that is not what was written.

use std::io;

use super::{AnchorError, CheckpointError, OpenError, ReadError, StoreError, VerifyError};

/// Whether an error says nothing about the content: too many open files, no permission, no memory, a disk that does
/// not answer. A file that is gone, ends too early or does not decode is about the content.
fn by_system(error: &io::Error) -> bool {
    !matches!(
        error.kind(),
        io::ErrorKind::NotFound
            | io::ErrorKind::UnexpectedEof
            | io::ErrorKind::InvalidData
            | io::ErrorKind::InvalidInput
    )
}

/// The same of an error that the storage engine returns as text: `… (os error 24)`.
fn says_so(text: &str) -> bool {
    let Some((_, rest)) = text.rsplit_once("os error ") else {
        return false;
    };
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    let code = digits.parse();
    code.is_ok_and(|code| by_system(&io::Error::from_raw_os_error(code)))
}

impl StoreError {
    /// Whether the system refused to read, which says nothing about the content.
    pub(crate) fn is_refused(&self) -> bool {
        match self {
            StoreError::Io { source, .. } => by_system(source),
            StoreError::Engine { source, .. } => says_so(&source.to_string()),
            StoreError::Panicked { message, .. } => says_so(message),
        }
    }
}

impl ReadError {
    /// Whether nothing is known of the content, because the log is closed or the system refused to read it: too
    /// many open files, no permission, no memory. Then nothing is damaged.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        match self {
            ReadError::Closed { .. } => true,
            ReadError::Store(source) => source.is_refused(),
            ReadError::Damaged { .. } => false,
        }
    }
}

impl VerifyError {
    /// Whether nothing is known of the content, because the system refused to read it. Then nothing is damaged.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        match self {
            VerifyError::Read(source) => source.is_refused(),
            VerifyError::Checkpoint { source, .. } => source.is_refused(),
            VerifyError::IndexDiffers { .. }
            | VerifyError::CheckpointDiffers { .. }
            | VerifyError::TreeDiffers { .. }
            | VerifyError::HeadDiffers { .. } => false,
        }
    }
}

impl CheckpointError {
    /// Whether the system refused to read it, which says nothing about its content.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        match self {
            CheckpointError::Io { source, .. } => by_system(source),
            CheckpointError::Malformed
            | CheckpointError::Unsigned { .. }
            | CheckpointError::Foreign { .. }
            | CheckpointError::Misnamed { .. } => false,
        }
    }
}

impl OpenError {
    /// Whether nothing is known of the content, because another process has the log or the system refused to read
    /// it: too many open files, no permission, no memory. Then nothing is damaged.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        match self {
            OpenError::Io { source, .. }
            | OpenError::Anchor {
                source: AnchorError::Io { source, .. },
                ..
            } => by_system(source),
            OpenError::InUse { .. } | OpenError::Thread(_) | OpenError::NoSpace { .. } => true,
            OpenError::Store { source, .. } | OpenError::StoreUnreadable { source, .. } => {
                source.is_refused()
            }
            OpenError::Checkpoint { source, .. } => source.is_refused(),
            OpenError::Anchor {
                source: AnchorError::Unreadable,
                ..
            }
            | OpenError::Following { .. }
            | OpenError::NotFollowing { .. }
            | OpenError::Foreign { .. }
            | OpenError::AnchorMissing { .. }
            | OpenError::StoreMissing { .. }
            | OpenError::EpochDiffers { .. }
            | OpenError::BehindAnchor { .. }
            | OpenError::HeadDiffers { .. }
            | OpenError::BehindCheckpoint { .. }
            | OpenError::CheckpointDiffers { .. }
            | OpenError::CursorsDiffer { .. }
            | OpenError::Damaged { .. } => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Damage;

    const TOO_MANY_FILES: i32 = 24;
    const NO_SUCH_FILE: i32 = 2;

    fn store(code: i32) -> StoreError {
        StoreError::Io {
            step: "open a segment",
            source: io::Error::from_raw_os_error(code),
        }
    }

    #[test]
    fn too_many_open_files_are_no_damage() {
        assert!(VerifyError::Read(ReadError::Store(store(TOO_MANY_FILES))).is_refused());
        let opened = OpenError::StoreUnreadable {
            path: "log".into(),
            next: 7,
            source: store(TOO_MANY_FILES),
        };
        assert!(opened.is_refused());
        let engine = StoreError::Panicked {
            step: "read the index",
            message: "IO error: Too many open files (os error 24)".to_owned(),
        };
        assert!(engine.is_refused());
    }

    #[test]
    fn what_is_about_the_content_is_damage() {
        assert!(!VerifyError::Read(ReadError::Store(store(NO_SUCH_FILE))).is_refused());
        let damage = Damage::RecordAltered;
        assert!(
            !ReadError::Damaged {
                position: 3,
                damage
            }
            .is_refused()
        );
        let short = io::Error::from(io::ErrorKind::UnexpectedEof);
        assert!(!by_system(&short));
        assert!(!says_so("corrupted block at 4096"));
    }
}
