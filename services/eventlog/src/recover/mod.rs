//! Opening a log: create it if it is new, take it over if an older version wrote it, otherwise read and
//! verify it, all of it if it is short, and compare it with its anchor. Whatever does not fit is an error
//! that says where; nothing is repaired.
//!
//! The records are known to be whole before anything is written. sled comes last: an index that does not
//! fit is built anew.

mod contents;
mod failure;
mod indexing;
mod kept;

use std::fs;
use std::path::Path;

use uuid::Uuid;

pub(crate) use self::contents::{Contents, Position, read};
pub(crate) use self::failure::Failures;
use crate::anchor::{self, Anchor};
use crate::commit_state::CommitState;
use crate::error::{AnchorError, OpenError};
use crate::index::Index;
use crate::index::store::IndexStore;
use crate::lock::{self, Lock};
use crate::marker;
use crate::merkle::Tree;
use crate::migrate;
use crate::options::Options;
use crate::records::Records;
use crate::segment::{self, Sealer};
use crate::stream::check_name;
use crate::sync::{sync_directory, sync_parent};
use crate::wal::{self, MemTable, Wal};

/// A log that was found in order.
pub(crate) struct Recovered {
    pub(crate) records: Records,
    pub(crate) index_store: IndexStore,
    pub(crate) index: Index,
    pub(crate) anchor: Anchor,
    pub(crate) wal: Wal,
    pub(crate) sealer: Sealer,
    /// The Merkle tree as of the last commit.
    pub(crate) tree: Tree,
    /// The newest term that its files name.
    pub(crate) term: u64,
    /// Keeps other processes out until it is dropped.
    pub(crate) lock: Lock,
}

/// Opens the log, or creates it.
pub(crate) fn open(options: &Options) -> Result<Recovered, OpenError> {
    let path = options.path.as_path();
    let at = Failures(path);
    check_identity(options)?;
    fs::create_dir_all(path).map_err(at.io("create", path))?;
    let lock = lock::exclusive(path)?;
    if marker::is_set(path).map_err(at.io("read", path))? {
        return Err(OpenError::Following {
            path: path.to_owned(),
        });
    }
    if migrate::is_needed(path) {
        migrate::run(options)?;
    }
    let mut anchor = find_anchor(options)?;
    let contents = read(options, anchor.epoch(), anchor.state())?;
    let indexed = indexing::open(options, &contents, anchor.epoch())?;
    let term = contents.newest_owner().map_err(at.frame(0))?.term;
    write(options, contents, indexed, &mut anchor).map(|parts| parts.with(anchor, term, lock))
}

/// Everything but the anchor and the lock.
struct Parts {
    records: Records,
    index_store: IndexStore,
    index: Index,
    wal: Wal,
    sealer: Sealer,
    tree: Tree,
}

impl Parts {
    fn with(self, anchor: Anchor, term: u64, lock: Lock) -> Recovered {
        let Parts {
            records,
            index_store,
            index,
            wal,
            sealer,
            tree,
        } = self;
        Recovered {
            records,
            index_store,
            index,
            anchor,
            wal,
            sealer,
            tree,
            term,
            lock,
        }
    }
}

/// Makes the log ready for further commits. A commit that was durable but not yet anchored when the
/// process ended is kept. It may so far be only in the page cache, so the files are synced before the
/// anchor says that it is there.
fn write(
    options: &Options,
    contents: Contents,
    (index_store, index): (IndexStore, Index),
    anchor: &mut Anchor,
) -> Result<Parts, OpenError> {
    let path = options.path.as_path();
    let at = Failures(path);
    let Contents {
        segments,
        sealed,
        scan,
        commits,
        reached,
        ..
    } = contents;
    let folder = path.join(segment::DIRECTORY);
    segment::remove_strays(&folder).map_err(at.io("clean", &folder))?;
    let wal_folder = path.join(wal::DIRECTORY);
    wal::clean(path, sealed.state.commit).map_err(at.io("clean", &wal_folder))?;
    wal::sync(path).map_err(at.io("sync", &wal_folder))?;
    let (next, before) = (reached.state.commit + 1, scan.resume(sealed.state.commit));
    let unsealed = before.as_ref().map_or(0, |resume| resume.before);
    let wal = Wal::open(path, before, next, options.ahead_bytes).map_err(at.store())?;
    if reached.state != anchor.state() {
        anchor.advance(reached.state).map_err(at.anchor())?;
    }
    migrate::remove_old(path)?;
    let memtable = MemTable::of(commits);
    memtable.want(unsealed);
    let Position {
        state,
        cursors,
        tree,
    } = sealed;
    let identity = options.identity.clone();
    let sealer = Sealer::new(&folder, anchor.epoch(), identity, (state, cursors, tree));
    Ok(Parts {
        records: Records::new(segments, memtable),
        index_store,
        index,
        wal,
        sealer,
        tree: reached.tree,
    })
}

/// The log's anchor. Without one there must be nothing else, and an empty log is created.
pub(crate) fn find_anchor(options: &Options) -> Result<Anchor, OpenError> {
    let path = options.path.as_path();
    let at = Failures(path);
    let folder = path.join(segment::DIRECTORY);
    if let Some(anchor) = Anchor::open(path).map_err(at.anchor())? {
        if !folder.is_dir() {
            return Err(OpenError::StoreMissing {
                path: folder,
                anchored: anchor.state().head.count,
            });
        }
        create_folders(path)?;
        return Ok(anchor);
    }
    if folder.is_dir()
        && let Some(count) = kept::kept(path)
    {
        return Err(OpenError::AnchorMissing {
            path: path.join(anchor::FILE_NAME),
            count,
        });
    }
    create(path, options.new_epoch)
}

/// Creates an empty log. Its anchor comes last: whatever interrupts this, the next open begins again.
fn create(path: &Path, epoch: Uuid) -> Result<Anchor, OpenError> {
    let at = Failures(path);
    create_folders(path)?;
    Anchor::create(path, epoch, CommitState::EMPTY).map_err(at.anchor())?;
    let created = Anchor::open(path).map_err(at.anchor())?;
    created.ok_or(AnchorError::Unreadable).map_err(at.anchor())
}

fn create_folders(path: &Path) -> Result<(), OpenError> {
    let at = Failures(path);
    for folder in [segment::DIRECTORY, wal::DIRECTORY] {
        let folder = path.join(folder);
        fs::create_dir_all(&folder).map_err(at.io("create", &folder))?;
    }
    sync_directory(path).map_err(at.io("sync", path))?;
    sync_parent(path).map_err(at.io("sync the folder of", path))
}

/// Names of the owner follow the rule of all names.
pub(crate) fn check_identity(options: &Options) -> Result<(), OpenError> {
    let identity = &options.identity;
    let names = [&identity.service, &identity.instance];
    let is_bad = |name: &&&String| !name.is_empty() && check_name(name).is_err();
    match names.iter().find(is_bad) {
        None => Ok(()),
        Some(name) => Err(OpenError::Foreign {
            path: options.path.clone(),
            found: "nobody whose name is allowed".to_owned(),
            expected: (*name).clone(),
        }),
    }
}
