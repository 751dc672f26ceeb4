//! Cosigned checkpoints: a file that only grows, one JSON object a line.
//!
//! Each line holds the hash of the one before, so that a line that was altered, left out or put in is found. What was
//! cut off at the end is found by comparison with the same file elsewhere.

use std::{
    collections::HashSet,
    fs::{File, OpenOptions},
    io,
    os::unix::fs::{FileExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use onestop_chassis::bounded_file;
use onestop_eventlog::{Checkpoint, CosignerKey, Hash, VerifyingKey};
use onestop_proto::{envelope::Source, time::Timestamp};
use serde::{Deserialize, Serialize};

/// What a line's hash is for; persisted.
const FOR_LINES: &str = "onestop/cosigned/1";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    source: Source,
    key: String,
    /// The checkpoint with the signatures of the log and of the cosigner.
    note: String,
    /// How it continues the one before, for a witness that has not the log. It proves itself, and is no part of the chain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    continues: Option<Continued>,
    chain: String,
}

/// That a checkpoint continues the one before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Continued {
    /// How many records the one before has.
    pub size: u64,
    /// The hashes of the proof.
    pub proof: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CosignedCheckpoint {
    pub source: Source,
    /// The public key of the log.
    pub key: VerifyingKey,
    /// The checkpoint, with both signatures.
    pub checkpoint: Checkpoint,
    /// When the journal cosigned it.
    pub at: Timestamp,
    /// How it continues the one before, where that was kept.
    pub continues: Option<Continued>,
}

/// Why a file of cosigned checkpoints cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CosignedFileError {
    /// It cannot be read or written.
    #[error("the cosigned checkpoints {} cannot be used", path.display())]
    File {
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    #[error(
        "the cosigned checkpoints {} were altered: line {line} is not what the journal cosigned. Take another copy of them",
        path.display()
    )]
    Altered {
        path: PathBuf,
        /// The first line that is wrong.
        line: usize,
    },
    #[error(
        "line {line} of the cosigned checkpoints {} was cosigned with another key than the one that is known here. If the \
         journal's key was lost, put the file aside, with the old cosigning.pub by which it is still verified; if not, somebody \
         else cosigned it: take another copy",
        path.display()
    )]
    OtherKey {
        path: PathBuf,
        /// The first such line.
        line: usize,
    },
}

impl CosignedFileError {
    /// Whether the system refused, which says nothing about the content.
    pub fn is_refused(&self) -> bool {
        matches!(self, Self::File { .. })
    }
}

/// Reads a file, and verifies each line: the log has signed it, and all of these keys, the journal's first. A last line
/// without its end was never confirmed, and does not count.
///
/// # Errors
/// If it is not there, cannot be read, or was altered.
pub fn read(
    path: &Path,
    cosigners: &[CosignerKey],
) -> Result<Vec<CosignedCheckpoint>, CosignedFileError> {
    parse(
        path,
        &bounded_file::read(path, bounded_file::GROWN).map_err(at(path))?,
        cosigners,
    )
}

/// Verifies the bytes of such a file as [`read`] does. `path` says in errors where they are from.
///
/// # Errors
/// If it was altered.
pub fn parse(
    path: &Path,
    bytes: &[u8],
    cosigners: &[CosignerKey],
) -> Result<Vec<CosignedCheckpoint>, CosignedFileError> {
    let lines = Lines::parse(path, bytes)?;
    let numbered = lines.lines.into_iter().zip(1..);
    let verified = numbered.map(|(line, number)| {
        line.verify(cosigners).map_err(|wrong| match wrong {
            WrongLine::Altered => CosignedFileError::Altered {
                path: path.to_owned(),
                line: number,
            },
            WrongLine::OtherKey => CosignedFileError::OtherKey {
                path: path.to_owned(),
                line: number,
            },
        })
    });
    verified.collect()
}

/// Adds the checkpoints that are missing, to a file that is made if there is none. They are durable.
///
/// # Errors
/// If the file was altered, or cannot be written.
pub(crate) fn enter(path: &Path, cosigned: &[CosignedCheckpoint]) -> Result<(), CosignedFileError> {
    let is_new = !path.exists();
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    let file = options.mode(0o600).open(path).map_err(at(path))?;
    // Two who enter at once would write two lines in one place.
    file.lock().map_err(at(path))?;
    let lines = Lines::parse(
        path,
        &bounded_file::read(path, bounded_file::GROWN).map_err(at(path))?,
    )?;
    let known: HashSet<&str> = lines.lines.iter().map(|line| line.note.as_str()).collect();
    let new = cosigned.iter();
    let new = new.filter(|cosigned| !known.contains(cosigned.checkpoint.note()));
    let (mut bytes, mut last) = (Vec::new(), lines.last().to_owned());
    for cosigned in new {
        let line = Line::following(&last, cosigned);
        let text = serde_json::to_vec(&line).map_err(io::Error::from);
        bytes.extend(text.map_err(at(path))?);
        bytes.push(b'\n');
        last = line.chain;
    }
    if !bytes.is_empty() {
        // A line that was not finished is written over.
        file.set_len(lines.length)
            .and_then(|()| file.write_all_at(&bytes, lines.length))
            .and_then(|()| file.sync_all())
            .map_err(at(path))?;
    }
    if is_new {
        let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
        let folder = File::open(folder.unwrap_or(Path::new(".")));
        folder.and_then(|it| it.sync_all()).map_err(at(path))?;
    }
    Ok(())
}

/// What is wrong with a line.
enum WrongLine {
    /// The log has not signed it, or it is no checkpoint.
    Altered,
    /// One of the keys has not cosigned it.
    OtherKey,
}

/// The whole lines of a file, each of which follows from the one before.
struct Lines {
    lines: Vec<Line>,
    /// Their bytes.
    length: u64,
}

impl Lines {
    fn parse(path: &Path, bytes: &[u8]) -> Result<Self, CosignedFileError> {
        let mut all = Self {
            lines: Vec::new(),
            length: 0,
        };
        for (number, text) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
            let Some(text) = text.strip_suffix(b"\n") else {
                break;
            };
            let line = serde_json::from_slice::<Line>(text).ok();
            let Some(line) = line.filter(|line| line.chain == line.chained(all.last())) else {
                return Err(CosignedFileError::Altered {
                    path: path.to_owned(),
                    line: number + 1,
                });
            };
            all.lines.push(line);
            all.length += text.len() as u64 + 1;
        }
        Ok(all)
    }

    /// The hash of the last line; nothing without lines.
    fn last(&self) -> &str {
        self.lines.last().map_or("", |line| &line.chain)
    }
}

impl Line {
    fn following(before: &str, cosigned: &CosignedCheckpoint) -> Self {
        let mut line = Self {
            source: cosigned.source.clone(),
            key: cosigned.key.to_string(),
            note: cosigned.checkpoint.note().to_owned(),
            continues: cosigned.continues.clone(),
            chain: String::new(),
        };
        line.chain = line.chained(before);
        line
    }

    /// Its hash, over that of the line before.
    fn chained(&self, before: &str) -> String {
        let Self {
            source, key, note, ..
        } = self;
        let text = format!("{FOR_LINES}\n{before}\n{source}\n{key}\n{note}");
        Hash::of_payload(text.as_bytes()).to_string()
    }

    /// The checkpoint, if all signatures are good.
    fn verify(self, cosigners: &[CosignerKey]) -> Result<CosignedCheckpoint, WrongLine> {
        let (checkpoint, key) = self.signed().ok_or(WrongLine::Altered)?;
        let times = cosigners.iter().map(|key| key.verify(&checkpoint).ok());
        let times: Option<Vec<u64>> = times.collect();
        let times = times.ok_or(WrongLine::OtherKey)?;
        let time = times.first().and_then(|time| i64::try_from(*time).ok());
        let micros = time.and_then(|time| time.checked_mul(1_000_000));
        Ok(CosignedCheckpoint {
            source: self.source,
            key,
            checkpoint,
            at: Timestamp::from_micros(micros.ok_or(WrongLine::Altered)?),
            continues: self.continues,
        })
    }

    /// The checkpoint with the key of the log that has signed it.
    fn signed(&self) -> Option<(Checkpoint, VerifyingKey)> {
        let checkpoint = Checkpoint::parse(&self.note).ok()?;
        let key: VerifyingKey = self.key.parse().ok()?;
        checkpoint.verify(&key).ok()?;
        Some((checkpoint, key))
    }
}

fn at(path: &Path) -> impl Fn(io::Error) -> CosignedFileError {
    let path = path.to_owned();
    move |source| CosignedFileError::File {
        path: path.clone(),
        source,
    }
}
