//! Reads files that people name, up to a length: what is named may be a device, which has no end, or a pipe, to which no
//! process writes.

use std::{
    fs::{self, File},
    io::Read,
    path::Path,
};

use anyhow::{Context, ensure};

/// Bytes of a mebibyte.
pub(crate) const MEBIBYTE: u64 = 1024 * 1024;

/// Opens a file, also by a symbolic link.
///
/// # Errors
/// If it cannot be read, or is a folder, a device, a pipe or a socket.
pub(crate) fn open(path: &Path) -> anyhow::Result<File> {
    let cannot_read = || not_read(path);
    let is_file = fs::metadata(path).with_context(cannot_read)?.is_file();
    ensure!(is_file, said!("file-no-file", path = path.display()));
    File::open(path).with_context(cannot_read)
}

/// The whole of a file.
///
/// # Errors
/// If it cannot be read, or is longer than that many bytes.
pub(crate) fn read(path: &Path, longest: u64) -> anyhow::Result<Vec<u8>> {
    let file = open(path)?;
    let mut bytes = Vec::new();
    let read = file
        .take(longest.saturating_add(1))
        .read_to_end(&mut bytes)
        .with_context(|| not_read(path))?;
    ensure!(
        read as u64 <= longest,
        said!("file-too-long", path = path.display(), longest = longest)
    );
    Ok(bytes)
}

/// The text of a file.
///
/// # Errors
/// If it cannot be read, is longer than that many bytes, or is no text.
pub(crate) fn read_text(path: &Path, longest: u64) -> anyhow::Result<String> {
    let bytes = read(path, longest)?;
    String::from_utf8(bytes).with_context(|| said!("file-no-text", path = path.display()))
}

/// What is said of a file that cannot be read, in both languages.
pub(crate) fn not_read(path: &Path) -> String {
    said!("cannot-read", path = path.display())
}

#[cfg(test)]
mod tests {
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
            let refused = read(&wrong, MEBIBYTE).unwrap_err().to_string();
            assert!(refused.contains("no file"), "{refused}");
        }
        assert!(read(&folder.path().join("none"), MEBIBYTE).is_err());
        let nowhere = folder.path().join("nowhere");
        assert!(read(&link("to-nowhere", &nowhere), MEBIBYTE).is_err());
    }
}
