//! Reads files that a setting names, up to a length: what is named may be a device, which has no end, or a pipe, to which no
//! process writes.

use std::{
    fs::{self, File},
    io::{self, Read, Seek, SeekFrom},
    path::Path,
};

/// Bytes of a key, a certificate or the settings at most.
pub const SMALL: u64 = 1024 * 1024;
/// Bytes of a list at most: a roster, a directory's file, a language.
pub const LIST: u64 = 64 * 1024 * 1024;
/// Bytes of what grows for years at most: cosigned checkpoints, erasures.
pub const GROWN: u64 = 256 * 1024 * 1024;

/// Checks that a path, also by a symbolic link, leads to a file that is not longer.
///
/// # Errors
/// If it does not, or cannot be looked at.
pub fn check(path: &Path, longest: u64) -> io::Result<()> {
    let found = fs::metadata(path)?;
    if !found.is_file() {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "it is no file, but a folder, a device, a pipe or a socket",
        ));
    }
    within(found.len(), longest)
}

/// The whole of a file.
///
/// # Errors
/// If it cannot be read, is no file, or is longer.
pub fn read(path: &Path, longest: u64) -> io::Result<Vec<u8>> {
    read_from(path, 0, longest)
}

/// The bytes of a file from a place on; none where it ends before.
///
/// # Errors
/// As [`read`].
pub fn read_from(path: &Path, from: u64, longest: u64) -> io::Result<Vec<u8>> {
    check(path, longest)?;
    let mut bytes = Vec::new();
    let mut file = File::open(path)?;
    if from > 0 {
        file.seek(SeekFrom::Start(from))?;
    }
    // A file may grow while it is read, and those of the system say that they are empty.
    let left = longest.saturating_sub(from);
    let read = file.take(left.saturating_add(1)).read_to_end(&mut bytes)?;
    within(read as u64, left)?;
    Ok(bytes)
}

/// The text of a file.
///
/// # Errors
/// As [`read`]; [`io::ErrorKind::InvalidData`] if it is no text.
pub fn read_text(path: &Path, longest: u64) -> io::Result<String> {
    let text = String::from_utf8(read(path, longest)?);
    text.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

fn within(length: u64, longest: u64) -> io::Result<()> {
    if length > longest {
        let told = format!("it is longer than {longest} bytes");
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, told));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_end_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "12345678").unwrap();
        assert_eq!(read_text(&file, 8).unwrap(), "12345678");
        assert_eq!(read_from(&file, 3, 8).unwrap(), b"45678");
        assert!(read_from(&file, 9, 8).unwrap().is_empty());
        let longer = read(&file, 7).unwrap_err();
        assert_eq!(longer.kind(), io::ErrorKind::FileTooLarge);
        for no_file in [Path::new("/dev/zero"), folder.path()] {
            let refused = read(no_file, 8).unwrap_err();
            assert_eq!(refused.kind(), io::ErrorKind::InvalidInput, "{no_file:?}");
        }
        fs::write(&file, [0xd5, 0xc5]).unwrap();
        let no_text = read_text(&file, 8).unwrap_err();
        assert_eq!(no_text.kind(), io::ErrorKind::InvalidData);
        let missing = read(&folder.path().join("none"), 8).unwrap_err();
        assert_eq!(missing.kind(), io::ErrorKind::NotFound);
    }
}
