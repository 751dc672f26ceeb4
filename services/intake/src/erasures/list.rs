//! The list of erased cases: a file that only grows, one JSON object a line.
//!
//! Each line holds the hash of the one before, so that a line that was altered, left out or put in is found. What was
//! cut off at the end is found by comparison with an earlier head, which a backup holds.

use std::{
    collections::{BTreeSet, HashSet},
    fs::{File, OpenOptions},
    io,
    os::unix::fs::{FileExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use data_encoding::HEXLOWER;
use onestop_chassis::{bounded_file, identity::InstanceKeys};
use onestop_proto::{ids::CaseId, time::Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What a line's hash is for; persisted.
const FOR_LINES: &[u8] = b"onestop/erasure/1\n";
/// What a line's signature is for; persisted.
const FOR_SIGNATURES: &str = "onestop/erased/1";

/// A line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    case: CaseId,
    /// When it was entered.
    listed: Timestamp,
    chain: String,
    /// Intake's signature for both, where another node keeps the list. The chain does not hold it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    signed: Option<String>,
}

/// How far a list went.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListHead {
    /// How many cases it names.
    pub entries: u64,
    /// The hash of its last line; nothing in one without lines.
    pub chain: String,
}

/// The cases whose persons were erased.
#[derive(Debug, Clone, Default)]
pub struct ErasureList {
    entries: Vec<Entry>,
    /// The bytes of its whole lines.
    length: u64,
    /// The places of the lines that are not believed.
    unsigned: BTreeSet<usize>,
}

/// Why a list cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// It cannot be read or written.
    #[error("the list of erasures {} cannot be used", path.display())]
    File {
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// Another node's journal has it, and does not answer, or not as it should.
    #[error("the list of erasures at {at} cannot be used: {problem}")]
    Node {
        /// The address of this node there.
        at: String,
        /// What it answered.
        problem: String,
    },
    #[error(
        "the list of erasures {} was altered: line {line} does not follow from the one before. Take another copy of it",
        path.display()
    )]
    Altered {
        path: PathBuf,
        /// The first line that is wrong.
        line: usize,
    },
}

impl ErasureList {
    /// Reads a list. A last line without its end was never confirmed, and does not count.
    ///
    /// # Errors
    /// If it is not there, cannot be read, or was altered.
    pub fn read(path: &Path) -> Result<Self, ListError> {
        Self::parse(
            path,
            &bounded_file::read(path, bounded_file::GROWN).map_err(at(path))?,
        )
    }

    /// How far it goes.
    pub fn head(&self) -> ListHead {
        self.entries
            .last()
            .map_or_else(ListHead::default, |last| ListHead {
                entries: self.entries.len() as u64,
                chain: last.chain.clone(),
            })
    }

    /// Whether this is that list, be it that it has grown since.
    pub fn continues(&self, earlier: &ListHead) -> bool {
        let Some(last) = earlier.entries.checked_sub(1) else {
            return true;
        };
        let last = usize::try_from(last).ok();
        let entry = last.and_then(|last| self.entries.get(last));
        entry.is_some_and(|entry| entry.chain == earlier.chain)
    }

    /// The cases, in the order in which they were entered; none by a line that is not believed.
    pub fn cases(&self) -> Vec<CaseId> {
        let entries = self.entries.iter().enumerate();
        let believed = entries.filter(|(place, _)| !self.unsigned.contains(place));
        believed.map(|(_, entry)| entry.case).collect()
    }

    /// The cases of the lines that this node's intake has not signed.
    pub fn unsigned(&self) -> Vec<CaseId> {
        let entries = self.unsigned.iter().map(|&place| &self.entries[place]);
        entries.map(|entry| entry.case).collect()
    }

    /// Believes from now on those lines alone that these keys have signed, of the cases that matter: another may have written
    /// the others.
    pub(super) fn believe_signed(&mut self, keys: &InstanceKeys, matters: impl Fn(CaseId) -> bool) {
        let is_signed = |entry: &Entry| {
            keys.have_signed(
                &statement(entry.case, entry.listed),
                entry.signed.as_deref(),
            )
        };
        let entries = self.entries.iter().enumerate();
        let unsigned = entries.filter(|(_, entry)| !(matters(entry.case) && is_signed(entry)));
        self.unsigned = unsigned.map(|(place, _)| place).collect();
    }

    /// Enters the cases that are missing, in a list that is made if there is none. They are durable.
    ///
    /// # Errors
    /// If the list was altered, or cannot be written.
    pub fn enter(path: &Path, cases: &[CaseId], now: Timestamp) -> Result<Self, ListError> {
        let is_new = !path.exists();
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let file = options.mode(0o600).open(path).map_err(at(path))?;
        // Two who enter at once would write two lines in one place.
        file.lock().map_err(at(path))?;
        let mut list = Self::parse(
            path,
            &bounded_file::read(path, bounded_file::GROWN).map_err(at(path))?,
        )?;
        let length = list.length;
        let lines = list.add(cases, now, |_| None).map_err(at(path))?;
        if !lines.is_empty() {
            // A line that was not finished is written over.
            file.set_len(length)
                .and_then(|()| file.write_all_at(lines.as_bytes(), length))
                .and_then(|()| file.sync_all())
                .map_err(at(path))?;
        }
        if is_new {
            let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
            let folder = File::open(folder.unwrap_or(Path::new(".")));
            folder.and_then(|it| it.sync_all()).map_err(at(path))?;
        }
        Ok(list)
    }

    /// Adds the cases that no believed line names; their lines, signed where the list needs it.
    pub(super) fn add(
        &mut self,
        cases: &[CaseId],
        now: Timestamp,
        sign: impl Fn(&str) -> Option<String>,
    ) -> io::Result<String> {
        let known: HashSet<CaseId> = self.cases().into_iter().collect();
        let mut lines = String::new();
        for case in cases.iter().filter(|case| !known.contains(case)) {
            let entry = Entry {
                case: *case,
                listed: now,
                chain: chain(&self.head().chain, *case, now),
                signed: sign(&statement(*case, now)),
            };
            lines.push_str(&serde_json::to_string(&entry)?);
            lines.push('\n');
            self.entries.push(entry);
        }
        self.length += lines.len() as u64;
        Ok(lines)
    }

    pub(super) fn parse(path: &Path, bytes: &[u8]) -> Result<Self, ListError> {
        let mut list = Self::default();
        let mut last = String::new();
        for (number, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
            let Some(line) = line.strip_suffix(b"\n") else {
                break;
            };
            let entry = serde_json::from_slice::<Entry>(line).ok();
            let entry = entry.filter(|it| it.chain == chain(&last, it.case, it.listed));
            let Some(entry) = entry else {
                return Err(ListError::Altered {
                    path: path.to_owned(),
                    line: number + 1,
                });
            };
            last.clone_from(&entry.chain);
            list.entries.push(entry);
            list.length += line.len() as u64 + 1;
        }
        Ok(list)
    }
}

/// The hash of a line, over that of the line before.
fn chain(before: &str, case: CaseId, listed: Timestamp) -> String {
    let mut hash = Sha256::new();
    hash.update(FOR_LINES);
    hash.update(format!("{before}\n{case}\n{listed}\n"));
    HEXLOWER.encode(&hash.finalize())
}

/// What intake signs of a line.
fn statement(case: CaseId, listed: Timestamp) -> String {
    format!("{FOR_SIGNATURES}\n{case}\n{listed}\n")
}

fn at(path: &Path) -> impl Fn(io::Error) -> ListError {
    let path = path.to_owned();
    move |source| ListError::File {
        path: path.clone(),
        source,
    }
}
