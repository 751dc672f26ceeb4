//! When the last whole backup of a data folder was made. `onestop backup make` notes it, the metrics show it.

use std::{fs, io, path::Path};

use onestop_proto::time::Timestamp;
use serde::{Deserialize, Serialize};

/// The file, in the data folder.
const FILE: &str = "last-backup.json";

#[derive(Serialize, Deserialize)]
struct LastBackup {
    made: Timestamp,
}

/// When the last backup of a data folder was made; `None` if none is noted.
#[must_use]
pub fn read(data: &Path) -> Option<Timestamp> {
    let text = fs::read(data.join(FILE)).ok()?;
    let noted: LastBackup = serde_json::from_slice(&text).ok()?;
    Some(noted.made)
}

/// Notes that a backup of a data folder was made.
///
/// # Errors
/// If the file cannot be written.
pub fn note(data: &Path, made: Timestamp) -> io::Result<()> {
    let (file, part) = (data.join(FILE), data.join(format!("{FILE}.part")));
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
}
