//! What intake's standby keeps besides the copy of the log.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use onestop_chassis::{
    settings::Settings,
    standby::{MissingFile, SidecarCopy},
    stored_files::{CopiedFiles, ReceivedPart},
};
use onestop_proto::case::SERVICE;

use super::contents::{Contents, StoredFile};
use crate::{
    attachments::{self, FileId, path_of, staged_name},
    erasures::{ErasureList, remove_files},
    keyring::{
        Fit, KeyringCopy, KeyringError, UnwrapError, erase_closed, folder_of,
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
        personal::remove_index(&intake).with_context(|| {
            format!("cannot remove the index of persons in {}", intake.display())
        })?;
        erase_listed(settings, &attachments)?;
        let keys = KeyringCopy::open(keys_folder.clone(), &MasterKeySource::of(settings));
        let keys = keys.context(
            "a standby of intake needs the master key on its own machine. Copy it from where you keep it, by a way that nobody else reads: it is never sent",
        )?;
        let files = CopiedFiles::open(attachments.clone());
        let files = files.with_context(|| format!("cannot use {}", attachments.display()))?;
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
    let list = settings.erasure_list.as_deref();
    let Some(path) = list.filter(|path| path.exists()) else {
        return Ok(());
    };
    let cases = ErasureList::read(path)?.cases();
    erase_closed(&folder_of(settings), &cases)?;
    for case in cases {
        remove_files(attachments, case)?;
    }
    Ok(())
}

/// Where a file is in the folder of all of them.
fn kept_path(id: &FileId) -> PathBuf {
    path_of(Path::new(""), id)
}

/// What is said where the leader's master key is not the one of this machine.
const OTHER_MASTER_KEY: &str = "the intake that is followed wraps its keys with another master key than the one on this machine. Put the same one here; where it was changed there, change it here too, with the standby stopped: onestop keys rotate-master --new FILE";

impl SidecarCopy for KeysAndFilesCopy {
    fn check(&mut self, check: &[u8]) -> anyhow::Result<()> {
        match self.keys.check(check)? {
            Fit::Fits => Ok(()),
            Fit::OtherMasterKey => bail!("{OTHER_MASTER_KEY}"),
            Fit::OtherKeys => bail!(
                "the keys in {} are those of another intake. Move the folder away, and start the standby again",
                self.keys_folder.display()
            ),
        }
    }

    fn take(&mut self, sidecar: &[u8]) -> anyhow::Result<Vec<MissingFile>> {
        let contents = Contents::from_bytes(sidecar)?;
        let taken = self.keys.take(contents.keys()?, &contents.erased);
        if let Err(KeyringError::Wrapped {
            source: UnwrapError::OtherMasterKey,
            ..
        }) = &taken
        {
            bail!("{OTHER_MASTER_KEY}");
        }
        for case in taken?.iter().chain(&contents.erased) {
            remove_files(&self.attachments, *case)?;
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
        received.with_context(|| format!("cannot write into {}", self.attachments.display()))
    }
}
