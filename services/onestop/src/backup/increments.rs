//! Increments (增量备份): what came to a node since its last whole backup. A restore takes the whole, and one increment of it.

use std::{
    collections::BTreeMap,
    fs, io,
    path::Path,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use anyhow::{Context as _, bail};
use onestop_eventlog::BackupHead;
use onestop_proto::{actor::ServiceName, time::Timestamp};
use serde::{Deserialize, Serialize};
use tempfile::TempDir;

use super::{Contents, LogCopy, archive, sealed::Opened};
use crate::bounded_file;

/// In the data folder: what the last whole backup holds.
const FILE: &str = "last-whole-backup.json";
/// Folders of files that never change under their names.
const UNCHANGING: [&str; 2] = ["attachments", "evidence"];
/// A file that is older than the whole by so much is in it, whatever the clock did.
const OLDER: Duration = Duration::from_secs(3_600);

/// A whole backup, as its increments name it. Persisted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Whole {
    made: Timestamp,
    logs: BTreeMap<ServiceName, LogCopy>,
}

impl Whole {
    pub(super) fn of(contents: &Contents) -> Self {
        Self {
            made: contents.made,
            logs: contents.logs.clone(),
        }
    }

    pub(super) const fn made(&self) -> Timestamp {
        self.made
    }

    /// The last one of a data folder.
    pub(super) fn read(data: &Path) -> anyhow::Result<Self> {
        let file = data.join(FILE);
        let text = match fs::read(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                bail!(said!("backup-no-whole"))
            }
            Err(error) => {
                return Err(error).with_context(|| bounded_file::not_read(&file));
            }
        };
        serde_json::from_slice(&text)
            .with_context(|| said!("backup-whole-not-read", path = file.display()))
    }

    pub(super) fn note(&self, data: &Path) -> anyhow::Result<()> {
        let (file, part) = (data.join(FILE), data.join(format!("{FILE}.part")));
        let written = fs::write(&part, serde_json::to_vec(self)?);
        written
            .and_then(|()| fs::rename(part, &file))
            .with_context(|| said!("backup-whole-not-noted", path = file.display()))
    }

    /// Where the increment of a log begins: behind what the whole holds of it, at the beginning of another log.
    pub(super) fn since(&self, service: &ServiceName, head: &BackupHead) -> u64 {
        let held = self.logs.get(service);
        let same = held.filter(|log| log.epoch == head.epoch && log.events <= head.head.count);
        same.map_or(0, |log| log.events)
    }

    /// Whether it has a file of a service's folder: one that never changes, and was there before.
    pub(super) fn has(&self, file: &Path, of: &Path) -> bool {
        let first = file
            .strip_prefix(of)
            .ok()
            .and_then(|within| within.iter().next());
        let first = first.and_then(|folder| folder.to_str());
        if !first.is_some_and(|folder| UNCHANGING.contains(&folder)) || !file.is_file() {
            return false;
        }
        let modified = fs::metadata(file).and_then(|found| found.modified());
        modified.is_ok_and(|modified| modified + OLDER < moment(self.made))
    }
}

pub(super) fn moment(time: Timestamp) -> SystemTime {
    UNIX_EPOCH + Duration::from_micros(u64::try_from(time.as_micros()).unwrap_or_default())
}

/// Puts an increment onto the whole that was unpacked into a folder. Returns what both hold.
pub(super) fn put_onto(
    whole: &Contents,
    (file, identity): (&Path, Option<&Path>),
    unpacked: &Path,
) -> anyhow::Result<Contents> {
    let contents = archive::contents(file, Opened::open(file, identity)?)?;
    if contents.after.as_ref() != Some(&Whole::of(whole)) {
        bail!(said!("backup-other-whole", path = file.display()));
    }
    let apart = TempDir::with_prefix_in(".increment-", unpacked)?;
    archive::unpack(file, Opened::open(file, identity)?, apart.path())?;
    replace(apart.path(), unpacked)
        .with_context(|| said!("backup-increment-not-put", path = file.display()))?;
    Ok(contents)
}

/// Moves every file to its place, over the one that is there.
fn replace(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let place = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            fs::create_dir_all(&place)?;
            replace(&entry.path(), &place)?;
        } else {
            fs::rename(entry.path(), place)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use onestop_chassis::clock::SystemClock;

    use super::*;

    /// Keys change under their names, and files of cases do not.
    #[test]
    fn what_never_changes_and_was_there_before_is_left_to_the_whole() {
        let data = tempfile::tempdir().unwrap();
        let intake = data.path().join("attachments/intake");
        let write = |name: &str| {
            let file = intake.join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, name).unwrap();
            file
        };
        let (paper, key) = (write("attachments/c1/h1"), write("keys/00000.slab"));
        let now = SystemClock.now();
        let of = |hours: i64| Whole {
            made: now.plus_seconds(hours * 3_600),
            logs: BTreeMap::new(),
        };
        assert!(of(2).has(&paper, &intake));
        assert!(!of(0).has(&paper, &intake), "it may have come after it");
        assert!(!of(2).has(&key, &intake));
        assert!(!of(2).has(&intake.join("attachments"), &intake), "a folder");
    }

    #[test]
    fn an_increment_goes_over_the_whole() {
        let (whole, later) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let write = |folder: &Path, name: &str, text: &str| {
            let file = folder.join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        };
        write(whole.path(), "intake/keys/00000.slab", "before");
        write(whole.path(), "intake/attachments/c1/h1", "kept");
        write(later.path(), "intake/keys/00000.slab", "now");
        write(later.path(), "registry/evidence/h2", "new");
        replace(later.path(), whole.path()).unwrap();
        let read = |name: &str| fs::read_to_string(whole.path().join(name)).unwrap();
        assert_eq!(read("intake/keys/00000.slab"), "now");
        assert_eq!(read("intake/attachments/c1/h1"), "kept");
        assert_eq!(read("registry/evidence/h2"), "new");
    }
}
