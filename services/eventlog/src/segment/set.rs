//! All segments of a log, in order.

use std::collections::VecDeque;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::file::SegmentFile;
use super::format::Footer;
use super::keys::Keys;
use super::sealer::{Sealed, UNFINISHED};
use crate::commit_state::CommitState;
use crate::error::{Damage, Damaged, FrameError, StoreError};
use crate::frame::Frame;
use crate::hash::Hash;
use crate::hash_map::FastMap;
use crate::merkle::Tree;

/// So many footers are kept in memory: about ten kilobytes each.
const CACHED_FOOTERS: usize = 2_048;

/// The segments. Immutable: a further segment makes a new set, which shares the cache.
#[derive(Debug, Clone)]
pub(crate) struct SegmentSet {
    segments: Vec<Sealed>,
    cache: Arc<Mutex<Cache>>,
}

/// First position and last commit of a segment.
type Key = (u64, u64);

/// Footers, the one read longest ago first.
#[derive(Debug, Default)]
struct Cache {
    files: FastMap<Key, Arc<SegmentFile>>,
    order: VecDeque<Key>,
}

/// A segment that cannot be used.
#[derive(Debug)]
pub(crate) struct SegmentError {
    pub(crate) path: PathBuf,
    /// Everything before this position is in earlier segments.
    pub(crate) next: u64,
    pub(crate) source: FrameError,
}

impl SegmentSet {
    pub(crate) fn empty() -> SegmentSet {
        SegmentSet {
            segments: Vec::new(),
            cache: Arc::default(),
        }
    }

    /// Reads the footers of all segments in `folder`; each must continue the one before.
    pub(crate) fn load(folder: &Path) -> Result<SegmentSet, SegmentError> {
        let mut set = SegmentSet::empty();
        let mut epoch = None;
        let (names, _) = list(folder).map_err(|source| SegmentError {
            path: folder.to_owned(),
            next: 0,
            source: FrameError::Store(StoreError::Io {
                step: "list the segments",
                source,
            }),
        })?;
        for (first, _, path) in names {
            let before = set.state();
            let next = before.head.count;
            let failed = |source| SegmentError {
                path: path.clone(),
                next,
                source,
            };
            let segment = SegmentFile::open(&path, first).map_err(failed)?;
            let continues = segment.footer.header.before == before;
            let own = segment.footer.header.epoch;
            let same_log = *epoch.get_or_insert(own) == own;
            if !continues || !same_log {
                let damage = if first > next {
                    Damage::FrameMissing
                } else {
                    Damage::ChainBroken
                };
                let position = next;
                return Err(failed(Damaged { position, damage }.into()));
            }
            set.segments.push(Sealed {
                path: path.clone(),
                before,
                after: segment.footer.after,
            });
            set.keep(Arc::new(segment));
        }
        Ok(set)
    }

    /// The same set with a further segment.
    pub(crate) fn with(&self, sealed: Sealed) -> SegmentSet {
        let mut segments = Vec::with_capacity(self.segments.len() + 1);
        segments.extend_from_slice(&self.segments);
        segments.push(sealed);
        SegmentSet {
            segments,
            cache: Arc::clone(&self.cache),
        }
    }

    /// The state after the last segment.
    pub(crate) fn state(&self) -> CommitState {
        self.segments
            .last()
            .map_or(CommitState::EMPTY, |last| last.after)
    }

    pub(crate) fn last(&self) -> Result<Option<Arc<SegmentFile>>, FrameError> {
        self.segments
            .last()
            .map(|sealed| self.file(sealed))
            .transpose()
    }

    /// The log's Merkle tree before the segment that begins with `position`.
    pub(crate) fn tree_before(&self, position: u64) -> Result<Tree, FrameError> {
        let Some(last) = position.checked_sub(1) else {
            return Ok(Tree::new());
        };
        let before = self.holding(last)?;
        let peaks = before.map(|before| before.footer.peaks.clone());
        let tree = peaks.and_then(|peaks| Tree::from_peaks(position, peaks));
        let missing = Damaged {
            position,
            damage: Damage::FrameMissing,
        };
        Ok(tree.ok_or(missing)?)
    }

    pub(crate) fn continuing(&self, state: &CommitState) -> Option<&Sealed> {
        let at = self
            .segments
            .partition_point(|sealed| sealed.before.head.count < state.head.count);
        let from = self.segments.get(at..)?.iter();
        let mut same_count = from.take_while(|it| it.before.head.count == state.head.count);
        same_count.find(|sealed| sealed.before == *state)
    }

    /// Number of records.
    pub(crate) fn count(&self) -> u64 {
        self.state().head.count
    }

    /// The file that holds a position, or the last one.
    pub(crate) fn path_of(&self, position: u64) -> Option<&Path> {
        let at = self
            .index_of(position)
            .min(self.segments.len().checked_sub(1)?);
        Some(&self.segments[at].path)
    }

    /// Position of the first record in the segment that holds `position`.
    pub(crate) fn first_of(&self, position: u64) -> Option<u64> {
        let sealed = self.segments.get(self.index_of(position))?;
        Some(sealed.before.head.count)
    }

    /// The segments that hold records from `position` on.
    pub(crate) fn from(&self, position: u64) -> &[Sealed] {
        &self.segments[self.index_of(position)..]
    }

    /// What a segment may hold; `None` if it does not say.
    pub(crate) fn keys(&self, sealed: &Sealed) -> Result<Option<Keys>, FrameError> {
        self.file(sealed)?.keys()
    }

    fn index_of(&self, position: u64) -> usize {
        self.segments
            .partition_point(|sealed| sealed.after.head.count <= position)
    }

    fn holding(&self, position: u64) -> Result<Option<Arc<SegmentFile>>, FrameError> {
        let sealed = self.segments.get(self.index_of(position));
        sealed.map(|sealed| self.file(sealed)).transpose()
    }

    /// The block that holds `position`.
    pub(crate) fn frame_holding(&self, position: u64) -> Result<Frame, FrameError> {
        let segment = self.holding(position)?.ok_or(Damaged {
            position,
            damage: Damage::FrameMissing,
        })?;
        let frame = segment.frame_holding(position)?;
        segment.check_edges(&frame)?;
        Ok(frame)
    }

    /// The stored hash of a node of the Merkle tree.
    pub(crate) fn node(&self, level: u8, index: u64) -> Result<Option<Hash>, FrameError> {
        // The record that completes the node.
        let end = index
            .checked_add(1)
            .and_then(|next| next.checked_mul(1 << level));
        let Some(last) = end.and_then(|end| end.checked_sub(1)) else {
            return Ok(None);
        };
        let Some(segment) = self.holding(last)? else {
            return Ok(None);
        };
        let nodes = &segment.footer.nodes;
        let found = nodes
            .iter()
            .find(|node| (node.level, node.index) == (level, index));
        Ok(found.map(|node| node.hash))
    }

    /// All blocks from the one that holds `position`.
    pub(crate) fn frames(
        &self,
        position: u64,
    ) -> impl Iterator<Item = Result<Frame, FrameError>> + '_ {
        let mut next = Some(position);
        std::iter::from_fn(move || {
            let at = next.filter(|at| *at < self.count())?;
            let frame = self.frame_holding(at);
            next = frame.as_ref().ok().map(Frame::end);
            Some(frame)
        })
    }

    fn file(&self, sealed: &Sealed) -> Result<Arc<SegmentFile>, FrameError> {
        let (first, commit) = (sealed.before.head.count, sealed.after.commit);
        let found = self.cache().files.get(&(first, commit)).cloned();
        if let Some(found) = found {
            return Ok(found);
        }
        let segment = Arc::new(SegmentFile::open(&sealed.path, first)?);
        let Footer { header, after, .. } = &segment.footer;
        if (header.before, *after) != (sealed.before, sealed.after) {
            let damage = Damage::ChainBroken;
            let position = first;
            return Err(Damaged { position, damage }.into());
        }
        self.keep(Arc::clone(&segment));
        Ok(segment)
    }

    fn keep(&self, segment: Arc<SegmentFile>) {
        let Footer { header, after, .. } = &segment.footer;
        let key = (header.before.head.count, after.commit);
        let mut cache = self.cache();
        if cache.files.insert(key, segment).is_none() {
            cache.order.push_back(key);
        }
        if cache.order.len() > CACHED_FOOTERS
            && let Some(oldest) = cache.order.pop_front()
        {
            cache.files.remove(&oldest);
        }
    }

    fn cache(&self) -> MutexGuard<'_, Cache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Segments by first position and last commit, and other files.
type Listed = (Vec<(u64, u64, PathBuf)>, Vec<PathBuf>);

fn list(folder: &Path) -> io::Result<Listed> {
    let (mut segments, mut strays) = (Vec::new(), Vec::new());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        match name.and_then(parse_name) {
            Some((first, commit)) => segments.push((first, commit, path)),
            None => strays.push(path),
        }
    }
    segments.sort();
    Ok((segments, strays))
}

fn parse_name(name: &str) -> Option<(u64, u64)> {
    let (first, commit) = name.split_once('-')?;
    let number = |digits: &str| (digits.len() == 20).then(|| digits.parse::<u64>().ok())?;
    Some((number(first)?, number(commit)?))
}

/// The segments in a folder, in order, whatever is in them.
pub(crate) fn paths(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let (segments, _) = list(folder)?;
    Ok(segments.into_iter().map(|(_, _, path)| path).collect())
}

/// Removes segments that were not finished.
pub(crate) fn remove_strays(folder: &Path) -> io::Result<()> {
    for path in list(folder)?.1 {
        if path.extension().is_some_and(|end| end == UNFINISHED) {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}
