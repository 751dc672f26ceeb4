//! What a log's directory holds, read and compared with its anchor. Nothing is written here.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use uuid::Uuid;

use super::failure::Failures;
use crate::commit_state::CommitState;
use crate::error::{Damaged, FrameError, OpenError};
use crate::hash::Hash;
use crate::identity::Identity;
use crate::merkle::Tree;
use crate::options::Options;
use crate::segment::{self, SegmentError, SegmentSet};
use crate::wal::{self, Commit, Entry, Gap, Scan};

/// The log at one state: what the next segment continues, and what the writer goes on from.
#[derive(Debug, Clone)]
pub(crate) struct Position {
    pub(crate) state: CommitState,
    pub(crate) cursors: BTreeMap<String, u64>,
    pub(crate) tree: Tree,
}

/// A log whose segments and commits continue one another and reach what was acknowledged.
pub(crate) struct Contents {
    /// The log's directory.
    path: PathBuf,
    pub(crate) segments: SegmentSet,
    /// As of the last segment.
    pub(crate) sealed: Position,
    pub(crate) scan: Scan,
    /// Behind the last segment.
    pub(crate) commits: Vec<Arc<Commit>>,
    /// As of the last commit.
    pub(crate) reached: Position,
}

/// Reads the log in `options.path`, which its anchor says has this epoch, and was acknowledged up to
/// `anchored`.
pub(crate) fn read(
    options: &Options,
    epoch: Uuid,
    anchored: CommitState,
) -> Result<Contents, OpenError> {
    let path = options.path.as_path();
    let at = Failures(path);
    let segments = SegmentSet::load(&path.join(segment::DIRECTORY)).map_err(|error| {
        let SegmentError { path, next, source } = error;
        Failures(&path).frame(next)(source)
    })?;
    let sealed = sealed(&segments, options, epoch)?;
    let scan = Scan::read(path).map_err(at.store())?;
    let file = path.join(wal::DIRECTORY);
    let mut newest: Option<&Entry> = None;
    for entry in scan.entries() {
        let position = entry.state.head.count;
        check_owner(
            (&file, position),
            options,
            epoch,
            (entry.epoch, &entry.identity),
        )?;
        // A file that is written over still holds entries of before.
        if let Some(before) = newest {
            if entry.state.commit <= before.state.commit {
                continue;
            }
            check_term(&file, before, entry)?;
        }
        newest = Some(entry);
    }
    let mut reached = sealed.clone();
    let (commits, gap) = scan.commits(sealed.state, epoch, &mut reached.tree);
    if let Some(Gap { path, damaged }) = gap {
        return Err(Failures(&path).damaged(damaged));
    }
    for commit in &commits {
        reached.cursors.extend(commit.cursors.clone());
        reached.state = commit.state;
    }
    let contents = Contents {
        path: path.to_owned(),
        segments,
        sealed,
        scan,
        commits: commits.into_iter().map(Arc::new).collect(),
        reached,
    };
    contents.compare(anchored)?;
    Ok(contents)
}

/// What the last segment says of the log's state.
fn sealed(segments: &SegmentSet, options: &Options, epoch: Uuid) -> Result<Position, OpenError> {
    let path = options.path.as_path();
    let last = segments.last().map_err(Failures(path).frame(0))?;
    let Some(last) = last else {
        return Ok(Position {
            state: CommitState::EMPTY,
            cursors: BTreeMap::new(),
            tree: Tree::new(),
        });
    };
    let header = &last.footer.header;
    let position = last.footer.after.head.count;
    let file = segments.path_of(position).unwrap_or(path);
    check_owner(
        (file, position),
        options,
        epoch,
        (header.epoch, &header.identity),
    )?;
    let state = last.footer.after;
    let tree = Tree::from_peaks(state.head.count, last.footer.peaks.clone());
    Ok(Position {
        state,
        cursors: last.footer.cursors.clone(),
        // The footer was checked to have as many peaks as it should.
        tree: tree.unwrap_or_else(Tree::new),
    })
}

/// An entry may not come after one of a later term: its process had been taken over from.
fn check_term(path: &Path, before: &Entry, entry: &Entry) -> Result<(), OpenError> {
    if entry.identity.term < before.identity.term {
        return Err(OpenError::Foreign {
            path: path.to_owned(),
            found: entry.identity.to_string(),
            expected: before.identity.to_string(),
        });
    }
    Ok(())
}

/// Whether a file with this owner, which reaches a position, belongs to the log.
fn check_owner(
    (path, position): (&Path, u64),
    options: &Options,
    epoch: Uuid,
    (found, identity): (Uuid, &Identity),
) -> Result<(), OpenError> {
    if found != epoch {
        return Err(OpenError::EpochDiffers {
            path: path.to_owned(),
            position,
            found: Some(found),
            anchored: epoch,
        });
    }
    if !options.identity.opens(identity) {
        return Err(OpenError::Foreign {
            path: path.to_owned(),
            found: identity.to_string(),
            expected: options.identity.to_string(),
        });
    }
    Ok(())
}

impl Contents {
    /// The owner that the newest file names.
    pub(crate) fn newest_owner(&self) -> Result<Identity, FrameError> {
        let newest = self.scan.entries().max_by_key(|entry| entry.identity.term);
        let of_entry = newest.map(|entry| entry.identity.clone());
        let last = self.segments.last()?;
        let of_segment = last.map(|last| last.footer.header.identity.clone());
        let owners = [of_segment, of_entry].into_iter().flatten();
        Ok(owners.max_by_key(|owner| owner.term).unwrap_or_default())
    }

    pub(crate) fn sealed_term(&self) -> Result<u64, FrameError> {
        let last = self.segments.last()?;
        Ok(last.map_or(0, |last| last.footer.header.identity.term))
    }

    fn compare(&self, anchored: CommitState) -> Result<(), OpenError> {
        let found = self.reached.state;
        let path = || self.path.join(wal::DIRECTORY);
        if found.head.count < anchored.head.count {
            return Err(OpenError::BehindAnchor {
                path: path(),
                found: found.head.count,
                anchored: anchored.head.count,
            });
        }
        if self.hash_before(anchored.head.count)? != anchored.head.hash {
            return Err(OpenError::HeadDiffers {
                path: self.file_of(anchored.head.count.saturating_sub(1)),
                position: anchored.head.count.saturating_sub(1),
            });
        }
        let same_commit = self.state_of(anchored.commit);
        let differs = same_commit.is_some_and(|state| state != anchored);
        let digest = Hash::of_cursors(&self.reached.cursors);
        if found.commit < anchored.commit || differs || digest != found.cursors {
            return Err(OpenError::CursorsDiffer {
                path: path(),
                position: found.head.count,
            });
        }
        Ok(())
    }

    /// The state after a commit, if it is the last of the segments or behind them.
    fn state_of(&self, commit: u64) -> Option<CommitState> {
        let states = self.commits.iter().map(|commit| commit.state);
        let mut states = states.chain([self.sealed.state]);
        states.find(|state| state.commit == commit)
    }

    /// Hash of the last of the first `count` records.
    fn hash_before(&self, count: u64) -> Result<Hash, OpenError> {
        let Some(last) = count.checked_sub(1) else {
            return Ok(Hash::ZERO);
        };
        if count == self.reached.state.head.count {
            return Ok(self.reached.state.head.hash);
        }
        let in_memory = self
            .commits
            .iter()
            .filter_map(|commit| commit.frame.as_ref());
        let in_memory = in_memory.filter_map(|frame| frame.record(last)).next();
        if let Some(record) = in_memory {
            return Ok(record.hash);
        }
        let frame = self.segments.frame_holding(last);
        let frame = frame.map_err(|error| self.failed(last, error))?;
        let record = frame.record(last);
        Ok(record.map_or(Hash::ZERO, |record| record.hash))
    }

    /// Names the file that holds a position.
    pub(crate) fn failed(&self, next: u64, error: FrameError) -> OpenError {
        let position = match &error {
            FrameError::Damaged(Damaged { position, .. }) => *position,
            FrameError::Store(_) => next,
        };
        Failures(&self.file_of(position)).frame(next)(error)
    }

    /// The segment that holds a position, or the folder of the write-ahead log.
    fn file_of(&self, position: u64) -> PathBuf {
        let segment = (position < self.segments.count()).then(|| self.segments.path_of(position));
        let segment = segment.flatten();
        segment.map_or_else(|| self.path.join(wal::DIRECTORY), Path::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(commit: u64, term: u64) -> Entry {
        let identity = Identity {
            service: "intake".to_owned(),
            term,
            ..Identity::default()
        };
        let state = CommitState {
            commit,
            ..CommitState::EMPTY
        };
        let bytes = wal::encode((Uuid::nil(), &identity), &state, &BTreeMap::new(), &[]);
        wal::decode(&bytes).unwrap().0
    }

    #[test]
    fn an_entry_of_an_older_term_does_not_come_after_one_of_a_newer() {
        let path = Path::new("wal");
        for (before, after) in [(0, 0), (0, 3), (3, 3), (3, 4)] {
            assert!(check_term(path, &entry(7, before), &entry(8, after)).is_ok());
        }
        let refused = check_term(path, &entry(7, 4), &entry(8, 3));
        assert!(
            matches!(refused, Err(OpenError::Foreign { .. })),
            "{refused:?}"
        );
    }
}
