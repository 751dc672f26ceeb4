//! Places where tests let the file system fail. Nothing of it is in a program that was not built with
//! the `failpoints` feature of the `fail` crate, which only the tests of this crate ask for.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

/// Making a file of the write-ahead log longer.
pub(crate) const WAL_GROW: &str = "wal-grow";
/// Making a file that the write-ahead log goes over to.
pub(crate) const WAL_SPARE: &str = "wal-spare";
/// Giving a file of the write-ahead log a new name.
pub(crate) const WAL_RENAME: &str = "wal-rename";
/// Writing a commit.
pub(crate) const WAL_WRITE: &str = "wal-write";
/// Making it durable.
pub(crate) const WAL_SYNC: &str = "wal-sync";
/// Writing the head anchor.
pub(crate) const ANCHOR_WRITE: &str = "anchor-write";
/// Writing a segment.
pub(crate) const SEGMENT_WRITE: &str = "segment-write";
/// Making it durable.
pub(crate) const SEGMENT_SYNC: &str = "segment-sync";
/// Giving it its name.
pub(crate) const SEGMENT_RENAME: &str = "segment-rename";
/// Building the index anew.
pub(crate) const INDEX_CATCH_UP: &str = "index-catch-up";
/// Opening sled.
pub(crate) const STORE_OPEN: &str = "store-open";
/// Giving something to sled.
pub(crate) const STORE_WRITE: &str = "store-write";
/// Making durable what sled has.
pub(crate) const STORE_SYNC: &str = "store-sync";

/// Fails with the error number that the test has set for `place`, if any.
pub(crate) fn at(place: &str) -> io::Result<()> {
    fail::fail_point!(place, |errno| Err(error(errno.as_deref())));
    let _ = place;
    Ok(())
}

/// Writes all of `bytes`; at a place that is to fail, the first half of them.
pub(crate) fn write_all_at(place: &str, file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
    if let Err(fault) = at(place) {
        file.write_all_at(&bytes[..bytes.len() / 2], offset)?;
        return Err(fault);
    }
    file.write_all_at(bytes, offset)
}

#[cfg_attr(
    not(test),
    allow(dead_code, reason = "only called where places are compiled in")
)]
fn error(errno: Option<&str>) -> io::Error {
    let errno = errno.and_then(|errno| errno.parse().ok());
    errno.map_or_else(
        || io::Error::other("a fault was set"),
        io::Error::from_raw_os_error,
    )
}
