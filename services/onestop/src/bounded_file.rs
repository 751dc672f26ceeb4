//! Reads files that people name, up to a length: what is named may be a device, which has no end, or a pipe, to which no
//! process writes.

use std::{
    fs::File,
    io::{self, ErrorKind},
    path::Path,
};

use anyhow::{Context, Error, anyhow};
use onestop_chassis::bounded_file;
pub(crate) use onestop_chassis::bounded_file::{GROWN, SMALL};

/// Opens a file, also by a symbolic link.
///
/// # Errors
/// If it cannot be read, or is a folder, a device, a pipe or a socket.
pub(crate) fn open(path: &Path) -> anyhow::Result<File> {
    bounded_file::check(path, u64::MAX).map_err(|error| refused(path, u64::MAX, error))?;
    File::open(path).with_context(|| not_read(path))
}

/// The whole of a file.
///
/// # Errors
/// If it cannot be read, or is longer than that many bytes.
pub(crate) fn read(path: &Path, longest: u64) -> anyhow::Result<Vec<u8>> {
    bounded_file::read(path, longest).map_err(|error| refused(path, longest, error))
}

/// The text of a file.
///
/// # Errors
/// If it cannot be read, is longer than that many bytes, or is no text.
pub(crate) fn read_text(path: &Path, longest: u64) -> anyhow::Result<String> {
    bounded_file::read_text(path, longest).map_err(|error| refused(path, longest, error))
}

/// The refusal in words.
fn refused(path: &Path, longest: u64, error: io::Error) -> Error {
    let named = path.display();
    let is = |kind| error.kind() == kind;
    if is(ErrorKind::InvalidInput) {
        anyhow!(said!("file-no-file", path = named))
    } else if is(ErrorKind::FileTooLarge) {
        anyhow!(said!("file-too-long", path = named, longest = longest))
    } else if is(ErrorKind::InvalidData) {
        anyhow!(said!("file-no-text", path = named))
    } else {
        Error::new(error).context(not_read(path))
    }
}

/// What is said of a file that cannot be read, in both languages.
pub(crate) fn not_read(path: &Path) -> String {
    said!("cannot-read", path = path.display())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_has_no_end_is_not_read_to_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "12345").unwrap();
        assert_eq!(read(&file, 5).unwrap(), b"12345");
        assert!(read(&file, 4).is_err());
        let link = |name: &str, to: &Path| {
            let link = folder.path().join(name);
            std::os::unix::fs::symlink(to, &link).unwrap();
            link
        };
        assert_eq!(read(&link("to-file", &file), 5).unwrap(), b"12345");
        // No process writes to it: it would be waited for.
        let pipe = folder.path().join("pipe");
        let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
        rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, mode).unwrap();
        let socket = folder.path().join("socket");
        let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        let zero = Path::new("/dev/zero");
        for wrong in [
            zero.to_owned(),
            link("to-zero", zero),
            link("to-pipe", &pipe),
            link("to-folder", folder.path()),
            pipe,
            socket,
            folder.path().to_owned(),
        ] {
            let refused = read(&wrong, SMALL).unwrap_err().to_string();
            assert!(refused.contains("no file"), "{refused}");
        }
        assert!(read(&folder.path().join("none"), SMALL).is_err());
        let nowhere = folder.path().join("nowhere");
        assert!(read(&link("to-nowhere", &nowhere), SMALL).is_err());
    }
}
