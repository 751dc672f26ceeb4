//! When the last whole backup of a data folder was made, and of when the newest one in the object store is. `onestop backup`
//! notes it; the metrics and `onestop doctor` show it.

use std::{fs, io, path::Path};

use onestop_proto::time::Timestamp;
use serde::{Deserialize, Serialize};

/// The file, in the data folder.
const FILE: &str = "last-backup.json";
/// The same for the copies in the object store.
const STORED_FILE: &str = "last-stored-backup.json";

#[derive(Serialize, Deserialize)]
struct LastBackup {
    made: Timestamp,
}

/// When the last backup of a data folder was made; `None` if none is noted.
pub fn read(data: &Path) -> Option<Timestamp> {
    read_file(&data.join(FILE))
}

/// When the newest backup was made that the object store holds; `None` if none is noted.
pub fn read_stored(data: &Path) -> Option<Timestamp> {
    read_file(&data.join(STORED_FILE))
}

/// Notes that a backup of a data folder was made.
pub fn note(data: &Path, made: Timestamp) -> io::Result<()> {
    write_file(data, FILE, made)
}

/// Notes that the object store holds a backup. One that is older than a noted one changes nothing.
pub fn note_stored(data: &Path, made: Timestamp) -> io::Result<()> {
    if read_stored(data).is_some_and(|noted| noted >= made) {
        return Ok(());
    }
    write_file(data, STORED_FILE, made)
}

fn read_file(file: &Path) -> Option<Timestamp> {
    let text = fs::read(file).ok()?;
    let noted: LastBackup = serde_json::from_slice(&text).ok()?;
    Some(noted.made)
}

fn write_file(data: &Path, name: &str, made: Timestamp) -> io::Result<()> {
    let (file, part) = (data.join(name), data.join(format!("{name}.part")));
    fs::write(&part, serde_json::to_vec(&LastBackup { made })?)?;
    fs::rename(part, file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_one_counts() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(read(folder.path()), None);
        for text in ["2026-03-04T08:00:00Z", "2026-03-05T08:00:00Z"] {
            let made = text.parse().unwrap();
            note(folder.path(), made).unwrap();
            assert_eq!(read(folder.path()), Some(made));
        }
        fs::write(folder.path().join(FILE), "not JSON").unwrap();
        assert_eq!(read(folder.path()), None);
    }

    #[test]
    fn an_old_backup_that_is_stored_later_makes_none_younger() {
        let folder = tempfile::tempdir().unwrap();
        let [older, newer] =
            ["2026-03-04T08:00:00Z", "2026-03-05T08:00:00Z"].map(|text| text.parse().unwrap());
        assert_eq!(read_stored(folder.path()), None);
        for made in [newer, older] {
            note_stored(folder.path(), made).unwrap();
            assert_eq!(read_stored(folder.path()), Some(newer));
        }
        assert_eq!(read(folder.path()), None, "the local one is another");
    }
}
