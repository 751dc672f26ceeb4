//! When the last backups of a data folder were made, and when the newest ones in the object store were: whole ones, and
//! increments (增量), which a restore takes only together with their whole one. `onestop backup` notes it; the metrics and
//! `onestop doctor` show it.

use std::{fs, io, path::Path};

use onestop_proto::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What a backup holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BackupKind {
    /// A whole node: a restore begins with it.
    Whole,
    /// What came since a whole one.
    Increment,
}

impl BackupKind {
    /// The file in the data folder that says when the last one was made.
    const fn file(self) -> &'static str {
        match self {
            Self::Whole => "last-backup.json",
            Self::Increment => "last-increment.json",
        }
    }

    /// The same for the copies in the object store.
    const fn stored_file(self) -> &'static str {
        match self {
            Self::Whole => "last-stored-backup.json",
            Self::Increment => "last-stored-increment.json",
        }
    }
}

#[derive(Serialize, Deserialize)]
struct LastBackup {
    made: Timestamp,
    /// The name of its file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

/// When the last backup of that kind was made of a data folder; `None` if none is noted.
pub fn read(data: &Path, kind: BackupKind) -> Option<Timestamp> {
    read_file(&data.join(kind.file())).map(|noted| noted.made)
}

/// When the newest backup of that kind was made that the object store holds; `None` if none is noted.
pub fn read_stored(data: &Path, kind: BackupKind) -> Option<Timestamp> {
    read_file(&data.join(kind.stored_file())).map(|noted| noted.made)
}

/// What a file holds, by its name: the last increment, or else a whole backup. Its bytes are sealed.
pub fn kind_of(data: &Path, file: &Path) -> BackupKind {
    let name = name_of(file);
    let last = read_file(&data.join(BackupKind::Increment.file()));
    if name.is_some() && last.and_then(|noted| noted.name) == name {
        BackupKind::Increment
    } else {
        BackupKind::Whole
    }
}

/// Notes that a backup of a data folder was made in a file.
///
/// # Errors
/// If the note cannot be written.
pub fn note(data: &Path, kind: BackupKind, file: &Path, made: Timestamp) -> io::Result<()> {
    let name = name_of(file);
    write_file(data, kind.file(), &LastBackup { made, name })
}

/// Notes that the object store holds a backup. One that is older than a noted one changes nothing.
///
/// # Errors
/// If the note cannot be written.
pub fn note_stored(data: &Path, kind: BackupKind, made: Timestamp) -> io::Result<()> {
    if read_stored(data, kind).is_some_and(|noted| noted >= made) {
        return Ok(());
    }
    let stored = LastBackup { made, name: None };
    write_file(data, kind.stored_file(), &stored)
}

fn name_of(file: &Path) -> Option<String> {
    let name = file.file_name()?;
    name.to_str().map(str::to_owned)
}

fn read_file(file: &Path) -> Option<LastBackup> {
    let text = fs::read(file).ok()?;
    serde_json::from_slice(&text).ok()
}

fn write_file(data: &Path, name: &str, noted: &LastBackup) -> io::Result<()> {
    let (file, part) = (data.join(name), data.join(format!("{name}.part")));
    fs::write(&part, serde_json::to_vec(noted)?)?;
    fs::rename(part, file)
}

#[cfg(test)]
mod tests {
    use super::{
        BackupKind::{Increment, Whole},
        *,
    };

    fn moments() -> [Timestamp; 2] {
        ["2026-03-04T08:00:00Z", "2026-03-05T08:00:00Z"].map(|text| text.parse().unwrap())
    }

    #[test]
    fn the_last_one_counts() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path();
        assert_eq!(read(data, Whole), None);
        for made in moments() {
            note(data, Whole, Path::new("node.age"), made).unwrap();
            assert_eq!(read(data, Whole), Some(made));
        }
        fs::write(data.join(Whole.file()), "not JSON").unwrap();
        assert_eq!(read(data, Whole), None);
    }

    #[test]
    fn an_increment_makes_no_whole_backup_younger() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path();
        let [whole, later] = moments();
        note(data, Whole, Path::new("/backups/node.age"), whole).unwrap();
        note_stored(data, Whole, whole).unwrap();
        let file = Path::new("/backups/later.age");
        note(data, Increment, file, later).unwrap();
        note_stored(data, kind_of(data, file), later).unwrap();
        assert_eq!(
            (read(data, Whole), read(data, Increment)),
            (Some(whole), Some(later))
        );
        assert_eq!(read_stored(data, Whole), Some(whole));
        assert_eq!(read_stored(data, Increment), Some(later));
        assert_eq!(kind_of(data, Path::new("node.age")), Whole);
    }

    #[test]
    fn an_old_backup_that_is_stored_later_makes_none_younger() {
        let folder = tempfile::tempdir().unwrap();
        let [older, newer] = moments();
        assert_eq!(read_stored(folder.path(), Whole), None);
        for made in [newer, older] {
            note_stored(folder.path(), Whole, made).unwrap();
            assert_eq!(read_stored(folder.path(), Whole), Some(newer));
        }
        assert_eq!(read(folder.path(), Whole), None, "the local one is another");
    }
}
