//! Reads files that people name, up to a length: what is named may be a device, which has no end.

use std::{fs::File, io::Read, path::Path};

use anyhow::{Context, ensure};

/// Bytes of a mebibyte.
pub(crate) const MEBIBYTE: u64 = 1024 * 1024;

/// The whole of a file.
///
/// # Errors
/// If it cannot be read, or is longer than that many bytes.
pub(crate) fn read(path: &Path, longest: u64) -> anyhow::Result<Vec<u8>> {
    let cannot_read = || not_read(path);
    let file = File::open(path).with_context(cannot_read)?;
    let mut bytes = Vec::new();
    let read = file
        .take(longest.saturating_add(1))
        .read_to_end(&mut bytes)
        .with_context(cannot_read)?;
    ensure!(
        read as u64 <= longest,
        "{0} 超过 {longest} 字节，没有读取 / {0} has more than {longest} bytes, and is not read",
        path.display()
    );
    Ok(bytes)
}

/// The text of a file.
///
/// # Errors
/// If it cannot be read, is longer than that many bytes, or is no text.
pub(crate) fn read_text(path: &Path, longest: u64) -> anyhow::Result<String> {
    let bytes = read(path, longest)?;
    let path = path.display();
    String::from_utf8(bytes).with_context(|| format!("{path} 不是文本文件 / {path} is no text"))
}

/// What is said of a file that cannot be read, in both languages.
pub(crate) fn not_read(path: &Path) -> String {
    let path = path.display();
    format!("无法读取 {path}，请核对文件名和权限 / cannot read {path}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_end_is_not_read_to_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "12345").unwrap();
        assert_eq!(read(&file, 5).unwrap(), b"12345");
        assert!(read(&file, 4).is_err());
        assert!(read(Path::new("/dev/zero"), MEBIBYTE).is_err());
        assert!(read(&folder.path().join("none"), MEBIBYTE).is_err());
    }
}
