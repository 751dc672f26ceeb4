//! The keys that a standby copies: as they lie in the slabs, wrapped. The standby's machine has the master key from its
//! operator; it is never sent.

use std::{
    fs::{self, File},
    io,
    path::PathBuf,
};

use onestop_proto::ids::CaseId;

use super::{
    FOR_SEARCH, Keyring, KeyringError, ROTATING, SEARCH, UnwrapError,
    case_key::CaseKey,
    error::at,
    folder::{files_with_extension, lock},
    master::{ExistingKeys, MasterKey, MasterKeySource},
    search_key, secure_file,
    slab::{Change, Slabs, Stored},
    takeover::{AT_A_TIME, commit},
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum KeyOfLeader {
    Wrapped(Vec<u8>),
    Erased,
}

impl Keyring {
    /// What is stored for a case; nothing where it never had a key.
    pub(crate) fn to_copy(&self, case: CaseId) -> Result<Option<KeyOfLeader>, KeyringError> {
        let stored = self.0.slabs.find(case)?;
        Ok(stored.map(|stored| match stored {
            Stored::Key(wrapped) => KeyOfLeader::Wrapped(wrapped),
            Stored::Erased => KeyOfLeader::Erased,
        }))
    }

    /// The key that makes blind indexes, wrapped. By it a standby sees whether its master key is this one.
    pub(crate) fn wrapped_search_key(&self) -> Result<Vec<u8>, KeyringError> {
        let path = self.0.folder.join(SEARCH);
        fs::read(&path).map_err(at(&path))
    }
}

/// A key that comes from the leader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WrappedKey {
    pub(crate) case: CaseId,
    pub(crate) wrapped: Vec<u8>,
}

/// Whether a standby's folder fits to its leader's keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fit {
    Fits,
    /// The leader's keys are wrapped with another master key.
    OtherMasterKey,
    /// The folder has keys of another instance.
    OtherKeys,
}

/// The keys in the folder of a standby, which no service uses.
#[derive(Debug)]
pub(crate) struct KeyringCopy {
    folder: PathBuf,
    master: MasterKey,
    slabs: Slabs,
    _lock: File,
}

impl KeyringCopy {
    /// Opens a copy, which is begun if there is none.
    ///
    /// # Errors
    /// If the folder cannot be used, or the master key is missing or another one.
    pub(crate) fn open(folder: PathBuf, source: &MasterKeySource) -> Result<Self, KeyringError> {
        let lock = lock(&folder)?;
        if folder.join(ROTATING).exists() {
            return Err(KeyringError::Rotating { folder });
        }
        // Its keys are wrapped by the leader: a master key is never made here.
        let master = MasterKey::load(source, ExistingKeys::Wrapped)?;
        let search = folder.join(SEARCH);
        if search.exists() {
            search_key(&search, &master)?;
        }
        for stale in files_with_extension(&folder, secure_file::STAGED)? {
            secure_file::destroy(&stale).map_err(at(&stale))?;
        }
        Ok(Self {
            slabs: Slabs::open(&folder)?,
            folder,
            master,
            _lock: lock,
        })
    }

    /// Compares the leader's key of blind indexes with the own one, which it becomes if there is none.
    ///
    /// # Errors
    /// If one of them cannot be read or written, or was altered.
    pub(crate) fn check(&self, of_leader: &[u8]) -> Result<Fit, KeyringError> {
        let path = self.folder.join(SEARCH);
        let unwrap = |wrapped: &[u8]| self.master.unwrap(FOR_SEARCH, wrapped);
        let wrapped = |source| KeyringError::Wrapped {
            path: path.clone(),
            source,
        };
        let clear = match unwrap(of_leader) {
            Ok(clear) => clear,
            Err(UnwrapError::OtherMasterKey) => return Ok(Fit::OtherMasterKey),
            Err(source) => return Err(wrapped(source)),
        };
        match fs::read(&path) {
            Ok(own) if unwrap(&own).map_err(wrapped)? == clear => Ok(Fit::Fits),
            Ok(_) => Ok(Fit::OtherKeys),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                secure_file::create(&path, of_leader).map_err(at(&path))?;
                Ok(Fit::Fits)
            }
            Err(error) => Err(at(&path)(error)),
        }
    }

    /// Takes keys, and destroys those of erased cases: durable when this returns. A key that was destroyed here stays so.
    /// Returns the cases that had another key, of a time when this folder's service decided.
    ///
    /// # Errors
    /// If a key does not unwrap with the master key, or a slab cannot be read or written.
    pub(crate) fn take(
        &self,
        keys: Vec<WrappedKey>,
        erased: &[CaseId],
    ) -> Result<Vec<CaseId>, KeyringError> {
        let (mut changes, mut replaced) = (Vec::new(), Vec::new());
        for WrappedKey { case, wrapped } in keys {
            let key = self.unwrap(case, &wrapped)?;
            match self.slabs.find(case) {
                Ok(Some(Stored::Erased)) => continue,
                Ok(Some(Stored::Key(own))) => {
                    if self.unwrap(case, &own)?.bytes() == key.bytes() {
                        continue;
                    }
                    replaced.push(case);
                }
                // A slot that is damaged here is whole at the leader.
                Ok(None) | Err(KeyringError::Damaged { .. }) => {}
                Err(error) => return Err(error),
            }
            changes.push(Change::Put { case, wrapped });
        }
        for case in erased {
            if !self.slabs.is_erased(*case)? {
                changes.push(Change::Erase { case: *case });
            }
        }
        while !changes.is_empty() {
            let rest = changes.split_off(changes.len().min(AT_A_TIME));
            commit(&self.slabs, changes)?;
            changes = rest;
        }
        Ok(replaced)
    }

    fn unwrap(&self, case: CaseId, wrapped: &[u8]) -> Result<CaseKey, KeyringError> {
        CaseKey::unwrap(&self.master, case, wrapped).map_err(|source| KeyringError::Wrapped {
            path: self.folder.clone(),
            source,
        })
    }
}
