//! Erases in a restored folder what the list names, or records that there is no list.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use onestop_chassis::settings::{ErasureListAddress, Settings};
use onestop_proto::{case::SERVICE, ids::CaseId, time::Timestamp};

use super::{ErasureList, LaterErasures, ListError, ListHead, Restored};
use crate::{
    attachments,
    keyring::{KeyringError, erase_closed, folder_of},
};

/// Why it is not settled what was erased.
#[derive(Debug, thiserror::Error)]
pub enum SettleError {
    #[error(transparent)]
    List(#[from] ListError),
    #[error(
        "the list of erasures {} is not the one that the backup knew, or an earlier copy of it: the backup knew \
         {entries} entries. Name the newest copy", path.display()
    )]
    Earlier {
        path: PathBuf,
        /// What the backup knew.
        entries: u64,
    },
    #[error(transparent)]
    Keys(#[from] KeyringError),
    /// Files of a case, or what says that the node was restored.
    #[error("the folder {} cannot be used", path.display())]
    Folder {
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

/// Erases, in a data folder that no intake uses, the cases of a list; without a list, records that there is none. Returns
/// how many of the cases had a key there.
///
/// # Errors
/// If the list cannot be used, or something cannot be read or written.
pub fn settle_closed(
    settings: &Settings,
    list: Option<&ErasureListAddress>,
    now: Timestamp,
    restored: &Restored,
) -> Result<u64, SettleError> {
    let intake = settings.data.join(SERVICE);
    let (later, destroyed) = match list {
        None => (LaterErasures::None { at: now }, 0),
        Some(address) => {
            let list = read_newest(address, settings, restored.listed.as_ref())?;
            let cases = list.cases();
            let destroyed = erase_closed(&folder_of(settings), &cases)?;
            for case in cases {
                remove_files(&intake.join(attachments::FOLDER), case)?;
            }
            (applied(address, &list, now), destroyed)
        }
    };
    settled(&intake, restored, later)?;
    Ok(destroyed)
}

/// Reads a list that must go at least as far as it did before.
pub(super) fn read_newest(
    address: &ErasureListAddress,
    settings: &Settings,
    earlier: Option<&ListHead>,
) -> Result<ErasureList, SettleError> {
    let list = match address {
        ErasureListAddress::File(path) => ErasureList::read(path)?,
        ErasureListAddress::Node(at) => {
            let none = || ListError::Node {
                at: at.clone(),
                problem: "none was begun there".to_owned(),
            };
            ErasureList::begun_at(address, settings)?.ok_or_else(none)?
        }
    };
    match earlier {
        Some(earlier) if !list.continues(earlier) => Err(SettleError::Earlier {
            path: PathBuf::from(address.to_string()),
            entries: earlier.entries,
        }),
        Some(_) | None => Ok(list),
    }
}

/// That the cases of a list were erased.
pub(super) fn applied(
    address: &ErasureListAddress,
    list: &ErasureList,
    now: Timestamp,
) -> LaterErasures {
    LaterErasures::Applied {
        list: PathBuf::from(address.to_string()),
        head: list.head(),
        at: now,
    }
}

/// Records what is known of the erasures.
pub(super) fn settled(
    intake: &Path,
    restored: &Restored,
    erasures: LaterErasures,
) -> Result<(), SettleError> {
    let restored = Restored {
        erasures,
        ..restored.clone()
    };
    restored.write(intake).map_err(in_folder(intake))
}

pub(crate) fn remove_files(attachments: &Path, case: CaseId) -> Result<(), SettleError> {
    let folder = attachments::folder_of(attachments, case);
    match fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(in_folder(&folder)(error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

pub(super) fn in_folder(path: &Path) -> impl Fn(io::Error) -> SettleError {
    let path = path.to_owned();
    move |source| SettleError::Folder {
        path: path.clone(),
        source,
    }
}
