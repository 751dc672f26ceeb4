//! What goes with a change of the log, and of which cases.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;
use data_encoding::BASE64;
use onestop_proto::{
    case::{Event, FileHash},
    ids::CaseId,
};
use serde::{Deserialize, Serialize};

use crate::{attachments::FileId, keyring::WrappedKey};

/// The cases that events are about. Pure.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Cases {
    /// The files that the events name, by case.
    pub(super) files: BTreeMap<CaseId, Vec<FileHash>>,
    /// The cases whose persons the events erase.
    pub(super) erased: BTreeSet<CaseId>,
}

impl Cases {
    pub(super) fn take_in(&mut self, case: CaseId, event: &Event) {
        let files = self.files.entry(case).or_default();
        if let Event::AttachmentAdded(added) = event {
            files.push(added.hash.clone());
        }
        if let Event::Erased(_) = event {
            self.erased.insert(case);
        }
    }
}

/// Keys, marks and the names of files, as they travel.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Contents {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    keys: Vec<KeyText>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) erased: Vec<CaseId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) files: Vec<StoredFile>,
}

/// A wrapped key in base64.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct KeyText {
    case: CaseId,
    wrapped: String,
}

/// A file of a case, as the leader stores it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct StoredFile {
    case: CaseId,
    hash: FileHash,
    /// Bytes of the encrypted file.
    pub(super) length: u64,
}

impl StoredFile {
    pub(super) fn new(id: FileId, length: u64) -> Self {
        let FileId { case, hash } = id;
        Self { case, hash, length }
    }

    pub(super) fn id(&self) -> FileId {
        FileId {
            case: self.case,
            hash: self.hash.clone(),
        }
    }

    /// The name by which a part of it is asked for.
    pub(super) fn to_name(&self) -> anyhow::Result<Vec<u8>> {
        Ok(serde_json::to_vec(self)?)
    }

    pub(super) fn of_name(name: &[u8]) -> anyhow::Result<Self> {
        serde_json::from_slice(name).context("this names no file of a case")
    }
}

impl Contents {
    pub(super) fn add_key(&mut self, case: CaseId, wrapped: &[u8]) {
        let wrapped = BASE64.encode(wrapped);
        self.keys.push(KeyText { case, wrapped });
    }

    pub(super) fn keys(&self) -> anyhow::Result<Vec<WrappedKey>> {
        let keys = self.keys.iter().map(|key| {
            let wrapped = BASE64.decode(key.wrapped.as_bytes());
            Ok(WrappedKey {
                case: key.case,
                wrapped: wrapped.context("a key is cut short")?,
            })
        });
        keys.collect()
    }

    /// No byte where there is nothing.
    pub(super) fn to_bytes(&self) -> anyhow::Result<Vec<u8>> {
        if *self == Self::default() {
            return Ok(Vec::new());
        }
        Ok(serde_json::to_vec(self)?)
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> anyhow::Result<Self> {
        if bytes.is_empty() {
            return Ok(Self::default());
        }
        serde_json::from_slice(bytes).context("the keys of cases that were sent cannot be read")
    }
}
