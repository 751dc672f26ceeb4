//! What the intake that decides sends its standby.

use std::{fs, io, path::PathBuf};

use anyhow::Context as _;
use onestop_chassis::{
    standby::{FilePart, SidecarSource},
    stored_files::read_part,
};
use onestop_proto::{case, envelope::RecordedEvent, ids::CaseId};
use tracing::warn;

use super::contents::{Cases, Contents, StoredFile};
use crate::{
    attachments::{FileId, path_of},
    keyring::{KeyOfLeader, Keyring, KeyringError},
};

/// The keys and the files of an intake that runs.
pub(crate) struct KeysAndFiles {
    keyring: Keyring,
    attachments: PathBuf,
}

impl KeysAndFiles {
    pub(crate) fn new(keyring: Keyring, attachments: PathBuf) -> Self {
        Self {
            keyring,
            attachments,
        }
    }

    /// What the standby needs of these cases.
    pub(super) fn contents(&self, cases: Cases) -> anyhow::Result<Contents> {
        let mut contents = Contents::default();
        for (case, files) in cases.files {
            // The event of an erasure is in the log before the key is destroyed here.
            let key = if cases.erased.contains(&case) {
                Some(KeyOfLeader::Erased)
            } else {
                self.key(case)?
            };
            match key {
                Some(KeyOfLeader::Wrapped(wrapped)) => {
                    contents.add_key(case, &wrapped);
                    for hash in files {
                        contents.files.extend(self.stored(FileId { case, hash })?);
                    }
                }
                Some(KeyOfLeader::Erased) => contents.erased.push(case),
                None => {}
            }
        }
        Ok(contents)
    }

    /// A key that is damaged or lost here cannot be sent, and holds the others up no more than it does here.
    fn key(&self, case: CaseId) -> anyhow::Result<Option<KeyOfLeader>> {
        match self.keyring.to_copy(case) {
            Ok(Some(key)) => Ok(Some(key)),
            Ok(None) | Err(KeyringError::Damaged { .. }) => {
                warn!(case.id = %case, "its key cannot be read, and the standby does not get it");
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    fn stored(&self, id: FileId) -> anyhow::Result<Option<StoredFile>> {
        let path = path_of(&self.attachments, &id);
        match fs::metadata(&path) {
            Ok(about) => Ok(Some(StoredFile::new(id, about.len()))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                warn!(case.id = %id.case, "a file of it is missing, and the standby does not get it");
                Ok(None)
            }
            Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
        }
    }
}

impl SidecarSource for KeysAndFiles {
    fn check(&self) -> anyhow::Result<Vec<u8>> {
        Ok(self.keyring.wrapped_search_key()?)
    }

    fn of_events(
        &self,
        events: &mut dyn Iterator<Item = anyhow::Result<RecordedEvent>>,
    ) -> anyhow::Result<Vec<u8>> {
        // Which of the keys had to be destroyed is not known: none of them travels.
        self.keyring.check_released()?;
        let mut cases = Cases::default();
        for recorded in events {
            let recorded = recorded?;
            if let Some(event) = recorded.event.parse_if::<case::Event>()? {
                cases.take_in(recorded.case, &event);
            }
        }
        self.contents(cases)?.to_bytes()
    }

    fn read(&self, name: &[u8], from: u64, most: usize) -> anyhow::Result<FilePart> {
        let path = path_of(&self.attachments, &StoredFile::of_name(name)?.id());
        // A file that is gone was of a case that was erased meanwhile.
        read_part(&path, from, most).with_context(|| format!("cannot read {}", path.display()))
    }
}
