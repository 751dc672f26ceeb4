//! Files on the disk that no site has: deleted where the log says that they were withdrawn, or where nothing has named them
//! for days since they came, as after a crash. What the log may have lost is kept: `onestop doctor` counts it.

use std::{
    collections::{HashMap, HashSet},
    fs, io,
    path::Path,
    time::{Duration, UNIX_EPOCH},
};

use anyhow::Context as _;
use onestop_chassis::{
    projection::Projected,
    rusqlite::{Connection, OpenFlags},
    stored_files::{STAGED, remove_stored},
};
use onestop_proto::{case::FileHash, registry::SERVICE, time::Timestamp};

use super::{
    FOLDER,
    index::{FileIndex, FileStanding, standings},
    path_of,
};

/// For so long a file that nothing has named yet is kept.
const UNNAMED_FOR: Duration = Duration::from_secs(7 * 86_400);

/// A file on the disk.
struct OnDisk {
    hash: FileHash,
    size: u64,
    stored_at: Timestamp,
}

/// How many files of sites there are on a disk, and what of them does not fit the log.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FileCounts {
    /// Files on the disk.
    pub stored: usize,
    pub bytes: u64,
    /// Those that no site has.
    pub unnamed: usize,
    /// Files that a site has, and the disk does not.
    pub missing: usize,
    /// Files of which pieces have come, and that no event names yet.
    pub coming: usize,
}

/// Counts the files in a data folder; nothing where no registry keeps files in it.
///
/// # Errors
/// If the folder, or the index of its files, cannot be read.
pub fn count_files(data: &Path) -> anyhow::Result<Option<FileCounts>> {
    let own = data.join(SERVICE);
    let index = own.join(FileIndex::FILE);
    if !index.exists() {
        return Ok(None);
    }
    let read = Connection::open_with_flags(&index, OpenFlags::SQLITE_OPEN_READ_ONLY);
    let rows = read.with_context(|| format!("cannot read {}", index.display()))?;
    let standings = standings(&rows)?;
    let folder = own.join(FOLDER);
    let files = list(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let known: HashSet<&FileHash> = files.iter().map(|file| &file.hash).collect();
    let is_named = |hash: &FileHash| standings.get(hash) == Some(&FileStanding::Named);
    let missing = standings
        .iter()
        .filter(|(hash, standing)| **standing == FileStanding::Named && !known.contains(*hash));
    let staged = folder.join(STAGED);
    let coming = if staged.is_dir() {
        fs::read_dir(staged)?.count()
    } else {
        0
    };
    Ok(Some(FileCounts {
        stored: files.len(),
        bytes: files.iter().map(|file| file.size).sum(),
        unnamed: files.iter().filter(|file| !is_named(&file.hash)).count(),
        missing: missing.count(),
        coming,
    }))
}

/// Deletes what no site has, and returns how many files that were. Files that are older than the log are kept where it does
/// not know them: it may have been restored from a backup without what named them. One that the disk refuses to delete holds no
/// other up.
///
/// # Errors
/// If the disk refuses: of several that it refuses to delete, for the first.
pub(super) fn delete_unnamed(
    folder: &Path,
    standings: &HashMap<FileHash, FileStanding>,
    (log_made_at, now): (Option<Timestamp>, Timestamp),
) -> io::Result<usize> {
    let (mut deleted, mut refused) = (0, None);
    for file in list(folder)? {
        let is_over = match standings.get(&file.hash) {
            Some(FileStanding::Named) => false,
            Some(FileStanding::Withdrawn) => true,
            None => {
                log_made_at.is_some_and(|made| made < file.stored_at)
                    && now.seconds_since(file.stored_at) > UNNAMED_FOR.as_secs_f64()
            }
        };
        if is_over {
            match remove_stored(&path_of(folder, &file.hash)) {
                Ok(()) => deleted += 1,
                Err(error) => refused = refused.or(Some(error)),
            }
        }
    }
    refused.map_or(Ok(deleted), Err)
}

/// The files in their folders, which are called by the first two signs of their hashes.
fn list(folder: &Path) -> io::Result<Vec<OnDisk>> {
    let mut files = Vec::new();
    for shard in fs::read_dir(folder)? {
        let shard = shard?;
        if !shard.file_type()?.is_dir() || shard.file_name() == STAGED {
            continue;
        }
        for file in fs::read_dir(shard.path())? {
            let file = file?;
            let name = file.file_name().into_string().unwrap_or_default();
            let Ok(hash) = name.parse::<FileHash>() else {
                continue;
            };
            let about = file.metadata()?;
            let since = about.modified()?.duration_since(UNIX_EPOCH);
            let micros = since.map_or(0, |since| since.as_micros());
            files.push(OnDisk {
                hash,
                size: about.len(),
                stored_at: Timestamp::from_micros(i64::try_from(micros).unwrap_or(i64::MAX)),
            });
        }
    }
    Ok(files)
}
