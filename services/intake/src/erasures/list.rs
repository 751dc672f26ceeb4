//! The list of erased cases: a file that only grows, one JSON object a line.
//!
//! Each line holds the hash of the one before, so that a line that was altered, left out or put in is found. What was
//! cut off at the end is found by comparison with an earlier head, which a backup holds.

use std::{
    collections::{BTreeSet, HashSet},
    path::Path,
};

use onestop_chassis::{bounded_file, identity::InstanceKeys};
use onestop_proto::{ids::CaseId, time::Timestamp};

use super::{
    error::{ListError, at},
    lines::{Lines, ListHead},
    tail::ListTail,
};

/// The cases whose persons were erased.
#[derive(Debug, Clone, Default)]
pub struct ErasureList {
    lines: Lines,
    /// The places of the lines that are not believed.
    unsigned: BTreeSet<usize>,
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
        let entries = &self.lines.entries;
        entries
            .last()
            .map_or_else(ListHead::default, |last| ListHead {
                entries: entries.len() as u64,
                chain: last.chain.clone(),
            })
    }

    /// Whether this is that list, be it that it has grown since.
    pub fn continues(&self, earlier: &ListHead) -> bool {
        let Some(last) = earlier.entries.checked_sub(1) else {
            return true;
        };
        let last = usize::try_from(last).ok();
        let entry = last.and_then(|last| self.lines.entries.get(last));
        entry.is_some_and(|entry| entry.chain == earlier.chain)
    }

    /// The cases, in the order in which they were entered; none by a line that is not believed.
    pub fn cases(&self) -> Vec<CaseId> {
        let entries = self.lines.entries.iter().enumerate();
        let believed = entries.filter(|(place, _)| !self.unsigned.contains(place));
        believed.map(|(_, entry)| entry.case).collect()
    }

    /// The cases of the lines that this node's intake has not signed.
    pub fn unsigned(&self) -> Vec<CaseId> {
        let entries = self
            .unsigned
            .iter()
            .map(|&place| &self.lines.entries[place]);
        entries.map(|entry| entry.case).collect()
    }

    /// Believes from now on those lines alone that these keys have signed: another may have written the others.
    pub(super) fn believe_signed(&mut self, keys: &InstanceKeys) {
        let entries = self.lines.entries.iter().enumerate();
        let unsigned = entries.filter(|(_, entry)| !entry.is_signed_by(keys));
        self.unsigned = unsigned.map(|(place, _)| place).collect();
    }

    /// Enters the cases that are missing, in a list that is made if there is none. They are durable.
    ///
    /// # Errors
    /// If the list was altered, or cannot be written.
    pub fn enter(path: &Path, cases: &[CaseId], now: Timestamp) -> Result<Self, ListError> {
        ListTail::default().enter_in_file(path, cases, now)?;
        Self::read(path)
    }

    /// Its end, behind which more is entered.
    pub(super) fn tail(&self) -> ListTail {
        let mut tail = ListTail::default();
        let believed = self.cases().into_iter().collect::<HashSet<_>>();
        tail.take(&self.lines, |entry| believed.contains(&entry.case));
        tail
    }

    pub(super) fn parse(path: &Path, bytes: &[u8]) -> Result<Self, ListError> {
        Ok(Self {
            lines: Lines::behind(&ListHead::default(), path, bytes)?,
            unsigned: BTreeSet::new(),
        })
    }
}
