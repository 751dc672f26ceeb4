//! What a node that was made from a backup says of that, in a file beside intake's log.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use onestop_proto::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::ListHead;

/// The file, in intake's folder.
const FILE: &str = "restored.json";

/// That a node was made from a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restored {
    pub backup: Timestamp,
    pub restored: Timestamp,
    /// How far the list of erasures went when the backup was made, where the node kept one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listed: Option<ListHead>,
    pub erasures: LaterErasures,
}

/// Whether the list of erasures was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum LaterErasures {
    /// Not yet: no key is given out.
    Awaited,
    /// Its cases were erased here too.
    Applied {
        list: PathBuf,
        /// How far it went.
        head: ListHead,
        at: Timestamp,
    },
    /// The operator has said that there is no list.
    None { at: Timestamp },
}

impl Restored {
    /// Reads what intake's folder says; nothing where the node was not made from a backup.
    pub fn read(intake: &Path) -> io::Result<Option<Self>> {
        let path = intake.join(FILE);
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let restored = serde_json::from_slice(&text);
        restored.map(Some).map_err(|error| {
            io::Error::other(format!("{} cannot be read: {error}", path.display()))
        })
    }

    /// Writes it, whole and durable.
    pub fn write(&self, intake: &Path) -> io::Result<()> {
        let (path, aside) = (intake.join(FILE), intake.join("restored.json.new"));
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true).mode(0o600);
        let mut file = options.open(&aside)?;
        file.write_all(&serde_json::to_vec_pretty(self)?)?;
        file.sync_all()?;
        fs::rename(&aside, &path)?;
        File::open(intake)?.sync_all()
    }
}
