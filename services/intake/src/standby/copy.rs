//! What intake's standby keeps besides the copy of the log.

use std::path::{Path, PathBuf};

use onestop_chassis::{
    settings::Settings,
    standby::{MissingFile, SidecarCopy, StandbyRefused},
    stored_files::{CopiedFiles, ReceivedPart},
};
use onestop_proto::case::SERVICE;

use super::contents::{Contents, StoredFile};
use crate::{
    attachments::{self, FileId, path_of, staged_name},
    erasures::{ErasureList, remove_files},
    keyring::{
        Fit, KeyringCopy, KeyringError, MasterKeyError, UnwrapError, erase_closed, folder_of,
        master::MasterKeySource,
    },
    personal,
};

/// The keys and the files in the folder of a standby.
pub(crate) struct KeysAndFilesCopy {
    keys: KeyringCopy,
    files: CopiedFiles,
    keys_folder: PathBuf,
    attachments: PathBuf,
}

impl KeysAndFilesCopy {
    /// Opens them, without what is in the list of erasures that the settings name.
    ///
    /// # Errors
    /// If the master key is missing or another one, or a folder cannot be used.
    pub(crate) fn open(settings: &Settings) -> anyhow::Result<Self> {
        let (intake, keys_folder) = (settings.data.join(SERVICE), folder_of(settings));
        let attachments = intake.join(attachments::FOLDER);
        // It tells of persons, also of those who are erased from now on; it is made anew from the log.
        personal::remove_index(&intake)
            .map_err(|error| StandbyRefused::unusable(&intake, error))?;
        erase_listed(settings, &attachments)?;
        let keys = KeyringCopy::open(keys_folder.clone(), &MasterKeySource::of(settings));
        let keys = keys.map_err(refused)?;
        let files = CopiedFiles::open(attachments.clone());
        let files = files.map_err(|error| StandbyRefused::unusable(&attachments, error))?;
        Ok(Self {
            keys,
            files,
            keys_folder,
            attachments,
        })
    }
}

/// Erases what the list names, as intake does when it starts.
fn erase_listed(settings: &Settings, attachments: &Path) -> anyhow::Result<()> {
    let Some(address) = &settings.erasure_list else {
        return Ok(());
    };
    let unusable = |error| StandbyRefused::unusable(address.to_string().as_ref(), error);
    let Some(list) = ErasureList::begun_at(address, settings).map_err(unusable)? else {
        return Ok(());
    };
    let cases = list.cases();
    erase_closed(&folder_of(settings), &cases).map_err(refused)?;
    for case in cases {
        remove_files(attachments, case)
            .map_err(|error| StandbyRefused::unusable(attachments, error))?;
    }
    Ok(())
}

/// What is wrong with the keys or the master key, for the operator of this machine.
fn refused(error: KeyringError) -> anyhow::Error {
    let shown = |path: &Path| path.display().to_string();
    let refused = match &error {
        KeyringError::Master(MasterKeyError::Missing { path } | MasterKeyError::Gone { path }) => {
            StandbyRefused::NoMasterKey { file: shown(path) }
        }
        KeyringError::Master(MasterKeyError::NoKey { place }) => StandbyRefused::NoMasterKey {
            file: place.clone(),
        },
        KeyringError::Another { .. }
        | KeyringError::Wrapped {
            source: UnwrapError::OtherMasterKey,
            ..
        } => StandbyRefused::OtherMasterKey,
        KeyringError::Rotating { folder } => StandbyRefused::MasterKeyChanging {
            place: shown(folder),
        },
        KeyringError::File { path, source }
        | KeyringError::Master(MasterKeyError::File { path, source }) => StandbyRefused::Unusable {
            place: shown(path),
            why: source.to_string(),
        },
        KeyringError::Damaged { .. }
        | KeyringError::Unconfirmed { .. }
        | KeyringError::Shared(_)
        | KeyringError::Stopped { .. }
        | KeyringError::Erased { .. }
        | KeyringError::Withheld
        | KeyringError::Foreign { .. }
        | KeyringError::Wrapped { .. }
        | KeyringError::InUse { .. } => return error.into(),
    };
    refused.into()
}

/// Where a file is in the folder of all of them.
fn kept_path(id: &FileId) -> PathBuf {
    path_of(Path::new(""), id)
}

impl SidecarCopy for KeysAndFilesCopy {
    fn check(&mut self, check: &[u8]) -> anyhow::Result<()> {
        match self.keys.check(check).map_err(refused)? {
            Fit::Fits => Ok(()),
            Fit::OtherMasterKey => Err(StandbyRefused::OtherMasterKey.into()),
            Fit::OtherKeys => {
                let place = self.keys_folder.display().to_string();
                Err(StandbyRefused::OtherKeys { place }.into())
            }
        }
    }

    fn take(&mut self, sidecar: &[u8]) -> anyhow::Result<Vec<MissingFile>> {
        let contents = Contents::from_bytes(sidecar)?;
        let taken = self.keys.take(contents.keys()?, &contents.erased);
        let taken = taken.map_err(refused)?;
        for case in taken.iter().chain(&contents.erased) {
            let removed = remove_files(&self.attachments, *case);
            removed.map_err(|error| StandbyRefused::unusable(&self.attachments, error))?;
        }
        let missing = contents.files.iter();
        let missing = missing.filter(|file| !self.files.has(&kept_path(&file.id()), file.length));
        let missing = missing.map(|file| {
            Ok(MissingFile {
                name: file.to_name()?,
                length: file.length,
            })
        });
        missing.collect()
    }

    fn receive(&mut self, file: &MissingFile, from: u64, part: &[u8]) -> anyhow::Result<()> {
        let id = StoredFile::of_name(&file.name)?.id();
        let part = ReceivedPart { from, bytes: part };
        let (path, staged) = (kept_path(&id), staged_name(&id));
        let received = self.files.receive(&path, &staged, file.length, &part);
        Ok(received.map_err(|error| StandbyRefused::unusable(&self.attachments, error))?)
    }
}
